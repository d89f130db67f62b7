"""A column of text: a million cells in one piece of memory, read like any sequence.

Columns share what they have in common: one that differs from another in a few cells or lacks a few rows
is made of slices of it, so a list and all its earlier states cost little more than the list alone.
"""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias, overload

if TYPE_CHECKING:
    import polars as pl

Series: TypeAlias = "pl.Series"
_CHUNK = 65536
_HALVES = re.compile("[\ud800-\udfff]")
_FEW_RUNS = 200
"""Up to so many runs of rows a change is made of slices; more are cheaper to copy."""
_MOST_PIECES = 300
"""A column in more pieces than this is put together again, which is a copy of it."""


class Column(Sequence[str]):
    """A read-only sequence over a column of a table, which has no nulls."""

    __slots__ = ("series",)

    def __init__(self, series: "pl.Series") -> None:
        self.series = series

    def __len__(self) -> int:
        return len(self.series)

    @overload
    def __getitem__(self, index: int) -> str: ...

    @overload
    def __getitem__(self, index: slice) -> "Column": ...

    def __getitem__(self, index: int | slice) -> "str | Column":
        found = self.series[index]
        return Column(found) if isinstance(index, slice) else str(found)

    def __iter__(self) -> Iterator[str]:
        for start in range(0, len(self.series), _CHUNK):
            yield from self.series.slice(start, _CHUNK).to_list()

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Column):
            return self.series is other.series or self.series.equals(other.series)
        if not isinstance(other, Sequence):
            return NotImplemented
        return len(self) == len(other) and all(mine == yours for mine, yours in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]  # as a list

    def __repr__(self) -> str:
        return f"Column of {len(self)}"


def well_formed(text: str) -> str:
    """The text with U+FFFD for what no Unicode text may hold: half a surrogate pair."""
    return _HALVES.sub("\ufffd", text)


def column_of(values: Sequence[str]) -> Column:
    """Any sequence of text as a column: the one place where text enters one (see :func:`well_formed`)."""
    import polars as pl

    if isinstance(values, Column):
        return values
    try:
        return Column(pl.Series(values, dtype=pl.String))
    except UnicodeEncodeError:
        return Column(pl.Series([well_formed(value) for value in values], dtype=pl.String))


def blank(height: int) -> Column:
    """A column of empty cells."""
    import polars as pl

    return Column(pl.repeat("", height, dtype=pl.String, eager=True))


def joined(upper: Column, lower: Column) -> Column:
    """One column below another."""
    return _together([upper.series, lower.series])


def written(column: Column, values: Mapping[int, str]) -> Column:
    """The column with other cells, by row."""
    rows = sorted(values)
    _check(rows, len(column))
    new = column_of([values[row] for row in rows]).series
    runs = _runs(rows)
    if runs is None:
        return Column(column.series.clone().scatter(rows, new))
    pieces, at, used = [], 0, 0
    for start, stop in runs:
        pieces += [column.series.slice(at, start - at), new.slice(used, stop - start)]
        at, used = stop, used + stop - start
    return _together([*pieces, column.series.slice(at)])


def without(columns: Sequence[Column], rows: Sequence[int]) -> list[Column]:
    """The columns of a table without some rows, which stand in rising order."""
    import polars as pl

    height = len(columns[0])
    _check(rows, height)
    runs = _runs(rows)
    if runs is None:
        kept = pl.repeat(value=True, n=height, eager=True).scatter(pl.Series(rows, dtype=pl.UInt32), False)
        return [Column(column.series.filter(kept)) for column in columns]
    starts = [0, *(stop for _, stop in runs)]
    stops = [*(start for start, _ in runs), height]
    spans = [(start, stop - start) for start, stop in zip(starts, stops, strict=True)]
    return [_together([column.series.slice(*span) for span in spans]) for column in columns]


def _check(rows: Sequence[int], height: int) -> None:
    if rows and not 0 <= rows[0] <= rows[-1] < height:
        raise IndexError(rows[-1])


def _runs(rows: Sequence[int]) -> list[tuple[int, int]] | None:
    """Rows in rising order as spans (start, stop); None where there are too many."""
    if not rows:
        return []
    if rows[-1] - rows[0] + 1 == len(rows):
        return [(rows[0], rows[-1] + 1)]
    runs, start = [], rows[0]
    for row, following in pairwise(rows):
        if following != row + 1:
            runs.append((start, row + 1))
            start = following
            if len(runs) >= _FEW_RUNS:
                return None
    return [*runs, (start, rows[-1] + 1)]


def _together(pieces: "list[pl.Series]") -> Column:
    import polars as pl

    series = pl.concat([piece for piece in pieces if len(piece)] or pieces[:1], rechunk=False)
    return Column(series.rechunk() if series.n_chunks() > _MOST_PIECES else series)


def numbers(values: Sequence[int]) -> "pl.Series":
    """Whole numbers from 0 to 2³² - 1, as rows are."""
    import polars as pl

    return pl.Series(values, dtype=pl.UInt32)


def numbers_at(height: int, rows: Sequence[int], values: Sequence[int]) -> "pl.Series":
    """A column of zeros but for some rows."""
    import polars as pl

    return pl.zeros(height, dtype=pl.UInt32, eager=True).scatter(numbers(rows), numbers(values))


def to_bytes(columns: "Sequence[pl.Series]") -> bytes:
    """Columns of one height in Arrow's file format, compressed; their names are not kept."""
    import polars as pl

    out = io.BytesIO()
    pl.DataFrame([column.alias(str(at)) for at, column in enumerate(columns)]).write_ipc(
        out, compression="zstd"
    )
    return out.getvalue()


def from_bytes(content: bytes | memoryview) -> "list[pl.Series]":
    """The inverse of :func:`to_bytes`. Raises ValueError for anything else."""
    import polars as pl

    try:
        return pl.read_ipc(io.BytesIO(content)).get_columns()
    except (pl.exceptions.PolarsError, OSError) as error:
        raise ValueError("no columns") from error
