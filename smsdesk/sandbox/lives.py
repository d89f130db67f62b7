"""The life of each SMS: instants drawn once at acceptance; what is reported is a function of the time."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from smsdesk.sandbox.fates import BETWEEN, Fate, answering, fate_of, normal, queueing
from smsdesk.sandbox.reading import Job, Message, Person
from smsdesk.sandbox.spans import first_free, later, union

DEFAULT_VALIDITY = timedelta(minutes=2)
"""How long an SMS to a phone that is off waits where its job leaves that to the service."""
_ECHOED = ("src", "billcode", "statusRequested", "flash", "validityMin", "customerRef", "qos")


@dataclass(frozen=True, slots=True)
class Life:
    """One SMS: when it is first tried, when it leaves (or is given up), when it ends, and how."""

    number: int
    person: Person
    message: Message
    fate: Fate
    tried_at: datetime
    leaves_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Accepted:
    """A job that was accepted, with the life of each of its SMS."""

    job_id: str
    at: datetime
    job: Job
    lives: tuple[Life, ...]
    ends_at: datetime = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "ends_at", max(life.ends_at for life in self.lives))

    def sms_id(self, life: Life) -> str:
        """``S.<date>-<time>-<number>``: numbers run on over all jobs received in the same second."""
        return f"S.{self.at:%Y%m%d-%H%M%S}-{life.number:05d}"


def accepted(job_id: str, at: datetime, seed: int, job: Job, first: int) -> Accepted:
    """Draws the lives of a job's SMS; the same arguments give the same lives."""
    luck = Random(seed)  # noqa: S311 (weather, not a secret)
    people = ((message, person) for message in job.messages for person in message.people)
    lives = tuple(_life(first + i, message, who, at, job, luck) for i, (message, who) in enumerate(people))
    return Accepted(job_id, at, job, lives)


def _life(number: int, message: Message, person: Person, at: datetime, job: Job, luck: Random) -> Life:
    fate = fate_of(person.dst, luck)
    queue, answer = queueing(luck), answering(luck)
    closed = union(job.blackouts + person.blackouts) if person.blackouts else job.blackouts
    tried_at = first_free(closed, later(max(at, job.start or at), queue))
    leaves_at = first_free(closed, later(tried_at, BETWEEN)) if fate.retries else tried_at
    ends_at = leaves_at
    if fate.leaves and job.options["statusRequested"]:
        ends_at = later(leaves_at, _validity(job) if fate.waits else answer)
    return Life(number, person, message, fate, tried_at, leaves_at, ends_at)


def _validity(job: Job) -> timedelta:
    minutes = job.options["validityMin"]
    return timedelta(minutes=minutes) if minutes else DEFAULT_VALIDITY


def job_report(one: Accepted, now: datetime) -> dict[str, Any]:
    """The JobReport at an instant; what does not exist is absent."""
    options = one.job.options
    report: dict[str, Any] = {"jobId": one.job_id}
    report |= {name: options[name] for name in _ECHOED if name in options}
    report["encoding"] = options["encoding"].lower()
    report["receiptTs"] = stamp(one.at)
    if one.ends_at <= now:
        report["finishedTs"] = stamp(one.ends_at)
    report["recipientIds"] = [one.sms_id(life) for life in one.lives]
    return report


def recipient_reports(one: Accepted, now: datetime) -> list[dict[str, Any]]:
    """A RecipientReport of each SMS at an instant, in the order of the request."""
    asked = one.job.options["statusRequested"]
    return [_recipient_report(one.sms_id(life), life, now, asked=asked) for life in one.lives]


def _recipient_report(sms_id: str, life: Life, now: datetime, *, asked: bool) -> dict[str, Any]:
    process, status, reason = _state(life, now, asked=asked)
    sent = life.fate.leaves and life.leaves_at <= now
    report = {
        "smsId": sms_id,
        "dst": life.person.dst,
        "processStatus": process,
        "status": status,
        "customerRef": _reference(life),
        "reason": reason,
        "sentTs": stamp(life.leaves_at) if sent else None,
        "finishedTs": stamp(life.ends_at) if life.ends_at <= now else None,
    }
    return {name: value for name, value in report.items() if value is not None}


def _state(life: Life, now: datetime, *, asked: bool) -> tuple[str, str | None, str | None]:
    if life.ends_at <= now:
        return (*(life.fate.asked if asked else life.fate.unasked), life.fate.reason)
    if life.leaves_at <= now:
        return "RUNNING", "SUC_ACC", "Sent, no notification yet."
    if life.tried_at <= now:
        return "OPEN", "NOT_ACC_REC", "Tried, to be tried again."
    return "OPEN", None, None


def _reference(life: Life) -> str:
    # "" is a reference that someone chose; only an absent one is the number.
    return life.person.dst if life.person.reference is None else life.person.reference


def messages(one: Accepted, now: datetime) -> Iterator[dict[str, Any]]:
    """Each SMS of a job for the control surface; ``at`` is null until it has left.

    ``received`` is null where no phone has it.
    """
    options = one.job.options
    for life in one.lives:
        left = life.fate.leaves and life.leaves_at <= now
        got = left and life.fate.reaches and life.ends_at <= now
        yield {
            "dst": normal(life.person.dst),
            "text": life.message.shown.text,
            "parts": life.message.shown.parts,
            "encoding": life.message.shown.encoding.value.lower(),
            "src": options.get("src"),
            "flash": options["flash"],
            "jobId": one.job_id,
            "smsId": one.sms_id(life),
            "customerRef": _reference(life),
            "at": stamp(life.leaves_at) if left else None,
            "received": stamp(life.ends_at) if got else None,
        }


def stamp(at: datetime) -> str:
    """ISO 8601 with milliseconds and offset."""
    return at.isoformat(timespec="milliseconds")
