"""Prices and currencies as people write them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from naughty import NAUGHTY

from smsdesk.core.amounts import MOST, read_currency, read_price
from smsdesk.core.places import region_named, region_names
from smsdesk.core.problem import Problem
from smsdesk.words import money, use_language


@pytest.mark.parametrize(
    ("text", "price"),
    [
        ("0.075", "0.075"),
        ("0,075", "0.075"),
        (" 0,075 € ", "0.075"),
        ("EUR 0.08", "0.08"),
        ("0.08 chf", "0.08"),
        (".5", "0.5"),
        ("5,", "5"),
        ("7", "7"),
        ("0", "0"),
        ("+1", "1"),
        ("1.234", "1.234"),
        ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("1'234.50", "1234.5"),
        ("1\u202f234,5", "1234.5"),
        ("100.000", "100"),
        ("٠.٠٧", "0.07"),
        ("0.0750000000", "0.075"),
    ],
)
def test_a_price_is_read_with_point_or_comma(text: str, price: str) -> None:
    assert read_price(text) == Decimal(price)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "price_unreadable"),
        (".", "price_unreadable"),
        ("free", "price_unreadable"),
        ("1e5", "price_unreadable"),
        ("NaN", "price_unreadable"),
        ("1.2.3", "price_unreadable"),
        ("1,23,456.7", "price_unreadable"),
        ("0.07 0.08x", "price_unreadable"),
        ("²", "price_unreadable"),
        ("-0.01", "price_negative"),
        ("−1", "price_negative"),
        ("0.0000001", "price_too_fine"),
        ("1000000", "price_too_large"),
        ("1.000.000", "price_too_large"),
    ],
)
def test_what_is_no_price_is_named(text: str, code: str) -> None:
    found = read_price(text)
    assert isinstance(found, Problem)
    assert (found.code, found.where.value) == (code, text)


@given(st.sampled_from(NAUGHTY) | st.text(max_size=40))
def test_any_text_is_a_price_or_a_problem(text: str) -> None:
    found = read_price(text)
    assert isinstance(found, Problem) or 0 <= found < MOST
    assert isinstance(read_currency(text), str | Problem)


@pytest.mark.parametrize("language", ["en", "de"])
@given(st.decimals("0", "999999", places=6))
def test_a_price_is_read_as_it_was_shown(language: str, price: Decimal) -> None:
    use_language(language)
    for shown in (
        money(price, "", exact=True),
        money(price, "EUR", exact=True),
        money(price, "CHF", exact=True),
    ):
        assert read_price(shown) == price


def test_a_currency_has_three_letters() -> None:
    assert read_currency(" eur ") == "EUR"
    for text in ("", "€", "EURO", "E1R", "ÄÖÜ"):
        found = read_currency(text)
        assert isinstance(found, Problem)
        assert found.code == "currency_letters"


def test_every_country_with_numbers_has_a_name() -> None:
    english, german = region_names("en"), region_names("de")
    assert (english["DE"], german["DE"], german["CH"], german["XK"]) == (
        "Germany",
        "Deutschland",
        "Schweiz",
        "Kosovo",
    )
    assert len(english) > 240 and set(english) == set(german)
    assert not [name for name in (*english.values(), *german.values()) if len(name) < 3 or "*" in name]
    assert region_named("Schweiz") == "CH"
