"""A table as a file holds it: bytes in, a header and columns of text out."""

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from smsdesk.core.errors import FileError
from smsdesk.core.numbers import Standing, read_number
from smsdesk.core.progress import Progress, silent
from smsdesk.core.workbook import read_workbook

if TYPE_CHECKING:
    import polars as pl

DELIMITERS = (";", "\t", ",", "|")
SAMPLE_ROWS, SAMPLE_BYTES = 200, 4096
MAX_COLUMNS = 1000
_SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_MAGIC = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"\x7fELF", b"MZ\x90")
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_LINE = "line"
"""The column with the line of each row, while a table is read: no header has come yet."""


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
    """Reads a table of text, or a sheet of a workbook.

    Raises FileError with the reason ``empty``, ``binary``, ``encoding``, ``no_table``, ``too_wide``, and for
    a workbook those of :func:`read_workbook`.
    """
    progress(0, 0)
    if not content[:SAMPLE_BYTES].strip() and not content.strip():
        raise FileError(name=name, reason="empty")
    if content.startswith(_SPREADSHEETS):
        rows, chosen_sheet, sheets = read_workbook(name, content, reading.sheet)
        return _table(name, _padded(name, list(enumerate(rows, 1))), 0, (None, None, chosen_sheet, sheets))
    if content.startswith(_MAGIC):
        raise FileError(name=name, reason="binary")
    text, chosen = _decoded(name, content, reading.encoding)
    if "\0" in text:
        if text.count("\0") > max(1, len(text) // 100):
            raise FileError(name=name, reason="binary")
        text = text.replace("\0", "")
    first = text[:10].partition("\n")[0].strip('\r"')
    skipped, delimiter = 0, reading.delimiter
    if first.lower().startswith("sep=") and len(first) == len("sep=;"):
        delimiter, text, skipped = delimiter or first[-1], text.partition("\n")[2], 1
    delimiter = delimiter or guess_delimiter(text)
    read = _quoted(name, text, delimiter) if '"' in text else _unquoted(name, text, delimiter)
    return _table(name, read, skipped, (chosen, delimiter, None, ()))


@dataclass(frozen=True, slots=True)
class _Rows:
    """All rows of a text: ``frame`` with the line of each and its cells, filled up to one width.

    ``sample``: line and cells, as wide as they are, of the first rows that are not blank.
    """

    frame: "pl.DataFrame"
    sample: "list[tuple[int, list[str]]]"


def _unquoted(name: str, text: str, delimiter: str) -> _Rows:
    """Rows of a text without quotes: each line is one."""
    import polars as pl

    if text.count("\r") != text.count("\r\n"):
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    sample = list(islice(_filled_lines(text, delimiter), SAMPLE_ROWS))
    try:
        cells = pl.read_csv(
            text.encode(), separator=delimiter, has_header=False, infer_schema=False, quote_char=None
        )
    except pl.exceptions.PolarsError:
        # Some row is longer than the first.
        lines = pl.Series([text.replace("\r", "").removesuffix("\n")]).str.split("\n").explode()
        width = lines.str.count_matches(delimiter, literal=True).to_frame().select(pl.all().max()).item() + 1
        if width > MAX_COLUMNS:
            raise FileError(name=name, reason="too_wide") from None
        cells = lines.str.split_exact(delimiter, width - 1).struct.unnest()
    if cells.width > MAX_COLUMNS:
        raise FileError(name=name, reason="too_wide")
    cells.columns = [str(at) for at in range(cells.width)]
    return _Rows(cells.fill_null("").with_row_index(_LINE, offset=1), sample)


def _filled_lines(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    line, start = 1, 0
    while start <= len(text):
        end = text.find("\n", start)
        cells = text[start : end if end >= 0 else len(text)].removesuffix("\r").split(delimiter)
        if any(map(str.strip, cells)):
            yield line, cells
        line, start = line + 1, end + 1 if end >= 0 else len(text) + 1


def _quoted(name: str, text: str, delimiter: str) -> _Rows:
    return _padded(name, list(_rows(text, delimiter)))


def _padded(name: str, rows: list[tuple[int, list[str]]]) -> _Rows:
    """Rows with their lines, filled up to one width."""
    import polars as pl

    sample = list(
        islice(((line, [*cells]) for line, cells in rows if any(map(str.strip, cells))), SAMPLE_ROWS)
    )
    width = max((len(cells) for _, cells in rows), default=0)
    if width > MAX_COLUMNS:
        raise FileError(name=name, reason="too_wide")
    columns = zip(*(cells + [""] * (width - len(cells)) for _, cells in rows), strict=True)
    made: dict[str, pl.Series] = {_LINE: pl.Series([line for line, _ in rows], dtype=pl.UInt32)}
    made |= {str(at): pl.Series(column, dtype=pl.String) for at, column in enumerate(columns)}
    return _Rows(pl.DataFrame(made), sample)


def _decoded(name: str, content: bytes, encoding: str | None) -> tuple[str, str]:
    """The text, and the encoding it was read in."""
    for likely in (encoding,) if encoding else _likely(content):
        try:
            return content.decode(likely).removeprefix("\ufeff"), likely
        except (UnicodeDecodeError, LookupError):
            continue
    raise FileError(name=name, reason="encoding")


def _likely(content: bytes) -> tuple[str, ...]:
    """By byte-order mark, by the nulls of UTF-16, by strict UTF-8; else Windows-1252 (or Latin-1)."""
    for bom, encoding in _BOMS:
        if content.startswith(bom):
            return (encoding,)
    sample = content[:SAMPLE_BYTES]
    half = max(1, len(sample) // 2)
    if sample[1::2].count(0) > 0.6 * half:
        return ("utf-16-le",)
    if sample[0::2].count(0) > 0.6 * half:
        return ("utf-16-be",)
    return "utf-8", "cp1252", "latin-1"


def _rows(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Rows with the line each begins on; a stray quote never raises."""
    csv.field_size_limit(2**31 - 1)
    source = list(io.StringIO(text, newline=""))
    line = 1
    while line <= len(source):
        reader = csv.reader(source[line - 1 :], delimiter=delimiter)
        start = line
        for cells in reader:
            end = start - 1 + reader.line_num
            if end == len(source) and _unclosed(source[line - 1 :], delimiter):
                break
            yield line, cells
            line = end + 1
        else:
            return
        # A quote that nothing closes would swallow the rest of the file: it is a character like others.
        yield line, next(csv.reader([source[line - 1]], delimiter=delimiter, quoting=csv.QUOTE_NONE))
        line += 1


def _unclosed(record: list[str], delimiter: str) -> bool:
    """Whether a quote is still open at the end: then a further line would belong to the same row."""
    return len(list(csv.reader([*record, "\n", "end"], delimiter=delimiter))) == 1


def guess_delimiter(text: str) -> str:
    """The separator whose rows agree most on a number of cells greater than one; else a comma."""
    sample = "\n".join(text[:200_000].splitlines()[:SAMPLE_ROWS])

    def agreement(delimiter: str) -> tuple[float, int]:
        widths = Counter(len(cells) for _, cells in _rows(sample, delimiter) if cells)
        wide = {width: count for width, count in widths.items() if width > 1}
        if not wide:
            return 0.0, 0
        width = max(wide, key=lambda w: (wide[w], w))
        return wide[width] / sum(widths.values()), width

    scores = {delimiter: agreement(delimiter) for delimiter in DELIMITERS}
    best = max(DELIMITERS, key=lambda delimiter: scores[delimiter])
    return best if scores[best][1] else ","


_Source = tuple[str | None, str | None, str | None, tuple[str, ...]]
"""Encoding, delimiter, sheet and all sheets."""


def _table(name: str, rows: _Rows, skipped: int, source: _Source) -> Sheet:
    import polars as pl

    if not rows.sample:
        raise FileError(name=name, reason="no_table")
    start = _header_at([cells for _, cells in rows.sample])
    first, header = rows.sample[start]
    if _is_data(header):
        header = [f"Column {i + 1}" for i in range(len(header))]
    else:
        first += 1
    body = rows.frame.slice(int((rows.frame[_LINE] < first).sum()))
    is_filled = pl.any_horizontal(pl.exclude(_LINE).str.contains(r"\S"))
    while body.height and not body.tail(1).select(is_filled).item():
        last = body.select(pl.arg_where(is_filled).max()).item()
        body = body.head(0 if last is None else last + 1)
    lines, body = body[_LINE] + skipped, body.drop(_LINE)
    while body.width > len(header) and not body.select(pl.last().str.len_bytes().max().fill_null(0)).item():
        body = body[:, :-1]
    names = unique_names([*header, *[""] * (body.width - len(header))])
    for at in range(body.width, len(names)):
        body = body.with_columns(pl.lit("").alias(str(at)))
    body.columns = list(names)
    return Sheet(name, body, lines, *source)


def _header_at(rows: list[list[str]]) -> int:
    """The first row as wide as the table, so that a preamble above the header is passed over.

    Where rows end in one delimiter more than the header, the header is the row above.
    """
    widths = Counter(len(cells) for cells in rows[:SAMPLE_ROWS])
    usual = max(widths, key=lambda width: (widths[width], width))
    for index, cells in enumerate(rows[:SAMPLE_ROWS]):
        if len(cells) >= usual and (usual == 1 or _filled(cells) > usual // 2):
            above = rows[index - 1] if index else []
            narrow = 1 < _filled(above) == len(above) and _is_data(cells) and not _is_data(above)
            return index - 1 if narrow else index
    return 0


def _filled(cells: list[str]) -> int:
    return sum(bool(cell.strip()) for cell in cells)


def _is_data(cells: list[str]) -> bool:
    """Whether a row holds a phone number, so is no header."""
    return any(
        sum(c.isdigit() for c in cell) >= 7 and read_number(cell, "DE").standing is not Standing.INVALID
        for cell in cells
    )


def unique_names(names: list[str]) -> tuple[str, ...]:
    """Trimmed names; empty ones become ``Column n``, repeated ones get a number."""
    taken: dict[str, int] = {}
    out = []
    for index, raw in enumerate(names):
        name = " ".join(raw.split()) or f"Column {index + 1}"
        while name.casefold() in taken:
            taken[name.casefold()] += 1
            name = f"{name} {taken[name.casefold()]}"
        taken[name.casefold()] = 1
        out.append(name)
    return tuple(out)
