"""The life of each SMS: instants drawn once at acceptance; what is reported is a function of the time."""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from operator import add
from random import Random
from typing import Any

from smsdesk.core.parts import Parts
from smsdesk.sandbox.fates import (
    BETWEEN,
    DELIVERED,
    LONGEST_QUEUE,
    Fate,
    answering,
    fate_of,
    normal,
    queueing,
)
from smsdesk.sandbox.reading import Job, shown
from smsdesk.sandbox.spans import LATEST, first_free, moment, stamp, union

DEFAULT_VALIDITY = 120_000
"""How long, in milliseconds, an SMS to a phone that is off waits where its job leaves that to the service."""
_MINUTE = 60_000
_ECHOED = ("src", "billcode", "statusRequested", "flash", "validityMin", "customerRef", "qos")


@dataclass(frozen=True, slots=True)
class Accepted:
    """A job that was accepted, with the life of each of its SMS in columns, in the order of the request.

    ``first`` is the number of its first SMS. Instants: when an SMS is first tried, when it leaves (or
    is given up), when it ends.
    """

    job_id: str
    at: int
    job: Job
    first: int
    fates: tuple[Fate, ...]
    tried: "array[int]"
    leaves: "array[int]"
    ends: "array[int]"

    @property
    def ends_at(self) -> int:
        """When the last SMS ends."""
        return max(self.ends)

    @property
    def starts_at(self) -> int:
        """When the first SMS is tried."""
        return min(self.tried)

    def sms_ids(self, start: int = 0, end: int | None = None) -> list[str]:
        """``S.<date>-<time>-<number>`` of the SMS from one place up to before another.

        Numbers run on over all jobs received in the same second.
        """
        head = f"S.{moment(self.at):%Y%m%d-%H%M%S}"
        places = range(len(self.fates))[start:end]
        return [f"{head}-{self.first + place:05d}" for place in places]


def accepted(job_id: str, at: int, seed: int, job: Job, first: int) -> Accepted:
    """Draws the lives of a job's SMS; the same arguments give the same lives."""
    numbers, own, closed = job.people.numbers, job.people.own, job.blackouts
    luck = memoryview(Random(seed).randbytes(6 * len(numbers))).cast("H").tolist()  # noqa: S311 (weather)
    fates = tuple(map(fate_of, numbers, luck[::3]))
    begin = min(max(at, job.start or at), LATEST - LONGEST_QUEUE)
    tried = [begin + queue for queue in queueing(luck[1::3])]
    if closed:
        tried = [first_free(closed, one) for one in tried]
    for place, spans in own.items():
        tried[place] = first_free(union(closed + spans) if closed else spans, tried[place])
    leaves, ends = tried.copy(), tried.copy()
    asked = job.options["statusRequested"]
    if asked:
        ends = list(map(add, leaves, answering(luck[2::3])))
    for place, fate in enumerate(fates):
        if fate is DELIVERED:
            continue
        answer = ends[place] - leaves[place]
        if fate.retries:
            spans = union(closed + own[place]) if place in own else closed
            leaves[place] = first_free(spans, tried[place] + BETWEEN)
        if fate.waits and asked:
            answer = _validity(job)
        ends[place] = leaves[place] + (answer if fate.leaves else 0)
    return Accepted(job_id, at, job, first, fates, array("q", tried), array("q", leaves), array("q", ends))


def _validity(job: Job) -> int:
    return int(job.options["validityMin"]) * _MINUTE or DEFAULT_VALIDITY


def job_report(one: Accepted, now: int) -> dict[str, Any]:
    """The JobReport at an instant; what does not exist is absent."""
    options = one.job.options
    report: dict[str, Any] = {"jobId": one.job_id}
    report |= {name: options[name] for name in _ECHOED if name in options}
    report["encoding"] = options["encoding"].lower()
    report["receiptTs"] = stamp(one.at)
    if one.ends_at <= now:
        report["finishedTs"] = stamp(one.ends_at)
    report["recipientIds"] = one.sms_ids()
    return report


def recipient_reports(one: Accepted, now: int) -> list[dict[str, Any]]:
    """A RecipientReport of each SMS at an instant, in the order of the request."""
    asked = bool(one.job.options["statusRequested"])
    columns = zip(
        one.sms_ids(),
        one.job.people.numbers,
        one.job.people.references,
        one.fates,
        one.tried,
        one.leaves,
        one.ends,
        strict=True,
    )
    return [_report(now, asked, *life) for life in columns]


def _report(
    now: int,
    asked: bool,  # noqa: FBT001 (one of a row's columns)
    sms_id: str,
    number: str,
    reference: str | None,
    fate: Fate,
    tried: int,
    leaves: int,
    ends: int,
) -> dict[str, Any]:
    if ends <= now:
        (process, status), reason = fate.asked if asked else fate.unasked, fate.reason
    elif leaves <= now:
        process, status, reason = "RUNNING", "SUC_ACC", "Sent, no notification yet."
    elif tried <= now:
        process, status, reason = "OPEN", "NOT_ACC_REC", "Tried, to be tried again."
    else:
        process, status, reason = "OPEN", None, ""
    report = {"smsId": sms_id, "dst": number, "processStatus": process}
    if status is not None:
        report["status"] = status
    # "" is a reference that someone chose; only an absent one is the number.
    report["customerRef"] = number if reference is None else reference
    if reason:
        report["reason"] = reason
    if fate.leaves and leaves <= now:
        report["sentTs"] = stamp(leaves)
    if ends <= now:
        report["finishedTs"] = stamp(ends)
    return report


def arrivals(one: Accepted) -> Iterator[tuple[str, int, str, int | None, int]]:
    """Of each SMS: its phone, its message's place, its fate, when the phone has it (or never), when it ends.

    The last two are instants; a malformed number has a phone of its own, which nothing reaches.
    """
    message = 0
    for place, number in enumerate(one.job.people.numbers):
        while place >= one.job.people.ends[message]:
            message += 1
        fate, ends = one.fates[place], one.ends[place]
        yield normal(number), message, fate.name, ends if fate.reaches else None, ends


def messages(one: Accepted, now: int) -> Iterator[dict[str, Any]]:
    """Each SMS of a job as its phone sees it, in the order of the request; see :func:`message`."""
    start = 0
    for text, end in zip(one.job.texts, one.job.people.ends, strict=True):
        parts = shown(text, one.job.options)
        for place in range(start, end):
            yield message(one, place, parts, now)
        start = end


def message(one: Accepted, place: int, parts: Parts, now: int) -> dict[str, Any]:
    """One SMS for the control surface.

    ``at`` is null until it has left, ``received`` where no phone has it; ``over``: nothing more comes.
    """
    options, people, fate = one.job.options, one.job.people, one.fates[place]
    number, reference = people.numbers[place], people.references[place]
    left = fate.leaves and one.leaves[place] <= now
    got = left and fate.reaches and one.ends[place] <= now
    return {
        "dst": normal(number),
        "text": parts.text,
        "parts": parts.parts,
        "encoding": parts.encoding.value.lower(),
        "src": options.get("src"),
        "flash": options["flash"],
        "jobId": one.job_id,
        "smsId": one.sms_ids(place, place + 1)[0],
        "customerRef": number if reference is None else reference,
        "fate": fate.name,
        "at": stamp(one.leaves[place]) if left else None,
        "received": stamp(one.ends[place]) if got else None,
        "over": one.ends[place] <= now,
    }
