"""Jobs and their lives: what the service would say at any instant. The clock is handed in."""

import hashlib
import json
from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any, Protocol

from smsdesk.sandbox.fates import PHONE_OFF, Fate, fate_of, normal
from smsdesk.sandbox.reading import Job, Rejected, Sms, Span, read_job

REMEMBERED = timedelta(days=92)
"""Reports can be asked for three months."""
SAME_WITHIN = timedelta(hours=24)
"""The window in which duplicateDetection refuses an identical job."""
DEFAULT_VALIDITY = timedelta(minutes=2)
_LETTERS = "0123456789abcdefghijklmnopqrstuvwxyz"


class Disk(Protocol):
    """Keeps accepted jobs: what ``save`` was given is on disk when it returns."""

    def save(self, job_id: str, at: datetime, seed: int, body: bytes) -> None:
        """Writes one job."""


@dataclass(frozen=True, slots=True)
class Life:
    """When an SMS leaves, when it ends, and how."""

    sms: Sms
    sms_id: str
    leaves_at: datetime
    ends_at: datetime
    fate: Fate


@dataclass(slots=True)
class Kept:
    """An accepted job."""

    job_id: str
    at: datetime
    job: Job
    lives: list[Life] = field(default_factory=list)

    @property
    def ends_at(self) -> datetime:
        """When its last SMS is done."""
        return max(life.ends_at for life in self.lives)


def first_free(spans: list[Span], at: datetime) -> datetime:
    """The first instant from ``at`` on that lies in none of the spans (half open)."""
    while True:
        ends = [end for start, end in spans if start <= at < end]
        if not ends:
            return at
        at = max(ends)


class Engine:
    """The service without its HTTP: accepts jobs, answers reports.

    ``now`` is the service's clock; ``seed`` makes a run reproducible.
    """

    def __init__(self, now: Callable[[], datetime], seed: int = 1, disk: Disk | None = None) -> None:
        self._now, self._disk = now, disk
        self._ahead = timedelta(0)
        self._luck = Random(seed)  # noqa: S311 (reproducible on purpose)
        self._jobs: dict[str, Kept] = {}
        self._order: list[tuple[datetime, str]] = []
        self._bodies: deque[tuple[datetime, str]] = deque()

    def now(self) -> datetime:
        """The service's time."""
        return self._now() + self._ahead

    def advance(self, span: timedelta) -> None:
        """Turns the clock forward."""
        self._ahead += span

    def reset(self) -> None:
        """Forgets every job."""
        self._jobs.clear()
        self._order.clear()
        self._bodies.clear()

    def accept(self, body: bytes) -> str:
        """Takes a job and answers its id. Raises Rejected."""
        job, now = read_job(body), self.now()
        if job.options.get("duplicateDetection") and self._seen(body, now):
            raise Rejected(409)
        seed = self._luck.getrandbits(62)
        job_id = f"J.{now:%Y%m%d-%H%M%S}.{now.microsecond // 1000:03d}-{_name(seed, 18)}"
        if self._disk is not None:
            self._disk.save(job_id, now, seed, body)
        self._keep(job_id, now, seed, job)
        self._bodies.append((now, _digest(body)))
        return job_id

    def restore(self, job_id: str, at: datetime, seed: int, body: bytes) -> None:
        """Takes back a job from disk, with the very life it had."""
        self._keep(job_id, at, seed, read_job(body))
        self._bodies.append((at, _digest(body)))

    def _seen(self, body: bytes, now: datetime) -> bool:
        while self._bodies and self._bodies[0][0] < now - SAME_WITHIN:
            self._bodies.popleft()
        return _digest(body) in {digest for _, digest in self._bodies}

    def _keep(self, job_id: str, at: datetime, seed: int, job: Job) -> None:
        luck = Random(seed)  # noqa: S311 (reproducible on purpose)
        kept = Kept(job_id, at, job)
        for index, sms in enumerate(job.sms):
            kept.lives.append(_life(kept, index, sms, luck))
        self._jobs[job_id] = kept
        self._order.insert(bisect_left(self._order, (at, job_id)), (at, job_id))

    def job(self, job_id: str) -> dict[str, Any] | None:
        """A JobReport, or None for an unknown or forgotten job."""
        kept = self._kept(job_id)
        if kept is None:
            return None
        options = kept.job.options
        names = ("src", "billcode", "statusRequested", "flash", "validityMin", "customerRef", "qos")
        report: dict[str, Any] = {"jobId": job_id}
        report |= {name: options[name] for name in names if name in options}
        report["encoding"] = options.get("encoding", "STANDARD").lower()
        report["receiptTs"] = _stamp(kept.at)
        if kept.ends_at <= self.now():
            report["finishedTs"] = _stamp(kept.ends_at)
        report["recipientIds"] = [life.sms_id for life in kept.lives]
        return report

    def recipients(self, job_id: str) -> list[dict[str, Any]] | None:
        """Every RecipientReport of a job, or None for an unknown one."""
        kept = self._kept(job_id)
        if kept is None:
            return None
        now, asked = self.now(), bool(kept.job.options.get("statusRequested"))
        return [_report(life, now, asked=asked) for life in kept.lives]

    def _kept(self, job_id: str) -> Kept | None:
        kept = self._jobs.get(job_id)
        return kept if kept is not None and kept.at > self.now() - REMEMBERED else None

    def ids(self, since: datetime, until: datetime, *, is_open: bool | None) -> list[str]:
        """Job ids received in a window, oldest first; ``is_open``: only open, only finished, or both."""
        now = self.now()
        floor = max(since, now - REMEMBERED)
        return [
            job_id
            for at, job_id in self._order
            if floor <= at < until and is_open in (None, self._jobs[job_id].ends_at > now)
        ]

    def messages(self) -> Iterator[dict[str, Any]]:
        """Every SMS of every accepted job; ``sentTs`` is null until it has left."""
        now = self.now()
        for kept in self._jobs.values():
            for life in kept.lives:
                left = life.fate.leaves and life.leaves_at <= now
                yield {
                    "dst": normal(life.sms.dst),
                    "text": life.sms.text,
                    "parts": life.sms.parts,
                    "encoding": life.sms.encoding,
                    "src": kept.job.options.get("src"),
                    "flash": kept.job.options.get("flash", False),
                    "jobId": kept.job_id,
                    "customerRef": life.sms.reference or life.sms.dst,
                    "sentTs": _stamp(life.leaves_at) if left else None,
                    "reached": left and life.fate.reaches and life.ends_at <= now,
                }


def _digest(body: bytes) -> str:
    return hashlib.sha256(json.dumps(json.loads(body), sort_keys=True).encode()).hexdigest()


def _name(bits: int, length: int) -> str:
    out = []
    for _ in range(length):
        bits, digit = divmod(bits * 31 + 7, 36)
        out.append(_LETTERS[digit])
    return "".join(out)


def _stamp(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds")


def _life(kept: Kept, index: int, sms: Sms, luck: Random) -> Life:
    """The plan of an SMS: it leaves at the first free instant after a short queue, then its fate runs.

    Without statusRequested it is done as soon as it has left.
    """
    fate = fate_of(sms.dst, luck)
    begin = max(kept.at, kept.job.start or kept.at) + timedelta(seconds=luck.uniform(0.5, 12.0))
    leaves_at = first_free([*kept.job.blackouts, *sms.blackouts], begin)
    answer = timedelta(seconds=min(luck.lognormvariate(1.2, 0.7), 25.0))
    if not fate.leaves or not kept.job.options.get("statusRequested"):
        answer = timedelta(0)
    elif fate is PHONE_OFF:
        minutes = kept.job.options.get("validityMin") or 0
        answer = timedelta(minutes=minutes) if minutes else DEFAULT_VALIDITY
    sms_id = f"S.{kept.at:%Y%m%d-%H%M%S}-{index + 1:05d}"
    return Life(sms, sms_id, leaves_at, leaves_at + answer, fate)


def _report(life: Life, now: datetime, *, asked: bool) -> dict[str, Any]:
    report: dict[str, Any] = {"smsId": life.sms_id, "dst": life.sms.dst}
    done = now >= life.ends_at
    if done:
        process, status = life.fate.asked if asked else life.fate.unasked
        report["processStatus"] = process
        if status is not None:
            report["status"] = status
        report["reason"] = life.fate.reason
    elif now >= life.leaves_at:
        report |= {"processStatus": "RUNNING", "status": "SUC_ACC", "reason": "Sent."}
    else:
        report["processStatus"] = "OPEN"
    report["customerRef"] = life.sms.reference or life.sms.dst
    if life.fate.leaves and now >= life.leaves_at:
        report["sentTs"] = _stamp(life.leaves_at)
    if done:
        report["finishedTs"] = _stamp(life.ends_at)
    return report
