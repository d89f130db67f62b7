"""The table: keeps its place, repaints little, sorts, copies, drops columns, and bears a million rows."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QGuiApplication, QHelpEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QToolTip
from pytestqt.qtbot import QtBot

from smsdesk.ui import theme
from smsdesk.ui.layout import holding, vbox
from smsdesk.ui.table import Column, Table, set_dense
from smsdesk.ui.widths import Arrangement, fitted


@dataclass(frozen=True)
class Line:
    """A row."""

    key: int
    name: str
    count: int = 0


COLUMNS = (
    Column[Line]("name", "page.jobs", lambda line: line.name, 120, sort=lambda line: line.name, stretch=1),
    Column[Line](
        "count", "page.find", lambda line: str(line.count), 80, kind="number", sort=lambda line: line.count
    ),
    Column[Line](
        "pill", "", lambda line: "delivered", 80, kind="pill", role=lambda line: "delivered", priority=1
    ),
)
NAMES = ("Brandt", "Okonkwo", "Hansen", "Yıldız")


def lines(count: int = 4) -> list[Line]:
    return [Line(at, NAMES[at % 4], at) for at in range(count)]


@pytest.fixture
def table(qapp: QApplication, qtbot: QtBot) -> Iterator[Table[Line]]:
    theme.apply(qapp, "light")
    made = Table("People", COLUMNS)
    qtbot.addWidget(made)
    made.resize(600, 300)
    made.show()
    made.set_rows(lines(), lambda line: line.key)
    yield made


def shown(table: Table[Line]) -> list[str]:
    return [table.rows.row_at(at).name for at in range(table.rows.rowCount())]


def test_only_the_row_that_changed_is_repainted(table: Table[Line]) -> None:
    resets, told = [], []
    table.rows.modelReset.connect(lambda: resets.append(1))
    table.rows.dataChanged.connect(lambda top, bottom, _roles: told.append((top.row(), bottom.row())))
    rows = lines()
    table.set_rows([*rows[:2], replace(rows[2], count=9), rows[3]], lambda line: line.key)
    assert (resets, told) == ([], [(2, 2)])
    assert table.rows.data(table.rows.index(2, 1)) == "9"


def test_choice_and_current_row_follow_their_key(table: Table[Line], qtbot: QtBot) -> None:
    table.choose(2)
    told: list[object] = []
    table.row_chosen.connect(told.append)
    table.set_rows([Line(9, "New"), *lines()], lambda line: line.key)
    assert [row.key for row in table.chosen_rows()] == [2]
    current = table.current_row()
    assert current is not None
    assert current.key == 2
    assert told == []


def test_a_current_row_that_goes_is_told(table: Table[Line]) -> None:
    table.choose(2)
    told: list[object] = []
    table.row_chosen.connect(told.append)
    table.set_rows(lines(2), lambda line: line.key)
    assert told == [None]
    assert table.current_row() is None


def test_the_place_stays_when_rows_come(table: Table[Line]) -> None:
    table.set_rows(lines(200), lambda line: line.key)
    QApplication.processEvents()
    table.verticalScrollBar().setValue(900)
    table.set_rows([Line(777, "New"), *lines(200)], lambda line: line.key)
    assert table.verticalScrollBar().value() == 930
    assert table.rows.key_at(table.in_sight().start) == 30
    table.verticalScrollBar().setValue(0)
    table.set_rows([Line(778, "Newer"), *lines(200)], lambda line: line.key)
    assert table.verticalScrollBar().value() == 0


def test_a_click_on_a_head_sorts_both_ways_and_new_rows_stay_sorted(table: Table[Line], qtbot: QtBot) -> None:
    head = table.horizontalHeader()
    place = QPoint(head.sectionViewportPosition(0) + 20, head.height() // 2)
    table.choose(1)
    told: list[object] = []
    table.row_chosen.connect(told.append)
    qtbot.mouseClick(head.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert shown(table) == sorted(NAMES)
    qtbot.mouseClick(head.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert shown(table) == sorted(NAMES, reverse=True)
    assert [row.key for row in table.chosen_rows()] == [1]
    assert told == []
    table.set_rows([*lines(), Line(9, "Zander")], lambda line: line.key)
    assert shown(table)[0] == "Zander"


def test_a_third_click_on_a_head_gives_the_order_as_it_came(table: Table[Line], qtbot: QtBot) -> None:
    head = table.horizontalHeader()
    place = QPoint(head.sectionViewportPosition(0) + 20, head.height() // 2)
    for order in (sorted(NAMES), sorted(NAMES, reverse=True), list(NAMES)):
        qtbot.mouseClick(head.viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert shown(table) == order
    assert not head.isSortIndicatorShown()


@pytest.fixture
def arranged(qapp: QApplication, qtbot: QtBot) -> Table[Line]:
    made = Table("People", COLUMNS, own_sort=("name",), blocks=True, arranging=True)
    qtbot.addWidget(made)
    made.resize(600, 300)
    made.show()
    made.set_rows(lines(), lambda line: line.key)
    return made


def test_columns_stand_as_a_person_left_them(arranged: Table[Line]) -> None:
    told: list[int] = []
    arranged.arranged.connect(lambda: told.append(1))
    arranged.horizontalHeader().moveSection(2, 0)
    arranged.horizontalHeader().resizeSection(0, 222)
    kept = Arrangement.unpacked(arranged.arrangement().packed())
    assert (kept.order, kept.widths) == (("pill", "name", "count"), {"name": 222})
    assert told
    arranged.arrange(replace(kept, hidden=frozenset({"count", "not here"})))
    assert arranged.columns_in_sight() == [2, 0]
    assert arranged.arrangement().hidden == {"count"}
    arranged.arrange(Arrangement(hidden=frozenset(column.key for column in COLUMNS)))
    assert arranged.columns_in_sight() == [0, 1, 2], "somebody who hides all would find no way back"


@pytest.mark.parametrize(
    "text", ["", "null", "[]", "[1, 2, 3]", '[["a"], [], {"a": "wide"}]', '{"a": 1}', "x"]
)
def test_what_is_no_arrangement_changes_nothing(text: str) -> None:
    assert Arrangement.unpacked(text) == Arrangement()


def test_an_arrangement_for_other_columns_keeps_what_it_knows() -> None:
    kept = Arrangement(("b", "gone", "a"))
    assert kept.ordered(["a", "new", "b"]) == ["b", "a", "new"]


def test_the_page_sorts_its_rows_itself(arranged: Table[Line]) -> None:
    told: list[tuple[str, bool]] = []
    arranged.sort_wanted.connect(lambda key, down: told.append((key, down)))
    for _ in range(3):
        arranged._sort_by(0)
    arranged.sort_column(2)
    assert told == [("name", False), ("name", True), ("", False)]
    assert shown(arranged) == list(NAMES)


def test_chosen_cells_are_a_block(arranged: Table[Line], qtbot: QtBot) -> None:
    arranged.choose_at(1)
    qtbot.keyClick(arranged, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(arranged, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert (arranged.chosen_ranges(), arranged.chosen_columns()) == ([range(1, 3)], [0, 1])
    arranged.set_rows([Line(9, "New"), *lines()], lambda line: line.key)
    assert (arranged.chosen_ranges(), arranged.chosen_columns()) == ([range(2, 4)], [0, 1])


def test_copy_takes_all_chosen_rows_with_tabs(table: Table[Line], qtbot: QtBot) -> None:
    table.set_rows([Line(0, "A\tB\nC", 1), Line(1, "D", 2)], lambda line: line.key)
    table.selectAll()
    qtbot.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "A B C\t1\tdelivered\nD\t2\tdelivered"


def test_copy_of_many_rows_leaves_the_window_free(table: Table[Line], qtbot: QtBot) -> None:
    table.set_rows(lines(4_900), lambda line: line.key)
    table.selectAll()
    QGuiApplication.clipboard().setText("before")
    table.copy()
    assert QGuiApplication.clipboard().text() == "before"
    qtbot.waitUntil(lambda: QGuiApplication.clipboard().text().count("\n") == 4_899, timeout=60_000)


def test_tab_leaves_the_table(qapp: QApplication, qtbot: QtBot) -> None:
    made, after = Table("People", COLUMNS), QLineEdit()
    around = holding(vbox(made, after))
    qtbot.addWidget(around)
    made.set_rows(lines(), lambda line: line.key)
    with qtbot.waitExposed(around):
        around.show()
    around.activateWindow()
    made.setFocus()
    qtbot.waitUntil(made.hasFocus, timeout=60_000)
    qtbot.keyClick(made, Qt.Key.Key_Tab)
    assert after.hasFocus()


def test_columns_go_by_priority_where_the_table_is_narrow(table: Table[Line]) -> None:
    assert [table.isColumnHidden(at) for at in range(3)] == [False, False, False]
    table.resize(220, 300)
    assert [table.isColumnHidden(at) for at in range(3)] == [False, False, True]


def test_widths_fill_the_room_and_keep_what_was_sized_by_hand() -> None:
    widths = fitted(COLUMNS, [120, 80, 80], [100.0, 130.0, 80.0], {2: 90}, 500)
    assert widths == {0: 280, 1: 130, 2: 90} or sum(widths.values()) == 500
    assert widths[2] == 90
    assert widths[1] >= 130


def test_a_tooltip_shows_only_what_is_cut(table: Table[Line], qtbot: QtBot) -> None:
    long = "A name that is much too long for the column in which it stands, whatever the font may be " * 3
    table.set_rows([Line(0, long), Line(1, "short")], lambda line: line.key)
    for at, tip in ((1, ""), (0, long)):
        place = table.visualRect(table.rows.index(at, 0)).center()
        QApplication.sendEvent(
            table.viewport(), QHelpEvent(QEvent.Type.ToolTip, place, table.viewport().mapToGlobal(place))
        )
        assert QToolTip.text() == tip
    QToolTip.hideText()


def test_markup_from_outside_stays_text(table: Table[Line]) -> None:
    table.set_rows([Line(0, "<b>x</b>")], lambda line: line.key)
    tip = table.rows.data(table.rows.index(0, 0), Qt.ItemDataRole.ToolTipRole)
    assert re.sub("<[^>]*>", "", tip) == "&lt;b&gt;x&lt;/b&gt;"


def test_a_changed_row_glows_once_and_not_where_motion_is_off(table: Table[Line], qtbot: QtBot) -> None:
    def change(count: int) -> None:
        rows = lines()
        table.set_rows([replace(rows[0], count=count), *rows[1:]], lambda line: line.key)

    QApplication.setEffectEnabled(Qt.UIEffect.UI_General, False)
    change(5)
    assert not table._fading.isActive()
    QApplication.setEffectEnabled(Qt.UIEffect.UI_General, True)
    change(6)
    assert table._fading.isActive()
    assert table.rows.glow(0) > 0.5
    assert table.rows.glow(1) == 0
    qtbot.waitUntil(lambda: not table._fading.isActive(), timeout=60_000)
    assert table.rows.glow(0) == 0
    QApplication.setEffectEnabled(Qt.UIEffect.UI_General, False)


def test_dense_rows_reach_tables_made_later(qapp: QApplication, qtbot: QtBot) -> None:
    table = Table("People", COLUMNS)
    around = holding(vbox(table))
    qtbot.addWidget(around)
    table.set_rows(lines(), lambda line: line.key)
    set_dense(around, dense=True)
    later = Table("Later", COLUMNS)
    qtbot.addWidget(later)
    assert (table.rowHeight(0), later.verticalHeader().defaultSectionSize()) == (24, 24)
    set_dense(around, dense=False)
    assert table.rowHeight(0) == 30


class Million(Sequence[Line]):
    """Rows that are made when they are read; counts the reads."""

    def __init__(self, count: int = 1_000_000) -> None:
        self.count, self.reads = count, 0

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, at: int) -> Line:  # type: ignore[override]  # slices are not asked for
        self.reads += 1
        return Line(at, "Name", at)


def test_a_million_rows_are_read_only_where_they_are_seen(table: Table[Line]) -> None:
    rows = Million()
    table.set_rows(rows, lambda line: line.key)
    table.grab()
    table.choose_at(500_000)
    table.selectAll()
    table.grab()
    again = Million()
    table.set_rows(again, lambda line: line.key)
    table.grab()
    assert rows.reads + again.reads < 5_000
