"""The figures of a campaign and what the checks say of it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from smsdesk.core.problem import Problem

if TYPE_CHECKING:
    from smsdesk.core.audit import Audit
    from smsdesk.core.effective import Effective
    from smsdesk.core.prices import Cost


@dataclass(frozen=True, slots=True)
class TextTotals:
    """Figures of one message: SMS by their number of parts, and the row (from 0) of the longest text."""

    histogram: dict[int, int] = field(hash=False)
    longest: int | None = None


@dataclass(frozen=True, slots=True)
class Totals:
    """Figures of a campaign: people (distinct numbers), SMS, parts, jobs, first and last instant.

    ``histogram`` counts SMS by their number of parts; ``longest`` is (message index, row index);
    ``texts`` has the same for each message; ``cost`` is None while there are no prices.
    """

    people: int
    sms: int
    parts: int
    jobs: int
    first_at: datetime
    last_at: datetime
    histogram: dict[int, int]
    longest: tuple[int, int] | None
    texts: tuple[TextTotals, ...] = ()
    cost: "Cost | None" = None


@dataclass(frozen=True, slots=True)
class Review:
    """What the checks say of a campaign: problems from red to grey, and the totals of what will be sent.

    ``listed``: of each message the rows (from 0) that are not sent, for they are on the do-not-contact list.
    ``audits``: of each message what the texts of its recipients come to; ``arrivals``: how many SMS may leave
    when, in order.
    """

    problems: tuple[Problem, ...]
    totals: Totals
    listed: tuple[tuple[int, ...], ...]
    audits: "tuple[Audit, ...]"
    effective: "Effective"
    arrivals: tuple[tuple[datetime, int], ...]

    @property
    def left_out(self) -> int:
        """How many SMS are not sent because of the do-not-contact list."""
        return sum(map(len, self.listed))

    @property
    def sendable(self) -> bool:
        """Nothing red is left."""
        return not any(problem.level.value == "error" for problem in self.problems)
