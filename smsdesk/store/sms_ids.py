"""Which ids SMS get: Find shows the newest first by going through them, so they follow time.

What is queued here counts up from 1, as it comes. What another program sent becomes known later, in any
order: its ids are below zero and tell the second in which the service accepted it.
"""

from datetime import datetime

from sqlalchemy import Connection, func, select

from smsdesk.store.bulk import stored
from smsdesk.store.schema import sms

_BITS = 13
"""Of one second as many ids: two full jobs and more; what is beyond takes those of the next ones."""
_LATEST = (1 << 33) - (1 << 20)
"""The last second, in the year 2242."""

_ENDS = "SELECT (SELECT min(id) FROM sms), (SELECT max(id) FROM sms)"
"""Asked for apart each is at hand; asked for together all rows are looked at."""


def own_ids(connection: Connection, count: int) -> range:
    """Ids for SMS that are queued here."""
    last = connection.scalar(select(func.max(sms.c.id))) or 0
    first = max(last, 0) + 1
    return range(first, first + count)


def ids_at(connection: Connection, at: datetime | None, count: int) -> range:
    """Ids for SMS that another program sent; they were accepted ``at`` an instant."""
    second = min(max((stored(at) or 0) // 1_000_000, 0), _LATEST)
    first = (second - (1 << 33)) << _BITS
    while True:
        taken = sms.c.id.between(first, first + count - 1)
        last = connection.scalar(select(func.max(sms.c.id)).where(taken))
        if last is None:
            return range(first, first + count)
        first = last + 1


def sides(connection: Connection) -> tuple[range, range]:
    """All ids: those of other programs' SMS, and ours."""
    first, last = connection.exec_driver_sql(_ENDS).one()
    return range(min(first or 0, 0), min((last or 0) + 1, 0)), range(max((last or 0) + 1, 0))
