"""Backups of a workspace, beside its file: made whole or not at all, few, and put back for a damaged one.

A backup never sends by itself: what had not left when it was made, or was refused, may have left since, so
in the copy it is uncertain, to be looked up by its mark before anybody sends it again. What was sent since is
not in it at all, so in the copy everything is paused until a person has looked, and no key is taken for a new
one meanwhile. That is so however the copy comes back, renamed by hand too.
"""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path

from smsdesk.core.acts import What
from smsdesk.core.errors import WorkspaceBusy, WorkspaceError
from smsdesk.core.outbox import RESTORED, Hold
from smsdesk.store import sqlite

KEPT = 3
"""So many backups are kept, the newest ones."""
_MARKER = "damaged"
_HOLDS = 4
"""The version from which entries can be held."""
_SETTLES = "UPDATE outbox SET posted_at = ? WHERE reason = ? AND state = 'uncertain'"
# What was refused until now is not at the service: it can only have got there later.
_UNCERTAIN = """
UPDATE outbox SET state = 'uncertain', reason = ?, since = iif(state = 'refused', ?, since),
    not_before = NULL, owner = NULL
WHERE state IN ('queued', 'waiting', 'sending', 'held', 'uncertain', 'refused')
"""
_UNCERTAIN_OR_HELD = """
UPDATE outbox SET state = 'uncertain', reason = ?, since = iif(state = 'refused', ?, since),
    not_before = NULL, owner = NULL, lease = NULL, hold = NULL, posted_at = coalesce(posted_at, since),
    asked_at = NULL, everywhere_at = NULL, not_found_at = NULL
WHERE state IN ('queued', 'waiting', 'sending', 'held', 'uncertain', 'refused')
"""
_TOLD = 'INSERT INTO acts (at, who, what, "values") VALUES (?, ?, ?, ?)'
# Changes of which its file knows nothing have cursors too: those of the copy lie beyond.
_BEYOND = """
INSERT OR REPLACE INTO settings (key, value) VALUES ('changes.shift',
    1000000000 + coalesce((SELECT CAST(value AS INTEGER) FROM settings WHERE key = 'changes.shift'), 0))
"""
_PAUSED = "INSERT OR REPLACE INTO pauses (account, hold, reason, since) VALUES ('', ?, ?, ?)"


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup and what it holds; ``sound``: it can be put back, else nothing is known of what it holds."""

    path: Path
    made_at: datetime
    sound: bool
    campaigns: int = 0
    jobs: int = 0
    sms: int = 0


def _files(folder: Path) -> Iterator[Path]:
    """All backups, the newest first."""
    found = [path for path in folder.glob("workspace.*.db") if path.is_file()]
    yield from sorted(found, key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)


def make(file: Path, name: str, version: int) -> Path:
    """Copies a workspace's file of that version under ``workspace.<name>.db``; older ones go."""
    target = file.with_suffix(f".{name}.db")
    now = _microseconds(datetime.now(UTC))
    paused = (_PAUSED, (Hold.PERSON.value, RESTORED, now))
    holds = ((_UNCERTAIN_OR_HELD, (RESTORED, now)), paused, (_BEYOND, ()))
    sqlite.copy_whole(file, target, *(holds if version >= _HOLDS else [(_UNCERTAIN, (RESTORED, now))]))
    for old in [path for path in _files(file.parent) if path != target][KEPT - 1 :]:
        old.unlink(missing_ok=True)
    return target


def make_daily(file: Path, day: date) -> Path | None:
    """The backup of a day; None where there is one."""
    name = day.isoformat()
    if file.with_suffix(f".{name}.db").exists():
        return None
    return make(file, name, sqlite.VERSION)


def is_any(folder: Path) -> bool:
    """Whether there is a backup: then there was a workspace."""
    return next(_files(folder), None) is not None


def newest_whole(folder: Path) -> Path | None:
    """The newest backup that is sound and that this program can open."""
    return next((path for path in _files(folder) if _is_sound(path)), None)


def _is_sound(path: Path) -> bool:
    with suppress(WorkspaceError, *sqlite.FAILURES):
        return bool(sqlite.check_file(path) and sqlite.is_whole(path))
    return False


def every(folder: Path) -> Iterator[Backup]:
    """All backups, the newest first."""
    for path in _files(folder):
        made_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        sound = _is_sound(path)
        counts = sqlite.counted(path, "campaigns", "jobs", "sms") if sound else ()
        yield Backup(path, made_at, sound, *counts)


def put_back(file: Path, backup: Path, now: datetime, who: str) -> Path:
    """Puts a backup in place of a workspace's file that nobody has open; answers where that one is kept.

    That ``who`` did so is an act of the new one.

    What is uncertain in it may have been sent until ``now``: the settling time counts from then. At each
    instant there is a file of that name, the old one or the whole new one. Raises WorkspaceBusy.
    """
    if sqlite.is_in_use(file):
        raise WorkspaceBusy(folder=file.parent.name)
    names = (file.with_name(f"damaged-{number}.db") for number in count(1))
    aside = next(name for name in names if not name.exists())
    fresh = file.with_name("workspace.new")
    settles = (_SETTLES, (_microseconds(now), RESTORED))
    made = json.dumps({"made": datetime.fromtimestamp(backup.stat().st_mtime, UTC).isoformat()})
    told = (_TOLD, (_microseconds(now), who, What.RESTORED.value, made))
    sqlite.copy_whole(backup, fresh, *([settles, told] if sqlite.check_file(backup) >= _HOLDS else []))
    try:
        if file.exists():
            sqlite.copy_bytes(file, aside)
        # The log of the damaged file must never be read as the new one's.
        for end in ("-wal", "-shm"):
            with suppress(FileNotFoundError):
                file.with_name(file.name + end).replace(aside.with_name(aside.name + end))
        fresh.replace(file)
    finally:
        fresh.unlink(missing_ok=True)
    sqlite.flush_folder(file.parent)
    mark(file.parent, damaged=False)
    return aside


def _microseconds(at: datetime) -> int:
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


def mark(folder: Path, *, damaged: bool) -> None:
    """Notes that damage was found while the workspace was open, for whoever opens it next."""
    if damaged:
        folder.joinpath(_MARKER).touch(0o600)
    else:
        folder.joinpath(_MARKER).unlink(missing_ok=True)


def is_marked(folder: Path) -> bool:
    """Whether damage was found before: then it is looked for to the end, however long that takes."""
    return folder.joinpath(_MARKER).exists()
