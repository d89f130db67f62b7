"""The edge of the service: who may ask, how often, what goes wrong on purpose; errors with empty bodies."""

import asyncio
import base64
import binascii
import hmac
import socket
import time
from collections import deque
from collections.abc import Awaitable, Callable

from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from smsdesk.sandbox.faults import Dial, Fault
from smsdesk.sandbox.reading import Rejected

MAX_BODY = 64 * 1024 * 1024
WINDOW_SECONDS = 10.0
_RESET_ON_CLOSE = b"\x01\x00\x00\x00\x00\x00\x00\x00"
"""SO_LINGER on, with no time: closing resets the connection."""

Endpoint = Callable[[Request], Awaitable[Response]]


class Rate:
    """At most ``allowed`` requests in any 10 seconds of ``seconds`` (wall time, whatever the speed)."""

    def __init__(self, allowed: int, seconds: Callable[[], float] = time.monotonic) -> None:
        self.allowed, self._seconds = allowed, seconds
        self._times: deque[float] = deque()

    def granted(self) -> bool:
        """Counts a request; False where it is one too many."""
        now = self._seconds()
        while self._times and self._times[0] <= now - WINDOW_SECONDS:
            self._times.popleft()
        if len(self._times) >= self.allowed:
            return False
        self._times.append(now)
        return True


class Severed(Response):
    """No answer: the connection ends here, by a reset where asked for.

    The server puts the connection's transport into the state of each request.
    """

    def __init__(self, *, reset: bool = False) -> None:
        super().__init__()
        self._reset = reset

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Cuts the connection and waits until it is gone."""
        del send
        transport: asyncio.Transport = scope["state"]["transport"]
        if self._reset:
            transport.get_extra_info("socket").setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE
            )
        transport.abort()
        while (await receive())["type"] != "http.disconnect":
            pass


def refused(status: int) -> Response:
    """An error: its body is empty. A body that is too long is not waited for."""
    headers = {401: {"WWW-Authenticate": 'Basic realm="sms"'}, 413: {"Connection": "close"}}
    return Response(status_code=status, headers=headers.get(status))


def credentials(header: str) -> bytes:
    """``user:password`` of a Basic header, in either alphabet of base64; empty where it has none."""
    scheme, _, token = header.partition(" ")
    plain = token.strip().replace("-", "+").replace("_", "/").rstrip("=")
    try:
        given = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""
    return given if scheme.lower() == "basic" else b""


class Edge:
    """Wraps endpoints: credentials, rate, faults, and errors as statuses."""

    def __init__(self, user: str, password: str, rate: Rate, dial: Dial) -> None:
        self._credentials = f"{user}:{password}".encode()
        self._rate, self._dial = rate, dial

    def guarded(self, name: str, answer: Endpoint) -> Endpoint:
        """An endpoint behind the edge; ``name`` is what the fault dial calls it."""

        async def wrapped(request: Request) -> Response:
            given = credentials(request.headers.get("authorization", ""))
            if not hmac.compare_digest(given, self._credentials):
                return refused(401)
            if not self._rate.granted():
                return refused(429)
            try:
                return await _faulty(self._dial.take(name), answer, request)
            except Rejected as rejected:
                return refused(rejected.status)
            except ClientDisconnect:
                return Severed()

        return wrapped


async def _faulty(fault: Fault | None, answer: Endpoint, request: Request) -> Response:
    match fault:
        case Fault("status", code):
            return refused(int(code))
        case Fault("reset"):
            return Severed(reset=True)
        case Fault("html"):
            return Response("<html><body>Please log in</body></html>", media_type="text/html")
        case Fault("lost_answer"):
            await answer(request)
            return Severed()
        case Fault("delay", seconds):
            await asyncio.sleep(seconds)
    return await answer(request)


async def whole_body(request: Request, limit: int = MAX_BODY) -> bytes:
    """The body of a request. Raises Rejected (413) as soon as it is known to be over the limit."""
    told = request.headers.get("content-length", "")
    if told.isascii() and told.isdigit() and int(told[:20]) > limit:
        raise Rejected(413)
    size, chunks = 0, []
    async for chunk in request.stream():
        size += len(chunk)
        if size > limit:
            raise Rejected(413)
        chunks.append(chunk)
    return b"".join(chunks)
