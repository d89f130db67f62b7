"""What to tell a caller about one SMS: what happened, what to say, whether to send again; and the facts.

Pure: an SMS as the desk gives it in, words out.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from smsdesk.core.numbers import as_shown
from smsdesk.core.status import LEFT_OUT, NOT_REPORTED, meaning
from smsdesk.words import clock, day_time, full_time, say, status_words

if TYPE_CHECKING:
    from smsdesk.desk.watching import SmsLine

UNBROKEN = "\N{NO-BREAK SPACE}"
"""Keeps a number on one line."""


@dataclass(frozen=True, slots=True)
class Station:
    """A point on a message's way: its name, when it was ("" for not yet), and whether it was reached."""

    name: str
    when: str
    reached: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """All that the answer card says; ``role`` is the state's colour role."""

    role: str
    title: str
    happened: str
    text: str
    tell: str
    again: str
    way: tuple[Station, ...]
    support: tuple[tuple[str, str], ...]

    @property
    def to_copy(self) -> str:
        """The answer as it goes into a mail or a chat."""
        lines = [
            self.happened.replace(UNBROKEN, " "),
            f"{say('find.tell')}: {self.tell}",
            f"{say('find.again')}: {self.again}",
        ]
        text = [f"{say('find.text')}: {self.text}"] if self.text else []
        return "\n".join([*lines, *text])

    @property
    def support_to_copy(self) -> str:
        """The technical facts as lines."""
        return "\n".join(f"{name}: {words}" for name, words in self.support)


def code_of(line: "SmsLine") -> str:
    """Which of the answers fits: a code of the status vocabulary, or ``in_outbox``."""
    if line.job_id is None and not line.process_status:
        return "in_outbox"
    return (meaning(line.process_status, line.status) if line.process_status else NOT_REPORTED).code


def answer(line: "SmsLine", now: datetime) -> Answer:
    """The answer to "did she get our message, and if not, why?"."""
    code = f"answer.{code_of(line)}"
    first = line.sent_at or line.finished_at or line.accepted_at
    at = _at(line.finished_at, first, now) if line.finished_at else ""
    happened = say(f"{code}.happened", number=as_shown(line.dst).replace(" ", UNBROKEN), at=at)
    return Answer(
        line.outcome,
        say(f"{code}.title"),
        f"{_begun(line, now)} {happened} {listed_words(line, now)}".strip(),
        line.text or "",
        say(f"{code}.tell"),
        say(f"{code}.again"),
        _way(line, now),
        _support(line),
    )


def day_words(at: datetime, now: datetime) -> str:
    """The day as a word in a sentence: "today", "on Tue 24 Nov"."""
    day = day_time(at, None, now).rpartition(" ")[0].rstrip(",")
    near = abs((at.astimezone().date() - now.astimezone().date()).days) <= 1
    return day if near else say("answer.on", day=day)


def listed_words(line: "SmsLine", now: datetime) -> str:
    """Since when and why an SMS's number is on the do-not-contact list; empty for one that was sent."""
    if line.listed_at is None:
        return ""
    code = f"status.do_not_contact.{'why' if line.reason else 'since'}"
    return say(code, since=day_time(line.listed_at, None, now), reason=line.reason or "")


def _begun(line: "SmsLine", now: datetime) -> str:
    at = line.sent_at or line.accepted_at
    if at is None or line.listed_at is not None:
        return ""
    code = "answer.sent" if line.sent_at else "answer.accepted"
    return say(code, day=day_words(at, now), time=clock(at))


def _at(at: datetime, first: datetime | None, now: datetime) -> str:
    if first is not None and first.astimezone().date() == at.astimezone().date():
        return say("answer.at", time=clock(at))
    return say("answer.at_day", day=day_words(at, now), time=clock(at))


def _when(at: datetime | None, now: datetime) -> str:
    return f"{day_time(at, None, now).rpartition(' ')[0]} {clock(at)}" if at else ""


def _way(line: "SmsLine", now: datetime) -> tuple[Station, ...]:
    process = line.process_status
    means = meaning(process, line.status) if process else NOT_REPORTED
    if line.listed_at is not None:
        pill = status_words(process, line.status)[0]
        return (
            Station(say("find.way.listed"), _when(line.listed_at, now), reached=True),
            Station(pill, _when(line.finished_at, now), reached=True),
        )
    untold = say("find.way.not_told")
    later = say("find.way.not_yet")
    was_accepted = line.job_id is not None
    sent = line.sent_at is not None or process == "RUNNING" or means.code in ("suc_fin", "suc_acc", "timeout")
    pill = status_words(process, line.status)[0] if means.final else say("find.way.final")
    return (
        Station(
            say("find.way.accepted" if was_accepted else "find.way.waiting"),
            _when(line.accepted_at, now) or ("" if was_accepted else later),
            was_accepted,
        ),
        Station(say("find.way.sent"), _when(line.sent_at, now) or (untold if sent else later), sent),
        Station(pill, _when(line.finished_at, now) or (untold if means.final else later), means.final),
    )


def _support(line: "SmsLine") -> tuple[tuple[str, str], ...]:
    pairs = [
        ("find.fact.job", line.job_id or ""),
        ("find.fact.sms", line.sms_id or ""),
        ("find.fact.reference", line.reference or ""),
        ("find.fact.number", line.dst),
    ]
    if (line.process_status, line.status) != LEFT_OUT:
        # What is said of somebody who was left out is our own word, and the reason our own affair.
        pairs[2:2] = [
            ("find.fact.state", " · ".join(filter(None, (line.process_status, line.status)))),
            ("find.fact.reason", line.reason or ""),
        ]
        pairs += [
            ("find.fact.sent", full_time(line.sent_at) if line.sent_at else ""),
            ("find.fact.final", full_time(line.finished_at) if line.finished_at else ""),
        ]
    return tuple((say(code), words) for code, words in pairs if words)
