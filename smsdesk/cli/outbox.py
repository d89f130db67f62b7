"""The verbs ``outbox``, which shows entries and takes a person's word about them, and ``resume``."""

import argparse
import sys
from collections.abc import Awaitable, Callable, Collection
from datetime import datetime
from typing import TYPE_CHECKING

from smsdesk.cli.entries import (
    MOST,
    entry_json,
    exchange_json,
    lines,
    listed,
    open_json,
    scene_of,
    step_json,
    told_error,
)
from smsdesk.cli.finishing import FAILED, finished
from smsdesk.cli.session import Verbs, account_of, add_account, in_session, show, tell
from smsdesk.core.blackouts import parse_instant
from smsdesk.core.errors import SmsDeskError, UsageError, WorkspaceError
from smsdesk.core.outbox import EVERY, FINAL, NOT_LEFT, Entry, EntryId, EntryState
from smsdesk.words import say
from smsdesk.words.entries import entry_name, why

if TYPE_CHECKING:
    from smsdesk.desk.desk import Desk

_CANCELLABLE = NOT_LEFT | {EntryState.REFUSED}
"""What is uncertain is let be with ``resume --leave``, where that is said."""


def add(verbs: "Verbs[argparse.ArgumentParser]") -> None:
    """Adds the verbs to the command line."""
    outbox = verbs.add_parser("outbox", help=say("cli.outbox"), epilog=say("cli.exit_codes"))
    outbox.add_argument("--json", action="store_true", help=say("cli.outbox.json"))
    outbox.add_argument("--open", action="store_true", help=say("cli.outbox.open"))
    outbox.add_argument("--at", metavar="TIME", help=say("cli.outbox.at"))
    acts = outbox.add_mutually_exclusive_group()
    for name in ("steps", "tries"):
        acts.add_argument(f"--{name}", type=int, metavar="ENTRY", help=say(f"cli.outbox.{name}"))
    for name in ("cancel", "send-now", "retry", "hold"):
        words = say(f"cli.outbox.{name.replace('-', '_')}")
        acts.add_argument(f"--{name}", type=int, nargs="+", metavar="ENTRY", help=words)
    acts.add_argument("--withdraw", type=int, metavar="ENTRY", help=say("cli.outbox.withdraw"))
    acts.add_argument("--release", metavar="ACCOUNT", help=say("cli.outbox.release"))
    for name in ("pause", "go-on"):
        words = say(f"cli.outbox.{name.replace('-', '_')}")
        acts.add_argument(f"--{name}", nargs="?", const=EVERY, metavar="ACCOUNT", help=words)
    outbox.set_defaults(run=run_outbox)
    resume = verbs.add_parser("resume", help=say("cli.resume"), epilog=say("cli.exit_codes"))
    for name in ("again", "leave"):
        resume.add_argument(
            f"--{name}", action="append", default=[], type=int, metavar="ENTRY", help=say(f"cli.{name}")
        )
    resume.add_argument("--wait", action="store_true", help=say("cli.wait"))
    add_account(resume)
    resume.set_defaults(run=run_resume)


# --- outbox


def run_outbox(arguments: argparse.Namespace) -> int:
    """``smsdesk outbox``: without a word about an entry or an account it lists the entries."""
    if arguments.at is not None and arguments.hold is None:
        raise UsageError(reason="at_without_hold")
    return in_session(arguments, lambda desk: _act(desk, arguments))


async def _act(desk: "Desk", arguments: argparse.Namespace) -> int:
    try:
        # What a program that ended left as it was, and what time has brought, is seen as it is.
        await desk.outbox.tend(sends=False)
    except WorkspaceError as error:
        tell(told_error(error))
    for name, verb in _ON_ENTRIES.items():
        if (given := getattr(arguments, name)) is not None:
            chosen = await _known(desk, given if isinstance(given, list) else [given])
            return await verb(desk, chosen, arguments)
    for name, rule in _ON_ACCOUNTS.items():
        if (account := getattr(arguments, name)) is not None:
            if account != EVERY:
                await desk.accounts.named(account)
            return await rule(desk, account)
    return await _list(desk, arguments)


async def _list(desk: "Desk", arguments: argparse.Namespace) -> int:
    found = (await desk.outbox.look(0)).open if arguments.open else await desk.outbox.entries()
    now, paused = desk.now(), desk.outbox.pauses
    if arguments.json or not sys.stdout.isatty():
        show(
            {
                "paused": EVERY in paused,
                "paused_accounts": sorted(paused - {EVERY}),
                "entries": [open_json(entry, now, paused) for entry in found],
            }
        )
    if not arguments.json:
        for line in lines(found, now, paused) if found else [say("cli.outbox.empty")]:
            tell(line)
    return 0


async def _known(desk: "Desk", ids: Collection[int]) -> tuple[Entry, ...]:
    """The entries of these numbers. Raises UsageError for one that is none's."""
    found = await desk.outbox.these([EntryId(n) for n in ids])
    for wanted in ids:
        if wanted not in {entry.id for entry in found}:
            raise UsageError(reason="no_entry", value=wanted)
    return found


# --- a word about entries


async def _steps(desk: "Desk", chosen: tuple[Entry, ...], _: argparse.Namespace) -> int:
    (entry,) = chosen
    steps = [step_json(step) for step in await desk.outbox.steps(entry.id)]
    show({**open_json(entry, desk.now(), desk.outbox.pauses), "steps": steps})
    return 0


async def _tries(desk: "Desk", chosen: tuple[Entry, ...], _: argparse.Namespace) -> int:
    (entry,) = chosen
    show([exchange_json(one) for one in await desk.outbox.exchanges(entry.id)])
    return 0


async def _cancel(desk: "Desk", chosen: tuple[Entry, ...], _: argparse.Namespace) -> int:
    able = [entry.id for entry in chosen if entry.state in _CANCELLABLE]
    return await _shown(desk, chosen, await desk.outbox.cancel(able), "cli.outbox.not_cancelled")


async def _hold(desk: "Desk", chosen: tuple[Entry, ...], arguments: argparse.Namespace) -> int:
    ids = [entry.id for entry in chosen]
    if arguments.at is None:
        await desk.outbox.hold(ids)
    else:
        await desk.outbox.missed(ids, _instant(arguments.at))
    held = [entry.id for entry in await desk.outbox.these(ids) if entry.state is EntryState.HELD]
    return await _shown(desk, chosen, held, "cli.outbox.not_held")


def _instant(text: str) -> datetime:
    try:
        return parse_instant(text)
    except ValueError:
        raise UsageError(reason="option_value", value="--at") from None


async def _withdraw(desk: "Desk", chosen: tuple[Entry, ...], _: argparse.Namespace) -> int:
    (entry,) = chosen
    draft = await desk.outbox.withdraw(entry.campaign_id)
    if draft is None:
        tell(say("cli.outbox.all_left"))
        return FAILED
    show({"campaign": draft.id, "name": draft.name, "sms": draft.sms_count})
    return 0


async def _send_now(desk: "Desk", chosen: tuple[Entry, ...], _: argparse.Namespace) -> int:
    return await _sent(desk, chosen, await desk.outbox.send_now([entry.id for entry in chosen]))


async def _retry(desk: "Desk", chosen: tuple[Entry, ...], _: argparse.Namespace) -> int:
    refused = [entry.id for entry in chosen if entry.state is EntryState.REFUSED]
    for entry in refused:
        await desk.outbox.retry(entry)
    return await _sent(desk, chosen, refused)


async def _sent(desk: "Desk", chosen: tuple[Entry, ...], going: Collection[EntryId]) -> int:
    """Sends entries that were let go, as ``resume`` does."""
    code, _ = await finished(desk, going)
    return max(code, await _shown(desk, chosen, going, "cli.outbox.not_sent"))


async def _shown(desk: "Desk", chosen: tuple[Entry, ...], done: Collection[EntryId], otherwise: str) -> int:
    """The entries as they stand now; where something could not be done with some, that is said."""
    show({"jobs": [entry_json(entry) for entry in await desk.outbox.these([e.id for e in chosen])]})
    rest = [entry for entry in chosen if entry.id not in done]
    if rest:
        tell(say(otherwise, len(rest), **listed(rest)))
    return FAILED if rest else 0


_ON_ENTRIES: dict[str, "Callable[[Desk, tuple[Entry, ...], argparse.Namespace], Awaitable[int]]"] = {
    "steps": _steps,
    "tries": _tries,
    "cancel": _cancel,
    "send_now": _send_now,
    "retry": _retry,
    "hold": _hold,
    "withdraw": _withdraw,
}


# --- a word about accounts


async def _release(desk: "Desk", account: str) -> int:
    desk.passwords.named(account)
    released = await desk.outbox.release(account)
    return await _sent(desk, await desk.outbox.these(released), released)


async def _pause(desk: "Desk", account: str) -> int:
    await desk.outbox.pause(account or None)
    return await _list(desk, _OPEN_ONES)


async def _go_on(desk: "Desk", account: str) -> int:
    await desk.outbox.resume(account or None)
    return await _list(desk, _OPEN_ONES)


_OPEN_ONES = argparse.Namespace(json=True, open=True)
"""How an act on accounts shows what it came to."""
_ON_ACCOUNTS: dict[str, "Callable[[Desk, str], Awaitable[int]]"] = {
    "release": _release,
    "pause": _pause,
    "go_on": _go_on,
}


# --- resume


def run_resume(arguments: argparse.Namespace) -> int:
    """``smsdesk resume``: drains what an interrupted send left, and settles what is uncertain."""
    return in_session(arguments, lambda desk: _resume(arguments, desk))


async def _resume(arguments: argparse.Namespace, desk: "Desk") -> int:
    only = await account_of(arguments, desk)
    asked = await _known(desk, [*arguments.again, *arguments.leave])
    open_ones = [entry for entry in (await desk.outbox.look(0)).open if entry.state not in FINAL]
    mine = {entry.id for entry in open_ones if only in (None, entry.account)} | {entry.id for entry in asked}
    await _decide(desk, asked, arguments.again, arguments.leave)
    code, touched = await finished(desk, mine)
    for entry in [entry for entry in touched if entry.state is EntryState.UNCERTAIN][:MOST]:
        why_so = why(entry, scene_of(desk.now(), desk.outbox.pauses))
        tell(say("cli.uncertain.entry", entry=entry.id, name=entry_name(entry), why=why_so))
    if arguments.wait and code == 0:
        for campaign in dict.fromkeys(entry.campaign_id for entry in touched):
            await desk.wait_final(campaign, told_waiting)
    show({"jobs": [entry_json(entry) for entry in touched]})
    return code


async def _decide(
    desk: "Desk", asked: tuple[Entry, ...], again: Collection[int], leave: Collection[int]
) -> None:
    """A person's word about uncertain entries. Who is to be sent again is looked for once more before.

    An entry that is settled by now is left alone, and that is said.
    """
    for account in {entry.account for entry in asked if entry.id in again}:
        try:
            await desk.outbox.look_up(account)
        except SmsDeskError as error:
            tell(told_error(error))
    for entry in await desk.outbox.these([entry.id for entry in asked]):
        if entry.state is not EntryState.UNCERTAIN:
            state = say(f"entry.{entry.state.value}")
            tell(say("cli.settled", entry=entry.id, state=state))
        elif entry.id in leave:
            await desk.outbox.leave(entry.id)
        else:
            await desk.outbox.send_again(entry.id)


def told_waiting(waiting: int) -> None:
    """Says how many recipients are not final."""
    tell(say("cli.waiting", waiting) if waiting else say("cli.all_final"))
