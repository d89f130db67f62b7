"""Periods read back as rules: exactly the same time, as few rules as a person would have made."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smsdesk.core.blackouts import Period, parse_period, union
from smsdesk.core.effective import expanded, joined
from smsdesk.core.recognising import recognised
from smsdesk.core.rules import EVERY_DAY, WEEKEND, Answer, Rule, RuleKind

ZONES = (
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "America/Santiago",
    "Australia/Lord_Howe",
    "Africa/Cairo",
    "Asia/Kathmandu",
    "Pacific/Chatham",
    "America/St_Johns",
    "UTC",
)
ALWAYS = Period(datetime(2025, 1, 1, tzinfo=UTC), datetime(2029, 1, 1, tzinfo=UTC))
FIRST, LAST = date(2026, 11, 23), date(2026, 12, 13)


def made(*rules: Rule) -> list[Period]:
    return [*chain.from_iterable(expanded(rule, "UTC", ALWAYS)[0] for rule in rules)]


def rule(kind: RuleKind = RuleKind.HOURS, weekdays: tuple[int, ...] = EVERY_DAY, **more) -> Rule:
    return Rule(kind, weekdays, **{"zone": "Europe/Berlin", "first": FIRST, "last": LAST, **more})


nights, weekends = rule(), rule(RuleKind.DAYS, WEEKEND)


@pytest.mark.parametrize(
    "rules",
    [
        (nights,),
        (weekends,),
        (rule(weekdays=(0, 1, 2, 3, 4), start=time(18), end=time(7, 30), last=date(2026, 12, 11)),),
        (nights, weekends),
        (rule(start=time(12), end=time(13)), rule(start=time(20), end=time(8))),
        (rule(weekdays=(2,), start=time(0), end=time(6), first=date(2026, 11, 25), last=date(2026, 12, 9)),),
        (rule(RuleKind.DAYS, (6,), first=date(2026, 11, 29)),),
        # Daylight saving ends within.
        (rule(first=date(2026, 10, 20), last=date(2026, 10, 30)),),
    ],
)
def test_periods_of_rules_are_read_as_these_rules(rules: tuple[Rule, ...]) -> None:
    found, rest = recognised(made(*rules), "Europe/Berlin")
    wanted = [weekends_of(one) for one in rules]
    assert (sorted(found, key=repr), rest) == (sorted(wanted, key=repr), ())


def weekends_of(one: Rule) -> Rule:
    """As a rule is told by its periods: the first and last day are such on which a period begins."""
    days = [day for day in days_of(one) if day.weekday() in one.weekdays]
    return (
        Rule(one.kind, one.weekdays, one.start, one.end, zone=one.zone, first=days[0], last=days[-1])
        if one.kind is RuleKind.HOURS
        else Rule(one.kind, one.weekdays, zone=one.zone, first=days[0], last=days[-1])
    )


def days_of(one: Rule) -> list[date]:
    return [one.first + timedelta(days=n) for n in range((one.last - one.first).days + 1)]


def test_what_a_request_joins_is_taken_apart() -> None:
    merged = joined(made(nights, weekends))
    assert len(merged) < 21
    found, rest = recognised(merged, "Europe/Berlin")
    assert ({one.kind for one in found}, rest) == ({RuleKind.HOURS, RuleKind.DAYS}, ())
    assert union(made(*found)) == union(merged)


def test_a_rule_ends_where_a_long_time_begins() -> None:
    long = parse_period("2026-12-13T00:00+01:00/2027-01-20T12:00+01:00")
    found, rest = recognised(joined([*made(nights, weekends), long]), "Europe/Berlin")
    assert {one.kind: (one.first, one.last) for one in found} == {
        RuleKind.HOURS: (FIRST, date(2026, 12, 10)),
        RuleKind.DAYS: (date(2026, 11, 28), date(2026, 12, 6)),
    }
    assert rest == (parse_period("2026-12-11T20:00+01:00/2027-01-20T12:00+01:00"),)


def test_what_is_no_rule_stays_as_it_was_written() -> None:
    odd = parse_period("2026-12-24T10:17:00+05:00/2026-12-30T00:00:00+01:00")
    found, rest = recognised([odd, *made(nights), odd], "Europe/Berlin")
    assert (len(found), rest) == (1, (odd, odd))


def test_a_night_left_out_makes_two_rules() -> None:
    periods = made(nights)
    del periods[10]
    found, rest = recognised(periods, "Europe/Berlin")
    assert (len(found), rest) == (2, ())
    assert made(*found) == periods


@pytest.mark.parametrize("n", [0, 1, 2])
def test_few_periods_are_no_rule(n: int) -> None:
    periods = made(nights)[:n]
    assert recognised(periods, "Europe/Berlin") == ((), tuple(periods))


def test_a_long_time_is_no_rule() -> None:
    holidays = [*made(rule(RuleKind.DAYS)), *made(rule(start=time(9), end=time(10), first=date(2027, 1, 1)))]
    found, rest = recognised(holidays, "Europe/Berlin")
    assert (found, rest) == ((), tuple(holidays))


def test_a_clock_shown_twice_brings_its_answer() -> None:
    twice = rule(start=time(2, 30), end=time(5), first=date(2026, 10, 20), last=date(2026, 10, 28))
    for answer in Answer:
        periods = made(Rule(**{**fields(twice), "answer": answer}))
        found, rest = recognised(periods, "Europe/Berlin")
        assert ([one.answer for one in found], rest, made(*found)) == ([answer], (), periods)
        assert expanded(found[0], "UTC", ALWAYS)[1] == ()


def fields(one: Rule) -> dict:
    return {name: getattr(one, name) for name in one.__slots__}


days = st.dates(date(2026, 1, 1), date(2027, 12, 31))
clocks = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30]))
rules = st.builds(
    lambda kind, weekdays, start, end, zone, first, length, answer: Rule(
        kind, tuple(sorted(weekdays)), start, end, "", "", zone, first, first + timedelta(days=length), answer
    ),
    st.sampled_from([RuleKind.HOURS, RuleKind.DAYS]),
    st.sets(st.integers(0, 6), min_size=1),
    clocks,
    clocks,
    st.sampled_from(ZONES),
    days,
    st.integers(0, 40),
    st.sampled_from([None, *Answer]),
)
begin = datetime(2026, 3, 1, tzinfo=UTC)
drawn = st.builds(
    lambda start, length: Period(begin + timedelta(hours=start), begin + timedelta(hours=start + length)),
    st.integers(0, 1000),
    st.integers(1, 200),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(rules, max_size=3), st.lists(drawn, max_size=4), st.sampled_from(ZONES), st.booleans())
def test_rules_and_rest_are_exactly_the_given_time(
    some: list[Rule], more: list[Period], zone: str, merged: bool
) -> None:
    periods = [*made(*some), *more]
    periods = [*joined(periods)] if merged else periods
    found, rest = recognised(periods, zone)
    assert union([*made(*found), *rest]) == union(periods)
    assert all(one.zone == zone and expanded(one, "UTC", ALWAYS)[1] == () for one in found)
    assert set(rest) <= set(periods)


@settings(max_examples=60, deadline=None)
@given(rules)
def test_hours_that_repeat_are_one_rule(one: Rule) -> None:
    periods = made(one)
    found, rest = recognised(periods, one.zone)
    if one.kind is RuleKind.HOURS and len(periods) >= 20 and one.start < one.end and not one.answer:
        assert len(rest) <= 1
        assert len(found) <= 2
    assert union([*made(*found), *rest]) == union(periods)
