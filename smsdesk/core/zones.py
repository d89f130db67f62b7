"""Time zones by telephone number. Source: the prefixes of phonenumbers.

A mobile number is at home anywhere in its country, so it has all zones of that country; where area codes
hold for mobile phones too (North America, Brazil, Mexico, ...) it has those of its area.
"""

import re
from collections import Counter
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    import polars as pl

_BY_AREA = frozenset({1, 52, 54, 55, 62, 86})
"""Country codes whose mobile numbers tell the area: 1, and those of phonenumbers' own list."""
_APART = ("77",)
"""Where a country begins that shares its code with a larger one."""
_LONGEST_CODE = 3
_BEGIN = 5
"""Characters of a number, the plus among them, that are enough in most countries."""
_FEW = 2_000
"""Up to so many numbers are cheaper to look at one by one."""


@cache
def _prefixes() -> dict[str, tuple[str, ...]]:
    """Zones by the first digits of a number, those of most areas first."""
    from phonenumbers.tzdata import TIMEZONE_DATA

    counts = Counter(zone for zones in TIMEZONE_DATA.values() for zone in zones)
    return {
        prefix: tuple(sorted(zones, key=lambda zone: (-counts[zone], zone)))
        for prefix, zones in TIMEZONE_DATA.items()
    }


@cache
def _sets() -> tuple[tuple[str, ...], ...]:
    """The distinct sets of zones; the first one is empty."""
    return ((), *dict.fromkeys(_prefixes().values()))


@cache
def _places() -> dict[tuple[str, ...], int]:
    return {zones: at for at, zones in enumerate(_sets())}


@cache
def _by_length() -> tuple[tuple[int, dict[str, int]], ...]:
    """The prefixes of each length, the longest first, with the place of their set."""
    known, places = _prefixes(), _places()
    lengths = sorted({len(prefix) for prefix in known}, reverse=True)
    return tuple(
        (length, {prefix: places[zones] for prefix, zones in known.items() if len(prefix) == length})
        for length in lengths
    )


@cache
def _countries() -> dict[str, str]:
    """Of countries in several zones whose mobile numbers do not tell the area: the shape of those that do.

    By the first digits of their numbers, longer ones first; shapes are of whole numbers.
    """
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

    kinds: dict[str, set[tuple[str, ...]]] = {}
    for prefix, zones in _prefixes().items():
        for length in range(1, _LONGEST_CODE + 1):
            code = prefix[:length]
            if len(code) == length and int(code) in COUNTRY_CODE_TO_REGION_CODE:
                kinds.setdefault(code, set()).add(zones)
    codes = [code for code, sets in kinds.items() if len(sets) > 1 and int(code) not in _BY_AREA]
    apart = {one: _landline(code) for code in codes for one in _APART if one.startswith(code)}
    return apart | {code: _landline(code) for code in codes}


def _landline(code: str) -> str:
    """An expression for whole numbers of a country code that are tied to a place."""
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata

    plans = map(PhoneMetadata.metadata_for_region, COUNTRY_CODE_TO_REGION_CODE[int(code)])
    fixed = [plan.fixed_line for plan in plans if plan is not None]
    patterns = [one.national_number_pattern for one in fixed if one is not None]
    # \d would match the digits of every script.
    return rf"^\+{code}(?:{'|'.join(filter(None, patterns))})$".replace(r"\d", "[0-9]")


@cache
def _shape(prefix: str) -> re.Pattern[str]:
    return re.compile(_countries()[prefix])


def _country_of(e164: str) -> str | None:
    return next((country for country in _countries() if e164.startswith(f"+{country}")), None)


def zones_of(e164: str) -> tuple[str, ...]:
    """The zones (IANA) in which the phone of a number may be, those of most areas first.

    () where the numbering plan says nothing.
    """
    return _sets()[_place_of(e164)]


def zone_at(number: str, at: datetime) -> str | None:
    """The zone (IANA) of a phone, with ``+`` or ``00``; None where its clock may show several times then."""
    zones = zones_of("+" + number[2:] if number.startswith("00") else number)
    clocks = {at.astimezone(ZoneInfo(zone)).utcoffset() for zone in zones}
    return zones[0] if len(clocks) == 1 else None


def _place_of(e164: str) -> int:
    country = _country_of(e164)
    if country and _shape(country).search(e164) is None:
        return _places()[_prefixes()[country]]
    return _place_by_digits(e164)


def _place_by_digits(e164: str) -> int:
    if not e164.startswith("+"):
        return 0
    digits = e164[1:]
    return next((known[digits[:length]] for length, known in _by_length() if digits[:length] in known), 0)


@cache
def _longer() -> frozenset[str]:
    """The first characters of numbers of which further digits tell more."""
    return frozenset(f"+{prefix[: _BEGIN - 1]}" for prefix in _prefixes() if len(prefix) >= _BEGIN)


def zones_column(dst: "pl.Series", region: str) -> "tuple[pl.Series, tuple[tuple[str, ...], ...]]":
    """As :func:`zones_of` for numbers in any spelling: of each row an index (UInt32) into the distinct sets.

    ``region`` holds for numbers without a country code.
    """
    import polars as pl

    from smsdesk.core.columns import Column, column_of
    from smsdesk.core.numbering import as_e164

    numbers = column_of(as_e164(Column(dst), region)).series
    if len(numbers) <= _FEW:
        return pl.Series(map(_place_of, numbers.to_list()), dtype=pl.UInt32), _sets()
    # The first digits, which most rows share with many others, are enough for most countries.
    begins = numbers.str.slice(0, _BEGIN).rename("begin")
    distinct = begins.unique().to_list()
    places = pl.Series([*map(_place_by_digits, distinct)], dtype=pl.UInt32)
    which = begins.replace_strict(pl.Series(distinct, dtype=pl.String), places)
    rows = pl.DataFrame({"number": numbers, "begin": begins}).with_row_index("at")
    by_country: dict[str | None, list[str]] = {}
    for begin in distinct:
        by_country.setdefault(_country_of(begin), []).append(begin)
    for country, those in by_country.items():
        more = rows.filter(pl.col("begin").is_in(those))
        if country is not None:
            is_free = ~more["number"].str.contains(_countries()[country])
            which = which.scatter(more["at"].filter(is_free), _places()[_prefixes()[country]])
            more = more.filter(~is_free)
        which = _looked_up(more.filter(pl.col("begin").is_in([*_longer()])), which)
    return which, _sets()


def _looked_up(rows: "pl.DataFrame", which: "pl.Series") -> "pl.Series":
    """``which`` with the places of numbers whose first digits are not enough."""
    import polars as pl

    if not rows.height:
        return which
    head = pl.col("number").str.slice(1, _by_length()[0][0]).alias("head")
    found = pl.coalesce(
        pl.col("head").str.slice(0, length).replace_strict(known, default=None, return_dtype=pl.UInt32)
        for length, known in _by_length()
    ).fill_null(0)
    rows = rows.with_columns(head)
    heads = rows.select("head").unique().with_columns(found.alias("place"))
    rows = rows.join(heads, on="head", how="left")
    return which.scatter(rows["at"], rows["place"])
