"""What was seen of an SMS, and what the service answered of a job, word by word."""

import hashlib
import zlib
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, delete, func, insert, select

from smsdesk.store.schema import answers, history

AnswerKind = Literal["job", "recipients"]
KEPT = 11
"""So many answers of a kind are kept of a job, the first one and the newest: 1 MB of a job of 3,000 SMS."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A state of an SMS, and when it was seen first; ``contradiction``: it came after another final one."""

    at: datetime
    process_status: str
    status: str | None
    reason: str | None
    sent_at: datetime | None
    finished_at: datetime | None
    contradiction: bool


@dataclass(frozen=True, slots=True)
class Answered:
    """A distinct answer about a job, and when it came first."""

    id: int
    kind: AnswerKind
    at: datetime


def states_of(connection: Connection, sms: int) -> tuple[Seen, ...]:
    """Every state of an SMS (by the id of its row), the oldest first."""
    c = history.c
    columns = (c.at, c.process_status, c.status, c.reason, c.sent_at, c.finished_at, c.contradiction)
    rows = connection.execute(select(*columns).where(c.sms == sms).order_by(c.id))
    return tuple(Seen(*row) for row in rows)


def is_last(connection: Connection, key: int, kind: AnswerKind, known: bytes) -> bool:
    """Whether the answer that was kept last of a kind has this :func:`hashed` form."""
    c = answers.c
    mine = (c.job_key == key) & (c.kind == kind)
    last = connection.scalar(select(c.hash).where(mine).order_by(c.id.desc()).limit(1))
    return last == known


def hashed(body: bytes) -> bytes:
    """By what an answer is known again."""
    return hashlib.sha256(body).digest()


def keep_answer(connection: Connection, key: int, kind: AnswerKind, body: bytes, now: datetime) -> bool:
    """Keeps an answer about a job as it came; False where it is the last one again."""
    known = hashed(body)
    if is_last(connection, key, kind, known):
        return False
    c = answers.c
    mine = (c.job_key == key) & (c.kind == kind)
    packed = zlib.compress(body, 1)
    connection.execute(insert(answers).values(job_key=key, kind=kind, at=now, hash=known, body=packed))
    count = connection.scalar(select(func.count()).where(mine)) or 0
    if count > KEPT:
        second = select(c.id).where(mine).order_by(c.id).limit(1).offset(1).scalar_subquery()
        connection.execute(delete(answers).where(c.id == second))
    return True


def answers_of(connection: Connection, key: int) -> tuple[Answered, ...]:
    """The answers about a job, the oldest first."""
    c = answers.c
    rows = connection.execute(select(c.id, c.kind, c.at).where(c.job_key == key).order_by(c.id))
    return tuple(Answered(*row) for row in rows)


def answer(connection: Connection, number: int) -> bytes | None:
    """An answer as it came, by its id."""
    packed = connection.scalar(select(answers.c.body).where(answers.c.id == number))
    return None if packed is None else zlib.decompress(packed)
