"""When each recipient's SMS may leave: the job's start, and the blackout periods from all sources.

Periods are drawn (the job's own), made by the campaign's rules, or a recipient's own. Recipients who stand
alike share a :class:`Way`.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from itertools import accumulate
from typing import TYPE_CHECKING

from smsdesk.core.blackouts import Period
from smsdesk.core.campaign import Campaign
from smsdesk.core.columns import column_of
from smsdesk.core.expanding import Asked, Expansion, expanded, expansions, told_apart
from smsdesk.core.rules import Rule, RuleKind

if TYPE_CHECKING:
    import polars as pl

__all__ = ["LATEST", "MARGIN", "Asked", "Cause", "Effective", "Way", "arrivals", "effective", "expanded"]

LATEST = timedelta(days=30)
"""What has not left so long after the start is said never to leave."""
MARGIN = timedelta(hours=72)
"""Periods of rules are written as far as this after the first possible instant, for what is tried again."""

_END = datetime.max.replace(tzinfo=UTC) - timedelta(days=3)


class Cause(Enum):
    """What an SMS waits for last."""

    AT_ONCE = "at_once"
    START = "start"
    DRAWN = "drawn"
    RULE = "rule"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Way:
    """How some recipients stand with time.

    ``periods``: beyond those common to all, exactly as they will be written: first ``own`` ones, then those
    that rules make for them. ``zones``: () where no rule needs to know; ``assumed``: not the one time of
    the number. ``arrives_at``: the first possible instant (UTC), None beyond ``LATEST`` after the start.
    ``rule``: which of the campaign's it waits for. ``waits_again``: a wait ends in a period from elsewhere.
    """

    periods: tuple[Period, ...]
    zones: tuple[str, ...]
    assumed: bool
    arrives_at: datetime | None
    cause: Cause
    rule: int | None
    waits_again: bool
    own: tuple[Period, ...] = ()

    @property
    def made(self) -> tuple[Period, ...]:
        """The periods that rules make for these recipients, beyond the common ones."""
        return self.periods[len(self.own) :]


@dataclass(frozen=True, slots=True, eq=False)
class Effective:
    """A campaign in time.

    ``start_at``: the planned start or now, whichever is later. ``common``: the periods for the options of
    every job, drawn ones first and as they were drawn. ``which``: of each message the index (UInt32) of each
    row's way. ``asked``: what somebody must answer. ``rule_periods``: of each rule its periods, in the zone
    that most recipients have where it is their own.
    """

    start_at: datetime
    common: tuple[Period, ...]
    ways: tuple[Way, ...]
    which: tuple["pl.Series", ...]
    asked: tuple[Asked, ...]
    rule_periods: tuple[tuple[Period, ...], ...]

    def way(self, message: int, row: int) -> Way:
        """That of one recipient."""
        return self.ways[int(self.which[message][row])]

    def quiet(self, message: int, row: int) -> tuple[Period, ...]:
        """All periods of one recipient together: when nothing is sent to this person."""
        return joined((*self.common, *self.way(message, row).periods))


@dataclass(frozen=True, slots=True)
class _Kind:
    """What makes recipients stand alike."""

    own: tuple[Period, ...]
    zones: tuple[str, ...]
    country: str


class _Source:
    """Where periods come from."""

    __slots__ = ("_spans", "_starts", "cause", "rule")

    def __init__(self, cause: Cause, rule: int | None, periods: Iterable[Period]) -> None:
        self.cause, self.rule = cause, rule
        self._spans = joined(periods)
        self._starts = [span.start for span in self._spans]

    def end_around(self, instant: datetime) -> datetime | None:
        """Until when it lasts, if nothing is sent at an instant."""
        at = bisect_right(self._starts, instant) - 1
        return self._spans[at].end if at >= 0 and instant < self._spans[at].end else None


class _Theirs:
    """What rules make for those in some zones and a country."""

    def __init__(self, found: Sequence[tuple[int, list[Expansion]]]) -> None:
        self.sources = [_Source(Cause.RULE, at, (one.period for one in those)) for at, those in found]
        self._all = sorted((one for _, those in found for one in those), key=lambda one: one.period.start)
        self._starts = [one.period.start for one in self._all]
        self._written: dict[int, tuple[Period, ...]] = {}

    def written(self, until: datetime) -> tuple[Period, ...]:
        """The periods that begin before an instant, as few as possible."""
        count = bisect_left(self._starts, until)
        if count not in self._written:
            self._written[count] = joined(one.period for one in self._all[:count])
        return self._written[count]

    def asked(self) -> Iterator[Asked]:
        """What is to be asked about the periods that were written."""
        return (asked for one in self._all[: max(self._written, default=0)] for asked in one.asked)


@dataclass(frozen=True, slots=True)
class _Wait:
    """How a wait ends."""

    arrives_at: datetime
    last: _Source | None
    again: bool


def _waited(start: datetime, sources: Sequence[_Source]) -> _Wait:
    at, last, steps = start, None, 0
    while True:
        covering = [(end, source) for source in sources if (end := source.end_around(at))]
        if not covering:
            return _Wait(at.astimezone(UTC), last, steps > 1)
        at, last = max(covering, key=lambda one: one[0])
        steps += 1


def effective(campaign: Campaign, now: datetime, sender_zone: str = "UTC") -> Effective:
    """When everybody's SMS may leave; ``now`` counts only as the earliest start.

    ``sender_zone`` (IANA) holds where a recipient's number says nothing.
    """
    return _Reckoning(campaign, now, sender_zone).result()


class _Reckoning:
    """A campaign on the way to its times."""

    def __init__(self, campaign: Campaign, now: datetime, sender_zone: str) -> None:
        self._campaign, self._sender = campaign, sender_zone
        start = campaign.options.start_at
        self._start = max(start or now, now).astimezone(UTC)
        self._planned = start is not None and start > now
        self._latest = _later(self._start, LATEST)
        self._span = Period(self._start, _later(self._latest, MARGIN))
        rules = tuple(enumerate(campaign.rules))
        self._fixed = [one for one in rules if _is_common(one[1])]
        self._theirs = [one for one in rules if not _is_common(one[1])]
        self._zoned = any(not rule.zone for _, rule in self._theirs)
        self._known: dict[tuple[tuple[str, ...], str], _Theirs] = {}

    def result(self) -> Effective:
        """The campaign's times."""
        placed = any(map(_is_local, self._campaign.rules))
        kinds, which = _kinds(self._campaign, self._span, zoned=self._zoned, placed=placed)
        drawn = self._campaign.options.blackouts
        fixed = _Theirs([self._expanded(at, rule, (), "") for at, rule in self._fixed])
        sources = [_Source(Cause.DRAWN, None, drawn), *fixed.sources]
        ways: dict[Way, int] = {}
        places = [ways.setdefault(self._way(kind, sources), len(ways)) for kind in kinds]
        last = max((way.arrives_at or self._latest for way in ways), default=self._start)
        until = _later(last, MARGIN)
        common = (*drawn, *fixed.written(until))
        periods = self._periods(until, _most(kinds, which))
        asked = {one for those in (fixed, *self._known.values()) for one in those.asked()}
        questions = sorted(asked, key=lambda one: (one.rule, one.day, one.zone, one.clock))
        return Effective(self._start, common, tuple(ways), _led(which, places), tuple(questions), periods)

    def _way(self, kind: _Kind, common: Sequence[_Source]) -> Way:
        theirs = self._of_kind(kind)
        own = [_Source(Cause.OWN, None, kind.own)] if kind.own else []
        wait = _waited(self._start, [*own, *common, *theirs.sources])
        arrives = wait.arrives_at if wait.arrives_at <= self._latest else None
        made = theirs.written(_later(arrives or self._latest, MARGIN))
        cause = wait.last.cause if wait.last else Cause.START if self._planned else Cause.AT_ONCE
        rule = wait.last.rule if wait.last else None
        zones = kind.zones or (self._sender,) if self._zoned else ()
        assumed = self._zoned and len(kind.zones) != 1
        return Way((*kind.own, *made), zones, assumed, arrives, cause, rule, wait.again, kind.own)

    def _of_kind(self, kind: _Kind) -> _Theirs:
        key = (kind.zones, kind.country)
        if key not in self._known:
            found = [self._expanded(at, rule, *key) for at, rule in self._theirs]
            self._known[key] = _Theirs(found)
        return self._known[key]

    def _expanded(
        self, at: int, rule: Rule, zones: tuple[str, ...], country: str
    ) -> tuple[int, list[Expansion]]:
        """What a rule makes in all zones that a recipient may be in."""
        names = (rule.zone,) if rule.zone else zones or (self._sender,)
        return at, [one for name in names for one in expansions(at, rule, name, self._span, country)]

    def _periods(self, until: datetime, most: _Kind) -> tuple[tuple[Period, ...], ...]:
        """Of each rule what it makes for most recipients."""
        rules = enumerate(self._campaign.rules)
        found = (self._expanded(at, rule, most.zones, most.country)[1] for at, rule in rules)
        return tuple(joined(one.period for one in those if one.period.start < until) for those in found)


def _is_local(rule: Rule) -> bool:
    """Whether it is about the holidays of each recipient's own country."""
    return rule.kind is RuleKind.HOLIDAYS and not rule.country


def _is_common(rule: Rule) -> bool:
    """Whether it makes the same periods for everybody."""
    return bool(rule.zone) and not _is_local(rule)


def _later(instant: datetime, span: timedelta) -> datetime:
    """Some time on, at most the end of the calendar."""
    return min(instant, _END - span) + span


def joined(periods: Iterable[Period]) -> tuple[Period, ...]:
    """As :func:`smsdesk.core.blackouts.union`, each instant with the offset it came with."""
    found: list[Period] = []
    for period in sorted(periods, key=lambda one: one.start):
        if found and period.start <= found[-1].end:
            found[-1] = Period(found[-1].start, max(found[-1].end, period.end))
        else:
            found.append(period)
    return tuple(found)


def _kinds(
    campaign: Campaign, span: Period, *, zoned: bool, placed: bool
) -> "tuple[list[_Kind], list[pl.Series]]":
    """The kinds of recipients there are, and of each message the kind of each row.

    ``zoned``: their zones matter, those whose clocks differ in the span; ``placed``: their countries do.
    """
    import polars as pl

    from smsdesk.core.prices import regions_column
    from smsdesk.core.zones import zones_column

    periods: dict[tuple[Period, ...], int] = {(): 0}
    sets: tuple[tuple[str, ...], ...] = ((),)
    frames = []
    for message in campaign.messages:
        people = message.recipients
        dst, none = column_of(people.dst).series, pl.repeat(0, len(people), dtype=pl.UInt32, eager=True)
        zone, country = none, pl.repeat("", len(people), dtype=pl.String, eager=True)
        if zoned:
            zone, sets = zones_column(dst, campaign.region)
        if placed:
            country = regions_column(dst, campaign.region)
        frames.append(
            pl.DataFrame({"own": _own(people.blackouts, periods, none), "zone": zone, "country": country})
        )
    rows = pl.concat(frames)
    alike = rows.unique(maintain_order=True).with_row_index("kind")
    own = list(periods)
    apart = {at: told_apart(sets[at], span) for at in alike["zone"].unique()}
    kinds = [_Kind(own[at], apart[zone], country) for at, zone, country in alike.drop("kind").iter_rows()]
    which = rows.join(alike, on=rows.columns, how="left", maintain_order="left")["kind"]
    starts = accumulate((frame.height for frame in frames), initial=0)
    return kinds, [which.slice(start, frame.height) for start, frame in zip(starts, frames, strict=False)]


def _own(
    blackouts: Mapping[int, tuple[Period, ...]], known: dict[tuple[Period, ...], int], none: "pl.Series"
) -> "pl.Series":
    """Of each row which of the known periods are its own; further ones are added to them."""
    import polars as pl

    if not blackouts:
        return none
    which = [known.setdefault(periods, len(known)) for periods in blackouts.values()]
    return none.clone().scatter(
        pl.Series(list(blackouts), dtype=pl.UInt32), pl.Series(which, dtype=pl.UInt32)
    )


def _most(kinds: Sequence[_Kind], which: "Sequence[pl.Series]") -> _Kind:
    """The kind of most recipients."""
    import polars as pl

    if not kinds:
        return _Kind((), (), "")
    return kinds[int(pl.concat(which).mode()[0])]


def _led(which: "Sequence[pl.Series]", places: Sequence[int]) -> "tuple[pl.Series, ...]":
    """Of each row the place that its kind leads to."""
    import polars as pl

    leads = pl.Series(places, dtype=pl.UInt32)
    return tuple(leads.gather(rows) if len(rows) else rows.cast(pl.UInt32) for rows in which)


def arrivals(
    effective: Effective, left_out: Sequence[Sequence[int]] = ()
) -> tuple[tuple[datetime, int], ...]:
    """The instants at which SMS may leave and how many, in order; without rows of messages that are left out.

    Those for whom there is no such instant are not among them.
    """
    import polars as pl

    counts: Counter[datetime] = Counter()
    for at, rows in enumerate(effective.which):
        out = left_out[at] if at < len(left_out) else ()
        kept = rows
        if out:
            kept = rows.filter(~pl.int_range(len(rows), eager=True).is_in(pl.Series(out).implode()))
        for way, count in kept.value_counts().iter_rows():
            if arrives := effective.ways[way].arrives_at:
                counts[arrives] += count
    return tuple(sorted(counts.items()))
