"""Rows of a text whose cells are separated by a character, with quotes as people's programs write them.

A quote opens a cell only at the cell's beginning, and only where a closing quote ends it; any other is a
character like others. So no stray quote swallows rows. Polars reads what is plain; lines that are not are
first written anew, one by one.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

from smsdesk.core.errors import FileError
from smsdesk.core.numbers import Standing, read_number
from smsdesk.core.progress import Progress, silent

if TYPE_CHECKING:
    import polars as pl

DELIMITERS = (";", "\t", ",", "|")
MAX_COLUMNS, MAX_CELLS = 1000, 200_000_000
SAMPLE_ROWS = 200
LINE = "line"
"""The column with the line of each row, while a table is read: no header has come yet."""
_SAMPLE_BYTES = 1 << 18
_TOLD_EVERY = 20_000
_FIRST_ROWS, _LIKE_ROWS = 50, 2
"""So many lines within a cell that all look like rows are rows: the quote before them is a stray one."""
_LINES = re.compile(r"[^\r\n]*+(?:\r\n|\r|\n)|[^\r\n]++")
_LONE_RETURN = re.compile(rb"\r(?:[^\n]|\Z)")
_BREAK = r"\r\n|\r|\n"
_OPEN = re.compile(r'[^"]*+(?:""[^"]*+)*+')
_QUOTED = r'"(?:[^"]|"")*"'
_DAY = re.compile(r"\s*(?:\d{1,2}[./-]\d{1,2}[./-]\d{4}|\d{4}-\d\d-\d\d)(?:[ T][\d:.]+)?\s*")
_SCIENTIFIC = re.compile(r"(?<![0-9])[0-9],[0-9]+E\+[0-9]+")
"""A number as a spreadsheet writes it where the comma is the decimal point."""


@dataclass(frozen=True, slots=True)
class Rows:
    """All rows of a table: ``frame`` with the line of each (:data:`LINE`) and its cells, of one width.

    ``sample``: line and cells, as wide as they are, of the first rows that are not blank.
    """

    frame: "pl.DataFrame"
    sample: list[tuple[int, list[str]]]


def read_rows(name: str, text: bytes, delimiter: str, progress: Progress = silent) -> Rows:
    """Rows of a text in UTF-8; lines count from 1.

    Raises FileError with the reason ``no_table``, ``too_wide``, ``scattered``.
    """
    if not text or text.isspace():
        raise FileError(name=name, reason="no_table")
    if not delimiter.isascii():
        return _beyond_ascii(name, text, delimiter, progress)
    if b"\0" in text:
        # Some programs fill up cells of a fixed width with them.
        text = re.sub(rb'\0+(?=["\r\n' + re.escape(delimiter).encode() + rb"]|\Z)", b"", text)
    sample = _sample(text, delimiter)
    has_quotes = b'"' in text
    if not has_quotes and _has_lone_returns(text):
        text = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    lines = _lines(text) if has_quotes else None
    if not has_quotes or (lines is not None and lines.str.contains(_whole_line(delimiter)).all()):
        frame = _frame(name, text, delimiter, lambda: _widest(_lines(text), delimiter), has_quotes=has_quotes)
        return Rows(frame.with_row_index(LINE, offset=1), sample)
    del lines
    mended, widest = _mended(name, text.decode(), delimiter, progress)
    frame = _frame(name, mended, delimiter, widest, has_quotes=True)
    return Rows(frame.select(_line_of_each(frame), *frame.columns), sample)


def _beyond_ascii(name: str, text: bytes, delimiter: str, progress: Progress) -> Rows:
    """With a delimiter of one byte in its place, which no cell has: polars knows no others."""
    import polars as pl

    unused = next((chr(byte) for byte in (*range(1, 9), *range(14, 32)) if byte not in text), "\x1f")
    rows = read_rows(name, text.replace(delimiter.encode(), unused.encode()), unused, progress)
    cells = pl.exclude(LINE).str.replace_all(unused, delimiter, literal=True)
    sample = [(line, [cell.replace(unused, delimiter) for cell in row]) for line, row in rows.sample]
    return Rows(rows.frame.with_columns(cells), sample)


def rows_of(rows: Sequence[Sequence[str]], width: int) -> "pl.DataFrame":
    """The frame of rows that begin on line 1, one after the other; filled up to a width."""
    import polars as pl

    columns = zip(*([*row, *[""] * (width - len(row))] for row in rows), strict=True)
    made = pl.DataFrame({str(at): pl.Series(column, dtype=pl.String) for at, column in enumerate(columns)})
    return made.with_row_index(LINE, offset=1)


def guess_delimiter(text: str) -> str:
    """The separator whose rows agree most on a number of cells greater than one; else one that none has."""
    lines = [*islice(_split(text), SAMPLE_ROWS)]
    plain = [_SCIENTIFIC.sub("0", line) for line in lines]

    def agreement(delimiter: str) -> tuple[float, int]:
        widths = Counter(len(cells) for _, cells in _Grammar.of(delimiter).rows(plain) if cells != [""])
        wide = {width: count for width, count in widths.items() if width > 1}
        if not wide:
            return 0.0, 0
        width = max(wide, key=lambda w: (wide[w], w))
        return wide[width] / sum(widths.values()), width

    scores = {delimiter: agreement(delimiter) for delimiter in DELIMITERS}
    best = max(DELIMITERS, key=lambda delimiter: scores[delimiter])
    if scores[best][1]:
        return best
    return next((sign for sign in (",", *DELIMITERS) if not any(sign in line for line in lines)), ",")


def _split(text: str) -> Iterator[str]:
    """Lines with their ends; other than str.splitlines it splits at line ends only."""
    return (found[0] for found in _LINES.finditer(text))


def _has_lone_returns(text: bytes) -> bool:
    return _LONE_RETURN.search(text) is not None


def _sample(text: bytes, delimiter: str) -> list[tuple[int, list[str]]]:
    """The first rows that are not blank."""
    whole = len(text) <= _SAMPLE_BYTES
    lines = [*_split(text[:_SAMPLE_BYTES].decode(errors="ignore"))]
    rows = _Grammar.of(delimiter).rows(lines if whole else lines[:-1])
    sample = [*islice(((line, cells) for line, cells in rows if any(map(str.strip, cells))), SAMPLE_ROWS)]
    if not whole and len(sample) < SAMPLE_ROWS:
        # The last one may go on beyond the piece that was looked at.
        sample = sample[:-1] or [*islice(_filled(text.decode(), delimiter), SAMPLE_ROWS)]
    return sample


def _filled(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    rows = _Grammar.of(delimiter).rows([*_split(text)])
    return ((line, cells) for line, cells in rows if any(map(str.strip, cells)))


# -- the plain way: whole columns at once ------------------------------------------------------------


def _in_class(delimiter: str) -> str:
    return f"\\x{ord(delimiter):02x}"


def _whole_line(delimiter: str) -> str:
    """A line (with or without its end) all of whose quotes open and close a cell."""
    cell = rf'(?:{_QUOTED}|[^"\r\n{_in_class(delimiter)}]*)'
    return rf"^(?:{cell}{_in_class(delimiter)})*{cell}(?:\r\n|\r|\n)?$"


def _lines(text: bytes) -> "pl.Series | None":
    """The lines of a text, perhaps with a return at their ends; None where only the other way will do."""
    import polars as pl

    unused = next((chr(byte) for byte in range(1, 9) if byte not in text), None)
    if unused is None or _has_lone_returns(text):
        return None
    only = pl.read_csv(text, separator=unused, has_header=False, schema={LINE: pl.String}, quote_char=None)
    return only.to_series().fill_null("")


def _widest(lines: "pl.Series | None", delimiter: str) -> int:
    """How many cells the longest row has; rows are lines, all of them whole."""
    if lines is None:
        return MAX_COLUMNS + 1
    counts = lines.str.replace_all(_QUOTED, "").str.count_matches(delimiter, literal=True)
    return 1 + int(counts.to_frame().max().item() or 0)


def _frame(
    name: str, text: bytes, delimiter: str, widest: Callable[[], int], *, has_quotes: bool
) -> "pl.DataFrame":
    """Cells of a text in which every quote opens or closes a cell, filled up to one width."""
    import polars as pl

    def read(text: bytes) -> pl.DataFrame:
        quote = '"' if has_quotes else None
        cells = pl.read_csv(
            text,
            separator=delimiter,
            has_header=False,
            infer_schema=False,
            quote_char=quote,
            empty_string_is_null=False,
        )
        cells.columns = [str(at) for at in range(cells.width)]
        # Columns that are full are not copied.
        return cells.with_columns(c.fill_null("") for c in cells.iter_columns() if c.null_count())

    if text[: text.find(b"\n")].count(delimiter.encode()) < MAX_COLUMNS:
        try:
            return read(text)
        except pl.exceptions.PolarsError:
            pass  # Some row is longer than the first.
    width = widest()
    if width > MAX_COLUMNS:
        raise FileError(name=name, reason="too_wide")
    if width * text.count(b"\n") > MAX_CELLS:
        raise FileError(name=name, reason="scattered")
    return read(delimiter.encode() * (width - 1) + b"\n" + text).slice(1)


def _line_of_each(frame: "pl.DataFrame") -> "pl.Expr":
    """The line on which each row begins: cells may hold line breaks."""
    import polars as pl

    broken = [name for name in frame.columns if frame[name].str.contains(r"[\r\n]").any()]
    further = pl.sum_horizontal(pl.lit(0), *(pl.col(name).str.count_matches(_BREAK) for name in broken))
    return (1 + pl.int_range(pl.len()) + further.cum_sum() - further).cast(pl.UInt32).alias(LINE)


# -- the careful way: line by line -------------------------------------------------------------------


def _mended(name: str, text: str, delimiter: str, progress: Progress) -> tuple[bytes, Callable[[], int]]:
    """The text with each line that is not plain written anew, and a way to find its widest row."""
    import polars as pl

    grammar, has_lone_returns = _Grammar.of(delimiter), bool(re.search(r"\r(?!\n)", text))
    lines = _LINES.findall(text)
    del text
    texts = pl.Series(lines, dtype=pl.String)
    plain = texts.str.contains(_whole_line(delimiter))
    usual, pieces, within = grammar.usual(lines), list[str](), list[int]()
    done = told = widest = 0
    for at in (~plain).arg_true().to_list():
        if at < done:
            continue
        pieces += lines[done:at]
        cells, done = grammar.record(lines, at, usual)
        within += range(at + 1, done)
        pieces.append(delimiter.join(map(_as_quoted, cells)) + "\n")
        if len(cells) > MAX_COLUMNS:
            raise FileError(name=name, reason="too_wide")
        widest = max(widest, len(cells))
        if done - told >= _TOLD_EVERY:
            told = done
            progress(done, len(lines))
    pieces += lines[done:]
    if has_lone_returns:
        pieces = [f"{piece[:-1]}\n" if piece.endswith("\r") else piece for piece in pieces]
    plain = plain.scatter(within, values=False)
    return "".join(pieces).encode(), lambda: max(widest, _widest(texts.filter(plain), delimiter))


def _as_quoted(cell: str) -> str:
    doubled = cell.replace('"', '""')
    return f'"{doubled}"'


@dataclass(frozen=True, slots=True)
class _Grammar:
    """How cells are told apart at a delimiter; patterns never step back, so time grows with the text."""

    delimiter: str
    quoted: re.Pattern[str]
    """A cell in quotes, perhaps with blanks around them."""
    inside: re.Pattern[str]
    """A cell that begins in quotes and goes on behind them."""
    opened: re.Pattern[str]
    """A quote that is still open at the end of the line."""
    closed: re.Pattern[str]
    """The quote that ends a cell."""

    @staticmethod
    @cache
    def of(delimiter: str) -> "_Grammar":
        mark = re.escape(delimiter)
        content, end = r'[^"]*+(?:""[^"]*+)*+', rf" *+(?={mark}|\Z)"
        return _Grammar(
            delimiter,
            re.compile(rf' *+"({content})"{end}'),
            re.compile(rf'"([^"{mark}]*+(?:""[^"{mark}]*+)*+)"([^{mark}]*+)'),
            re.compile(rf' *+"({content})\Z'),
            re.compile(rf'"{end}'),
        )

    def rows(self, lines: list[str]) -> Iterator[tuple[int, list[str]]]:
        """Each row with the line it begins on (from 1)."""
        at, usual = 0, self.usual(lines)
        while at < len(lines):
            cells, after = self.record(lines, at, usual)
            yield at + 1, cells
            at = after

    def usual(self, lines: list[str]) -> int:
        """How many delimiters a row has, mostly."""
        counts, at = Counter[int](), 0
        while at < len(lines) and counts.total() < _FIRST_ROWS:
            cells, at = self.record(lines, at, 0)
            counts[len(cells) - 1] += 1
        return max(counts, key=lambda count: (counts[count], count), default=0)

    def record(self, lines: list[str], at: int, usual: int) -> tuple[list[str], int]:
        """The cells of the row that begins with a line (from 0), and the line after it."""
        text, place, cells = _body(lines[at]), 0, list[str]()
        while True:
            if found := self.quoted.match(text, place):
                cell, place = found[1].replace('""', '"'), found.end()
            elif found := self.inside.match(text, place):
                cell, place = found[1].replace('""', '"') + found[2], found.end()
            elif (opened := self.opened.match(text, place)) and (
                far := self._far(lines, at, opened[1] + lines[at][len(text) :], usual)
            ):
                cell, at, place = far
                text = _body(lines[at])
            else:
                end = text.find(self.delimiter, place)
                cell, place = text[place : end if end >= 0 else len(text)], end if end >= 0 else len(text)
            cells.append(cell)
            if place >= len(text):
                return cells, at + 1
            place += 1

    def _far(self, lines: list[str], at: int, begun: str, usual: int) -> tuple[str, int, int] | None:
        """Of a cell that goes on over line ends: the whole cell, the line it ends on and where.

        None if nothing ends it. Lines that neither end it nor open a cell are passed over once.
        """
        inner: list[str] = []
        for last in range(at + 1, len(lines)):
            body = _body(lines[last])
            end = found.end() if '"' in body and (found := _OPEN.match(body)) else len(body)
            if end < len(body):
                closed = self.closed.match(body, end)
                if closed is None or self._are_rows(inner, usual):
                    return None
                cell = "".join([begun, *inner, body[:end]]).replace('""', '"')
                return cell, last, closed.end()
            inner.append(lines[last])
        return None

    def _are_rows(self, inner: list[str], usual: int) -> bool:
        filled = [line for line in inner if line.strip()]
        return len(filled) >= _LIKE_ROWS and {line.count(self.delimiter) for line in filled} == {usual or -1}


def _body(line: str) -> str:
    return line.rstrip("\r\n")


def is_data(cells: Sequence[str]) -> bool:
    """Whether a row holds a phone number, so is no header."""
    return any(
        sum(c.isdigit() for c in cell) >= 7
        and not _DAY.fullmatch(cell)
        and read_number(cell, "DE").standing is not Standing.INVALID
        for cell in cells
    )
