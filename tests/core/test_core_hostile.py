"""Whatever a cell holds: it goes through import, list and export unharmed, and no spreadsheet runs it."""

import csv
import io
import re
from datetime import UTC, datetime

import polars as pl
import pytest
import python_calamine as calamine
from hypothesis import example, given, settings
from hypothesis import strategies as st

from smsdesk.core.columns import Column
from smsdesk.core.exporting import as_xlsx, list_csv, list_table, usable_csv
from smsdesk.core.formulas import defused, defused_cells, undefused, undefused_cells
from smsdesk.core.importing import Imported, Setting, import_sheet
from smsdesk.core.mapping import guess_mapping
from smsdesk.core.recipients import Recipients
from smsdesk.core.sheet import Reading, Sheet, read_sheet
from tests.naughty import NAUGHTY

SETTING = Setting("DE", datetime(2031, 1, 1, tzinfo=UTC), "Europe/Berlin")


def trimmed(text: str) -> str:
    """As an import trims."""
    return str(pl.Series([text]).str.strip_chars().item())


def read_back(name: str, content: bytes) -> Imported:
    delimiter = "," if name.endswith(".csv") else None
    sheet = read_sheet(name, content, Reading(delimiter=delimiter, header_line=1))
    mapping = {"dst": "dst", "reference": "customerRef", "field:Note": "Note"}
    return import_sheet(sheet, mapping, SETTING)


def a_list(cells: list[str], references: list[str]) -> Recipients:
    numbers = pl.Series([f"+491760406{n:04}" for n in range(len(cells))], dtype=pl.String)
    return Recipients(
        Column(numbers),
        Column(pl.Series(references, dtype=pl.String)),
        {"Note": Column(pl.Series(cells, dtype=pl.String))},
    )


def same(found: Recipients, wanted: Recipients) -> None:
    assert list(found.dst) == list(wanted.dst)
    assert list(found.reference) == list(wanted.reference)
    assert {name: list(column) for name, column in found.fields.items()} == {
        name: list(column) for name, column in wanted.fields.items()
    }


SIGNS = "=+-@'\t\r\n ,;\"\\＝a\x85\u2028\u200b\ufeff\x01\x1f_x0"
text = st.text(st.one_of(st.sampled_from(SIGNS), st.characters(exclude_categories=["Cs"])), max_size=12)
hostile = st.one_of(text, st.sampled_from(NAUGHTY)).map(trimmed)
no_gaps = hostile.filter(lambda cell: not re.search("[\0\ufffe\uffff]", cell))


@given(st.one_of(text, st.sampled_from(NAUGHTY)))
def test_a_mark_against_formulas_comes_off_again(cell: str) -> None:
    assert undefused(defused(cell)) == cell
    assert not re.match(r"[=+\-@\t\r\n＝＋－＠]", defused(cell))
    column = pl.DataFrame({"a": [cell]})
    assert column.select(defused_cells(pl.col("a"))).item() == defused(cell)
    assert column.select(undefused_cells(pl.col("a"))).item() == undefused(cell)


@settings(max_examples=40)
@given(st.lists(st.tuples(no_gaps, no_gaps), min_size=1, max_size=6))
@example([("=1+1", "'x"), ("'=1", "''=1")])
def test_export_then_import_is_the_identity(rows: list[tuple[str, str]]) -> None:
    wanted = a_list([cell for cell, _ in rows], [reference for _, reference in rows])
    for name, content in (
        ("list.csv", list_csv(wanted)),
        ("list.xlsx", as_xlsx(list_table(wanted))),
    ):
        found = read_back(name, content)
        same(found.recipients, wanted)
        assert (found.counts.rows, found.counts.valid) == (len(rows), len(rows))


@settings(max_examples=40)
@given(st.lists(no_gaps, min_size=1, max_size=6))
def test_what_was_imported_once_is_the_same_after_export_and_import(cells: list[str]) -> None:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(
        [["Mobil", "Note"], *([f"0176 0406{n:04}", cell] for n, cell in enumerate(cells))]
    )
    sheet = read_sheet("a.csv", out.getvalue().encode(), Reading(delimiter=",", header_line=1))
    once = import_sheet(sheet, {"dst": "Mobil", "field:Note": "Note"}, SETTING)
    twice = read_back("b.csv", usable_csv(once, use_doubtful=False))
    same(twice.recipients, once.recipients)


def test_naughty_cells_go_through_unharmed() -> None:
    cells = [trimmed(cell) for cell in NAUGHTY]
    wanted = a_list(cells, [str(n) for n in range(len(cells))])
    same(read_back("list.csv", list_csv(wanted)).recipients, wanted)
    carried = [cell.replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd") for cell in cells]
    same(
        read_back("list.xlsx", as_xlsx(list_table(wanted))).recipients,
        a_list(carried, [*wanted.reference]),
    )


def test_no_spreadsheet_runs_a_cell_of_ours() -> None:
    wanted = a_list([*NAUGHTY], [*NAUGHTY])
    rows = list(csv.reader(io.StringIO(list_csv(wanted).decode(), newline="")))
    assert len(rows) == len(NAUGHTY) + 1
    for _, *cells in rows:
        assert not any(re.match(r"[=+\-@\t\r\n＝＋－＠]", cell) for cell in cells)
    book = calamine.CalamineWorkbook.from_object(io.BytesIO(as_xlsx(list_table(wanted))))
    kinds = {type(cell) for row in book.get_sheet_by_index(0).to_python() for cell in row}
    assert kinds == {str}


def test_what_a_cell_cannot_carry_shows() -> None:
    wanted = a_list(["a\0b", "x" * 40_000, "👍" * 20_000], ["1", "2", "3"])
    assert read_back("a.csv", list_csv(wanted)).recipients.fields["Note"][0] == "a␀b"
    null, long, wide = read_back("a.xlsx", as_xlsx(list_table(wanted))).recipients.fields["Note"]
    assert null == "a␀b"
    assert long == "x" * 32_766 + "…"
    assert wide == "👍" * 16_383 + "…"


def test_names_of_columns_are_as_hostile_as_cells() -> None:
    text = "Mobil;=Name;'=Name;'x;DST\n017604069012;a;b;c;d\n"
    sheet = read_sheet("a.csv", text.encode())
    mapping = {"dst": "Mobil", **{f"field:{name}": name for name in sheet.header[1:]}}
    found = import_sheet(sheet, mapping, SETTING)
    assert [*found.recipients.fields] == ["=Name", "'=Name", "'x", "DST"]
    again: Sheet = read_sheet("b.csv", usable_csv(found, use_doubtful=False))
    twice = import_sheet(again, guess_mapping(again, "DE"), SETTING)
    assert [*twice.recipients.fields] == ["=Name", "'=Name", "'x", "DST 2"]
    assert [column[0] for column in twice.recipients.fields.values()] == ["a", "b", "c", "d"]


@pytest.mark.parametrize("cell", ["+49 176 04069012", "'+49 176 04069012", "017604069012"])
def test_a_number_needs_no_mark_to_be_read(cell: str) -> None:
    found = read_back("a.csv", f"dst,customerRef,Note\n{cell},1,x\n".encode())
    assert list(found.recipients.dst) == ["+4917604069012"]
