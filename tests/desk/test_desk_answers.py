"""The answer card from a workspace, without a network: each has to be true of what is known, and no more."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, update
from stored import NOW, Stored, store_job
from turning import Scene, around_writes, on_scene

from smsdesk.core.blackouts import Period
from smsdesk.core.campaign import Campaign
from smsdesk.core.handing import AT_ONCE, Handing
from smsdesk.core.outbox import EntryState
from smsdesk.core.request import RecipientReport, SmsId
from smsdesk.core.retention import Figures
from smsdesk.desk.desk import Desk, open_desk
from smsdesk.store import outbox, recording
from smsdesk.store.schema import jobs
from smsdesk.words.answers import AnswerWords, answer_words

ONE = "+4917604069012"
SURE, TELL, AGAIN = "How sure", "Tell the caller", "Sending again"


async def card(desk: Desk, number: str = ONE, at: int = 0) -> AnswerWords:
    """What is told of one of somebody's messages, the newest first."""
    person = await desk.support.person(number)
    (line,) = await desk.reports.sms([person.messages[at]])
    found = await desk.support.answer(line, person)
    assert found is not None
    return answer_words(found, "en", UTC, desk.now())


def offline(folder: Path, act: Callable[[Desk], Awaitable[None]]) -> None:
    async def run() -> None:
        async with open_desk(folder / "workspace") as desk:
            await act(desk)

    asyncio.run(run())


def test_what_another_program_sent_has_no_text_and_is_not_ours(tmp_path: Path) -> None:
    async def act(desk: Desk) -> None:
        await desk.context.write(store_job, "", [Stored(ONE, text=None)], NOW)
        words = await card(desk)
        assert words.happened.startswith("Another program on our account sent the message ")
        assert words.quoted[1] == "text unknown: sent by another program"
        assert dict(words.pairs)[SURE].startswith("Confirmed.")

    offline(tmp_path, act)


def test_a_state_that_nobody_knows_is_shown_as_it_is_and_promises_nothing(tmp_path: Path) -> None:
    async def act(desk: Desk) -> None:
        await desk.context.write(store_job, "Autumn", [Stored(ONE, process_status="PARKED", status=None)])
        words = await card(desk)
        assert words.title == "State not known to this program"
        assert "“PARKED”" in words.happened
        assert dict(words.pairs)[SURE] == "Not known. This program cannot say whether it arrived."
        assert dict(words.pairs)[AGAIN] == "Not before the provider has said what this means."

    offline(tmp_path, act)


def test_reports_that_contradict_each_other_are_both_told(tmp_path: Path) -> None:
    async def act(desk: Desk) -> None:
        await desk.context.write(store_job, "Autumn", [Stored(ONE, reference="r")], NOW, "J.one")
        (line,) = await desk.jobs.lines()
        told = RecipientReport(
            SmsId(f"S.{NOW:%Y%m%d}-{0:06}"), ONE, "DONE", "FAILED_FIN", "r", "no such phone", NOW, NOW
        )
        later = NOW + timedelta(minutes=1)
        await desk.context.write(recording.record, line.key, "u", None, (told,), later, later)
        words = await card(desk)
        assert words.title == "The reports contradict each other"
        assert "The network confirmed " in words.happened
        assert "something else on Monday 23 November 2026 at 14:03:00: The network says" in words.happened
        assert dict(words.pairs)[SURE] == "Not known. Both reports cannot hold."
        assert "FAILED_FIN no such phone (contradicts an earlier report)" in words.support_plain
        assert "FAILED_FIN" not in words.plain

    offline(tmp_path, act)


def _closed(connection: Connection, at: datetime) -> None:
    connection.execute(update(jobs).values(closed_at=at, final=True))


@pytest.mark.parametrize("process", ["RUNNING", "OPEN", None])
def test_a_job_that_is_no_longer_reported_is_not_on_its_way(tmp_path: Path, process: str | None) -> None:
    async def act(desk: Desk) -> None:
        stored = Stored(ONE, process_status=process, status=None, reason=None)
        await desk.context.write(store_job, "Autumn", [stored], NOW)
        await desk.context.write(_closed, NOW + timedelta(days=92))
        words = await card(desk)
        assert words.title == "No longer reported"
        assert "keeps reports for three months only" in words.happened
        assert dict(words.pairs)[TELL].startswith("Whether the message arrived can no longer be found out")
        assert "Why not yet" not in dict(words.pairs)
        assert words.notes[-1].startswith("The service last answered on Monday 23 November 2026")

    offline(tmp_path, act)


def test_what_was_anonymised_while_somebody_looked_at_it_tells_nobody(tmp_path: Path) -> None:
    async def act(desk: Desk) -> None:
        stored = Stored(ONE, "Ada", "Your code 1234", "DONE", "TIMEOUT", "box full", "ref-1")
        await desk.context.write(store_job, "Old", [stored], NOW - timedelta(days=200))
        person = await desk.support.person(ONE)
        (line,) = await desk.reports.sms(person.messages)
        before = desk.retention.before(30)
        await desk.retention.forget(30, before, Figures(), anonymise=True)
        (line,) = await desk.reports.sms([line.id])
        found = await desk.support.answer(line, person)
        assert found is not None
        words = answer_words(found, "en", UTC, desk.now())
        whole = f"{words.plain}\n{words.support_plain}\n{words.about}"
        assert words.quoted[1] == "text no longer kept"
        assert "(number no longer kept)" in words.happened
        for secret in ("4069012", "406 9012", "1234", "ref-1", "S.2026", "box full"):
            assert secret not in whole
        await desk.retention.forget(30, before, Figures(), anonymise=False)
        assert await desk.support.answer(line, person) is None

    offline(tmp_path, act)


# --- what the service does not have, or does not send yet


async def _queued(scene: Scene, how: Handing = AT_ONCE, **options: Any) -> Campaign:
    draft = await scene.draft([ONE])
    draft = replace(draft, options=replace(draft.options, **options))
    await scene.desk.outbox.queue(draft, how)
    return draft


def test_what_was_not_posted_is_told_as_not_sent(tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        await _queued(scene)
        words = await card(scene.desk)
        assert dict(words.pairs)[TELL] == "The message has not been sent yet. It is in our outbox."
        assert dict(words.pairs)[AGAIN] == "Not now: the outbox shows how it goes on."
        entry = await scene.entry()
        await scene.desk.outbox.cancel([entry.id])
        words = await card(scene.desk)
        assert words.title == "Cancelled in our outbox"
        assert dict(words.pairs)[SURE].startswith("Not sent.")
        assert [station.name for station in words.way] == ["in the outbox", "cancelled"]

    on_scene(tmp_path, act)


def test_what_may_have_been_posted_is_never_told_as_not_sent(tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        seen: list[AnswerWords] = []

        async def lost(write: Callable[[], Awaitable[Any]]) -> Any:
            # In the middle of the POST, as another window sees it.
            seen.append(await card(scene.desk))
            return await write()

        around_writes(scene.desk, outbox.settle, lost)
        await scene.box.fault("post", "reset")
        await _queued(scene)
        await scene.desk.outbox.drain("Try-out")
        assert (await scene.entry()).state is EntryState.UNCERTAIN
        seen.append(await card(scene.desk))
        for words in seen:
            assert words.title == "Handed over, no answer yet"
            assert dict(words.pairs)[TELL].startswith("The message may have been sent; we do not know yet.")
            assert dict(words.pairs)[AGAIN] == "Not now: the outbox shows how it goes on."
        await scene.desk.outbox.leave((await scene.entry()).id)
        words = await card(scene.desk)
        assert words.title == "Handed over, never cleared up"
        assert dict(words.pairs)[SURE] == "Not known. The service may have it or not."
        assert dict(words.pairs)[AGAIN] == "Only if it is really not there: it may come twice."

    on_scene(tmp_path, act)


def test_what_a_blackout_holds_says_until_when_it_is_planned(tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        now = datetime.now(UTC)
        until = (now + timedelta(hours=20)).replace(microsecond=0)
        await _queued(scene, blackouts=(Period(now - timedelta(hours=1), until),))
        await scene.desk.outbox.drain("Try-out")
        scene.turn(minutes=1)
        await scene.desk.jobs.ask_due()
        words = await card(scene.desk)
        assert words.title == "Waiting to be sent"
        assert dict(words.pairs)["Why not yet"].startswith("In the job's blackout period until ")
        assert words.notes[0].startswith("Times are local time: Germany")
        clock = until.astimezone(ZoneInfo("Europe/Berlin"))
        assert "It is planned to be sent " in dict(words.pairs)[TELL]
        assert dict(words.pairs)[TELL].endswith(f"at {clock:%H:%M:%S}.")

    on_scene(tmp_path, act)


def test_the_same_text_that_waits_in_the_outbox_speaks_against_sending_again(tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        failed = Stored(ONE, text="Hello", process_status="DONE", status="TIMEOUT")
        await scene.desk.context.write(store_job, "Before", [failed], datetime.now(UTC) - timedelta(days=1))
        assert dict((await card(scene.desk)).pairs)[AGAIN].startswith("Yes, once the phone is on")
        await _queued(scene)
        words = await card(scene.desk, at=1)
        assert words.title == "Phone not reached in time"
        assert dict(words.pairs)[AGAIN].startswith("Not before it is clear what became of the later message")
        await scene.desk.outbox.cancel([(await scene.entry()).id])
        assert dict((await card(scene.desk, at=1)).pairs)[AGAIN].startswith("Yes, once the phone is on")

    on_scene(tmp_path, act)
