"""Jobs and what the service last said of their recipients."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    func,
    insert,
    not_,
    select,
    update,
)

from smsdesk.core.campaign import CampaignId
from smsdesk.core.job_looks import JobKind
from smsdesk.core.outbox import EntryState
from smsdesk.core.request import JobId, SmsId
from smsdesk.core.status import LEFT_OUT, Outcome, meaning
from smsdesk.store import bulk
from smsdesk.store.bulk import as_stored, instant
from smsdesk.store.do_not_contact import Listed
from smsdesk.store.schema import bodies, history, jobs, outbox, sms, texts


@dataclass(frozen=True, slots=True)
class JobLine:
    """A job in a list, with its figures; ``own``: made by this workspace.

    ``give_up_at``: when its validity is over; ``closed_at``: since when the service no longer reports it;
    ``asked_differs``: what the service says differently from what was asked, as JSON.
    """

    key: int
    job_id: JobId | None
    name: str
    account: str
    number: int
    of: int
    sms_count: int
    delivered: int
    waiting: int
    sending: int
    failed: int
    cancelled: int
    unknown: int
    accepted_at: datetime | None
    asked_at: datetime | None
    changed_at: datetime | None
    next_ask_at: datetime | None
    final: bool
    own: bool
    finished_at: datetime | None = None
    starts_at: datetime | None = None
    give_up_at: datetime | None = None
    next_change_at: datetime | None = None
    closed_at: datetime | None = None
    status_requested: bool | None = None
    asked_differs: str | None = None


def blank(key: int) -> JobLine:
    """A job of which only the key is known."""
    return JobLine(key, None, "\u2026", "", 1, 1, *(0,) * 7, *(None,) * 4, False, True)


class SmsLine(NamedTuple):
    """One SMS with what is known of it; ``outcome`` is a value of core's Outcome.

    ``listed_at``: of an SMS that was left out, since when its number is on the do-not-contact list;
    ``reason`` is the list's then. ``due_at``: when it was to arrive, by the forecast made before sending.
    ``flagged``: the service said something else after it had been final; that is in its states only.
    """

    id: int
    dst: str
    name: str
    reference: str | None
    text: str | None
    process_status: str | None
    status: str | None
    reason: str | None
    sms_id: SmsId | None
    sent_at: datetime | None
    finished_at: datetime | None
    seen_at: datetime | None
    job_key: int
    campaign: str
    job_id: JobId | None
    accepted_at: datetime | None
    outcome: str
    listed_at: datetime | None = None
    due_at: datetime | None = None
    flagged: bool = False


_KNOWN = jobs.c.job_id.is_not(None)
WHERE: dict[JobKind, ColumnElement[bool]] = {
    "all": _KNOWN,
    "open": and_(_KNOWN, jobs.c.final.is_(False)),
    "failures": and_(_KNOWN, jobs.c.failed > 0),
    "mine": and_(_KNOWN, jobs.c.entry_id.is_not(None)),
}


def lines(connection: Connection, kind: JobKind) -> tuple[JobLine, ...]:
    """Accepted jobs, newest first."""
    return job_lines(connection, WHERE[kind])


def job_lines(connection: Connection, where: ColumnElement[bool]) -> tuple[JobLine, ...]:
    """Jobs that fulfil a condition over ``jobs``, newest first."""
    rows = connection.execute(
        select(jobs, outbox.c.number, outbox.c.of)
        .outerjoin(outbox, outbox.c.id == jobs.c.entry_id)
        .where(where)
        .order_by(jobs.c.accepted_at.desc(), jobs.c.key.desc())
    )
    return tuple(_line(row) for row in rows)


def _line(row: Row[Any]) -> JobLine:
    figures = {outcome.value: getattr(row, outcome.value) for outcome in Outcome}
    return JobLine(
        key=row.key,
        job_id=row.job_id,
        name=row.name,
        account=row.account,
        number=row.number or 1,
        of=row.of or 1,
        sms_count=row.sms_count,
        accepted_at=row.accepted_at,
        asked_at=row.asked_at,
        changed_at=row.changed_at,
        next_ask_at=row.next_ask_at,
        final=row.final,
        own=row.entry_id is not None,
        finished_at=row.finished_at,
        starts_at=row.starts_at,
        give_up_at=row.give_up_at,
        next_change_at=row.next_change_at,
        closed_at=row.closed_at,
        status_requested=row.status_requested,
        asked_differs=row.asked_differs,
        **figures,
    )


def counts(connection: Connection) -> dict[str, int]:
    """How many jobs there are, how many are open, and how many have failures."""

    def count(*where: ColumnElement[bool]) -> int:
        return connection.scalar(select(func.count()).select_from(jobs).where(*where)) or 0

    # SQLite knows how many rows there are; those that the service has not accepted are few.
    every = {"all": count() - count(not_(_KNOWN))}
    return {**every, "open": count(WHERE["open"]), "failures": count(WHERE["failures"])}


_SMS: Select[Any] = (
    select(
        sms.c.id,
        sms.c.dst,
        sms.c.name,
        sms.c.reference,
        texts.c.text,
        sms.c.process_status,
        sms.c.status,
        sms.c.reason,
        sms.c.sms_id,
        as_stored(sms.c.sent_at),
        as_stored(sms.c.finished_at),
        as_stored(sms.c.seen_at),
        sms.c.job_key,
        jobs.c.name,
        jobs.c.job_id,
        as_stored(jobs.c.accepted_at),
        as_stored(sms.c.due_at),
        sms.c.flagged,
    )
    .join(jobs, jobs.c.key == sms.c.job_key)
    .outerjoin(texts, texts.c.id == sms.c.text_id)
)
"""As the rows of a whole job are read fastest: by place, instants as they are stored."""


def sms_lines(connection: Connection, where: ColumnElement[bool], limit: int | None) -> tuple[SmsLine, ...]:
    """SMS that fulfil a condition over ``sms``, ``jobs`` and ``texts``; newest job first with a limit."""
    query = _SMS.where(where)
    if limit is None:
        query = query.order_by(sms.c.id)
    else:
        query = query.order_by(jobs.c.accepted_at.desc(), sms.c.id).limit(limit)
    at, outcome = cache(instant), cache(lambda *status: meaning(*status).outcome.value)
    return tuple(_sms_line(row, at, outcome) for row in bulk.rows(connection, query))


def closed(one: Listed, now: datetime) -> dict[str, Any]:
    """What stands in the row of an SMS that was left out, as its number is on the list."""
    process_status, status = LEFT_OUT
    return {
        "process_status": process_status,
        "status": status,
        "reason": f"{one.added_at.isoformat()} {one.reason}",
        "finished_at": now,
        "seen_at": now,
    }


def close(connection: Connection, key: int, rows: Mapping[int, Listed], now: datetime) -> None:
    """Ends SMS of a job (by their ids) that are left out before they were sent; its figures follow."""
    ids = [{"row": row, **closed(one, now)} for row, one in rows.items()]
    values: dict[str, Any] = {name: bindparam(f"new_{name}") for name in ids[0] if name != "row"}
    new = [{"row": i["row"], **{f"new_{name}": i[name] for name in values}} for i in ids]
    connection.execute(update(sms).where(sms.c.id == bindparam("row")).values(values), new)
    process_status, status = LEFT_OUT
    past = {"at": now, "process_status": process_status, "status": status}
    connection.execute(insert(history), [{"sms": row, **past} for row in rows])
    n = len(rows)
    figures = {"waiting": jobs.c.waiting - n, "cancelled": jobs.c.cancelled + n, "final": jobs.c.waiting == n}
    connection.execute(update(jobs).where(jobs.c.key == key).values(figures))


def _sms_line(
    row: Sequence[Any], at: Callable[[int | None], datetime | None], outcome: Callable[..., str]
) -> SmsLine:
    one, dst, name, reference, text, process_status, status, reason, sms_id, *times = row
    sent, finished, seen, job, campaign, job_id, accepted, due, flagged = times
    listed_at = None
    if (process_status, status) == LEFT_OUT:
        # As :func:`closed` wrote them.
        since, _, reason = reason.partition(" ")
        listed_at = datetime.fromisoformat(since)
    return SmsLine(
        one,
        dst,
        name,
        reference,
        text,
        process_status,
        status,
        reason,
        sms_id,
        at(sent),
        at(finished),
        at(seen),
        job,
        campaign,
        job_id,
        at(accepted),
        outcome(process_status, status),
        listed_at,
        at(due),
        bool(flagged),
    )


def recipients(connection: Connection, key: int, outcome: str | None = None) -> tuple[SmsLine, ...]:
    """A job's SMS in the order of the request, all or those of one outcome."""
    rows = sms_lines(connection, sms.c.job_key == key, None)
    return tuple(row for row in rows if outcome in (None, row.outcome))


def request(connection: Connection, key: int) -> bytes | None:
    """The body as it was sent; None for jobs of other programs."""
    query = select(bodies.c.body).join(outbox, outbox.c.body_hash == bodies.c.hash)
    body = connection.scalar(query.join(jobs, jobs.c.entry_id == outbox.c.id).where(jobs.c.key == key))
    return bytes(body) if body is not None else None


def unfinished(connection: Connection, campaign_id: CampaignId) -> int:
    """How many SMS of a campaign's accepted jobs have no final status yet."""
    mine = and_(
        outbox.c.campaign_id == campaign_id,
        outbox.c.state == EntryState.ACCEPTED.value,
        jobs.c.final.is_(False),
    )
    keys = select(jobs.c.key).join(outbox, outbox.c.id == jobs.c.entry_id).where(mine)
    c = sms.c
    query = select(c.process_status, c.status, func.count().label("n")).where(c.job_key.in_(keys))
    rows = connection.execute(query.group_by(c.process_status, c.status))
    return sum(row.n for row in rows if not meaning(row.process_status, row.status).final)


def known(connection: Connection, ids: Collection[JobId]) -> frozenset[JobId]:
    """Those of some job ids that belong to entries of the outbox already."""
    some, c = [*ids], jobs.c
    found: list[str] = []
    for at in range(0, len(some), 500):
        mine = select(c.job_id).where(c.job_id.in_(some[at : at + 500]), c.entry_id.is_not(None))
        found += connection.scalars(mine)
    return frozenset(JobId(job_id) for job_id in found)
