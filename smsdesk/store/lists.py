"""Saved lists on disk: a line each, their rows packed in columns; and whom a campaign reached, as a list."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, false, func, insert, or_, select, update

from smsdesk.core.campaign import CampaignId
from smsdesk.core.errors import InputError, WorkspaceBroken
from smsdesk.core.lists import WHICH, ListId, ListLine, Source, Which, which
from smsdesk.core.outbox import EntryState
from smsdesk.core.recipients import Recipients
from smsdesk.store.packing import pack_recipients, unpack_recipients
from smsdesk.store.schema import jobs, lists, outbox, sms


def lines(connection: Connection) -> tuple[ListLine, ...]:
    """All lists that are not deleted, the newest first."""
    c = lists.c
    query = select(c.id, c.name, c.source, c.made_at, c["count"].label("people"))
    rows = connection.execute(query.where(c.deleted.is_(False)).order_by(c.made_at.desc(), c.id.desc()))
    return tuple(
        ListLine(ListId(row.id), row.name, _source(row.source), row.made_at, row.people) for row in rows
    )


def _source(content: str) -> Source:
    code, values = json.loads(content)
    return Source(code, values)


def load(connection: Connection, list_id: ListId) -> Recipients:
    """The rows of a list, deleted ones too. Raises InputError (reason ``no_list``), WorkspaceBroken."""
    content = connection.scalar(select(lists.c["columns"]).where(lists.c.id == list_id))
    if content is None:
        raise InputError(reason="no_list")
    try:
        return unpack_recipients(content)
    except WorkspaceBroken:
        raise WorkspaceBroken(folder="", reason="list") from None


def save(connection: Connection, name: str, source: Source, rows: Recipients, now: datetime) -> ListId:
    """Puts a list away; its rows never change from then on."""
    added = connection.execute(
        insert(lists).values(
            name=name,
            source=json.dumps([source.code, dict(source.values)]),
            made_at=now,
            count=len(rows),
            columns=pack_recipients(rows),
            deleted=False,
        )
    )
    (list_id,) = added.inserted_primary_key or (0,)
    return ListId(list_id)


def rename(connection: Connection, list_id: ListId, name: str) -> None:
    """Gives a list another name; where it came from and when stays."""
    connection.execute(update(lists).where(lists.c.id == list_id).values(name=name))


def discard(connection: Connection, ids: tuple[ListId, ...]) -> None:
    """Takes lists away; :func:`restore` brings them back."""
    connection.execute(update(lists).where(lists.c.id.in_(ids)).values(deleted=True))


def restore(connection: Connection, ids: tuple[ListId, ...]) -> None:
    """Brings deleted lists back."""
    connection.execute(update(lists).where(lists.c.id.in_(ids)).values(deleted=False))


# -- whom a campaign reached ---------------------------------------------------------------------

_STATES = (sms.c.process_status, sms.c.status, outbox.c.state, outbox.c.tries > 0)


def counts(connection: Connection, campaign_id: CampaignId) -> dict[Which, int]:
    """How many people (numbers as written) of a campaign are of each kind, in the order of ``WHICH``."""
    found = {}
    for one in WHICH:
        query = _of(select(func.count(sms.c.dst.distinct())), campaign_id)
        found[one] = connection.scalar(query.where(_is(connection, campaign_id, one))) or 0
    return found


def people(connection: Connection, campaign_id: CampaignId, wanted: Which, name: str) -> Recipients:
    """The people of a kind in the order of the jobs, with number, reference and a field ``name``."""
    query = _of(select(sms.c.dst, sms.c.reference, sms.c.name), campaign_id)
    query = query.where(_is(connection, campaign_id, wanted)).order_by(sms.c.id)
    rows = connection.execute(query).all()
    return Recipients(
        [row.dst for row in rows],
        [row.reference or "" for row in rows],
        {name: [row.name for row in rows]},
    )


def _of(query: Any, campaign_id: CampaignId) -> Any:
    """A query over the SMS of a campaign, with the outbox entries they are in."""
    joined = query.select_from(sms).join(jobs, jobs.c.key == sms.c.job_key)
    return joined.join(outbox, outbox.c.id == jobs.c.entry_id).where(outbox.c.campaign_id == campaign_id)


def _is(connection: Connection, campaign_id: CampaignId, wanted: Which) -> ColumnElement[bool]:
    """The condition that an SMS is of a kind: the vocabulary of states stays core's."""
    states = connection.execute(_of(select(*_STATES), campaign_id).distinct())
    return or_(false(), *(_same(row) for row in states if wanted in ("all", _which(row))))


def _which(row: Iterable[Any]) -> Which:
    process_status, status, state, tried = row
    return which(process_status, status, EntryState(state), tried=bool(tried))


def _same(row: Iterable[Any]) -> ColumnElement[bool]:
    def conditions() -> Iterator[ColumnElement[bool]]:
        for column, value in zip(_STATES, row, strict=True):
            yield column.is_(None) if value is None else column == value

    return and_(*conditions())
