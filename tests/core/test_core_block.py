"""Blocks of cells on the clipboard: what goes out comes back, and what a spreadsheet writes is read."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsdesk.core.block import read_block, write_block

CELLS = st.text(st.characters(exclude_categories=("Cs",)), max_size=12) | st.sampled_from(
    [
        "=1+1",
        "'=x",
        "''@",
        "+49 176 1",
        "-2",
        "-",
        "\t",
        "\n",
        "\r",
        "\r\n",
        '"',
        '""',
        '"a',
        "\x00",
        "\u2028",
    ]
)


@given(st.integers(1, 4).flatmap(lambda n: st.lists(st.lists(CELLS, min_size=n, max_size=n), min_size=1)))
def test_what_is_copied_is_pasted_unchanged(rows: list[list[str]]) -> None:
    assert read_block(write_block(rows) + "\n") == rows


@given(st.lists(st.lists(st.text('ab"\t\n', max_size=6), min_size=2, max_size=2), min_size=1))
def test_what_an_excel_writer_writes_is_read(rows: list[list[str]]) -> None:
    out = io.StringIO()
    csv.writer(out, dialect="excel-tab").writerows(rows)
    assert read_block(out.getvalue()) == rows


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", []),
        ("a", [["a"]]),
        ("a\tb\r\nc\td\r\n", [["a", "b"], ["c", "d"]]),
        ("a\rb\n", [["a"], ["b"]]),
        ("\t\n", [["", ""]]),
        ('"a\nb"\tc', [["a\nb", "c"]]),
        ('5" pipe\t"never closed\nnext', [['5" pipe', '"never closed'], ["next"]]),
        ('"a" b\tc', [['"a" b', "c"]]),
        ('"say ""yes"""', [['say "yes"']]),
        ("'=1+1\t'plain", [["=1+1", "'plain"]]),
        ('x\n\n"y"\n', [["x"], [""], ["y"]]),
    ],
)
def test_texts_of_spreadsheets(text: str, rows: list[list[str]]) -> None:
    assert read_block(text) == rows


@pytest.mark.parametrize("cell", ["=cmd|' /C calc'!A0", "@SUM(1)", "+1+1|x", "-1+cmd", "=", "'=x"])
def test_no_cell_runs_in_a_spreadsheet(cell: str) -> None:
    assert write_block([[cell]]).lstrip('"').startswith("'")


@pytest.mark.parametrize("cell", ["+49 176 04069000", "-2,50", "2026-03-01", "O'Neill", ""])
def test_numbers_and_words_stay_as_they_are(cell: str) -> None:
    assert write_block([[cell]]) == cell
