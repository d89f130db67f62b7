"""Rehearsals on a real sandbox of their own: the exact requests, the turned clock, the stamp."""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from near import Near

from smsdesk.core.account import Account
from smsdesk.core.acts import What
from smsdesk.core.blackouts import Period
from smsdesk.core.campaign import Campaign, CampaignId, Message
from smsdesk.core.errors import InputError, SmsDeskError
from smsdesk.core.options import Options
from smsdesk.core.outbox import EntryState
from smsdesk.core.pilot import Pilot
from smsdesk.core.recipients import Recipients
from smsdesk.core.rehearsal import digest_of
from smsdesk.core.status import Outcome
from smsdesk.desk.acts import who
from smsdesk.desk.desk import Desk, open_desk
from smsdesk.desk.rehearsing import Stage, rehearse, rehearsing
from smsdesk.sandbox.remote import Remote

REAL = Account("Nordlicht", "https://nowhere.invalid/rest/v1", ("https://nowhere.invalid/rest/v1",), "user")
PEOPLE = ["+4917604069012", "004917604069013", "+491760406998"]


def on_desk(
    folder: Path, act: Callable[[Desk, list[Remote]], Awaitable[None]], kind: type[Remote] = Near
) -> None:
    """Runs an act on a fresh desk with a real account; the list tells of the sandboxes that were started."""
    boxes: list[Remote] = []

    async def box() -> Remote:
        boxes.append(await kind.start(rate=100_000))
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
        found = await rehearse(desk, of, stages.append)
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
        assert (await desk.support.find("Ada")).lines == ()
        (_, act_of_it) = await desk.acts.every()
        assert (act_of_it.what, act_of_it.who) == (What.REHEARSED, who())
        assert act_of_it.values == {"campaign": of.name, "account": REAL.name, "n": 3}
        assert [account.name for account in await desk.accounts.every()] == [REAL.name]

    on_desk(tmp_path, act, Remote)


def test_the_stamp_holds_until_a_request_changes_and_again_when_it_is_as_before(tmp_path: Path) -> None:
    async def act(desk: Desk, boxes: list[Remote]) -> None:
        of = campaign()
        assert await desk.rehearsals.stamped(of) is None
        await rehearse(desk, of)

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
            await rehearse(desk, campaign("Hello {Nam}"))
        assert boxes == []

    on_desk(tmp_path, act)


def plain(body: bytes, mark: str) -> bytes:
    """The bytes of a job as they were without its mark, for a campaign with the reference "autumn"."""
    return body.replace(f"autumn #{mark}".encode(), b"autumn")


@pytest.mark.parametrize("pilot", [None, Pilot(2)])
def test_the_stamp_is_that_of_the_bytes_that_are_sent(tmp_path: Path, pilot: Pilot | None) -> None:
    async def act(desk: Desk, boxes: list[Remote]) -> None:
        of = campaign()
        of = replace(of, options=replace(of.options, reference="autumn"))
        async with rehearsing(desk, of, pilot) as rehearsal:
            entries = sorted(await rehearsal.desk.outbox.entries(), key=lambda entry: entry.number)
            assert len(entries) == (2 if pilot else 1)
            bodies = [plain(await rehearsal.desk.outbox.body(one.id), one.mark) for one in entries]
            assert digest_of(bodies) == rehearsal._made.stamp.digest

    on_desk(tmp_path, act)


@pytest.mark.slow
def test_a_pilot_cuts_the_jobs_so_the_stamp_knows_it(tmp_path: Path) -> None:
    async def act(desk: Desk, boxes: list[Remote]) -> None:
        of = campaign()
        found = await rehearse(desk, of, pilot=Pilot(2))
        assert (found.jobs, found.sms, found.as_forecast, found.braked) == (2, 3, True, 0)
        with_pilot = await desk.rehearsals.stamped(of)
        assert with_pilot is not None
        assert (with_pilot.holds, with_pilot.pilot) == (True, 2)
        stamp = await desk.rehearsals._stamp(of.id)
        await rehearse(desk, of)
        without = await desk.rehearsals._stamp(of.id)
        assert stamp is not None
        assert without is not None
        assert (without.pilot, without.digest == stamp.digest) == (0, False)

    on_desk(tmp_path, act)


@pytest.mark.slow
def test_what_the_brake_holds_is_told_and_rehearsed_too(tmp_path: Path) -> None:
    async def act(desk: Desk, boxes: list[Remote]) -> None:
        of = campaign(numbers=["+491760406998", "+4917604069012", "+491760406997", "+4917604069013"])
        found = await rehearse(desk, of, pilot=Pilot(2))
        assert (found.jobs, found.sms, found.missing) == (2, 4, 0)
        assert found.braked == 2
        assert await desk.rehearsals.stamped(of) is not None

    on_desk(tmp_path, act)


def test_whatever_is_sent_in_it_reaches_its_sandbox_alone(tmp_path: Path) -> None:
    async def act(desk: Desk, boxes: list[Remote]) -> None:
        async with rehearsing(desk, campaign()) as rehearsal:
            await rehearsal.run()
            inner = rehearsal.desk
            await inner.accounts.save(replace(REAL, name="Real"), "secret")
            other = replace(campaign("By hand"), id=CampaignId("other"), account="Real")
            await inner.outbox.queue(other)
            await inner.outbox.drain("Real")
            states = {entry.campaign: entry.state for entry in await inner.outbox.entries()}
            assert set(states.values()) == {EntryState.ACCEPTED}
            assert (await boxes[0].state())["jobs"] == 2

    on_desk(tmp_path, act)


def test_who_is_not_to_be_contacted_is_left_out_of_it_too(tmp_path: Path) -> None:
    async def act(desk: Desk, boxes: list[Remote]) -> None:
        await desk.do_not_contact.add([PEOPLE[0]], "asked us")
        found = await rehearse(desk, campaign())
        assert (found.sms, found.as_forecast) == (2, True)

    on_desk(tmp_path, act)


def test_it_ends_whole_however_often_it_is_called_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))

    async def act(desk: Desk, boxes: list[Remote]) -> None:
        turned = asyncio.Event()
        told = lambda stage: turned.set() if stage.name == "turn" else None
        task = asyncio.ensure_future(rehearse(desk, campaign(), told))
        await turned.wait()
        assert [*temporary.iterdir()] != []
        for _ in range(3):
            task.cancel()
            await asyncio.sleep(0)
        await asyncio.gather(task, return_exceptions=True)
        assert task.cancelled()
        assert [*temporary.iterdir()] == []
        with pytest.raises(OSError, match="does not answer"):
            await boxes[0].state()

    on_desk(tmp_path, act)


def test_a_sandbox_that_ends_in_it_is_said(tmp_path: Path) -> None:
    async def act(desk: Desk, boxes: list[Remote]) -> None:
        async with rehearsing(desk, campaign()) as rehearsal:
            await boxes[0].stop()
            with pytest.raises(SmsDeskError):
                await rehearsal.run()
        assert await desk.rehearsals.stamped(campaign()) is None

    on_desk(tmp_path, act, Remote)


def test_a_rehearsal_that_is_called_off_leaves_no_sandbox_and_no_stamp(tmp_path: Path) -> None:
    async def act(desk: Desk, boxes: list[Remote]) -> None:
        posted = asyncio.Event()
        told = lambda stage: posted.set() if stage.name == "post" else None
        task = asyncio.ensure_future(rehearse(desk, campaign(), told))
        await posted.wait()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        with pytest.raises(OSError, match="does not answer"):
            await boxes[0].state()
        assert await desk.rehearsals.stamped(campaign()) is None

    on_desk(tmp_path, act)
