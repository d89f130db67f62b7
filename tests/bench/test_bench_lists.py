"""Two saved lists of a million rows each, combined, beside plain dictionaries over the same, in one run.

Run on demand: ``pytest tests/bench -m bench -s``. Prints medians and ratios.
"""

import statistics
import time
from collections.abc import Callable
from functools import partial

import polars as pl
import pytest

from smsdesk.core.columns import Column
from smsdesk.core.lists import difference, figures, intersection, union
from smsdesk.core.recipients import Recipients

ROWS, ROUNDS = 1_000_000, 5
MOST_SECONDS = 2.0
"""A busy machine included; about half a second on two idle cores."""

pytestmark = pytest.mark.bench


def people(start: int, *names: str) -> Recipients:
    row = pl.int_range(start, start + ROWS)

    def column(words: str) -> Column:
        return Column(pl.select(words + row.cast(pl.String).str.zfill(9)).to_series())

    return Recipients(column("+4917"), column("R"), {name: column(name) for name in names})


def by_dictionaries(a: Recipients, b: Recipients) -> int:
    """The union row by row; numbers are not even read."""
    out = {}
    for rows in (a, b):
        names = [*rows.fields]
        for dst, reference, *cells in zip(rows.dst, rows.reference, *rows.fields.values(), strict=True):
            out.setdefault(dst, (reference, dict(zip(names, cells, strict=True))))
    return len(out)


def median(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    spans = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        spans.append(time.perf_counter() - began)
    return statistics.median(spans)


def test_a_million_rows_each_in_about_a_second() -> None:
    a, b = people(0, "Name", "City"), people(ROWS // 2, "Name", "Branch")
    plain = median(partial(by_dictionaries, a, b), 3)
    print(f"\nunion by dictionaries {plain:.2f} s")
    for verb in (figures, union, difference, intersection):
        took = median(partial(verb, a, b))
        print(f"{verb.__name__:14} {took:.2f} s, {plain / took:.1f} times as fast")
        assert took < MOST_SECONDS
