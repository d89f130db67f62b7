"""Ids of SMS: ours count up, those of other programs tell their time."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select

from smsdesk.core.following import Reach
from smsdesk.core.request import JobId, JobReport, RecipientReport, SmsId
from smsdesk.store import bulk, discovering, following, jobs, recording, sms_ids
from smsdesk.store.schema import sms


def found_there(workspace: Any, job: str, dst: str, at: datetime) -> None:
    """Another program's job, which becomes known now and was accepted at an instant."""
    workspace.write(discovering.keep_found, "Main", "u", {JobId(job): at}, workspace.now)
    key = next(line.key for line in workspace.read(jobs.lines, "all") if line.job_id == job)
    reports = (RecipientReport(SmsId(f"of {job}"), dst, "DONE", "SUC_FIN"),)
    report = JobReport(JobId(job), receipt_at=at)
    workspace.write(recording.record, key, "u", report, reports, workspace.now, workspace.now)


def test_what_is_queued_after_a_job_of_another_program_counts_from_1(workspace: Any) -> None:
    found_there(workspace, "J.b-aaaaaaaaaaaaaaaaaaaaaaa", "+4917604069012", workspace.now)
    assert workspace.read(sms_ids.own_ids, 2) == range(1, 3)


@pytest.mark.parametrize("at", [None, datetime.min, datetime.max, datetime(2031, 3, 1)])
def test_ids_of_other_programs_are_free_ones_below_zero(workspace: Any, at: datetime | None) -> None:
    aware = at and at.replace(tzinfo=UTC)
    found_there(workspace, "J.b-aaaaaaaaaaaaaaaaaaaaaaa", "+4917604069012", workspace.now)
    taken: set[int] = set()
    for count in (3000, 3000, 3000, 10_000, 1):
        new = workspace.read(sms_ids.ids_at, aware, count)
        assert len(new) == count
        assert new.stop <= 0
        assert not taken & {*new}
        taken |= {*new}
        workspace.write(put_at, new)


def put_at(connection: Connection, ids: range) -> None:
    bulk.insert(
        connection,
        sms,
        ("id", "job_key", "dst", "name", "flagged"),
        [(one, 1, "1", "", False) for one in ids],
    )


@pytest.mark.parametrize(("hours", "reach"), [(1, Reach.SINCE), (-1, Reach.OPEN)])
def test_what_another_program_delivered_since_is_told_by_its_time(
    workspace: Any, hours: int, reach: Reach
) -> None:
    found_there(workspace, "J.b-aaaaaaaaaaaaaaaaaaaaaaa", "+4917604069012", workspace.now)
    workspace.write(put_at, range(5, 6))
    later = workspace.now + timedelta(hours=hours)
    found_there(workspace, "J.c-aaaaaaaaaaaaaaaaaaaaaaa", "1", later)
    (one,) = workspace.read(following.of_rows, 1, [5]).some
    assert one.reach == reach


def test_both_sides_together_have_every_id_and_none_is_far_off(workspace: Any) -> None:
    assert workspace.read(sms_ids.sides) == (range(0), range(1))
    found_there(workspace, "J.b-aaaaaaaaaaaaaaaaaaaaaaa", "+4917604069012", workspace.now)
    (first,) = workspace.read(lambda connection: connection.scalars(select(sms.c.id)).all())
    assert workspace.read(sms_ids.sides) == (range(first, first + 1), range(0))
    workspace.write(put_at, range(5, 6))
    assert workspace.read(sms_ids.sides) == (range(first, 0), range(6))
