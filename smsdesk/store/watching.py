"""What the watcher asks of the store: which jobs are open and due, what was heard, which have closed."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, or_, select, update

from smsdesk.core.handing import LONGEST_UNDO
from smsdesk.core.outbox import LONGEST_PAUSE, READY, EntryState, Hold
from smsdesk.core.polling import GRACE, KEPT, LONGEST, SOON, WINDOW, Watched, next_ask, reports_room
from smsdesk.core.request import JobId, JobReport, RecipientReport
from smsdesk.store import budget, pauses, recording, states
from smsdesk.store.differing import keep_differences
from smsdesk.store.schema import jobs, outbox

MOST = 200
"""So many jobs are looked at for a plan: the newest, and those that are due the longest."""


@dataclass(frozen=True, slots=True)
class Open:
    """An open job to ask for: where it was found, and how the planner sees it."""

    job_id: JobId
    account: str
    url: str | None
    watched: Watched


@dataclass(frozen=True, slots=True)
class Feed:
    """The open jobs of an account at one data centre that were seen there: what a list is about.

    ``stirred_at``: when any of them changed last.
    """

    url: str
    jobs: int
    oldest_at: datetime
    stirred_at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """What a data centre says of a job itself, as it came and as it is read."""

    answer: bytes
    report: JobReport


@dataclass(frozen=True, slots=True)
class Heard:
    """What an answer brought: the SMS that changed, and the reports where it was not the same as before."""

    changed: tuple[int, ...]
    reports: tuple[RecipientReport, ...] | None


_OPEN = and_(jobs.c.final.is_(False), jobs.c.job_id.is_not(None))


def accounts(connection: Connection) -> tuple[str, ...]:
    """The accounts with open jobs."""
    return tuple(connection.scalars(select(jobs.c.account).where(_OPEN).distinct()))


def open_jobs(
    connection: Connection, account: str, on_screen: Collection[int], now: datetime
) -> tuple[Open, ...]:
    """The open jobs of an account that are on screen or due."""
    c = jobs.c
    moving = or_(c.next_change_at.is_(None), c.next_change_at <= now, c.accepted_at > now)
    set_back = and_(c.next_ask_at > now + LONGEST, moving)
    due = and_(_OPEN, c.account == account, or_(c.next_ask_at <= now, set_back))
    found: dict[int, Open] = {}
    for order in (c.next_ask_at.asc(), c.accepted_at.desc()):
        rows = connection.execute(_query(due).order_by(order, c.key).limit(MOST)).all()
        found |= {row.key: _open(row, now) for row in rows if row.key not in found}
    if on_screen:
        shown = and_(_OPEN, c.account == account, c.key.in_([*on_screen]))
        found |= {row.key: _open(row, now) for row in connection.execute(_query(shown))}
    return tuple(found.values())


def _query(where: ColumnElement[bool]) -> Any:
    c = jobs.c
    return select(
        c.key,
        c.job_id,
        c.account,
        c.url,
        c.accepted_at,
        c.next_ask_at,
        c.asked_at,
        c.changed_at,
        c.next_change_at,
        c.give_up_at,
    ).where(where)


def _open(row: Row[Any], now: datetime) -> Open:
    watched = Watched(
        row.key,
        row.accepted_at or now,
        row.next_ask_at or now,
        row.asked_at,
        row.changed_at,
        row.next_change_at,
        row.give_up_at,
    )
    return Open(row.job_id, row.account, row.url, watched)


def heard(
    connection: Connection,
    key: int,
    url: str,
    told: Told | None,
    answer: bytes,
    read: Callable[[bytes], tuple[RecipientReport, ...]],
    now: datetime,
) -> Heard | None:
    """Stores what a data centre said of a job and when it is asked for again.

    ``told``: of the job itself, where that was asked for too; ``read`` makes reports of an ``answer``, which
    need not be done where it is the last one again. None: the answer says nothing of a job. What comes of one
    that has gone from here meanwhile is overlooked.
    """
    if connection.scalar(select(jobs.c.key).where(jobs.c.key == key)) is None:
        return Heard((), None)
    if told is None and states.is_last(connection, key, "recipients", states.hashed(answer)):
        _touch(connection, key, url, now)
        put_off(connection, key, now)
        return Heard((), None)
    reports = read(answer)
    if not reports and told is None:
        return None
    states.keep_answer(connection, key, "recipients", answer, now)
    if told is not None:
        states.keep_answer(connection, key, "job", told.answer, now)
        keep_differences(connection, key, told.report)
    report = None if told is None else told.report
    changed = recording.record(connection, key, url, report, reports, now, now)
    put_off(connection, key, now)
    return Heard(changed, reports)


def _touch(connection: Connection, key: int, url: str, now: datetime) -> None:
    """What is known is still so; a job that the service has finished is believed after a while."""
    this = jobs.c.key == key
    finished_at = connection.scalar(select(jobs.c.finished_at).where(this))
    over = finished_at is not None and finished_at + GRACE <= now
    final = {"final": True} if over else {}
    connection.execute(update(jobs).where(this).values(url=url, asked_at=now, **final))


def put_off(connection: Connection, key: int, now: datetime) -> None:
    """Asks for a job again when the planner says."""
    for row in connection.execute(_query(jobs.c.key == key)).all():
        again = next_ask(_open(row, now).watched, now)
        connection.execute(update(jobs).where(jobs.c.key == key).values(next_ask_at=again))


def close_unreported(connection: Connection, key: int, now: datetime) -> None:
    """A job that the service no longer reports: its last reports stay."""
    connection.execute(update(jobs).where(jobs.c.key == key).values(final=True, closed_at=now))


def expiring(connection: Connection, now: datetime) -> int:
    """How many open jobs the service will soon report no longer."""
    soon = jobs.c.accepted_at.between(now - KEPT, now - KEPT + SOON)
    return connection.scalar(select(func.count()).where(_OPEN, soon)) or 0


# --- the budget


def room(connection: Connection, account: str, now: datetime, allowed: int) -> int:
    """Of the requests allowed in 10 seconds those that reports may use."""
    return reports_room(allowed, sends=_sends(connection, account, now))


def take(connection: Connection, account: str, now: datetime, allowed: int) -> timedelta:
    """Counts one request for reports and answers zero, or how long to wait."""
    return budget.take(connection, account, now, allowed, allowed - room(connection, account, now, allowed))


def _sends(connection: Connection, account: str, now: datetime) -> bool:
    """Whether the outbox has something that may go now, or while a request of now still counts.

    A time that is further than any comes of a clock that was set back, as in the outbox.
    """
    if pauses.is_paused(connection, account):
        return False
    c, soon = outbox.c, now + WINDOW
    ready = c.state.in_([state.value for state in READY])
    waited = or_(c.not_before.is_(None), c.not_before <= soon, c.not_before > now + LONGEST_PAUSE)
    undone = and_(c.hold == Hold.UNDO.value, or_(c.final_at <= soon, c.final_at > now + LONGEST_UNDO))
    timed = and_(c.hold == Hold.TIME.value, c.due_at <= soon)
    held = and_(c.state == EntryState.HELD.value, or_(undone, timed))
    which = and_(c.account == account, or_(and_(ready, waited), held))
    return connection.execute(select(c.id).where(which).limit(1)).first() is not None


# --- the change feed


def feeds(connection: Connection, account: str, now: datetime) -> tuple[Feed, ...]:
    """Of each data centre the open jobs of an account that can change."""
    c = jobs.c
    moving = or_(c.next_change_at.is_(None), c.next_change_at <= now, c.accepted_at > now)
    stirred = func.max(func.coalesce(c.changed_at, c.accepted_at), type_=c.accepted_at.type)
    rows = connection.execute(
        select(
            c.url, func.count().label("jobs"), func.min(c.accepted_at).label("oldest"), stirred.label("last")
        )
        .where(_OPEN, c.account == account, c.url.is_not(None), c.asked_at.is_not(None), moving)
        .group_by(c.url)
    )
    return tuple(Feed(row.url, row.jobs, row.oldest, row.last) for row in rows)


def unlisted(
    connection: Connection, account: str, url: str, since: datetime, listed: Collection[JobId]
) -> frozenset[int]:
    """Open jobs of a data centre, accepted ``since``, that are not among those it lists as open."""
    c = jobs.c
    rows = connection.execute(
        select(c.key, c.job_id).where(
            _OPEN, c.account == account, c.url == url, c.asked_at.is_not(None), c.accepted_at >= since
        )
    )
    there = frozenset(listed)
    return frozenset(row.key for row in rows if row.job_id not in there)


def hurry(connection: Connection, keys: Collection[int], now: datetime) -> None:
    """These jobs have just changed: they are asked for now."""
    some = [*keys]
    for at in range(0, len(some), MOST):
        these = jobs.c.key.in_(some[at : at + MOST])
        connection.execute(update(jobs).where(these).values(next_ask_at=now, next_change_at=now))


def hurry_all(connection: Connection, account: str, now: datetime) -> None:
    """All open jobs of an account may have changed: they are asked for now."""
    its = and_(_OPEN, jobs.c.account == account)
    connection.execute(update(jobs).where(its).values(next_ask_at=now, next_change_at=now))
