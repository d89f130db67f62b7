"""A campaign's times, ready to be shown: bars of the time line, rows of the table, who waits."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from smsdesk.core.blackouts import Period, union
from smsdesk.core.campaign import Campaign
from smsdesk.core.effective import Effective, expanded, joined
from smsdesk.core.figures import Review
from smsdesk.core.rules import Rule
from smsdesk.core.waiting import MOST, Group, Waiting, by_hour, waiting
from smsdesk.ui.compose_blackouts import Entry
from smsdesk.ui.schedule_words import exact, rule_words, zone_words
from smsdesk.ui.timeline_bars import Bar, Key, Of, Shown
from smsdesk.ui.timeline_scale import Scale
from smsdesk.ui.timeline_state import Line
from smsdesk.words import say

FEW_WAYS = 3000
"""Up to so many ways are counted at once."""


class Times:
    """What is known of a campaign's times; ``take`` brings what is new, the rest is kept."""

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self.now = datetime.now(zone)
        self._campaign: Campaign | None = None
        self._effective: Effective | None = None
        self._listed: tuple[tuple[int, ...], ...] = ()
        self.waits: Waiting | None = None
        self._reached: tuple[tuple[int, int], ...] = ()
        self._entries: tuple[object, Effective | None, list[Entry]] | None = None

    def take(self, campaign: Campaign, review: Review | None, now: datetime) -> bool:
        """Takes the campaign as it is now and what the newest review says of it.

        True where the recipients stand in so many ways that :meth:`count` is to be called on a thread.
        """
        self._campaign, self.now = campaign, now
        effective = review.effective if review else None
        listed = review.listed if review else ()
        if effective is not self._effective or listed != self._listed:
            self._effective, self._listed = effective, listed
            self._reached = by_hour(review.arrivals) if review else ()
            self.waits = None
            if effective is not None and len(effective.ways) > FEW_WAYS:
                return True
            self.waits = waiting(effective, listed) if effective is not None else None
        return False

    def count(self) -> None:
        """Counts who waits."""
        if self._effective is not None:
            self.waits = waiting(self._effective, self._listed)

    @property
    def start_at(self) -> datetime:
        """The start that is planned, or now, whichever is later."""
        planned = self._campaign.options.start_at if self._campaign else None
        return max(planned or self.now, self.now)

    @property
    def zones(self) -> tuple[tuple[str, ...], ...]:
        """The sets of zones that people have, the most frequent first."""
        return self.waits.zones if self.waits else ()

    @property
    def groups(self) -> tuple[Group, ...]:
        """The largest groups of recipients with own periods."""
        return self.waits.groups if self.waits else ()

    def rule_periods(self) -> tuple[tuple[Period, ...], ...]:
        """Of each rule the periods that jobs carry."""
        known = self._effective.rule_periods if self._effective else ()
        count = len(self._campaign.rules) if self._campaign else 0
        return known if len(known) == count else ((),) * count

    def asked(self) -> list[int]:
        """The rules of which somebody must say which of two times they mean."""
        return [one.rule for one in self._effective.asked] if self._effective else []

    # -- the line --------------------------------------------------------------------------------

    def shown(self, scale: Scale, chosen: Key | None, holidays: Mapping[date, str]) -> Shown:
        """What the line shows of the days in sight."""
        campaign = self._campaign
        if campaign is None:
            return Shown(self.now)
        bars = [*self._drawn_bars(campaign), *self._rule_bars(campaign, scale)]
        own = self._own_bars()
        union_of = [bar.period for bar in bars if not bar.needless]
        if chosen is not None and chosen.of is Of.OWN:
            union_of += [bar.period for bar in own if bar.key.at == chosen.at]
        return Shown(
            self.now,
            campaign.options.start_at,
            tuple(sorted(bars, key=_by_start)),
            tuple(sorted(own, key=_by_start)),
            union(union_of),
            self._reached,
            holidays,
            self._labels(),
            say("timeline.empty"),
        )

    @staticmethod
    def _drawn_bars(campaign: Campaign) -> list[Bar]:
        names = campaign.period_names
        return [
            Bar(Key(Of.DRAWN, at), period, names.get(period, ""), names.get(period) or say("schedule.drawn"))
            for at, period in enumerate(campaign.options.blackouts)
        ]

    def _rule_bars(self, campaign: Campaign, scale: Scale) -> list[Bar]:
        found, needed = [], self.rule_periods()
        for at, rule in enumerate(campaign.rules):
            words = rule_words(rule)
            told = say("timeline.rule", rule=words)
            for period in self._in_sight(rule, scale, campaign.region):
                needless = not any(p.start < period.end and period.start < p.end for p in needed[at])
                found.append(Bar(Key(Of.RULE, at, start=period.start), period, "", told, needless=needless))
        return found

    def _in_sight(self, rule: Rule, scale: Scale, country: str) -> tuple[Period, ...]:
        """What a rule makes in the days around those in sight, in the zones of most recipients."""
        places = (rule.zone,) if rule.zone else (self.zones[0] if self.zones else (self._zone.key,))
        first = scale.first.replace(hour=0, minute=0, second=0, microsecond=0)
        span = Period(first, first + timedelta(days=scale.days + 1))
        return _expanded(rule, places, span, country)

    def _own_bars(self) -> list[Bar]:
        waits = self.waits
        if waits is None:
            return []
        rest = [
            Bar(Key(Of.OWN, MOST, part), period, told=say("schedule.own_rest", waits.others))
            for part, period in enumerate(waits.rest)
        ]
        return rest + [
            Bar(
                Key(Of.OWN, at, part),
                period,
                told=say("schedule.own_of", group.people),
            )
            for at, group in enumerate(self.groups)
            for part, period in enumerate(group.own)
        ]

    def _labels(self) -> tuple[tuple[Period, str], ...]:
        """How many people have own periods in each span that those fill without a gap."""
        spans = self.waits.spans if self.waits else ()
        return tuple((span, say("timeline.people", people)) for span, people in spans)

    def bar_of(self, row: Key, line: Line) -> Key | None:
        """The bar that stands for a row: of a rule the first in sight that is not over."""
        bars = [bar for bar in line.bars() if (bar.key.of, bar.key.at) == (row.of, row.at)]
        held = line.hand.chosen
        if held is not None and any(bar.key == held for bar in bars):
            return held
        coming = [bar for bar in bars if bar.period.end > max(self.now, line.scale.first)]
        return min(coming or bars, key=_by_start).key if bars else None

    # -- the table -------------------------------------------------------------------------------

    def entries(self) -> list[Entry]:
        """The rows: the campaign's by their start, then those of recipients."""
        campaign = self._campaign
        if campaign is None:
            return []
        names = tuple(message.name for message in campaign.messages)
        of = (campaign.options.blackouts, campaign.rules, campaign.period_names, self.waits, names)
        if self._entries is None or self._entries[0] != of or self._entries[1] is not self._effective:
            self._entries = of, self._effective, self._made_entries(campaign)
        return self._entries[2]

    def _made_entries(self, campaign: Campaign) -> list[Entry]:
        made = [self._drawn_entry(campaign, at) for at in range(len(campaign.options.blackouts))]
        made += [self._rule_entry(rule, at) for at, rule in enumerate(campaign.rules)]
        made.sort(key=lambda entry: entry.start)
        own = [self._own_entry(campaign, at) for at in range(len(self.groups))]
        return [*made, *own, *([self._rest_entry(self.waits)] if self.waits and self.waits.others else [])]

    def _exact(self, at: datetime) -> str:
        return exact(at, self._zone, self.now)

    def _drawn_entry(self, campaign: Campaign, at: int) -> Entry:
        period = campaign.options.blackouts[at]
        name = campaign.period_names.get(period, "")
        what, begin, end = name or say("schedule.period"), self._exact(period.start), self._exact(period.end)
        return Entry(Key(Of.DRAWN, at), what, begin, end, say("schedule.drawn"), period.start, name)

    def _rule_entry(self, rule: Rule, at: int) -> Entry:
        periods = self.rule_periods()[at]
        zones = len({zone for some in self.zones for zone in some})
        zone = zone_words(rule, zones, self.waits.assumed if self.waits else 0)
        first = periods[0].start if periods else None
        begin = self._exact(first) if first else say("schedule.rule.none")
        source = say("schedule.rule", len(periods)) if periods else say("schedule.rule.idle")
        asks = at in self.asked()
        source = say("schedule.rule.asks") if asks else source
        start = first or self.start_at
        return Entry(Key(Of.RULE, at), f"↻ {rule_words(rule)}", begin, zone, source, start, asks=asks)

    def _own_entry(self, campaign: Campaign, at: int) -> Entry:
        group = self.groups[at]
        start, end = min(p.start for p in group.own), max(p.end for p in group.own)
        what = say("schedule.own_of", group.people)
        if len(group.own) > 1:
            what = say("schedule.own_more", group.people, periods=say("schedule.count", len(group.own)))
        message = campaign.messages[group.message].name if group.message < len(campaign.messages) else ""
        several = len(campaign.messages) > 1 and message
        source = say("schedule.own_in", text=message) if several else say("schedule.own_source")
        return Entry(Key(Of.OWN, at), what, self._exact(start), self._exact(end), source, start)

    def _rest_entry(self, waits: Waiting) -> Entry:
        start, end = waits.rest[0].start, waits.rest[-1].end
        what, source = say("schedule.own_rest", waits.others), say("schedule.own_source")
        return Entry(Key(Of.OWN, MOST), what, self._exact(start), self._exact(end), source, start)


def _by_start(bar: Bar) -> tuple[datetime, str]:
    return bar.period.start, bar.key.of.value


@lru_cache(maxsize=64)
def _expanded(rule: Rule, places: tuple[str, ...], span: Period, country: str) -> tuple[Period, ...]:
    return joined(period for place in places for period in expanded(rule, place, span, country)[0])
