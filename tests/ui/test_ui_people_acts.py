"""The recipient table as a spreadsheet: written, copied and pasted in blocks, sorted, filtered, arranged."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import qasync
from composing import until
from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from smsdesk.core.blackouts import Period
from smsdesk.core.recipients import Blackened, Recipients, Removed
from smsdesk.desk.campaigns import OpenCampaign
from smsdesk.desk.desk import Desk, open_desk
from smsdesk.ui.cells import CellInput
from smsdesk.ui.chooser import ColumnChooser
from smsdesk.ui.compose_periods import OwnPeriods
from smsdesk.ui.compose_recipients import PeopleCard, RecipientsTab
from smsdesk.ui.lists_dialogs import ListPicker, SaveListDialog

CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
KEY = Qt.Key
NIGHT = Period(datetime(2026, 12, 1, 20, tzinfo=UTC), datetime(2026, 12, 2, 8, tzinfo=UTC))

LATER = Period(datetime(2026, 12, 3, 20, tzinfo=UTC), datetime(2026, 12, 4, 8, tzinfo=UTC))


class Seat:
    """The tab alone, with a campaign open, and a person's hands on the keyboard."""

    def __init__(self, desk: Desk, opened: OpenCampaign, tab: RecipientsTab) -> None:
        self.desk, self.opened, self.tab = desk, opened, tab
        self.told: list[tuple[str, str, str]] = []
        self.action: object = None
        opened.listen(lambda: tab.show_campaign(opened, 0))
        tab.people.told.connect(self._hear)

    def _hear(self, level: str, words: str, hint: str, action: object) -> None:
        self.told.append((level, words, hint))
        self.action = action

    @property
    def card(self) -> PeopleCard:
        return self.tab.people

    @property
    def rows(self) -> Recipients:
        return self.opened.campaign.messages[0].recipients

    def go(self, row: int, column: str) -> None:
        table = self.card.table
        # By a key that was held before a table would choose more.
        model, only = table.selectionModel(), QItemSelectionModel.SelectionFlag.ClearAndSelect
        model.setCurrentIndex(table.rows.index(row, self.section(column)), only)
        table.setFocus()

    def section(self, column: str) -> int:
        return next(i for i, one in enumerate(self.card.table.rows.columns) if one.key == column)

    def press(self, key: KEY, *with_keys: Qt.KeyboardModifier, times: int = 1) -> None:
        modifiers = Qt.KeyboardModifier.NoModifier
        for one in with_keys:
            modifiers |= one
        for _ in range(times):
            QTest.keyClick(self.card.table, key, modifiers)

    def line(self) -> CellInput:
        return self.card.table.viewport().findChildren(CellInput)[-1]

    def column(self, key: str) -> list[str]:
        rows = self.card.table.rows
        at = self.section(key)
        return [str(rows.data(rows.index(row, at))) for row in range(rows.rowCount())]

    async def calm(self) -> None:
        """Until every task of the card has ended."""
        await until(
            lambda: not any("recipients" in key or "columns" in key for key in self.desk.tasks._running)
        )


Act = Callable[[Seat], Awaitable[None]]


@pytest.fixture
def sit(loop: qasync.QEventLoop, tmp_path: Path, qtbot: QtBot) -> Callable[[Act], None]:
    """Seats a person before three recipients."""

    async def seated(act: Act) -> None:
        async with open_desk(tmp_path / "workspace") as desk:
            heard: list[object] = []
            desk.on_notice(heard.append)
            tab = RecipientsTab(desk)
            qtbot.addWidget(tab)
            tab.resize(1100, 640)
            tab.show()
            seat = Seat(desk, await desk.campaigns.create("Autumn"), tab)
            tab.show_campaign(seat.opened, 0)
            seat.opened.add_recipients(0, three())
            await seat.calm()
            tab.activateWindow()
            seat.go(0, "dst")
            await act(seat)
            await seat.calm()
            assert heard == []

    return lambda act: loop.run_until_complete(seated(act))


def three() -> Recipients:
    numbers = ["+4917604069003", "+4917604069001", "+4917604069002"]
    fields = {"Name": ["Cy", "Ada", "Bo"], "City": ["Kiel", "Bonn", "Köln"]}
    return Recipients(numbers, ["r3", "r1", "r2"], fields)


def clip(text: str | None = None) -> str:
    if text is not None:
        QGuiApplication.clipboard().setText(text)
    return QGuiApplication.clipboard().text()


def turn() -> None:
    """The table takes over what was written with the next turn of the loop."""
    QApplication.sendPostedEvents()


@contextmanager
def dialog_of(seat: Seat, kind: type[QWidget]) -> Iterator[QWidget]:
    made = [one for one in seat.card.findChildren(kind) if one.isVisible()]
    assert len(made) == 1
    yield made[0]


# -- cells -----------------------------------------------------------------------------------------


def test_a_letter_begins_to_write_in_the_cell_under_the_cursor(sit: Callable[[Act], None]) -> None:
    async def act(seat: Seat) -> None:
        seat.press(KEY.Key_Right, times=3)
        seat.press(KEY.Key_Down)
        assert seat.card.table.currentIndex().column() == seat.section("field:Name")
        QTest.keyClicks(seat.card.table, "M")
        assert seat.line().text() == "M"
        QTest.keyClicks(seat.line(), "ira")
        QTest.keyClick(seat.line(), KEY.Key_Return)
        turn()
        assert list(seat.rows.fields["Name"]) == ["Cy", "Mira", "Bo"]
        seat.go(1, "reference")
        seat.press(KEY.Key_F2)
        seat.line().setText("new")
        QTest.keyClick(seat.line(), KEY.Key_Return)
        turn()
        assert list(seat.rows.reference) == ["r3", "new", "r2"]
        seat.opened.undo()
        seat.opened.undo()
        assert list(seat.rows) == list(three())
        seat.opened.redo()
        assert list(seat.rows.fields["Name"]) == ["Cy", "Mira", "Bo"]

    sit(act)


def test_a_refused_number_says_why_at_the_cell_and_is_not_lost(sit: Callable[[Act], None]) -> None:
    async def act(seat: Seat) -> None:
        seat.press(KEY.Key_F2)
        line = seat.line()
        line.selectAll()
        QTest.keyClicks(line, "nobody")
        for key in (KEY.Key_Return, KEY.Key_Tab):
            QTest.keyClick(line, key)
            assert (line.isVisible(), line.property("wrong")) == (True, True)
            assert line._why is not None
            assert line._why.isVisible()
        seat.tab.finder.setFocus()
        turn()
        assert list(seat.rows) == list(three())
        assert [words for _, words, _ in seat.told] == ["nobody: It holds something that is no digit."]
        seat.go(0, "dst")
        seat.press(KEY.Key_F2)
        assert seat.line().text() == "nobody"
        seat.line().setText("0176 04069009")
        QTest.keyClick(seat.line(), KEY.Key_Return)
        turn()
        assert seat.rows.dst[0] == "+4917604069009"

    sit(act)


def test_del_empties_cells_and_takes_whole_rows_away(sit: Callable[[Act], None]) -> None:
    async def act(seat: Seat) -> None:
        gone: list[int] = []
        seat.card.removed.connect(gone.append)
        seat.go(0, "reference")
        seat.press(KEY.Key_Down, SHIFT)
        seat.press(KEY.Key_Right, SHIFT)
        seat.press(KEY.Key_Delete)
        assert list(seat.rows.reference) == ["", "", "r2"]
        assert list(seat.rows.fields["Name"]) == ["", "", "Bo"]
        seat.opened.undo()
        assert list(seat.rows) == list(three())
        seat.go(0, "dst")
        seat.press(KEY.Key_Delete)
        assert seat.told[-1][1] == "A number cannot be emptied."
        seat.press(KEY.Key_Space, SHIFT)
        seat.press(KEY.Key_Down, SHIFT)
        seat.press(KEY.Key_Delete)
        assert (list(seat.rows.dst), gone) == (["+4917604069002"], [2])
        seat.opened.undo()
        assert list(seat.rows) == list(three())

    sit(act)


# -- blocks ----------------------------------------------------------------------------------------


def test_a_block_is_copied_and_pasted_by_keyboard(sit: Callable[[Act], None]) -> None:
    async def act(seat: Seat) -> None:
        seat.go(1, "field:Name")
        seat.press(KEY.Key_Down, SHIFT)
        seat.press(KEY.Key_Right, SHIFT)
        seat.press(KEY.Key_C, CTRL)
        await until(lambda: clip() == "Ada\tBonn\nBo\tKöln")
        seat.go(0, "field:Name")
        seat.press(KEY.Key_V, CTRL)
        await until(lambda: seat.told)
        assert list(seat.rows.fields["Name"]) == ["Ada", "Bo", "Bo"]
        assert list(seat.rows.fields["City"]) == ["Bonn", "Köln", "Köln"]
        assert seat.told == [("done", "4 cells written.", "")]
        seat.opened.undo()
        assert list(seat.rows) == list(three())

    sit(act)


def test_whole_rows_go_through_the_clipboard_unharmed(sit: Callable[[Act], None]) -> None:
    async def act(seat: Seat) -> None:
        wild = ['a\tb\n"c"', "=1+1", "'x", "\u202eabc", "x" * 10_000, "\x00", " blank "]
        numbers = [f"+491760406901{at}" for at in range(len(wild))]
        seat.opened.add_recipients(0, Recipients(numbers, wild, {"Name": wild, "City": wild}, {0: (NIGHT,)}))
        await seat.calm()
        before = list(seat.rows)
        seat.card.table.selectAll()
        seat.press(KEY.Key_C, CTRL)
        await until(lambda: clip().startswith("+49 17604069003\tr3\tCy\tKiel"))
        seat.go(0, "row")
        seat.press(KEY.Key_V, CTRL)
        await until(lambda: seat.told)
        assert seat.told[-1][0] == "done"
        assert list(seat.rows) == before

    sit(act)


def test_rows_beyond_the_end_are_added_and_what_cannot_be_used_is_told(sit: Callable[[Act], None]) -> None:
    async def act(seat: Seat) -> None:
        clip("0176 04069004\tr4\nnonsense\tr5\n0176 04069006\tr6\nzz\tr7\n")
        seat.go(1, "dst")
        seat.press(KEY.Key_V, CTRL)
        await until(lambda: len(seat.told) == 2)
        assert list(seat.rows.dst) == ["+4917604069003", "+4917604069004", "+4917604069002", "+4917604069006"]
        assert list(seat.rows.reference) == ["r3", "r4", "r5", "r6"]
        assert seat.told[0][1] == "3 cells written. 1 recipient added."
        level, words, hint = seat.told[1]
        assert (level, words) == ("warning", "2 pasted cells cannot be used.")
        assert "Row 2: nonsense: It holds something that is no digit." in hint
        seat.action.trigger()  # type: ignore[attr-defined]
        assert clip() == "zz\tr7"
        seat.opened.undo()
        assert list(seat.rows) == list(three()), "one paste is one change"

    sit(act)


def test_one_cell_fills_all_that_are_chosen(sit: Callable[[Act], None]) -> None:
    async def act(seat: Seat) -> None:
        clip("Ulm\n")
        seat.go(0, "field:City")
        seat.press(KEY.Key_Down, SHIFT, times=2)
        seat.press(KEY.Key_V, CTRL)
        await until(lambda: seat.told)
        assert list(seat.rows.fields["City"]) == ["Ulm"] * 3

    sit(act)


def test_in_another_order_the_rows_as_they_are_seen_are_written(sit: Callable[[Act], None]) -> None:
    async def act(seat: Seat) -> None:
        seat.card.table.sort_column(seat.section("field:Name"))
        await until(lambda: seat.column("field:Name") == ["Ada", "Bo", "Cy"])
        clip("1\n2\n3\n")
        seat.go(0, "reference")
        seat.press(KEY.Key_V, CTRL)
        await until(lambda: seat.told)
        assert list(seat.rows.reference) == ["3", "1", "2"]
        assert seat.column("reference") == ["1", "2", "3"]
        seat.press(KEY.Key_Space, SHIFT)
        seat.press(KEY.Key_Delete)
        await seat.calm()
        assert (list(seat.rows.fields["Name"]), seat.column("field:Name")) == (["Cy", "Bo"], ["Bo", "Cy"])

    sit(act)


def test_what_meets_a_list_that_has_just_changed_is_told(sit: Callable[[Act], None]) -> None:
    async def act(seat: Seat) -> None:
        seat.card.table.sort_column(seat.section("field:Name"))
        await until(lambda: seat.column("field:Name") == ["Ada", "Bo", "Cy"])
        seat.opened.patch(0, Removed((0,)))
        seat.go(0, "reference")
        seat.press(KEY.Key_Delete)
        assert list(seat.rows.reference) == ["r1", "r2"], "no other row than the one that is seen"
        assert seat.told[-1][1].startswith("Nothing was changed")
        await until(lambda: seat.column("field:Name") == ["Ada", "Bo"])
        seat.press(KEY.Key_Delete)
        assert list(seat.rows.reference) == ["", "r2"]

    sit(act)


# -- order and choice ------------------------------------------------------------------------------


def test_a_column_sorts_up_down_and_not_at_all(sit: Callable[[Act], None]) -> None:
    async def act(seat: Seat) -> None:
        table = seat.card.table
        head, section = table.horizontalHeader(), seat.section("dst")
        place = QPoint(head.sectionViewportPosition(section) + 20, head.height() // 2)
        table.setCurrentIndex(table.rows.index(0, section))
        for order in (["r1", "r2", "r3"], ["r3", "r2", "r1"], ["r3", "r1", "r2"]):
            QTest.mouseClick(head.viewport(), Qt.MouseButton.LeftButton, pos=place)
            await until(lambda order=order: seat.column("reference") == order)
            current = table.current_row()
            assert current is not None
            assert current.reference == "r3", "the cursor goes with its row"
        assert not head.isSortIndicatorShown()

    sit(act)


@pytest.mark.parametrize(
    ("column", "order"),
    [
        ("row", ["r3", "r1", "r2"]),
        ("reference", ["r1", "r2", "r3"]),
        ("field:City", ["r1", "r3", "r2"]),
        ("state", ["r3", "r2", "r1"]),
        ("own", ["r2", "r1", "r3"]),
        ("parts", ["r2", "r1", "r3"]),
    ],
)
def test_every_column_sorts(sit: Callable[[Act], None], column: str, order: Sequence[str]) -> None:
    async def act(seat: Seat) -> None:
        seat.opened.write_text(0, "{Name|" + "x" * 200 + "}")
        message = seat.opened.campaign.messages[0]
        wide = {"Name": ["C" * 400, "A" * 200, "B"], "City": message.recipients.fields["City"]}
        seat.opened.patch(0, Removed((0, 1, 2)))
        numbers = ["+4917604069003", "call me", "+494315550104"]
        seat.opened.add_recipients(
            0, Recipients(numbers, ["r3", "r1", "r2"], wide, {1: (LATER,), 2: (NIGHT,)})
        )
        await seat.calm()
        seat.card.table.sort_column(seat.section(column))
        await until(lambda: seat.column("reference") == list(order))
        seat.card.table.sort_column(seat.section(column), descending=True)
        await until(lambda: seat.column("reference") != list(order))

    sit(act)


def test_a_pill_shows_only_its_rows_and_an_edit_leaves_them_in_place(sit: Callable[[Act], None]) -> None:
    async def act(seat: Seat) -> None:
        seat.opened.write_text(0, "Hello {Name}")
        seat.opened.add_recipients(0, Recipients(["+494315550104", "x"], ["r4", "r5"], {"Name": ["D", "E"]}))
        seat.go(0, "field:Name")
        seat.press(KEY.Key_Delete)
        pills = seat.card.pills
        await until(lambda: pills.pill("lacking").isVisible())
        words = [pills.pill(state).accessibleName() for state in ("ready", "doubtful", "lacking", "invalid")]
        assert words == ["2 ready", "1 doubtful", "1 lacks a field", "1 invalid"]
        for state, reference in (("doubtful", "r4"), ("lacking", "r3"), ("invalid", "r5")):
            pills.pill(state).setFocus()
            QTest.keyClick(pills.pill(state), KEY.Key_Space)
            await until(lambda one=reference: seat.column("reference") == [one])
            assert seat.card.count.text() == "1 of 5"
        QTest.keyClick(pills.pill("lacking"), KEY.Key_Space)
        await until(lambda: seat.column("reference") == ["r3"])
        seat.go(0, "field:Name")
        QTest.keyClicks(seat.card.table, "Cy")
        QTest.keyClick(seat.line(), KEY.Key_Return)
        turn()
        await until(lambda: pills.pill("lacking").accessibleName() == "0 lack a field")
        assert seat.column("reference") == ["r3"], "the row does not jump away under one's hands"
        seat.card.reveal(3)
        await until(lambda: seat.card.table.rows.rowCount() == 5)
        assert seat.card.table.currentIndex().row() == 3
        assert not pills.pill("lacking").isChecked()

    sit(act)


def test_what_finds_nobody_says_so_and_shows_all_again(sit: Callable[[Act], None]) -> None:
    async def act(seat: Seat) -> None:
        QTest.keyClicks(seat.tab.finder, "bonn")
        await until(lambda: seat.column("reference") == ["r1"])
        QTest.keyClicks(seat.tab.finder, "zzz")
        await until(seat.card._nobody.isVisible)
        seat.card.look_at_all()
        await until(seat.card.table.isVisible)
        assert (seat.column("reference"), seat.tab.finder.text()) == (["r3", "r1", "r2"], "")

    sit(act)


# -- columns ---------------------------------------------------------------------------------------


def test_columns_are_chosen_by_keyboard_and_remembered(sit: Callable[[Act], None]) -> None:
    async def act(seat: Seat) -> None:
        table = seat.card.table
        keys = [table.rows.columns[at].key for at in table.columns_in_sight()]
        assert keys == ["row", "dst", "state", "reference", "field:Name", "field:City", "parts", "own"]
        seat.card.choose_columns()
        with dialog_of(seat, ColumnChooser) as dialog:
            assert isinstance(dialog, ColumnChooser)
            dialog.list.setCurrentRow(3)
            QTest.keyClick(dialog.list, KEY.Key_Space)
            dialog.list.setCurrentRow(5)
            QTest.keyClick(dialog.list, KEY.Key_Up, ALT)
            QTest.keyClick(dialog.list, KEY.Key_Up, ALT)
            dialog.accept()
        wanted = ["row", "dst", "state", "field:City", "field:Name", "parts", "own"]
        assert [table.rows.columns[at].key for at in table.columns_in_sight()] == wanted
        table.horizontalHeader().resizeSection(seat.section("field:City"), 333)
        await until(lambda: seat.card._kept and any("333" in packed for packed in seat.card._kept.values()))
        await seat.calm()
        other = RecipientsTab(seat.desk)
        other.resize(900, 500)
        other.show_campaign(seat.opened, 0)
        await until(lambda: other.people.table.columnWidth(5) == 333)
        again = other.people.table
        assert [again.rows.columns[at].key for at in again.columns_in_sight()] == wanted
        other.deleteLater()

    sit(act)


def test_a_hidden_column_is_neither_copied_nor_written(sit: Callable[[Act], None]) -> None:
    async def act(seat: Seat) -> None:
        table = seat.card.table
        table.arrange(replace(table.arrangement(), hidden=frozenset({"field:Name"})))
        seat.go(0, "reference")
        seat.press(KEY.Key_Right, SHIFT)
        seat.press(KEY.Key_C, CTRL)
        await until(lambda: clip() == "r3\tKiel")
        clip("q\tUlm")
        seat.press(KEY.Key_V, CTRL)
        await until(lambda: seat.told)
        assert seat.rows.row(0).fields == {"Name": "Cy", "City": "Ulm"}

    sit(act)


@pytest.mark.qt_log_ignore("propagateSizeHints", r"raise\(\)", "grabbing the keyboard")
def test_the_menu_sorts_by_keyboard(sit: Callable[[Act], None]) -> None:
    async def act(seat: Seat) -> None:
        seat.go(0, "reference")
        menu = seat.card.open_menu(QPoint(10, 10))
        words = [one.text().split("\t")[0] for one in menu.actions() if not one.isSeparator()]
        assert words[-4:] == [
            "Sort by Reference, rising", "Sort by Reference, falling", "Not sorted", "Choose columns..."
        ]  # fmt: skip
        while menu.activeAction() is None or menu.activeAction().text() != "Sort by Reference, falling":
            QTest.keyClick(menu, KEY.Key_Down)
        QTest.keyClick(menu, KEY.Key_Return)
        await until(lambda: seat.column("reference") == ["r3", "r2", "r1"])

    sit(act)


# -- periods ---------------------------------------------------------------------------------------


def test_own_periods_are_written_by_keyboard_and_undone(sit: Callable[[Act], None]) -> None:
    async def act(seat: Seat) -> None:
        seat.go(1, "own")
        seat.press(KEY.Key_Return)
        with dialog_of(seat, OwnPeriods) as dialog:
            assert isinstance(dialog, OwnPeriods)
            dialog.zone.choose("America/New_York")
            dialog.begin.setDateTime(
                dialog.begin.dateTime().fromString("2026-10-31T20:00:00Z", Qt.DateFormat.ISODate)
            )
            dialog.end.setDateTime(
                dialog.end.dateTime().fromString("2026-11-02T08:00:00Z", Qt.DateFormat.ISODate)
            )
            QTest.keyClick(dialog.add, KEY.Key_Space)
            dialog.pasted.setText("tonight")
            QTest.keyClick(dialog.pasted, KEY.Key_Return)
            assert dialog.wrong.text()
            dialog.pasted.setText("2026-12-01T20:00:00+00:00/2026-12-02T08:00:00+00:00")
            QTest.keyClick(dialog.pasted, KEY.Key_Return)
            assert (dialog.wrong.text(), dialog.table.rows.rowCount()) == ("", 2)
            assert "20:00 -04:00" in str(dialog.table.rows.data(dialog.table.rows.index(0, 0)))
            assert "08:00 -05:00" in str(dialog.table.rows.data(dialog.table.rows.index(0, 1)))
            QTest.keyClick(dialog.save, KEY.Key_Space)
        clocks_go_back = Period(datetime(2026, 11, 1, 0, tzinfo=UTC), datetime(2026, 11, 2, 13, tzinfo=UTC))
        assert seat.rows.blackouts == {1: (clocks_go_back, NIGHT)}
        await until(lambda: seat.column("own") == ["", "2 periods", ""])
        seat.opened.undo()
        assert seat.rows.blackouts == {}

    sit(act)


def test_several_recipients_get_the_same_periods(sit: Callable[[Act], None]) -> None:
    async def act(seat: Seat) -> None:
        seat.opened.patch(0, Blackened({0: (NIGHT,), 2: (NIGHT,)}))
        await seat.calm()
        seat.go(0, "own")
        seat.press(KEY.Key_Down, SHIFT)
        seat.card.ask_periods()
        with dialog_of(seat, OwnPeriods) as dialog:
            assert isinstance(dialog, OwnPeriods)
            dialog.table.selectAll()
            QTest.keyClick(dialog.remove, KEY.Key_Space)
            QTest.keyClick(dialog.save, KEY.Key_Space)
        assert seat.rows.blackouts == {2: (NIGHT,)}

    sit(act)


# -- saved lists -----------------------------------------------------------------------------------


def test_recipients_become_a_list_and_a_list_recipients(sit: Callable[[Act], None]) -> None:
    async def act(seat: Seat) -> None:
        seat.card.save_list()
        with dialog_of(seat, SaveListDialog) as dialog:
            assert isinstance(dialog, SaveListDialog)
            dialog.name.box.setText("Friends")
            dialog.yes.click()
        await until(lambda: seat.told == [("done", "The list is saved.", "")])
        seat.opened.patch(0, Removed((0, 1)))
        await seat.calm()
        seat.card.add_list()
        with dialog_of(seat, ListPicker) as picker:
            assert isinstance(picker, ListPicker)
            await until(picker.yes.isEnabled)
            picker.yes.click()
        assert sorted(seat.rows.dst) == sorted(three().dst)
        assert seat.opened.campaign.left_out.duplicates == 1
        seat.action.trigger()  # type: ignore[attr-defined]
        assert len(seat.rows) == 1

    sit(act)


# -- what was sent ---------------------------------------------------------------------------------


def test_what_was_sent_is_only_looked_at(sit: Callable[[Act], None]) -> None:
    async def act(seat: Seat) -> None:
        seat.opened.sent = True
        seat.opened._tell()
        await until(lambda: not seat.card.table.changeable)
        clip("x")
        seat.go(0, "field:Name")
        for key in (KEY.Key_F2, KEY.Key_Q, KEY.Key_Delete):
            seat.press(key)
        seat.press(KEY.Key_V, CTRL)
        seat.press(KEY.Key_Space, SHIFT)
        seat.press(KEY.Key_Delete)
        await seat.calm()
        assert seat.card.table.viewport().findChildren(QLineEdit) == []
        assert list(seat.rows) == list(three())
        seat.press(KEY.Key_C, CTRL)
        await seat.calm()
        assert clip() == "+49 17604069003\tr3\tCy\tKiel\t"
        assert not seat.card.remove.isVisible()
        seat.card.table.sort_column(seat.section("reference"))
        await until(lambda: seat.column("reference") == ["r1", "r2", "r3"])

    sit(act)
