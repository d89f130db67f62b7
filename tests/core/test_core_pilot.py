"""A pilot: who is in it, what becomes of the rest, and that everybody still gets one SMS."""

from collections import Counter
from datetime import UTC, datetime
from itertools import chain, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsdesk.core.campaign import Campaign, CampaignId, Message
from smsdesk.core.effective import effective
from smsdesk.core.outbox import EntryState
from smsdesk.core.pilot import Pilot, Tally, Verdict, chosen, tally_of, verdict
from smsdesk.core.plan import planned_jobs
from smsdesk.core.recipients import Recipients
from smsdesk.core.status import LEFT_OUT

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
TEN = Pilot(100, 10)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"people": 0}, "a pilot is one job"),
        ({"people": 3001}, "a pilot is one job"),
        ({"most_failed": -1}, "a share that can be passed"),
        ({"most_failed": 100}, "a share that can be passed"),
    ],
)
def test_a_pilot_is_one_job_with_a_share_that_can_be_passed(wrong: dict[str, int], why: str) -> None:
    with pytest.raises(ValueError, match=f"^{why}$"):
        Pilot(**wrong)


def test_200_people_of_whom_a_tenth_may_fail() -> None:
    assert Pilot() == Pilot(200, 10)
    assert Pilot(1, 0) != Pilot(3000, 99)


@pytest.mark.parametrize(
    ("failed", "still_open", "becomes"),
    [
        (0, 100, Verdict.WAIT),
        (0, 11, Verdict.WAIT),
        (0, 10, Verdict.GO_ON),
        (5, 6, Verdict.WAIT),
        (5, 5, Verdict.GO_ON),
        (10, 0, Verdict.GO_ON),
        (10, 1, Verdict.WAIT),
        (11, 0, Verdict.BRAKE),
        (11, 89, Verdict.BRAKE),
    ],
)
def test_it_is_decided_as_soon_as_nothing_that_is_open_can_change_it(
    failed: int, still_open: int, becomes: Verdict
) -> None:
    assert verdict(TEN, EntryState.ACCEPTED, Tally(100, failed, still_open)) is becomes


@pytest.mark.parametrize(
    ("failed", "still_open", "becomes"),
    [(301, 0, Verdict.BRAKE), (300, 0, Verdict.GO_ON), (300, 1, Verdict.WAIT), (0, 301, Verdict.WAIT)],
)
def test_one_more_or_less_of_3000_decides(failed: int, still_open: int, becomes: Verdict) -> None:
    assert verdict(Pilot(3000, 10), EntryState.ACCEPTED, Tally(3000, failed, still_open)) is becomes


@pytest.mark.parametrize("state", EntryState)
def test_a_pilot_that_did_not_go_holds_the_rest(state: EntryState) -> None:
    gone = state in (EntryState.REFUSED, EntryState.CANCELLED)
    expected = Verdict.BRAKE if gone else Verdict.GO_ON if state is EntryState.ACCEPTED else Verdict.WAIT
    assert verdict(TEN, state, Tally(100)) is expected


def test_nobody_is_no_good_pilot() -> None:
    assert verdict(TEN, EntryState.ACCEPTED, Tally(0)) is Verdict.WAIT


def test_no_failure_is_allowed_where_none_is() -> None:
    assert verdict(Pilot(100, 0), EntryState.ACCEPTED, Tally(100, 1)) is Verdict.BRAKE
    assert verdict(Pilot(100, 0), EntryState.ACCEPTED, Tally(100, 0)) is Verdict.GO_ON


def test_outcomes_are_counted_by_the_vocabulary() -> None:
    told = [
        (None, None, 1),
        ("OPEN", None, 2),
        ("RUNNING", "SUC_ACC", 4),
        ("WHO", "KNOWS", 8),
        ("DONE", "SUC_FIN", 16),
        ("DONE", "SEND_ERR", 32),
        ("DONE", "INVALID_DST", 64),
        ("CANCELED", None, 128),
        (*LEFT_OUT, 256),
    ]
    assert tally_of(told) == Tally(255, 192, 15)
    assert tally_of([]) == Tally(0) == Tally(0, 0, 0)


@pytest.mark.parametrize(
    ("sizes", "left_out", "people", "rows"),
    [
        ([4], [], 2, [[0, 2]]),
        ([4], [[0]], 2, [[1, 2]]),
        ([4], [[0]], 3, [[1, 2, 3]]),
        ([3, 0, 3], [], 2, [[0], [], [0]]),
        ([3, 3], [[0, 2]], 1, [[1], []]),
        ([3, 3], [[0, 1, 2]], 1, [[], [0]]),
        ([3, 3], [[], [1]], 9, [[0, 1, 2], [0, 2]]),
        ([2], [[0, 1]], 5, [[]]),
        ([10], [], 3, [[0, 3, 6]]),
        ([4], [], 0, [[]]),
    ],
)
def test_who_is_in_the_pilot(
    sizes: list[int], left_out: list[list[int]], people: int, rows: list[list[int]]
) -> None:
    assert chosen(sizes, left_out, people) == tuple(rows)


@given(st.lists(st.integers(0, 40), min_size=1, max_size=4), st.data())
def test_the_pilot_is_spread_evenly_over_all_who_are_sent_to(sizes: list[int], data: st.DataObject) -> None:
    outs = [data.draw(st.sets(st.integers(0, n - 1)) if n else st.just(set())) for n in sizes]
    people = data.draw(st.integers(1, 60))
    going = [(at, row) for at, n in enumerate(sizes) for row in range(n) if row not in outs[at]]
    found = [(at, row) for at, rows in enumerate(chosen(sizes, outs, people)) for row in rows]
    assert found == sorted(set(found))
    assert set(found) <= set(going)
    assert len(found) == min(people, len(going))
    places = [going.index(one) for one in found]
    gaps = {after - before for before, after in pairwise(places)}
    assert not gaps or max(gaps) - min(gaps) <= 1


@given(st.lists(st.integers(0, 30), min_size=1, max_size=3), st.integers(0, 40), st.integers(0, 5))
def test_everybody_is_in_one_job_and_the_first_is_the_pilot(
    sizes: list[int], pilot: int, listed: int
) -> None:
    numbers = iter(f"+4917640{at:06}" for at in range(sum(sizes)))
    messages = tuple(
        Message(f"Text {at}", Recipients([next(numbers) for _ in range(n)], [""] * n))
        for at, n in enumerate(sizes)
    )
    campaign = Campaign(CampaignId("one"), "One", messages=messages)
    everybody = [dst for message in messages for dst in message.recipients.dst]
    out = everybody[:listed]
    jobs = planned_jobs(campaign, effective(campaign, NOW), out, pilot)
    reached = [[p.dst for m in job.request.messages for p in m.recipients] for job in jobs]
    assert Counter(chain.from_iterable(reached)) == Counter(everybody[listed:])
    left = [one.recipient.dst for job in jobs for one in job.left_out]
    assert sorted(left) == (sorted(out) if jobs else [])
    piloted = 0 < pilot < len(everybody) - len(out)
    assert len(jobs) == (2 if piloted else bool(everybody[listed:]))
    assert not piloted or len(reached[0]) == pilot
