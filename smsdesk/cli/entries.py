"""Outbox entries at the terminal: as JSON, as a line of words, and what one can do about them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from smsdesk.core.outbox import EVERY, READY, Entry, EntryState, Exchange, Hold
from smsdesk.words import ago, error_words, has, lasting, number, say
from smsdesk.words.entries import Scene, entry_name, step_words, why

if TYPE_CHECKING:
    from smsdesk.core.errors import SmsDeskError
    from smsdesk.desk.sending import Step

ZERO = timedelta(0)
MOST = 8
"""Entries that are told one by one; of more the list knows."""


def entry_json(entry: Entry) -> dict[str, Any]:
    """An outbox entry as every verb shows it."""
    return {
        "entry": entry.id,
        "campaign": entry.campaign,
        "job": f"{entry.number}/{entry.of}",
        "state": entry.state.value,
        "jobId": entry.job_id,
        "sms": entry.sms_count,
        "reason": entry.reason,
    }


def open_json(entry: Entry, now: datetime, paused: Collection[str]) -> dict[str, Any]:
    """The same with its age, what it waits for, and both in words; times in ISO 8601."""
    times = ("since", "due_at", "final_at", "posted_at", "asked_at", "not_found_at")
    return {
        **entry_json(entry),
        "account": entry.account,
        "hold": entry.hold.value if entry.hold else None,
        "pilot": entry.pilot,
        "tries": entry.tries,
        "age_seconds": int(_age(entry, now).total_seconds()),
        "next_try": _iso(next_try(entry, now, paused)),
        **{name: _iso(getattr(entry, name)) for name in times},
        "why": why(entry, scene_of(now, paused)),
        "next": next_words(entry, paused),
    }


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _age(entry: Entry, now: datetime) -> timedelta:
    return max(now - entry.since, ZERO)


def scene_of(now: datetime, paused: Collection[str]) -> Scene:
    """What the words of entries depend on: a verb says them once and ends."""
    return Scene(now, frozenset(paused), live=False)


def stopped(entry: Entry, paused: Collection[str]) -> bool:
    """Whether an entry that is ready waits for a person who paused it."""
    return entry.state in READY and bool({EVERY, entry.account} & set(paused))


def next_try(entry: Entry, now: datetime, paused: Collection[str] = ()) -> datetime | None:
    """When an entry goes by itself, while a program sends; None where it does not."""
    if stopped(entry, paused):
        return None
    if entry.state in READY:
        return max(entry.not_before or now, now)
    return {Hold.TIME: entry.due_at, Hold.UNDO: entry.final_at}.get(entry.hold) if entry.hold else None


# --- in words


def next_words(entry: Entry, paused: Collection[str] = ()) -> str:
    """What one can type about an entry; empty where there is nothing to do."""
    code = f"cli.next.{entry.state.value}"
    if stopped(entry, paused):
        code = "cli.next.paused"
    elif entry.state is EntryState.HELD and entry.hold in (Hold.ACCOUNT, Hold.BODY):
        code = f"cli.next.held.{entry.hold.value}"
    return say(code, None, entry=entry.id, account=entry.account) if has(code) else ""


def lines(entries: Sequence[Entry], now: datetime, paused: Collection[str]) -> list[str]:
    """A table of entries for people: a head, then two lines an entry, the second says what it waits for."""
    names = ("entry", "campaign", "state", "sms", "since", "next")
    head = [say(f"cli.outbox.{name}") for name in names]
    rows = [head, *(_cells(entry, now, paused) for entry in entries)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    shown = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
    scene = scene_of(now, paused)
    told = [f"{why(entry, scene)} {next_words(entry, paused)}".rstrip() for entry in entries]
    pairs = zip(shown[1:], told, strict=True)
    return [shown[0], *(line for row, words in pairs for line in (row, f"{' ' * widths[0]}  {words}"))]


def _cells(entry: Entry, now: datetime, paused: Collection[str]) -> list[str]:
    at = next_try(entry, now, paused)
    soon = (
        ""
        if at is None
        else say("cli.outbox.now")
        if at <= now
        else say("cli.outbox.in", span=lasting(at - now))
    )
    return [
        str(entry.id),
        entry_name(entry),
        say(f"entry.{entry.state.value}"),
        number(entry.sms_count),
        ago(_age(entry, now)),
        soon,
    ]


def step_json(step: "Step") -> dict[str, Any]:
    """Something that happened to an entry."""
    return {
        "at": step.at.isoformat(),
        "step": step.code,
        "values": dict(step.values),
        "words": step_words(step.code, step.values),
    }


def exchange_json(exchange: Exchange) -> dict[str, Any]:
    """A try as it went over the wire, credentials apart; what is no UTF-8 shows replacement characters."""
    return {name: _plain(value) for name, value in asdict(exchange).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value.isoformat() if isinstance(value, datetime) else value


def told_error(error: "SmsDeskError") -> str:
    """What happened and what to do, in a line."""
    return " ".join(error_words(error)).strip()


def listed(entries: Collection[Entry]) -> Mapping[str, str]:
    """The numbers of entries as a value for a sentence: a few of them, then an ellipsis."""
    few = [str(entry.id) for entry in entries][:MOST]
    return {"entries": ", ".join(few) + (" …" if len(entries) > MOST else "")}
