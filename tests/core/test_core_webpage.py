"""Tables of web pages, as programs write them under the name of a workbook."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsdesk.core.delimited import MAX_COLUMNS
from smsdesk.core.errors import FileError
from smsdesk.core.sheet import Reading, Sheet, read_sheet
from smsdesk.core.webpage import is_webpage

PAGE = """<!DOCTYPE html>
<html><head><meta charset="utf-8"><style>td { color: red }</style></head><body>
<table><tr><td>Kunden</td></tr></table>
<table border=1>
<thead><tr><th>Name</th><th>Mobil<th>Ort</tr></thead>
<tr><td>Zo&euml; &amp; <b>Ren&#233;e</b></td><td>0176&nbsp;04069012</td><td>Kiel<br>
  (Nord)</td></tr>
<tr><td colspan=2>Ada</td><td>Ulm</td></tr>
<tr><td rowspan="2">Tom</td><td>017604069013</td><td> Bonn </td></tr>
<tr><td>017604069014</td><td></td></tr>
<tr><td>Mia</td><td><table><tr><td>x</td></tr></table>017604069015</td><td>&nbsp;</td></tr>
</table></body></html>"""


def read(page: str, **reading: object) -> Sheet:
    return read_sheet("list.xls", page.encode("cp1252"), Reading(**reading))


def test_the_table_with_most_rows_is_read() -> None:
    sheet = read(PAGE)
    assert (sheet.header, sheet.delimiter, sheet.sheet) == (("Name", "Mobil", "Ort"), None, None)
    assert sheet.frame.rows() == [
        ("Zoë & Renée", "0176\u00a004069012", "Kiel\n(Nord)"),
        ("Ada", "", "Ulm"),
        ("Tom", "017604069013", "Bonn"),
        ("", "017604069014", ""),
        ("Mia", "017604069015", ""),
    ]
    assert (sheet.header_line, sheet.lines.to_list()) == (1, [2, 3, 4, 5, 6])


def test_a_page_is_text_for_whom_a_delimiter_is_chosen() -> None:
    assert read(PAGE, delimiter=";").header != ("Name", "Mobil", "Ort")


def test_a_page_without_a_table_is_none() -> None:
    assert not is_webpage(b"<html><p>Name;Mobil</p></html>")
    assert not is_webpage(b"Name;<table>\nAda;0176\n")
    with pytest.raises(FileError) as told:
        read("<html><table></table></html>")
    assert told.value.values["reason"] == "no_table"
    with pytest.raises(FileError) as told:
        read(f"<html><table><tr>{'<td>x</td>' * (MAX_COLUMNS + 1)}</tr></table></html>")
    assert told.value.values["reason"] == "too_wide"


def test_cells_before_the_first_row_begin_one() -> None:
    sheet = read(
        "<html><table><td>Name</td><td>Mobil</td><tr><td>Ada</td><td>017604069012</td></table></html>"
    )
    assert (sheet.header, sheet.frame.rows()) == (("Name", "Mobil"), [("Ada", "017604069012")])


@given(st.text("<>/=\"' tablerdhosp2&;é\n", max_size=60))
def test_any_page_is_read_or_refused(middle: str) -> None:
    try:
        sheet = read(f"<table><tr><td>{middle}<tr><td>0176")
    except FileError as error:
        assert error.values["reason"] in ("no_table", "too_wide")
    else:
        assert len(sheet.lines) == len(sheet)
