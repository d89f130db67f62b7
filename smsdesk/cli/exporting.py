"""The verb ``export``: a table into a file, or all reports as lines of JSON for other systems."""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from smsdesk.cli.reports import ROUND, add_look, change_json, job_named, keys_of, show_line
from smsdesk.cli.session import Verbs, account_of, add_account, in_session, show, tell
from smsdesk.core.blackouts import parse_instant
from smsdesk.core.errors import UsageError
from smsdesk.words import say

if TYPE_CHECKING:
    from smsdesk.desk.desk import Desk
    from smsdesk.desk.exports import Sheet

SHEETS: "dict[str, Sheet]" = {
    "jobs": "jobs",
    "recipients": "recipients",
    "person": "person",
    "outbox": "outbox",
    "campaigns": "campaigns",
    "do-not-contact": "do_not_contact",
}
_FORMS = (".csv", ".xlsx", "")
_MOST = 1_000
"""Changes that are read together."""


def add(verbs: "Verbs[argparse.ArgumentParser]") -> None:
    """Adds the verb to the command line."""
    parser = verbs.add_parser(
        "export",
        help=say("cli.export"),
        description=say("cli.export.about"),
        epilog=say("cli.export.keys"),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("table", nargs="?", choices=SHEETS, metavar="TABLE", help=say("cli.export.table"))
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help=say("cli.export.file"))
    parser.add_argument("--job", metavar="ID", help=say("cli.export.job"))
    parser.add_argument("--number", metavar="NUMBER", help=say("cli.export.number"))
    add_look(parser)
    parser.add_argument("--reports", action="store_true", help=say("cli.export.reports"))
    parser.add_argument("--since", metavar="CURSOR", default="0", help=say("cli.export.since"))
    parser.add_argument("--follow", action="store_true", help=say("cli.export.follow"))
    add_account(parser)
    parser.set_defaults(run=run_export)


def run_export(arguments: argparse.Namespace) -> int:
    """``smsdesk export TABLE FILE`` or ``smsdesk export --reports``."""
    if arguments.reports == (arguments.table is not None) or (arguments.table and arguments.file is None):
        raise UsageError(reason="export_what")
    if arguments.file and arguments.file.suffix.lower() not in _FORMS:
        raise UsageError(reason="export_form", value=arguments.file.name)
    return in_session(arguments, lambda desk: (_feed if arguments.reports else _table)(desk, arguments))


async def _table(desk: "Desk", arguments: argparse.Namespace) -> int:
    sheet = SHEETS[arguments.table]
    keys = await _keys(desk, sheet, arguments)
    count = await desk.exports.write(arguments.file, sheet, keys)
    tell(say("cli.export.written", count, file=arguments.file.name))
    show({"table": arguments.table, "file": str(arguments.file), "rows": count})
    return 0


async def _keys(desk: "Desk", sheet: "Sheet", arguments: argparse.Namespace) -> Sequence[Any]:
    match sheet:
        case "jobs":
            return await keys_of(desk, arguments)
        case "outbox":
            return [entry.id for entry in await desk.outbox.entries()]
        case "campaigns":
            return [line.id for line in await desk.campaigns.lines()]
        case "do_not_contact":
            return await desk.do_not_contact.find(arguments.words)
        case "recipients":
            return await _recipients(desk, arguments.job)
        case "person":
            return await _messages(desk, arguments.number)


async def _recipients(desk: "Desk", job: str | None) -> Sequence[int]:
    if job is None:
        raise UsageError(reason="export_job")
    line = await job_named(desk, job)
    if line is None:
        raise UsageError(reason="no_job", value=job)
    return [row.id for row in await desk.jobs.recipients(line.key)]


async def _messages(desk: "Desk", number: str | None) -> Sequence[int]:
    if number is None:
        raise UsageError(reason="export_number")
    people = (await desk.support.find(number)).lines
    if len(people) != 1:
        raise UsageError(reason="several_numbers" if people else "no_one_number")
    return (await desk.support.person(people[0].dst)).messages


async def _feed(desk: "Desk", arguments: argparse.Namespace) -> int:
    """Each change once, in the order in which it was written; what was told already is left out."""
    asks = bool(await account_of(arguments, desk))
    cursor = await _cursor(desk, arguments.since)
    while True:
        if asks:
            await desk.jobs.ask_due()
        while changes := await desk.reports.changes(cursor, most=_MOST):
            for change in changes:
                show_line(change_json(change))
            cursor = changes[-1].cursor
        if not arguments.follow:
            tell(say("cli.export.cursor", cursor=str(cursor)))
            return 0
        await desk.context.sleep(ROUND.total_seconds())


async def _cursor(desk: "Desk", since: str) -> int:
    """A cursor, or that of an instant. One that is ahead of this workspace begins anew: no change is lost."""
    if since.isascii() and since.isdigit():
        return 0 if int(since) > await desk.reports.cursor() else int(since)
    try:
        return await desk.reports.cursor(parse_instant(since))
    except ValueError:
        raise UsageError(reason="option_value", value="--since") from None
