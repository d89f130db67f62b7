"""Retention: what it will remove is said first; then it is gone, in the log, and everything else goes on."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select
from stored import Stored, store_job

from smsdesk.core.acts import What
from smsdesk.core.errors import UsageError
from smsdesk.core.retention import Figures
from smsdesk.desk.acts import act_words
from smsdesk.desk.desk import Desk, open_desk
from smsdesk.store import retention
from smsdesk.store.schema import texts
from smsdesk.words import use_language

ONE, TWO = "+4917604069012", "+4917604069031"


def on_desk(folder: Path, act: Callable[[Desk], Awaitable[None]]) -> None:
    async def run() -> None:
        async with open_desk(folder / "workspace") as desk:
            now = datetime.now(UTC)
            rows = [Stored(ONE, "Ada"), Stored(TWO, text="Other")]
            await desk.context.write(store_job, "Old", rows, now - timedelta(days=100), "J.old")
            await desk.context.write(store_job, "Young", [Stored(ONE)], now - timedelta(days=1), "J.young")
            await desk.do_not_contact.add([TWO], "asked us to")
            await act(desk)

    asyncio.run(run())


@pytest.mark.parametrize("anonymise", [False, True])
def test_what_goes_is_said_first_and_stands_in_the_log(tmp_path: Path, anonymise: bool) -> None:
    async def act(desk: Desk) -> None:
        before = desk.retention.before(30)
        found = await desk.retention.figures(before)
        # What was written to both was written to a young one too: it stays.
        assert found == Figures(jobs=1, sms=2, people=2, texts=1)
        told: list[int] = []
        had = await desk.context.read(texts_kept)
        await desk.retention.forget(30, before, found, anonymise=anonymise, told=told.append)
        assert told == [2]
        assert await desk.context.read(texts_kept) == had - found.texts
        assert (await desk.retention.figures(before)).nothing
        assert [line.name for line in (await desk.support.find(ONE)).lines] == [""]
        messages = (await desk.support.person(ONE)).messages
        assert [line.campaign for line in await desk.reports.sms(messages)] == ["Young"]
        assert (await desk.support.find("Ada")).lines == ()
        assert (await desk.support.find("0406 9031")).lines == ()
        assert await desk.do_not_contact.count() == 1
        names = [line.name for line in await desk.jobs.lines()]
        assert names == (["Young", "Old"] if anonymise else ["Young"])
        done = (await desk.acts.every())[-1]
        assert done.what is (What.ANONYMISED if anonymise else What.FORGOTTEN)
        assert dict(done.values) == {"days": 30, "jobs": 1, "n": 2, "campaigns": 0}
        for tag in ("en", "de"):
            use_language(tag)
            assert "30" in act_words(done)

    on_desk(tmp_path, act)


@pytest.mark.parametrize("days", [0, -1, 3651, 10**12])
def test_no_number_of_days_is_said(tmp_path: Path, days: int) -> None:
    async def act(desk: Desk) -> None:
        with pytest.raises(UsageError):
            desk.retention.before(days)

    on_desk(tmp_path, act)


@pytest.mark.parametrize("anonymise", [False, True])
@pytest.mark.parametrize("after", range(4))
def test_what_was_begun_when_the_program_ended_goes_on(
    tmp_path: Path, after: int, anonymise: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It ends at the ``after``-th pause: among the SMS, the campaigns, before the texts."""
    monkeypatch.setattr(retention, "ROWS", 1)

    async def act(desk: Desk) -> None:
        before = desk.retention.before(30)
        found = await desk.retention.figures(before)
        left = after

        async def sleep(_: float) -> None:
            nonlocal left
            if not left:
                raise asyncio.CancelledError
            left -= 1

        monkeypatch.setattr(desk.context, "sleep", sleep)
        with pytest.raises(asyncio.CancelledError):
            await desk.retention.forget(30, before, found, anonymise=anonymise)

    async def again(desk: Desk) -> None:
        await desk.retention.go_on()
        assert (await desk.retention.figures(desk.retention.before(30))).nothing
        assert await desk.context.read(texts_kept) == 1
        assert await desk.context.read(retention.under_way, desk.now()) is None
        assert [act.what for act in await desk.acts.every()][-1:] == [
            What.ANONYMISED if anonymise else What.FORGOTTEN
        ]
        assert next(line.name for line in await desk.jobs.lines()) == "Young"

    async def next_time() -> None:
        async with open_desk(tmp_path / "workspace") as desk:
            await again(desk)

    on_desk(tmp_path, act)
    asyncio.run(next_time())


def test_what_a_person_stopped_does_not_go_on(tmp_path: Path) -> None:
    async def act(desk: Desk) -> None:
        before = desk.retention.before(30)
        await desk.context.write(retention.begin, retention.Wish(before, desk.now(), anonymise=False))
        await desk.retention.give_up()
        await desk.retention.go_on()
        assert (await desk.retention.figures(before)).sms == 2

    on_desk(tmp_path, act)


def texts_kept(connection: Connection) -> int:
    return connection.scalar(select(func.count()).select_from(texts)) or 0
