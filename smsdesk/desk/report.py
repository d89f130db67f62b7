"""A report on a job or a whole campaign for people who were not there: all that its pages say, as a value."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from smsdesk.core.campaign import Campaign, CampaignId
from smsdesk.core.delivery import FAILURES, Delivery, Told, delivery
from smsdesk.core.options import Options
from smsdesk.core.status import Outcome, meaning
from smsdesk.desk.context import Context
from smsdesk.desk.exports import beside

if TYPE_CHECKING:
    from smsdesk.store.jobs import SmsLine

MOST_LISTED = 1_000
"""Some 20 pages: who needs more of them needs a table."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An SMS that was not delivered: number, name, the code of what happened."""

    dst: str
    name: str
    code: str


@dataclass(frozen=True, slots=True)
class Report:
    """What became of some jobs.

    ``texts`` are as they were written, with their merge fields; with ``options`` None another program sent
    it, and neither is known. ``known_at``: since when nobody has asked anew for what is not final yet;
    None where all is final. ``failed`` did not get it, for certain or as far as anybody knows; ``failures``
    are the first of them, in the order in which they were asked for.
    """

    name: str
    account: str
    jobs: int
    accepted_at: datetime | None
    known_at: datetime | None
    made_at: datetime
    delivery: Delivery
    texts: tuple[str, ...]
    options: Options | None
    failed: int
    failures: tuple[Failure, ...]


class Reporting:
    """Puts reports together; all of it is read and counted beside the window."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def of_jobs(self, keys: Sequence[int], count: int) -> Report:
        """A report on jobs with ``count`` SMS in all."""
        from smsdesk.store import exports

        campaign = await self._context.read(exports.campaign_of, keys[0])
        return await self._report(keys, count, campaign)

    async def _report(self, keys: Sequence[int], count: int, campaign: Campaign | None) -> Report:
        folder, now = self._context.store.folder, self._context.now()
        return await beside(self._context, count, _report, folder, tuple(keys), campaign, now)

    async def of_campaign_of(self, key: int) -> Report:
        """A report on the whole campaign that a job is of."""
        from smsdesk.store import exports

        campaign = await self._context.read(exports.campaign_of, key)
        return await (self.of_jobs([key], 1) if campaign is None else self.of_campaign(campaign.id))

    async def of_campaign(self, campaign: CampaignId) -> Report:
        """A report on all accepted jobs of a campaign."""
        from smsdesk.store import exports

        found = await self._context.read(exports.jobs_of, campaign)
        head = await self._context.read(exports.head_of, campaign)
        return await self._report([line.key for line in found], sum(line.sms_count for line in found), head)


def _report(folder: Path, keys: Sequence[int], campaign: Campaign | None, now: datetime) -> Report:
    from smsdesk.store import jobs, looks
    from smsdesk.store.workspace import Store

    told: list[Told] = []
    failures: list[Failure] = []
    failed = 0
    with Store.open(folder, read_only=True, check_seconds=0) as store:
        lines = store.read(looks.lines_of, keys).result()
        for key in keys:
            for row in store.read(jobs.recipients, key).result():
                told.append(_told(row))
                if _is_failure(row):
                    failed += 1
                    if failed <= MOST_LISTED:
                        failures.append(_failure(row))
    asked = [line.asked_at for line in lines if not line.final]
    return Report(
        name=campaign.name if campaign else next((line.name for line in lines), ""),
        account=next((line.account for line in lines), ""),
        jobs=len(lines),
        accepted_at=min(filter(None, (line.accepted_at for line in lines)), default=None),
        known_at=min(filter(None, asked), default=None),
        made_at=now,
        delivery=delivery(told, ""),
        texts=_texts(campaign),
        options=campaign.options if campaign else None,
        failed=failed,
        failures=tuple(failures),
    )


def _texts(campaign: Campaign | None) -> tuple[str, ...]:
    return tuple(message.text for message in campaign.messages) if campaign else ()


def _told(row: "SmsLine") -> Told:
    times = row.accepted_at, row.due_at, row.sent_at, row.finished_at
    return Told(row.dst, row.process_status, row.status, *times)


def _is_failure(row: "SmsLine") -> bool:
    means = meaning(row.process_status, row.status)
    return means.code in FAILURES or (means.outcome is Outcome.UNKNOWN and means.final)


def _failure(row: "SmsLine") -> Failure:
    return Failure(row.dst, row.name, meaning(row.process_status, row.status).code)
