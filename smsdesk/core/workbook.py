"""Workbooks (.xlsx, .xlsm, .xlsb, .xls, .ods) as rows of text, cell by cell as the sheet means them."""

import io
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from smsdesk.core.errors import FileError

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

Cell = str | float | bool | datetime | date | time | timedelta
_MOST_EXACT = 2**53
"""Whole numbers up to here are kept exactly by a spreadsheet."""


def read_workbook(
    name: str, content: bytes, chosen: str | None
) -> tuple[list[list[str]], str, tuple[str, ...]]:
    """The rows of a sheet from its first one on, its name, and the names of all sheets.

    Without a choice it is the first sheet that holds something. Raises FileError with the reason
    ``protected``, ``broken_workbook``, ``no_sheet`` or ``no_table``.
    """
    import python_calamine as calamine

    try:
        book = calamine.CalamineWorkbook.from_object(io.BytesIO(content))
        names = tuple(book.sheet_names)
        if chosen is not None and chosen not in names:
            raise FileError(name=name, reason="no_sheet")
        for sheet in (chosen,) if chosen is not None else names:
            rows = _rows(book, sheet)
            if chosen is not None or rows:
                return rows, sheet, names
    except calamine.PasswordError:
        raise FileError(name=name, reason="protected") from None
    except calamine.CalamineError:
        raise FileError(name=name, reason="broken_workbook") from None
    raise FileError(name=name, reason="no_table")


def _rows(book: "CalamineWorkbook", sheet: str) -> list[list[str]]:
    return [list(map(_text, row)) for row in book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)]


def _text(cell: Cell) -> str:
    """A cell in words: whole numbers in full, dates in ISO 8601."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) <= _MOST_EXACT:
        return str(int(cell))
    if isinstance(cell, datetime):
        return str(cell.date()) if cell.time() == time() else cell.isoformat(sep=" ")
    return str(cell)
