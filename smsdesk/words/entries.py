"""Outbox entries in words: why they stand where they stand, what comes next, what happened to them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from smsdesk.core.account import TRY_OUT
from smsdesk.core.errors import SmsDeskError, Value
from smsdesk.core.outbox import EVERY, ON_THE_LIST, SETTLING, Entry, EntryState, next_look
from smsdesk.words.catalogue import has, number, say
from smsdesk.words.forms import ago, clock, countdown, day_time, lasting
from smsdesk.words.meanings import error_words

_NOTHING = timedelta(0)
_SECOND = timedelta(seconds=1)
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Scene:
    """What an entry's words depend on beside the entry: the time, pauses, trouble of its account.

    ``live``: the program that says it is also the one that sends and asks, and what it says is told anew
    each second. Otherwise nothing is said of what comes by itself.
    """

    now: datetime
    pauses: frozenset[str] = frozenset()
    troubles: Mapping[str, SmsDeskError] = field(default_factory=dict)
    live: bool = True

    def paused(self, account: str) -> str:
        """Which pause stops an account: ``every``, ``account`` or "" for none."""
        return "every" if EVERY in self.pauses else "account" if account in self.pauses else ""

    def trouble(self, account: str) -> SmsDeskError | None:
        """Why nothing of an account goes out, where that is known."""
        return self.troubles.get(account)


def account_words(name: str) -> str:
    """An account's name; that of the sandbox says what it is."""
    return say("accounts.sandbox_name", name=name) if name == TRY_OUT else name


def entry_name(entry: Entry) -> str:
    """The campaign, and which of its jobs where there are several."""
    name = entry.campaign or say("outbox.unnamed")
    if entry.of == 1:
        return name
    return say("outbox.part", name=name, number=number(entry.number), of=number(entry.of))


def reason_words(reason: str | None) -> tuple[str, str]:
    """What the code of an error says, and what to do about it."""
    code = f"error.{reason or 'general'}"
    if not has(code):
        code = "error.general"
    hint = f"{code}.hint"
    return say(code), say(hint) if has(hint) else ""


def brief_reason(reason: str | None) -> str:
    """What the code of an error says, in few words where there are such."""
    short = f"outbox.waits.{reason}"
    return say(short) if has(short) else reason_words(reason)[0]


def settles_at(entry: Entry) -> datetime:
    """From then on "not found" of an uncertain entry says something."""
    return entry.settling_from + SETTLING


def ended(entry: Entry) -> str:
    """How an entry came to be cancelled: for want of people, left in doubt, or before it left."""
    if entry.reason == ON_THE_LIST:
        return "left.do_not_contact"
    return "cancelled" if entry.reason is None else "left"


# --- why


def why(entry: Entry, scene: Scene) -> str:
    """One line: why the entry stands where it stands, and what comes next."""
    match entry.state:
        case EntryState.QUEUED | EntryState.WAITING:
            words = _why_ready(entry, scene)
        case EntryState.HELD:
            words = _why_held(entry, scene)
        case EntryState.SENDING:
            words = say("outbox.why.sending", span=lasting(max(scene.now - entry.since, _NOTHING)))
        case EntryState.ACCEPTED:
            job = entry.job_id
            words = say("outbox.why.accepted_as", job=job) if job else say("outbox.why.accepted")
        case EntryState.REFUSED:
            sentence, hint = reason_words(entry.reason)
            words = say("outbox.why.refused", why=sentence, next=hint).strip()
        case EntryState.UNCERTAIN:
            words = f"{_uncertain(entry)} {looked_for(entry, scene)}".strip()
        case EntryState.CANCELLED:
            words = say(f"outbox.why.{ended(entry)}")
    return words


def _why_ready(entry: Entry, scene: Scene) -> str:
    paused, trouble = scene.paused(entry.account), scene.trouble(entry.account)
    if paused:
        return say(f"outbox.why.paused.{paused}", account=account_words(entry.account))
    if trouble is not None:
        return " ".join(error_words(trouble)).strip()
    if entry.reason is None:
        return say("outbox.why.queued")
    if entry.not_before is None or not scene.live:
        return brief_reason(entry.reason)
    left = entry.not_before - scene.now
    code = "outbox.why.again_now" if left < _SECOND else "outbox.why.again"
    return say(code, why=brief_reason(entry.reason), span=countdown(left))


def _why_held(entry: Entry, scene: Scene) -> str:
    if entry.hold is None:
        return say("outbox.why.held")
    left = max((entry.final_at or scene.now) - scene.now, _NOTHING)
    until = day_time(entry.due_at or scene.now, None, scene.now)
    span = countdown(left) if scene.live else lasting(left)
    values = {"why": reason_words(entry.reason)[0], "span": span, "time": until}
    return say(f"outbox.why.held.{entry.hold.value}", None, **values)


def _uncertain(entry: Entry) -> str:
    code = f"outbox.uncertain.{entry.reason}"
    return say(code if has(code) else "outbox.uncertain.uncertain")


def looked_for(entry: Entry, scene: Scene) -> str:
    """What looking for an uncertain entry came to, when it is asked for again, when a person may decide."""
    now, offered = scene.now, _at(settles_at(entry), scene)
    early = settles_at(entry) > now
    if entry.asked_at is None:
        return say("outbox.why.not_asked", offered=offered) if early and scene.live else ""
    asked = ago(now - entry.asked_at)
    if entry.not_found_at is not None:
        return say("outbox.why.not_found", ago=asked)
    again = next_look(entry.settling_from, entry.asked_at)
    when = ("asks_now" if again <= now else "asks") if scene.live else "asked"
    code = f"outbox.why.{when}" if early else f"outbox.why.{when}.open"
    return say(code, None, ago=asked, again=_at(again, scene), offered=offered)


def _at(at: datetime, scene: Scene) -> str:
    """When: soon to the second, else with its day."""
    soon = abs(at - scene.now) < _HOUR
    return say("time.at", time=clock(at)) if soon else day_time(at, None, scene.now)


# --- what happened


def step_words(code: str, values: Mapping[str, Value]) -> str:
    """What happened in a step, by its code and values."""
    named = {"host": "", **values}
    if code == "asked_no_answer" and named.get("reason"):
        sentence = brief_reason(str(named["reason"]))
        return say("step.asked_no_answer.why", host=named["host"], why=sentence)
    known = f"step.{code}"
    if not has(known):
        return reason_words(code)[0]
    count = named.pop("n", None)
    return say(known, count if isinstance(count, int) else None, **named)
