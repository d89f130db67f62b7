"""Tables for spreadsheets: nothing in them runs, whatever stands in them, and all of it is there."""

import csv
import io

import pytest
import python_calamine as calamine
from hypothesis import given
from hypothesis import strategies as st

from smsdesk.core import exporting
from smsdesk.core.errors import FileError
from smsdesk.core.exporting import written

ONE, TWO = "+4917604069012", "+4917604069031"
ROWS = [("dst", "note", "SMS"), (ONE, "=1+1", 1200), (TWO, 'Zoë; "so"', 0)]


def test_the_ending_of_a_name_chooses_the_form() -> None:
    text = written(ROWS, "list.csv", ";").decode()
    assert text == f'\ufeffdst;note;SMS\r\n{ONE};\'=1+1;1200\r\n{TWO};"Zoë; ""so""";0\r\n'
    book = calamine.CalamineWorkbook.from_object(io.BytesIO(written(iter(ROWS), "LIST.XLSX", ";")))
    assert book.get_sheet_by_index(0).to_python() == [list(row) for row in ROWS]


@given(st.lists(st.lists(st.text(max_size=8), min_size=2, max_size=2), max_size=5))
def test_no_cell_runs_and_each_can_be_read_back(cells: list[list[str]]) -> None:
    content = written([["=a", "b"], *cells], "x.csv", ",").decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(content, newline=""), delimiter=","))
    assert len(rows) == 1 + len(cells)
    for row in rows:
        for cell in row:
            assert not cell.startswith(("=", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))
            assert not cell.startswith("+") or (cell[1:].isascii() and cell[1:].isdigit())


def test_a_table_that_no_sheet_has_room_for_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exporting, "_MOST_ROWS", 2)
    assert written([("a",), ("b",), ("c",)], "x.xlsx", ",")
    with pytest.raises(FileError) as caught:
        written([("a",), ("b",), ("c",), ("d",)], "x.xlsx", ",")
    assert caught.value.values == {"name": "x.xlsx", "reason": "too_many_rows"}
