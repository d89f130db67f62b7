"""A disk that fails, fills up or is read-only while something is sent or typed: told, and nothing is lost."""

import asyncio
import os
import random
import shutil
import sqlite3
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from processes import PASSWORD, Box, numbers
from sqlalchemy import event
from turning import pragma

from smsdesk.core.account import Account
from smsdesk.core.campaign import CampaignId
from smsdesk.core.errors import (
    SmsDeskError,
    WorkspaceBroken,
    WorkspaceError,
    WorkspaceFull,
    WorkspaceReadOnly,
)
from smsdesk.core.outbox import EntryState
from smsdesk.core.recipients import Edited, Recipients
from smsdesk.desk.desk import Desk, open_desk
from smsdesk.store.workspace import Store, put_back
from smsdesk.words import error_words

ACCOUNT = "Main"
CAMPAIGNS = 2
PEOPLE = 3
EACH = 7 if os.environ.get("CI") else 1


class Fault:
    """Counts what is written, from now on, and fails the write of one number (from 1) as SQLite would."""

    def __init__(self, store: Store, at: int, code: int) -> None:
        self.hit, self._count, self._at, self._code = False, 0, at, code
        engine = store._engines[0]
        event.listen(engine, "before_cursor_execute", self._executing)
        event.listen(engine, "commit", self._write)

    def _executing(self, _: Any, __: Any, statement: str, *___: Any) -> None:
        if statement.split(maxsplit=1)[0] in ("INSERT", "UPDATE", "DELETE"):
            self._write()

    def _write(self, *_: Any) -> None:
        self._count += 1
        if self._count == self._at:
            self.hit = True
            error = sqlite3.OperationalError("failed")
            error.sqlite_errorcode = self._code
            raise error


async def prepared(folder: Path, box: Box, people: list[str]) -> list[CampaignId]:
    """A workspace with an account and drafts, ready to be sent."""
    async with open_desk(folder) as desk:
        await desk.accounts.save(Account(ACCOUNT, box.url, box.report_urls, "desk"), PASSWORD)
        ids = []
        for number in range(CAMPAIGNS):
            draft = await desk.campaigns.create(f"Campaign {number}", ACCOUNT)
            mine = people[number::CAMPAIGNS]
            draft.add_recipients(0, Recipients(mine, [""] * len(mine)))
            draft.write_text(0, "Hello")
            await draft.save()
            ids.append(draft.campaign.id)
        return ids


def at_work(store: Store, later: float = 0) -> Desk:
    """A desk over a store, some seconds later than now: another program, for what is told of leases."""
    made = Desk(store, _no_sandbox, now=lambda: datetime.now(UTC) + timedelta(seconds=later))
    made.passwords.keep(ACCOUNT, PASSWORD)
    return made


async def _no_sandbox() -> Any:
    raise AssertionError


async def send(desk: Desk, ids: list[CampaignId]) -> None:
    """What a click does; a second one changes nothing."""
    for campaign in ids:
        await desk.outbox.queue((await desk.campaigns.open(campaign)).campaign)
    await desk.outbox.drain(ACCOUNT)


async def tried(act: Awaitable[Any]) -> SmsDeskError | None:
    """What is told instead; anything but an error of ours gets out."""
    try:
        await act
    except SmsDeskError as error:
        assert all(error_words(error))
        return error
    return None


async def settled(folder: Path, ids: list[CampaignId]) -> None:
    """Opened again by another program: everything is sent and known to be."""
    with Store.open(folder) as store:
        async with at_work(store, 120) as desk:
            await send(desk, ids)
            await desk.outbox.look_up(ACCOUNT)
            entries = await desk.outbox.entries()
            assert [entry.state for entry in entries] == [EntryState.ACCEPTED] * CAMPAIGNS


async def hit(folder: Path, ids: list[CampaignId], at: int, code: int, *, goes_on: bool) -> bool:
    """A whole send of which one write fails; False where it has not so many."""
    with Store.open(folder) as store:
        async with at_work(store) as desk:
            fault = Fault(store, at, code)
            error = await tried(send(desk, ids))
            assert type(error) is (CODES[code] if fault.hit else type(None))
            if goes_on and fault.hit:
                await send(desk, ids)
            return fault.hit


CODES = {sqlite3.SQLITE_FULL: WorkspaceFull, sqlite3.SQLITE_IOERR_WRITE: WorkspaceBroken}


def each_write_fails(tmp_path: Path, box: Box, every: int, *, goes_on: bool) -> None:
    """Fails the first write of a send, then the next but ``every``, until it has no more."""

    async def scene() -> None:
        everybody = iter(numbers(10_000))
        at, found = 1, True
        while found:
            folder, people = tmp_path / f"{at}", [next(everybody) for _ in range(CAMPAIGNS * PEOPLE)]
            ids = await prepared(folder, box, people)
            found = await hit(folder, ids, at, [*CODES][at // every % 2], goes_on=goes_on)
            await settled(folder, ids)
            accepted = box.accepted()
            assert {number: accepted[number] for number in people} == dict.fromkeys(people, 1), at
            shutil.rmtree(folder)
            at += every
        assert at > 40

    asyncio.run(scene())


def test_some_writes_of_a_send_fail(tmp_path: Path, near_box: Callable[..., Box]) -> None:
    each_write_fails(tmp_path, near_box("--rate", "1000000"), 9, goes_on=True)


@pytest.mark.slow
@pytest.mark.parametrize("goes_on", [False, True], ids=["opened again", "goes on"])
def test_each_write_of_a_send_fails(tmp_path: Path, near_box: Callable[..., Box], goes_on: bool) -> None:
    each_write_fails(tmp_path, near_box("--rate", "1000000"), EACH, goes_on=goes_on)


def full(desk: Desk, room: int) -> None:
    """The disk has room for so many pages more."""
    pragma(desk, f"max_page_count={pragma(desk, 'page_count') + room}")


def no_longer_full(desk: Desk) -> None:
    pragma(desk, "max_page_count=1000000")


def test_the_disk_fills_up_in_the_middle_of_a_send(tmp_path: Path, near_box: Callable[..., Box]) -> None:
    box, everybody = near_box("--rate", "1000000"), iter(numbers(2000))

    async def scene() -> None:
        told: list[SmsDeskError | None] = []
        for room in (0, 4, 9, 60):
            folder, people = tmp_path / f"{room}", [next(everybody) for _ in range(CAMPAIGNS * 250)]
            ids = await prepared(folder, box, people)
            with Store.open(folder) as store:
                async with at_work(store) as desk:
                    full(desk, room)
                    told.append(await tried(send(desk, ids)))
                    no_longer_full(desk)
            await settled(folder, ids)
            accepted = box.accepted()
            assert {number: accepted[number] for number in people} == dict.fromkeys(people, 1)
        assert {type(error) for error in told} == {WorkspaceFull, type(None)}

    asyncio.run(scene())


def test_the_file_turns_read_only_in_the_middle_of_a_send(
    tmp_path: Path, near_box: Callable[..., Box]
) -> None:
    box, people = near_box("--rate", "1000000"), numbers(CAMPAIGNS * PEOPLE)

    async def scene() -> None:
        ids = await prepared(tmp_path, box, people)
        with Store.open(tmp_path, read_only=True) as store:
            async with at_work(store) as desk:
                assert type(await tried(send(desk, ids))) is WorkspaceReadOnly
        with Store.open(tmp_path) as store:
            async with at_work(store) as desk:
                for campaign in ids:
                    await desk.outbox.queue((await desk.campaigns.open(campaign)).campaign)
                pragma(desk, "query_only=1")
                assert type(await tried(desk.outbox.drain(ACCOUNT))) is WorkspaceReadOnly
        assert box.accepted() == {}
        await settled(tmp_path, ids)
        assert box.accepted() == dict.fromkeys(people, 1)

    asyncio.run(scene())


@pytest.mark.parametrize(
    ("breaks", "mends", "kind"),
    [
        (lambda desk: full(desk, 0), no_longer_full, WorkspaceFull),
        (
            lambda desk: pragma(desk, "query_only=1"),
            lambda desk: pragma(desk, "query_only=0"),
            WorkspaceReadOnly,
        ),
    ],
    ids=["full", "read-only"],
)
@pytest.mark.parametrize("mended", [True, False])
def test_a_draft_that_cannot_be_saved(
    tmp_path: Path,
    breaks: Callable[[Desk], Any],
    mends: Callable[[Desk], Any],
    kind: type[WorkspaceError],
    mended: bool,
) -> None:
    chance = random.Random(1)
    long = [chance.randbytes(200).hex() for _ in range(100)]

    async def scene() -> None:
        async with open_desk(tmp_path) as desk:
            notices: list[Any] = []
            desk.on_notice(notices.append)
            draft = await desk.campaigns.create("Autumn", ACCOUNT)
            draft.add_recipients(0, Recipients(numbers(100), [""] * 100, {"name": ["Ada"] * 100}))
            draft.write_text(0, "Hello")
            await draft.save()
            breaks(desk)
            for row, name in enumerate(long):
                draft.patch(0, Edited(row, "field:name", name))
            draft.write_text(0, "Good evening")
            assert type(await tried(draft.save())) is kind
            assert draft.saved_at is None
            assert draft.campaign.messages[0].text == "Good evening"
            if mended:
                mends(desk)
                await draft.save()
        assert {type(notice.error) for notice in notices} <= {kind}
        async with open_desk(tmp_path) as desk:
            (line,) = await desk.campaigns.lines()
            message = (await desk.campaigns.open(line.id)).campaign.messages[0]
            assert message.text == ("Good evening" if mended else "Hello")
            assert list(message.recipients.fields["name"]) == (long if mended else ["Ada"] * 100)

    asyncio.run(scene())


def test_who_types_without_a_pause_is_saved_all_the_same(tmp_path: Path) -> None:
    clock, asked = [0.0], []

    async def sleep(seconds: float) -> None:
        asked.append(round(seconds, 2))
        await asyncio.Event().wait()

    async def scene() -> None:
        loop: Any = asyncio.get_running_loop()
        with Store.open(tmp_path) as store:
            async with Desk(store, _no_sandbox, sleep=sleep) as desk:
                draft = await desk.campaigns.create("Autumn", ACCOUNT)
                loop.time = lambda: clock[0]
                for clock[0], pause in [(0.0, 0.4), (0.3, 0.2), (0.49, 0.01)]:
                    draft.write_text(0, f"Hello {clock[0]}")
                    while pause not in asked:
                        await asyncio.sleep(0)
                    assert not draft.saved
                clock[0] = 0.52
                draft.write_text(0, "Hello you")
                while not draft.saved:
                    await asyncio.sleep(0)
                asked.clear()
                draft.write_text(0, "Hello you all")
                while 0.4 not in asked:
                    await asyncio.sleep(0)

    asyncio.run(scene())


def test_what_was_sent_since_a_backup_is_found_by_its_mark(
    tmp_path: Path, near_box: Callable[..., Box]
) -> None:
    box, people = near_box("--rate", "1000000"), numbers(CAMPAIGNS * PEOPLE)
    hours = 3600.0

    async def scene() -> None:
        ids = await prepared(tmp_path, box, people)
        with Store.open(tmp_path) as store:
            async with at_work(store, -5 * hours) as desk:
                for campaign in ids:
                    await desk.outbox.queue((await desk.campaigns.open(campaign)).campaign)
                store.look_after(desk.now().date())
            async with at_work(store) as desk:
                await desk.outbox.send_now([entry.id for entry in await desk.outbox.entries()])
                await desk.outbox.drain(ACCOUNT)
        assert box.accepted() == dict.fromkeys(people, 1)
        (tmp_path / "workspace.db").write_bytes(b"damaged")
        with pytest.raises(WorkspaceBroken) as error:
            Store.open(tmp_path)
        put_back(tmp_path, Path(str(error.value.values["backup"])), datetime.now(UTC) + timedelta(hours=3))
        with Store.open(tmp_path) as store:
            async with at_work(store) as desk:
                await desk.outbox.drain(ACCOUNT)
                assert {entry.reason for entry in await desk.outbox.entries()} == {"restored"}
        await settled(tmp_path, ids)
        assert box.accepted() == dict.fromkeys(people, 1)

    asyncio.run(scene())
