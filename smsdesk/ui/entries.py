"""Outbox entries in words: their pill, why they stand where they stand, what comes next, each step.

Pure: values in, words out. The outbox page paints what this says.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from smsdesk.core.errors import SmsDeskError
from smsdesk.core.outbox import ON_THE_LIST, READY, Entry, EntryState
from smsdesk.ui.labels import account_words
from smsdesk.words import clock, error_words, has, lasting, say

if TYPE_CHECKING:
    from smsdesk.desk.sending import Step

ROLES: Mapping[EntryState, str] = {
    EntryState.QUEUED: "waiting",
    EntryState.SENDING: "sending",
    EntryState.ACCEPTED: "delivered",
    EntryState.REFUSED: "failed",
    EntryState.UNCERTAIN: "unknown",
    EntryState.CANCELLED: "cancelled",
    EntryState.WAITING: "waiting",
    EntryState.HELD: "waiting",
}
"""The colour role of each state."""

UNDER_WAY = frozenset({EntryState.QUEUED, EntryState.WAITING, EntryState.SENDING})
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Scene:
    """What an entry's words depend on beside the entry: the time, a pause, trouble of its account."""

    now: datetime
    paused: bool = False
    troubles: Mapping[str, SmsDeskError] | None = None

    def trouble(self, account: str) -> SmsDeskError | None:
        """Why nothing of an account goes out, where that is known."""
        return (self.troubles or {}).get(account)


def entry_name(entry: Entry) -> str:
    """The campaign, and which of its jobs where there are several."""
    name = entry.campaign or say("outbox.unnamed")
    if entry.of == 1:
        return name
    return say("outbox.part", name=name, number=entry.number, of=entry.of)


def reason_words(reason: str | None) -> tuple[str, str]:
    """What the code of an error says, and what to do about it."""
    code = f"error.{reason or 'general'}"
    if not has(code):
        code = "error.general"
    hint = f"{code}.hint"
    return say(code), say(hint) if has(hint) else ""


def why(entry: Entry, scene: Scene) -> str:
    """One line: why the entry stands where it stands, and what comes next."""
    match entry.state:
        case EntryState.QUEUED | EntryState.WAITING:
            words = _why_queued(entry, scene)
        case EntryState.HELD:
            words = _why_held(entry, scene)
        case EntryState.SENDING:
            words = say("outbox.why.sending", span=lasting(max(scene.now - entry.since, timedelta(0))))
        case EntryState.ACCEPTED:
            words = entry.job_id or say("outbox.why.accepted")
        case EntryState.REFUSED:
            sentence, hint = reason_words(entry.reason)
            words = say("outbox.why.refused", why=sentence, next=hint).strip()
        case EntryState.UNCERTAIN:
            words = say("outbox.why.uncertain", why=_uncertain(entry))
        case EntryState.CANCELLED:
            words = say(f"outbox.why.{_ended(entry)}")
    return words


def _why_queued(entry: Entry, scene: Scene) -> str:
    if scene.paused:
        return say("outbox.why.paused")
    trouble = scene.trouble(entry.account)
    if trouble is not None:
        return " ".join(error_words(trouble)).strip()
    if entry.reason is None or entry.not_before is None:
        return say("outbox.why.queued")
    short = f"outbox.waits.{entry.reason}"
    sentence = say(short) if has(short) else reason_words(entry.reason)[0]
    left = entry.not_before - scene.now
    if left < _SECOND:
        return say("outbox.why.again_now", why=sentence)
    return say("outbox.why.again", why=sentence, span=lasting(left))


def _why_held(entry: Entry, scene: Scene) -> str:
    if entry.hold is None:
        return say("outbox.why.held")
    left = max((entry.final_at or scene.now) - scene.now, timedelta(0))
    until = entry.due_at or scene.now
    values = {"why": reason_words(entry.reason)[0], "span": lasting(left), "time": clock(until)}
    return say(f"outbox.why.held.{entry.hold.value}", None, **values)


def _ended(entry: Entry) -> str:
    """How an entry came to be cancelled: for want of people, left in doubt, or before it left."""
    if _nobody(entry):
        return "left.do_not_contact"
    return "cancelled" if entry.reason is None else "left"


def _uncertain(entry: Entry) -> str:
    code = f"outbox.uncertain.{entry.reason}"
    return say(code if has(code) else "outbox.uncertain.uncertain")


def _nobody(entry: Entry) -> bool:
    """Whether an entry was not sent because nobody was left in it."""
    return entry.state is EntryState.CANCELLED and entry.reason == ON_THE_LIST


def card_words(entry: Entry, scene: Scene) -> tuple[str, str]:
    """The heading of the card that explains a state, and its sentences."""
    if _nobody(entry):
        return say("outbox.card.left.do_not_contact"), say("outbox.card.left.do_not_contact.text")
    if entry.state is EntryState.CANCELLED:
        code = f"outbox.card.{_ended(entry)}"
        return say(code), say(f"{code}.text")
    if entry.state is EntryState.HELD:
        code = f"outbox.card.held.{entry.hold.value}" if entry.hold else "outbox.card.held"
        return say(code), say(f"{code}.text")
    paused = entry.state in READY and scene.paused
    code = f"outbox.card.{'paused' if paused else entry.state.value}"
    if entry.state is EntryState.REFUSED:
        return say(code), say(f"{code}.text", why=reason_words(entry.reason)[0])
    if entry.state is EntryState.SENDING or paused:
        return say(code), say(f"{code}.text")
    return say(code), say(f"{code}.text", entry.sms_count)


def facts(entry: Entry, steps: "Iterable[Step]", scene: Scene) -> list[tuple[str, str]]:
    """Pairs of what and how it is, for the card: what each data centre said last, what to do, the job."""
    found: list[tuple[str, str]] = []
    if entry.state is EntryState.UNCERTAIN:
        found += _centres(steps)
    if entry.state is EntryState.REFUSED:
        found.append((say("outbox.fact.next"), reason_words(entry.reason)[1]))
    trouble = scene.trouble(entry.account) if entry.state in READY else None
    if trouble is not None:
        found.append((say("outbox.fact.next"), " ".join(error_words(trouble))))
    if entry.job_id is not None:
        found.append((say("outbox.fact.job"), entry.job_id))
    found.append((say("outbox.fact.account"), account_words(entry.account)))
    if entry.tries > 1:
        found.append((say("outbox.fact.tries"), str(entry.tries)))
    return found


def _centres(steps: "Iterable[Step]") -> list[tuple[str, str]]:
    last: dict[str, str] = {}
    for step in steps:
        code = {"asked_not_there": "not_there", "asked_no_answer": "no_answer"}.get(step.code)
        if code:
            host = str(step.values.get("host", ""))
            last[host] = say(f"outbox.fact.{code}", time=clock(step.at))
    return list(last.items())


def step_words(step: "Step") -> str:
    """What happened in a step."""
    if step.code == "asked_no_answer" and step.values.get("reason"):
        sentence = reason_words(str(step.values["reason"]))[0]
        return say("step.asked_no_answer.why", host=step.values.get("host", ""), why=sentence)
    code = f"step.{step.code}"
    if has(code):
        values = {"host": "", **step.values}
        count = values.pop("n", None)
        return say(code, count if isinstance(count, int) else None, **values)
    return reason_words(step.code)[0]


_BY = {
    "queued": "desk",
    "sending": "desk",
    "put_back": "desk",
    "left_out": "desk",
    "nobody_left": "desk",
    "stopped": "desk",
    "found": "service",
    "accepted": "service",
    "again": "you",
    "left": "you",
    "cancelled": "you",
    "held_account": "service",
    "held_body": "desk",
    "held_undo": "you",
    "held_time": "you",
    "held_pilot": "desk",
    "held_brake": "desk",
    "held_missed": "desk",
    "held_person": "you",
    "released": "you",
    "hurried": "you",
    "due": "desk",
    "not_found_anywhere": "service",
    "disowned": "service",
    "recipients_agree": "service",
    "recipients_differ": "service",
    "asked_not_there": "service",
    "server_trouble": "service",
    "unreadable": "service",
    "too_many_requests": "service",
    "wrong_password": "service",
    "bad_request": "service",
    "not_found": "service",
    "duplicate": "service",
    "unprocessable": "service",
    "redirected": "service",
    "refused": "service",
}


def step_by(step: "Step") -> str:
    """Whose act a step was."""
    return say(f"step.who.{_BY.get(step.code, 'nobody')}")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a campaign is on its way to the service: shares of a bar, figures, an estimate."""

    name: str
    account: str
    shares: tuple[tuple[str, int], ...]
    done: int
    total: int
    left: timedelta | None


def progress(entries: Sequence[Entry], allowed: int) -> Progress | None:
    """The campaign that is on its way, else the newest; ``None`` where there is no entry."""
    if not entries:
        return None
    moving = [entry for entry in entries if entry.state in UNDER_WAY]
    chosen = min(moving, key=lambda entry: entry.id) if moving else entries[0]
    own = [entry for entry in entries if entry.campaign_id == chosen.campaign_id]
    shares = dict.fromkeys(("delivered", "sending", "waiting", "failed", "unknown", "cancelled"), 0)
    for entry in own:
        shares[ROLES[entry.state]] += entry.sms_count
    waiting = sum(entry.state in UNDER_WAY for entry in own)
    left = timedelta(seconds=waiting * 10 / max(allowed, 1))
    return Progress(
        chosen.campaign or say("outbox.unnamed"),
        chosen.account,
        tuple(shares.items()),
        shares["delivered"],
        sum(entry.sms_count for entry in own),
        left if left >= 2 * _SECOND else None,
    )
