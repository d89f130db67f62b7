"""The sandbox as a process: one socket on loopback, one line of JSON, a clean end."""

import asyncio
import json
import os
import secrets
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from smsdesk.sandbox.app import Cut, make_app
from smsdesk.sandbox.disk import JobFile
from smsdesk.sandbox.engine import Engine

HOST = "127.0.0.1"


def service_clock(speed: float) -> Callable[[], datetime]:
    """A clock that starts now and runs ``speed`` seconds a second."""
    start, begun = datetime.now(UTC), time.monotonic()
    return lambda: start + timedelta(seconds=(time.monotonic() - begun) * speed)


class _Protocol(H11Protocol):
    """Hands each request the means to cut its connection."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Remembers the connection's transport in the state that requests see."""
        self.app_state = {**self.app_state, "cut": transport.abort}
        super().connection_made(transport)


def cutting(app: ASGIApp) -> ASGIApp:
    """An application whose endpoints may raise Cut: their connection ends without an answer."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await app(scope, receive, send)
        except Cut:
            scope["state"]["cut"]()
            while (await receive())["type"] != "http.disconnect":
                pass

    return wrapped


class _Server(uvicorn.Server):
    """A server that leaves signals to us: ending by one is a clean end."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Captures none."""
        yield


def run(
    port: int,
    user: str,
    password: str | None,
    db: Path | None,
    speed: float,
    rate: int,
    *,
    until_eof: bool,
) -> int:
    """Serves until a signal, or until standard input closes with ``until_eof``. Answers the exit code."""
    made_up = password or secrets.token_urlsafe(12)
    secret = secrets.token_urlsafe(16)
    disk = JobFile(db) if db else None
    engine = Engine(service_clock(speed), secrets.randbelow(2**31), disk)
    try:
        if disk:
            for job in disk.jobs():
                engine.restore(*job)
        app = make_app(engine, user, made_up, rate, secret)
        with closing(socket.create_server((HOST, port), backlog=128)) as listening:
            first = {"url": f"http://{HOST}:{listening.getsockname()[1]}/rest/v1", "user": user}
            if password is None:
                first["password"] = made_up
            first["control"] = first["url"].replace("/rest/v1", "/control")
            first["control_secret"] = secret
            asyncio.run(_serve(app, listening, first, until_eof=until_eof))
    finally:
        if disk:
            disk.close()
    return 0


async def _serve(app: ASGIApp, listening: socket.socket, first: dict[str, str], *, until_eof: bool) -> None:
    config = uvicorn.Config(
        cutting(app),
        http=_Protocol,
        ws="none",
        lifespan="off",
        log_level="critical",
        access_log=False,
        timeout_graceful_shutdown=1,
    )
    server = _Server(config)
    loop = asyncio.get_running_loop()

    def stop(*_: object) -> None:
        server.should_exit = True

    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, stop)
    if until_eof:
        waiting = threading.Thread(target=_wait_eof, args=(loop, stop), daemon=True)
        waiting.start()
    print(json.dumps(first), flush=True)
    await server.serve([listening])


def _wait_eof(loop: asyncio.AbstractEventLoop, stop: Callable[[], None]) -> None:
    # Not sys.stdin: its lock, held by a thread that waits, would spoil the interpreter's end.
    while os.read(0, 4096):
        pass
    if not loop.is_closed():
        loop.call_soon_threadsafe(stop)
