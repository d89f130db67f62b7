"""What sending verbs share: entries go as far as they can, what is left is said, with the exit code."""

import asyncio
from collections.abc import Collection
from datetime import timedelta
from typing import TYPE_CHECKING

from smsdesk.cli.entries import listed, stopped, told_error
from smsdesk.cli.session import tell
from smsdesk.core.errors import ServiceError, SmsDeskError, WorkspaceBusy
from smsdesk.core.outbox import READY, Entry, EntryId, EntryState
from smsdesk.words import say

if TYPE_CHECKING:
    from smsdesk.desk.desk import Desk

FAILED, UNKNOWN = 1, 3
TRIES = 3
"""POSTs that failed with certainty before the terminal leaves an entry for ``resume``."""
LOOK = 0.25
PATIENCE = timedelta(minutes=1)
"""How long another sender may stand still before the terminal no longer waits for it."""
_UNDER_WAY = READY | {EntryState.SENDING}


async def finished(desk: "Desk", ids: Collection[EntryId]) -> tuple[int, tuple[Entry, ...]]:
    """Sends what is ready of these entries, looks for what is uncertain, says what is left.

    The answer is the exit code and how the entries stand now. What keeps one account from sending keeps no
    other. Ctrl+C ends the sending, and then that is not all well.
    """
    errors: dict[str, SmsDeskError | None] = {}
    worst = 0
    try:
        for account in dict.fromkeys(entry.account for entry in await desk.outbox.these(ids)):
            try:
                errors[account] = await _sent(desk, account, ids)
            except SmsDeskError as failed:
                errors[account] = failed
    except asyncio.CancelledError:
        # What was under way is uncertain on disk by now, and its exit code says so.
        tell(say("cli.stopped"))
        worst = FAILED
    mine = await desk.outbox.these(ids)
    for account, error in errors.items():
        if error and any(e.state is not EntryState.ACCEPTED for e in mine if e.account == account):
            tell(told_error(error))
    return max(worst, told(mine, desk.outbox.pauses)), mine


async def _sent(desk: "Desk", account: str, ids: Collection[EntryId]) -> SmsDeskError | None:
    async def mine(*states: EntryState) -> tuple[Entry, ...]:
        found = await desk.outbox.these(ids)
        return tuple(entry for entry in found if entry.account == account and entry.state in states)

    error = None
    if ready := await mine(*_UNDER_WAY, EntryState.HELD):
        error = await _drained(desk, account, ready)
    if await mine(EntryState.UNCERTAIN):
        await desk.outbox.look_up(account)
    return error


async def _drained(desk: "Desk", account: str, mine: tuple[Entry, ...]) -> ServiceError | None:
    """Sends, or waits while another program does."""
    tries = max(entry.tries for entry in mine) + TRIES
    seen, seen_at = mine, desk.now()
    while True:
        try:
            return await desk.outbox.drain(account, tries)
        except WorkspaceBusy:
            now = await desk.outbox.these([entry.id for entry in mine])
            moving = [e for e in now if e.state in _UNDER_WAY and not stopped(e, desk.outbox.pauses)]
            if not moving or max(entry.tries for entry in moving) >= tries:
                return None
            if now != seen:
                seen, seen_at = now, desk.now()
            if desk.now() - seen_at > PATIENCE:
                raise
            await asyncio.sleep(LOOK)


def told(mine: tuple[Entry, ...], paused: Collection[str]) -> int:
    """Says what is left of entries, and gives the exit code."""
    groups: dict[str, list[Entry]] = {}
    for entry in mine:
        groups.setdefault(_standing(entry, paused), []).append(entry)
    for code in ("uncertain", "left_queued", "paused", "held", "refused"):
        if some := groups.get(code):
            tell(say(f"cli.{code}", len(some), **listed(some)))
    if "uncertain" in groups:
        return UNKNOWN
    return FAILED if groups.keys() - {"done"} else 0


def _standing(entry: Entry, paused: Collection[str]) -> str:
    if entry.state in READY:
        return "paused" if stopped(entry, paused) else "left_queued"
    return _STANDING.get(entry.state, "done")


_STANDING = {
    EntryState.UNCERTAIN: "uncertain",
    EntryState.SENDING: "uncertain",
    EntryState.HELD: "held",
    EntryState.REFUSED: "refused",
}
