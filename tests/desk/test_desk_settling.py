"""Settling on the real sandbox: every data centre is asked, by the mark; what none has is a fact in time."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from turning import ACCOUNT, PEOPLE, Scene, on_scene

from smsdesk.api.client import Client
from smsdesk.core.errors import RecipientsDiffer
from smsdesk.core.outbox import SETTLING, EntryState
from smsdesk.core.request import JobId
from smsdesk.desk.tasks import Notice
from smsdesk.store import outbox as stored

UNCERTAIN, ACCEPTED, REFUSED = EntryState.UNCERTAIN, EntryState.ACCEPTED, EntryState.REFUSED
NOT_THERE = ["asked_not_there", "asked_not_there"]


async def lost(scene: Scene, fault: str = "reset") -> None:
    """Queues a campaign and loses the answer of its POST."""
    await scene.queued()
    await scene.box.fault("post", fault)
    await scene.desk.outbox.drain(ACCOUNT)
    assert (await scene.entry()).state is UNCERTAIN


async def ask_in_time(scene: Scene) -> None:
    """Asks while the settling time goes by; before the last question nothing is a fact."""
    for _ in range(2):
        assert (await scene.entry()).not_found_at is None
        scene.turn(seconds=SETTLING.total_seconds() / 2)
        await scene.desk.outbox.look_up(ACCOUNT)


def test_not_found_is_a_fact_after_the_settling_time_asked_again_and_no_resend(tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        outbox = scene.desk.outbox
        await lost(scene)
        await outbox.look_up(ACCOUNT)
        assert (await scene.entry()).not_found_at is None
        await ask_in_time(scene)
        entry = await scene.entry()
        assert (entry.state, entry.not_found_at) == (UNCERTAIN, entry.asked_at)
        assert (await scene.codes())[-7:] == [*NOT_THERE, *NOT_THERE, *NOT_THERE, "not_found_anywhere"]
        await outbox.look_up(ACCOUNT)
        again = await scene.entry()
        assert again.not_found_at == entry.not_found_at
        assert (await scene.codes()).count("not_found_anywhere") == 1
        await outbox.drain(ACCOUNT)
        assert ((await scene.entry()).state, await scene.went()) == (UNCERTAIN, 0)
        await outbox.send_again(entry.id)
        await outbox.drain(ACCOUNT)
        assert ((await scene.entry()).state, await scene.went()) == (ACCEPTED, len(PEOPLE))
        first, second = await outbox.exchanges(entry.id)
        assert first.body == second.body == await outbox.body(entry.id)

    on_scene(tmp_path, act, data_centres=2)


def test_a_service_that_tells_one_page_for_ever_has_not_said_that_a_job_is_not_there(tmp_path: Path) -> None:
    page = [{"jobId": f"J.20310301-080000.000-0aaaaaaaaaa{number:06}"} for number in range(1000)]
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.params["offset"])
        return httpx.Response(200, json=page)

    async def act(scene: Scene) -> None:
        await lost(scene)
        account = await scene.desk.accounts.named(ACCOUNT)
        stubborn = Client(account, "hush", transport=httpx.MockTransport(answer))
        scene.desk.accounts._clients[ACCOUNT] = stubborn
        scene.turn(hours=1)
        await ask_in_time(scene)
        await scene.desk.outbox.look_up(ACCOUNT)
        assert (await scene.entry()).not_found_at is None
        assert (await scene.codes())[-1] == "asked_no_answer"
        assert asked == ["0", "1000"] * 3

    on_scene(tmp_path, act)


def test_asked_only_once_it_is_no_fact_however_late(tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        await lost(scene)
        scene.turn(hours=1)
        for _ in range(3):
            await scene.desk.outbox.look_up(ACCOUNT)
            assert (await scene.entry()).not_found_at is None
        scene.turn(seconds=SETTLING.total_seconds() / 2)
        await scene.desk.outbox.look_up(ACCOUNT)
        assert (await scene.entry()).not_found_at is not None

    on_scene(tmp_path, act)


@pytest.mark.parametrize("days", [-2, 2])
def test_a_clock_that_is_set_makes_no_fact_and_hinders_none(tmp_path: Path, days: int) -> None:
    async def act(scene: Scene) -> None:
        outbox = scene.desk.outbox
        await lost(scene)
        await outbox.look_up(ACCOUNT)
        scene.turn(days=days)
        for _ in range(3):
            await outbox.look_up(ACCOUNT)
            assert (await scene.entry()).not_found_at is None
        for _ in range(5):
            scene.turn(minutes=3)
            await outbox.look_up(ACCOUNT, all_of_them=False)
        assert (await scene.entry()).not_found_at is not None

    on_scene(tmp_path, act)


def test_a_data_centre_that_did_not_answer_counts_as_not_asked(tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        outbox = scene.desk.outbox
        await lost(scene)
        await scene.box.fault_rate("jobs", "down", 1.0, 2)
        for _ in range(3):
            await outbox.look_up(ACCOUNT)
            scene.turn(hours=1)
        assert (await scene.entry()).not_found_at is None
        assert {"asked_not_there", "asked_no_answer"} <= set(await scene.codes())
        await scene.box.fault_rate("jobs", "down", 0)
        await ask_in_time(scene)
        assert (await scene.entry()).not_found_at is not None

    on_scene(tmp_path, act, data_centres=2)


def test_a_job_that_shows_late_is_found_when_it_shows(tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        outbox, box = scene.desk.outbox, scene.box
        await box.fault_rate("jobs", "hidden", 1.0, 600)
        await lost(scene, "lost_answer")
        assert len(await outbox.look_up(ACCOUNT)) == 1
        await box.fault_rate("jobs", "hidden", 0)
        assert await outbox.look_up(ACCOUNT) == ()
        entry = await scene.entry()
        assert (entry.state, bool(entry.job_id), await scene.went()) == (ACCEPTED, True, len(PEOPLE))

    on_scene(tmp_path, act, data_centres=2)


def test_a_duplicate_that_carries_our_mark_is_accepted(tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        outbox = scene.desk.outbox
        await lost(scene, "lost_answer")
        await outbox.send_again((await scene.entry()).id)
        await scene.box.fault("post", "status", 409)
        await outbox.drain(ACCOUNT)
        entry = await scene.entry()
        assert (entry.state, entry.reason) == (UNCERTAIN, "duplicate")
        assert await outbox.look_up(ACCOUNT) == ()
        assert ((await scene.entry()).state, await scene.went()) == (ACCEPTED, len(PEOPLE))

    on_scene(tmp_path, act)


def test_a_duplicate_of_a_job_that_is_not_ours_is_refused_after_the_settling_time(tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        outbox = scene.desk.outbox
        await scene.queued()
        await scene.box.fault("post", "status", 409)
        await outbox.drain(ACCOUNT)
        await outbox.look_up(ACCOUNT)
        assert (await scene.entry()).state is UNCERTAIN
        await ask_in_time(scene)
        entry = await scene.entry()
        assert (entry.state, entry.reason, await scene.went()) == (REFUSED, "duplicate", 0)

    on_scene(tmp_path, act)


def test_it_is_not_asked_for_before_its_time(tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        outbox = scene.desk.outbox
        await lost(scene)
        for turned, asked in ((0, 1), (30, 1), (11, 2)):
            scene.turn(seconds=turned)
            await outbox.look_up(ACCOUNT, all_of_them=False)
            assert (await scene.codes()).count("asked_not_there") == asked

    on_scene(tmp_path, act)


def watched(
    seen: Callable[[list[Notice], list[str]], None], change: Callable[[Scene], Awaitable[None]]
) -> Callable[[Scene], Awaitable[None]]:
    """A job is found by its mark; ``change`` happens, then its recipients appear."""

    async def act(scene: Scene) -> None:
        notices: list[Notice] = []
        scene.desk.on_notice(notices.append)
        await lost(scene, "lost_answer")
        await change(scene)
        assert await scene.desk.outbox.look_up(ACCOUNT) == ()
        assert not {"recipients_agree", "recipients_differ"} & set(await scene.codes())
        await scene.desk.jobs.ask_due()
        seen(notices, await scene.codes())
        assert await scene.went() == len(PEOPLE)
        scene.turn(hours=1)
        await scene.desk.jobs.ask_due()
        assert sum(code.startswith("recipients_") for code in await scene.codes()) <= 1

    return act


def test_the_recipients_of_a_found_job_are_compared_when_they_appear(tmp_path: Path) -> None:
    async def nothing(scene: Scene) -> None:
        pass

    def agree(notices: list[Notice], codes: list[str]) -> None:
        assert (notices, codes[-1]) == ([], "recipients_agree")

    on_scene(tmp_path, watched(agree, nothing))


def test_other_recipients_are_told_loudly_and_nothing_is_sent(tmp_path: Path) -> None:
    async def other_body(scene: Scene) -> None:
        """On disk the job is one for somebody else, as if the service's carried our mark by a fault."""
        from sqlalchemy import delete, update

        from smsdesk.store import bodies, schema

        body = (await scene.desk.outbox.body((await scene.entry()).id)).replace(b"9012", b"9013")

        def write(connection: object) -> None:
            new = bodies.keep(connection, body)  # type: ignore[arg-type]
            connection.execute(update(schema.outbox).values(body_hash=new))  # type: ignore[attr-defined]
            connection.execute(delete(schema.exchanges))  # type: ignore[attr-defined]

        await scene.desk.context.write(write)

    def differ(notices: list[Notice], codes: list[str]) -> None:
        (notice,) = notices
        assert isinstance(notice.error, RecipientsDiffer)
        assert codes[-1] == "recipients_differ"

    on_scene(tmp_path, watched(differ, other_body))


@pytest.mark.parametrize("found", [True, False])
def test_an_answer_that_comes_late_settles_only_what_is_still_uncertain(tmp_path: Path, found: bool) -> None:
    async def act(scene: Scene) -> None:
        await lost(scene)
        entry, write = await scene.entry(), scene.desk.context.write
        if not found:
            await scene.desk.outbox.leave(entry.id)
        assert await write(stored.found, entry.id, JobId("J.1"), scene.now() + timedelta(1)) == found
        assert ((await scene.entry()).job_id is not None) == found

    on_scene(tmp_path, act)
