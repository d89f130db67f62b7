"""How the time line is painted: only what is in sight, from values that are ready."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFontMetricsF, QPainter, QPen

from smsdesk.core.blackouts import Period
from smsdesk.ui import theme
from smsdesk.ui.icons import pixmap
from smsdesk.ui.timeline_bars import Bar, Hand, Key, Of, Shown
from smsdesk.ui.timeline_scale import ClockChange, Scale
from smsdesk.ui.timeline_words import change_sign, held_words
from smsdesk.words import day, say

AXIS = 24.0
_SMALL = 11
_SATURDAY = 5
_HOURLY_DAYS = 3
_NARROW_DAY = 40.0
_LEAST_NAME = 44.0
_DASH = [3.0, 2.5]
_HOUR = 3600
_LEAST_COLUMN = 2.0
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
    _paint_days(painter, scale, shown.holidays, height)
    columns = columns_in_sight(scale, shown.reached)
    _paint_columns(painter, scale, columns, place.columns)
    _paint_union(painter, scale, shown.union, place.job)
    for bars, room in ((shown.bars, place.job), (shown.own, place.own)):
        _paint_bars(painter, scale, bars, hand, room)
    _paint_labels(painter, scale, shown.labels, place.own)
    if not shown.bars and hand.held is None:
        _write_hint(painter, scale, shown.hint, place.job)
    _paint_lines(painter, scale, shown, height)
    _name_columns(painter, scale, place.columns, max((count for _, count in columns), default=0))
    if hand.held is not None:
        _paint_bar(painter, scale, Bar(Key(Of.DRAWN, -1), hand.held), place.job, chosen=True)
        _paint_plate(painter, scale, hand.held, place.job.bottom() + 4)
    elif hand.told is not None:
        _paint_plate(painter, scale, hand.told, height - 20)
    if hand.cursor is not None:
        _paint_cursor(painter, scale, hand.cursor, height)
    painter.restore()


def _paint_bars(painter: QPainter, scale: Scale, bars: Sequence[Bar], hand: Hand, room: QRectF) -> None:
    """The bars in sight, the chosen one over the others."""
    seen = [bar for bar in in_sight(bars, scale) if bar.key != hand.hidden]
    for bar in sorted(seen, key=lambda bar: (bar.key == hand.chosen, bar.key.of is Of.DRAWN)):
        _paint_bar(painter, scale, bar, room, chosen=bar.key == hand.chosen)


def _paint_lines(painter: QPainter, scale: Scale, shown: Shown, height: float) -> None:
    for change in scale.changes():
        _paint_change(painter, scale, change, height)
    if shown.start is not None:
        ahead = scale.x(shown.start) - scale.x(shown.now)
        _paint_line(painter, scale, shown.start, ("start_mark", "accent"), height)
    else:
        ahead = scale.width
    _paint_line(painter, scale, shown.now, ("now_mark", "failed"), height, ahead)


def in_sight(bars: Sequence[Bar], scale: Scale) -> list[Bar]:
    """The bars of which something is seen; they come in the order of their starts."""
    after = bisect_left(bars, scale.last, key=lambda bar: bar.period.start)
    return [bar for bar in bars[:after] if bar.period.end > scale.first]


# -- days ------------------------------------------------------------------------------------------


def _paint_days(painter: QPainter, scale: Scale, holidays: Mapping[date, str], height: float) -> None:
    begins = scale.midnights()
    ends = [scale.x(at) for at in begins[1:]] + [scale.left + scale.width]
    painter.setFont(theme.font(theme.CAPTION))
    for begin, right in zip(begins, ends, strict=True):
        local, left = begin.astimezone(scale.zone), scale.x(begin)
        room = QRectF(left, AXIS, right - left, height - AXIS)
        holiday = holidays.get(local.date(), "")
        if local.weekday() >= _SATURDAY or holiday:
            painter.fillRect(room, theme.colour("faint"))
        if holiday:
            painter.fillRect(room, QBrush(theme.colour("line"), Qt.BrushStyle.BDiagPattern))
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.drawLine(QPointF(round(left) + 0.5, AXIS - 6), QPointF(round(left) + 0.5, height))
        seen = QRectF(max(left, scale.left), 0, right - max(left, scale.left), AXIS)
        taken = _name_day(painter, scale, local, holiday, seen)
        if scale.days <= _HOURLY_DAYS:
            _paint_hours(painter, scale, begin, taken, height)


def _name_day(painter: QPainter, scale: Scale, local: datetime, holiday: str, room: QRectF) -> float:
    """Writes the day, as much of it as there is room for; says where the words end."""
    whole, fonts = day(local, local.tzinfo), painter.fontMetrics()
    if scale.width / scale.days < _NARROW_DAY:
        # Only where a week begins: its words have room in the days after.
        words, holiday = (whole, "") if local.weekday() == 0 else ("", "")
    else:
        shorter = (whole, " ".join(whole.split()[:2]), f"{local.day}")
        words = next((words for words in shorter if fonts.horizontalAdvance(words) <= room.width() - 8), "")
    painter.setPen(theme.colour("second"))
    painter.drawText(QPointF(room.left() + 6, 15), words)
    end = room.left() + 6 + fonts.horizontalAdvance(words)
    if holiday and room.right() - end > _LEAST_NAME:
        painter.setPen(theme.colour("third"))
        cut = fonts.elidedText(holiday, Qt.TextElideMode.ElideRight, int(room.right() - end - 12))
        painter.drawText(QPointF(end + 8, 15), cut)
        end += 8 + fonts.horizontalAdvance(cut)
    return end


def _paint_hours(painter: QPainter, scale: Scale, begin: datetime, taken: float, height: float) -> None:
    """Lines for hours, and their names where the day's leaves room."""
    every = next((hours for hours in (1, 3, 6) if scale.width / scale.days * hours / 24 >= 44), 12)
    painter.save()
    painter.setFont(theme.font(_SMALL))
    for hours in range(every, 24, every):
        at = begin.astimezone(scale.zone).replace(hour=hours)
        x = round(scale.x(at.astimezone(UTC))) + 0.5
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.drawLine(QPointF(x, AXIS - 4), QPointF(x, height))
        words = f"{at:%H:%M}"
        half = painter.fontMetrics().horizontalAdvance(words) / 2
        if x - half > taken + 6:
            painter.setPen(theme.colour("third"))
            painter.drawText(QPointF(x - half, 15), words)
    painter.restore()


# -- bars ------------------------------------------------------------------------------------------


def _paint_bar(painter: QPainter, scale: Scale, bar: Bar, room: QRectF, *, chosen: bool = False) -> None:
    left, right = scale.x(bar.period.start), scale.x(bar.period.end)
    # Far outside of the line Qt's own coordinates would end.
    left, right = max(left, scale.left - 20), min(right, scale.left + scale.width + 20)
    box = QRectF(left + 0.5, room.top(), max(3.0, right - left - 1), room.height())
    base = theme.colour("blackout-own" if bar.key.of is Of.OWN else "blackout-job")
    by_rule = bar.key.of is Of.RULE
    fill, ink = _solid(base.name()) if not by_rule else (_tint(base, 0.22 if bar.needless else 0.5), "text")
    if box.width() < 2 * _RADIUS:
        # Too narrow for a border and round corners, which cost ten times as much.
        painter.fillRect(box, _tint(base, 0.8) if by_rule and not bar.needless else fill)
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


def _tint(colour: QColor, alpha: float) -> QColor:
    made = QColor(colour)
    made.setAlphaF(alpha)
    return made


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
    painter.setFont(theme.font(_SMALL, 600))
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
    return QFontMetricsF(theme.font(_SMALL, 600)).horizontalAdvance(words)


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


# -- columns ---------------------------------------------------------------------------------------


def hours_a_column(scale: Scale) -> int:
    """How many hours one column counts, so that it can be seen."""
    an_hour = scale.width / scale.days / 24
    return next((hours for hours in (1, 2, 3, 4, 6, 12) if an_hour * hours >= _LEAST_COLUMN + 1), 24)


def columns_in_sight(scale: Scale, reached: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """(first hour, SMS) of each column in sight with any."""
    hours = hours_a_column(scale)
    first = int(scale.first.timestamp()) // _HOUR // hours * hours
    last = int(scale.last.timestamp()) // _HOUR
    low = bisect_left(reached, (first, 0))
    high = bisect_left(reached, (last + 1, 0), low)
    found: dict[int, int] = {}
    for hour, count in reached[low:high]:
        begin = hour // hours * hours
        found[begin] = found.get(begin, 0) + count
    return list(found.items())


def _paint_columns(painter: QPainter, scale: Scale, columns: Sequence[tuple[int, int]], room: QRectF) -> None:
    base = room.bottom() + 0.5
    painter.setPen(QPen(theme.colour("edge"), 1))
    painter.drawLine(QPointF(scale.left, base), QPointF(scale.left + scale.width, base))
    if not columns:
        return
    highest = max(count for _, count in columns)
    wide = max(_LEAST_COLUMN, scale.width / scale.days / 24 * hours_a_column(scale) - 1)
    tall = room.height() - 16
    colour = theme.colour("bar-delivered")
    an_hour, first = scale.width / scale.days / 24, scale.first.timestamp() / _HOUR
    for hour, count in columns:
        x = scale.left + (hour - first) * an_hour
        height = max(2.0, count / highest * tall)
        painter.fillRect(QRectF(x, base - height, wide, height), colour)


def _name_columns(painter: QPainter, scale: Scale, room: QRectF, highest: int) -> None:
    hours = hours_a_column(scale)
    words = say("timeline.reached", hours) if highest else say("timeline.reached.none")
    if highest:
        words = f"{words}, {say('timeline.highest', highest)}"
    painter.setFont(theme.font(_SMALL))
    # The lines of now and of the start go behind the words.
    wide = painter.fontMetrics().horizontalAdvance(words)
    painter.fillRect(
        QRectF(scale.left + 2, room.top() - 1, wide + 4, 14), _tint(theme.colour("surface"), 0.85)
    )
    painter.setPen(theme.colour("third"))
    painter.drawText(QPointF(scale.left + 4, room.top() + 10), words)


# -- lines -----------------------------------------------------------------------------------------


def _paint_line(
    painter: QPainter,
    scale: Scale,
    at: datetime,
    look: tuple[str, str],
    height: float,
    free: float = 9999.0,
) -> None:
    """A line with its name; where ``free`` px do not hold the name at the right, it stands at the left."""
    code, role = look
    x = scale.x(at)
    if not scale.left - 1 <= x <= scale.left + scale.width + 1:
        return
    pen = QPen(theme.colour(role), 1.5)
    if role == "accent":
        pen.setDashPattern(_DASH)
    painter.setPen(pen)
    painter.drawLine(QPointF(x, AXIS), QPointF(x, height))
    _label(painter, scale, say(f"schedule.{code}"), x, AXIS + 9, free)


def _label(painter: QPainter, scale: Scale, words: str, x: float, base: float, free: float = 9999.0) -> None:
    painter.setFont(theme.font(_SMALL))
    wide = painter.fontMetrics().horizontalAdvance(words)
    fits = x + 4 + wide < scale.left + scale.width and not 0 <= free < wide + 8
    left = x + 4 if fits else x - 4 - wide
    painter.drawText(QPointF(left, base), words)


def _paint_change(painter: QPainter, scale: Scale, change: ClockChange, height: float) -> None:
    x = scale.x(change.at)
    painter.setPen(QPen(theme.colour("unknown"), 1.5, Qt.PenStyle.DotLine))
    painter.drawLine(QPointF(x, AXIS), QPointF(x, height))
    painter.drawPixmap(
        QPointF(x + 3, height - 20), pixmap("clock", "unknown", 12, painter.device().devicePixelRatioF())
    )
    painter.setPen(theme.colour("unknown"))
    _label(painter, scale, change_sign(change), x + 14, height - 10)


def _paint_cursor(painter: QPainter, scale: Scale, at: datetime, height: float) -> None:
    x = scale.x(at)
    painter.setPen(QPen(theme.colour("text"), 1))
    painter.drawLine(QPointF(x, AXIS - 4), QPointF(x, height))
    words = f"{at.astimezone(scale.zone):%H:%M}"
    painter.setFont(theme.font(_SMALL, 600))
    wide = painter.fontMetrics().horizontalAdvance(words) + 8
    box = QRectF(min(max(x - wide / 2, scale.left), scale.left + scale.width - wide), height - 17, wide, 16)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("text"))
    painter.drawRoundedRect(box, 3, 3)
    painter.setPen(theme.colour("surface"))
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), words)


def _paint_plate(painter: QPainter, scale: Scale, held: Period, top: float) -> None:
    """The times of what is made, on a plate below it."""
    painter.setFont(theme.font(_SMALL, 600))
    words = held_words(held, scale.zone)
    wide = painter.fontMetrics().horizontalAdvance(words) + 14
    left = min(max(scale.x(held.start), scale.left), scale.left + scale.width - wide)
    box = QRectF(left, top, wide, 18)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("text"))
    painter.drawRoundedRect(box, 4, 4)
    painter.setPen(theme.colour("surface"))
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), words)
