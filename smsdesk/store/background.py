"""What lies behind one SMS: its job, its entry, how it was asked for. For the answer to a caller."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from smsdesk.core.campaign import Campaign
from smsdesk.core.differing import from_text
from smsdesk.core.outbox import Entry
from smsdesk.core.request import JobId
from smsdesk.store.outbox import entry
from smsdesk.store.packing import unpack_head
from smsdesk.store.pauses import is_paused
from smsdesk.store.schema import campaigns, jobs, sms, steps


@dataclass(frozen=True, slots=True)
class Background:
    """A job of another program has neither entry nor campaign.

    ``url``: the data centre that the job was found in; ``known_at``: when the service was asked last.
    ``finished_at``: when the service was through with it. ``paused``: nothing of the account goes for now.
    ``sender``: the service's word, where it is another one than was asked for.
    ``campaign`` has empty lists. ``asked``: whether a confirmation by the phone was asked for, by the
    service's own word or else by the request; None: neither says. ``due_at``: when it was to leave.
    """

    account: str
    sms_count: int
    url: str | None
    known_at: datetime | None
    closed_at: datetime | None
    finished_at: datetime | None
    asked: bool | None
    due_at: datetime | None
    queued_at: datetime | None = None
    entry: Entry | None = None
    campaign: Campaign | None = None
    paused: bool = False
    sender: str = ""


GONE = Background("", 0, *(None,) * 6)
"""Behind an SMS that is not there any more."""


def background(connection: Connection, sms_row: int) -> Background:
    """What lies behind an SMS, by the id of its row."""
    c = jobs.c
    of_job = (c.account, c.sms_count, c.url, c.asked_at, c.closed_at, c.finished_at, c.status_requested)
    columns = (*of_job, sms.c.due_at, c.asked_differs, c.entry_id)
    query = select(*columns).join(sms, sms.c.job_key == c.key).where(sms.c.id == sms_row)
    found = connection.execute(query).one_or_none()
    if found is None:
        return GONE
    *told, differs, entry_id = found
    sender = next((one.told for one in from_text(differs) if one.field == "src"), "")
    behind = replace(Background(*told), sender=sender)
    if entry_id is None:
        return behind
    mine = entry(connection, entry_id)
    queued_at = connection.scalar(select(func.min(steps.c.at)).where(steps.c.entry_id == entry_id))
    head = connection.scalar(select(campaigns.c.head).where(campaigns.c.id == mine.campaign_id))
    campaign = unpack_head(mine.campaign_id, head) if head else None
    by_request = campaign.options.status_requested if campaign else None
    asked = by_request if behind.asked is None else behind.asked
    paused = is_paused(connection, behind.account)
    return replace(behind, asked=asked, queued_at=queued_at, entry=mine, campaign=campaign, paused=paused)


def job_of_another(connection: Connection, account: str, job_id: JobId, now: datetime) -> int:
    """The key of a job that another program made, kept from now on; ``record`` fills it."""
    known: int | None = connection.scalar(select(jobs.c.key).where(jobs.c.job_id == job_id))
    if known is not None:
        return known
    added = connection.execute(
        insert(jobs).values(
            job_id=job_id,
            name="",
            source="other",
            account=account,
            accepted_at=now,
            next_ask_at=now,
            final=False,
            sms_count=0,
        )
    )
    (key,) = added.inserted_primary_key or (0,)
    return int(key)
