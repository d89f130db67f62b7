"""Jobs of other programs on the real sandbox: all of them are found, none twice, and ours stay ours."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from turning import ACCOUNT, PEOPLE, Scene, on_scene

from smsdesk.api.wire import encode_job
from smsdesk.core.discovering import progress
from smsdesk.core.errors import SmsDeskError
from smsdesk.core.job_looks import JobLook
from smsdesk.core.options import Options
from smsdesk.core.outbox import EntryState
from smsdesk.core.request import JobId, JobRequest, RequestMessage, RequestRecipient
from smsdesk.desk import discovering
from smsdesk.store import discovering as stored
from smsdesk.store.jobs import JobLine


async def by_another(scene: Scene, text: str = "Hi from the shop") -> JobId:
    client = await scene.desk.accounts.client(ACCOUNT)
    people = tuple(RequestRecipient(dst) for dst in PEOPLE)
    return await client.post_job(encode_job(JobRequest((RequestMessage(text, people),), Options())))


async def known(scene: Scene) -> tuple[JobLine, ...]:
    reports = scene.desk.reports
    return await reports.lines(await reports.keys(JobLook()))


def test_jobs_of_other_programs_are_found_in_every_data_centre(tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        others = {await by_another(scene, f"Text {at}") for at in range(6)}
        await scene.queued()
        await scene.desk.outbox.drain(ACCOUNT)
        (mine,) = await known(scene)
        assert await scene.desk.discovering.look(ACCOUNT) == len(others)
        found = await known(scene)
        assert {line.job_id for line in found if not line.own} == others
        assert [line.job_id for line in found if line.own] == [mine.job_id]
        assert scene.desk.discovering.progress[ACCOUNT].share == pytest.approx(1)
        assert scene.desk.discovering.progress[ACCOUNT].found == len(others)
        await scene.box.advance(timedelta(days=4).total_seconds())
        for _ in range(3):
            scene.turn(seconds=20)
            await scene.box.advance(20)
            await scene.desk.jobs.ask_due()
        final = await known(scene)
        assert all(line.final and line.sms_count == len(PEOPLE) for line in final)
        (row, *_) = (await scene.desk.support.find(PEOPLE[0])).lines
        assert row.dst == PEOPLE[0]

    on_scene(tmp_path, act, data_centres=2, rate=1000)


def test_it_goes_on_where_it_stopped_and_then_by_what_is_new(tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        await by_another(scene)
        await scene.box.fault("jobs", "status", 500)
        with pytest.raises(SmsDeskError):
            await scene.desk.discovering.look(ACCOUNT)
        assert await known(scene) == ()
        used = await scene.desk.jobs.used(ACCOUNT)
        assert await scene.desk.discovering.look(ACCOUNT) == 0
        assert await scene.desk.jobs.used(ACCOUNT) == used, "it is left alone for a while"
        scene.turn(seconds=2)
        assert await scene.desk.discovering.look(ACCOUNT) == 1
        await by_another(scene)
        assert await scene.desk.discovering.look(ACCOUNT) == 0
        scene.turn(minutes=11)
        used = await scene.desk.jobs.used(ACCOUNT)
        assert await scene.desk.discovering.look(ACCOUNT) == 1
        assert await scene.desk.jobs.used(ACCOUNT) - used == 1

    on_scene(tmp_path, act)


def test_three_months_are_listed_in_windows_and_pages_though_jobs_arrive_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def act(scene: Scene) -> None:
        monkeypatch.setattr(discovering, "PAGE", 2)
        others = []
        for month in range(4):
            others += [await by_another(scene, f"Text {month} {at}") for at in range(5)]
            if month < 3:
                await scene.box.advance(timedelta(days=29).total_seconds())
                scene.turn(days=29)
        shares, listed = [], scene.desk.context.write

        async def watched(verb: Any, *given: Any) -> Any:
            if verb is stored.keep_found and len(others) < 26:
                # One more while the list is read page by page.
                others.append(await by_another(scene, f"Late {len(others)}"))
            answer = await listed(verb, *given)
            if verb is stored.list_to:
                shares.append(progress(given[-1], scene.now()))
            return answer

        scene.desk.context.write = watched  # type: ignore[method-assign]
        await scene.desk.discovering.look(ACCOUNT)
        scene.turn(minutes=11)
        await scene.desk.discovering.look(ACCOUNT)
        found = await known(scene)
        assert len(others) == 26
        assert {line.job_id for line in found} == {*others}
        assert len(found) == len(others), "none twice"
        assert [round(one, 3) for one in shares] == sorted(round(one, 3) for one in shares)
        assert len(shares) >= 4
        assert 0 < shares[0] < 0.5 < shares[-1]

    on_scene(tmp_path, act, rate=1000)


def test_a_data_centre_that_is_down_keeps_nobody_from_the_jobs_of_the_other(tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        others = {await by_another(scene, f"Text {at}") for at in range(16)}
        await scene.box.fault_rate("every", "down", 1.0, 1)
        with pytest.raises(SmsDeskError):
            await scene.desk.discovering.look(ACCOUNT)
        assert 0 < len(await known(scene)) < len(others)
        await scene.box.fault_rate("every", "down", 0, 1)
        scene.turn(minutes=1)
        await scene.desk.discovering.look(ACCOUNT)
        assert {line.job_id for line in await known(scene)} == others

    on_scene(tmp_path, act, data_centres=2, rate=1000)


def test_a_job_found_before_its_own_answer_came_is_ours_in_the_end(tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        await scene.queued()
        await scene.box.fault("post", "lost_answer")
        await scene.desk.outbox.drain(ACCOUNT)
        assert (await scene.entry()).state is EntryState.UNCERTAIN
        assert await scene.desk.discovering.look(ACCOUNT) == 1
        scene.turn(seconds=20)
        await scene.desk.jobs.ask_due()
        assert [line.own for line in await known(scene)] == [False]
        scene.turn(minutes=1)
        await scene.desk.outbox.look_up(ACCOUNT, all_of_them=True)
        entry = await scene.entry()
        assert entry.state is EntryState.ACCEPTED
        (line,) = await known(scene)
        assert (line.job_id, line.own) == (entry.job_id, True)
        assert len(await scene.desk.jobs.recipients(line.key)) == len(PEOPLE)

    on_scene(tmp_path, act)
