"""One workspace: a folder with a SQLite file. All writes on one thread, reads on another.

On opening it is looked through for damage, as far as that takes no time one would notice; what is left is
done in the background (:meth:`Store.look_after`). A damaged one is not opened: its newest backup is named.
"""

from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from datetime import date, datetime
from pathlib import Path
from threading import Event
from time import monotonic
from types import TracebackType
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine

from smsdesk.core.errors import WorkspaceBroken, WorkspaceReadOnly
from smsdesk.store import backup, sqlite

__all__ = ["Connection", "Store"]

P = ParamSpec("P")
T = TypeVar("T")

CHECK_SECONDS = 0.2
"""So long an opening looks for damage: enough for some 20 MB."""
_BYTES_A_SECOND = 200_000_000
"""No more is looked through on any machine: a look that cannot come to its end is not begun."""
_BY_VALUES = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What a verb raises over values that nobody wrote so; or it is a bug."""


class Store:
    """An open workspace. Verbs are functions whose first parameter is an opaque connection."""

    def __init__(
        self,
        folder: Path,
        engines: tuple[Engine, Engine],
        executors: tuple[Executor, Executor],
        *,
        whole: bool = True,
    ) -> None:
        self.folder = folder
        self._writer, self._reader = executors
        self._engines = engines
        self._whole = whole
        self._closing = Event()
        with sqlite.plain_errors(folder):
            self._to_write = engines[0].connect()
            self._to_read = engines[1].connect()

    @classmethod
    def open(
        cls,
        folder: Path,
        *,
        writer: Executor | None = None,
        reader: Executor | None = None,
        max_pages: int | None = None,
        read_only: bool = False,
        check_seconds: float = CHECK_SECONDS,
    ) -> "Store":
        """Opens or makes the workspace in ``folder``.

        ``max_pages`` bounds the file (4 KiB each). Raises WorkspaceError; a WorkspaceBroken of a damaged
        file names in ``backup`` the path of its newest sound backup, where there is one (reason ``backup``).
        """
        try:
            with sqlite.plain_errors(folder):
                file = sqlite.make_folder(folder)
                version = sqlite.check_file(file)
                if not version and backup.is_any(folder):
                    raise sqlite.damaged(folder)
                whole = not version or _looked_through(file, version, check_seconds)
                engine = _engine(file, version, max_pages, read_only=read_only)
        except WorkspaceBroken as broken:
            raise _with_backup(folder, broken) from None
        executors = (
            writer or ThreadPoolExecutor(1, "store-write"),
            reader or ThreadPoolExecutor(1, "store-read"),
        )
        return cls(folder, (engine, sqlite.engine_for(file, read_only=True)), executors, whole=whole)

    def look_after(self, day: date) -> None:
        """Looks for damage, where opening had no time to, and makes the backup of ``day`` if there is none.

        It blocks, so it needs a thread of its own; closing the workspace ends it. Raises WorkspaceBroken as
        :meth:`open`; from then on the workspace is looked through to the end before it is opened.
        """
        file = self.folder / sqlite.FILE
        with sqlite.plain_errors(self.folder):
            self._whole = self._whole or self._found_whole(file)
            if self._whole and not self._closing.is_set():
                backup.make_daily(file, day)

    def _found_whole(self, file: Path) -> bool:
        found = sqlite.is_whole(file, self._closing.is_set)
        if found is False:
            backup.mark(self.folder, damaged=True)
            raise _with_backup(self.folder, sqlite.damaged(self.folder))
        return bool(found)

    def write(
        self, verb: Callable[Concatenate[Connection, P], T], *args: P.args, **named: P.kwargs
    ) -> Future[T]:
        """Runs a verb in one transaction on the writing thread: all of it happens, or nothing."""

        def act() -> T:
            return self._acted(self._to_write, lambda: verb(self._to_write, *args, **named))

        return self._writer.submit(act)

    def read(
        self, verb: Callable[Concatenate[Connection, P], T], *args: P.args, **named: P.kwargs
    ) -> Future[T]:
        """Runs a verb on the reading thread, over a connection that cannot write."""

        def act() -> T:
            return self._acted(self._to_read, lambda: verb(self._to_read, *args, **named))

        return self._reader.submit(act)

    def _acted(self, connection: Connection, act: Callable[[], T]) -> T:
        try:
            with sqlite.plain_errors(self.folder), sqlite.transaction(connection):
                return act()
        except _BY_VALUES:
            with sqlite.plain_errors(self.folder), connection.begin():
                if sqlite.fits(connection):
                    raise
            raise sqlite.damaged(self.folder) from None

    def data_version(self) -> int:
        """A number that changes when another program has written to the file; own writes don't count."""
        return self._writer.submit(self._version).result()

    def _version(self) -> int:
        with sqlite.plain_errors(self.folder):
            return sqlite.data_version(self._to_write)

    def close(self) -> None:
        """Waits for what is under way, then closes the file."""
        self._closing.set()
        self._writer.shutdown()
        self._reader.shutdown()
        # The one that can write goes last: it leaves a single file, without a log beside it.
        self._to_read.close()
        self._to_write.close()
        for engine in self._engines:
            engine.dispose()

    def __enter__(self) -> "Store":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def put_back(folder: Path, backup_file: Path, now: datetime, who: str = "?") -> Path:
    """Puts a backup in place of the file of a workspace that nobody has open.

    Answers where that one is kept; ``who`` did so is in its log of acts. Raises WorkspaceError, and then all
    is as it was.
    """
    with sqlite.plain_errors(folder):
        return backup.put_back(folder / sqlite.FILE, backup_file, now, who)


def backups(folder: Path) -> tuple[backup.Backup, ...]:
    """The backups of a workspace, the newest first."""
    with sqlite.plain_errors(folder):
        return tuple(backup.every(folder))


def _looked_through(file: Path, version: int, seconds: float) -> bool:
    """Whether the file is sound; False where there was no time to know. Raises WorkspaceBroken."""
    patient = backup.is_marked(file.parent) or version != sqlite.VERSION
    if not patient and file.stat().st_size > seconds * _BYTES_A_SECOND:
        return False
    until = monotonic() + seconds
    found = sqlite.is_whole(file, lambda: not patient and monotonic() > until)
    if found is False:
        raise sqlite.damaged(file.parent)
    if found:
        backup.mark(file.parent, damaged=False)
    return bool(found)


def _engine(file: Path, version: int, max_pages: int | None, *, read_only: bool) -> Engine:
    """The engine that writes, its file made or led to our version; an older one is backed up before."""
    if read_only and version != sqlite.VERSION:
        raise WorkspaceReadOnly(folder=file.parent.name)
    if not version:
        sqlite.create(file)
    elif version != sqlite.VERSION:
        backup.make(file, f"v{version}", version)
    engine = sqlite.engine_for(file, read_only=read_only, max_pages=max_pages)
    if version != sqlite.VERSION:
        sqlite.migrate(engine)
    return engine


def _with_backup(folder: Path, broken: WorkspaceBroken) -> WorkspaceBroken:
    """The same error, with the backup that could be put back; a disk that fails is no matter of backups."""
    if broken.values.get("reason") == "disk" or not (newest := backup.newest_whole(folder)):
        return broken
    return WorkspaceBroken(folder=str(folder), reason="backup", backup=str(newest))
