"""What every verb of the desk needs: the store, the clock, tasks, changes, a worker process."""

import asyncio
import multiprocessing
import os
import socket
import sys
import threading
import uuid
from collections.abc import Awaitable, Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from smsdesk.desk.changes import Changes, Topic
from smsdesk.desk.tasks import Notice, Tasks

if TYPE_CHECKING:
    from smsdesk.store.workspace import Connection, Store

P = ParamSpec("P")
T = TypeVar("T")

INLINE_ROWS = 300
"""Work over at most this many rows is done at once: it costs less than asking the worker."""


def utc_now() -> datetime:
    """The time, aware, in UTC."""
    return datetime.now(UTC)


def new_owner() -> str:
    """A name for this process that others on this machine can tell dead from alive."""
    return f"{socket.gethostname()}/{os.getpid()}/{uuid.uuid4().hex}"


def gone(owner: str) -> bool:
    """Whether the process of that name is certain to have ended: same machine, no such process."""
    host, pid, _ = owner.split("/")
    if host != socket.gethostname() or sys.platform == "win32":
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _end_with_parent() -> None:
    """Makes a worker end when the program is killed: nobody else would tell it."""

    def watch() -> None:
        parent = multiprocessing.parent_process()
        if parent is not None:
            parent.join()
            os._exit(0)

    threading.Thread(target=watch, daemon=True).start()


class Context:
    """Shared by the desk's verbs. ``owner`` names this process in leases; ``sleep`` takes seconds."""

    def __init__(
        self,
        store: "Store",
        owner: str,
        *,
        now: Callable[[], datetime] = utc_now,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self.store = store
        self.owner = owner
        self.now = now
        self.sleep = sleep
        self.changes = Changes()
        self.on_notice: Callable[[Notice], None] = lambda _: None
        self.tasks = Tasks(lambda notice: self.on_notice(notice))  # noqa: PLW0108 (it may be set later)
        self._worker: ProcessPoolExecutor | None = None

    async def write(
        self, verb: "Callable[Concatenate[Connection, P], T]", *args: P.args, **named: P.kwargs
    ) -> T:
        """Runs a verb of the store in one transaction on the store's writing thread."""
        return await asyncio.shield(asyncio.wrap_future(self.store.write(verb, *args, **named)))

    async def read(
        self, verb: "Callable[Concatenate[Connection, P], T]", *args: P.args, **named: P.kwargs
    ) -> T:
        """Runs a verb of the store on its reading thread."""
        return await asyncio.wrap_future(self.store.read(verb, *args, **named))

    async def hold(self, lease: str, span: timedelta) -> bool:
        """Takes or renews a lease; one whose owner died on this machine is free at once."""
        from smsdesk.store import leases

        if await self.write(leases.acquire, lease, self.owner, self.now(), span):
            return True
        holder = await self.read(leases.holder, lease)
        if holder is None or not gone(holder):
            return False
        await self.write(leases.release, lease, holder)
        return await self.write(leases.acquire, lease, self.owner, self.now(), span)

    async def compute(self, rows: int, work: Callable[..., T], *args: Any) -> T:
        """Plain Python over ``rows`` rows: in a worker process where it would hold up the window."""
        if rows <= INLINE_ROWS:
            return work(*args)
        if self._worker is None:
            spawning = multiprocessing.get_context("spawn")
            self._worker = ProcessPoolExecutor(1, spawning, initializer=_end_with_parent)
        return await asyncio.get_running_loop().run_in_executor(self._worker, work, *args)

    async def follow(self, every: timedelta = timedelta(seconds=1)) -> None:
        """Tells changes that another process wrote to the workspace; runs until cancelled."""
        known = await asyncio.to_thread(self.store.data_version)
        while True:
            await self.sleep(every.total_seconds())
            version = await asyncio.to_thread(self.store.data_version)
            if version != known:
                known = version
                self.changes.tell(*Topic)

    async def close(self) -> None:
        """Stops the tasks, then the worker."""
        await self.tasks.stop()
        if self._worker is not None:
            await asyncio.to_thread(self._worker.shutdown, cancel_futures=True)
