"""A picker of emoji: found by name or group, by keyboard or mouse."""

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QPainter,
)
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QListView,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)
from shiboken6 import isValid

from smsdesk.desk.desk import Desk
from smsdesk.ui import theme
from smsdesk.ui.cells import Index
from smsdesk.ui.emoji_list import GROUPS, Emoji, every, found, known
from smsdesk.ui.inputs import text_input
from smsdesk.ui.layout import caption, hline, label, vbox
from smsdesk.words import say

_SIZE = QSize(396, 420)
_CELL, _LINE, _GLYPH = QSize(40, 38), 30, 20
_MARGIN = 12
_RECENT, _MOST_RECENT = "emoji_recent", 18
_PAGE = 5
"""Rows that Page Up and Page Down go."""


class _Cells(QStyledItemDelegate):
    """Paints emoji large, in the middle; one that no font of this computer has by its name."""

    def __init__(self, view: QListView) -> None:
        super().__init__(view)
        self._view = view
        self._large = QFont(QApplication.font())
        self._large.setPixelSize(_GLYPH)
        self._metrics = QFontMetrics(self._large)
        self._small = QFontMetrics(theme.font(theme.CAPTION, 400))

    def drawn(self, one: Emoji) -> bool:
        """Whether a font has a picture of it."""
        return self._metrics.inFontUcs4(ord(one.text[0]))

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        """A square for a picture, room for a name, a whole line for a heading."""
        one = index.data(Qt.ItemDataRole.UserRole)
        if not isinstance(one, Emoji):
            return QSize(self._view.viewport().width() - 2, _LINE)
        if self.drawn(one):
            return _CELL
        wide = self._small.horizontalAdvance(one.name) + 20
        return QSize(min(wide, self._view.viewport().width() - 2), _CELL.height())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paints the ground of the current one and the sign."""
        one, room = index.data(Qt.ItemDataRole.UserRole), QRectF(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not isinstance(one, Emoji):
            painter.setFont(theme.font(theme.CAPTION, 600))
            painter.setPen(theme.colour("second"))
            left = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
            painter.drawText(room.adjusted(8, 6, -8, 0), int(left), str(index.data()))
        else:
            if index == self._view.currentIndex():
                painter.setPen(theme.colour("accent"))
                painter.setBrush(theme.colour("accent-tint"))
                painter.drawRoundedRect(room.adjusted(1.5, 1.5, -1.5, -1.5), 7, 7)
            drawn = self.drawn(one)
            painter.setFont(self._large if drawn else theme.font(theme.CAPTION, 400))
            painter.setPen(theme.colour("text"))
            words = (
                one.text
                if drawn
                else self._small.elidedText(one.name, Qt.TextElideMode.ElideRight, int(room.width()) - 12)
            )
            painter.drawText(room, int(Qt.AlignmentFlag.AlignCenter), words)
        painter.restore()


class _Grid(QListWidget):
    """Emoji in rows below the headings of their groups."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(say("emoji.grid"))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        self.cells = _Cells(self)
        self.setItemDelegate(self.cells)
        self.itemEntered.connect(self._enter)

    def show_emoji(self, parts: "list[tuple[str, tuple[Emoji, ...]]]") -> None:
        """Shows groups: a heading ("" for none) and what stands below it."""
        self.clear()
        for heading, emoji in parts:
            if heading and emoji:
                item = QListWidgetItem(heading, self)
                item.setFlags(Qt.ItemFlag.NoItemFlags)
            for one in emoji:
                item = QListWidgetItem(one.text, self)
                item.setData(Qt.ItemDataRole.UserRole, one)
                item.setData(Qt.ItemDataRole.AccessibleTextRole, one.name)
                item.setToolTip(one.name)
        self.scrollToTop()
        self.go(0, 1)

    def current(self) -> Emoji | None:
        """The one that would be taken."""
        one = self.currentIndex().data(Qt.ItemDataRole.UserRole)
        return one if isinstance(one, Emoji) else None

    def _enter(self, item: QListWidgetItem) -> None:
        if item.flags() & Qt.ItemFlag.ItemIsEnabled:
            self.setCurrentItem(item)

    def go(self, start: int, by: int) -> bool:
        """Makes the first emoji from a place on the current one."""
        at = start
        while 0 <= at < self.count():
            if self.item(at).flags() & Qt.ItemFlag.ItemIsEnabled:
                self.setCurrentRow(at)
                if at <= 1:
                    self.scrollToTop()
                return True
            at += by
        return False

    def step(self, by: int) -> None:
        """To the next emoji, or the one before."""
        self.go(self.currentRow() + by, by)

    def turn(self, by: int, rows: int = 1) -> None:
        """Some rows down or up, to what stands nearest below or above."""
        for _ in range(rows):
            here = self.visualItemRect(self.currentItem()).center()
            best, best_y, at = -1, here.y(), self.currentRow() + by
            while 0 <= at < self.count():
                place = self.visualItemRect(self.item(at)).center()
                if best >= 0 and place.y() != best_y:
                    break
                enabled = self.item(at).flags() & Qt.ItemFlag.ItemIsEnabled
                if enabled and place.y() != here.y():
                    best_y = place.y()
                    nearer = best < 0 or abs(place.x() - here.x()) < abs(
                        self.visualItemRect(self.item(best)).center().x() - here.x()
                    )
                    best = at if nearer else best
                at += by
            if best < 0:
                return
            self.go(best, by)

    def turn_group(self, by: int) -> None:
        """To the first emoji of the next group, or of the one before."""
        heads = [at for at in range(self.count()) if not self.item(at).flags() & Qt.ItemFlag.ItemIsEnabled]
        before = [at for at in heads if at < self.currentRow()]
        wanted = [at for at in heads if at > self.currentRow()] if by > 0 else before[:-1][::-1]
        if wanted:
            self.go(wanted[0], 1)
            self.scrollToItem(self.item(wanted[0]), QListWidget.ScrollHint.PositionAtTop)


class EmojiPicker(QFrame):
    """Opens beside a button; ``chosen`` tells an emoji.

    ``made = EmojiPicker(parent, desk)``, connect ``made.chosen``, ``made.open_at(button)``; it goes by
    itself. Enter takes an emoji, with Shift it stays open; Tab leads from group to group.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget, desk: Desk) -> None:
        super().__init__(parent.window())
        self._desk = desk
        self._recent: tuple[Emoji, ...] = ()
        self._back_to: QWidget | None = None
        self.setProperty("kind", "palette")
        self.setAccessibleName(say("emoji.title"))
        self.setFixedSize(_SIZE)
        self.box = text_input(say("emoji.search"), placeholder=say("emoji.search"))
        self.box.textChanged.connect(lambda _: self._paint())
        self.box.installEventFilter(self)
        self.grid = _Grid()
        self.grid.itemClicked.connect(lambda _: self.take())
        self.grid.currentRowChanged.connect(lambda _: self._name())
        self.name = label("", "strong")
        self.hint = caption(say("emoji.utf16"), wrap=True)
        self.missing = caption(say("emoji.missing"), wrap=True)
        foot = vbox(self.name, self.hint, self.missing, gap=2, margins=(16, 8, 16, 10))
        column = vbox(self.box, hline(), self.grid, hline(), gap=0, margins=1)
        column.addLayout(foot)
        column.setStretch(2, 1)
        self.setLayout(column)
        self.missing.setVisible(not all(map(self.grid.cells.drawn, every())))
        self.hide()

    def open_at(self, beside: QWidget) -> None:
        """Opens below a button, above it where there is no room below."""
        self._back_to = QApplication.focusWidget()
        window = beside.window()
        below = beside.mapTo(window, QPoint(0, beside.height() + 4))
        above = beside.mapTo(window, QPoint(0, -4 - self.height())).y()
        lowest = window.height() - self.height() - _MARGIN
        left = min(below.x(), window.width() - self.width() - _MARGIN)
        top = below.y() if below.y() <= lowest or above < _MARGIN else above
        self.move(max(_MARGIN, left), max(_MARGIN, min(top, lowest)))
        self.show()
        self.raise_()
        self.box.setFocus(Qt.FocusReason.PopupFocusReason)
        self._desk.tasks.start("emoji", self._load())

    async def _load(self) -> None:
        recent = known((await self._desk.settings()).get(_RECENT, "").split())
        if isValid(self):
            self._recent = recent
            if not self.box.text():
                self._paint()

    def _paint(self) -> None:
        query = self.box.text()
        if query.strip():
            self.grid.show_emoji([("", found(query))])
        else:
            parts = [(group, tuple(one for one in every() if one.group == group)) for group in GROUPS]
            named = [(say(f"emoji.group.{group}"), emoji) for group, emoji in parts]
            self.grid.show_emoji([(say("emoji.group.recent"), self._recent), *named])
        self._name()

    def _name(self) -> None:
        one = self.grid.current()
        self.name.setText(say("emoji.none") if one is None else one.name)
        if self.isVisible():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.box, self.name.text()))

    def take(self, *, stay: bool = False) -> None:
        """Takes the current emoji."""
        one = self.grid.current()
        if one is None:
            return
        self._recent = known([one.text, *(other.text for other in self._recent)])[:_MOST_RECENT]
        kept = " ".join(other.text for other in self._recent)
        self._desk.tasks.start("recent emoji", self._desk.put_setting(_RECENT, kept))
        if not stay:
            self.close_picker()
        self.chosen.emit(one.text)

    def close_picker(self) -> None:
        """Goes; the focus is where it was."""
        self.hide()
        if self._back_to is not None and isValid(self._back_to):
            self._back_to.setFocus(Qt.FocusReason.PopupFocusReason)
        self.deleteLater()

    # -- keys ------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows, Tab and Enter work while one searches; a click beside closes."""
        if watched is self.box and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._key(event) or super().eventFilter(watched, event)
        if watched is self.box and event.type() == QEvent.Type.FocusOut and self.isVisible():
            self._back_to = None
            self.close_picker()
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent) -> bool:
        keys, grid = Qt.Key, self.grid
        acts = {
            keys.Key_Right: lambda: grid.step(1),
            keys.Key_Left: lambda: grid.step(-1),
            keys.Key_Down: lambda: grid.turn(1),
            keys.Key_Up: lambda: grid.turn(-1),
            keys.Key_PageDown: lambda: grid.turn(1, _PAGE),
            keys.Key_PageUp: lambda: grid.turn(-1, _PAGE),
            keys.Key_Tab: lambda: grid.turn_group(1),
            keys.Key_Backtab: lambda: grid.turn_group(-1),
            keys.Key_Escape: self.close_picker,
        }
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if event.key() in (keys.Key_Return, keys.Key_Enter):
            self.take(stay=shift)
        elif event.key() in acts and not (shift and event.key() in (keys.Key_Right, keys.Key_Left)):
            acts[Qt.Key(event.key())]()
        else:
            return False
        return True
