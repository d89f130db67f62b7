"""The control surface, apart from the API: it turns the clock and the fault dial, and shows the phones."""

import asyncio
import hmac
import ipaddress
import json
from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from smsdesk.sandbox.edge import Endpoint, refused, whole_body
from smsdesk.sandbox.engine import PHONE_KEEPS, Engine
from smsdesk.sandbox.fates import ranges
from smsdesk.sandbox.faults import Dial, Fault
from smsdesk.sandbox.reading import Rejected

API, PATH = "/rest/v1", "/control"
SECRET_HEADER = "X-Control-Secret"  # noqa: S105 (the header's name)
MAX_ORDER = 65536
LIMITS = range(1, 1001)


class Control:
    """The calls of the control surface over one engine and one dial; ``secret`` opens it.

    ``speed``: how fast the engine's clock runs, in seconds a second.
    """

    def __init__(self, engine: Engine, dial: Dial, secret: str, speed: float) -> None:
        self._engine, self._dial, self._speed = engine, dial, speed
        self._secret = secret.encode()

    def routes(self) -> list[Route]:
        """Every call, under its path."""
        shown = {
            "state": self._state,
            "messages": self._messages,
            "phones": self._phones,
            "phones/{number:path}": self._phone,
            "fates": self._fates,
            "openapi.json": self._openapi,
        }
        done = {"advance": self._advance, "faults": self._faults, "reset": self._reset}
        return [
            *[Route(f"{PATH}/{name}", self._guarded(call), methods=["GET"]) for name, call in shown.items()],
            *[Route(f"{PATH}/{name}", self._guarded(call), methods=["POST"]) for name, call in done.items()],
        ]

    def _guarded(self, call: Endpoint) -> Endpoint:
        async def wrapped(request: Request) -> Response:
            given = request.headers.get(SECRET_HEADER, "").encode()
            if not _is_here(request) or not hmac.compare_digest(given, self._secret):
                return refused(403)
            try:
                return JSONResponse(await call(request))
            except Rejected as rejected:
                return refused(rejected.status)
            except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
                return refused(400)

        return wrapped

    # -- what goes on ----------------------------------------------------------------------------

    async def _state(self, request: Request) -> Any:
        """The time, how fast it runs, how many jobs there are and are open, and what is set to go wrong."""
        del request
        jobs, are_open = self._engine.counts()
        return {
            "now": self._engine.now().isoformat(),
            "speed": self._speed,
            "jobs": jobs,
            "open": are_open,
            "centres": [str(at + 1) for at in range(self._engine.centres)],
            "faults": list(self._dial.told()),
        }

    async def _messages(self, request: Request) -> Any:
        """Every SMS of every accepted job."""
        del request
        return list(self._engine.messages())

    async def _phones(self, request: Request) -> Any:
        """Phones, that of the latest SMS first: ``find`` words, at most ``limit``."""
        await self._hand_over()
        asked = request.query_params
        limit = int(asked.get("limit", PHONE_KEEPS))
        if limit not in LIMITS:
            raise Rejected(400)
        return self._engine.phones(asked.get("find", ""), limit)

    async def _phone(self, request: Request) -> Any:
        """What one phone has and waits for."""
        await self._hand_over()
        number = request.path_params["number"]
        messages = self._engine.phone(number)
        if not messages:
            raise Rejected(404)
        return {"number": number, "fate": messages[-1]["fate"], "messages": messages}

    async def _hand_over(self) -> None:
        for _ in iter(self._engine.put_on_phones, False):
            # Others are served between two jobs.
            await asyncio.sleep(0)

    async def _fates(self, request: Request) -> Any:
        """The numbers with a known fate, by their last two digits."""
        del request
        return [
            {"first": first, "last": last, "fate": fate.name, "asked": fate.asked, "unasked": fate.unasked}
            for first, last, fate in ranges()
        ]

    async def _openapi(self, request: Request) -> Any:
        """The description of the REST API."""
        from smsdesk.sandbox.described import description

        return description(f"{request.url.scheme}://{request.url.netloc}{API}")

    # -- what one turns --------------------------------------------------------------------------

    async def _advance(self, request: Request) -> Any:
        """``{"seconds": n}`` turns the clock forward, ``{"to_next": true}`` to the next event."""
        order = await _order(request)
        if order.get("to_next") is True:
            await self._advance_to_next()
        else:
            self._engine.advance(timedelta(seconds=float(order["seconds"])))
        return {"now": self._engine.now().isoformat()}

    async def _advance_to_next(self) -> None:
        coming = []
        for row in self._engine.open_rows():
            if (at := self._engine.changes_of(row)) is not None:
                coming.append(at)
            await asyncio.sleep(0)
        if coming:
            self._engine.advance(max(min(coming) - self._engine.now(), timedelta(0)))

    async def _faults(self, request: Request) -> Any:
        """``{"endpoint", "kind", "value"}`` and ``times`` or ``probability``: what goes wrong."""
        order = await _order(request)
        fault = Fault(order["kind"], float(order.get("value", 0)))
        if "probability" in order:
            self._dial.put_rate(order["endpoint"], fault, float(order["probability"]))
        else:
            self._dial.put(order["endpoint"], fault, int(order.get("times", 1)))
        return {}

    async def _reset(self, request: Request) -> Any:
        """Forgets jobs, phones and faults."""
        del request
        self._engine.reset()
        self._dial.clear()
        return {}


def _is_here(request: Request) -> bool:
    """Whether the caller is on this machine."""
    return request.client is not None and ipaddress.ip_address(request.client.host).is_loopback


async def _order(request: Request) -> dict[str, Any]:
    body = await whole_body(request, MAX_ORDER)
    order = json.loads(body) if body else {}
    if not isinstance(order, dict):
        raise Rejected(400)
    return order
