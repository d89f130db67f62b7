"""A table as a file holds it: bytes in, a header and columns of text out."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from smsdesk.core.errors import FileError
from smsdesk.core.numbers import Standing, read_number

DELIMITERS = (";", "\t", ",", "|")
SAMPLE_ROWS = 200
_SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_MAGIC = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"\x7fELF", b"MZ\x90")
_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table in columns of equal length.

    ``header`` has unique names, ``lines[i]`` is the line of data row ``i`` in the file (from 1),
    ``sheet`` the name of a workbook's sheet.
    """

    name: str
    header: tuple[str, ...]
    columns: tuple[list[str], ...]
    lines: list[int]
    encoding: str
    delimiter: str | None
    sheet: str | None = None

    def __len__(self) -> int:
        return len(self.lines)


def read_sheet(name: str, content: bytes, encoding: str | None = None, delimiter: str | None = None) -> Sheet:
    """Reads a CSV table; ``encoding`` and ``delimiter`` are guessed where not given.

    Raises FileError with the reason ``empty``, ``excel``, ``binary``, ``encoding`` or ``no_table``.
    """
    if not content.strip():
        raise FileError(name=name, reason="empty")
    if content.startswith(_SPREADSHEETS):
        raise FileError(name=name, reason="excel")
    if content.startswith(_MAGIC):
        raise FileError(name=name, reason="binary")
    chosen = encoding or guess_encoding(content)
    text = _decoded(name, content, chosen)
    if text.count("\0") > max(1, len(text) // 100):
        raise FileError(name=name, reason="binary")
    text = text.replace("\0", "")
    first, _, rest = text.partition("\n")
    skipped = 0
    first = first.strip('\r"')
    if first.lower().startswith("sep=") and len(first) == len("sep=;"):
        delimiter, text, skipped = delimiter or first[-1], rest, 1
    delimiter = delimiter or guess_delimiter(text)
    rows = [(line + skipped, cells) for line, cells in _rows(text, delimiter)]
    return _table(name, rows, chosen, delimiter)


def _decoded(name: str, content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding).removeprefix("\ufeff")
    except (UnicodeDecodeError, LookupError):
        raise FileError(name=name, reason="encoding") from None


def guess_encoding(content: bytes) -> str:
    """By byte-order mark, by the nulls of UTF-16, by strict UTF-8; else Windows-1252 (or Latin-1)."""
    for bom, encoding in _BOMS:
        if content.startswith(bom):
            return encoding
    sample = content[:4096]
    half = max(1, len(sample) // 2)
    if sample[1::2].count(0) > 0.6 * half:
        return "utf-16-le"
    if sample[0::2].count(0) > 0.6 * half:
        return "utf-16-be"
    for encoding in ("utf-8", "cp1252"):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    return "latin-1"


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


def _table(name: str, rows: list[tuple[int, list[str]]], encoding: str, delimiter: str) -> Sheet:
    filled = [(line, cells) for line, cells in rows if any(cell.strip() for cell in cells)]
    if not filled:
        raise FileError(name=name, reason="no_table")
    start = _header_at([cells for _, cells in filled])
    if _is_data(filled[start][1]):
        width = len(filled[start][1])
        header, first = [f"Column {i + 1}" for i in range(width)], filled[start][0]
    else:
        header, first = filled[start][1], filled[start][0] + 1
    body = [(line, cells) for line, cells in rows if line >= first]
    while body and not any(cell.strip() for cell in body[-1][1]):
        body.pop()
    width = max([len(header), *(len(cells) for _, cells in body)])
    names = unique_names([*header, *[""] * (width - len(header))])
    columns = tuple([cells[i] if i < len(cells) else "" for _, cells in body] for i in range(width))
    return Sheet(name, names, columns, [line for line, _ in body], encoding, delimiter)


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
