"""What was sent lately and to whom, job by job: one long text a job, put together by the database itself."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from smsdesk.core.campaign import CampaignId
from smsdesk.core.repeated import CELL, LINE, Past
from smsdesk.store.packing import unpack_head
from smsdesk.store.recent import GONE
from smsdesk.store.schema import campaigns, jobs, outbox, sms, texts


@dataclass(frozen=True, slots=True)
class PastJob:
    """A job of a campaign that was sent; ``changed_at``: when a report last said something else."""

    key: int
    campaign: CampaignId
    changed_at: datetime | None


def past(connection: Connection, since: datetime) -> tuple[tuple[Past, ...], tuple[PastJob, ...]]:
    """The campaigns sent since then, and their jobs without those that never went."""
    c = campaigns.c
    sent = connection.execute(select(c.id, c.name, c.sent_at, c.head).where(c.sent_at >= since)).all()
    known = []
    for row in sent:
        head = unpack_head(CampaignId(row.id), row.head)
        written = tuple("" if message.literal else message.text for message in head.messages)
        known.append(Past(head.id, row.name, row.sent_at, head.region, written))
    found = connection.execute(
        select(jobs.c.key, outbox.c.campaign_id, jobs.c.changed_at)
        .join(outbox, outbox.c.id == jobs.c.entry_id)
        .join(campaigns, c.id == outbox.c.campaign_id)
        .where(c.sent_at >= since, outbox.c.state.not_in(GONE))
        .order_by(jobs.c.key)
    )
    return tuple(known), tuple(PastJob(row.key, CampaignId(row.campaign_id), row.changed_at) for row in found)


def sms_of(connection: Connection, key: int) -> str:
    """All SMS of a job, as :func:`smsdesk.core.repeated.heard` reads them."""
    told = func.coalesce(sms.c.process_status, "").concat(CELL).concat(func.coalesce(sms.c.status, ""))
    text = func.replace(func.coalesce(texts.c.text, ""), LINE, " ")
    line = sms.c.dst.concat(CELL).concat(told).concat(CELL).concat(text)
    mine = (
        select(func.aggregate_strings(line, LINE))
        .select_from(sms.outerjoin(texts, texts.c.id == sms.c.text_id))
        .where(sms.c.job_key == key)
    )
    return connection.scalar(mine) or ""
