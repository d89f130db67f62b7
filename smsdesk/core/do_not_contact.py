"""The do-not-contact list as a rule: which recipients are on it, however their numbers are spelled."""

import re
from collections.abc import Collection, Sequence

from smsdesk.core.numbers import read_number

ENDING = 6
"""Digits at the end of a number that every spelling of it keeps."""
_PLAIN = re.compile(r"\+?[0-9]{11,}")
"""Long enough that a country code and what is dialled before a number leave its ending alone."""
_MANY = 2_000
"""Beyond so many numbers that look alike, they are read all at once."""


def endings(dst: Sequence[str], region: str) -> list[str]:
    """The last digits of each number: equal for any two spellings of one; empty where it is none."""
    return [
        number[-ENDING:] if _PLAIN.fullmatch(number) else read_number(number, region).e164[-ENDING:]
        for number in dst
    ]


def listed(dst: Sequence[str], region: str, numbers: Collection[str]) -> dict[int, str]:
    """The places (from 0) of recipients that are on the list, and the number each is listed by.

    ``numbers`` are E.164; ``region`` holds for recipients without a country code.
    """
    if not numbers:
        return {}
    alike = {number[-ENDING:] for number in numbers}
    places = [at for at, ending in enumerate(endings(dst, region)) if ending in alike]
    there = numbers if isinstance(numbers, set | frozenset) else frozenset(numbers)
    return {at: e164 for at, e164 in zip(places, _read(dst, places, region), strict=True) if e164 in there}


def _read(dst: Sequence[str], places: list[int], region: str) -> list[str]:
    if len(places) <= _MANY:
        return [read_number(dst[at], region).e164 for at in places]
    import polars as pl

    from smsdesk.core.numbering import read_column

    column: list[str] = read_column(pl.Series([dst[at] for at in places]), region)["e164"].to_list()
    return column
