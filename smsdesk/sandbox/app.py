"""The HTTP side of the sandbox: the REST API under ``/rest/v1``, its control surface under ``/control``."""

import asyncio
import base64
import binascii
import hmac
import re
import time
from collections import deque
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from smsdesk.sandbox.engine import Engine
from smsdesk.sandbox.faults import Dial, Fault
from smsdesk.sandbox.reading import Rejected

MAX_BODY = 64 * 1024 * 1024
WINDOW = timedelta(seconds=10)
LONGEST = timedelta(days=30)
LIMIT = (1, 1000)
_TRUE, _FALSE = ("true", "True", "TRUE", "1"), ("false", "False", "FALSE", "0")
_BUILT = "2026-11-02 09:14:30 +0100"

Endpoint = Callable[[Request], Awaitable[Response]]


class Cut(Exception):
    """The connection ends here, without a (further) answer."""


class Rate:
    """At most ``allowed`` requests in 10 seconds of wall time."""

    def __init__(self, allowed: int) -> None:
        self.allowed = allowed
        self._times: deque[float] = deque()

    def granted(self) -> bool:
        """Counts a request; False where it is one too many."""
        now = time.monotonic()
        while self._times and self._times[0] <= now - WINDOW.total_seconds():
            self._times.popleft()
        if len(self._times) >= self.allowed:
            return False
        self._times.append(now)
        return True


class Service:
    """The endpoints over one engine."""

    def __init__(self, engine: Engine, user: str, password: str, rate: int, secret: str) -> None:
        self.engine, self.dial = engine, Dial()
        self._rate = Rate(rate)
        self._credentials = f"{user}:{password}".encode()
        self._secret = secret

    def allowed(self, request: Request) -> bool:
        """Whether the request carries our credentials, in either base64 alphabet."""
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        try:
            plain = token.strip().replace("-", "+").replace("_", "/")
            given = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
        except (binascii.Error, ValueError):
            return False
        return scheme.lower() == "basic" and hmac.compare_digest(given, self._credentials)

    def endpoint(self, name: str, answer: Endpoint) -> Endpoint:
        """Wraps an endpoint: credentials, rate, faults, and statuses with empty bodies."""

        async def wrapped(request: Request) -> Response:
            if not self.allowed(request):
                return Response(status_code=401, headers={"WWW-Authenticate": 'Basic realm="sms"'})
            if not self._rate.granted():
                return Response(status_code=429)
            fault = self.dial.take(name)
            try:
                return await self._faulty(fault, answer, request)
            except Rejected as rejected:
                return Response(status_code=rejected.status)

        return wrapped

    async def _faulty(self, fault: Fault | None, answer: Endpoint, request: Request) -> Response:
        match fault:
            case Fault("status", code):
                return Response(status_code=int(code))
            case Fault("delay", seconds):
                await asyncio.sleep(seconds)
            case Fault("reset"):
                raise Cut
            case Fault("html"):
                return Response("<html><body>Please log in</body></html>", media_type="text/html")
            case Fault("lost_answer"):
                await answer(request)
                raise Cut
        return await answer(request)

    async def post(self, request: Request) -> Response:
        """``POST /jobs``."""
        try:
            job_id = self.engine.accept(await _body(request))
        except ClientDisconnect:
            raise Cut from None
        return JSONResponse({"jobId": job_id})

    async def jobs(self, request: Request) -> Response:
        """``GET /jobs``."""
        query = request.query_params
        if query.get("jobIdsOnly", "true") not in _TRUE:
            raise Rejected(400)
        until = _time(query.get("toTs")) or self.engine.now()
        since = _time(query.get("fromTs")) or until - LONGEST
        if until <= since or until - since > LONGEST:
            raise Rejected(400)
        limit, offset = _count(query.get("limit"), 100), _count(query.get("offset"), 0)
        if not LIMIT[0] <= limit <= LIMIT[1]:
            raise Rejected(400)
        ids = self.engine.ids(since, until, is_open=_flag(query.get("open")))
        return JSONResponse([{"jobId": job_id} for job_id in ids[offset : offset + limit]])

    async def job(self, request: Request) -> Response:
        """``GET /jobs/{jobId}``."""
        return _found(self.engine.job(request.path_params["job_id"]))

    async def sms(self, request: Request) -> Response:
        """``GET /sms?jobId=``."""
        return _found(self.engine.recipients(request.query_params.get("jobId", "")))

    async def version(self, request: Request) -> Response:
        """``GET /version``."""
        del request
        return JSONResponse(
            {
                "buildNumber": 7,
                "buildTimestamp": _BUILT,
                "majorVersion": 2026,
                "minorVersion": 11,
                "versionInfo": "SMS Desk sandbox",
                "message": "Nothing here reaches a real phone.",
            }
        )

    def control(self, answer: Callable[[Any], Any]) -> Endpoint:
        """Wraps a call of the control surface: its secret, JSON in and out."""

        async def wrapped(request: Request) -> Response:
            given = request.headers.get("x-control-secret", "").encode()
            if not hmac.compare_digest(given, self._secret.encode()):
                return Response(status_code=403)
            try:
                told = await request.json() if request.method == "POST" else None
                return JSONResponse(answer(told))
            except (ValueError, KeyError, TypeError, OverflowError):
                return Response(status_code=400)

        return wrapped

    def advance(self, told: Any) -> Any:
        """Turns the clock: ``{"seconds": n}``."""
        self.engine.advance(timedelta(seconds=float(told["seconds"])))
        return {"now": self.engine.now().isoformat()}

    def messages(self, told: Any) -> Any:
        """Every SMS of every accepted job."""
        del told
        return list(self.engine.messages())

    def phones(self, told: Any) -> Any:
        """What each phone received, by number."""
        del told
        phones: dict[str, list[dict[str, Any]]] = {}
        for message in self.engine.messages():
            if message["reached"]:
                phones.setdefault(message["dst"], []).append(message)
        return phones

    def faults(self, told: Any) -> Any:
        """Sets a fault: ``{"endpoint", "kind", "value", "times"}``."""
        fault = Fault(told["kind"], float(told.get("value", 0)))
        self.dial.put(told["endpoint"], fault, int(told.get("times", 1)))
        return {}

    def reset(self, told: Any) -> Any:
        """Forgets jobs and faults."""
        del told
        self.engine.reset()
        self.dial.clear()
        return {}


async def _body(request: Request) -> bytes:
    """The whole body, bounded."""
    size, chunks = 0, []
    async for chunk in request.stream():
        size += len(chunk)
        if size > MAX_BODY:
            raise Rejected(413)
        chunks.append(chunk)
    return b"".join(chunks)


def _time(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        # A plus that a client did not escape arrives as a blank.
        at = datetime.fromisoformat(re.sub(r" (?=[0-9]{2}:?[0-9]{2}$)", "+", text))
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Rejected(400) from None


def _count(text: str | None, default: int) -> int:
    if text is None:
        return default
    if not re.fullmatch(r"[0-9]{1,18}", text):
        raise Rejected(400)
    return int(text)


def _flag(text: str | None) -> bool | None:
    if text is None or text == "":
        return None
    if text not in _TRUE + _FALSE:
        raise Rejected(400)
    return text in _TRUE


def _found(report: Any) -> Response:
    return Response(status_code=404) if report is None else JSONResponse(report)


def make_app(engine: Engine, user: str, password: str, rate: int, secret: str) -> Starlette:
    """The ASGI application; ``secret`` opens the control surface."""
    service = Service(engine, user, password, rate, secret)
    rest = [
        ("/jobs", "post", service.post, "POST"),
        ("/jobs", "jobs", service.jobs, "GET"),
        ("/jobs/{job_id}", "job", service.job, "GET"),
        ("/sms", "sms", service.sms, "GET"),
        ("/version", "version", service.version, "GET"),
    ]
    control = [
        ("/advance", service.advance, "POST"),
        ("/messages", service.messages, "GET"),
        ("/phones", service.phones, "GET"),
        ("/faults", service.faults, "POST"),
        ("/reset", service.reset, "POST"),
    ]
    routes = [
        Route(f"/rest/v1{path}", service.endpoint(name, answer), methods=[method])
        for path, name, answer, method in rest
    ]
    routes += [
        Route(f"/control{path}", service.control(answer), methods=[method])
        for path, answer, method in control
    ]
    empty = dict.fromkeys((404, 405), _empty)
    return Starlette(routes=routes, exception_handlers=empty)


async def _empty(request: Request, error: Exception) -> Response:
    del request
    return Response(status_code=getattr(error, "status_code", 404))
