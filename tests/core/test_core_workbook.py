"""Workbooks as tables: every cell in the words a person would read."""

import io
from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
import xlsxwriter

from smsdesk.core.errors import FileError
from smsdesk.core.importing import Setting, import_sheet
from smsdesk.core.mapping import guess_mapping
from smsdesk.core.sheet import Reading, read_sheet

Book = xlsxwriter.Workbook


def book(write: Callable[[Book], object]) -> bytes:
    """The bytes of an .xlsx file."""
    out = io.BytesIO()
    with Book(out, {"default_date_format": "dd/mm/yyyy"}) as made:
        write(made)
    return out.getvalue()


def customers(made: Book) -> None:
    made.add_worksheet("Read me")
    sheet = made.add_worksheet("Kunden")
    sheet.write_row(2, 1, ["Name", "Mobil", "Seit", "Aktiv", "Punkte"])
    sheet.write_row(3, 1, ["Zoë", 4917604069012, date(2026, 1, 2), True, 1.5])
    sheet.write_row(4, 1, ["Jörg", "0176 04069013", datetime(2026, 1, 2, 3, 4, 5), False, 12345678901234567])
    sheet.write_row(6, 1, ["Ada", "0431 5550104"])
    made.add_worksheet("Archiv").write_row(0, 0, ["Mobil", "017604069014"])


def refusal(content: bytes, sheet: str | None = None) -> str:
    with pytest.raises(FileError) as told:
        read_sheet("list.xlsx", content, Reading(sheet=sheet))
    return str(told.value.values["reason"])


def test_the_first_sheet_with_something_in_it_is_read() -> None:
    sheet = read_sheet("list.xlsx", book(customers))
    assert (sheet.sheet, sheet.sheets) == ("Kunden", ("Read me", "Kunden", "Archiv"))
    assert (sheet.encoding, sheet.delimiter) == (None, None)
    assert sheet.lines.to_list() == [4, 5, 6, 7]


def test_whole_numbers_are_in_full_and_dates_in_iso() -> None:
    frame = read_sheet("list.xlsx", book(customers)).frame
    assert frame["Mobil"].to_list() == ["4917604069012", "0176 04069013", "", "0431 5550104"]
    assert frame["Seit"].to_list() == ["2026-01-02", "2026-01-02 03:04:05", "", ""]
    assert frame["Aktiv"].to_list() == ["TRUE", "FALSE", "", ""]
    assert frame["Punkte"].to_list()[0] == "1.5"


def test_a_sheet_is_chosen_by_its_name() -> None:
    sheet = read_sheet("list.xlsx", book(customers), Reading(sheet="Archiv"))
    assert (sheet.header, len(sheet)) == (("Column 1", "Column 2"), 1)
    assert refusal(book(customers), "Kundn") == "no_sheet"
    assert refusal(book(customers), "Read me") == "no_table"


def test_problems_name_the_sheet_and_the_row_as_excel_shows_it() -> None:
    sheet = read_sheet("list.xlsx", book(customers))
    found = import_sheet(sheet, guess_mapping(sheet, "DE"), Setting("DE", datetime(2026, 3, 1, tzinfo=UTC)))
    where = found.problems[-1].where
    assert (where.sheet, where.line, where.row, where.column) == ("Kunden", 7, 4, "Mobil")
    assert (found.counts.valid, found.counts.doubtful, found.counts.blank) == (2, 1, 1)


@pytest.mark.parametrize(
    "content",
    [
        b"PK\x03\x04" + b"no zip at all" * 20,
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        book(customers)[:2000],
    ],
    ids=["no zip", "no compound file", "cut short"],
)
def test_a_broken_workbook_is_a_plain_refusal(content: bytes) -> None:
    assert refusal(content) == "broken_workbook"


def test_a_workbook_of_empty_sheets_is_no_table() -> None:
    assert refusal(book(lambda made: made.add_worksheet("Empty"))) == "no_table"
