"""How a cell of a table is painted and written in: words, numbers, pills, bars, links; the glow of a row."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Generic, Literal, TypeVar

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QFont,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QPainter,
    QPen,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFrame,
    QLineEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from smsdesk.ui import masking, theme
from smsdesk.ui.layout import banner
from smsdesk.ui.marks import Pill, paint_bar, paint_pill, pill_width

R = TypeVar("R")
Kind = Literal["text", "number", "pill", "bar", "time", "link"]
Index = QModelIndex | QPersistentModelIndex

PAD = 10.0
BAR_HEIGHT = 8.0
_WHY_WIDTH = 320
_LEFT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
_RIGHT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)
_INK = {"time": "second", "link": "accent"}
_LEAVES = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab, Qt.Key.Key_Backtab)


@dataclass(frozen=True)
class Column(Generic[R]):
    """A column as data.

    ``title`` is a code of the catalogue; ``text`` gives the words of a row's cell (for a bar: what is
    read aloud). ``width`` is the least width in px; a column with ``stretch`` takes the room left.
    ``priority`` 0 always stays; in a narrow table those with the highest go first. ``role`` gives a
    colour role (for a pill its state), ``mark`` a mark other than the state's own, ``shares`` the
    parts of a bar as (state, number), ``sort`` what to sort by (none: not sortable). ``heading`` stands
    in place of the title where a name comes from outside (a merge field). ``edit`` takes over what was
    typed into a cell; without it a cell can only be read. ``check`` says why words are refused: what is
    wrong and what to do, None where they are taken. ``written`` is what is written in, where a cell shows
    it in other words. ``leads`` says of which rows a click on the cell leads somewhere; on a link it does.
    """

    key: str
    title: str
    text: Callable[[R], str]
    width: int = 100
    align: Literal["left", "right"] = "left"
    priority: int = 0
    kind: Kind = "text"
    stretch: int = 0
    role: Callable[[R], str] | None = None
    mark: Callable[[R], str] | None = None
    shares: Callable[[R], Sequence[tuple[str, int]]] | None = None
    sort: Callable[[R], Any] | None = None
    strong: bool = False
    heading: str = ""
    edit: Callable[[R, str], object] | None = None
    check: Callable[[R, str], tuple[str, str] | None] | None = None
    written: Callable[[R], str] | None = None
    leads: Callable[[R], bool] | None = None

    def is_link(self, row: R) -> bool:
        """Whether a click on the cell of a row leads somewhere."""
        return self.leads(row) if self.leads else self.kind == "link" and bool(self.text(row))

    @property
    def to_right(self) -> bool:
        """Whether the cells stand at the right."""
        return self.kind == "number" or self.align == "right"

    def pill(self, row: R) -> Pill:
        """The pill of a row."""
        return Pill(
            self.role(row) if self.role else "neutral", self.text(row), self.mark(row) if self.mark else None
        )


class CellInput(QLineEdit):
    """Where a cell is written in. Words that are refused stay in it, and the reason stands below it."""

    def __init__(self, parent: QWidget, check: Callable[[str], tuple[str, str] | None]) -> None:
        super().__init__(parent)
        self.setProperty("kind", "cell")
        self._check, self._room = check, parent
        self._why: QFrame | None = None
        self.textEdited.connect(lambda _: self._forget())

    def refused(self) -> tuple[str, str] | None:
        """Why the words are refused."""
        return self._check(self.text())

    def say_why(self, sentence: str, hint: str) -> None:
        """Shows the reason at the cell and reads it aloud."""
        self._forget()
        theme.restyle(self, wrong=True)
        room = self._room
        made = banner("failed", sentence, hint)
        made.setParent(room)
        made.setFixedWidth(min(_WHY_WIDTH, room.width()))
        made.adjustSize()
        made.setFixedHeight(made.heightForWidth(made.width()))
        below = self.geometry().bottom() + 4
        fits = below + made.height() <= room.height()
        left = max(0, min(self.x(), room.width() - made.width()))
        made.move(left, below if fits else max(0, self.y() - made.height() - 4))
        made.show()
        made.raise_()
        self.destroyed.connect(made.deleteLater)
        self._why = made
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, made.accessibleName()))

    def _forget(self) -> None:
        theme.restyle(self, wrong=False)
        if self._why is not None:
            self._why.hide()
            self._why.deleteLater()
            self._why = None


def cell_font(column: Column[Any]) -> QFont:
    """The font in which a column is written."""
    weight = 600 if column.strong else 400
    return theme.font(theme.BODY, weight, tabular=column.kind in ("number", "time"))


def wanted_width(column: Column[Any], row: Any) -> float:
    """The width that a row's cell would like to have, with its padding."""
    if column.kind == "bar":
        return column.width
    if column.kind == "pill":
        return pill_width(column.pill(row)) + 2 * PAD if column.text(row) else 2 * PAD
    metrics = _metrics(QApplication.font().key(), column.strong, column.kind in ("number", "time"))
    return metrics.horizontalAdvance(masking.shown(column.text(row))) + 2 * PAD + 2


@lru_cache(maxsize=16)
def _metrics(_font: str, strong: bool, tabular: bool) -> QFontMetricsF:  # noqa: FBT001 (a key of the cache)
    return QFontMetricsF(theme.font(theme.BODY, 600 if strong else 400, tabular=tabular))


class Cells(QStyledItemDelegate):
    """Paints every cell of a table from its column and its row, without asking the model role by role.

    ``left_behind`` gets the words that were refused when a person left their cell; they are offered again
    when that cell is written in again (``key`` names its row).
    """

    def __init__(
        self,
        look_up: "Callable[[Index], tuple[Column[Any], Any] | None]",
        glow: Callable[[int], float],
        hovered: Callable[[], int],
        left_behind: Callable[[str, str, str], object],
    ) -> None:
        super().__init__()
        self._look_up, self._glow, self._hovered = look_up, glow, hovered
        self._left_behind = left_behind
        self._kept: tuple[object, str, str] | None = None
        self._fonts: dict[tuple[bool, bool], QFont] = {}

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paints ground, hairline and content."""
        found = self._look_up(index)
        if found is None:
            return
        column, row = found
        room = QRectF(option.rect)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        self._ground(painter, room, index.row(), chosen=chosen)
        inside = room.adjusted(PAD, 0, -PAD, -1)
        if column.kind == "pill":
            if column.text(row):
                paint_pill(painter, column.pill(row), inside)
        elif column.kind == "bar":
            self._bar(painter, column, row, inside)
        else:
            self._words(painter, column, row, inside)
        if column.edit is not None and option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(theme.colour("accent"), 1))
            painter.drawRect(room.adjusted(1.5, 1.5, -1.5, -2.5))

    def helpEvent(
        self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index
    ) -> bool:
        """Shows a tooltip only where words are cut."""
        found = self._look_up(index)
        is_cut = found is not None and wanted_width(*found) > option.rect.width() + 2
        return is_cut and super().helpEvent(event, view, option, index)

    # -- writing in cells --------------------------------------------------------------------------

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, index: Index) -> QWidget:
        """A line as high as the cell."""
        found = self._look_up(index)
        check = None if found is None else found[0].check

        def refused(words: str) -> tuple[str, str] | None:
            if found is None or check is None or words == index.data(Qt.ItemDataRole.EditRole):
                return None
            return check(found[1], words)

        made = CellInput(parent, refused)
        made.setAccessibleName(str(index.model().headerData(index.column(), Qt.Orientation.Horizontal)))
        return made

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """Shows the cell's words; those that were refused there before, where there are some."""
        found = self._look_up(index)
        if self._kept is not None and found is not None and self._kept[:2] == (found[1], found[0].key):
            assert isinstance(editor, CellInput)
            editor.setText(self._kept[2])
        else:
            super().setEditorData(editor, index)

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        """Hands over what was written, where it is taken; else it is kept."""
        assert isinstance(editor, CellInput)
        found, why = self._look_up(index), editor.refused()
        self._kept = None
        if why is None or found is None:
            super().setModelData(editor, model, index)
        elif editor.text() != model.data(index, Qt.ItemDataRole.EditRole):
            self._kept = (found[1], found[0].key, editor.text())
            self._left_behind(editor.text(), *why)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A refused cell is left by Escape, or with the mouse; other keys say why."""
        leaves = (
            isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() in _LEAVES
        )
        if leaves and isinstance(watched, CellInput):
            why = watched.refused()
            if why is not None:
                watched.say_why(*why)
                return True
        return super().eventFilter(watched, event)

    def _ground(self, painter: QPainter, room: QRectF, at: int, *, chosen: bool) -> None:
        if chosen:
            painter.fillRect(room, theme.colour("accent-tint"))
        elif self._hovered() == at:
            painter.fillRect(room, theme.colour("hover"))
        strength = self._glow(at)
        if strength > 0:
            tint = theme.colour("delivered-tint")
            tint.setAlphaF(strength)
            painter.fillRect(room, tint)
        painter.fillRect(QRectF(room.left(), room.bottom() - 1, room.width(), 1), theme.colour("faint"))

    @staticmethod
    def _bar(painter: QPainter, column: Column[Any], row: Any, inside: QRectF) -> None:
        shares = column.shares(row) if column.shares else ()
        if not shares:
            return
        box = QRectF(inside.left(), inside.center().y() - BAR_HEIGHT / 2, inside.width(), BAR_HEIGHT)
        paint_bar(painter, shares, box)

    def _words(self, painter: QPainter, column: Column[Any], row: Any, inside: QRectF) -> None:
        words = masking.shown(column.text(row))
        if not words:
            return
        painter.setFont(self._font(column))
        role = column.role(row) if column.role else ""
        painter.setPen(theme.colour(role or _INK.get(column.kind, "text")))
        if "\n" in words:
            words = words.replace("\n", " ")
        cut = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(inside.width()) + 1)
        painter.drawText(inside, _RIGHT if column.to_right else _LEFT, cut)

    def _font(self, column: Column[Any]) -> QFont:
        key = (column.strong, column.kind in ("number", "time"))
        if key not in self._fonts:
            self._fonts[key] = cell_font(column)
        return self._fonts[key]

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """Rows have one height, columns are laid out by the table."""
        return QSize(40, 30)
