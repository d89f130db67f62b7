"""Each try of an entry as it went over the wire, credentials apart, for a person to look at."""

import hashlib
import json

from sqlalchemy import Connection, delete, insert, select

from smsdesk.core.outbox import LONGEST_ANSWER, EntryId, Exchange
from smsdesk.store.schema import bodies, exchanges, outbox

MOST = 50
"""Tries kept of an entry; of more the oldest go."""


def add(connection: Connection, entry_id: EntryId, exchange: Exchange) -> None:
    """Keeps a try. Its body is the entry's own, which is kept once."""
    c = exchanges.c
    row = {
        "entry_id": entry_id,
        "at": exchange.at,
        "request": exchange.request,
        "headers": json.dumps(exchange.headers),
        "body_hash": hashlib.sha256(exchange.body).digest(),
        "answered_at": exchange.answered_at,
        "status": exchange.status,
        "answer_headers": json.dumps(exchange.answer_headers),
        "answer": exchange.answer[:LONGEST_ANSWER],
        "error": exchange.error,
    }
    connection.execute(insert(exchanges).values(row))
    older = select(c.id).where(c.entry_id == entry_id).order_by(c.id.desc()).offset(MOST)
    connection.execute(delete(exchanges).where(c.id.in_(older)))


def keep_body(connection: Connection, entry_id: EntryId) -> None:
    """Keeps the bytes of an entry that are about to change, where they were tried."""
    row = connection.execute(
        select(outbox.c.tries, outbox.c.body, outbox.c.body_hash).where(outbox.c.id == entry_id)
    ).one()
    known = connection.scalar(select(bodies.c.hash).where(bodies.c.hash == row.body_hash))
    if row.tries and known is None:
        connection.execute(insert(bodies).values(hash=row.body_hash, body=row.body))


def of(connection: Connection, entry_id: EntryId) -> tuple[Exchange, ...]:
    """The tries of an entry, in order."""
    c = exchanges.c
    own = connection.execute(select(outbox.c.body, outbox.c.body_hash).where(outbox.c.id == entry_id)).one()

    def body_of(wanted: bytes) -> bytes:
        if wanted == own.body_hash:
            return bytes(own.body)
        kept = connection.scalar(select(bodies.c.body).where(bodies.c.hash == wanted))
        return bytes(kept or b"")

    rows = connection.execute(select(exchanges).where(c.entry_id == entry_id).order_by(c.id))
    return tuple(
        Exchange(
            row.at,
            row.request,
            _pairs(row.headers),
            body_of(row.body_hash),
            row.answered_at,
            row.status,
            _pairs(row.answer_headers),
            bytes(row.answer),
            row.error,
        )
        for row in rows
    )


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in json.loads(text))
