"""When each recipient's SMS may leave, and what it waits for."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smsdesk.core.blackouts import Period, covers, first_possible, parse_period, union
from smsdesk.core.campaign import Campaign, CampaignId, Message
from smsdesk.core.effective import (
    LATEST,
    MARGIN,
    Asked,
    Cause,
    Effective,
    Way,
    arrivals,
    effective,
    expanded,
    joined,
)
from smsdesk.core.expanding import told_apart
from smsdesk.core.options import Options
from smsdesk.core.recipients import Recipients
from smsdesk.core.rules import WEEKEND, Rule, RuleKind
from smsdesk.core.zones import zones_of

NOW = datetime(2026, 11, 26, 13, 0, tzinfo=UTC)
"""A Thursday; 14:00 in Berlin, 8:00 in New York, 23:30 in Adelaide."""
BERLIN = "Europe/Berlin"
GERMAN, AMERICAN, AUSTRALIAN, NOWHERE = "+4917612345678", "+12125550123", "+61412345678", "+8831234567"
NIGHTS = Rule(RuleKind.HOURS)
WEEKENDS = Rule(RuleKind.DAYS, WEEKEND, zone=BERLIN)


def hours(start: float, end: float) -> Period:
    return Period(NOW + timedelta(hours=start), NOW + timedelta(hours=end))


def campaign(
    *numbers: str,
    start: datetime | None = None,
    drawn: Iterable[Period] = (),
    own: dict[int, tuple[Period, ...]] | None = None,
    rules: Iterable[Rule] = (),
) -> Campaign:
    people = Recipients(list(numbers), [""] * len(numbers), {}, own or {})
    return Campaign(
        CampaignId("0" * 32),
        "Test",
        messages=(Message("Hello", people),),
        options=Options(start_at=start, blackouts=tuple(drawn)),
        rules=tuple(rules),
    )


def only(found: Effective) -> Way:
    (way,) = found.ways
    return way


def test_nothing_in_the_way() -> None:
    found = effective(campaign(GERMAN, AMERICAN), NOW)
    assert only(found) == Way((), (), False, NOW, Cause.AT_ONCE, None, False)
    assert (found.start_at, found.common, found.asked, found.rule_periods) == (NOW, (), (), ())
    assert [rows.to_list() for rows in found.which] == [[0, 0]]
    assert found.which[0].dtype == pl.UInt32


@pytest.mark.parametrize(
    ("start", "at", "cause"),
    [
        (NOW + timedelta(hours=2), NOW + timedelta(hours=2), Cause.START),
        (NOW - timedelta(hours=2), NOW, Cause.AT_ONCE),
        (NOW, NOW, Cause.AT_ONCE),
    ],
)
def test_a_planned_start_is_waited_for_unless_it_is_over(start: datetime, at: datetime, cause: Cause) -> None:
    way = only(effective(campaign(GERMAN, start=start), NOW))
    assert (way.arrives_at, way.cause) == (at, cause)


@pytest.mark.parametrize(
    ("drawn", "own", "rules", "hour", "cause", "again"),
    [
        ([hours(-1, 3)], [], [], 3, Cause.DRAWN, False),
        ([hours(-1, 3)], [hours(0, 2)], [], 3, Cause.DRAWN, False),
        ([hours(-1, 3)], [hours(0, 4)], [], 4, Cause.OWN, False),
        ([hours(-1, 3)], [hours(3, 4)], [], 4, Cause.OWN, True),
        ([hours(-1, 3), hours(3, 5)], [], [], 5, Cause.DRAWN, False),
        ([], [hours(0, 1)], [], 1, Cause.OWN, False),
        ([], [hours(0.5, 1)], [], 0, Cause.AT_ONCE, False),
        # Until 20:30 in Berlin: then it is night there.
        ([hours(0, 6.5)], [], [NIGHTS], 18, Cause.RULE, True),
        ([hours(0, 5.5)], [], [NIGHTS], 5.5, Cause.DRAWN, False),
    ],
)
def test_what_an_sms_waits_for(drawn, own, rules, hour: float, cause: Cause, again: bool) -> None:
    made = campaign(GERMAN, drawn=drawn, own={0: tuple(own)} if own else {}, rules=rules)
    way = only(effective(made, NOW, BERLIN))
    assert (way.arrives_at, way.cause, way.waits_again) == (NOW + timedelta(hours=hour), cause, again)
    assert way.rule == (0 if cause is Cause.RULE else None)
    assert way.own == tuple(own)


def test_it_names_the_rule_that_is_waited_for() -> None:
    saturday = NOW + timedelta(days=2)
    way = only(effective(campaign(GERMAN, start=saturday, rules=[NIGHTS, WEEKENDS]), NOW, BERLIN))
    assert (way.arrives_at, way.cause, way.rule, way.waits_again) == (
        datetime(2026, 11, 30, 7, tzinfo=UTC),
        Cause.RULE,
        0,
        True,
    )


def test_each_recipient_has_its_own_night() -> None:
    found = effective(campaign(GERMAN, AMERICAN, AUSTRALIAN, NOWHERE, GERMAN, rules=[NIGHTS]), NOW, BERLIN)
    assert found.which[0].to_list() == [0, 1, 2, 3, 0]
    german, american, australian, nowhere = found.ways
    assert (german.zones, german.assumed) == ((BERLIN,), False)
    assert (american.zones, american.assumed) == (("America/New_York",), False)
    assert australian.assumed
    assert set(australian.zones) < set(zones_of(AUSTRALIAN))
    assert (nowhere.zones, nowhere.assumed) == ((BERLIN,), True)
    assert nowhere.periods == german.periods
    assert american.periods[0] == parse_period("2026-11-26T20:00-05:00/2026-11-27T08:00-05:00")
    # Quiet in any of its zones: from the night of Lord Howe Island to the morning of the Cocos Islands.
    assert australian.periods[0] == parse_period("2026-11-26T20:00+11:00/2026-11-27T08:00+06:30")
    assert australian.arrives_at == datetime(2026, 11, 27, 1, 30, tzinfo=UTC)


def test_zones_in_which_it_is_the_same_time_are_one() -> None:
    british = only(effective(campaign("+447740360012", rules=[NIGHTS]), NOW, BERLIN))
    assert (british.zones, british.assumed) == (("Europe/London",), False)
    # In summer as in winter.
    egyptian = told_apart(("Europe/Athens", "Africa/Cairo"), Period(NOW, NOW + timedelta(days=30)))
    assert egyptian == ("Europe/Athens",)
    spring = datetime(2027, 3, 20, tzinfo=UTC)
    both = told_apart(("Europe/Athens", "Africa/Cairo"), Period(spring, spring + timedelta(days=30)))
    assert both == ("Europe/Athens", "Africa/Cairo")
    # Both change on one day, one of them three hours earlier.
    beirut = told_apart(("Europe/Athens", "Asia/Beirut"), Period(spring, spring + timedelta(days=30)))
    assert beirut == ("Europe/Athens", "Asia/Beirut")


def test_rules_of_one_zone_are_common_after_what_was_drawn() -> None:
    drawn = [hours(5, 6), hours(1, 2)]
    found = effective(campaign(GERMAN, drawn=drawn, rules=[WEEKENDS]), NOW)
    assert found.common == (*drawn, parse_period("2026-11-28T00:00+01:00/2026-11-30T00:00+01:00"))
    assert (only(found).periods, only(found).zones) == ((), ())


def test_periods_that_rules_make_join_and_are_written_with_the_offsets_of_their_ends() -> None:
    found = effective(campaign(GERMAN, rules=[NIGHTS, Rule(RuleKind.DAYS, WEEKEND)]), NOW + timedelta(days=1))
    assert only(found).periods == (parse_period("2026-11-27T20:00+01:00/2026-11-30T08:00+01:00"),)
    assert only(found).periods[0].start.utcoffset() == timedelta(hours=1)


def test_own_periods_stay_as_they_were_written_before_those_of_rules() -> None:
    own = (hours(30, 31), hours(2, 3))
    way = only(effective(campaign(GERMAN, own={0: own}, rules=[NIGHTS]), NOW))
    assert (way.periods[:2], way.own, way.made) == (own, own, way.periods[2:])
    assert way.made


def test_periods_reach_three_days_beyond_the_first_possible_instant() -> None:
    start = datetime(2026, 12, 1, 21, tzinfo=UTC)
    way = only(effective(campaign(GERMAN, start=start, rules=[NIGHTS]), NOW))
    assert way.arrives_at == datetime(2026, 12, 2, 7, tzinfo=UTC)
    assert [one.start.day for one in way.periods] == [1, 2, 3, 4]
    assert way.periods[-1].start < way.arrives_at + MARGIN <= way.periods[-1].start + timedelta(days=1)


def test_the_same_whichever_second_it_is() -> None:
    first, later = (effective(campaign(GERMAN, rules=[NIGHTS]), NOW + timedelta(hours=n)) for n in (8, 12))
    assert only(first).periods == only(later).periods
    assert only(first).periods[0].start < NOW + timedelta(hours=8)


def test_where_no_time_is_left() -> None:
    always = Rule(RuleKind.DAYS, zone=BERLIN)
    found = effective(campaign(GERMAN, rules=[always]), NOW)
    assert (only(found).arrives_at, only(found).cause, only(found).rule) == (None, Cause.RULE, 0)
    assert arrivals(found) == ()
    long = effective(campaign(GERMAN, drawn=[Period(NOW, NOW + LATEST + timedelta(minutes=1))]), NOW)
    assert only(long).arrives_at is None
    just = effective(campaign(GERMAN, drawn=[Period(NOW, NOW + LATEST)]), NOW)
    assert only(just).arrives_at == NOW + LATEST


def test_day_and_night_in_all_zones_of_a_country_leave_little_time() -> None:
    days = Rule(RuleKind.HOURS, start=time(13), end=time(8))
    found = effective(campaign("+79663486699", rules=[days]), NOW)
    assert (only(found).arrives_at, only(found).assumed) == (None, True)


def test_holidays_of_each_recipients_own_country() -> None:
    start = datetime(2026, 11, 26, 17, tzinfo=UTC)
    found = effective(campaign(GERMAN, AMERICAN, start=start, rules=[Rule(RuleKind.HOLIDAYS)]), NOW)
    german, american = found.ways
    assert (german.arrives_at, american.arrives_at) == (start, datetime(2026, 11, 27, 5, tzinfo=UTC))
    in_berlin = Rule(RuleKind.HOLIDAYS, zone=BERLIN)
    german, american = effective(campaign(GERMAN, AMERICAN, start=start, rules=[in_berlin]), NOW).ways
    assert american.arrives_at == datetime(2026, 11, 26, 23, tzinfo=UTC)
    assert american.zones == ()


def test_questions_are_about_what_is_written() -> None:
    rule = Rule(RuleKind.HOURS, start=time(2, 30), end=time(5))
    before = datetime(2027, 3, 27, 12, tzinfo=UTC)
    asked = Asked(1, BERLIN, date(2027, 3, 28), time(2, 30), twice=False)
    assert effective(campaign(GERMAN, rules=[NIGHTS, rule]), before).asked == (asked,)
    # More than three days ahead: nothing of that night is in the request.
    assert effective(campaign(GERMAN, rules=[NIGHTS, rule]), before - timedelta(days=5)).asked == ()


def test_rules_are_shown_in_the_zone_of_most() -> None:
    found = effective(campaign(GERMAN, AMERICAN, AMERICAN, rules=[NIGHTS, WEEKENDS]), NOW)
    assert found.rule_periods[0][0] == parse_period("2026-11-26T20:00-05:00/2026-11-27T08:00-05:00")
    assert found.rule_periods[1] == (parse_period("2026-11-28T00:00+01:00/2026-11-30T00:00+01:00"),)
    nobody = effective(campaign(rules=[NIGHTS]), NOW, BERLIN)
    assert nobody.rule_periods[0][0] == parse_period("2026-11-26T20:00+01:00/2026-11-27T08:00+01:00")
    assert (nobody.ways, arrivals(nobody)) == ((), ())


def test_all_periods_of_a_person_together() -> None:
    made = campaign(GERMAN, drawn=[hours(0, 2)], own={0: (hours(1, 3),)}, rules=[NIGHTS])
    quiet = effective(made, NOW).quiet(0, 0)
    assert quiet[0] == hours(0, 3)
    assert len(quiet) == 4


def test_several_messages_share_ways() -> None:
    one = campaign(GERMAN, AMERICAN, own={1: (hours(0, 1),)})
    both = Campaign(one.id, "Test", messages=(*one.messages, Message("", Recipients()), *one.messages))
    found = effective(both, NOW)
    assert [rows.to_list() for rows in found.which] == [[0, 1], [], [0, 1]]
    assert arrivals(found) == ((NOW, 2), (NOW + timedelta(hours=1), 2))
    assert arrivals(found, [[0], [], [1]]) == ((NOW, 1), (NOW + timedelta(hours=1), 1))
    assert arrivals(found, [[0, 1], [], [0, 1]]) == ()
    assert found.way(2, 1) is found.ways[1]


def test_a_start_at_the_end_of_the_calendar() -> None:
    end = datetime(9999, 12, 31, 23, tzinfo=UTC)
    found = effective(campaign(GERMAN, start=end, rules=[NIGHTS, WEEKENDS, Rule(RuleKind.HOLIDAYS)]), NOW)
    assert found.start_at == end


def test_a_sender_in_a_zone_that_nobody_knows() -> None:
    way = only(effective(campaign(NOWHERE, rules=[NIGHTS]), NOW, "Mars/Olympus"))
    assert way.periods[0] == parse_period("2026-11-26T20:00Z/2026-11-27T08:00Z")


minutes = st.integers(-600, 4000)
periods = st.builds(
    lambda start, length: Period(NOW + timedelta(minutes=start), NOW + timedelta(minutes=start + length)),
    minutes,
    st.integers(1, 900),
)
some = st.lists(periods, max_size=4).map(tuple)
clocks = st.builds(time, st.integers(0, 23), st.sampled_from([0, 30]))
rules = st.builds(
    Rule,
    st.sampled_from(RuleKind),
    st.sampled_from([(0, 1, 2, 3, 4, 5, 6), WEEKEND, (3, 4)]),
    clocks,
    clocks,
    st.sampled_from(["", "US"]),
    zone=st.sampled_from(["", BERLIN, "America/New_York"]),
)
people = st.lists(st.tuples(st.sampled_from([GERMAN, AMERICAN, AUSTRALIAN, NOWHERE]), some), max_size=5)


@settings(max_examples=100, deadline=None)
@given(st.none() | minutes, some, people, st.lists(rules, max_size=3))
def test_the_first_possible_instant_is_that_of_the_union(
    start: int | None, drawn: tuple[Period, ...], people: list, rules: list[Rule]
) -> None:
    at = None if start is None else NOW + timedelta(minutes=start)
    own = {row: theirs for row, (_, theirs) in enumerate(people) if theirs}
    made = campaign(*(number for number, _ in people), start=at, drawn=drawn, own=own, rules=rules)
    found = effective(made, NOW, BERLIN)
    for row, (number, theirs) in enumerate(people):
        way = found.way(0, row)
        assert way.own == theirs
        zones = zones_of(number) or (BERLIN,)
        span = Period(found.start_at, found.start_at + LATEST + MARGIN)
        country = {GERMAN: "DE", AMERICAN: "US", AUSTRALIAN: "AU"}.get(number, "")
        expansions = [
            expanded(rule, zone, span, country)[0]
            for rule in rules
            for zone in ((rule.zone,) if rule.zone else zones)
        ]
        all_periods = (*drawn, *theirs, *chain.from_iterable(expansions))
        possible = first_possible(all_periods, found.start_at)
        assert way.arrives_at == (possible if possible <= found.start_at + LATEST else None)
        if way.arrives_at:
            # What is written says the same, up to three days on, and nothing else.
            said = (*found.common, *way.periods)
            assert first_possible(said, found.start_at) == possible
            for hour in range(72):
                then = possible + timedelta(hours=hour)
                assert covers(said, then) == covers(all_periods, then)
            assert way.arrives_at.tzinfo is UTC
    assert sum(count for _, count in arrivals(found)) == sum(
        found.way(0, row).arrives_at is not None for row in range(len(people))
    )


@given(some)
def test_joined_is_the_union_as_it_was_written(many: tuple[Period, ...]) -> None:
    assert union(joined(many)) == joined(many) == union(many)
