"""What the time line says: of a bar, of the cursor, and in its tooltips."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from smsdesk.core.blackouts import Period
from smsdesk.ui.schedule_words import minute, span_words
from smsdesk.ui.timeline_bars import Bar, Of, Shown
from smsdesk.ui.timeline_scale import ClockChange, Scale
from smsdesk.words import day, full_time, lasting, say

_HOUR = 3600
_NEAR = 6.0


def bar_words(bar: Bar, zone: ZoneInfo) -> str:
    """A bar read aloud: ``Blackout Tue 24 Nov 20:00 to Wed 25 Nov 08:00, drawn``."""
    code = "timeline.bar.own" if bar.key.of is Of.OWN else "timeline.bar"
    words = say(code, span=span_words(bar.period, zone), told=bar.told)
    return f"{words}, {say('timeline.needless')}" if bar.needless else words


def cursor_words(at: datetime, shown: Shown, zone: ZoneInfo) -> str:
    """Where the cursor is, and what is there."""
    there = [bar for bar in (*shown.bars, *shown.own) if bar.period.start <= at < bar.period.end]
    holiday = shown.holidays.get(at.astimezone(zone).date(), "")
    parts = [say("timeline.cursor", at=minute(at, zone)), *([holiday] if holiday else [])]
    parts.append("; ".join(bar.told for bar in there) if there else say("timeline.free"))
    return ", ".join(parts)


def held_words(period: Period, zone: ZoneInfo) -> str:
    """What stands at a period under the hand: its times and how long it is."""
    return f"{span_words(period, zone)} ({lasting(period.end - period.start)})"


def change_sign(change: ClockChange) -> str:
    """How far the clocks are put: ``+1 h``."""
    minutes = round(change.by / timedelta(minutes=1))
    hours, rest = divmod(abs(minutes), 60)
    size = f"{hours} h" if not rest else f"{abs(minutes)} min"
    return f"{'+' if minutes > 0 else '−'}{size}"


def change_words(change: ClockChange, zone: ZoneInfo) -> str:
    """A clock change in a sentence."""
    code = "timeline.clocks.forward" if change.by > timedelta() else "timeline.clocks.back"
    before = change.at + timedelta(microseconds=-1)
    clock = (before.astimezone(zone) + timedelta(microseconds=1)).replace(tzinfo=None)
    return say(code, at=f"{clock:%H:%M}", to=f"{clock + change.by:%H:%M}", zone=zone.key)


def tip_words(shown: Shown, scale: Scale, bar: Bar | None, x: float) -> str:
    """What stands at a place: a bar with its exact times, a clock change, a holiday, who is reached."""
    zone = scale.zone
    if bar is not None:
        lines = [bar.told, f"{full_time(bar.period.start, zone)} –", full_time(bar.period.end, zone)]
        lines.append(lasting(bar.period.end - bar.period.start))
        return "\n".join([*lines, *([say("timeline.needless")] if bar.needless else [])])
    at = scale.at(x)
    local = at.astimezone(zone)
    changes = [change for change in scale.changes() if abs(scale.x(change.at) - x) <= _NEAR * 3]
    hour = int(at.astimezone(UTC).timestamp()) // _HOUR
    reached = sum(count for begin, count in shown.reached if begin == hour)
    lines = [minute(at, zone), shown.holidays.get(local.date(), "")]
    lines += [change_words(change, zone) for change in changes]
    lines.append(say("timeline.reached.at", reached) if reached else "")
    return "\n".join(filter(None, lines))


def holidays_words(shown: Shown, scale: Scale) -> str:
    """The holidays and clock changes in sight, for those who don't see them."""
    zone = scale.zone
    days = {begin.astimezone(zone).date() for begin in scale.midnights()}
    noon = (
        (datetime(d.year, d.month, d.day, 12, tzinfo=zone), shown.holidays[d])
        for d in days
        if d in shown.holidays
    )
    named = [f"{day(at, zone)}: {name}." for at, name in sorted(noon)]
    return " ".join([*named, *(f"{change_words(change, zone)}." for change in scale.changes())])
