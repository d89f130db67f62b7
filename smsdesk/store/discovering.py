"""How far the jobs of each account were listed, and those that were found there and are not ours."""

from collections.abc import Collection, Mapping
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from smsdesk.core.request import JobId
from smsdesk.store import changes
from smsdesk.store.schema import answers, feeds, history, jobs, sms

_CHUNK = 500


def listed_until(connection: Connection, account: str) -> dict[str, datetime]:
    """Until when each data centre of an account was listed, by its address."""
    rows = connection.execute(select(feeds.c.url, feeds.c.until).where(feeds.c.account == account))
    return {row.url: row.until for row in rows}


def list_to(connection: Connection, account: str, url: str, until: datetime) -> None:
    """A data centre was listed until then."""
    mine = (feeds.c.account == account) & (feeds.c.url == url)
    if not connection.execute(update(feeds).where(mine).values(until=until)).rowcount:
        connection.execute(insert(feeds).values(account=account, url=url, until=until))


def begin_anew(connection: Connection, account: str, urls: Collection[str] = ()) -> None:
    """Forgets how far an account was listed, but at these addresses."""
    connection.execute(delete(feeds).where(feeds.c.account == account, feeds.c.url.not_in([*urls])))


def keep_found(
    connection: Connection, account: str, url: str, found: Mapping[JobId, datetime], now: datetime
) -> int:
    """Keeps jobs of a data centre that are not known, each with when it was likely made; how many.

    They are asked for their reports as the planner says.
    """
    known = _known(connection, [*found])
    new = [(job_id, at) for job_id, at in found.items() if job_id not in known]
    rows = [
        {
            "job_id": job_id,
            "name": "",
            "source": "other",
            "account": account,
            "url": url,
            "accepted_at": at,
            "next_ask_at": now,
            "final": False,
            "sms_count": 0,
        }
        for job_id, at in new
    ]
    if rows:
        connection.execute(insert(jobs), rows)
    return len(rows)


def _known(connection: Connection, ids: list[JobId]) -> set[str]:
    known: set[str] = set()
    for at in range(0, len(ids), _CHUNK):
        known |= {*connection.scalars(select(jobs.c.job_id).where(jobs.c.job_id.in_(ids[at : at + _CHUNK])))}
    return known


def give_way(connection: Connection, job_id: JobId) -> None:
    """A job that was found before its own answer came is ours: what was kept of it as of another goes."""
    other = (jobs.c.job_id == job_id) & jobs.c.entry_id.is_(None)
    key = connection.scalar(select(jobs.c.key).where(other))
    if key is None:
        return
    mine = select(sms.c.id).where(sms.c.job_key == key)
    changes.forget(connection, history.c.sms.in_(mine))
    connection.execute(delete(sms).where(sms.c.job_key == key))
    connection.execute(delete(answers).where(answers.c.job_key == key))
    connection.execute(delete(jobs).where(jobs.c.key == key))
