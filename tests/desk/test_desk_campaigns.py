"""A draft under work: saved as patches, undone and redone, reopened as it was left, however it was left."""

import asyncio
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import func, select

from smsdesk.core.blackouts import Period
from smsdesk.core.campaign import Campaign, LeftOut, Message, with_periods
from smsdesk.core.errors import WorkspaceFull
from smsdesk.core.recipients import (
    Added,
    Blackened,
    Edited,
    Patch,
    Recipients,
    Removed,
    Written,
    in_columns,
    patched,
)
from smsdesk.core.rules import Rule, RuleKind
from smsdesk.core.templates import split_message
from smsdesk.desk import history, open_campaign
from smsdesk.desk.campaigns import OpenCampaign
from smsdesk.desk.desk import Desk
from smsdesk.store import schema
from smsdesk.store.workspace import Store

START = datetime(2031, 3, 1, 20, tzinfo=UTC)
NIGHT = Period(START, START + timedelta(hours=12))
PEOPLE = Recipients(
    ["+4917604069012", "+4917604069031", "+4917604069005"], ["R1", "", "R3"], {"name": ["Ada", "Zoë", ""]}
)


async def turn(_: float) -> None:
    """A pause in which nothing but the others' turns pass."""
    await asyncio.sleep(0)


def desk_in(folder: Path, **options: Any) -> Desk:
    return Desk(Store.open(folder, **options), None, sleep=turn)  # type: ignore[arg-type]  # nobody sends


def on_desk(folder: Path, act: Callable[[Desk], Awaitable[None]], **options: Any) -> list[Any]:
    """Runs an act on a desk in a folder; answers what a person would have been told."""
    told: list[Any] = []

    async def scene() -> None:
        desk = desk_in(folder, **options)
        desk.on_notice(told.append)
        try:
            async with desk:
                await act(desk)
        finally:
            desk.context.store.close()

    asyncio.run(scene())
    return told


async def quiet(opened: OpenCampaign) -> None:
    """Lets what was asked of a draft be done and saved."""
    await opened.save()
    assert not opened.busy
    assert opened.saved


def counts(store: Store) -> tuple[int, int]:
    """How many bases and how many patches lie on disk."""

    def counted(connection: Any) -> tuple[int, int]:
        return tuple(
            connection.scalar(select(func.count()).select_from(t)) for t in (schema.bases, schema.patches)
        )

    return store.read(counted).result()


def test_a_change_is_a_patch_on_disk_and_undo_takes_it_away(tmp_path: Path) -> None:
    async def act(desk: Desk) -> None:
        opened = await desk.campaigns.create("Autumn")
        store = desk.context.store
        assert counts(store) == (1, 0)
        opened.add_recipients(0, PEOPLE, LeftOut(doubtful=2))
        await quiet(opened)
        assert counts(store) == (1, 1)
        opened.patch(0, Written("reference", {0: "a", 1: "b"}), Added(PEOPLE))
        opened.patch(0, Removed((0,)))
        await quiet(opened)
        assert counts(store) == (1, 4)
        opened.undo()
        opened.undo()
        await quiet(opened)
        assert counts(store) == (1, 1)
        assert list(opened.campaign.messages[0].recipients) == list(PEOPLE)
        opened.redo()
        await quiet(opened)
        assert counts(store) == (1, 3)
        opened.undo()
        opened.undo()
        await quiet(opened)
        assert (counts(store), opened.campaign.left_out, opened.campaign.sms_count) == ((1, 0), LeftOut(), 0)
        assert not opened.can_undo

    assert on_desk(tmp_path / "w", act) == []


def test_texts_and_options_leave_the_lists_on_disk_alone(tmp_path: Path) -> None:
    async def act(desk: Desk) -> None:
        opened = await desk.campaigns.create("Autumn")
        opened.add_recipients(0, PEOPLE)
        await quiet(opened)

        def ids(connection: Any) -> list[Any]:
            return list(connection.execute(select(schema.patches.c.id, schema.patches.c.patch)))

        before = desk.context.store.read(ids).result()
        opened.write_text(0, "Hello {name}")
        opened.rename("Winter")
        await quiet(opened)
        assert desk.context.store.read(ids).result() == before
        again = await desk.campaigns.open(opened.campaign.id)
        assert again.campaign == opened.campaign

    assert on_desk(tmp_path / "w", act) == []


def test_writing_what_stands_there_is_no_change(tmp_path: Path) -> None:
    async def act(desk: Desk) -> None:
        opened = await desk.campaigns.create("Autumn")
        opened.add_recipients(0, PEOPLE)
        await quiet(opened)
        opened.patch(0, Edited(0, "field:name", "Ada"))
        opened.write_text(0, "")
        assert opened.saved
        opened.undo()
        assert not opened.can_undo

    assert on_desk(tmp_path / "w", act) == []


def test_many_patches_become_a_new_base(tmp_path: Path) -> None:
    async def act(desk: Desk) -> None:
        opened = await desk.campaigns.create("Autumn")
        opened.add_recipients(0, PEOPLE)
        for number in range(history.FOLD_AFTER + 10):
            opened.patch(0, Edited(0, "reference", f"R{number}"))
            await quiet(opened)
        assert counts(desk.context.store) == (1, 10)
        for number in range(20):
            opened.undo()
            await quiet(opened)
            again = await desk.campaigns.open(opened.campaign.id)
            assert again.campaign.messages[0].recipients.reference[0] == f"R{history.FOLD_AFTER + 8 - number}"

    assert on_desk(tmp_path / "w", act) == []


def test_a_change_of_very_many_rows_waits_for_its_turn_and_texts_do_not(tmp_path: Path) -> None:
    count = 100_000
    many = Recipients([f"+49176{n:08}" for n in range(count)], [""] * count, {})

    async def act(desk: Desk) -> None:
        opened = await desk.campaigns.create("Autumn")
        busy: list[bool] = []
        opened.listen(lambda: busy.append(opened.busy))
        opened.patch(0, Added(many))
        opened.patch(0, Removed((1,)))
        opened.add_message("second")
        opened.undo()
        assert (opened.busy, opened.campaign.sms_count) == (True, 0)
        for _ in range(3):
            # By now the first of them is most likely under way in its thread.
            await asyncio.sleep(0)
        opened.write_text(0, "Hello")
        assert opened.campaign.messages[0].text == "Hello"
        await quiet(opened)
        assert busy[0]
        assert not busy[-1]
        assert (opened.campaign.sms_count, len(opened.campaign.messages)) == (count - 1, 1)
        assert opened.campaign.messages[0].text == "Hello"
        opened.undo()
        assert opened.campaign.sms_count == count
        while opened.can_undo:
            opened.undo()
        assert opened.campaign.sms_count == 0
        await quiet(opened)

    assert on_desk(tmp_path / "w", act) == []


def test_a_change_that_cannot_be_made_is_told_and_the_next_ones_are_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_campaign, "AT_ONCE", 0)

    async def act(desk: Desk) -> None:
        opened = await desk.campaigns.create("Autumn")
        opened.patch(0, Removed((7,)))
        opened.patch(0, Added(PEOPLE))
        await quiet(opened)
        assert opened.campaign.sms_count == 3

    (notice,) = on_desk(tmp_path / "w", act)
    assert (notice.code, "IndexError" in notice.details) == ("bug", True)


def test_a_full_disk_is_told_and_the_next_save_writes_what_is_missing(tmp_path: Path) -> None:
    count = 40_000
    many = in_columns(Recipients([f"{n * 7919 % 10**11:011}" for n in range(count)], [""] * count, {}))

    async def act(desk: Desk) -> None:
        opened = await desk.campaigns.create("Autumn")
        opened.add_recipients(0, PEOPLE)
        await quiet(opened)
        opened.patch(0, Added(many))
        with pytest.raises(WorkspaceFull):
            await opened.save()
        assert not opened.saved
        opened.undo()
        opened.patch(0, Removed((0,)))
        await quiet(opened)
        again = await desk.campaigns.open(opened.campaign.id)
        assert list(again.campaign.messages[0].recipients) == list(opened.campaign.messages[0].recipients)

    on_desk(tmp_path / "w", act, max_pages=90)


def test_the_last_of_two_writers_has_the_whole_say(tmp_path: Path) -> None:
    """Patches of one are never laid over the list of the other."""

    async def act(desk: Desk) -> None:
        opened = await desk.campaigns.create("Autumn")
        opened.add_recipients(0, PEOPLE)
        await quiet(opened)
        other = desk_in(tmp_path / "w")
        async with other:
            theirs = await other.campaigns.open(opened.campaign.id)
            opened.patch(0, Removed((0, 1, 2)))
            await quiet(opened)
            theirs.patch(0, Edited(2, "reference", "theirs"))
            await quiet(theirs)
            opened.patch(0, Added(PEOPLE), Edited(1, "reference", "mine"))
            await quiet(opened)
        other.context.store.close()
        again = await desk.campaigns.open(opened.campaign.id)
        assert again.campaign == opened.campaign
        assert again.campaign.messages[0].recipients.reference == ["R1", "mine", "R3"]

    assert on_desk(tmp_path / "w", act) == []


def test_opening_waits_for_what_another_screen_has_not_saved(tmp_path: Path) -> None:
    async def act(desk: Desk) -> None:
        opened = await desk.campaigns.create("Autumn")
        opened.add_recipients(0, PEOPLE)
        opened.write_text(0, "Hello")
        again = await desk.campaigns.open(opened.campaign.id)
        assert again.campaign == opened.campaign
        assert again.saved

    assert on_desk(tmp_path / "w", act) == []


def test_what_was_typed_last_is_saved_when_the_program_goes(tmp_path: Path) -> None:
    async def typed(desk: Desk) -> None:
        for name in ("Autumn", "Winter"):
            opened = await desk.campaigns.create(name)
            opened.write_text(0, f"{name}, typed a moment ago")

    async def seen(desk: Desk) -> None:
        for line in await desk.campaigns.lines():
            opened = await desk.campaigns.open(line.id)
            assert opened.campaign.messages[0].text == f"{line.name}, typed a moment ago"

    assert on_desk(tmp_path, typed) == []
    assert on_desk(tmp_path, seen) == []


def test_whoever_gives_up_waiting_for_a_save_does_not_spoil_the_next(tmp_path: Path) -> None:
    async def act(desk: Desk) -> None:
        opened = await desk.campaigns.create("Autumn")
        for number in range(20):
            opened.patch(0, Added(PEOPLE))
            waiting = asyncio.ensure_future(opened.save())
            for _ in range(number % 4):
                await asyncio.sleep(0)
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
        await quiet(opened)
        again = await desk.campaigns.open(opened.campaign.id)
        assert again.campaign == opened.campaign
        assert again.campaign.sms_count == 60

    assert on_desk(tmp_path / "w", act) == []


def test_the_oldest_states_go_where_they_would_hold_too_many_copies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = 2_000
    many = in_columns(
        Recipients([f"+49176{n:08}" for n in range(count)], [""] * count, {"name": ["Ada"] * count})
    )
    monkeypatch.setattr(history, "UNDO_CELLS", 12_000)

    async def act(desk: Desk) -> None:
        opened = await desk.campaigns.create("Autumn")
        opened.add_recipients(0, many)
        apart = tuple(range(0, 1_000, 4))
        for number in range(4):
            opened.patch(0, Removed(apart))
            opened.patch(0, Edited(0, "reference", str(number)))
        await quiet(opened)
        steps = 0
        while opened.can_undo:
            opened.undo()
            steps += 1
        # Two of the copies of about 6,000 cells, with the change of one cell after each.
        assert steps == 4
        assert opened.campaign.sms_count == count - 2 * len(apart)
        await quiet(opened)
        assert (await desk.campaigns.open(opened.campaign.id)).campaign == opened.campaign

    assert on_desk(tmp_path / "w", act) == []


texts = st.text(st.characters(exclude_categories=()), max_size=3)


@st.composite
def patches(draw: Any, height: int) -> Patch:
    kinds = ["removed", "edited", "written", "blackened"] if height else []
    at = st.integers(0, max(height - 1, 0))
    column = draw(st.sampled_from(["dst", "reference", "field:name", "field:city"]))
    match draw(st.sampled_from(["added", *kinds])):
        case "removed":
            return Removed(tuple(sorted(draw(st.sets(at, min_size=1)))))
        case "edited":
            return Edited(draw(at), column, draw(texts))
        case "written":
            return Written(column, draw(st.dictionaries(at, texts)))
        case "blackened":
            return Blackened(draw(st.dictionaries(at, st.sampled_from([(), (NIGHT,)]))))
    return Added(replace(PEOPLE, blackouts=draw(st.sampled_from([{}, {1: (NIGHT,)}]))))


class Drafting(RuleBasedStateMachine):
    """Every way through a draft: what is open is what was asked for, what is reopened is what was open."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.runner = asyncio.Runner()
        self.kept = open_campaign.AT_ONCE, history.FOLD_AFTER

    @initialize(at_once=st.sampled_from([0, 20_000]), fold_after=st.sampled_from([3, 300]))
    def opens(self, at_once: int, fold_after: int) -> None:
        open_campaign.AT_ONCE, history.FOLD_AFTER = at_once, fold_after
        self.desk = self.runner.run(self._desk())
        self.told: list[Any] = []
        self.desk.on_notice(self.told.append)
        self.opened = self.runner.run(self.desk.campaigns.create("Autumn"))
        self.truth, self.undone, self.redone = self.opened.campaign, [], []  # type: ignore[var-annotated]

    async def _desk(self) -> Desk:
        return await desk_in(self.folder).__aenter__()

    def _act(self, act: Callable[[], None], truth: Campaign) -> None:
        async def acted() -> None:
            act()
            while self.opened.busy:
                await asyncio.sleep(0)

        if truth != self.truth:
            self.undone.append(self.truth)
            self.redone, self.truth = [], truth
        self.runner.run(acted())

    def _message(self, data: st.DataObject) -> int:
        return data.draw(st.integers(0, len(self.truth.messages) - 1))

    @rule(data=st.data(), count=st.integers(1, 3))
    def patches(self, data: st.DataObject, count: int) -> None:
        index, chosen = self._message(data), []
        message = self.truth.messages[index]
        rows = message.recipients
        for _ in range(count):
            patch = data.draw(patches(len(rows)))
            chosen.append(patch)
            rows = patched(rows, patch)
        truth = self.truth.with_message(index, replace(message, recipients=rows))
        if truth == self.truth:
            # What changes nothing may or may not be a step to undo.
            return
        self._act(lambda: self.opened.patch(index, *chosen), truth)

    @rule(data=st.data())
    def imports(self, data: st.DataObject) -> None:
        index, left = self._message(data), LeftOut(invalid=1)
        message = self.truth.messages[index]
        rows = patched(message.recipients, Added(PEOPLE))
        truth = self.truth.with_message(index, replace(message, recipients=rows))
        truth = replace(truth, left_out=truth.left_out + left)
        self._act(lambda: self.opened.add_recipients(index, PEOPLE, left), truth)

    @rule(data=st.data(), text=texts)
    def writes(self, data: st.DataObject, text: str) -> None:
        index = self._message(data)
        truth = self.truth.with_message(index, replace(self.truth.messages[index], text=text))
        if self.truth != truth:
            self.opened._typing = ""
            self._act(lambda: self.opened.write_text(index, text), truth)

    @rule(named=st.booleans(), made=st.sampled_from([(), (Rule(RuleKind.HOURS),)]))
    def draws(self, named: bool, made: tuple[Rule, ...]) -> None:
        names = {NIGHT: "night"} if named else {}
        truth = with_periods(self.truth, [NIGHT], made, names)
        if truth != self.truth:
            self._act(lambda: self.opened.set_periods([NIGHT], made, names), truth)

    @rule(data=st.data())
    def splits(self, data: st.DataObject) -> None:
        index = self._message(data)
        old = self.truth.messages[index]
        if len(self.truth.messages) < 4 and "name" in old.recipients.fields:
            cuts = split_message(old, "name")
            if len(cuts) > 1:
                messages = (*self.truth.messages[:index], *cuts, *self.truth.messages[index + 1 :])
                truth = replace(self.truth, messages=messages)
                self._act(lambda: self.opened.split_message(index, "name"), truth)

    @precondition(lambda self: len(self.truth.messages) < 4)
    @rule()
    def adds_a_message(self) -> None:
        truth = replace(self.truth, messages=(*self.truth.messages, Message(name="n")))
        self._act(lambda: self.opened.add_message("n"), truth)

    @precondition(lambda self: len(self.truth.messages) > 1)
    @rule(data=st.data())
    def removes_a_message(self, data: st.DataObject) -> None:
        index = self._message(data)
        messages = [message for at, message in enumerate(self.truth.messages) if at != index]
        self._act(lambda: self.opened.remove_message(index), replace(self.truth, messages=tuple(messages)))

    @precondition(lambda self: self.undone)
    @rule(times=st.integers(1, 3))
    def undoes(self, times: int) -> None:
        for _ in range(min(times, len(self.undone))):
            self.redone.append(self.truth)
            self.truth = self.undone.pop()
            self._act(self.opened.undo, self.truth)

    @precondition(lambda self: self.redone)
    @rule()
    def redoes(self) -> None:
        self.undone.append(self.truth)
        self.truth = self.redone.pop()
        self._act(self.opened.redo, self.truth)

    @rule()
    def lets_time_pass(self) -> None:
        self.runner.run(asyncio.sleep(0))

    @rule()
    def saves(self) -> None:
        self.runner.run(quiet(self.opened))

    @rule()
    def reopens(self) -> None:
        self.opened = self.runner.run(self.desk.campaigns.open(self.truth.id))
        self.undone, self.redone = [], []

    @invariant()
    def is_what_was_asked_for(self) -> None:
        if hasattr(self, "opened"):
            assert self.opened.campaign == self.truth
            assert self.opened.can_undo == bool(self.undone)
            assert self.opened.can_redo == bool(self.redone)
            assert self.told == []

    def teardown(self) -> None:
        open_campaign.AT_ONCE, history.FOLD_AFTER = self.kept
        if hasattr(self, "desk"):
            self.runner.run(quiet(self.opened))
            again = self.runner.run(self.desk.campaigns.open(self.truth.id))
            self.runner.run(self.desk.__aexit__(None, None, None))
            self.desk.context.store.close()
            assert again.campaign == self.truth
        self.runner.close()
        shutil.rmtree(self.folder)


Drafting.TestCase.settings = settings(
    max_examples=25, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
TestDrafting = Drafting.TestCase


@pytest.fixture(autouse=True)
def _as_it_was() -> Iterator[None]:
    kept = open_campaign.AT_ONCE, history.FOLD_AFTER
    yield
    open_campaign.AT_ONCE, history.FOLD_AFTER = kept
