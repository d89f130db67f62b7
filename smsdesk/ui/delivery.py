"""The delivery of a job in figures and words: how fast, how many, why some failed; and as a table file.

Pure: SMS as the desk gives them in, words, points and bytes out.
"""

import csv
import io
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from smsdesk.core.explaining import Explained
from smsdesk.core.formulas import defused
from smsdesk.core.status import Outcome
from smsdesk.words import clock, day, day_time, full_time, listed_words, money, number, say, status_words
from smsdesk.words.waiting import wait_words

if TYPE_CHECKING:
    from smsdesk.core.prices import Cost
    from smsdesk.desk.watching import JobLine, SmsLine

OUTCOMES = tuple(outcome.value for outcome in Outcome)
_WHOLE, _ALMOST = 100, 99.9


def job_name(line: "JobLine") -> str:
    """The campaign, and which of its jobs where there are several."""
    if not line.name:
        return say("outbox.unnamed" if line.own else "jobs.other")
    if line.of == 1:
        return line.name
    return say("outbox.part", name=line.name, number=line.number, of=line.of)


def on_the_way(line: "JobLine") -> int:
    """SMS that wait or travel."""
    return line.waiting + line.sending


def shares(line: "JobLine") -> tuple[tuple[str, int], ...]:
    """The parts of a job's bar."""
    return (
        ("delivered", line.delivered),
        ("sending", line.sending),
        ("waiting", line.waiting),
        ("failed", line.failed),
        ("unknown", line.unknown),
        ("cancelled", line.cancelled),
    )


def bar_words(line: "JobLine") -> str:
    """A job's bar, read aloud."""
    return say(
        "jobs.bar",
        delivered=number(line.delivered),
        waiting=number(on_the_way(line)),
        failed=number(line.failed),
        other=number(line.unknown + line.cancelled),
    )


def known_at(line: "JobLine") -> str:
    """When the figures were true, or that they are final."""
    if line.final:
        return say("jobs.final")
    return clock(line.asked_at) if line.asked_at else say("jobs.not_known")


def accepted(at: datetime | None, now: datetime) -> str:
    """When the service accepted it."""
    return day_time(at, None, now) if at else ""


def pill_word(line: "SmsLine") -> str:
    """The word of an SMS's state."""
    return status_words(line.process_status, line.status)[0]


def why(line: "SmsLine", waits: Explained | None = None, now: datetime | None = None) -> str:
    """What happened to an SMS and what to do next on one line; of one that ``waits``, why and how long."""
    if waits is not None and now is not None:
        return wait_words(waits, None, now)
    words = status_words(line.process_status, line.status)
    happened, then = words.happened, words.next
    if line.listed_at is not None:
        happened = listed_words(line.listed_at, line.reason, line.finished_at or line.listed_at)
    return f"{happened} {then}".strip()


def short_time(at: datetime | None, now: datetime) -> str:
    """The time of day; the day where it is not today."""
    if at is None:
        return ""
    return clock(at) if at.astimezone().date() == now.astimezone().date() else day(at)


def percent(part: int, whole: int) -> str:
    """A share in words; 100 only where nothing is missing."""
    if not whole:
        return ""
    share = _WHOLE * part / whole
    rounded = f"{share:.1f}" if part == whole or share < _ALMOST else str(_ALMOST)
    decimal = rounded.removesuffix(".0")
    return say("job.percent", share=decimal.replace(".", say("job.decimal")))


def code_words(code: str) -> str:
    """A code of the status vocabulary in a few words."""
    return say(f"answer.{code}.title")


def cost_facts(cost: "Cost | None") -> list[tuple[str, str]]:
    """The parts of a job, and what they cost where there is a price list."""
    if cost is None:
        return []
    pairs = [(say("job.parts"), number(sum(one.parts for one in cost.by_region.values())))]
    if cost.currency:
        pairs.append((say("job.cost.amount"), money(cost.amount, cost.currency)))
        if cost.unpriced:
            pairs.append((say("job.cost.unpriced"), number(cost.unpriced)))
    return pairs


_COLUMNS = (
    "job.column.number",
    "job.column.name",
    "job.export.reference",
    "job.column.state",
    "job.column.sent",
    "job.column.final",
    "job.column.why",
    "job.export.text",
    "job.export.sms_id",
    "job.export.job_id",
    "job.export.status",
)


def as_csv(lines: "Sequence[SmsLine]") -> bytes:
    """The SMS as a table for spreadsheets: UTF-8 with a byte order mark, formulas defused."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([say(code) for code in _COLUMNS])
    for line in lines:
        cells = (
            line.name,
            line.reference or "",
            pill_word(line),
            full_time(line.sent_at) if line.sent_at else "",
            full_time(line.finished_at) if line.finished_at else "",
            why(line),
            line.text or "",
            line.sms_id or "",
            line.job_id or "",
            " ".join(filter(None, (line.process_status, line.status, line.reason))),
        )
        dst = line.dst if line.dst.removeprefix("+").isdigit() else defused(line.dst)
        writer.writerow([dst, *map(defused, cells)])
    return out.getvalue().encode("utf-8-sig")
