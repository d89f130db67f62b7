"""The columns of the list of jobs, what each is sorted by and leads to, and how old what they show is."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from smsdesk.core.job_looks import JobSort
from smsdesk.desk.telling import job_name
from smsdesk.ui.cells import Column
from smsdesk.ui.delivery import accepted, bar_words, known_at, on_the_way, shares
from smsdesk.words import ago, lasting, number, say

if TYPE_CHECKING:
    from smsdesk.desk.watching import JobLine

SORTS: dict[str, JobSort] = {
    "job": "name",
    "outcome": "share",
    "delivered": "delivered",
    "waiting": "waiting",
    "failed": "failed",
    "known": "asked_at",
    "account": "account",
    "accepted": "accepted_at",
}
"""The columns, as they stand, and what each is sorted by."""
LEADS = {
    "delivered": "outcome:delivered",
    "waiting": "outcome:waiting+sending",
    "failed": "outcome:failed",
}
"""The columns of which each figure leads to its rows."""


def columns(now: Callable[[], datetime]) -> "list[Column[JobLine]]":
    """The columns; times are told as of ``now``."""
    return [
        Column("job", "jobs.column.job", job_name, 160, stretch=3),
        Column("outcome", "jobs.column.outcome", bar_words, 170, kind="bar", shares=shares, priority=1),
        _figure("delivered", 84, lambda line: line.delivered),
        _figure("waiting", 84, on_the_way),
        _figure("failed", 74, lambda line: line.failed),
        Column("known", "jobs.column.known", lambda line: known_at(line, now()), 96, kind="time", priority=3),
        Column("account", "jobs.column.account", lambda line: line.account, 110, priority=4),
        Column(
            "accepted",
            "jobs.column.accepted",
            lambda line: accepted(line.accepted_at, now()),
            130,
            kind="time",
            priority=2,
        ),
    ]


def _figure(key: str, width: int, value: "Callable[[JobLine], int]") -> "Column[JobLine]":
    """A column of figures that lead to their rows; zeros are pale."""
    return Column(
        key,
        f"jobs.column.{key}",
        lambda line: number(value(line)),
        width,
        kind="number",
        role=lambda line: key if value(line) else "third",
        leads=lambda line: value(line) > 0,
    )


def asked_words(lines: "Sequence[JobLine]", now: datetime, silent: Collection[str] = ()) -> str:
    """When the service was asked last, and is asked next; accounts that are ``silent`` got no answer."""
    open_ones = [line for line in lines if not line.final]
    if not open_ones:
        return say("jobs.asked.done")
    asked = [line.asked_at for line in open_ones if line.asked_at is not None]
    if not asked:
        return say("jobs.asked.first")
    words = ago(now - max(asked))
    left = min((line.next_ask_at for line in open_ones if line.next_ask_at is not None), default=now) - now
    if left.total_seconds() < 1:
        troubled = all(line.account in silent for line in open_ones)
        return say("jobs.asked.trouble" if troubled else "jobs.asked.now", ago=words)
    return say("jobs.asked", ago=words, span=lasting(left))
