"""How a delivery went, in figures: outcomes, reasons, countries, how fast, and its course over time.

Rows are told job by job and counted together, a campaign of a million as one job of three thousand.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from smsdesk.core.regions import regions_column
from smsdesk.core.status import NOT_REPORTED, Outcome, meaning

if TYPE_CHECKING:
    import polars as pl

MEDIAN, MOST = 0.5, 0.95
POINTS = 120
"""As many points a course has at most: more than there are pixels for tells nothing."""


class Told(NamedTuple):
    """One SMS as the service last told of it. ``due_at``: when it was expected to leave, if known."""

    dst: str
    process_status: str | None
    status: str | None
    accepted_at: datetime | None
    due_at: datetime | None
    sent_at: datetime | None
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class Point:
    """The course at one moment: so many had been sent, delivered, given up, and waited for their time."""

    at: datetime
    sent: int
    delivered: int
    failed: int
    held: int


@dataclass(frozen=True, slots=True)
class Delivery:
    """The figures.

    ``codes``: how many SMS have each code of the status vocabulary, the most frequent first. ``regions``: of
    each country (ISO 3166, empty: not known) how many have each outcome, the largest first. ``median`` and
    ``most``: in how long, from the moment it could leave, half and 95 of 100 delivered SMS were there.
    """

    count: int
    outcomes: Mapping[Outcome, int]
    codes: Mapping[str, int]
    regions: Mapping[str, Mapping[Outcome, int]]
    median: timedelta | None
    most: timedelta | None
    course: tuple[Point, ...]

    @property
    def failures(self) -> Mapping[str, int]:
        """Only the codes that mean a failure."""
        return {code: n for code, n in self.codes.items() if code in FAILURES}


FAILURES = ("invalid_dst", "blocked", "timeout", "con_err", "failed_fin", "not_acc_fin")
"""The codes of the status vocabulary that mean a failure."""


def delivery(rows: Iterable[Told], region: str) -> Delivery:
    """The figures of some SMS; numbers without a country code are read as of ``region``."""
    frame = _frame(list(rows))
    if frame.is_empty():
        return Delivery(0, {}, {}, {}, None, None, ())
    outcomes = frame.group_by("outcome").len().rows()
    codes = frame.group_by("code").len().sort("len", "code", descending=[True, False]).rows()
    took = _took(frame)
    return Delivery(
        frame.height,
        {Outcome(name): count for name, count in sorted(outcomes)},
        dict(codes),
        _regions(frame, region),
        _within(took, MEDIAN),
        _within(took, MOST),
        _course(frame),
    )


def countries(numbers: Sequence[str]) -> list[str]:
    """The country (ISO 3166) of each number in E.164; empty where it is not known."""
    import polars as pl

    found: list[str] = regions_column(pl.Series(numbers, dtype=pl.String), "").to_list()
    return found


def _frame(rows: Sequence[Told]) -> "pl.DataFrame":
    import polars as pl

    columns = dict(
        zip(Told._fields, zip(*rows, strict=True) if rows else [()] * len(Told._fields), strict=True)
    )
    words = {name: pl.Series(columns[name], dtype=pl.String) for name in Told._fields[:3]}
    frame = pl.DataFrame(words | {name: _instants(columns[name]) for name in Told._fields[3:]})
    pairs = frame.select("process_status", "status").unique()
    known = [meaning(one, two) if one else NOT_REPORTED for one, two in pairs.iter_rows()]
    named = pairs.with_columns(
        outcome=pl.Series([means.outcome.value for means in known], dtype=pl.String),
        code=pl.Series([means.code for means in known], dtype=pl.String),
    )
    return frame.join(named, on=["process_status", "status"], how="left", nulls_equal=True)


def _instants(column: Sequence[datetime | None]) -> "pl.Series":
    """Instants by their microseconds: twice as fast as one by one; many SMS share theirs."""
    import polars as pl

    us = cache(_us)
    numbers = [None if at is None else us(at) for at in column]
    return pl.Series(numbers, dtype=pl.Int64).cast(pl.Datetime("us", "UTC"))


def _took(frame: "pl.DataFrame") -> "pl.Series":
    import polars as pl

    begun = pl.max_horizontal("accepted_at", "due_at")
    span = (pl.col("finished_at") - begun).dt.total_microseconds().clip(lower_bound=0)
    there = frame.filter(pl.col("outcome") == Outcome.DELIVERED.value)
    return there.select(span.alias("took"))["took"].drop_nulls().sort()


def _within(took: "pl.Series", share: float) -> timedelta | None:
    """The span in which ``share`` (0 to 1) of the delivered ones were there."""
    if took.is_empty():
        return None
    at = max(0, -int(-share * len(took) // 1) - 1)
    return timedelta(microseconds=took[at])


def _regions(frame: "pl.DataFrame", region: str) -> dict[str, dict[Outcome, int]]:
    import polars as pl

    named = frame.with_columns(region=regions_column(frame["dst"], region))
    counts = named.group_by("region", "outcome").len()
    whole = counts.group_by("region").agg(pl.col("len").sum().alias("whole"))
    ordered = counts.join(whole, on="region").sort(
        "whole", "region", "outcome", descending=[True, False, False]
    )
    found: dict[str, dict[Outcome, int]] = {}
    for name, outcome, count in ordered.select("region", "outcome", "len").iter_rows():
        found.setdefault(name, {})[Outcome(outcome)] = count
    return found


def _course(frame: "pl.DataFrame") -> tuple[Point, ...]:
    """What was known of each moment at which something happened, at most ``POINTS`` of them."""
    import polars as pl

    begun = frame.select(pl.max_horizontal("accepted_at", "due_at").alias("at"))["at"].drop_nulls()
    starts = frame["accepted_at"].drop_nulls()
    final = pl.col("finished_at").is_not_null()
    ends = {
        "sent": frame["sent_at"].drop_nulls(),
        "delivered": frame.filter(final & (pl.col("outcome") == Outcome.DELIVERED.value))["finished_at"],
        "failed": frame.filter(final & (pl.col("outcome") == Outcome.FAILED.value))["finished_at"],
    }
    events = pl.concat([starts, *ends.values()])
    if events.is_empty() or starts.is_empty():
        return ()
    numbers = events.to_physical().sort()
    first, last = numbers[0], numbers[-1]
    step = max(1, -(-(last - first) // (POINTS - 1)))
    moments = [*range(first, last, step), last]
    grid = pl.Series(moments, dtype=pl.Int64)
    counts = {
        name: series.to_physical().sort().search_sorted(grid, side="right") for name, series in ends.items()
    }
    left = len(begun) - begun.to_physical().sort().search_sorted(grid, side="right")
    there = zip(moments, counts["sent"], counts["delivered"], counts["failed"], left, strict=True)
    return tuple(Point(_EPOCH + timedelta(microseconds=at), *figures) for at, *figures in there)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def _us(at: datetime) -> int:
    return (at - _EPOCH) // _MICROSECOND
