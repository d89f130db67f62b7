"""The hits of a search as a list: grouped by person, each message with campaign, time, text and state."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from smsdesk.core.numbers import as_shown
from smsdesk.ui import theme
from smsdesk.ui.cells import Column
from smsdesk.ui.marks import Pill, paint_pill
from smsdesk.ui.rows import Rows
from smsdesk.words import day_time, say, status_words

if TYPE_CHECKING:
    from smsdesk.desk.watching import SmsLine

Index = QModelIndex | QPersistentModelIndex

ROW, PERSON = 82, 58
_PAD = 14.0


@dataclass(frozen=True, slots=True)
class Hit:
    """A message found; ``leads`` says that it is the first one of its person."""

    line: "SmsLine"
    leads: bool


def by_person(lines: "Sequence[SmsLine]") -> list[Hit]:
    """Messages grouped by number: the person with the newest one first, each newest first."""
    people: dict[str, list[SmsLine]] = {}
    for line in lines:
        people.setdefault(line.dst, []).append(line)
    return [Hit(line, at == 0) for own in people.values() for at, line in enumerate(own)]


def campaign_name(line: "SmsLine") -> str:
    """The campaign's name, or that another program sent it."""
    return line.campaign or say("find.no_campaign")


def _aloud(hit: Hit) -> str:
    line = hit.line
    pill = status_words(line.process_status, line.status)[0]
    words = (as_shown(line.dst), line.name, campaign_name(line), pill, line.text or "")
    return ", ".join(word for word in words if word)


class Hits(QListView):
    """The list. ``chosen`` tells the current message, None where there is none."""

    chosen = Signal(object)

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__()
        self.setAccessibleName(say("find.hits"))
        self.rows: Rows[Hit] = Rows([Column("hit", "", _aloud)], self)
        self.setModel(self.rows)
        self._cell = _HitCell(self.rows, now)
        self.setItemDelegate(self._cell)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)

    def show_lines(self, lines: "Sequence[SmsLine]") -> None:
        """Shows other messages; the chosen one stays chosen while it is among them, else the first is."""
        current = self.currentIndex()
        key = self.rows.key_at(current.row()) if current.isValid() else None
        quiet = self.blockSignals(True)
        self.rows.set_rows(by_person(lines), key=lambda hit: hit.line.id)
        at = self.rows.place_of(key) if key is not None else None
        self.setCurrentIndex(self.rows.index(at or 0, 0) if lines else QModelIndex())
        self.blockSignals(quiet)
        if at is None:
            self.scrollToTop()
        self.chosen.emit(self.line())

    def line(self) -> "SmsLine | None":
        """The chosen message."""
        index = self.currentIndex()
        return self.rows.row_at(index.row()).line if index.isValid() else None

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Tells which message is chosen."""
        super().currentChanged(current, previous)
        self.chosen.emit(self.line())

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


class _HitCell(QStyledItemDelegate):
    """Paints a hit: over the first of a person stands who it is."""

    def __init__(self, rows: Rows[Hit], now: Callable[[], datetime]) -> None:
        super().__init__()
        self._rows, self._now = rows, now

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        """Three lines, and two more over the first one of a person."""
        return QSize(200, ROW + (PERSON if self._rows.row_at(index.row()).leads else 0))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paints who, then what."""
        hit = self._rows.row_at(index.row())
        room = QRectF(option.rect)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        if hit.leads:
            self._person(painter, hit.line, QRectF(room.left(), room.top(), room.width(), PERSON))
            room.setTop(room.top() + PERSON)
        if chosen:
            painter.fillRect(room, theme.colour("accent-tint"))
        painter.fillRect(QRectF(room.left(), room.bottom() - 1, room.width(), 1), theme.colour("faint"))
        self._message(painter, hit.line, room.adjusted(_PAD, 8, -_PAD, -8))
        painter.restore()

    def _person(self, painter: QPainter, line: "SmsLine", room: QRectF) -> None:
        inside = room.adjusted(_PAD, 10, -_PAD, -6)
        half = inside.height() / 2
        top = QRectF(inside.left(), inside.top(), inside.width(), half)
        _write(painter, as_shown(line.dst), top, _WHO)
        _write(painter, line.name, top.translated(0, half), _PLAIN)
        painter.fillRect(QRectF(room.left(), room.bottom() - 1, room.width(), 1), theme.colour("line"))

    def _message(self, painter: QPainter, line: "SmsLine", room: QRectF) -> None:
        third = room.height() / 3
        top = QRectF(room.left(), room.top(), room.width(), third)
        when = day_time(line.accepted_at, None, self._now()) if line.accepted_at else ""
        width = _write(painter, when, top, _SMALL, Qt.AlignmentFlag.AlignRight)
        name = top.adjusted(0, 0, -width - 12 if when else 0, 0)
        _write(painter, campaign_name(line), name, _NAME)
        text = " ".join(line.text.split()) if line.text else say("find.no_text")
        _write(painter, text, top.translated(0, third), _PLAIN)
        pill = Pill(line.outcome, status_words(line.process_status, line.status)[0])
        paint_pill(painter, pill, top.translated(0, 2 * third + 1))


@dataclass(frozen=True, slots=True)
class _Ink:
    size: int
    weight: int
    role: str


_WHO, _NAME = _Ink(theme.WRITING, 600, "text"), _Ink(theme.BODY, 600, "text")
_PLAIN, _SMALL = _Ink(theme.BODY, 400, "second"), _Ink(theme.CAPTION, 400, "second")


def _write(
    painter: QPainter,
    words: str,
    room: QRectF,
    ink: _Ink,
    side: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> float:
    """Writes words on one line, cut with an ellipsis; returns their width."""
    painter.setFont(theme.font(ink.size, ink.weight))
    painter.setPen(theme.colour(ink.role))
    metrics = painter.fontMetrics()
    cut = metrics.elidedText(words, Qt.TextElideMode.ElideRight, int(room.width()) + 1)
    painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter | side), cut)
    return float(metrics.horizontalAdvance(cut))
