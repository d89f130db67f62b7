"""Leases: who may send or ask at the moment, so that two programs on one workspace never both do.

Each time a lease goes to somebody its number grows: what was done under an older number is fenced off, even
where the one who did it has slept and does not know that his time is over.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, insert, select, update

from smsdesk.core.outbox import EVERY
from smsdesk.store.schema import leases


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


def _running(account: str) -> str:
    return f"running:{account}" if account else "running"


def run(connection: Connection, owner: str, now: datetime, account: str = EVERY) -> None:
    """Notes that a program is at work that sends for an account, or for all of them."""
    values = {"owner": owner, "until": now}
    mine = leases.c.name == _running(account)
    if not connection.execute(update(leases).where(mine).values(values)).rowcount:
        connection.execute(insert(leases).values(name=_running(account), **values))


def ran_at(connection: Connection, account: str) -> datetime | None:
    """When a program was last known to be at work that sends for an account."""
    names = (_running(EVERY), _running(account))
    seen = connection.scalars(select(leases.c.until).where(leases.c.name.in_(names)))
    return max(seen, default=None)
