"""Entries that are held, and what lets them go: time, a person's word, an account that was mended."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, and_, or_, select, true, update

from smsdesk.core import outbox as rule
from smsdesk.core.account import Account
from smsdesk.core.campaign import CampaignId
from smsdesk.core.handing import LONGEST_UNDO
from smsdesk.core.outbox import EVERY, HOLDING, LATE, READY, EntryId, EntryState, Event, Hold
from smsdesk.store import accounts, leases, pauses
from smsdesk.store.outbox import turn
from smsdesk.store.schema import outbox
from smsdesk.store.schema import pauses as stops

c = outbox.c
STALE = timedelta(days=1)
"""What an account has held up for longer than this asks first when the account is mended."""


def _held(*why: Hold) -> ColumnElement[bool]:
    return and_(c.state == EntryState.HELD.value, c.hold.in_([hold.value for hold in why]))


def _ready() -> ColumnElement[bool]:
    return c.state.in_([state.value for state in READY])


def _among(which: Collection[EntryId]) -> ColumnElement[bool]:
    return c.id.in_([*which])


def hold(connection: Connection, which: ColumnElement[bool], why: Hold, now: datetime) -> tuple[EntryId, ...]:
    """Holds what has not left."""
    return turn(connection, which, Event.HOLD, now, f"held_{why.value}", hold=why.value)


def hold_these(connection: Connection, which: Collection[EntryId], now: datetime) -> tuple[EntryId, ...]:
    """A person holds entries that are ready to go."""
    return hold(connection, and_(_among(which), _ready()), Hold.PERSON, now)


def release(
    connection: Connection, which: ColumnElement[bool], now: datetime, told: str
) -> tuple[EntryId, ...]:
    """Lets held entries go; one of an account that the service refuses is held for that from now on."""
    held = and_(which, c.state == EntryState.HELD.value)
    refused = select(stops.c.account).where(stops.c.hold == Hold.ACCOUNT.value)
    hold(connection, and_(held, c.hold != Hold.ACCOUNT.value, c.account.in_(refused)), Hold.ACCOUNT, now)
    return turn(connection, and_(held, c.account.not_in(refused)), Event.RELEASE, now, told, reason=None)


# --- time


def is_due(connection: Connection, now: datetime) -> bool:
    """Whether something has been held for its time."""
    undone = and_(_held(Hold.UNDO), or_(c.final_at <= now, c.final_at > now + LONGEST_UNDO))
    over = or_(undone, and_(_held(Hold.TIME), c.due_at <= now))
    return connection.execute(select(c.id).where(over).limit(1)).first() is not None


def mature(connection: Connection, now: datetime) -> None:
    """Lets go what has been held for its time; what should have gone long ago asks first instead.

    A time to undo that runs longer than any comes of a clock that was set back, and runs from now on.
    """
    longest = now + LONGEST_UNDO
    connection.execute(update(outbox).where(_held(Hold.UNDO), c.final_at > longest).values(final_at=longest))
    undone = and_(_held(Hold.UNDO), c.final_at <= now)
    hold(connection, and_(undone, c.due_at > now), Hold.TIME, now)
    over = or_(undone, and_(_held(Hold.TIME), c.due_at <= now))
    late = or_(c.due_at < now - LATE, and_(c.due_at.is_(None), c.final_at < now - LATE))
    hold(connection, and_(over, late), Hold.MISSED, now)
    release(connection, over, now, "due")


def wake(
    connection: Connection, owner: str, now: datetime, account: str | None = EVERY
) -> tuple[EntryId, ...]:
    """A program begins to send for an account, or all: what was overdue while none did asks first.

    None: it only looks at the outbox, and is no program that could have sent anything meanwhile.
    """
    mine = c.account == account if account else true()
    overdue = connection.execute(select(c.id, c.account, c.late_at).where(_ready(), mine, c.late_at < now))
    late = [
        EntryId(row.id)
        for row in overdue.all()
        if rule.missed(row.late_at, leases.ran_at(connection, row.account), now)
    ]
    if account is not None:
        leases.run(connection, owner, now, account)
    return hold(connection, _among(late), Hold.MISSED, now) if late else ()


# --- a person's word


def pause(connection: Connection, account: str, now: datetime) -> None:
    """Nothing of an account goes until :func:`resume`."""
    pauses.add(connection, account, Hold.PERSON, None, now)


def resume(connection: Connection, account: str, now: datetime) -> None:
    """An account goes on; with EVERY all of them do."""
    if account == EVERY:
        pauses.end_all(connection, Hold.PERSON)
    pauses.end(connection, account, Hold.PERSON)
    # What waited for a person is not late by that.
    mine = true() if account == EVERY else c.account == account
    late = and_(_ready(), mine, c.late_at < now + LATE)
    connection.execute(update(outbox).where(late).values(late_at=now + LATE))


def send_now(connection: Connection, which: Collection[EntryId], now: datetime) -> tuple[EntryId, ...]:
    """Whatever entries wait for, they go at once; bytes that are not those that were queued never go."""
    connection.execute(update(outbox).where(_among(which)).values(late_at=now + LATE))
    free = and_(_among(which), c.hold != Hold.BODY.value)
    hurried = turn(connection, _among(which), Event.HURRY, now, "hurried", reason=None)
    return hurried + release(connection, free, now, "released")


def hold_until(
    connection: Connection, which: Collection[EntryId], at: datetime, now: datetime
) -> tuple[EntryId, ...]:
    """A new time for entries that are ready, held for a time or missed."""
    movable = and_(_among(which), or_(_ready(), _held(Hold.TIME, Hold.MISSED, Hold.PERSON, Hold.UNDO)))
    held = hold(connection, movable, Hold.TIME, now)
    new = {"due_at": at, "final_at": None, "late_at": at + LATE}
    connection.execute(update(outbox).where(_among(held)).values(new))
    return held


# --- pilots


def pass_pilot(connection: Connection, campaign_id: CampaignId, now: datetime) -> tuple[EntryId, ...]:
    """The first job of a campaign went well: the rest goes."""
    rest = and_(c.campaign_id == campaign_id, _held(Hold.PILOT))
    connection.execute(update(outbox).where(rest).values(late_at=now + LATE))
    return release(connection, rest, now, "pilot_passed")


def brake(connection: Connection, campaign_id: CampaignId, now: datetime) -> tuple[EntryId, ...]:
    """Too much of the first job of a campaign failed: the rest waits for a person's word."""
    return hold(connection, and_(c.campaign_id == campaign_id, _held(Hold.PILOT)), Hold.BRAKE, now)


# --- accounts


def release_account(connection: Connection, account: str, now: datetime) -> tuple[EntryId, ...]:
    """A person's word: the service no longer refuses this account. What it held up or refused goes."""
    pauses.end(connection, account, Hold.ACCOUNT)
    mine = c.account == account
    connection.execute(update(outbox).where(mine, _held(Hold.ACCOUNT)).values(late_at=now + LATE))
    refused = and_(mine, c.reason.in_(HOLDING), c.since >= now - STALE)
    again = turn(connection, and_(refused, _refused()), Event.AGAIN, now, "again", reason=None)
    return again + release(connection, and_(mine, _held(Hold.ACCOUNT)), now, "released")


def _refused() -> ColumnElement[bool]:
    return c.state == EntryState.REFUSED.value


def save_account(connection: Connection, account: Account, now: datetime) -> None:
    """Saves an account. What was held up for it goes, as far as that is no surprise after so long."""
    accounts.put(connection, account)
    if pauses.is_refused(connection, account.name):
        stale = and_(c.account == account.name, _held(Hold.ACCOUNT), c.since < now - STALE)
        hold(connection, stale, Hold.MISSED, now)
        release_account(connection, account.name, now)
