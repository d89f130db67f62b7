"""The import screen at work in the whole window: files of every kind, by keyboard alone, nothing lost."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import qasync
from PySide6.QtCore import QMimeData, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFileDialog,
    QInputDialog,
    QLineEdit,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot
from screens import until

from smsdesk.core.recipients import Recipients
from smsdesk.desk.desk import Desk
from smsdesk.store.workspace import Store
from smsdesk.ui.importing import ImportPage
from smsdesk.ui.importing_columns import remapped, role_words, roles_of
from smsdesk.ui.shell import Shell
from smsdesk.ui.window import MainWindow
from smsdesk.words import use_language

GOOD, OTHER, THIRD = "+4917604069012", "+4915228817386", "+491729925904"
TABLE = "Mobil;Vorname;Ort\n0176/04069012;Jana;Kiel\n0176 12x;Mehmet;Kiel\n+49 431 5550104;Adaeze;Kiel\n"
TABLE += "0049 176 04069012;Jana;Kiel\n;;\n01522 8817386;Ada;Bonn\n"
Keys = Qt.Key

Act = Callable[[Shell], Awaitable[None]]


@pytest.fixture
def window(loop: qasync.QEventLoop, qtbot: QtBot, tmp_path: Path) -> Callable[[Act], None]:
    """Runs an act in the window, a new campaign open; no bug may be noticed."""

    async def nothing() -> Any:
        raise AssertionError

    async def scene(act: Act) -> None:
        async with Desk(store, nothing) as desk:
            app = QApplication.instance()
            assert isinstance(app, QApplication)
            made = MainWindow()
            qtbot.addWidget(made)
            made.show()
            await active(made)
            shell = Shell(app, made, desk)
            await shell.start()
            shell.open_campaign(await desk.campaigns.create("Autumn"))
            await act(shell)
            said = [bar.notice.sentence for bar in made._notices.bars()] if made._notices else []
            assert not any("bug" in sentence for sentence in said)
            # A timer that rings after the desk is closed would find nobody.
            await until(lambda: not any(t.isActive() for t in made.findChildren(QTimer) if t.isSingleShot()))

    store = Store.open(tmp_path / "workspace")

    def run(act: Act) -> None:
        with store:
            loop.run_until_complete(scene(act))

    return run


async def active(window: MainWindow) -> None:
    """Gives the window the keys, as a window system does; without one a menu keeps them."""
    window.activateWindow()
    await until(window.isActiveWindow)


async def read(shell: Shell, *sources: Path | str) -> ImportPage:
    """Opens files and waits for the first."""
    shell.open_sources(sources, "DE")
    await settled(shell.importing)
    return shell.importing


async def settled(page: ImportPage) -> None:
    await until(lambda: page._steps.idle)


def table(tmp_path: Path, text: str = TABLE, name: str = "customers.csv", encoding: str = "utf-8") -> Path:
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


def numbers(shell: Shell) -> list[str]:
    assert shell.composer.opened is not None
    return list(shell.composer.opened.campaign.messages[0].recipients.dst)


def values(page: ImportPage) -> list[str]:
    rows = page.problems.table.rows
    return [rows.row_at(at).where.value or "" for at in range(rows.rowCount())]


def press(widget: QWidget | None, *keys: Qt.Key) -> None:
    """Keys into whatever has the focus."""
    assert widget is not None
    for key in keys:
        QTest.keyClick(widget, key)


def focused(window: MainWindow) -> QWidget:
    found = window.focusWidget()
    assert found is not None
    return found


def tab_to(window: MainWindow, goal: QWidget) -> None:
    """Goes on by Tab until a widget has the focus."""
    for _ in range(60):
        if focused(window) is goal:
            return
        press(focused(window), Keys.Key_Tab)
    pytest.fail(f"{goal.accessibleName()} is not reached by Tab")


def editor(page: ImportPage) -> QLineEdit:
    """The line in which a value is being mended."""
    lines = page.problems.table.viewport().findChildren(QLineEdit)
    return next(line for line in lines if line.isVisible())


async def mend(page: ImportPage, at: int, words: str) -> None:
    """Writes another value into the cell of a row."""
    page.problems.table.choose_at(at)
    press(page.problems.table, Keys.Key_F2)
    line = editor(page)
    line.setText("")
    QTest.keyClicks(line, words)
    await commit(page, line)


async def commit(page: ImportPage, line: QLineEdit) -> None:
    """Enter; Qt hands over what was written when the loop turns."""
    press(line, Keys.Key_Return)
    await until(lambda: page.problems.table.state() is not QAbstractItemView.State.EditingState)
    await settled(page)


# -- the whole way ---------------------------------------------------------------------------------


@pytest.mark.qt_log_ignore("propagateSizeHints", r"raise\(\)", "grabbing the keyboard")
def test_by_keyboard_from_the_file_to_the_recipients(window: Callable[[Act], None], tmp_path: Path) -> None:
    async def act(shell: Shell) -> None:
        page = await read(shell, table(tmp_path))
        assert focused(shell.window) is page.mapping
        press(page.mapping, Keys.Key_Right, Keys.Key_Right, Keys.Key_Return)
        menu = page.mapping.menu()
        assert menu is not None
        press(menu, Keys.Key_Up, Keys.Key_Up, Keys.Key_Return)
        await active(shell.window)
        await settled(page)
        assert page.mapping.role("Ort") == "unused"
        tab_to(shell.window, page.sums.pills["invalid"])
        press(page.sums.pills["invalid"], Keys.Key_Space)
        assert values(page) == ["0176 12x"]
        tab_to(shell.window, page.problems.table)
        press(page.problems.table, Keys.Key_Return)
        line = editor(page)
        assert line.text() == "0176 12x"
        QTest.keyClicks(line, "0172 9925904")
        await commit(page, line)
        assert page.take.text() == "Take 3 recipients"
        QTest.keyClick(focused(shell.window), Keys.Key_S, Qt.KeyboardModifier.ControlModifier)
        dialog = page.findChildren(QFileDialog)[0]
        dialog.fileSelected.emit(str(tmp_path / "rest.csv"))
        dialog.reject()
        await active(shell.window)
        await until((tmp_path / "rest.csv").exists)
        QTest.keyClick(focused(shell.window), Keys.Key_Return, Qt.KeyboardModifier.ControlModifier)
        assert shell.window.page_key() == "composer"
        assert numbers(shell) == [GOOD, THIRD, OTHER]
        assert list(shell.composer.opened.campaign.messages[0].recipients.fields) == ["Vorname"]  # type: ignore[union-attr]

    window(act)


def test_the_parts_of_the_sum_filter_what_is_listed(window: Callable[[Act], None], tmp_path: Path) -> None:
    async def act(shell: Shell) -> None:
        page = await read(shell, table(tmp_path))
        assert page.sums.rows.text() == "6 rows"
        words = {kind: pill.accessibleName() for kind, pill in page.sums.pills.items() if pill.isVisible()}
        assert words == {
            "valid": "2 usable",
            "doubtful": "1 doubtful",
            "invalid": "1 unusable",
            "duplicates": "1 duplicate",
            "blank": "1 blank",
        }
        assert values(page) == ["0176 12x", "+49 431 5550104", "0049 176 04069012"]
        for kind, shown in (("doubtful", ["+49 431 5550104"]), ("duplicates", ["0049 176 04069012"])):
            page.sums.pills[kind].click()
            assert values(page) == shown
        page.sums.pills["duplicates"].click()
        assert len(values(page)) == 3
        assert not page.sums.pills["blank"].isEnabled()
        page.problems.reason.choose("number_landline")
        page.problems.reason.activated.emit(0)
        assert values(page) == ["+49 431 5550104"]

    window(act)


def test_a_duplicate_tells_of_the_row_that_is_kept(window: Callable[[Act], None], tmp_path: Path) -> None:
    async def act(shell: Shell) -> None:
        page = await read(shell, table(tmp_path))
        page.sums.pills["duplicates"].click()
        rows = page.problems.table.rows
        words = [column.text(rows.row_at(0)) for column in rows.columns]
        assert words[0] == "5"
        assert "row 2" in words[3]
        assert "0176/04069012" in words[3]

    window(act)


def test_a_mend_is_checked_at_once_and_can_be_undone(window: Callable[[Act], None], tmp_path: Path) -> None:
    async def act(shell: Shell) -> None:
        page = await read(shell, table(tmp_path))
        await mend(page, 0, "0172 99x")
        assert values(page)[0] == "0172 99x"
        await mend(page, 0, "0172 9925904")
        assert values(page)[0] == "+49 431 5550104"
        page.undo.trigger()
        page.undo.trigger()
        assert values(page)[0] == "0176 12x"
        page.redo.trigger()
        assert values(page)[0] == "0172 99x"
        assert page.result is not None
        assert page.result.counts.rows == 6

    window(act)


def test_an_unseen_character_is_named_and_stays_in_the_cell(
    window: Callable[[Act], None], tmp_path: Path
) -> None:
    async def act(shell: Shell) -> None:
        page = await read(shell, table(tmp_path, "Mobil;Name\n0176\u200b\u00a012;Jana\n017604069012;Ada\n"))
        rows = page.problems.table.rows
        shown = [column.text(rows.row_at(0)) for column in rows.columns]
        assert "[zero-width space][no-break space]" in shown[2]
        page.problems.table.choose_at(0)
        press(page.problems.table, Keys.Key_F2)
        assert editor(page).text() == "0176\u200b\u00a012"

    window(act)


def test_doubtful_numbers_are_used_by_one_click_and_held_by_the_next(
    window: Callable[[Act], None], tmp_path: Path
) -> None:
    async def act(shell: Shell) -> None:
        page = await read(shell, table(tmp_path))
        page.sums.use.click()
        assert page.take.text() == "Take 3 recipients"
        page.sums.use.click()
        assert page.take.text() == "Take 2 recipients"
        page.sums.use.click()
        page.take.trigger()
        assert len(numbers(shell)) == 3
        opened = shell.composer.opened
        assert opened is not None
        assert opened.campaign.left_out.doubtful == 0
        assert opened.campaign.left_out.invalid == 1
        shell.composer.undo.trigger()
        assert numbers(shell) == []

    window(act)


# -- how a file is read, and what its columns are --------------------------------------------------


def test_another_encoding_is_read_at_once(window: Callable[[Act], None], tmp_path: Path) -> None:
    async def act(shell: Shell) -> None:
        page = await read(shell, table(tmp_path, "Mobil;Name\n017604069012;Jürgen\n", encoding="cp1252"))
        assert page.source.encoding.currentText() == "Windows-1252"
        assert page.source.letters.text() == "Jürgen"
        page.source.encoding.choose("cp850")
        page.source.encoding.activated.emit(0)
        await settled(page)
        assert page.source.encoding.currentText() == "CP850"
        assert page.result is not None
        assert page.result.sheet.first(1) == [("017604069012", "J³rgen")]
        assert page.mapping.columns.words(2, 1) == "J³rgen"

    window(act)


def test_an_encoding_that_does_not_fit_says_so_and_changes_nothing(
    window: Callable[[Act], None], tmp_path: Path
) -> None:
    async def act(shell: Shell) -> None:
        page = await read(shell, table(tmp_path, "Mobil;Name\n017604069012;Jürgen\n", encoding="cp1252"))
        page.source.encoding.choose("utf-8")
        page.source.encoding.activated.emit(0)
        await settled(page)
        assert page.trouble.isVisible()
        assert page.source.encoding.currentText() == "Windows-1252"
        assert page.take.isEnabled()

    window(act)


def test_a_line_above_can_be_the_heading_and_so_can_none(
    window: Callable[[Act], None], tmp_path: Path
) -> None:
    async def act(shell: Shell) -> None:
        text = "Export;of;today\n\nMobil;Vorname;Ort\n017604069012;Jana;Kiel\n"
        page = await read(shell, table(tmp_path, text))
        assert page.source.header.currentText() == "Line 3"
        page.source.header.choose("1")
        page.source.header.activated.emit(0)
        await settled(page)
        assert page.mapping.columns.header == ("Export", "of", "today")
        page.source.header.choose("0")
        page.source.header.activated.emit(0)
        await settled(page)
        assert page.source.header.currentText() == "None"
        assert page.result is not None
        assert page.result.sheet.header_line == 0

    window(act)


def test_a_table_that_was_taken_is_known_the_next_time(window: Callable[[Act], None], tmp_path: Path) -> None:
    async def act(shell: Shell) -> None:
        page = await read(shell, table(tmp_path))
        page.mapping.role_chosen.emit("Ort", "unused")
        await settled(page)
        page.take.trigger()
        await until(lambda: not shell.desk.tasks.runs("layout of an import"))
        await read(shell, table(tmp_path, TABLE.replace("0176", "0175"), "next.csv"))
        assert page.mapping.role("Ort") == "unused"
        assert "customers.csv" in page.source.known.text()
        page.source.names.click()
        await settled(page)
        assert page.mapping.role("Ort") == "field"
        assert not page.source.known.isVisible()

    window(act)


def test_a_column_that_was_renamed_is_told(window: Callable[[Act], None], tmp_path: Path) -> None:
    async def act(shell: Shell) -> None:
        page = await read(shell, table(tmp_path))
        page.take.trigger()
        await until(lambda: not shell.desk.tasks.runs("layout of an import"))
        text = TABLE.replace("Mobil", "Handy").replace("0176", "0175")
        await read(shell, table(tmp_path, text, "next.csv"))
        assert page.mapping.role("Handy") == "dst"
        assert "“Mobil” is now “Handy”" in page.source.known.text()

    window(act)


def test_times_are_read_by_a_zone_that_can_be_chosen(window: Callable[[Act], None], tmp_path: Path) -> None:
    async def act(shell: Shell) -> None:
        page = await read(
            shell, table(tmp_path, f"Mobil;Sperrzeit\n{GOOD};2030-11-24 20:00/2030-11-25 08:00\n")
        )
        page.mapping.role_chosen.emit("Sperrzeit", "blackouts")
        await settled(page)
        assert page.source.zone.isVisible()
        page.source.zone.choose("America/New_York")
        page.source.zone.activated.emit(0)
        await settled(page)
        assert page.result is not None
        (period,) = page.result.recipients.row(0).blackouts
        assert period.start.utcoffset() == timedelta(hours=-5)
        page.mapping.role_chosen.emit("Sperrzeit", "unused")
        await settled(page)
        assert not page.source.zone.isVisible()

    window(act)


def test_a_field_takes_the_name_that_the_text_has(window: Callable[[Act], None], tmp_path: Path) -> None:
    async def act(shell: Shell) -> None:
        assert shell.composer.opened is not None
        shell.composer.opened.add_recipients(0, Recipients([OTHER], [""], {"First name": ["Ada"]}))
        page = await read(shell, table(tmp_path))
        page.mapping.name_asked.emit("Vorname")
        dialog = page.findChildren(QInputDialog)[0]
        assert dialog.comboBoxItems() == ["Vorname", "First name"]
        dialog.textValueSelected.emit("First name")
        dialog.reject()
        await settled(page)
        assert page.mapping.columns.words(0, 1) == "Field {First name}"
        page.take.trigger()
        fields = shell.composer.opened.campaign.messages[0].recipients.fields
        assert list(fields["First name"]) == ["Ada", "Jana"]

    window(act)


def test_what_is_compared_with_and_the_country_can_be_chosen_and_undone(
    window: Callable[[Act], None], tmp_path: Path
) -> None:
    async def act(shell: Shell) -> None:
        page = await read(shell, table(tmp_path, "Mobil\n0664 1234567\n"))
        for choice, key in ((page.source.recent, "30"), (page.source.region, "AT")):
            choice.choose(key)
            choice.activated.emit(0)
            await settled(page)
        assert page._steps.state is not None
        assert page._steps.state.wanted.recent_days == 30
        assert page.take.text() == "Take 1 recipient"
        page.undo.trigger()
        assert page.source.region.key() == "DE"
        assert page.source.recent.key() == "30"
        page.redo.trigger()
        page.take.trigger()
        assert numbers(shell) == ["+436641234567"]
        assert shell.composer.opened is not None
        assert shell.composer.opened.campaign.region == "AT"

    window(act)


def test_without_a_number_the_page_says_what_to_choose(window: Callable[[Act], None], tmp_path: Path) -> None:
    async def act(shell: Shell) -> None:
        page = await read(shell, table(tmp_path, "Name;Ort\nJana;Kiel\nAda;Bonn\n"))
        assert page.no_number.isVisible()
        assert not page.take.isEnabled()
        page.mapping.role_chosen.emit("Ort", "dst")
        await settled(page)
        assert page.no_number.isHidden()

    window(act)


def test_many_columns_are_walked_to_the_last(window: Callable[[Act], None], tmp_path: Path) -> None:
    async def act(shell: Shell) -> None:
        head = ";".join(["Mobil", *(f"Merkmal {at}" for at in range(400))])
        page = await read(shell, table(tmp_path, f"{head}\n017604069012{';x' * 400}\n"))
        page.mapping.setFocus()
        press(page.mapping, Keys.Key_End)
        assert page.mapping.currentIndex().column() == 400
        at = page.mapping.visualRect(page.mapping.currentIndex())
        assert page.mapping.viewport().rect().contains(at.center())
        press(page.mapping, Keys.Key_Home)
        assert page.mapping.currentIndex().column() == 0

    window(act)


# -- several files, and what goes wrong --------------------------------------------------------------


def test_several_files_come_one_after_the_other_and_know_of_each_other(
    window: Callable[[Act], None], tmp_path: Path
) -> None:
    async def act(shell: Shell) -> None:
        second = table(tmp_path, f"Mobil\n017604069012\n{THIRD}\n", "second.csv")
        page = await read(shell, table(tmp_path), second)
        assert page.header._subtitle.text().startswith("File 1 of 2: customers.csv")
        page.take.trigger()
        await settled(page)
        assert shell.window.page_key() == "import"
        assert page.header._subtitle.text().startswith("File 2 of 2: second.csv")
        assert page.take.text() == "Take 1 recipient"
        assert page.sums.pills["duplicates"].accessibleName() == "1 duplicate"
        page.take.trigger()
        assert shell.window.page_key() == "composer"
        assert numbers(shell) == [GOOD, OTHER, THIRD]

    window(act)


def test_cancel_leaves_the_rest_of_the_files(window: Callable[[Act], None], tmp_path: Path) -> None:
    async def act(shell: Shell) -> None:
        second = table(tmp_path, f"Mobil\n{THIRD}\n", "second.csv")
        page = await read(shell, table(tmp_path), second)
        page.take.trigger()
        await settled(page)
        page.cancel.trigger()
        assert shell.window.page_key() == "composer"
        assert numbers(shell) == [GOOD, OTHER]
        assert page.result is None

    window(act)


def test_taking_back_the_first_file_is_seen_by_the_second(
    window: Callable[[Act], None], tmp_path: Path
) -> None:
    async def act(shell: Shell) -> None:
        page = await read(shell, table(tmp_path), table(tmp_path, "Mobil\n017604069012\n", "second.csv"))
        page.take.trigger()
        await settled(page)
        assert not page.take.isEnabled()
        page.cancel.trigger()
        page = await read(shell, table(tmp_path, f"Mobil\n017604069012\n{THIRD}\n", "third.csv"))
        assert page.take.text() == "Take 1 recipient"
        shell.composer.undo.trigger()
        page.take.trigger()
        await settled(page)
        assert numbers(shell) == []
        assert page.take.text() == "Take 2 recipients"
        page.take.trigger()
        assert numbers(shell) == [GOOD, THIRD]

    window(act)


def _bad(tmp_path: Path, kind: str) -> Path:
    path = tmp_path / f"{kind}.csv"
    if kind == "folder":
        path.mkdir()
    elif kind != "missing":
        path.write_bytes({"empty": b"", "binary": b"%PDF-1.7", "broken": b"PK\x03\x04 and so on"}[kind])
    return path


def test_a_file_that_cannot_be_read_is_a_sentence_on_the_page(
    window: Callable[[Act], None], tmp_path: Path
) -> None:
    async def act(shell: Shell) -> None:
        assert shell.composer.opened is not None
        shell.composer.opened.add_recipients(0, Recipients([OTHER], [""]))
        for kind in ("empty", "binary", "broken", "folder", "missing"):
            page = await read(shell, _bad(tmp_path, kind), table(tmp_path))
            assert page.trouble.isVisible(), kind
            words = page.trouble.findChildren(QWidget)[0].accessibleName()
            assert words.endswith("."), words
            assert words.count(".") >= 2, words
            assert focused(shell.window) is page.trouble.acts[0]
            assert not page.take.isEnabled()
            assert not page._lower.isVisible()
            assert numbers(shell) == [OTHER]
            page.trouble.acts[-1].click()
            await settled(page)
            assert page.trouble.isHidden()
            assert page.take.isEnabled()

    window(act)


def test_a_rest_that_cannot_be_written_is_told_and_the_page_stays(
    window: Callable[[Act], None], tmp_path: Path
) -> None:
    async def act(shell: Shell) -> None:
        page = await read(shell, table(tmp_path))
        page.write_rest(tmp_path / "no such folder" / "rest.csv")
        await until(lambda: shell.window._notices is not None and shell.window._notices.bars())
        bar = shell.window._notices.bars()[-1]  # type: ignore[union-attr]
        assert bar.notice.level == "error"
        assert "rest.csv" in bar.notice.sentence
        assert page.take.isEnabled()
        page.write_rest(tmp_path / "rest.xlsx")
        await until((tmp_path / "rest.xlsx").exists)
        await read(shell, tmp_path / "rest.xlsx")
        assert page.sums.rows.text() == "3 rows"

    window(act)


def test_cancelling_the_reading_leaves_the_campaign_as_it_was(
    window: Callable[[Act], None], tmp_path: Path
) -> None:
    async def act(shell: Shell) -> None:
        many = "Mobil;Name\n" + "".join(f"0176{at:08};Jana\n" for at in range(200_000))
        shell.open_sources([table(tmp_path, many)], "DE")
        page = shell.importing
        assert page.reading.isVisible()
        await until(lambda: focused(shell.window) is page.reading.stop)
        press(page.reading.stop, Keys.Key_Space)
        assert shell.window.page_key() == "composer"
        assert numbers(shell) == []
        await until(lambda: not shell.desk.tasks.runs("import"))
        assert page.result is None

    window(act)


def test_files_that_are_dropped_are_read_one_after_the_other(
    window: Callable[[Act], None], tmp_path: Path
) -> None:
    async def act(shell: Shell) -> None:
        paths = [table(tmp_path), table(tmp_path, f"Mobil\n{THIRD}\n", "second.csv")]
        dropped = QMimeData()
        dropped.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        copy, left = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
        none = Qt.KeyboardModifier.NoModifier
        came = QDragEnterEvent(QPointF(9, 9).toPoint(), copy, dropped, left, none)
        QApplication.sendEvent(shell.composer, came)
        assert came.isAccepted()
        QApplication.sendEvent(shell.composer, QDropEvent(QPointF(9, 9), copy, dropped, left, none))
        await settled(shell.importing)
        assert shell.importing.header._subtitle.text().startswith("File 1 of 2")
        QApplication.sendEvent(shell.importing, came)
        QApplication.sendEvent(shell.importing, QDropEvent(QPointF(9, 9), copy, dropped, left, none))
        assert shell.importing.header._subtitle.text().startswith("File 1 of 4")

    window(act)


def test_rows_from_a_spreadsheet_are_pasted_through_the_same_page(window: Callable[[Act], None]) -> None:
    async def act(shell: Shell) -> None:
        QGuiApplication.clipboard().setText("Handy\tVorname\n0176 04069012\tJana\n0176\tAda\n")
        shell.composer.taking.paste()
        page = shell.importing
        await settled(page)
        assert page.source.delimiter.key() == "\t"
        assert not page.source.encoding.isVisible()
        page.take.trigger()
        assert numbers(shell) == [GOOD]

    window(act)


# -- texts of people's own -------------------------------------------------------------------------


async def with_own_text(shell: Shell, tmp_path: Path) -> None:
    page = await read(shell, table(tmp_path, "Mobil;Nachricht\n017604069012;Hello Jana\n"))
    page.mapping.role_chosen.emit("Nachricht", "text")
    await settled(page)
    page.take.trigger()


def test_texts_of_the_file_become_the_text_where_there_is_none(
    window: Callable[[Act], None], tmp_path: Path
) -> None:
    async def act(shell: Shell) -> None:
        await with_own_text(shell, tmp_path)
        assert shell.composer.opened is not None
        assert shell.composer.opened.campaign.messages[0].text == "{Nachricht}"
        bar = shell.window._notices.bars()[-1]  # type: ignore[union-attr]
        bar.findChildren(QPushButton)[0].click()
        assert shell.composer.opened.campaign.messages[0].text == ""
        assert numbers(shell) == []

    window(act)


def test_a_text_that_is_written_stays_and_theirs_is_offered(
    window: Callable[[Act], None], tmp_path: Path
) -> None:
    async def act(shell: Shell) -> None:
        assert shell.composer.opened is not None
        shell.composer.opened.write_text(0, "Hello")
        await with_own_text(shell, tmp_path)
        assert shell.composer.opened.campaign.messages[0].text == "Hello"
        bar = shell.window._notices.bars()[-1]  # type: ignore[union-attr]
        assert "{Nachricht}" in bar.notice.sentence
        bar.findChildren(QPushButton)[0].click()
        assert shell.composer.opened.campaign.messages[0].text == "{Nachricht}"

    window(act)


# -- what columns can be -----------------------------------------------------------------------------

HEADER = ("Handy", "Vorname", "Kunde", "Bis")
MAPPING = {"dst": "Handy", "field:First name": "Vorname", "reference": "Kunde", "field:Kunde": "Kunde"}


def test_each_column_has_one_role() -> None:
    assert roles_of(MAPPING) == {
        "Handy": ("dst", ""),
        "Vorname": ("field", "First name"),
        "Kunde": ("reference", "Kunde"),
    }


@pytest.mark.parametrize(
    ("column", "role", "name", "expected"),
    [
        ("Bis", "blackout_end", "", {**MAPPING, "blackout_end": "Bis"}),
        ("Kunde", "unused", "", {"dst": "Handy", "field:First name": "Vorname"}),
        (
            "Vorname",
            "dst",
            "",
            {"field:Handy": "Handy", "dst": "Vorname", "reference": "Kunde", "field:Kunde": "Kunde"},
        ),
        ("Vorname", "field", "Name", {**MAPPING, "field:Name": "Vorname"}),
        ("Vorname", "text", "", {**MAPPING, "text": "Vorname"}),
        ("Bis", "reference", "", {**MAPPING, "reference": "Bis", "field:Bis": "Bis"}),
    ],
)
def test_a_role_that_is_chosen_leaves_the_others_as_they_are(
    column: str, role: str, name: str, expected: dict[str, str]
) -> None:
    if name:
        expected.pop("field:First name")
    assert remapped(MAPPING, HEADER, column, role, name) == expected
    assert list(remapped(MAPPING, HEADER, "Handy", "dst")) == list(MAPPING)


def test_a_field_is_shown_as_the_text_writes_it() -> None:
    assert role_words("field", "First name", "Vorname") == "Field {First name}"
    assert role_words("unused", "", "Vorname") == "Not used"


def test_the_sum_is_whole_where_words_are_long(window: Callable[[Act], None], tmp_path: Path) -> None:
    use_language("de")

    async def act(shell: Shell) -> None:
        lines = [
            "Mobil;Name",
            *(f"0151/{at:08};A" for at in range(30_000_000, 30_003_000)),
            "0431 5550104;B",
            "x;C",
        ]
        lines += ["0151/30000001;D"] * 200 + [";"] * 40 + ["0151/30000002;E"]
        file = tmp_path / "kunden.csv"
        file.write_text("\n".join(lines), "utf-8")
        await shell.desk.do_not_contact.add([f"+49151{at:08}" for at in range(30_000_000, 30_000_020)], "")
        shell.open_file(file, "DE")
        await until(shell.importing.take.isEnabled)
        rows, save = shell.importing.sums.rows, shell.importing.sums.save
        for width in (1024, 1360, 1600):
            shell.window.resize(width, 700)
            await until(lambda: shell.importing.width() > 0.7 * shell.window.width())
            shell.importing.body.activate()
            shell.importing.grab()
            assert rows.width() >= rows.sizeHint().width()
            assert save.mapTo(shell.window, save.rect().topRight()).x() <= width

    window(act)
