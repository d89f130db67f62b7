"""Random sequences of calls against a second reading of the API, written from its rules alone."""

import asyncio
import json
import math
import os
import re
import tempfile
from collections.abc import Awaitable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from smsdesk.sandbox.app import make_app
from smsdesk.sandbox.engine import Engine
from smsdesk.sandbox.ledger import Ledger

T = TypeVar("T")

START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
SECRET = {"X-Control-Secret": "turn"}
MONTHS = timedelta(days=92)
DAY, SECOND, MOMENT = timedelta(days=1), timedelta(seconds=1), timedelta(milliseconds=1)
SLOWEST = timedelta(seconds=22)
"""The longest that a network takes to say what became of an SMS."""
ENDS: dict[str, tuple[tuple[str, str | None], tuple[str, str | None]]] = {
    "01": (("DONE", "SUC_FIN"), ("DONE", "SUC_ACC")),
    "61": (("DONE", "SUC_FIN"), ("DONE", "SUC_ACC")),
    "71": (("DONE", "TIMEOUT"), ("DONE", "SUC_ACC")),
    "76": (("DONE", "BLOCKED"), ("DONE", "BLOCKED")),
    "78": (("DONE", "CON_ERR"), ("DONE", "CON_ERR")),
    "81": (("DONE", "FAILED_FIN"), ("DONE", "SUC_ACC")),
    "84": (("DONE", "NOT_ACC_FIN"), ("DONE", "NOT_ACC_FIN")),
    "86": (("DONE", "SEND_ERR"), ("DONE", "SEND_ERR")),
    "89": (("DONE", "STATUS_ERR"), ("DONE", "SUC_ACC")),
    "90": (("CANCELED", None), ("CANCELED", None)),
    "93": (("CANCELED", "NOT_ACC_REC"), ("CANCELED", "NOT_ACC_REC")),
    "96": (("KILL", "SUC_ACC"), ("DONE", "SUC_ACC")),
    "99": (("DONE", "INVALID_DST"), ("DONE", "INVALID_DST")),
}
"""Each row of the status table by the last two digits: with a delivery notification asked, and without."""
NEVER_SENT = {"BLOCKED", "CON_ERR", "NOT_ACC_FIN", "INVALID_DST", "NOT_ACC_REC", None}
ORDER = {"OPEN": 0, "RUNNING": 1, "DONE": 2, "CANCELED": 2, "KILL": 2}
DEFAULTS = {"statusRequested": False, "flash": False, "validityMin": 0, "qos": "NORMAL"}

numbers = st.builds(
    "{}{}".format, st.sampled_from(["+49176040690", "0049176040690", "+121255501"]), st.sampled_from([*ENDS])
) | st.sampled_from(["", "12", "abc", "+49 176 1", "0049"])
offsets = st.sampled_from([-50, -2, -1, 0, 1, 2, 3, 90]).map(lambda hours: timedelta(hours=hours))
lengths = st.sampled_from([1, 60, 120, 180, 4000]).map(lambda minutes: timedelta(minutes=minutes))
periods = st.lists(st.tuples(offsets, lengths), max_size=3)
people = st.fixed_dictionaries(
    {"dst": numbers}, optional={"customerRef": st.sampled_from(["", "K-1", "Ü"]), "periods": periods}
)
texts = st.sampled_from(["a", "x" * 160, "x" * 161, "x" * 400, "y" * 5000, "Grüße €", "☎ 1", "☎" * 90])
messages = st.fixed_dictionaries({"text": texts, "recipients": st.lists(people, min_size=1, max_size=3)})
options = st.fixed_dictionaries(
    {},
    optional={
        "src": st.sampled_from(["Nordlicht", "+4912345"]),
        "encoding": st.sampled_from(["STANDARD", "standard", "UTF-16", "utf-16"]),
        "billcode": st.sampled_from(["", "b" * 70]),
        "statusRequested": st.booleans(),
        "flash": st.booleans(),
        "customerRef": st.just("autumn"),
        "validityMin": st.sampled_from([0, 5, 60, 2880]),
        "maxParts": st.sampled_from([1, 2, 20]),
        "invalidCharacters": st.sampled_from(["REPLACE", "TO_UTF16", "TRANSLITERATE"]),
        "qos": st.sampled_from(["EXPRESS", "NORMAL"]),
        "start": offsets,
        "duplicateDetection": st.booleans(),
        "periods": periods,
        "colour": st.just("unknown keys are overlooked"),
    },
)
WRONG: list[tuple[int, dict[str, Any]]] = [
    (400, {"options": {"encoding": "EBCDIC"}}),
    (400, {"options": {"validityMin": 4}}),
    (400, {"options": {"validityMin": 2881}}),
    (400, {"options": {"maxParts": 21}}),
    (400, {"options": {"maxParts": "2"}}),
    (400, {"options": {"src": "twelve chars"}}),
    (400, {"options": {"billcode": "b" * 71}}),
    (400, {"options": {"qos": "FAST"}}),
    (400, {"options": {"jobPeriod": "2026-11-24T09:00:00"}}),
    (400, {"options": {"blackoutPeriods": ["2026-11-25T09:00:00Z/2026-11-25T09:00:00Z"]}}),
    (400, {"options": []}),
    (400, {"messages": {}}),
    (400, {"messages": [{"text": 7, "recipients": [{"dst": "+4917604069001"}]}]}),
    (400, {"messages": [{"text": "a", "recipients": [{"customerRef": "no number"}]}]}),
    (422, {"messages": None}),
    (422, {"messages": []}),
    (422, {"messages": [{"text": "", "recipients": [{"dst": "+4917604069001"}]}]}),
    (422, {"messages": [{"text": "a", "recipients": []}]}),
    (422, {"messages": [{"text": "☎", "recipients": [{"dst": "+4917604069001"}]}]}),
    (422, {"messages": [{"text": "a", "recipients": [{"dst": "+4917604069001"}] * 3001}]}),
]
"""Requests that are refused, and how."""


@dataclass
class Known:
    """A job as it was asked for, and what was last seen of it."""

    job_id: str
    at: datetime
    options: dict[str, Any]
    start: datetime | None
    spans: list[tuple[datetime, datetime]]
    people: list[tuple[str, str, list[tuple[datetime, datetime]], str]]
    texts: list[tuple[str, int]]
    rows: list[dict[str, Any]] = field(default_factory=list)

    @property
    def asked(self) -> bool:
        return bool(self.options.get("statusRequested"))

    @property
    def validity(self) -> timedelta:
        return timedelta(minutes=self.options.get("validityMin") or 2)


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def merged(spans: list[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """Overlapping and touching periods as one."""
    edges = sorted({at for span in spans for at in span})
    covered = [(a, b) for a, b in pairwise(edges) if any(start <= a and b <= end for start, end in spans)]
    found: list[tuple[datetime, datetime]] = []
    for start, end in covered:
        if found and found[-1][1] == start:
            found[-1] = found[-1][0], end
        else:
            found.append((start, end))
    return found


def identity(one: Known) -> tuple[Any, ...]:
    """Equal for what the service takes for the same job."""
    told = {**DEFAULTS, "encoding": "STANDARD", "invalidCharacters": "REFUSE", **one.options}
    told["encoding"] = told["encoding"].upper()
    for name in ("duplicateDetection", "colour", "jobPeriod", "blackoutPeriods"):
        told.pop(name, None)
    people = [
        (re.sub("^00", "+", number), None if reference is number else reference, merged(spans), text)
        for number, reference, spans, text in one.people
    ]
    return sorted(told.items()), one.start, merged(one.spans), people, one.texts


def free_from(at: datetime, spans: list[tuple[datetime, datetime]]) -> datetime:
    """The first instant from ``at`` on in none of the spans, found the slow way."""
    while inside := [end for start, end in spans if start <= at < end]:
        at = max(inside)
    return at


class Calls(RuleBasedStateMachine):
    """The service over ASGI beside what it should be."""

    steps = 0

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = tempfile.TemporaryDirectory()
        self.now, self.seed = START, 0
        self.known: list[Known] = []
        self.accepted: list[tuple[tuple[Any, ...], datetime]] = []
        self.sent: list[tuple[dict[str, Any], Known]] = []
        self.open()

    def open(self) -> None:
        self.ledger = Ledger(Path(self.folder.name) / "jobs.db")
        engine = Engine(lambda: self.now, self.seed, self.ledger)
        app = make_app(engine, "u", "p", 10**9, "turn")
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://box", auth=("u", "p")
        )

    def wait(self, call: Awaitable[T]) -> T:
        return self.loop.run_until_complete(call)  # type: ignore[arg-type]  # any awaitable

    def get(self, path: str, **named: Any) -> httpx.Response:
        type(self).steps += 1
        return self.wait(self.client.get(f"/rest/v1{path}", **named))

    def post(self, body: Any) -> httpx.Response:
        type(self).steps += 1
        return self.wait(self.client.post("/rest/v1/jobs", content=json.dumps(body).encode()))

    def teardown(self) -> None:
        self.wait(self.client.aclose())
        self.ledger.close()
        self.loop.close()
        self.folder.cleanup()

    @initialize(seed=st.integers(0, 9))
    def begin(self, seed: int) -> None:
        self.seed = seed

    # -- jobs ------------------------------------------------------------------------------------

    def _spans(self, given: list[tuple[timedelta, timedelta]]) -> list[tuple[datetime, datetime]]:
        return [(self.now + offset, self.now + offset + length) for offset, length in given]

    @rule(asked=st.lists(messages, min_size=1, max_size=3), chosen=options)
    def send(self, asked: list[dict[str, Any]], chosen: dict[str, Any]) -> None:
        chosen = dict(chosen)
        own = self._spans(chosen.pop("periods", []))
        start = self.now + chosen.pop("start") if "start" in chosen else None
        told = dict(chosen)
        if own:
            told["blackoutPeriods"] = [f"{a.isoformat()}/{b.isoformat()}" for a, b in own]
        if start:
            told["jobPeriod"] = start.isoformat()
        if any("☎" in one["text"] for one in asked) and "utf" not in told.get("encoding", "").lower():
            told.setdefault("invalidCharacters", "REPLACE")
        found, written = [], []
        for one in asked:
            rows = []
            for person in one["recipients"]:
                row = {name: value for name, value in person.items() if name != "periods"}
                spans = self._spans(person.get("periods", []))
                if spans:
                    row["blackoutPeriods"] = [f"{a.isoformat()}/{b.isoformat()}" for a, b in spans]
                rows.append(row)
                found.append((row["dst"], row.get("customerRef", row["dst"]), spans, one["text"]))
            written.append({"text": one["text"], "recipients": rows})
        body = {"messages": written, "options": told}
        shape = [(one["text"], len(one["recipients"])) for one in asked]
        asked_for = Known("", self.now, told, start, own, found, shape)
        self.sent.append((body, asked_for))
        self._send(body, asked_for)

    @precondition(lambda self: self.sent)
    @rule(data=st.data(), apart=st.sampled_from([MOMENT, DAY - MOMENT, DAY]))
    def send_again(self, data: st.DataObject, apart: timedelta) -> None:
        body, asked = data.draw(st.sampled_from(self.sent))
        self.now += apart
        told = {**body["options"], "duplicateDetection": True}
        self._send({**body, "options": told}, replace(asked, at=self.now, options=told))

    def _send(self, body: dict[str, Any], asked: Known) -> None:
        same = identity(asked)
        seen = any(one == same and self.now - at < DAY for one, at in self.accepted)
        answer = self.post(body)
        if seen and body["options"].get("duplicateDetection"):
            assert (answer.status_code, answer.content) == (409, b"")
            return
        assert answer.status_code == 200
        job_id = answer.json()["jobId"]
        assert re.fullmatch(r"J\..{18,38}", job_id)
        assert job_id not in {one.job_id for one in self.known}
        self.known.append(replace(asked, job_id=job_id))
        self.accepted.append((same, self.now))

    @rule(wrong=st.sampled_from(WRONG))
    def send_wrong(self, wrong: tuple[int, dict[str, Any]]) -> None:
        status, change = wrong
        good = {"messages": [{"text": "a", "recipients": [{"dst": "+4917604069001"}]}], "options": None}
        answer = self.post(good | change)
        assert (answer.status_code, answer.content) == (status, b"")

    # -- reports ---------------------------------------------------------------------------------

    def _remembered(self) -> list[Known]:
        return [one for one in self.known if self.now - one.at < MONTHS]

    @precondition(lambda self: self.known)
    @rule(data=st.data())
    def report(self, data: st.DataObject) -> None:
        one = data.draw(st.sampled_from(self.known))
        answer = self.get("/sms", params={"jobId": one.job_id})
        report = self.get(f"/jobs/{one.job_id}")
        if one not in self._remembered():
            assert (answer.status_code, answer.content, report.status_code) == (404, b"", 404)
            return
        rows = answer.json()
        assert len(rows) == len(one.people)
        for row, person in zip(rows, one.people, strict=True):
            self._check_row(one, row, person)
        for before, row in zip(one.rows, rows, strict=False):
            assert ORDER[before["processStatus"]] <= ORDER[row["processStatus"]]
            for name in ("sentTs", "finishedTs", "smsId"):
                assert name not in before or before[name] == row[name]
        one.rows = rows
        self._check_job(one, report.json())

    def _check_row(
        self, one: Known, row: dict[str, Any], person: tuple[str, str, list[tuple[datetime, datetime]], str]
    ) -> None:
        number, reference, own, _ = person
        assert None not in row.values()
        assert (row["dst"], row["customerRef"]) == (number, reference)
        assert re.fullmatch(r"S\.[0-9]{8}-[0-9]{6}-[0-9]{5,}", row["smsId"])
        is_drama = re.fullmatch(r"(\+|00)49176040690[0-9]{2}|\+1[0-9]{3}55501[0-9]{2}", number)
        ends = ENDS[number[-2:] if is_drama else "99"][0 if one.asked else 1]
        sent, done = row.get("sentTs"), row.get("finishedTs")
        earliest = max(one.at, one.start or one.at)
        spans = [*one.spans, *own]
        if done is None:
            assert row["processStatus"] in ("OPEN", "RUNNING")
            assert (row["processStatus"] == "RUNNING") == (sent is not None)
            assert row["processStatus"] == "OPEN" or one.asked
            first = free_from(earliest + 10 * SECOND, spans)
            # An SMS may be tried a second time, and its answer may take its time.
            latest = max(free_from(earliest + at * SECOND, spans) for at in (0, 10))
            latest = free_from(max(first, latest) + 5 * SECOND, spans) + max(SLOWEST, one.validity)
            assert self.now < latest
            return
        assert (row["processStatus"], row.get("status")) == ends
        assert (sent is None) == (ends[1] in NEVER_SENT)
        assert instant(done) <= self.now
        for at in [instant(text) for text in (sent,) if text]:
            assert earliest <= at <= instant(done)
            assert not any(start <= at < end for start, end in spans)
            if ends[1] == "TIMEOUT":
                assert instant(done) - at == one.validity

    def _check_job(self, one: Known, report: dict[str, Any]) -> None:
        done = [row.get("finishedTs") for row in one.rows]
        assert report.pop("jobId") == one.job_id
        assert report.pop("recipientIds") == [row["smsId"] for row in one.rows]
        assert instant(report.pop("receiptTs")) == one.at
        finished = report.pop("finishedTs", None)
        assert (finished is None) == (None in done)
        assert finished is None or instant(finished) == max(map(instant, filter(None, done)))
        told = {**DEFAULTS, **one.options}
        told["encoding"] = told.get("encoding", "STANDARD").lower()
        echoed = ("src", "encoding", "billcode", "customerRef", *DEFAULTS)
        assert report == {name: told[name] for name in echoed if name in told}

    @rule(
        since=st.integers(-100 * 24, 24),
        hours=st.integers(-2, 31 * 24),
        flag=st.sampled_from([None, "true", "True", "1", "false"]),
        limit=st.sampled_from([None, 1, 2, 1000, 0, 1001]),
        offset=st.sampled_from([None, 0, 1, 5, -1]),
    )
    def listed(self, since: int, hours: int, flag: str | None, limit: int | None, offset: int | None) -> None:
        start = self.now + timedelta(hours=since)
        end = start + timedelta(hours=hours)
        asked = {"fromTs": start.isoformat(), "toTs": end.isoformat(), "open": flag, "limit": limit}
        asked |= {"offset": offset}
        query = {name: value for name, value in asked.items() if value is not None}
        answer = self.get("/jobs", params=query)
        if not 0 < hours <= 30 * 24 or limit in (0, 1001) or offset == -1:
            assert (answer.status_code, answer.content) == (400, b"")
            return
        found = [one for one in self._remembered() if start <= one.at <= end]
        if flag is not None:
            are_open = {one.job_id: self._is_open(one) for one in found}
            found = [one for one in found if are_open[one.job_id] == (flag != "false")]
        first = offset or 0
        expected = [one.job_id for one in sorted(found, key=lambda one: one.at)]
        assert [one["jobId"] for one in answer.json()] == expected[first : first + (limit or 100)]

    def _is_open(self, one: Known) -> bool:
        return "finishedTs" not in self.get(f"/jobs/{one.job_id}").json()

    @rule()
    def listed_by_default(self) -> None:
        found = [one.job_id for one in self.known if self.now - one.at <= timedelta(days=30)]
        assert [one["jobId"] for one in self.get("/jobs?jobIdsOnly=True").json()] == found[:100]

    @rule(path=st.sampled_from(["/jobs/J.20200101-000000.000-nobody0123", "/sms?jobId=nobody", "/jobs/%20"]))
    def unknown(self, path: str) -> None:
        answer = self.get(path)
        assert (answer.status_code, answer.content) == (404, b"")

    @rule(path=st.sampled_from(["/jobs", "/jobs/x", "/sms?jobId=x", "/version"]))
    def stranger(self, path: str) -> None:
        answer = self.get(path, auth=("u", "wrong"))
        assert (answer.status_code, answer.content) == (401, b"")

    # -- texts -----------------------------------------------------------------------------------

    @rule()
    def on_phones(self) -> None:
        type(self).steps += 1
        told = self.wait(self.client.get("/control/messages", headers=SECRET)).json()
        asked = [(one, person) for one in self.known for person in one.people]
        assert len(told) == len(asked)
        for message, (one, (_, _, _, text)) in zip(told, asked, strict=True):
            self._check_text(message, text, one.options)

    def _check_text(self, message: dict[str, Any], text: str, told: dict[str, Any]) -> None:
        utf16 = told.get("encoding", "").upper() == "UTF-16"
        if "☎" in text and told.get("invalidCharacters") == "TO_UTF16":
            utf16 = True
        shown = text if utf16 else text.replace("☎", "?")
        single, joined = (70, 67) if utf16 else (160, 153)
        units = len(shown) + (0 if utf16 else shown.count("€"))
        parts = 1 if units <= single else math.ceil(units / joined)
        most = told.get("maxParts", 255)
        if parts > most:
            shown, parts = shown[: single if most == 1 else joined * most], most
        assert (message["text"], message["parts"]) == (shown, parts)
        assert message["encoding"] == ("utf-16" if utf16 else "standard")

    # -- time ------------------------------------------------------------------------------------

    @rule(
        span=st.one_of(
            st.integers(1, 30_000).map(lambda n: timedelta(milliseconds=n)),
            st.sampled_from([1, 2, 3, 5, 100]).map(lambda n: timedelta(hours=n)),
            st.sampled_from([DAY, DAY - MOMENT, MONTHS - DAY, MONTHS - 2 * MOMENT, MOMENT]),
        )
    )
    def later(self, span: timedelta) -> None:
        self.now += span

    @rule()
    def restart(self) -> None:
        self.wait(self.client.aclose())
        self.ledger.close()
        self.seed += 100
        self.open()

    @rule(really=st.integers(0, 9))
    def reset(self, really: int) -> None:
        if really == 0:
            type(self).steps += 1
            self.wait(self.client.post("/control/reset", headers=SECRET))
            self.known, self.accepted = [], []


def play(least: int, runs: int, steps: int, *, derandomize: bool) -> None:
    """At least so many calls, in rounds of ``runs`` sequences of up to ``steps`` rules."""
    Calls.steps = 0
    while Calls.steps < least:
        run_state_machine_as_test(
            Calls,
            settings=settings(
                max_examples=runs,
                stateful_step_count=steps,
                deadline=None,
                derandomize=derandomize,
                database=None,
                suppress_health_check=list(HealthCheck),
                phases=[Phase.generate, Phase.shrink],
            ),
        )


def test_some_sequences_of_calls_are_answered_as_the_api_says() -> None:
    play(800, 40, 40, derandomize=True)


@pytest.mark.slow
def test_ten_thousand_calls_are_answered_as_the_api_says() -> None:
    play(10_000 if os.environ.get("CI") else 60_000, 100, 100, derandomize=False)
