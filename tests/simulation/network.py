"""The network between simulated programs and the service, and the service: the real sandbox, in process.

A request that is on its way arrives whatever becomes of the program that sent it. What a program was told,
and what has really happened, is written down for the assertions.
"""

import asyncio
import json
import socket
import ssl
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime
from random import Random
from types import SimpleNamespace
from typing import Any

import httpx
from simulation.turning import Loop, Turner

from smsdesk.sandbox import app as sandbox_app
from smsdesk.sandbox.engine import Engine
from smsdesk.sandbox.faults import Dial, Fault
from smsdesk.sandbox.ledger import Ledger

USER, PASSWORD = "desk", "correct horse"
PORTS = {8440: 0, 8441: 1, 8442: 2}
"""Where jobs go, and the two data centres."""
SEND, *REPORTS = (f"http://127.0.0.1:{port}/rest/v1" for port in PORTS)

BEFORE_BYTES = ("refused", "name", "certificate", "connect_timeout")
"""Certain: nothing has left."""
ON_THE_WAY = (
    "reset_on_the_way",
    "lost_request",
    "late_request",
    "lost_answer",
    "late_answer",
    "cut_answer",
    "redirect",
    "page",
    "gateway_before",
    "gateway_after",
)
"""What the network itself does to a request or its answer."""
DIALLED = (
    *(("status", status) for status in (400, 401, 404, 409, 413, 422, 429, 500, 503)),
    *((kind, 0) for kind in ("lost_answer", "reset", "reset_body", "truncated", "html", "extra_fields")),
    ("trickle", 4),
    ("trickle", 45),
    ("delay", 3),
    ("delay", 25),
)
"""What the sandbox's dial does to a request."""
LATEST = 280.0
"""The longest that a request is on its way, in seconds."""


@dataclass
class Post:
    """One POST whose bytes have left, and what its sender heard."""

    mark: str
    body: bytes
    owner: str
    step: int
    heard: int | None = None
    """The status of a whole answer that came back."""
    told: str | None = None
    """The job id in it."""

    @property
    def outcome(self) -> str:
        """What its sender can know: "yes", "no", or in which way it cannot."""
        if self.heard is None:
            return "no_answer"
        if self.heard // 100 == 2:
            return "yes" if self.told else "unreadable"
        if self.heard == 409:
            return "duplicate"
        return "server_trouble" if self.heard >= 500 else "no"


def mark_in(body: bytes) -> str:
    """The mark of a job's bytes, read by this module's own eyes."""
    reference: str = json.loads(body)["options"].get("customerRef", "")
    return reference.rpartition("#")[2]


def numbers_in(body: bytes) -> list[str]:
    """Whom a job goes to."""
    return [person["dst"] for message in json.loads(body)["messages"] for person in message["recipients"]]


class Wire:
    """A connection as the server sees it."""

    def __init__(self, cut: Callable[[], None]) -> None:
        self.abort = cut

    def get_extra_info(self, name: str) -> Any:
        return SimpleNamespace(setsockopt=lambda *_: None)


class Service:
    """The sandbox: its real engine behind its real edge."""

    def __init__(self, turner: Turner, now: Callable[[], datetime], seed: int, rate: int) -> None:
        self.turner = turner
        self.ledger = Ledger()
        self.engine = Engine(now, seed, self.ledger, centres=2)
        self.dial = Dial(seed)
        made, sandbox_app.Dial = sandbox_app.Dial, lambda: self.dial  # type: ignore[assignment,misc]
        try:
            self.app = sandbox_app.make_app(
                self.engine, USER, PASSWORD, rate, "control", lambda: turner.now, PORTS
            )
        finally:
            sandbox_app.Dial = made  # type: ignore[misc]
        self.loop = Loop(turner, "service")

    def fault(self, endpoint: str, kind: str, value: float, probability: float) -> None:
        """Sets the dial for a share of the requests."""
        self.dial.put_rate(endpoint, Fault(kind, value), probability)

    def begin(self, scope: dict[str, Any], body: bytes, tell: Callable[[str, Any], None]) -> None:
        """A request arrives; ``tell`` gets "start", "body", "end" and "cut" as they happen."""
        self.loop.create_task(self._serve(scope, body, tell))

    async def _serve(self, scope: dict[str, Any], body: bytes, tell: Callable[[str, Any], None]) -> None:
        gone = self.loop.create_future()

        def cut() -> None:
            tell("cut", None)
            gone.set_result({"type": "http.disconnect"})

        scope["state"] = {"transport": Wire(cut)}
        parts = [{"type": "http.request", "body": body, "more_body": False}]

        async def receive() -> Any:
            return parts.pop() if parts else await gone

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                tell("start", (message["status"], message["headers"]))
                return
            tell("body", message.get("body", b""))
            if not message.get("more_body"):
                tell("end", None)

        await self.app(scope, receive, send)

    def accepted(self) -> list[tuple[str, bytes]]:
        """Id and bytes of every job that was accepted."""
        rows = (self.ledger.entry_at(row) for row in self.ledger.rows())
        return [(row.job_id, row.body) for row in rows if row]

    def close(self) -> None:
        self.ledger.close()


class Network:
    """Carries requests of every program; ``weather``: how probable is what befalls a request."""

    def __init__(self, turner: Turner, service: Service, chance: Random) -> None:
        self.turner, self.service, self.chance = turner, service, chance
        self.weather: dict[str, float] = {}
        self.posts: defaultdict[str, list[Post]] = defaultdict(list)
        self.leaving: Callable[[Post], None] = lambda _: None
        self.met: set[str] = set()

    def fate(self) -> str:
        """What befalls the next request."""
        draw = self.chance.random()
        for kind, probability in self.weather.items():
            draw -= probability
            if draw < 0:
                self.met.add(kind)
                return kind
        return ""

    def transport(self, owner: str) -> "Transport":
        """The network as one program sees it."""
        return Transport(self, owner)

    def delay(self) -> float:
        """How long a packet travels: mostly some milliseconds."""
        return 0.002 + self.chance.random() * (0.02 if self.chance.random() < 0.9 else 2)


def _failure(kind: str) -> Exception:
    causes: dict[str, Exception] = {
        "refused": ConnectionRefusedError(),
        "name": socket.gaierror(),
        "certificate": ssl.SSLError(),
    }
    error = httpx.ConnectTimeout("") if kind == "connect_timeout" else httpx.ConnectError("")
    error.__cause__ = causes.get(kind)
    return error


class Transport(httpx.AsyncBaseTransport):
    """Stands where httpx's own would: it says the same of each step, and raises the same."""

    def __init__(self, network: Network, owner: str) -> None:
        self._network, self._owner = network, owner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        network, trace = self._network, request.extensions["trace"]
        fate = network.fate()
        await trace("connection.connect_tcp.started", {"host": request.url.host})
        await asyncio.sleep(10 if fate == "connect_timeout" else network.delay())
        if fate in BEFORE_BYTES:
            raise _failure(fate)
        method = request.method.encode()
        await trace("http11.send_request_headers.started", {"request": SimpleNamespace(method=method)})
        body = await request.aread()
        post = None
        if request.method == "POST":
            post = Post(mark_in(body), body, self._owner, network.turner.steps)
            network.leaving(post)
            network.posts[post.mark].append(post)
        line = Line(network, fate, request, body, post)
        line.set_out()
        return await line.answer()


class Line:
    """One exchange, as it goes through the network."""

    def __init__(
        self, network: Network, fate: str, request: httpx.Request, body: bytes, post: Post | None
    ) -> None:
        self._network, self._fate, self._post = network, fate, post
        self._request, self._body = request, body
        self._arrived: asyncio.Queue[tuple[str, Any]] = asyncio.Queue()
        self._loop = asyncio.get_running_loop()
        self._patience: float = request.extensions["timeout"]["read"]
        self._last = 0.0

    # -- towards the service

    def set_out(self) -> None:
        """The bytes leave."""
        network, fate = self._network, self._fate
        if fate in ("lost_request", "redirect", "page", "gateway_before", "reset_on_the_way"):
            self._instead(fate)
            return
        delay = network.delay()
        if fate == "late_request":
            delay += network.chance.random() * LATEST
        network.turner.at(network.turner.now + delay, self._arrive)

    def _instead(self, fate: str) -> None:
        """Somebody on the way answers, or nobody."""
        answers = {
            "redirect": (302, b""),
            "page": (200, b"<html>Welcome to the hotel</html>"),
            "gateway_before": (503, b""),
        }
        if fate == "reset_on_the_way":
            self._bring("cut", None)
        elif fate in answers:
            status, content = answers[fate]
            self._whole(status, content)

    def _whole(self, status: int, content: bytes) -> None:
        length = (b"content-length", str(len(content)).encode())
        self._bring("start", (status, [length]))
        self._bring("body", content)
        self._bring("end", None)

    def _arrive(self) -> None:
        url = self._request.url
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": self._request.method,
            "scheme": "http",
            "path": url.path,
            "raw_path": url.raw_path.partition(b"?")[0],
            "query_string": url.query,
            "root_path": "",
            "headers": [(name.lower(), value) for name, value in self._request.headers.raw],
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", url.port),
        }
        self._network.service.begin(scope, self._body, self._tell)

    # -- towards the program

    def _tell(self, what: str, value: Any) -> None:
        if self._fate == "lost_answer":
            return
        if self._fate == "gateway_after":
            if what in ("end", "cut"):
                self._whole(502, b"")
            return
        if self._fate == "cut_answer" and what != "start":
            what, value = "cut", None
        self._bring(what, value)

    def _bring(self, what: str, value: Any) -> None:
        """Brings something to the program, in order."""
        turner, network = self._network.turner, self._network
        delay = network.delay()
        if self._fate == "late_answer" and what == "start":
            delay += 3 + network.chance.random() * 20
        self._last = max(turner.now + delay, self._last)
        turner.at(self._last, lambda: self._loop.call_soon(self._arrived.put_nowait, (what, value)))

    async def _next(self) -> tuple[str, Any]:
        try:
            async with asyncio.timeout(self._patience):
                what, value = await self._arrived.get()
        except TimeoutError:
            raise httpx.ReadTimeout("") from None
        if what == "cut":
            raise httpx.ReadError("")
        return what, value

    async def answer(self) -> httpx.Response:
        """The answer's head; its body comes as a stream."""
        _, (status, headers) = await self._next()
        if self._post and status // 100 != 2:
            self._post.heard = status
        return httpx.Response(status, headers=headers, stream=Body(self._chunks(status)))

    async def _chunks(self, status: int) -> AsyncIterator[bytes]:
        content = b""
        while True:
            what, value = await self._next()
            if what == "end":
                break
            content += value
            yield value
        if self._post:
            self._post.heard, self._post.told = status, _job_id(content)


class Body(httpx.AsyncByteStream):
    """The body of an answer."""

    def __init__(self, chunks: AsyncIterator[bytes]) -> None:
        self._chunks = chunks

    async def __aiter__(self) -> AsyncIterator[bytes]:
        async for chunk in self._chunks:
            yield chunk


def _job_id(content: bytes) -> str | None:
    try:
        found = json.loads(content)
    except ValueError:
        return None
    return found.get("jobId") if isinstance(found, dict) else None
