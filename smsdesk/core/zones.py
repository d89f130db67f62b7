"""Time zones by telephone number. Source: the prefixes of phonenumbers.

A mobile number is at home anywhere in its country, so it has all zones of that country; where area codes
hold for mobile phones too (North America, Brazil, Mexico, ...) it has those of its area.
"""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

_BY_AREA = frozenset({1, 52, 54, 55, 62, 86})
"""Country codes whose mobile numbers tell the area; the others of phonenumbers' own list, and 1."""
_APART = ("77",)
"""Prefixes of a country that shares its code with a larger one."""
_LONGEST_CODE = 3


@cache
def _prefixes() -> dict[str, tuple[str, ...]]:
    """Zones by the first digits of a number."""
    from phonenumbers.tzdata import TIMEZONE_DATA

    return {prefix: tuple(zones) for prefix, zones in TIMEZONE_DATA.items()}


@cache
def _codes() -> tuple[str, ...]:
    """The country codes whose numbers are not all in the same zones, and whose mobile numbers do not tell."""
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

    kinds: dict[str, set[tuple[str, ...]]] = {}
    for prefix, zones in _prefixes().items():
        for length in range(1, _LONGEST_CODE + 1):
            code = prefix[:length]
            if len(code) == length and int(code) in COUNTRY_CODE_TO_REGION_CODE:
                kinds.setdefault(code, set()).add(zones)
    return tuple(code for code, sets in kinds.items() if len(sets) > 1 and int(code) not in _BY_AREA)


@cache
def _landline(code: str) -> str:
    """An expression for whole numbers of a country code that are tied to a place."""
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata

    patterns = []
    for region in COUNTRY_CODE_TO_REGION_CODE[int(code)]:
        plan = PhoneMetadata.metadata_for_region(region)
        if plan is not None and plan.fixed_line is not None and plan.fixed_line.national_number_pattern:
            patterns.append(plan.fixed_line.national_number_pattern)
    # \d would match the digits of every script.
    return rf"^\+{code}(?:{'|'.join(patterns)})$".replace(r"\d", "[0-9]")


def zones_of(e164: str) -> tuple[str, ...]:
    """The zones (IANA) in which the phone of a number may be; () where the numbering plan says nothing."""
    import polars as pl

    which, sets = zones_column(pl.Series([e164]), "")
    return sets[which[0]]


def zones_column(dst: "pl.Series", region: str) -> "tuple[pl.Series, tuple[tuple[str, ...], ...]]":
    """As :func:`zones_of` for numbers in any spelling: of each row an index (UInt32) into the distinct sets.

    ``region`` holds for numbers without a country code.
    """
    import polars as pl

    from smsdesk.core.columns import Column, column_of
    from smsdesk.core.numbering import as_e164

    numbers = column_of(as_e164(Column(dst.cast(pl.String)), region)).series
    known = _prefixes()
    sets = ((), *dict.fromkeys(known.values()))
    index = {zones: at for at, zones in enumerate(sets)}
    lengths = sorted({len(prefix) for prefix in known}, reverse=True)
    # Most rows share their first digits with many others.
    frame = pl.DataFrame({"number": numbers}).with_columns(
        head=pl.when(pl.col("number").str.starts_with("+")).then(pl.col("number").str.slice(1, lengths[0]))
    )
    heads = frame.select("head").unique().drop_nulls()
    found = pl.coalesce(
        pl.col("head")
        .str.slice(0, length)
        .replace_strict(
            [prefix for prefix in known if len(prefix) == length],
            [index[zones] for prefix, zones in known.items() if len(prefix) == length],
            default=None,
            return_dtype=pl.UInt32,
        )
        for length in lengths
    )
    frame = frame.join(
        heads.with_columns(which=found), on="head", how="left", maintain_order="left"
    ).with_columns(pl.col("which").fill_null(0))
    return _by_country(frame, index)["which"], sets


def _by_country(frame: "pl.DataFrame", index: dict[tuple[str, ...], int]) -> "pl.DataFrame":
    """Numbers that no place has to themselves get all zones of their country."""
    import polars as pl

    known = _prefixes()
    for code in _codes():
        for prefix in (code, *(one for one in _APART if one.startswith(code))):
            others = [one for one in _APART if one != prefix and one.startswith(prefix)]
            mine = pl.col("head").str.starts_with(prefix)
            for other in others:
                mine &= ~pl.col("head").str.starts_with(other)
            if frame.select(mine.any()).item():
                moved = mine & ~pl.col("number").str.contains(_landline(code))
                frame = frame.with_columns(
                    which=pl.when(moved)
                    .then(pl.lit(index[known[prefix]], pl.UInt32))
                    .otherwise(pl.col("which"))
                )
    return frame
