"""What each column becomes: its role, its heading and its first cells, walked by keys or mouse."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRectF,
    Qt,
    Signal,
)
from PySide6.QtGui import QAction, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QMenu,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from smsdesk.core.mapping import ONCE
from smsdesk.core.sheet import Sheet
from smsdesk.ui import masking, theme
from smsdesk.ui.icons import pixmap
from smsdesk.ui.labels import plain_tip
from smsdesk.words import say, visible_words

PREVIEW_ROWS = 3
ROLES = (
    "dst",
    "field",
    "reference",
    "text",
    "blackouts",
    "blackout_start",
    "blackout_end",
    "zone",
    "region",
    "unused",
)
"""What a column can be, in the order of the menu."""
_NAMED = ("field", "reference", "text")
"""Roles whose cells can be written into the text by the column's name."""
_PAD, _LEAST, _MOST, _CHEVRON = 10, 72, 230, 14
_TOP, _LINE, _BAR = 25, 30, 12
_CUT = 200
Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()


def roles_of(mapping: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """What each mapped column is: its role, and the merge field's name ("" where it makes none)."""
    fields = {
        column: key.removeprefix("field:") for key, column in mapping.items() if key.startswith("field:")
    }
    found = {column: ("field", name) for column, name in fields.items()}
    return found | {mapping[key]: (key, fields.get(mapping[key], "")) for key in ONCE if key in mapping}


def remapped(
    mapping: Mapping[str, str], header: Sequence[str], column: str, role: str, name: str = ""
) -> dict[str, str]:
    """The mapping after a column took a role; a role that only one can have leaves its column a field.

    ``name`` names the merge field: where none is given it keeps the one it had, else the column's.
    """
    had = roles_of(mapping).get(column, ("", ""))[1]
    made = {key: of for key, of in mapping.items() if of != column and key != role}
    name = name or had or column
    if role in _NAMED:
        made.pop(f"field:{name}", None)
        made[f"field:{name}"] = column
    if role in ONCE:
        loser = mapping.get(role, column)
        if loser not in (column, *made.values()):
            made[f"field:{loser}"] = loser
        made[role] = column
    order = {of: at for at, of in enumerate(header)}
    return dict(sorted(made.items(), key=lambda item: order.get(item[1], len(order))))


def role_words(role: str, name: str, column: str) -> str:
    """A role as a person reads it; a field with its braces."""
    if role != "field":
        return say(f"import.column.{role}")
    return say("import.column.field", open="{", close="}", name=name or column)


class _Columns(QAbstractTableModel):
    """Row 0 has the roles, row 1 the headings, then come the first cells."""

    def __init__(self) -> None:
        super().__init__()
        self.header: tuple[str, ...] = ()
        self.roles: dict[str, tuple[str, str]] = {}
        self._cells: list[tuple[str, ...]] = []

    def show_table(self, header: tuple[str, ...], cells: list[tuple[str, ...]]) -> None:
        """Shows other columns."""
        self.beginResetModel()
        self.header, self._cells = header, cells
        self.endResetModel()

    def show_roles(self, roles: dict[str, tuple[str, str]]) -> None:
        """Shows what the columns are now."""
        self.roles = roles
        if self.header:
            self.dataChanged.emit(self.index(0, 0), self.index(0, len(self.header) - 1))

    def role(self, at: int) -> str:
        """The role of a column."""
        return self.roles.get(self.header[at], ("unused", ""))[0]

    def words(self, row: int, at: int) -> str:
        """What a cell says, on one line."""
        column = self.header[at]
        if row == 0:
            role, name = self.roles.get(column, ("unused", ""))
            return role_words(role, name, column)
        text = column if row == 1 else self._cells[row - 2][at]
        return masking.shown(visible_words(" ".join(text[:_CUT].split(" "))))

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """Role, heading, cells."""
        return 0 if parent.isValid() or not self.header else 2 + len(self._cells)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """As many as the table has."""
        return 0 if parent.isValid() else len(self.header)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The words; a role is read aloud with the column that it is of."""
        if not index.isValid():
            return None
        words = self.words(index.row(), index.column())
        if role == Qt.ItemDataRole.AccessibleTextRole and index.row() == 0:
            return f"{say('import.column', name=self.header[index.column()])}: {words}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tip(words)
        return words if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole) else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Only the roles can be gone to."""
        flags = Qt.ItemFlag.ItemIsEnabled
        return flags | Qt.ItemFlag.ItemIsSelectable if index.row() == 0 else flags


class _Look(QStyledItemDelegate):
    """Roles as links with a chevron, headings in second colour, cells in the text's."""

    def __init__(self, table: "MappingTable") -> None:
        super().__init__(table)
        self._table = table

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paints one cell."""
        row, room = index.row(), QRectF(option.rect)
        inside = room.adjusted(_PAD, 0, -_PAD, -1)
        model = self._table.columns
        words = model.words(row, index.column())
        ink = ("accent", "second")[row] if row < 2 else "text"
        if row == 0 and model.role(index.column()) == "unused":
            ink = "second"
        painter.setFont(_font(row))
        painter.setPen(theme.colour(ink))
        if row == 0:
            inside.setTop(inside.top() + 5)
            inside.setRight(inside.right() - _CHEVRON - 2)
        cut = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(inside.width() + 1))
        painter.drawText(inside, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), cut)
        if row == 0:
            left = inside.left() + painter.fontMetrics().horizontalAdvance(cut) + 2
            sign = pixmap("chevron-down", ink, _CHEVRON, self._table.devicePixelRatioF())
            painter.drawPixmap(int(left), int(inside.center().y() - _CHEVRON / 2 + 1), sign)
            self._ring(painter, room, index)
        else:
            line = theme.colour("line" if row == 1 else "faint")
            painter.fillRect(QRectF(room.left(), room.bottom() - 1, room.width(), 1), line)

    def _ring(self, painter: QPainter, room: QRectF, index: Index) -> None:
        if self._table.hasFocus() and self._table.currentIndex() == index:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.colour("accent"), 2))
            painter.drawRoundedRect(room.adjusted(3, 3, -3, 0), 5, 5)


def _font(row: int) -> Any:
    return theme.font(theme.CAPTION, (600, 400)[row]) if row < 2 else theme.font(theme.BODY, tabular=True)


class MappingTable(QTableView):
    """The columns of a file. Arrow keys walk, Enter, Space or Down opens the roles of one.

    ``role_chosen``: column and role; ``name_asked``: a column whose field is to get another name.
    """

    role_chosen = Signal(str, str)
    name_asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(say("import.mapping"))
        self.columns = _Columns()
        self.setModel(self.columns)
        self.setItemDelegate(_Look(self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for head in (self.horizontalHeader(), self.verticalHeader()):
            head.setVisible(False)
            head.setMinimumSectionSize(16)
            head.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(_LINE)
        self._wanted: list[int] = []
        self._lines = PREVIEW_ROWS
        self._metrics: list[QFontMetricsF] = []
        self._menu: QMenu | None = None

    def show_sheet(self, sheet: Sheet, mapping: Mapping[str, str]) -> None:
        """Shows a sheet and what its columns are; where only that changed, place and focus stay."""
        rows = sheet.first(PREVIEW_ROWS)
        at = max(0, self.currentIndex().column())
        self.columns.roles = roles_of(mapping)
        self.columns.show_table(sheet.header, rows)
        self.setRowHeight(0, _TOP)
        self.setRowHeight(1, _TOP)
        self._metrics = [QFontMetricsF(_font(row)) for row in range(3)]
        self._wanted = [self._width(place) for place in range(len(sheet.header))]
        self.setCurrentIndex(self.columns.index(0, min(at, len(sheet.header) - 1)))
        self._lay_out()

    def show_mapping(self, mapping: Mapping[str, str]) -> None:
        """Shows what the columns are now."""
        before, roles = self.columns.roles, roles_of(mapping)
        self.columns.show_roles(roles)
        for at, name in enumerate(self.columns.header):
            if roles.get(name) != before.get(name):
                self._wanted[at] = self._width(at)
        self._lay_out()

    def show_lines(self, most: int) -> None:
        """Shows at most so many rows of the file."""
        self._lines = most
        self._lay_out()

    def role(self, column: str) -> str:
        """What a column is: one of ``ROLES``."""
        return self.columns.role(self.columns.header.index(column))

    def _width(self, at: int) -> int:
        rows = range(self.columns.rowCount())
        texts = (self._metrics[min(row, 2)].horizontalAdvance(self.columns.words(row, at)) for row in rows)
        first = next(texts) + _CHEVRON + 4
        return int(max(_LEAST, min(_MOST, max(first, *texts)))) + 2 * _PAD + 2

    def _lay_out(self) -> None:
        """Each column as wide as its words; what room is left is shared out."""
        count = len(self._wanted)
        if not count:
            return
        spare, more = divmod(max(0, self.viewport().width() - sum(self._wanted)), count)
        for at, width in enumerate(self._wanted):
            shared = width + spare + (at < more)
            if self.columnWidth(at) != shared:
                self.setColumnWidth(at, shared)
        bar = 0 if spare or sum(self._wanted) <= self.viewport().width() else _BAR
        lines = max(0, min(self._lines, self.columns.rowCount() - 2))
        self.setFixedHeight(2 * _TOP + lines * _LINE + bar)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shares the room out anew."""
        super().resizeEvent(event)
        self._lay_out()

    # -- choosing --------------------------------------------------------------------------------

    def open_roles(self, at: int) -> None:
        """Opens the menu of what a column can be."""
        column = self.columns.header[at]
        chosen, name = self.columns.roles.get(column, ("unused", ""))
        self._menu = menu = QMenu(self)
        for role in ROLES:
            act = self._offer(
                menu, role_words(role, name, column), partial(self.role_chosen.emit, column, role)
            )
            act.setCheckable(True)
            act.setChecked(role == chosen)
            if role == chosen:
                menu.setActiveAction(act)
            if role == "field":
                self._offer(menu, say("import.column.rename"), partial(self.name_asked.emit, column))
        menu.aboutToHide.connect(menu.deleteLater)
        room = self.visualRect(self.columns.index(0, at))
        menu.popup(self.viewport().mapToGlobal(QPoint(room.left() + 4, room.bottom() + 2)))

    @staticmethod
    def _offer(menu: QMenu, words: str, then: Callable[[], object]) -> QAction:
        act = menu.addAction(words.replace("&", "&&"))
        act.triggered.connect(lambda: then())  # noqa: PLW0108 (the signal would hand in a flag)
        return act

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left, right, Home and End walk; Enter, Space and Down open the roles."""
        at, count = self.currentIndex().column(), len(self.columns.header)
        keys = Qt.Key
        steps = {keys.Key_Left: at - 1, keys.Key_Right: at + 1, keys.Key_Home: 0, keys.Key_End: count - 1}
        key = keys(event.key())
        if at >= 0 and key in (keys.Key_Return, keys.Key_Enter, keys.Key_Space, keys.Key_Down, keys.Key_F4):
            self.open_roles(at)
        elif key in steps:
            self.walk_to(max(0, min(count - 1, steps[key])))
        else:
            event.ignore()

    def walk_to(self, at: int) -> None:
        """Makes a column the current one and shows it."""
        self.setCurrentIndex(self.columns.index(0, at))
        self.scrollTo(self.columns.index(0, at))
        self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click on a role or its heading opens the roles."""
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and index.row() < 2:
            self.walk_to(index.column())
            self.open_roles(index.column())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Shows by the pointer what can be clicked."""
        index = self.indexAt(event.position().toPoint())
        over = index.isValid() and index.row() < 2
        shape = Qt.CursorShape.PointingHandCursor if over else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)

    def menu(self) -> QMenu | None:
        """The menu that was opened last."""
        return self._menu
