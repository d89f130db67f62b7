"""The changes that the service told of, in the order in which they were written, for whoever follows them.

A cursor grows from one change to the next and never comes again, whatever is removed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, select

from smsdesk.store import settings
from smsdesk.store.schema import history, jobs, sms

_SHIFT = "changes.shift"


@dataclass(frozen=True, slots=True)
class Change:
    """A state of an SMS that the service told of; ``cursor`` grows from one to the next.

    ``contradiction``: it came after another final one, which stands.
    """

    cursor: int
    at: datetime
    job_id: str
    campaign: str
    account: str
    sms_id: str | None
    dst: str
    reference: str | None
    process_status: str
    status: str | None
    reason: str | None
    sent_at: datetime | None
    finished_at: datetime | None
    contradiction: bool


def changes(
    connection: Connection, after: int, most: int, keys: Sequence[int] | None = None
) -> tuple[Change, ...]:
    """The states that were written after a cursor, in their order; of all jobs or of some (by their keys)."""
    c, shift = history.c, _shift(connection)
    query = (
        select(
            c.id + shift,
            c.at,
            func.coalesce(jobs.c.job_id, ""),
            jobs.c.name,
            jobs.c.account,
            *(sms.c.sms_id, sms.c.dst, sms.c.reference),
            *(c.process_status, c.status, c.reason, c.sent_at, c.finished_at, c.contradiction),
        )
        .join(sms, sms.c.id == c.sms)
        .join(jobs, jobs.c.key == sms.c.job_key)
        .where(c.id > after - shift)
        .order_by(c.id)
        .limit(most)
    )
    if keys is not None:
        query = query.where(jobs.c.key.in_(keys))
    rows: Sequence[Sequence[Any]] = connection.execute(query).all()
    return tuple(Change(*row) for row in rows)


def newest(connection: Connection) -> int:
    """The cursor of the newest change; 0 where there never was one."""
    return (connection.scalar(select(func.max(history.c.id))) or 0) + _shift(connection)


def before(connection: Connection, at: datetime) -> int:
    """The cursor after which everything was seen at an instant or later."""
    first = connection.scalar(select(func.min(history.c.id)).where(history.c.at >= at))
    return newest(connection) if first is None else first - 1 + _shift(connection)


def forget(connection: Connection, which: ColumnElement[bool]) -> None:
    """Deletes states. SQLite gives the ids of the newest ones again, cursors do not come again."""
    cursor = newest(connection)
    connection.execute(delete(history).where(which))
    if lost := cursor - newest(connection):
        settings.put(connection, _SHIFT, str(_shift(connection) + lost))


def _shift(connection: Connection) -> int:
    """What is between the ids of states and their cursors."""
    return int(settings.get(connection).get(_SHIFT, 0))
