"""How long personal data is kept: what is old and over may go, and how much that is."""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta

MARKS_KEPT = timedelta(days=93)
"""So long a service lists a job: until then its id and its mark tell that it is ours, and it stays found."""
LONGEST = 3_650
"""Days: nobody asks for more."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What is older than some days, and over: how many of each.

    ``people`` are distinct numbers; ``texts`` those that nobody else was sent; ``states`` the history of SMS;
    ``answers`` of the service as they came; ``requests`` as they were sent, each try counted; ``campaigns``
    those whose texts and lists go; ``drafts`` those that nobody has touched since.
    """

    jobs: int = 0
    sms: int = 0
    people: int = 0
    texts: int = 0
    states: int = 0
    answers: int = 0
    requests: int = 0
    campaigns: int = 0
    drafts: int = 0

    @property
    def nothing(self) -> bool:
        """Whether there is nothing to remove."""
        return not any(getattr(self, one.name) for one in fields(self))


def old_before(now: datetime, days: int) -> datetime:
    """What ended before this instant is older than so many days. Raises ValueError for no number of days."""
    if not 1 <= days <= LONGEST:
        raise ValueError(days)
    return now - timedelta(days=days)
