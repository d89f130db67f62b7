"""Import: a sheet and a mapping become recipients and problems. Nothing is dropped in silence."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from smsdesk.core.blackouts import Period, parse_period
from smsdesk.core.columns import Column
from smsdesk.core.errors import Value
from smsdesk.core.import_problems import Problems
from smsdesk.core.numbering import INVALID, VALID, read_column
from smsdesk.core.problem import Level
from smsdesk.core.progress import Progress, silent
from smsdesk.core.recipients import Recipients
from smsdesk.core.sheet import Sheet

if TYPE_CHECKING:
    import polars as pl

__all__ = ["Counts", "Imported", "Known", "Problems", "Setting", "Taken", "import_sheet", "mended"]
_FIRST, _LAST, _WHOLE = (
    re.compile(r"(?i)^(first ?name|vorname|given ?name|pr[eé]nom|nombre)$"),
    re.compile(r"(?i)^(last ?name|nachname|surname|family ?name|nom|apellidos?|cognome)$"),
    re.compile(r"(?i)^(name|full ?name|kunde|customer|nom complet|nome)$"),
)


@dataclass(frozen=True, slots=True)
class Setting:
    """What a row is read by where it does not say otherwise.

    ``region`` (ISO 3166) is the country of numbers without a code, ``zone`` (IANA) the one of times
    without an offset; daily hours hold for the days that follow ``now``.
    """

    region: str
    now: datetime
    zone: str = "UTC"


@dataclass(frozen=True, slots=True)
class Taken:
    """Numbers (E.164) that are recipients already: the problem they make, and the values which tell where.

    ``code``: ``duplicate_elsewhere`` (the list that is imported into), ``duplicate_text`` (another text of
    the campaign: ``text``), ``duplicate_recent`` (an earlier campaign: ``campaign``, ``day``).
    """

    code: str
    numbers: Sequence[str]
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Known:
    """Numbers (E.164) that an import leaves out."""

    do_not_contact: Sequence[str] = ()
    taken: tuple[Taken, ...] = ()


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows of a sheet are what."""

    valid: int = 0
    doubtful: int = 0
    invalid: int = 0
    duplicates: int = 0
    do_not_contact: int = 0
    blank: int = 0

    @property
    def rows(self) -> int:
        """All rows: the sum of the six."""
        return self.valid + self.doubtful + self.invalid + self.duplicates + self.do_not_contact + self.blank


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a sheet: the valid recipients, those held back, and why of each other row."""

    recipients: Recipients
    doubtful: Recipients
    counts: Counts
    problems: Problems
    mapping: dict[str, str]
    sheet: Sheet
    setting: Setting


NOTHING = Known()


def import_sheet(
    sheet: Sheet,
    mapping: Mapping[str, str],
    setting: Setting,
    known: Known = NOTHING,
    progress: Progress = silent,
) -> Imported:
    """Every row of a sheet as a recipient or a problem.

    ``mapping`` leads from the keys of :data:`smsdesk.core.mapping.ONCE` and ``field:<name>`` to column names.
    """
    import polars as pl

    mapping, table = dict(mapping), sheet.frame
    texts = table[mapping["dst"]] if "dst" in mapping else pl.repeat("", len(sheet), eager=True)
    spans = _Spans(table, mapping.get("blackouts"))
    rows = read_column(texts, setting.region).with_columns(line=sheet.lines, value=texts)
    rows = rows.with_row_index("row", offset=1).with_columns(digits=_digits(pl.col("e164")))
    rows = _with_taken(rows, known.taken)
    rows = rows.with_columns(became=_became(rows, table, spans, known.do_not_contact))
    found = dict(rows["became"].value_counts().iter_rows())
    found["duplicates"] = found.get("duplicates", 0) + found.pop("elsewhere", 0)
    valid, doubtful = (_list(rows, table, mapping, spans, kind) for kind in ("valid", "doubtful"))
    frame = _problems(rows, spans, mapping, tuple(taken.code for taken in known.taken))
    problems = Problems(frame, sheet.sheet, tuple(taken.values for taken in known.taken))
    progress(len(sheet), len(sheet))
    return Imported(valid, doubtful, Counts(**found), problems, mapping, sheet, setting)


def mended(sheet: Sheet, row: int, column: str, value: str) -> Sheet:
    """The sheet with one cell written anew; ``row`` counts from 1, as in ``Where.row``."""
    cells = sheet.frame[column].clone().scatter(row - 1, value)
    return replace(sheet, frame=sheet.frame.with_columns(cells))


class _Spans:
    """The blackout periods of a column, by row from 0: those that could be read and the others."""

    def __init__(self, table: "pl.DataFrame", column: str | None) -> None:
        import polars as pl

        self.read: dict[int, tuple[Period, ...]] = {}
        self.unread: dict[int, str] = {}
        if column is None:
            return
        filled = table.select(pl.row_index("at"), pl.col(column).str.strip_chars().alias("text"))
        known: dict[str, tuple[Period, ...] | None] = {}
        for at, text in filled.filter(pl.col("text") != "").iter_rows():
            if text not in known:
                known[text] = _periods(text)
            periods = known[text]
            if periods is None:
                self.unread[at] = text
            else:
                self.read[at] = periods


def _periods(text: str) -> tuple[Period, ...] | None:
    try:
        return tuple(parse_period(part) for part in re.split(r"[,;|]", text) if part.strip())
    except ValueError:
        return None


def _digits(e164: "pl.Expr") -> "pl.Expr":
    """A number without its plus takes eight bytes; null for none."""
    import polars as pl

    return e164.str.slice(1).cast(pl.UInt64, strict=False)


def _with_taken(rows: "pl.DataFrame", taken: tuple[Taken, ...]) -> "pl.DataFrame":
    """``taken``: which of the lists has the number first; null for none."""
    import polars as pl

    lists = [
        pl.DataFrame({"e164": pl.Series(those.numbers, dtype=pl.String)}).select(
            _digits(pl.col("e164")).alias("digits"), pl.lit(at, dtype=pl.UInt32).alias("taken")
        )
        for at, those in enumerate(taken)
    ]
    if not lists:
        return rows.with_columns(taken=pl.lit(None, dtype=pl.UInt32))
    whole = pl.concat(lists).unique("digits", keep="first", maintain_order=True)
    return rows.join(whole, on="digits", how="left", maintain_order="left")


def _became(
    rows: "pl.DataFrame", table: "pl.DataFrame", spans: _Spans, do_not_contact: Sequence[str]
) -> "pl.Series":
    """What became of each row: a field of :class:`Counts`, or ``elsewhere`` for a recipient already."""
    import polars as pl

    empty = rows.with_columns(at=pl.col("row") - 1).filter(pl.col("code") == "number_empty")["at"]
    blank = empty.filter(~table[empty].select(pl.any_horizontal(pl.all().str.contains(r"\S"))).to_series())
    bad = (pl.col("standing") == INVALID) | (pl.col("row") - 1).is_in([*spans.unread])
    told = (
        pl.when((pl.col("row") - 1).is_in(blank.implode()))
        .then(pl.lit("blank"))
        .when(bad)
        .then(pl.lit("invalid"))
        .when(_one_of(do_not_contact))
        .then(pl.lit("do_not_contact"))
        .when(pl.col("taken").is_not_null())
        .then(pl.lit("elsewhere"))
    )
    told_first = rows.with_columns(told=told)
    usable = pl.when(pl.col("told").is_null()).then("digits")
    return told_first.select(
        pl.when(pl.col("told").is_not_null())
        .then(pl.col("told"))
        .when(~usable.is_first_distinct())
        .then(pl.lit("duplicates"))
        .when(pl.col("standing") == VALID)
        .then(pl.lit("valid"))
        .otherwise(pl.lit("doubtful"))
    ).to_series()


def _one_of(numbers: Sequence[str]) -> "pl.Expr":
    import polars as pl

    if not numbers:
        return pl.lit(value=False)
    return pl.col("e164").is_in(pl.Series(numbers, dtype=pl.String).implode())


_LEVELS = {
    "valid": Level.NOTE,
    "doubtful": Level.WARNING,
    "invalid": Level.ERROR,
    "duplicates": Level.WARNING,
    "elsewhere": Level.WARNING,
    "do_not_contact": Level.NOTE,
}
_CODES = {"duplicates": "duplicate", "do_not_contact": "do_not_contact"}


def _problems(
    rows: "pl.DataFrame", spans: _Spans, mapping: Mapping[str, str], codes: tuple[str, ...]
) -> "pl.DataFrame":
    import polars as pl

    became = pl.col("became")
    told = rows.filter((became != "blank") & ((became != "valid") | pl.col("code").is_not_null()))
    twice = told.filter(became == "duplicates").select("row", "digits")
    firsts = rows.join(twice.select("digits").unique(), on="digits", how="semi")
    firsts = firsts.filter(became.is_in(["valid", "doubtful"])).select(
        "digits", first="line", first_value="value"
    )
    twice = twice.join(firsts, on="digits", how="left").drop("digits")
    of_periods = (became == "invalid") & (pl.col("standing") != INVALID)
    value = pl.col("row").replace_strict({at + 1: text for at, text in spans.unread.items()}, default="")
    code = became.replace_strict(_CODES, default=pl.col("code"))
    if codes:
        elsewhere = pl.col("taken").replace_strict(dict(enumerate(codes)), default=None)
        code = pl.when(became == "elsewhere").then(elsewhere).otherwise(code)
    names = [pl.lit(mapping.get(key), dtype=pl.String) for key in ("blackouts", "dst")]
    return (
        told.join(twice, on="row", how="left")
        .sort("row")
        .select(
            "row",
            "line",
            code=pl.when(of_periods).then(pl.lit("blackout_unreadable")).otherwise(code),
            level=became.replace_strict({kind: level.value for kind, level in _LEVELS.items()}),
            column=pl.when(of_periods).then(names[0]).otherwise(names[1]),
            value=pl.when(of_periods).then(value).otherwise(pl.col("value")) if spans.unread else "value",
            first=pl.col("first").cast(pl.Int64),
            first_value="first_value",
            taken=pl.when(became == "elsewhere").then("taken"),
        )
    )


def _list(
    rows: "pl.DataFrame", table: "pl.DataFrame", mapping: Mapping[str, str], spans: _Spans, kind: str
) -> Recipients:
    import polars as pl

    mask = rows["became"] == kind
    kept = table.filter(mask).lazy().select(pl.all().str.strip_chars()).collect(engine="streaming")
    none = pl.repeat("", kept.height, dtype=pl.String, eager=True)
    places = mask.arg_true().to_list() if spans.read else []
    return Recipients(
        Column(rows["e164"].filter(mask)),
        Column(kept[mapping["reference"]] if "reference" in mapping else none),
        {
            key.removeprefix("field:"): Column(kept[column])
            for key, column in mapping.items()
            if key.startswith("field:") and column in kept.columns
        },
        {new: spans.read[old] for new, old in enumerate(places) if old in spans.read},
    )


def display_name(fields: Mapping[str, str]) -> str:
    """A person's name, from the columns that look like one; empty where none does."""

    def cell(names: re.Pattern[str]) -> str:
        return next(
            (value.strip() for key, value in fields.items() if names.match(key) and value.strip()), ""
        )

    return f"{cell(_FIRST)} {cell(_LAST)}".strip() or cell(_WHOLE)
