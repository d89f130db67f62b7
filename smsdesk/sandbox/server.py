"""The sandbox as a process: its sockets on loopback, one line of JSON, a clean end."""

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
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from smsdesk.sandbox import app, control
from smsdesk.sandbox.engine import Engine
from smsdesk.sandbox.ledger import BadFileError, Ledger
from smsdesk.sandbox.spans import LATEST, moment

HOST = "127.0.0.1"
PATIENCE = 60.0
"""How many seconds a new connection may take to ask for something."""


def service_clock(speed: float, start: datetime) -> Callable[[], datetime]:
    """A clock that begins at ``start`` and runs ``speed`` seconds a second."""
    begun, most = time.monotonic(), moment(LATEST) - start
    return lambda: start + min(timedelta(seconds=(time.monotonic() - begun) * speed), most)


class _Protocol(H11Protocol):
    """Hands each request its connection, to be cut; answers what is not HTTP with an empty body too."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as its parent's
        """Remembers the connection in the state that requests see; one that asks nothing is closed."""
        self.app_state = {**self.app_state, "transport": transport}
        # Head and body of an answer are two writes; the second must not wait for a confirmation.
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().connection_made(transport)
        # The parent watches the pauses between requests, not the one before the first.
        self.timeout_keep_alive_task = self.loop.call_later(PATIENCE, self.timeout_keep_alive_handler)

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


@dataclass(frozen=True, slots=True)
class Service:
    """A server that is ready to serve its sockets; ``first`` says where they are and what opens them."""

    server: uvicorn.Server
    sockets: list[socket.socket]
    first: dict[str, Any]


def run(service: Service, *, until_eof: bool = False) -> None:
    """Serves until a signal, or until standard input closes with ``until_eof``."""
    asyncio.run(_serve(service, until_eof=until_eof))


@contextmanager
def opened_service(
    *,
    port: int = 0,
    user: str = "sandbox",
    password: str | None = None,
    db: Path | None = None,
    speed: float = 1.0,
    rate: int = 20,
    data_centres: int = 1,
) -> Iterator[Service]:
    """The service, its sockets open.

    With two data centres ``port`` takes jobs and answers no report; the next two ports answer reports.
    Raises OSError (a port, the file) and BadFileError (the file is none of ours, damaged or in use).
    """
    asked, secret = password or secrets.token_urlsafe(12), secrets.token_urlsafe(16)
    with ExitStack() as stack:
        engine = opened(stack.enter_context(closing(Ledger(db))), speed, data_centres)
        asides = data_centres if data_centres > 1 else 0
        sockets = [
            stack.enter_context(closing(_listening(port + at if port else 0))) for at in range(1 + asides)
        ]
        ports = [one.getsockname()[1] for one in sockets]
        places = {one: at for at, one in enumerate(ports)} if asides else {}
        served = app.make_app(engine, user, asked, rate, secret, places=places, speed=speed)
        urls = [f"http://{HOST}:{one}{control.API}" for one in ports]
        first = {"url": urls[0], "report_urls": urls[1:] or urls, "user": user}
        if password is None:
            first["password"] = asked
        first |= {"control": f"http://{HOST}:{ports[0]}{control.PATH}", "control_secret": secret}
        yield Service(_server(served), sockets, first)


def _listening(port: int) -> socket.socket:
    return socket.create_server((HOST, port), backlog=128)


def opened(ledger: Ledger, speed: float, centres: int = 1) -> Engine:
    """An engine on a ledger; its clock never runs behind what it once showed.

    Raises BadFileError where the file is damaged.
    """
    now = datetime.now(UTC)
    try:
        shown = ledger.clock()
    except sqlite3.Error:
        raise BadFileError from None
    start = now if shown is None else max(now, moment(shown))
    return Engine(service_clock(speed, start), secrets.randbits(62), ledger, centres)


def _server(served: ASGIApp) -> uvicorn.Server:
    return _Server(
        uvicorn.Config(
            served,
            http=_Protocol,
            ws="none",
            lifespan="off",
            log_level="critical",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=1,
        )
    )


async def _serve(service: Service, *, until_eof: bool) -> None:
    loop = asyncio.get_running_loop()

    def stop(*_: object) -> None:
        service.server.should_exit = True

    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, stop)
    if until_eof:
        threading.Thread(target=_wait_eof, args=(loop, stop), daemon=True).start()
    print(json.dumps(service.first), flush=True)
    await service.server.serve(service.sockets)


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
