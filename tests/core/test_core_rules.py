"""What rules mean in time: exact periods with the right offsets, across daylight saving in ten zones."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from smsdesk.core.blackouts import Period, covers, format_period, parse_period, union
from smsdesk.core.effective import Asked, expanded
from smsdesk.core.holidays import holidays_of
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
    "America/Havana",
)
"""Changes by an hour and by half of one, at midnight too; offsets of quarters; none at all."""
BERLIN = "Europe/Berlin"


def span(first: str, last: str, zone: str = BERLIN) -> Period:
    """From the beginning of a day to that of another."""
    edges = [datetime.combine(date.fromisoformat(day), time(), ZoneInfo(zone)) for day in (first, last)]
    return Period(*(edge.astimezone(UTC) for edge in edges))


def written(rule: Rule, within: Period, zone: str = BERLIN) -> list[str]:
    return [format_period(one).replace(":00.000", "") for one in expanded(rule, zone, within)[0]]


def test_every_night_with_the_offset_of_each_instant() -> None:
    nights = Rule(RuleKind.HOURS, zone=BERLIN)
    assert written(nights, span("2026-10-24", "2026-10-26")) == [
        "2026-10-23T20:00+02:00/2026-10-24T08:00+02:00",
        "2026-10-24T20:00+02:00/2026-10-25T08:00+01:00",
        "2026-10-25T20:00+01:00/2026-10-26T08:00+01:00",
    ]
    assert (
        written(nights, span("2027-03-28", "2027-03-29"))[0]
        == "2027-03-27T20:00+01:00/2027-03-28T08:00+02:00"
    )


def test_on_some_weekdays_and_within_some_days() -> None:
    rule = Rule(
        RuleKind.HOURS, (4, 0), time(12), time(13, 30), first=date(2026, 11, 27), last=date(2026, 12, 4)
    )
    assert written(rule, span("2026-11-01", "2026-12-30")) == [
        "2026-11-27T12:00+01:00/2026-11-27T13:30+01:00",
        "2026-11-30T12:00+01:00/2026-11-30T13:30+01:00",
        "2026-12-04T12:00+01:00/2026-12-04T13:30+01:00",
    ]


def test_a_night_may_begin_on_the_last_day_and_end_after_it() -> None:
    rule = Rule(RuleKind.HOURS, first=date(2026, 11, 27), last=date(2026, 11, 27))
    assert written(rule, span("2026-11-01", "2026-12-30")) == [
        "2026-11-27T20:00+01:00/2026-11-28T08:00+01:00"
    ]


def test_a_clock_that_comes_round_is_a_whole_day() -> None:
    rule = Rule(RuleKind.HOURS, (2,), time(6), time(6))
    assert written(rule, span("2026-11-23", "2026-11-30")) == [
        "2026-11-25T06:00+01:00/2026-11-26T06:00+01:00"
    ]


def test_days_that_follow_each_other_are_one_period() -> None:
    assert written(Rule(RuleKind.DAYS, WEEKEND), span("2026-11-23", "2026-12-07")) == [
        "2026-11-28T00:00+01:00/2026-11-30T00:00+01:00",
        "2026-12-05T00:00+01:00/2026-12-07T00:00+01:00",
    ]
    whole = Rule(RuleKind.DAYS, first=date(2026, 11, 27), last=date(2026, 12, 20))
    assert written(whole, span("2026-12-01", "2026-12-07")) == [
        "2026-11-27T00:00+01:00/2026-12-21T00:00+01:00"
    ]


def test_holidays_of_a_part_of_a_country_are_whole_days_of_the_place() -> None:
    rule = Rule(RuleKind.HOLIDAYS, country="DE", subdivision="BY", zone=BERLIN)
    assert written(rule, span("2026-12-20", "2027-01-10")) == [
        "2026-12-25T00:00+01:00/2026-12-27T00:00+01:00",
        "2027-01-01T00:00+01:00/2027-01-02T00:00+01:00",
        "2027-01-06T00:00+01:00/2027-01-07T00:00+01:00",
    ]


def test_holidays_without_a_country_are_those_of_the_recipient() -> None:
    rule, within = Rule(RuleKind.HOLIDAYS), span("2026-11-20", "2026-11-30", "America/New_York")
    assert expanded(rule, "America/New_York", within) == ((), ())
    (thanksgiving,) = expanded(rule, "America/New_York", within, "US")[0]
    assert thanksgiving == parse_period("2026-11-26T00:00-05:00/2026-11-27T00:00-05:00")


@pytest.mark.parametrize(
    ("answer", "period", "asked"),
    [
        (None, "2027-03-28T01:30:00+01:00/2027-03-28T05:00:00+02:00", True),
        (Answer.EARLIER, "2027-03-28T01:30:00+01:00/2027-03-28T05:00:00+02:00", False),
        (Answer.LATER, "2027-03-28T03:30:00+02:00/2027-03-28T05:00:00+02:00", False),
    ],
)
def test_a_time_that_does_not_exist_is_asked_about(answer: Answer | None, period: str, asked: bool) -> None:
    rule = Rule(RuleKind.HOURS, (6,), time(2, 30), time(5), answer=answer)
    periods, questions = expanded(rule, BERLIN, span("2027-03-27", "2027-03-30"))
    assert periods == (parse_period(period),)
    assert questions == ((Asked(0, BERLIN, date(2027, 3, 28), time(2, 30), twice=False),) if asked else ())


@pytest.mark.parametrize(
    ("answer", "end", "asked"),
    [
        (None, "02:30:00+01:00", True),
        (Answer.EARLIER, "02:30:00+02:00", False),
        (Answer.LATER, "02:30:00+01:00", False),
    ],
)
def test_a_time_that_exists_twice_is_asked_about(answer: Answer | None, end: str, asked: bool) -> None:
    rule = Rule(RuleKind.HOURS, (5,), time(22), time(2, 30), answer=answer)
    periods, questions = expanded(rule, BERLIN, span("2026-10-24", "2026-10-26"))
    assert periods == (parse_period(f"2026-10-24T22:00:00+02:00/2026-10-25T{end}"),)
    assert questions == ((Asked(0, BERLIN, date(2026, 10, 25), time(2, 30), twice=True),) if asked else ())


def test_a_question_tells_both_readings() -> None:
    one = Asked(0, BERLIN, date(2026, 10, 25), time(2, 30), twice=True)
    assert [at.isoformat() for at in one.readings] == [
        "2026-10-25T02:30:00+02:00",
        "2026-10-25T02:30:00+01:00",
    ]


def test_nobody_is_asked_about_a_night_that_is_not_there() -> None:
    rule = Rule(RuleKind.HOURS, start=time(2, 30), end=time(5))
    assert expanded(rule, BERLIN, span("2026-11-01", "2026-12-30"))[1] == ()


@pytest.mark.parametrize(
    ("zone", "day", "start", "end"),
    [
        # Midnight does not exist: the day begins at one o'clock.
        ("America/Santiago", "2026-09-06", "2026-09-06T01:00-03:00", "2026-09-07T00:00-03:00"),
        ("Africa/Cairo", "2027-04-30", "2027-04-30T01:00+03:00", "2027-05-01T00:00+03:00"),
        # It exists twice: the day begins at the first.
        ("America/Havana", "2026-11-01", "2026-11-01T00:00-04:00", "2026-11-02T00:00-05:00"),
        ("Australia/Lord_Howe", "2026-10-04", "2026-10-04T00:00+10:30", "2026-10-05T00:00+11:00"),
    ],
)
def test_a_whole_day_begins_with_its_first_instant(zone: str, day: str, start: str, end: str) -> None:
    on = date.fromisoformat(day)
    rule = Rule(RuleKind.DAYS, first=on, last=on)
    within = span(day, (on + timedelta(days=1)).isoformat(), zone)
    assert written(rule, within, zone) == [f"{start}/{end}"]
    assert expanded(rule, zone, within)[1] == ()


def test_a_zone_that_nobody_knows_is_taken_as_utc() -> None:
    rule = Rule(RuleKind.HOURS, zone="Mars/Olympus")
    assert written(rule, span("2026-11-23", "2026-11-24", "UTC"))[-1].startswith("2026-11-23T20:00+00:00")


@pytest.mark.parametrize("year", [1, 9999])
def test_the_ends_of_the_calendar_break_nothing(year: int) -> None:
    edge = datetime(year, 1, 1, tzinfo=UTC) if year == 1 else datetime(year, 12, 31, tzinfo=UTC)
    for kind in RuleKind:
        expanded(Rule(kind, country="DE"), "Pacific/Kiritimati", Period(edge, edge + timedelta(hours=1)))
        expanded(Rule(kind, country="DE"), "Pacific/Pago_Pago", Period(edge, edge + timedelta(hours=1)))


clocks = st.builds(time, st.integers(0, 23), st.sampled_from([0, 30]))
rules = st.builds(
    Rule,
    st.sampled_from(RuleKind),
    st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days))),
    clocks,
    clocks,
    st.sampled_from(["DE", "US", "JP"]),
    st.just(""),
    st.sampled_from(ZONES),
    st.none() | st.dates(date(2026, 9, 1), date(2027, 1, 1)),
    st.none() | st.dates(date(2026, 10, 1), date(2027, 6, 1)),
    st.sampled_from([None, *Answer]),
)
spans = st.builds(
    lambda start, hours: Period(
        start.replace(tzinfo=UTC), start.replace(tzinfo=UTC) + timedelta(hours=hours)
    ),
    st.datetimes(datetime(2026, 8, 1), datetime(2027, 5, 1)),
    st.integers(1, 24 * 40),
)


@settings(max_examples=150, deadline=None)
@given(rules, spans)
def test_periods_are_whole_in_order_and_share_time_with_the_span(rule: Rule, within: Period) -> None:
    periods, asked = expanded(rule, "", within)
    assert all(one.start < within.end and one.end > within.start for one in periods)
    assert all(first.start < second.start for first, second in pairwise(periods))
    zone = ZoneInfo(rule.zone)
    for one in periods:
        for instant in (one.start, one.end):
            assert instant.utcoffset() == instant.astimezone(zone).utcoffset()
            assert instant.astimezone(zone).replace(tzinfo=None) == instant.replace(tzinfo=None)
        if rule.kind is RuleKind.HOURS and not asked and rule.answer is None:
            clocks = (one.start.time(), one.end.time())
            assert clocks == (rule.start, rule.end)
            assert one.start.weekday() in rule.weekdays
    assert not (asked and rule.answer)
    # What is written is read back: to the same instants with the same offsets.
    assert [format_period(parse_period(format_period(one))) for one in periods] == [
        *map(format_period, periods)
    ]


@settings(max_examples=100, deadline=None)
@given(rules, spans, spans)
@example(
    Rule(RuleKind.DAYS, zone="Europe/Berlin", first=date(2026, 9, 1), last=date(2026, 10, 1)),
    Period(datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 10, 1, 1, tzinfo=UTC)),
    Period(datetime(2026, 8, 1, tzinfo=UTC), datetime(2026, 8, 1, 1, tzinfo=UTC)),
)
def test_a_period_is_the_same_whatever_span_is_looked_at(rule: Rule, one: Period, other: Period) -> None:
    if rule.kind is RuleKind.DAYS and rule.weekdays == EVERY_DAY and None in (rule.first, rule.last):
        return
    found = expanded(rule, "", one)[0]
    both = Period(min(one.start, other.start), max(one.end, other.end))
    assert set(found) == {p for p in expanded(rule, "", both)[0] if p.start < one.end and p.end > one.start}


@settings(max_examples=150, deadline=None)
@given(rules, st.datetimes(datetime(2026, 9, 1), datetime(2027, 4, 1)))
def test_it_is_quiet_exactly_when_the_clock_on_the_wall_says_so(rule: Rule, at: datetime) -> None:
    instant = at.replace(tzinfo=UTC, second=0, microsecond=0)
    periods, _ = expanded(rule, "", Period(instant - timedelta(days=2), instant + timedelta(days=2)))
    local = instant.astimezone(ZoneInfo(rule.zone))
    near = [instant + timedelta(hours=hours) for hours in (-30, 30)]
    if near[0].astimezone(local.tzinfo).utcoffset() != near[1].astimezone(local.tzinfo).utcoffset():
        # About the day of a change there are tests by hand.
        return
    assert covers(periods, instant) == is_quiet(rule, local)


def is_quiet(rule: Rule, local: datetime) -> bool:
    """By the clock and the calendar alone."""

    def begins(day: date) -> bool:
        bounded = (rule.first or day) <= day <= (rule.last or day)
        return bounded and (rule.kind is RuleKind.HOLIDAYS or day.weekday() in rule.weekdays)

    today, yesterday, clock = local.date(), local.date() - timedelta(days=1), local.time()
    if rule.kind is RuleKind.DAYS:
        return begins(today)
    if rule.kind is RuleKind.HOLIDAYS:
        return begins(today) and today in holidays_of(rule.country, "", today, today)
    if rule.start < rule.end:
        return begins(today) and rule.start <= clock < rule.end
    return (begins(today) and clock >= rule.start) or (begins(yesterday) and clock < rule.end)


@settings(max_examples=50, deadline=None)
@given(rules, spans)
def test_the_union_of_periods_is_the_same_time(rule: Rule, within: Period) -> None:
    periods = expanded(rule, "", within)[0]
    whole = union(periods)
    assert all(any(one.start <= p.start and p.end <= one.end for one in whole) for p in periods)
