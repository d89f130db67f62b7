"""What a person looks at: the keys first, in order, then the lines of those that are on screen.

So hundreds of thousands of jobs scroll and sort as ten do.
"""

import json
from collections import defaultdict
from collections.abc import Sequence
from itertools import chain
from operator import attrgetter, itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Connection, asc, desc, func, literal_column, select, true

from smsdesk.core.columns import column_of
from smsdesk.core.folding import folded_text
from smsdesk.core.job_looks import JobLook, JobSort, SmsLook
from smsdesk.core.regions import regions_column
from smsdesk.core.status import meaning
from smsdesk.store import sqlite
from smsdesk.store.jobs import WHERE, JobLine, SmsLine, job_lines, sms_lines
from smsdesk.store.schema import USUAL_ORDER, jobs, sms

_AT_ONCE = 500
_READ = frozenset[JobSort](("name", "account"))
_SHARE = jobs.c.delivered * literal_column("1.0") / func.nullif(jobs.c.sms_count, 0)


def job_keys(connection: Connection, look: JobLook) -> Sequence[int]:
    """The keys of all jobs that a look takes in, in its order; equal ones by their age."""
    words, in_order = folded_text(look.words), _read if look.sort in _READ else _counted
    if not words:
        return in_order(connection, look, true())
    told = _told(connection, words)
    if len(told) <= _AT_ONCE:
        return in_order(connection, look, jobs.c.key.in_(told))
    return [key for key in in_order(connection, look, true()) if key in told]


def _counted(connection: Connection, look: JobLook, these: ColumnElement[bool]) -> list[int]:
    c = jobs.c
    by = _SHARE if look.sort == "share" else c[look.sort]
    order = [desc(column) if look.descending else asc(column) for column in (by, c.key)]
    return sqlite.keys(
        connection, select(c.key).where(_these(look), _of(look.account), these).order_by(*order)
    )


def _read(connection: Connection, look: JobLook, these: ColumnElement[bool]) -> list[int]:
    """In the order of words as one reads them, be they capital or small, with accents or without."""
    by = jobs.c[look.sort]
    listed = func.json_group_array(jobs.c.key)
    query = select(by, listed).where(_these(look), _of(look.account), these).group_by(by)
    named: defaultdict[str, list[int]] = defaultdict(list)
    for name, keys in connection.execute(query):
        named[folded_text(name)] += json.loads(keys)
    groups = (sorted(named[name], reverse=look.descending) for name in sorted(named, reverse=look.descending))
    return list(chain.from_iterable(groups))


def _told(connection: Connection, words: str) -> set[int]:
    """The keys of jobs with words in their name, account or id: each name and account is looked at once."""
    c, found = jobs.c, set[int]()

    def take(condition: ColumnElement[bool]) -> None:
        found.update(sqlite.keys(connection, select(c.key).where(_KNOWN, condition)))

    if " " not in words:
        take(c.job_id.contains(words, autoescape=True))
    names = connection.scalars(select(c.name).where(_KNOWN).distinct())
    for column, values in ((c.name, names), (c.account, _accounts(connection))):
        told = [value for value in values if words in folded_text(value)]
        for at in range(0, len(told), _AT_ONCE):
            take(column.in_(told[at : at + _AT_ONCE]))
    return found


def _accounts(connection: Connection) -> list[str]:
    """The accounts of jobs: by leaps along the index, for there are few of them."""
    c = jobs.c
    lowest = select(func.min(c.account).label("account")).where(_KNOWN).cte("every", recursive=True)
    following = select(func.min(c.account)).where(_KNOWN, c.account > lowest.c.account)
    leap = select(following.correlate(lowest).scalar_subquery()).where(lowest.c.account.is_not(None))
    every = lowest.union_all(leap)
    return [account for account in connection.scalars(select(every.c.account)) if account is not None]


_KNOWN = WHERE["all"]


def _these(look: JobLook) -> ColumnElement[bool]:
    if look.sort == "accepted_at" and look.kind in USUAL_ORDER:
        # The same jobs, said so that no other index fits.
        return USUAL_ORDER[look.kind] & jobs.c.accepted_at.is_not(None)
    return WHERE[look.kind]


def _of(account: str | None) -> ColumnElement[bool]:
    # Read in order and compared, not looked up and sorted: an account may have nearly all jobs.
    return true() if account is None else literal_column("+jobs.account") == account


def lines_of(connection: Connection, keys: Sequence[int]) -> tuple[JobLine, ...]:
    """Jobs by their keys, in that order; those that are gone are left out."""
    found: dict[int, JobLine] = {}
    for at in range(0, len(keys), _AT_ONCE):
        some = job_lines(connection, jobs.c.key.in_(keys[at : at + _AT_ONCE]))
        found |= {line.key: line for line in some}
    return tuple(found[key] for key in keys if key in found)


def sms_keys(connection: Connection, key: int, look: SmsLook) -> Sequence[int]:
    """The ids of the SMS of a job that a look takes in, in its order; equal ones as in the request.

    Those of which nothing is known stand last.
    """
    rows = [row for row in sms_lines(connection, sms.c.job_key == key, None) if _is_in(row, look)]
    if look.country is not None:
        countries = regions_column(column_of([row.dst for row in rows]).series, "")
        rows = [row for row, country in zip(rows, countries, strict=True) if country == look.country]
    value = attrgetter(look.sort)
    known = [(_order(value(row)), row.id) for row in rows if value(row) is not None]
    known.sort(key=itemgetter(0), reverse=look.descending)
    return [*(one for _, one in known), *(row.id for row in rows if value(row) is None)]


def _order(value: Any) -> Any:
    return folded_text(value) if isinstance(value, str) else value


def _is_in(row: SmsLine, look: SmsLook) -> bool:
    if look.outcome not in (None, row.outcome):
        return False
    if look.code is not None and look.code != meaning(row.process_status, row.status).code:
        return False
    words = folded_text(look.words)
    told = (row.dst, row.reference, row.name, row.sms_id, row.reason, row.text)
    return not words or any(words in folded_text(value) for value in told if value)


def sms_lines_of(connection: Connection, ids: Sequence[int]) -> tuple[SmsLine, ...]:
    """SMS by their ids, in that order; those that are gone are left out."""
    found: dict[int, SmsLine] = {}
    for at in range(0, len(ids), _AT_ONCE):
        some = sms_lines(connection, sms.c.id.in_(ids[at : at + _AT_ONCE]), None)
        found |= {line.id: line for line in some}
    return tuple(found[one] for one in ids if one in found)
