"""What is inside the zip of a workbook: is it small enough to open, and what the reader of cells leaves out.

Two things it leaves out of .xlsx: formats that show other digits of a number than the cell holds, and the
words of cells with an error. The XML is searched, not parsed: no entity in it is ever expanded.
"""

import io
import re
import struct
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape

from smsdesk.core.errors import FileError
from smsdesk.core.formats import shown
from smsdesk.core.progress import Progress

MOST_UNPACKED, MOST_CELLS = 1 << 30, 50_000_000
"""Bytes, and cells of the smallest rectangle with everything that a sheet holds."""
_PIECE = 1 << 20
_MANIFEST = "META-INF/manifest.xml"
_BROKEN = (
    zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError,
    IndexError, KeyError, struct.error,
)  # fmt: skip
"""What the zip module raises for a zip that is damaged."""
_BUILT_IN = {11: "0.00E+00", 48: "##0.0E+0"}
_FORMAT = re.compile(rb'<(?:\w+:)?numFmt\b[^>]*?\bnumFmtId="(\d+)"[^>]*?\bformatCode="([^"]*)"')
_CELL_FORMATS = re.compile(rb"<(?:\w+:)?cellXfs\b.*?</(?:\w+:)?cellXfs>", re.DOTALL)
_OF_CELL = re.compile(rb"<(?:\w+:)?xf\b([^>]*)>")
_FORMAT_ID = re.compile(rb'\bnumFmtId="(\d+)"')
_SHEET = re.compile(rb'<(?:\w+:)?sheet\b[^>]*?\bname="([^"]*)"[^>]*?\br:id="([^"]*)"')
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\b([^>]*)>")
_TARGET, _ID = re.compile(rb'\bTarget="([^"]*)"'), re.compile(rb'\bId="([^"]*)"')
_LAST_ROW = re.compile(rb'<(?:\w+:)?row\b[^>]*?\br="(\d+)"')
_FAR_COLUMN = re.compile(rb'\br="([A-Z]{2,3})[0-9]')
_ERROR = re.compile(
    rb'<(?:\w+:)?c\b(?=[^>]*\bt="e")[^>]*?\br="([A-Z]+)([0-9]+)"[^>]*>(?:<f\b.*?(?:</f>|/>))?\s*'
    rb"<v>(#[^<]{1,20})</v>",
    re.DOTALL,
)
_ROW_OR_CELL = re.compile(rb"<table:(table-row|table-cell|covered-table-cell)\b([^>]*)>|(</table:table>)")
_REPEATED = re.compile(rb'-repeated="(\d+)"')


@dataclass(frozen=True, slots=True)
class Marks:
    """What is special about cells of a sheet; rows and columns from 0."""

    formats: tuple[str, ...] = ()
    formatted: dict[int, bytearray] = field(default_factory=dict)
    """By column, for each row 0 or which of the formats (from 1) holds."""
    errors: dict[tuple[int, int], str] = field(default_factory=dict)


def check(name: str, content: bytes) -> None:
    """Raises FileError for a zip that unpacks to too much, is too sparse, encrypted, or none at all."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            sizes = {part.filename: part.file_size for part in packed.infolist()}
            if sum(sizes.values()) > MOST_UNPACKED:
                raise FileError(name=name, reason="too_large")
            if _MANIFEST in sizes and b"encryption-data" in packed.read(_MANIFEST):
                raise FileError(name=name, reason="protected")
            if "content.xml" in sizes:
                _check_cells(name, *_of_open_document(packed.read("content.xml")))
    except _BROKEN:
        raise FileError(name=name, reason="broken_workbook") from None


def _check_cells(name: str, rows: int, columns: int) -> None:
    if rows * columns > MOST_CELLS:
        raise FileError(name=name, reason="scattered")


def _of_open_document(content: bytes) -> tuple[int, int]:
    """The most rows and columns of a sheet up to its last cell that holds something."""
    most_rows = most_columns = row_end = column = 0
    for found in _ROW_OR_CELL.finditer(content):
        repeated = _REPEATED.search(found[2] or b"")
        times = int(repeated[1]) if repeated else 1
        if found[3]:
            row_end = 0
        elif found[1] == b"table-row":
            row_end, column = row_end + times, 0
        else:
            column += times
            if not found[2].endswith(b"/") or b"value" in found[2]:
                most_rows, most_columns = max(most_rows, row_end), max(most_columns, column)
    return most_rows, most_columns


def marks(name: str, content: bytes, sheet: str, progress: Progress) -> Marks:
    """What is special about cells of a sheet of an .xlsx; of others, or where parts are missing, nothing.

    Raises FileError with the reason ``scattered``, ``broken_workbook``.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            part = _part_of(packed, sheet)
            if part is None:
                return Marks()
            styles = packed.read("xl/styles.xml") if "xl/styles.xml" in packed.namelist() else b""
            return _found(name, packed, part, _special(styles), progress)
    except _BROKEN:
        raise FileError(name=name, reason="broken_workbook") from None


def _part_of(packed: zipfile.ZipFile, sheet: str) -> str | None:
    """Where the XML of a sheet lies."""
    names = set(packed.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return None
    book, relations = packed.read("xl/workbook.xml"), packed.read("xl/_rels/workbook.xml.rels")
    wanted = next((found[2] for found in _SHEET.finditer(book) if unescape(found[1].decode()) == sheet), None)
    for found in _RELATION.finditer(relations):
        key, target = _ID.search(found[1]), _TARGET.search(found[1])
        if key and target and key[1] == wanted:
            path = unescape(target[1].decode())
            path = path.removeprefix("/") if path.startswith("/") else f"xl/{path}"
            return path if path in names else None
    return None


def _special(styles: bytes) -> dict[bytes, str]:
    """The formats that may show other digits, by the number that cells name them by."""
    own = {int(found[1]): unescape(found[2].decode(errors="replace")) for found in _FORMAT.finditer(styles)}
    known = {
        key: code for key, code in (_BUILT_IN | own).items() if shown(code, 1) or shown(code, 12345678901)
    }
    cells = _CELL_FORMATS.search(styles)
    out = {}
    for at, found in enumerate(_OF_CELL.finditer(cells[0] if cells else b"")):
        key = _FORMAT_ID.search(found[1])
        if key and int(key[1]) in known:
            out[str(at).encode()] = known[int(key[1])]
    return out


def _pieces(packed: zipfile.ZipFile, part: str) -> Iterator[bytes]:
    """The part in pieces that end at the end of a cell, so that no cell is cut."""
    rest = b""
    with packed.open(part) as file:
        while read := file.read(_PIECE):
            whole, mark, after = (rest + read).rpartition(b"</c>")
            yield whole + mark
            rest = after
    yield rest


def _found(
    name: str, packed: zipfile.ZipFile, part: str, special: dict[bytes, str], progress: Progress
) -> Marks:
    """One way through the XML of a sheet."""
    formats = tuple(dict.fromkeys(special.values()))[:255]
    numbers = {key: formats.index(code) + 1 for key, code in special.items() if code in formats}
    styled = (
        re.compile(
            rb'<(?:\w+:)?c\b(?![^>]*\bt=)(?=[^>]*\bs="('
            + b"|".join(numbers)
            + rb')")[^>]*?\br="([A-Z]+)([0-9]+)"'
        )
        if numbers
        else None
    )
    formatted: dict[int, bytearray] = defaultdict(bytearray)
    errors, rows, columns = {}, 0, 26
    for piece in _pieces(packed, part):
        last = piece.rfind(b"<row ")
        if found := _LAST_ROW.match(piece, last) if last >= 0 else None:
            rows = max(rows, int(found[1]))
            progress(rows, 0)
        columns = max([columns, *map(_number, {*_FAR_COLUMN.findall(piece)})])
        _check_cells(name, rows, columns)
        if b't="e"' in piece:
            for cell in _ERROR.finditer(piece):
                errors[int(cell[2]) - 1, _number(cell[1]) - 1] = unescape(cell[3].decode())
        for cell in styled.finditer(piece) if styled else ():
            _mark(formatted[_number(cell[2]) - 1], int(cell[3]) - 1, numbers[cell[1]])
    return Marks(formats, dict(formatted), errors)


def _number(letters: bytes) -> int:
    """A column's number, from 1."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _mark(rows: bytearray, row: int, what: int) -> None:
    if row >= len(rows):
        rows.extend(bytes(max(row + 1 - len(rows), len(rows))))
    rows[row] = what
