"""The time line: blackout periods as bars to draw, move, resize, split, remove; by mouse and by keyboard."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, Qt
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip

from smsdesk.core.blackouts import Period
from smsdesk.ui import timeline_paint as look
from smsdesk.ui.labels import FocusRing, plain_tip
from smsdesk.ui.timeline_bars import Bar, Grip, Key, Of, dragged, drawn_between, met
from smsdesk.ui.timeline_ground import AXIS
from smsdesk.ui.timeline_keys import acted
from smsdesk.ui.timeline_state import SIDE, Line
from smsdesk.ui.timeline_words import tip_words
from smsdesk.words import say

LEAST = 156
_NAME = 34
"""So far the name of the start reaches beside its line."""
_PULL = 3
"""A hand that moves fewer px only points."""
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class _Pull:
    """A hand on the line: what it holds (no key: it draws), and where it took hold."""

    key: Key | None
    grip: Grip
    period: Period
    origin: QPointF
    at: datetime
    moved: bool = False

    @property
    def of_start(self) -> bool:
        """Whether the hand holds the start of the campaign."""
        return self.key is None and self.grip is Grip.START


class TimeLine(Line):
    """Days across; above the campaign's periods, below them recipients' own, then who is reached when."""

    def __init__(self, zone: ZoneInfo) -> None:
        super().__init__(zone)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(LEAST)
        self._pull: _Pull | None = None
        self._ring = FocusRing(self)

    def sizeHint(self) -> QSize:
        """Room for two rows of bars and the columns; it takes what more there is."""
        return QSize(640, LEAST)

    def begin_at(self, now: datetime, start: datetime | None) -> None:
        """Another campaign: lets go of what was held too."""
        self._pull = None
        super().begin_at(now, start)

    # -- painting --------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Spreads the days over the width."""
        super().resizeEvent(event)
        self.scale = replace(self.scale, width=max(80.0, self.width() - 2 * SIDE))
        self._ring.setGeometry(self.rect())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paints what is in sight."""
        painter = QPainter(self)
        hand = self.hand if self.hasFocus() and self._pull is None else replace(self.hand, cursor=None)
        if self.hasFocus() and hand.cursor is None and hand.chosen is None and hand.held is None:
            hand = replace(hand, cursor=self.cursor_at)
        elif hand.chosen is not None:
            bar = self.chosen_bar()
            by_keys = self.hasFocus() and self._pull is None and bar is not None
            hand = replace(hand, cursor=None, told=bar.period if by_keys and bar else None)
        look.paint(painter, self.scale, self.shown, hand, float(self.height()))
        painter.end()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Shows ring and cursor; says where it is."""
        super().focusInEvent(event)
        self._ring.setVisible(event.reason() != Qt.FocusReason.MouseFocusReason)
        self._ring.raise_()
        self._name(aloud=True)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Takes ring and cursor away."""
        super().focusOutEvent(event)
        self._ring.hide()
        self.update()

    # -- the mouse -------------------------------------------------------------------------------

    def bar_at(self, place: QPointF) -> tuple[Bar, Grip] | None:
        """The bar under the mouse, and which part of it."""
        rooms = look.rooms(self.width(), self.height(), own=bool(self.shown.own))
        for bars, room in ((self.shown.bars, rooms.job), (self.shown.own, rooms.own)):
            if room.top() - 3 <= place.y() <= room.bottom() + 3:
                return met(look.in_sight(bars, self.scale), self.scale, place.x(), self.hand.chosen)
        return None

    def _on_start(self, place: QPointF) -> bool:
        """Whether a hand there takes the start: by its name, above the bars."""
        if self.shown.start is None or not self.changeable:
            return False
        left = self.scale.x(self.shown.start)
        top = look.rooms(self.width(), self.height(), own=False).job.top()
        return AXIS - 4 <= place.y() < top - 2 and left - _PULL <= place.x() <= left + _NAME

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Takes hold of a bar, of one of its ends, or begins to draw."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self._ring.hide()
        place = event.position()
        hit, at = self.bar_at(place), self.scale.at(place.x())
        start = self.shown.start
        if start is not None and self._on_start(place):
            self._pull = _Pull(None, Grip.START, Period(start, start), place, at)
            return
        if hit is None:
            if self.changeable and place.y() > AXIS:
                self._pull = _Pull(None, Grip.END, Period(at, at), place, at)
            return
        bar, grip = hit
        self.choose(bar.key)
        if self.changeable and bar.key.of is Of.DRAWN:
            self._pull = _Pull(bar.key, grip, bar.period, place, at)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Shows what the hand would make; without a button, what can be done here."""
        pull, place = self._pull, event.position()
        if pull is None:
            self._show_hand(place)
            return
        if not pull.moved and abs(place.x() - pull.origin.x()) < _PULL:
            return
        self._pull = replace(pull, moved=True)
        if not self.scale.left <= place.x() <= self.scale.left + self.scale.width:
            # The line goes on under a hand that leaves it.
            self.turn(self.scale.days / 56 * (1 if place.x() > self.scale.left else -1))
        fine = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        step, at = _MINUTE if fine else self.scale.step, self.scale.at(place.x())
        if pull.of_start:
            moved = self.scale.snapped(pull.period.start + (at - pull.at), step)
            self.hand = replace(self.hand, start=max(moved, self.scale.snapped(self.shown.now, _MINUTE)))
        else:
            self.hand = replace(self.hand, held=self._made(pull, at, step), hidden=pull.key)
        self.update()

    def _made(self, pull: _Pull, at: datetime, step: timedelta) -> Period:
        if pull.key is None:
            return drawn_between(pull.at, at, self.scale, step)
        return dragged(pull.period, pull.grip, at - pull.at, self.scale, step)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Makes it so; a click on nothing takes the choice back and puts the cursor there."""
        pull, held, start = self._pull, self.hand.held, self.hand.start
        if event.button() != Qt.MouseButton.LeftButton or pull is None:
            return
        self._let_go()
        if start is not None:
            self.planned.emit(start)
        elif held is None:
            if pull.key is None:
                self.choose(None)
                self.move_cursor(self.scale.snapped(pull.at))
        elif pull.key is None:
            self.drawn.emit(held)
        elif held != pull.period:
            self.changed.emit(pull.key, held, "")

    def _let_go(self) -> None:
        self._pull = None
        self.hand = replace(self.hand, held=None, hidden=None, start=None)
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Splits a drawn period there; opens the rule or the recipients of another."""
        hit = self.bar_at(event.position())
        if event.button() != Qt.MouseButton.LeftButton or hit is None:
            return
        self._let_go()
        if hit[0].key.of is not Of.DRAWN:
            self.opened.emit(hit[0].key)
        elif self.changeable:
            self.split.emit(hit[0].key, self.scale.snapped(self.scale.at(event.position().x())))

    def _show_hand(self, place: QPointF) -> None:
        hit, shapes = self.bar_at(place), Qt.CursorShape
        if self._on_start(place):
            self.setCursor(shapes.SizeHorCursor)
        elif hit is None or not self.changeable:
            self.setCursor(shapes.CrossCursor if self.changeable and place.y() > AXIS else shapes.ArrowCursor)
        elif hit[0].key.of is not Of.DRAWN:
            self.setCursor(shapes.PointingHandCursor)
        else:
            self.setCursor(shapes.SizeAllCursor if hit[1] is Grip.BODY else shapes.SizeHorCursor)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scrolls through the days; with Ctrl zooms around the mouse."""
        turn = event.angleDelta().y() or event.angleDelta().x()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.zoom(-1 if turn > 0 else 1, event.position().x())
        elif turn:
            self.turn(-turn / 120 * self.scale.days / 7)
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Asks for the menu of the bar there; by keyboard, of the chosen one."""
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            bar, at = self.chosen_bar(), self.cursor_at
            place = QPoint(int(self.middle_of(bar)), self.height() // 3)
            self.menu_asked.emit(bar.key if bar else None, at, self.mapToGlobal(place))
            return
        hit = self.bar_at(QPointF(event.pos()))
        if hit is not None:
            self.choose(hit[0].key)
        at = self.scale.snapped(self.scale.at(event.pos().x()))
        self.menu_asked.emit(hit[0].key if hit else None, at, event.globalPos())

    def event(self, event: QEvent) -> bool:
        """Says in a tooltip what stands under the mouse."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            hit = self.bar_at(QPointF(event.pos()))
            words = tip_words(self.shown, self.scale, hit[0] if hit else None, event.pos().x())
            words = say("timeline.start") if self._on_start(QPointF(event.pos())) else words
            QToolTip.showText(event.globalPos(), plain_tip(words), self)
            return True
        return super().event(event)

    # -- the keyboard ----------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Does what a key stands for; Escape lets go of what is held, then of the choice."""
        if event.key() == Qt.Key.Key_Escape and self._pull is not None:
            self._let_go()
        elif event.key() == Qt.Key.Key_Escape and self.hand.chosen is not None:
            self.choose(None)
        elif event.matches(QKeySequence.StandardKey.Paste) and self.changeable:
            self.pasted.emit()
        elif not acted(self, event):
            super().keyPressEvent(event)
