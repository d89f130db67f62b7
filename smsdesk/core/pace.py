"""How fast an account's jobs go: as fast as the service lets them, and no faster.

Two things are learnt, each raised a little by every answer and halved by a 429: how many POSTs are under way
at once, and how many requests go in 10 seconds (never more than the account's budget).
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

MOST_AT_ONCE = 8
"""More would only wait at the service: a job of 3000 recipients is work for it."""
_NONE = timedelta(0)
_REST = timedelta(seconds=2)
_TOGETHER = timedelta(seconds=1)
"""Refusals within this are one: they were under way together."""


@dataclass(frozen=True, slots=True)
class Pace:
    """``at_once``: POSTs under way at a time. ``allowed``: requests in 10 seconds.

    ``rests_until``: nothing goes before then. ``slowed_at``: the last 429 that counted.
    """

    at_once: float
    allowed: float
    rests_until: datetime | None = None
    slowed_at: datetime | None = None

    def rest(self, now: datetime) -> timedelta:
        """How long nothing goes. A rest longer than any comes of a clock that was set back."""
        left = self.rests_until - now if self.rests_until is not None else _NONE
        return left if _NONE < left <= _REST else _NONE

    def room(self, under_way: int, now: datetime) -> bool:
        """Whether one more may go."""
        return not self.rest(now) and under_way + 1 <= self.at_once

    def within(self, budget: int) -> int:
        """Requests allowed in 10 seconds; ``budget`` is what the account allows now."""
        return max(1, min(int(self.allowed), budget))


def first_pace(budget: int) -> Pace:
    """Before anything is known of the service but the account's budget."""
    return Pace(2, max(budget, 1))


def sped(pace: Pace, budget: int) -> Pace:
    """After an answer that was not "too many": a little more."""
    at_once = min(pace.at_once + 1 / pace.at_once, MOST_AT_ONCE)
    allowed = min(pace.allowed + max(0.1, budget / 200), max(budget, 1))
    return replace(pace, at_once=at_once, allowed=allowed)


def slowed(pace: Pace, now: datetime) -> Pace:
    """After a 429: half as fast, once for all that were under way together, and a rest."""
    together = pace.slowed_at is not None and _NONE <= now - pace.slowed_at < _TOGETHER
    if together:
        return pace
    return Pace(max(pace.at_once / 2, 1.0), max(pace.allowed / 2, 1.0), now + _REST, now)
