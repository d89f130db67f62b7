"""Columns of numbers: what is said of a million at once is what is said of each."""

import os
import random
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache

import phonenumbers
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from phonenumbers import PhoneMetadata

from smsdesk.core.numbering import DOUBTFUL, INVALID, VALID, read_column
from smsdesk.core.numbers import Standing, read_number

KINDS = (
    "mobile",
    "fixed_line",
    "premium_rate",
    "toll_free",
    "shared_cost",
    "voip",
    "personal_number",
    "pager",
    "uan",
)
COUNT = 82 if "CI" in os.environ else 820
"""Numbers a region: 200,000 in all."""
STANDINGS = {Standing.VALID: VALID, Standing.DOUBTFUL: DOUBTFUL, Standing.INVALID: INVALID}
REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)

Answer = tuple[str, int, str | None]


def one_by_one(text: str, region: str) -> Answer:
    number = read_number(text, region)
    return number.e164, STANDINGS[number.standing], number.code


def differences(texts: list[str], region: str) -> list[tuple[str, str, Answer, Answer]]:
    found = read_column(pl.Series(texts, dtype=pl.String), region).rows()
    pairs = [(text, region, told, one_by_one(text, region)) for text, told in zip(texts, found, strict=True)]
    return [pair for pair in pairs if pair[2] != pair[3]]


def written(region: str, luck: random.Random) -> str:
    """A number of a region, or nearly one, as somebody may write it."""
    plan = PhoneMetadata.metadata_for_region(region)
    kind = getattr(plan, luck.choice(KINDS)) or plan.mobile
    digits = list((kind and kind.example_number) or "123456789")
    for _ in range(luck.randrange(7)):
        digits[luck.randrange(len(digits))] = str(luck.randrange(10))
    if luck.random() < 0.1:
        digits.append(str(luck.randrange(10)))
    if luck.random() < 0.1:
        del digits[: luck.randrange(len(digits))]
    number, code = "".join(digits), plan.country_code
    spellings = (
        f"+{code}{number}",
        f"+{code} {number}",
        f"00{code}{number}",
        f"{code}{number}",
        number,
        f"0{number}",
        f"{plan.national_prefix or ''}{number}",
        f"+{code} (0) {number}",
        f"({number[:3]}) {number[3:]}",
        f"+{code}0{number}",
        f"{number}.0",
        f"tel:{number}",
        f"0{number[:3]}/{number[3:]}",
    )
    return luck.choice(spellings)


def samples(count: int, seed: int) -> Iterator[tuple[str, list[str]]]:
    """For each region as many texts, some of them of other regions."""
    luck = random.Random(seed)
    for region in REGIONS:
        homes = [region if luck.random() < 0.85 else luck.choice(REGIONS) for _ in range(count)]
        yield region, [written(home, luck) for home in homes]


MOBILE = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)


@cache
def plain(text: str, region: str) -> str | None:
    """What phonenumbers alone takes for a mobile number."""
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number) or phonenumbers.number_type(number) not in MOBILE:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def bare(text: str) -> str:
    return "".join(character for character in text if character in "+0123456789")


Rule = Callable[[str, str, str | None, str | None], bool]
RULES: dict[str, Rule] = {
    "a fraction of a spreadsheet is a whole number": lambda text, region, mobile, _: (
        text.endswith(".0") and plain(text[:-2], region) == mobile
    ),
    "00 is a plus in every country": lambda text, region, mobile, _: (
        bare(text).startswith("00") and plain("+" + bare(text)[2:], region) == mobile
    ),
    "a zero in brackets is no digit of the number": lambda text, region, mobile, _: (
        "(0)" in text[1:] and plain(text.replace("(0)", ""), region) == mobile
    ),
    "a plus is put in front where only so it is a mobile number": lambda text, region, mobile, code: (
        code == "number_read_with_plus"
        and plain(text, region) is None
        and plain("+" + bare(text.removesuffix(".0")), region) == mobile
    ),
}
"""Where the answer differs from phonenumbers alone: by text, region, the mobile number it is, and code."""


def explained(text: str, region: str, found: Answer) -> str | None:
    """The rule by which an answer differs from that of phonenumbers alone; empty where it does not."""
    mobile = found[0] if found[1] == VALID else None
    if mobile == plain(text, region):
        return ""
    return next((name for name, rule in RULES.items() if rule(text, region, mobile, found[2])), None)


def test_numbers_of_all_regions_are_judged_as_one_by_one() -> None:
    assert [one for region, texts in samples(20, 1) for one in differences(texts, region)] == []


@pytest.mark.parametrize("region", ["DE", "DK", "FR", "US", "ZZ"])
def test_a_date_is_a_number_nowhere(region: str) -> None:
    # 20151224 is a mobile number in Denmark.
    dates = ["2015-12-24", "24.12.2015", " 1.3.2026 ", "2026-13-01", "20-15-12-24"]
    assert differences(dates, region) == []
    assert read_column(pl.Series(dates[:3]), region)["code"].to_list() == ["number_date"] * 3


@pytest.mark.slow
def test_200_000_numbers_of_all_regions_are_judged_as_one_by_one() -> None:
    counted = 0
    for region, texts in samples(COUNT, 2):
        assert differences(texts, region) == []
        counted += len(texts)
    assert counted >= COUNT * 240


@pytest.mark.slow
def test_every_difference_to_phonenumbers_alone_has_its_rule() -> None:
    used: Counter[str | None] = Counter()
    unexplained = []
    for region, texts in samples(COUNT, 3):
        for text, found in zip(texts, read_column(pl.Series(texts), region).rows(), strict=True):
            rule = explained(text, region, found)
            used[rule] += 1
            if rule is None:
                unexplained.append((text, region, found, plain(text, region)))
    print(*used.most_common(), sep="\n")
    assert unexplained == []
    assert used[""] > 0.8 * used.total()


@given(
    st.lists(
        st.text("+0123456789 ()/.-", max_size=20)
        | st.text("049+()17625 eExX#,'=\"telTEL:smph-\u00a0\u200b٣１", max_size=14)
        | st.text(max_size=6),
        max_size=30,
    ),
    st.sampled_from(["DE", "US", "IT", "FR", "BR", "AU", "RU", "HU", "IL", "SG"]),
)
def test_whatever_is_written_is_judged_as_one_by_one(texts: list[str], region: str) -> None:
    assert differences(texts, region) == []
