"""Blackout periods: spans in which nothing may be sent.

Written as ISO 8601 intervals ``start/end``, both with offset; half open: at ``end`` an SMS may go.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, datetime

DAYS = 7
"""For how many days the daily hours of an import hold."""


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """``start`` up to, not including, ``end``; both aware. ``end`` lies after ``start``."""

    start: datetime
    end: datetime


def parse_instant(text: str) -> datetime:
    """An ISO 8601 date-time with offset; white space inside is dropped.

    Raises ValueError for anything else, a missing offset included.
    """
    instant = datetime.fromisoformat("".join(text.split()))
    if instant.tzinfo is None:
        raise ValueError("no offset")
    if not MINYEAR < instant.year < MAXYEAR:
        try:
            instant.astimezone(UTC)
        except OverflowError:
            raise ValueError("before the year 1 or after 9999 in UTC") from None
    return instant


def parse_period(text: str) -> Period:
    """``start/end`` with offsets. Raises ValueError; an end not after its start too."""
    parts = text.split("/")
    if len(parts) != 2:
        raise ValueError("not two instants around a slash")
    period = Period(parse_instant(parts[0]), parse_instant(parts[1]))
    if period.end <= period.start:
        raise ValueError("the end is not after the start")
    return period


def format_instant(instant: datetime) -> str:
    """ISO 8601 with milliseconds and offset, as the API writes it."""
    return instant.isoformat(timespec="milliseconds")


def format_period(period: Period) -> str:
    """The inverse of :func:`parse_period`."""
    return f"{format_instant(period.start)}/{format_instant(period.end)}"


def union(periods: Iterable[Period]) -> tuple[Period, ...]:
    """The same span of time in as few periods as possible, in order, in UTC.

    Overlapping and touching periods count as one.
    """
    merged: list[Period] = []
    for period in sorted(Period(p.start.astimezone(UTC), p.end.astimezone(UTC)) for p in periods):
        if merged and period.start <= merged[-1].end:
            merged[-1] = Period(merged[-1].start, max(merged[-1].end, period.end))
        else:
            merged.append(period)
    return tuple(merged)


def covers(periods: Iterable[Period], instant: datetime) -> bool:
    """Whether nothing may be sent at ``instant``."""
    return any(period.start <= instant < period.end for period in periods)


def first_possible(periods: Iterable[Period], instant: datetime) -> datetime:
    """The first instant not before ``instant`` that lies in no period."""
    for period in union(periods):
        if period.start <= instant < period.end:
            return period.end
    return instant
