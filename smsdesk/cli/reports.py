"""The verbs that tell what became of messages: ``jobs``, ``job`` and ``find``."""

import argparse
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from smsdesk.cli.session import Verbs, account_of, add_account, in_session, show
from smsdesk.core.blackouts import format_instant
from smsdesk.core.errors import NotFound
from smsdesk.core.request import JobId, RecipientReport
from smsdesk.core.status import meaning
from smsdesk.words import say, status_words

if TYPE_CHECKING:
    from smsdesk.desk.desk import Desk
    from smsdesk.desk.watching import SmsLine


def add(verbs: "Verbs[argparse.ArgumentParser]") -> None:
    """Adds the verbs to the command line."""
    jobs = verbs.add_parser("jobs", help=say("cli.jobs"))
    add_account(jobs)
    jobs.set_defaults(run=run_jobs)
    job = verbs.add_parser("job", help=say("cli.job"))
    job.add_argument("id", metavar="ID", help=say("cli.job_id"))
    add_account(job)
    job.set_defaults(run=run_job)
    find = verbs.add_parser("find", help=say("cli.find"))
    find.add_argument("text", metavar="TEXT", help=say("cli.find_text"))
    find.set_defaults(run=run_find)


def run_jobs(arguments: argparse.Namespace) -> int:
    """``smsdesk jobs``: every job of the workspace; with an account, what is due is asked first."""

    async def listed(desk: "Desk") -> int:
        if await account_of(arguments, desk):
            asked = await desk.jobs.ask_due()
            if asked.error is not None:
                raise asked.error
        show([plain(asdict(line)) for line in await desk.jobs.lines()])
        return 0

    return in_session(arguments, listed)


def run_job(arguments: argparse.Namespace) -> int:
    """``smsdesk job ID``: one job with its recipients, from the workspace or from the service."""

    async def shown(desk: "Desk") -> int:
        account = await account_of(arguments, desk)
        if account:
            await desk.jobs.ask_due()
        lines = [line for line in await desk.jobs.lines() if line.job_id == arguments.id]
        if lines:
            rows = await desk.jobs.recipients(lines[0].key)
            show({**plain(asdict(lines[0])), "recipients": [_sms_json(row) for row in rows]})
            return 0
        if not account:
            raise NotFound(job=arguments.id)
        report, found = await desk.jobs.fetch(account, JobId(arguments.id))
        show({**plain(asdict(report)), "recipients": [_report_json(row) for row in found]})
        return 0

    return in_session(arguments, shown)


def run_find(arguments: argparse.Namespace) -> int:
    """``smsdesk find TEXT``: every SMS that the text leads to, newest first."""

    async def found(desk: "Desk") -> int:
        show([_sms_json(row) for row in await desk.jobs.find(arguments.text)])
        return 0

    return in_session(arguments, found)


def plain(values: dict[str, Any]) -> dict[str, Any]:
    """Times as ISO 8601, everything else as it is."""
    return {k: format_instant(v) if hasattr(v, "isoformat") else v for k, v in values.items()}


def _sms_json(row: "SmsLine") -> dict[str, Any]:
    words = status_words(row.process_status, row.status)
    return {**plain(asdict(row)), "happened": words.happened, "next": words.next}


def _report_json(row: RecipientReport) -> dict[str, Any]:
    words = status_words(row.process_status, row.status)
    outcome = meaning(row.process_status, row.status).outcome.value
    return {**plain(asdict(row)), "outcome": outcome, "happened": words.happened, "next": words.next}
