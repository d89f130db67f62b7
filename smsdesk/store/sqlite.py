"""All that is SQLite's own: pragmas, file modes, versions, and its errors in our words."""

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from smsdesk.core.errors import (
    SmsDeskError,
    WorkspaceBroken,
    WorkspaceBusy,
    WorkspaceError,
    WorkspaceFull,
    WorkspaceReadOnly,
    WorkspaceShared,
    WorkspaceTooNew,
)
from smsdesk.store.schema import STEPS, VERSION

FILE = "workspace.db"
APPLICATION_ID = 0x534D5344
"""``SMSD``: tells our files from others."""
BUSY_MS = 10_000
_MAGIC = b"SQLite format 3\0"
_SHARES = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afpfs", "sshfs", "fuse.sshfs", "davfs"})
_ERRORS: dict[int, type[WorkspaceError]] = {
    sqlite3.SQLITE_FULL: WorkspaceFull,
    sqlite3.SQLITE_READONLY: WorkspaceReadOnly,
    sqlite3.SQLITE_CANTOPEN: WorkspaceReadOnly,
    sqlite3.SQLITE_PERM: WorkspaceReadOnly,
    sqlite3.SQLITE_BUSY: WorkspaceBusy,
    sqlite3.SQLITE_LOCKED: WorkspaceBusy,
}


_FILE_ERRORS: dict[int, type[WorkspaceError]] = {
    errno.ENOSPC: WorkspaceFull,
    errno.EDQUOT: WorkspaceFull,
    errno.EROFS: WorkspaceReadOnly,
}


@contextmanager
def plain_errors(folder: Path) -> Iterator[None]:
    """Turns what SQLite raises into our errors; no statement and no value gets out."""
    try:
        yield
    except DBAPIError as error:
        raise _named(error.orig, folder) from None
    except sqlite3.Error as error:
        raise _named(error, folder) from None
    except PermissionError:
        raise WorkspaceReadOnly(folder=folder.name) from None
    except OSError as error:
        raise _FILE_ERRORS.get(error.errno or 0, WorkspaceBroken)(folder=folder.name) from None


def _named(error: BaseException | None, folder: Path) -> SmsDeskError:
    code = getattr(error, "sqlite_errorcode", 0)
    # No room for the index of the write-ahead log, which SQLite reports as trouble with the disk.
    if code == sqlite3.SQLITE_IOERR_SHMSIZE:
        return WorkspaceFull(folder=folder.name)
    return _ERRORS.get(code & 0xFF, WorkspaceBroken)(folder=folder.name)


def make_folder(folder: Path) -> Path:
    """The folder (0700) and the path of its file. Raises WorkspaceShared on a network share."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if _file_system(folder) in _SHARES:
        raise WorkspaceShared(folder=folder.name)
    return folder / FILE


def _file_system(folder: Path) -> str:
    """The type of file system a folder lies on; empty where the system does not say."""
    mounts = Path("/proc/mounts")
    if not mounts.exists():
        return ""
    real, best, kind = str(folder.resolve()), "", ""
    for line in mounts.read_text(encoding="utf-8", errors="replace").splitlines():
        _, place, of, *_ = line.split(" ")
        place = place.replace("\\040", " ")
        inside = real == place or real.startswith(place.rstrip("/") + "/")
        if inside and len(place) >= len(best):
            best, kind = place, of
    return kind


def _address(file: Path) -> str:
    path = file.as_posix().replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    return f"file:{path}"


def engine_for(file: Path, *, read_only: bool, max_pages: int | None = None) -> Engine:
    """An engine whose connections are opened by URI; its errors and logs hide all values."""
    mode = "ro" if read_only else "rwc"
    address = f"{_address(file)}?mode={mode}"

    def connect() -> sqlite3.Connection:
        return sqlite3.connect(
            address, uri=True, timeout=BUSY_MS / 1000, isolation_level=None, check_same_thread=False
        )

    engine = create_engine("sqlite://", creator=connect, poolclass=NullPool, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def prepared(raw: sqlite3.Connection, _: object) -> None:
        raw.execute("PRAGMA foreign_keys=ON")
        raw.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        if not read_only:
            # FULL: a committed outbox entry survives a power cut, not just a crash.
            raw.execute("PRAGMA synchronous=FULL")
            if max_pages is not None:
                raw.execute(f"PRAGMA max_page_count={max_pages}")

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine


def data_version(connection: Connection) -> int:
    """SQLite's own counter of commits by others, read outside any transaction."""
    raw = connection.connection.driver_connection
    assert isinstance(raw, sqlite3.Connection)
    return _pragma(raw, "data_version")


def _pragma(raw: sqlite3.Connection, name: str) -> int:
    return int(raw.execute(f"PRAGMA {name}").fetchone()[0])


def check_file(file: Path) -> int:
    """The version of the workspace's file, 0 for a new one. Touches nothing.

    Raises WorkspaceBroken for a foreign or damaged file, WorkspaceTooNew for a newer one.
    """
    if not file.exists():
        return 0
    with file.open("rb") as opened:
        if opened.read(len(_MAGIC)) not in (b"", _MAGIC):
            raise WorkspaceBroken(folder=file.parent.name)
    # Without a write-ahead log nobody is at work: "immutable" leaves no files beside a foreign one.
    alone = not file.with_name(f"{file.name}-wal").exists()
    raw = sqlite3.connect(f"{_address(file)}?mode=ro{'&immutable=1' if alone else ''}", uri=True)
    try:
        version, application = _pragma(raw, "user_version"), _pragma(raw, "application_id")
        empty = not raw.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in _ERRORS:
            raise
        raise WorkspaceBroken(folder=file.parent.name) from None
    finally:
        raw.close()
    if empty and not application:
        return 0
    if application != APPLICATION_ID:
        raise WorkspaceBroken(folder=file.parent.name)
    if version > VERSION:
        raise WorkspaceTooNew(folder=file.parent.name)
    return version


def migrate(engine: Engine, file: Path, version: int) -> None:
    """Leads the file from ``version`` to ours in one transaction; a copy of the old one is kept."""
    if version == VERSION:
        return
    if version:
        _copy(file, file.with_suffix(f".v{version}.db"))
    with engine.begin() as connection:
        # Another program may have been faster.
        version = int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
        for step in STEPS[version:]:
            step(connection)
        connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")
        connection.exec_driver_sql(f"PRAGMA user_version={VERSION}")


def _copy(file: Path, copy: Path) -> None:
    """A whole copy, what is still in the write-ahead log included."""
    os.close(os.open(copy, os.O_CREAT | os.O_RDWR, 0o600))
    source, target = sqlite3.connect(file), sqlite3.connect(copy)
    try:
        source.backup(target)
    finally:
        source.close()
        target.close()


def create(file: Path) -> None:
    """Makes the empty file with its mode (0600) before anything is in it, and turns WAL on.

    A start that failed may have left the file, without WAL.
    """
    os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
    raw = sqlite3.connect(file)
    try:
        raw.execute("PRAGMA journal_mode=WAL")
    finally:
        raw.close()
