"""The values of a column and how many rows have each: before a list is split by them."""

from dataclasses import dataclass

from smsdesk.core.columns import column_of
from smsdesk.core.recipients import Recipients

_LOOKED_AT = 2_000
"""So many rows tell which column has few values."""


@dataclass(frozen=True, slots=True)
class ColumnValues:
    """How many different values there are, and the most frequent ones with their numbers of rows."""

    count: int
    first: tuple[tuple[str, int], ...]


def column_values(rows: Recipients, name: str, most: int) -> ColumnValues:
    """The values of a column, at most so many of them; KeyError where there is no such column.

    They are told apart as :func:`smsdesk.core.templates.split_message` does, without case and outer blanks.
    """
    import polars as pl

    cells = column_of(rows.fields[name]).series.str.strip_chars().alias("value").to_frame()
    key = pl.col("value").str.to_lowercase().alias("key")
    counts = cells.group_by(key, maintain_order=True).agg(pl.col("value").first(), pl.len().alias("rows"))
    first = counts.sort("rows", descending=True, maintain_order=True).head(most)
    return ColumnValues(len(counts), tuple(first.select("value", "rows").iter_rows()))


def likely_column(rows: Recipients) -> str:
    """The column with the fewest values, but more than one: languages, countries; "" where none has two."""
    counts = {
        name: column_of(column).series.head(_LOOKED_AT).n_unique() for name, column in rows.fields.items()
    }
    return min((name for name, count in counts.items() if count > 1), key=counts.__getitem__, default="")
