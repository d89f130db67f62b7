"""Campaigns as files on a real desk: out and in again, and what cannot be read is refused whole."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from smsdesk.core.campaign import Campaign, Message
from smsdesk.core.errors import FileError, InputError
from smsdesk.core.recipients import Recipients
from smsdesk.core.rules import Rule, RuleKind
from smsdesk.core.shipped import shipped
from smsdesk.desk.campaign_files import export_campaign, import_campaign, open_file
from smsdesk.desk.desk import Desk, open_desk


def on_desk(folder: Path, act: Callable[[Desk], Awaitable[None]]) -> None:
    async def scene() -> None:
        async with open_desk(folder / "workspace") as desk:
            await act(desk)

    asyncio.run(scene())


async def made(desk: Desk, count: int = 3) -> Campaign:
    draft = await desk.campaigns.create("Ümlaut / “1”", "Somewhere else", "AT")
    rows = Recipients([f"+43664{n:07}" for n in range(count)], [""] * count, {"Name": ["Zoë"] * count})
    return replace(draft.campaign, messages=(Message("Hi {Name}", rows),), rules=(Rule(RuleKind.DAYS),))


@pytest.mark.parametrize("count", [3, 5_000])
def test_a_campaign_goes_out_and_comes_in_again(tmp_path: Path, count: int) -> None:
    """The longer list is written and read in the worker."""

    async def act(desk: Desk) -> None:
        campaign, path = await made(desk, count), tmp_path / "out.json"
        await export_campaign(desk.context, campaign, path)
        back = await import_campaign(desk.context, path)
        assert back.id != campaign.id
        assert replace(back, id=campaign.id) == campaign
        opened = await open_file(desk.context, desk.campaigns, path)
        again = await desk.campaigns.open(opened.campaign.id)
        assert replace(again.campaign, id=campaign.id) == campaign

    on_desk(tmp_path, act)


def test_a_request_is_opened_by_the_same_verb(tmp_path: Path) -> None:
    async def act(desk: Desk) -> None:
        sample = next(shipped("samples").glob("*.json"))
        opened = await open_file(desk.context, desk.campaigns, sample)
        assert opened.campaign.messages[0].literal

    on_desk(tmp_path, act)


@pytest.mark.parametrize(
    "content", [b"", b'{"smsdesk":"campaign","version":9}', b'{"smsdesk":"campaign","version":1}']
)
def test_what_cannot_be_read_leaves_no_draft(tmp_path: Path, content: bytes) -> None:
    async def act(desk: Desk) -> None:
        path = tmp_path / "in.json"
        path.write_bytes(content)
        for read in (import_campaign(desk.context, path), open_file(desk.context, desk.campaigns, path)):
            with pytest.raises(InputError):
                await read
        assert await desk.campaigns.lines() == ()
        with pytest.raises(FileError):
            await import_campaign(desk.context, tmp_path / "missing.json")
        with pytest.raises(FileError):
            await export_campaign(desk.context, await made(desk), tmp_path)

    on_desk(tmp_path, act)
