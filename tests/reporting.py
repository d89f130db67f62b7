"""Campaigns that were accepted, and reports about them, for tests of the store."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from smsdesk.core.campaign import Campaign
from smsdesk.core.outbox import After, Event
from smsdesk.core.request import JobId, JobReport, RecipientReport, SmsId
from smsdesk.store import jobs, recording

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
