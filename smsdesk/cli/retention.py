"""The verb ``retention``: how much personal data is older than some days, and its removal."""

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING

from smsdesk.cli.session import Verbs, in_session, show, tell
from smsdesk.words import number, say

if TYPE_CHECKING:
    from smsdesk.desk.desk import Desk

_TOLD_EVERY = 10_000
"""SMS between two words on how far it is."""


def add(verbs: "Verbs[argparse.ArgumentParser]") -> None:
    """Adds the verb to the command line."""
    parser = verbs.add_parser(
        "retention",
        help=say("cli.retention"),
        description=say("cli.retention.about"),
        epilog=say("cli.exit_codes"),
    )
    parser.add_argument(
        "--older-than", type=int, required=True, metavar="DAYS", help=say("cli.retention.days")
    )
    parser.add_argument("--anonymise", action="store_true", help=say("cli.retention.anonymise"))
    parser.add_argument("--yes", action="store_true", help=say("cli.retention.yes"))
    parser.set_defaults(run=run_retention)


def run_retention(arguments: argparse.Namespace) -> int:
    """``smsdesk retention``: figures alone, or with ``--yes`` the removal."""

    async def done(desk: "Desk") -> int:
        days, told = arguments.older_than, 0

        def progress(gone: int) -> None:
            nonlocal told
            if gone - told >= _TOLD_EVERY:
                told = gone
                tell(say("cli.retention.gone", gone, count=number(gone)))

        before = desk.retention.before(days)
        found = await desk.retention.figures(before)
        if arguments.yes:
            await desk.retention.forget(days, before, found, anonymise=arguments.anonymise, told=progress)
        show(
            {"older_than": days, "removed": arguments.yes, "anonymised": arguments.anonymise, **asdict(found)}
        )
        tell(say("cli.retention.done" if arguments.yes else "cli.retention.shown"))
        return 0

    return in_session(arguments, done)
