"""What holds an entry back, and what lets it go: time, a person, an account that was mended."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from near import Near
from sqlalchemy import update
from turning import ACCOUNT, PEOPLE, Scene, on_scene

from smsdesk.core.handing import LONGEST_UNDO, Handing
from smsdesk.core.outbox import EntryState, Hold
from smsdesk.desk.desk import open_desk
from smsdesk.store import schema

HELD, QUEUED, ACCEPTED = EntryState.HELD, EntryState.QUEUED, EntryState.ACCEPTED
MINUTE = timedelta(minutes=1)


def test_until_the_time_to_change_ones_mind_is_over_nothing_goes(tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        outbox = scene.desk.outbox
        await scene.queued(Handing(undo=MINUTE))
        entry = await scene.entry()
        assert (entry.hold, entry.final_at) == (Hold.UNDO, entry.since + MINUTE)
        scene.turn(seconds=55)
        await outbox.drain(ACCOUNT)
        assert (await scene.standing(), await scene.went()) == ((HELD, Hold.UNDO), 0)
        scene.turn(seconds=5)
        await outbox.drain(ACCOUNT)
        assert (await scene.standing(), await scene.went()) == ((ACCEPTED, None), len(PEOPLE))
        assert await scene.codes() == ["queued", "held_undo", "due", "sending", "accepted"]

    on_scene(tmp_path, act)


def test_set_back_the_clock_lengthens_the_time_to_change_ones_mind_to_the_longest_at_most(
    tmp_path: Path,
) -> None:
    async def act(scene: Scene) -> None:
        outbox = scene.desk.outbox
        await scene.queued(Handing(undo=MINUTE))
        scene.turn(days=-2)
        await outbox.tend()
        assert (await scene.standing(), await scene.went()) == ((HELD, Hold.UNDO), 0)
        scene.turn(seconds=LONGEST_UNDO.total_seconds())
        await outbox.drain(ACCOUNT)
        assert (await scene.standing(), await scene.went()) == ((ACCEPTED, None), len(PEOPLE))

    on_scene(tmp_path, act)


def test_taken_back_in_time_nothing_ever_goes(tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        outbox = scene.desk.outbox
        ids = await scene.queued(Handing(undo=MINUTE))
        assert await outbox.cancel(ids) == ids
        assert await outbox.cancel(ids) == ()
        scene.turn(minutes=2)
        await outbox.drain(ACCOUNT)
        assert (await scene.standing(), await scene.went()) == ((EntryState.CANCELLED, None), 0)

    on_scene(tmp_path, act)


def test_held_here_until_a_time_that_can_be_changed(tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        outbox = scene.desk.outbox
        at = scene.now() + timedelta(hours=2)
        ids = await scene.queued(Handing(undo=MINUTE, hold_until=at))
        scene.turn(minutes=1)
        await outbox.tend()
        assert await scene.standing() == (HELD, Hold.TIME)
        later = at + timedelta(hours=1)
        await outbox.missed(ids, later)
        assert (await scene.entry()).due_at == later
        scene.turn(hours=2)
        await outbox.drain(ACCOUNT)
        assert await scene.standing() == (HELD, Hold.TIME)
        scene.turn(hours=1)
        await outbox.drain(ACCOUNT)
        assert (await scene.standing(), await scene.went()) == ((ACCEPTED, None), len(PEOPLE))

    on_scene(tmp_path, act)


@pytest.mark.parametrize(
    "how", [Handing(undo=MINUTE), Handing(hold_until=None)], ids=["to be undone", "ready to go"]
)
def test_overdue_after_downtime_it_asks_first(tmp_path: Path, how: Handing) -> None:
    """Closed for an hour: what should have gone meanwhile goes by a person's word alone."""

    async def act(scene: Scene) -> None:
        ids = await scene.queued(how)
        async with open_desk(scene.folder, Near.start) as later:
            scene.turn(hours=1)
            later.context.now = scene.now
            later.accounts.sandbox = scene.box
            later.passwords.keep(ACCOUNT, scene.box.password)
            await later.outbox.drain(ACCOUNT)
            assert (await scene.standing(), await scene.went()) == ((HELD, Hold.MISSED), 0)
            assert await later.outbox.missed(ids) == ids
            await later.outbox.drain(ACCOUNT)
            later.accounts.sandbox = None
        assert (await scene.standing(), await scene.went()) == ((ACCEPTED, None), len(PEOPLE))

    on_scene(tmp_path, act)


def test_a_program_that_runs_all_day_was_not_away(tmp_path: Path) -> None:
    """What waits for a person's pause in an open window is not missed when that is opened anew."""

    async def act(scene: Scene) -> None:
        await scene.desk.outbox.pause()
        await scene.queued()
        await scene.desk.outbox.tend()
        for _ in range(3):
            scene.turn(minutes=4)
            await scene.desk.outbox.tend()
        async with open_desk(scene.folder, Near.start) as later:
            later.context.now = scene.now
            await later.outbox.tend()
        assert await scene.standing() == (QUEUED, None)

    on_scene(tmp_path, act)


def test_a_program_that_only_looks_at_the_outbox_could_not_have_sent(tmp_path: Path) -> None:
    """A scheduler lists the outbox all the time: what was overdue meanwhile asks first all the same."""

    async def act(scene: Scene) -> None:
        await scene.queued()
        for _ in range(4):
            scene.turn(minutes=2)
            async with open_desk(scene.folder, Near.start) as looks:
                looks.context.now = scene.now
                await looks.outbox.tend(sends=False)
        assert await scene.standing() == (HELD, Hold.MISSED)

    on_scene(tmp_path, act)


def test_a_start_that_is_still_to_come_goes_on_after_downtime(tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        draft = await scene.draft()
        start = scene.now() + timedelta(hours=2)
        await scene.desk.outbox.queue(replace(draft, options=replace(draft.options, start_at=start)))
        async with open_desk(scene.folder, Near.start) as later:
            scene.turn(hours=1)
            later.context.now = scene.now
            later.accounts.sandbox = scene.box
            later.passwords.keep(ACCOUNT, scene.box.password)
            await later.outbox.drain(ACCOUNT)
            later.accounts.sandbox = None
        assert (await scene.standing(), await scene.went()) == ((ACCEPTED, None), len(PEOPLE))

    on_scene(tmp_path, act)


def test_a_pause_that_outlasts_the_program_is_no_downtime_once_it_is_ended(tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        outbox = scene.desk.outbox
        await outbox.pause()
        await scene.queued()
        await outbox.drain(ACCOUNT)
        assert (await scene.standing(), await scene.went()) == ((QUEUED, None), 0)
        assert outbox.paused
        async with open_desk(scene.folder, Near.start) as other:
            assert (await other.outbox.entries(), other.outbox.paused)[1]
            await other.outbox.resume()
        await outbox.entries()
        assert not outbox.paused
        await outbox.pause(ACCOUNT)
        await outbox.drain(ACCOUNT)
        assert not outbox.paused and await scene.went() == 0
        assert (await outbox.tend())[ACCOUNT] == set()
        await outbox.resume(ACCOUNT)
        await outbox.drain(ACCOUNT)
        assert await scene.went() == len(PEOPLE)

    on_scene(tmp_path, act)


def test_a_refused_account_holds_all_of_its_jobs_until_it_is_mended(tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        outbox, box = scene.desk.outbox, scene.box
        await scene.queued()
        await scene.queued()
        await box.fault("post", "status", 401, times=2)
        await outbox.drain(ACCOUNT)
        states = {entry.state for entry in await outbox.entries()}
        assert EntryState.REFUSED in states and states <= {EntryState.REFUSED, HELD}
        await scene.queued()
        assert await scene.standing() == (HELD, Hold.ACCOUNT)
        await outbox.drain(ACCOUNT)
        assert await scene.went() == 0
        await box.fault("post", "status", 401, times=0)
        (account,) = await scene.desk.accounts.every()
        await scene.desk.accounts.save(account, None)
        await outbox.drain(ACCOUNT)
        assert {entry.state for entry in await outbox.entries()} == {ACCEPTED}
        assert await scene.went() == 3 * len(PEOPLE)

    on_scene(tmp_path, act)


def test_what_a_refused_account_held_up_for_days_asks_first(tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        outbox = scene.desk.outbox
        await scene.queued()
        await scene.box.fault("post", "status", 401)
        await outbox.drain(ACCOUNT)
        await scene.queued()
        scene.turn(days=2)
        (account,) = await scene.desk.accounts.every()
        await scene.desk.accounts.save(account, None)
        held, refused = await outbox.entries()
        assert (held.hold, refused.state) == (Hold.MISSED, EntryState.REFUSED)
        await outbox.drain(ACCOUNT)
        assert await scene.went() == 0
        await outbox.send_now([held.id])
        await outbox.retry(refused.id)
        await outbox.drain(ACCOUNT)
        assert await scene.went() == 2 * len(PEOPLE)

    on_scene(tmp_path, act)


def test_bytes_that_are_not_what_was_queued_are_held_and_never_go(tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        outbox = scene.desk.outbox
        (first,) = await scene.queued()
        await scene.queued()
        good = await scene.desk.outbox.body(first)
        damage = update(schema.bodies).where(schema.bodies.c.body == good).values(body=b'{"messages": []}')
        await scene.desk.context.write(lambda connection: connection.execute(damage).rowcount)
        await outbox.drain(ACCOUNT)
        second, damaged = await outbox.entries()
        assert (second.state, damaged.state, damaged.hold) == (ACCEPTED, HELD, Hold.BODY)
        assert await outbox.send_now([first]) == ()
        await outbox.release(ACCOUNT)
        await outbox.drain(ACCOUNT)
        assert await scene.went() == len(PEOPLE)
        assert await outbox.cancel([first]) == (first,)

    on_scene(tmp_path, act)


def test_held_by_a_person_and_sent_now_by_a_person(tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        outbox = scene.desk.outbox
        ids = await scene.queued()
        await outbox.hold(ids)
        await outbox.drain(ACCOUNT)
        assert (await scene.standing(), await scene.went()) == ((HELD, Hold.PERSON), 0)
        assert await outbox.send_now(ids) == ids
        await outbox.drain(ACCOUNT)
        assert await scene.went() == len(PEOPLE)

    on_scene(tmp_path, act)


def test_a_later_try_can_be_made_now(tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        outbox = scene.desk.outbox
        ids = await scene.queued()
        await scene.box.fault("post", "status", 429)
        await outbox.drain(ACCOUNT, give_up_after=1)
        assert (await scene.entry()).not_before
        await outbox.send_now(ids)
        assert (await scene.standing(), (await scene.entry()).not_before) == ((QUEUED, None), None)
        assert "hurried" in await scene.codes()

    on_scene(tmp_path, act)


def test_what_has_not_left_is_withdrawn_into_a_new_draft(tmp_path: Path) -> None:
    """3001 people are two jobs; the first has gone, the second's one person is the draft's."""

    async def act(scene: Scene) -> None:
        outbox, desk = scene.desk.outbox, scene.desk
        people = [f"+49176{20000000 + n * 7}" for n in range(3001)]
        first, second = await scene.queued(people=people)
        await outbox.hold([second])
        await outbox.drain(ACCOUNT)
        sent = await scene.entry()
        draft = await outbox.withdraw(sent.campaign_id)
        assert draft is not None and draft.id != sent.campaign_id
        assert draft.name == "Autumn, withdrawn"
        opened = (await desk.campaigns.open(draft.id)).campaign
        assert list(opened.messages[0].recipients.dst) == people[3000:]
        assert [e.state for e in await outbox.entries()] == [EntryState.CANCELLED, ACCEPTED]
        assert await outbox.withdraw(sent.campaign_id) is None
        await outbox.queue(opened)
        await outbox.drain(ACCOUNT)
        assert sorted(message["dst"] for message in await scene.box.messages()) == sorted(people)
        assert first < second

    on_scene(tmp_path, act)


def test_the_same_key_never_sends_twice(tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        outbox = scene.desk.outbox
        assert await outbox.by_key("nightly") == ()
        first = await scene.queued(Handing(key="nightly"))
        assert await scene.queued(Handing(key="nightly")) == first
        assert [entry.id for entry in await outbox.by_key("nightly")] == list(first)
        other = await scene.queued(Handing(key="weekly"))
        assert other != first
        await outbox.drain(ACCOUNT)
        assert await scene.went() == 2 * len(PEOPLE)

    on_scene(tmp_path, act)


def test_an_undo_window_has_its_bounds() -> None:
    assert Handing(undo=timedelta(minutes=15)).undo
    for span in (timedelta(minutes=15, seconds=1), timedelta(seconds=-1)):
        with pytest.raises(ValueError, match="0 to 15 minutes"):
            Handing(undo=span)
