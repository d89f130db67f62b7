"""One workspace: a folder with a SQLite file. All writes on one thread, reads on another."""

from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine

from smsdesk.core.errors import WorkspaceReadOnly
from smsdesk.store import sqlite

__all__ = ["Connection", "Store"]

P = ParamSpec("P")
T = TypeVar("T")


class Store:
    """An open workspace. Verbs are functions whose first parameter is an opaque connection."""

    def __init__(
        self, folder: Path, engines: tuple[Engine, Engine], executors: tuple[Executor, Executor]
    ) -> None:
        self.folder = folder
        self._writer, self._reader = executors
        self._engines = engines
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
    ) -> "Store":
        """Opens or makes the workspace in ``folder``.

        ``max_pages`` bounds the file (4 KiB each). Raises WorkspaceError.
        """
        with sqlite.plain_errors(folder):
            file = sqlite.make_folder(folder)
            version = sqlite.check_file(file)
            if read_only and not version:
                raise WorkspaceReadOnly(folder=folder.name)
            if not version and not read_only:
                sqlite.create(file)
            engine = sqlite.engine_for(file, read_only=read_only, max_pages=max_pages)
            if not read_only:
                sqlite.migrate(engine, file, version)
        executors = (
            writer or ThreadPoolExecutor(1, "store-write"),
            reader or ThreadPoolExecutor(1, "store-read"),
        )
        return cls(folder, (engine, sqlite.engine_for(file, read_only=True)), executors)

    def write(
        self, verb: Callable[Concatenate[Connection, P], T], *args: P.args, **named: P.kwargs
    ) -> Future[T]:
        """Runs a verb in one transaction on the writing thread: all of it happens, or nothing."""

        def act() -> T:
            with sqlite.plain_errors(self.folder), self._to_write.begin():
                return verb(self._to_write, *args, **named)

        return self._writer.submit(act)

    def read(
        self, verb: Callable[Concatenate[Connection, P], T], *args: P.args, **named: P.kwargs
    ) -> Future[T]:
        """Runs a verb on the reading thread, over a connection that cannot write."""

        def act() -> T:
            with sqlite.plain_errors(self.folder), self._to_read.begin():
                return verb(self._to_read, *args, **named)

        return self._reader.submit(act)

    def data_version(self) -> int:
        """A number that changes when another program has written to the file; own writes don't count."""
        return self._writer.submit(self._version).result()

    def _version(self) -> int:
        with sqlite.plain_errors(self.folder):
            return sqlite.data_version(self._to_write)

    def close(self) -> None:
        """Waits for what is under way, then closes the file."""
        self._writer.shutdown()
        self._reader.shutdown()
        self._to_write.close()
        self._to_read.close()
        for engine in self._engines:
            engine.dispose()

    def __enter__(self) -> "Store":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
