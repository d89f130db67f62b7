"""How the latest campaigns stand, which accounts are refused, which entries are in doubt: for notices."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, and_, func, or_, select

from smsdesk.core.outbox import EntryState, Hold
from smsdesk.store.schema import campaigns, jobs, outbox, pauses

LATEST = timedelta(days=4)
USUAL = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Stand:
    """A campaign with something sent; ``open``: jobs that are not final, or still in the outbox."""

    id: str
    name: str
    account: str
    open: int
    sms: int
    delivered: int
    failed: int


@dataclass(frozen=True, slots=True)
class Standing:
    """``usual``: of each account the failed and the final SMS of finished jobs of 30 days.

    ``uncertain``: the campaigns of entries in doubt, by the ids of these.
    """

    campaigns: tuple[Stand, ...]
    usual: dict[str, tuple[int, int]]
    refused: frozenset[str]
    uncertain: dict[int, str]


def standing(connection: Connection, now: datetime) -> Standing:
    """All of it as it is now."""
    refused = select(pauses.c.account).where(pauses.c.hold == Hold.ACCOUNT.value)
    doubt = select(outbox.c.id, outbox.c.campaign).where(outbox.c.state == EntryState.UNCERTAIN.value)
    return Standing(
        _campaigns(connection, now),
        _usual(connection, now),
        frozenset(connection.scalars(refused)),
        {row.id: row.campaign for row in connection.execute(doubt)},
    )


def _campaigns(connection: Connection, now: datetime) -> tuple[Stand, ...]:
    over = (EntryState.ACCEPTED.value, EntryState.CANCELLED.value, EntryState.REFUSED.value)
    unsettled = and_(outbox.c.state.not_in(over))
    reported = and_(outbox.c.state == EntryState.ACCEPTED.value, jobs.c.final.is_(False))
    is_open = or_(unsettled, reported)
    some_open = select(outbox.c.campaign_id).join(jobs, jobs.c.entry_id == outbox.c.id).where(is_open)
    latest = or_(campaigns.c.sent_at >= now - LATEST, campaigns.c.id.in_(some_open))
    query = (
        select(
            campaigns.c.id,
            campaigns.c.name,
            campaigns.c.account,
            func.count().filter(is_open).label("open"),
            func.sum(jobs.c.sms_count).label("sms"),
            func.sum(jobs.c.delivered).label("delivered"),
            func.sum(jobs.c.failed).label("failed"),
        )
        .join(outbox, outbox.c.campaign_id == campaigns.c.id)
        .join(jobs, jobs.c.entry_id == outbox.c.id)
        .where(campaigns.c.sent_at.is_not(None), latest)
        .group_by(campaigns.c.id)
    )
    return tuple(Stand(*row) for row in connection.execute(query))


def _usual(connection: Connection, now: datetime) -> dict[str, tuple[int, int]]:
    c = jobs.c
    query = select(c.account, func.sum(c.failed), func.sum(c.failed + c.delivered)).where(
        c.final.is_(True), c.accepted_at >= now - USUAL
    )
    return {
        account: (failed, final) for account, failed, final in connection.execute(query.group_by(c.account))
    }
