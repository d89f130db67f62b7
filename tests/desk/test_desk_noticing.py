"""News of a desk on a real sandbox: each is told once, when it happens, and not while it is muted."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from turning import ACCOUNT, Scene, on_scene, pragma

from smsdesk.core.errors import WorkspaceReadOnly
from smsdesk.core.noticing import Kind, News
from smsdesk.core.outbox import EntryState
from smsdesk.desk import noticing
from smsdesk.desk.desk import open_desk

GOOD = [f"+491760406900{at}" for at in range(10)]
WRONG = [f"+1{area}5550198" for area in range(201, 231)]
LONG = timedelta(days=4).total_seconds()


async def send(scene: Scene, people: list[str], name: str) -> None:
    await scene.desk.outbox.queue(await scene.draft(people, name))
    await scene.desk.outbox.drain(ACCOUNT)


async def report(scene: Scene) -> None:
    await scene.box.advance(LONG)
    scene.turn(minutes=1)
    await scene.desk.jobs.ask_due()


async def kinds(scene: Scene) -> list[Kind]:
    return [news.kind for news in await scene.desk.noticing.look()]


def test_a_campaign_is_told_once_when_it_is_finished(tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        await send(scene, GOOD, "Before")
        await report(scene)
        assert await kinds(scene) == []
        await send(scene, GOOD[:4], "Autumn")
        assert await kinds(scene) == []
        await report(scene)
        (news,) = await scene.desk.noticing.look()
        assert news.kind is Kind.FINISHED
        assert news.values == {"name": "Autumn", "delivered": 4, "n": 4, "failed": 0}
        assert await kinds(scene) == []

    on_scene(tmp_path, act)


def test_the_end_is_told_of_what_was_over_at_once_and_of_what_took_a_week(tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        await scene.desk.noticing.look()
        await send(scene, GOOD[:2], "At once")
        await report(scene)
        assert await kinds(scene) == [Kind.FINISHED]
        await send(scene, GOOD[:4], "In a week")
        assert await kinds(scene) == []
        scene.turn(days=7)
        await report(scene)
        assert await kinds(scene) == [Kind.FINISHED]
        assert await kinds(scene) == []

    on_scene(tmp_path, act)


def test_what_happens_while_the_workspace_takes_nothing_is_told_once_it_does(tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        desk = scene.desk
        await desk.noticing.look()
        await send(scene, GOOD[:4], "Autumn")
        assert await kinds(scene) == []
        await report(scene)
        pragma(desk, "query_only=1")
        with pytest.raises(WorkspaceReadOnly):
            await desk.noticing.look()
        pragma(desk, "query_only=0")
        assert await kinds(scene) == [Kind.FINISHED]
        assert await kinds(scene) == []

    on_scene(tmp_path, act)


def test_a_refused_account_is_told_where_only_reports_are_asked_for(tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        await send(scene, GOOD, "Autumn")
        assert await kinds(scene) == []
        await scene.box.fault("every", "status", 401, times=100)
        for _ in range(2):
            scene.turn(minutes=1)
            await scene.desk.jobs.ask_due()
        (news,) = await scene.desk.noticing.look()
        assert (news.kind, news.about) == (Kind.REFUSED, ACCOUNT)
        scene.turn(minutes=5)
        await scene.desk.jobs.ask_due()
        assert await kinds(scene) == []

    on_scene(tmp_path, act)


def test_unusual_failures_are_told_unless_they_are_muted(tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        await scene.desk.noticing.look()
        await send(scene, WRONG, "Autumn")
        assert await kinds(scene) == []
        await scene.desk.put_setting("mute.finished", "1")
        await report(scene)
        (news,) = await scene.desk.noticing.look()
        assert (news.kind, news.values["n"]) == (Kind.FAILURES, len(WRONG))
        assert await kinds(scene) == []

    on_scene(tmp_path, act)


def test_a_refused_account_and_a_job_in_doubt_are_told(tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        await scene.desk.noticing.look()
        await scene.box.fault("post", "lost_answer")
        await send(scene, GOOD, "Doubtful")
        assert (await scene.entry()).state is EntryState.UNCERTAIN
        (news,) = await scene.desk.noticing.look()
        assert (news.kind, news.values) == (Kind.UNCERTAIN, {"name": "Doubtful", "n": 1})
        await scene.box.fault("post", "status", 401)
        await send(scene, GOOD, "Refused")
        assert await kinds(scene) == [Kind.REFUSED]
        assert await kinds(scene) == []

    on_scene(tmp_path, act)


def test_of_two_windows_one_tells(tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        async with open_desk(scene.folder) as other:
            other.context.now = scene.now
            windows = (scene.desk.noticing, other.noticing)
            for window in windows:
                assert await window.look() == ()
            await send(scene, GOOD, "Autumn")
            await report(scene)
            told = [await window.look() for window in reversed(windows)]
            assert [[news.kind for news in some] for some in told] == [[Kind.FINISHED], []]
            scene.turn(minutes=5)
            await send(scene, GOOD[:2], "Winter")
            await report(scene)
            told = [await window.look() for window in windows]
            assert [[news.kind for news in some] for some in told] == [[Kind.FINISHED], []]

    on_scene(tmp_path, act)


def test_a_window_that_begins_anew_tells_nothing_again(tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        await scene.desk.noticing.look()
        await send(scene, WRONG, "Autumn")
        await report(scene)
        assert set(await kinds(scene)) == {Kind.FINISHED, Kind.FAILURES}
        async with open_desk(scene.folder) as other:
            other.context.now = scene.now
            scene.turn(minutes=5)
            for _ in range(2):
                assert await other.noticing.look() == ()

    on_scene(tmp_path, act)


def test_while_it_runs_news_is_told_when_it_happens_and_nothing_is_looked_at_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(noticing, "PAUSE", timedelta(0))

    async def act(scene: Scene) -> None:
        told, looks = asyncio.Queue[News](), 0
        look = scene.desk.noticing.look

        async def counted() -> tuple[News, ...]:
            nonlocal looks
            looks += 1
            return await look()

        monkeypatch.setattr(scene.desk.noticing, "look", counted)
        scene.desk.noticing.on_news = told.put_nowait
        runs = asyncio.create_task(scene.desk.noticing.run())
        for _ in range(60):
            # One after the other on the thread that a look reads on.
            await scene.desk.context.read(lambda _: None)
        before = looks
        assert before <= 2, "nothing has happened"
        await send(scene, GOOD[:4], "Autumn")
        await report(scene)
        async with asyncio.timeout(600):
            assert (await told.get()).kind is Kind.FINISHED
        assert looks > before
        runs.cancel()

    on_scene(tmp_path, act)
