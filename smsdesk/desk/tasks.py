"""Every task has an owner: started by key, replaced by key, stopped together."""

import asyncio
import traceback
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from smsdesk.core.errors import SmsDeskError
from smsdesk.core.problem import Level


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a person should know now: an expected error, or a bug with details to copy."""

    level: Level
    error: SmsDeskError | None = None
    code: str = ""
    values: tuple[tuple[str, str | int], ...] = ()
    details: str = ""


def trace_of(error: BaseException) -> str:
    """Where a bug happened, without any value: neither numbers nor credentials can be in it."""
    frames = traceback.extract_tb(error.__traceback__)
    places = [f"  {frame.filename.rpartition('smsdesk')[2]}:{frame.lineno} {frame.name}" for frame in frames]
    # What the worker process said of it comes as a note.
    notes: list[str] = getattr(error, "__notes__", [])
    return "\n".join([type(error).__name__, *places, *notes])


def bug_notice(error: BaseException) -> Notice:
    """What a person is told of a bug."""
    return Notice(Level.ERROR, code="bug", details=trace_of(error))


class Tasks:
    """The owner of all tasks. ``notice`` is called on the loop with what went wrong.

    ``over``: it was stopped, and nothing may be started any more.
    """

    def __init__(self, notice: Callable[[Notice], None]) -> None:
        self._notice = notice
        self.over = False
        self._running: dict[str, asyncio.Task[None]] = {}
        self._replaced: set[asyncio.Task[None]] = set()

    def start(self, key: str, work: Coroutine[Any, Any, object]) -> asyncio.Task[None]:
        """Runs ``work`` as the task of ``key``; an older one of that key is cancelled."""
        older = self._running.pop(key, None)
        if older is not None and not older.done():
            older.cancel()
            self._replaced.add(older)
            older.add_done_callback(self._replaced.discard)
        task = asyncio.get_running_loop().create_task(self._guarded(work), name=key)
        self._running[key] = task
        task.add_done_callback(lambda done: self._forget(key, done))
        # A task cancelled before its first step never awaits its work; closing it says that is meant.
        task.add_done_callback(lambda _: work.close())
        return task

    def runs(self, key: str) -> bool:
        """Whether the task of ``key`` is under way; one that has just ended is not."""
        task = self._running.get(key)
        return task is not None and not task.done()

    async def stop(self) -> None:
        """Cancels all tasks and waits for their ends."""
        self.over = True
        tasks = [*self._running.values(), *self._replaced]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _guarded(self, work: Coroutine[Any, Any, object]) -> None:
        try:
            await work
        except SmsDeskError as error:
            self._notice(Notice(Level.ERROR, error))
        except Exception as error:  # noqa: BLE001 (the one place where a bug becomes a notice)
            self._notice(bug_notice(error))

    def _forget(self, key: str, done: asyncio.Task[None]) -> None:
        if self._running.get(key) is done:
            del self._running[key]
