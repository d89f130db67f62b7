"""Each try of an entry as it went over the wire, credentials apart, for a person to look at."""

import json

from sqlalchemy import Connection, delete, insert, select

from smsdesk.core.outbox import FIRST_TRIES, LAST_TRIES, LONGEST_ANSWER, EntryId, Exchange
from smsdesk.store import bodies
from smsdesk.store.schema import exchanges


def add(connection: Connection, entry_id: EntryId, exchange: Exchange) -> None:
    """Keeps a try."""
    c = exchanges.c
    row = {
        "entry_id": entry_id,
        "at": exchange.at,
        "request": exchange.request,
        "headers": json.dumps(exchange.headers),
        "body_hash": bodies.keep(connection, exchange.body),
        "answered_at": exchange.answered_at,
        "status": exchange.status,
        "answer_headers": json.dumps(exchange.answer_headers),
        "answer": exchange.answer[:LONGEST_ANSWER],
        "error": exchange.error,
    }
    connection.execute(insert(exchanges).values(row))
    mine = select(c.id).where(c.entry_id == entry_id)
    older, first = mine.order_by(c.id.desc()).offset(LAST_TRIES), mine.order_by(c.id).limit(FIRST_TRIES)
    connection.execute(delete(exchanges).where(c.id.in_(older), c.id.not_in(first)))


def of(connection: Connection, entry_id: EntryId) -> tuple[Exchange, ...]:
    """The tries of an entry, in order."""
    c = exchanges.c
    rows = connection.execute(select(exchanges).where(c.entry_id == entry_id).order_by(c.id))
    return tuple(
        Exchange(
            row.at,
            row.request,
            _pairs(row.headers),
            bodies.sound(connection, row.body_hash) or b"",
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
