"""Outbox entries on the screen: their pill, the card that explains one, what a person can do with them.

Pure: values in, words out. Why an entry stands where it stands is said in :mod:`smsdesk.words.entries`.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from smsdesk.core.outbox import HOLDING, NOT_LEFT, READY, Entry, EntryId, EntryState, Hold, next_look
from smsdesk.words import ago, clock, countdown, day_time, error_words, full_time, number, say
from smsdesk.words.entries import Scene, account_words, ended, reason_words, settles_at

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
_ASKS = frozenset({Hold.ACCOUNT, Hold.BODY, Hold.BRAKE, Hold.MISSED})
"""What does not go on without a person."""


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


# --- the card


def card_words(entry: Entry, scene: Scene) -> tuple[str, str]:
    """The heading of the card that explains a state, and its sentences."""
    code = f"outbox.card.{_card(entry, scene)}"
    return say(code), say(f"{code}.text", entry.sms_count, why=reason_words(entry.reason)[0])


def _card(entry: Entry, scene: Scene) -> str:
    if entry.state is EntryState.CANCELLED:
        return ended(entry)
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
    posted, centres = entry.posted_at or entry.since, _centres(entry, steps)
    found = [(say("outbox.fact.posted"), clock(posted))]
    found += [(host, say(f"outbox.fact.{code}", ago=ago(scene.now - at))) for host, (code, at) in centres]
    if entry.asked_at is not None:
        again = next_look(entry.settling_from, entry.asked_at)
        found.append((say("outbox.fact.asks"), _at_in(again, scene)))
    if entry.not_found_at is not None:
        words = say("outbox.fact.settled.not_found", time=clock(entry.not_found_at))
    elif settles_at(entry) > scene.now:
        words = say("outbox.fact.settled.earliest", time=_at_in(settles_at(entry), scene))
    else:
        words = say("outbox.fact.settled.open")
    return [*found, (say("outbox.fact.settled"), words)]


def _centres(entry: Entry, steps: "Iterable[Step]") -> Iterable[tuple[str, tuple[str, datetime]]]:
    """What each data centre said last, and when, since the entry was posted."""
    last: dict[str, tuple[str, datetime]] = {}
    for step in steps:
        said = {"asked_not_there": "not_there", "asked_no_answer": "no_answer"}.get(step.code)
        if said is not None and step.at >= (entry.posted_at or step.at):
            last[str(step.values.get("host", ""))] = said, step.at
    return last.items()


def _at_in(at: datetime, scene: Scene) -> str:
    if at <= scene.now:
        return say("outbox.at_once")
    near = at - scene.now < timedelta(hours=1)
    time = clock(at) if near else day_time(at, None, scene.now)
    return say("outbox.at_in", time=time, span=countdown(at - scene.now)) if near else time


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
