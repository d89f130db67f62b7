"""What a rule means in time: its exact periods in a zone, across changes of daylight saving."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo

from smsdesk.core.blackouts import Period
from smsdesk.core.places import zone_named
from smsdesk.core.rules import EVERY_DAY, Answer, Rule, RuleKind

_DAY = timedelta(days=1)
_QUARTER = timedelta(minutes=15)
_MARGIN = 2
"""Days around a span, in UTC, on which hours that touch it may begin anywhere."""
_RUN = 15
"""As long as any run of days, except that of a rule for every day."""


@cache
def zone_or_utc(name: str) -> ZoneInfo:
    """The zone of an IANA name; UTC for a name that this machine does not know."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        # In any other spelling: that takes a list of all names.
        return zone_named(name) or ZoneInfo("UTC")


def told_apart(zones: Iterable[str], span: Period) -> tuple[str, ...]:
    """The zones (IANA) whose clocks differ at some time around a span; of those alike the first."""
    found: dict[tuple[tuple[datetime, timedelta | None], ...], str] = {}
    for zone in zones:
        found.setdefault(_changes(zone_or_utc(zone), span), zone)
    return tuple(found.values())


def _changes(zone: tzinfo, span: Period) -> tuple[tuple[datetime, timedelta | None], ...]:
    """The offsets of a zone around a span, each from when on."""
    first = _shifted(span.start.astimezone(UTC).date(), -_MARGIN)
    last = _shifted(span.end.astimezone(UTC).date(), _MARGIN)
    changes: list[tuple[datetime, timedelta | None]] = []
    for ahead in range((last - first).days + 1):
        day = datetime.combine(first + timedelta(days=ahead), time(), UTC)
        offset = day.astimezone(zone).utcoffset()
        if not changes:
            changes.append((day, offset))
        elif offset != changes[-1][1]:
            before = (day - _DAY + n * _QUARTER for n in range(_DAY // _QUARTER + 1))
            changes.append((next(at for at in before if at.astimezone(zone).utcoffset() == offset), offset))
    return tuple(changes)


@dataclass(frozen=True, slots=True)
class Asked:
    """A time on the clock that a zone skips or repeats, of a rule nobody has answered for.

    ``twice``: it exists twice; else it does not exist. ``rule``: which of the campaign's.
    """

    rule: int
    zone: str
    day: date
    clock: time
    twice: bool

    @property
    def readings(self) -> tuple[datetime, datetime]:
        """The earlier and the later instant that may be meant, as the clocks of the zone show them."""
        earlier, later = readings(self.day, self.clock, zone_or_utc(self.zone))
        return earlier, later


@dataclass(frozen=True, slots=True)
class Expansion:
    """One period of a rule, the day on which it begins, and what is to be asked about it."""

    day: date
    period: Period
    asked: tuple[Asked, ...] = ()


def expanded(
    rule: Rule, zone: str, span: Period, country: str = ""
) -> tuple[tuple[Period, ...], tuple[Asked, ...]]:
    """The exact periods of a rule that share time with the span, whole and in order, and what is to be asked.

    ``zone`` and ``country`` hold for a rule that leaves them to the recipients. Until somebody has
    answered, a time that is to be asked about makes its period longer. Days that follow each other are
    one period.
    """
    found = expansions(0, rule, zone, span, country)
    asked = dict.fromkeys(asked for one in found for asked in one.asked)
    return tuple(one.period for one in found), tuple(asked)


def expansions(index: int, rule: Rule, zone: str, span: Period, country: str = "") -> list[Expansion]:
    """As :func:`expanded`, period by period; ``index`` is the rule's place in its campaign."""
    name = rule.zone or zone
    place = zone_or_utc(name)
    days = _days_around(rule, span)
    if rule.kind is RuleKind.HOURS:
        found = (_hours(index, rule, name, place, day) for day in days if day.weekday() in rule.weekdays)
    else:
        found = (_whole(run, place) for run in _runs(_chosen(rule, days, country)))
    return [one for one in found if one and one.period.end > span.start and one.period.start < span.end]


def _days_around(rule: Rule, span: Period) -> list[date]:
    """The days on which a period that touches the span may begin; of whole days those around them too."""
    margin = _MARGIN if rule.kind is RuleKind.HOURS else _RUN
    first = _shifted(span.start.astimezone(UTC).date(), -margin)
    last = _shifted(span.end.astimezone(UTC).date(), margin)
    if rule.kind is RuleKind.DAYS and rule.first and rule.last and rule.weekdays == EVERY_DAY:
        # One period from the first day to the last, however long.
        first, last = min(first, rule.first), max(last, rule.last)
    first, last = max(first, rule.first or first), min(last, rule.last or last)
    return [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]


def _shifted(day: date, days: int) -> date:
    """Some days on, within the calendar, its first and last days left aside."""
    number = day.toordinal() + days
    return date.fromordinal(min(max(number, 3), date.max.toordinal() - 3))


def _hours(index: int, rule: Rule, name: str, zone: tzinfo, day: date) -> Expansion | None:
    over = _DAY if rule.end <= rule.start else timedelta()
    edges, asked = [], []
    for at, clock, widest in ((day, rule.start, Answer.EARLIER), (day + over, rule.end, Answer.LATER)):
        earlier, *later = readings(at, clock, zone)
        if later and rule.answer is None:
            asked.append(Asked(index, name, at, clock, _shows(earlier, clock)))
        edges.append(later[-1] if later and (rule.answer or widest) is Answer.LATER else earlier)
    return Expansion(day, Period(*edges), tuple(asked)) if edges[0] < edges[1] else None


def _shows(instant: datetime, clock: time) -> bool:
    return instant.time() == clock


def readings(day: date, clock: time, zone: tzinfo) -> list[datetime]:
    """The instants that a time on the clock may be, in order, each with the offset of the zone then."""
    first = datetime.combine(day, clock, zone)
    offset, second = first.utcoffset(), first.replace(fold=1)
    if second.utcoffset() == offset:
        return [first.replace(tzinfo=_of_offset(offset))]
    return sorted(fixed(one.astimezone(UTC).astimezone(zone)) for one in (first, second))


def fixed(instant: datetime) -> datetime:
    """The same instant by its offset alone."""
    return instant.replace(tzinfo=_of_offset(instant.utcoffset()), fold=0)


@cache
def _of_offset(offset: timedelta | None) -> timezone:
    return timezone(offset) if offset else UTC


def _chosen(rule: Rule, days: list[date], country: str) -> Iterator[date]:
    if rule.kind is RuleKind.DAYS:
        return (day for day in days if day.weekday() in rule.weekdays)
    from smsdesk.core.holidays import holidays_of

    known = holidays_of(rule.country or country, rule.subdivision, days[0], days[-1]) if days else {}
    return iter(known)


def _runs(days: Iterable[date]) -> Iterator[tuple[date, date]]:
    """Days that follow each other, as the first and the last of each run."""
    first = last = None
    for day in days:
        if first and last and day - last == _DAY:
            last = day
            continue
        if first and last:
            yield first, last
        first = last = day
    if first and last:
        yield first, last


def _whole(run: tuple[date, date], zone: tzinfo) -> Expansion | None:
    """Whole days: from the first instant of one to that of the day after the other."""
    period = Period(_begin(run[0], zone), _begin(run[1] + _DAY, zone))
    return Expansion(run[0], period) if period.start < period.end else None


def _begin(day: date, zone: tzinfo) -> datetime:
    """The first instant of a day: where its midnight is skipped that of the change."""
    return fixed(datetime.combine(day, time(), zone).astimezone(UTC).astimezone(zone))
