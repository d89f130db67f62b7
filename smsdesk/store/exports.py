"""What is read to write tables and reports."""

from sqlalchemy import Connection, and_, select

from smsdesk.core.campaign import Campaign, CampaignId
from smsdesk.core.errors import WorkspaceBroken
from smsdesk.store.background import Background, background
from smsdesk.store.jobs import JobLine, SmsLine, job_lines
from smsdesk.store.outbox import body_of_job
from smsdesk.store.packing import unpack_head
from smsdesk.store.schema import campaigns, jobs, outbox


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


def head_of(connection: Connection, campaign: CampaignId) -> Campaign | None:
    """A campaign with empty lists."""
    head = connection.scalar(select(campaigns.c.head).where(campaigns.c.id == campaign))
    return None if head is None else unpack_head(campaign, head)
