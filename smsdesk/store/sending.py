"""What the sender asks of the store, each in one transaction."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from smsdesk.core.outbox import EntryId, EntryState, due
from smsdesk.store import budget, outbox, schema
from smsdesk.store.leases import Lease, is_held
from smsdesk.store.outbox import Taken, Without


def next_try(connection: Connection, account: str, now: datetime) -> timedelta | None:
    """How long until the next entry of an account is due; None where none is ready."""
    times = outbox.ready_times(connection, account)
    if not times:
        return None
    return min(timedelta(0) if at is None or due(at, now) else at - now for at in times)


def is_ours(connection: Connection, entry_id: EntryId, lease: Lease) -> bool:
    """Whether an entry is still being sent under a lease."""
    c = schema.outbox.c
    ours = (c.state == EntryState.SENDING.value) & (c.owner == lease.owner) & (c.lease == lease.number)
    return connection.scalar(select(c.id).where(c.id == entry_id, ours)) is not None


def take_within(
    connection: Connection, account: str, now: datetime, lease: Lease, allowed: int, without: Without
) -> Taken | timedelta | None:
    """The next due entry, ``sending`` from now on and counted as a request; else how long to wait.

    None: nothing is ready (any more), or the lease has gone to somebody else.
    """
    if not is_held(connection, lease):
        return None
    pause = next_try(connection, account, now)
    if pause is None or pause:
        return pause
    wait = budget.take(connection, account, now, allowed, 0)
    if wait:
        return wait
    taken = outbox.take(connection, account, now, lease, without)
    return taken or next_try(connection, account, now)
