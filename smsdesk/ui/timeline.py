"""The time line of a campaign: seven days across, blackout periods as bars, now and the start as lines."""

from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from smsdesk.core.blackouts import Period, union
from smsdesk.ui import theme
from smsdesk.words import day, full_time, say

DAYS = 7
HEIGHT = 132
_SIDE, _TOP = 8.0, 22.0
_JOB, _OWN = (44.0, 34.0), (88.0, 26.0)
"""Top and height of the two rows of bars."""
_SATURDAY = 5


class TimeLine(QWidget):
    """The job's blackout periods above, those of single recipients below."""

    def __init__(self) -> None:
        super().__init__()
        self._now = datetime.now(UTC)
        self._start: datetime | None = None
        self._periods: tuple[Period, ...] = ()
        self._own: tuple[Period, ...] = ()
        self.setMinimumHeight(HEIGHT)

    def sizeHint(self) -> QSize:
        """Room for two rows of bars under the days."""
        return QSize(600, HEIGHT)

    def show_times(
        self, now: datetime, start: datetime | None, periods: tuple[Period, ...], own: tuple[Period, ...]
    ) -> None:
        """Shows the job's periods, and those of single recipients."""
        self._now, self._start = now, start
        self._periods, self._own = union(periods), union(own)
        words = [f"{full_time(p.start)} – {full_time(p.end)}" for p in self._periods]
        self.setAccessibleName(f"{say('schedule.line')}: {'; '.join(words) or say('schedule.none')}")
        self.update()

    @property
    def _first(self) -> datetime:
        """The midnight at which the line begins: today's, for a start further away the start's."""
        begin = self._now
        if self._start is not None and self._start - self._now > timedelta(days=DAYS - 1):
            begin = self._start
        return begin.astimezone().replace(hour=0, minute=0, second=0, microsecond=0)

    def _x(self, at: datetime) -> float:
        return _SIDE + (at - self._first) / timedelta(days=DAYS) * (self.width() - 2 * _SIDE)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paints days, bars, now and start."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_days(painter)
        for periods, place, role in (
            (self._periods, _JOB, "blackout-job"),
            (self._own, _OWN, "blackout-own"),
        ):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour(role))
            for period in periods:
                self._paint_bar(painter, period, *place)
        self._mark(painter, self._now, say("schedule.now_mark"), "failed", Qt.PenStyle.SolidLine)
        if self._start is not None:
            self._mark(painter, self._start, say("schedule.start_mark"), "accent", Qt.PenStyle.DashLine)
        painter.end()

    def _paint_bar(self, painter: QPainter, period: Period, top: float, height: float) -> None:
        left = max(_SIDE, self._x(period.start))
        right = min(self.width() - _SIDE, self._x(period.end))
        if right > left:
            painter.drawRoundedRect(QRectF(left, top, max(2.0, right - left), height), 4, 4)

    def _paint_days(self, painter: QPainter) -> None:
        painter.setFont(theme.font(theme.CAPTION))
        for at in range(DAYS):
            begin = self._first + timedelta(days=at)
            x = self._x(begin)
            width = (self.width() - 2 * _SIDE) / DAYS
            if begin.weekday() >= _SATURDAY:
                painter.fillRect(QRectF(x, _TOP, width, self.height() - _TOP), theme.colour("faint"))
            painter.setPen(QPen(theme.colour("line"), 1))
            painter.drawLine(QPointF(x, _TOP), QPointF(x, self.height()))
            painter.setPen(theme.colour("second"))
            words = painter.fontMetrics().elidedText(day(begin), Qt.TextElideMode.ElideRight, int(width) - 6)
            painter.drawText(QPointF(x + 4, 14), words)

    def _mark(self, painter: QPainter, at: datetime, words: str, role: str, style: Qt.PenStyle) -> None:
        x = self._x(at)
        if not 0 <= x <= self.width():
            return
        painter.setPen(QPen(theme.colour(role), 1.5, style))
        painter.drawLine(QPointF(x, _TOP), QPointF(x, self.height()))
        painter.setFont(theme.font(11))
        wide = painter.fontMetrics().horizontalAdvance(words)
        left = x + 4 if x + 4 + wide < self.width() else x - 4 - wide
        painter.drawText(QPointF(left, _TOP + 13), words)
