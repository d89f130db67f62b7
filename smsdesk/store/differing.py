"""What the service says of a job differently from what was asked, kept with the job."""

from sqlalchemy import Connection, select, update

from smsdesk.core.campaign import CampaignId
from smsdesk.core.differing import as_text, differences
from smsdesk.core.request import JobReport
from smsdesk.store.packing import unpack_head
from smsdesk.store.schema import campaigns, jobs, outbox


def keep_differences(connection: Connection, key: int, report: JobReport) -> None:
    """Compares a job's report with its request; of a job that another program made nothing is known."""
    mine = outbox.c.id == jobs.c.entry_id
    query = (
        select(campaigns.c.id, campaigns.c.head, outbox.c.sms_count)
        .select_from(jobs)
        .join(outbox, mine)
        .join(campaigns, campaigns.c.id == outbox.c.campaign_id)
        .where(jobs.c.key == key)
    )
    row = connection.execute(query).first()
    if row is not None:
        asked = unpack_head(CampaignId(row.id), row.head).options
        found = as_text(differences(asked, row.sms_count, report))
        connection.execute(update(jobs).where(jobs.c.key == key).values(asked_differs=found))
