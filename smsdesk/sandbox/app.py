"""The HTTP side of the sandbox: the REST API under ``/rest/v1``, its control surface beside it."""

import re
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from smsdesk.sandbox.control import API, Control
from smsdesk.sandbox.edge import Edge, Endpoint, Rate, refused, whole_body
from smsdesk.sandbox.engine import Engine
from smsdesk.sandbox.faults import Dial
from smsdesk.sandbox.reading import DEFAULT_LIMIT, FALSE, LIMITS, TRUE, Rejected

LONGEST = timedelta(days=30)
_VERSION = {
    "buildNumber": 7,
    "buildTimestamp": "2026-11-02 09:14:30 +0100",
    "majorVersion": 2026,
    "minorVersion": 11,
    "versionInfo": "SMS Desk sandbox",
    "message": "Nothing here reaches a real phone.",
}


class Service:
    """The endpoints over one engine."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    async def post(self, request: Request) -> Any:
        """``POST /jobs``."""
        return {"jobId": self.engine.accept(await whole_body(request))}

    async def jobs(self, request: Request) -> Any:
        """``GET /jobs``."""
        query = request.query_params
        if query.get("jobIdsOnly", "true") not in TRUE:
            raise Rejected(400)
        since, until = _window(query.get("fromTs"), query.get("toTs"), self.engine.now())
        limit, offset = _count(query.get("limit"), DEFAULT_LIMIT), _count(query.get("offset"), 0)
        if limit not in LIMITS:
            raise Rejected(400)
        is_open, view = _flag(query.get("open")), request.state.view
        ids = self.engine.ids(since, until, is_open=is_open, limit=limit, offset=offset, view=view)
        return [{"jobId": job_id} for job_id in ids]

    async def job(self, request: Request) -> Any:
        """``GET /jobs/{jobId}``; no job id: 400."""
        job_id = request.path_params["job_id"]
        if not job_id:
            raise Rejected(400)
        return _found(self.engine.job(job_id, request.state.view))

    async def sms(self, request: Request) -> Any:
        """``GET /sms?jobId=``."""
        job_id = request.query_params.get("jobId", "")
        return _found(self.engine.recipients(job_id, request.state.view))

    async def version(self, request: Request) -> Any:
        """``GET /version``."""
        del request
        return _VERSION


def _found(report: Any) -> Any:
    if report is None:
        raise Rejected(404)
    return report


def _window(since: str | None, until: str | None, now: datetime) -> tuple[datetime, datetime]:
    """The time asked for: by default up to now, and 30 days long."""
    end = now if until is None else _time(until)
    try:
        start = end - LONGEST if since is None else _time(since)
    except OverflowError:
        raise Rejected(400) from None
    if end <= start or end - start > LONGEST:
        raise Rejected(400)
    return start, end


def _time(text: str) -> datetime:
    """A date and time; without offset it is UTC."""
    # A plus that a client did not escape arrives as a blank.
    text = re.sub(r" (?=[0-9]{2}:?[0-9]{2}$)", "+", text)
    try:
        if "T" not in text:
            raise Rejected(400)
        at = datetime.fromisoformat(text)
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
    if text not in TRUE + FALSE:
        raise Rejected(400)
    return text in TRUE


def _path(edge: Edge, path: str, **answers: tuple[str, Endpoint]) -> Route:
    """One path with an endpoint for each method."""
    guarded = {method: edge.guarded(name, answer) for method, (name, answer) in answers.items()}

    async def dispatch(request: Request) -> Response:
        response: Response = await guarded["GET" if request.method == "HEAD" else request.method](request)
        return response

    return Route(f"{API}{path}", dispatch, methods=list(guarded))


def make_app(
    engine: Engine,
    user: str,
    password: str,
    rate: int,
    secret: str,
    seconds: Callable[[], float] = time.monotonic,
    places: Mapping[int, int] | None = None,
    speed: float = 1.0,
) -> Starlette:
    """The ASGI application; ``secret`` opens the control surface, ``seconds`` is the rate's clock.

    ``places``: the data centre at each port, see :class:`Edge`. ``speed`` is only told.
    """
    service, dial = Service(engine), Dial()
    edge = Edge(user, password, Rate(rate, seconds), dial, places or {})
    routes = [
        _path(edge, "/jobs", GET=("jobs", service.jobs), POST=("post", service.post)),
        _path(edge, "/jobs/{job_id:path}", GET=("job", service.job)),
        _path(edge, "/sms", GET=("sms", service.sms)),
        _path(edge, "/version", GET=("version", service.version)),
        *Control(engine, dial, secret, speed).routes(),
    ]
    app = Starlette(routes=routes, exception_handlers={HTTPException: _empty, Exception: _broken})
    app.router.redirect_slashes = False
    return app


async def _empty(request: Request, error: Exception) -> Response:
    del request
    assert isinstance(error, HTTPException)
    return Response(status_code=error.status_code, headers=error.headers)


async def _broken(request: Request, error: Exception) -> Response:
    del request, error
    return refused(500)
