"""Malformed and hostile input: a documented status, never a 500, nothing half stored."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from smsdesk.sandbox.app import make_app
from smsdesk.sandbox.edge import MAX_BODY
from smsdesk.sandbox.engine import Engine

START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SECRET = {"X-Control-Secret": "turn"}
AGE_END = "9999-12-31T23:59:59.999999Z"


class Box:
    """The application without a socket; an exception inside it is an answer, as over a socket."""

    def __init__(self) -> None:
        self.wall = 0.0
        self.engine = Engine(lambda: START)
        self.app = make_app(self.engine, "u", "p", 50, "turn", lambda: self.wall)

    def call(self, method: str, path: str, **options: Any) -> httpx.Response:
        async def called() -> httpx.Response:
            transport = httpx.ASGITransport(self.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(
                transport=transport, base_url="http://box", auth=("u", "p")
            ) as client:
                return await client.request(method, path, **options)

        return asyncio.run(called())

    def post(self, body: object) -> int:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.call("POST", "/rest/v1/jobs", content=content).status_code


def job(person: object = None, text: object = "Hello", **options: object) -> dict[str, object]:
    people = [person or {"dst": "+4917612345678"}]
    return {"messages": [{"text": text, "recipients": people}], "options": options}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xef\xbb\xbf{}",
        b'{"a":' * 200_000,
        b'{"messages":[' * 50_000,
        b'{"x":NaN,' + json.dumps(job()).encode()[1:],
        b'{"x":-Infinity}',
        b'{"x":' + b"9" * 5000 + b"}",
        json.dumps(job(validityMin=0)).replace("0}", "9" * 4000 + "}").encode(),
        job(validityMin=5.0),
        job(maxParts=1e400),
        job(maxParts=True),
        job({"dst": "\ud800"}),
        job({"dst": "+49", "customerRef": "\udfff"}),
        job(text="half \ud83d of a smile"),
        job(customerRef="\ud800"),
        job({"dst": None}),
        job({"dst": ["+49"]}),
        job({"dst": "+49", "blackoutPeriods": ["/"]}),
        job({"dst": "+49", "blackoutPeriods": [["a", "b"]]}),
        job(jobPeriod="9999-12-31T23:59:59-23:59"),
        job(jobPeriod="0001-01-01T00:00:00+23:59"),
        job(jobPeriod=""),
        job(src=""),
        job(src="Ж"),
        job(src="+1234567890123456"),
        job(qos="express"),
        job(encoding="utf16"),
    ],
    ids=lambda body: repr(body)[:40],
)
def test_hostile_bodies_are_400_and_nothing_is_kept(body: object) -> None:
    box = Box()
    assert box.post(body) == 400
    assert list(box.engine.messages()) == []


def test_a_malformed_part_is_400_though_another_part_only_cannot_be_sent() -> None:
    body = job(text="☎")
    body["messages"] = [*body["messages"], {"text": "x", "recipients": [{"dst": 5}]}]  # type: ignore[misc]  # a list
    assert Box().post(body) == 400


@pytest.mark.parametrize(
    "options", [{"jobPeriod": AGE_END}, {"blackoutPeriods": [f"2026-01-01T00:00:00Z/{AGE_END}"]}]
)
def test_a_job_at_the_end_of_time_is_accepted_and_stays_open(options: dict[str, object]) -> None:
    box = Box()
    answer = box.call("POST", "/rest/v1/jobs", json=job(**options, statusRequested=True, validityMin=2880))
    assert answer.status_code == 200
    (row,) = box.call("GET", "/rest/v1/sms", params=answer.json()).json()
    assert row["processStatus"] == "OPEN"


def test_a_long_text_and_many_blackouts_are_taken_in_good_time() -> None:
    hours = [(START + timedelta(hours=n)).isoformat() for n in range(20_001)]
    periods = [f"{a}/{b}" for a, b in zip(hours[1::2], hours[2::2], strict=False)]
    box = Box()
    assert box.post(job({"dst": "+49", "blackoutPeriods": periods}, text="a" * 5_000_000)) == 200
    (message,) = box.engine.messages()
    assert message["parts"] == 255


@pytest.mark.parametrize("told", [True, False], ids=["length told", "length not told"])
def test_a_body_over_64_mib_is_413_and_the_connection_closes(told: bool) -> None:
    async def body() -> AsyncIterator[bytes]:
        for _ in range(MAX_BODY // 2**20 + 1):
            yield b" " * 2**20

    box = Box()
    headers = {"Content-Length": str(MAX_BODY + 1)} if told else {}
    answer = box.call("POST", "/rest/v1/jobs", content=b"{}" if told else body(), headers=headers)
    assert (answer.status_code, answer.content, answer.headers["connection"]) == (413, b"", "close")


@pytest.mark.parametrize(
    "path",
    [
        "/jobs?toTs=0001-01-02T00:00:00Z",
        "/jobs?fromTs=0001-01-01T00:00:00%2B23:00",
        "/jobs?fromTs=2026-11-20",
        "/jobs?toTs=",
        "/jobs?limit=" + "9" * 5000,
        "/jobs?limit=٣",
        "/jobs?offset=1e3",
        "/jobs/",
    ],
)
def test_hostile_queries_are_400_with_an_empty_body(path: str) -> None:
    answer = Box().call("GET", f"/rest/v1{path}")
    assert (answer.status_code, answer.content) == (400, b"")


@pytest.mark.parametrize(
    "token", ["", "Basic", "Basic \xff\xfe", "Basic ====", "Bearer dTpw", "Basic dTpw!!"]
)
def test_hostile_credentials_are_401(token: str) -> None:
    headers = {"Authorization": token.encode("latin-1")}

    async def called() -> int:
        transport = httpx.ASGITransport(Box().app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://box") as client:
            return (await client.get("/rest/v1/jobs", headers=headers)).status_code

    assert asyncio.run(called()) == 401


@pytest.mark.parametrize("method", ["DELETE", "PUT", "PATCH", "OPTIONS"])
def test_a_method_that_a_path_does_not_have_is_405_and_names_those_it_has(method: str) -> None:
    answer = Box().call(method, "/rest/v1/jobs")
    assert (answer.status_code, answer.content) == (405, b"")
    assert {"GET", "POST"} <= set(answer.headers["allow"].split(", "))


@pytest.mark.parametrize(
    ("call", "body"),
    [
        ("advance", b'{"seconds":NaN}'),
        ("advance", b'{"seconds":-1}'),
        ("advance", b'{"seconds":1e13}'),
        ("advance", b'{"seconds":1e400}'),
        ("advance", b"[" * 60_000),
        ("advance", b"7"),
        ("faults", b'{"endpoint":"post","kind":"status","value":99}'),
        ("faults", b'{"endpoint":"post","kind":"delay","value":NaN}'),
        ("faults", b'{"endpoint":"post","kind":["x"]}'),
        ("faults", b'{"endpoint":"post","kind":"html","times":1e9}'),
        ("faults", b'{"endpoint":"nowhere","kind":"html"}'),
    ],
)
def test_hostile_control_is_400_and_changes_nothing(call: str, body: bytes) -> None:
    box = Box()
    assert box.call("POST", f"/control/{call}", content=body, headers=SECRET).status_code == 400
    assert box.engine.now() == START
    assert box.post(job()) == 200


def test_the_control_surface_answers_nobody_from_elsewhere() -> None:
    async def called(place: str) -> int:
        transport = httpx.ASGITransport(Box().app, client=(place, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://box") as client:
            return (await client.get("/control/phones", headers=SECRET)).status_code

    assert [asyncio.run(called(place)) for place in ("127.0.0.1", "::1", "192.0.2.7")] == [200, 200, 403]


def test_the_rate_counts_the_last_ten_seconds_of_wall_time() -> None:
    box = Box()
    assert [box.call("GET", "/rest/v1/version").status_code for _ in range(51)] == [200] * 50 + [429]
    box.engine.advance(timedelta(hours=1))
    box.wall = 9.9
    assert box.call("GET", "/rest/v1/version").status_code == 429
    box.wall = 10.0
    assert box.call("GET", "/rest/v1/version").status_code == 200


@pytest.mark.parametrize(
    "name", ["%00", "..%2f..%2fetc", "J." + "x" * 5000, "%ff%fe", "'; DROP TABLE jobs", "٣"]
)
def test_hostile_ids_are_unknown(name: str) -> None:
    box = Box()
    answers = [box.call("GET", f"/rest/v1/jobs/{name}"), box.call("GET", f"/rest/v1/sms?jobId={name}")]
    assert [(answer.status_code, answer.content) for answer in answers] == [(404, b"")] * 2


def test_a_client_that_is_too_slow_with_its_body_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smsdesk.sandbox.edge.PATIENCE", 0.01)
    cut = asyncio.Event()

    class Connection:
        def abort(self) -> None:
            cut.set()

    async def receive() -> dict[str, Any]:
        await cut.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        raise AssertionError(message)

    async def called() -> None:
        headers = [(b"authorization", b"Basic dTpw"), (b"content-length", b"100")]
        scope = {"type": "http", "method": "POST", "path": "/rest/v1/jobs", "query_string": b""}
        scope |= {"headers": headers, "server": ("127.0.0.1", 1), "client": ("127.0.0.1", 2)}
        await Box().app(scope | {"state": {"transport": Connection()}}, receive, send)

    asyncio.run(called())
    assert cut.is_set()


def test_a_short_body_of_very_many_values_is_413() -> None:
    body = b'{"other":[' + b"[]," * 1_000_001 + b"1]}"
    assert Box().post(body) == 413
