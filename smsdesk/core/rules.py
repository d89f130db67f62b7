"""Rules that make blackout periods: "every night 20:00 to 08:00", "weekends", "holidays in Bavaria".

A rule stays a rule in the draft; the exact periods are made of it when they are needed.
"""

from dataclasses import dataclass
from datetime import date, time
from enum import Enum
from typing import Any

EVERY_DAY = (0, 1, 2, 3, 4, 5, 6)
WEEKEND = (5, 6)


class RuleKind(Enum):
    """What a rule is made of."""

    HOURS = "hours"
    DAYS = "days"
    HOLIDAYS = "holidays"


class Answer(Enum):
    """Which instant is meant by a time on the clock that a change of daylight saving skips or repeats."""

    EARLIER = "earlier"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    ``HOURS``: from ``start`` to ``end`` on the clock (over midnight where the end is not later), begun on
    each of the ``weekdays`` (Monday is 0). ``DAYS``: those weekdays as a whole. ``HOLIDAYS``: the public
    holidays of ``country`` (ISO 3166) and its ``subdivision`` (as in ISO 3166-2, without the country), as
    a whole; without a country those of each recipient's own.

    ``zone`` is an IANA name, or "" for each recipient's own zones. ``first`` and ``last`` bound the days on
    which a period may begin, both included. ``answer`` is None until somebody was asked.
    """

    kind: RuleKind
    weekdays: tuple[int, ...] = EVERY_DAY
    start: time = time(20)
    end: time = time(8)
    country: str = ""
    subdivision: str = ""
    zone: str = ""
    first: date | None = None
    last: date | None = None
    answer: Answer | None = None


def plain_rule(rule: Rule) -> dict[str, Any]:
    """A rule in values of JSON: days and times as ISO 8601."""
    return {
        "kind": rule.kind.value,
        "weekdays": list(rule.weekdays),
        "start": rule.start.isoformat(),
        "end": rule.end.isoformat(),
        "country": rule.country,
        "subdivision": rule.subdivision,
        "zone": rule.zone,
        "first": rule.first and rule.first.isoformat(),
        "last": rule.last and rule.last.isoformat(),
        "answer": rule.answer and rule.answer.value,
    }
