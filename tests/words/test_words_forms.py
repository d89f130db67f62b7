"""Figures, times and spans as people write them, in English and German."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from smsdesk.words import ago, clock, day_time, file_size, full_time, lasting, money, number, use_language

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 23, 13, 2, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    ("n", "english", "german"),
    [(0, "0", "0"), (999, "999", "999"), (6398, "6,398", "6.398"), (-1200, "-1,200", "-1.200")],
)
def test_thousands_are_separated(n: int, english: str, german: str) -> None:
    assert number(n) == english
    use_language("de")
    assert number(n) == german


def test_the_clock_is_that_of_the_zone() -> None:
    assert clock(NOW, BERLIN) == "14:02:11"
    assert clock(NOW, timezone(-timedelta(hours=9, minutes=30))) == "03:32:11"


@pytest.mark.parametrize(
    ("hours", "english", "german"),
    [
        (0, "today 14:02", "heute 14:02"),
        (9, "today 23:02", "heute 23:02"),
        (10, "tomorrow 00:02", "morgen 00:02"),
        (-15, "yesterday 23:02", "gestern 23:02"),
        (24 * 2, "Wed 25 Nov, 14:02", "Mi 25. Nov., 14:02"),
        (24 * 120, "Tue 23 Mar 2027, 14:02", "Di 23. März 2027, 14:02"),
    ],
)
def test_a_near_day_is_a_word_and_another_year_is_named(hours: int, english: str, german: str) -> None:
    at = NOW + timedelta(hours=hours)
    assert day_time(at, BERLIN, NOW) == english
    use_language("de")
    assert day_time(at, BERLIN, NOW) == german


def test_a_day_begins_where_the_zone_says() -> None:
    late = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    assert day_time(late, BERLIN, NOW).startswith("tomorrow")
    assert day_time(late, UTC, NOW).startswith("today")


def test_a_full_time_has_year_and_offset() -> None:
    assert full_time(datetime(2026, 11, 24, 8, 0, tzinfo=UTC), BERLIN) == "Tue 24 Nov 2026, 09:00 +01:00"
    use_language("de")
    assert full_time(datetime(2026, 7, 1, 8, 0, tzinfo=UTC), BERLIN) == "Mi 1. Juli 2026, 10:00 +02:00"


@pytest.mark.parametrize(
    ("seconds", "long", "back"),
    [
        (-3, "0 s", "0 s ago"),
        (4.9, "4 s", "4 s ago"),
        (60, "1 min", "1 min ago"),
        (3599, "59 min 59 s", "59 min ago"),
        (68_280, "18 h 58 min", "18 h ago"),
        (86_400, "1 day", "1 day ago"),
        (2 * 86_400 + 3600, "2 days 1 h", "2 days ago"),
    ],
)
def test_a_span_is_told_in_its_largest_units(seconds: float, long: str, back: str) -> None:
    span = timedelta(seconds=seconds)
    assert (lasting(span), ago(span)) == (long, back)


def test_german_bends_its_days() -> None:
    use_language("de")
    assert [lasting(timedelta(days=n)) for n in (1, 2)] == ["1 Tag", "2 Tage"]
    assert [ago(timedelta(days=n)) for n in (1, 2)] == ["vor 1 Tag", "vor 2 Tagen"]


@pytest.mark.parametrize(
    ("n", "shown"),
    [(0, "0 B"), (999, "999 B"), (42_300, "42 kB"), (999_600, "1 MB"), (3_000_000_000, "3 GB")],
)
def test_a_size_takes_the_unit_that_keeps_it_short(n: int, shown: str) -> None:
    assert file_size(n) == shown


@pytest.mark.parametrize(
    ("amount", "exact", "english", "german"),
    [
        ("683.4", False, "€ 683.40", "683,40 €"),
        ("1234567.895", False, "€ 1,234,567.90", "1.234.567,90 €"),
        ("0.075", False, "€ 0.08", "0,08 €"),
        ("0.075", True, "€ 0.075", "0,075 €"),
        ("100", True, "€ 100.00", "100,00 €"),
        ("0.004", False, "€ 0.004", "0,004 €"),
        ("-3", False, "-€ 3.00", "-3,00 €"),
    ],
)
def test_money_is_told_to_the_cent_and_a_smaller_price_to_its_last_digit(
    amount: str, exact: bool, english: str, german: str
) -> None:
    assert money(Decimal(amount), "EUR", exact=exact).replace("\u00a0", " ") == english
    use_language("de")
    assert money(Decimal(amount), "EUR", exact=exact).replace("\u00a0", " ") == german
    assert money(Decimal(1), "SEK").replace("\u00a0", " ") == "1,00 SEK"
