"""The verbs that send: ``send`` and ``resume``."""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from smsdesk.cli.session import (
    Verbs,
    account_of,
    add_account,
    check_json,
    default_workspace,
    in_session,
    needed_account,
    problem_json,
    show,
    tell,
)
from smsdesk.cli.tables import add_import, imported
from smsdesk.core.campaign import Campaign, LeftOut, Message
from smsdesk.core.errors import ServiceError, UsageError
from smsdesk.core.figures import Review
from smsdesk.core.importing import Imported
from smsdesk.core.options import Options, with_option
from smsdesk.core.outbox import NOT_LEFT, Entry, EntryId, EntryState
from smsdesk.desk.importing import not_to_contact, own_zone
from smsdesk.words import error_words, number, say

if TYPE_CHECKING:
    from smsdesk.desk.desk import Desk

FAILED, BAD_INPUT, UNKNOWN = 1, 2, 3
TRIES = 3
"""POSTs that failed with certainty before the terminal leaves an entry for ``resume``."""


def add(verbs: "Verbs[argparse.ArgumentParser]") -> None:
    """Adds the verbs to the command line."""
    send = verbs.add_parser("send", help=say("cli.send"))
    what = send.add_mutually_exclusive_group(required=True)
    what.add_argument("--to", type=Path, metavar="FILE", help=say("cli.file"))
    what.add_argument("--campaign", type=Path, metavar="FILE", help=say("cli.campaign_file"))
    send.add_argument("--text", help=say("cli.text"))
    add_import(send)
    send.add_argument("--option", action="append", default=[], metavar="NAME=VALUE", help=say("cli.option"))
    send.add_argument(
        "--blackout", action="append", default=[], metavar="START/END", help=say("cli.blackout")
    )
    send.add_argument("--at", metavar="TIME", help=say("cli.at"))
    send.add_argument("--name", default="", help=say("cli.name"))
    send.add_argument("--use-doubtful", action="store_true", help=say("cli.use_doubtful"))
    send.add_argument("--strict", action="store_true", help=say("cli.strict"))
    send.add_argument("--dry-run", action="store_true", help=say("cli.dry_run"))
    send.add_argument("--wait", action="store_true", help=say("cli.wait"))
    add_account(send)
    send.set_defaults(run=run_send)
    resume = verbs.add_parser("resume", help=say("cli.resume"))
    resume.add_argument(
        "--again", action="append", default=[], type=int, metavar="ENTRY", help=say("cli.again")
    )
    resume.add_argument("--wait", action="store_true", help=say("cli.wait"))
    add_account(resume)
    resume.set_defaults(run=run_resume)


def options_of(arguments: argparse.Namespace, options: Options) -> Options:
    """The job's options with what the command line sets. Raises UsageError."""
    pairs = [*arguments.option, *(f"blackoutPeriods={text}" for text in arguments.blackout)]
    if arguments.at:
        pairs.append(f"jobPeriod={arguments.at}")
    for pair in pairs:
        name, sign, value = pair.partition("=")
        try:
            options = with_option(options, name, value)
        except KeyError:
            raise UsageError(reason="option_name", value=name) from None
        except ValueError:
            raise UsageError(reason="option_value", value=name if sign else pair) from None
    return options


def run_send(arguments: argparse.Namespace) -> int:
    """``smsdesk send``: import, check, plan, queue, send; or a campaign from a file, without an import."""
    if arguments.campaign is not None:
        return in_session(arguments, lambda desk: _send_file(arguments, desk))
    if arguments.text is None:
        raise UsageError(reason="no_text")
    return _send_table(arguments)


def _send_table(arguments: argparse.Namespace) -> int:
    from smsdesk.desk.campaigns import new_id

    refused = not_to_contact(arguments.workspace or default_workspace())
    table = imported(arguments, arguments.to, refused)
    options = options_of(arguments, Options())
    rows = table.recipients
    if arguments.use_doubtful:
        from smsdesk.core.recipients import Added, patched

        rows = patched(rows, Added(table.doubtful))
    counts = table.counts
    held = 0 if arguments.use_doubtful else counts.doubtful
    left = LeftOut(held, counts.invalid, counts.duplicates, counts.do_not_contact, counts.blank)
    name = arguments.name or arguments.to.stem
    campaign = Campaign(new_id(), name, "", (Message(arguments.text, rows),), options, arguments.region, left)
    bad = counts.invalid + counts.doubtful + counts.duplicates
    if arguments.strict and bad:
        show(_result(campaign, table, (), None))
        tell(say("cli.strict.stopped", bad))
        return BAD_INPUT
    return in_session(arguments, lambda desk: _send(arguments, desk, campaign, table))


async def _send_file(arguments: argparse.Namespace, desk: "Desk") -> int:
    """A campaign from a file, its account apart; the options of the command line go before its own."""
    from dataclasses import replace

    from smsdesk.desk.campaign_files import read_file

    campaign = await read_file(desk.context, arguments.campaign)
    options = options_of(arguments, campaign.options)
    campaign = replace(campaign, name=arguments.name or campaign.name, options=options)
    return await _send(arguments, desk, campaign, None)


async def _send(
    arguments: argparse.Namespace, desk: "Desk", campaign: Campaign, table: Imported | None
) -> int:
    from dataclasses import replace

    if arguments.dry_run:
        account = await account_of(arguments, desk) or ""
    else:
        account = await needed_account(arguments, desk)
    campaign = replace(campaign, account=account)
    opened = await desk.campaigns.adopt(campaign) if not arguments.dry_run else None
    checked = opened.review if opened else await _review(desk, campaign)
    if checked is None or not checked.sendable:
        show(_result(campaign, table, (), checked))
        tell(say("cli.not_sendable"))
        return BAD_INPUT
    if arguments.dry_run:
        from smsdesk.desk.do_not_contact import concerned
        from smsdesk.desk.sending import prepare

        marks = ["0" * 12] * checked.totals.jobs
        listed = await concerned(desk.context, campaign)
        made = prepare(campaign, checked.effective, marks, listed)
        requests = [json.loads(ready.body) for ready in made]
        show({**_result(campaign, table, (), checked), "requests": requests})
        return 0
    entries = await desk.outbox.queue(campaign)
    tell(say("cli.queued", checked.totals.sms, jobs=number(len(entries))))
    error = await desk.outbox.drain(account, TRIES)
    code, mine = await _settled(desk, account, entries, error)
    result = _result(campaign, table, mine, checked)
    if arguments.wait and code == 0:
        await desk.wait_final(campaign.id, _told)
        result["outcomes"] = await outcomes(desk, mine)
    show(result)
    return code


async def _review(desk: "Desk", campaign: Campaign) -> Review:
    from dataclasses import replace

    from smsdesk.core.checks import review
    from smsdesk.desk.do_not_contact import concerned

    listed = await concerned(desk.context, campaign)
    checked = review(campaign, desk.now(), [campaign.account], listed, sender_zone=own_zone())
    without_account = tuple(p for p in checked.problems if p.where.field != "account")
    return replace(checked, problems=without_account)


async def _settled(
    desk: "Desk", account: str, ids: tuple[EntryId, ...], error: ServiceError | None
) -> tuple[int, tuple[Entry, ...]]:
    """Looks uncertain entries up, says what is left to say, and gives the exit code."""
    if any(e.state is EntryState.UNCERTAIN for e in await desk.outbox.entries() if e.id in ids):
        await desk.outbox.look_up(account)
    mine = tuple(sorted((e for e in await desk.outbox.entries() if e.id in ids), key=lambda e: e.id))
    states = {entry.state for entry in mine}
    if error is not None and states != {EntryState.ACCEPTED}:
        tell(" ".join(error_words(error)).strip())
    if EntryState.UNCERTAIN in states or EntryState.SENDING in states:
        tell(say("cli.uncertain", sum(e.state is EntryState.UNCERTAIN for e in mine)))
        return UNKNOWN, mine
    if states & NOT_LEFT:
        tell(say("cli.left_queued", sum(e.state in NOT_LEFT for e in mine)))
        return FAILED, mine
    return (0 if states <= {EntryState.ACCEPTED, EntryState.CANCELLED} else FAILED), mine


def _told(waiting: int) -> None:
    tell(say("cli.waiting", waiting) if waiting else say("cli.all_final"))


async def outcomes(desk: "Desk", entries: tuple[Entry, ...]) -> dict[str, int]:
    """How many SMS of these entries have each outcome."""
    total: dict[str, int] = {}
    job_ids = {entry.job_id for entry in entries}
    for line in await desk.jobs.lines():
        if line.job_id in job_ids:
            for row in await desk.jobs.recipients(line.key):
                total[row.outcome] = total.get(row.outcome, 0) + 1
    return total


def _result(
    campaign: Campaign, table: Imported | None, entries: tuple[Entry, ...], checked: Review | None
) -> dict[str, Any]:
    """What became of a send; the counts are those of the import, if there was one."""
    result: dict[str, Any] = {
        "campaign": campaign.id,
        "name": campaign.name,
        "sms": checked.totals.sms if checked else campaign.sms_count,
        **(_import_json(table) if table is not None else {}),
        "jobs": [entry_json(entry) for entry in entries],
    }
    if checked is not None:
        result["checks"] = [check_json(problem) for problem in checked.problems]
        result["parts"] = checked.totals.parts
    return result


def _import_json(table: Imported) -> dict[str, Any]:
    return {
        "rows": table.counts.rows,
        "valid": table.counts.valid,
        "doubtful": table.counts.doubtful,
        "invalid": table.counts.invalid,
        "duplicates": table.counts.duplicates,
        "do_not_contact": table.counts.do_not_contact,
        "blank": table.counts.blank,
        "problems": [problem_json(problem) for problem in table.problems],
    }


def entry_json(entry: Entry) -> dict[str, Any]:
    """An outbox entry as the terminal shows it."""
    return {
        "entry": entry.id,
        "campaign": entry.campaign,
        "job": f"{entry.number}/{entry.of}",
        "state": entry.state.value,
        "jobId": entry.job_id,
        "sms": entry.sms_count,
        "reason": entry.reason,
    }


def run_resume(arguments: argparse.Namespace) -> int:
    """``smsdesk resume``: drains what an interrupted send left, and settles what is uncertain."""
    return in_session(arguments, lambda desk: _resume(arguments, desk))


async def _resume(arguments: argparse.Namespace, desk: "Desk") -> int:
    only = await account_of(arguments, desk)
    before = await desk.outbox.entries()
    open_states = NOT_LEFT | {EntryState.SENDING, EntryState.UNCERTAIN}
    for entry in before:
        if entry.id in arguments.again and entry.state is EntryState.UNCERTAIN:
            await desk.outbox.send_again(entry.id)
    unfinished = [e for e in before if e.state in open_states and only in (None, e.account)]
    worst = 0
    touched: list[Entry] = []
    for account in dict.fromkeys(entry.account for entry in reversed(unfinished)):
        ids = tuple(e.id for e in unfinished if e.account == account)
        error = await desk.outbox.drain(account, max(e.tries for e in unfinished) + TRIES)
        code, mine = await _settled(desk, account, ids, error)
        worst = max(worst, code)
        touched += mine
    if arguments.wait and worst == 0:
        for campaign in dict.fromkeys(entry.campaign_id for entry in touched):
            await desk.wait_final(campaign, _told)
    show({"jobs": [entry_json(entry) for entry in touched]})
    return worst
