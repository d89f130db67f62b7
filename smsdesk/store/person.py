"""All SMS of one number, over campaigns and accounts: their ids, and what the later ones tell of one."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection, func, select

from smsdesk.core.answering import Facts
from smsdesk.core.outbox import LEFT, EntryState
from smsdesk.store.bulk import as_stored
from smsdesk.store.finding import spellings
from smsdesk.store.schema import INSTANTS, Instant, jobs, outbox, sms

if TYPE_CHECKING:
    from smsdesk.store.jobs import SmsLine


def messages(connection: Connection, dst: str) -> tuple[int, ...]:
    """The ids of all SMS of a number, the newest first; what is not accepted yet stands as in a search."""
    query = select(sms.c.id, as_stored(jobs.c.accepted_at)).join(jobs, jobs.c.key == sms.c.job_key)
    found = connection.execute(query.where(sms.c.dst.in_(spellings(dst))).order_by(sms.c.id.desc()))
    times, at = list[tuple[int, int]](), INSTANTS[1]
    for one, accepted_at in found:
        at = at if accepted_at is None else accepted_at
        times.append((at, one))
    return tuple(one for _, one in sorted(times, reverse=True))


def name(connection: Connection, dst: str) -> str:
    """What somebody was called last."""
    mine = sms.c.dst.in_(spellings(dst)) & (sms.c.name != "")
    return connection.scalar(select(sms.c.name).where(mine).order_by(sms.c.id.desc()).limit(1)) or ""


def later(connection: Connection, line: "SmsLine", since: datetime) -> tuple[Facts, ...]:
    """What became of the SMS to the number of ``line`` after ``since``.

    Of those with one fate there is one, from when the first of them was sent or else taken over: a hundred
    thousand have a few fates. Its text is known where it is that of ``line``.
    """
    o, j, c = outbox.c, jobs.c, sms.c
    at = func.coalesce(c.sent_at, j.accepted_at, o.posted_at, o.since, type_=Instant())
    text = select(c.text_id).where(c.id == line.id).scalar_subquery()
    job, closed, left = j.job_id.is_not(None), j.closed_at.is_not(None), o.reason == LEFT
    fate = (c.text_id == text, c.process_status, c.status, c.flagged, job, closed, o.state, left)
    first = func.min(at, type_=Instant())
    query = (
        select(first, func.min(j.job_id), *fate)
        .select_from(sms.join(jobs, j.key == c.job_key).outerjoin(outbox, o.id == j.entry_id))
        .where(c.dst.in_(spellings(line.dst)), c.id != line.id, at > since)
        .group_by(*fate)
    )
    return tuple(
        Facts(
            line.dst,
            line.text if is_same else None,
            process_status=process_status,
            status=status,
            job_id=job_id,
            entry=EntryState(state) if state else None,
            left=bool(is_left),
            flagged=flagged,
            accepted_at=began,
            closed_at=began if is_closed else None,
        )
        for began, job_id, is_same, process_status, status, flagged, _, is_closed, state, is_left in (
            connection.execute(query)
        )
    )
