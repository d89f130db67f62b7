"""Blackout periods: read, written, joined, and when an SMS may go."""

from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsdesk.core.blackouts import (
    Period,
    covers,
    first_possible,
    format_instant,
    format_period,
    parse_instant,
    parse_period,
    union,
)

BASE = datetime(2031, 3, 1, tzinfo=UTC)
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


def at(minutes: int) -> datetime:
    return BASE + timedelta(minutes=minutes)


# Small numbers, so that periods often overlap and touch.
periods = st.builds(
    lambda start, length, zone: Period(at(start).astimezone(zone), at(start + length).astimezone(zone)),
    st.integers(0, 60),
    st.integers(1, 15),
    offsets,
)
some = st.lists(periods, max_size=8)
moments = st.integers(-5, 90).map(at)
exact = st.builds(
    lambda naive, zone: naive.replace(microsecond=naive.microsecond // 1000 * 1000, tzinfo=zone),
    st.datetimes(datetime(2, 1, 1), datetime(9998, 12, 31)),
    offsets,
)


@given(exact, st.integers(1, 10**9))
def test_what_is_written_is_read_back(start: datetime, ms: int) -> None:
    period = Period(start, start + timedelta(milliseconds=ms))
    again = parse_period(format_period(period))
    assert again == period
    assert (again.start.utcoffset(), again.end.utcoffset()) == (start.utcoffset(), start.utcoffset())
    assert parse_instant(format_instant(start)) == start


def test_written_with_milliseconds_and_offset() -> None:
    zone = timezone(timedelta(hours=2))
    assert format_instant(datetime(2031, 7, 4, 9, 30, tzinfo=zone)) == "2031-07-04T09:30:00.000+02:00"


@pytest.mark.parametrize(
    "text",
    [
        "2031-07-04T12:00:00.000+02:00/2031-07-\n04T13:00:00.000+02:00",
        " 2031-07-04T12:00:00.000+02:00 / 2031-07- 04T13:00:00.000+02:00\r\n",
        "2031-07-04T10:00:00Z/2031-07-04T11:00Z",
    ],
)
def test_white_space_inside_is_dropped(text: str) -> None:
    start = datetime(2031, 7, 4, 10, tzinfo=UTC)
    assert parse_period(text) == Period(start, start + timedelta(hours=1))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "/",
        "2031-07-04T12:00:00+02:00",
        "2031-07-04T12:00:00+02:00/",
        "2031-07-04T12:00:00/2031-07-04T13:00:00",
        "2031-07-04T12:00:00+02:00/2031-07-04T13:00:00",
        "2031-07-04T13:00:00+02:00/2031-07-04T12:00:00+02:00",
        "2031-07-04T13:00:00+02:00/2031-07-04T13:00:00+02:00",
        "2031-07-04T13:00:00+02:00/2031-07-04T12:00:00+01:00",
        "2031-07-04T12:00:00Z/2031-07-04T13:00:00Z/2031-07-04T14:00:00Z",
        "2031-02-30T12:00:00Z/2031-07-04T13:00:00Z",
        "noon/one",
        "0001-01-01T00:00:00+02:00/2031-07-04T13:00:00Z",
        "2031-07-04T13:00:00Z/9999-12-31T23:59:59-02:00",
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_period(text)


@given(st.text(max_size=60) | st.text("0123456789-+:TZ./ ", max_size=60))
def test_reading_raises_nothing_but_value_errors(text: str) -> None:
    try:
        found = parse_period(text)
    except ValueError:
        return
    assert found.start < found.end
    union([found])


@given(some, moments)
def test_the_union_covers_the_same_time(many: list[Period], moment: datetime) -> None:
    assert covers(union(many), moment) == covers(many, moment)


@given(some)
def test_the_union_has_gaps_between_its_periods(many: list[Period]) -> None:
    joined = union(many)
    assert all(a.end < b.start for a, b in pairwise(joined))
    assert all(period.start.tzinfo is UTC and period.end.tzinfo is UTC for period in joined)
    assert union(joined) == joined == union(reversed(many))


@pytest.mark.parametrize(
    ("spans", "joined"),
    [
        ([], []),
        ([(0, 10), (10, 20)], [(0, 20)]),
        ([(0, 10), (11, 20)], [(0, 10), (11, 20)]),
        ([(0, 30), (5, 10)], [(0, 30)]),
        ([(20, 30), (0, 25)], [(0, 30)]),
    ],
)
def test_touching_periods_count_as_one(spans: list[tuple[int, int]], joined: list[tuple[int, int]]) -> None:
    found = union(Period(at(a), at(b)) for a, b in spans)
    assert found == tuple(Period(at(a), at(b)) for a, b in joined)


def test_a_period_holds_its_start_and_not_its_end() -> None:
    period = [Period(at(10), at(20))]
    assert [covers(period, at(minute)) for minute in (9, 10, 19, 20)] == [False, True, True, False]


@given(some, moments)
def test_the_first_possible_instant_is_free_and_none_before_it_is(
    many: list[Period], moment: datetime
) -> None:
    found = first_possible(many, moment)
    assert found >= moment and not covers(many, found)
    minutes = int((found - moment) / timedelta(minutes=1))
    assert all(covers(many, moment + timedelta(minutes=minute)) for minute in range(minutes))
