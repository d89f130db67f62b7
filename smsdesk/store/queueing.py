"""A campaign goes into the outbox: one transaction marks it sent and queues its jobs.

The do-not-contact list is looked at twice: here, and when an entry is taken for sending.
"""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import Any

from sqlalchemy import Connection, insert, select, update

from smsdesk.core.campaign import Campaign, CampaignId
from smsdesk.core.errors import InputError
from smsdesk.core.handing import AT_ONCE, Handing
from smsdesk.core.outbox import LATE, Entry, EntryId, EntryState, Event, Hold, step
from smsdesk.core.plan import Addressed, Unsent
from smsdesk.store import bodies, do_not_contact, drafts, grams, pauses
from smsdesk.store.jobs import closed
from smsdesk.store.outbox import note, of_campaign
from smsdesk.store.schema import campaigns, jobs, keys, outbox, sms, texts
from smsdesk.store.sms_ids import own_ids

_CHUNK = 500


@dataclass(frozen=True, slots=True, eq=False)
class Ready:
    """One job ready to go: its bytes as they will go over the wire, its mark, who is in it.

    ``names`` are those of the people who are left out. ``rows``: of each message of the campaign the rows
    (from 0) in this job. ``pilot``: the campaign's other jobs wait for its outcome. ``due``: when each that
    goes may leave, as reckoned.
    """

    body: bytes
    mark: str
    going: Addressed
    left_out: tuple[Unsent, ...] = ()
    names: tuple[str, ...] = ()
    rows: tuple[Sequence[int], ...] = ()
    pilot: bool = False
    due: Sequence[datetime | None] = ()


def commit(
    connection: Connection,
    campaign: Campaign,
    ready: tuple[Ready, ...],
    now: datetime,
    how: Handing = AT_ONCE,
) -> tuple[EntryId, ...] | None:
    """Marks the campaign sent and queues its jobs, all in the caller's one transaction.

    A campaign that was sent before is left alone, as is one whose key was used: the answer is the entries
    of the first. ``None``, and nothing is done, where the jobs were planned by a do-not-contact list that
    has changed for somebody in them.
    """
    if how.key is not None and (first := campaign_of(connection, how.key)) is not None:
        return entries_of(connection, first)
    if drafts.is_sent(connection, campaign.id):
        return entries_of(connection, campaign.id)
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
    if how.key is not None:
        connection.execute(insert(keys).values(key=how.key, campaign_id=campaign.id, at=now))
    piloted = any(job.pilot for job in ready)
    holds = [
        Hold.PILOT if piloted and not job.pilot else _hold(connection, campaign, now, how) for job in ready
    ]
    return tuple(
        _queue(connection, campaign, job, number, len(ready), listed, _standing(campaign, now, how, why))
        for number, (job, why) in enumerate(zip(ready, holds, strict=True), start=1)
    )


def campaign_of(connection: Connection, key: str) -> CampaignId | None:
    """The campaign that was sent with a key."""
    found = connection.scalar(select(keys.c.campaign_id).where(keys.c.key == key))
    return None if found is None else CampaignId(found)


def by_key(connection: Connection, key: str) -> tuple[Entry, ...]:
    """The entries of the campaign that was sent with a key.

    Raises InputError (reason ``key_restored``) where nobody knows: in a workspace from a backup, until a
    person goes on.
    """
    campaign = campaign_of(connection, key)
    if campaign is None and pauses.is_restored(connection):
        raise InputError(reason="key_restored", key=key)
    return () if campaign is None else of_campaign(connection, campaign)


def entries_of(connection: Connection, campaign_id: CampaignId) -> tuple[EntryId, ...]:
    """The entries of a campaign, in the order of its jobs."""
    mine = select(outbox.c.id).where(outbox.c.campaign_id == campaign_id).order_by(outbox.c.number)
    return tuple(EntryId(entry) for entry in connection.scalars(mine))


def _hold(connection: Connection, campaign: Campaign, now: datetime, how: Handing) -> Hold | None:
    """Why a job of a campaign does not go at once."""
    if how.undo:
        return Hold.UNDO
    if how.hold_until is not None and how.hold_until > now:
        return Hold.TIME
    return Hold.ACCOUNT if pauses.is_refused(connection, campaign.account) else None


def _standing(campaign: Campaign, now: datetime, how: Handing, hold: Hold | None) -> dict[str, Any]:
    """The columns that say how an entry begins."""
    state = EntryState.QUEUED if hold is None else step(EntryState.QUEUED, Event.HOLD)
    final_at = now + how.undo if how.undo else None
    times = (now, final_at, how.hold_until, campaign.options.start_at)
    return {
        "state": state.value,
        "hold": hold.value if hold else None,
        "final_at": final_at,
        "due_at": how.hold_until,
        "late_at": max(at for at in times if at is not None) + LATE,
        "since": now,
        "tries": 0,
    }


def _queue(
    connection: Connection,
    campaign: Campaign,
    job: Ready,
    number: int,
    of: int,
    listed: Mapping[str, do_not_contact.Listed],
    standing: Mapping[str, Any],
) -> EntryId:
    now: datetime = standing["since"]
    added = connection.execute(
        insert(outbox).values(
            campaign_id=campaign.id,
            campaign=campaign.name,
            number=number,
            of=of,
            account=campaign.account,
            mark=job.mark,
            body_hash=bodies.keep(connection, job.body),
            sms_count=len(job.going),
            rows=packed_rows(job.rows),
            pilot=job.pilot,
            **standing,
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
            starts_at=campaign.options.start_at,
            give_up_at=_give_up_at(campaign, job),
        )
    ).inserted_primary_key
    _write_sms(connection, key[0] if key else 0, job, listed, now, standing["due_at"])
    note(connection, EntryId(entry), now, "queued", {})
    if standing["hold"]:
        note(connection, EntryId(entry), now, f"held_{standing['hold']}", {})
    if job.left_out:
        note(connection, EntryId(entry), now, "left_out", {"n": len(job.left_out)})
    return EntryId(entry)


def _give_up_at(campaign: Campaign, job: Ready) -> datetime | None:
    """When the validity of a job's last SMS ends, if it has one and they leave as reckoned."""
    minutes = campaign.options.validity_min
    last = max((at for at in {*job.due} if at is not None), default=None)
    return last + timedelta(minutes=minutes) if last and minutes else None


def packed_rows(rows: Sequence[Sequence[int]]) -> bytes:
    """The rows of each message: how many, then which."""
    return array("I", chain.from_iterable((len(some), *some) for some in rows)).tobytes()


def unpacked_rows(content: bytes) -> tuple[tuple[int, ...], ...]:
    """What :func:`packed_rows` was given."""
    cells, found, at = array("I", content), [], 0
    while at < len(cells):
        end = at + 1 + cells[at]
        found.append(tuple(cells[at + 1 : end]))
        at = end
    return tuple(found)


def _write_sms(
    connection: Connection,
    key: int,
    job: Ready,
    listed: Mapping[str, do_not_contact.Listed],
    now: datetime,
    held_until: datetime | None,
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

    # What is held here leaves no sooner.
    due = {at: max(at, held_until) if at and held_until else at for at in {*job.due}}
    rows = [row(*one) for one in going]
    for values, at in zip(rows, job.due, strict=bool(job.due)):
        values["due_at"] = due[at]
    # No report will ever name them: they stand by the number by which Find knows people.
    out = [
        row(one.number, one.recipient.reference, name, one.text) | closed(listed[one.number], now)
        for one, name in zip(job.left_out, job.names, strict=True)
    ]
    ids_of_sms = own_ids(connection, len(rows) + len(out))
    for one, values in zip(ids_of_sms, [*rows, *out], strict=True):
        values["id"] = one
    connection.execute(insert(sms), rows)
    if out:
        connection.execute(insert(sms), out)
    grams.mark(connection, ids_of_sms, people=True)


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
