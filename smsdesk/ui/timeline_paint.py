"""How the time line is painted: only what is in sight, from values that are ready."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from smsdesk.core.blackouts import Period
from smsdesk.ui import theme
from smsdesk.ui.icons import pixmap
from smsdesk.ui.timeline_bars import Bar, Hand, Key, Of, Shown
from smsdesk.ui.timeline_ground import (
    AXIS,
    SMALL,
    columns_in_sight,
    name_columns,
    paint_columns,
    paint_cursor,
    paint_days,
    paint_lines,
    tint,
)
from smsdesk.ui.timeline_scale import Scale
from smsdesk.ui.timeline_words import held_words
from smsdesk.words import full_time

_RADIUS = 4.0
_READABLE = 4.5


@dataclass(frozen=True, slots=True)
class Rooms:
    """Top and height of the rows: the campaign's bars, recipients' own, the columns below."""

    job: QRectF
    own: QRectF
    columns: QRectF


def rooms(width: float, height: float, *, own: bool) -> Rooms:
    """The rows of a line of that size; without own periods their room goes to the columns."""
    tall, more = height >= 200, max(0.0, height - 236)
    job = QRectF(0, AXIS + (14 if tall else 12), width, 42 + min(14.0, more / 5) if tall else 28)
    second = QRectF(0, job.bottom() + (13 if tall else 10), width, 27 + min(8.0, more / 9) if tall else 20)
    top = (second if own else job).bottom() + (14 if tall else 9)
    return Rooms(job, second, QRectF(0, top, width, height - top - 6))


def paint(painter: QPainter, scale: Scale, shown: Shown, hand: Hand, height: float) -> None:
    """Paints days, columns, bars, and the lines over them."""
    place = rooms(scale.left + scale.width, height, own=bool(shown.own))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.save()
    painter.setClipRect(QRectF(scale.left, 0, scale.width, height))
    paint_days(painter, scale, shown.holidays, height)
    columns = columns_in_sight(scale, shown.reached)
    paint_columns(painter, scale, columns, place.columns)
    _paint_union(painter, scale, shown.union, place.job)
    for bars, room in ((shown.bars, place.job), (shown.own, place.own)):
        _paint_bars(painter, scale, bars, hand, room)
    _paint_labels(painter, scale, shown.labels, place.own)
    if not shown.bars and hand.held is None:
        _write_hint(painter, scale, shown.hint, place.job)
    paint_lines(painter, scale, shown, hand.start or shown.start, height)
    name_columns(painter, scale, place.columns, max((count for _, count in columns), default=0))
    if hand.held is not None:
        _paint_bar(painter, scale, Bar(Key(Of.DRAWN, -1), hand.held), place.job, chosen=True)
        _paint_plate(painter, scale, hand.held, place.job.bottom() + 4)
    elif hand.start is not None:
        _paint_words(painter, scale, full_time(hand.start, scale.zone), scale.x(hand.start), height - 20)
    elif hand.told is not None:
        _paint_plate(painter, scale, hand.told, height - 20)
    if hand.cursor is not None:
        paint_cursor(painter, scale, hand.cursor, height)
    painter.restore()


def _paint_bars(painter: QPainter, scale: Scale, bars: Sequence[Bar], hand: Hand, room: QRectF) -> None:
    """The bars in sight, the chosen one over the others."""
    seen = [bar for bar in in_sight(bars, scale) if bar.key != hand.hidden]
    for bar in sorted(seen, key=lambda bar: (bar.key == hand.chosen, bar.key.of is Of.DRAWN)):
        _paint_bar(painter, scale, bar, room, chosen=bar.key == hand.chosen)


def in_sight(bars: Sequence[Bar], scale: Scale) -> list[Bar]:
    """The bars of which something is seen; they come in the order of their starts."""
    after = bisect_left(bars, scale.last, key=lambda bar: bar.period.start)
    return [bar for bar in bars[:after] if bar.period.end > scale.first]


# -- bars ------------------------------------------------------------------------------------------


def _paint_bar(painter: QPainter, scale: Scale, bar: Bar, room: QRectF, *, chosen: bool = False) -> None:
    left, right = scale.x(bar.period.start), scale.x(bar.period.end)
    # Far outside of the line Qt's own coordinates would end.
    left, right = max(left, scale.left - 20), min(right, scale.left + scale.width + 20)
    box = QRectF(left + 0.5, room.top(), max(3.0, right - left - 1), room.height())
    base = theme.colour("blackout-own" if bar.key.of is Of.OWN else "blackout-job")
    by_rule = bar.key.of is Of.RULE
    fill, ink = _solid(base.name()) if not by_rule else (tint(base, 0.22 if bar.needless else 0.5), "text")
    if box.width() < 2 * _RADIUS:
        # Too narrow for a border and round corners, which cost ten times as much.
        painter.fillRect(box, tint(base, 0.8) if by_rule and not bar.needless else fill)
    else:
        painter.setBrush(fill)
        painter.setPen(_border(bar, base))
        painter.drawRoundedRect(box, _RADIUS, _RADIUS)
    if by_rule and box.width() >= 20:
        sign = pixmap("refresh-cw", "text", 11, painter.device().devicePixelRatioF())
        painter.drawPixmap(QPointF(max(box.left(), scale.left) + 4, box.top() + 4), sign)
    if bar.words:
        _write_in(painter, bar.words, box.intersected(QRectF(scale.left, 0, scale.width, 9999)), ink)
    if chosen:
        _outline(painter, box, ends=bar.key.of is Of.DRAWN)


def _border(bar: Bar, base: QColor) -> QPen:
    """Periods of rules have a border, dotted where no job carries them; others only keep apart."""
    if bar.key.of is Of.RULE:
        return QPen(base, 1, Qt.PenStyle.DotLine if bar.needless else Qt.PenStyle.SolidLine)
    return QPen(theme.colour("surface"), 1) if bar.key.of is Of.OWN else QPen(Qt.PenStyle.NoPen)


@lru_cache(maxsize=16)
def _solid(name: str) -> tuple[QColor, str]:
    """The ground of a solid bar and the role of the ink on it, which can be read on it."""
    ground, ink = QColor(name), "on-accent"
    for _ in range(12):
        if contrast(ground, theme.colour(ink)) >= _READABLE:
            break
        ground = ground.lighter(106) if theme.is_dark() else ground.darker(106)
    return ground, ink


def contrast(a: QColor, b: QColor) -> float:
    """The contrast of two colours by WCAG, 1 to 21."""
    high, low = sorted((_luminance(a), _luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: QColor) -> float:
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _write_in(painter: QPainter, words: str, box: QRectF, ink: str) -> None:
    if box.width() < 26:
        return
    painter.setFont(theme.font(SMALL, 600))
    cut = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(box.width() - 12))
    if len(cut) < min(4, len(words)):
        return
    painter.setPen(theme.colour(ink))
    middle = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
    painter.drawText(box.adjusted(7, 0, -4, 0), middle, cut)


def _paint_labels(
    painter: QPainter, scale: Scale, labels: Sequence[tuple[Period, str]], room: QRectF
) -> None:
    ground, ink = _solid(theme.colour("blackout-own").name())
    for period, words in labels:
        left = max(scale.left, scale.x(period.start))
        right = min(scale.left + scale.width, scale.x(period.end))
        if right > left:
            # Over the borders of many periods words would not be read.
            box = QRectF(left + 3, room.top() + 2, min(right - left - 6, _wide(words) + 8), room.height() - 4)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ground)
            painter.drawRoundedRect(box, 3, 3)
            _write_in(painter, words, QRectF(left - 2, room.top(), right - left, room.height()), ink)


@lru_cache(maxsize=64)
def _wide(words: str) -> float:
    return QFontMetricsF(theme.font(SMALL, 600)).horizontalAdvance(words)


def _write_hint(painter: QPainter, scale: Scale, words: str, room: QRectF) -> None:
    painter.setFont(theme.font(theme.CAPTION))
    painter.setPen(theme.colour("third"))
    box = QRectF(scale.left, room.top(), scale.width, room.height())
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), words)


def _outline(painter: QPainter, box: QRectF, *, ends: bool) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(theme.colour("text"), 2))
    painter.drawRoundedRect(box.adjusted(-0.5, -0.5, 0.5, 0.5), _RADIUS, _RADIUS)
    if ends and box.width() >= 14:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("text"))
        for x in (box.left(), box.right()):
            painter.drawRoundedRect(QRectF(x - 2.5, box.center().y() - 8, 5, 16), 2, 2)


def _paint_union(painter: QPainter, scale: Scale, union: Sequence[Period], job: QRectF) -> None:
    """A thin strip under the bars: when nothing goes out, all periods taken together."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("second"))
    for period in union:
        left, right = max(scale.left, scale.x(period.start)), scale.x(period.end)
        right = min(right, scale.left + scale.width)
        if right > left:
            painter.drawRect(QRectF(left, job.bottom() + 4, max(1.0, right - left), 3))


def _paint_plate(painter: QPainter, scale: Scale, held: Period, top: float) -> None:
    """The times of what is made, on a plate below it."""
    _paint_words(painter, scale, held_words(held, scale.zone), scale.x(held.start), top)


def _paint_words(painter: QPainter, scale: Scale, words: str, x: float, top: float) -> None:
    painter.setFont(theme.font(SMALL, 600))
    wide = painter.fontMetrics().horizontalAdvance(words) + 14
    left = min(max(x, scale.left), scale.left + scale.width - wide)
    box = QRectF(left, top, wide, 18)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("text"))
    painter.drawRoundedRect(box, 4, 4)
    painter.setPen(theme.colour("surface"))
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), words)
