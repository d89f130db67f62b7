"""The do-not-contact list on disk: numbers in E.164, each with its reason, its source and since when."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Row, bindparam, delete, func, insert, or_, select

from smsdesk.core import do_not_contact as rule
from smsdesk.core.numbers import tidied
from smsdesk.store.schema import do_not_contact

_CHUNK = 500
_MANY = 5_000
"""Beyond so many, the whole list is read."""
_MOST_ENDINGS = 10_000
"""Beyond so many, the whole list is compared."""
_NUMBER = re.compile(r"[+0-9 ()/.\-]+")
Order = Literal["number", "reason", "source", "added_at"]


@dataclass(frozen=True, slots=True)
class Listed:
    """One number nobody writes to. ``source``: the name of the file it came from, empty if typed."""

    number: str
    reason: str
    source: str
    added_at: datetime


def numbers(connection: Connection) -> list[str]:
    """All numbers of the list (E.164), in rising order."""
    return list(connection.scalars(select(do_not_contact.c.number).order_by(do_not_contact.c.number)))


def count(connection: Connection) -> int:
    """How many numbers are on the list."""
    return connection.scalar(select(func.count()).select_from(do_not_contact)) or 0


def add(connection: Connection, rows: Sequence[Listed]) -> tuple[str, ...]:
    """Adds numbers and answers those that are new; one that is there keeps its reason and its date."""
    known = {one.number for one in listed(connection, [row.number for row in rows])}
    new = {row.number: row for row in reversed(rows) if row.number not in known}
    values = [
        {"number": r.number, "reason": r.reason, "source": r.source, "added_at": r.added_at}
        for r in reversed(new.values())
    ]
    if values:
        connection.execute(insert(do_not_contact), values)
    return tuple(reversed(new))


def remove(connection: Connection, gone: Collection[str]) -> tuple[Listed, ...]:
    """Takes numbers off the list; the answer is what was there, for :func:`add` to bring back."""
    found = listed(connection, gone)
    if found:
        taken_off = delete(do_not_contact).where(do_not_contact.c.number == bindparam("gone"))
        connection.execute(taken_off, [{"gone": one.number} for one in found])
    return found


def listed(connection: Connection, wanted: Collection[str]) -> tuple[Listed, ...]:
    """Those of some numbers (E.164) that are on the list."""
    if len(wanted) > _MANY:
        among = frozenset(wanted)
        return tuple(
            one for one in _listed(connection.execute(select(do_not_contact))) if one.number in among
        )
    number = do_not_contact.c.number
    return tuple(
        one
        for chunk in _chunks([*wanted])
        for one in _listed(connection.execute(select(do_not_contact).where(number.in_(chunk))))
    )


def reached(connection: Connection, dst: Sequence[str], region: str) -> dict[int, Listed]:
    """The places (from 0) of recipients that are on the list, in whatever spelling."""
    if not count(connection):
        return {}
    alike = {one.number: one for one in _alike(connection, set(rule.endings(dst, region)) - {""})}
    return {at: alike[number] for at, number in rule.listed(dst, region, alike.keys()).items()}


def _alike(connection: Connection, endings: set[str]) -> Iterator[Listed]:
    """Those on the list that end as some number does."""
    number = do_not_contact.c.number
    ending = func.substr(number, func.length(number) - (rule.ENDING - 1))
    query = select(do_not_contact)
    if len(endings) <= _MOST_ENDINGS:
        query = query.where(ending.in_(endings))
    return _listed(connection.execute(query))


def find(
    connection: Connection, words: str = "", order: Order = "added_at", *, descending: bool = True
) -> list[str]:
    """The numbers that words lead to, sorted.

    Digits match part of a number in any spelling, words part of the reason or of the source.
    """
    column = do_not_contact.c[order]
    query = select(do_not_contact.c.number).where(*_ways(" ".join(words.split())))
    return list(
        connection.scalars(
            query.order_by(column.desc() if descending else column.asc(), do_not_contact.c.number)
        )
    )


def _ways(text: str) -> list[ColumnElement[bool]]:
    if not text:
        return []
    c = do_not_contact.c
    ways: list[ColumnElement[bool]] = [
        column.icontains(text, autoescape=True) for column in (c.reason, c.source)
    ]
    number = tidied(text)
    digits = re.sub(r"[^0-9]", "", number.replace("(0)", "")).lstrip("0")
    if _NUMBER.fullmatch(number) and digits:
        ways.append(c.number.contains(digits, autoescape=True))
    return [or_(*ways)]


def _listed(rows: Iterable[Row[Any]]) -> Iterator[Listed]:
    return (Listed(row.number, row.reason, row.source, row.added_at) for row in rows)


def _chunks(values: Sequence[str]) -> Iterator[Sequence[str]]:
    return (values[i : i + _CHUNK] for i in range(0, len(values), _CHUNK))
