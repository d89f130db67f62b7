"""What is read to write tables and feeds of reports."""

from collections.abc import Sequence

from sqlalchemy import Connection, and_, func, select

from smsdesk.core.campaign import Campaign, CampaignId
from smsdesk.store.jobs import JobLine, SmsLine, job_lines, sms_lines
from smsdesk.store.packing import unpack_head
from smsdesk.store.schema import campaigns, jobs, outbox, sms

_AT_ONCE = 500


def open_jobs_of(connection: Connection, ids: Sequence[int]) -> tuple[tuple[JobLine, SmsLine], ...]:
    """The jobs of some SMS (ids of their rows) that are not final, each with one of its SMS."""
    found: dict[int, int] = {}
    for at in range(0, len(ids), _AT_ONCE):
        of_these = sms.c.id.in_(ids[at : at + _AT_ONCE])
        query = select(sms.c.job_key, func.min(sms.c.id)).join(jobs, jobs.c.key == sms.c.job_key)
        query = query.where(of_these, jobs.c.final.is_(False)).group_by(sms.c.job_key)
        found |= {key: one for key, one in connection.execute(query)}  # noqa: C416 (rows are no pairs)
    pairs = []
    for key, one in found.items():
        (line,) = job_lines(connection, jobs.c.key == key)
        (first,) = sms_lines(connection, sms.c.id == one, None)
        pairs.append((line, first))
    return tuple(pairs)


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
