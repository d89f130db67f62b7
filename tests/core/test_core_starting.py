"""A planned start in plain words, in two languages, always in a zone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smsdesk.core.starting import Start, read_start

NOW = datetime(2026, 11, 26, 13, 10, 5, 300, tzinfo=UTC)
"""A Thursday, 14:10 in Berlin."""
BERLIN = ZoneInfo("Europe/Berlin")


def read(text: str, now: datetime = NOW, zone: str = "Europe/Berlin") -> str | None:
    found = read_start(text, now, zone)
    return None if found is None else found.at.isoformat()[:16] + ("?" if found.asked else "")


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("now", "26T14:10"),
        ("jetzt", "26T14:10"),
        ("tomorrow 9:00", "27T09:00"),
        ("Tomorrow at 9", "27T09:00"),
        ("9am tomorrow", "27T09:00"),
        ("morgen um 9", "27T09:00"),
        ("Morgen 9 Uhr", "27T09:00"),
        ("morgen früh um 7 Uhr", "27T07:00"),
        ("tomorrow morning at 8", "27T08:00"),
        ("tomorrow at 3 in the afternoon", "27T15:00"),
        ("tomorrow noon", "27T12:00"),
        ("morgen halb neun", "27T08:30"),
        ("half past eight tomorrow", "27T08:30"),
        ("viertel vor 9", "27T08:45"),
        ("today 18:30", "26T18:30"),
        ("heute 18.30 Uhr", "26T18:30"),
        ("heute morgen 8 Uhr", "26T08:00"),
        ("today 9:00", "26T09:00"),
        ("heute Abend um 8", "26T20:00"),
        ("tonight 11", "26T23:00"),
        ("heute Nacht um 2", "27T02:00"),
        ("Freitagabend um 8", "27T20:00"),
        ("Freitagmorgen 8 Uhr", "27T08:00"),
        ("in einer Viertelstunde", "26T14:25"),
        ("in anderthalb Stunden", "26T15:40"),
        ("midnight", "27T00:00"),
        ("übermorgen 7.15", "28T07:15"),
        ("day after tomorrow 8am", "28T08:00"),
        ("9:00", "27T09:00"),
        ("18", "26T18:00"),
        ("um 9 Uhr 30", "27T09:30"),
        ("5 p.m.", "26T17:00"),
        ("1730", "26T17:30"),
        ("next monday 8am", "30T08:00"),
        ("mon 9", "30T09:00"),
        ("Montag, 8 Uhr", "30T08:00"),
        ("am Montag Morgen um 8", "30T08:00"),
        ("thursday 18:00", "26T18:00"),
        ("Sonnabend 10:00", "28T10:00"),
        ("next week monday 9", "30T09:00"),
        ("in 2 hours", "26T16:10"),
        ("in 30 min", "26T14:40"),
        ("in einer Stunde", "26T15:10"),
        ("in einer halben Stunde", "26T14:40"),
        ("in half an hour", "26T14:40"),
        ("in 2 h 30 min", "26T16:40"),
        ("in 1,5 Stunden", "26T15:40"),
        ("3 hours from now", "26T17:10"),
        ("in 3 days", "29T14:10"),
        ("in 3 Tagen um 9", "29T09:00"),
        ("24.11. 9:00", "24T09:00"),
        ("24.11 9:00", "24T09:00"),
        ("24.11.2026 9:00", "24T09:00"),
        ("24.11.26, 9 Uhr", "24T09:00"),
        ("Tue 24 Nov 9:00", "24T09:00"),
        ("24. November um 9 Uhr", "24T09:00"),
        ("Nov 24 9:00", "24T09:00"),
        ("November 24, 2026 9pm", "24T21:00"),
        ("24/11 9:00", "24T09:00"),
        ("11/24/2026 9:00", "24T09:00"),
        ("2026-11-24 09:00", "24T09:00"),
        ("2026-11-24T09:00", "24T09:00"),
        ("２７.11. 9:00", "27T09:00"),
    ],
)
def test_plain_words(text: str, at: str) -> None:
    assert read(text) == f"2026-11-{at}"


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("Donnerstag 9 Uhr", "2026-12-03T09:00"),
        ("next thursday 18:00", "2026-12-03T18:00"),
        ("next week Donnerstag 9", "2026-12-03T09:00"),
        ("nächste Woche Mittwoch 10 Uhr", "2026-12-02T10:00"),
        ("in 1 week", "2026-12-03T14:10"),
        ("1.12. 24:00", "2026-12-02T00:00"),
        ("1st of December 8:30", "2026-12-01T08:30"),
        # Long over: of the next year.
        ("2.1. 10 Uhr", "2027-01-02T10:00"),
        ("29.2. 9:00", "2028-02-29T09:00"),
    ],
)
def test_further_away(text: str, at: str) -> None:
    assert read(text) == at


def test_a_day_that_is_over_is_still_a_start() -> None:
    found = read_start("24.11. 9:00", NOW, "Europe/Berlin")
    assert found is not None
    assert found.at < NOW


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("2026-11-24T09:00:00+05:30", datetime(2026, 11, 24, 3, 30, tzinfo=UTC)),
        ("2026-11-24T09:00Z", datetime(2026, 11, 24, 9, tzinfo=UTC)),
        ("tomorrow 9:00 UTC", datetime(2026, 11, 27, 9, tzinfo=UTC)),
        ("tomorrow 9:00 +02:00", datetime(2026, 11, 27, 7, tzinfo=UTC)),
    ],
)
def test_a_written_offset_wins(text: str, at: datetime) -> None:
    assert read_start(text, NOW, "America/New_York") == Start(at)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "soon",
        "tomorrow",
        "heute",
        "monday",
        "24.11.",
        "25:00",
        "9:61",
        "13pm",
        "0 am",
        "31.2. 9:00",
        "29.2.2027 9:00",
        "Mo 24.11.2026 9:00",
        "in 2",
        "in hours",
        "in 2 hours at 9",
        "in 99999999999 hours",
        "in 0 min",
        "tomorrow 9:00 or 10:00",
        "9:00 / 10:00",
        "9" * 200,
    ],
)
def test_what_is_not_understood_is_not_guessed(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        ("28.3.2027 2:30", "2027-03-28T01:30:00+01:00", "2027-03-28T03:30:00+02:00"),
        ("25.10.2027 2:30", "2027-10-25T02:30:00+02:00", None),
        ("31.10.2027 2:30", "2027-10-31T02:30:00+02:00", "2027-10-31T02:30:00+01:00"),
    ],
)
def test_a_time_that_is_skipped_or_shown_twice_is_asked_about(
    text: str, first: str, second: str | None
) -> None:
    found = read_start(text, NOW, "Europe/Berlin")
    assert found is not None
    assert (found.at.isoformat(), found.other_at and found.other_at.isoformat()) == (first, second)
    assert found.asked == (second is not None)


def test_in_hours_is_exact_over_a_change_of_the_clocks_and_in_days_keeps_the_clock() -> None:
    before = datetime(2027, 3, 27, 12, tzinfo=UTC)
    assert read("in 24 hours", before) == "2027-03-28T14:00"
    assert read("in 1 day", before) == "2027-03-28T13:00"


@settings(max_examples=100, deadline=None)
@given(
    st.datetimes(datetime(2026, 12, 1), datetime(2035, 1, 1)),
    st.sampled_from(["%d.%m.%Y %H:%M", "%Y-%m-%d %H:%M", "%d %b %Y %H:%M", "%B %d, %Y at %I:%M %p"]),
    st.sampled_from(["Europe/Berlin", "America/New_York", "Pacific/Chatham"]),
)
def test_what_is_written_out_is_read_back(local: datetime, form: str, zone: str) -> None:
    found = read_start(local.strftime(form), NOW, zone)
    assert found is not None
    wanted = local.replace(second=0, microsecond=0, tzinfo=ZoneInfo(zone))
    assert wanted.astimezone(UTC) in (found.at, found.other_at)


@settings(max_examples=300, deadline=None)
@given(
    st.text(max_size=30)
    | st.lists(
        st.sampled_from(
            ["in", "2", "9:00", "morgen", "mon", "next", "24.", "11.", "pm", "uhr", "-", "+02:00", "99"]
        ),
        max_size=6,
    ).map(" ".join),
    st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1)),
)
def test_nothing_breaks_it(text: str, now: datetime) -> None:
    found = read_start(text, now.replace(tzinfo=UTC), "Europe/Berlin")
    if found is not None:
        assert found.at.utcoffset() is not None
        assert found.asked == (found.other_at is not None)
        assert found.other_at is None or found.at < found.other_at
        assert found.at - timedelta(0) == found.at
