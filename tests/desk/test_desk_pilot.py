"""Pilots on the real sandbox: the rest goes by their outcomes, or never without a person."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path

from near import Near

from smsdesk.core.acts import What
from smsdesk.core.campaign import Campaign, CampaignId, Message
from smsdesk.core.errors import PilotFailed
from smsdesk.core.handing import Handing
from smsdesk.core.options import Options
from smsdesk.core.outbox import EntryState, Hold
from smsdesk.core.pilot import Pilot
from smsdesk.core.recipients import Recipients
from smsdesk.desk.desk import Desk, open_desk
from smsdesk.desk.tasks import Notice

ACCOUNT = "Try-out"
DAYS = 4 * 86400
FIRST = Handing(pilot=Pilot(20, 10))


async def rate() -> Near:
    return await Near.start(rate=100_000)


def on_desk(folder: Path, act: Callable[[Desk, Near, list[Notice]], Awaitable[None]]) -> None:
    """Runs an act on a fresh desk with a sandbox of its own."""

    async def scene() -> None:
        async with open_desk(folder / "workspace", rate) as desk:
            notices: list[Notice] = []
            desk.on_notice(notices.append)
            await desk.accounts.try_out()
            box = desk.accounts.sandbox
            assert isinstance(box, Near)
            await act(desk, box, notices)

    asyncio.run(scene())


def campaign(wrong: int, of: int = 100) -> Campaign:
    """So many numbers that nobody has, the others good, well mixed; some are there more than once."""
    endings = [98 if at * 37 % of < wrong else at % 60 for at in range(of)]
    numbers = [f"+49176040690{ending:02}" for ending in endings]
    people = Recipients(numbers, [""] * of)
    options = Options(src="Nordlicht", status_requested=True)
    return Campaign(CampaignId("one"), "Autumn", ACCOUNT, (Message("Hello", people),), options)


async def turn(desk: Desk, box: Near) -> None:
    """All that time brings: what is due goes, days pass, reports come in, pilots are judged."""
    for _ in range(3):
        await desk.outbox.tend()
        await desk.outbox.drain(ACCOUNT)
        await box.advance(DAYS)
        await desk.jobs.ask_due()


async def standing(desk: Desk) -> list[tuple[EntryState, Hold | None]]:
    return [
        (entry.state, entry.hold) for entry in sorted(await desk.outbox.entries(), key=lambda one: one.number)
    ]


def test_with_wrong_numbers_only_the_pilot_is_ever_posted(tmp_path: Path) -> None:
    async def act(desk: Desk, box: Near, notices: list[Notice]) -> None:
        await desk.outbox.queue(campaign(60), FIRST)
        assert await standing(desk) == [(EntryState.QUEUED, None), (EntryState.HELD, Hold.PILOT)]
        await turn(desk, box)
        assert await standing(desk) == [(EntryState.ACCEPTED, None), (EntryState.HELD, Hold.BRAKE)]
        assert len(await box.messages()) == 20
        assert [type(notice.error) for notice in notices] == [PilotFailed]
        (*_, braked) = await desk.acts.every()
        assert (braked.what, braked.values["jobs"], braked.values["sms"]) == (What.BRAKED, "2", 80)
        await turn(desk, box)
        assert len(await box.messages()) == 20
        await desk.outbox.send_now([entry.id for entry in await desk.outbox.entries()])
        await desk.outbox.drain(ACCOUNT)
        assert len(await box.messages()) == 100

    on_desk(tmp_path, act)


def test_with_good_numbers_the_rest_goes_by_itself_and_not_before(tmp_path: Path) -> None:
    async def act(desk: Desk, box: Near, notices: list[Notice]) -> None:
        await desk.outbox.queue(campaign(0), FIRST)
        await desk.outbox.tend()
        await desk.outbox.drain(ACCOUNT)
        assert not await desk.outbox.pilots.judge()
        await desk.outbox.drain(ACCOUNT)
        assert len(await box.messages()) == 20
        await box.advance(DAYS)
        await desk.jobs.ask_due()
        await desk.outbox.drain(ACCOUNT)
        numbers = Counter(campaign(0).messages[0].recipients.dst)
        assert Counter(message["dst"] for message in await box.messages()) == numbers
        (*_, passed) = await desk.acts.every()
        assert (passed.what, passed.values["jobs"], passed.values["sms"]) == (What.PILOT_PASSED, "2", 80)
        assert notices == []

    on_desk(tmp_path, act)


def test_a_pilot_that_is_refused_or_taken_back_holds_the_rest(tmp_path: Path) -> None:
    async def act(desk: Desk, box: Near, notices: list[Notice]) -> None:
        await box.fault("post", "status", 422)
        await desk.outbox.queue(campaign(0), FIRST)
        await turn(desk, box)
        assert await standing(desk) == [(EntryState.REFUSED, None), (EntryState.HELD, Hold.BRAKE)]
        assert await box.messages() == []
        assert len(notices) == 1

    on_desk(tmp_path, act)


def test_the_limit_outlives_the_program_and_a_small_campaign_needs_no_pilot(tmp_path: Path) -> None:
    async def act(desk: Desk, box: Near, notices: list[Notice]) -> None:
        await desk.outbox.queue(campaign(60), Handing(pilot=Pilot(20, 90)))
        await desk.outbox.drain(ACCOUNT)
        async with open_desk(tmp_path / "workspace", rate) as second:
            second.accounts.sandbox = box
            await second.accounts.try_out()
            await turn(second, box)
            second.accounts.sandbox = None
        assert len(await box.messages()) == 100
        assert notices == []

    on_desk(tmp_path, act)

    async def small(desk: Desk, box: Near, notices: list[Notice]) -> None:
        del box, notices
        await desk.outbox.queue(campaign(0, of=20), FIRST)
        assert await standing(desk) == [(EntryState.QUEUED, None)]
        (entry,) = await desk.outbox.entries()
        assert not entry.pilot

    on_desk(tmp_path / "small", small)
