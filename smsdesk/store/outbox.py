"""The outbox on disk: every step of an entry is committed before the act it announces.

The do-not-contact list is looked at twice: in the transaction that queues a campaign, and in the one that
takes an entry for sending, just before its POST.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, func, insert, or_, select, update

from smsdesk.core.campaign import Campaign, CampaignId
from smsdesk.core.errors import Value, WorkspaceBroken
from smsdesk.core.outbox import ON_THE_LIST, After, Entry, EntryId, EntryState
from smsdesk.core.plan import Addressed, Unsent
from smsdesk.core.request import JobId
from smsdesk.core.status import LEFT_OUT
from smsdesk.store import do_not_contact, drafts
from smsdesk.store.jobs import close, closed
from smsdesk.store.packing import unpack_head
from smsdesk.store.schema import campaigns, jobs, leases, outbox, sms, steps, texts

_CHUNK = 500
Without = Callable[[bytes, frozenset[str]], bytes]
"""Makes of a job's bytes those without some recipients, who are told as they are written in it."""


@dataclass(frozen=True, slots=True, eq=False)
class Ready:
    """One job ready to go: its bytes as they will go over the wire, its mark, who is in it.

    ``names`` are those of the people who are left out.
    """

    body: bytes
    mark: str
    going: Addressed
    left_out: tuple[Unsent, ...] = ()
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happened to an entry; its sentence is ``step.<code>``."""

    at: datetime
    code: str
    values: Mapping[str, Value]


def commit(
    connection: Connection, campaign: Campaign, ready: tuple[Ready, ...], now: datetime
) -> tuple[EntryId, ...] | None:
    """Marks the campaign sent and queues its jobs, all in the caller's one transaction.

    A campaign that was sent before is left alone: the answer is its entries. ``None``, and nothing is
    done, where the jobs were planned by a do-not-contact list that has changed for somebody in them.
    """
    if drafts.is_sent(connection, campaign.id):
        mine = select(outbox.c.id).where(outbox.c.campaign_id == campaign.id).order_by(outbox.c.number)
        return tuple(EntryId(entry) for entry in connection.scalars(mine))
    numbers = {one.number for job in ready for one in job.left_out}
    listed = {one.number: one for one in do_not_contact.listed(connection, numbers)}
    going = [dst for job in ready for dst in job.going.dst.to_list()]
    if len(listed) < len(numbers) or do_not_contact.reached(connection, going, campaign.region):
        return None
    drafts.save_head(connection, campaign, now)
    for index, message in enumerate(campaign.messages):
        drafts.save_base(connection, campaign.id, index, message.recipients, now)
    sent = update(campaigns).where(campaigns.c.id == campaign.id).values(sent_at=now, deleted=False)
    connection.execute(sent)
    return tuple(
        _queue(connection, campaign, job, number, len(ready), listed, now)
        for number, job in enumerate(ready, start=1)
    )


def _queue(
    connection: Connection,
    campaign: Campaign,
    job: Ready,
    number: int,
    of: int,
    listed: Mapping[str, do_not_contact.Listed],
    now: datetime,
) -> EntryId:
    added = connection.execute(
        insert(outbox).values(
            campaign_id=campaign.id,
            campaign=campaign.name,
            number=number,
            of=of,
            account=campaign.account,
            mark=job.mark,
            body=job.body,
            body_hash=hashlib.sha256(job.body).digest(),
            sms_count=len(job.going),
            state=EntryState.QUEUED.value,
            since=now,
            tries=0,
        )
    )
    (entry,) = added.inserted_primary_key or (0,)
    key = connection.execute(
        insert(jobs).values(
            entry_id=entry,
            name=campaign.name,
            account=campaign.account,
            final=False,
            sms_count=len(job.going) + len(job.left_out),
            waiting=len(job.going),
            cancelled=len(job.left_out),
        )
    ).inserted_primary_key
    _write_sms(connection, key[0] if key else 0, job, listed, now)
    note(connection, EntryId(entry), now, "queued", {})
    if job.left_out:
        note(connection, EntryId(entry), now, "left_out", {"n": len(job.left_out)})
    return EntryId(entry)


def _write_sms(
    connection: Connection,
    key: int,
    job: Ready,
    listed: Mapping[str, do_not_contact.Listed],
    now: datetime,
) -> None:
    going = [*job.going]
    ids = _text_ids(connection, [text for *_, text in going] + [one.text for one in job.left_out])

    def row(dst: str, reference: str | None, name: str, text: str) -> dict[str, Any]:
        return {
            "job_key": key,
            "dst": dst,
            "reference": reference or None,
            "name": name,
            "text_id": ids[text],
        }

    connection.execute(insert(sms), [row(*one) for one in going])
    # No report will ever name them: they stand by the number by which Find knows people.
    out = [
        row(one.number, one.recipient.reference, name, one.text) | closed(listed[one.number], now)
        for one, name in zip(job.left_out, job.names, strict=True)
    ]
    if out:
        connection.execute(insert(sms), out)


def _text_ids(connection: Connection, wanted: list[str]) -> dict[str, int]:
    """The id of each distinct text; new ones are added."""

    def known(chunk: list[str]) -> Iterator[tuple[str, int]]:
        for row in connection.execute(select(texts.c.text, texts.c.id).where(texts.c.text.in_(chunk))):
            yield row.text, row.id

    distinct = list(dict.fromkeys(wanted))
    chunks = [distinct[i : i + _CHUNK] for i in range(0, len(distinct), _CHUNK)]
    ids = {text: number for chunk in chunks for text, number in known(chunk)}
    new = [text for text in distinct if text not in ids]
    if new:
        connection.execute(insert(texts), [{"text": text} for text in new])
        for i in range(0, len(new), _CHUNK):
            ids.update(known(new[i : i + _CHUNK]))
    return ids


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
    )


_COLUMNS = [column for column in outbox.c if column.name not in ("body", "body_hash", "owner")]


def entries(connection: Connection) -> tuple[Entry, ...]:
    """All entries, newest first."""
    return tuple(_entry(row) for row in connection.execute(select(*_COLUMNS).order_by(outbox.c.id.desc())))


def entry(connection: Connection, entry_id: EntryId) -> Entry:
    """One entry."""
    return _entry(connection.execute(select(*_COLUMNS).where(outbox.c.id == entry_id)).one())


def body(connection: Connection, entry_id: EntryId) -> bytes:
    """The bytes to send. Raises WorkspaceBroken where they are not what was committed."""
    row = connection.execute(select(outbox.c.body, outbox.c.body_hash).where(outbox.c.id == entry_id)).one()
    content = bytes(row.body)
    if hashlib.sha256(content).digest() != bytes(row.body_hash):
        raise WorkspaceBroken(folder="", reason="body")
    return content


def body_of_job(connection: Connection, job_key: int) -> bytes | None:
    """The bytes that a job of this workspace was made by; None for one that was made elsewhere."""
    entry_id = connection.scalar(select(jobs.c.entry_id).where(jobs.c.key == job_key))
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


def take(connection: Connection, account: str, now: datetime, owner: str, without: Without) -> Entry | None:
    """The next due entry of an account, from now on ``sending`` by ``owner``.

    Who came onto the do-not-contact list since it was queued is not in its body any more; an entry with
    nobody left is ``left``, and the next one is taken.
    """
    due = and_(
        outbox.c.account == account,
        outbox.c.state == EntryState.QUEUED.value,
        or_(outbox.c.not_before.is_(None), outbox.c.not_before <= now),
    )
    while (found := connection.scalar(select(func.min(outbox.c.id)).where(due))) is not None:
        if _leave_out(connection, EntryId(found), now, without):
            break
    if found is None:
        return None
    sending = {"state": EntryState.SENDING.value, "since": now, "owner": owner, "tries": outbox.c.tries + 1}
    connection.execute(update(outbox).where(outbox.c.id == found).values(sending))
    note(connection, found, now, "sending", {})
    return entry(connection, found)


def _leave_out(connection: Connection, entry_id: EntryId, now: datetime, without: Without) -> bool:
    """Takes who is on the do-not-contact list out of an entry; whether anybody is left."""
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
        return True
    content = without(body(connection, entry_id), frozenset(rows[at].dst for at in out))
    values: dict[str, Any] = {
        "body": content,
        "body_hash": hashlib.sha256(content).digest(),
        "sms_count": len(rows) - len(out),
    }
    close(connection, key, {rows[at].id: one for at, one in out.items()}, now)
    note(connection, entry_id, now, "left_out", {"n": len(out)})
    if len(out) == len(rows):
        values |= {"state": EntryState.LEFT.value, "since": now, "reason": ON_THE_LIST}
        note(connection, entry_id, now, "nobody_left", {})
    connection.execute(update(outbox).where(outbox.c.id == entry_id).values(values))
    return len(out) < len(rows)


def settle(
    connection: Connection,
    entry_id: EntryId,
    owner: str,
    after: After,
    now: datetime,
    reason: str | None,
    job_id: JobId | None,
    step: str,
) -> bool:
    """What an answer made of an entry; False where it is no longer this owner's to say."""
    mine = and_(outbox.c.id == entry_id, outbox.c.state == EntryState.SENDING.value, outbox.c.owner == owner)
    values = {
        "state": after.state.value,
        "since": now,
        "not_before": after.not_before,
        "reason": reason,
        "owner": None,
    }
    if not connection.execute(update(outbox).where(mine).values(values)).rowcount:
        return False
    note(connection, entry_id, now, step, {"job": job_id} if job_id else {})
    if job_id:
        _accept(connection, entry_id, job_id, now)
    return True


def _accept(connection: Connection, entry_id: EntryId, job_id: JobId, now: datetime) -> None:
    connection.execute(update(outbox).where(outbox.c.id == entry_id).values(job_id=job_id))
    accepted = {"job_id": job_id, "accepted_at": now, "changed_at": now, "next_ask_at": now}
    connection.execute(update(jobs).where(jobs.c.entry_id == entry_id).values(accepted))


def abandon(connection: Connection, now: datetime, alive: str) -> tuple[EntryId, ...]:
    """Entries that somebody else was sending and left so become uncertain; answers their ids.

    Somebody whose lease ``send:<account>`` still runs is at work and left alone. ``alive`` is the caller.
    """
    working = select(leases.c.owner).where(leases.c.until > now, leases.c.name == "send:" + outbox.c.account)
    orphaned = and_(
        outbox.c.state == EntryState.SENDING.value,
        outbox.c.owner != alive,
        outbox.c.owner.not_in(working),
    )
    found = tuple(EntryId(n) for n in connection.scalars(select(outbox.c.id).where(orphaned)))
    for entry_id in found:
        # "since" stays the instant of the POST: the job is looked for around it.
        uncertain = {"state": EntryState.UNCERTAIN.value, "reason": "stopped", "owner": None}
        connection.execute(update(outbox).where(outbox.c.id == entry_id).values(uncertain))
        note(connection, entry_id, now, "stopped", {})
    return found


def _turn(
    connection: Connection, entry_id: EntryId, states: tuple[EntryState, ...], values: Mapping[str, Any]
) -> bool:
    allowed = and_(outbox.c.id == entry_id, outbox.c.state.in_([state.value for state in states]))
    return bool(connection.execute(update(outbox).where(allowed).values(values)).rowcount)


def found(connection: Connection, entry_id: EntryId, job_id: JobId, now: datetime) -> bool:
    """An uncertain entry whose job was found by its mark is accepted."""
    values = {"state": EntryState.ACCEPTED.value, "since": now, "reason": None}
    if not _turn(connection, entry_id, (EntryState.UNCERTAIN,), values):
        return False
    _accept(connection, entry_id, job_id, now)
    note(connection, entry_id, now, "found", {"job": job_id})
    return True


def again(connection: Connection, entry_id: EntryId, now: datetime) -> bool:
    """A person sends an uncertain or refused entry once more, with the same bytes."""
    values = {"state": EntryState.QUEUED.value, "since": now, "not_before": None, "reason": None}
    turned = _turn(connection, entry_id, (EntryState.UNCERTAIN, EntryState.REFUSED), values)
    if turned:
        note(connection, entry_id, now, "again", {})
    return turned


def leave(connection: Connection, entry_id: EntryId, now: datetime) -> bool:
    """A person lets an uncertain, refused or waiting entry be: it is never sent."""
    states = (EntryState.UNCERTAIN, EntryState.REFUSED, EntryState.QUEUED)
    turned = _turn(connection, entry_id, states, {"state": EntryState.LEFT.value, "since": now})
    if turned:
        note(connection, entry_id, now, "left", {})
    return turned


def note(
    connection: Connection, entry_id: EntryId, now: datetime, code: str, values: Mapping[str, Value]
) -> None:
    """Adds a step."""
    row = {"entry_id": entry_id, "at": now, "code": code, "values": json.dumps(dict(values))}
    connection.execute(insert(steps).values(row))


def steps_of(connection: Connection, entry_id: EntryId) -> tuple[Step, ...]:
    """What happened to an entry, in order."""
    c = steps.c
    rows = connection.execute(select(c.at, c.code, c["values"]).where(c.entry_id == entry_id).order_by(c.id))
    return tuple(Step(at, code, json.loads(values)) for at, code, values in rows)
