"""The support desk: from a few digits to the person, to everything sent to them, to the answer."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from smsdesk.core.answering import SURE, Answer, Facts, Seen, among, answer, begun
from smsdesk.core.blackouts import Period
from smsdesk.core.campaign import Campaign
from smsdesk.core.errors import AccountError, NotFound, SmsDeskError, WorkspaceBroken
from smsdesk.core.explaining import NOTHING_KNOWN, Explained, Request, Standing, Wanted, explain
from smsdesk.core.networks import network_of
from smsdesk.core.numbers import Standing as NumberStanding
from smsdesk.core.numbers import as_shown, read_number, region_of
from smsdesk.core.outbox import LEFT, EntryState
from smsdesk.core.request import JobId
from smsdesk.core.rules import Rule
from smsdesk.core.status import Outcome
from smsdesk.core.zones import zones_of
from smsdesk.desk.accounts import Accounts
from smsdesk.desk.changes import Topic
from smsdesk.desk.context import Context
from smsdesk.desk.watching import Jobs

if TYPE_CHECKING:
    from smsdesk.store.background import Background
    from smsdesk.store.do_not_contact import Listed
    from smsdesk.store.finding import Found as Found  # noqa: PLC0414 (screens take it from here)
    from smsdesk.store.finding import Place as Place  # noqa: PLC0414 (likewise)
    from smsdesk.store.jobs import SmsLine

JOB_ID = re.compile(r"J\..{18,38}")
PAGE = 50
"""So many people are found at first."""
SOON = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a number.

    ``messages``: the ids of all that was sent there, the newest first, over campaigns and accounts.
    ``number``: E.164 where it is one. ``country`` (ISO 3166) and ``network`` (who gave the number out) are
    empty where they are not known. ``listed``: what stands about it on the do-not-contact list.
    """

    number: str
    name: str
    country: str
    network: str
    listed: "Listed | None"
    messages: tuple[int, ...]


def blank_message(key: int) -> "SmsLine":
    """A message of a person that is still to be read: it has no number yet."""
    from smsdesk.store.jobs import SmsLine

    return SmsLine(key, "", "", *(None,) * 9, 0, "", None, None, Outcome.WAITING.value)


@dataclass(frozen=True, slots=True)
class Asked:
    """What asking the service for a job id brought; ``error``: it could not be asked everywhere."""

    known: bool
    error: SmsDeskError | None = None


def e164_of(dst: str) -> str:
    """The number that a job writes to, as the do-not-contact list has it."""
    return read_number(dst, "ZZ").e164 or dst


def _place(number: str) -> tuple[str, str]:
    """Country and network; what else is asked of numbers is read too: so the window need not wait for it."""
    as_shown(number)
    zones_of(number)
    return region_of(number) or "", network_of(number)


def _facts(line: "SmsLine") -> Facts:
    return Facts(
        number=e164_of(line.dst),
        text=line.text,
        reference=line.reference,
        process_status=line.process_status,
        status=line.status,
        reason=line.reason,
        sms_id=line.sms_id,
        job_id=line.job_id,
        accepted_at=line.accepted_at,
        sent_at=line.sent_at,
        finished_at=line.finished_at,
        listed_at=line.listed_at,
        flagged=line.flagged,
    )


def _wanted(
    body: bytes, dst: str, reference: str | None, rules: Sequence[Rule], drawn: Sequence[Period]
) -> Wanted:
    """What a request says of the time of one of its SMS."""
    from smsdesk.api.wire import decode_job

    return Request(decode_job(body), rules, drawn).wanted(dst, reference)


class Support:
    """The verbs of the support desk; all but ``ask_service`` work without a network."""

    def __init__(self, context: Context, accounts: Accounts, jobs: Jobs) -> None:
        self._context = context
        self._accounts = accounts
        self._jobs = jobs

    async def find(self, text: str, after: "Place | None" = None, limit: int = PAGE) -> "Found":
        """People whom a number, name, reference, id or words lead to, each by the newest SMS of theirs.

        More of them come with ``after`` from what was found before.
        """
        from smsdesk.store import finding

        found = await self._context.read(finding.search, text, limit, after)
        if found.lines:
            await asyncio.to_thread(_place, found.lines[0].dst)
        return found

    async def person(self, dst: str) -> Person:
        """Everything about a number, as jobs write it."""
        from smsdesk.store import do_not_contact, person

        messages = await self._context.read(person.messages, dst)
        name = await self._context.read(person.name, dst)
        number = e164_of(dst)
        listed = await self._context.read(do_not_contact.listed, [number])
        country, network = await asyncio.to_thread(_place, number)
        return Person(number, name, country, network, next(iter(listed), None), messages)

    async def nobody(self, text: str) -> Person | None:
        """Somebody with this number, to whom no message is known; None where it is no mobile number."""
        from smsdesk.store import settings

        region = (await self._context.read(settings.get)).get("region", "") or "DE"
        number = read_number(text, region)
        return await self.person(number.e164) if number.standing is NumberStanding.VALID else None

    async def answer(self, line: "SmsLine", person: Person) -> Answer | None:
        """What to tell somebody who asks about one SMS; ``person`` is whom it went to. None: it is gone."""
        from smsdesk.store import states
        from smsdesk.store.background import GONE, background
        from smsdesk.store.person import later

        behind = await self._context.read(background, line.id)
        if behind is GONE:
            return None
        past = await self._context.read(states.states_of, line.id)
        mine, options = behind.entry, behind.campaign.options if behind.campaign else None
        facts = replace(
            _facts(line),
            asked=behind.asked,
            src=behind.sender or (options.src if options else None) or "",
            account=behind.account,
            centre=(urlsplit(behind.url).hostname or "") if behind.url else "",
            own=mine is not None,
            entry=mine.state if mine else None,
            left=mine is not None and mine.state is EntryState.CANCELLED and mine.reason == LEFT,
            closed_at=behind.closed_at,
            queued_at=behind.queued_at,
            posted_at=mine.posted_at if mine else None,
            known_at=behind.known_at,
            on_list_at=person.listed.added_at if person.listed else None,
            waits=await self._waits(line, behind),
            seen=tuple(
                Seen(one.at, one.process_status, one.status, one.reason, one.contradiction) for one in past
            ),
        )
        since = begun(facts)
        if since is None or answer(facts).again in SURE:
            return answer(facts)
        return answer(among(facts, await self._context.read(later, line, since)))

    async def _waits(self, line: "SmsLine", behind: "Background") -> Explained | None:
        """Why an SMS is not final yet, by the request that is kept; None for one that is."""
        standing = Standing(
            line.process_status,
            line.status,
            line.sent_at,
            line.accepted_at,
            behind.known_at,
            behind.due_at,
            behind.entry,
            behind.closed_at,
            behind.finished_at,
            behind.paused,
        )
        explained, campaign = explain(standing, self._context.now()), behind.campaign
        if explained is None or campaign is None or line.job_id is None:
            return explained
        wanted = await self._wanted(line, behind.sms_count, campaign)
        return explain(replace(standing, wanted=wanted), self._context.now())

    async def _wanted(self, line: "SmsLine", rows: int, campaign: Campaign) -> Wanted:
        from smsdesk.store import outbox

        try:
            body = await self._context.read(outbox.body_of_job, line.job_key)
        except WorkspaceBroken:
            return NOTHING_KNOWN
        whose = (line.dst, line.reference, campaign.rules, campaign.options.blackouts)
        return await self._context.compute(rows, _wanted, body, *whose)

    async def ask_service(self, job_id: str) -> Asked:
        """Asks every account's service for a job that the workspace does not know, and keeps it if found."""
        accounts = await self._accounts.every()
        error: SmsDeskError | None = None if accounts else AccountError(reason="none")
        for account in accounts:
            try:
                await self._fetched(account.name, JobId(job_id))
            except NotFound:
                continue
            except SmsDeskError as caught:
                error = caught
            else:
                self._context.changes.tell(Topic.JOBS)
                return Asked(known=True)
        return Asked(known=False, error=error)

    async def _fetched(self, account: str, job_id: JobId) -> None:
        from smsdesk.store import recording
        from smsdesk.store.background import job_of_another

        url, report, rows = await self._jobs.fetch(account, job_id)
        now = self._context.now()
        key = await self._context.write(job_of_another, account, job_id, now)
        await self._context.write(recording.record, key, url, report, rows, now, now + SOON)
