"""Periods read back as the rules that would make them: what a person pastes can be edited as a rule."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise

from smsdesk.core.blackouts import Period, union
from smsdesk.core.expanding import expansions, zone_or_utc
from smsdesk.core.rules import EVERY_DAY, WEEKEND, Answer, Rule, RuleKind

_FEWEST = 3
"""So many days alike are a rule."""
_MOST = 400
"""More periods than this are left as they are, and so are those of a longer time."""
_LONGEST = timedelta(days=400)
_DAY = timedelta(days=1)


def recognised(periods: Sequence[Period], zone: str) -> tuple[tuple[Rule, ...], tuple[Period, ...]]:
    """Rules and the rest, which is as it was given: together they mean exactly the given time.

    ``zone`` (IANA) is that of the rules; each of them has a first and a last day.
    """
    spans = union(periods)
    if not _FEWEST <= len(periods) <= _MOST or spans[-1].end - spans[0].start > _LONGEST:
        return (), tuple(periods)
    kept = _needed([*_proposed(periods, _Time(spans), zone)], periods)
    covered = _covered(kept, periods)
    rest = tuple(period for at, period in enumerate(periods) if at not in covered)
    return tuple(one.rule for one in kept), rest


@dataclass(frozen=True, slots=True)
class _Time:
    """A union of periods."""

    spans: tuple[Period, ...]

    def holds(self, period: Period) -> bool:
        at = bisect_right(self.spans, period.start, key=lambda span: span.start) - 1
        return at >= 0 and period.end <= self.spans[at].end


@dataclass(frozen=True, slots=True)
class _Found:
    """A rule that makes nothing but given time: ``days`` are those on which its periods begin, in order."""

    rule: Rule
    days: Mapping[date, Period]

    def without(self, day: date) -> "_Found":
        """The rule ends or begins a day closer."""
        return _found(self.rule, {one: period for one, period in self.days.items() if one != day})


def _found(rule: Rule, days: Mapping[date, Period]) -> _Found:
    first, last = min(days), max(days)
    whole = (last - first).days + 1 == len(days)
    weekdays = EVERY_DAY if whole else tuple(sorted({day.weekday() for day in days}))
    return _Found(replace(rule, weekdays=weekdays, first=first, last=last), days)


def _proposed(periods: Sequence[Period], time: _Time, zone: str) -> Iterator[_Found]:
    """Rules that may be meant: first those whose periods all are among the given ones, then others."""
    around = Period(time.spans[0].start - 2 * _DAY, time.spans[-1].end + 2 * _DAY)
    given = {(period.start, period.end) for period in periods}
    hours = [_fitting(rule, time, zone, around) for rule in _hours(periods, zone)]
    for rule, days in hours:
        alike = {day: period for day, period in days.items() if (period.start, period.end) in given}
        yield from _in_rows(rule, alike)
    rule = Rule(RuleKind.DAYS, zone=zone)
    days = _whole_days(rule, time, zone, around)
    yield from _in_rows(rule, {day: one for day, one in days.items() if day.weekday() in WEEKEND})
    yield from _in_rows(rule, days)
    for rule, days in hours:
        yield from _in_rows(rule, days)


def _hours(periods: Sequence[Period], zone: str) -> list[Rule]:
    """Daily hours by what the clock shows at both ends of periods, the most frequent first."""
    place = zone_or_utc(zone)
    edges = Counter(
        (period.start.astimezone(place).time(), period.end.astimezone(place).time()) for period in periods
    )
    return [
        Rule(RuleKind.HOURS, start=start, end=end, zone=zone)
        for (start, end), count in edges.most_common()
        if count >= _FEWEST and start != end
    ]


def _fitting(rule: Rule, time: _Time, zone: str, around: Period) -> tuple[Rule, dict[date, Period]]:
    """The days on which a rule makes given time, with the answer that makes most of it."""
    best: tuple[Rule, dict[date, Period]] = rule, {}
    for answer in (None, *Answer):
        answered = replace(rule, answer=answer)
        all_days = expansions(0, answered, zone, around)
        days = {one.day: one.period for one in all_days if not one.asked and time.holds(one.period)}
        if len(days) > len(best[1]):
            best = answered, days
        if answer is None and not any(one.asked for one in all_days):
            break
    return best


def _whole_days(rule: Rule, time: _Time, zone: str, around: Period) -> dict[date, Period]:
    found = {
        one.day: one.period
        for weekday in EVERY_DAY
        for one in expansions(0, replace(rule, weekdays=(weekday,)), zone, around)
        if time.holds(one.period)
    }
    return dict(sorted(found.items()))


def _in_rows(rule: Rule, days: Mapping[date, Period]) -> Iterator[_Found]:
    """Rules for the longest rows of days with no gap on any of their weekdays, if they repeat."""
    left = sorted(days)
    while len(left) >= _FEWEST:
        row = _row(left)
        if len(row) >= _FEWEST and (rule.kind is RuleKind.HOURS or _repeats(row)):
            yield _found(rule, {day: days[day] for day in row})
            left = left[len(row) :]
        else:
            left = left[1:]


def _row(days: Sequence[date]) -> Sequence[date]:
    """The longest beginning in which no day is absent whose weekday is there."""
    longest, weekdays = 1, set()
    for at, day in enumerate(days):
        weekdays.add(day.weekday())
        length = (day - days[0]).days + 1
        full, more = divmod(length, len(EVERY_DAY))
        expected = full * len(weekdays)
        expected += sum((weekday - days[0].weekday()) % len(EVERY_DAY) < more for weekday in weekdays)
        if expected == at + 1:
            longest = at + 1
    return days[:longest]


def _repeats(days: Sequence[date]) -> bool:
    """Whether whole days are more than one long time."""
    return any(following - day > _DAY for day, following in pairwise(days))


def _covered(found: Sequence[_Found], periods: Sequence[Period]) -> Collection[int]:
    """Which of the periods the rules make."""
    time = _Time(union(period for one in found for period in one.days.values()))
    return {at for at, period in enumerate(periods) if time.holds(period)}


def _needed(found: list[_Found], periods: Sequence[Period]) -> list[_Found]:
    """The rules without those, and without days at their ends, that make nothing which the others do not."""
    covered = _covered(found, periods)

    def suffice(others: list[_Found]) -> bool:
        return _covered(others, periods) == covered

    for one in reversed(found):
        others = [other for other in found if other is not one]
        if suffice(others):
            found = others
    for at in range(len(found)):
        for edge in (min, max):
            while len(found[at].days) > _FEWEST:
                shorter = found[at].without(edge(found[at].days))
                if not suffice([*found[:at], shorter, *found[at + 1 :]]):
                    break
                found[at] = shorter
    return found
