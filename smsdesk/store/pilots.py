"""Campaigns whose rest waits for the outcomes of their first job."""

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from smsdesk.core.campaign import CampaignId
from smsdesk.core.outbox import EntryState, Hold
from smsdesk.store.schema import jobs, outbox, sms

Counted = tuple[str | None, str | None, int]


@dataclass(frozen=True, slots=True)
class Waiting:
    """A campaign that waits, where its pilot stands, and how many of the pilot's SMS have which status."""

    campaign: CampaignId
    name: str
    state: EntryState
    statuses: tuple[Counted, ...]


def waiting(connection: Connection) -> tuple[Waiting, ...]:
    """Every campaign whose rest is held for its pilot."""
    c = outbox.c
    held = select(c.campaign_id).where(c.state == EntryState.HELD.value, c.hold == Hold.PILOT.value)
    pilots = connection.execute(
        select(c.id, c.campaign_id, c.campaign, c.state)
        .where(c.pilot, c.campaign_id.in_(held))
        .order_by(c.id)
    ).all()
    if not pilots:
        return ()
    counted: dict[int, list[Counted]] = defaultdict(list)
    rows = connection.execute(
        select(jobs.c.entry_id, sms.c.process_status, sms.c.status, func.count().label("n"))
        .join(jobs, jobs.c.key == sms.c.job_key)
        .where(jobs.c.entry_id.in_([pilot.id for pilot in pilots]))
        .group_by(jobs.c.entry_id, sms.c.process_status, sms.c.status)
    )
    for row in rows:
        counted[row.entry_id].append((row.process_status, row.status, row.n))
    return tuple(
        Waiting(CampaignId(row.campaign_id), row.campaign, EntryState(row.state), tuple(counted[row.id]))
        for row in pilots
    )
