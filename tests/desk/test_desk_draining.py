"""The sender on the real sandbox: several jobs at once, each exactly once, whatever stops it."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from near import Near
from turning import ACCOUNT, PEOPLE, Scene, around_writes, held, on_scene

from smsdesk.core.errors import NotSent, WorkspaceBusy, WorkspaceFull
from smsdesk.core.outbox import EntryState
from smsdesk.desk import draining
from smsdesk.desk.desk import open_desk
from smsdesk.store import outbox, sending

SENDING, ACCEPTED, WAITING = EntryState.SENDING, EntryState.ACCEPTED, EntryState.WAITING


async def until(scene: Scene, holds: Callable[[list[EntryState]], bool]) -> None:
    """Turns the loop until the states of the entries fulfil a condition."""
    async with asyncio.timeout(600):
        while not holds([entry.state for entry in await scene.desk.outbox.entries()]):
            await asyncio.sleep(0)


async def arrived(scene: Scene) -> None:
    """Until the service has the request: it has used up its fault."""
    async with asyncio.timeout(600):
        while (await scene.box.state())["faults"]:
            await asyncio.sleep(0)


def test_two_go_at_once_at_first_and_more_as_answers_come(tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        for _ in range(6):
            await scene.queued()
        answered = held(scene.desk)
        drained = asyncio.ensure_future(scene.desk.outbox.drain(ACCOUNT))
        await until(scene, lambda states: states.count(SENDING) == 2)
        answered.set()
        await drained
        assert {entry.state for entry in await scene.desk.outbox.entries()} == {ACCEPTED}
        assert await scene.went() == 6 * len(PEOPLE)

    on_scene(tmp_path, act)


def test_too_many_requests_slow_the_account_down_and_everything_goes_later(tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        async def sleep(seconds: float) -> None:
            """Turns the clock in place of waiting, the heartbeat apart."""
            if seconds == draining.BEAT.total_seconds():
                await asyncio.Event().wait()
            scene.turn(seconds=seconds)
            await asyncio.sleep(0.01)

        scene.desk.context.sleep = sleep
        for _ in range(4):
            await scene.queued()
        await scene.box.fault("post", "status", 429, times=2)
        began = scene.now()
        await scene.desk.outbox.drain(ACCOUNT)
        assert {entry.state for entry in await scene.desk.outbox.entries()} == {ACCEPTED}
        assert scene.now() - began >= timedelta(seconds=2)
        slow = scene.desk.outbox._draining.paces[ACCOUNT]
        assert slow.allowed < 20 and slow.slowed_at is not None
        assert await scene.went() == 4 * len(PEOPLE)

    on_scene(tmp_path, act)


def test_each_try_is_kept_as_it_went_over_the_wire_without_credentials(tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        (entry,) = await scene.queued()
        sent_at = scene.now()
        await scene.box.fault("post", "html")
        await scene.desk.outbox.drain(ACCOUNT)
        await scene.desk.outbox.send_again(entry)
        await scene.desk.outbox.drain(ACCOUNT)
        lost, accepted = await scene.desk.outbox.exchanges(entry)
        assert lost.body == accepted.body == await scene.desk.outbox.body(entry)
        assert accepted.request == f"POST {scene.box.url}/jobs"
        names = {name.lower() for name, _ in accepted.headers}
        assert {"host", "content-type", "content-length", "user-agent"} <= names
        secrets = scene.box.password, "authorization", "basic "
        kept = repr((lost, accepted)).lower()
        assert not [secret for secret in secrets if secret.lower() in kept]
        assert (accepted.status in (200, 201), accepted.error) == (True, None)
        assert str((await scene.entry()).job_id).encode() in accepted.answer
        assert lost.error == "unreadable" and b"<html" in lost.answer.lower()
        assert accepted.answered_at is not None
        assert sent_at <= lost.at <= accepted.at <= accepted.answered_at

    on_scene(tmp_path, act)


def test_without_an_answer_the_request_is_kept_all_the_same(tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        (entry,) = await scene.queued()
        await scene.box.fault("post", "reset")
        await scene.desk.outbox.drain(ACCOUNT)
        (one,) = await scene.desk.outbox.exchanges(entry)
        assert (one.status, one.answered_at, one.answer, one.error) == (None, None, b"", "no_answer")
        assert one.request.startswith("POST ")

    on_scene(tmp_path, act)


def test_who_slept_between_taking_and_sending_sends_nothing(tmp_path: Path) -> None:
    """On the brink of the first byte the lease may be over: then it does not leave."""

    async def act(scene: Scene) -> None:
        await scene.queued()

        async def sleeps(write: Callable[[], Awaitable[Any]]) -> Any:
            taken = await write()
            scene.turn(minutes=2)
            return taken

        around_writes(scene.desk, sending.take_within, sleeps)
        error = await scene.desk.outbox.drain(ACCOUNT, give_up_after=1)
        assert isinstance(error, NotSent)
        assert ((await scene.entry()).state, await scene.went()) == (WAITING, 0)

    on_scene(tmp_path, act)


def test_who_was_taken_for_dead_sends_nothing_whatever_the_clock_says(tmp_path: Path) -> None:
    """The clock went on and back while it stood still: no time tells it that it was."""

    async def act(scene: Scene) -> None:
        await scene.queued()

        async def stands_still(write: Callable[[], Awaitable[Any]]) -> Any:
            taken = await write()
            later = scene.now() + timedelta(minutes=2)
            await scene.desk.context.write(outbox.abandon, later, "another")
            return taken

        around_writes(scene.desk, sending.take_within, stands_still)
        error = await scene.desk.outbox.drain(ACCOUNT)
        assert isinstance(error, NotSent)
        assert ((await scene.entry()).state, await scene.went()) == (EntryState.UNCERTAIN, 0)

    on_scene(tmp_path, act)


def test_an_answer_that_could_not_be_written_is_written_before_anything_else(tmp_path: Path) -> None:
    """The disk is full at the worst moment: the job is at the service, and it is not sent again."""

    async def act(scene: Scene) -> None:
        await scene.queued()
        full = [True]

        async def fails_once(write: Callable[[], Awaitable[Any]]) -> Any:
            if full.pop() if full else False:
                raise WorkspaceFull(folder="workspace")
            return await write()

        around_writes(scene.desk, outbox.settle, fails_once)
        with pytest.raises(WorkspaceFull):
            await scene.desk.outbox.drain(ACCOUNT)
        assert (await scene.entry()).state is SENDING
        await scene.desk.outbox.drain(ACCOUNT)
        assert ((await scene.entry()).state, await scene.went()) == (ACCEPTED, len(PEOPLE))

    on_scene(tmp_path, act)


def test_an_answer_that_is_written_twice_at_a_time_is_one_step(tmp_path: Path) -> None:
    """While an answer is being written, somebody looks after what could not be written."""

    async def act(scene: Scene) -> None:
        await scene.queued()
        held, go = asyncio.Event(), asyncio.Event()

        async def slow(write: Callable[[], Awaitable[Any]]) -> Any:
            done = await write()
            if not held.is_set():
                held.set()
                await go.wait()
            return done

        around_writes(scene.desk, outbox.settle, slow)
        drained = asyncio.ensure_future(scene.desk.outbox.drain(ACCOUNT))
        await held.wait()
        await scene.desk.outbox.tend()
        go.set()
        assert await drained is None
        assert ((await scene.entry()).state, await scene.went()) == (ACCEPTED, len(PEOPLE))
        assert (await scene.codes()).count("accepted") == 1

    on_scene(tmp_path, act)


def test_while_one_breaks_the_others_come_to_their_end(tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        await scene.queued()
        await scene.queued()
        full, both = [True], asyncio.Barrier(2)

        async def fails_once(write: Callable[[], Awaitable[Any]]) -> Any:
            if full:
                await both.wait()
            if full.pop() if full else False:
                raise WorkspaceFull(folder="workspace")
            return await write()

        around_writes(scene.desk, outbox.settle, fails_once)
        with pytest.raises(WorkspaceFull):
            await scene.desk.outbox.drain(ACCOUNT)
        states = sorted(entry.state.value for entry in await scene.desk.outbox.entries())
        assert states == ["accepted", "sending"]
        await scene.desk.outbox.drain(ACCOUNT)
        assert {entry.state for entry in await scene.desk.outbox.entries()} == {ACCEPTED}
        assert await scene.went() == 2 * len(PEOPLE)

    on_scene(tmp_path, act)


def test_stopped_in_the_middle_it_is_uncertain_and_found(tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        await scene.queued()
        await scene.box.fault("post", "delay", 1)
        drained = asyncio.ensure_future(scene.desk.outbox.drain(ACCOUNT))
        await arrived(scene)
        drained.cancel()
        await asyncio.gather(drained, return_exceptions=True)
        entry = await scene.entry()
        assert (entry.state, entry.reason) == (EntryState.UNCERTAIN, "stopped")

    on_scene(tmp_path, act)


def test_an_account_that_is_saved_meanwhile_loses_no_answer(tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        await scene.queued()
        await scene.box.fault("post", "delay", 1)
        drained = asyncio.ensure_future(scene.desk.outbox.drain(ACCOUNT))
        await until(scene, lambda states: states == [SENDING])
        (account,) = await scene.desk.accounts.every()
        await scene.desk.accounts.save(account, None)
        await drained
        assert (await scene.entry()).state is ACCEPTED

    on_scene(tmp_path, act)


def test_a_long_answer_outlasts_the_lease_for_its_heart_beats(tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        naps: asyncio.Queue[None] = asyncio.Queue()
        beats: asyncio.Queue[None] = asyncio.Queue()
        answered, sleep = held(scene.desk), scene.desk.context.sleep

        async def told(seconds: float) -> None:
            """The heart beats when it is told to."""
            if seconds != draining.BEAT.total_seconds():
                return await sleep(seconds)
            naps.put_nowait(None)
            return await beats.get()

        scene.desk.context.sleep = told
        await scene.queued()
        drained = asyncio.ensure_future(scene.desk.outbox.drain(ACCOUNT))
        await until(scene, lambda states: states == [SENDING])
        async with open_desk(scene.folder, Near.start) as second, asyncio.timeout(600):
            second.context.now = scene.now
            while scene.ahead < 3 * draining.LEASE:
                await naps.get()
                with pytest.raises(WorkspaceBusy):
                    await second.outbox.drain(ACCOUNT)
                scene.turn(seconds=draining.BEAT.total_seconds())
                beats.put_nowait(None)
        assert (await scene.entry()).state is SENDING
        answered.set()
        await drained
        assert ((await scene.entry()).state, await scene.went()) == (ACCEPTED, len(PEOPLE))

    on_scene(tmp_path, act)


def test_a_clock_set_back_makes_nothing_worse_than_a_later_try(tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        await scene.queued()
        await scene.box.fault("post", "status", 429)
        await scene.desk.outbox.drain(ACCOUNT, give_up_after=1)
        scene.turn(hours=-3)
        await scene.desk.outbox.drain(ACCOUNT)
        assert ((await scene.entry()).state, await scene.went()) == (ACCEPTED, len(PEOPLE))

    on_scene(tmp_path, act)


def test_a_clock_set_forward_makes_nothing_worse_either(tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        await scene.queued()
        await scene.box.fault("post", "delay", 1)
        drained = asyncio.ensure_future(scene.desk.outbox.drain(ACCOUNT))
        await arrived(scene)
        scene.turn(days=3)
        await scene.queued()
        await drained
        assert {entry.state for entry in await scene.desk.outbox.entries()} == {ACCEPTED}
        assert await scene.went() == 2 * len(PEOPLE)

    on_scene(tmp_path, act)
