"""A test to one's own number on the real sandbox: what a recipient would get, and nothing else."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from near import Near

from smsdesk.core.blackouts import Period
from smsdesk.core.campaign import Campaign, Message
from smsdesk.core.errors import InputError
from smsdesk.core.options import Options
from smsdesk.core.recipients import Recipients
from smsdesk.core.rules import EVERY_DAY, Rule, RuleKind
from smsdesk.desk.desk import Desk, open_desk

ACCOUNT, MINE = "Try-out", "+4917604069012"


def on_desk(folder: Path, act: Callable[[Desk, Near, Campaign], Awaitable[None]]) -> None:
    """Runs an act on a fresh desk with a sandbox of its own and a campaign that is a draft."""

    async def scene() -> None:
        async with open_desk(folder / "workspace", Near.start) as desk:
            await desk.accounts.try_out()
            now = datetime.now(UTC)
            always = Period(now - timedelta(days=1), now + timedelta(days=20))
            people = Recipients(
                ["+4917604069031", "+4917604069005"], ["R1", "R2"], {"Name": ["Ada", "Zoë"]}, {1: (always,)}
            )
            draft = await desk.campaigns.create("Autumn", ACCOUNT)
            made = replace(
                draft.campaign,
                messages=(Message("Dear {Name}", people), Message("{literal}", people, literal=True)),
                options=Options(
                    "Praxis",
                    invalid_characters="TO_UTF16",
                    reference="October",
                    start_at=always.end,
                    blackouts=(always,),
                ),
                rules=(Rule(RuleKind.DAYS, EVERY_DAY, zone="UTC"),),
            )
            box = desk.accounts.sandbox
            assert isinstance(box, Near)
            await act(desk, box, made)

    asyncio.run(scene())


@pytest.mark.parametrize(("place", "text"), [((0, 1), "Dear Zoë"), ((1, 0), "{literal}")])
def test_the_text_of_a_recipient_goes_to_another_number_at_once(
    tmp_path: Path, place: tuple[int, int], text: str
) -> None:
    async def act(desk: Desk, box: Near, made: Campaign) -> None:
        (entry,) = await desk.outbox.send_test(made, *place, MINE)
        await desk.outbox.drain(ACCOUNT)
        await box.advance(60)
        (message,) = await box.messages()
        assert (message["dst"], message["text"], message["src"]) == (MINE, text, "Praxis")
        assert message["fate"] == "delivered"
        assert datetime.fromisoformat(message["received"]) - desk.now() < timedelta(minutes=2)
        (told,) = await desk.outbox.entries()
        assert (told.id, told.campaign, told.sms_count) == (entry, "Test: Autumn", 1)
        assert told.campaign_id != made.id
        lines = {line.name: line.sent for line in await desk.campaigns.lines()}
        assert lines == {"Autumn": False, "Test: Autumn": True}

    on_desk(tmp_path, act)


def test_no_test_goes_to_somebody_on_the_do_not_contact_list(tmp_path: Path) -> None:
    async def act(desk: Desk, box: Near, made: Campaign) -> None:
        await desk.do_not_contact.add([MINE], "")
        with pytest.raises(InputError) as caught:
            await desk.outbox.send_test(made, 0, 0, MINE)
        assert caught.value.values == {"reason": "test_listed", "number": MINE}
        assert await desk.outbox.entries() == ()

    on_desk(tmp_path, act)


def test_a_test_that_cannot_be_sent_is_refused(tmp_path: Path) -> None:
    async def act(desk: Desk, box: Near, made: Campaign) -> None:
        for wrong in (
            replace(made, account="Nobody"),
            made.with_message(0, Message("{Name}", Recipients(["1"], [""], {"Name": [""]}))),
        ):
            with pytest.raises(InputError) as caught:
                await desk.outbox.send_test(wrong, 0, 0, MINE)
            assert caught.value.values["reason"] == "not_sendable"
        assert await desk.outbox.entries() == ()

    on_desk(tmp_path, act)


def test_what_was_sent_before_is_known(tmp_path: Path) -> None:
    async def act(desk: Desk, box: Near, made: Campaign) -> None:
        before = await desk.outbox.before()
        assert (before.campaigns, before.largest, before.countries) == (0, 0, frozenset())
        numbers = [
            "+4917604069031", "+436641234567", "+447400123456", "+447781123456", "+77011234567",
            "0041791234567",
        ]  # fmt: skip
        people = Recipients(numbers, [""] * len(numbers))
        await desk.outbox.queue(Campaign(made.id, "Autumn", ACCOUNT, (Message("Hello", people),)))
        await desk.outbox.send_test(made, 0, 0, "+12125550123")
        before = await desk.outbox.before()
        assert (before.campaigns, before.largest) == (2, 6)
        assert before.countries == {"DE", "AT", "GB", "GG", "KZ", "CH", "US"}

    on_desk(tmp_path, act)
