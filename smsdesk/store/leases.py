"""Leases: who may send or ask at the moment, so that two programs on one workspace never both do.

Each time a lease goes to somebody its number grows: what was done under an older number is fenced off, even
where the one who did it has slept and does not know that his time is over.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select, update

from smsdesk.store.schema import leases

_RUNNING = "running"


@dataclass(frozen=True, slots=True)
class Lease:
    """A lease as its holder has it; ``number`` tells it from all before and after it."""

    name: str
    owner: str
    number: int
    until: datetime


def acquire(connection: Connection, name: str, owner: str, now: datetime, span: timedelta) -> Lease | None:
    """Takes or renews a lease until ``now + span``; None while somebody else holds it.

    One that runs longer than any comes of a clock that was set back, and runs from now on.
    """
    held = connection.execute(select(leases).where(leases.c.name == name)).first()
    until = now + span
    if held is None:
        connection.execute(insert(leases).values(name=name, owner=owner, until=until, number=1))
        return Lease(name, owner, 1, until)
    this = update(leases).where(leases.c.name == name)
    if held.owner not in (owner, "") and held.until > now:
        if held.until > until:
            connection.execute(this.values(until=until))
        return None
    number = held.number + (held.owner != owner)
    connection.execute(this.values(owner=owner, until=until, number=number))
    return Lease(name, owner, number, until)


def is_held(connection: Connection, lease: Lease) -> bool:
    """Whether a lease is still its holder's: nobody else has had it since."""
    c = leases.c
    same = (c.name == lease.name) & (c.owner == lease.owner) & (c.number == lease.number)
    return connection.scalar(select(c.number).where(same)) is not None


def release(connection: Connection, name: str, owner: str) -> None:
    """Gives a lease back; one that somebody else holds stays."""
    mine = (leases.c.name == name) & (leases.c.owner == owner)
    connection.execute(update(leases).where(mine).values(owner=""))


def holder(connection: Connection, name: str) -> str | None:
    """Who holds a lease, or held it last without giving it back."""
    owner: str | None = connection.scalar(select(leases.c.owner).where(leases.c.name == name))
    return owner or None


def run(connection: Connection, owner: str, now: datetime) -> None:
    """Notes that a program is at work on the workspace."""
    values = {"owner": owner, "until": now}
    if not connection.execute(update(leases).where(leases.c.name == _RUNNING).values(values)).rowcount:
        connection.execute(insert(leases).values(name=_RUNNING, **values))


def ran_at(connection: Connection) -> datetime | None:
    """When a program was last known to be at work on the workspace."""
    seen: datetime | None = connection.scalar(select(leases.c.until).where(leases.c.name == _RUNNING))
    return seen
