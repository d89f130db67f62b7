"""Import: a sheet and a mapping become recipients and problems. Nothing is dropped in silence."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from smsdesk.core.columns import Column, column_of
from smsdesk.core.errors import Value
from smsdesk.core.formulas import undefused, undefused_cells
from smsdesk.core.import_problems import Problems
from smsdesk.core.import_telling import Became, Telling
from smsdesk.core.numbering import INVALID, VALID, read_column
from smsdesk.core.places import region_named
from smsdesk.core.progress import Progress, silent
from smsdesk.core.recipients import Recipients
from smsdesk.core.sheet import Sheet
from smsdesk.core.spans import Spans, read_spans

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
    """What became of a sheet: the valid recipients, those held back, and why of each other row.

    ``by_hours``: how many of them have daily hours, which hold for ``DAYS`` days from ``setting.now``.
    """

    recipients: Recipients
    doubtful: Recipients
    counts: Counts
    problems: Problems
    mapping: dict[str, str]
    sheet: Sheet
    setting: Setting
    by_hours: int = 0


NOTHING = Known()
CHUNK = 200_000
"""Rows after which the progress is told; where nobody listens they are read at one go: that is faster."""
_NOWHERE = "ZZ"
"""The country of numbers that have to bring their own code."""


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
    region, now, zone = astuple(setting)
    spans = read_spans(table, mapping, region, zone, now)
    numbers = _numbers(table, mapping, region, progress)
    rows = _with_taken(numbers, known.taken)
    stopped = pl.col("which").is_in([at for at, found in enumerate(spans.found) if found.wrong])
    rows = rows.with_columns(line=sheet.lines, which=spans.which).with_row_index("row", offset=1)
    rows = rows.with_columns(is_stopped=stopped.fill_null(value=False))
    rows = rows.with_columns(became=_became(rows, table, known.do_not_contact))
    fields = _fields(mapping, table.columns, marked=sheet.sheet is None)
    valid, doubtful = (
        _list(rows, sheet, mapping.get("reference"), fields, spans, kind)
        for kind in (Became.VALID, Became.DOUBTFUL)
    )
    told = Telling(rows, table, mapping, spans, tuple(taken.code for taken in known.taken)).problems()
    problems = Problems(told, sheet.sheet, tuple(taken.values for taken in known.taken))
    progress(len(sheet), len(sheet))
    hours = _hours(rows, spans)
    return Imported(valid, doubtful, _counts(rows["became"]), problems, mapping, sheet, setting, hours)


def _counts(became: "pl.Series") -> Counts:
    found = dict.fromkeys((kind.kind for kind in Became), 0)
    for kind, count in became.value_counts().iter_rows():
        found[Became(kind).kind] += count
    return Counts(**found)


def _hours(rows: "pl.DataFrame", spans: Spans) -> int:
    """How many of the rows that are taken have daily hours."""
    import polars as pl

    by_hours = [at for at, found in enumerate(spans.found) if found.by_hours and not found.wrong]
    taken = pl.col("became").is_in([int(Became.VALID), int(Became.DOUBTFUL)])
    return rows.filter(pl.col("which").is_in(by_hours) & taken).height if by_hours else 0


def mended(sheet: Sheet, row: int, column: str, value: str) -> Sheet:
    """The sheet with one cell written anew; ``row`` counts from 1, as in ``Where.row``."""
    cells = sheet.frame[column].clone().scatter(row - 1, value)
    return replace(sheet, frame=sheet.frame.with_columns(cells))


def _numbers(
    table: "pl.DataFrame", mapping: Mapping[str, str], region: str, progress: Progress
) -> "pl.DataFrame":
    """Of all rows what :func:`read_column` tells of their numbers, in little memory, and ``value``, the cell.

    ``digits`` is the number without its plus, null for none; ``lost`` the cell of a country that is not
    known, null elsewhere (absent where countries have no column).
    """
    import polars as pl

    texts = table[mapping["dst"]] if "dst" in mapping else pl.repeat("", table.height, eager=True)
    regions = _regions(table[mapping["region"]], region) if "region" in mapping else None
    parts = []
    step = max(1, len(texts)) if progress is silent else CHUNK
    for start in range(0, max(1, len(texts)), step):
        progress(start, len(texts))
        part = texts.slice(start, step)
        own = regions.slice(start, step) if regions is not None else None
        read = read_column(part, region) if own is None else _by_regions(part, own)
        code = pl.col("code").cast(pl.Categorical)
        parts.append(read.select("standing", code, digits=_digits(pl.col("e164"))))
    rows = pl.concat(parts).with_columns(value=texts)
    if regions is None:
        return rows
    return rows.with_columns(lost=pl.when(regions == _NOWHERE).then(pl.lit(table[mapping["region"]])))


def _regions(cells: "pl.Series", region: str) -> "pl.Series":
    """The country of each row: its own, that of all rows where it has none, nowhere where it is unknown."""
    import polars as pl

    kinds = cells.unique()
    known = {
        cell: (region_named(undefused(cell.strip())) or _NOWHERE) if cell.strip() else region
        for cell in kinds
    }
    return cells.replace_strict(known, return_dtype=pl.String)


def _by_regions(texts: "pl.Series", regions: "pl.Series") -> "pl.DataFrame":
    """:func:`read_column` once for each country."""
    import polars as pl

    found = []
    for region in regions.unique():
        places = (regions == region).arg_true()
        found.append(read_column(texts.gather(places), region).with_columns(at=places))
    return pl.concat(found).sort("at").drop("at") if found else read_column(texts, _NOWHERE)


def _digits(e164: "pl.Expr") -> "pl.Expr":
    """A number without its plus takes eight bytes; null for none."""
    import polars as pl

    return e164.str.slice(1).cast(pl.UInt64, strict=False)


def _known_digits(numbers: Sequence[str]) -> "pl.Series":
    import polars as pl

    texts = numbers.series if isinstance(numbers, Column) else pl.Series(numbers, dtype=pl.String)
    return texts.to_frame("digits").select(_digits(pl.col("digits"))).to_series()


def _with_taken(rows: "pl.DataFrame", taken: tuple[Taken, ...]) -> "pl.DataFrame":
    """``taken``: which of the lists has the number first; null for none."""
    import polars as pl

    lists = [
        _known_digits(those.numbers).to_frame("digits").with_columns(taken=pl.lit(at, dtype=pl.UInt32))
        for at, those in enumerate(taken)
    ]
    if not lists:
        return rows.with_columns(taken=pl.lit(None, dtype=pl.UInt32))
    whole = pl.concat(lists).unique("digits", keep="first", maintain_order=True)
    return rows.join(whole, on="digits", how="left", maintain_order="left")


def _became(rows: "pl.DataFrame", table: "pl.DataFrame", do_not_contact: Sequence[str]) -> "pl.Series":
    """What became of each row."""
    import polars as pl

    def told(kind: Became) -> pl.Expr:
        return pl.lit(int(kind), dtype=pl.UInt8)

    empty = rows.select(((pl.col("code") == "number_empty").fill_null(value=False)).arg_true()).to_series()
    filled = table[empty].select(pl.any_horizontal(pl.all().str.contains(r"\S"))).to_series()
    blank = pl.col("row").is_in((empty.filter(~filled) + 1).implode())
    bad = (pl.col("standing") == INVALID) | pl.col("is_stopped")
    decided = (
        pl.when(blank)
        .then(told(Became.BLANK))
        .when(bad)
        .then(told(Became.INVALID))
        .when(_one_of(do_not_contact))
        .then(told(Became.DO_NOT_CONTACT))
        .when(pl.col("taken").is_not_null())
        .then(told(Became.ELSEWHERE))
    )
    usable = pl.when(pl.col("decided").is_null()).then("digits")
    return (
        rows.with_columns(decided=decided)
        .select(
            pl.when(pl.col("decided").is_not_null())
            .then(pl.col("decided"))
            .when(~usable.is_first_distinct())
            .then(told(Became.DUPLICATES))
            .when(pl.col("standing") == VALID)
            .then(told(Became.VALID))
            .otherwise(told(Became.DOUBTFUL))
        )
        .to_series()
    )


def _one_of(numbers: Sequence[str]) -> "pl.Expr":
    import polars as pl

    if not numbers:
        return pl.lit(value=False)
    return pl.col("digits").is_in(_known_digits(numbers).implode()).fill_null(value=False)


def _list(
    rows: "pl.DataFrame",
    sheet: Sheet,
    reference: str | None,
    fields: Mapping[str, str],
    spans: Spans,
    kind: Became,
) -> Recipients:
    import polars as pl

    mask, table = rows["became"] == int(kind), sheet.frame
    wanted = dict.fromkeys([*fields.values(), *([reference] if reference is not None else [])])
    kept = table.select(*wanted).filter(mask) if wanted else table.clear().select()
    loose = pl.all().str.contains(r"^\s|\s$").any()
    untidy = kept.lazy().select(loose).collect(engine="streaming")
    kept = kept.with_columns(pl.col(name).str.strip_chars() for name in wanted if untidy[name].any())
    if sheet.sheet is None:
        # In a text the mark of our own export comes off; a workbook needs none.
        marked = [name for name in wanted if kept[name].str.starts_with("'").any()]
        kept = kept.with_columns(undefused_cells(pl.col(name)) for name in marked)
    none = pl.repeat("", int(mask.sum()), dtype=pl.String, eager=True)
    return Recipients(
        Column(rows.select("+" + pl.col("digits").filter(mask).cast(pl.String)).to_series()),
        Column(kept[reference] if reference is not None else none),
        {name: Column(kept[column]) for name, column in fields.items()},
        spans.periods(mask),
    )


def _fields(mapping: Mapping[str, str], header: Sequence[str], *, marked: bool) -> dict[str, str]:
    """The merge fields and their columns; a person's own text is one too.

    ``marked``: names may have the mark of our own export.
    """
    fields: dict[str, str] = {}
    for key, column in mapping.items():
        if key.startswith("field:") and column in header:
            name = key.removeprefix("field:")
            plain = undefused(name) if marked else name
            fields[name if plain in fields else plain] = column
    own = mapping.get("text")
    if own is not None and own not in fields.values():
        fields.setdefault(own, own)
    return fields


_BLANKS = "".join(filter(str.isspace, map(chr, range(0x3001))))
"""What ``str.strip`` takes for blanks."""


def display_name(fields: Mapping[str, str]) -> str:
    """A person's name, from the columns that look like one; empty where none does."""

    def cell(names: re.Pattern[str]) -> str:
        return next(
            (value.strip() for key, value in fields.items() if names.match(key) and value.strip()), ""
        )

    return f"{cell(_FIRST)} {cell(_LAST)}".strip() or cell(_WHOLE)


def display_names(rows: Recipients) -> list[str]:
    """As :func:`display_name`, of each recipient."""
    import polars as pl

    columns = {name: column_of(column).series for name, column in rows.fields.items() if _is_name(name)}
    if not columns:
        return [""] * len(rows)
    frame = pl.DataFrame({str(at): column for at, column in enumerate(columns.values())})

    def cell(names: re.Pattern[str]) -> "pl.Expr":
        found = (pl.col(str(at)) for at, name in enumerate(columns) if names.match(name))
        stripped = (one.str.strip_chars(_BLANKS) for one in found)
        return pl.coalesce(*(pl.when(one != "").then(one) for one in stripped), pl.lit(""))

    both = (cell(_FIRST) + " " + cell(_LAST)).str.strip_chars(" ")
    named = frame.select(pl.when(both != "").then(both).otherwise(cell(_WHOLE)))
    names: list[str] = named.to_series().to_list()
    return names


def _is_name(name: str) -> bool:
    return any(names.match(name) for names in (_FIRST, _LAST, _WHOLE))
