"""How the latest campaigns stand, which accounts are refused, which entries are in doubt: for notices."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, or_, select

from smsdesk.core.outbox import EntryState, Hold
from smsdesk.store.schema import campaigns, outbox, outcomes, pauses

LATEST = timedelta(days=4)
USUAL = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Stand:
    """A campaign with something sent; ``open``: jobs that are not final, or still in the outbox.

    ``reported``: SMS of which the service said something; none where all was refused or cancelled before.
    """

    id: str
    name: str
    account: str
    open: int
    sms: int
    reported: int
    delivered: int
    failed: int


@dataclass(frozen=True, slots=True)
class Standing:
    """``usual``: of each account the failed and the final SMS of its finished campaigns of 30 days.

    ``uncertain``: the campaigns of entries in doubt, by the ids of these.
    """

    campaigns: tuple[Stand, ...]
    usual: dict[str, tuple[int, int]]
    refused: frozenset[str]
    uncertain: dict[int, str]


def standing(connection: Connection, now: datetime, followed: Collection[str] = ()) -> Standing:
    """All of it as it is now; ``followed``: campaigns that are told of however long ago they were sent."""
    refused = select(pauses.c.account).where(pauses.c.hold == Hold.ACCOUNT.value)
    doubt = select(outbox.c.id, outbox.c.campaign).where(outbox.c.state == EntryState.UNCERTAIN.value)
    return Standing(
        _campaigns(connection, now, followed),
        _usual(connection, now),
        frozenset(connection.scalars(refused)),
        {row.id: row.campaign for row in connection.execute(doubt)},
    )


def _campaigns(connection: Connection, now: datetime, followed: Collection[str]) -> tuple[Stand, ...]:
    c, figures = campaigns.c, outcomes.c
    latest = or_(c.sent_at >= now - LATEST, figures.open > 0, c.id.in_(followed))
    reported = figures.sms - figures.waiting
    told = (c.id, c.name, c.account, figures.open, figures.sms, reported, figures.delivered, figures.failed)
    query = select(*told).join(outcomes, figures.campaign_id == c.id).where(c.sent_at.is_not(None), latest)
    return tuple(Stand(*row) for row in connection.execute(query))


def _usual(connection: Connection, now: datetime) -> dict[str, tuple[int, int]]:
    c, figures = campaigns.c, outcomes.c
    sums = func.sum(figures.failed), func.sum(figures.failed + figures.delivered)
    query = select(c.account, *sums).join(outcomes, figures.campaign_id == c.id)
    over = query.where(figures.open == 0, c.sent_at >= now - USUAL)
    return {
        account: (failed, final) for account, failed, final in connection.execute(over.group_by(c.account))
    }
