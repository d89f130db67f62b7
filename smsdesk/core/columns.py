"""A column of text: a million cells in one piece of memory, read like any sequence."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, overload

if TYPE_CHECKING:
    import polars as pl

_CHUNK = 65536


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
        if not isinstance(other, Sequence):
            return NotImplemented
        return len(self) == len(other) and all(mine == yours for mine, yours in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]  # as a list

    def __repr__(self) -> str:
        return f"Column of {len(self)}"
