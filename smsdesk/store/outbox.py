"""The outbox on disk: every step of an entry is committed before the act it announces.

:func:`turn` is the one place that changes a state, and it knows no step but those of core's machine. What a
sender writes (:func:`take`, :func:`settle`) carries the number of its lease, so that one who slept and was
taken for dead writes nothing.
"""

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, func, insert, or_, select, update

from smsdesk.core.campaign import CampaignId
from smsdesk.core.errors import Value, WorkspaceBroken
from smsdesk.core.outbox import (
    DUPLICATE,
    HOLDING,
    LEFT,
    LONGEST_PAUSE,
    ON_THE_LIST,
    READY,
    After,
    Entry,
    EntryId,
    EntryState,
    Event,
    Exchange,
    Hold,
    goal,
    is_fact,
    settling_from,
    sources,
)
from smsdesk.core.request import JobId
from smsdesk.core.status import LEFT_OUT
from smsdesk.store import bodies, do_not_contact, drafts, exchanges, grams, pauses
from smsdesk.store.discovering import give_way
from smsdesk.store.jobs import close
from smsdesk.store.leases import Lease, is_held
from smsdesk.store.packing import unpack_head
from smsdesk.store.schema import campaigns, jobs, leases, outbox, sms, steps

FIRST_STEPS, LAST_STEPS = 20, 200
"""So many steps of an entry are kept at least."""
BETWEEN = "between"
"""The step that stands for ``n`` steps which are not kept."""
Without = Callable[[bytes, frozenset[str]], bytes]
"""Makes of a job's bytes those without some recipients, who are told as they are written in it."""


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened to an entry; its sentence is ``step.<code>``."""

    at: datetime
    code: str
    values: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Taken:
    """An entry that is ``sending`` on disk, and the bytes that go."""

    entry: Entry
    body: bytes


# --- reading


def _entry(row: Row[Any]) -> Entry:
    return Entry(
        id=EntryId(row.id),
        campaign_id=CampaignId(row.campaign_id),
        campaign=row.campaign,
        number=row.number,
        of=row.of,
        account=row.account,
        mark=row.mark,
        sms_count=row.sms_count,
        state=EntryState(row.state),
        since=row.since,
        tries=row.tries,
        not_before=row.not_before,
        reason=row.reason,
        job_id=JobId(row.job_id) if row.job_id else None,
        hold=Hold(row.hold) if row.hold else None,
        due_at=row.due_at,
        final_at=row.final_at,
        pilot=row.pilot,
        posted_at=row.posted_at,
        asked_at=row.asked_at,
        everywhere_at=row.everywhere_at,
        not_found_at=row.not_found_at,
    )


_CHUNK = 500
_HIDDEN = ("body_hash", "owner", "lease", "rows", "adopted", "late_at")
_COLUMNS = [column for column in outbox.c if column.name not in _HIDDEN]


def entries(connection: Connection, which: ColumnElement[bool] | None = None) -> tuple[Entry, ...]:
    """All entries or some, newest first."""
    query = select(*_COLUMNS).order_by(outbox.c.id.desc())
    return tuple(_entry(row) for row in connection.execute(query if which is None else query.where(which)))


def in_state(connection: Connection, account: str, state: EntryState) -> tuple[Entry, ...]:
    """The entries of an account in a state, newest first."""
    return entries(connection, and_(outbox.c.account == account, outbox.c.state == state.value))


def of_campaign(connection: Connection, campaign_id: CampaignId) -> tuple[Entry, ...]:
    """The entries of a campaign, in the order of its jobs."""
    return entries(connection, outbox.c.campaign_id == campaign_id)[::-1]


def these(connection: Connection, which: Collection[EntryId]) -> tuple[Entry, ...]:
    """Some entries, the oldest first."""
    wanted = sorted(which)
    pieces = (wanted[at : at + _CHUNK] for at in range(0, len(wanted), _CHUNK))
    return tuple(one for piece in pieces for one in entries(connection, outbox.c.id.in_(piece))[::-1])


def entry(connection: Connection, entry_id: EntryId) -> Entry:
    """One entry."""
    return _entry(connection.execute(select(*_COLUMNS).where(outbox.c.id == entry_id)).one())


def standing(connection: Connection) -> dict[str, set[EntryState]]:
    """Of each account the states in which it has entries."""
    found: dict[str, set[EntryState]] = {}
    for account, state in connection.execute(select(outbox.c.account, outbox.c.state).distinct()):
        found.setdefault(account, set()).add(EntryState(state))
    return found


def paused(connection: Connection) -> frozenset[str]:
    """The accounts that a person paused; "" for all of them."""
    return pauses.paused(connection)


def ready_times(connection: Connection, account: str) -> set[datetime | None]:
    """Before which instants what is ready to go does not; empty while the account is paused."""
    if pauses.is_paused(connection, account):
        return set()
    query = select(outbox.c.not_before).where(outbox.c.account == account, _is(*READY)).distinct()
    return set(connection.scalars(query))


def body(connection: Connection, entry_id: EntryId) -> bytes:
    """The bytes to send. Raises WorkspaceBroken where they are not what was committed."""
    content = _sound_body(connection, entry_id)
    if content is None:
        raise WorkspaceBroken(folder="", reason="body")
    return content


def _sound_body(connection: Connection, entry_id: EntryId) -> bytes | None:
    wanted = connection.execute(select(outbox.c.body_hash).where(outbox.c.id == entry_id)).scalar_one()
    return bodies.sound(connection, wanted)


def body_of_job(connection: Connection, job_key: int) -> bytes | None:
    """The bytes that a job of this workspace was made by; None for one that was made elsewhere.

    Or for one whose bytes are kept no longer.
    """
    query = select(jobs.c.entry_id).join(outbox, outbox.c.id == jobs.c.entry_id)
    entry_id = connection.scalar(query.where(jobs.c.key == job_key, func.length(outbox.c.body_hash) > 0))
    return None if entry_id is None else body(connection, entry_id)


def left_out(connection: Connection, campaign_id: CampaignId) -> list[str] | None:
    """Whom a sent campaign did not reach for the do-not-contact list, as written; None for a draft."""
    if not drafts.is_sent(connection, campaign_id):
        return None
    process_status, status = LEFT_OUT
    mine = and_(
        outbox.c.campaign_id == campaign_id,
        sms.c.process_status == process_status,
        sms.c.status == status,
    )
    query = select(sms.c.dst).join(jobs, jobs.c.key == sms.c.job_key)
    return list(connection.scalars(query.join(outbox, outbox.c.id == jobs.c.entry_id).where(mine)))


# --- the one place that changes a state


def _is(*states: EntryState) -> ColumnElement[bool]:
    return outbox.c.state.in_([state.value for state in states])


def turn(
    connection: Connection,
    which: ColumnElement[bool],
    event: Event,
    now: datetime,
    told: str | None,
    **values: Any,
) -> tuple[EntryId, ...]:
    """An event for all of ``which`` that it can happen to: their ids. ``told`` is the code of the step."""
    c = outbox.c
    found = tuple(
        EntryId(n) for n in connection.scalars(select(c.id).where(which, _is(*sources(event))).order_by(c.id))
    )
    for at in range(0, len(found), _CHUNK):
        some = found[at : at + _CHUNK]
        state = {"state": goal(event).value, "since": now, "hold": None, "not_before": None, "owner": None}
        connection.execute(update(outbox).where(c.id.in_(some)).values({**state, "lease": None, **values}))
    if told is not None:
        for entry_id in found:
            note(connection, entry_id, now, told, {})
    return found


# --- sending


def take(connection: Connection, account: str, now: datetime, lease: Lease, without: Without) -> Taken | None:
    """The next due entry of an account, from now on ``sending`` under ``lease``.

    None where nothing is due, the account is paused, or the lease has gone to somebody else. Who came onto
    the do-not-contact list since it was queued is not in its body any more; an entry with nobody left is
    cancelled, one whose bytes are not those that were queued is held, and the next one is taken.
    """
    if not is_held(connection, lease) or pauses.is_paused(connection, account):
        return None
    while (found := connection.scalar(select(func.min(outbox.c.id)).where(_due(account, now)))) is not None:
        entry_id = EntryId(found)
        content = _sound_body(connection, entry_id)
        if content is None:
            turn(connection, outbox.c.id == entry_id, Event.HOLD, now, "held_body", hold=Hold.BODY.value)
            continue
        content = _leave_out(connection, entry_id, content, now, without)
        if content is None:
            continue
        began = {"owner": lease.owner, "lease": lease.number, "tries": outbox.c.tries + 1}
        fresh = {
            "posted_at": now,
            "asked_at": None,
            "everywhere_at": None,
            "not_found_at": None,
            "reason": None,
        }
        turn(connection, outbox.c.id == entry_id, Event.START, now, "sending", **began, **fresh)
        return Taken(entry(connection, entry_id), content)
    return None


def _due(account: str, now: datetime) -> ColumnElement[bool]:
    c = outbox.c
    # As core's rule: a pause longer than any comes of a clock that was set back.
    over = or_(c.not_before.is_(None), c.not_before <= now, c.not_before > now + LONGEST_PAUSE)
    return and_(c.account == account, _is(*READY), over)


def _leave_out(
    connection: Connection, entry_id: EntryId, content: bytes, now: datetime, without: Without
) -> bytes | None:
    """The bytes without those who are on the do-not-contact list; None where nobody is left."""
    if not do_not_contact.count(connection):
        return content
    key, head = connection.execute(
        select(jobs.c.key, campaigns.c.head)
        .join(outbox, outbox.c.id == jobs.c.entry_id)
        .join(campaigns, campaigns.c.id == outbox.c.campaign_id)
        .where(outbox.c.id == entry_id)
    ).one()
    waiting = and_(sms.c.job_key == key, sms.c.process_status.is_(None))
    rows = connection.execute(select(sms.c.id, sms.c.dst).where(waiting).order_by(sms.c.id)).all()
    region = unpack_head(CampaignId(""), head).region
    out = do_not_contact.reached(connection, [row.dst for row in rows], region)
    if not out:
        return content
    content = without(content, frozenset(rows[at].dst for at in out))
    values: dict[str, Any] = {
        "body_hash": bodies.keep(connection, content),
        "sms_count": len(rows) - len(out),
    }
    close(connection, key, {rows[at].id: one for at, one in out.items()}, now)
    note(connection, entry_id, now, "left_out", {"n": len(out)})
    connection.execute(update(outbox).where(outbox.c.id == entry_id).values(values))
    if len(out) < len(rows):
        return content
    turn(connection, outbox.c.id == entry_id, Event.CANCEL, now, "nobody_left", reason=ON_THE_LIST)
    return None


def settle(
    connection: Connection,
    tried: Entry,
    lease: Lease,
    after: After,
    now: datetime,
    reason: str | None,
    job_id: JobId | None,
    told: str,
    exchange: Exchange | None = None,
) -> bool:
    """What an answer made of a try; False where it is no longer this lease's, or not the last one."""
    entry_id = tried.id
    mine = and_(
        outbox.c.id == entry_id,
        outbox.c.tries == tried.tries,
        _is(EntryState.SENDING),
        outbox.c.owner == lease.owner,
        outbox.c.lease == lease.number,
    )
    values = {"not_before": after.not_before, "reason": reason}
    if not turn(connection, mine, after.event, now, None, **values):
        return False
    if exchange is not None:
        exchanges.add(connection, entry_id, exchange)
    note(connection, entry_id, now, told, {"job": job_id} if job_id else {})
    if job_id:
        _accept(connection, entry_id, job_id, now)
    if after.event is Event.REFUSE and reason in HOLDING:
        hold_account(connection, entry(connection, entry_id).account, reason, now)
    return True


def hold_account(connection: Connection, account: str, reason: str, now: datetime) -> None:
    """Everything of an account that has not left is held: the service refuses the account itself."""
    pauses.add(connection, account, Hold.ACCOUNT, reason, now)
    ready_ones = and_(outbox.c.account == account, _is(*READY))
    turn(connection, ready_ones, Event.HOLD, now, "held_account", hold=Hold.ACCOUNT.value, reason=reason)


def _accept(connection: Connection, entry_id: EntryId, job_id: JobId, now: datetime) -> None:
    give_way(connection, job_id)
    connection.execute(update(outbox).where(outbox.c.id == entry_id).values(job_id=job_id))
    accepted = {"job_id": job_id, "accepted_at": now, "changed_at": now, "next_ask_at": now}
    connection.execute(update(jobs).where(jobs.c.entry_id == entry_id).values(accepted))
    mine = select(sms.c.id).join(jobs, jobs.c.key == sms.c.job_key).where(jobs.c.entry_id == entry_id)
    grams.mark(connection, connection.scalars(mine), people=False)


def abandon(
    connection: Connection, now: datetime, alive: str, under_way: Collection[EntryId] | None = None
) -> tuple[EntryId, ...]:
    """Entries that somebody was sending and left so become uncertain; answers their ids.

    Somebody else whose lease ``send:<account>`` still runs is at work and left alone. ``alive`` is the
    caller, whose own entries are left alone too, or those that are ``under_way``.
    """
    working = select(leases.c.owner).where(leases.c.until > now, leases.c.name == "send:" + outbox.c.account)
    orphaned = and_(outbox.c.owner != alive, outbox.c.owner.not_in(working))
    if under_way is not None:
        orphaned = or_(orphaned, and_(outbox.c.owner == alive, outbox.c.id.not_in(under_way)))
    # "since" stays the instant of the POST: the job is looked for around it.
    return turn(connection, orphaned, Event.LOSE, now, "stopped", reason="stopped", since=outbox.c.since)


# --- settling what is uncertain, and a person's word


def found(connection: Connection, entry_id: EntryId, job_id: JobId, now: datetime) -> bool:
    """An uncertain entry whose job is known is accepted."""
    values = {"reason": None, "not_found_at": None}
    if not turn(connection, outbox.c.id == entry_id, Event.FIND, now, None, **values):
        return False
    _accept(connection, entry_id, job_id, now)
    note(connection, entry_id, now, "found", {"job": job_id})
    return True


def adopt(connection: Connection, entry_id: EntryId, job_id: JobId, now: datetime) -> bool:
    """As :func:`found`, by the mark: the job's recipients are still to be compared when they appear."""
    mine = outbox.c.id == entry_id
    if not found(connection, entry_id, job_id, now):
        return False
    connection.execute(update(outbox).where(mine).values(adopted=True))
    return True


def adopted(connection: Connection, job_key: int) -> tuple[Entry, tuple[bytes, ...]] | None:
    """The entry of a job whose recipients are still to be compared, with every body that was tried."""
    query = select(outbox.c.id).join(jobs, jobs.c.entry_id == outbox.c.id)
    found_id = connection.scalar(query.where(jobs.c.key == job_key, outbox.c.adopted))
    if found_id is None:
        return None
    tried = {exchange.body for exchange in exchanges.of(connection, EntryId(found_id))}
    tried.add(body(connection, EntryId(found_id)))
    return entry(connection, EntryId(found_id)), tuple(tried)


def compared(connection: Connection, entry_id: EntryId, told: str, now: datetime) -> bool:
    """The recipients of an adopted job were compared, which is said once."""
    mine = and_(outbox.c.id == entry_id, outbox.c.adopted)
    if not connection.execute(update(outbox).where(mine).values(adopted=False)).rowcount:
        return False
    note(connection, entry_id, now, told, {})
    return True


def looked_up(connection: Connection, which: Collection[EntryId], now: datetime, everywhere: bool) -> None:  # noqa: FBT001 (a verb's parameters go by position)
    """Uncertain entries were looked for; ``everywhere``: in every data centre, and none has their jobs.

    After the settling time that is a fact; a duplicate is then one of a job that is not ours, and refused.
    """
    c = outbox.c
    for row in entries(connection, and_(c.id.in_([*which]), _is(EntryState.UNCERTAIN))):
        this = c.id == row.id
        last_at = row.asked_at or row.posted_at or row.since
        from_at = settling_from(row.settling_from, last_at, now, everywhere=everywhere)
        fact = everywhere and is_fact(from_at, now)
        values = {"asked_at": now, "everywhere_at": from_at}
        if fact and row.reason == DUPLICATE:
            turn(connection, this, Event.DISOWN, now, "disowned", reason=DUPLICATE)
            continue
        if fact and row.not_found_at is None:
            note(connection, row.id, now, "not_found_anywhere", {})
        if fact:
            values["not_found_at"] = row.not_found_at or now
        connection.execute(update(outbox).where(this).values(values))


def again(connection: Connection, entry_id: EntryId, now: datetime) -> bool:
    """A person sends an uncertain or refused entry once more, with the same bytes."""
    values = {"reason": None, "not_found_at": None}
    return bool(turn(connection, outbox.c.id == entry_id, Event.AGAIN, now, "again", **values))


def cancel(connection: Connection, which: Collection[EntryId], now: datetime) -> tuple[EntryId, ...]:
    """A person lets entries be that have not left, were refused or are uncertain: they are never sent."""
    chosen = outbox.c.id.in_([*which])
    uncertain = and_(chosen, _is(EntryState.UNCERTAIN))
    left = turn(connection, uncertain, Event.CANCEL, now, "left", reason=LEFT)
    left += turn(connection, and_(chosen, _is(EntryState.REFUSED)), Event.CANCEL, now, "left")
    return left + turn(connection, chosen, Event.CANCEL, now, "cancelled", reason=None)


def note(
    connection: Connection, entry_id: EntryId, now: datetime, code: str, values: Mapping[str, Value]
) -> None:
    """Adds a step. Of very many the first and the last are kept, and the number of those between."""
    row = {"entry_id": entry_id, "at": now, "code": code, "values": json.dumps(dict(values))}
    connection.execute(insert(steps).values(row))
    c = steps.c
    mine = select(c.id, c.code, c["values"]).where(c.entry_id == entry_id).order_by(c.id)
    if connection.execute(mine.offset(FIRST_STEPS + 1 + LAST_STEPS).limit(1)).first() is None:
        return
    between, *later = connection.execute(mine.offset(FIRST_STEPS).limit(2)).all()
    left_out = [between, *later] if between.code != BETWEEN else later
    before = json.loads(between.values)["n"] if between.code == BETWEEN else 0
    told = {"code": BETWEEN, "values": json.dumps({"n": before + len(left_out)})}
    connection.execute(update(steps).where(c.id == between.id).values(told))
    connection.execute(delete(steps).where(c.id.in_([one.id for one in later])))


def steps_of(connection: Connection, entry_id: EntryId) -> tuple[Step, ...]:
    """What happened to an entry, in order."""
    c = steps.c
    rows = connection.execute(select(c.at, c.code, c["values"]).where(c.entry_id == entry_id).order_by(c.id))
    return tuple(Step(at, code, json.loads(values)) for at, code, values in rows)
