"""The page Do not contact on a real desk: added, found, imported, removed and brought back by keyboard."""

from pathlib import Path

import pytest
from composing import campaign_of, opened, until
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from screens import DELIVERED, Play, Scene

from smsdesk.core.recipients import Recipients
from smsdesk.desk.telling import why
from smsdesk.ui.do_not_contact import DoNotContact
from smsdesk.ui.do_not_contact_dialogs import AddDialog, TableDialog
from smsdesk.ui.do_not_contact_rows import BLOCK, Line, Lines
from smsdesk.ui.entries import card_words
from smsdesk.ui.outbox_steps import step_by
from smsdesk.words import LANGUAGES, use_language
from smsdesk.words.answers import answer_words
from smsdesk.words.entries import Scene as Around
from smsdesk.words.entries import step_words
from smsdesk.words.entries import why as why_left

KEY, CTRL = Qt.Key, Qt.KeyboardModifier.ControlModifier
ONE, TWO = DELIVERED[0], DELIVERED[1]
TABLE = "Name;Handy;Grund\nAda;0176/0406900;Umzug\nTom;+49 176 0406901;\nEva;keine;\n"
Told = list[tuple[str, str, str, QAction | None]]


async def shown(scene: Scene) -> tuple[DoNotContact, Told]:
    page = await scene.show(DoNotContact(scene.desk))
    told: Told = []
    page.noticed.connect(lambda *words: told.append(words))
    return page, told


def column(page: DoNotContact, key: str) -> list[str]:
    rows = page.table.rows
    chosen = next(column for column in rows.columns if column.key == key)
    return [chosen.text(rows.row_at(at)) for at in range(rows.rowCount())]


def numbers(page: DoNotContact) -> list[str]:
    return [page.table.rows.row_at(at).number for at in range(page.table.rows.rowCount())]


def dialog_of(page: DoNotContact, kind: type[QWidget]) -> QWidget:
    return page.findChildren(kind)[-1]


def focused() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None
    return found


def type_in(words: str) -> None:
    QTest.keyClicks(focused(), words)


def press(key: Qt.Key, with_key: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(focused(), key, with_key)


def test_an_empty_list_says_what_lives_here(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        page, _ = await shown(scene)
        assert page.empty.isVisible() and not page.table.isVisible() and not page.box.isVisible()
        assert page.first.hasFocus()
        asked: list[str] = []
        page.help_asked.connect(asked.append)
        press(KEY.Key_Tab)
        press(KEY.Key_Space)
        assert asked == ["do-not-contact"]

    play(act)


def test_numbers_are_added_and_taken_back_by_keyboard(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        page, told = await shown(scene)
        counted: list[int] = []
        page.counted.connect(counted.append)
        press(KEY.Key_N, CTRL)
        dialog = dialog_of(page, AddDialog)
        assert isinstance(dialog, AddDialog)
        await until(dialog.numbers.hasFocus)
        type_in("0176 0406900")
        press(KEY.Key_Return)
        type_in("0176O406901")
        assert not dialog.save.isEnabled()
        assert dialog.wrong.text().startswith("0176O406901: ")
        for _ in "0176O406901":
            press(KEY.Key_Backspace)
        type_in("+49 176 0406901")
        assert (dialog.save.isEnabled(), dialog.save.text()) == (True, "Add 2 numbers")
        press(KEY.Key_Tab)
        type_in("by letter")
        press(KEY.Key_Return)
        await scene.settled()
        assert numbers(page) == sorted([ONE, TWO])
        assert column(page, "reason") == ["by letter"] * 2
        assert column(page, "source") == ["entered by hand"] * 2
        assert (told[-1][1], counted[-1]) == ("2 numbers added to the list.", 2)
        page.activateWindow()
        page.table.setFocus()
        await until(page.table.hasFocus)
        press(KEY.Key_Z, CTRL)
        await scene.settled()
        assert (numbers(page), page.empty.isVisible()) == ([], True)

    play(act)


def test_the_box_finds_numbers_in_any_spelling_and_words_of_the_reason(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await scene.desk.do_not_contact.add([ONE], "Umzug nach Kiel")
        await scene.desk.do_not_contact.add([TWO], "by letter")
        page, _ = await shown(scene)
        assert page.box.hasFocus()
        type_in("0176/0406 900")
        await until(lambda: numbers(page) == [ONE])
        assert page.found.text() == "1 of 2"
        press(KEY.Key_Escape)
        await until(lambda: len(numbers(page)) == 2)
        type_in("LETTER")
        await until(lambda: numbers(page) == [TWO])
        type_in("x")
        await until(page.nothing.isVisible)
        assert not page.table.isVisible()
        page.look_for("")
        await until(page.table.isVisible)

    play(act)


def test_chosen_rows_are_removed_and_come_back_as_they_were(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        listing = scene.desk.do_not_contact
        await listing.add([ONE, TWO], "by letter")
        before = await listing.rows([ONE, TWO])
        page, told = await shown(scene)
        assert not page.remove.isEnabled()
        press(KEY.Key_Down)
        press(KEY.Key_A, CTRL)
        press(KEY.Key_Delete)
        await scene.settled()
        assert (await listing.count(), told[-1][1]) == (0, "2 numbers taken off the list.")
        undo = told[-1][3]
        assert undo is not None
        undo.trigger()
        await scene.settled()
        assert await listing.rows([ONE, TWO]) == before
        undo.trigger()
        assert not page.undo.isEnabled()

    play(act)


def test_a_paste_shows_what_it_would_add_before_it_counts(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await scene.desk.do_not_contact.add([TWO], "before")
        page, told = await shown(scene)
        QGuiApplication.clipboard().setText(TABLE)
        page.table.setFocus()
        press(KEY.Key_V, CTRL)
        dialog = dialog_of(page, TableDialog)
        assert isinstance(dialog, TableDialog)
        await scene.settled()
        assert dialog.column.key() == "Handy"
        figures = {kind: made.accessibleName() for kind, made in dialog.counts.items() if made.isVisible()}
        assert figures == {
            "new": "1 new number",
            "known": "1 on the list already",
            "invalid": "1 row without a number",
        }
        assert dialog.rest.rows.row_at(0).where.value == "keine"
        assert await scene.desk.do_not_contact.count() == 1
        await until(dialog.reason.hasFocus)
        type_in("opted out")
        press(KEY.Key_Return)
        await scene.settled()
        rows = await scene.desk.do_not_contact.rows([ONE, TWO])
        assert (rows[ONE].reason, rows[TWO].reason) == ("Umzug", "before")
        assert told[-1][1:3] == (
            "1 number added to the list.",
            "1 was there already and stays as it is.",
        )

    play(act)


def test_a_file_names_itself_as_the_source(play: Play[None], tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        file = tmp_path / "opt-out.csv"
        file.write_text(TABLE, encoding="utf-8")
        page, _ = await shown(scene)
        dialog = page.open_table(file)
        await scene.settled()
        dialog.column.choose("Name")
        dialog.column.activated.emit(0)
        await scene.settled()
        assert not dialog.save.isEnabled()
        dialog.column.choose("Handy")
        dialog.column.activated.emit(0)
        await scene.settled()
        dialog.save.click()
        await scene.settled()
        assert column(page, "source") == ["opt-out.csv"] * 2

    play(act)


@pytest.mark.parametrize("content", [None, b"\x89PNG\r\n\x1a\n\0\0\0"])
def test_a_file_that_is_no_table_is_one_plain_sentence(
    play: Play[None], tmp_path: Path, content: bytes | None
) -> None:
    async def act(scene: Scene) -> None:
        file = tmp_path / "list.csv"
        if content is not None:
            file.write_bytes(content)
        page, _ = await shown(scene)
        dialog = page.open_table(file)
        await scene.settled()
        words = [w.accessibleName() for w in dialog.findChildren(QWidget) if w.property("kind") == "banner"]
        assert len(words) == 1 and "list.csv" in words[0]
        assert not dialog.save.isVisible()
        press(KEY.Key_Escape)
        await until(lambda: not dialog.isVisible())

    play(act)


def test_rows_are_read_when_they_are_looked_at() -> None:
    asked: list[int] = []
    every = [f"+4917{n:09}" for n in range(3 * BLOCK)]
    lines = Lines(every, lambda some: asked.append(every.index(some[0])))
    assert lines[BLOCK + 3] == Line(every[BLOCK + 3])
    assert lines[BLOCK : BLOCK + 2] == [Line(every[BLOCK]), Line(every[BLOCK + 1])]
    assert (asked, len(lines), lines[-1].number) == ([BLOCK, 2 * BLOCK], 3 * BLOCK, every[-1])


def test_a_long_list_is_filled_in_where_it_is_scrolled_to(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await scene.desk.do_not_contact.add([f"+4917604{n:06}" for n in range(6_000)], "many")
        page, _ = await shown(scene)
        page.table.choose_at(4_000)
        page.table.viewport().repaint()
        await until(lambda: page.table.rows.row_at(4_000).known is not None)
        page.table.sort_wanted.emit("number", True)
        await until(lambda: page.table.rows.row_at(0).number == "+4917604005999")

    play(act)


def test_the_composer_tells_of_the_list_and_counts_without_it(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        shell = await opened(scene)
        draft = campaign_of(shell)
        draft.add_recipients(0, Recipients(DELIVERED[:3], [""] * 3))
        draft.write_text(0, "Hello")
        await until(lambda: draft.review is not None and draft.review.totals.sms == 3)
        shell.window.go("do_not_contact")
        await scene.desk.do_not_contact.add([TWO], "by letter")
        shell.window.go("composer")
        await until(lambda: draft.review is not None and draft.review.totals.sms == 2)
        assert draft.review is not None
        assert "some_do_not_contact" in {problem.code for problem in draft.review.problems}

    play(act)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_left_out_is_told_in_words(play: Play[None], language: str) -> None:
    async def act(scene: Scene) -> None:
        use_language(language)
        await scene.queue([ONE])
        await scene.desk.do_not_contact.add([ONE], "by letter")
        await scene.desk.outbox.drain("Try-out")
        (entry,) = await scene.desk.outbox.entries()
        around, steps = Around(scene.desk.now()), await scene.desk.outbox.steps(entry.id)
        assert [step_by(step) for step in steps[1:]] == [step_by(steps[0])] * 2
        (line,) = (await scene.desk.support.find(ONE)).lines
        person = await scene.desk.support.person(ONE)
        answered = await scene.desk.support.answer(line, person)
        assert answered is not None
        found = answer_words(answered, language, None, scene.desk.now())
        words = [
            *(step_words(step.code, step.values) for step in steps),
            why_left(entry, around),
            *card_words(entry, around),
            why(line),
        ]
        assert all(words) and len(set(words)) == len(words)
        assert "by letter" in found.happened and "by letter" in why(line)
        assert [station.reached for station in found.way] == [True, True]

    play(act)
