"""Tables for spreadsheets: what is text stays text, nothing in them runs, and they can be imported again.

What a cell of text cannot carry is replaced by a sign that shows: NUL by U+2400, in a workbook the two
characters that XML lacks by U+FFFD; beyond 32,767 characters a cell of a workbook ends in an ellipsis.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from smsdesk.core.blackouts import format_period
from smsdesk.core.columns import column_of
from smsdesk.core.errors import FileError
from smsdesk.core.formulas import ODD, defused, defused_cells
from smsdesk.core.import_telling import Became
from smsdesk.core.importing import Imported
from smsdesk.core.mapping import OWN_REFERENCE, REASON, is_reason
from smsdesk.core.recipients import Recipients, in_columns
from smsdesk.core.visible import numbered

if TYPE_CHECKING:
    import polars as pl

_OWN_NAMES = ("dst", "customerref", "blackoutperiods")
_NULL, _NO_XML, _CUT = "\u2400", "\ufffd", "\u2026"
_LONGEST_CELL, _MOST_ROWS = 32_767, 1_048_575
"""What a sheet of Excel has room for, below a header."""
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
Cell = str | int
WORKBOOK = ".xlsx"
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
    """:func:`rest_table` as a workbook, every cell a text. Raises FileError: ``too_many_rows``."""
    return as_xlsx(rest_table(imported, use_doubtful, words, named), imported.sheet.name)


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


def as_xlsx(table: "pl.DataFrame", name: str) -> bytes:
    """A table as a workbook whose cells have the format of text: none is run, not even when it is edited.

    Raises FileError about ``name`` with the reason ``too_many_rows``.
    """
    if table.height > _MOST_ROWS:
        raise FileError(name=name, reason="too_many_rows")
    return _workbook((table.columns, *table.iter_rows()), name)


def written(rows: Iterable[Sequence[Cell]], name: str, delimiter: str) -> bytes:
    """Rows, the first one the head, as the ending of a file's name asks for: ``.xlsx``, else CSV.

    Figures are numbers. CSV is text that Excel takes for UTF-8; of what Excel would run only a number in
    E.164 stays as it is, so that other programs can read it. Raises FileError (``too_many_rows``).
    """
    if name.casefold().endswith(WORKBOOK):
        return _workbook(rows, name)
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows(map(_safe, rows))
    return out.getvalue().encode("utf-8-sig", "replace")


def _safe(row: Sequence[Cell]) -> list[Cell]:
    return [
        cell if isinstance(cell, int) or _E164.fullmatch(cell) else defused(cell.replace("\0", _NULL))
        for cell in row
    ]


def _workbook(rows: Iterable[Sequence[Cell]], name: str) -> bytes:
    import xlsxwriter  # type: ignore[import-untyped]

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"constant_memory": True}) as book:
        page, text = book.add_worksheet(), book.add_format({"num_format": "@"})
        page.freeze_panes(1, 0)
        page.ignore_errors({"number_stored_as_text": f"A1:{_LAST_CELL}"})
        for at, row in enumerate(rows):
            if not at:
                page.set_column(0, max(0, len(row) - 1), 20, text)
            if at > _MOST_ROWS:
                raise FileError(name=name, reason="too_many_rows")
            for column, cell in enumerate(row):
                if isinstance(cell, int):
                    page.write_number(at, column, cell)
                elif cell:
                    page.write_string(at, column, _carried(cell), text)
    return out.getvalue()


_LAST_CELL = "XFD1048576"


def _carried(cell: str) -> str:
    """A cell as a workbook can hold it."""
    cell = cell.replace("\0", _NULL).replace("\ufffe", _NO_XML).replace("\uffff", _NO_XML)
    if len(cell) > _LONGEST_CELL // 2 and len(cell.encode("utf-16-le")) // 2 > _LONGEST_CELL:
        units = cell.encode("utf-16-le")[: 2 * (_LONGEST_CELL - 1)]
        return units.decode("utf-16-le", "ignore") + _CUT
    return cell
