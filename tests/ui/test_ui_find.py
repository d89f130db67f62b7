"""The find page on a real desk and sandbox: hits as one types, an answer for each state, ready to copy."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from screens import DELIVERED, NO_SUCH_NUMBER, Play, Scene

from smsdesk.core.request import JobId, SmsId
from smsdesk.core.status import meaning
from smsdesk.store.jobs import SmsLine
from smsdesk.ui.answers import answer, code_of
from smsdesk.ui.find import Find
from smsdesk.ui.hits import by_person
from smsdesk.words import LANGUAGES, has, use_language

NOW = datetime(2026, 11, 23, 14, 2, tzinfo=UTC)


def people(page: Find) -> list[tuple[str, bool]]:
    rows = page.hits.rows
    return [(rows.row_at(at).line.name, rows.row_at(at).leads) for at in range(rows.rowCount())]


async def typed(scene: Scene, page: Find, text: str) -> None:
    page.box.clear()
    scene.qtbot.keyClicks(page.box, text)
    await scene.settled()


def test_before_typing_the_page_says_what_lives_here(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        page = await scene.show(Find(scene.desk))
        assert page.empty.isVisible()
        await typed(scene, page, "no")
        assert page.empty.isVisible()
        assert page.count.text() == "Three characters are enough to begin."

    play(act)


def test_nothing_found_says_what_to_try(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        page = await scene.show(Find(scene.desk))
        await typed(scene, page, "<b>nobody</b>")
        assert page.nothing.isVisible()
        assert page._nothing_words.text() == "Nothing matches “<b>nobody</b>”."
        assert page._nothing_words.textFormat() == Qt.TextFormat.PlainText

    play(act)


def test_part_of_a_number_leads_to_the_answer(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await scene.send([*DELIVERED[:3], NO_SUCH_NUMBER], "Your order is <b>ready</b>")
        await scene.report()
        page = await scene.show(Find(scene.desk))
        await typed(scene, page, "0176 0406 998")
        assert people(page) == [("Ada 3", True)]
        assert page.count.text() == "1 person, 1 message"
        assert page.answer.pill.accessibleName() == "Number does not exist"
        assert "does not exist, so nothing arrived" in page.answer.happened.text()
        assert page.answer.text.text() == "Your order is <b>ready</b>"
        (line,) = await scene.desk.jobs.find(NO_SUCH_NUMBER)
        support = dict(page.answer.support.pairs())
        assert (support["Job"], support["SMS"]) == (line.job_id, line.sms_id)
        assert support["State"] == "DONE · INVALID_DST"
        assert support["Reference"] == "ref-3"

    play(act)


def test_a_name_leads_to_all_messages_of_each_person(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await scene.send(DELIVERED[:2], name="First")
        await scene.send(DELIVERED[:2], name="Second")
        page = await scene.show(Find(scene.desk))
        await typed(scene, page, "ada")
        assert people(page) == [("Ada 0", True), ("Ada 0", False), ("Ada 1", True), ("Ada 1", False)]
        assert page.count.text() == "2 people, 4 messages"
        first = page.hits.line()
        scene.qtbot.keyClick(page.box, Qt.Key.Key_Down)
        second = page.hits.line()
        assert first is not None
        assert second is not None
        assert (first.campaign, second.campaign) == ("Second", "First")

    play(act)


def test_the_answer_follows_the_reports(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await scene.send(DELIVERED[:2])
        page = await scene.show(Find(scene.desk))
        await typed(scene, page, "ref-1")
        assert page.answer.pill.accessibleName() == "Accepted, no report yet"
        await scene.report()
        assert page.answer.pill.accessibleName() == "Delivered, confirmed by the phone"
        assert page.hits.line() is not None

    play(act)


def test_ctrl_return_copies_the_answer(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await scene.send(DELIVERED[:1])
        await scene.report()
        page = await scene.show(Find(scene.desk))
        page.activateWindow()
        await typed(scene, page, "Ada 0")
        QGuiApplication.clipboard().clear()
        page.copy.trigger()
        words = QGuiApplication.clipboard().text()
        assert words.startswith("We sent the message ")
        assert "Tell the caller: It is on the phone" in words
        assert "The message: Your parcel is here" in words
        assert page.copy.shortcut().toString() == "Ctrl+Return"
        assert page.copy.text() == "Copied"

    play(act)


def test_the_palette_hands_its_words_over(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await scene.queue(DELIVERED[:1])
        page = await scene.show(Find(scene.desk))
        page.asked("Ada 0")
        await scene.settled()
        assert page.box.text() == "Ada 0"
        assert page.answer.pill.accessibleName() == "In the outbox"

    play(act)


LINE = SmsLine(
    1,
    "+491760406901",
    "Ada",
    "ref",
    "Hi",
    "DONE",
    "SUC_FIN",
    "Reached.",
    SmsId("S.1"),
    NOW,
    NOW + timedelta(seconds=5),
    NOW,
    1,
    "Autumn",
    JobId("J.1"),
    NOW - timedelta(seconds=9),
    "delivered",
)
STATES = [
    *[
        ("DONE", status)
        for status in (
            "SUC_ACC",
            "SUC_FIN",
            "INVALID_DST",
            "BLOCKED",
            "TIMEOUT",
            "CON_ERR",
            "FAILED_FIN",
            "NOT_ACC_FIN",
            "SEND_ERR",
            "STATUS_ERR",
            "NEVER_HEARD_OF",
        )
    ],
    ("OPEN", None),
    ("OPEN", "X"),
    ("RUNNING", None),
    ("CANCELED", None),
    ("CANCELED", "NOT_ACC_REC"),
    ("KILL", None),
    (None, None),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("process", "status"), STATES)
def test_every_state_has_a_whole_answer(process: str | None, status: str | None, language: str) -> None:
    use_language(language)
    outcome = meaning(process, status).outcome.value if process else "waiting"
    line = replace(LINE, process_status=process, status=status, outcome=outcome)
    for sent, finished, accepted in (
        (NOW, NOW, NOW),
        (None, None, NOW),
        (None, None, None),
        (None, NOW, None),
    ):
        bare = replace(line, sent_at=sent, finished_at=finished, accepted_at=accepted)
        made = answer(bare, NOW)
        for words in (made.title, made.happened, made.tell, made.again, *[at.name for at in made.way]):
            assert words
            assert not has(words)
            assert "{" not in words
            assert not words.startswith(("answer.", "find."))


def test_an_answer_names_days_that_are_not_today() -> None:
    week = timedelta(days=7)
    line = replace(LINE, sent_at=NOW - week, finished_at=NOW - week + timedelta(days=1))
    assert answer(line, NOW).to_copy.splitlines()[0] == (
        "We sent the message on Mon 16 Nov at 14:02:00. "
        "The network confirmed on Tue 17 Nov at 14:02:00 that it reached the phone +49 176 0406901."
    )
    assert answer(replace(LINE, sent_at=NOW), NOW).happened.startswith(
        "We sent the message today at 14:02:00."
    )


def test_what_the_outbox_holds_is_said_to_be_there() -> None:
    queued = replace(LINE, process_status=None, status=None, job_id=None, accepted_at=None, sent_at=None)
    assert code_of(queued) == "in_outbox"
    assert not any(station.reached for station in answer(replace(queued, finished_at=None), NOW).way)


def test_people_stand_in_the_order_of_their_newest_message() -> None:
    other = replace(LINE, dst="+491760406902")
    again, later = replace(LINE, id=2), replace(other, id=3)
    hits = by_person([LINE, other, again, later])
    assert [(hit.line.id, hit.leads) for hit in hits] == [(1, True), (2, False), (1, True), (3, False)]


def test_support_is_told_nothing_that_the_service_did_not_say(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await scene.queue(DELIVERED[:2])
        await scene.desk.do_not_contact.add(DELIVERED[:1], "asked us to stop")
        await scene.desk.outbox.drain("Try-out")
        page = await scene.show(Find(scene.desk))
        for listed in (True, False):
            page.asked(DELIVERED[0])
            await scene.settled()
            assert page.answer.support.pairs()
            assert not {"State", "Reason", "Final"} & set(dict(page.answer.support.pairs()))
            if listed:
                await scene.desk.do_not_contact.remove(DELIVERED[:1])
                page.asked(DELIVERED[1])
                await scene.settled()

    play(act)
