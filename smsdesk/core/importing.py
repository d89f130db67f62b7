"""Import: a sheet and a mapping become recipients and problems. Nothing is dropped in silence."""

import io
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, overload

from smsdesk.core.blackouts import Period, format_period, parse_period
from smsdesk.core.columns import Column
from smsdesk.core.numbering import INVALID, VALID, read_column
from smsdesk.core.numbers import Standing, read_number
from smsdesk.core.problem import Level, Problem, Where
from smsdesk.core.recipients import Recipients
from smsdesk.core.sheet import Sheet

if TYPE_CHECKING:
    import polars as pl

SAMPLE, LOOKED_AT = 50, 1000
"""How many cells tell what a column holds, and among how many rows they are sought."""
_FORMULA = r"^[=+\-@\t\r]"
"""How a cell begins that a spreadsheet would run."""
_NUMBER_NAMES = re.compile(
    r"(?i)(mobil|handy|cell|celular|phone|t[eé]l[eé]phone|tel[eé]fon|portable|m[oó]vil|rufnummer|msisdn|"
    r"\bdst\b|\btel\b|nummer$|number$|\bsms\b)"
)
_REFERENCE_NAMES = re.compile(
    r"(?i)^(reference|referenz|ref|customer ?ref|kunden-?nr\.?|kunden-?nummer|customer (no|number|id)|id|"
    r"r[eé]f[eé]rence|referencia|riferimento|num[eé]ro client)$"
)
_OWN_NAMES = ("dst", "customerref", "blackoutperiods")
_BLACKOUT_NAMES = re.compile(r"(?i)^(blackout ?periods?|sperrzeit(en)?)$")
_FIRST, _LAST, _WHOLE = (
    re.compile(r"(?i)^(first ?name|vorname|given ?name|pr[eé]nom|nombre)$"),
    re.compile(r"(?i)^(last ?name|nachname|surname|family ?name|nom|apellidos?|cognome)$"),
    re.compile(r"(?i)^(name|full ?name|kunde|customer|nom complet|nome)$"),
)


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
    problems: "Problems"
    mapping: dict[str, str]
    sheet: Sheet


def guess_mapping(sheet: Sheet, region: str) -> dict[str, str]:
    """Which column is what: by its name, else by its content. Keys as in :func:`import_sheet`."""
    number = _number_column(sheet, region)
    mapping = {"dst": number} if number else {}
    for name in sheet.header:
        if name == number:
            continue
        if _BLACKOUT_NAMES.match(name):
            mapping.setdefault("blackouts", name)
            continue
        if _REFERENCE_NAMES.match(name):
            mapping.setdefault("reference", name)
        mapping[f"field:{name}"] = name
    return mapping


def _number_column(sheet: Sheet, region: str) -> str | None:
    scores = []
    for name in sheet.header:
        cells = [cell for cell in sheet.frame[name].head(LOOKED_AT) if cell.strip()][:SAMPLE]
        usable = sum(read_number(cell, region).standing is Standing.VALID for cell in cells)
        share = usable / len(cells) if cells else 0.0
        named = bool(_NUMBER_NAMES.search(name)) and not _REFERENCE_NAMES.match(name)
        if named or share > 0.5:
            scores.append((named * 0.5 + share, name))
    return max(scores, key=lambda score: score[0])[1] if scores else None


@dataclass(frozen=True, slots=True)
class Problems(Sequence[Problem]):
    """What is wrong with rows of a sheet, in their order; each is made when it is asked for.

    ``frame``: row (from 1), line, code, level, key (what the column was taken for), value, first.
    """

    frame: "pl.DataFrame"
    sheet: str | None
    mapping: Mapping[str, str]

    def __len__(self) -> int:
        return self.frame.height

    @overload
    def __getitem__(self, index: int) -> Problem: ...

    @overload
    def __getitem__(self, index: slice) -> "Problems": ...

    def __getitem__(self, index: int | slice) -> "Problem | Problems":
        if isinstance(index, slice):
            return Problems(self.frame[index], self.sheet, self.mapping)
        return self._problem(*self.frame.row(index))

    def __iter__(self) -> Iterator[Problem]:
        return (self._problem(*row) for row in self.frame.iter_rows())

    def json_lines(self, words: Callable[[str], tuple[str, str]]) -> bytes:
        """One JSON object a problem and line; ``words`` gives sentence and hint of a code.

        Where a sentence names the row that came first it has ``{first}`` there.
        """
        import polars as pl

        codes = self.frame["code"].unique().to_list()
        pairs = pl.DataFrame(
            [(code, *words(code)) for code in codes],
            schema=dict.fromkeys(("code", "problem", "hint"), pl.String),
            orient="row",
        )
        columns = pl.DataFrame(
            {"key": [*self.mapping], "column": [*self.mapping.values()]},
            schema=dict.fromkeys(("key", "column"), pl.String),
        )
        told = self.frame.join(pairs, on="code", how="left", maintain_order="left")
        told = told.join(columns, on="key", how="left", maintain_order="left")
        first = pl.col("first").cast(pl.String).fill_null("")
        filled = [
            pl.col(name).str.replace_all("{first}", first, literal=True) for name in ("problem", "hint")
        ]
        sheet = pl.lit(self.sheet, dtype=pl.String).alias("sheet")
        return told.select("row", "line", sheet, "column", "value", "level", *filled).write_ndjson().encode()

    def _problem(
        self, row: int, line: int, code: str, level: str, key: str, value: str, first: int | None
    ) -> Problem:
        where = Where(row=row, line=line, sheet=self.sheet, column=self.mapping.get(key), value=value)
        return Problem(Level(level), code, where, {} if first is None else {"first": first})


def import_sheet(
    sheet: Sheet,
    mapping: Mapping[str, str],
    region: str,
    do_not_contact: Collection[str] = frozenset(),
    taken: Collection[str] = frozenset(),
) -> Imported:
    """Every row of a sheet as a recipient or a problem.

    ``mapping`` leads from ``dst``, ``reference``, ``blackouts`` and ``field:<name>`` to column names.
    ``taken`` holds E.164 numbers that are recipients already: they count as duplicates.
    """
    import polars as pl

    mapping, table = dict(mapping), sheet.frame
    texts = table[mapping["dst"]] if "dst" in mapping else pl.repeat("", len(sheet), eager=True)
    spans = _Spans(table, mapping.get("blackouts"))
    rows = read_column(texts, region).with_columns(line=sheet.lines, value=texts)
    rows = rows.with_row_index("row", offset=1)
    rows = rows.with_columns(became=_became(rows, table, spans, do_not_contact, taken))
    found = dict(rows["became"].value_counts().iter_rows())
    found["duplicates"] = found.get("duplicates", 0) + found.pop("elsewhere", 0)
    valid, doubtful = (_list(rows, table, mapping, spans, kind) for kind in ("valid", "doubtful"))
    problems = Problems(_problems(rows, spans), sheet.sheet, mapping)
    return Imported(valid, doubtful, Counts(**found), problems, mapping, sheet)


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


def _became(
    rows: "pl.DataFrame",
    table: "pl.DataFrame",
    spans: _Spans,
    do_not_contact: Collection[str],
    taken: Collection[str],
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
        .when(_one_of(taken))
        .then(pl.lit("elsewhere"))
        .when(_one_of(do_not_contact))
        .then(pl.lit("do_not_contact"))
    )
    told_first = rows.with_columns(told=told)
    digits = pl.col("e164").str.slice(1).cast(pl.UInt64, strict=False)
    usable = pl.when(pl.col("told").is_null()).then(digits)
    return told_first.select(
        pl.when(pl.col("told").is_not_null())
        .then(pl.col("told"))
        .when(~usable.is_first_distinct())
        .then(pl.lit("duplicates"))
        .when(pl.col("standing") == VALID)
        .then(pl.lit("valid"))
        .otherwise(pl.lit("doubtful"))
    ).to_series()


def _one_of(numbers: Collection[str]) -> "pl.Expr":
    import polars as pl

    if not numbers:
        return pl.lit(value=False)
    return pl.col("e164").is_in(pl.Series([*numbers], dtype=pl.String).implode())


_LEVELS = {
    "valid": Level.NOTE,
    "doubtful": Level.WARNING,
    "invalid": Level.ERROR,
    "duplicates": Level.WARNING,
    "elsewhere": Level.WARNING,
    "do_not_contact": Level.NOTE,
}
_CODES = {"duplicates": "duplicate", "elsewhere": "duplicate_elsewhere", "do_not_contact": "do_not_contact"}


def _problems(rows: "pl.DataFrame", spans: _Spans) -> "pl.DataFrame":
    import polars as pl

    became = pl.col("became")
    told = rows.filter((became != "blank") & ((became != "valid") | pl.col("code").is_not_null()))
    twice = told.filter(became == "duplicates").select("row", "e164")
    firsts = rows.join(twice.select("e164").unique(), on="e164", how="semi")
    firsts = firsts.filter(became.is_in(["valid", "doubtful"])).select("e164", first="row")
    twice = twice.join(firsts, on="e164", how="left").select("row", "first")
    of_periods = (became == "invalid") & (pl.col("standing") != INVALID)
    value = pl.col("row").replace_strict({at + 1: text for at, text in spans.unread.items()}, default="")
    return (
        told.join(twice, on="row", how="left")
        .sort("row")
        .select(
            "row",
            "line",
            code=pl.when(of_periods)
            .then(pl.lit("blackout_unreadable"))
            .otherwise(became.replace_strict(_CODES, default=pl.col("code"))),
            level=became.replace_strict({kind: level.value for kind, level in _LEVELS.items()}),
            key=pl.when(of_periods).then(pl.lit("blackouts")).otherwise(pl.lit("dst")),
            value=pl.when(of_periods).then(value).otherwise(pl.col("value")) if spans.unread else "value",
            first=pl.when(became == "elsewhere").then(pl.lit(0)).otherwise(pl.col("first")),
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


def usable_csv(imported: Imported, use_doubtful: bool) -> bytes:  # noqa: FBT001 (the contract's own switch)
    """The usable list as CSV: ``dst``, ``customerRef``, then the other columns; formulas are defused."""
    import polars as pl

    lists = (imported.recipients, imported.doubtful) if use_doubtful else (imported.recipients,)
    # The reference has its column already; periods have one where somebody has some.
    names = [name for name in imported.recipients.fields if name.casefold() not in _OWN_NAMES]
    has_periods = any(rows.blackouts for rows in lists)
    table = pl.concat([_as_table(rows, names, has_periods=has_periods) for rows in lists])
    out = io.BytesIO()
    table.write_csv(out, line_terminator="\r\n")
    return out.getvalue()


def _as_table(rows: Recipients, names: list[str], *, has_periods: bool) -> "pl.DataFrame":
    import polars as pl

    columns = {"customerRef": rows.reference} | {name: rows.fields[name] for name in names}
    made = {"dst": _series(rows.dst)}
    made |= {defused(name): _series(column) for name, column in columns.items()}
    cells = pl.exclude("dst")
    safe = pl.when(cells.str.contains(_FORMULA)).then("'" + cells).otherwise(cells).name.keep()
    table = pl.LazyFrame(made).select("dst", safe).collect(engine="streaming")
    if has_periods:
        texts = (", ".join(map(format_period, rows.blackouts.get(at, ()))) for at in range(len(rows)))
        table = table.with_columns(blackoutPeriods=pl.Series(texts, dtype=pl.String))
    return table


def _series(column: Sequence[str]) -> "pl.Series":
    import polars as pl

    return column.series if isinstance(column, Column) else pl.Series(column, dtype=pl.String)


def defused(cell: str) -> str:
    """A cell that a spreadsheet does not take for a formula."""
    return f"'{cell}" if re.match(_FORMULA, cell) else cell


def display_name(fields: Mapping[str, str]) -> str:
    """A person's name, from the columns that look like one; empty where none does."""

    def cell(names: re.Pattern[str]) -> str:
        return next(
            (value.strip() for key, value in fields.items() if names.match(key) and value.strip()), ""
        )

    return f"{cell(_FIRST)} {cell(_LAST)}".strip() or cell(_WHOLE)
