"""What is read to write tables and feeds of reports."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, func, select

from smsdesk.core.campaign import Campaign, CampaignId
from smsdesk.core.errors import WorkspaceBroken
from smsdesk.store.background import Background, background
from smsdesk.store.jobs import JobLine, SmsLine, job_lines
from smsdesk.store.outbox import body_of_job
from smsdesk.store.packing import unpack_head
from smsdesk.store.schema import campaigns, history, jobs, outbox, sms


@dataclass(frozen=True, slots=True)
class Change:
    """A state of an SMS that the service told of; ``cursor`` grows from one to the next.

    ``contradiction``: it came after another final one, which stands.
    """

    cursor: int
    at: datetime
    job_id: str
    campaign: str
    account: str
    sms_id: str | None
    dst: str
    reference: str | None
    process_status: str
    status: str | None
    reason: str | None
    sent_at: datetime | None
    finished_at: datetime | None
    contradiction: bool


def changes(
    connection: Connection, after: int, most: int, keys: Sequence[int] | None = None
) -> tuple[Change, ...]:
    """The states that were written after a cursor, in their order; of all jobs or of some (by their keys)."""
    c = history.c
    query = (
        select(
            c.id,
            c.at,
            func.coalesce(jobs.c.job_id, ""),
            jobs.c.name,
            jobs.c.account,
            *(sms.c.sms_id, sms.c.dst, sms.c.reference),
            *(c.process_status, c.status, c.reason, c.sent_at, c.finished_at, c.contradiction),
        )
        .join(sms, sms.c.id == c.sms)
        .join(jobs, jobs.c.key == sms.c.job_key)
        .where(c.id > after)
        .order_by(c.id)
        .limit(most)
    )
    if keys is not None:
        query = query.where(jobs.c.key.in_(keys))
    rows: Sequence[Sequence[Any]] = connection.execute(query).all()
    return tuple(Change(*row) for row in rows)


def newest(connection: Connection) -> int:
    """The cursor of the newest change; 0 where there is none."""
    return connection.scalar(select(func.max(history.c.id))) or 0


def before(connection: Connection, at: datetime) -> int:
    """The cursor after which everything was seen at an instant or later."""
    first = connection.scalar(select(func.min(history.c.id)).where(history.c.at >= at))
    return newest(connection) if first is None else first - 1


def behind_job(connection: Connection, line: SmsLine) -> tuple[Background, bytes | None]:
    """What lies behind the job of an SMS, and its request; None where that is not there, or is damaged."""
    behind = background(connection, line.id)
    if behind.campaign is None:
        return behind, None
    try:
        return behind, body_of_job(connection, line.job_key)
    except WorkspaceBroken:
        return behind, None


def jobs_of(connection: Connection, campaign: CampaignId) -> tuple[JobLine, ...]:
    """The accepted jobs of a campaign, in its order."""
    mine = and_(outbox.c.campaign_id == campaign, jobs.c.job_id.is_not(None))
    return tuple(sorted(job_lines(connection, mine), key=lambda line: line.number))


def campaign_of(connection: Connection, key: int) -> Campaign | None:
    """The campaign that a job is of, with empty lists; None for one that another program made."""
    query = (
        select(campaigns.c.id, campaigns.c.head)
        .join(outbox, outbox.c.campaign_id == campaigns.c.id)
        .join(jobs, jobs.c.entry_id == outbox.c.id)
        .where(jobs.c.key == key)
    )
    found = connection.execute(query).one_or_none()
    return None if found is None else unpack_head(CampaignId(found.id), found.head)
