"""Shares of a campaign: each makes one job, together they make all of its jobs."""

from datetime import UTC, datetime, timedelta

import pytest

from smsdesk.core import grouping as module
from smsdesk.core.blackouts import Period
from smsdesk.core.campaign import Campaign, CampaignId, Message
from smsdesk.core.effective import effective
from smsdesk.core.plan import plan, request_of
from smsdesk.core.recipients import Recipients
from smsdesk.core.shares import rows_left_out, shares

NOW = datetime(2031, 3, 1, 9, tzinfo=UTC)
NIGHT = Period(NOW, NOW + timedelta(hours=9))


def people(count: int, first: int) -> Recipients:
    own = dict.fromkeys(range(0, count, 1001), (NIGHT,))
    numbers = [f"+49176{first + row:08}" for row in range(count)]
    return Recipients(numbers, numbers, {"name": [f"A{row % 7}" for row in range(count)]}, own)


@pytest.mark.parametrize(
    ("counts", "listed"), [((0,), 0), ((1, 0, 2), 1), ((2999, 2, 4001), 5), ((6000,), 6000)]
)
def test_the_jobs_of_the_shares_are_the_jobs_of_the_campaign(counts: tuple[int, ...], listed: int) -> None:
    messages = tuple(
        Message(f"{at}: {{name}}", people(count, at * 10_000)) for at, count in enumerate(counts)
    )
    campaign = Campaign(CampaignId("c" * 32), "Autumn", "Main", messages)
    numbers = [number for message in messages for number in message.recipients.dst][:listed]
    left_out = rows_left_out(campaign, numbers)
    times = effective(campaign, NOW)
    made = shares(campaign, times, left_out)
    assert tuple(map(request_of, made)) == plan(campaign, times, numbers)
    assert all(plan(share, effective(share, NOW)) == (request_of(share),) for share in made)


def test_a_share_has_its_own_places_for_own_periods(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_SMS_PER_JOB", 2)
    rows = Recipients(["1", "2", "3", "4", "5"], [""] * 5, {}, {0: (), 2: (NIGHT,), 4: (NIGHT, NIGHT)})
    campaign = Campaign(CampaignId("c" * 32), "Autumn", "Main", (Message("a", rows), Message("b", rows)))
    made = shares(campaign, effective(campaign, NOW), ((1,), ()))
    lists = [[(list(m.recipients.dst), m.recipients.blackouts) for m in share.messages] for share in made]
    assert lists == [
        [(["1", "3"], {1: (NIGHT,)})],
        [(["4", "5"], {1: (NIGHT, NIGHT)})],
        [(["1", "2"], {})],
        [(["3", "4"], {0: (NIGHT,)})],
        [(["5"], {0: (NIGHT, NIGHT)})],
    ]
