"""What stops an account, or all of them: a person's pause, and a service that refuses the account."""

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from smsdesk.core.outbox import EVERY, RESTORED, Hold
from smsdesk.store.schema import pauses


def add(connection: Connection, account: str, hold: Hold, reason: str | None, now: datetime) -> None:
    """Stops an account; one that is stopped so already keeps its time."""
    if not _is(connection, account, hold):
        row = {"account": account, "hold": hold.value, "reason": reason, "since": now}
        connection.execute(insert(pauses).values(row))


def end(connection: Connection, account: str, hold: Hold) -> None:
    """Lets an account go on, as far as this stopped it."""
    c = pauses.c
    connection.execute(delete(pauses).where(c.account == account, c.hold == hold.value))


def end_all(connection: Connection, hold: Hold) -> None:
    """Lets every account go on, as far as this stopped it."""
    connection.execute(delete(pauses).where(pauses.c.hold == hold.value))


def _is(connection: Connection, account: str, hold: Hold) -> bool:
    c = pauses.c
    mine = select(c.since).where(c.account == account, c.hold == hold.value)
    return connection.execute(mine).first() is not None


def is_paused(connection: Connection, account: str) -> bool:
    """Whether a person paused this account or all of them."""
    c = pauses.c
    mine = select(c.since).where(c.account.in_((account, EVERY)), c.hold == Hold.PERSON.value)
    return connection.execute(mine).first() is not None


def is_refused(connection: Connection, account: str) -> bool:
    """Whether the service refuses this account."""
    return _is(connection, account, Hold.ACCOUNT)


def paused(connection: Connection) -> frozenset[str]:
    """The accounts that a person paused; EVERY for all of them."""
    c = pauses.c
    return frozenset(connection.scalars(select(c.account).where(c.hold == Hold.PERSON.value)))


def is_restored(connection: Connection) -> bool:
    """Whether everything is paused because the workspace came back from a backup."""
    c = pauses.c
    mine = select(c.since).where(c.account == EVERY, c.reason == RESTORED)
    return connection.execute(mine).first() is not None
