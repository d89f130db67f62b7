"""Zones by number: one by one as phonenumbers says, a million at once the same."""

import random
from zoneinfo import available_timezones

import phonenumbers
import polars as pl
import pytest
from phonenumbers import PhoneNumberType, timezone

from smsdesk.core.zones import zones_column, zones_of

AREAS_OF_ISLANDS = 1
"""North America: phonenumbers gives mobile numbers of some islands all zones of the continent."""
KAZAKHSTAN = "77"


@pytest.mark.parametrize(
    ("number", "count", "one"),
    [
        ("+4917612345678", 1, "Europe/Berlin"),
        ("+61412345678", 8, "Australia/Perth"),
        ("+61891234567", 2, "Australia/Perth"),
        ("+79663486699", 16, "Europe/Moscow"),
        ("+77710039963", 2, "Asia/Almaty"),
        ("+12125550123", 1, "America/New_York"),
        ("+18762188018", 1, "America/Jamaica"),
        ("+447740360012", 4, "Europe/London"),
        ("+442012345678", 1, "Europe/London"),
        ("+5511961234567", 1, "America/Sao_Paulo"),
    ],
)
def test_a_number_is_somewhere_in_these_zones(number: str, count: int, one: str) -> None:
    zones = zones_of(number)
    assert (len(zones), one in zones) == (count, True)
    assert set(zones) <= available_timezones()


@pytest.mark.parametrize("number", ["", "+", "abc", "017612345678", "+8831234567", "+0", "+٤٩١٧٦"])
def test_of_others_nothing_is_said(number: str) -> None:
    assert zones_of(number) == ()


def numbers() -> list[str]:
    luck, found = random.Random(6), []
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        for kind in (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE):
            example = phonenumbers.example_number_for_type(region, kind)
            if example is None:
                continue
            digits = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
            for keep in range(3, len(digits)):
                found.append(digits[:keep] + "".join(luck.choices("0123456789", k=len(digits) - keep)))
    return [text for text in found if is_written_so(text)]


def is_written_so(text: str) -> bool:
    try:
        number = phonenumbers.parse(text)
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) == text


def test_a_number_has_the_zones_that_phonenumbers_gives_it() -> None:
    checked = 0
    for text in numbers():
        number = phonenumbers.parse(text)
        usual = phonenumbers.number_type(number) in (0, 1, 2)
        if not usual or number.country_code == AREAS_OF_ISLANDS or text.startswith(f"+{KAZAKHSTAN}"):
            continue
        checked += 1
        assert sorted(zones_of(text)) == sorted(timezone.time_zones_for_number(number)), text
    assert checked > 1000


def test_a_column_is_read_as_each_of_its_numbers() -> None:
    texts = numbers()
    assert len(texts) > 3000
    which, sets = zones_column(pl.Series(texts), "DE")
    few, same = zones_column(pl.Series(texts[:1000]), "DE")
    assert (which.dtype, few.dtype, sets) == (pl.UInt32, pl.UInt32, same)
    assert [sets[at] for at in which] == [*map(zones_of, texts)]
    assert few.to_list() == which.head(1000).to_list()


@pytest.mark.parametrize("times", [1, 1000])
def test_numbers_are_read_as_of_a_country(times: int) -> None:
    spelled = ["017612345678", "0049 176 12345678", "+61 412 345678", "", "abc", "x12125550123"]
    which, sets = zones_column(pl.Series(spelled * times), "DE")
    counts = [len(sets[at]) for at in which]
    assert counts == [1, 1, 8, 0, 0, 0] * times
    assert sets[which[0]] == ("Europe/Berlin",)


def test_no_numbers() -> None:
    which, _ = zones_column(pl.Series([], dtype=pl.String), "DE")
    assert which.to_list() == []
