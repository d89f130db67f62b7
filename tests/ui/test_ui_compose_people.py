"""The recipients of a text: written in, taken away, pasted, found; long lists are read only where seen."""

from composing import add_many, campaign_of, opened, until, with_people
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton
from screens import Play, Scene

from smsdesk.core.recipients import Recipients
from smsdesk.ui.cells import CellInput
from smsdesk.ui.compose_people import PeopleTable
from smsdesk.ui.shell import Shell

FINDING = "look at recipients:tab"


def people(shell: Shell) -> Recipients:
    return campaign_of(shell).campaign.messages[0].recipients


def notices(shell: Shell) -> list[str]:
    bars = shell.window._notices.bars() if shell.window._notices else []
    return [bar.notice.sentence for bar in bars]


def write(table: PeopleTable, column: str, words: str) -> None:
    """F2 in a cell, the words, Enter."""
    at = next(i for i, one in enumerate(table.rows.columns) if one.key == column)
    table.setCurrentIndex(table.rows.index(table.currentIndex().row(), at))
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_F2)
    line = table.viewport().findChildren(QLineEdit)[-1]
    line.selectAll()
    QTest.keyClicks(line, words)
    QTest.keyClick(line, Qt.Key.Key_Return)
    # The table takes the words over with the next turn of the loop.
    QApplication.sendPostedEvents()


def test_a_cell_is_written_by_keyboard_and_undone(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        shell = await opened(scene)
        await with_people(shell)
        composer = shell.composer
        before = people(shell)
        composer.messages.choose_person(1)
        write(composer.messages.table, "field:Kundennr", "Mira")
        assert people(shell).row(1).fields["Kundennr"] == "Mira"
        assert composer.messages.table.currentIndex().row() == 1
        composer.undo.trigger()
        assert people(shell) == before

    play(act)


def test_a_number_is_read_in_any_spelling_and_nothing_else_is_taken(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        shell = await opened(scene)
        await with_people(shell)
        table = shell.composer.messages.table
        shell.composer.messages.choose_person(0)
        write(table, "dst", "0049 (176) 0406-9077")
        assert people(shell).dst[0] == "+4917604069077"
        write(table, "dst", "call me")
        assert people(shell).dst[0] == "+4917604069077"
        line = table.viewport().findChildren(CellInput)[-1]
        assert (line.isVisible(), line.text()) == (True, "call me")
        why = line._why
        assert why is not None
        assert why.accessibleName().startswith("It holds something that is no digit.")
        QTest.keyClicks(line, "!")
        assert line._why is None
        QTest.keyClick(line, Qt.Key.Key_Escape)
        assert people(shell).dst[0] == "+4917604069077"

    play(act)


def test_people_are_taken_away_without_a_question_and_come_back(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        shell = await opened(scene)
        await with_people(shell)
        table = shell.composer.messages.table
        table.setFocus()
        shell.composer.messages.choose_person(0)
        gone = people(shell).dst[0:2]
        QTest.keyClick(table, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
        QTest.keyClick(table, Qt.Key.Key_Delete)
        assert (len(people(shell)), people(shell).dst[0]) == (32, people(shell).dst[0])
        assert not set(gone) & set(people(shell).dst)
        assert notices(shell)[-1] == "2 recipients removed."
        undo = [b for b in shell.window._notices.findChildren(QPushButton) if b.text() == "Undo"][-1]
        undo.click()
        assert people(shell).dst[0:2] == gone

    play(act)


def test_pasted_numbers_pass_the_import_and_known_ones_count_as_duplicates(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        shell = await opened(scene)
        await with_people(shell)
        QGuiApplication.clipboard().setText("0176 04069012, 0176 99999901")
        shell.composer.messages.people.paste.click()
        await until(shell.importing.take.isEnabled)
        assert shell.importing.result is not None
        counts = shell.importing.result.counts
        assert (counts.valid, counts.duplicates) == (1, 1)
        shell.importing.take.trigger()
        assert (len(people(shell)), people(shell).dst[-1]) == (35, "+4917699999901")
        shell.window.back()
        assert shell.window.page_key() == "campaigns"

    play(act)


def test_an_empty_clipboard_is_told(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        shell = await opened(scene)
        QGuiApplication.clipboard().clear()
        shell.composer.recipients.people.paste.click()
        assert notices(shell) == ["There is no text on the clipboard."]
        assert shell.window.page_key() == "composer"

    play(act)


def test_a_box_finds_people_by_number_and_by_words(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        shell = await opened(scene)
        await with_people(shell)
        shell.composer.go_tab("recipients")
        tab = shell.composer.recipients
        for words, numbers in (
            ("okonkwo", ["+4917604069005", "+4917604069014", "+4917604069070"]),
            ("0176 04069027", ["+4917604069027"]),
            ("nobody", []),
        ):
            tab.finder.clear()
            QTest.keyClicks(tab.finder, words)
            await scene.settled_of(FINDING)
            rows = tab.people.table.rows
            assert [rows.row_at(at).dst for at in range(rows.rowCount())] == numbers
        tab.finder.selectAll()
        QTest.keyClick(tab.finder, Qt.Key.Key_Delete)
        await scene.settled_of(FINDING)
        assert tab.people.table.rows.rowCount() == 34

    play(act)


def test_while_a_text_is_typed_a_long_list_is_read_only_where_it_is_seen(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        shell = await opened(scene)
        add_many(shell, 30_000)
        draft, card = campaign_of(shell), shell.composer.messages.people
        editor = shell.composer.messages.editor
        editor.setFocus()
        QTest.keyClicks(editor, "abcdef")
        await until(lambda: card.shown is not None and card.shown.message.text == "abcdef")
        assert draft.campaign.messages[0].text == "abcdef"
        assert card.shown is not None
        assert 0 < len(card.shown._made) < 100

    play(act)


def test_columns_are_those_of_the_text_first_and_all_of_them_on_the_tab(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        shell = await opened(scene)
        await with_people(shell)
        composer = shell.composer
        composer.messages.editor.setPlainText("{Auftrag} is ready in {ort}")
        await until(lambda: "Auftrag" in composer.messages.table.names)
        assert composer.messages.table.names == ("Kundennr", "Anrede", "Ort", "Auftrag")
        composer.go_tab("recipients")
        assert len(composer.recipients.people.table.names) == 6

    play(act)


def test_who_lacks_a_field_is_told_and_shown(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        shell = await opened(scene)
        add_many(shell, 3)
        draft, composer = campaign_of(shell), shell.composer
        composer.messages.choose_person(1)
        write(composer.messages.table, "field:Name", " ")
        draft.write_text(0, "Hello {Name}")
        lacking = composer.messages.people.pills.pill("lacking")
        await until(lacking.isVisible)
        assert lacking.accessibleName() == "1 lacks a field"
        await until(lambda: draft.review and any(p.code == "field_empty" for p in draft.review.problems))
        assert draft.review is not None
        composer.go_tab("review")
        composer.go_to(next(p for p in draft.review.problems if p.code == "field_empty"))
        assert (composer.tabs.key(), composer.messages.table.currentIndex().row()) == ("messages", 1)
        assert composer.side._row == 1

    play(act)


def test_a_doubtful_number_is_shown_among_the_recipients(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        shell = await opened(scene)
        add_many(shell, 2)
        draft, composer = campaign_of(shell), shell.composer
        draft.add_recipients(0, Recipients(["+494315550104"], [""]))
        await until(
            lambda: draft.review and any(p.code == "recipients_doubtful" for p in draft.review.problems)
        )
        assert draft.review is not None
        composer.go_to(next(p for p in draft.review.problems if p.code == "recipients_doubtful"))
        table = composer.recipients.people.table
        assert (composer.tabs.key(), table.currentIndex().row()) == ("recipients", 2)
        state = next(i for i, one in enumerate(table.rows.columns) if one.key == "state")
        assert table.rows.data(table.rows.index(2, state)) == "doubtful"

    play(act)
