"""Blackout periods as the sandbox reads them: half-open spans of time, apart from the program's own."""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

Span = tuple[datetime, datetime]
"""From the first instant up to, not including, the second; both in UTC."""
LATEST = datetime(9999, 12, 31, 23, 59, 59, 999000, tzinfo=UTC)
"""The end of time as the calendar knows it."""


def union(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same instants in spans that neither overlap nor touch, in order."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return tuple(merged)


def first_free(spans: tuple[Span, ...], at: datetime) -> datetime:
    """The first instant from ``at`` on that lies in none of the spans, which are a union."""
    index = bisect_right(spans, at, key=lambda span: span[0]) - 1
    return max(at, spans[index][1]) if index >= 0 else at


def later(at: datetime, span: timedelta) -> datetime:
    """``at`` and ``span`` after it, at most the end of time."""
    return at + span if span < LATEST - at else max(at, LATEST)
