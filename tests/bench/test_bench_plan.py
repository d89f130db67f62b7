"""A campaign of a million recipients planned, written as requests, exported and imported.

Run on demand: ``pytest tests/bench -m bench -s``. Prints the seconds of work of each step, on all cores.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

import polars as pl
import pytest

from smsdesk.core.campaign import Campaign, CampaignId, Message
from smsdesk.core.campaign_file import read, written
from smsdesk.core.columns import Column
from smsdesk.core.effective import effective
from smsdesk.core.outbox import mark_of
from smsdesk.core.plan import layout
from smsdesk.core.recipients import Recipients
from smsdesk.core.rules import Rule, RuleKind
from smsdesk.core.shares import shares_of
from smsdesk.core.unusual import at_night
from smsdesk.desk.sending import prepare

ROWS = 1_000_000
NOW = datetime(2031, 3, 1, 9, tzinfo=UTC)
LAYOUT, READY, FILE = 2.0, 10.0, 20.0
"""The most seconds for the figures of all jobs, for all requests, and for a file."""

pytestmark = pytest.mark.bench
T = TypeVar("T")


def people() -> Recipients:
    row = pl.int_range(0, ROWS)
    kinds = pl.when(row % 3 == 0).then(pl.lit("+43664")).otherwise(pl.lit("+49176"))

    def column(words: pl.Expr) -> Column:
        return Column(pl.select(words + row.cast(pl.String).str.zfill(7)).to_series())

    return Recipients(column(kinds), column(pl.lit("R")), {"Name": column(pl.lit("Ada "))})


def timed(name: str, most: float, work: Callable[[], T]) -> T:
    began = time.process_time()
    made = work()
    took = time.process_time() - began
    print(f"{name:40} {took:6.2f} s")
    assert took < most
    return made


@pytest.mark.parametrize("text", ["Hello", "Dear {Name}"])
@pytest.mark.parametrize("rules", [(), (Rule(RuleKind.HOURS),)], ids=["plain", "nights"])
def test_a_million_recipients_are_planned_in_seconds(text: str, rules: tuple[Rule, ...]) -> None:
    campaign = Campaign(CampaignId("0" * 32), "Spring", "Main", (Message(text, people()),), rules=rules)
    times = effective(campaign, NOW)
    print()
    jobs = timed(f"{text}: jobs", LAYOUT, lambda: layout(campaign, times))
    timed(f"{text}: shares", LAYOUT, lambda: shares_of(campaign, times, jobs))
    marks = [mark_of(n) for n in range(len(jobs))]
    ready = timed(f"{text}: requests", READY, lambda: prepare(campaign, times, marks))
    assert sum(len(one.going) for one in ready) == ROWS
    assert len(ready) == -(-ROWS // 3000)
    timed("at night", LAYOUT, lambda: at_night(campaign, times))


def test_a_million_recipients_are_exported_and_imported() -> None:
    campaign = Campaign(CampaignId("0" * 32), "Spring", "Main", (Message("Hi", people()),))
    print()
    content = timed("export", FILE, lambda: written(campaign))
    assert timed("import", FILE, lambda: read(content, campaign.id)) == campaign
    print(f"{len(content) / 1e6:.0f} MB")
