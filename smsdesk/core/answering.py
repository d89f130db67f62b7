"""What to tell somebody who asks about one SMS: how sure its fate is, and whether sending again is wise.

Pure: facts of the store in, a judgement out; ``smsdesk.words.answers`` says it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING

from smsdesk.core.outbox import EntryState
from smsdesk.core.status import LEFT_OUT, Meaning, Outcome, meaning

if TYPE_CHECKING:
    from smsdesk.core.explaining import Explained


class Certainty(Enum):
    """How sure it is what became of an SMS."""

    CONFIRMED = "confirmed"
    SENT = "sent"
    LIKELY = "likely"
    WAITING = "waiting"
    NOT_ARRIVED = "not_arrived"
    NOT_SENT = "not_sent"
    UNKNOWN = "unknown"


class Again(Enum):
    """Whether sending it again is wise."""

    NOT_NEEDED = "not_needed"
    WAIT = "wait"
    YES = "yes"
    PHONE_ON = "phone_on"
    CHECKED = "checked"
    NEW_NUMBER = "new_number"
    UNBLOCKED = "unblocked"
    IF_MISSING = "if_missing"
    PROVIDER = "provider"
    OUTBOX = "outbox"
    MENDED = "mended"
    LISTED = "listed"
    REACHED = "reached"
    REPEATED = "repeated"
    ARRIVED_LATER = "arrived_later"


@dataclass(frozen=True, slots=True)
class Seen:
    """A state of an SMS and when it was seen; ``against`` says that it contradicts one before it."""

    at: datetime
    process_status: str
    status: str | None
    reason: str | None = None
    against: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is known of one SMS when somebody asks.

    ``asked``: whether a confirmation by the phone was asked for (statusRequested), None: not known.
    ``entry``: where its job stands in the outbox; None for one of another program, ``own`` False then.
    ``left``: a person left an uncertain entry as it was. ``flagged``: the service contradicted itself of it.
    ``closed_at``: since when the service no longer reports its job.
    ``listed_at``: since when the number was on the do-not-contact list, for which it was left out of the job
    (``reason`` is the list's then); ``on_list_at``: since when it is on that list today.
    ``known_at``: when the service was asked last. ``waits``: why it is not final yet, where that is known.
    ``reached_at``: a later message reached that phone then. ``repeated_at``: the same text was given out
    again then, and ``arrived_later``: the phone confirmed that.
    """

    number: str
    text: str | None = None
    src: str = ""
    reference: str | None = None
    process_status: str | None = None
    status: str | None = None
    reason: str | None = None
    asked: bool | None = None
    sms_id: str | None = None
    job_id: str | None = None
    account: str = ""
    centre: str = ""
    own: bool = True
    entry: EntryState | None = None
    left: bool = False
    flagged: bool = False
    queued_at: datetime | None = None
    posted_at: datetime | None = None
    accepted_at: datetime | None = None
    sent_at: datetime | None = None
    finished_at: datetime | None = None
    known_at: datetime | None = None
    closed_at: datetime | None = None
    listed_at: datetime | None = None
    on_list_at: datetime | None = None
    waits: "Explained | None" = None
    reached_at: datetime | None = None
    repeated_at: datetime | None = None
    arrived_later: bool = False
    seen: tuple[Seen, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """The judgement; ``code`` chooses the sentences ``answer.<code>``.

    ``reported`` is the code of the report that is kept: another one where there is doubt about it, for a
    later one contradicts it (``against``), or none will come any more.
    """

    facts: Facts
    code: str
    reported: str
    against: Seen | None
    outcome: Outcome
    final: bool
    certainty: Certainty
    again: Again


_JUDGED = {
    "suc_fin": (Certainty.CONFIRMED, Again.NOT_NEEDED),
    "suc_acc": (Certainty.SENT, Again.IF_MISSING),
    "suc_acc_asked": (Certainty.SENT, Again.IF_MISSING),
    "open": (Certainty.WAITING, Again.WAIT),
    "open_retried": (Certainty.WAITING, Again.WAIT),
    "open_retried_unasked": (Certainty.WAITING, Again.WAIT),
    "running": (Certainty.WAITING, Again.WAIT),
    "running_unasked": (Certainty.WAITING, Again.WAIT),
    "not_reported": (Certainty.WAITING, Again.WAIT),
    "invalid_dst": (Certainty.NOT_ARRIVED, Again.NEW_NUMBER),
    "blocked": (Certainty.NOT_ARRIVED, Again.UNBLOCKED),
    "timeout": (Certainty.NOT_ARRIVED, Again.PHONE_ON),
    "con_err": (Certainty.NOT_ARRIVED, Again.YES),
    "failed_fin": (Certainty.NOT_ARRIVED, Again.CHECKED),
    "not_acc_fin": (Certainty.NOT_ARRIVED, Again.CHECKED),
    "send_err": (Certainty.LIKELY, Again.IF_MISSING),
    "status_err": (Certainty.UNKNOWN, Again.IF_MISSING),
    "cancelled": (Certainty.NOT_SENT, Again.YES),
    "cancelled_late": (Certainty.UNKNOWN, Again.IF_MISSING),
    "killed": (Certainty.UNKNOWN, Again.IF_MISSING),
    "unknown": (Certainty.UNKNOWN, Again.PROVIDER),
    "do_not_contact": (Certainty.NOT_SENT, Again.LISTED),
    "in_outbox": (Certainty.WAITING, Again.OUTBOX),
    "outbox_uncertain": (Certainty.UNKNOWN, Again.OUTBOX),
    "outbox_refused": (Certainty.NOT_SENT, Again.MENDED),
    "outbox_cancelled": (Certainty.NOT_SENT, Again.YES),
    "outbox_left": (Certainty.UNKNOWN, Again.IF_MISSING),
    "contradicted": (Certainty.UNKNOWN, Again.IF_MISSING),
    "closed": (Certainty.UNKNOWN, Again.IF_MISSING),
}
"""Each code of the vocabulary, those of the outbox and of doubt: how sure, and whether to send again."""
_UNCERTAIN = Meaning(Outcome.UNKNOWN, "outbox_uncertain", False)
_LEFT = Meaning(Outcome.UNKNOWN, "outbox_left", True)
_CONTRADICTED = Meaning(Outcome.UNKNOWN, "contradicted", True)
_CLOSED = Meaning(Outcome.UNKNOWN, "closed", True)
_IN_OUTBOX = {
    EntryState.SENDING: _UNCERTAIN,
    EntryState.UNCERTAIN: _UNCERTAIN,
    EntryState.REFUSED: Meaning(Outcome.FAILED, "outbox_refused", True),
    EntryState.CANCELLED: Meaning(Outcome.CANCELLED, "outbox_cancelled", True),
}
_WAITS = Meaning(Outcome.WAITING, "in_outbox", False)
SURE = frozenset({Again.NOT_NEEDED, Again.WAIT, Again.OUTBOX, Again.LISTED})
"""What a later message does not change."""


def standing(facts: Facts) -> Meaning:
    """What became of an SMS, of one that the service has not accepted too."""
    reported = _reported(facts)
    if _contradicting(facts, reported) is not None:
        return _CONTRADICTED
    return _CLOSED if facts.closed_at is not None and not reported.final else reported


def _reported(facts: Facts) -> Meaning:
    """What the report that is kept says, or the outbox."""
    if facts.process_status is None and facts.job_id is None:
        if facts.left:
            return _LEFT
        return _WAITS if facts.entry is None else _IN_OUTBOX.get(facts.entry, _WAITS)
    return meaning(facts.process_status, facts.status, facts.asked)


def _contradicting(facts: Facts, reported: Meaning) -> Seen | None:
    """The last report that says something else than the final one that is kept."""
    others = [
        one
        for one in facts.seen
        if one.against and meaning(one.process_status, one.status, facts.asked).code != reported.code
    ]
    return others[-1] if others and reported.final else None


def answer(facts: Facts) -> Answer:
    """The answer to "did she get our message, and if not, why?"."""
    means, reported = standing(facts), _reported(facts)
    certainty, again = _JUDGED[means.code]
    against = _contradicting(facts, reported)
    wise = _again(facts, again)
    return Answer(facts, means.code, reported.code, against, means.outcome, means.final, certainty, wise)


def _again(facts: Facts, wanted: Again) -> Again:
    """Sending again is not wise to a number of the list, nor after a later message."""
    if wanted is Again.LISTED and facts.on_list_at is None:
        return Again.YES
    if wanted in SURE:
        return wanted
    if facts.on_list_at is not None:
        return Again.LISTED
    if facts.repeated_at is not None:
        return Again.ARRIVED_LATER if facts.arrived_later else Again.REPEATED
    return Again.REACHED if facts.reached_at is not None else wanted


def among(facts: Facts, others: Sequence[Facts]) -> Facts:
    """The facts with what later messages to the same number tell; ``others`` are all that it got.

    The first later one of which the phone confirmed that it arrived counts; of those with the same text too,
    and where there is none the first that may still arrive.
    """
    since = begun(facts)
    later = sorted(
        ((at, one) for one in others if since and (at := begun(one)) and at > since),
        key=lambda pair: pair[0],
    )
    fates = [(at, facts.text is not None and one.text == facts.text, one, standing(one)) for at, one in later]
    open_ = (Outcome.DELIVERED, Outcome.SENDING, Outcome.WAITING)
    reached = [(at, same) for at, same, one, fate in fates if fate.code == "suc_fin" and not one.flagged]
    arrived = [at for at, same in reached if same]
    repeated = arrived or [at for at, same, _, fate in fates if same and fate.outcome in open_]
    return replace(
        facts,
        reached_at=next((at for at, _ in reached), None),
        repeated_at=next(iter(repeated), None),
        arrived_later=bool(arrived),
    )


def begun(facts: Facts) -> datetime | None:
    """When it was sent, or the earliest that is known of it."""
    left_out = (facts.process_status, facts.status) == LEFT_OUT
    return None if left_out else facts.sent_at or facts.accepted_at or facts.posted_at or facts.queued_at
