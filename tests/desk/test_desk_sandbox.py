"""The sandbox through the desk: what it says as values, its clock and faults, and how it ends."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from near import Near

from smsdesk.core.account import TRY_OUT
from smsdesk.core.blackouts import Period
from smsdesk.core.campaign import Message
from smsdesk.core.errors import AccountError
from smsdesk.core.job_looks import JobLook
from smsdesk.core.options import Options
from smsdesk.core.recipients import Recipients
from smsdesk.desk.desk import Desk, open_desk
from smsdesk.desk.sandbox import Arrival, Dose, Fault, PhoneMessage
from smsdesk.sandbox.remote import Remote
from smsdesk.words import error_words

DELIVERED, OFF, BLOCKED = "+4917604069012", "+4917604069070", "+4917604069076"
FINAL = timedelta(days=4)
SOON = timedelta(minutes=2)


def on_desk(
    folder: Path, act: Callable[[Desk], Awaitable[None]], centres: int = 1, box: type[Remote] = Near
) -> None:
    """Runs an act on a fresh desk with a sandbox of its own, which keeps its jobs in a file."""

    async def scene() -> None:
        start = partial(box.start, db=folder / "sandbox.db", data_centres=centres)
        async with open_desk(folder / "workspace", start) as desk:
            await desk.accounts.try_out()
            await act(desk)

    asyncio.run(scene())


async def send(desk: Desk, *numbers: str, options: Options | None = None) -> None:
    draft = await desk.campaigns.create("Autumn", TRY_OUT)
    people = Recipients(list(numbers), [""] * len(numbers))
    campaign = draft.campaign.with_message(0, Message("Hello", people))
    await desk.outbox.queue(replace(campaign, options=options or campaign.options))
    await desk.outbox.drain(TRY_OUT)


async def only(desk: Desk, number: str) -> PhoneMessage:
    (message,) = await desk.phones.messages(number)
    return message


def test_what_waits_for_a_time_is_asked_for_when_the_clock_of_the_sandbox_is_turned(tmp_path: Path) -> None:
    async def act(desk: Desk) -> None:
        night = Period(desk.now() - SOON, desk.now() + timedelta(hours=3))
        await send(desk, DELIVERED, options=Options(blackouts=(night,)))
        await desk.jobs.ask_due()
        await desk.phones.advance(timedelta(hours=4))
        await desk.jobs.ask_due()
        (line,) = await desk.reports.lines(await desk.reports.keys(JobLook()))
        assert (line.final, line.delivered) == (True, 1)

    on_desk(tmp_path, act)


def test_a_phone_tells_how_far_its_message_is(tmp_path: Path) -> None:
    async def act(desk: Desk) -> None:
        await send(desk, DELIVERED, OFF, BLOCKED)
        assert (await only(desk, DELIVERED)).arrival is Arrival.QUEUED
        assert (await only(desk, DELIVERED)).shown_at is None
        await desk.phones.advance(SOON)
        delivered, off, blocked = [await only(desk, number) for number in (DELIVERED, OFF, BLOCKED)]
        assert delivered.arrival is Arrival.ARRIVED
        assert delivered.received_at is not None
        assert (delivered.text, delivered.parts, delivered.fate) == ("Hello", 1, "delivered")
        assert blocked.arrival is Arrival.NEVER
        assert off.left_at is not None
        await desk.phones.advance(FINAL)
        assert (await only(desk, OFF)).arrival is Arrival.NEVER

    on_desk(tmp_path, act)


def test_a_phone_that_is_off_waits_until_its_message_is_given_up(tmp_path: Path) -> None:
    async def act(desk: Desk) -> None:
        await send(desk, OFF, options=Options(status_requested=True, validity_min=60))
        await desk.phones.advance(SOON)
        assert (await only(desk, OFF)).arrival is Arrival.PHONE_OFF
        await desk.phones.advance(timedelta(hours=1))
        assert (await only(desk, OFF)).arrival is Arrival.NEVER

    on_desk(tmp_path, act)


def test_an_unknown_phone_has_no_messages(tmp_path: Path) -> None:
    async def act(desk: Desk) -> None:
        assert await desk.phones.messages(DELIVERED) == ()
        assert (await desk.phones.find()).phones == ()

    on_desk(tmp_path, act)


def test_phones_are_found_by_any_of_the_words_and_counted(tmp_path: Path) -> None:
    async def act(desk: Desk) -> None:
        await send(desk, DELIVERED, OFF, BLOCKED)
        found = await desk.phones.find(("blocked", "69070"))
        assert {phone.number for phone in found.phones} == {OFF, BLOCKED}
        assert found.all_of_them
        few = await desk.phones.find(("Hello", "69070"), limit=2)
        assert (len(few.phones), few.all_of_them) == (2, False)
        assert await desk.phones.count(("Hello", "69070")) == 3

    on_desk(tmp_path, act)


def test_the_clock_goes_to_the_next_event(tmp_path: Path) -> None:
    async def act(desk: Desk) -> None:
        before = await desk.phones.state()
        assert (before.jobs, before.is_open, before.centres) == (0, False, ("1",))
        await send(desk, OFF)
        assert (await desk.phones.state()).is_open
        for _ in range(5):
            await desk.phones.advance_to_next()
        state = await desk.phones.state()
        assert not state.is_open
        await desk.phones.advance(timedelta(days=1))
        assert (await desk.phones.state()).at - state.at >= timedelta(days=1)

    on_desk(tmp_path, act)


def test_a_fault_takes_the_place_of_the_one_before(tmp_path: Path) -> None:
    async def act(desk: Desk) -> None:
        phones = desk.phones
        await phones.set_fault("every", "status", 429, Dose(times=5))
        assert (await phones.state()).faults == (Fault("every", "status", 429, left=5),)
        await phones.set_fault("every", "status", 429, Dose(share=0.05))
        assert (await phones.state()).faults == (Fault("every", "status", 429, probability=0.05),)
        await phones.set_fault("post", "status", 503, Dose(times=1))
        await phones.set_fault("every", "status", 429, Dose())
        assert (await phones.state()).faults == (Fault("post", "status", 503, left=1),)

    on_desk(tmp_path, act)


def test_each_data_centre_falls_and_rises_by_itself(tmp_path: Path) -> None:
    async def act(desk: Desk) -> None:
        phones = desk.phones

        async def fallen() -> set[float]:
            return {fault.value for fault in (await phones.state()).faults}

        for centre, dose, wanted in (
            (1, Dose(share=1), {1}),
            (2, Dose(share=1), {1, 2}),
            (1, Dose(), {2}),
            (2, Dose(), set()),
        ):
            await phones.set_fault("every", "down", centre, dose)
            assert await fallen() == wanted

    on_desk(tmp_path, act, centres=2)


def test_the_account_and_its_test_know_every_report_address(tmp_path: Path) -> None:
    async def act(desk: Desk) -> None:
        account = await desk.accounts.named(TRY_OUT)
        assert len(set(account.report_urls)) == 2
        password = await desk.passwords.of(TRY_OUT)
        assert [t.error for t in await desk.accounts.test(account, password)] == [None, None]
        await desk.phones.set_fault("every", "down", 2, Dose(share=1))
        tested = await desk.accounts.test(account, password)
        assert [t.error is None for t in tested] == [True, False]

    on_desk(tmp_path, act, centres=2)


def test_start_afresh_forgets_jobs_phones_and_faults(tmp_path: Path) -> None:
    async def act(desk: Desk) -> None:
        await send(desk, DELIVERED)
        await desk.phones.set_fault("post", "html", 0, Dose(times=1))
        await desk.phones.start_afresh()
        state = await desk.phones.state()
        assert (state.jobs, state.faults) == (0, ())
        assert await desk.phones.messages(DELIVERED) == ()

    on_desk(tmp_path, act)


def test_a_sandbox_that_has_ended_is_told_in_words_and_comes_again_with_its_jobs(tmp_path: Path) -> None:
    async def act(desk: Desk) -> None:
        await send(desk, DELIVERED)
        assert desk.accounts.sandbox is not None
        await desk.accounts.sandbox.stop()
        calls = (desk.phones.state, desk.phones.find, desk.phones.start_afresh, desk.phones.advance_to_next)
        for call in calls:
            with pytest.raises(AccountError) as caught:
                await call()
            assert error_words(caught.value)[0] == "The sandbox has ended."
        await desk.accounts.restart_sandbox()
        assert [phone.number for phone in (await desk.phones.find()).phones] == [DELIVERED]
        await send(desk, OFF)

    on_desk(tmp_path, act, box=Remote)


def test_without_a_sandbox_every_verb_says_so(tmp_path: Path) -> None:
    async def act() -> None:
        async with open_desk(tmp_path / "workspace") as desk:
            assert not desk.phones.runs
            with pytest.raises(AccountError) as caught:
                await desk.phones.state()
            assert error_words(caught.value)[0] == "The sandbox is not running."

    asyncio.run(act())
