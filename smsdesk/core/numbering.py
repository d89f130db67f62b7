"""Numbering plans of all countries as regular expressions, and columns of numbers read by them.

What :func:`smsdesk.core.numbers.read_number` says of one text is said here of a million at once: rows
whose answer the expressions know for certain are judged by them, the few others one by one. Source of the
plans: the metadata of phonenumbers.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from smsdesk.core.columns import Column, column_of
from smsdesk.core.numbers import DATES, EXTENSIONS, LINKS, Standing, country_code, read_number, writes_zero

if TYPE_CHECKING:
    import polars as pl
    from phonenumbers import PhoneMetadata, PhoneNumberDesc

_MOBILE, _FIXED = ("mobile",), ("fixed_line",)
_OTHERS = (
    "premium_rate",
    "toll_free",
    "shared_cost",
    "voip",
    "personal_number",
    "pager",
    "uan",
    "voicemail",
)
KINDS = (*_MOBILE, *_FIXED, *_OTHERS)
"""The kinds of numbers that a numbering plan tells apart."""
_PLAIN = r"^[+0-9 ()/.\-]{1,100}$"
_DECIMAL = r"^[0-9]{7,}\.0+$"
_DATE = rf"^\s*{DATES}\s*$"
_MISLEADING = rf"\(0\)|\.0+$|{_DATE}"
"""Signs that do more than group digits, perhaps."""
_EXTENDED = rf"(?i){EXTENSIONS}\.?:?\s*[0-9]+[\s,;\"'`]*$"
_LINKED = rf"(?i)^\s*(?:=|[\"'`]|{LINKS})"
_MANY_DIGITS = 14
"""So many may be two numbers in one cell."""
_PREFIXED = r"^\+[0-9]{1,3}0"
"""Perhaps a country code with a national prefix after it, which is dropped by some."""
_LONGEST = 15
VALID, DOUBTFUL, INVALID = range(3)
"""Standings as small numbers, in the order of :class:`Standing`."""
_STANDINGS = {Standing.VALID: VALID, Standing.DOUBTFUL: DOUBTFUL, Standing.INVALID: INVALID}


@dataclass(frozen=True, slots=True)
class Plans:
    """Expressions over whole E.164 numbers, for one of which they hold only if it is certain.

    ``mobile``: a mobile number; ``other``: of a kind that is no mobile number, or claimed by two
    countries of one code; ``fixed``: a landline. ``alone``: of a country that has its code alone and
    whose own prefix is not repeated after it; ``length``: as long as mobile numbers there are; ``local``:
    as long as what one dials within a town. ``own``: mobile and other by country code, much smaller.
    """

    mobile: str
    other: str
    fixed: str
    alone: str
    length: str
    local: str
    own: dict[int, tuple[str, str]]


def _countries() -> Iterator[tuple[int, tuple["PhoneMetadata", ...]]]:
    """Each country code with its regions; codes of no country have none."""
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata

    for code, regions in COUNTRY_CODE_TO_REGION_CODE.items():
        plans = map(PhoneMetadata.metadata_for_region, regions)
        if found := tuple(plan for plan in plans if plan is not None):
            yield code, found


def _patterns(plan: "PhoneMetadata", kinds: tuple[str, ...]) -> Iterator[str]:
    for kind in kinds:
        described: PhoneNumberDesc | None = getattr(plan, kind)
        if described is not None and described.national_number_pattern not in (None, "NA"):
            yield described.national_number_pattern


def _expression(parts: dict[int, list[str]]) -> str:
    """One expression for national patterns by country code."""
    codes = (f"{code}(?:{'|'.join(dict.fromkeys(those))})" for code, those in parts.items() if those)
    # \d would match the digits of every script.
    return rf"^\+(?:{'|'.join(codes)})$".replace(r"\d", "[0-9]")


@cache
def plans() -> Plans:
    """The expressions for all countries."""
    mobile, other, fixed, alone, length, local = ({} for _ in range(6))
    for code, regions in _countries():
        one = len(regions) == 1
        mobile[code] = [p for plan in regions for p in _patterns(plan, _MOBILE)]
        other[code] = [p for plan in regions for p in _patterns(plan, _OTHERS)]
        landlines = [
            p for plan in regions for p in _patterns(plan, _FIXED) if p not in _patterns(plan, _MOBILE)
        ]
        if one and regions[0].mobile is not None and _prefix(regions[0]) is not None:
            fixed[code] = landlines
            # A prefix after the country code is dropped by some: those are looked at one by one.
            first = "[1-9]" if _prefix(regions[0]) else "[0-9]"
            alone[code] = [rf"{first}[0-9]{{1,}}"]
            length[code] = [rf"[0-9]{{{n}}}" for n in regions[0].mobile.possible_length]
            local[code] = [rf"[0-9]{{{n}}}" for n in regions[0].mobile.possible_length_local_only]
        else:
            other[code] += landlines
    own = {code: (_expression({code: mobile[code]}), _expression({code: other[code]})) for code in mobile}
    of = _expression
    return Plans(of(mobile), of(other), of(fixed), of(alone), of(length), of(local), own)


def _prefix(plan: "PhoneMetadata") -> str | None:
    """What is dialled before a national number: "0" or nothing; None for anything more involved."""
    prefix = plan.national_prefix_for_parsing or ""
    return prefix if prefix in ("", "0") and not plan.national_prefix_transform_rule else None


@dataclass(frozen=True, slots=True)
class _Home:
    """Where numbers without a country code belong.

    Its code, its prefix ("" for none), the shape of its own numbers, what is dialled to go abroad, whether
    a zero in front of mobile numbers is missed.
    """

    code: str
    prefix: str
    shape: str
    abroad: str
    writes_zero: bool


def _home(region: str) -> _Home | None:
    """None where the country dials in a way that is looked at one by one."""
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata

    plan = PhoneMetadata.metadata_for_region(region)
    if plan is None or plan.national_prefix_transform_rule or plan.general_desc is None:
        return None
    prefix = plan.national_prefix_for_parsing or ""
    if not (prefix == "" or prefix.isdigit()) or plan.country_code not in COUNTRY_CODE_TO_REGION_CODE:
        return None
    shape = rf"^(?:{plan.general_desc.national_number_pattern})$".replace(r"\d", "[0-9]")
    abroad = plan.international_prefix or "00"
    return _Home(str(plan.country_code), prefix, shape, abroad, writes_zero(region))


def read_column(texts: "pl.Series", region: str) -> "pl.DataFrame":
    """What :func:`read_number` says of each text (no nulls), in columns of the same height.

    ``e164`` ("" for invalid ones), ``standing`` (VALID, DOUBTFUL, INVALID) and ``code`` (null for none).
    """
    import polars as pl

    known, home = plans(), _home(region)
    # Most numbers are of one country, whose expressions alone are made and matched in no time.
    mobile, other = known.own.get(country_code(region), (known.mobile, known.other))
    is_sure = _is(mobile) & ~_is(other) & ~pl.col("text").str.contains(_MISLEADING)
    read = pl.LazyFrame({"text": texts}).with_columns(e164=_quickly(home)).with_columns(is_sure=is_sure)
    # The streaming engine uses every core.
    frame = read.collect(engine="streaming").with_row_index("at")
    rest, found = frame.filter(~pl.col("is_sure")).select("at", "text"), []
    for judge in (_told_by_plan, _told_by_letters, _one_by_one):
        if rest.height:
            found.append(judge(rest, region))
            rest = rest.join(found[-1], on="at", how="anti")
    columns = {
        "e164": frame["e164"],
        "standing": pl.repeat(VALID, len(texts), dtype=pl.UInt8, eager=True),
        "code": pl.repeat(None, len(texts), dtype=pl.String, eager=True),
    }
    if found:
        told = pl.concat(found).sort("at")
        columns = {name: column.scatter(told["at"], told[name]) for name, column in columns.items()}
    return pl.DataFrame(columns)


def as_e164(numbers: Sequence[str], region: str) -> Sequence[str]:
    """Numbers in any spelling as E.164; what has no such form stays as it is."""
    import polars as pl

    texts = column_of(numbers).series
    if texts.str.contains(r"^\+[0-9]+$").all():
        return numbers
    read = read_column(texts, region).with_columns(text=texts)
    return Column(read.select(pl.when(pl.col("e164") == "").then("text").otherwise("e164")).to_series())


def _digits() -> "pl.Expr":
    """Without the signs that group digits, and ``00`` as a plus."""
    return _grouped().str.replace(r"^\+?00", "+")


def _grouped() -> "pl.Expr":
    """Without the signs that group digits."""
    import polars as pl

    return pl.col("text").str.replace_all(r"[ ()/.\-]", "")


def _quickly(home: _Home | None) -> "pl.Expr":
    """As :func:`_international` for the usual spellings; others are no mobile number yet."""
    if home is None or not home.prefix or home.abroad != "00":
        return _digits()
    # At one go: 00 and the code of another country becomes nothing that a plan knows.
    return _grouped().str.replace(rf"^(?:\+?00{home.code}|{home.prefix})", f"+{home.code}")


def _international(home: _Home | None) -> "pl.Expr":
    """Digits with their country code; empty where it is not clear."""
    import polars as pl

    digits = pl.col("digits")
    with_plus = digits.str.starts_with("+")
    if home is None:
        return pl.when(with_plus).then(digits).otherwise(pl.lit(""))
    unclear = digits.str.starts_with(home.code)
    told = pl.when(unclear).then(pl.lit("")).otherwise("+" + home.code + digits)
    if home.prefix:
        national = "+" + home.code + digits.str.slice(len(home.prefix))
        told = pl.when(digits.str.starts_with(home.prefix)).then(national).otherwise(told)
    if home.abroad != "00":
        # 00 is a plus by now; some countries dial other digits to go abroad.
        abroad = digits.str.contains(rf"^(?:{home.abroad})".replace(r"\d", "[0-9]"))
        told = pl.when(abroad).then(pl.lit("")).otherwise(told)
    return pl.when(with_plus).then(digits).otherwise(told)


def _is(expression: str, column: str = "e164") -> "pl.Expr":
    import polars as pl

    return pl.col(column).str.contains(expression)


def _told(frame: "pl.DataFrame", standing: "pl.Expr", code: "pl.Expr") -> "pl.DataFrame":
    import polars as pl

    return frame.select(
        "at", "e164", standing.cast(pl.UInt8).alias("standing"), code.cast(pl.String).alias("code")
    )


def _told_by_plan(frame: "pl.DataFrame", region: str) -> "pl.DataFrame":
    """Numbers that begin like their country's code, and those that are certainly no mobile number."""
    import polars as pl

    known, home = plans(), _home(region)
    text = pl.col("text")
    first, others = text.str.slice(0, 1), text.str.slice(1)
    read = (
        frame.filter(text.str.contains(_PLAIN) & ~text.str.contains(_DECIMAL) & ~text.str.contains(_DATE))
        .with_columns(text=first + others.str.replace_all("(0)", "", literal=True))
        .with_columns(digits=_digits())
        .filter(pl.col("digits").str.contains(r"^\+?[0-9]+$"))
        .with_columns(e164=_international(home))
    )
    bare = ~pl.col("digits").str.starts_with("+")
    if home is not None and home.prefix:
        bare = bare & ~pl.col("digits").str.starts_with(home.prefix)
    read = read.with_columns(plus=pl.when(bare).then("+" + pl.col("digits")).otherwise(pl.lit("")))
    zero = pl.when(pl.col("plus") != "").then(_zero_lost(home))
    told = [_told(read.filter(_is(known.mobile) & ~_is(known.other)), pl.lit(VALID), zero)]
    read = read.filter(~_is(known.mobile) & ~_is(known.other) & ~_is(known.other, "plus"))
    if home is not None:
        told += _told_by_home(read, home, known)
    doubtful = read.filter(
        _is(known.alone)
        & ~_is(known.mobile, "plus")
        & ~_is(_PREFIXED, "plus")
        & _is(rf"^\+[0-9]{{7,{_LONGEST}}}$")
    )
    # A prefix is kept where the rest is of no length the country knows: looked at one by one.
    whole = pl.col("digits").str.starts_with("+") & ~_is(known.local)
    written = whole | _is(known.fixed) | _is(known.length)
    doubtful = doubtful.filter(written)
    code = (
        pl.when(_is(known.fixed))
        .then(pl.lit("number_landline"))
        .when(_is(known.length))
        .then(pl.lit("number_unknown_range"))
        .otherwise(pl.lit("number_wrong_length"))
    )
    return pl.concat([*told, _told(doubtful, pl.lit(DOUBTFUL), code)])


def _told_by_home(read: "pl.DataFrame", home: _Home, known: Plans) -> "list[pl.DataFrame]":
    """Bare numbers: of the own country after all, or of any country with its plus forgotten."""
    import polars as pl

    begins = pl.col("digits").str.starts_with(home.code) & (pl.col("plus") != "")
    own, rest = pl.col("digits").str.contains(home.shape), pl.col("digits").str.slice(len(home.code))
    national = read.with_columns(e164="+" + home.code + pl.col("digits"))
    forgotten = read.with_columns(e164=pl.col("plus")).filter(_is(known.mobile))
    return [
        _told(
            national.filter(begins & own & _is(known.mobile) & ~_is(known.other)),
            pl.lit(VALID),
            _zero_lost(home),
        ),
        _told(
            forgotten.filter(
                pl.when(begins & ~own)
                .then(rest.str.contains(home.shape))
                .otherwise(~begins | ~("+" + home.code + pl.col("digits")).str.contains(known.mobile))
            ),
            pl.lit(VALID),
            pl.lit("number_read_with_plus"),
        ),
    ]


def _zero_lost(home: _Home | None) -> "pl.Expr":
    import polars as pl

    return pl.lit("number_zero_lost" if home is not None and home.writes_zero else None, dtype=pl.String)


def _told_by_letters(frame: "pl.DataFrame", _region: str) -> "pl.DataFrame":
    """Words in ASCII: no link, no extension, no number of a spreadsheet, nothing that was to be a number."""
    import polars as pl

    text = pl.col("text")
    words = text.str.contains(r"^[ -~]{1,100}$") & text.str.contains(r"[A-DF-HJ-NP-Za-df-kmnp-z]")
    many = text.str.count_matches("[0-9]") >= _MANY_DIGITS
    other = text.str.contains(_LINKED) | text.str.contains(_EXTENDED) | many
    told = frame.filter(words & ~other).with_columns(e164=pl.lit(""))
    return _told(told, pl.lit(INVALID), pl.lit("number_letters"))


def _one_by_one(frame: "pl.DataFrame", region: str) -> "pl.DataFrame":
    import polars as pl

    texts = frame["text"].unique()
    numbers = [read_number(text, region) for text in texts]
    answers = pl.DataFrame(
        {
            "text": texts,
            "e164": [number.e164 for number in numbers],
            "standing": pl.Series([_STANDINGS[number.standing] for number in numbers], dtype=pl.UInt8),
            "code": pl.Series([number.code for number in numbers], dtype=pl.String),
        }
    )
    return frame.join(answers, on="text", how="left").select("at", "e164", "standing", "code")
