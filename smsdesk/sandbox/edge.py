"""The edge of the service: who may ask, how often, what goes wrong on purpose; errors with empty bodies."""

import asyncio
import base64
import binascii
import hmac
import socket
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.types import Message, Receive, Scope, Send

from smsdesk.sandbox.engine import View
from smsdesk.sandbox.faults import Dial
from smsdesk.sandbox.reading import Rejected

MAX_BODY = 64 * 1024 * 1024
WINDOW_SECONDS = 10.0
PATIENCE = 60.0
"""How many seconds a client may take for its body."""
DROPS = 20
"""In how many pieces a trickle comes."""
_RESET_ON_CLOSE = b"\x01\x00\x00\x00\x00\x00\x00\x00"
"""SO_LINGER on, with no time: closing resets the connection."""

Endpoint = Callable[[Request], Awaitable[Any]]
"""Answers JSON; what it raises as Rejected becomes a status."""


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
    """The answer ends in its middle, or before it began: the connection is cut, by a reset where asked for.

    The server puts the connection's transport into the state of each request.
    """

    def __init__(self, begun: Response | None = None, *, reset: bool = False) -> None:
        super().__init__()
        self._begun, self._reset = begun, reset

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Cuts the connection and waits until it is gone."""
        if self._begun is not None:
            body = bytes(self._begun.body)
            await send(_start(self._begun))
            await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
        transport: asyncio.Transport = scope["state"]["transport"]
        if self._reset:
            transport.get_extra_info("socket").setsockopt(
                socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE
            )
        transport.abort()
        while (await receive())["type"] != "http.disconnect":
            pass


class Trickle(Response):
    """Another answer, drop by drop over so many seconds."""

    def __init__(self, whole: Response, seconds: float) -> None:
        super().__init__()
        self._whole, self._seconds = whole, seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends the drops with equal pauses."""
        del scope, receive
        body = bytes(self._whole.body)
        size = max(1, -(-len(body) // DROPS))
        await send(_start(self._whole))
        for at in range(0, len(body), size):
            await asyncio.sleep(self._seconds / DROPS)
            more = at + size < len(body)
            await send({"type": "http.response.body", "body": body[at : at + size], "more_body": more})


def _start(response: Response) -> Message:
    return {"type": "http.response.start", "status": response.status_code, "headers": response.raw_headers}


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
    """Wraps endpoints: faults, credentials, rate, and errors as statuses.

    ``places``: which data centre answers at a port, 0 for the address that only takes jobs; a port
    that is not named answers everything.
    """

    def __init__(self, user: str, password: str, rate: Rate, dial: Dial, places: Mapping[int, int]) -> None:
        self._credentials = f"{user}:{password}".encode()
        self._rate, self._dial, self._places = rate, dial, places

    def guarded(self, name: str, answer: Endpoint) -> Endpoint:
        """An endpoint behind the edge; ``name`` is what the fault dial calls it."""

        async def wrapped(request: Request) -> Response:
            centre = self._places.get(request.scope["server"][1])
            faults = self._dial.take(name, centre)
            if "down" in faults or "reset" in faults:
                return Severed(reset=True)
            if (status := self._denied(request, name, centre)) is not None:
                return refused(status)
            request.state.view = self._view(centre, faults)
            try:
                return await _answered(faults, answer, request)
            except Rejected as rejected:
                return refused(rejected.status)
            except ClientDisconnect:
                return Severed()

        return wrapped

    def _denied(self, request: Request, name: str, centre: int | None) -> int | None:
        given = credentials(request.headers.get("authorization", ""))
        if not hmac.compare_digest(given, self._credentials):
            return 401
        if not self._rate.granted():
            return 429
        # The address that takes jobs answers no report, and those of the reports take no job.
        return 404 if centre is not None and (centre == 0) != (name == "post") else None

    def _view(self, centre: int | None, faults: dict[str, float]) -> View:
        lag = faults.get("late", 0) + self._dial.within(faults.get("disorder", 0))
        hidden = faults.get("hidden", 0)
        return View(centre, round(lag * 1000), round(hidden * 1000), "hidden_people" in faults)


async def _answered(faults: dict[str, float], answer: Endpoint, request: Request) -> Response:
    if "delay" in faults:
        await asyncio.sleep(faults["delay"])
    if "status" in faults:
        return refused(int(faults["status"]))
    if "html" in faults:
        return Response("<html><body>Please log in</body></html>", media_type="text/html")
    content = await answer(request)
    if "unknown_status" in faults:
        content = _with_unknown_status(content)
    if "extra_fields" in faults:
        content = _with_extra_fields(content)
    return _sent(faults, JSONResponse(content))


def _sent(faults: dict[str, float], whole: Response) -> Response:
    """The answer as it goes over the wire."""
    if "lost_answer" in faults:
        return Severed()
    if "truncated" in faults:
        return Response(whole.body[: len(whole.body) // 2], media_type=whole.media_type)
    if "reset_body" in faults:
        return Severed(whole, reset=True)
    return Trickle(whole, faults["trickle"]) if "trickle" in faults else whole


def _with_unknown_status(content: Any) -> Any:
    """Every other recipient in a state, and the others with a status, that no documentation knows."""
    if not isinstance(content, list):
        return content
    unknown: tuple[dict[str, str], ...] = ({"status": "SUC_LATER"}, {"processStatus": "PARKED"})
    return [row | unknown[at % 2] if "smsId" in row else row for at, row in enumerate(content)]


def _with_extra_fields(content: Any) -> Any:
    extra = {"colour": "blue", "trace": {"hops": [1, None]}}
    if isinstance(content, list):
        return [row | extra for row in content]
    return content | extra


async def whole_body(request: Request, limit: int = MAX_BODY) -> bytes:
    """The body of a request.

    Raises Rejected (413) as soon as it is known to be over the limit, ClientDisconnect where it takes
    longer than ``PATIENCE``.
    """
    told = request.headers.get("content-length", "")
    if told.isascii() and told.isdigit() and int(told[:20]) > limit:
        raise Rejected(413)
    size, chunks = 0, []
    try:
        async with asyncio.timeout(PATIENCE):
            async for chunk in request.stream():
                size += len(chunk)
                if size > limit:
                    raise Rejected(413)
                chunks.append(chunk)
    except TimeoutError:
        raise ClientDisconnect from None
    return b"".join(chunks)
