"""How soon a job is asked for its reports again: young ones often, quiet ones ever less."""

from datetime import datetime, timedelta

SHORTEST = timedelta(seconds=2)
LONGEST = timedelta(minutes=10)
SHARE = 10
"""A job is asked again after a tenth of the time it has been quiet."""


def next_ask(accepted_at: datetime, now: datetime, changed_at: datetime | None) -> timedelta:
    """How long to wait before asking again; ``changed_at``: when a report last brought something new."""
    quiet = now - (changed_at or accepted_at)
    return min(max(quiet / SHARE, SHORTEST), LONGEST)
