"""The sandbox as a process: one socket on loopback, one line of JSON, a clean end."""

import asyncio
import json
import os
import secrets
import signal
import socket
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from smsdesk.sandbox import app, control
from smsdesk.sandbox.disk import BadFileError, JobFile
from smsdesk.sandbox.engine import Engine
from smsdesk.sandbox.reading import Rejected
from smsdesk.sandbox.spans import later

HOST = "127.0.0.1"


def service_clock(speed: float, start: datetime) -> Callable[[], datetime]:
    """A clock that begins at ``start`` and runs ``speed`` seconds a second."""
    begun = time.monotonic()
    return lambda: later(start, timedelta(seconds=(time.monotonic() - begun) * speed))


class _Protocol(H11Protocol):
    """Hands each request its connection, to be cut; answers what is not HTTP with an empty body too."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as its parent's
        """Remembers the connection in the state that requests see."""
        self.app_state = {**self.app_state, "transport": transport}
        super().connection_made(transport)

    def send_400_response(self, msg: str) -> None:
        """The parent's answer, without its sentence."""
        del msg
        super().send_400_response("")


class _Server(uvicorn.Server):
    """A server that leaves signals to us: ending by one is a clean end."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Captures none."""
        yield


def run(
    *,
    port: int = 0,
    user: str = "sandbox",
    password: str | None = None,
    db: Path | None = None,
    speed: float = 1.0,
    rate: int = 20,
    until_eof: bool = False,
) -> int:
    """Serves until a signal, or until standard input closes with ``until_eof``. Returns the exit code.

    Raises OSError (the port, the file) and BadFileError (the file is none of ours, damaged or in use).
    """
    asked, secret = password or secrets.token_urlsafe(12), secrets.token_urlsafe(16)
    with closing(JobFile(db)) if db else nullcontext() as disk:
        engine = opened(disk, speed)
        served = app.make_app(engine, user, asked, rate, secret)
        with closing(socket.create_server((HOST, port), backlog=128)) as listening:
            place = f"http://{HOST}:{listening.getsockname()[1]}"
            first = {"url": f"{place}{app.PATH}", "user": user}
            if password is None:
                first["password"] = asked
            first |= {"control": f"{place}{control.PATH}", "control_secret": secret}
            asyncio.run(_serve(served, listening, first, until_eof=until_eof))
    return 0


def opened(disk: JobFile | None, speed: float) -> Engine:
    """An engine with every job of the file; its clock never runs behind what it once showed.

    Raises BadFileError where the file is damaged.
    """
    now = datetime.now(UTC)
    try:
        start = max(now, (disk.clock() if disk else None) or now)
        engine = Engine(service_clock(speed, start), secrets.randbits(62), disk)
        for job in disk.jobs() if disk else ():
            engine.restore(*job)
    except (Rejected, ValueError, sqlite3.Error):
        raise BadFileError from None
    return engine


async def _serve(
    served: ASGIApp, listening: socket.socket, first: dict[str, str], *, until_eof: bool
) -> None:
    config = uvicorn.Config(
        served,
        http=_Protocol,
        ws="none",
        lifespan="off",
        log_level="critical",
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=1,
    )
    server = _Server(config)
    loop = asyncio.get_running_loop()

    def stop(*_: object) -> None:
        server.should_exit = True

    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, stop)
    if until_eof:
        threading.Thread(target=_wait_eof, args=(loop, stop), daemon=True).start()
    print(json.dumps(first), flush=True)
    await server.serve([listening])


def _wait_eof(loop: asyncio.AbstractEventLoop, stop: Callable[[], None]) -> None:
    # Not sys.stdin: its lock, held by a thread that waits, would spoil the interpreter's end.
    try:
        while os.read(0, 4096):
            pass
    except OSError:
        # Closed before we began.
        pass
    if not loop.is_closed():
        loop.call_soon_threadsafe(stop)
