"""Tasks: one owner, replaced by key, expected errors told, bugs told without any value."""

import asyncio

from smsdesk.core.errors import NoConnection
from smsdesk.desk.changes import Change, Changes, Topic
from smsdesk.desk.tasks import Notice, Tasks


def test_a_key_replaces_its_older_task() -> None:
    async def scene() -> list[str]:
        ended: list[str] = []

        async def work(name: str, forever: asyncio.Event) -> None:
            try:
                await forever.wait()
            finally:
                ended.append(name)

        tasks, never, now = Tasks(lambda _: None), asyncio.Event(), asyncio.Event()
        now.set()
        first = tasks.start("save", work("first", never))
        await asyncio.sleep(0)
        second = tasks.start("save", work("second", now))
        await asyncio.gather(first, second, return_exceptions=True)
        assert first.cancelled()
        assert not tasks.runs("save")
        return ended

    assert sorted(asyncio.run(scene())) == ["first", "second"]


def test_what_has_ended_runs_no_more_in_the_very_next_turn() -> None:
    """Who hears of a change in that turn starts another one, or nobody would."""

    async def scene() -> list[bool]:
        seen: list[bool] = []

        async def work() -> None:
            asyncio.get_running_loop().call_soon(lambda: seen.append(tasks.runs("load")))

        tasks = Tasks(lambda _: None)
        await tasks.start("load", work())
        return seen

    assert asyncio.run(scene()) == [False]


def test_stop_waits_for_what_cleaning_up_takes() -> None:
    async def scene() -> bool:
        cleaned = False

        async def work() -> None:
            nonlocal cleaned
            try:
                await asyncio.Event().wait()
            finally:
                await asyncio.sleep(0)
                cleaned = True

        tasks = Tasks(lambda _: None)
        tasks.start("watch", work())
        await asyncio.sleep(0)
        await tasks.stop()
        return cleaned

    assert asyncio.run(scene())


def _notice_of(error: Exception) -> Notice:
    async def scene() -> list[Notice]:
        notices: list[Notice] = []

        async def work() -> None:
            raise error

        await Tasks(notices.append).start("send", work())
        return notices

    (notice,) = asyncio.run(scene())
    return notice


def test_an_expected_error_becomes_a_notice_with_it() -> None:
    error = NoConnection(host="127.0.0.1")
    assert _notice_of(error).error is error


def test_a_bug_becomes_a_notice_that_shows_the_place_and_no_value() -> None:
    notice = _notice_of(ValueError("+4917620000000"))
    assert notice.code == "bug"
    assert "ValueError" in notice.details
    assert "4917620000000" not in notice.details


def test_changes_are_told_once_a_turn() -> None:
    async def scene() -> list[Change]:
        told: list[Change] = []
        changes = Changes()
        end = changes.listen(told.append)
        changes.tell(Topic.JOBS)
        changes.tell(Topic.JOBS, Topic.OUTBOX)
        await asyncio.sleep(0)
        end()
        changes.tell(Topic.CAMPAIGNS)
        await asyncio.sleep(0)
        return told

    assert asyncio.run(scene()) == [Change(frozenset({Topic.JOBS, Topic.OUTBOX}))]
