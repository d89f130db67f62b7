"""The verb ``acts``: the log of who did what when, on standard output or into a file."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from smsdesk.cli.session import Verbs, in_session, show, tell
from smsdesk.core.acts import act_json
from smsdesk.desk.acts import act_words
from smsdesk.words import say

if TYPE_CHECKING:
    from smsdesk.desk.desk import Desk


def add(verbs: "Verbs[argparse.ArgumentParser]") -> None:
    """Adds the verb to the command line."""
    parser = verbs.add_parser("acts", help=say("cli.acts"), description=say("cli.acts.about"))
    parser.add_argument("--out", type=Path, metavar="FILE", help=say("cli.acts.out"))
    parser.set_defaults(run=run_acts)


def run_acts(arguments: argparse.Namespace) -> int:
    """``smsdesk acts``: every act, the oldest first."""

    async def shown(desk: "Desk") -> int:
        if arguments.out is not None:
            tell(say("cli.acts.written", await desk.acts.export(arguments.out), file=arguments.out.name))
            return 0
        show([act_json(act, act_words(act)) for act in await desk.acts.every()])
        return 0

    return in_session(arguments, shown)
