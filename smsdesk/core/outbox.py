"""The life of an outbox entry: one job on its way to the service, exactly once.

::

    queued ----start----> sending --accept--> accepted
      ^  ^                  | | |---refuse--> refused --again--> queued
      |  |                  | | `---lose----> uncertain    (time-out, reset, 5xx, unreadable, 409, stopped)
      |  `----put back------' |                  |---find----> accepted   (by its mark)
      |                       |                  |---disown--> refused    (409, and no job carries the mark)
      |    put off (certain:  |                  `---again---> queued     (a person's word alone)
      |    nothing was done)  |
      |---hurry---- waiting <-'   waiting --start--> sending
      |
      `--release--- held <--hold-- queued, waiting, held

    queued, waiting, held, refused, uncertain --cancel--> cancelled

``sending`` is on disk before the first byte leaves; whoever finds ``sending`` without being the
one who sends takes it as ``uncertain`` (lose). Nothing but a person's word sends an uncertain entry again.
An entry of which everybody came onto the do-not-contact list is cancelled in place of sent.
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
    WAITING = "waiting"
    SENDING = "sending"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNCERTAIN = "uncertain"
    HELD = "held"
    CANCELLED = "cancelled"


class Event(Enum):
    """What can happen to an entry; see the module's drawing."""

    START = "start"
    ACCEPT = "accept"
    REFUSE = "refuse"
    PUT_OFF = "put_off"
    PUT_BACK = "put_back"
    LOSE = "lose"
    FIND = "find"
    DISOWN = "disown"
    AGAIN = "again"
    HOLD = "hold"
    RELEASE = "release"
    HURRY = "hurry"
    CANCEL = "cancel"


class Hold(Enum):
    """Why an entry is held: what has to happen before it may go."""

    ACCOUNT = "account"
    """The service refuses its account (401, 3xx): until that is saved anew, or a person says so."""
    BODY = "body"
    """Its bytes are not those that were queued: it is never sent."""
    UNDO = "undo"
    """The time to change one's mind runs until ``final_at``."""
    TIME = "time"
    """It stays here until ``due_at``."""
    PILOT = "pilot"
    """It waits for the outcome of its campaign's first job."""
    BRAKE = "brake"
    """Too many of that first job failed."""
    MISSED = "missed"
    """It should have gone while nothing ran here: a person says what becomes of it."""
    PERSON = "person"
    """A person holds it."""


_S, _E = EntryState, Event
_STEPS: dict[tuple[EntryState, Event], EntryState] = {
    (_S.QUEUED, _E.START): _S.SENDING,
    (_S.WAITING, _E.START): _S.SENDING,
    (_S.SENDING, _E.ACCEPT): _S.ACCEPTED,
    (_S.SENDING, _E.REFUSE): _S.REFUSED,
    (_S.SENDING, _E.PUT_OFF): _S.WAITING,
    (_S.SENDING, _E.PUT_BACK): _S.QUEUED,
    (_S.SENDING, _E.LOSE): _S.UNCERTAIN,
    (_S.UNCERTAIN, _E.FIND): _S.ACCEPTED,
    (_S.UNCERTAIN, _E.DISOWN): _S.REFUSED,
    (_S.UNCERTAIN, _E.AGAIN): _S.QUEUED,
    (_S.REFUSED, _E.AGAIN): _S.QUEUED,
    (_S.WAITING, _E.HURRY): _S.QUEUED,
    (_S.QUEUED, _E.HOLD): _S.HELD,
    (_S.WAITING, _E.HOLD): _S.HELD,
    (_S.HELD, _E.HOLD): _S.HELD,
    (_S.HELD, _E.RELEASE): _S.QUEUED,
    (_S.QUEUED, _E.CANCEL): _S.CANCELLED,
    (_S.WAITING, _E.CANCEL): _S.CANCELLED,
    (_S.HELD, _E.CANCEL): _S.CANCELLED,
    (_S.REFUSED, _E.CANCEL): _S.CANCELLED,
    (_S.UNCERTAIN, _E.CANCEL): _S.CANCELLED,
}


def step(state: EntryState, event: Event) -> EntryState:
    """The state after an event. Raises ValueError where the machine has no such step."""
    try:
        return _STEPS[state, event]
    except KeyError:
        raise ValueError(f"{event.value} cannot happen to an entry that is {state.value}") from None


def sources(event: Event) -> tuple[EntryState, ...]:
    """The states in which an event can happen."""
    return tuple(state for state, what in _STEPS if what is event)


def goal(event: Event) -> EntryState:
    """The state that an event leads to, wherever it can happen."""
    return next(after for (_, what), after in _STEPS.items() if what is event)


EVERY = ""
"""In place of an account: all of them."""
ON_THE_LIST = "do_not_contact"
"""The reason of an entry that is cancelled because all its recipients are on the do-not-contact list."""
LEFT = "left"
"""The reason of an uncertain entry that a person left as it was: whether it went stays unknown."""
RESTORED = "restored"
"""The reason of an uncertain entry that comes from a backup: it may have gone at any time since."""
DUPLICATE = errors.Duplicate.code
"""The reason of an uncertain entry that the service took for a duplicate (409)."""
FINAL = frozenset({EntryState.ACCEPTED, EntryState.REFUSED, EntryState.CANCELLED})
READY = frozenset({EntryState.QUEUED, EntryState.WAITING})
"""What goes as soon as it is its turn."""
NOT_LEFT = READY | {EntryState.HELD}
"""What has certainly not left, or left and came back without effect: it can be cancelled and withdrawn."""

# --- certainty by cause


@dataclass(frozen=True, slots=True)
class After:
    """What an answer makes of an entry that is being sent, and when it may be tried again."""

    event: Event
    not_before: datetime | None = None

    @property
    def state(self) -> EntryState:
        """The new state."""
        return step(EntryState.SENDING, self.event)


CERTAINTY: tuple[tuple[type[errors.ServiceError], Event], ...] = (
    (errors.NotSent, Event.PUT_OFF),
    (errors.TooManyRequests, Event.PUT_OFF),
    (errors.Duplicate, Event.LOSE),
    (errors.Refused, Event.REFUSE),
    (errors.ServiceError, Event.LOSE),
)
"""What each failure of a POST makes of its entry, the first that fits: what is unknown is uncertain."""
HOLDING = frozenset({errors.WrongPassword.code, errors.Redirected.code})
"""Refusals that say something of the account, not of the job: all of the account is held."""
LONGEST_PAUSE = timedelta(seconds=60)


def after_error(error: errors.ServiceError, tries: int, now: datetime, spread: float) -> After:
    """What becomes of an entry whose POST ended in ``error``.

    ``tries`` counts POSTs so far, this one included; ``spread`` (0..1) jitters the pause.
    """
    event = next(event for kind, event in CERTAINTY if isinstance(error, kind))
    if event is not Event.PUT_OFF:
        return After(event)
    if isinstance(error, errors.TooManyRequests):
        return After(event, now + timedelta(seconds=2 + 8 * spread))
    pause = min(timedelta(seconds=2.0 ** min(tries, 6)), LONGEST_PAUSE)
    return After(event, now + pause * (0.5 + spread / 2))


def due(not_before: datetime | None, now: datetime) -> bool:
    """Whether a pause is over. One that lasts longer than any pause comes of a clock that was set back."""
    return not_before is None or not_before <= now or not_before - now > LONGEST_PAUSE


# --- time

LATE = timedelta(minutes=5)
"""What should have gone longer ago than this, while nothing ran here, asks first."""


def missed(late_at: datetime, seen_at: datetime | None, now: datetime) -> bool:
    """Whether an entry that was ready was overdue while nothing ran here.

    ``late_at``: from then on it is late (its ``due_at`` or the start of its job, whichever is later, and
    LATE); ``seen_at``: when a program was last at work on this workspace.
    """
    away = seen_at is None or now - seen_at > LATE
    return away and now > late_at


# --- settling

SETTLING = timedelta(minutes=15)
"""No bound is promised for how soon a job is visible: before this, "not found" says nothing."""
_LOOKS = (
    (SETTLING, timedelta(seconds=40)),
    (timedelta(hours=2), timedelta(minutes=5)),
    (timedelta(days=1), timedelta(hours=1)),
)
_SELDOM = timedelta(days=1)


def is_fact(from_at: datetime, asked_at: datetime) -> bool:
    """Whether "not found in any data centre", asked at ``asked_at``, may be told as a fact.

    ``from_at``: from then on the settling time counts; see :func:`settling_from`.
    """
    return asked_at - from_at >= SETTLING


def settling_from(from_at: datetime, last_at: datetime, now: datetime, *, everywhere: bool) -> datetime:
    """From when on the settling time counts, once a question at ``now`` found nothing.

    ``last_at`` is the question before it, or the POST. Between two questions at most half of the settling
    time goes by, and none where the clock went back or a data centre did not answer: so no clock that is set
    makes a fact, and none is made by one question alone.
    """
    gap = now - last_at
    counted = min(max(gap, timedelta(0)), SETTLING / 2) if everywhere else timedelta(0)
    return from_at + gap - counted


def look_again(from_at: datetime, asked_at: datetime | None, now: datetime) -> bool:
    """Whether an uncertain entry is to be looked up (again): soon at first, then more and more seldom."""
    return asked_at is None or asked_at > now or next_look(from_at, asked_at) <= now


def next_look(from_at: datetime, asked_at: datetime) -> datetime:
    """When an uncertain entry that was looked up is to be so again."""
    return asked_at + next((pause for until, pause in _LOOKS if asked_at - from_at <= until), _SELDOM)


# --- the mark


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


# --- values


@dataclass(frozen=True, slots=True)
class Entry:
    """One outbox entry, without its body. Times aware UTC; ``reason`` is an error code or ``None``.

    ``due_at``: held here until then. ``final_at``: until then it can be undone. ``posted_at``: its last
    POST. ``everywhere_at``: from then on it has counted as asked for in every data centre. ``not_found_at``:
    they were asked after the settling time, and none has its job.
    ``pilot``: the first job of a campaign whose rest waits for it.
    """

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
    hold: Hold | None = None
    due_at: datetime | None = None
    final_at: datetime | None = None
    pilot: bool = False
    posted_at: datetime | None = None
    asked_at: datetime | None = None
    everywhere_at: datetime | None = None
    not_found_at: datetime | None = None

    @property
    def settling_from(self) -> datetime:
        """From then on the settling time of an uncertain entry counts."""
        return self.everywhere_at or self.posted_at or self.since


LONGEST_ANSWER = 64 * 2**10
"""So many bytes of an answer are kept."""
FIRST_TRIES, LAST_TRIES = 5, 50
"""So many tries of an entry are kept; those between them go."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """One try as it went over the wire, credentials apart; ``error`` is the code of what came instead.

    ``request`` is the request line. Headers are pairs of name and value in their order. ``answer`` is cut
    at LONGEST_ANSWER. ``status`` and ``answered_at`` are None where no answer came.
    """

    at: datetime
    request: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    answered_at: datetime | None = None
    status: int | None = None
    answer_headers: tuple[tuple[str, str], ...] = ()
    answer: bytes = b""
    error: str | None = None
