"""Rehearsals: a campaign's exact requests go to a sandbox of their own, whose clock is turned to the end.

No account, no outbox and no workspace takes part: nothing of it is in jobs or found by a search. What is
kept is the stamp alone.
"""

import asyncio
import json
import secrets
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

from smsdesk.core.account import Account
from smsdesk.core.campaign import Campaign, CampaignId
from smsdesk.core.checks import review
from smsdesk.core.effective import Effective, effective
from smsdesk.core.errors import InputError, TooManyRequests
from smsdesk.core.outbox import mark_of, marked_reference
from smsdesk.core.plan import JobColumns, JobRows, columns_of, planned_jobs
from smsdesk.core.rehearsal import Expected, Rehearsed, Stamp, Stamped, compared, digest_of
from smsdesk.core.request import JobId
from smsdesk.desk.accounts import Accounts
from smsdesk.desk.changes import Topic
from smsdesk.desk.context import Context
from smsdesk.desk.do_not_contact import concerned
from smsdesk.desk.importing import own_zone
from smsdesk.desk.sandbox import Sandbox, gone

if TYPE_CHECKING:
    from smsdesk.api.client import Client

_KEY = "rehearsal:"
_TURNS = 24
"""In so many turns of the clock the last SMS leaves; later ones are twice as long each time."""
_AFTER = timedelta(minutes=5)
_LONGEST = timedelta(days=80)
"""Beyond this a sandbox forgets its jobs, as the service does."""
_PAUSE = 1.0


@dataclass(frozen=True, slots=True)
class Stage:
    """How far a rehearsal is: ``post`` or ``ask`` with jobs done and in all, or ``turn`` with the time."""

    name: str
    done: int = 0
    of: int = 0
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """The jobs of a campaign: bytes with their marks, what is expected of each SMS, and the digest of all."""

    bodies: tuple[bytes, ...]
    expected: tuple[tuple[Expected, ...], ...]
    digest: str


def prepared(
    campaign: Campaign, now: datetime, zone: str, accounts: Collection[str], do_not_contact: Collection[str]
) -> Prepared:
    """Checks and plans as sending does. Raises InputError (reason ``not_sendable``)."""
    checked = review(campaign, now, accounts, do_not_contact, sender_zone=zone)
    if not checked.sendable:
        raise InputError(reason="not_sendable")
    jobs = planned_jobs(campaign, checked.effective, do_not_contact)
    columns = [columns_of(job.share) for job in jobs]
    expected = (_expected(checked.effective, job.rows, one) for job, one in zip(jobs, columns, strict=True))
    return Prepared(tuple(map(_marked, columns)), tuple(expected), digest_of(map(_plain, columns)))


def digest(campaign: Campaign, now: datetime, zone: str, do_not_contact: Collection[str]) -> str:
    """The digest of the requests that sending a campaign now would make."""
    jobs = planned_jobs(campaign, effective(campaign, now, zone), do_not_contact)
    return digest_of(_plain(columns_of(job.share)) for job in jobs)


def _plain(columns: JobColumns) -> bytes:
    from smsdesk.api.wire import encode_columns

    return encode_columns(columns, columns.options)


def _marked(columns: JobColumns) -> bytes:
    from smsdesk.api.wire import encode_columns

    mark = mark_of(secrets.randbelow(36**12))
    reference = marked_reference(columns.options.reference, mark)
    return encode_columns(columns, replace(columns.options, reference=reference))


def _expected(times: Effective, job: JobRows, columns: JobColumns) -> tuple[Expected, ...]:
    """Of each SMS, in the order of the request."""
    ways = [
        way for which, rows in zip(times.which, job.rows, strict=True) for way in which.gather(rows).to_list()
    ]
    instants = [way.arrives_at for way in times.ways]
    pairs = zip(columns.dst, columns.order, strict=True)
    return tuple(Expected(dst, instants[ways[at]]) for dst, at in pairs)


class Rehearsals:
    """Runs rehearsals and keeps their stamps. ``start`` starts a sandbox that nothing else uses."""

    def __init__(
        self,
        context: Context,
        accounts: Accounts,
        connect: "Callable[[Account, str], Client]",
        start: Callable[[], Awaitable[Sandbox]],
    ) -> None:
        self._context, self._accounts, self._connect, self._start = context, accounts, connect, start

    async def run(self, campaign: Campaign, told: Callable[[Stage], Any] = lambda _: None) -> Rehearsed:
        """Rehearses a campaign as it is; stamps a sound one. Raises InputError where it could not be sent."""
        context = self._context
        names = [account.name for account in await self._accounts.every()]
        listed, now = await concerned(context, campaign), context.now()
        of = (campaign, now, own_zone(), names, listed)
        told(Stage("plan"))
        made = await context.compute(campaign.sms_count, prepared, *of)
        try:
            found = await self._through(made, told)
        except OSError:
            raise gone() from None
        if found.sound:
            await self._keep(campaign.id, Stamp(made.digest, now))
        return found

    async def _through(self, made: Prepared, told: Callable[[Stage], Any]) -> Rehearsed:
        box = await self._start()
        try:
            account = Account("rehearsal", box.url, box.report_urls, box.user, sandbox=True)
            client = self._connect(account, box.password)
            try:
                return await _Run(self._context, box, client, told).through(made)
            finally:
                await client.aclose()
        finally:
            await box.stop()

    async def stamped(self, campaign: Campaign) -> Stamped | None:
        """The stamp of a campaign, and whether its requests are still the same; None where it has none."""
        context = self._context
        stamp = await self._stamp(campaign.id)
        if stamp is None:
            return None
        listed = await concerned(context, campaign)
        of = (campaign, context.now(), own_zone(), listed)
        return Stamped(stamp.at, await context.compute(campaign.sms_count, digest, *of) == stamp.digest)

    async def _stamp(self, campaign: CampaignId) -> Stamp | None:
        from smsdesk.store import settings

        kept = (await self._context.read(settings.get)).get(f"{_KEY}{campaign}")
        if kept is None:
            return None
        plain = json.loads(kept)
        return Stamp(plain["digest"], datetime.fromisoformat(plain["at"]))

    async def _keep(self, campaign: CampaignId, stamp: Stamp) -> None:
        from smsdesk.store import settings

        plain = json.dumps({"digest": stamp.digest, "at": stamp.at.isoformat()})
        await self._context.write(settings.put, f"{_KEY}{campaign}", plain)
        self._context.changes.tell(Topic.CAMPAIGNS)


class _Run:
    """One rehearsal in its sandbox."""

    def __init__(
        self, context: Context, box: Sandbox, client: "Client", told: Callable[[Stage], Any]
    ) -> None:
        self._context, self._box, self._client, self._told = context, box, client, told

    async def through(self, made: Prepared) -> Rehearsed:
        """All jobs are posted, time passes until every outcome is final, reports are read."""
        ids: list[JobId] = []
        for body in made.bodies:
            self._told(Stage("post", len(ids), len(made.bodies)))
            ids.append(await self._granted(self._client.post_job, body))
        await self._turn(made.expected)
        found = Rehearsed()
        for done, (job_id, expected) in enumerate(zip(ids, made.expected, strict=True)):
            self._told(Stage("ask", done, len(ids)))
            url, report = await self._granted(self._client.find_job, job_id, None)
            rows = await self._granted(self._client.recipients, job_id, url)
            accepted_at = report.receipt_at or self._context.now()
            found += await asyncio.to_thread(compared, expected, rows, accepted_at)
        return replace(found, until=await self._now())

    async def _turn(self, expected: Sequence[Sequence[Expected]]) -> None:
        """Turns the clock until no job is open any more."""
        begun = await self._now()
        last = max((one.at for job in expected for one in job if one.at), default=begun)
        step = max((last + _AFTER - begun) / _TURNS, _AFTER)
        for turn in count():
            state = await self._box.state()
            now = datetime.fromisoformat(state["now"])
            self._told(Stage("turn", at=now))
            if not state["open"] or now - begun > _LONGEST:
                break
            longer = step if turn < _TURNS else step * 2 ** (turn - _TURNS)
            await self._box.advance(longer.total_seconds())

    async def _now(self) -> datetime:
        return datetime.fromisoformat((await self._box.state())["now"])

    async def _granted(self, ask: Callable[..., Awaitable[Any]], *args: Any) -> Any:
        """What is asked; after a pause where the sandbox, like the service, had too many requests."""
        while True:
            try:
                return await ask(*args)
            except TooManyRequests:
                await self._context.sleep(_PAUSE)
