"""Jobs and SMS put straight into a workspace, as many as a test wants."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, insert, select

from smsdesk.store import grams
from smsdesk.store.schema import jobs, sms, texts

NOW = datetime(2026, 11, 23, 13, 2, tzinfo=UTC)


@dataclass(frozen=True)
class Stored:
    """One SMS as the service reported it last."""

    dst: str
    name: str = ""
    text: str | None = "Your parcel is here"
    process_status: str | None = "DONE"
    status: str | None = "SUC_FIN"
    reason: str | None = "Delivered to destination."
    reference: str | None = None


def store_job(
    connection: Connection,
    name: str,
    some: Sequence[Stored],
    at: datetime = NOW,
    job_id: str = "",
    *,
    asked: bool | None = True,
) -> None:
    """A job that nobody sent from here, with its SMS; the search index knows them."""
    key = connection.execute(
        insert(jobs).values(
            job_id=job_id or f"J.{at:%Y%m%d-%H%M%S}.737-{name:a<18.18}".replace(" ", "a"),
            name=name,
            source="own" if name else "other",
            account="Main",
            url="https://reports.example.com/rest/v1",
            accepted_at=at,
            asked_at=NOW,
            final=True,
            status_requested=asked,
            sms_count=len(some),
            delivered=len(some),
        )
    ).inserted_primary_key
    known = {text: _text(connection, text) for text in {one.text for one in some} if text is not None}
    rows = [
        {
            "job_key": key[0] if key else 0,
            "dst": one.dst,
            "reference": one.reference,
            "name": one.name,
            "text_id": known.get(one.text or ""),
            "sms_id": f"S.{at:%Y%m%d}-{number:06}",
            "process_status": one.process_status,
            "status": one.status,
            "reason": one.reason,
            "sent_at": at + timedelta(seconds=32),
            "finished_at": at + timedelta(seconds=37) if one.process_status == "DONE" else None,
            "seen_at": NOW,
        }
        for number, one in enumerate(some)
    ]
    connection.execute(insert(sms), rows)
    ids = connection.scalars(select(sms.c.id).order_by(sms.c.id.desc()).limit(len(some))).all()
    grams.mark(connection, ids, people=True)
    while grams.catch_up(connection, 4096):
        pass


def _text(connection: Connection, text: str) -> int:
    known = connection.scalar(select(texts.c.id).where(texts.c.text == text))
    if known is not None:
        return int(known)
    added = connection.execute(insert(texts).values(text=text)).inserted_primary_key
    return int(added[0]) if added else 0
