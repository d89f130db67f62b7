"""All that is SQLite's own: pragmas, file modes, versions, whole copies, and its errors in our words."""

import errno
import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Select,
    Table,
    create_engine,
    event,
    func,
    literal,
    select,
    text,
)
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
from smsdesk.store import grams, outcomes, schema
from smsdesk.store.schema import INSTANTS, STEPS, Instant, metadata

VERSION = schema.VERSION
"""Of a workspace as this program makes it."""

FILE = "workspace.db"
APPLICATION_ID = 0x534D5344
"""``SMSD``: tells our files from others."""
BUSY_MS = 10_000
FLUSHED = {"synchronous": 2, "fullfsync": 1, "checkpoint_fullfsync": 1}
DURABLE = {"journal_mode": "wal", **FLUSHED}
"""How each connection that writes keeps what was committed through a power cut.

With the write-ahead log, ``synchronous=FULL`` (2) flushes the log at each commit; with NORMAL the last
commits could be gone, and with them the word that a job is being sent. The other two do so on a Mac, where a
plain flush stops at the drive. Nothing is laxer: decision 0016 says why.
"""
CAREFUL = {"foreign_keys": 1, "trusted_schema": 0, "cell_size_check": 1, "mmap_size": 0}
"""Of every connection: a damaged file is told by an error; mapped into memory, it could end the process."""
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
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)

FAILURES = (sqlite3.Error, UnicodeDecodeError, OSError)
"""What :func:`plain_errors` turns into ours, for who must go on in spite of it."""
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
    except UnicodeDecodeError:
        # In a damaged file SQLite finds names, and puts them into its errors, that are no text.
        raise damaged(folder) from None
    except PermissionError:
        raise WorkspaceReadOnly(folder=folder.name) from None
    except OSError as error:
        raise _FILE_ERRORS.get(error.errno or 0, WorkspaceBroken)(folder=folder.name) from None


def _named(error: BaseException | None, folder: Path) -> SmsDeskError:
    code = getattr(error, "sqlite_errorcode", 0)
    # No room for the index of the write-ahead log, which SQLite reports as trouble with the disk.
    if code == sqlite3.SQLITE_IOERR_SHMSIZE:
        return WorkspaceFull(folder=folder.name)
    if code & 0xFF in _DAMAGED:
        return damaged(folder)
    if code & 0xFF == sqlite3.SQLITE_IOERR:
        return WorkspaceBroken(folder=str(folder), reason="disk")
    return _ERRORS.get(code & 0xFF, WorkspaceBroken)(folder=folder.name)


def damaged(folder: Path) -> WorkspaceBroken:
    """The error of a workspace that is ours and damaged."""
    return WorkspaceBroken(folder=str(folder), reason="damaged")


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
        raw.execute(f"PRAGMA busy_timeout={BUSY_MS}")
        for name, value in (CAREFUL if read_only else CAREFUL | DURABLE).items():
            raw.execute(f"PRAGMA {name}={value}")
        if max_pages is not None:
            raw.execute(f"PRAGMA max_page_count={max_pages}")

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine


@contextmanager
def transaction(connection: Connection) -> Iterator[None]:
    """One transaction. It is over afterwards whatever happens: a commit that fails may leave it open."""
    try:
        with connection.begin():
            yield
    except BaseException:
        raw = connection.connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)
        if raw.in_transaction:
            raw.rollback()
        raise


def keys(connection: Connection, query: Select[tuple[int]]) -> list[int]:
    """The numbers that a query of one column finds, in its order: hundreds of thousands in some 30 ms."""
    found = query.subquery()
    listed = connection.scalar(select(func.json_group_array(found.c[0])))
    return list(json.loads(listed or "[]"))


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
        head = opened.read(100)
    if head[: len(_MAGIC)] not in (b"", _MAGIC):
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
        ours = head[68:72] == APPLICATION_ID.to_bytes(4, "big")
        raise damaged(file.parent) if ours else WorkspaceBroken(folder=file.parent.name) from None
    finally:
        raw.close()
    if empty and not application:
        return 0
    if application != APPLICATION_ID:
        raise WorkspaceBroken(folder=file.parent.name)
    if version > VERSION:
        raise WorkspaceTooNew(folder=file.parent.name)
    if version < 1:
        raise damaged(file.parent)
    return version


@event.listens_for(schema.acts, "after_create")
def _only_grows(table: Table, connection: Connection, **_: object) -> None:
    """The log of acts itself refuses that something in it is changed or taken out."""
    for change in ("UPDATE", "DELETE"):
        refuse = "SELECT RAISE(ABORT, 'it only grows')"
        name = f"{table.name}_no_{change.lower()}"
        connection.execute(text(f"CREATE TRIGGER {name} BEFORE {change} ON {table.name} BEGIN {refuse}; END"))


@event.listens_for(schema.unindexed, "after_create")
def _make_index(table: Table, connection: Connection, **_: object) -> None:
    """Where it is written what the search index does not know yet, there is one."""
    del table
    grams.create(connection)


@event.listens_for(metadata, "after_create")
def _keep_sums(_: object, connection: Connection, tables: Sequence[Table] = (), **__: object) -> None:
    """Where there is a table of sums they are kept up."""
    if schema.outcomes in tables:
        outcomes.keep_up(connection)


def migrate(engine: Engine) -> None:
    """Leads the file to our version in one transaction."""
    with engine.begin() as connection:
        # Another program may have been faster.
        version = int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
        for step in STEPS[version:]:
            step(connection)
        if version < VERSION:
            connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")
            connection.exec_driver_sql(f"PRAGMA user_version={VERSION}")


def fits(connection: Connection) -> bool:
    """Whether every value is one of its column, which SQLite's own check does not look at."""
    for table in metadata.sorted_tables:
        odd = [_odd(f'{table.name}."{column.name}"', column) for column in table.columns]
        if connection.scalar(select(literal(1)).select_from(table).where(text(" OR ".join(odd)))):
            return False
    return True


def _odd(name: str, column: Column[Any]) -> str:
    """The condition that a value is of another kind, or an instant that no calendar has."""
    python = column.type.python_type
    kind = "text" if python is str else "blob" if python is bytes else "integer"
    kinds = f"'{kind}', 'null'" if column.nullable else f"'{kind}'"
    odd = f"typeof({name}) NOT IN ({kinds})"
    first, last = INSTANTS
    return f"{odd} OR {name} NOT BETWEEN {first} AND {last}" if isinstance(column.type, Instant) else odd


def is_whole(file: Path, stop: Callable[[], bool] = lambda: False) -> bool | None:
    """Whether the file's structure is sound, indexes compared with their tables; None where it was stopped.

    ``stop`` is asked every few milliseconds, on this thread.
    """
    raw = sqlite3.connect(f"{_address(file)}?mode=ro", uri=True, timeout=BUSY_MS / 1000)
    try:
        raw.execute("PRAGMA cell_size_check=1")
        raw.execute("PRAGMA trusted_schema=0")
        raw.set_progress_handler(stop, _TICK)
        return bool(raw.execute("PRAGMA integrity_check(1)").fetchone() == ("ok",))
    except UnicodeDecodeError:
        return False
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in _ERRORS:
            raise
        return None if code == sqlite3.SQLITE_INTERRUPT else False
    finally:
        raw.close()


_TICK = 10_000
"""So many steps of SQLite's machine take a few milliseconds."""


Statement = tuple[str, tuple[str | int, ...]]
"""SQL with its values."""


def copy_whole(source: Path, target: Path, *then: Statement) -> None:
    """Copies a workspace's file, what is still in its write-ahead log included: all of it, or nothing.

    ``then`` is run in the copy before it gets its name.
    """
    part = target.with_name(f"{target.name}.part")
    try:
        part.unlink(missing_ok=True)
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        _copy(source, part, then)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    flush_folder(target.parent)


def _copy(source: Path, part: Path, then: tuple[Statement, ...]) -> None:
    old = sqlite3.connect(f"{_address(source)}?mode=ro", uri=True, timeout=BUSY_MS / 1000)
    new = sqlite3.connect(part, isolation_level=None)
    try:
        for name, value in FLUSHED.items():
            new.execute(f"PRAGMA {name}={value}")
        old.backup(new)
        # One file without a log beside it; until it has its name, nobody needs to take anything back.
        new.execute("PRAGMA journal_mode=MEMORY")
        new.execute("BEGIN IMMEDIATE")
        for statement, values in then:
            new.execute(statement, values)
        new.execute("COMMIT")
    finally:
        old.close()
        new.close()


def flush_folder(folder: Path) -> None:
    """A new name in a folder survives a power cut too, where the system can say so."""
    if os.name == "nt":
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


_SHARED_LOCK = (510, 0x40000002)
"""Length and place of the lock that whoever has a file open shares (SQLite's os.h); the file ends before."""


def is_in_use(file: Path) -> bool:
    """Whether another program has a workspace's file open, damaged or not. Touches nothing.

    This process must not have it open. Windows itself lets no file be replaced that is open.
    """
    if os.name == "nt" or not file.exists():
        return False
    import fcntl

    with file.open("rb+") as opened:
        try:
            fcntl.lockf(opened, fcntl.LOCK_EX | fcntl.LOCK_NB, *_SHARED_LOCK)
        except (BlockingIOError, PermissionError):
            return True
    return False


def counted(file: Path, *tables: str) -> tuple[int, ...]:
    """How many rows each of these tables of a sound backup has."""
    raw = sqlite3.connect(f"{_address(file)}?mode=ro&immutable=1", uri=True)
    try:
        return tuple(int(raw.execute(f"SELECT count(*) FROM {table}").fetchone()[0]) for table in tables)  # noqa: S608 (names of ours)
    finally:
        raw.close()


def copy_bytes(source: Path, target: Path) -> None:
    """A copy of a file as it is, damaged or not, on the disk when this returns."""
    with source.open("rb") as old, target.open("xb") as new:
        target.chmod(0o600)
        shutil.copyfileobj(old, new)
        new.flush()
        os.fsync(new.fileno())


def create(file: Path) -> None:
    """Makes the empty file with its mode (0600) before anything is in it.

    What a failed start left, without a write-ahead log, gets it when it is opened to write, as a backup does.
    """
    os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
    flush_folder(file.parent)
