"""The bytes of jobs, each kept once under its hash: what is read is what was written, or nothing."""

import hashlib

from sqlalchemy import Connection, insert, select

from smsdesk.store.schema import bodies


def keep(connection: Connection, body: bytes) -> bytes:
    """Keeps bytes, and answers the hash by which they are found."""
    known = hashlib.sha256(body).digest()
    if connection.execute(select(bodies.c.hash).where(bodies.c.hash == known)).first() is None:
        connection.execute(insert(bodies).values(hash=known, body=body))
    return known


def sound(connection: Connection, known: bytes) -> bytes | None:
    """The bytes of a hash; None where they are not there, or not what they were."""
    kept = connection.scalar(select(bodies.c.body).where(bodies.c.hash == known))
    if kept is None or hashlib.sha256(kept).digest() != known:
        return None
    return bytes(kept)
