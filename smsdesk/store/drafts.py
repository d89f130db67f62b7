"""Campaigns as they are composed: a head, a base of recipients a message, and patches over it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, and_, delete, func, insert, select, update

from smsdesk.core.campaign import Campaign, CampaignId
from smsdesk.core.errors import InputError
from smsdesk.core.recipients import ListChange, Patch, Recipients, in_columns, patched
from smsdesk.store.bulk import as_stored, instant
from smsdesk.store.packing import (
    pack_head,
    pack_patch,
    pack_recipients,
    unpack_head,
    unpack_patch,
    unpack_recipients,
)
from smsdesk.store.schema import bases, campaigns, outcomes, patches


@dataclass(frozen=True, slots=True)
class Opened:
    """A campaign as it lies on disk; ``patches``: how many lie over the base of each message's list."""

    campaign: Campaign
    sent: bool
    saved_at: datetime
    patches: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CampaignLine:
    """A campaign in a list; figures of delivery are zero while it is a draft.

    ``cancelled``: also who was left out for the do-not-contact list. ``follows``: the name of the campaign
    that it follows up, where it does.
    """

    id: CampaignId
    name: str
    account: str
    sent: bool
    sms_count: int
    saved_at: datetime
    sent_at: datetime | None
    delivered: int
    waiting: int
    failed: int
    unknown: int
    cancelled: int
    follows: str | None = None


def lines(connection: Connection) -> tuple[CampaignLine, ...]:
    """All campaigns that are not deleted, the one touched last first."""
    c, its, first = campaigns.c, outcomes.c, campaigns.alias("first")
    figures = (its.delivered, its.waiting, its.failed, its.unknown, its.cancelled)
    rows: Iterable[Any] = connection.execute(
        select(
            *(c.id, c.name, c.account, c.sent_at.is_not(None), c.sms_count),
            *(as_stored(c.saved_at), as_stored(c.sent_at)),
            *(func.coalesce(figure, 0) for figure in figures),
            first.c.name,
        )
        .outerjoin(first, first.c.id == c.follows)
        .outerjoin(outcomes, its.campaign_id == c.id)
        .where(c.deleted.is_(False))
        .order_by(func.coalesce(c.sent_at, c.saved_at).desc(), c.id)
    )
    at: Callable[[int], Any] = cache(instant)
    return tuple(CampaignLine(*(*row[:5], at(row[5]), at(row[6]), *row[7:])) for row in rows)


def counted(connection: Connection) -> int:
    """How many campaigns :func:`lines` has."""
    return connection.scalar(select(func.count()).where(campaigns.c.deleted.is_(False))) or 0


def load(connection: Connection, campaign_id: CampaignId) -> Campaign:
    """A campaign with its recipients. Raises InputError (reason ``no_campaign``)."""
    head = connection.scalar(select(campaigns.c.head).where(campaigns.c.id == campaign_id))
    if head is None:
        raise InputError(reason="no_campaign")
    campaign = unpack_head(campaign_id, head)
    for index, message in enumerate(campaign.messages):
        rows = _recipients(connection, campaign_id, index)
        campaign = campaign.with_message(index, replace(message, recipients=rows))
    return campaign


def load_to_change(connection: Connection, campaign_id: CampaignId) -> Opened:
    """A campaign, and what :func:`save` must know of it. Raises InputError (reason ``no_campaign``)."""
    campaign = load(connection, campaign_id)
    c = patches.c
    counted = select(c.message, func.count()).where(c.campaign_id == campaign_id).group_by(c.message)
    found = {message: count for message, count in connection.execute(counted)}  # noqa: C416 (rows are no pairs)
    over = tuple(found.get(index, 0) for index in range(len(campaign.messages)))
    saved_at = connection.scalar(select(campaigns.c.saved_at).where(campaigns.c.id == campaign_id))
    assert saved_at is not None
    return Opened(campaign, is_sent(connection, campaign_id), saved_at, over)


def save(
    connection: Connection,
    campaign: Campaign,
    changes: tuple[ListChange, ...],
    now: datetime,
    known: datetime | None,
) -> tuple[datetime, bool]:
    """Saves the head, and what changed in the lists since the save at ``known``.

    Answers the time of this save, by which the next one knows it, and whether only the changes were
    written: where somebody else has saved since, all lists are. A sent campaign stays as it was sent.
    """
    before = connection.scalar(select(campaigns.c.saved_at).where(campaigns.c.id == campaign.id))
    # No two saves have the same time: one is known by it.
    now = now if before is None else max(now, before + timedelta(microseconds=1))
    save_head(connection, campaign, now)
    if is_sent(connection, campaign.id):
        return now, True
    if before != known:
        lists = enumerate(message.recipients for message in campaign.messages)
        changes = tuple(ListChange(index, base=rows) for index, rows in lists)
    for change in changes:
        if change.base is not None:
            save_base(connection, campaign.id, change.message, change.base, now)
            continue
        _drop(connection, campaign.id, change.message, change.dropped)
        for patch in change.added:
            add_patch(connection, campaign.id, change.message, patch, now)
    return now, before == known


def _recipients(connection: Connection, campaign_id: CampaignId, index: int) -> Recipients:
    place = and_(bases.c.campaign_id == campaign_id, bases.c.message == index)
    base = connection.scalar(select(bases.c["columns"]).where(place))
    rows = unpack_recipients(base) if base is not None else in_columns(Recipients())
    mine = and_(patches.c.campaign_id == campaign_id, patches.c.message == index)
    for content in connection.scalars(select(patches.c.patch).where(mine).order_by(patches.c.id)):
        rows = patched(rows, unpack_patch(content))
    return rows


def save_head(connection: Connection, campaign: Campaign, now: datetime) -> None:
    """Saves all but the recipients; a sent campaign stays as it was sent."""
    values = {
        "name": campaign.name,
        "account": campaign.account,
        "head": pack_head(campaign),
        "sms_count": campaign.sms_count,
        "saved_at": now,
        "follows": campaign.follows,
    }
    draft = and_(campaigns.c.id == campaign.id, campaigns.c.sent_at.is_(None))
    if connection.execute(update(campaigns).where(draft).values(values)).rowcount:
        # The lists of messages that were taken away must not come back with a new one.
        for table in (patches, bases):
            gone = and_(table.c.campaign_id == campaign.id, table.c.message >= len(campaign.messages))
            connection.execute(delete(table).where(gone))
        return
    if not connection.scalar(select(func.count()).where(campaigns.c.id == campaign.id)):
        connection.execute(insert(campaigns).values(id=campaign.id, deleted=False, **values))


def save_base(
    connection: Connection, campaign_id: CampaignId, index: int, rows: Recipients, now: datetime
) -> None:
    """Replaces the recipients of a message, patches included."""
    if is_sent(connection, campaign_id):
        return
    connection.execute(
        delete(patches).where(patches.c.campaign_id == campaign_id, patches.c.message == index)
    )
    connection.execute(delete(bases).where(bases.c.campaign_id == campaign_id, bases.c.message == index))
    content = pack_recipients(rows)
    connection.execute(insert(bases).values(campaign_id=campaign_id, message=index, columns=content))
    _touch(connection, campaign_id, now)


def add_patch(
    connection: Connection, campaign_id: CampaignId, index: int, patch: Patch, now: datetime
) -> None:
    """Appends one edit; the base is not rewritten."""
    if is_sent(connection, campaign_id):
        return
    content = pack_patch(patch)
    connection.execute(insert(patches).values(campaign_id=campaign_id, message=index, patch=content))
    _touch(connection, campaign_id, now)


def drop_patch(connection: Connection, campaign_id: CampaignId, index: int, now: datetime) -> None:
    """Takes the last edit of a message back."""
    if is_sent(connection, campaign_id):
        return
    _drop(connection, campaign_id, index, 1)
    _touch(connection, campaign_id, now)


def _drop(connection: Connection, campaign_id: CampaignId, index: int, count: int) -> None:
    mine = and_(patches.c.campaign_id == campaign_id, patches.c.message == index)
    last = select(patches.c.id).where(mine).order_by(patches.c.id.desc()).limit(count)
    connection.execute(delete(patches).where(patches.c.id.in_(last.scalar_subquery())))


def _touch(connection: Connection, campaign_id: CampaignId, now: datetime) -> None:
    connection.execute(update(campaigns).where(campaigns.c.id == campaign_id).values(saved_at=now))


def is_sent(connection: Connection, campaign_id: CampaignId) -> bool:
    """Whether the campaign was committed to the outbox."""
    sent = and_(campaigns.c.id == campaign_id, campaigns.c.sent_at.is_not(None))
    return bool(connection.scalar(select(func.count()).where(sent)))


def discard(connection: Connection, campaign_id: CampaignId) -> None:
    """Takes a draft off the list; a sent campaign stays."""
    draft = and_(campaigns.c.id == campaign_id, campaigns.c.sent_at.is_(None))
    connection.execute(update(campaigns).where(draft).values(deleted=True))


def restore(connection: Connection, campaign_id: CampaignId) -> None:
    """Brings a deleted draft back."""
    connection.execute(update(campaigns).where(campaigns.c.id == campaign_id).values(deleted=False))
