"""Time as the sandbox counts it: whole milliseconds since 1970 in UTC; blackout periods as half-open spans.

It is a reading of its own, apart from the program's.
"""

from bisect import bisect_right
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

Span = tuple[int, int]
"""From the first instant up to, not including, the second."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def instant(at: datetime) -> int:
    """The millisecond in which ``at`` lies."""
    return (at - _EPOCH) // _MILLISECOND


def instant_after(at: datetime) -> int:
    """The first millisecond that is not before ``at``."""
    return -((_EPOCH - at) // _MILLISECOND)


EARLIEST, LATEST = instant(datetime.min.replace(tzinfo=UTC)), instant(datetime.max.replace(tzinfo=UTC))
"""The first and the last instant of the calendar."""


def moment(at: int) -> datetime:
    """An instant as a date and time in UTC, at most the end of time."""
    return _EPOCH + timedelta(milliseconds=min(at, LATEST))


def stamp(at: int) -> str:
    """ISO 8601 with milliseconds and offset."""
    return moment(at).isoformat(timespec="milliseconds")


def union(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same instants in spans that neither overlap nor touch, in order."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return tuple(merged)


def first_free(spans: tuple[Span, ...], at: int) -> int:
    """The first instant from ``at`` on that lies in none of the spans, which are a union."""
    index = bisect_right(spans, at, key=lambda span: span[0]) - 1
    return max(at, spans[index][1]) if index >= 0 else at
