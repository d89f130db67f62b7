"""What is read to write tables and feeds of reports."""

from collections.abc import Sequence

from sqlalchemy import Connection, func, select

from smsdesk.store.jobs import JobLine, SmsLine, job_lines, sms_lines
from smsdesk.store.schema import jobs, sms

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
