"""Sending on the real sandbox: certainty by cause, two senders, answers that come late."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from near import Near
from turning import held

from smsdesk.core.campaign import Message
from smsdesk.core.errors import WorkspaceBusy
from smsdesk.core.outbox import EntryState
from smsdesk.core.recipients import Recipients
from smsdesk.desk.desk import Desk, open_desk
from smsdesk.store import leases, outbox

ACCOUNT = "Try-out"
PEOPLE = ["+4917604069012", "+4917604069031", "+4917604069005"]


def on_desk(folder: Path, act: Callable[[Desk, Near], Awaitable[None]]) -> None:
    """Runs an act on a fresh desk with a sandbox of its own and one campaign in the outbox."""

    async def scene() -> None:
        async with open_desk(folder / "workspace", Near.start) as desk:
            await desk.accounts.try_out()
            draft = await desk.campaigns.create("Autumn", ACCOUNT)
            people = Recipients(PEOPLE, [""] * len(PEOPLE))
            await desk.outbox.queue(draft.campaign.with_message(0, Message("Hello", people)))
            box = desk.accounts.sandbox
            assert isinstance(box, Near)
            await act(desk, box)

    asyncio.run(scene())


async def state(desk: Desk) -> EntryState:
    (entry,) = await desk.outbox.entries()
    return entry.state


async def until(desk: Desk, wanted: EntryState) -> None:
    """Turns the loop until the entry is in that state."""
    async with asyncio.timeout(600):
        while await state(desk) is not wanted:
            await asyncio.sleep(0)


@pytest.mark.parametrize(
    ("fault", "after", "jobs"),
    [
        (("status", 429), EntryState.WAITING, 0),
        (("status", 400), EntryState.REFUSED, 0),
        (("status", 503), EntryState.UNCERTAIN, 0),
        (("lost_answer", 0), EntryState.UNCERTAIN, 1),
        (("reset", 0), EntryState.UNCERTAIN, 0),
        (("html", 0), EntryState.UNCERTAIN, 0),
    ],
    ids=str,
)
def test_what_an_answer_makes_of_an_entry(
    tmp_path: Path, fault: tuple[str, int], after: EntryState, jobs: int
) -> None:
    async def act(desk: Desk, box: Near) -> None:
        await box.fault("post", *fault)
        await desk.outbox.drain(ACCOUNT, give_up_after=1)
        assert await state(desk) is after
        assert len(await box.messages()) == jobs * len(PEOPLE)

    on_desk(tmp_path, act)


def test_an_uncertain_entry_is_found_by_its_mark_and_never_sent_again_by_itself(tmp_path: Path) -> None:
    async def act(desk: Desk, box: Near) -> None:
        await box.fault("post", "lost_answer")
        await desk.outbox.drain(ACCOUNT)
        await desk.outbox.drain(ACCOUNT)
        assert await state(desk) is EntryState.UNCERTAIN
        assert await desk.outbox.look_up(ACCOUNT) == ()
        assert await state(desk) is EntryState.ACCEPTED
        assert len(await box.messages()) == len(PEOPLE)

    on_desk(tmp_path, act)


def test_what_is_not_found_stays_uncertain_until_a_person_says_so(tmp_path: Path) -> None:
    async def act(desk: Desk, box: Near) -> None:
        await box.fault("post", "reset")
        await desk.outbox.drain(ACCOUNT)
        (entry,) = await desk.outbox.look_up(ACCOUNT)
        await desk.outbox.drain(ACCOUNT)
        assert await box.messages() == []
        await desk.outbox.send_again(entry.id)
        await desk.outbox.drain(ACCOUNT)
        assert await state(desk) is EntryState.ACCEPTED
        assert len(await box.messages()) == len(PEOPLE)

    on_desk(tmp_path, act)


def test_a_second_sender_waits_for_the_first(tmp_path: Path) -> None:
    async def act(desk: Desk, box: Near) -> None:
        async with open_desk(tmp_path / "workspace", Near.start) as second:
            second.passwords.keep(ACCOUNT, box.password)
            answered = held(desk)
            first = asyncio.ensure_future(desk.outbox.drain(ACCOUNT))
            await until(desk, EntryState.SENDING)
            with pytest.raises(WorkspaceBusy):
                await second.outbox.drain(ACCOUNT)
            answered.set()
            await first
            await second.outbox.drain(ACCOUNT)
        assert len(await box.messages()) == len(PEOPLE)

    on_desk(tmp_path, act)


def test_an_answer_that_comes_after_we_were_taken_for_dead_still_counts(tmp_path: Path) -> None:
    async def act(desk: Desk, box: Near) -> None:
        context = desk.context
        answered = held(desk)
        sending = asyncio.ensure_future(desk.outbox.drain(ACCOUNT))
        await until(desk, EntryState.SENDING)
        while not await box.messages():
            # Who is taken for dead before its first byte leaves sends nothing.
            await asyncio.sleep(0)
        await context.write(leases.release, f"send:{ACCOUNT}", context.owner)
        assert await context.write(outbox.abandon, desk.now(), "somebody else")
        assert await state(desk) is EntryState.UNCERTAIN
        answered.set()
        await sending
        assert await state(desk) is EntryState.ACCEPTED

    on_desk(tmp_path, act)


def test_a_second_commit_of_a_campaign_changes_nothing(tmp_path: Path) -> None:
    async def act(desk: Desk, box: Near) -> None:
        (entry,) = await desk.outbox.entries()
        people = Recipients(PEOPLE, [""] * len(PEOPLE))
        campaign = (await desk.campaigns.open(entry.campaign_id)).campaign
        again = await desk.outbox.queue(campaign.with_message(0, Message("Another text", people)))
        assert again == (entry.id,)
        await desk.outbox.drain(ACCOUNT)
        assert [message["text"] for message in await box.messages()] == ["Hello"] * len(PEOPLE)

    on_desk(tmp_path, act)
