"""The verb ``open``: a campaign from a file that was exported, or a JSON request in the API's own form."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from smsdesk.cli.session import Verbs, check_json, in_session, show
from smsdesk.core.problem import Level
from smsdesk.words import say

if TYPE_CHECKING:
    from smsdesk.desk.desk import Desk

BAD_INPUT = 2


def add(verbs: "Verbs[argparse.ArgumentParser]") -> None:
    """Adds the verb to the command line."""
    parser = verbs.add_parser("open", help=say("cli.open"))
    parser.add_argument("file", type=Path, metavar="FILE", help=say("cli.request_file"))
    parser.set_defaults(run=run_open)


def run_open(arguments: argparse.Namespace) -> int:
    """Saves the campaign as a draft in the workspace and says what the checks found."""
    from smsdesk.desk.campaign_files import open_file

    async def opened(desk: "Desk") -> int:
        draft = await open_file(desk.context, desk.campaigns, arguments.file)
        campaign = draft.campaign
        checked = await draft.check_now()
        problems = [p for p in checked.problems if campaign.account or p.where.field != "account"]
        show(
            {
                "campaign": campaign.id,
                "name": campaign.name,
                "messages": [{"text": m.text, "recipients": len(m.recipients)} for m in campaign.messages],
                "people": checked.totals.people,
                "sms": checked.totals.sms,
                "parts": checked.totals.parts,
                "jobs": checked.totals.jobs,
                "checks": [check_json(problem) for problem in problems],
            }
        )
        return BAD_INPUT if any(p.level is Level.ERROR for p in problems) else 0

    return in_session(arguments, opened)
