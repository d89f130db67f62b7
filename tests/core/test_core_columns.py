"""Columns and places in columns read like any sequence; what a list may be split by."""

import polars as pl
import pytest

from smsdesk.core.column_values import ColumnValues, column_values, likely_column
from smsdesk.core.columns import Column, from_bytes, numbers, numbers_at, to_bytes
from smsdesk.core.finding import Places
from smsdesk.core.recipients import Recipients


def test_a_column_is_a_sequence_of_texts() -> None:
    column = Column(pl.Series(["a", "b", "c"]))
    assert (column[0], column[-1], column[1:]) == ("a", "c", ["b", "c"])
    assert isinstance(column[1:], Column)
    assert column == Column(pl.Series(["a", "b", "c"])) == ["a", "b", "c"] == [*column]
    assert column != ["a", "b"] and column != ["a", "b", "d"] and column != 3
    assert repr(column) == "Column of 3"
    with pytest.raises(TypeError):
        hash(column)


def test_places_are_a_sequence_of_rows() -> None:
    places = Places(numbers([4, 2, 9]))
    assert (places[0], places[1:]) == (4, [2, 9])
    assert isinstance(places[1:], Places)
    assert places == Places(numbers([4, 2, 9])) == [4, 2, 9] == [*places]
    assert places != [4, 2] and places != 3
    assert 2 in places and 3 not in places and -1 not in places and "2" not in places
    assert (places.index(9), places.index(2, 1), places.index(2, 0, 2)) == (2, 1, 1)
    for wrong in ((3,), (4, 1), (9, 0, 2)):
        with pytest.raises(ValueError, match=str(wrong[0])):
            places.index(*wrong)
    assert repr(places) == "3 places"
    with pytest.raises(TypeError):
        hash(places)


def test_some_rows_of_a_column_of_zeros() -> None:
    assert numbers_at(4, [3, 1], [7, 2**32 - 1]).to_list() == [0, 2**32 - 1, 0, 7]


def test_columns_are_written_and_read_again() -> None:
    columns = [pl.Series("x", ["a", "", "ß\n"]), pl.Series("x", [1, 2, 3])]
    assert [column.to_list() for column in from_bytes(to_bytes(columns))] == [["a", "", "ß\n"], [1, 2, 3]]
    for wrong in (b"", b"ARROW1", to_bytes(columns)[:-20]):
        with pytest.raises(ValueError, match="no columns"):
            from_bytes(wrong)


def with_fields(**fields: list[str]) -> Recipients:
    rows = len(next(iter(fields.values()), []))
    return Recipients([f"+49176{at:08}" for at in range(rows)], [""] * rows, fields)


def test_values_are_counted_without_case_and_outer_blanks() -> None:
    rows = with_fields(Land=["DE", "at", " De", "AT", "", "de ", "CH"])
    assert column_values(rows, "Land", 3) == ColumnValues(4, (("DE", 3), ("at", 2), ("", 1)))
    assert column_values(rows, "Land", 9).first[-1] == ("CH", 1)
    assert column_values(rows, "Land", 0) == ColumnValues(4, ())
    with pytest.raises(KeyError):
        column_values(rows, "Ort", 3)


def test_the_likely_column_has_fewest_values_but_more_than_one() -> None:
    names, land, same = ["Ada", "Bob", "Eve"], ["DE", "AT", "DE"], ["x", "x", "x"]
    assert likely_column(with_fields(Name=names, Land=land, Art=same)) == "Land"
    assert likely_column(with_fields(Land=land, Sprache=land)) == "Land"
    assert likely_column(with_fields(Art=same)) == likely_column(Recipients()) == ""


def test_the_likely_column_is_told_by_the_first_rows() -> None:
    late = ["x"] * 2_000 + ["y"]
    assert likely_column(with_fields(Art=late, Nr=[str(at) for at in range(2_001)])) == "Nr"
