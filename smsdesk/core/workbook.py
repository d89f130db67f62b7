"""Workbooks (.xlsx, .xlsm, .xlsb, .xls, .ods) as rows of text, cell by cell as the sheet means them."""

import io
import struct
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from smsdesk.core.delimited import LINE, MAX_COLUMNS, SAMPLE_ROWS, Rows, is_data
from smsdesk.core.errors import FileError
from smsdesk.core.formats import shown
from smsdesk.core.packed import Marks, check, marks
from smsdesk.core.progress import Progress

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

Cell = str | float | bool | datetime | date | time | timedelta
_ZIP, _COMPOUND = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_BEGINNING, _FILE_PASS, _FIRST_RECORDS = b"\x09\x08\x10\x00\x00\x06\x05\x00", 0x2F, 4
_MOST_EXACT = 2**53
"""Whole numbers up to here are kept exactly by a spreadsheet."""
_ROWS_AT_ONCE = 20_000


@dataclass(frozen=True, slots=True)
class Book:
    """A sheet of a workbook; ``rows`` from its first one on, however empty.

    ``sheets``: all that can be chosen. ``shown``: by column (from 0) the format that shows other digits of
    its whole numbers than the cells hold.
    """

    rows: Rows
    sheet: str
    sheets: tuple[str, ...]
    shown: Mapping[int, str]


def is_workbook(content: bytes) -> bool:
    """Whether it looks like one, whatever the file is called."""
    return content.startswith((_ZIP, _COMPOUND))


def read_workbook(
    name: str, content: bytes, chosen: str | None, progress: Progress, *, as_shown: bool
) -> Book:
    """Reads a sheet; without a choice the first one with phone numbers, else the tallest.

    ``as_shown``: whether numbers get the zeros and signs that their format adds. Raises FileError with the
    reason ``protected``, ``broken_workbook``, ``too_large``, ``too_wide``, ``scattered``, ``no_sheet``
    or ``no_table``.
    """
    import python_calamine as calamine

    if content.startswith(_COMPOUND) and _is_encrypted(content):
        raise FileError(name=name, reason="protected")
    if content.startswith(_ZIP):
        check(name, content)
    try:
        book = calamine.CalamineWorkbook.from_object(io.BytesIO(content))
        return _chosen(name, content, book, chosen, progress, as_shown=as_shown)
    except calamine.PasswordError:
        raise FileError(name=name, reason="protected") from None
    except calamine.CalamineError:
        raise FileError(name=name, reason="broken_workbook") from None
    except BaseException as error:
        # The reader is written in Rust: what it did not foresee is a panic, which is no Exception.
        if type(error).__name__ == "PanicException":
            raise FileError(name=name, reason="broken_workbook") from None
        raise


def _is_encrypted(content: bytes) -> bool:
    """Whether a compound file holds an encrypted .xlsx, or an .xls that begins with a record for it."""
    at = content.find(_BEGINNING)
    for _ in range(_FIRST_RECORDS if at >= 0 else 0):
        kind, length = struct.unpack("<HH", content[at : at + 4].ljust(4, b"\0"))
        if kind == _FILE_PASS:
            return True
        at = min(at + 4 + length, len(content))
    return _ENCRYPTED in content


def _chosen(
    name: str,
    content: bytes,
    book: "CalamineWorkbook",
    chosen: str | None,
    progress: Progress,
    *,
    as_shown: bool,
) -> Book:
    names = _sheets(book)
    if chosen is not None and chosen not in names:
        raise FileError(name=name, reason="no_sheet")
    found: tuple[str, Marks, CalamineSheet] | None = None
    for sheet in (chosen,) if chosen is not None else names:
        # Looked at before the reader makes room for it.
        special = marks(name, content, sheet, progress) if content.startswith(_ZIP) else Marks()
        cells = book.get_sheet_by_name(sheet)
        if cells.end is None:
            continue
        if found is None or cells.end > (found[2].end or (0, 0)):
            found = sheet, special, cells
        if len(names) > 1 and _has_numbers(cells):
            found = sheet, special, cells
            break
    if found is None:
        raise FileError(name=name, reason="no_table")
    reader = _Reader(name, found[1], as_shown=as_shown)
    return Book(reader.read(found[2], progress), found[0], names, reader.shown())


def _has_numbers(cells: "CalamineSheet") -> bool:
    """Whether phone numbers stand near the top: so covers and notes are passed over."""
    return any(is_data(list(map(_text, row))) for row in islice(cells.iter_rows(), SAMPLE_ROWS))


def _sheets(book: "CalamineWorkbook") -> tuple[str, ...]:
    """The sheets with cells: those to be seen, then those that are hidden."""
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    with_cells = [one for one in book.sheets_metadata if one.typ == SheetTypeEnum.WorkSheet]
    seen = [one.name for one in with_cells if one.visible == SheetVisibleEnum.Visible]
    return (*seen, *(one.name for one in with_cells if one.name not in seen))


class _Reader:
    """Makes columns of text of the cells of a sheet."""

    def __init__(self, name: str, special: Marks, *, as_shown: bool) -> None:
        self._name, self._special, self._as_shown = name, special, as_shown
        self._changed: dict[int, Counter[str]] = {}

    def shown(self) -> dict[int, str]:
        """By column, the format that changed the digits of most cells."""
        return {at: counts.most_common(1)[0][0] for at, counts in self._changed.items()}

    def read(self, sheet: "CalamineSheet", progress: Progress) -> Rows:
        """All rows of a sheet."""
        import polars as pl

        assert sheet.start is not None
        assert sheet.end is not None
        width, height = sheet.end[1] + 1, sheet.end[0] + 1
        if width > MAX_COLUMNS:
            raise FileError(name=self._name, reason="too_wide")
        frames, sample, done = [], list[tuple[int, list[str]]](), 0
        cells = sheet.iter_rows()
        while block := list(islice(cells, _ROWS_AT_ONCE)):
            columns = self._columns(block, done, sheet.start[1], width)
            frames.append(
                pl.DataFrame({str(at): pl.Series(c, dtype=pl.String) for at, c in enumerate(columns)})
            )
            if len(sample) < SAMPLE_ROWS:
                sample += islice(_filled(columns, done), SAMPLE_ROWS - len(sample))
            done += len(block)
            progress(done, height)
        return Rows(pl.concat(frames).with_row_index(LINE, offset=1), sample)

    def _columns(self, block: "list[list[Cell]]", first: int, left: int, width: int) -> list[list[str]]:
        """Columns of text; ``left`` columns before the first cell are empty, and left out of the rows."""
        columns: list[list[str]] = [[""] * len(block) for _ in range(left)]
        for at, cells in enumerate(zip(*block, strict=True), left):
            texts = list(map(_text, cells))
            if at in self._special.formatted:
                self._show(at, first, cells, texts)
            columns.append(texts)
        columns += [[""] * len(block) for _ in range(width - len(columns))]
        for (row, column), text in self._special.errors.items():
            if first <= row < first + len(block) and column < width:
                columns[column][row - first] = columns[column][row - first] or text
        return columns

    def _show(self, at: int, first: int, cells: "tuple[Cell, ...]", texts: list[str]) -> None:
        """Notes where a format changes digits, and writes them as shown where that is wanted."""
        formats, counts = self._special.formats, self._changed.get(at, Counter())
        for place, which in enumerate(self._special.formatted[at][first : first + len(cells)]):
            cell = cells[place]
            if (
                not which
                or not isinstance(cell, float | int)
                or isinstance(cell, bool)
                or not _is_exact(cell)
            ):
                continue
            if looks := shown(formats[which - 1], int(cell)):
                counts[formats[which - 1]] += 1
                if self._as_shown and looks.text is not None:
                    texts[place] = looks.text
        if counts:
            self._changed[at] = counts


def _filled(columns: list[list[str]], first: int) -> Iterator[tuple[int, list[str]]]:
    for at, cells in enumerate(zip(*columns, strict=True), first + 1):
        if any(map(str.strip, cells)):
            yield at, [*cells]


def _is_exact(number: float) -> bool:
    return abs(number) <= _MOST_EXACT and number == int(number)


def _text(cell: Cell) -> str:
    """A cell in words: whole numbers in full, dates in ISO 8601, spans in hours."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) <= _MOST_EXACT:
        return str(int(cell))
    return str(cell) if isinstance(cell, float | int) else _moment(cell)


def _moment(cell: date | time | timedelta) -> str:
    if isinstance(cell, timedelta):
        minutes, seconds = divmod(round(cell.total_seconds()), 60)
        return f"{minutes // 60:02}:{minutes % 60:02}" + (f":{seconds:02}" if seconds else "")
    if isinstance(cell, time):
        return cell.isoformat("minutes" if cell.second == 0 else "seconds")
    if not isinstance(cell, datetime):
        return str(cell)
    # A spreadsheet counts days: its times are a thousandth of a second off.
    near = (cell + timedelta(milliseconds=500)).replace(microsecond=0)
    return str(near.date()) if near.time() == time() else near.isoformat(sep=" ")
