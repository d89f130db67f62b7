"""Jobs by id and time: what the service would say at any instant. The clock is handed in."""

from bisect import insort
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Protocol

from smsdesk.sandbox.lives import Accepted, accepted, job_report, messages, recipient_reports
from smsdesk.sandbox.reading import Job, Rejected, read_job

REMEMBERED = timedelta(days=92)
"""Reports can be asked for three months."""
SAME_WITHIN = timedelta(hours=24)
"""The window in which duplicateDetection refuses an identical job."""
PHONE_KEEPS = 100
"""How many of its last messages a phone keeps."""
_END = datetime(9000, 1, 1, tzinfo=UTC)
_LETTERS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Disk(Protocol):
    """Keeps what must outlive the program."""

    def save(self, job_id: str, at: datetime, seed: int, body: bytes) -> None:
        """Writes one job; it is on disk when this returns."""

    def save_clock(self, now: datetime) -> None:
        """Notes a service time that was shown to someone."""

    def clear(self) -> None:
        """Forgets every job."""


class _NoDisk:
    """Keeps nothing."""

    def save(self, job_id: str, at: datetime, seed: int, body: bytes) -> None:
        """Nothing."""

    def save_clock(self, now: datetime) -> None:
        """Nothing."""

    def clear(self) -> None:
        """Nothing."""


class Engine:
    """The service without its HTTP: accepts jobs, answers reports.

    ``now`` is the service's clock; ``seed`` makes a run reproducible.
    """

    def __init__(self, now: Callable[[], datetime], seed: int = 1, disk: Disk | None = None) -> None:
        self._clock, self._disk = now, disk or _NoDisk()
        self._ahead = timedelta(0)
        self._luck = Random(seed)  # noqa: S311 (weather, not a secret)
        self._forget()

    def _forget(self) -> None:
        self._jobs: dict[str, Accepted] = {}
        self._order: list[Accepted] = []
        self._identical: dict[bytes, datetime] = {}
        self._numbers: Counter[datetime] = Counter()

    def now(self) -> datetime:
        """The service's time, to the millisecond, as reports write it."""
        now = self._clock() + self._ahead
        return now.replace(microsecond=now.microsecond // 1000 * 1000)

    def advance(self, span: timedelta) -> None:
        """Turns the clock forward. Raises ValueError for a step back or beyond all calendars."""
        if span < timedelta(0) or span > _END - self.now():
            raise ValueError(span)
        self._ahead += span
        self._disk.save_clock(self.now())

    def reset(self) -> None:
        """Forgets every job."""
        self._disk.clear()
        self._forget()

    def accept(self, body: bytes) -> str:
        """Takes a job and answers its id. Raises Rejected, and what the disk raises: then nothing is kept."""
        job, now = read_job(body), self.now()
        if job.options["duplicateDetection"] and self._seen(job, now):
            raise Rejected(409)
        seed = self._luck.getrandbits(62)
        name = "".join(self._luck.choices(_LETTERS, k=18))
        job_id = f"J.{now:%Y%m%d-%H%M%S}.{now.microsecond // 1000:03d}-{name}"
        self._disk.save(job_id, now, seed, body)
        self._keep(job_id, now, seed, job)
        return job_id

    def restore(self, job_id: str, at: datetime, seed: int, body: bytes) -> None:
        """Takes back a job from disk, with the very life it had; in the order of receipt. Raises Rejected."""
        self._keep(job_id, at, seed, read_job(body))

    def _seen(self, job: Job, now: datetime) -> bool:
        before = self._identical.get(job.identity)
        return before is not None and before > now - SAME_WITHIN

    def _keep(self, job_id: str, at: datetime, seed: int, job: Job) -> None:
        second = at.replace(microsecond=0)
        kept = accepted(job_id, at, seed, job, self._numbers[second] + 1)
        self._numbers[second] += len(kept.lives)
        self._identical[job.identity] = at
        self._jobs[job_id] = kept
        insort(self._order, kept, key=lambda one: one.at)

    def job(self, job_id: str) -> dict[str, Any] | None:
        """A JobReport, or None for an unknown or forgotten job."""
        now = self._told()
        kept = self._kept(job_id, now)
        return None if kept is None else job_report(kept, now)

    def recipients(self, job_id: str) -> list[dict[str, Any]] | None:
        """Every RecipientReport of a job, or None for an unknown or forgotten one."""
        now = self._told()
        kept = self._kept(job_id, now)
        return None if kept is None else recipient_reports(kept, now)

    def _told(self) -> datetime:
        """The time, noted, so that no restart takes back what a report said."""
        now = self.now()
        self._disk.save_clock(now)
        return now

    def _kept(self, job_id: str, now: datetime) -> Accepted | None:
        kept = self._jobs.get(job_id)
        return kept if kept is not None and kept.at > now - REMEMBERED else None

    def ids(self, since: datetime, until: datetime, *, is_open: bool | None) -> list[str]:
        """Job ids received from ``since`` to ``until``, oldest first.

        ``is_open``: only open ones, only finished ones, or both.
        """
        now = self._told()
        return [
            one.job_id
            for one in self._order
            if since <= one.at <= until and one.at > now - REMEMBERED and is_open in (None, one.ends_at > now)
        ]

    def messages(self) -> Iterator[dict[str, Any]]:
        """Every SMS of every accepted job, in the order of receipt; ``at`` is null until it has left."""
        now = self.now()
        return (message for one in self._order for message in messages(one, now))

    def phones(self) -> dict[str, list[dict[str, Any]]]:
        """What each phone has, by number: its last messages, oldest first."""
        phones: dict[str, list[dict[str, Any]]] = {}
        for message in self.messages():
            if message["received"] is not None:
                phones.setdefault(message["dst"], []).append(message)
        return {
            dst: sorted(inbox, key=lambda message: message["received"])[-PHONE_KEEPS:]
            for dst, inbox in phones.items()
        }
