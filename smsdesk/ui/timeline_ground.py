"""What lies under and over the bars of the time line: days, who is reached when, now and the start."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen

from smsdesk.ui import theme
from smsdesk.ui.icons import pixmap
from smsdesk.ui.timeline_bars import Shown
from smsdesk.ui.timeline_scale import ClockChange, Scale
from smsdesk.ui.timeline_words import change_sign
from smsdesk.words import day, say

AXIS, SMALL = 24.0, 11
_SATURDAY = 5
_HOURLY_DAYS = 3
_NARROW_DAY = 40.0
_LEAST_NAME = 44.0
_DASH = [3.0, 2.5]
_HOUR = 3600
_LEAST_COLUMN = 2.0
_FAR = 9999.0


def tint(colour: QColor, alpha: float) -> QColor:
    """A colour that lets through what lies under it."""
    made = QColor(colour)
    made.setAlphaF(alpha)
    return made


# -- days ------------------------------------------------------------------------------------------


def paint_days(painter: QPainter, scale: Scale, holidays: Mapping[date, str], height: float) -> None:
    """The days in sight: shaded where they are no working days, named where there is room."""
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
    painter.setFont(theme.font(SMALL))
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


def paint_columns(painter: QPainter, scale: Scale, columns: Sequence[tuple[int, int]], room: QRectF) -> None:
    """A column for each hour, or some hours, in which somebody is reached."""
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


def name_columns(painter: QPainter, scale: Scale, room: QRectF, highest: int) -> None:
    """What the columns count; over the lines, which go behind the words."""
    hours = hours_a_column(scale)
    words = say("timeline.reached", hours) if highest else say("timeline.reached.none")
    if highest:
        words = f"{words}, {say('timeline.highest', highest)}"
    painter.setFont(theme.font(SMALL))
    # The lines of now and of the start go behind the words.
    wide = painter.fontMetrics().horizontalAdvance(words)
    painter.fillRect(
        QRectF(scale.left + 2, room.top() - 1, wide + 4, 14), tint(theme.colour("surface"), 0.85)
    )
    painter.setPen(theme.colour("third"))
    painter.drawText(QPointF(scale.left + 4, room.top() + 10), words)


# -- lines ------------------------------------------------------------------------------------------


def paint_lines(painter: QPainter, scale: Scale, shown: Shown, start: datetime | None, height: float) -> None:
    """Clock changes, now and the start."""
    for change in scale.changes():
        _paint_change(painter, scale, change, height)
    if start is not None:
        ahead = scale.x(start) - scale.x(shown.now)
        _paint_line(painter, scale, start, ("start_mark", "accent"), height)
    else:
        ahead = scale.width
    _paint_line(painter, scale, shown.now, ("now_mark", "failed"), height, ahead)


def _paint_line(
    painter: QPainter,
    scale: Scale,
    at: datetime,
    look: tuple[str, str],
    height: float,
    free: float = _FAR,
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


def _label(painter: QPainter, scale: Scale, words: str, x: float, base: float, free: float = _FAR) -> None:
    painter.setFont(theme.font(SMALL))
    wide = painter.fontMetrics().horizontalAdvance(words)
    fits = x + 4 + wide < scale.left + scale.width and not 0 <= free < wide + 8
    left = x + 4 if fits else x - 4 - wide
    if left >= scale.left:
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


def paint_cursor(painter: QPainter, scale: Scale, at: datetime, height: float) -> None:
    """Where the keys are, with the time on the clock."""
    x = scale.x(at)
    painter.setPen(QPen(theme.colour("text"), 1))
    painter.drawLine(QPointF(x, AXIS - 4), QPointF(x, height))
    words = f"{at.astimezone(scale.zone):%H:%M}"
    painter.setFont(theme.font(SMALL, 600))
    wide = painter.fontMetrics().horizontalAdvance(words) + 8
    box = QRectF(min(max(x - wide / 2, scale.left), scale.left + scale.width - wide), height - 17, wide, 16)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("text"))
    painter.drawRoundedRect(box, 3, 3)
    painter.setPen(theme.colour("surface"))
    painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), words)
