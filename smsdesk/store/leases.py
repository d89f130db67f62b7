"""Leases: who may send or ask at the moment, so that two programs on one workspace never both do."""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select

from smsdesk.store.schema import leases


def acquire(connection: Connection, name: str, owner: str, now: datetime, span: timedelta) -> bool:
    """Takes or renews a lease until ``now + span``; False while somebody else holds it."""
    held = connection.execute(select(leases.c.owner, leases.c.until).where(leases.c.name == name)).first()
    if held is not None and held.owner != owner and held.until > now:
        return False
    connection.execute(delete(leases).where(leases.c.name == name))
    connection.execute(insert(leases).values(name=name, owner=owner, until=now + span))
    return True


def release(connection: Connection, name: str, owner: str) -> None:
    """Gives a lease back; one that somebody else holds stays."""
    connection.execute(delete(leases).where(leases.c.name == name, leases.c.owner == owner))


def holder(connection: Connection, name: str) -> str | None:
    """Who holds a lease, or held it last without giving it back."""
    owner: str | None = connection.scalar(select(leases.c.owner).where(leases.c.name == name))
    return owner
