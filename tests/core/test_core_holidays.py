"""Public holidays by country, part of it and language."""

from datetime import date, timedelta

import pytest

from smsdesk.core.holidays import countries, holidays_of, subdivision_names, subdivisions

YEAR = (date(2026, 1, 1), date(2026, 12, 31))


def test_bavaria_has_its_own_beside_those_of_germany() -> None:
    germany, bavaria = holidays_of("DE", "", *YEAR), holidays_of("DE", "BY", *YEAR)
    assert germany.items() < bavaria.items()
    assert date(2026, 1, 6) in bavaria.keys() - germany.keys()
    assert list(bavaria) == sorted(bavaria)


@pytest.mark.parametrize(
    ("language", "name"), [("en", "Good Friday"), ("de", "Karfreitag"), ("xx", "Karfreitag")]
)
def test_names_are_in_the_language_else_in_that_of_the_country(language: str, name: str) -> None:
    assert holidays_of("DE", "", *YEAR, language)[date(2026, 4, 3)] == name


def test_both_ends_are_included_and_years_follow_each_other() -> None:
    found = holidays_of("DE", "", date(2026, 12, 25), date(2027, 1, 1))
    assert list(found) == [date(2026, 12, 25), date(2026, 12, 26), date(2027, 1, 1)]
    assert holidays_of("DE", "", date(2027, 1, 1), date(2026, 12, 25)) == {}


@pytest.mark.parametrize("country", ["", "XX", "de", "Germany"])
def test_of_an_unknown_country_nothing_is_known(country: str) -> None:
    assert (holidays_of(country, "", *YEAR), subdivisions(country)) == ({}, ())


def test_of_an_unknown_part_those_of_the_country() -> None:
    assert holidays_of("DE", "??", *YEAR) == holidays_of("DE", "", *YEAR)


def test_every_country_and_part_can_be_asked() -> None:
    known = countries()
    assert {"DE", "AT", "CH", "US", "GB", "FR", "JP"} <= set(known)
    assert {"BY", "NW"} <= set(subdivisions("DE"))
    for country in known[::7]:
        for part in ("", *subdivisions(country)[:2]):
            days = holidays_of(country, part, YEAR[0], YEAR[0] + timedelta(days=40), "de")
            assert all(isinstance(name, str) for name in days.values())


def test_parts_have_the_names_of_their_country_in_order() -> None:
    names = subdivision_names("DE")
    assert names["BY"] == "Bayern"
    assert set(names) == set(subdivisions("DE"))
    assert [*names.values()] == sorted(names.values(), key=str.casefold)
    assert subdivision_names("XX") == {}


def test_a_far_year_is_no_error() -> None:
    assert isinstance(holidays_of("DE", "", date(9990, 1, 1), date(9990, 12, 31)), dict)
