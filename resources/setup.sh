#!/bin/sh
# Makes .venv with SMS Desk in it, ready to run and to test. Safe to run again: then it takes a second.
# On Debian and Ubuntu it installs the system libraries that Qt needs; elsewhere it only checks.
set -eu
cd "$(dirname "$0")/.."

say() { echo "setup: $*" >&2; }
stop() { say "$*"; exit 1; }

python=
for name in python3 python3.13 python3.12 python3.11 python3.14 python; do
    if command -v "$name" >/dev/null 2>&1 && "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        python=$name
        break
    fi
done

if command -v dpkg-query >/dev/null 2>&1 && command -v apt-get >/dev/null 2>&1; then
    has() { dpkg-query -W -f '${Status}\n' "$1" "$1t64" 2>/dev/null | grep -q ' installed$'; }
    wanted="libegl1 libgl1 libxkbcommon0 libdbus-1-3 libfontconfig1 libglib2.0-0 libgssapi-krb5-2
        libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxkbcommon-x11-0"
    missing=
    for package in $wanted; do has "$package" || missing="$missing $package"; done
    if [ -z "$python" ]; then missing="$missing python3 python3-venv"
    elif ! "$python" -c 'import ensurepip' 2>/dev/null; then missing="$missing python3-venv"; fi
    if [ -n "$missing" ]; then
        root=
        [ "$(id -u)" = 0 ] || root=sudo
        line="$root apt-get install -y --no-install-recommends$missing"
        if [ -n "$root" ] && ! sudo -n true 2>/dev/null && [ ! -t 0 ]; then
            stop "packages are missing and I may not install them. Please run: $line"
        fi
        say "installing$missing"
        $root apt-get update -qq && $root env DEBIAN_FRONTEND=noninteractive \
            apt-get install -y -qq --no-install-recommends $missing >/dev/null ||
            stop "the packages could not be installed. Please run: $line"
        [ -n "$python" ] || python=python3
    fi
fi
[ -n "$python" ] || stop "no Python from 3.11 on is here. Please install one, then run this again."
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    stop "$("$python" --version) is too old; SMS Desk needs 3.11 or newer. Please install one, then run this again."
"$python" -c 'import ensurepip' 2>/dev/null ||
    stop "$python cannot make environments. Please install its venv module, then run this again."

stamp=$(cat pyproject.toml resources/constraints.txt | cksum)
if [ -x .venv/bin/python ] && [ "$(cat .venv/stamp 2>/dev/null)" = "$stamp" ] && .venv/bin/python -c 'import sys'; then
    say "everything is in place"
    exit 0
fi
if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
    say "making .venv with $("$python" --version)"
    rm -rf .venv
    "$python" -m venv .venv || stop "$python could not make .venv. Please look at the lines above."
fi
say "installing SMS Desk and what it needs (some 200 MB the first time)"
.venv/bin/python -m pip install --quiet --disable-pip-version-check \
    --constraint resources/constraints.txt --editable '.[tests]' ||
    stop "the packages could not be fetched. Please check the network, then run this again."
echo "$stamp" >.venv/stamp
say "done"
