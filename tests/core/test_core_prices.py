"""What parts cost, by the country of the number."""

import random
from decimal import Decimal

import phonenumbers
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberType

from smsdesk.core.numbers import region_of
from smsdesk.core.prices import Cost, Prices, RegionCost, cost, regions_column


def regions(*numbers: str, region: str = "DE") -> list[str]:
    return regions_column(pl.Series(numbers, dtype=pl.String), region).to_list()


def examples() -> list[str]:
    """Of each country and kind a number, and numbers like it with other digits."""
    chance = random.Random(3)
    out = []
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        for kind in PhoneNumberType.values():
            example = phonenumbers.example_number_for_type(region, kind)
            if example is None:
                continue
            number = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
            out.append(number)
            for kept in (5, 7, 9):
                rest = "".join(chance.choice("0123456789") for _ in number[kept:])
                out += [number[:kept] + rest, number[:-1], number + "7"]
    return [number for number in out if 8 <= len(number) <= 16]


def as_read(number: str) -> str:
    found = phonenumbers.parse(number)
    return f"+{found.country_code}{phonenumbers.national_significant_number(found)}"


def test_the_countries_are_those_that_phonenumbers_says_one_by_one() -> None:
    # Some that no phone has are read otherwise than written: what one dials before a number is dropped.
    numbers = [number for number in dict.fromkeys(examples()) if as_read(number) == number]
    assert len(numbers) > 3000
    found = dict(zip(numbers, regions(*numbers), strict=True))
    assert found == {number: region_of(number) or "" for number in numbers}
    assert len({*found.values()}) > 240


@pytest.mark.parametrize(
    ("number", "region"),
    [
        ("+4917604069012", "DE"),
        ("+12125550123", "US"),
        ("+16135550123", "CA"),
        ("+18765550123", "JM"),
        ("+79161234567", "RU"),
        ("+77011234567", "KZ"),
        ("+447400123456", "GB"),
        ("+447781123456", "GG"),
        ("+447797712345", "JE"),
        ("+447624123456", "IM"),
        ("+390612345678", "IT"),
        ("+80012345678", ""),
        ("+9999999999", ""),
        ("0176 04069012", "DE"),
        ("0043 664 1234567", "AT"),
        ("hello", ""),
        ("", ""),
        ("+49", ""),
    ],
)
def test_the_country_of_a_number(number: str, region: str) -> None:
    assert regions(number) == [region]
    assert regions(number, "+4917604069012", number) == [region, "DE", region]


def test_numbers_without_a_country_code_are_of_the_country_they_were_typed_in() -> None:
    assert regions("0664 1234567", region="AT") == ["AT"]
    assert regions() == []


LIST = Prices("EUR", {"DE": Decimal("0.075"), "AT": Decimal("0.0833")}, None)


def costs(prices: Prices, each: list[tuple[str, int]]) -> Cost:
    where = pl.Series([region for region, _ in each], dtype=pl.String)
    return cost(prices, where, pl.Series([parts for _, parts in each], dtype=pl.UInt32))


def test_parts_cost_what_the_list_says_to_the_last_digit() -> None:
    found = costs(LIST, [("DE", 2), ("AT", 1), ("DE", 1), ("CH", 4), ("", 1), ("FR", 0)])
    assert (found.currency, found.amount, found.unpriced) == ("EUR", Decimal("0.3083"), 5)
    assert [*found.by_region.items()] == [
        ("CH", RegionCost(4, None)),
        ("DE", RegionCost(3, Decimal("0.225"))),
        ("", RegionCost(1, None)),
        ("AT", RegionCost(1, Decimal("0.0833"))),
    ]


def test_other_countries_may_have_one_price() -> None:
    prices = Prices("CHF", {"DE": Decimal("0.1")}, Decimal("0.25"))
    found = costs(prices, [("DE", 1), ("FR", 2), ("", 1)])
    assert (found.amount, found.unpriced) == (Decimal("0.85"), 0)
    assert prices.of("FR") == Decimal("0.25") and LIST.of("FR") is None


def test_nobody_costs_nothing() -> None:
    assert costs(LIST, []) == Cost("EUR", Decimal(0), 0, {})


rows = st.lists(st.tuples(st.sampled_from(["DE", "AT", "CH", ""]), st.integers(0, 20)), max_size=12)
amounts = st.decimals("0", "9.9999", places=4)


@given(rows, rows, st.dictionaries(st.sampled_from(["DE", "AT"]), amounts), st.none() | amounts)
def test_costs_add_up(
    first: list[tuple[str, int]],
    second: list[tuple[str, int]],
    each: dict[str, Decimal],
    other: Decimal | None,
) -> None:
    prices = Prices("EUR", each, other)
    both, found = costs(prices, first + second), costs(prices, first) + costs(prices, second)
    assert (found.amount, found.unpriced, found.by_region) == (both.amount, both.unpriced, both.by_region)
    exact = sum((each.get(region, other or Decimal(0)) * parts for region, parts in first), Decimal(0))
    assert costs(prices, first).amount == exact
    told = [one.amount for one in both.by_region.values() if one.amount is not None]
    assert sum(told, Decimal(0)) == both.amount
