"""The countries of a column of numbers. Source: the metadata of phonenumbers."""

from functools import cache, reduce
from operator import or_
from typing import TYPE_CHECKING

from smsdesk.core.columns import Column, column_of
from smsdesk.core.numbering import KINDS, as_e164

if TYPE_CHECKING:
    import polars as pl
    from phonenumbers import PhoneNumberDesc

_LONGEST_CODE = 3
_NUMBER = r"^\+[0-9]{7,15}$"


def regions_column(dst: "pl.Series", region: str) -> "pl.Series":
    """The country (ISO 3166) of each number; empty where its plan says none, or it is no number.

    Numbers without a country code are read as of ``region``. Countries that share a code are told apart.
    """
    import polars as pl

    numbers = column_of(as_e164(Column(dst), region)).series
    heads = numbers.str.head(1 + _LONGEST_CODE)
    codes = {head: _code(head) for head in heads.unique()}
    shared = _shared()
    alone = {head: "" if code in shared else _alone().get(code, "") for head, code in codes.items()}
    found = heads.replace_strict(list(alone), list(alone.values()), return_dtype=pl.String)
    for code in set(codes.values()) & set(shared):
        rows = numbers.str.starts_with(f"+{code}").arg_true()
        found = found.scatter(rows, _told_apart(numbers.gather(rows), code))
    is_number = numbers.str.contains(_NUMBER)
    return found if is_number.all() else found.zip_with(is_number, pl.Series([""]))


@cache
def _alone() -> dict[str, str]:
    """Of each country code that one country has alone, that country."""
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

    known = COUNTRY_CODE_TO_REGION_CODE.items()
    return {str(code): one[0] for code, one in known if len(one) == 1 and one[0].isalpha()}


@cache
def _shared() -> dict[str, tuple[str, ...]]:
    """Of each country code that several countries share, those, in the order in which they are asked."""
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

    return {str(code): several for code, several in COUNTRY_CODE_TO_REGION_CODE.items() if len(several) > 1}


def _code(head: str) -> str:
    """The country code that a number begins with; no code begins another."""
    known = (head[1:end] for end in range(2, 2 + _LONGEST_CODE))
    return next((code for code in known if code in _alone() or code in _shared()), "")


def _told_apart(numbers: "pl.Series", code: str) -> "pl.Series":
    """The countries of numbers of one shared code: the first whose plan has a number."""
    import polars as pl

    found = pl.repeat("", len(numbers), dtype=pl.String, eager=True)
    rows = pl.int_range(len(numbers), dtype=pl.UInt32, eager=True)
    for region in _shared()[code]:
        is_its = _has(numbers.str.slice(1 + len(code)), region)
        found = found.scatter(rows.filter(is_its), region)
        numbers, rows = numbers.filter(~is_its), rows.filter(~is_its)
    return found


def _has(national: "pl.Series", region: str) -> "pl.Series":
    """Whether numbers without their country code are of a country, in the way of phonenumbers."""
    import polars as pl
    from phonenumbers import PhoneMetadata

    plan = PhoneMetadata.metadata_for_region(region)
    if plan is None or plan.general_desc is None:
        return pl.repeat(value=False, n=len(national), dtype=pl.Boolean, eager=True)
    if plan.leading_digits is not None:
        return national.str.contains(_ascii(rf"^(?:{plan.leading_digits})"))
    kinds = [kind for name in KINDS if (kind := getattr(plan, name)) and _is_used(kind)]
    among = [_is_of(national, kind) for kind in kinds]
    return reduce(or_, among) & _is_of(national, plan.general_desc)


def _is_used(kind: "PhoneNumberDesc") -> bool:
    return kind.national_number_pattern not in (None, "NA")


def _is_of(national: "pl.Series", kind: "PhoneNumberDesc") -> "pl.Series":
    matches = national.str.contains(_ascii(rf"^(?:{kind.national_number_pattern})$"))
    return matches & national.str.len_bytes().is_in(kind.possible_length) if kind.possible_length else matches


def _ascii(expression: str) -> str:
    """Without the sign for digits, which would match those of every script."""
    return expression.replace("\\d", "[0-9]")
