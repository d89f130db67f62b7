"""Personal data that is old goes, a portion at a time, so that whoever else writes need not wait.

What is open stays: jobs that are not final, entries that are uncertain, held or still to go, and campaigns
with any of them. So does the do-not-contact list, what a person keeps on purpose (lists, templates), and,
without anything personal, the id and mark of each job as long as the service may still list it.

Deleted: nothing else is left of it. Anonymised: figures, states and times stay. What is freed is overwritten.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, func, or_, select, true, update

from smsdesk.core.campaign import CampaignId, Message
from smsdesk.core.outbox import FINAL, EntryState, Event
from smsdesk.core.retention import MARKS_KEPT, Figures
from smsdesk.store import changes, grams, settings
from smsdesk.store.outbox import turn
from smsdesk.store.packing import pack_head, unpack_head
from smsdesk.store.schema import (
    answers,
    bases,
    bodies,
    campaigns,
    exchanges,
    history,
    jobs,
    keys,
    lists,
    outbox,
    patches,
    sms,
    steps,
    templates,
    texts,
    views,
)

ROWS = 100
"""So many SMS go at once."""
TEXTS = 250
"""So many texts."""
_JOBS, _LOOKED, _PAGES = 50, 10_000, 8
_UNDER_WAY = "retention.under_way"
_FINAL = [state.value for state in FINAL]


@dataclass(frozen=True, slots=True)
class Wish:
    """What shall go: all that ended before an instant. ``anonymise``: figures, states and times stay."""

    before: datetime
    now: datetime
    anonymise: bool

    @property
    def marks_before(self) -> datetime:
        """Jobs that are older no service lists any more."""
        return min(self.before, self.now - MARKS_KEPT)


def _over(before: datetime) -> ColumnElement[bool]:
    """Jobs, joined to their entries, of which nothing more is to come, and that ended before an instant."""
    c = jobs.c
    ended = func.coalesce(c.finished_at, c.changed_at, c.accepted_at) < before
    reported = and_(c.job_id.is_not(None), or_(c.final, c.closed_at.is_not(None)), ended)
    never = and_(c.job_id.is_(None), outbox.c.since < before)
    settled = or_(c.entry_id.is_(None), outbox.c.state.in_(_FINAL))
    return and_(settled, or_(reported, never))


_WITH_ENTRIES = jobs.outerjoin(outbox, outbox.c.id == jobs.c.entry_id)


def _done_campaigns(before: datetime) -> ColumnElement[bool]:
    """Sent campaigns of which every entry is old and over."""
    c = campaigns.c
    open_one = (
        select(outbox.c.id)
        .join(jobs, jobs.c.entry_id == outbox.c.id)
        .where(outbox.c.campaign_id == c.id, ~func.coalesce(_over(before), False))
    )
    return and_(c.sent_at < before, ~exists(open_one))


_HAS_LISTS = or_(
    exists(select(bases.c.campaign_id).where(bases.c.campaign_id == campaigns.c.id)),
    exists(select(patches.c.id).where(patches.c.campaign_id == campaigns.c.id)),
)


def _old_drafts(before: datetime) -> ColumnElement[bool]:
    return and_(campaigns.c.sent_at.is_(None), campaigns.c.saved_at < before)


def figures(connection: Connection, before: datetime) -> Figures:
    """How much there is to remove; it takes its time, for all of it is counted."""
    old = select(jobs.c.key).select_from(_WITH_ENTRIES).where(_over(before))
    mine = and_(sms.c.job_key.in_(old), sms.c.dst != "")
    counted = select(func.count(), func.count(sms.c.dst.distinct())).where(mine)
    count, people = connection.execute(counted).one()
    others = select(sms.c.id).where(sms.c.text_id == texts.c.id, sms.c.job_key.not_in(old))
    entries = select(jobs.c.entry_id).where(jobs.c.key.in_(old), jobs.c.entry_id.is_not(None))

    def number(of: ColumnElement[bool], what: ColumnElement[int]) -> int:
        return connection.scalar(select(func.count(what)).where(of)) or 0

    held = number(and_(outbox.c.id.in_(entries), func.length(outbox.c.body_hash) > 0), outbox.c.id)
    return Figures(
        jobs=connection.scalar(select(func.count(sms.c.job_key.distinct())).where(mine)) or 0,
        sms=count,
        people=people,
        texts=number(~exists(others), texts.c.id),
        states=number(history.c.sms.in_(select(sms.c.id).where(mine)), history.c.id),
        answers=number(answers.c.job_key.in_(old), answers.c.id),
        requests=held + number(exchanges.c.entry_id.in_(entries), exchanges.c.id),
        campaigns=number(and_(_done_campaigns(before), _HAS_LISTS), campaigns.c.id),
        drafts=number(_old_drafts(before), campaigns.c.id),
    )


# --- what was begun


def begin(connection: Connection, wish: Wish) -> None:
    """From now on it is under way, until :func:`end`, whatever happens to the program."""
    settings.put(connection, _UNDER_WAY, f"{wish.before.isoformat()} {int(wish.anonymise)}")


def under_way(connection: Connection, now: datetime) -> Wish | None:
    """What was begun and neither done nor given up."""
    told = settings.get(connection).get(_UNDER_WAY)
    if not told:
        return None
    before, anonymise = told.split()
    return Wish(datetime.fromisoformat(before), now, anonymise == "1")


def end(connection: Connection) -> None:
    """It is done, or given up."""
    settings.put(connection, _UNDER_WAY, "")


# --- jobs


def jobs_portion(connection: Connection, wish: Wish, after: int) -> tuple[int | None, int]:
    """The next SMS of old jobs beyond the key ``after``: where to go on (None: nowhere), how many went."""
    _overwrite(connection)
    c = jobs.c
    found = (
        select(c.key, c.entry_id, func.coalesce(c.accepted_at, outbox.c.since))
        .select_from(_WITH_ENTRIES)
        .where(c.key > after, _over(wish.before))
        .order_by(c.key)
        .limit(_JOBS)
    )
    gone = 0
    for key, entry_id, begun_at in connection.execute(found).all():
        ids = _personal(connection, key, wish, ROWS - gone)
        _forget_sms(connection, ids, wish)
        gone += len(ids)
        if gone >= ROWS:
            return after, gone
        is_unlisted = begun_at is not None and begun_at < wish.marks_before
        _close_job(connection, key, entry_id, wish, whole=is_unlisted and not wish.anonymise)
        after = key
    more = connection.scalar(
        select(c.key).select_from(_WITH_ENTRIES).where(c.key > after, _over(wish.before)).limit(1)
    )
    return (None if more is None else after), gone


def _personal(connection: Connection, key: int, wish: Wish, most: int) -> Sequence[int]:
    still = sms.c.dst != "" if wish.anonymise else true()
    query = select(sms.c.id).where(sms.c.job_key == key, still).order_by(sms.c.id)
    return connection.scalars(query.limit(most)).all()


def _forget_sms(connection: Connection, ids: Sequence[int], wish: Wish) -> None:
    if not ids:
        return
    grams.forget(connection, ids)
    if wish.anonymise:
        connection.execute(update(history).where(history.c.sms.in_(ids)).values(reason=None))
        nobody = {"dst": "", "name": "", "reference": None, "text_id": None, "sms_id": None, "reason": None}
        connection.execute(update(sms).where(sms.c.id.in_(ids)).values(nobody))
        return
    changes.forget(connection, history.c.sms.in_(ids))
    connection.execute(delete(sms).where(sms.c.id.in_(ids)))


def _close_job(connection: Connection, key: int, entry_id: int | None, wish: Wish, *, whole: bool) -> None:
    """What is left of a job whose SMS are gone; ``whole``: nothing."""
    connection.execute(delete(answers).where(answers.c.job_key == key))
    if whole:
        connection.execute(delete(jobs).where(jobs.c.key == key))
    else:
        name = {} if wish.anonymise else {"name": ""}
        connection.execute(update(jobs).where(jobs.c.key == key).values(asked_differs=None, **name))
    if entry_id is None:
        return
    this = outbox.c.id == entry_id
    refused = and_(this, outbox.c.state == EntryState.REFUSED.value)
    turn(connection, refused, Event.CANCEL, wish.now, None, since=outbox.c.since)
    hashes = {*connection.scalars(select(outbox.c.body_hash).where(this))}
    hashes |= {*connection.scalars(select(exchanges.c.body_hash).where(exchanges.c.entry_id == entry_id))}
    connection.execute(delete(exchanges).where(exchanges.c.entry_id == entry_id))
    if whole:
        connection.execute(delete(steps).where(steps.c.entry_id == entry_id))
        connection.execute(delete(outbox).where(this))
    else:
        name = {} if wish.anonymise else {"campaign": ""}
        connection.execute(update(outbox).where(this).values(body_hash=b"", rows=None, **name))
    _drop_bodies(connection, hashes - {b""})


def _drop_bodies(connection: Connection, hashes: Collection[bytes]) -> None:
    """Bytes that nothing names any more."""
    if hashes:
        named = [
            select(table.c.body_hash).where(table.c.body_hash.in_(hashes)) for table in (outbox, exchanges)
        ]
        unnamed = and_(*(bodies.c.hash.not_in(one) for one in named))
        connection.execute(delete(bodies).where(bodies.c.hash.in_(hashes), unnamed))


# --- campaigns


def campaigns_portion(connection: Connection, wish: Wish, after: str) -> tuple[str | None, int]:
    """The lists and texts of the next old campaign beyond the id ``after``, sent or a draft."""
    _overwrite(connection)
    c = campaigns.c
    old = or_(_done_campaigns(wish.before), _old_drafts(wish.before))
    row = connection.execute(
        select(c.id, c.head, c.sent_at).where(c.id > after, old).order_by(c.id).limit(1)
    ).one_or_none()
    if row is None:
        return None, 0
    for table in (bases, patches, views):
        connection.execute(delete(table).where(table.c.campaign_id == row.id))
    left = connection.scalar(select(outbox.c.id).where(outbox.c.campaign_id == row.id).limit(1))
    if left is None and (row.sent_at is None or not wish.anonymise):
        connection.execute(delete(keys).where(keys.c.campaign_id == row.id))
        connection.execute(delete(campaigns).where(c.id == row.id))
    else:
        head = unpack_head(CampaignId(row.id), row.head)
        name = head.name if wish.anonymise else ""
        bare = replace(head, name=name, messages=tuple(Message() for _ in head.messages), period_names={})
        connection.execute(update(campaigns).where(c.id == row.id).values(name=name, head=pack_head(bare)))
    return row.id, 1


def discarded(connection: Connection, wish: Wish) -> None:
    """Lists and templates that a person threw away before then."""
    _overwrite(connection)
    connection.execute(delete(lists).where(lists.c.deleted, lists.c.made_at < wish.before))
    connection.execute(delete(templates).where(templates.c.deleted, templates.c.used_at < wish.before))


# --- texts and the search index

_UNUSED = ~exists(select(sms.c.id).where(sms.c.text_id == texts.c.id))


def unused_texts(connection: Connection, after: int) -> tuple[int, list[int]] | None:
    """Of the next texts beyond an id: how far they reach, and those that no SMS has; None for no more."""
    some = connection.scalars(
        select(texts.c.id).where(texts.c.id > after).order_by(texts.c.id).limit(_LOOKED)
    )
    if not (last := max(some, default=0)):
        return None
    unused = select(texts.c.id).where(texts.c.id.between(after + 1, last), _UNUSED)
    return last, [*connection.scalars(unused)]


def texts_portion(connection: Connection, some: Sequence[int]) -> None:
    """Removes those of some texts that no SMS has: one that was written meanwhile may."""
    _overwrite(connection)
    connection.execute(delete(texts).where(texts.c.id.in_(some), _UNUSED))


def index_portion(connection: Connection, *, begin: bool) -> bool:
    """Leaves some of the words that are gone out of the search index for good; whether there is more to do.

    Of numbers and names it knows three characters at a time, which tell nothing.
    """
    _overwrite(connection)
    before = connection.exec_driver_sql("SELECT total_changes()").scalar_one()
    pages = -_PAGES if begin else _PAGES
    connection.exec_driver_sql("INSERT INTO words (words, rank) VALUES ('merge', ?)", (pages,))
    # The command is a change by itself, though it does nothing.
    return bool(connection.exec_driver_sql("SELECT total_changes()").scalar_one() - before > 1)


def _overwrite(connection: Connection) -> None:
    """From now on what is freed in the file is overwritten with zeros."""
    connection.exec_driver_sql("PRAGMA secure_delete=1")
