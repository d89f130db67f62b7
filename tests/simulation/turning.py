"""Time, tasks and threads of a simulated world: one real thread turns everything, a seed says in which order.

Each program has a loop and two threads of its own. They are queues here; of all queues in which something is
ready one is drawn, and one step of it is taken: one turn of one task, or one job of one thread. Where nothing
is ready the time goes to the next thing to come. What belongs to a dead program is never turned again, not
even its ``finally``: so ends a process at ``kill -9``.
"""

import asyncio
import inspect
from asyncio import events
from collections import deque
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor, Future
from contextvars import Context
from heapq import heappop, heappush
from random import Random
from typing import Any

FOREVER = 10.0**12


class Died(BaseException):
    """Ends what is asked of a program that is dead."""


class Queue:
    """Something that takes steps one after the other. ``owner`` is the program that it is part of."""

    def __init__(self, turner: "Turner", owner: str) -> None:
        self.turner, self.owner = turner, owner
        self.ready: deque[Any] = deque()
        self.dead = self.frozen = False
        turner.queues.append(self)

    def step(self) -> None:
        """Takes the first of what is ready."""
        raise NotImplementedError


class Turner:
    """The world's time in seconds from its beginning, and whose turn it is."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.now = 0.0
        self.steps = 0
        self.queues: list[Queue] = []
        self.before_step: Callable[[Queue], bool] = lambda _: True
        self._coming: list[tuple[float, int, Callable[[], None]]] = []
        self._count = 0

    def at(self, when: float, act: Callable[[], None]) -> None:
        """Something to come; what comes at the same time comes in the order of these calls."""
        self._count += 1
        heappush(self._coming, (max(when, self.now), self._count, act))

    def turn(self) -> bool:
        """One step, or the time goes on; False where nothing is to come any more."""
        ready = [queue for queue in self.queues if queue.ready and not queue.frozen]
        if ready:
            queue = ready[0] if len(ready) == 1 else ready[int(self.chance.random() * len(ready))]
            self.steps += 1
            if self.before_step(queue):
                queue.step()
            return True
        if not self._coming:
            return False
        self.now, _, act = heappop(self._coming)
        act()
        return True

    def bury(self, owner: str) -> None:
        """A program is dead from now on."""
        for queue in self.queues:
            if queue.owner == owner:
                queue.dead = True
                queue.ready.clear()
        self.queues = [queue for queue in self.queues if not queue.dead]

    def freeze(self, owner: str, *, frozen: bool) -> None:
        """A program stands still (a laptop's lid, a debugger), or goes on."""
        for queue in self.queues:
            if queue.owner == owner:
                queue.frozen = frozen


class Loop(Queue, asyncio.AbstractEventLoop):
    """As much of an event loop as tasks, futures and time-outs ask for."""

    def __init__(self, turner: Turner, owner: str) -> None:
        super().__init__(turner, owner)
        self.tasks: list[asyncio.Task[Any]] = []
        self.troubles: list[dict[str, Any]] = []

    def step(self) -> None:
        handle = self.ready.popleft()
        if not handle.cancelled():
            events._set_running_loop(self)
            try:
                handle._run()
            finally:
                events._set_running_loop(None)

    def time(self) -> float:
        return self.turner.now

    def get_debug(self) -> bool:
        return False

    def is_running(self) -> bool:
        return not self.dead

    def is_closed(self) -> bool:
        return False

    def call_soon(
        self, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.Handle:
        handle = asyncio.Handle(callback, args, self, context)
        if not self.dead:
            self.ready.append(handle)
        return handle

    call_soon_threadsafe = call_soon

    def call_later(
        self, delay: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        return self.call_at(self.turner.now + delay, callback, *args, context=context)

    def call_at(
        self, when: float, callback: Callable[..., object], *args: Any, context: Context | None = None
    ) -> asyncio.TimerHandle:
        handle = asyncio.TimerHandle(when, callback, args, self, context)

        def due() -> None:
            if not self.dead and not handle.cancelled():
                self.ready.append(handle)

        self.turner.at(when, due)
        return handle

    def _timer_handle_cancelled(self, handle: asyncio.TimerHandle) -> None:
        pass

    def create_future(self) -> asyncio.Future[Any]:
        return asyncio.Future(loop=self)

    def create_task(
        self, coro: Coroutine[Any, Any, Any], *, name: str | None = None, context: Context | None = None
    ) -> asyncio.Task[Any]:
        task = asyncio.Task(coro, loop=self, name=name, context=context)
        self.tasks.append(task)
        return task

    def run_in_executor(
        self, executor: Executor | None, func: Callable[..., Any], *args: Any
    ) -> asyncio.Future[Any]:
        # What the program hands to other threads neither waits nor writes: it is done at once.
        future = self.create_future()
        try:
            future.set_result(func(*args))
        except Exception as error:  # noqa: BLE001 (whatever it is goes to who waits for it)
            future.set_exception(error)
        return future

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        # What a dead program was told last nobody has heard.
        if not self.dead:
            self.troubles.append(context)

    async def shutdown_asyncgens(self) -> None:
        pass


def dispose(tasks: list[asyncio.Task[Any]]) -> None:
    """Takes the coroutines of dead programs apart; whatever they still want to do meets Died."""
    for task in tasks:
        task._log_destroy_pending = False
        coroutine = task.get_coro()
        if task.done() or coroutine is None:
            if task.done() and not task.cancelled():
                task.exception()
            continue
        frame = coroutine.cr_frame  # type: ignore[union-attr]
        if frame is not None and inspect.getcoroutinestate(coroutine) == inspect.CORO_CREATED:
            # What it would have awaited is told that this is meant.
            for value in frame.f_locals.values():
                if inspect.iscoroutine(value):
                    value.close()
        for _ in range(50):
            try:
                coroutine.close()
                break
            except BaseException:  # noqa: BLE001
                continue


class Thread(Queue, Executor):
    """A thread that does one job after the other. ``die_within``: the next job ends before its commit."""

    def __init__(self, turner: Turner, owner: str, delay: Callable[[], float]) -> None:
        super().__init__(turner, owner)
        self._delay, self._free_at = delay, 0.0
        self._coming = 0

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        if self.dead:
            raise Died
        future: Future[Any] = Future()
        job = (future, fn, args, kwargs)
        delay = self._delay()
        if not delay and not self._coming:
            self.ready.append(job)
            return future

        def due() -> None:
            self._coming -= 1
            if not self.dead:
                self.ready.append(job)

        # However slow the disk is, the jobs keep their order.
        self._coming += 1
        self._free_at = max(self._free_at, self.turner.now) + delay
        self.turner.at(self._free_at, due)
        return future

    def step(self) -> None:
        future, fn, args, kwargs = self.ready.popleft()
        if not future.set_running_or_notify_cancel():
            return
        try:
            future.set_result(fn(*args, **kwargs))
        except BaseException as error:  # noqa: BLE001
            future.set_exception(error)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        pass
