"""Following up: whom some SMS have reached, or a later one has, and which campaigns follow which."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, case, exists, func, literal, or_, select

from smsdesk.core.campaign import CampaignId
from smsdesk.core.following import Sent, reach_of
from smsdesk.core.status import DELIVERED, meaning
from smsdesk.store.recent import GONE
from smsdesk.store.schema import campaigns, jobs, outbox, sms, texts

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Link:
    """A campaign in a chain of follow-ups, how many SMS it had, and which one it follows.

    ``sent_at`` is None of a draft.
    """

    id: CampaignId
    name: str
    sent_at: datetime | None
    sms_count: int
    follows: CampaignId | None = None


@dataclass(frozen=True, slots=True)
class Chain:
    """The chain that a ``campaign`` stands in."""

    campaign: CampaignId
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Followable:
    """SMS of one campaign that may be followed up; None where another program sent them."""

    campaign: CampaignId | None
    name: str
    account: str
    some: tuple[Sent, ...]


def of_job(connection: Connection, key: int) -> Followable:
    """All SMS of a job."""
    return _followable(connection, key, sms.c.job_key == key)


def of_campaign(connection: Connection, key: int) -> Followable:
    """All SMS of the campaign that a job is of."""
    campaign = _campaign(connection, key)
    if campaign is None:
        return of_job(connection, key)
    mine = select(jobs.c.key).join(outbox, outbox.c.id == jobs.c.entry_id)
    return _followable(connection, key, sms.c.job_key.in_(mine.where(outbox.c.campaign_id == campaign)))


def of_rows(connection: Connection, key: int, ids: Sequence[int]) -> Followable:
    """Some SMS of a job."""
    parts = [
        _followable(connection, key, sms.c.id.in_(ids[at : at + _CHUNK])) for at in range(0, len(ids), _CHUNK)
    ]
    head = parts[0]
    return Followable(
        head.campaign, head.name, head.account, tuple(one for part in parts for one in part.some)
    )


def _campaign(connection: Connection, key: int) -> CampaignId | None:
    query = select(outbox.c.campaign_id).join(jobs, jobs.c.entry_id == outbox.c.id).where(jobs.c.key == key)
    found = connection.scalar(query)
    return None if found is None else CampaignId(found)


def _followable(connection: Connection, key: int, where: ColumnElement[bool]) -> Followable:
    campaign = _campaign(connection, key)
    job = connection.execute(select(jobs.c.name, jobs.c.account).where(jobs.c.key == key)).one()
    followers = _followers(connection, campaign) if campaign else ()
    c = sms.c
    query = (
        select(
            *(c.dst, c.reference, c.name, texts.c.text, c.process_status, c.status),
            *(jobs.c.closed_at.is_not(None), _since(followers)),
        )
        .join(jobs, jobs.c.key == c.job_key)
        .outerjoin(texts, texts.c.id == c.text_id)
        .where(where)
        .order_by(c.id)
    )
    some = []
    for dst, reference, name, text, process_status, status, closed, since in connection.execute(query):
        reach = reach_of(meaning(process_status, status), since=since, closed=closed)
        some.append(Sent(dst, reference or "", name, text, reach))
    return Followable(campaign, job.name, job.account, tuple(some))


def _followers(connection: Connection, campaign: CampaignId) -> list[CampaignId]:
    """The campaigns that follow one, those that follow them, and so on."""
    found = [campaign]
    for one in found:
        found += map(CampaignId, connection.scalars(select(campaigns.c.id).where(campaigns.c.follows == one)))
    return found[1:]


def _since(followers: Sequence[CampaignId]) -> ColumnElement[bool]:
    """Whether the number of an SMS was reached by a later one, or one is under way in a follow-up."""
    later, its, entry = sms.alias("later"), jobs.alias("its"), outbox.alias("entry")
    reached = and_(later.c.process_status == "DONE", later.c.status.in_(DELIVERED))
    # What was left in doubt may have been sent.
    goes = or_(entry.c.state.not_in(GONE), entry.c.reason == "left")
    under_way = and_(
        its.c.final.is_(False),
        its.c.entry_id.in_(select(entry.c.id).where(entry.c.campaign_id.in_(followers), goes)),
        or_(later.c.process_status.is_(None), later.c.process_status.in_(("OPEN", "RUNNING"))),
    )
    after = and_(
        or_(later.c.dst == sms.c.dst, later.c.dst == _spelt_otherwise(sms.c.dst)),
        # Of another program's the time alone tells.
        or_(later.c.id > sms.c.id, later.c.id < 0),
        its.c.key == later.c.job_key,
        its.c.key != sms.c.job_key,
        or_(
            its.c.accepted_at.is_(None), jobs.c.accepted_at.is_(None), its.c.accepted_at >= jobs.c.accepted_at
        ),
    )
    return exists(
        select(1)
        .select_from(later)
        .join(its, its.c.key == later.c.job_key)
        .where(after, or_(reached, under_way))
    )


def _spelt_otherwise(dst: ColumnElement[str]) -> ColumnElement[str]:
    """A number with ``+`` and with ``00`` is that of one person."""
    plus, zeros = literal("+").concat(func.substr(dst, 3)), literal("00").concat(func.substr(dst, 2))
    return case((func.substr(dst, 1, 1) == "+", zeros), (func.substr(dst, 1, 2) == "00", plus), else_=dst)


def chain_of_job(connection: Connection, key: int) -> Chain | None:
    """The chain of the campaign that a job is of; None of another program's job."""
    campaign = _campaign(connection, key)
    return None if campaign is None else Chain(campaign, chain(connection, campaign))


def chain(connection: Connection, campaign: CampaignId) -> tuple[Link, ...]:
    """The campaign that was followed first, and all that follow it, each after the one it follows."""
    c = campaigns.c
    first = campaign
    while (before := connection.scalar(select(c.follows).where(c.id == first))) is not None:
        first = CampaignId(before)
    found, ids = [], [first]
    while ids:
        one = ids.pop(0)
        row = connection.execute(
            select(c.id, c.name, c.sent_at, c.sms_count, c.follows).where(c.id == one)
        ).first()
        if row is not None:
            follows = CampaignId(row.follows) if row.follows else None
            found.append(Link(CampaignId(row.id), row.name, row.sent_at, row.sms_count, follows))
        behind = select(c.id).where(c.follows == one, c.deleted.is_(False)).order_by(c.saved_at)
        ids += [CampaignId(each) for each in connection.scalars(behind)]
    return tuple(found)
