"""Messages found, newest first; or all messages of one person on a time line.

Rows are painted when they come into sight and all have one height, so many of them cost nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from smsdesk.core.zones import zone_at
from smsdesk.desk.telling import text_words
from smsdesk.ui import masking, theme
from smsdesk.ui.cells import Column
from smsdesk.ui.marks import Pill, paint_pill, pill_width
from smsdesk.ui.rows import Placed, Rows
from smsdesk.words import day_time, listed_words, say, status_words
from smsdesk.words.forms import short_time, utc_offset

if TYPE_CHECKING:
    from smsdesk.desk.watching import SmsLine

Index = QModelIndex | QPersistentModelIndex

ROW = 82
_PAD, _RAIL, _DOT = 14.0, 20.0, 4.5
_AHEAD = 3
"""So many screens before the end more rows are asked for."""


def campaign_name(line: "SmsLine") -> str:
    """The campaign's name, or that another program sent it."""
    return line.campaign or say("find.no_campaign")


def why(line: "SmsLine") -> str:
    """What happened to a message, in a sentence."""
    if line.listed_at is not None:
        return listed_words(line.listed_at, line.reason, line.finished_at or line.listed_at)
    return status_words(line.process_status, line.status).happened


def _pill(line: "SmsLine") -> Pill:
    return Pill(line.outcome, status_words(line.process_status, line.status).pill)


@lru_cache(maxsize=1000)
def _clock(dst: str, at: datetime) -> tuple[ZoneInfo | None, str]:
    """The zone in which times of a phone are told, as in answers; its distance from UTC if not ours."""
    name = zone_at(dst, at)
    zone = ZoneInfo(name) if name else None
    differs = at.astimezone(zone).utcoffset() != at.astimezone().utcoffset()
    return zone, utc_offset(at, zone) if differs else ""


def when(line: "SmsLine", now: datetime) -> str:
    """When a message was accepted, by the clock of the phone."""
    if line.accepted_at is None:
        return ""
    at, (zone, offset) = line.accepted_at, _clock(line.dst, line.accepted_at)
    days = (at.astimezone(zone).date() - now.astimezone(zone).date()).days
    words = day_time(at, zone, now) if abs(days) <= 1 else short_time(at, zone, now)
    return " ".join(filter(None, (words, offset)))


def _aloud(line: "SmsLine") -> str:
    if not line.dst:
        return "…"
    words = (
        masking.shown_number(line.dst),
        line.name,
        campaign_name(line),
        _pill(line).word,
        why(line),
        text_words(line),
    )
    return ", ".join(word for word in words if word)


class Hits(QTableView):
    """The list. ``chosen`` tells that another message is current; ``near_end`` that more may be wanted."""

    chosen = Signal()
    near_end = Signal()
    opened = Signal()

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__()
        self.setAccessibleName(say("find.hits"))
        self.rows: Rows[SmsLine] = Rows([Column("hit", "", _aloud)], self)
        self.rows.in_sight = self.in_sight
        self.setModel(self.rows)
        self._cell = _HitCell(self.rows, now)
        self.setItemDelegate(self._cell)
        self.setProperty("kind", "hits")
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(ROW)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.verticalScrollBar().setSingleStep(ROW // 2)
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.doubleClicked.connect(lambda _: self.opened.emit())

    def show_lines(
        self, lines: "Sequence[SmsLine]", *, one_person: bool, choose: int | None, anew: bool
    ) -> None:
        """Shows other messages; ``anew``: of another search or person, else what is in sight stays there.

        The one with the id ``choose`` is chosen, where it is among them, else the first.
        """
        bar = self.verticalScrollBar()
        quiet, scrolled = self.blockSignals(True), bar.value()
        self._cell.one_person = one_person
        self.rows.set_rows(lines, key=lambda line: line.id)
        if isinstance(lines, Placed):
            at = lines.place_of(choose) or 0
        else:
            at = next((at for at, line in enumerate(lines) if line.id == choose), 0)
        self.setCurrentIndex(self.rows.index(at, 0) if lines else QModelIndex())
        if not anew:
            bar.setValue(scrolled)
        elif at:
            self.scrollTo(self.currentIndex())
        else:
            self.scrollToTop()
        self.blockSignals(quiet)
        self.viewport().update()

    def add_lines(self, lines: "Sequence[SmsLine]") -> None:
        """Shows more messages at the end."""
        if lines:
            self.rows.add_rows(lines)

    def line(self) -> "SmsLine | None":
        """The chosen message."""
        index = self.currentIndex()
        return self.rows.row_at(index.row()) if index.isValid() else None

    def in_sight(self) -> range:
        """The messages on the screen."""
        above, height = self.verticalScrollBar().value(), self.viewport().height()
        return range(above // ROW, min(self.count(), (above + height) // ROW + 1))

    def count(self) -> int:
        """How many messages are listed."""
        return self.rows.rowCount()

    def at_top(self) -> bool:
        """Whether nobody has scrolled yet."""
        return self.verticalScrollBar().value() == 0

    def is_near_end(self) -> bool:
        """Whether more may be wanted soon."""
        bar = self.verticalScrollBar()
        return bar.value() >= bar.maximum() - _AHEAD * self.viewport().height()

    def _scrolled(self) -> None:
        if self.is_near_end():
            self.near_end.emit()

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Tells which message is chosen."""
        super().currentChanged(current, previous)
        self.chosen.emit()

    def step(self, by: int) -> None:
        """Chooses the next or the one before, from the search box too."""
        at = min(max(self.currentIndex().row() + by, 0), self.count() - 1)
        if at >= 0:
            self.setCurrentIndex(self.rows.index(at, 0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrow keys choose, Home and End too, Enter opens the person; letters are not searched here."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.opened.emit()
            return
        if event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.step(self.count() if event.key() == Qt.Key.Key_End else -self.count())
            return
        if event.text().isprintable() and event.text():
            event.ignore()
            return
        super().keyPressEvent(event)


class _HitCell(QStyledItemDelegate):
    """Paints a message: whose it is (of one person: a dot on the line of time), what it was, its state."""

    def __init__(self, rows: "Rows[SmsLine]", now: Callable[[], datetime]) -> None:
        super().__init__()
        self._rows, self._now = rows, now
        self.one_person = False

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paints it, cut where room is short."""
        line, room = self._rows.row_at(index.row()), QRectF(option.rect)
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(room, theme.colour("accent-tint"))
        painter.fillRect(QRectF(room.left(), room.bottom() - 1, room.width(), 1), theme.colour("faint"))
        inside = room.adjusted(_PAD, 8, -_PAD, -8)
        if self.one_person:
            self._rail(painter, line, index.row(), room)
            inside.adjust(_RAIL, 0, 0, 0)
        if line.dst:
            self._message(painter, line, inside)
        painter.restore()

    def _rail(self, painter: QPainter, line: "SmsLine", at: int, room: QRectF) -> None:
        """The line of time at the left, with a dot in the colour of what became of it."""
        middle = QPointF(room.left() + _PAD + _DOT, room.top() + 8 + _line_height() / 2)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("line"), 2))
        top = middle.y() if at == 0 else room.top()
        bottom = middle.y() if at == self._rows.rowCount() - 1 else room.bottom()
        painter.drawLine(QPointF(middle.x(), top), QPointF(middle.x(), bottom))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(f"bar-{line.outcome}" if line.dst else "line"))
        painter.drawEllipse(middle, _DOT, _DOT)

    def _message(self, painter: QPainter, line: "SmsLine", room: QRectF) -> None:
        height = _line_height()
        first = QRectF(room.left(), room.top(), room.width(), height)
        at = when(line, self._now())
        text = " ".join(text_words(line).split()) if line.dst else ""
        if self.one_person:
            width = _write(painter, at, first, _SMALL, Qt.AlignmentFlag.AlignRight)
            _write(painter, campaign_name(line), first.adjusted(0, 0, -width - 12, 0), _NAME)
            below = text
        else:
            # Of a number the last digits tell most: the time gets what is left.
            width = _write(painter, masking.shown_number(line.dst), first, _NAME)
            _write(painter, at, first.adjusted(width + 12, 0, 0, 0), _SMALL, Qt.AlignmentFlag.AlignRight)
            below = " · ".join(filter(None, (line.name, campaign_name(line), text)))
        _write(painter, below, first.translated(0, height), _PLAIN)
        last, pill = first.translated(0, 2 * height + 1), _pill(line)
        paint_pill(painter, pill, last)
        _write(painter, why(line), last.adjusted(pill_width(pill) + 8, 0, 0, 0), _SMALL)


def _line_height() -> float:
    return (ROW - 16) / 3


@dataclass(frozen=True, slots=True)
class _Ink:
    size: int
    weight: int
    role: str


_NAME = _Ink(theme.BODY, 600, "text")
_PLAIN, _SMALL = _Ink(theme.BODY, 400, "second"), _Ink(theme.CAPTION, 400, "second")


def _write(
    painter: QPainter,
    words: str,
    room: QRectF,
    ink: _Ink,
    side: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> float:
    """Writes words on one line, cut with an ellipsis; returns their width."""
    words = masking.shown(words)
    painter.setFont(theme.font(ink.size, ink.weight, tabular=True))
    painter.setPen(theme.colour(ink.role))
    metrics = painter.fontMetrics()
    cut = metrics.elidedText(words, Qt.TextElideMode.ElideRight, int(room.width()) + 1)
    painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter | side), cut)
    return float(metrics.horizontalAdvance(cut))
