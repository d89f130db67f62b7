"""Campaigns that were accepted, and reports about them, for tests of the store."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, select

from smsdesk.core.campaign import Campaign
from smsdesk.core.outbox import After, Event
from smsdesk.core.request import JobId, JobReport, RecipientReport, SmsId
from smsdesk.store import jobs, recording, schema

Make = Callable[..., Campaign]
ONE, TWO = "+4917601000000", "+4917601000001"
URL = "https://a.example/v1"


def job_id(number: int) -> JobId:
    return JobId(f"J.20310301-090000.000-0{number:017}")


def accepted(workspace: Any, campaign: Campaign) -> list[int]:
    """Sends a campaign; the keys of its jobs."""
    for entry in workspace.queued(campaign):
        assert workspace.take().id == entry
        workspace.settle(entry, After(Event.ACCEPT), job=job_id(entry))
    mine = [line for line in workspace.read(jobs.lines, "all") if line.name == campaign.name]
    return [line.key for line in sorted(mine, key=lambda line: line.number)]


def report(
    n: int, dst: str, process: str = "OPEN", status: str | None = None, **named: Any
) -> RecipientReport:
    return RecipientReport(SmsId(f"S.{n}"), dst, process, status, **named)


def heard(workspace: Any, key: int, *reports: RecipientReport, **named: Any) -> tuple[int, ...]:
    line = next(line for line in workspace.read(jobs.lines, "all") if line.key == key)
    job = JobReport(line.job_id, **named)
    ask = workspace.now + timedelta(seconds=5)
    changed: tuple[int, ...] = workspace.write(recording.record, key, URL, job, reports, workspace.now, ask)
    return changed


def line_of(workspace: Any, key: int) -> jobs.JobLine:
    (line,) = (line for line in workspace.read(jobs.lines, "all") if line.key == key)
    return line


def sums_of_campaigns(connection: Connection) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the jobs of each campaign come to: as it is kept, and as its jobs say one by one."""
    kept = {row.campaign_id: (*row[1:],) for row in connection.execute(select(schema.outcomes))}
    query = select(schema.outbox, schema.jobs).join(schema.jobs, schema.jobs.c.entry_id == schema.outbox.c.id)
    reckoned = dict.fromkeys(kept, (0,) * 7)
    for row in connection.execute(query).mappings():
        one = {column.table.name + "." + column.name: row[column] for column in query.selected_columns}
        state, doubt = one["outbox.state"], one["outbox.reason"] == "left"
        open_job = not one["jobs.final"] if state == "accepted" else state not in ("cancelled", "refused")
        waits = one["jobs.waiting"] + one["jobs.sending"]
        ended = state == "cancelled"
        job = (
            *(int(open_job), one["jobs.sms_count"], one["jobs.delivered"], 0 if ended else waits),
            one["jobs.failed"],
            one["jobs.unknown"] + (waits if ended and doubt else 0),
            one["jobs.cancelled"] + (waits if ended and not doubt else 0),
        )
        before = reckoned.get(one["outbox.campaign_id"], (0,) * 7)
        reckoned[one["outbox.campaign_id"]] = tuple(map(sum, zip(before, job, strict=True)))
    return kept, reckoned
