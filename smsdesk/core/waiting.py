"""Who waits for what: the figures of a schedule, over all recipients that are not left out."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from smsdesk.core.blackouts import Period, union
from smsdesk.core.effective import Effective, Way

if TYPE_CHECKING:
    import polars as pl

HOUR = 3600
MOST = 40
"""So many groups of recipients with own periods are told apart, the largest."""


@dataclass(frozen=True, slots=True)
class Group:
    """Recipients of one message (from 0) whose own periods are the same."""

    message: int
    own: tuple[Period, ...]
    people: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """The figures of a schedule.

    ``waiting`` SMS leave later than the job's start, ``never`` leave not at all; ``longest`` is the way of
    those who wait longest, ``longest_count`` how many leave with them.
    ``zones``: the sets of zones that people have where a rule needs to know, the most frequent first;
    ``assumed``: for how many the zone is assumed. ``groups``: those with own periods, the largest first, at
    most ``MOST``; ``others``: how many more people have some, and ``rest`` theirs together. ``spans``: the
    own periods of all together, and how many people each concerns.
    """

    sms: int
    first_at: datetime | None
    last_at: datetime | None
    waiting: int
    never: int
    longest: Way | None
    longest_count: int
    zones: tuple[tuple[str, ...], ...]
    assumed: int
    groups: tuple[Group, ...]
    others: int
    rest: tuple[Period, ...]
    spans: tuple[tuple[Period, int], ...]


def waiting(effective: Effective, left_out: Sequence[Sequence[int]] = ()) -> Waiting:
    """The figures; ``left_out``: of each message the rows that are not sent."""
    counts = [
        _counted(which, left_out[at] if at < len(left_out) else ())
        for at, which in enumerate(effective.which)
    ]
    total: Counter[int] = Counter()
    groups: Counter[tuple[int, tuple[Period, ...]]] = Counter()
    zones: Counter[tuple[str, ...]] = Counter()
    for message, of in enumerate(counts):
        total.update(of)
        for at, count in of.items():
            way = effective.ways[at]
            zones[way.zones] += count
            if way.own:
                groups[message, way.own] += count
    del zones[()]
    ways = [(effective.ways[at], count) for at, count in total.items() if count]
    instants = [way.arrives_at for way, _ in ways if way.arrives_at is not None]
    last = max(instants, default=None)
    latest = [(way, count) for way, count in ways if way.arrives_at == last and last is not None]
    waits = last is not None and last > effective.start_at
    known = [Group(message, own, count) for (message, own), count in groups.most_common()]
    return Waiting(
        sum(total.values()),
        min(instants, default=None),
        last,
        sum(n for way, n in ways if way.arrives_at is not None and way.arrives_at > effective.start_at),
        sum(n for way, n in ways if way.arrives_at is None),
        max(latest, key=lambda one: one[1])[0] if waits else None,
        sum(count for _, count in latest) if waits else 0,
        tuple(set_ for set_, _ in zones.most_common()),
        sum(count for way, count in ways if way.assumed),
        tuple(known[:MOST]),
        sum(group.people for group in known[MOST:]),
        union(period for group in known[MOST:] for period in group.own),
        _spans(known),
    )


def _spans(groups: Sequence[Group]) -> tuple[tuple[Period, int], ...]:
    found = union(period for group in groups for period in group.own)
    starts, counts = [span.start for span in found], [0] * len(found)
    for group in groups:
        for at in {bisect_right(starts, period.start) - 1 for period in group.own}:
            counts[at] += group.people
    return tuple(zip(found, counts, strict=True))


def _counted(which: "pl.Series", left_out: Sequence[int]) -> Counter[int]:
    counts = Counter(dict(which.value_counts().iter_rows()))
    counts.subtract(which.gather(list(left_out)).to_list() if left_out else ())
    return +counts


def by_hour(arrivals: Sequence[tuple[datetime, int]]) -> tuple[tuple[int, int], ...]:
    """(hours since 1970, SMS that leave in that hour), in order."""
    hours: Counter[int] = Counter()
    for at, count in arrivals:
        hours[int(at.timestamp()) // HOUR] += count
    return tuple(sorted(hours.items()))
