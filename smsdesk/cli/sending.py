"""The verb ``send``."""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from smsdesk.cli.entries import entry_json
from smsdesk.cli.finishing import finished
from smsdesk.cli.outbox import told_waiting
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
from smsdesk.core.errors import UsageError
from smsdesk.core.figures import Review
from smsdesk.core.handing import Handing
from smsdesk.core.importing import Imported
from smsdesk.core.options import Options, with_option
from smsdesk.core.outbox import Entry
from smsdesk.desk.importing import not_to_contact, own_zone
from smsdesk.words import full_time, number, say

if TYPE_CHECKING:
    from smsdesk.desk.desk import Desk

BAD_INPUT = 2
_NOT_YET = -1


def add(verbs: "Verbs[argparse.ArgumentParser]") -> None:
    """Adds the verbs to the command line."""
    send = verbs.add_parser("send", help=say("cli.send"), epilog=say("cli.exit_codes"))
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
    send.add_argument("--key", metavar="NAME", help=say("cli.key"))
    send.add_argument("--use-doubtful", action="store_true", help=say("cli.use_doubtful"))
    send.add_argument("--strict", action="store_true", help=say("cli.strict"))
    send.add_argument("--dry-run", action="store_true", help=say("cli.dry_run"))
    send.add_argument("--wait", action="store_true", help=say("cli.wait"))
    add_account(send)
    send.set_defaults(run=run_send)


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
    if arguments.campaign is None and arguments.text is None:
        raise UsageError(reason="no_text")
    if arguments.key is not None and not arguments.key.strip():
        # An empty variable of a script: each of its sends would be taken for the first.
        raise UsageError(reason="no_key")
    if arguments.key is not None and not arguments.dry_run:
        # Whatever became of the file since: the key stands for what was sent with it.
        code = in_session(arguments, lambda desk: _first(arguments, desk))
        if code != _NOT_YET:
            return code
    if arguments.campaign is not None:
        return in_session(arguments, lambda desk: _send_file(arguments, desk))
    return _send_table(arguments)


async def _first(arguments: argparse.Namespace, desk: "Desk") -> int:
    """What became of the campaign that was sent with the key; ``_NOT_YET`` where there is none."""
    first = await desk.outbox.by_key(arguments.key)
    return await _answered(arguments, desk, first) if first else _NOT_YET


async def _answered(arguments: argparse.Namespace, desk: "Desk", first: tuple[Entry, ...]) -> int:
    """Answers a repeated key: what was sent with it goes on, nothing else is sent."""
    at = (await desk.outbox.steps(first[0].id))[0].at
    tell(say("cli.key.used", key=arguments.key, name=first[0].campaign, time=full_time(at)))
    code, mine = await finished(desk, [entry.id for entry in first])
    result = {
        "campaign": mine[0].campaign_id,
        "name": mine[0].campaign,
        "sms": sum(entry.sms_count for entry in mine),
        "jobs": [entry_json(entry) for entry in mine],
        "key": arguments.key,
        "repeated": True,
    }
    return await _shown(arguments, desk, code, result, mine)


async def _shown(
    arguments: argparse.Namespace, desk: "Desk", code: int, result: dict[str, Any], mine: tuple[Entry, ...]
) -> int:
    """Waits for the outcomes, if that is asked, and shows the result."""
    if arguments.wait and code == 0 and mine:
        await desk.wait_final(mine[0].campaign_id, told_waiting)
        result["outcomes"] = await outcomes(desk, mine)
    show(result)
    return code


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
    again = await desk.repeats.problems(campaign, checked.listed)
    checked = replace(checked, problems=(*checked.problems, *again))
    if arguments.dry_run:
        from smsdesk.desk.do_not_contact import concerned
        from smsdesk.desk.sending import prepare

        marks = ["0" * 12] * checked.totals.jobs
        listed = await concerned(desk.context, campaign)
        made = prepare(campaign, checked.effective, marks, listed)
        requests = [json.loads(ready.body) for ready in made]
        show({**_result(campaign, table, (), checked), "requests": requests})
        return 0
    entries = await desk.outbox.queue(campaign, Handing(key=arguments.key))
    queued = await desk.outbox.these(entries)
    if queued and queued[0].campaign_id != campaign.id:
        # Somebody else sent with this key a moment ago.
        await desk.campaigns.delete(campaign.id)
        return await _answered(arguments, desk, queued)
    tell(say("cli.queued", checked.totals.sms, jobs=number(len(entries))))
    code, mine = await finished(desk, entries)
    result = _result(campaign, table, mine, checked)
    if arguments.key is not None:
        result |= {"key": arguments.key, "repeated": False}
    return await _shown(arguments, desk, code, result, mine)


async def _review(desk: "Desk", campaign: Campaign) -> Review:
    from dataclasses import replace

    from smsdesk.core.checks import review
    from smsdesk.desk.do_not_contact import concerned

    listed = await concerned(desk.context, campaign)
    checked = review(campaign, desk.now(), [campaign.account], listed, sender_zone=own_zone())
    without_account = tuple(p for p in checked.problems if p.where.field != "account")
    return replace(checked, problems=without_account)


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
