"""Outbox entries in words: their pill, why they stand where they stand, what comes next, what can be done.

Pure: values in, words out. The outbox page paints what this says.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from smsdesk.core.errors import SmsDeskError
from smsdesk.core.outbox import (
    HOLDING,
    NOT_LEFT,
    ON_THE_LIST,
    READY,
    SETTLING,
    Entry,
    EntryId,
    EntryState,
    Hold,
)
from smsdesk.desk.draining import EVERY
from smsdesk.ui.labels import account_words
from smsdesk.words import clock, countdown, day_time, error_words, full_time, has, lasting, number, say

if TYPE_CHECKING:
    from smsdesk.desk.sending import Step

ROLES: Mapping[EntryState, str] = {
    EntryState.QUEUED: "waiting",
    EntryState.WAITING: "waiting",
    EntryState.SENDING: "sending",
    EntryState.ACCEPTED: "delivered",
    EntryState.REFUSED: "failed",
    EntryState.UNCERTAIN: "unknown",
    EntryState.HELD: "waiting",
    EntryState.CANCELLED: "cancelled",
}
"""The colour role of each state."""

UNDER_WAY = READY | {EntryState.SENDING}
_SECOND = timedelta(seconds=1)
_ASKS = frozenset({Hold.ACCOUNT, Hold.BODY, Hold.BRAKE, Hold.MISSED})
"""What does not go on without a person."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What an entry's words depend on beside the entry: the time, pauses, trouble of its account."""

    now: datetime
    pauses: frozenset[str] = frozenset()
    troubles: Mapping[str, SmsDeskError] | None = None

    def paused(self, account: str) -> str:
        """Which pause stops an account: ``every``, ``account`` or "" for none."""
        return "every" if EVERY in self.pauses else "account" if account in self.pauses else ""

    def trouble(self, account: str) -> SmsDeskError | None:
        """Why nothing of an account goes out, where that is known."""
        return (self.troubles or {}).get(account)


def entry_name(entry: Entry) -> str:
    """The campaign, and which of its jobs where there are several."""
    name = entry.campaign or say("outbox.unnamed")
    if entry.of == 1:
        return name
    return say("outbox.part", name=name, number=number(entry.number), of=number(entry.of))


def asks_a_person(entry: Entry) -> bool:
    """Whether nothing more becomes of an entry without a person's word."""
    held = entry.state is EntryState.HELD and entry.hold in _ASKS
    return held or entry.state in (EntryState.UNCERTAIN, EntryState.REFUSED)


def urgency(entry: Entry) -> int:
    """What a person wants to see first: what waits for their word, then what moves."""
    if asks_a_person(entry):
        return 1 if entry.state is EntryState.REFUSED else 0
    order = (EntryState.SENDING, EntryState.WAITING, EntryState.QUEUED, EntryState.HELD)
    return 2 + (order.index(entry.state) if entry.state in order else len(order))


def reason_words(reason: str | None) -> tuple[str, str]:
    """What the code of an error says, and what to do about it."""
    code = f"error.{reason or 'general'}"
    if not has(code):
        code = "error.general"
    hint = f"{code}.hint"
    return say(code), say(hint) if has(hint) else ""


# --- why


def why(entry: Entry, scene: Scene) -> str:
    """One line: why the entry stands where it stands, and what comes next."""
    match entry.state:
        case EntryState.QUEUED | EntryState.WAITING:
            words = _why_ready(entry, scene)
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
            words = _why_uncertain(entry, scene)
        case EntryState.CANCELLED:
            words = say(f"outbox.why.{_ended(entry)}")
    return words


def _why_ready(entry: Entry, scene: Scene) -> str:
    paused, trouble = scene.paused(entry.account), scene.trouble(entry.account)
    if paused:
        return say(f"outbox.why.paused.{paused}", account=account_words(entry.account))
    if trouble is not None:
        return " ".join(error_words(trouble)).strip()
    if entry.reason is None or entry.not_before is None:
        return say("outbox.why.queued")
    left = entry.not_before - scene.now
    code = "outbox.why.again_now" if left < _SECOND else "outbox.why.again"
    return say(code, why=brief_reason(entry.reason), span=countdown(left))


def brief_reason(reason: str | None) -> str:
    """What the code of an error says, in few words where there are such."""
    short = f"outbox.waits.{reason}"
    return say(short) if has(short) else reason_words(reason)[0]


def _why_held(entry: Entry, scene: Scene) -> str:
    if entry.hold is None:
        return say("outbox.why.held")
    left = (entry.final_at or scene.now) - scene.now
    until = day_time(entry.due_at or scene.now, None, scene.now)
    values = {"why": reason_words(entry.reason)[0], "span": countdown(left), "time": until}
    return say(f"outbox.why.held.{entry.hold.value}", None, **values)


def _why_uncertain(entry: Entry, scene: Scene) -> str:
    if entry.not_found_at is not None:
        return say("outbox.why.not_found", time=clock(entry.not_found_at))
    left = settles_at(entry) - scene.now
    code = "outbox.why.uncertain" if left > timedelta(0) else "outbox.why.uncertain.open"
    return say(code, why=_uncertain(entry), span=countdown(left))


def settles_at(entry: Entry) -> datetime:
    """From then on "not found" of an uncertain entry says something."""
    return (entry.posted_at or entry.since) + SETTLING


def _ended(entry: Entry) -> str:
    """How an entry came to be cancelled: for want of people, left in doubt, or before it left."""
    if entry.reason == ON_THE_LIST:
        return "left.do_not_contact"
    return "cancelled" if entry.reason is None else "left"


def _uncertain(entry: Entry) -> str:
    code = f"outbox.uncertain.{entry.reason}"
    return say(code if has(code) else "outbox.uncertain.uncertain")


# --- the card


def card_words(entry: Entry, scene: Scene) -> tuple[str, str]:
    """The heading of the card that explains a state, and its sentences."""
    code = f"outbox.card.{_card(entry, scene)}"
    return say(code), say(f"{code}.text", entry.sms_count, why=reason_words(entry.reason)[0])


def _card(entry: Entry, scene: Scene) -> str:
    if entry.state is EntryState.CANCELLED:
        return _ended(entry)
    if entry.state is EntryState.HELD and entry.hold is not None:
        return f"held.{entry.hold.value}"
    if entry.state in READY and scene.paused(entry.account):
        return "paused"
    if entry.state is EntryState.UNCERTAIN and entry.not_found_at is not None:
        return "not_found"
    return str(entry.state.value)


def facts(entry: Entry, steps: "Iterable[Step]", scene: Scene) -> list[tuple[str, str]]:
    """Pairs of what and how it is: what each data centre said last, what to do, when what comes next."""
    found: list[tuple[str, str]] = []
    if entry.state is EntryState.UNCERTAIN:
        found += _settling(entry, steps, scene)
    if entry.state is EntryState.REFUSED:
        found.append((say("outbox.fact.next"), reason_words(entry.reason)[1]))
    if entry.state in READY:
        found += _next_try(entry, scene)
    if entry.state is EntryState.HELD:
        found += _held(entry, scene)
    if entry.job_id is not None:
        found.append((say("outbox.fact.job"), entry.job_id))
    found.append((say("outbox.fact.account"), account_words(entry.account)))
    if entry.tries > 1:
        found.append((say("outbox.fact.tries"), number(entry.tries)))
    found.append((say("outbox.fact.since"), day_time(entry.since, None, scene.now)))
    return found


def _next_try(entry: Entry, scene: Scene) -> list[tuple[str, str]]:
    trouble = scene.trouble(entry.account)
    if trouble is not None:
        return [(say("outbox.fact.next"), " ".join(error_words(trouble)))]
    if entry.not_before is None or entry.not_before <= scene.now or scene.paused(entry.account):
        return []
    return [(say("outbox.fact.next_try"), _at_in(entry.not_before, scene))]


def _held(entry: Entry, scene: Scene) -> list[tuple[str, str]]:
    found = []
    if entry.hold is Hold.ACCOUNT:
        found.append((say("outbox.fact.next"), reason_words(entry.reason)[1]))
    if entry.hold is Hold.UNDO and entry.final_at is not None:
        found.append((say("outbox.fact.final"), _at_in(entry.final_at, scene)))
    if entry.due_at is not None:
        code = "outbox.fact.was_due" if entry.hold is Hold.MISSED else "outbox.fact.due"
        found.append((say(code), full_time(entry.due_at)))
    return found


def _settling(entry: Entry, steps: "Iterable[Step]", scene: Scene) -> list[tuple[str, str]]:
    found = [(say("outbox.fact.posted"), clock(entry.posted_at or entry.since)), *_centres(steps)]
    if entry.not_found_at is not None:
        words = say("outbox.fact.settled.not_found", time=clock(entry.not_found_at))
    elif settles_at(entry) > scene.now:
        words = say("outbox.fact.settled.earliest", time=_at_in(settles_at(entry), scene))
    else:
        words = say("outbox.fact.settled.open")
    return [*found, (say("outbox.fact.settled"), words)]


def _centres(steps: "Iterable[Step]") -> list[tuple[str, str]]:
    last: dict[str, str] = {}
    for step in steps:
        if step.code == "asked_not_there":
            words = say("outbox.fact.not_there", time=clock(step.at))
        elif step.code == "asked_no_answer":
            words = say("outbox.fact.no_answer", time=clock(step.at))
        else:
            continue
        last[str(step.values.get("host", ""))] = words
    return list(last.items())


def _at_in(at: datetime, scene: Scene) -> str:
    return say("outbox.at_in", time=clock(at), span=countdown(at - scene.now))


# --- what can be done

ACTS = (
    "ask",
    "show",
    "draft",
    "now",
    "retry",
    "again",
    "move",
    "hold",
    "account",
    "release",
    "cancel",
    "leave",
    "copy",
    "wire",
)
"""Everything that a person can do with an entry, in the order of the buttons."""
TOGETHER = frozenset({"now", "retry", "move", "hold", "cancel"})
"""What can be done with several at once."""
_OF_HELD: Mapping[Hold, tuple[str, ...]] = {
    Hold.ACCOUNT: ("account", "release", "cancel"),
    Hold.BODY: ("cancel",),
    Hold.UNDO: ("draft", "now", "move", "cancel"),
    Hold.TIME: ("draft", "now", "move", "cancel"),
    Hold.PILOT: ("draft", "now", "cancel"),
    Hold.BRAKE: ("draft", "now", "cancel"),
    Hold.MISSED: ("now", "move", "draft", "cancel"),
    Hold.PERSON: ("draft", "now", "move", "cancel"),
}
_OF: Mapping[EntryState, tuple[str, ...]] = {
    EntryState.QUEUED: ("hold", "draft", "cancel"),
    EntryState.WAITING: ("now", "hold", "draft", "cancel"),
    EntryState.REFUSED: ("retry", "leave"),
    EntryState.UNCERTAIN: ("ask", "again", "leave"),
    EntryState.ACCEPTED: ("show", "copy"),
}


def acts(entry: Entry) -> frozenset[str]:
    """What a person can do with an entry."""
    if entry.state is EntryState.HELD:
        return frozenset({*_OF_HELD.get(entry.hold or Hold.PERSON, ()), "wire"})
    found = {*_OF.get(entry.state, ()), "wire"}
    if entry.state is EntryState.REFUSED and entry.reason in HOLDING:
        found |= {"account"}
    return frozenset(found)


def that_can(act: str, entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Those of some entries with which something can be done."""
    return tuple(entry for entry in entries if act in acts(entry))


def ids(entries: Iterable[Entry]) -> tuple[EntryId, ...]:
    """Their ids."""
    return tuple(entry.id for entry in entries)


def sms_of(entries: Iterable[Entry]) -> int:
    """How many SMS they are."""
    return sum(entry.sms_count for entry in entries)


def unsent(entries: Sequence[Entry], like: Iterable[Entry]) -> tuple[Entry, ...]:
    """What has not left of the campaigns of some entries."""
    campaigns = {entry.campaign_id for entry in like}
    return tuple(e for e in entries if e.campaign_id in campaigns and e.state in NOT_LEFT)


def jobs_words(entries: Sequence[Entry]) -> str:
    """How many jobs, and how many SMS they are."""
    return say("outbox.jobs_sms", sms_of(entries), jobs=say("outbox.jobs", len(entries)))
