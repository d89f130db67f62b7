"""A table as a file holds it: bytes in, a header and columns of text out."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import compress, zip_longest
from typing import TYPE_CHECKING

from smsdesk.core.delimited import LINE, Rows, guess_delimiter, is_data, read_rows
from smsdesk.core.encodings import recoded
from smsdesk.core.errors import FileError
from smsdesk.core.progress import Progress, silent
from smsdesk.core.webpage import is_webpage, read_table
from smsdesk.core.workbook import is_workbook, read_workbook

if TYPE_CHECKING:
    import polars as pl

_LONGEST_NAME = 100
"""Characters of what may name a column."""
ROWS_ABOVE = 12
"""How many of the first rows are offered as the header."""
_GUESSED_FROM = 200_000
_SEPARATOR_LINE = re.compile(rb'(?i)\A"?sep=([\t !#-/:-@\[-`{-~])"?\1*(?:\r\n|\r|\n|\Z)')
_HEADER_WORDS = re.compile(
    r"(?i)\W*(?:(?:mobil|handy|cell|celular|cellulare|phone|tel|t[eé]l[eé]phone|telefon|tel[eé]fono|portable|"
    r"m[oó]vil|rufnummer|nummer|number|num[eé]ro|n[uú]mero|msisdn|sms|e-?mail|name|vor-?name|nach-?name|"
    r"first ?name|last ?name|surname|nom|pr[eé]nom|nombre|apellidos?|cognome|nome|stra(?:ß|ss)e|street|ort|"
    r"stadt|city|ville|ciudad|citt[aà]|plz|zip|land|country|kunde|kunden-?(?:nr|nummer)|customer|client[ei]?|"
    r"id|nr|no|reference|referenz|r[eé]f[eé]rence|dst|customer ?ref|anrede|firma|company|text|datum|date|"
    r"gruppe|group|notiz|bemerkung|notes?)[ _.:/-]*(?:phone|telefon|nummer|number|nr|no|name|\d)?)\W*"
)
_NO_NAME = re.compile(r"\s*(?:[\d\s.,:/+-]*\d[\d\s.,:/+-]*|\S+@\S+\.\S+|\D*(?:\d\D?){7,}.*)\s*", re.DOTALL)
"""What names a column less than it fills it: figures, dates, e-mail addresses, a text with a phone number."""


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """A table in columns of text: ``frame`` has one a name of the header, without nulls.

    ``lines`` holds the line of each data row in the file, or its row in the sheet (from 1). A text has
    ``encoding`` and ``delimiter``, a workbook ``sheet`` and the names of all its ``sheets``.
    ``header_line`` is 0 where the table has no header; ``rows_above`` are the first rows, any of which may
    be chosen as one (line, cells). ``shown``: the number format of each column that a workbook shows with
    other digits than it holds; ``as_shown``: whether those columns were read as shown.
    """

    name: str
    frame: "pl.DataFrame"
    lines: "pl.Series"
    encoding: str | None
    delimiter: str | None
    sheet: str | None = None
    sheets: tuple[str, ...] = ()
    header_line: int = 0
    rows_above: tuple[tuple[int, tuple[str, ...]], ...] = ()
    shown: Mapping[str, str] = field(default_factory=dict)
    as_shown: bool = False

    def __len__(self) -> int:
        return self.frame.height

    @property
    def header(self) -> tuple[str, ...]:
        """The names of the columns: all different, none empty."""
        return tuple(self.frame.columns)

    def first(self, rows: int) -> list[tuple[str, ...]]:
        """The first rows."""
        return self.frame.head(rows).rows()


@dataclass(frozen=True, slots=True)
class Reading:
    """How a person wants a table to be read; what is None is guessed, ``header_line`` 0 means no header."""

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    header_line: int | None = None
    as_shown: bool = False


GUESSED = Reading()


def read_sheet(name: str, content: bytes, reading: Reading = GUESSED, progress: Progress = silent) -> Sheet:
    """Reads a table of text or of a web page, or a sheet of a workbook.

    Raises FileError with the reason ``empty``, ``binary``, ``encoding``, ``no_table``, ``too_wide``,
    ``scattered``, and for a workbook those of :func:`read_workbook`.
    """
    progress(0, 0)
    if not content[:4096].strip() and not content.strip():
        raise FileError(name=name, reason="empty")
    if is_workbook(content):
        book = read_workbook(name, content, reading.sheet, progress, as_shown=reading.as_shown)
        source = _Source(sheet=book.sheet, sheets=book.sheets, shown=book.shown, as_shown=reading.as_shown)
        return _table(name, book.rows, 0, reading.header_line, source)
    text, encoding = recoded(name, content, reading.encoding)
    if reading.delimiter is None and is_webpage(text):
        return _table(name, read_table(name, text, progress), 0, reading.header_line, _Source(encoding))
    separator = _SEPARATOR_LINE.match(text)
    text = text[separator.end() :] if separator else text
    delimiter = reading.delimiter or (
        separator[1].decode() if separator else guess_delimiter(text[:_GUESSED_FROM].decode(errors="ignore"))
    )
    progress(0, 0)
    rows = read_rows(name, text, delimiter, progress)
    del text
    return _table(name, rows, 1 if separator else 0, reading.header_line, _Source(encoding, delimiter))


def foreign_cells(sheet: Sheet, most: int = 6) -> list[tuple[int, str, str]]:
    """Cells with letters beyond ASCII, to judge an encoding by: line, column and text, no text twice."""
    import polars as pl

    found: dict[str, tuple[int, str, str]] = {}
    for column in sheet.header:
        cells = pl.DataFrame({"line": sheet.lines, "cell": sheet.frame[column]})
        foreign = cells.lazy().filter(pl.col("cell").str.contains(r"[^\x00-\x7F]")).head(20 * most).collect()
        found |= {cell: (line, column, cell) for line, cell in reversed(foreign.rows())}
    return sorted(found.values(), key=lambda cell: cell[0])[:most]


@dataclass(frozen=True, slots=True)
class _Source:
    """What of a sheet tells where it came from."""

    encoding: str | None = None
    delimiter: str | None = None
    sheet: str | None = None
    sheets: tuple[str, ...] = ()
    shown: Mapping[int, str] = field(default_factory=dict)
    as_shown: bool = False


def _table(name: str, rows: Rows, skipped: int, chosen: int | None, source: _Source) -> Sheet:
    """The rows below the header; ``skipped`` lines stand above all rows."""
    import polars as pl

    if not rows.sample:
        raise FileError(name=name, reason="no_table")
    sample = [(line + skipped, _trimmed(cells)) for line, cells in rows.sample]
    lines, table = rows.frame[LINE] + skipped, rows.frame.drop(LINE)
    index, is_header = _header_at([cells for _, cells in sample])
    if chosen:
        start = max(0, int((lines <= chosen).sum()) - 1)
        header: list[str] = [*table.row(start)]
        is_header = True
    else:
        start = int((lines < sample[index][0]).sum())
        is_header = is_header and chosen is None
        header = sample[index][1] if is_header else []
    header_line = int(lines[start]) if is_header else 0
    body = _without_blank_end(table.slice(start + is_header))
    lines = lines.slice(start + is_header, body.height)
    names = _names(body, header)
    body = body.select(pl.col(column).alias(new) for column, new in names.items())
    return Sheet(
        name,
        body,
        lines,
        source.encoding,
        source.delimiter,
        source.sheet,
        source.sheets,
        header_line,
        tuple((line, tuple(cells)) for line, cells in sample[:ROWS_ABOVE]),
        {names[str(at)]: code for at, code in source.shown.items() if str(at) in names},
        source.as_shown,
    )


def _without_blank_end(body: "pl.DataFrame") -> "pl.DataFrame":
    import polars as pl

    is_filled = pl.any_horizontal(pl.all().str.contains(r"\S"))
    if not body.height or body.tail(1).select(is_filled).item():
        return body
    last = body.select(pl.arg_where(is_filled).max()).item()
    return body.head(0 if last is None else last + 1)


def _names(body: "pl.DataFrame", header: list[str]) -> dict[str, str]:
    """What each column is called; one without a name that holds nothing is left out."""
    import polars as pl

    raw = [*header, *[""] * (body.width - len(header))]
    used = dict(body.select(pl.all().str.len_bytes().max().fill_null(0)).row(0, named=True))
    names = dict(zip(body.columns, unique_names(raw), strict=False))
    kept = {
        column: name for at, (column, name) in enumerate(names.items()) if used[column] or raw[at].strip()
    }
    return kept or dict([*names.items()][:1])


# -- the header --------------------------------------------------------------------------------------


def _header_at(rows: list[list[str]]) -> tuple[int, bool]:
    """The row at which the table begins, and whether that is a header.

    What stands above is narrower than the table, or has fewer names in it.
    """
    used = [any(map(str.strip, cells)) for cells in zip_longest(*rows, fillvalue="")]
    rows = [[*compress(cells, used)] for cells in rows]
    widths = Counter(map(len, rows))
    usual = max(widths, key=lambda width: (widths[width], width))
    wide = max(widths, key=lambda width: (width > 1, widths[width], width))
    for width in (wide, usual):
        fit = [at for at, cells in enumerate(rows) if _fits(cells, width)]
        above = fit[: next((i for i, at in enumerate(fit) if is_data(rows[at])), len(fit))]
        best = max(above, key=lambda at: _words(rows[at]), default=0)
        if above and _words(rows[best]):
            return best, True
    first = next((at for at, cells in enumerate(rows) if is_data(cells)), len(rows))
    if above := [at for at in fit if at < first and not any(map(_is_no_name, rows[at]))]:
        return max(above, key=lambda at: _filled(rows[at])), True
    if 0 < first < len(rows) and _is_narrow(rows[first - 1], usual):
        return first - 1, True
    return min([first, *fit[:1]]) if first < len(rows) or fit else 0, False


def _fits(cells: list[str], width: int) -> bool:
    return len(cells) >= width and _filled(cells) > width // 2


def _is_narrow(cells: list[str], usual: int) -> bool:
    """Whether a row is a header that has not a name for each column."""
    full = 1 < _filled(cells) == len(cells) and not any(map(_is_no_name, cells))
    return full and (len(cells) >= usual - 1 or _words(cells) > 0)


def _filled(cells: list[str]) -> int:
    return sum(bool(cell.strip()) for cell in cells)


def _words(cells: list[str]) -> int:
    return sum(len(cell) <= _LONGEST_NAME and bool(_HEADER_WORDS.fullmatch(cell)) for cell in cells)


def _is_no_name(cell: str) -> bool:
    return len(cell) > _LONGEST_NAME or bool(_NO_NAME.fullmatch(cell))


def _trimmed(cells: list[str]) -> list[str]:
    """Without the empty cells at its end."""
    filled = [at for at, cell in enumerate(cells) if cell.strip()]
    return cells[: filled[-1] + 1] if filled else cells[:1]


def unique_names(names: list[str]) -> tuple[str, ...]:
    """Trimmed names; empty ones become ``Column n``, repeated ones get a number."""
    taken: dict[str, int] = {}
    out = []
    for index, raw in enumerate(names):
        name = " ".join(raw.replace("\0", "").split()) or f"Column {index + 1}"
        while name.casefold() in taken:
            taken[name.casefold()] += 1
            name = f"{name} {taken[name.casefold()]}"
        taken[name.casefold()] = 1
        out.append(name)
    return tuple(out)
