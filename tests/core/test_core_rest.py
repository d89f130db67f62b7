"""What an import leaves over: written with its reasons like the file it came from, mended, imported again."""

import csv
import io
from datetime import UTC, datetime

import pytest
import python_calamine as calamine
import xlsxwriter

from smsdesk.core.exporting import rest_csv, rest_table, rest_xlsx
from smsdesk.core.importing import Imported, Known, Setting, Taken, import_sheet
from smsdesk.core.mapping import REASON, guess_mapping
from smsdesk.core.recipients import Added, patched
from smsdesk.core.sheet import Sheet, read_sheet
from smsdesk.words import open_words, use_language

SETTING = Setting("DE", datetime(2026, 11, 25, tzinfo=UTC), "Europe/Berlin")
TEXT = (
    "Kundennr;Name;Mobil;Sperrzeit\r\n"
    "1;Jörg;0176 04069012;\r\n"
    "2;=Eva;0176O4069013;\r\n"
    "3;Ada;+49 176 04069012;\r\n"
    "4;Zoë;030 1234567;\r\n"
    ";;;\r\n"
    '5;"Mia; Lea";017604069015;abends\r\n'
    "6;Tom;0176 04069016;18-8 Uhr\r\n"
    "7;Max;017604069017;\r\n"
    "8;Nil;\xa0;\r\n"
)


def imported(sheet: Sheet, known: Known | None = None) -> Imported:
    return import_sheet(sheet, guess_mapping(sheet, "DE"), SETTING, known or Known())


def first(encoding: str = "cp1252") -> Imported:
    return imported(read_sheet("kunden.csv", TEXT.encode(encoding)), Known(["+4917604069017"]))


def rows_of(content: bytes, encoding: str, delimiter: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(encoding), newline=""), delimiter=delimiter))


def test_the_rest_has_its_rows_as_they_came_and_why() -> None:
    use_language("en")
    found = first()
    assert (found.counts.valid, found.counts.blank, found.counts.rows) == (2, 1, 9)
    table = rest_table(found, False, open_words)
    assert table.columns == ["Kundennr", "Name", "Mobil", "Sperrzeit", *REASON]
    assert table["Kundennr"].to_list() == ["2", "3", "4", "5", "7", "8"]
    assert table["Mobil"].to_list()[1] == "+49 176 04069012"
    reasons = dict(zip(table["Kundennr"], table[REASON[0]], strict=True))
    assert reasons["3"] == "Same number as in row 2, written there as 0176 04069012."
    assert reasons["5"] == "The blackout period cannot be read: abends."
    assert reasons["8"].endswith("do not show: [U+00A0].")
    assert all(table[REASON[1]])
    assert rest_table(found, True, open_words)["Kundennr"].to_list() == ["2", "3", "5", "7", "8"]


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("encoding", ["cp1252", "utf-8", "utf-8-sig", "utf-16", "iso8859-1"])
def test_the_rest_is_in_the_encoding_and_with_the_delimiter_of_the_file(encoding: str, language: str) -> None:
    use_language(language)
    found = first(encoding)
    read = found.sheet.encoding or ""
    rows = rows_of(rest_csv(found, False, open_words), read, ";")
    assert rows[0] == ["Kundennr", "Name", "Mobil", "Sperrzeit", *REASON]
    assert [row[1] for row in rows[1:]] == ["'=Eva", "Ada", "Zoë", "Mia; Lea", "Max", "Nil"]
    assert rows[2][2] == "'+49 176 04069012"
    assert len(rows) == 7


def test_sentences_fit_into_an_encoding_that_lacks_their_signs() -> None:
    words = lambda code: ("„so“ – “so” …", "x")
    found = first("iso8859-1")
    narrow = rest_csv(Imported(**{**_parts(found), "sheet": _as(found.sheet, "iso8859-1")}), False, words)
    assert rows_of(narrow, "iso8859-1", ";")[1][4] == '"so" - "so" ...'
    ascii_only = rest_csv(Imported(**{**_parts(found), "sheet": _as(found.sheet, "ascii")}), False, words)
    assert rows_of(ascii_only, "utf-8-sig", ";")[3][1] == "Zoë"


def _parts(found: Imported) -> dict:
    return {name: getattr(found, name) for name in Imported.__slots__}


def _as(sheet: Sheet, encoding: str) -> Sheet:
    return Sheet(sheet.name, sheet.frame, sheet.lines, encoding, ";")


def test_as_a_workbook_every_cell_is_text() -> None:
    found = first()
    content = rest_xlsx(found, False, open_words)
    rows = calamine.CalamineWorkbook.from_object(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert [row[1] for row in rows[1:]] == ["=Eva", "Ada", "Zoë", "Mia; Lea", "Max", "Nil"]
    assert {type(cell) for row in rows for cell in row} == {str}


def mended_csv(found: Imported) -> Sheet:
    content = rest_csv(found, False, open_words).replace(b"0176O4069013", b"017604069013")
    content = content.replace(b"abends", b"18-8 Uhr").replace(b";\xa0;", b";0176 04069018;")
    return read_sheet("rest.csv", content)


def mended_xlsx(found: Imported) -> Sheet:
    content = rest_xlsx(found, False, open_words)
    rows = calamine.CalamineWorkbook.from_object(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    new = {"0176O4069013": "017604069013", "abends": "18-8 Uhr", "\xa0": "0176 04069018"}
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        page = book.add_worksheet()
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                page.write_string(at, column, new.get(str(cell), str(cell)))
    return read_sheet("rest.xlsx", out.getvalue())


@pytest.mark.parametrize("mend", [mended_csv, mended_xlsx])
def test_the_mended_rest_is_imported_without_doubles(mend) -> None:
    before = first()
    list_so_far = before.recipients
    taken = Taken("duplicate_elsewhere", list_so_far.dst)
    after = imported(mend(before), Known(["+4917604069017"], (taken,)))
    assert after.mapping == before.mapping
    assert list(after.recipients.dst) == ["+4917604069013", "+4917604069015", "+4917604069018"]
    assert list(after.recipients.fields["Name"]) == ["=Eva", "Mia; Lea", "Nil"]
    assert [problem.code for problem in after.problems][:1] == ["duplicate_elsewhere"]
    whole = patched(list_so_far, Added(after.recipients))
    assert len(whole) == len({*whole.dst}) == 5
    assert [*whole.fields] == [*list_so_far.fields]
    again = rest_table(after, False, open_words)
    assert again.columns == ["Kundennr", "Name", "Mobil", "Sperrzeit", *REASON]
    assert again["Kundennr"].to_list() == ["3", "4", "7"]
