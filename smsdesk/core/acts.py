"""The log of acts: what persons did here, or a rule of theirs, when and who.

Nothing in it is ever changed or taken out. It holds names of campaigns, accounts, lists and templates, and
counts; never a recipient's number, never a text, never a password.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import NewType

from smsdesk.core.errors import Value

ActId = NewType("ActId", int)


class What(Enum):
    """What was done; its sentence is ``act.<value>``, filled with the values of ``VALUES``."""

    QUEUED = "queued"
    SENT_AGAIN = "sent_again"
    """An uncertain entry was sent once more."""
    RETRIED = "retried"
    """A refused one."""
    SENT_NOW = "sent_now"
    HELD = "held"
    MOVED = "moved"
    """Entries got another time, ``at``."""
    REHEARSED = "rehearsed"
    """A campaign of ``n`` SMS was run through the sandbox to its end, and is stamped."""
    PILOT_PASSED = "pilot_passed"
    """The first job of a campaign went well: the rest goes."""
    BRAKED = "braked"
    """Too much of the first job failed: the rest is held."""
    CANCELLED = "cancelled"
    WITHDRAWN = "withdrawn"
    """What had not left of a campaign became a draft again: ``n`` SMS."""
    LEFT = "left"
    """An uncertain or refused entry was let be."""
    RELEASED = "released"
    """The word that the service no longer refuses an account."""
    PAUSED = "paused"
    RESUMED = "resumed"
    RESTORED = "restored"
    """A backup, made at ``made``, came in place of the workspace."""
    LISTED = "listed"
    """Numbers came onto the do-not-contact list."""
    UNLISTED = "unlisted"
    ACCOUNT_SAVED = "account_saved"
    ACCOUNT_REMOVED = "account_removed"
    LIST_REMOVED = "list_removed"
    LIST_RESTORED = "list_restored"
    TEMPLATE_REMOVED = "template_removed"
    TEMPLATE_RESTORED = "template_restored"
    FORGOTTEN = "forgotten"
    """Personal data older than ``days`` days was deleted."""
    ANONYMISED = "anonymised"


_ENTRIES = ("campaign", "account", "jobs", "n", "sms")
"""``n`` entries of a campaign, ``jobs`` their numbers ("1-3, 7"), ``sms`` in all of them."""
VALUES: Mapping[What, tuple[str, ...]] = {
    **dict.fromkeys(
        (
            What.QUEUED,
            What.SENT_AGAIN,
            What.RETRIED,
            What.SENT_NOW,
            What.HELD,
            What.PILOT_PASSED,
            What.BRAKED,
            What.CANCELLED,
            What.LEFT,
        ),
        _ENTRIES,
    ),
    **dict.fromkeys((What.RELEASED, What.PAUSED, What.RESUMED), ("account",)),
    What.MOVED: (*_ENTRIES, "at"),
    **dict.fromkeys((What.WITHDRAWN, What.REHEARSED), ("campaign", "account", "n")),
    What.RESTORED: ("made",),
    **dict.fromkeys((What.LISTED, What.UNLISTED), ("n",)),
    **dict.fromkeys((What.ACCOUNT_SAVED, What.ACCOUNT_REMOVED), ("account",)),
    **dict.fromkeys((What.LIST_REMOVED, What.LIST_RESTORED), ("name",)),
    **dict.fromkeys((What.TEMPLATE_REMOVED, What.TEMPLATE_RESTORED), ("name",)),
    **dict.fromkeys((What.FORGOTTEN, What.ANONYMISED), ("days", "jobs", "n", "campaigns")),
}
"""What is written down of each act: this and nothing else."""


@dataclass(frozen=True, slots=True)
class Deed:
    """An act that is to be written down. Raises ValueError for values that its kind does not have."""

    what: What
    values: Mapping[str, Value]

    def __post_init__(self) -> None:
        if set(self.values) != set(VALUES[self.what]):
            raise ValueError(f"{self.what.value} is told by {', '.join(VALUES[self.what])}")


@dataclass(frozen=True, slots=True)
class Act:
    """A line of the log. ``what`` of a newer program may be none of ours, then it is its bare name."""

    id: ActId
    at: datetime
    who: str
    what: What | str
    values: Mapping[str, Value]

    @property
    def code(self) -> str:
        """The name of what was done."""
        return self.what.value if isinstance(self.what, What) else self.what


def runs(numbers: Iterable[int]) -> str:
    """Numbers as people write them: ``1-3, 7``."""
    found: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if found and number == found[-1][1] + 1:
            found[-1] = found[-1][0], number
        else:
            found.append((number, number))
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in found)


def act_json(act: Act, words: str) -> dict[str, object]:
    """An act as JSON has it, with its sentence."""
    return {
        "id": act.id,
        "at": act.at.isoformat(),
        "who": act.who,
        "what": act.code,
        "values": dict(act.values),
        "words": words,
    }


def as_json(acts: Iterable[Act], words: Callable[[Act], str]) -> bytes:
    """The log as a JSON array, with each act's sentence."""
    rows = [act_json(act, words(act)) for act in acts]
    return json.dumps(rows, ensure_ascii=False, indent=2).encode() + b"\n"
