"""All jobs of an account, those of other programs too: which windows of time are listed next.

The service lists at most 30 days at a time and remembers three months. What was listed to its end is not
listed again, but for a while before the end: jobs may show late, and clocks differ.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

KEPT = timedelta(days=92)
"""After three months the service no longer knows a job."""
WINDOW = timedelta(days=30)
EVERY = timedelta(minutes=10)
"""New jobs of other programs are looked for so often."""
AGAIN = timedelta(hours=1) + EVERY
"""So much before the end of what was listed is listed once more: the clocks of both sides may differ."""
_STAMP = re.compile(r"J\.([0-9]{8}-[0-9]{6})")


@dataclass(frozen=True, slots=True)
class Window:
    """What is listed in one go, in pages."""

    start: datetime
    end: datetime


def next_window(until: datetime | None, now: datetime) -> Window | None:
    """The next one, where a data centre was listed ``until`` then; None: nothing new is due yet.

    An instant in the future is of a clock that was set back: nobody knows what was listed by it.
    """
    first = now - KEPT
    if until is None or not first <= until <= now + EVERY:
        return Window(first, first + WINDOW)
    if now - until < EVERY:
        return None
    start = max(until - AGAIN, first)
    return Window(start, min(start + WINDOW, now))


def progress(until: datetime | None, now: datetime) -> float:
    """How much of the three months is listed, from 0 to 1."""
    if until is None:
        return 0.0
    return min(max(1 - (now - until) / KEPT, 0.0), 1.0)


def likely_at(job_id: str, window: Window) -> datetime:
    """When a job of a window was made, by its id where that tells; else the window's start.

    Ids look as if they began with a time, but nobody promises so: outside the window it is none.
    """
    found = _STAMP.match(job_id)
    if found is None:
        return window.start
    try:
        at = datetime.strptime(found[1], "%Y%m%d-%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return window.start
    return at if window.start <= at <= window.end else window.start
