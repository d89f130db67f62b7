"""How a campaign is handed over: at once, after a time to change one's mind, held here, after a pilot."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from smsdesk.core.pilot import Pilot

LONGEST_UNDO = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Handing:
    """``undo``: nothing goes before it is over (0 to LONGEST_UNDO). ``hold_until``: nothing goes before then.

    ``key``: the same key in a workspace never sends a second campaign. ``pilot``: some people first, the rest
    by their outcomes.
    """

    undo: timedelta = timedelta(0)
    hold_until: datetime | None = None
    key: str | None = None
    pilot: Pilot | None = None

    def __post_init__(self) -> None:
        if not timedelta(0) <= self.undo <= LONGEST_UNDO:
            raise ValueError("the time to change one's mind is 0 to 15 minutes")


AT_ONCE = Handing()
