"""The bars of the time line as values, which of them a hand meets, and what it makes of their periods."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import Enum

from smsdesk.core.blackouts import Period
from smsdesk.ui.timeline_scale import Scale, in_zone

REACH = 5.0
"""So many px around the end of a bar take hold of that end."""
SHORTEST = timedelta(minutes=1)


class Of(Enum):
    """Where a bar comes from."""

    DRAWN = "drawn"
    RULE = "rule"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Key:
    """Which bar.

    ``at`` counts the drawn periods, the rules or the groups of recipients, ``part`` the periods of a group;
    a period of a rule is named by its start.
    """

    of: Of
    at: int
    part: int = 0
    start: datetime | None = None


@dataclass(frozen=True, slots=True)
class Bar:
    """One period on the line. ``words`` are written in it, ``told`` is what it is called beside its times.

    ``needless``: all is sent before; the periods of a rule that no job carries.
    """

    key: Key
    period: Period
    words: str = ""
    told: str = ""
    needless: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """All that the line shows. ``reached`` counts SMS by the hour (seconds since 1970 by 3600), in order.

    ``union`` is when nothing goes out to those who are looked at; ``holidays`` are names by day;
    ``labels`` are written over recipients' own periods where those touch; ``hint`` where there is no bar.
    """

    now: datetime
    start: datetime | None = None
    bars: tuple[Bar, ...] = ()
    own: tuple[Bar, ...] = ()
    union: tuple[Period, ...] = ()
    reached: tuple[tuple[int, int], ...] = ()
    holidays: Mapping[date, str] = field(default_factory=dict)
    labels: tuple[tuple[Period, str], ...] = ()
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Hand:
    """What the person is about: the chosen bar, the cursor (where it shows), the period under the hand.

    ``told`` is the period of the chosen bar while keys move it; ``hidden`` the bar that a hand holds;
    ``start`` where a hand holds the start.
    """

    chosen: Key | None = None
    cursor: datetime | None = None
    held: Period | None = None
    hidden: Key | None = None
    told: Period | None = None
    start: datetime | None = None


class Grip(Enum):
    """What of a bar a hand holds."""

    BODY = "body"
    START = "start"
    END = "end"


def met(bars: Sequence[Bar], scale: Scale, x: float, chosen: Key | None) -> tuple[Bar, Grip] | None:
    """The bar at a place and which part of it: the chosen one first, drawn ones next, then the shortest."""
    found = [(bar, grip) for bar in bars if (grip := _grip(bar, scale, x)) is not None]
    return min(found, key=lambda pair: _rank(pair[0], chosen), default=None)


def _rank(bar: Bar, chosen: Key | None) -> tuple[bool, bool, timedelta]:
    return bar.key != chosen, bar.key.of is Of.RULE, bar.period.end - bar.period.start


def _grip(bar: Bar, scale: Scale, x: float) -> Grip | None:
    left, right = scale.x(bar.period.start), max(scale.x(bar.period.end), scale.x(bar.period.start) + 3)
    drawn = bar.key.of is Of.DRAWN
    reach = min(REACH, max(2.0, (right - left) / 4)) if drawn else 0.0
    if not left - reach <= x <= right + reach:
        return None
    if drawn and x >= right - reach:
        return Grip.END
    return Grip.START if drawn and x <= left + reach else Grip.BODY


def dragged(period: Period, grip: Grip, by: timedelta, scale: Scale, step: timedelta) -> Period:
    """The period after a hand has moved ``by``: as a whole, or one end; an end never passes the other."""
    zone = scale.zone
    if grip is Grip.BODY:
        start = scale.snapped(period.start + by, step)
        return Period(start, in_zone(period.end + (start - period.start), zone))
    if grip is Grip.START:
        start = min(scale.snapped(period.start + by, step), scale.snapped(period.end - step, step))
        return Period(in_zone(start, zone), period.end)
    end = max(scale.snapped(period.end + by, step), scale.snapped(period.start + step, step))
    return Period(period.start, in_zone(end, zone))


def drawn_between(a: datetime, b: datetime, scale: Scale, step: timedelta) -> Period:
    """The period that a hand draws from ``a`` to ``b``, in whichever order; at least one step long."""
    start, end = sorted((scale.snapped(a, step), scale.snapped(b, step)))
    return Period(start, max(end, in_zone(start + step, scale.zone)))


def halves(period: Period, at: datetime) -> tuple[Period, Period] | None:
    """The two periods that touch at an instant; None where it is not inside."""
    if not period.start + SHORTEST <= at <= period.end - SHORTEST:
        return None
    return Period(period.start, at), Period(at, period.end)


def by_days(period: Period, days: int, scale: Scale) -> Period:
    """The period so many days later, at the same times on the clock of the line's zone."""
    zone = scale.zone

    def later(at: datetime) -> datetime:
        wall = at.astimezone(zone).replace(tzinfo=None) + timedelta(days=days)
        return in_zone(wall.replace(tzinfo=zone), zone)

    moved = Period(later(period.start), later(period.end))
    if moved.end > moved.start:
        return moved
    return Period(moved.start, in_zone(moved.start + (period.end - period.start), zone))
