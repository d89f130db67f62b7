"""Tables for spreadsheets: what is text stays text, nothing in them runs, and they can be imported again.

NUL, which no cell can carry, is written as U+2400; of what a workbook cannot carry see :mod:`core.book`.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, BinaryIO

from smsdesk.core.blackouts import format_period
from smsdesk.core.book import Cell, write_book
from smsdesk.core.columns import column_of
from smsdesk.core.formulas import ODD, defused, defused_cells
from smsdesk.core.import_telling import Became
from smsdesk.core.importing import Imported
from smsdesk.core.mapping import OWN_REFERENCE, REASON, is_reason
from smsdesk.core.recipients import Recipients, in_columns
from smsdesk.core.visible import numbered

if TYPE_CHECKING:
    import polars as pl

_OWN_NAMES = ("dst", "customerref", "blackoutperiods")
_NULL = "\u2400"
_PLAIN_SIGNS = {
    "“": '"',
    "”": '"',
    "„": '"',
    "‘": "'",
    "’": "'",
    "…": "...",
    "×": "x",
    "–": "-",
}
"""For encodings that lack the signs of our sentences."""
Words = Callable[[str], tuple[str, str]]
WORKBOOK = ".xlsx"
_IS_ODD = re.compile(ODD).search
_E164 = re.compile(r"\+[0-9]{7,15}")


def usable_csv(imported: Imported, use_doubtful: bool) -> bytes:  # noqa: FBT001 (the contract's own switch)
    """The usable list as CSV: ``dst``, ``customerRef``, then the other columns; formulas are defused."""
    lists = (imported.recipients, imported.doubtful) if use_doubtful else (imported.recipients,)
    return list_csv(*lists)


def list_csv(*lists: Recipients) -> bytes:
    """Lists with the same columns as one table, in UTF-8."""
    return _csv(list_table(*lists), ",", but="dst")


def list_table(*lists: Recipients) -> "pl.DataFrame":
    """``dst``, ``customerRef``, the merge fields and, where somebody has some, ``blackoutPeriods``."""
    import polars as pl

    tables = [in_columns(rows) for rows in lists]
    # Periods have a column where somebody has some.
    has_periods = any(rows.blackouts for rows in tables)
    names = _names(tables)
    return pl.concat([_as_table(rows, names, has_periods=has_periods) for rows in tables])


def _names(lists: Sequence[Recipients]) -> dict[str, str]:
    """The merge fields and the names of their columns; one that has the name of an own column is numbered.

    The reference under its own name has its column already.
    """
    names: dict[str, str] = {}
    for name in lists[0].fields:
        if name == OWN_REFERENCE and all(rows.fields[name] == rows.reference for rows in lists):
            continue
        label, at = name, 1
        while label.casefold() in (*_OWN_NAMES, *map(str.casefold, names.values())):
            at += 1
            label = f"{name} {at}"
        names[name] = label
    return names


def _as_table(rows: Recipients, names: dict[str, str], *, has_periods: bool) -> "pl.DataFrame":
    import polars as pl

    columns = {"dst": rows.dst, "customerRef": rows.reference}
    columns |= {label: rows.fields[name] for name, label in names.items()}
    made = {name: column_of(column).series for name, column in columns.items()}
    if has_periods:
        places = pl.Series([*rows.blackouts], dtype=pl.UInt32)
        texts = [", ".join(map(format_period, periods)) for periods in rows.blackouts.values()]
        empty = pl.repeat("", len(rows), dtype=pl.String, eager=True)
        made["blackoutPeriods"] = empty.scatter(places, pl.Series(texts, dtype=pl.String)) if texts else empty
    return pl.DataFrame(made)


def rest_table(
    imported: Imported,
    use_doubtful: bool,  # noqa: FBT001 (as above)
    words: Words,
    named: Callable[[str], str] = numbered,
) -> "pl.DataFrame":
    """The rows that are not taken, as they came, and the columns ``REASON`` with why and what to do.

    ``words`` as for :meth:`Problems.told`. Blank rows are left out.
    """
    import polars as pl

    taken = [Became.VALID, *([Became.DOUBTFUL] if use_doubtful else [])]
    problems = imported.problems.where(~pl.col("became").is_in([int(kind) for kind in taken]))
    # What decided about a row stands first.
    told = problems.told(words, named).unique("row", keep="first", maintain_order=True)
    table = imported.sheet.frame
    table = table.select(name for name in table.columns if not is_reason(name))
    reasons = {name: told[key] for name, key in zip(REASON, ("problem", "hint"), strict=True)}
    return table[told["row"] - 1].with_columns(**reasons)


def rest_csv(
    imported: Imported,
    use_doubtful: bool,  # noqa: FBT001 (as above)
    words: Words,
    named: Callable[[str], str] = numbered,
) -> bytes:
    """:func:`rest_table` in the file's own delimiter and encoding; a workbook's in UTF-8 with commas."""
    table, sheet = rest_table(imported, use_doubtful, words, named), imported.sheet
    for likely in (table, table.with_columns(map(_plain, REASON))):
        try:
            return _csv(likely, sheet.delimiter or ",").decode().encode(sheet.encoding or "utf-8-sig")
        except (UnicodeEncodeError, LookupError):
            continue
    return _csv(table, sheet.delimiter or ",").decode().encode("utf-8-sig")


def _plain(column: str) -> "pl.Expr":
    import polars as pl

    return pl.col(column).str.replace_many([*_PLAIN_SIGNS], [*_PLAIN_SIGNS.values()])


def rest_xlsx(
    imported: Imported,
    use_doubtful: bool,  # noqa: FBT001 (as above)
    words: Words,
    named: Callable[[str], str] = numbered,
) -> bytes:
    """:func:`rest_table` as a workbook, every cell a text."""
    return as_xlsx(rest_table(imported, use_doubtful, words, named))


def _csv(table: "pl.DataFrame", delimiter: str, but: str | None = None) -> bytes:
    """``but``: the column that holds E.164 numbers only, whose plus stays bare."""
    import polars as pl

    names = [name for name in table.columns if name != but]
    odd = table.lazy().select(pl.col(*names).str.contains(ODD).any()) if names else None
    marks = odd.collect(engine="streaming") if odd is not None else table.clear()
    shown = {name: pl.col(name).str.replace_all("\0", _NULL, literal=True) for name in names}
    safe = table.with_columns(defused_cells(shown[name]).alias(name) for name in names if marks[name].any())
    safe.columns = [defused(name) for name in table.columns]
    out = io.BytesIO()
    safe.write_csv(out, separator=delimiter, line_terminator="\r\n")
    return out.getvalue()


def as_xlsx(table: "pl.DataFrame") -> bytes:
    """A table as a workbook whose cells have the format of text."""
    out = io.BytesIO()
    write_book((table.columns, *table.iter_rows()), out)
    return out.getvalue()


def write_table(rows: Iterable[Sequence[Cell]], out: BinaryIO, name: str, delimiter: str) -> None:
    """Writes rows, the first one the head, as the ending of a file's name asks for: ``.xlsx``, else CSV.

    Figures are numbers. CSV is text that Excel takes for UTF-8, with an instant's offset; of what Excel would
    run only a number in E.164 stays as it is, so that other programs can read it.
    """
    if name.casefold().endswith(WORKBOOK):
        write_book(rows, out)
        return
    text = io.TextIOWrapper(out, "utf-8-sig", "replace", newline="", write_through=True)
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows(map(_safe, rows))
    text.detach()


def _safe(row: Sequence[Cell]) -> list[str | int]:
    return [cell if isinstance(cell, int) else _safe_cell(cell) for cell in row]


def _safe_cell(cell: str | datetime) -> str:
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "seconds")
    if not _IS_ODD(cell) or _E164.fullmatch(cell):
        return cell
    return defused(cell.replace("\0", _NULL))
