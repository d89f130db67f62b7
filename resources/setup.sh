#!/bin/sh
# Makes .venv with SMS Desk in it, ready to run and to test. Safe to run again: then it takes a second.
# On Debian and Ubuntu it installs the system libraries that Qt needs; elsewhere it only checks.
set -eu
cd "$(dirname "$0")/.."

say() { echo "setup: $*" >&2; }
stop() { say "$*"; exit 1; }
new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
    python=
    for name in python3 python3.13 python3.12 python3.11 python3.14 python; do
        if new_enough "$name"; then python=$name; return; fi
    done
}
find_python

if command -v dpkg-query >/dev/null && command -v apt-get >/dev/null; then
    there=$(dpkg-query -W -f '${Status} ${Package}\n' | sed -n 's/^.* installed //p')
    missing=
    for package in libegl1 libgl1 libxkbcommon0 libdbus-1-3 libfontconfig1 libglib2.0-0 libgssapi-krb5-2 \
        libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxkbcommon-x11-0; do
        # From Debian 13 and Ubuntu 24.04 on some end in t64; apt takes the old name for the new one.
        echo "$there" | grep -qxF -e "$package" -e "${package}t64" || missing="$missing $package"
    done
    if [ -z "$python" ]; then missing="$missing python3 python3-venv"
    elif ! "$python" -c 'import ensurepip' 2>/dev/null; then missing="$missing $python-venv"; fi
    if [ -n "$missing" ]; then
        root=
        [ "$(id -u)" = 0 ] || root="sudo "
        line="${root}apt-get update && ${root}env DEBIAN_FRONTEND=noninteractive"
        line="$line apt-get install -y --no-install-recommends$missing"
        if [ -n "$root" ] && ! sudo -n true 2>/dev/null && [ ! -t 0 ]; then
            stop "system packages are missing, and only root may install them. Please run: $line"
        fi
        say "installing$missing"
        sh -c "$line" >/dev/null || stop "that failed. Please run: $line"
        find_python
    fi
fi
[ -n "$python" ] || stop "SMS Desk needs Python 3.11 or newer. Please install one, then run this again."
"$python" -c 'import ensurepip' 2>/dev/null ||
    stop "$python cannot make environments. Please install its venv module, then run this again."

# The folder is in the stamp, for an environment does not work from another place than it was made in.
stamp="$(cat pyproject.toml resources/constraints.txt | cksum) $PWD"
if [ "$(cat .venv/stamp 2>/dev/null)" = "$stamp" ] && .venv/bin/python -c 'import PySide6' 2>/dev/null; then
    say "everything is in place"
    exit 0
fi
if ! new_enough .venv/bin/python || ! .venv/bin/pip --version >/dev/null 2>&1; then
    say "making .venv with $("$python" --version)"
    rm -rf .venv
    "$python" -m venv .venv || stop "$python could not make .venv. Please look at the lines above."
fi
say "installing SMS Desk and what it needs (some 200 MB the first time)"
.venv/bin/python -m pip install --quiet --disable-pip-version-check \
    --constraint resources/constraints.txt --editable '.[tests]' ||
    stop "the packages could not be fetched. Please check the network, then run this again."
QT_QPA_PLATFORM=offscreen .venv/bin/python -c 'from PySide6.QtWidgets import QApplication; QApplication([])' ||
    stop "Qt does not start: the lines above name what the system lacks. Please install it, then run this again."
echo "$stamp" >.venv/stamp
say "done"
