"""The sandbox's phones as a list: number, fate, and how many messages each has or waits for."""

import re
from collections.abc import Iterable, Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from smsdesk.desk.sandbox import Phone
from smsdesk.ui import masking, theme
from smsdesk.ui.cells import Column
from smsdesk.ui.rows import Rows
from smsdesk.words import say

Index = QModelIndex | QPersistentModelIndex

ROW = 59
"""The height of a phone in the list."""
_PAD = 14.0
_FEWEST = 3
"""Letters below which fates are not sought by their words."""
_NUMBER = re.compile(r"[+0-9 ()/.\-]*[0-9][+0-9 ()/.\-]*")


def sought(text: str, fates: Iterable[str]) -> tuple[str, ...]:
    """What the sandbox is to look for, so that a person may write numbers and fates as they read them."""
    text = text.strip()
    words = [text]
    if _NUMBER.fullmatch(text):
        plain = re.sub(r"[ ()/.\-]", "", text.replace("(0)", ""))
        words.append(plain if plain.startswith("+") else plain.lstrip("0") or plain)
    if len(text) >= _FEWEST:
        words += [name for name in fates if text.casefold() in fate_words(name).casefold()]
    return tuple(dict.fromkeys(words))


def fate_words(name: str) -> str:
    """A fate in words."""
    return say(f"fate.{name}")


def tally(phone: Phone) -> str:
    """How many messages a phone has, and how many still may come: "2 messages, 1 waits"."""
    words = [say("phones.messages", phone.received)] if phone.received else []
    if phone.waiting:
        words.append(say("phones.waiting", phone.waiting))
    return ", ".join(words)


def _aloud(phone: Phone) -> str:
    words = (
        masking.shown_number(phone.number),
        say("phones.fate", fate=fate_words(phone.fate)),
        tally(phone),
    )
    return ", ".join(word for word in words if word)


class PhoneList(QListView):
    """The list. ``chosen`` tells the number of another current phone, "" for none."""

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(say("phones.list"))
        self._phones: Sequence[Phone] = ()
        self.rows: Rows[Phone] = Rows([Column("phone", "", _aloud)], self)
        self.rows.glows = False
        self.setModel(self.rows)
        self._cell = _PhoneCell(self.rows)
        self.setItemDelegate(self._cell)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setUniformItemSizes(True)

    def show_phones(self, phones: Sequence[Phone]) -> None:
        """Shows other phones. The chosen one stays chosen and in its place while it is among them.

        Otherwise the first is.
        """
        if phones == self._phones:
            return
        self._phones = phones
        before, bar = self.number(), self.verticalScrollBar()
        offset, kept = bar.value(), self._place(before)
        quiet = self.blockSignals(True)
        self.rows.set_rows(phones, key=lambda phone: phone.number)
        at = self._place(before)
        # Unsigned, the current phone is set first, for that scrolls it into sight.
        if self.currentIndex().row() != (0 if at is None else at):
            self.setCurrentIndex(self.rows.index(at or 0, 0) if phones else QModelIndex())
        self.blockSignals(quiet)
        if at is not None and kept is not None:
            self.doItemsLayout()
            bar.setValue(offset + (at - kept) * ROW if offset else 0)
        if self.number() != before:
            self.chosen.emit(self.number())

    def _place(self, number: str) -> int | None:
        return self.rows.place_of(number) if number else None

    def number(self) -> str:
        """The number of the chosen phone, "" for none."""
        index = self.currentIndex()
        return self.rows.row_at(index.row()).number if index.isValid() else ""

    def choose(self, number: str) -> None:
        """Makes a phone of the list the chosen one."""
        at = self._place(number)
        if at is not None:
            self.setCurrentIndex(self.rows.index(at, 0))

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Tells which phone is chosen."""
        super().currentChanged(current, previous)
        if not self.signalsBlocked():
            self.chosen.emit(self.number())

    def step(self, by: int) -> None:
        """Chooses the next or the one before, from the search box too."""
        at = min(max(self.currentIndex().row() + by, 0), self.rows.rowCount() - 1)
        if at >= 0:
            self.setCurrentIndex(self.rows.index(at, 0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrow keys choose; letters are not searched here."""
        if event.text().isprintable() and event.text():
            event.ignore()
            return
        super().keyPressEvent(event)


class _PhoneCell(QStyledItemDelegate):
    """Paints a phone: its number, below that its fate and how many messages it has."""

    def __init__(self, rows: Rows[Phone]) -> None:
        super().__init__()
        self._rows = rows

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        """Two lines."""
        return QSize(180, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paints one phone."""
        phone, room = self._rows.row_at(index.row()), QRectF(option.rect)
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(room, theme.colour("accent-tint"))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(room, theme.colour("hover"))
        painter.fillRect(QRectF(room.left(), room.bottom() - 1, room.width(), 1), theme.colour("faint"))
        inside = room.adjusted(_PAD, 9, -_PAD, -9)
        upper = QRectF(inside.left(), inside.top(), inside.width(), inside.height() / 2)
        lower = upper.translated(0, inside.height() / 2)
        _write(painter, masking.shown_number(phone.number), upper, "text", 600)
        role = "second" if phone.waiting == 0 else "waiting"
        wide = _write(painter, tally(phone), lower, role, side=Qt.AlignmentFlag.AlignRight)
        lower.setWidth(lower.width() - (wide + 12 if wide else 0))
        fate = fate_words(phone.fate)
        words = say("phones.fate", fate=fate)
        fits = painter.fontMetrics().horizontalAdvance(words) <= lower.width()
        _write(painter, words if fits else fate, lower, "second")
        painter.restore()


def _write(
    painter: QPainter,
    words: str,
    room: QRectF,
    role: str,
    weight: int = 400,
    side: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> float:
    """Writes words on one line, cut with an ellipsis; returns their width."""
    words = masking.shown(words)
    painter.setFont(theme.font(theme.BODY, weight, tabular=True))
    painter.setPen(theme.colour(role))
    metrics = painter.fontMetrics()
    cut = metrics.elidedText(words, Qt.TextElideMode.ElideRight, int(room.width()) + 1)
    painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter | side), cut)
    return float(metrics.horizontalAdvance(cut))
