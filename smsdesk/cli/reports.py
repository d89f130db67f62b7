"""The verbs that tell what became of messages: ``jobs``, ``job``, ``find`` and ``watch``."""

import argparse
import json
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, get_args

from smsdesk.cli.entries import told_error
from smsdesk.cli.session import Verbs, account_of, add_account, in_session, needed_account, show, tell
from smsdesk.core.blackouts import format_instant
from smsdesk.core.differing import from_text
from smsdesk.core.errors import NotFound, PasswordMissing, Refused, SmsDeskError, UsageError
from smsdesk.core.job_looks import JobKind, JobLook, JobSort
from smsdesk.core.request import JobId, RecipientReport
from smsdesk.core.status import meaning
from smsdesk.words import say, status_words
from smsdesk.words.waiting import wait_words

if TYPE_CHECKING:
    from smsdesk.core.explaining import Explained
    from smsdesk.desk.desk import Desk
    from smsdesk.desk.reports import Change, Waits
    from smsdesk.desk.watching import JobLine, SmsLine

FAILED = 1
PAGE = 50
ROUND = timedelta(seconds=0.25)
PATIENCE = timedelta(minutes=1)
"""How long a service may be out of reach."""


def add(verbs: "Verbs[argparse.ArgumentParser]") -> None:
    """Adds the verbs to the command line."""
    raw = argparse.RawDescriptionHelpFormatter
    jobs = verbs.add_parser(
        "jobs",
        help=say("cli.jobs"),
        description=say("cli.jobs.about"),
        epilog=say("cli.jobs.keys"),
        formatter_class=raw,
    )
    add_look(jobs)
    jobs.add_argument("--discover", action="store_true", help=say("cli.jobs.discover"))
    add_account(jobs)
    jobs.set_defaults(run=run_jobs)
    job = verbs.add_parser(
        "job",
        help=say("cli.job"),
        description=say("cli.job.about"),
        epilog=say("cli.job.keys"),
        formatter_class=raw,
    )
    job.add_argument("id", metavar="ID", help=say("cli.job_id"))
    job.add_argument("--states", action="store_true", help=say("cli.job.states"))
    job.add_argument("--raw", action="store_true", help=say("cli.job.raw"))
    add_account(job)
    job.set_defaults(run=run_job)
    find = verbs.add_parser(
        "find",
        help=say("cli.find"),
        description=say("cli.find.about"),
        epilog=say("cli.find.keys"),
        formatter_class=raw,
    )
    find.add_argument("text", metavar="TEXT", help=say("cli.find_text"))
    find.add_argument("--limit", type=_count, metavar="N", default=PAGE, help=say("cli.find.limit"))
    find.add_argument("--messages", action="store_true", help=say("cli.find.messages"))
    find.set_defaults(run=run_find)
    watch = verbs.add_parser(
        "watch", help=say("cli.watch"), description=say("cli.watch.about"), epilog=say("cli.exit_codes")
    )
    watch.add_argument("of", nargs="?", metavar="ID", help=say("cli.watch.id"))
    add_account(watch)
    watch.set_defaults(run=run_watch)


def _count(text: str) -> int:
    """How many, from the command line. Raises ArgumentTypeError."""
    if not (text.isascii() and text.isdigit()):
        raise argparse.ArgumentTypeError(say("cli.count_needed"))
    return int(text)


def add_look(parser: argparse.ArgumentParser) -> None:
    """The options that say which jobs, and in which order."""
    parser.add_argument("--kind", choices=get_args(JobKind), default="all", help=say("cli.look.kind"))
    parser.add_argument("--words", metavar="TEXT", default="", help=say("cli.look.words"))
    parser.add_argument("--of", metavar="NAME", help=say("cli.look.account"))
    sorts = get_args(JobSort)
    told = f"{say('cli.look.sort')}: {', '.join(sorts)}"
    parser.add_argument("--sort", choices=sorts, default="accepted_at", metavar="KEY", help=told)
    parser.add_argument("--ascending", action="store_true", help=say("cli.look.ascending"))
    parser.add_argument("--limit", type=_count, metavar="N", help=say("cli.look.limit"))


async def keys_of(desk: "Desk", arguments: argparse.Namespace) -> Sequence[int]:
    """The keys of the jobs that the command line asks for."""
    look = JobLook(arguments.kind, arguments.words, arguments.of, arguments.sort, not arguments.ascending)
    keys = await desk.reports.keys(look)
    return keys[: arguments.limit]


def run_jobs(arguments: argparse.Namespace) -> int:
    """``smsdesk jobs``: jobs of the workspace; with an account, what is due is asked first."""

    async def listed(desk: "Desk") -> int:
        account = await _asked_account(arguments, desk)
        if arguments.discover:
            name = account or await needed_account(arguments, desk)
            tell(say("cli.jobs.discovered", await desk.discovering.look(name), account=name))
        error = await _asked(desk) if account else None
        keys = await keys_of(desk, arguments)
        show([_line_json(line) for line in await desk.reports.lines(keys)])
        return _known_anyway(error)

    return in_session(arguments, listed)


def run_job(arguments: argparse.Namespace) -> int:
    """``smsdesk job ID``: one job with its recipients, from the workspace or from the service."""

    async def shown(desk: "Desk") -> int:
        account = await _asked_account(arguments, desk)
        error = await _asked(desk) if account else None
        line = await job_named(desk, arguments.id)
        if line is not None:
            show(await _job_json(desk, line, states=arguments.states, raw=arguments.raw))
            return _known_anyway(error)
        if not account:
            raise UsageError(reason="no_job", value=arguments.id)
        _, report, found = await desk.jobs.fetch(account, JobId(arguments.id))
        show({**plain(asdict(report)), "recipients": [_report_json(row) for row in found]})
        return 0

    return in_session(arguments, shown)


async def _asked_account(arguments: argparse.Namespace, desk: "Desk") -> str | None:
    """The account the command line names, None for none. Raises PasswordMissing."""
    account = await account_of(arguments, desk)
    if account:
        await desk.accounts.password(account)
    return account


async def _asked(desk: "Desk") -> SmsDeskError | None:
    """Asks for what is due; what went wrong. A job that is not visible yet is none."""
    error = (await desk.jobs.ask_due()).error
    return None if isinstance(error, NotFound) else error


def _known_anyway(error: SmsDeskError | None) -> int:
    """What was known is printed; why it is no newer is the last word."""
    if error is not None:
        raise error
    return 0


async def job_named(desk: "Desk", job_id: str) -> "JobLine | None":
    """The job of an id; None where the workspace does not know it."""
    lines = await desk.reports.lines(await desk.reports.keys(JobLook(words=job_id)))
    return next((line for line in lines if line.job_id == job_id), None)


def _line_json(line: "JobLine") -> dict[str, Any]:
    differs = [one._asdict() for one in from_text(line.asked_differs)]
    return {**plain(asdict(line)), "asked_differs": differs}


async def _job_json(desk: "Desk", line: "JobLine", *, states: bool, raw: bool) -> dict[str, Any]:
    rows = await desk.jobs.recipients(line.key)
    recipients = await _told(desk, rows)
    if states:
        for row, told in zip(rows, recipients, strict=True):
            told["states"] = [plain(asdict(one)) for one in await desk.reports.states(row.id)]
    result = {**_line_json(line), "recipients": recipients}
    if raw:
        result["request"] = _json_of(await desk.reports.request(line.key))
        result["answers"] = [
            {
                "kind": one.kind,
                "at": format_instant(one.at),
                "body": _json_of(await desk.reports.answer(one.id)),
            }
            for one in await desk.reports.answers(line.key)
        ]
    return result


async def _told(desk: "Desk", rows: "Sequence[SmsLine]") -> list[dict[str, Any]]:
    """SMS; those that are not final with why, and what is expected when."""
    counts = Counter(row.job_key for row in rows if not meaning(row.process_status, row.status).final)
    waits: dict[int, tuple[Waits, datetime | None]] = {}
    for row in rows:
        if row.job_key in counts and row.job_key not in waits:
            (line,) = await desk.reports.lines([row.job_key])
            waits[row.job_key] = await desk.reports.waits(row, counts[row.job_key]), line.asked_at
    told = []
    for row in rows:
        known = waits.get(row.job_key)
        explained = known[0].of(row, known[1], desk.now()) if known else None
        told.append(_sms_json(row) | (_wait_json(explained, desk.now()) if explained else {}))
    return told


def _wait_json(explained: "Explained", now: datetime) -> dict[str, Any]:
    """Why an SMS that is not final waits, and what is expected when."""
    return {
        "waits": wait_words(explained, None, now),
        "waits_code": explained.code,
        "expected_at": format_instant(explained.next_at) if explained.next_at else None,
        "overdue": explained.overdue,
    }


def _json_of(body: bytes) -> Any:
    """What went over the wire: as JSON where it is that, else as text; None for nothing."""
    try:
        return json.loads(body) if body else None
    except ValueError:
        return body.decode("utf-8", "replace")


def run_find(arguments: argparse.Namespace) -> int:
    """``smsdesk find TEXT``: people, each by the newest SMS the text leads to; or all their messages."""

    async def found(desk: "Desk") -> int:
        people = [row async for row in _people(desk, arguments.text, arguments.limit)]
        if arguments.messages:
            persons = [await desk.support.person(row.dst) for row in people]
            people = [row for one in persons for row in await desk.reports.sms(one.messages)]
        show(await _told(desk, people))
        if not people:
            tell(say("cli.find.nobody"))
        return 0

    return in_session(arguments, found)


async def _people(desk: "Desk", text: str, limit: int) -> "AsyncIterator[SmsLine]":
    """Page by page, as many as are asked for."""
    after, left = None, limit
    while left > 0:
        page = await desk.support.find(text, after)
        for row in page.lines[:left]:
            yield row
        left -= len(page.lines)
        after = page.after
        if after is None:
            return


def run_watch(arguments: argparse.Namespace) -> int:
    """``smsdesk watch [ID]``: each change as it comes, until nothing more can come."""

    async def watched(desk: "Desk") -> int:
        await account_of(arguments, desk)
        keys = await _askable(desk, await _watched(desk, arguments.of))
        cursor, heard_at = await desk.reports.cursor(), desk.now()
        while True:
            asked = await desk.jobs.ask_due()
            while changes := await desk.reports.changes(cursor, keys):
                for change in changes:
                    show_line(change_json(change))
                cursor = changes[-1].cursor
            if asked.answers:
                heard_at = desk.now()
            lines = await desk.reports.lines(keys)
            if all(_is_over(line) for line in lines):
                tell(say("cli.all_final"))
                return FAILED if any(line.failed for line in lines) else 0
            refused = isinstance(asked.error, Refused) and not isinstance(asked.error, NotFound)
            if asked.error and (refused or desk.now() - heard_at > PATIENCE):
                raise asked.error
            await desk.context.sleep(ROUND.total_seconds())

    return in_session(arguments, watched)


def _is_over(line: "JobLine") -> bool:
    """Nothing more can come."""
    return line.final or line.closed_at is not None


async def _askable(desk: "Desk", keys: Sequence[int]) -> Sequence[int]:
    """What can be asked for; of the rest it is said that no password is known, which is raised for all."""
    lines, missing = await desk.reports.lines(keys), dict[str, PasswordMissing]()
    accounts = {line.account for line in lines if not _is_over(line)}
    for account in accounts:
        try:
            await desk.accounts.password(account)
        except PasswordMissing as error:
            missing[account] = error
    for lacking in missing.values():
        if len(missing) == len(accounts):
            raise lacking
        tell(told_error(lacking))
    return [line.key for line in lines if line.account not in missing]


async def _watched(desk: "Desk", wanted: str | None) -> Sequence[int]:
    """The keys of what is to be watched: a job, a campaign by its id or name, else all that is open."""
    if wanted is None:
        return await desk.reports.keys(JobLook("open"))
    line = await job_named(desk, wanted)
    if line is not None:
        return [line.key]
    lines = await desk.reports.of_campaign(wanted)
    if not lines:
        named = {one.id for one in await desk.campaigns.lines() if one.sent and one.name == wanted}
        if len(named) > 1:
            raise UsageError(reason="campaigns_named_so", value=wanted)
        lines = tuple([line for one in named for line in await desk.reports.of_campaign(one)])
    if not lines:
        raise UsageError(reason="no_job_or_campaign", value=wanted)
    return [line.key for line in lines]


def change_json(change: "Change") -> dict[str, Any]:
    """A change as the feed of reports tells of it; these keys stay."""
    means = meaning(change.process_status, change.status)
    return {
        "cursor": str(change.cursor),
        "at": format_instant(change.at),
        "job": change.job_id,
        "campaign": change.campaign,
        "account": change.account,
        "sms": change.sms_id,
        "number": change.dst,
        "reference": change.reference,
        "processStatus": change.process_status,
        "status": change.status,
        "reason": change.reason,
        "outcome": means.outcome.value,
        "code": means.code,
        "final": means.final,
        "sent": format_instant(change.sent_at) if change.sent_at else None,
        "finished": format_instant(change.finished_at) if change.finished_at else None,
        "contradiction": change.contradiction,
    }


def show_line(result: dict[str, Any]) -> None:
    """One object on one line, at once."""
    print(json.dumps(result, ensure_ascii=False), flush=True)


def plain(values: dict[str, Any]) -> dict[str, Any]:
    """Times as ISO 8601, everything else as it is."""
    return {k: format_instant(v) if hasattr(v, "isoformat") else v for k, v in values.items()}


def _sms_json(row: "SmsLine") -> dict[str, Any]:
    words = status_words(row.process_status, row.status)
    return {**plain(row._asdict()), "happened": words.happened, "next": words.next}


def _report_json(row: RecipientReport) -> dict[str, Any]:
    words = status_words(row.process_status, row.status)
    outcome = meaning(row.process_status, row.status).outcome.value
    return {**plain(row._asdict()), "outcome": outcome, "happened": words.happened, "next": words.next}
