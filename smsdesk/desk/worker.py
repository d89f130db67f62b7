"""A process beside the window for what would hold it up: one job after the other, told of and called off."""

import asyncio
import multiprocessing
import os
import pickle
import shutil
import signal
import tempfile
import threading
from collections.abc import Callable, MutableSequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from smsdesk.core.errors import FileError, WorkLost
from smsdesk.core.parcel import pack, unpack
from smsdesk.core.progress import Cancelled, Progress
from smsdesk.desk.tasks import trace_of

TOLD_EVERY = 0.05
"""Seconds between two looks at how far a job is."""
GRACE, LONG_GRACE = 0.5, 10.0
"""Seconds that a job has to heed its cancellation; then its process is ended, the next job has another.

The long one is for what tidies up, on a machine that is busy too."""
_NICE = 10
_DONE, _ROWS, _STOP = range(3)
"""What both processes see of the job: rows done, rows in all, whether it shall stop."""


@dataclass(frozen=True, slots=True)
class _Job:
    work: Callable[..., Any]
    args: tuple[Any, ...]
    progress: Progress | None
    called_off: asyncio.Event


class Worker:
    """A process, made when the first job comes; a dead one is replaced. ``grace``: as :data:`GRACE`."""

    def __init__(self, grace: float = GRACE) -> None:
        self._grace = grace
        self._spawning = multiprocessing.get_context("spawn")
        self._state = self._spawning.RawArray("q", 3)
        self._turn = asyncio.Lock()
        self._thread = ThreadPoolExecutor(1, "worker")
        self._process: BaseProcess | None = None
        self._line: Connection | None = None
        self._jobs: set[asyncio.Task[Any]] = set()

    async def run(self, work: Callable[..., Any], args: tuple[Any, ...], progress: Progress | None) -> Any:
        """``work(*args)``, with ``progress=`` where somebody wants to be told, in the process.

        Cancelling it stops the work there too. ``progress`` is called on the loop; it may raise Cancelled.
        Raises WorkLost where the process ended before the work did.
        """
        job = _Job(work, args, progress, asyncio.Event())
        done = asyncio.get_running_loop().create_task(self._in_turn(job), name="job")
        self._jobs.add(done)
        done.add_done_callback(self._forget)
        try:
            return await asyncio.shield(done)
        except asyncio.CancelledError:
            job.called_off.set()
            raise

    def _forget(self, done: "asyncio.Task[Any]") -> None:
        self._jobs.discard(done)
        if not done.cancelled():
            # Whoever called it off does not ask any more.
            done.exception()

    async def _in_turn(self, job: _Job) -> Any:
        async with self._turn:
            if job.called_off.is_set():
                raise Cancelled
            self._state[:] = [0, 0, 0]
            loop = asyncio.get_running_loop()
            answer = loop.run_in_executor(self._thread, self._exchanged, job)
            last, given_up_at = (0, 0), 0.0
            while not (await asyncio.wait({answer}, timeout=TOLD_EVERY))[0]:
                now = (self._state[_DONE], self._state[_ROWS])
                if now != last and not job.called_off.is_set():
                    last = now
                    _tell(job, *now)
                if job.called_off.is_set() and not self._state[_STOP]:
                    self._state[_STOP], given_up_at = 1, loop.time() + self._grace
                if self._state[_STOP] and loop.time() > given_up_at:
                    self._kill()
            return answer.result()

    # -- on the thread of its own ------------------------------------------------------------------

    def _exchanged(self, job: _Job) -> Any:
        folder = Path(tempfile.mkdtemp(prefix="smsdesk-"))
        try:
            request = _packed((job.work, job.args, job.progress is not None, folder), folder)
            try:
                line = self._connected()
                line.send_bytes(request)
                answer = line.recv_bytes()
            except (EOFError, OSError):
                self._kill()
                raise (Cancelled() if job.called_off.is_set() else WorkLost()) from None
            value, error = unpack(answer)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        if error is not None:
            raise error
        return value

    def _connected(self) -> Connection:
        if self._line is not None and self._process is not None and self._process.is_alive():
            return self._line
        self._kill()
        if self._line is not None:
            self._line.close()
        mine, theirs = self._spawning.Pipe()
        process = self._spawning.Process(target=_serve, args=(theirs, self._state), daemon=True)
        process.start()
        theirs.close()
        self._process, self._line = process, mine
        return mine

    def _kill(self) -> None:
        """Ends the process; a thread that waits for its answer hears the end of the line."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()

    async def close(self) -> None:
        """Ends the process, and with it the jobs; those that were called off may tidy up before."""
        if self._jobs:
            await asyncio.wait(self._jobs, timeout=GRACE)
        self._kill()
        await asyncio.gather(*self._jobs, return_exceptions=True)
        await asyncio.to_thread(self._thread.shutdown)
        self._kill()
        if self._line is not None:
            self._line.close()


def _tell(job: _Job, done: int, rows: int) -> None:
    assert job.progress is not None
    try:
        job.progress(done, rows)
    except Cancelled:
        job.called_off.set()


def _packed(value: object, folder: Path) -> bytes:
    try:
        return pack(value, folder)
    except OSError:
        raise FileError(name=folder.parent.name, reason="not_written") from None


# -- in the process --------------------------------------------------------------------------------


def _serve(line: Connection, state: MutableSequence[int]) -> None:
    """Does one job after the other until the line is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        # Where processors are few, the window comes first.
        os.nice(_NICE)
    _end_with_parent()
    # A future holds any error without catching it.
    with ThreadPoolExecutor(1) as thread:
        while True:
            try:
                request = line.recv_bytes()
            except EOFError:
                return
            future = thread.submit(_answered, request, state)
            error = future.exception()
            if error is None:
                line.send_bytes(future.result())
            else:
                error.add_note(trace_of(error))
                line.send_bytes(pickle.dumps((None, error)))


def _answered(request: bytes, state: MutableSequence[int]) -> bytes:
    work, args, is_told, folder = unpack(request)

    def tell(done: int, rows: int) -> None:
        state[_DONE], state[_ROWS] = done, rows
        if state[_STOP]:
            raise Cancelled

    return _packed((work(*args, progress=tell) if is_told else work(*args), None), folder)


def _end_with_parent() -> None:
    """Makes a worker end when the program is killed: nobody else would tell it."""

    def watch() -> None:
        parent = multiprocessing.parent_process()
        if parent is not None:
            parent.join()
            os._exit(0)

    threading.Thread(target=watch, daemon=True).start()
