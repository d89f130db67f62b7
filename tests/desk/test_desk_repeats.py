"""Who got the same text lately: by number and text, over what was sent from the workspace."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from near import Near

from smsdesk.core.campaign import Campaign, CampaignId, Message
from smsdesk.core.recipients import Recipients
from smsdesk.core.repeated import WITHIN
from smsdesk.desk.desk import Desk
from smsdesk.desk.repeats import Repeats
from smsdesk.store.workspace import Store

PEOPLE = ["+4917604069010", "+4917604069011", "+4917604069012"]
START = datetime(2026, 11, 23, 9, tzinfo=UTC)


class Clock:
    """The desk's time, turned by hand."""

    def __init__(self) -> None:
        self.at = START

    def __call__(self) -> datetime:
        return self.at


def on_desk(folder: Path, act: Callable[[Desk, Clock], Awaitable[None]]) -> None:
    """Runs an act on a fresh desk from which nothing leaves."""

    async def scene() -> None:
        clock, store = Clock(), Store.open(folder / "workspace")
        try:
            async with Desk(store, Near.start, now=clock) as desk:
                await desk.accounts.try_out()
                await act(desk, clock)
        finally:
            store.close()

    asyncio.run(scene())


def campaign(text: str, numbers: list[str], *, names: list[str] | None = None, id_: str = "new") -> Campaign:
    rows = Recipients(numbers, [""] * len(numbers), {"Name": names or ["Ada"] * len(numbers)})
    return Campaign(CampaignId(id_), f"Named {id_}", "Try-out", (Message(text, rows),))


async def rows(repeats: Repeats, of: Campaign, *left_out: list[int]) -> list[list[int]]:
    found = await repeats.of(of, left_out)
    return [column.to_list() for column in found.rows] or [[]]


def test_the_same_text_to_the_same_number_in_any_spelling_within_days(tmp_path: Path) -> None:
    async def act(desk: Desk, clock: Clock) -> None:
        repeats = Repeats(desk.context)
        again = campaign("Hello", ["004917604069011", "+4917699999999", "0176 04069010"])
        assert await rows(repeats, again) == [[]]
        await desk.outbox.queue(campaign("Hello", PEOPLE, id_="first"))
        assert await rows(repeats, again) == [[0, 2]]
        assert await rows(repeats, again, [2]) == [[0]]
        assert await rows(repeats, again.with_message(0, replace(again.messages[0], text="Hallo"))) == [[]]
        clock.at += timedelta(hours=2)
        (problem,) = await repeats.problems(again)
        assert problem.where.row == 1
        assert problem.values == {"n": 2, "first": 1, "campaign": "Named first", "seconds": 7200}
        clock.at = START + WITHIN + timedelta(seconds=1)
        assert await rows(repeats, again) == [[]]
        assert await repeats.problems(again) == ()

    on_desk(tmp_path, act)


def test_the_same_text_with_other_fields_counts_and_other_merged_texts_do_not(tmp_path: Path) -> None:
    async def act(desk: Desk, clock: Clock) -> None:
        del clock
        repeats = Repeats(desk.context)
        await desk.outbox.queue(campaign("Hello {Name}", PEOPLE, names=["Ada", "Bo", "Cy"], id_="first"))
        married = campaign("Hello {Name}", PEOPLE[:2], names=["Ada", "Bo Meier"])
        assert await rows(repeats, married) == [[0, 1]]
        literal = campaign("Hello Bo", PEOPLE)
        assert await rows(repeats, literal) == [[1]]

    on_desk(tmp_path, act)


def test_of_a_campaign_with_several_messages_only_those_of_the_same_one(tmp_path: Path) -> None:
    async def act(desk: Desk, clock: Clock) -> None:
        del clock
        repeats = Repeats(desk.context)
        one, two = campaign("Hello {Name}", PEOPLE[:1]), campaign("Bye {Name}", PEOPLE[1:])
        sent = replace(one, id=CampaignId("first"), messages=(*one.messages, *two.messages))
        await desk.outbox.queue(sent)
        assert await rows(repeats, campaign("Bye {Name}", PEOPLE, names=["X", "Y", "Z"])) == [[1, 2]]

    on_desk(tmp_path, act)


def test_who_was_not_reached_or_never_sent_to_does_not_count(tmp_path: Path) -> None:
    async def act(desk: Desk, clock: Clock) -> None:
        repeats = Repeats(desk.context)
        first = campaign("Hello", ["+4917604069012", "+4917604069091"], id_="first")
        await desk.outbox.queue(first)
        again = campaign("Hello", ["+4917604069012", "+4917604069091"])
        assert await rows(repeats, again) == [[0, 1]]
        await desk.outbox.drain("Try-out")
        box = desk.accounts.sandbox
        assert isinstance(box, Near)
        await box.advance(timedelta(days=3).total_seconds())
        clock.at += timedelta(minutes=1)
        await desk.jobs.ask_due()
        outcomes = [
            line.outcome for job in await desk.jobs.lines() for line in await desk.jobs.recipients(job.key)
        ]
        reached = [at for at, outcome in enumerate(outcomes) if outcome not in ("failed", "cancelled")]
        assert len(reached) == 1
        assert await rows(repeats, again) == [reached]

    on_desk(tmp_path, act)


def test_a_job_that_was_refused_reached_nobody(tmp_path: Path) -> None:
    async def act(desk: Desk, clock: Clock) -> None:
        del clock
        repeats, box = Repeats(desk.context), desk.accounts.sandbox
        assert isinstance(box, Near)
        await desk.outbox.queue(campaign("Hello", PEOPLE, id_="first"))
        assert await rows(repeats, campaign("Hello", PEOPLE[:2])) == [[0, 1]]
        await box.fault("post", "status", 422)
        await desk.outbox.drain("Try-out")
        assert await rows(repeats, campaign("Hello", PEOPLE[:2])) == [[]]

    on_desk(tmp_path, act)
