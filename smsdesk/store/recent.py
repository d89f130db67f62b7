"""Who was written to lately: the numbers of sent campaigns, for an import that leaves them out."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from smsdesk.core.campaign import CampaignId
from smsdesk.core.outbox import EntryState
from smsdesk.core.status import Outcome, meaning
from smsdesk.store.schema import campaigns, jobs, outbox, sms

GONE = (EntryState.REFUSED.value, EntryState.CANCELLED.value)
"""Entries of which nothing went out, as far as anybody knows."""


@dataclass(frozen=True, slots=True)
class Written:
    """One campaign that was sent, and the numbers (as its jobs name them) it went to or is still to go to."""

    campaign: str
    sent_at: datetime
    numbers: tuple[str, ...]


def written(connection: Connection, since: datetime, but: CampaignId | None = None) -> tuple[Written, ...]:
    """Campaigns sent since then, newest first, without those SMS that are known to have failed."""
    sent = select(campaigns.c.id, campaigns.c.name, campaigns.c.sent_at).where(
        campaigns.c.sent_at >= since, campaigns.c.id != (but or "")
    )
    found = []
    for campaign in connection.execute(sent.order_by(campaigns.c.sent_at.desc(), campaigns.c.id)):
        numbers = tuple(_numbers(connection, campaign.id))
        if numbers:
            found.append(Written(campaign.name, campaign.sent_at, numbers))
    return tuple(found)


def _numbers(connection: Connection, campaign_id: str) -> list[str]:
    mine = (
        select(sms.c.dst, sms.c.process_status, sms.c.status)
        .join(jobs, jobs.c.key == sms.c.job_key)
        .join(outbox, outbox.c.id == jobs.c.entry_id)
        .where(outbox.c.campaign_id == campaign_id, outbox.c.state.not_in(GONE))
        .order_by(sms.c.id)
    )
    return [row.dst for row in connection.execute(mine) if not _failed(row.process_status, row.status)]


def _failed(process_status: str | None, status: str | None) -> bool:
    outcome = meaning(process_status, status).outcome if process_status else None
    return outcome in (Outcome.FAILED, Outcome.CANCELLED)
