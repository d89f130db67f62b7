"""The find page: hits as one types, a person's time line, the answer ready to copy; by keyboard alone."""

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alone import alone
from composing import at_work, until
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtPrintSupport import QPrintDialog
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from screens import DELIVERED, Play, Scene
from sqlalchemy import Connection, update
from stored import NOW, Stored, store_job

from smsdesk.core.account import Account
from smsdesk.desk.changes import Topic
from smsdesk.store.jobs import SmsLine
from smsdesk.store.schema import sms
from smsdesk.ui.find import Find
from smsdesk.ui.hits import when
from smsdesk.ui.shell import Shell
from smsdesk.ui.window import MainWindow
from smsdesk.words import LANGUAGES, use_language

offline = pytest.fixture(alone)
ADA, BEN = "+491729925904", "+491729925905"
DAY = timedelta(days=1)


async def stored(scene: Scene) -> None:
    """Two people: four messages to the one, over campaigns and programs, one to the other."""
    write = scene.desk.context.write
    other = Stored(ADA, text=None)
    await write(store_job, "", [other], NOW - 20 * DAY)
    await write(
        store_job, "Storm warning", [Stored(ADA, "Ada Okonkwo", "Storm from 18 o'clock")], NOW - 11 * DAY
    )
    failed = Stored(ADA, "Ada Okonkwo", "Tomorrow 10:30", "DONE", "TIMEOUT", "expired")
    await write(store_job, "Reminders", [failed], NOW - 6 * DAY / 24)
    both = [
        Stored(ADA, "Ada Okonkwo", "Your order <b>8841</b> is ready", reference="8841-2207"),
        Stored(BEN, "Ben Müller", "Your order 8842 is ready", "DONE", "INVALID_DST", reference="8842-1"),
    ]
    await write(store_job, "Autumn pick-up", both, NOW)


async def typed(scene: Scene, page: Find, text: str) -> None:
    page.box.clear()
    scene.qtbot.keyClicks(page.box, text)
    await scene.settled()


def shown(page: Find) -> list[tuple[str, str]]:
    """The campaign and the outcome of each message listed."""
    rows = page.hits.rows
    lines = [rows.row_at(at) for at in range(rows.rowCount())]
    return [(line.campaign, line.outcome) for line in lines]


def test_before_typing_the_page_says_what_lives_here(offline: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        page = await scene.show(Find(scene.desk))
        assert page.empty.isVisible()
        await typed(scene, page, "no")
        assert page.empty.isVisible()
        assert page.count.text() == "Three characters are enough to begin."
        assert not page.copy.isEnabled()

    offline(act)


def test_nothing_found_says_what_to_try(offline: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        page = await scene.show(Find(scene.desk))
        await typed(scene, page, "<b>nobody</b>")
        assert page.nothing.isVisible()
        assert page.nothing_words.text() == "Nothing matches “<b>nobody</b>”."
        assert page.nothing_words.textFormat() == Qt.TextFormat.PlainText
        assert page.nothing_hint.text().startswith("Try fewer digits")
        assert not page.ask_again.isVisible()

    offline(act)


def test_of_a_number_that_nothing_was_sent_to_the_list_is_known_all_the_same(offline: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        page = await scene.show(Find(scene.desk))
        for text in ("0172 9925904", "+49 172 9925904"):
            await typed(scene, page, text)
            assert page.nothing_words.text() == "No message to +49 172 9925904 is known here."
            assert page.nothing_hint.text() == "Not on the do-not-contact list"
        await scene.desk.do_not_contact.add([ADA], "asked us to")
        await scene.settled()
        assert page.nothing_hint.text().startswith("On the do-not-contact list since today ")
        assert page.nothing_hint.text().endswith(": asked us to")
        await typed(scene, page, "9925 904")
        assert page.nothing_words.text().startswith("Nothing matches ")

    offline(act)


def test_of_a_long_text_the_beginning_is_shown_until_one_wants_all(offline: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        text = "A word and more. " * 100
        await scene.desk.context.write(
            store_job, "Long", [Stored(ADA, "Ada", text), Stored(BEN, "Ben", "Short")]
        )
        page = await scene.show(Find(scene.desk))
        await typed(scene, page, "5904")
        assert page.answer.text.text().endswith("…")
        assert len(page.answer.text.text()) < 500
        page.copy.trigger()
        assert text.strip() in QGuiApplication.clipboard().text()
        page.answer.more.click()
        assert page.answer.text.text() == text
        assert not page.answer.more.isVisible()
        await typed(scene, page, "5905")
        assert (page.answer.text.text(), page.answer.more.isVisible()) == ("Short", False)

    offline(act)


LEADS = [
    ("5904", "part of a number"),
    ("0172 992 59 04", "part of a number"),
    ("+49 (0)172-9925904", "part of a number"),
    ("Okonkwo", "name"),
    ("8841-22", "reference"),
    ("S.20261103-000000", "SMS id"),
    ("storm from", "words of a message"),
]


def test_one_person_is_shown_with_all_that_was_sent_to_them(offline: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await stored(scene)
        page = await scene.show(Find(scene.desk))
        for text, kind in LEADS:
            page.look_for("nobody")
            await scene.settled()
            page.look_for(text)
            await scene.settled()
            assert shown(page) == [
                ("Autumn pick-up", "delivered"),
                ("Reminders", "failed"),
                ("Storm warning", "delivered"),
                ("", "delivered"),
            ]
            assert page.kind.accessibleName() == kind
            assert page.count.text().startswith("1 person, 4 messages, ")
            assert page.count.text().endswith(" ms")
            assert page.head.number.text() == "+49 172 9925904"
            assert page.head.who.text() == "Ada Okonkwo · Germany, Vodafone range"
            assert page.head.listed.text() == "Not on the do-not-contact list"

    offline(act)


def test_what_was_found_is_chosen_among_the_persons_messages(offline: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await stored(scene)
        page = await scene.show(Find(scene.desk))
        await typed(scene, page, "tomorrow 10")
        line = page.hits.line()
        assert line is not None
        assert line.campaign == "Reminders"
        assert page.answer.pill.accessibleName() == "Phone not reached in time"
        again = dict(page.answer.facts.pairs())["Sending again"]
        assert again == "Not needed unless this very text matters: a later message reached the phone."

    offline(act)


def test_several_people_stand_newest_first_and_enter_opens_one(offline: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await stored(scene)
        page = await scene.show(Find(scene.desk))
        await typed(scene, page, "0172 99")
        assert page.count.text().startswith("2 people, ")
        assert [page.hits.rows.row_at(at).dst for at in range(2)] == [BEN, ADA]
        assert not page.head.isVisible()
        assert page.answer.pill.accessibleName() == "Number not valid"
        scene.qtbot.keyClick(page.box, Qt.Key.Key_Down)
        scene.qtbot.keyClick(page.box, Qt.Key.Key_Return)
        await scene.settled()
        assert len(shown(page)) == 4
        assert page.head.isVisible()
        assert page.head.back.text() == "Back to the 2 people found"
        scene.qtbot.keyClick(page.box, Qt.Key.Key_Escape)
        await scene.settled()
        assert len(shown(page)) == 2
        assert page.hits.line() is not None
        assert page.hits.line().dst == ADA  # type: ignore[union-attr] (looked at just before)

    offline(act)


class Caller:
    """Somebody who only has a keyboard; each key goes to what has the focus, and is counted."""

    def __init__(self, window: MainWindow) -> None:
        self.window, self.keys = window, 0

    async def press(self, key: Qt.Key, *, control: bool = False) -> None:
        self.keys += 1
        modifier = Qt.KeyboardModifier.ControlModifier if control else Qt.KeyboardModifier.NoModifier
        # Without a screen a window is not active for good.
        self.window.activateWindow()
        await until(self.window.isActiveWindow)
        QTest.keyClick(QApplication.focusWidget() or self.window, key, modifier)

    async def write(self, text: str) -> None:
        for character in text:
            await self.press(Qt.Key(ord(character)))


async def in_front(scene: Scene) -> Shell:
    """The whole window, which has the keys."""
    shell = await at_work(scene, "en")
    shell.window.activateWindow()
    await until(shell.window.isActiveWindow)
    return shell


@pytest.mark.parametrize("tag", LANGUAGES)
def test_the_answer_is_not_cut_off_in_a_small_window(offline: Play[None], tag: str) -> None:
    async def act(scene: Scene) -> None:
        await stored(scene)
        page = Find(scene.desk)
        page.resize(816, 600)
        await scene.show(page)
        page.resize(816, 600)
        await typed(scene, page, "5904")
        column = page.answer.column
        assert column.widget().minimumSizeHint().width() <= column.viewport().width()

    use_language(tag)
    offline(act)


def test_a_support_call_by_keyboard_alone_in_under_ten_keys(offline: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await stored(scene)
        shell = await in_front(scene)
        caller, page, window = Caller(shell.window), shell.find, shell.window
        await caller.press(Qt.Key.Key_F, control=True)
        assert window.page_key() == "find"
        await caller.write("5904")
        await until(lambda: page.answer.pill.accessibleName() == "Delivered, confirmed by the phone")
        await caller.press(Qt.Key.Key_Down)
        QGuiApplication.clipboard().clear()
        await caller.press(Qt.Key.Key_Return, control=True)
        await until(lambda: QGuiApplication.clipboard().text())
        words = QGuiApplication.clipboard().text().splitlines()
        assert words[0] == "Phone not reached in time"
        assert words[1].startswith(
            "Another program on our account sent the message on Monday 23 November 2026 at "
        )
        assert "The phone +49 172 9925904 was not reached before the message expired." in words[1]
        tell = "Tell the caller: The message did not arrive in time. The phone was probably off or without"
        assert next(line for line in words if line.startswith("Tell the caller")).startswith(tell)
        assert "The message: Tomorrow 10:30" in words
        assert "How sure: Reported as not arrived. No confirmation came in that time." in words
        await caller.press(Qt.Key.Key_F, control=True)
        assert caller.keys < 10
        assert page.box.selectedText() == "5904"
        await caller.write("5905")
        await until(lambda: page.answer.pill.accessibleName() == "Number not valid")
        assert page.box.text() == "5905"
        await caller.press(Qt.Key.Key_Escape)
        assert page.box.selectedText() == "5905"
        assert window.page_key() == "find"

    offline(act)


PAGES = ("campaigns", "outbox", "jobs", "lists", "do_not_contact", "settings", "help", "find")


def test_ctrl_f_leads_to_the_box_from_everywhere_and_escape_back(offline: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await stored(scene)
        shell = await at_work(scene)
        caller, page, window = Caller(shell.window), shell.find, shell.window
        for key in PAGES:
            window.go(key)
            await caller.press(Qt.Key.Key_F, control=True)
            assert (window.page_key(), page.box.hasFocus()) == ("find", True), key
            await caller.write("5904")
            await until(lambda: page.hits.count() == 4)
            await caller.press(Qt.Key.Key_Tab)
            assert not page.box.hasFocus()
            await caller.press(Qt.Key.Key_F, control=True)
            assert (page.box.hasFocus(), page.box.selectedText()) == (True, "5904"), key
            if key != "find":
                await caller.press(Qt.Key.Key_Escape)
                assert window.page_key() == key

    offline(act)


def test_copying_too_soon_waits_for_the_answer_that_was_asked_for(offline: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await stored(scene)
        page = await scene.show(Find(scene.desk))
        await typed(scene, page, "5904")
        QGuiApplication.clipboard().setText("before")
        page.box.clear()
        scene.qtbot.keyClicks(page.box, "5905")
        page.copy.trigger()
        assert QGuiApplication.clipboard().text() == "before"
        await scene.settled()
        assert QGuiApplication.clipboard().text().splitlines()[0] == "Number not valid"
        assert page.copy.text() == "Copied"

    offline(act)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_answer_turns_into_the_other_language(offline: Play[None], language: str) -> None:
    use_language(language)
    other = {"en": "Telefon nicht rechtzeitig erreicht", "de": "Phone not reached in time"}[language]

    async def act(scene: Scene) -> None:
        await stored(scene)
        page = await scene.show(Find(scene.desk))
        await typed(scene, page, "tomorrow 10")
        page.answer.turn.click()
        assert page.answer.pill.accessibleName() == other
        page.copy.trigger()
        assert QGuiApplication.clipboard().text().splitlines()[0] == other

    offline(act)


def test_the_text_and_the_technical_block_are_shown_as_they_are(offline: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await stored(scene)
        page = await scene.show(Find(scene.desk))
        await typed(scene, page, "8841-2207")
        assert page.answer.text.text() == "Your order <b>8841</b> is ready"
        assert page.answer.text.textFormat() == Qt.TextFormat.PlainText
        support = dict(page.answer.support.pairs())
        assert support["State"] == "DONE · SUC_FIN"
        assert support["Reason"] == "Delivered to destination."
        assert support["Data centre"] == "reports.example.com"
        assert support["Confirmation"] == "asked for (statusRequested true)"
        assert support["Sent"] == "2026-11-23 13:02:32 UTC"
        scene.qtbot.keyClick(page.box, Qt.Key.Key_End)
        assert [page.answer.way.accessibleName().split(",")[at].split()[0] for at in range(3)] == [
            "accepted",
            "sent",
            "delivered",
        ]

    offline(act)


def test_a_person_goes_onto_the_list_and_off_it_again(offline: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await stored(scene)
        page = await scene.show(Find(scene.desk))
        told: list[tuple[str, object]] = []
        page.noticed.connect(lambda _level, words, _hint, undo: told.append((words, undo)))
        await typed(scene, page, "tomorrow 10")
        page.head.act.click()
        await scene.settled()
        assert list(await scene.desk.do_not_contact.rows([ADA])) == [ADA]
        assert page.head.listed.text().startswith("On the do-not-contact list since today ")
        assert page.head.listed.text().endswith(": asked by telephone")
        assert "The number has been on our do-not-contact list since " in page.answer.happened.text()
        pairs = dict(page.answer.facts.pairs())
        assert pairs["Sending again"] == "No: the number is on the do-not-contact list."
        assert pairs["What to do"].startswith("Do not write to this person.")
        words, undo = told[-1]
        assert words == "Nothing is sent to this number any more."
        undo.trigger()  # type: ignore[attr-defined] (an action)
        await scene.settled()
        assert page.head.listed.text() == "Not on the do-not-contact list"
        assert page.head.act.text() == "Do not contact"

    offline(act)


async def held_up(scene: Scene) -> tuple[threading.Event, Callable[[], int]]:
    """Nothing more is read until the event is set; how much waits for that."""
    store, begun, go_on = scene.desk.context.store, threading.Event(), threading.Event()
    store.read(lambda _: begun.set() or go_on.wait())
    await until(begun.is_set)
    return go_on, store._reader._work_queue.qsize  # type: ignore[attr-defined] (a thread's)


def test_the_newest_question_wins_however_long_an_older_one_takes(offline: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await stored(scene)
        page = await scene.show(Find(scene.desk))
        go_on, waiting = await held_up(scene)
        page.look_for("Storm")
        await until(waiting)
        page.look_for("8842-1")
        go_on.set()
        await scene.settled()
        assert shown(page) == [("Autumn pick-up", "failed")]
        assert page.kind.accessibleName() == "reference"
        assert page.answer.text.text() == "Your order 8842 is ready"

    offline(act)


def test_a_report_while_more_people_are_read_takes_none_of_them_away(offline: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await scene.desk.context.write(store_job, "Many", people(400))
        page = await scene.show(Find(scene.desk))
        await typed(scene, page, "0172 99")
        go_on, waiting = await held_up(scene)
        page.hits.verticalScrollBar().setValue(page.hits.verticalScrollBar().maximum())
        await until(waiting)
        scene.desk.context.changes.tell(Topic.JOBS)
        await until(lambda: waiting() > 1)
        go_on.set()
        await scene.settled()
        assert page.hits.count() == 250

    offline(act)


def test_more_of_an_older_search_is_not_mixed_with_a_newer_one(offline: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await scene.desk.context.write(store_job, "Many", people(400))
        page = await scene.show(Find(scene.desk))
        await typed(scene, page, "0172 99")
        (go_on, waiting), bar = await held_up(scene), page.hits.verticalScrollBar()
        bar.setValue(bar.maximum())
        await until(waiting)
        page.look_for("Person")
        await until(lambda: waiting() > 1)
        bar.setValue(0)
        bar.setValue(bar.maximum())
        go_on.set()
        await scene.settled()
        assert page.hits.count() == 50
        for _ in range(3):
            bar.setValue(bar.maximum())
            await scene.settled()
        rows = page.hits.rows
        assert len({rows.row_at(at).id for at in range(page.hits.count())}) == 400

    offline(act)


SIGNS = [
    "%%%",
    "___",
    '"""',
    "'''",
    "a' OR '1'='1",
    "***",
    "NEAR(",
    "\\\\\\",
    "-- x",
    "{said} :",
    "\u202e123",
    "🙂🙂🙂",
]
HOSTILE = [
    *SIGNS,
    "\ud800\ud800\ud800",
    "\0\0\0",
    "7" * 5000,
    "x" * 5000,
    '"' * 5000,
    "ü" * 5000,
    "0 " * 2500,
]


def test_whatever_is_typed_is_answered_in_words(offline: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await stored(scene)
        page = await scene.show(Find(scene.desk))
        for text in HOSTILE:
            page.look_for(text)
            await scene.settled()
            assert page.nothing.isVisible() or page.empty.isVisible(), text[:20]
            assert page.nothing_words.text().startswith("Nothing matches “") or page.empty.isVisible()
            assert len(page.nothing_words.text()) < 100
            assert not page.copy.isEnabled()
        for text in ("", "1", "12", "  ", "é", "ab"):
            page.look_for(text)
            await scene.settled()
            assert page.empty.isVisible(), text

    offline(act)


def people(count: int) -> Sequence[Stored]:
    return [Stored(f"+4917299{at:06}", f"Person {at}") for at in range(count)]


def test_more_people_come_as_one_scrolls(offline: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await scene.desk.context.write(store_job, "Many", people(230))
        page = await scene.show(Find(scene.desk))
        await typed(scene, page, "0172 99")
        first = page.hits.count()
        assert 0 < first < 230
        assert page.count.text().startswith(f"{first} people with the newest messages, ")
        chosen = page.hits.line()
        for _ in range(5):
            page.hits.verticalScrollBar().setValue(page.hits.verticalScrollBar().maximum())
            await scene.settled()
        assert page.hits.count() == 230
        rows = page.hits.rows
        assert len({rows.row_at(at).id for at in range(230)}) == 230
        assert page.hits.line() == chosen
        assert page.count.text().startswith("230 people, ")

    offline(act)


def test_reports_leave_a_list_where_one_has_scrolled_to(offline: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await scene.desk.context.write(store_job, "Many", people(400))
        page = await scene.show(Find(scene.desk))
        bar, rows = page.hits.verticalScrollBar(), page.hits.rows

        async def reported(at: int) -> None:
            one = rows.row_at(at)
            await scene.desk.context.write(fail, one.id)
            scene.desk.context.changes.tell_job(one.job_key, [one.id])
            await asyncio.sleep(0)
            await scene.settled()

        await typed(scene, page, "0172 99")
        assert page.hits.count() == 50
        bar.setValue(700)
        await reported(10)
        assert (bar.value(), rows.row_at(10).outcome) == (700, "failed")
        for _ in range(3):
            bar.setValue(bar.maximum())
            await scene.settled()
        assert page.hits.count() == 400
        page.hits.step(300)
        chosen, scrolled = page.hits.line(), bar.value() - 500
        bar.setValue(scrolled)
        await reported(310)
        assert page.hits.count() == 400
        assert (bar.value(), rows.row_at(310).outcome) == (scrolled, "failed")
        assert page.hits.line() == chosen
        await scene.desk.context.write(fail, rows.row_at(300).id)
        scene.desk.context.changes.tell(Topic.JOBS)
        await asyncio.sleep(0)
        await scene.settled()
        assert (bar.value(), page.hits.count()) == (scrolled, 400)
        assert page.answer.pill.accessibleName().startswith("Number ")
        await typed(scene, page, "0172 992")
        assert bar.value() == 0

    offline(act)


def fail(connection: Connection, one: int) -> None:
    values = {"process_status": "DONE", "status": "INVALID_DST"}
    connection.execute(update(sms).where(sms.c.id == one).values(values))


@pytest.mark.parametrize(
    ("dst", "words"),
    [
        (ADA, "today 13:02"),
        ("+5511987654321", "today 09:02 UTC-3"),
        ("005511987654321", "today 09:02 UTC-3"),
        ("+918123456789", "today 17:32 UTC+5:30"),
        ("+12125550123", "today 07:02 UTC-5"),
        ("+61412345678", "today 13:02"),
        ("4711", "today 13:02"),
    ],
)
def test_times_are_by_the_clock_of_the_phone(dst: str, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    at = NOW.replace(hour=12, minute=2)
    assert when(line_of(dst, at), at) == words
    monkeypatch.undo()
    time.tzset()


def line_of(dst: str, at: datetime) -> SmsLine:
    return SmsLine(1, dst, "", *[None] * 9, 1, "", None, at, "waiting")  # type: ignore[arg-type] (unknown)


def test_the_answer_is_saved_as_a_pdf_where_one_says(offline: Play[None], tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        await stored(scene)
        page = await scene.show(Find(scene.desk))
        await typed(scene, page, "8841-2207")
        page.save_pdf.trigger()
        (dialog,) = page.findChildren(QFileDialog)
        assert dialog.selectedFiles()[0].endswith("Answer +49 172 9925904.pdf")
        dialog.fileSelected.emit(str(tmp_path / "answer.pdf"))
        await scene.settled()
        dialog.reject()
        content = (tmp_path / "answer.pdf").read_bytes()
        assert content.startswith(b"%PDF-")
        assert content.rstrip().endswith(b"%%EOF")
        page.print.trigger()
        (asked,) = page.findChildren(QPrintDialog)
        asked.reject()

    offline(act)


def test_all_messages_of_a_person_become_a_table(offline: Play[None], tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        await stored(scene)
        page = await scene.show(Find(scene.desk))
        assert not page.table.isEnabled()
        await typed(scene, page, "5904")
        page.table.trigger()
        dialog = page.findChild(QFileDialog)
        assert dialog is not None
        dialog.fileSelected.emit(str(tmp_path / "out.csv"))
        dialog.reject()
        await scene.settled()
        rows = (tmp_path / "out.csv").read_text("utf-8-sig").splitlines()
        assert len(rows) == 1 + 4
        assert all(ADA in row for row in rows[1:])

    offline(act)


def test_what_stands_on_paper_is_the_whole_answer(offline: Play[None]) -> None:
    from smsdesk.ui.printing import document

    async def act(scene: Scene) -> None:
        await stored(scene)
        page = await scene.show(Find(scene.desk))
        await typed(scene, page, "8841-2207")
        words = page.answer.words
        assert words is not None
        lines = document(words).toPlainText().replace("\u00a0", " ").splitlines()
        assert lines[0] == "What became of a message"
        for part in [*words.plain.splitlines(), *words.support_plain.splitlines()]:
            assert part in lines or part.partition(": ")[2] in lines

    offline(act)


def test_a_job_id_that_nobody_here_knows_is_asked_for_at_the_service(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        (account,) = await scene.desk.accounts.every()
        client = await scene.desk.accounts.client(account.name)
        job_id = await client.post_job(
            b'{"messages": [{"text": "Hi", "recipients": [{"dst": "%s"}]}]}' % DELIVERED[0].encode()
        )
        page = await scene.show(Find(scene.desk))
        page.look_for(job_id)
        await scene.settled()
        await scene.settled()
        assert page.hits.count() == 1
        line = page.hits.line()
        assert line is not None
        assert (line.dst, line.campaign, line.text) == (DELIVERED[0], "", None)
        assert page.kind.accessibleName() == "job id"
        assert "another program on our account" in page.answer.happened.text()
        assert page.answer.text.text() == "text unknown: sent by another program"

    play(act)


def test_a_job_id_that_the_service_does_not_know_either(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        page = await scene.show(Find(scene.desk))
        page.look_for("J.20261123-131731.737-0iey4kxqyTQCQDIFN1")
        await scene.settled()
        assert page.nothing_words.text() == "The service does not know this job either."
        assert page.ask_again.isVisible()

    play(act)


UNKNOWN = "J.20261123-131731.737-0iey4kxqyTQCQDIFN1"
TROUBLES = [
    ("status", 401, "The service does not accept this user and password."),
    ("down", 0, "The service did not answer."),
    ("status", 429, "The service asks for a short pause."),
    ("status", 503, "The service has trouble at the moment."),
    ("html", 0, "The answer does not come from the SMS service or cannot be read."),
]


@pytest.mark.parametrize(("kind", "value", "words"), TROUBLES)
def test_what_keeps_the_service_from_answering_is_said(
    play: Play[None], kind: str, value: float, words: str
) -> None:
    async def act(scene: Scene) -> None:
        page = await scene.show(Find(scene.desk))
        await scene.box.fault_rate("every", kind, 1.0, value)
        page.look_for(UNKNOWN)
        assert not page.ask_again.isVisible()
        await scene.settled()
        assert page.nothing_words.text() == words
        assert page.nothing_hint.text()
        await scene.box.reset()
        page.ask_again.click()
        assert page.nothing_words.text() == "Not known here. Asking the service…"
        await scene.settled()
        assert page.nothing_words.text() == "The service does not know this job either."

    play(act)


def test_a_job_that_names_nobody_yet_is_not_asked_for_without_end(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        (account,) = await scene.desk.accounts.every()
        client = await scene.desk.accounts.client(account.name)
        later = (datetime.now(UTC) + DAY).isoformat()
        options = b'"options": {"jobPeriod": "%s"}' % later.encode()
        to = b'[{"text": "Hi", "recipients": [{"dst": "%s"}]}]' % DELIVERED[0].encode()
        job_id = await client.post_job(b'{"messages": %s, %s}' % (to, options))
        await scene.box.fault_rate("every", "hidden_people", 1.0)
        page = await scene.show(Find(scene.desk))
        page.look_for(job_id)
        await scene.settled()
        assert page.nothing_words.text() == "The service knows this job, but tells of no message in it."
        await scene.box.fault_rate("every", "hidden_people", 0)
        page.ask_again.click()
        await scene.settled()
        assert page.hits.count() == 1

    play(act)


def test_without_an_account_nobody_can_be_asked(offline: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        page = await scene.show(Find(scene.desk))
        page.look_for(UNKNOWN)
        await scene.settled()
        assert (
            page.nothing_words.text()
            == "Not known here, and there is no account whose service could be asked."
        )

    offline(act)


def test_where_the_service_cannot_be_asked_it_says_so(offline: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        url = "https://127.0.0.1:9/rest/v1"
        await scene.desk.accounts.save(Account("Main", url, (url,), "someone"), None)
        page = await scene.show(Find(scene.desk))
        page.look_for("J.20261123-131731.737-0iey4kxqyTQCQDIFN1")
        await scene.settled()
        assert page.nothing_words.text() == "The password for Main is not known."
        assert page.ask_again.isVisible()

    offline(act)


def test_the_answer_follows_the_reports_and_says_why_it_waits(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await scene.queue(DELIVERED[:2])
        page = await scene.show(Find(scene.desk))
        await typed(scene, page, "ref-1")
        assert page.answer.pill.accessibleName() == "In the outbox"
        assert dict(page.answer.facts.pairs())["Why not yet"].startswith(
            "In the outbox, behind the rate limit"
        )
        await scene.desk.outbox.drain("Try-out")
        await scene.settled()
        assert page.answer.pill.accessibleName() == "Accepted, no report yet"
        assert "Why not yet" in dict(page.answer.facts.pairs())
        await scene.report()
        assert page.answer.pill.accessibleName() == "Delivered, confirmed by the phone"
        assert "The sender is “Nordlicht”." in dict(page.answer.facts.pairs())["Tell the caller"]
        assert page.answer.way.accessibleName().startswith("in the outbox ")
        assert "Why not yet" not in dict(page.answer.facts.pairs())

    play(act)


def test_support_is_told_nothing_that_the_service_did_not_say(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await scene.queue(DELIVERED[:2])
        await scene.desk.do_not_contact.add(DELIVERED[:1], "asked us to stop")
        await scene.desk.outbox.drain("Try-out")
        page = await scene.show(Find(scene.desk))
        page.asked(DELIVERED[0])
        await scene.settled()
        assert page.answer.pill.accessibleName() == "Not sent: do not contact"
        assert "with the reason “asked us to stop”" in page.answer.happened.text()
        assert page.answer.support.pairs()
        assert not {"State", "Reason", "Final"} & set(dict(page.answer.support.pairs()))

    play(act)
