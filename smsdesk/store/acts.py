"""The log of acts on disk. It only grows: the table itself refuses a change.

An act is written down in the transaction of what it tells of: both are there, or neither.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import TypeVar

from sqlalchemy import Connection, func, insert, select

from smsdesk.core.acts import Act, ActId, Deed, What, runs
from smsdesk.core.campaign import Campaign
from smsdesk.core.errors import Value
from smsdesk.core.handing import Handing
from smsdesk.core.outbox import Entry, EntryId
from smsdesk.store import queueing
from smsdesk.store.outbox import these
from smsdesk.store.schema import acts, lists, outbox, templates

T = TypeVar("T")


def add(connection: Connection, who: str, at: datetime, deeds: Iterable[Deed]) -> None:
    """Writes acts down."""
    rows = [
        {"at": at, "who": who, "what": deed.what.value, "values": json.dumps(dict(deed.values))}
        for deed in deeds
    ]
    if rows:
        connection.execute(insert(acts), rows)


def every(connection: Connection) -> tuple[Act, ...]:
    """The whole log, the oldest act first."""
    c = acts.c
    rows = connection.execute(select(c.id, c.at, c.who, c.what, c["values"]).order_by(c.id))
    return tuple(Act(ActId(n), at, who, _what(what), json.loads(values)) for n, at, who, what, values in rows)


_KNOWN = {what.value: what for what in What}


def _what(name: str) -> What | str:
    return _KNOWN.get(name, name)


def acted(
    connection: Connection,
    who: str,
    at: datetime,
    told: Callable[[Connection, T], Iterable[Deed]],
    verb: Callable[[Connection], T],
) -> T:
    """Runs a verb; ``told`` says of its answer what was done."""
    answer = verb(connection)
    add(connection, who, at, told(connection, answer))
    return answer


def commit(
    connection: Connection,
    who: str,
    campaign: Campaign,
    ready: tuple[queueing.Ready, ...],
    now: datetime,
    how: Handing,
) -> tuple[EntryId, ...] | None:
    """As :func:`queueing.commit`; it is an act only where something is queued."""
    last = connection.scalar(select(func.max(outbox.c.id))) or 0
    queued = queueing.commit(connection, campaign, ready, now, how)
    new = [entry for entry in queued or () if entry > last]
    add(connection, who, now, of_entries(What.QUEUED)(connection, new))
    return queued


# --- what is told of an answer


def of_entries(what: What, **more: Value) -> Callable[[Connection, Collection[EntryId]], Iterator[Deed]]:
    """Tells of entries, an act a campaign, with ``more`` values where its kind has them."""

    def told(connection: Connection, done: Collection[EntryId]) -> Iterator[Deed]:
        yield from _by_campaign(these(connection, done), lambda _: what, more)

    return told


def of_entry(what: What, entry: EntryId) -> Callable[[Connection, bool], Iterator[Deed]]:
    """Tells of one entry, where something was done with it."""

    def told(connection: Connection, done: bool) -> Iterator[Deed]:  # noqa: FBT001 (a verb's answer)
        yield from of_entries(what)(connection, (entry,) if done else ())

    return told


def of_withdrawn(campaign: Campaign) -> Callable[[Connection, Campaign | None], Iterator[Deed]]:
    """Tells of a campaign, of which the draft that came of it holds what had not left."""

    def told(connection: Connection, draft: Campaign | None) -> Iterator[Deed]:
        del connection
        if draft is not None:
            values: dict[str, Value] = {
                "campaign": campaign.name,
                "account": campaign.account,
                "n": draft.sms_count,
            }
            yield Deed(What.WITHDRAWN, values)

    return told


def of_cancelled(connection: Connection, done: Collection[EntryId]) -> Iterator[Deed]:
    """Tells of cancelled entries: with a reason left, they were let be in doubt or refused."""
    yield from _by_campaign(
        these(connection, done), lambda entry: What.LEFT if entry.reason else What.CANCELLED
    )


def _by_campaign(
    found: Iterable[Entry], what: Callable[[Entry], What], more: Mapping[str, Value] = MappingProxyType({})
) -> Iterator[Deed]:
    groups: dict[tuple[What, str], list[Entry]] = defaultdict(list)
    for entry in found:
        groups[what(entry), entry.campaign_id].append(entry)
    for (kind, _), some in groups.items():
        values: dict[str, Value] = {
            "campaign": some[0].campaign,
            "account": some[0].account,
            "jobs": runs(entry.number for entry in some),
            "n": len(some),
            "sms": sum(entry.sms_count for entry in some),
            **more,
        }
        yield Deed(kind, values)


def of_lists(what: What, ids: Collection[int]) -> Callable[[Connection, object], Iterator[Deed]]:
    """Tells of saved lists by their names."""

    def told(connection: Connection, _: object) -> Iterator[Deed]:
        query = select(lists.c.name).where(lists.c.id.in_([*ids])).order_by(lists.c.id)
        for name in connection.scalars(query).all():
            yield Deed(what, {"name": name})

    return told


def of_template(what: What, template_id: int) -> Callable[[Connection, object], Iterator[Deed]]:
    """Tells of a template by its name."""

    def told(connection: Connection, _: object) -> Iterator[Deed]:
        for name in connection.scalars(select(templates.c.name).where(templates.c.id == template_id)).all():
            yield Deed(what, {"name": name})

    return told
