"""Rehearsals on a real sandbox of their own: the exact requests, the turned clock, the stamp."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from smsdesk.core.account import Account
from smsdesk.core.blackouts import Period
from smsdesk.core.campaign import Campaign, CampaignId, Message
from smsdesk.core.errors import InputError
from smsdesk.core.options import Options
from smsdesk.core.recipients import Recipients
from smsdesk.core.status import Outcome
from smsdesk.desk.desk import Desk, open_desk
from smsdesk.desk.rehearsal import Stage
from smsdesk.sandbox.remote import Remote

REAL = Account("Nordlicht", "https://nowhere.invalid/rest/v1", ("https://nowhere.invalid/rest/v1",), "user")
PEOPLE = ["+4917604069012", "004917604069013", "+491760406998"]


def on_desk(folder: Path, act: Callable[[Desk, list[Remote]], Awaitable[None]]) -> None:
    """Runs an act on a fresh desk with a real account; the list tells of the sandboxes that were started."""
    boxes: list[Remote] = []

    async def box() -> Remote:
        boxes.append(await Remote.start(rate=100_000))
        return boxes[-1]

    async def scene() -> None:
        async with open_desk(folder / "workspace", None, box) as desk:
            await desk.accounts.save(REAL, "secret")
            await act(desk, boxes)

    asyncio.run(scene())


def campaign(text: str = "Hello {Name}", numbers: list[str] = PEOPLE, **more: object) -> Campaign:
    people = Recipients(numbers, [""] * len(numbers), {"Name": [f"Ada {at}" for at in range(len(numbers))]})
    options = Options(src="Nordlicht", status_requested=True)
    made = Campaign(CampaignId("one"), "Autumn", REAL.name, (Message(text, people),), options)
    return replace(made, **more)  # type: ignore[arg-type]


def test_days_pass_in_seconds_and_nothing_is_left_of_it_but_the_stamp(tmp_path: Path) -> None:
    async def act(desk: Desk, boxes: list[Remote]) -> None:
        start = (datetime.now(UTC) + timedelta(days=2)).replace(microsecond=0)
        night = Period(start - timedelta(hours=1), start + timedelta(hours=5))
        own = Recipients(
            PEOPLE, [""] * 3, {"Name": ["Ada"] * 3}, {1: (Period(start, start + timedelta(days=1)),)}
        )
        of = campaign().with_message(0, Message("Hello {Name}", own))
        of = replace(of, options=replace(of.options, start_at=start, blackouts=(night,)))
        stages: list[Stage] = []
        found = await desk.rehearsals.run(of, stages.append)
        assert (found.jobs, found.sms, found.as_forecast) == (1, 3, True)
        assert found.forecast == (night.end, start + timedelta(days=1))
        assert found.left is not None
        assert all(
            timedelta(0) <= mine - theirs < timedelta(minutes=1)
            for mine, theirs in zip(found.left, found.forecast, strict=True)
        )
        assert sum(found.outcomes.values()) == 3
        assert found.outcomes[Outcome.FAILED] == 1
        assert {stage.name for stage in stages} == {"plan", "post", "turn", "ask"}
        assert len(boxes) == 1
        with pytest.raises(OSError, match="does not answer"):
            await boxes[0].state()
        assert await desk.outbox.entries() == ()
        assert await desk.jobs.lines() == ()
        assert await desk.jobs.find("Ada") == ()
        assert [account.name for account in await desk.accounts.every()] == [REAL.name]

    on_desk(tmp_path, act)


def test_the_stamp_holds_until_a_request_changes_and_again_when_it_is_as_before(tmp_path: Path) -> None:
    async def act(desk: Desk, boxes: list[Remote]) -> None:
        of = campaign()
        assert await desk.rehearsals.stamped(of) is None
        await desk.rehearsals.run(of)

        async def holds(other: Campaign) -> bool:
            stamped = await desk.rehearsals.stamped(other)
            assert stamped is not None
            return stamped.holds

        assert await holds(of)
        assert await holds(replace(of, name="Another name"))
        assert not await holds(campaign("Hello  {Name}"))
        assert not await holds(campaign(numbers=PEOPLE[:2]))
        assert not await holds(replace(of, options=replace(of.options, validity_min=60)))
        assert not await holds(replace(of, options=replace(of.options, reference="7")))
        await desk.do_not_contact.add([PEOPLE[0]], "asked us")
        assert not await holds(of)
        await desk.do_not_contact.remove([PEOPLE[0]])
        assert await holds(of)
        assert await desk.rehearsals.stamped(replace(of, id=CampaignId("two"))) is None

    on_desk(tmp_path, act)


def test_what_could_not_be_sent_is_not_rehearsed(tmp_path: Path) -> None:
    async def act(desk: Desk, boxes: list[Remote]) -> None:
        with pytest.raises(InputError):
            await desk.rehearsals.run(campaign("Hello {Nam}"))
        assert boxes == []

    on_desk(tmp_path, act)


def test_a_rehearsal_that_is_called_off_leaves_no_sandbox_and_no_stamp(tmp_path: Path) -> None:
    async def act(desk: Desk, boxes: list[Remote]) -> None:
        posted = asyncio.Event()
        told = lambda stage: posted.set() if stage.name == "post" else None
        task = asyncio.ensure_future(desk.rehearsals.run(campaign(), told))
        await posted.wait()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        with pytest.raises(OSError, match="does not answer"):
            await boxes[0].state()
        assert await desk.rehearsals.stamped(campaign()) is None

    on_desk(tmp_path, act)
