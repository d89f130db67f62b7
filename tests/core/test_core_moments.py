"""Dates, times and hours as people write them: read by their country, exact across the change of clocks."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsdesk.core.blackouts import DAYS, covers
from smsdesk.core.moments import (
    Hours,
    Moment,
    Unread,
    daily,
    placed,
    read_clock,
    read_hours,
    read_moment,
    read_pair,
)

BERLIN, YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")


def at(hours: float, minutes: int = 0) -> timedelta:
    return timedelta(hours=hours, minutes=minutes)


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("25.11.2026 08:00", "DE"),
        ("25.11.2026, 08:00 Uhr", "DE"),
        ("25.11.26 8.00", "DE"),
        ("25. 11. 2026 um 8 Uhr", "DE"),
        ("Mi, 25.11.2026 08:00", "DE"),
        ("2026-11-25 08:00", "DE"),
        ("2026-11-25T08:00", "DE"),
        ("2026-11-25 08:00:00", "DE"),
        ("2026/11/25 8:00", "JP"),
        ("25/11/2026 8:00", "FR"),
        ("25/11/2026 8h00", "FR"),
        ("25/11/2026 à 8h", "FR"),
        ("25-11-2026 08:00", "NL"),
        ("11/25/2026 8:00 AM", "US"),
        ("11/25/2026 8 a.m.", "US"),
        ("25/11/2026 8:00 AM", "AU"),
        ("２５．１１．２０２６　０８：００", "DE"),
        ("25.11.2026\u202f08:00", "DE"),
    ],
)
def test_a_local_time_is_read_by_the_country(text: str, region: str) -> None:
    assert read_moment(text, region) == Moment(date(2026, 11, 25), at(8))


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("2026-11-25T08:00Z", 0),
        ("2026-11-25T08:00+01:00", 1),
        ("2026-11-25 08:00 +0100", 1),
        ("20261125T080000-0500", -5),
        ("25.11.2026 08:00 UTC", 0),
    ],
)
def test_an_offset_makes_it_exact(text: str, hours: int) -> None:
    found = read_moment(text, "DE")
    assert (found.day, found.clock) == (date(2026, 11, 25), at(8))
    assert found.offset
    assert found.offset.utcoffset(None) == at(hours)


@pytest.mark.parametrize(
    "text", ["noon", "", "25.11.", "8:00", "2026", "46351", "tomorrow 08:00", "25.11.2026 8 x"]
)
def test_what_is_no_date(text: str) -> None:
    with pytest.raises(Unread) as unread:
        read_moment(text, "DE")
    assert unread.value.code == "blackout_unreadable"


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("2026-13-01", "DE"),
        ("2026-02-29 08:00", "DE"),
        ("31.04.2026", "DE"),
        ("11/25/2026 8:00 AM", "DE"),
        ("25/11/2026", "US"),
        ("25.11.2026 25:00", "DE"),
        ("25.11.2026 08:60", "DE"),
        ("25.11.2026 13:00 PM", "DE"),
        ("2026-11-25 08:00+25:00", "DE"),
        ("2026-11-25T24:01", "DE"),
        ("0000-01-01", "DE"),
    ],
)
def test_a_date_or_time_that_does_not_exist(text: str, region: str) -> None:
    with pytest.raises(Unread) as unread:
        read_moment(text, region)
    assert unread.value.code == "blackout_no_date"


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("18:00-08:00", at(18), at(8)),
        ("18-8 Uhr", at(18), at(8)),
        ("18.30 – 8.15 Uhr", at(18, 30), at(8, 15)),
        ("von 18 Uhr bis 8 Uhr", at(18), at(8)),
        ("18h30 - 8h", at(18, 30), at(8)),
        ("de 18h à 8h", at(18), at(8)),
        ("18:00 to 08:00", at(18), at(8)),
        ("6 pm - 8 am", at(18), at(8)),
        ("6-8 pm", at(18), at(20)),
        ("10-6 pm", at(10), at(18)),
        ("12 am - 12 pm", at(0), at(12)),
        ("00:00-24:00", at(0), at(24)),
        ("22:00:00/06:00:00", at(22), at(6)),
        ("dalle 18 alle 8", at(18), at(8)),
    ],
)
def test_daily_hours(text: str, start: timedelta, end: timedelta) -> None:
    assert read_hours(text) == Hours(start, end)


@pytest.mark.parametrize("text", ["", "18:00", "Mo-Fr 8-18", "25.11.2026 20:00 - 26.11.2026 08:00", "abends"])
def test_what_are_no_hours(text: str) -> None:
    assert read_hours(text) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [("25-26", "blackout_no_date"), ("18:70-8:00", "blackout_no_date"), ("8-8", "blackout_backwards")],
)
def test_hours_that_do_not_exist(text: str, code: str) -> None:
    with pytest.raises(Unread) as unread:
        read_hours(text)
    assert unread.value.code == code


def test_a_clock_alone() -> None:
    assert (read_clock("18:00:00"), read_clock("8 Uhr"), read_clock("18"), read_clock("noon")) == (
        at(18),
        at(8),
        None,
        None,
    )


@pytest.mark.parametrize(
    "text",
    [
        "25.11.2026 20:00 - 26.11.2026 08:00",
        "25.11.2026 20:00 bis 26.11.2026 08:00",
        "25/11/2026 20:00/26/11/2026 08:00",
        "2026-11-25 20:00/2026-11-26 08:00",
        "2026-11-25T20:00+01:00/2026-11-26T08:00+01:00",
        "2026-11-25T19:00Z / 2026-11-26T07:00Z",
        "from 2026-11-25 20:00 to 2026-11-26 08:00",
    ],
)
def test_a_period_in_one_cell(text: str) -> None:
    period = placed(*read_pair(text, "DE"), BERLIN).period
    assert period.start == datetime(2026, 11, 25, 19, tzinfo=UTC)
    assert period.end == datetime(2026, 11, 26, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "days"),
    [("25.12.2026", 1), ("2026-12-25", 1), ("24.12.2026 - 26.12.2026", 3), ("2026-12-24/2026-12-26", 3)],
)
def test_dates_alone_are_whole_days(text: str, days: int) -> None:
    period = placed(*read_pair(text, "DE"), BERLIN).period
    assert period.end - period.start == timedelta(days=days)
    assert covers([period], datetime(2026, 12, 25, 22, 59, tzinfo=UTC))


def test_a_time_that_clocks_skip_or_show_twice_makes_the_period_longer() -> None:
    gap = placed(*read_pair("2026-03-29 02:30 / 2026-03-29 12:00", "DE"), BERLIN)
    assert (gap.code, gap.period.start) == ("blackout_gap", datetime(2026, 3, 29, 0, 30, tzinfo=UTC))
    gap = placed(*read_pair("2026-03-28 20:00 / 2026-03-29 02:30", "DE"), BERLIN)
    assert (gap.code, gap.period.end) == ("blackout_gap", datetime(2026, 3, 29, 1, 30, tzinfo=UTC))
    twice = placed(*read_pair("2026-10-25 02:30 / 2026-10-25 02:31", "DE"), BERLIN)
    assert twice.code == "blackout_twice"
    assert twice.period.start == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert twice.period.end == datetime(2026, 10, 25, 1, 31, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["2026-11-26/2026-11-25", "2026-11-25T08:00Z/2026-11-25T08:00Z", "26.11.2026-25.11.2026"]
)
def test_an_end_that_is_not_after_the_start(text: str) -> None:
    with pytest.raises(Unread) as unread:
        placed(*read_pair(text, "DE"), BERLIN)
    assert unread.value.code == "blackout_backwards"


def test_a_day_at_the_end_of_time_is_no_date() -> None:
    with pytest.raises(Unread):
        placed(*read_pair("9999-12-31", "DE"), YORK)


minutes = st.integers(0, 24 * 60 - 1).map(lambda n: timedelta(minutes=n))


@given(
    minutes,
    minutes,
    st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"]),
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)),
    st.integers(0, DAYS * 24 * 60 - 1),
)
def test_hours_hold_on_each_of_the_coming_days(
    start: timedelta, end: timedelta, name: str, now: datetime, later: int
) -> None:
    """The oracle is the clock on the wall of that place, minute by minute."""
    if start == end:
        return
    zone, begun = ZoneInfo(name), now.replace(second=0, microsecond=0, tzinfo=UTC)
    periods, code = daily(Hours(start, end), zone, begun)
    instant = begun + timedelta(minutes=later)
    wall = instant.astimezone(zone)
    clock = timedelta(hours=wall.hour, minutes=wall.minute)
    inside = start <= clock < end if start < end else clock >= start or clock < end
    if code is None or inside:
        assert covers(periods, instant) == inside
    assert all(period.start.utcoffset() == period.start.astimezone(zone).utcoffset() for period in periods)
    assert 6 <= len(periods) <= DAYS + 2


@pytest.mark.parametrize("text", ["25.11.2026 08:00", "2026-11-25T08:00Z", "Mi 25.11.2026 8 Uhr"])
def test_one_instant_is_no_period(text: str) -> None:
    with pytest.raises(Unread) as told:
        read_pair(text, "DE")
    assert told.value.code == "blackout_unreadable"
