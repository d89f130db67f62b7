"""Retention: what it will remove is said first; then it is gone, in the log, and everything else goes on."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from stored import Stored, store_job

from smsdesk.core.acts import What
from smsdesk.core.errors import UsageError
from smsdesk.core.retention import Figures
from smsdesk.desk.acts import act_words
from smsdesk.desk.desk import Desk, open_desk
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
        found = await desk.retention.figures(30)
        assert found == Figures(jobs=1, sms=2, people=2, texts=2)
        told: list[int] = []
        assert await desk.retention.forget(30, anonymise=anonymise, told=told.append) == found
        assert told == [2]
        assert (await desk.retention.figures(30)).nothing
        assert [line.name for line in (await desk.support.find(ONE)).lines] == [""]
        assert [line.campaign for line in (await desk.support.person(ONE)).lines] == ["Young"]
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
            await desk.retention.figures(days)
        with pytest.raises(UsageError):
            await desk.retention.forget(days, anonymise=False)
        assert len(await desk.jobs.lines()) == 2

    on_desk(tmp_path, act)
