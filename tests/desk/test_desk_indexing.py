"""The search index follows what is queued, and trouble with the disk only holds it up."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from planned import made_ready

from smsdesk.core.campaign import Campaign, CampaignId, Message
from smsdesk.core.errors import WorkspaceFull
from smsdesk.core.recipients import Recipients
from smsdesk.desk.changes import Topic
from smsdesk.desk.context import Context
from smsdesk.desk.indexing import AFTER_TROUBLE, PAUSE, keep_indexed
from smsdesk.store import finding, grams, queueing
from smsdesk.store.workspace import Store

NOW = datetime(2031, 3, 1, 9, tzinfo=UTC)


def campaign(number: int) -> Campaign:
    rows = Recipients([f"+49176{number}{n:07}" for n in range(1200)], [""] * 1200, {})
    return Campaign(CampaignId(f"{number:032x}"), f"Campaign {number}", "Main", (Message("Hello", rows),))


async def indexed(context: Context) -> None:
    async with asyncio.timeout(600):
        while await context.read(grams.is_behind):
            await asyncio.sleep(0)


def test_what_is_queued_is_indexed_soon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    full = [WorkspaceFull(folder="w")]
    catch_up = grams.catch_up

    def troubled(connection: Any) -> None:
        if full:
            raise full.pop()
        catch_up(connection)

    async def sleep(seconds: float) -> None:
        slept.append(seconds)
        await asyncio.sleep(0)

    async def run() -> None:
        with Store.open(tmp_path) as store:
            context = Context(store, "one", sleep=sleep)
            await context.write(queueing.commit, campaign(1), tuple(made_ready(campaign(1))), NOW)
            monkeypatch.setattr(grams, "catch_up", troubled)
            task = asyncio.ensure_future(keep_indexed(context))
            await indexed(context)
            assert slept[0] == AFTER_TROUBLE and {*slept[1:]} == {PAUSE}
            read, looks = context.read, list[object]()
            monkeypatch.setattr(context, "read", lambda *what: looks.append(what) or read(*what))
            for _ in range(30):
                await read(grams.is_behind)
            assert len(looks) <= 1, "while nothing changes nothing is looked for"
            await context.write(queueing.commit, campaign(2), tuple(made_ready(campaign(2), 100)), NOW)
            context.changes.tell(Topic.OUTBOX)
            await indexed(context)
            found = await context.read(finding.search, "1760000001")
            assert not found.lines
            found = await context.read(finding.search, "020000117")
            assert [line.dst for line in found.lines] == ["+4917620000117"]
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    asyncio.run(run())
