"""The fault dial: every fault as the program's own client sees it; two data centres."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from near import Near
from processes import PASSWORD, Box

from smsdesk.api.client import Client
from smsdesk.core.account import Account
from smsdesk.core.errors import (
    NoAnswer,
    NotFound,
    ServerTrouble,
    ServiceError,
    TooManyRequests,
    Unreadable,
)
from smsdesk.core.request import JobId
from smsdesk.sandbox.faults import ENDPOINTS, Dial, Fault

DELIVERED = "+4917604069012"
START = timedelta(hours=1)
FINAL = timedelta(days=1).total_seconds()
PATIENCE = 1.0
"""Seconds after which the client of these tests gives a request up."""

Act = Callable[[Near, Client], Awaitable[None]]


def body(*numbers: str, **options: object) -> bytes:
    people = [{"dst": number} for number in numbers or (DELIVERED,)]
    options = {"statusRequested": True, **options}
    return json.dumps({"messages": [{"text": "Hello", "recipients": people}], "options": options}).encode()


def play(act: Act, centres: int = 1) -> None:
    """An act with a sandbox of its own and the program's client."""

    async def played() -> None:
        async with await Near.start(data_centres=centres) as box:
            account = Account("box", box.url, box.report_urls, box.user)
            async with Client(account, box.password, seconds=PATIENCE) as client:
                await act(box, client)

    asyncio.run(played())


Call = Callable[[Client, str, JobId], Awaitable[object]]
CALLS: dict[str, Call] = {
    "post": lambda client, _url, _job: client.post_job(body()),
    "jobs": lambda client, url, _job: client.job_ids(
        url, datetime.now(UTC) - timedelta(days=1), datetime.now(UTC) + timedelta(days=2)
    ),
    "job": lambda client, url, job: client.job(job, url),
    "sms": lambda client, url, job: client.recipients(job, url),
    "version": lambda client, url, _job: client.version(url),
}
AS_ERROR: dict[tuple[str, float], type[ServiceError]] = {
    ("status", 429): TooManyRequests,
    ("status", 500): ServerTrouble,
    ("status", 503): ServerTrouble,
    ("delay", 2 * PATIENCE): NoAnswer,
    ("lost_answer", 0): NoAnswer,
    ("reset", 0): NoAnswer,
    ("reset_body", 0): NoAnswer,
    ("truncated", 0): Unreadable,
    ("html", 0): Unreadable,
    ("trickle", 60): NoAnswer,
    ("down", 0): NoAnswer,
    ("down", 1): NoAnswer,
}


@pytest.mark.parametrize("fault", AS_ERROR, ids=lambda fault: f"{fault[0]} {fault[1]:g}")
def test_a_fault_of_any_endpoint_is_the_right_error_once(fault: tuple[str, float]) -> None:
    async def act(box: Near, client: Client) -> None:
        job = await client.post_job(body())
        endpoints = list(CALLS) if fault[0] not in ("delay", "trickle") else ["post", "sms"]
        for endpoint in endpoints:
            await box.fault(endpoint, *fault)
            with pytest.raises(AS_ERROR[fault]):
                await CALLS[endpoint](client, box.url, job)
            assert await CALLS[endpoint](client, box.url, job)

    play(act)


@pytest.mark.parametrize(
    ("kind", "taken"), [("lost_answer", 1), ("reset_body", 1), ("truncated", 1), ("reset", 0), ("html", 0)]
)
def test_what_a_fault_of_a_post_leaves_behind(kind: str, taken: int) -> None:
    async def act(box: Near, client: Client) -> None:
        await box.fault("post", kind)
        with pytest.raises(ServiceError):
            await client.post_job(body())
        assert len(await box.messages()) == taken

    play(act)


def test_unknown_states_and_extra_fields_are_shown_and_break_nothing() -> None:
    async def act(box: Near, client: Client) -> None:
        job = await client.post_job(body(*[f"+49176040690{last:02}" for last in range(4)]))
        await box.advance(FINAL)
        await box.fault("every", "extra_fields", times=3)
        await box.fault("sms", "unknown_status")
        rows = await client.recipients(job, box.url)
        assert [(row.process_status, row.status) for row in rows] == [
            ("DONE", "SUC_LATER"),
            ("PARKED", "SUC_FIN"),
        ] * 2
        assert (await client.job(job, box.url)).job_id == job
        assert (await CALLS["jobs"](client, box.url, job)) == (job,)

    play(act)


def test_reports_come_late_and_out_of_order() -> None:
    async def act(box: Near, client: Client) -> None:
        job = await client.post_job(body())
        await box.advance(60)
        await box.fault("every", "late", 3600, times=2)
        (early,) = await client.recipients(job, box.url)
        assert (early.process_status, early.sent_at) == ("OPEN", None)
        assert (await client.job(job, box.url)).finished_at is None
        await box.fault_rate("sms", "disorder", 1.0, 120)
        seen = [(await client.recipients(job, box.url))[0].process_status for _ in range(12)]
        assert {"OPEN", "DONE"} <= set(seen)
        assert "OPEN" in seen[seen.index("DONE") :]

    play(act)


def test_a_job_or_its_people_may_show_later() -> None:
    async def act(box: Near, client: Client) -> None:
        await box.fault_rate("every", "hidden", 1.0, 600)
        job = await client.post_job(body(jobPeriod=(datetime.now(UTC) + START).isoformat()))
        with pytest.raises(NotFound):
            await client.job(job, box.url)
        assert await CALLS["jobs"](client, box.url, job) == ()
        await box.advance(600)
        assert await CALLS["jobs"](client, box.url, job) == (job,)
        await box.fault_rate("every", "hidden_people", 1.0)
        assert await client.recipients(job, box.url) == ()
        assert (await client.job(job, box.url)).job_id == job
        await box.advance(3600)
        assert len(await client.recipients(job, box.url)) == 1

    play(act)


def test_with_two_data_centres_a_job_lives_in_one(near_box: Callable[..., Box]) -> None:
    box = near_box("--data-centres", "2", "--rate", "1000")

    async def act() -> None:
        account = Account("box", box.url, box.report_urls, "desk")
        async with Client(account, PASSWORD, seconds=PATIENCE) as client:
            jobs = {await client.post_job(body()) for _ in range(20)}
            for url, other in zip(box.report_urls, box.report_urls[::-1], strict=True):
                here = await client.job_ids(url, datetime.now(UTC) - START, datetime.now(UTC) + START)
                assert 0 < len(here) < 20
                for job in here:
                    assert (await client.find_job(job, None))[0] == url
                    assert len(await client.recipients(job, url)) == 1
                    with pytest.raises(NotFound):
                        await client.job(job, other)
                    jobs.remove(job)
            assert not jobs
            with pytest.raises(NotFound):
                await client.version(box.url)

    assert len({box.url, *box.report_urls}) == 3
    asyncio.run(act())


def test_one_data_centre_down_leaves_the_other() -> None:
    async def act(box: Near, client: Client) -> None:
        await client.post_job(body())
        await box.fault_rate("every", "down", 1.0, 1)
        with pytest.raises(NoAnswer):
            await client.version(box.report_urls[0])
        assert (await client.version(box.report_urls[1])).text
        assert await client.post_job(body())
        await box.fault_rate("every", "down", 0, 1)
        assert (await client.version(box.report_urls[0])).text

    play(act, centres=2)


def test_the_same_seed_turns_the_same_dial() -> None:
    def met(seed: int) -> list[bool]:
        dial = Dial(seed)
        dial.put_rate("post", Fault("reset"), 0.3)
        return [bool(dial.take("post", None)) for _ in range(1000)]

    assert met(1) == met(1) != met(2)
    assert 250 < sum(met(1)) < 350


def test_what_is_set_is_told_and_can_be_taken_away() -> None:
    dial = Dial()
    dial.put("post", Fault("status", 503), 2)
    dial.put("every", Fault("html"), 1)
    dial.put_rate("sms", Fault("late", 60), 0.5)
    assert [(one["endpoint"], one["kind"], one["left"], one["probability"]) for one in dial.told()] == [
        ("post", "status", 2, None),
        ("every", "html", 1, None),
        ("sms", "late", None, 0.5),
    ]
    dial.put("post", Fault("status", 503), 0)
    dial.put_rate("sms", Fault("late"), 0)
    dial.take("jobs", None)
    assert list(dial.told()) == []


@pytest.mark.parametrize("endpoint", ENDPOINTS[:-1])
def test_a_fault_of_every_endpoint_waits_behind_none_of_its_own(endpoint: str) -> None:
    dial = Dial()
    dial.put("every", Fault("html"), 1)
    dial.put(endpoint, Fault("delay", 1), 1)
    assert dial.take(endpoint, None) == {"html": 0, "delay": 1}
    assert dial.take(endpoint, None) == {}
