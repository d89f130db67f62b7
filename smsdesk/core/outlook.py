"""The outbox as a screen needs it: what is open, the newest of what is over, and figures of all of it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from smsdesk.core.campaign import CampaignId
from smsdesk.core.outbox import Entry, EntryState

OVER = frozenset({EntryState.ACCEPTED, EntryState.CANCELLED})
"""Nothing more becomes of these."""
PAGE = 100
"""So many of what is over are read at a time."""


@dataclass(frozen=True, slots=True)
class Sum:
    """Jobs, and how many SMS they are."""

    jobs: int = 0
    sms: int = 0

    def __add__(self, other: "Sum") -> "Sum":
        return Sum(self.jobs + other.jobs, self.sms + other.sms)


Sums = Mapping[EntryState, Sum]


@dataclass(frozen=True, slots=True)
class Outlook:
    """``open``: all of which something may still become; ``over``: what ended last. Newest first, both.

    ``counts``: how many entries are in each state. ``sums``: of each campaign with something open, and of
    that of the ``newest`` entry, all its jobs by their states.
    """

    open: tuple[Entry, ...] = ()
    over: tuple[Entry, ...] = ()
    newest: Entry | None = None
    counts: Mapping[EntryState, int] = field(default_factory=dict)
    sums: Mapping[CampaignId, Sums] = field(default_factory=dict)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """What was read, newest first."""
        return tuple(sorted((*self.open, *self.over), key=lambda entry: -entry.id))

    @property
    def count(self) -> int:
        """How many entries there are."""
        return sum(self.counts.values())

    @property
    def more(self) -> int:
        """How many that are over were not read."""
        return sum(self.counts.get(state, 0) for state in OVER) - len(self.over)

    def of(self, campaigns: Iterable[CampaignId], states: Collection[EntryState] | None = None) -> Sum:
        """What some campaigns have in some states, or in all of them."""
        return sum(
            (
                one
                for campaign in campaigns
                for state, one in self.sums.get(campaign, {}).items()
                if states is None or state in states
            ),
            Sum(),
        )
