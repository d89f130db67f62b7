"""What every verb of the desk needs: the store, the clock, tasks, changes, a worker process."""

import asyncio
import os
import socket
import sys
import uuid
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

from smsdesk.core.errors import WorkspaceError
from smsdesk.core.problem import Level
from smsdesk.core.progress import Progress, silent
from smsdesk.desk.changes import Changes, Topic
from smsdesk.desk.tasks import Notice, Tasks

if TYPE_CHECKING:
    from smsdesk.desk.worker import Worker
    from smsdesk.store.leases import Lease
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
        self._workers: dict[bool, Worker] = {}

    async def write(
        self, verb: "Callable[Concatenate[Connection, P], T]", *args: P.args, **named: P.kwargs
    ) -> T:
        """Runs a verb of the store in one transaction on the store's writing thread."""
        written = asyncio.wrap_future(self.store.write(verb, *args, **named))
        # Who is cancelled meanwhile does not hear how it ended.
        written.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
        return await asyncio.shield(written)

    async def read(
        self, verb: "Callable[Concatenate[Connection, P], T]", *args: P.args, **named: P.kwargs
    ) -> T:
        """Runs a verb of the store on its reading thread."""
        return await asyncio.wrap_future(self.store.read(verb, *args, **named))

    async def hold(self, lease: str, span: timedelta) -> "Lease | None":
        """Takes or renews a lease; one whose owner died on this machine is free at once."""
        from smsdesk.store import leases

        held = await self.write(leases.acquire, lease, self.owner, self.now(), span)
        if held is not None:
            return held
        holder = await self.read(leases.holder, lease)
        if holder is None or not gone(holder):
            return None
        await self.write(leases.release, lease, holder)
        return await self.write(leases.acquire, lease, self.owner, self.now(), span)

    async def compute(
        self,
        rows: int,
        work: Callable[..., T],
        *args: Any,
        progress: Progress | None = None,
        lasting: bool = False,
    ) -> T:
        """Plain Python over ``rows`` rows: in a worker process where it would hold up the window.

        With ``progress`` the work gets a parameter of that name, and what it tells arrives on the loop.
        ``lasting``: it may take minutes, so nothing that is short waits for it. Cancelling stops the work.
        Raises WorkLost where the worker ended before it.
        """
        if rows <= INLINE_ROWS:
            return work(*args) if progress is None else work(*args, progress=silent)
        if lasting not in self._workers:
            from smsdesk.desk.worker import GRACE, LONG_GRACE, Worker

            self._workers[lasting] = Worker(LONG_GRACE if lasting else GRACE)
        done: T = await self._workers[lasting].run(work, args, progress)
        return done

    async def repeat(self, turn: Callable[[], Awaitable[object]], every: timedelta) -> None:
        """One turn after another, for ever, and ``every`` between them.

        What the workspace cannot take now, for the disk is full, it may take again; that is told once.
        """
        told = ""
        while True:
            try:
                await turn()
                told = ""
            except WorkspaceError as error:
                if error.code != told:
                    self.on_notice(Notice(Level.ERROR, error))
                told = error.code
            await self.sleep(every.total_seconds())

    async def follow(self, every: timedelta = timedelta(seconds=1)) -> None:
        """Tells changes that another process wrote to the workspace; runs until cancelled."""
        known: int | None = None

        async def look() -> None:
            nonlocal known
            version = await asyncio.to_thread(self.store.data_version)
            if known not in (None, version):
                self.changes.tell(*Topic)
            known = version

        await self.repeat(look, every)

    async def close(self) -> None:
        """Stops the tasks, then the workers."""
        await self.tasks.stop()
        await asyncio.gather(*(worker.close() for worker in self._workers.values()))
