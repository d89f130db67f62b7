"""What a rehearsal needs and what it leaves: the plan of a campaign's requests, and the stamp.

The rehearsal itself goes on in :mod:`smsdesk.desk.rehearsing`.
"""

import json
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from smsdesk.core.campaign import Campaign, CampaignId
from smsdesk.core.checks import review
from smsdesk.core.effective import Effective, effective
from smsdesk.core.errors import InputError
from smsdesk.core.pilot import Pilot
from smsdesk.core.plan import JobColumns, JobRows, columns_of, planned_jobs
from smsdesk.core.rehearsal import Expected, Stamp, Stamped, digest_of
from smsdesk.desk.accounts import Accounts
from smsdesk.desk.changes import Topic
from smsdesk.desk.context import Context
from smsdesk.desk.do_not_contact import concerned
from smsdesk.desk.importing import own_zone
from smsdesk.desk.sandbox import Sandbox

_KEY = "rehearsal:"


@dataclass(frozen=True, slots=True)
class Prepared:
    """What is to be rehearsed: of each job what is expected of its SMS, and the stamp of all requests.

    ``listed``: the numbers of the do-not-contact list that matter for the campaign.
    """

    campaign: Campaign
    listed: Collection[str]
    expected: tuple[tuple[Expected, ...], ...]
    stamp: Stamp


def _prepared(
    campaign: Campaign,
    now: datetime,
    zone: str,
    accounts: Collection[str],
    do_not_contact: Collection[str],
    pilot: int,
) -> Prepared:
    """Checks and plans as sending does. Raises InputError (reason ``not_sendable``)."""
    checked = review(campaign, now, accounts, do_not_contact, sender_zone=zone)
    if not checked.sendable:
        raise InputError(reason="not_sendable")
    jobs = planned_jobs(campaign, checked.effective, do_not_contact, pilot)
    columns = [columns_of(job.share) for job in jobs]
    expected = (_expected(checked.effective, job.rows, one) for job, one in zip(jobs, columns, strict=True))
    stamp = Stamp(digest_of(map(_plain, columns)), now, pilot)
    return Prepared(campaign, do_not_contact, tuple(expected), stamp)


def _digest(campaign: Campaign, now: datetime, zone: str, do_not_contact: Collection[str], pilot: int) -> str:
    """The digest of the requests that sending a campaign now would make."""
    jobs = planned_jobs(campaign, effective(campaign, now, zone), do_not_contact, pilot)
    return digest_of(_plain(columns_of(job.share)) for job in jobs)


def _plain(columns: JobColumns) -> bytes:
    from smsdesk.api.wire import encode_columns

    return encode_columns(columns, columns.options)


def _expected(times: Effective, job: JobRows, columns: JobColumns) -> tuple[Expected, ...]:
    """Of each SMS, in the order of the request."""
    ways = [
        way for which, rows in zip(times.which, job.rows, strict=True) for way in which.gather(rows).to_list()
    ]
    instants = [way.arrives_at for way in times.ways]
    pairs = zip(columns.dst, columns.order, strict=True)
    return tuple(Expected(dst, instants[ways[at]]) for dst, at in pairs)


class Rehearsals:
    """Plans rehearsals and keeps their stamps. ``start`` starts a sandbox that nothing else uses."""

    def __init__(self, context: Context, accounts: Accounts, start: Callable[[], Awaitable[Sandbox]]) -> None:
        self._context, self._accounts, self.start = context, accounts, start

    async def prepare(self, campaign: Campaign, pilot: Pilot | None = None) -> Prepared:
        """Plans a campaign as it is. Raises InputError where it could not be sent."""
        context = self._context
        names = [account.name for account in await self._accounts.every()]
        people = 0 if pilot is None else pilot.people
        of = (campaign, context.now(), own_zone(), names, await concerned(context, campaign), people)
        return await context.compute(campaign.sms_count, _prepared, *of)

    async def stamped(self, campaign: Campaign) -> Stamped | None:
        """The stamp of a campaign, and whether its requests are still the same; None where it has none."""
        context = self._context
        stamp = await self._stamp(campaign.id)
        if stamp is None:
            return None
        of = (campaign, context.now(), own_zone(), await concerned(context, campaign), stamp.pilot)
        now = await context.compute(campaign.sms_count, _digest, *of)
        return Stamped(stamp.at, now == stamp.digest, stamp.pilot)

    async def _stamp(self, campaign: CampaignId) -> Stamp | None:
        from smsdesk.store import settings

        kept = (await self._context.read(settings.get)).get(f"{_KEY}{campaign}")
        if kept is None:
            return None
        plain = json.loads(kept)
        return Stamp(plain["digest"], datetime.fromisoformat(plain["at"]), plain.get("pilot", 0))

    async def keep(self, campaign: CampaignId, stamp: Stamp) -> None:
        """Keeps the stamp of a campaign, in place of an older one."""
        from smsdesk.store import settings

        plain = json.dumps({"digest": stamp.digest, "at": stamp.at.isoformat(), "pilot": stamp.pilot})
        await self._context.write(settings.put, f"{_KEY}{campaign}", plain)
        self._context.changes.tell(Topic.CAMPAIGNS)
