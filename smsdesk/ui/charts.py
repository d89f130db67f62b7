"""Small charts painted by QPainter: a stacked bar and the line of what was delivered over time.

Each says in words (accessible name) what it shows in shapes.
"""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from smsdesk.ui import theme
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
        self.setAccessibleName(words)
        self.setToolTip(plain_tip(words))
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


class DeliveredLine(QWidget):
    """How many were delivered over time: points (seconds since the start, delivered so far)."""

    def __init__(self) -> None:
        super().__init__()
        self._points: tuple[tuple[float, int], ...] = ()
        self._total = 0
        self._ends = ("", "")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_points(
        self, points: Sequence[tuple[float, int]], total: int, words: str, ends: tuple[str, str] = ("", "")
    ) -> None:
        """Shows the points of ``total`` SMS; ``words`` says the same, ``ends`` are written below the ends."""
        self._points, self._total, self._ends = tuple(points), total, ends
        self.setAccessibleName(words)
        self.setToolTip(plain_tip(words))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Wide as there is room, 90 px high, and the words below."""
        return QSize(200, 108 if any(self._ends) else 90)

    def minimumSizeHint(self) -> QSize:
        """Still legible."""
        return QSize(80, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paints ground line, area, line and words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = QRectF(1, 4, self.width() - 2, self.height() - (24 if any(self._ends) else 6))
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.drawLine(room.bottomLeft(), room.bottomRight())
        line = self._line(room)
        if line is not None:
            area = QPainterPath(line)
            area.lineTo(line.currentPosition().x(), room.bottom())
            area.lineTo(line.elementAt(0).x, room.bottom())
            painter.fillPath(area, theme.colour("delivered-tint"))
            pen = QPen(theme.colour("bar-delivered"), 2.4)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            painter.drawPath(line)
        self._write_ends(painter)
        painter.end()

    def _line(self, room: QRectF) -> QPainterPath | None:
        if not self._points or self._total <= 0:
            return None
        first, last = self._points[0][0], self._points[-1][0]
        span = max(last - first, 1e-9)
        places = [
            QPointF(
                room.left() + (at - first) / span * room.width(),
                room.bottom() - count / self._total * room.height(),
            )
            for at, count in self._points
        ]
        line = QPainterPath(places[0])
        for place in places[1:]:
            line.lineTo(place)
        if len(places) == 1:
            line.lineTo(room.right(), places[0].y())
        return line

    def _write_ends(self, painter: QPainter) -> None:
        painter.setFont(theme.font(11))
        painter.setPen(theme.colour("third"))
        below = QRectF(0, self.height() - 17, self.width(), 16)
        painter.drawText(
            below, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), self._ends[0]
        )
        painter.drawText(
            below, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), self._ends[1]
        )
