"""The delivery of a job in figures and words: how fast, how many, why some failed.

Pure: jobs as the desk gives them in, words out.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from smsdesk.core.status import Outcome
from smsdesk.words import day_time, money, number, say, short_time

if TYPE_CHECKING:
    from smsdesk.core.prices import Cost
    from smsdesk.desk.watching import JobLine

OUTCOMES = tuple(outcome.value for outcome in Outcome)
_WHOLE, _ALMOST = 100, 99.9


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


def known_at(line: "JobLine", now: datetime) -> str:
    """When the figures were true, or that they are final, or the last that will ever be known."""
    if line.closed_at is not None:
        return say("jobs.closed")
    if line.final:
        return say("jobs.final")
    return short_time(line.asked_at, None, now) if line.asked_at else say("jobs.not_known")


def accepted(at: datetime | None, now: datetime) -> str:
    """When the service accepted it: a day that is near in words, an older one as short as can be."""
    if at is None:
        return ""
    is_near = abs(at.astimezone().date() - now.astimezone().date()) <= timedelta(days=1)
    return (day_time if is_near else short_time)(at, None, now)


def percent(part: int, whole: int) -> str:
    """A share in words; 100 only where nothing is missing."""
    if not whole:
        return ""
    share = _WHOLE * part / whole
    rounded = f"{share:.1f}" if part == whole or share < _ALMOST else str(_ALMOST)
    decimal = rounded.removesuffix(".0")
    return say("job.percent", share=decimal.replace(".", say("job.decimal")))


def outcome_words(outcome: str) -> str:
    """An outcome where it begins a line."""
    words = say(f"outcome.{outcome}")
    return words[:1].upper() + words[1:]


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
