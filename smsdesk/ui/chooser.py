"""Which columns of a table are in sight, and in which order: a dialog and a menu at the head."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QDialog,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from smsdesk.ui import theme
from smsdesk.ui.cells import Index
from smsdesk.ui.layout import action, button, caption, hbox, vbox
from smsdesk.ui.marks import paint_mark
from smsdesk.ui.table import Table
from smsdesk.ui.widths import Arrangement
from smsdesk.words import say

_SIZE = (340, 420)


class _Ticked(QStyledItemDelegate):
    """Boxes as everywhere in the program."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paints the row, then the box over the system's."""
        super().paint(painter, option, index)
        self.initStyleOption(option, index)
        box = self._box(option)
        ticked = index.data(Qt.ItemDataRole.CheckStateRole) == Qt.CheckState.Checked.value
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = theme.colour("accent-tint" if option.state & QStyle.StateFlag.State_Selected else "surface")
        painter.fillRect(box.adjusted(-3, -3, 3, 3), ground)
        painter.setBrush(theme.colour("accent" if ticked else "surface"))
        painter.setPen(QPen(theme.colour("accent" if ticked else "edge"), 1))
        painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        if ticked:
            paint_mark(painter, "check", box.adjusted(3.5, 3.5, -3.5, -3.5), theme.colour("on-accent"))
        painter.restore()

    @staticmethod
    def _box(option: QStyleOptionViewItem) -> QRectF:
        style, part = QApplication.style(), QStyle.SubElement.SE_ItemViewItemCheckIndicator
        middle = style.subElementRect(part, option, option.widget).center()
        return QRectF(middle.x() - 7, middle.y() - 7, 16, 16)


class ColumnList(QListWidget):
    """The columns, each with a box to tick; dragging or Alt and an arrow key moves one."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(say("columns.title"))
        self.setItemDelegate(_Ticked(self))
        self.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Alt+Up and Alt+Down move the column."""
        by = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        if by and event.modifiers() == Qt.KeyboardModifier.AltModifier:
            self.move_current(by)
        else:
            super().keyPressEvent(event)

    def move_current(self, by: int) -> None:
        """Moves the current column up or down."""
        at = self.currentRow()
        if 0 <= at + by < self.count():
            item = self.takeItem(at)
            self.insertItem(at + by, item)
            self.setCurrentItem(item)


class ColumnChooser(QDialog):
    """Shows, hides and orders the columns of a table; what is chosen holds at once."""

    def __init__(self, parent: QWidget, table: Table[Any]) -> None:
        super().__init__(parent)
        self.setWindowTitle(say("columns.title"))
        self._table = table
        self.list = ColumnList()
        self.up = button(say("columns.up"), on_click=lambda: self.list.move_current(-1))
        self.down = button(say("columns.down"), on_click=lambda: self.list.move_current(1))
        self.reset = button(say("columns.reset"), on_click=self._reset, kind="quiet")
        self.finish = button(say("columns.done"), on_click=self.accept, primary=True)
        self.finish.setDefault(True)
        self._fill()
        self.list.itemChanged.connect(lambda _: self._take())
        model = self.list.model()
        model.rowsMoved.connect(lambda *_: self._take())
        model.rowsInserted.connect(lambda *_: self._take())
        column = vbox(
            caption(say("columns.words"), wrap=True),
            self.list,
            hbox(self.up, self.down, None),
            hbox(self.reset, None, self.finish),
            gap=12,
            margins=20,
        )
        column.setStretch(1, 1)
        self.setLayout(column)
        self.resize(*_SIZE)
        self.finished.connect(lambda _: self.deleteLater())
        self.list.setFocus()

    def _fill(self) -> None:
        rows, arranged = self._table.rows, self._table.arrangement()
        keys = [column.key for column in rows.columns]
        quiet = self.list.blockSignals(True)
        self.list.clear()
        for key in arranged.ordered(keys):
            words = str(rows.headerData(keys.index(key), Qt.Orientation.Horizontal)).replace("\n", " ")
            item = QListWidgetItem(words)
            item.setData(Qt.ItemDataRole.UserRole, key)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            shown = key not in arranged.hidden
            item.setCheckState(Qt.CheckState.Checked if shown else Qt.CheckState.Unchecked)
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self.list.blockSignals(quiet)

    def _take(self) -> None:
        items = [self.list.item(at) for at in range(self.list.count())]
        if len(items) < len(self._table.rows.columns):
            return
        keys = {str(item.data(Qt.ItemDataRole.UserRole)): item.checkState() for item in items}
        hidden = frozenset(key for key, state in keys.items() if state == Qt.CheckState.Unchecked)
        widths = self._table.arrangement().widths
        self._change(Arrangement(tuple(keys), hidden, widths))

    def _reset(self) -> None:
        self._change(Arrangement())
        self._fill()

    def _change(self, wanted: Arrangement) -> None:
        self._table.arrange(wanted)
        self._table.arranged.emit()
        if len(wanted.hidden) == len(self._table.rows.columns):
            self._fill()


def column_menu(table: Table[Any], section: int, place: QPoint, choose: Callable[[], object]) -> QMenu:
    """Opens the menu of a column's head: sort, hide, choose."""
    menu = QMenu(table)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    if section >= 0:
        add_sorting(menu, table, section)
        hide = action(say("columns.hide"), lambda: hide_column(table, section), parent=menu)
        hide.setEnabled(len(table.columns_in_sight()) > 1)
        menu.addAction(hide)
    menu.addAction(action(say("columns.choose"), choose, "columns-3", parent=menu))
    menu.popup(place)
    return menu


def add_sorting(menu: QMenu, table: Table[Any], section: int) -> None:
    """The two ways to sort by a column, and none."""
    words = str(table.rows.headerData(section, Qt.Orientation.Horizontal))
    words = words if len(words) <= 40 else f"{words[:39]}…"
    for code, descending in (("columns.rising", False), ("columns.falling", True)):

        def sort(*, descending: bool = descending) -> None:
            table.sort_column(section, descending=descending)

        menu.addAction(action(say(code, column=words).replace("&", "&&"), sort, parent=menu))
    menu.addAction(action(say("columns.unsorted"), lambda: table.sort_column(None), parent=menu))
    menu.addSeparator()


def hide_column(table: Table[Any], section: int) -> None:
    """Takes a column out of sight."""
    arranged = table.arrangement()
    hidden = arranged.hidden | {table.rows.columns[section].key}
    table.arrange(Arrangement(arranged.order, hidden, arranged.widths))
    table.arranged.emit()
