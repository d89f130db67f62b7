"""Text between delimiters: whole columns at once or line by line, the cells are the same."""

import csv
import io
import re
import time
from collections.abc import Callable
from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from smsdesk.core import delimited
from smsdesk.core.delimited import LINE, read_rows
from smsdesk.core.errors import FileError

DELIMITERS = st.sampled_from([";", ",", "\t", "|"])
texts = st.text('aÄ;,|\t" \n\r\0\ufdd0💡', max_size=40)
cells = st.text('aÄ;,|\t" \n\r\u2028\x0b\x1f💡', max_size=8)
tables = st.lists(st.lists(cells, min_size=1, max_size=4), min_size=1, max_size=6)


def columns(text: str, delimiter: str) -> list[tuple[int, list[str]]]:
    frame = read_rows("list.csv", text.encode(), delimiter).frame
    return [(line, [*row]) for line, *row in frame.iter_rows()]


def line_by_line(text: str, delimiter: str) -> list[tuple[int, list[str]]]:
    """The careful way alone, filled up to one width."""
    rows = [*delimited._Grammar.of(delimiter).rows([*delimited._split(text)])]
    width = max(len(row) for _, row in rows)
    return [(line, row + [""] * (width - len(row))) for line, row in rows]


def filled(rows: list[tuple[int, list[str]]]) -> list[tuple[int, int, str]]:
    """The cells with something in them, by line and column."""
    return [(line, at, cell) for line, row in rows for at, cell in enumerate(row) if cell]


@given(texts.filter(str.strip), DELIMITERS)
@example('a;"b\n"c;d\n', ";")
@example('"a\r\n\r";b\rc\n', ";")
@example('"a";\n\n;"b"\n"', ";")
@example('""\n"";""""\n', ";")
def test_both_ways_find_the_same_cells(text: str, delimiter: str) -> None:
    text = re.sub(rf'\0+(?=["\r\n{re.escape(delimiter)}]|\Z)', "", text)
    if text.strip():
        assert filled(columns(text, delimiter)) == filled(line_by_line(text, delimiter))


@given(tables, DELIMITERS, st.sampled_from(["\n", "\r\n", "\r"]), st.booleans())
def test_what_a_program_writes_is_read(table: list[list[str]], delimiter: str, end: str, every: bool) -> None:
    out = io.StringIO()
    end = end if every else "\r\n"
    # A program that quotes only what it must leaves a blank before a quote as it is: that is no quote then.
    table = [[cell if every else cell.strip(" ") for cell in row] for row in table]
    quoting = csv.QUOTE_ALL if every else csv.QUOTE_MINIMAL
    csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(table)
    if not out.getvalue().strip():
        return
    width = max(map(len, table))
    found = [row for _, row in columns(out.getvalue(), delimiter)]
    assert found == [row + [""] * (width - len(row)) for row in table]


def test_lines_are_those_of_an_editor() -> None:
    text = 'a;b\r\n"1\r\n2\n3";x\n\n"4\r5";"6\n7"\ry;z\n'
    assert [line for line, _ in columns(text, ";")] == [1, 2, 5, 6, 9]


def test_a_stray_quote_pairs_with_no_other_far_below() -> None:
    text = "Name;Mobile\n" + '"Al Big;1\n' + "Ada;2\n" * 50 + '5";3\n' + "Tom;4\n"
    rows = [row for _, row in columns(text, ";")]
    assert len(rows) == 54
    assert [rows[1], rows[52]] == [['"Al Big', "1"], ['5"', "3"]]


def test_a_long_text_in_quotes_is_one_cell() -> None:
    note = "".join(f"line {at}, with a comma\n\n" for at in range(500))
    rows = columns(f'Name,Note,City\nAda,"{note}",Ulm\nTom,x,Ulm\n', ",")
    assert [line for line, _ in rows] == [1, 2, 1003]
    assert rows[1][1] == ["Ada", note, "Ulm"]


STRAY = {
    "in every row": lambda at: f'5" pipe {at};0176{at:08}',
    "open in every row": lambda at: f'"pipe {at};0176{at:08}',
    "open at every end": lambda at: f'pipe;0176{at:08};"',
    "alternating": lambda at: f'a";"b{at}',
    "never closed": lambda at: '"' if at == 0 else f"pipe;0176{at:08}",
    "doubled": lambda at: f'"pipe ""{at}',
    "broken cells": lambda at: f'"pipe\n{at}";0176{at:08}',
}


@pytest.mark.parametrize("stray", STRAY.values(), ids=STRAY)
def test_time_grows_with_the_rows_whatever_the_quotes(stray: Callable[[int], str]) -> None:
    """Four times the rows may take six times the time; what is quadratic takes sixteen times."""

    def seconds(rows: int) -> float:
        text = "\n".join(map(stray, range(rows))).encode()
        best = 60.0
        for _ in range(2):
            begun = time.process_time()
            with suppress(FileError):
                read_rows("list.csv", text, ";")
            best = min(best, time.process_time() - begun)
        return best

    times = [seconds(rows) for rows in (4_000, 16_000)]
    assert all(later < 6 * max(sooner, 0.05) for sooner, later in pairwise(times))


def test_the_column_of_lines_goes_first() -> None:
    assert read_rows("list.csv", b"a;b\n", ";").frame.columns == [LINE, "0", "1"]
