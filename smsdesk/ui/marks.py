"""Small signs painted by hand: state marks, pills, dots and stacked bars. Used by tables and widgets alike.

Colour is never the only sign: each state has a mark of its own and stands beside a word.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPainterPath, QPen

from smsdesk.ui import theme

PILL_HEIGHT = 20.0
PILL_ROOM = 7.0
MARK = 9.0
MARK_GAP = 5.0
RADIUS = 4.0

MARKS = {
    "delivered": "check",
    "waiting": "clock",
    "sending": "up",
    "failed": "cross",
    "unknown": "question",
    "cancelled": "dash",
}
"""The mark of each state; a role that is not here is written without one."""

BAR_ORDER = ("delivered", "sending", "waiting", "failed", "unknown", "cancelled")
"""The order of the shares in a stacked bar."""


@dataclass(frozen=True, slots=True)
class Pill:
    """A state in a word: its role gives colours and mark; ``mark`` "" takes the mark away."""

    role: str
    word: str
    mark: str | None = None

    @property
    def sign(self) -> str:
        """The name of the mark, "" for none."""
        return MARKS.get(self.role, "") if self.mark is None else self.mark


def pill_width(pill: Pill) -> float:
    """How wide the pill is."""
    words = QFontMetricsF(theme.font(theme.CAPTION, 500)).horizontalAdvance(pill.word)
    return 2 * PILL_ROOM + words + (MARK + MARK_GAP if pill.sign else 0)


def paint_pill(painter: QPainter, pill: Pill, room: QRectF) -> None:
    """Paints the pill at the left of ``room``, in the middle of its height; long words get an ellipsis."""
    width = min(pill_width(pill), room.width())
    box = QRectF(room.left(), room.center().y() - PILL_HEIGHT / 2, width, PILL_HEIGHT)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour(f"{pill.role}-tint"))
    painter.drawRoundedRect(box, RADIUS, RADIUS)
    ink = theme.colour(pill.role)
    left = box.left() + PILL_ROOM
    if pill.sign:
        paint_mark(painter, pill.sign, QRectF(left, box.center().y() - MARK / 2, MARK, MARK), ink)
        left += MARK + MARK_GAP
    painter.setFont(theme.font(theme.CAPTION, 500))
    painter.setPen(ink)
    words = QRectF(left, box.top(), box.right() - left - 2, box.height())
    cut = painter.fontMetrics().elidedText(pill.word, Qt.TextElideMode.ElideRight, int(words.width() + 1))
    painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), cut)
    painter.restore()


def paint_mark(painter: QPainter, sign: str, box: QRectF, ink: QColor) -> None:
    """Paints a mark (check, cross, clock, up, question, bang, dash, dot) into ``box``."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if sign == "dot":
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        painter.drawEllipse(box)
    elif sign in ("question", "bang"):
        painter.setFont(theme.font(theme.CAPTION, 700))
        painter.setPen(ink)
        painter.drawText(box.adjusted(-3, -4, 3, 4), int(Qt.AlignmentFlag.AlignCenter), _SIGNS[sign])
    else:
        pen = QPen(ink, max(1.4, box.width() / 6.2))
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        _stroke(painter, sign, box)
    painter.restore()


_SIGNS = {"question": "?", "bang": "!"}
_STROKES: dict[str, tuple[tuple[tuple[float, float], ...], ...]] = {
    "check": (((0.06, 0.55), (0.38, 0.86), (0.95, 0.18)),),
    "cross": (((0.12, 0.12), (0.88, 0.88)), ((0.88, 0.12), (0.12, 0.88))),
    "up": (((0.5, 0.98), (0.5, 0.06)), ((0.12, 0.44), (0.5, 0.06), (0.88, 0.44))),
    "dash": (((0.1, 0.5), (0.9, 0.5)),),
}


def _stroke(painter: QPainter, sign: str, box: QRectF) -> None:
    if sign == "clock":
        painter.drawEllipse(box.adjusted(0.3, 0.3, -0.3, -0.3))
        middle = box.center()
        hands = [middle - QPointF(0, 2.2), middle, middle + QPointF(1.8, 0.6)]
        painter.drawPolyline(hands)
        return
    for line in _STROKES[sign]:
        points = [QPointF(box.left() + x * box.width(), box.top() + y * box.height()) for x, y in line]
        painter.drawPolyline(points)


def paint_bar(
    painter: QPainter,
    shares: Sequence[tuple[str, int]],
    box: QRectF,
    colour: Callable[[str], QColor] = theme.colour,
) -> None:
    """Paints a stacked bar of (state, number); a share that is not zero is at least 2 px wide.

    What the numbers do not fill of ``box`` (a total of zero) shows as the empty track.
    """
    total = sum(count for _, count in shares)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    outline = QPainterPath()
    outline.addRoundedRect(box, box.height() / 2, box.height() / 2)
    painter.fillPath(outline, QBrush(colour("neutral-tint")))
    painter.setClipPath(outline)
    left = box.left()
    for role, width in _widths(shares, total, box.width()):
        share = QRectF(left, box.top(), max(width - 1.0, 1.0), box.height())
        painter.fillRect(share, colour(_bar_role(role)))
        left += width
    painter.restore()


def _bar_role(role: str) -> str:
    name = f"bar-{role}"
    return name if name in theme.TOKENS else role


def _widths(shares: Sequence[tuple[str, int]], total: int, room: float) -> list[tuple[str, float]]:
    """Widths of the shares, the small ones widened at the cost of the largest."""
    if total <= 0:
        return []
    widths = [(role, max(3.0, room * count / total)) for role, count in shares if count > 0]
    over = sum(width for _, width in widths) - room
    largest = max(range(len(widths)), key=lambda at: widths[at][1])
    role, width = widths[largest]
    widths[largest] = (role, max(3.0, width - over) + (1.0 if largest == len(widths) - 1 else 0.0))
    return widths
