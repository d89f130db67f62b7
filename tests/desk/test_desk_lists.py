"""Saved lists on the desk: combined, exported, and made of a campaign that ran on the sandbox."""

import asyncio
import csv
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from near import Near

from smsdesk.core.blackouts import Period
from smsdesk.core.campaign import Campaign, CampaignId, Message
from smsdesk.core.errors import FileError, InputError, WorkspaceBroken
from smsdesk.core.lists import ListId, Source
from smsdesk.core.options import Options
from smsdesk.core.recipients import Recipients
from smsdesk.desk.changes import Topic
from smsdesk.desk.desk import Desk, open_desk
from smsdesk.store.schema import lists
from smsdesk.words import use_language

ACCOUNT = "Try-out"
DELIVERED, NO_SUCH_NUMBER, PHONE_OFF = "+4917604069012", "+491760406998", "+491760406970"
FILE = Source("file", {"file": "kiel.csv"})


def on_desk(folder: Path, act: Callable[[Desk], Awaitable[None]]) -> None:
    async def scene() -> None:
        async with open_desk(folder / "workspace", Near.start) as desk:
            await act(desk)

    asyncio.run(scene())


def people(*numbers: str, **fields: list[str]) -> Recipients:
    return Recipients(list(numbers), [f"R{at}" for at in range(len(numbers))], fields)


def test_two_lists_give_what_was_told_before(tmp_path: Path) -> None:
    async def act(desk: Desk) -> None:
        kiel = await desk.lists.save("Kiel", people("+4917604069001", "+4917604069002"), FILE)
        news = await desk.lists.save("News", people("0176 04069002", "+4917604069003"), FILE)
        told = await desk.lists.figures(kiel.id, news.id)
        assert (told.either, told.only_first, told.only_second, told.both) == (3, 1, 1, 1)
        made = [
            await desk.lists.combine("union", kiel, news),
            await desk.lists.combine("difference", kiel, news),
            await desk.lists.combine("intersection", kiel, news, "  In\nboth "),
        ]
        assert [(line.name, line.count, line.source.code) for line in made] == [
            ("Kiel or News", 3, "union"),
            ("Kiel without News", 1, "difference"),
            ("In both", 1, "intersection"),
        ]
        assert dict(made[0].source.values) == {"first": "Kiel", "second": "News"}
        assert await desk.lists.lines() == (*reversed(made), news, kiel)
        assert list((await desk.lists.load(made[2].id)).dst) == ["+4917604069002"]

    on_desk(tmp_path, act)


def test_the_country_of_numbers_without_a_code_is_the_setting(tmp_path: Path) -> None:
    async def act(desk: Desk) -> None:
        await desk.put_setting("region", "AT")
        line = await desk.lists.save("Wien", people("0664 1234567"), FILE)
        assert len(await desk.lists.new_in(line.id, people("+436641234567"))) == 0
        assert len(await desk.lists.new_in(line.id, people("+496641234567"))) == 1

    on_desk(tmp_path, act)


def test_every_change_is_told(tmp_path: Path) -> None:
    async def act(desk: Desk) -> None:
        told: list[frozenset[Topic]] = []
        desk.changes.listen(lambda change: told.append(change.topics))
        line = await desk.lists.save("Kiel", people(DELIVERED), FILE)
        await desk.lists.rename(line.id, "Kiel 2")
        await desk.lists.delete(line.id)
        assert await desk.lists.lines() == ()
        await desk.lists.restore(line.id)
        await asyncio.sleep(0)
        assert told == [frozenset({Topic.LISTS})] * 4
        assert [one.name for one in await desk.lists.lines()] == ["Kiel 2"]

    on_desk(tmp_path, act)


@pytest.mark.parametrize("name", ["", "  \n", "\u202e\u0000", "\ud800"])
def test_a_list_has_a_name_that_can_be_read(tmp_path: Path, name: str) -> None:
    async def act(desk: Desk) -> None:
        line = await desk.lists.save(name, people(DELIVERED), FILE)
        assert line.name == "List without a name"

    on_desk(tmp_path, act)


def test_a_list_becomes_a_table_and_a_full_disk_is_told(tmp_path: Path) -> None:
    async def act(desk: Desk) -> None:
        rows = people(DELIVERED, PHONE_OFF, Name=["Zoë", "=1+1"])
        line = await desk.lists.save("Kiel", rows, FILE)
        assert await desk.lists.export(line.id, tmp_path / "kiel.csv") == 2
        with (tmp_path / "kiel.csv").open(encoding="utf-8", newline="") as file:
            table = list(csv.DictReader(file))
        assert table == [
            {"dst": DELIVERED, "customerRef": "R0", "Name": "Zoë"},
            {"dst": PHONE_OFF, "customerRef": "R1", "Name": "'=1+1"},
        ]
        with pytest.raises(FileError):
            await desk.lists.export(line.id, tmp_path / "nowhere" / "kiel.csv")

    on_desk(tmp_path, act)


def test_a_list_that_is_gone_or_damaged_is_told(tmp_path: Path) -> None:
    async def act(desk: Desk) -> None:
        with pytest.raises(InputError):
            await desk.lists.load(ListId(77))
        line = await desk.lists.save("Kiel", people(DELIVERED), FILE)
        await desk.context.write(lambda connection: connection.execute(lists.update().values(columns=b"x")))
        with pytest.raises(WorkspaceBroken) as told:
            await desk.lists.load(line.id)
        assert told.value.values["reason"] == "list"

    on_desk(tmp_path, act)


async def sent(desk: Desk, night: Period) -> CampaignId:
    """A campaign that ran to its end: one delivered, two failed; the service has told of all."""
    await desk.accounts.try_out()
    rows = Recipients(
        [DELIVERED, NO_SUCH_NUMBER, PHONE_OFF],
        ["A", "B", ""],
        {"Vorname": ["Ada", "Mira", "Jürgen"], "Ort": ["Kiel", "Bonn", ""]},
        {1: (night,)},
    )
    options = Options(src="Nordlicht", status_requested=True)
    campaign = Campaign(CampaignId("a" * 32), "Autumn", ACCOUNT, (Message("Hi {Vorname}", rows),), options)
    await desk.outbox.queue(campaign)
    await desk.outbox.drain(ACCOUNT)
    box = desk.accounts.sandbox
    assert isinstance(box, Near)
    await box.advance(timedelta(days=4).total_seconds())
    await desk.jobs.ask_due()
    return campaign.id


def test_everyone_whose_message_failed_is_a_list_with_all_their_fields(tmp_path: Path) -> None:
    async def act(desk: Desk) -> None:
        night = Period(desk.now(), desk.now() + timedelta(hours=12))
        campaign = await sent(desk, night)
        counts = await desk.lists.counts(campaign)
        assert counts == {"failed": 2, "open": 0, "delivered": 1, "not_sent": 0, "unknown": 0, "all": 3}
        line = await desk.lists.from_campaign(campaign, "failed")
        assert (line.name, line.count, line.source) == (
            "Autumn: failed",
            2,
            Source("campaign.failed", {"campaign": "Autumn"}),
        )
        rows = await desk.lists.load(line.id)
        assert [(row.dst, row.reference, dict(row.fields), row.blackouts) for row in rows] == [
            (NO_SUCH_NUMBER, "B", {"Vorname": "Mira", "Ort": "Bonn"}, (night,)),
            (PHONE_OFF, None, {"Vorname": "Jürgen", "Ort": ""}, ()),
        ]
        use_language("de")
        whole = await desk.lists.from_campaign(campaign, "all")
        assert (whole.name, whole.count) == ("Autumn: alle", 3)

    on_desk(tmp_path, act)
