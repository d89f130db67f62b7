"""Tables for spreadsheets: nothing in them runs, whatever stands in them, and all of it is there."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta, timezone

import pytest
import python_calamine as calamine
from hypothesis import example, given
from hypothesis import strategies as st

from smsdesk.core import book
from smsdesk.core.book import Cell
from smsdesk.core.exporting import write_table
from smsdesk.core.importing import Setting, import_sheet
from smsdesk.core.sheet import read_sheet

ONE, TWO = "+4917604069012", "+4917604069031"
AT = datetime(2026, 10, 25, 2, 30, 5, tzinfo=timezone(timedelta(hours=1)))
ROWS: list[tuple[Cell, ...]] = [
    ("dst", "note", "SMS", "at"),
    (ONE, "=1+1", 1200, AT),
    (TWO, 'Zoë; "so"', 0, ""),
]


def written(rows: Iterable[Sequence[Cell]], name: str, delimiter: str = ",") -> bytes:
    out = io.BytesIO()
    write_table(rows, out, name, delimiter)
    return out.getvalue()


def sheets(content: bytes) -> list[list[list[object]]]:
    found = calamine.CalamineWorkbook.from_object(io.BytesIO(content))
    return [found.get_sheet_by_name(name).to_python() for name in found.sheet_names]


def test_csv_is_for_excel_and_other_programs() -> None:
    assert written(ROWS, "list.csv", ";").decode() == (
        f'\ufeffdst;note;SMS;at\r\n{ONE};\'=1+1;1200;2026-10-25 02:30:05+01:00\r\n{TWO};"Zoë; ""so""";0;\r\n'
    )


def test_a_workbook_has_figures_and_instants_of_its_own() -> None:
    (rows,) = sheets(written(iter(ROWS), "LIST.XLSX"))
    assert rows == [
        ["dst", "note", "SMS", "at"],
        [ONE, "=1+1", 1200, datetime(2026, 10, 25, 2, 30, 5)],
        [TWO, 'Zoë; "so"', 0, ""],
    ]


@given(st.lists(st.lists(st.text(max_size=8), min_size=2, max_size=2), max_size=5))
def test_no_cell_runs_and_each_can_be_read_back(cells: list[list[str]]) -> None:
    content = written([["=a", "b"], *cells], "x.csv").decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(content, newline="")))
    assert len(rows) == 1 + len(cells)
    for row in rows:
        for cell in row:
            assert not cell.startswith(("=", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))
            assert not cell.startswith("+") or (cell[1:].isascii() and cell[1:].isdigit())


# Halves of pairs come from JSON; controls and what looks like an escape from anywhere.
_TEXT = st.text(st.characters(), max_size=12)


@given(st.lists(_TEXT, min_size=1, max_size=5))
@example(["_x000D_ _x0041_", "a\r\nb\rc\td", "\x00\x01\x1f\x7f\x85", " <&>\"' ", "\ud800\ufffe\uffff", "👍"])
def test_a_workbook_carries_every_sign(cells: list[str]) -> None:
    (rows,) = sheets(written([("h",), *((f".{cell}",) for cell in cells)], "x.xlsx"))
    lost = {"\0": "\u2400", "\ufffe": "\ufffd", "\uffff": "\ufffd"}
    lost |= {chr(half): "\ufffd" for half in range(0xD800, 0xE000)}
    assert [row[0] for row in rows[1:]] == ["." + "".join(lost.get(c, c) for c in cell) for cell in cells]


@pytest.mark.parametrize("name", ["x.csv", "x.xlsx"])
@given(st.lists(st.from_regex(r"\+49176[0-9]{7,8}", fullmatch=True), min_size=1, max_size=5, unique=True))
def test_the_same_numbers_are_imported_again(name: str, numbers: list[str]) -> None:
    cells: list[tuple[Cell, ...]] = [(number, AT, 1, "=a\nb") for number in numbers]
    content = written([("Nummer", "Zeit", "SMS", "Text"), *cells], name, ";")
    found = import_sheet(read_sheet(name, content), {"dst": "Nummer"}, Setting("DE", AT))
    assert [*found.recipients.dst] == numbers


def test_where_a_sheet_is_full_the_next_one_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(book, "MOST_ROWS", 2)
    rows = [("a",), *((str(at),) for at in range(5))]
    heads = [["a"], ["0"], ["1"]], [["a"], ["2"], ["3"]], [["a"], ["4"]]
    assert sheets(written(rows, "x.xlsx")) == [*heads]
    assert sheets(written(rows[:3], "x.xlsx")) == [heads[0]]
    assert sheets(written(rows[:1], "x.xlsx")) == [[["a"]]]


def test_so_it_does_where_it_would_be_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(book, "_MOST_BYTES", 1)
    found = sheets(written([("a",), *((str(at),) for at in range(500))], "x.xlsx"))
    assert [row[0] for sheet in found for row in sheet[1:]] == [str(at) for at in range(500)]
    assert len(found) == 3
