"""What contradicts itself in a campaign: options against texts, periods against each other and validity."""

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from smsdesk.core.blackouts import covers, first_possible
from smsdesk.core.campaign import Campaign
from smsdesk.core.effective import LATEST, Asked, Effective, Way
from smsdesk.core.errors import Value
from smsdesk.core.expressible import is_instant, is_period
from smsdesk.core.problem import Level, Problem, Where
from smsdesk.core.totals import counted_ways, paid

if TYPE_CHECKING:
    from smsdesk.core.audit import Audit

_SOME = 3
"""How many zones are named in a sentence."""
_MANY_MAYBE = ("REPLACE", "TRANSLITERATE")


def contradictions(
    campaign: Campaign,
    now: datetime,
    audits: "Sequence[Audit]",
    effective: Effective,
    left_out: Sequence[Collection[int]],
) -> Iterator[Problem]:
    """All of them."""
    times = _Times(campaign, effective, left_out)
    yield from _start(campaign, now, times)
    yield from times.problems()
    yield from _asked(effective.asked)
    yield from _options(campaign, audits)
    yield from _savings(audits)


class _Times:
    """How those who get something stand with time."""

    def __init__(self, campaign: Campaign, effective: Effective, left_out: Sequence[Collection[int]]) -> None:
        self.campaign, self.effective, self._left_out = campaign, effective, left_out
        self.counts = dict(counted_ways(effective, left_out))

    @property
    def arrivals(self) -> set[datetime]:
        """The instants at which something may leave."""
        return {at for way in self.counts if (at := self.effective.ways[way].arrives_at)}

    def problems(self) -> Iterator[Problem]:
        """What stands against a message in time."""
        yield from self._too_late()
        yield from self._validity()
        again = self._those(lambda way: way.waits_again and way.arrives_at is not None)
        yield from self._told(Level.WARNING, "waits_again", again, "blackouts")
        assumed = self._those(lambda way: way.assumed)
        zones = dict.fromkeys(zone for way in assumed for zone in self.effective.ways[way].zones)
        named = ", ".join([*zones][:_SOME]) + (", ..." if len(zones) > _SOME else "")
        yield from self._told(Level.WARNING, "zone_assumed", assumed, "blackouts", zones=named)
        yield from self._longest()

    def _those(self, wanted: Callable[[Way], bool]) -> list[int]:
        return [way for way in self.counts if wanted(self.effective.ways[way])]

    def _told(
        self, level: Level, code: str, ways: Sequence[int], field: str, **values: Value
    ) -> Iterator[Problem]:
        """One problem for all on these ways: how many, when the last of them may leave, and the first row."""
        if not ways:
            return
        index, row = next(self._on(ways))
        instants = [at for way in ways if (at := self.effective.ways[way].arrives_at)]
        when: dict[str, Value] = {"instant": max(instants).isoformat()} if instants else {}
        n = sum(self.counts[way] for way in ways)
        yield Problem(level, code, Where(row=row + 1, field=field, message=index), {"n": n, **when, **values})

    def _on(self, ways: Sequence[int]) -> Iterator[tuple[int, int]]:
        """The first recipients on one of these ways: message and row."""
        for index, which in enumerate(self.effective.which):
            out = self._left_out[index] if index < len(self._left_out) else ()
            rows = which.is_in([*ways]).arg_true().head(len(out) + 1)
            yield from ((index, row) for row in rows if row not in out)

    def _too_late(self) -> Iterator[Problem]:
        """Who gets nothing within the days that are reckoned, and where drawn periods alone end one day."""
        late = self._those(lambda way: way.arrives_at is None)
        start = self.effective.start_at
        ends = {way: self._end_of_drawn(self.effective.ways[way], start) for way in late}
        some_day = [way for way in late if ends[way] - start > LATEST]
        yield from self._told(
            Level.ERROR, "no_time_left", [w for w in late if w not in some_day], "blackouts"
        )
        if some_day:
            instant = max(ends[way] for way in some_day).isoformat()
            yield from self._told(
                Level.WARNING, "arrives_late", some_day, "blackouts", days=LATEST.days, instant=instant
            )

    def _end_of_drawn(self, way: Way, start: datetime) -> datetime:
        return first_possible((*filter(is_period, self.campaign.options.blackouts), *way.own), start)

    def _validity(self) -> Iterator[Problem]:
        minutes = self.campaign.options.validity_min
        if not minutes:
            return
        start, validity = self.effective.start_at, timedelta(minutes=minutes)
        short = self._those(lambda way: way.arrives_at is not None and way.arrives_at - start > validity)
        yield from self._told(Level.WARNING, "validity_short", short, "validity_min", minutes=minutes)
        if not short and (self.arrivals - {start}):
            yield Problem(Level.NOTE, "validity_unclear", Where(field="validity_min"), {"minutes": minutes})

    def _longest(self) -> Iterator[Problem]:
        """Who waits longest, and why; where all wait as long, the start says it."""
        arrivals = self.arrivals
        if len(arrivals) < 2:
            return
        last = max(arrivals)
        ways = self._those(lambda way: way.arrives_at == last)
        causes = Counter({way: self.counts[way] for way in ways}).most_common(1)
        way = self.effective.ways[causes[0][0]]
        rule: dict[str, Value] = {} if way.rule is None else {"rule": way.rule + 1}
        yield from self._told(Level.NOTE, "waits_longest", ways, "blackouts", reason=way.cause.value, **rule)


def _start(campaign: Campaign, now: datetime, times: _Times) -> Iterator[Problem]:
    options, at = campaign.options, times.effective.start_at
    if options.start_at is not None and is_instant(options.start_at) and options.start_at < now:
        yield Problem(Level.WARNING, "start_past", Where(field="start"))
    over = sum(period.end <= at for period in filter(is_period, options.blackouts))
    if over:
        yield Problem(Level.WARNING, "blackout_over", Where(field="blackouts"), {"n": over})
    arrivals = times.arrivals
    if arrivals and (min(arrivals) > at or covers(times.effective.common, at)):
        values: dict[str, Value] = {"instant": min(arrivals).isoformat()}
        yield Problem(Level.WARNING, "start_in_blackout", Where(field="blackouts"), values)


def _asked(asked: Sequence[Asked]) -> Iterator[Problem]:
    """Times on the clock that a zone skips or repeats: one problem a rule and kind."""
    counts = Counter((one.rule, one.twice) for one in asked)
    first: dict[tuple[int, bool], Asked] = {}
    for one in asked:
        first.setdefault((one.rule, one.twice), one)
    for key, one in first.items():
        clock = one.clock.isoformat("minutes")
        code = "rule_time_twice" if one.twice else "rule_time_missing"
        values: dict[str, Value] = {
            "n": counts[key],
            "rule": one.rule + 1,
            "clock": clock,
            "date": one.day.isoformat(),
            "zone": one.zone,
        }
        yield Problem(Level.ERROR, code, Where(field="blackouts", value=clock), values)


def _options(campaign: Campaign, audits: "Sequence[Audit]") -> Iterator[Problem]:
    options = campaign.options
    histogram: Counter[int] = Counter()
    for one in audits:
        histogram.update(one.histogram)
    most = max(histogram, default=0)
    if options.flash and most > 1:
        n = sum(count for parts, count in histogram.items() if parts > 1)
        yield Problem(Level.WARNING, "flash_long", Where(field="flash"), {"n": n, "parts": most})
    for index, one in enumerate(audits):
        if one.cut:
            where = Where(row=_row(one.longest), field="max_parts", message=index, value=one.cut_words)
            yield Problem(Level.WARNING, "text_cut", where, {"n": one.cut, "parts": max(one.histogram)})
    if options.encoding == "UTF-16":
        costs = paid(histogram, options.max_parts) - sum(one.parts_as_standard for one in audits)
        if costs > 0:
            yield Problem(Level.WARNING, "utf16_costs", Where(field="encoding"), {"n": costs})
    elif options.invalid_characters in _MANY_MAYBE:
        yield from _replaced(options.invalid_characters, audits)
    if options.duplicate_detection:
        yield Problem(Level.NOTE, "duplicates_unclear", Where(field="duplicate_detection"))
    if not options.status_requested:
        yield Problem(Level.NOTE, "no_confirmation", Where(field="status_requested"))


def _replaced(rule: str, audits: "Sequence[Audit]") -> Iterator[Problem]:
    """Texts that will be read otherwise than they were written."""
    code, level = "characters_replaced", Level.WARNING
    if rule == "TRANSLITERATE":
        code, level = "characters_rewritten", Level.NOTE
    for index, one in enumerate(audits):
        if one.refused:
            shown = one.refused_characters
            where = Where(row=_row(one.first_refused), field="text", message=index, value=shown)
            yield Problem(level, code, where, {"n": one.refused, "characters": shown})


def _savings(audits: "Sequence[Audit]") -> Iterator[Problem]:
    """What would save parts, in figures that hold."""
    for index, one in enumerate(audits):
        for saving in one.savings:
            where = Where(field="text", message=index, column=saving.source)
            if saving.kind == "shorter":
                values: dict[str, Value] = {"n": saving.shorter, "saves": saving.saves}
                if saving.saves == 1:
                    values["reason"] = "one"
                yield Problem(Level.WARNING, "saving_shorter", where, values)
                continue
            reason = {"": "text", "*": "everywhere"}.get(saving.source, "column")
            values = {
                "n": saving.people,
                "saves": saving.saves,
                "characters": saving.characters,
                "column": saving.source,
                "reason": reason,
            }
            yield Problem(Level.WARNING, "saving_characters", where, values)


def _row(row: int | None) -> int | None:
    return None if row is None else row + 1
