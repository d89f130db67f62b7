"""The life of an outbox entry: one job on its way to the service, exactly once.

::

    queued --start--> sending --accepted--> accepted
      ^                  |------refused---> refused
      |                  |------not sent--> queued      (certain: no byte left; later again)
      |                  |------too many--> queued      (429: nothing was done; later again)
      |                  `------uncertain-> uncertain   (time-out, reset, 5xx, unreadable)
      |                                        |--found by its mark--> accepted
      `-------a person says "send again"-------|
                                               `-a person says "leave it"--> left

An entry of which everybody came onto the do-not-contact list is ``left`` in place of ``sending``.
``sending`` is on disk before the first byte leaves; whoever finds ``sending`` without being the
one who sends takes it as ``uncertain``. Nothing but a person's word sends an uncertain entry again.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import NewType

from smsdesk.core import errors
from smsdesk.core.campaign import CampaignId
from smsdesk.core.options import USER_REFERENCE_LIMIT
from smsdesk.core.request import JobId

EntryId = NewType("EntryId", int)


class EntryState(Enum):
    """Where an entry stands; see the module's drawing."""

    QUEUED = "queued"
    SENDING = "sending"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNCERTAIN = "uncertain"
    LEFT = "left"


ON_THE_LIST = "do_not_contact"
"""The reason of an entry that is left because all its recipients are on the do-not-contact list."""
FINAL = frozenset({EntryState.ACCEPTED, EntryState.REFUSED, EntryState.LEFT})


@dataclass(frozen=True, slots=True)
class After:
    """What an answer makes of an entry: its new state, and when it may be tried again."""

    state: EntryState
    not_before: datetime | None = None


def after_error(error: errors.ServiceError, tries: int, now: datetime, spread: float) -> After:
    """What becomes of an entry whose POST ended in ``error``.

    ``tries`` counts POSTs so far, this one included; ``spread`` (0..1) jitters the pause.
    """
    match error:
        case errors.TooManyRequests():
            return After(EntryState.QUEUED, now + timedelta(seconds=2 + 8 * spread))
        case errors.NotSent():
            pause = min(2.0 ** min(tries, 6), 60.0) * (0.5 + spread / 2)
            return After(EntryState.QUEUED, now + timedelta(seconds=pause))
        case errors.Refused():
            return After(EntryState.REFUSED)
    return After(EntryState.UNCERTAIN)


def mark_of(bits: int) -> str:
    """The mark for random ``bits`` (0 <= bits < 36**12): 12 characters, digits and a..z."""
    letters = "0123456789abcdefghijklmnopqrstuvwxyz"
    out = []
    for _ in range(12):
        bits, digit = divmod(bits, 36)
        out.append(letters[digit])
    return "".join(out)


def marked_reference(reference: str | None, mark: str) -> str:
    """The job's ``customerRef`` as sent: the user's own, then the mark; at most 64 characters."""
    return f"{(reference or '')[:USER_REFERENCE_LIMIT]} #{mark}".strip()


def carries(reference: str | None, mark: str) -> bool:
    """Whether a reported ``customerRef`` is that of the entry with this mark."""
    return reference is not None and reference.rstrip().endswith(f"#{mark}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One outbox entry, without its body. Times aware UTC; ``reason`` is an error code or ``None``."""

    id: EntryId
    campaign_id: CampaignId
    campaign: str
    number: int
    of: int
    account: str
    mark: str
    sms_count: int
    state: EntryState
    since: datetime
    tries: int = 0
    not_before: datetime | None = None
    reason: str | None = None
    job_id: JobId | None = None
