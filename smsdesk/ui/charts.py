"""Small charts painted by QPainter: a stacked bar and the course of a delivery over time.

Each says in words (accessible name) what it shows in shapes.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from smsdesk.core.delivery import Point
from smsdesk.ui import masking, theme
from smsdesk.ui.labels import plain_tip
from smsdesk.ui.marks import paint_bar


class StackedBar(QWidget):
    """Shares of a whole: (state, number) from the left."""

    def __init__(self, height: int = 8) -> None:
        super().__init__()
        self._shares: tuple[tuple[str, int], ...] = ()
        self._height = height
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_shares(self, shares: Sequence[tuple[str, int]], words: str) -> None:
        """Shows the shares; ``words`` says them. Share "neutral" is what nothing is known of."""
        self._shares = tuple(shares)
        masking.name(self, words)
        masking.tip(self, plain_tip(words))
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(160, self._height)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paints the bar."""
        painter = QPainter(self)
        middle = (self.height() - self._height) / 2
        paint_bar(painter, self._shares, QRectF(0, middle, self.width(), self._height))
        painter.end()


class CourseChart(QWidget):
    """The course of a delivery: delivered (an area), sent and held back (lines), over time."""

    def __init__(self) -> None:
        super().__init__()
        self._course: tuple[Point, ...] = ()
        self._total = 0
        self._ends = ("", "")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_course(self, course: Sequence[Point], total: int, words: str, ends: tuple[str, str]) -> None:
        """Shows the course of ``total`` SMS; ``words`` says the same, ``ends`` are written below the ends."""
        self._course, self._total, self._ends = tuple(course), total, ends
        self.setAccessibleName(words)
        self.setToolTip(plain_tip(words))
        self.update()

    def sizeHint(self) -> QSize:
        """Wide as there is room."""
        return QSize(200, 112)

    def minimumSizeHint(self) -> QSize:
        """Still legible."""
        return QSize(80, 112)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paints it."""
        painter = QPainter(self)
        paint_course(painter, self._course, self._total, QRectF(self.rect()), self._ends)
        painter.end()


def paint_course(
    painter: QPainter,
    course: Sequence[Point],
    total: int,
    room: QRectF,
    ends: tuple[str, str],
    colour: Callable[[str], QColor] = theme.colour,
) -> None:
    """Paints ground line, area, lines and the words below, on a screen or in other colours on paper."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ground = QRectF(room.left() + 1, room.top() + 4, room.width() - 2, room.height() - 24)
    painter.setPen(QPen(colour("line"), 1))
    painter.drawLine(ground.bottomLeft(), ground.bottomRight())
    if course and total > 0:
        delivered = _steps([(one.at, one.delivered) for one in course], total, ground)
        area = QPainterPath(delivered)
        area.lineTo(delivered.currentPosition().x(), ground.bottom())
        area.lineTo(delivered.elementAt(0).x, ground.bottom())
        painter.fillPath(area, colour("delivered-tint"))
        _draw(painter, delivered, QPen(colour("bar-delivered"), 2.4))
        if any(one.held for one in course):
            held = _steps([(one.at, one.held) for one in course], total, ground)
            _draw(painter, held, QPen(colour("blackout-job"), 1.6, Qt.PenStyle.DotLine))
        sent = _steps([(one.at, one.sent) for one in course], total, ground)
        _draw(painter, sent, QPen(colour("second"), 1.4, Qt.PenStyle.DashLine))
    painter.setFont(theme.font(11))
    painter.setPen(colour("third"))
    below = QRectF(room.left(), room.bottom() - 17, room.width(), 16)
    for words, side in zip(ends, (Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight), strict=True):
        painter.drawText(below, int(side | Qt.AlignmentFlag.AlignVCenter), words)


def _draw(painter: QPainter, line: QPainterPath, pen: QPen) -> None:
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.drawPath(line)


def _steps(points: Sequence[tuple[datetime, int]], total: int, room: QRectF) -> QPainterPath:
    first = points[0][0]
    span = max((points[-1][0] - first).total_seconds(), 1e-9)
    places = [
        QPointF(
            room.left() + (at - first).total_seconds() / span * room.width(),
            room.bottom() - min(count, total) / total * room.height(),
        )
        for at, count in points
    ]
    line = QPainterPath(places[0])
    for place in places[1:]:
        line.lineTo(place)
    if len(places) == 1:
        line.lineTo(room.right(), places[0].y())
    return line
