"""Workbooks as tables: every cell in the words a person would read."""

import io
import random
import struct
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import pairwise

import pytest
import xlsxwriter
from troubles_books import Plan, compound, ods, ods_bytes, xls, xlsx

from smsdesk.core.errors import FileError
from smsdesk.core.formats import Shown, shown
from smsdesk.core.importing import Setting, import_sheet
from smsdesk.core.mapping import guess_mapping
from smsdesk.core.progress import Cancelled
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


def test_dates_times_and_spans() -> None:
    def write(made: Book) -> None:
        sheet = made.add_worksheet()
        at = made.add_format({"num_format": "dd.mm.yyyy hh:mm"})
        for row, moment in enumerate(
            [
                datetime(2026, 1, 2, 18, 20),
                datetime(2026, 1, 2, 23, 59, 59, 999_900),
                date(2026, 1, 2),
                time(8, 30),
                time(8, 30, 15),
            ]
        ):
            sheet.write_datetime(row, 0, moment, at if isinstance(moment, datetime) else None)
        sheet.write_datetime(3, 0, time(8, 30), made.add_format({"num_format": "hh:mm"}))
        sheet.write_datetime(4, 0, time(8, 30, 15), made.add_format({"num_format": "hh:mm:ss"}))
        sheet.write_datetime(5, 0, timedelta(hours=30), made.add_format({"num_format": "[hh]:mm"}))

    sheet = read_sheet("list.xlsx", book(write), Reading(header_line=0))
    assert sheet.frame.to_series().to_list() == [
        "2026-01-02 18:20:00",
        "2026-01-03",
        "2026-01-02",
        "08:30",
        "08:30:15",
        "30:00",
    ]


# -- formats that show other digits ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "number", "looks"),
    [
        ("General", 1761234567, None),
        ("@", 1761234567, None),
        ("0", 1761234567, None),
        ("0.00", 1761234567, None),
        ("#,##0", 1761234567, None),
        ("#,##0.00 €", 1761234567, None),
        ("dd.mm.yyyy", 1761234567, None),
        ("0%", 5, None),
        ("00000000000", 1761234567, "01761234567"),
        ("00000", 123456, None),
        ("[Red]00000;[Blue]-00000", 42, "00042"),
        ("[$-407]00000", 42, "00042"),
        ('"+49"0', 1761234567, "+491761234567"),
        ("\\0#", 1761234567, "01761234567"),
        ("+0", 491761234567, "+491761234567"),
        ("(0000) 000-0000", 1761234567, "(0176) 123-4567"),
        ("0000\\/0000000", 1761234567, "0176/1234567"),
        ("[<=9999999]000-0000;(0000) 000-0000", 1234567, None),
        ("[<=9999999]000-0000;(0000) 000-0000", 1761234567, "(0176) 123-4567"),
        ('0" Stk"', 5, None),
        ("00000", -5, None),
    ],
)
def test_what_a_format_makes_of_a_whole_number(code: str, number: int, looks: str | None) -> None:
    assert shown(code, number) == (Shown(looks) if looks else None)


@pytest.mark.parametrize("code", ["0.00E+00", "##0.0E+0", "#,##0,", '0,,"M"', "0.0,"])
def test_formats_that_hide_digits(code: str) -> None:
    assert shown(code, 1761234567) == Shown(None)


def formatted(made: Book) -> None:
    sheet = made.add_worksheet("Liste")
    zeros, plus = made.add_format({"num_format": "00000000000"}), made.add_format({"num_format": '"+49"0'})
    power, plain = made.add_format({"num_format": 11}), made.add_format({"num_format": "#,##0"})
    sheet.write_row(0, 1, ["Name", "Null", "Plus", "Exp", "Punkt", "Text", "Gemischt"])
    for row in (1, 2, 3):
        sheet.write(row, 1, "Ada")
        for column, code in ((2, zeros), (3, plus), (4, power), (5, plain)):
            sheet.write_number(row, column, 1761234567 + row, code)
        sheet.write_string(row, 6, "1761234567", zeros)
        sheet.write_number(row, 7, 1761234567 + row, zeros if row == 2 else None)


def test_columns_that_show_other_digits_are_found() -> None:
    sheet = read_sheet("list.xlsx", book(formatted))
    assert sheet.shown == {
        "Null": "00000000000",
        "Plus": '"+49"0',
        "Exp": "0.00E+00",
        "Gemischt": "00000000000",
    }
    assert not sheet.as_shown
    assert sheet.frame.row(0) == ("Ada", *["1761234568"] * 4, "1761234567", "1761234568")


def test_they_are_read_as_shown_where_no_digit_has_to_be_made_up() -> None:
    sheet = read_sheet("list.xlsx", book(formatted), Reading(as_shown=True))
    assert sheet.as_shown
    assert sheet.shown.keys() == {"Null", "Plus", "Exp", "Gemischt"}
    whole = "1761234569"
    assert sheet.frame.row(1) == ("Ada", f"0{whole}", f"+49{whole}", whole, whole, "1761234567", f"0{whole}")
    assert sheet.frame["Gemischt"].to_list() == ["1761234568", "01761234569", "1761234570"]


def test_formats_far_down_a_large_sheet() -> None:
    def write(made: Book) -> None:
        sheet, zeros = made.add_worksheet(), made.add_format({"num_format": "00000000000"})
        sheet.write_row(0, 0, ["Name", "Mobil"])
        for row in range(1, 21_001):
            sheet.write(row, 0, f"Person {row}")
            sheet.write_number(row, 1, 17_600_000_000 // 10 + row, zeros)

    told: list[tuple[int, int]] = []
    sheet = read_sheet("list.xlsx", book(write), Reading(as_shown=True), lambda *at: told.append(at))
    assert sheet.frame["Mobil"].to_list() == [f"0{1_760_000_000 + row}" for row in range(1, 21_001)]
    assert (20_000, 21_001) in told
    assert told[-1] == (21_001, 21_001)

    def stop(done: int, _: int) -> None:
        if done:
            raise Cancelled

    with pytest.raises(Cancelled):
        read_sheet("list.xlsx", book(write), progress=stop)


# -- workbooks that are none, or worse ---------------------------------------------------------------

PART, STRINGS = "xl/worksheets/sheet2.xml", "xl/sharedStrings.xml"


def repacked(content: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
    return out.getvalue()


def with_row(row: bytes) -> bytes:
    return repacked(book(customers), PART, lambda xml: xml.replace(b"</sheetData>", row + b"</sheetData>"))


def with_entities() -> bytes:
    names = "abcdefghijkl"
    lines = [f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in pairwise(names)]
    doctype = f'<!DOCTYPE sst [<!ENTITY a "haha">{"".join(lines)}]>'.encode()
    return repacked(
        book(customers),
        STRINGS,
        lambda xml: xml.replace(b"?>", b"?>" + doctype, 1).replace(b"Name", b"&l;"),
    )


def with_huge_part() -> bytes:
    """It says of itself that it unpacks to 3 GiB."""
    content = bytearray(book(customers))
    at = content.rfind(STRINGS.encode()) - 46
    content[at + 24 : at + 28] = struct.pack("<I", 3 << 30)
    return bytes(content)


def encrypted_xls() -> bytes:
    content = xls(Plan()).content
    at = content.index(b"\x09\x08\x10\0\0\x06\x05\0") + 20
    return content[:at] + struct.pack("<HHHHH", 0x2F, 6, 1, 1, 1) + content[at:-10]


def encrypted_ods() -> bytes:
    part = "META-INF/manifest.xml"
    return repacked(ods_bytes([]), part, lambda xml: xml.replace(b"</", b"<manifest:encryption-data/></", 1))


def repeated_ods() -> bytes:
    cell = b'<table:table-cell office:value-type="string" table:number-columns-repeated="16384">'
    row = (
        b'<table:table-row table:number-rows-repeated="1000000">'
        + cell
        + b"<text:p>x</text:p></table:table-cell>"
    )
    return repacked(
        ods_bytes([]),
        "content.xml",
        lambda xml: xml.replace(b'"Kunden">', b'"Kunden">' + row + b"</table:table-row>", 1),
    )


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"PK\x03\x04" + b"no zip at all" * 20, "broken_workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "broken_workbook"),
        (book(customers)[:2000], "broken_workbook"),
        (compound({"WordDocument": b"x" * 5000}), "broken_workbook"),
        (repacked(ods_bytes([]), "mimetype", lambda _: b"a letter"), "broken_workbook"),
        (ods_bytes([]), "no_table"),
        (compound({"EncryptionInfo": b"\4\0\4\0", "EncryptedPackage": b"x" * 9000}), "protected"),
        (encrypted_xls(), "protected"),
        (encrypted_ods(), "protected"),
        (with_entities(), "broken_workbook"),
        (with_huge_part(), "too_large"),
        (with_row(b'<row r="1048576"><c r="ZZ1048576"><v>1</v></c></row>'), "scattered"),
        (with_row(b'<row r="20"><c r="XFD20"><v>1</v></c></row>'), "too_wide"),
        (repeated_ods(), "scattered"),
    ],
    ids=[
        "no zip",
        "no compound file",
        "cut short",
        "a letter",
        "another kind",
        "nothing in it",
        "encrypted",
        "encrypted xls",
        "encrypted ods",
        "entities",
        "a bomb",
        "far below",
        "far to the right",
        "repeated",
    ],
)
def test_what_cannot_be_read_is_a_plain_refusal(content: bytes, reason: str) -> None:
    assert refusal(content) == reason


def test_a_workbook_of_empty_sheets_is_no_table() -> None:
    assert refusal(book(lambda made: made.add_worksheet("Empty"))) == "no_table"


@pytest.mark.parametrize("kind", [xlsx, ods, xls])
def test_damaged_workbooks_are_read_or_refused(kind: Callable, capfd: pytest.CaptureFixture[str]) -> None:
    whole, luck = kind(Plan()).content, random.Random(5)
    outcomes = set()
    for turn in range(120):
        content = bytearray(whole)
        if turn % 3 == 0:
            content = content[: luck.randrange(8, len(content))]
        for _ in range(turn % 3 * 3):
            content[luck.randrange(4, len(content))] = luck.randrange(256)
        try:
            outcomes.add(read_sheet("list", bytes(content)).sheet)
        except FileError as error:
            outcomes.add(error.values["reason"])
    assert "broken_workbook" in outcomes
    capfd.readouterr()  # The reader of cells writes of its panics there.


def test_without_a_choice_covers_and_notes_are_passed_over_for_the_sheet_with_numbers() -> None:
    def write(made: Book, *, whole: bool) -> None:
        made.add_worksheet("Cover").write_column(0, 0, ["Export of 24.11.2026", "by Jana Brandt"])
        made.add_worksheet("Postcodes").write_column(0, 0, ["Code", *(f"{at:05}" for at in range(300))])
        if whole:
            made.add_worksheet("Customers").write_row(1, 0, ["Ada", "0176/1234567"])

    assert read_sheet("book.xlsx", book(partial(write, whole=True))).sheet == "Customers"
    assert read_sheet("book.xlsx", book(partial(write, whole=False))).sheet == "Postcodes"
