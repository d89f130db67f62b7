"""The control surface, apart from the API: it turns the clock and the fault dial, and shows the phones."""

import hmac
import ipaddress
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from smsdesk.sandbox.edge import Endpoint, refused, whole_body
from smsdesk.sandbox.engine import Engine
from smsdesk.sandbox.faults import Dial, Fault
from smsdesk.sandbox.reading import Rejected

PATH = "/control"
SECRET_HEADER = "X-Control-Secret"  # noqa: S105 (the header's name)
MAX_ORDER = 65536


class Control:
    """The calls of the control surface over one engine and one dial; ``secret`` opens it."""

    def __init__(self, engine: Engine, dial: Dial, secret: str) -> None:
        self._engine, self._dial = engine, dial
        self._secret = secret.encode()

    def routes(self) -> list[Route]:
        """Every call, under its path."""
        shown = {"messages": self._messages, "phones": self._phones}
        done = {"advance": self._advance, "faults": self._faults, "reset": self._reset}
        return [
            *[Route(f"{PATH}/{name}", self._guarded(call), methods=["GET"]) for name, call in shown.items()],
            *[Route(f"{PATH}/{name}", self._guarded(call), methods=["POST"]) for name, call in done.items()],
        ]

    def _guarded(self, call: Callable[[dict[str, Any]], Any]) -> Endpoint:
        async def wrapped(request: Request) -> Response:
            given = request.headers.get(SECRET_HEADER, "").encode()
            if not _is_here(request) or not hmac.compare_digest(given, self._secret):
                return refused(403)
            try:
                return JSONResponse(call(await _order(request)))
            except Rejected as rejected:
                return refused(rejected.status)
            except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
                return refused(400)

        return wrapped

    def _advance(self, order: dict[str, Any]) -> Any:
        """``{"seconds": n}``: turns the clock forward."""
        self._engine.advance(timedelta(seconds=float(order["seconds"])))
        return {"now": self._engine.now().isoformat()}

    def _faults(self, order: dict[str, Any]) -> Any:
        """``{"endpoint", "kind", "value", "times"}``: what the next requests meet."""
        fault = Fault(order["kind"], float(order.get("value", 0)))
        self._dial.put(order["endpoint"], fault, int(order.get("times", 1)))
        return {}

    def _reset(self, order: dict[str, Any]) -> Any:
        """Forgets jobs and faults."""
        del order
        self._engine.reset()
        self._dial.clear()
        return {}

    def _messages(self, order: dict[str, Any]) -> Any:
        """Every SMS of every accepted job."""
        del order
        return list(self._engine.messages())

    def _phones(self, order: dict[str, Any]) -> Any:
        """What each phone has, by number."""
        del order
        return self._engine.phones()


def _is_here(request: Request) -> bool:
    """Whether the caller is on this machine."""
    return request.client is not None and ipaddress.ip_address(request.client.host).is_loopback


async def _order(request: Request) -> dict[str, Any]:
    body = await whole_body(request, MAX_ORDER)
    order = json.loads(body) if body else {}
    if not isinstance(order, dict):
        raise Rejected(400)
    return order
