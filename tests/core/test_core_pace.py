"""The pace: as fast as the service lets it, halved by a refusal, felt upwards again."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsdesk.core.pace import MOST_AT_ONCE, Pace, first_pace, slowed, sped

NOW = datetime(2031, 3, 1, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def faster(pace: Pace, answers: int, budget: int = 20) -> Pace:
    for _ in range(answers):
        pace = sped(pace, budget)
    return pace


def test_it_begins_with_two_at_once_and_the_whole_budget() -> None:
    pace = first_pace(20)
    assert (pace.at_once, pace.within(20)) == (2, 20)
    assert pace.room(1, NOW) and not pace.room(2, NOW)


def test_answers_let_more_go_at_once_up_to_a_limit() -> None:
    pace = first_pace(20)
    paces = [faster(pace, answers).at_once for answers in range(4)]
    assert paces == pytest.approx([2, 2.5, 2.9, 2.9 + 1 / 2.9])
    assert not faster(pace, 2).room(2, NOW)
    assert faster(pace, 3).room(2, NOW) and not faster(pace, 3).room(3, NOW)
    assert faster(pace, 1000).at_once == MOST_AT_ONCE == 8


def test_a_refusal_halves_the_pace_and_rests_it() -> None:
    pace = slowed(faster(first_pace(20), 1000), NOW)
    assert (pace.at_once, pace.within(20)) == (4, 10)
    assert pace.rest(NOW) == 2 * SECOND
    assert not pace.room(0, NOW + SECOND)
    assert pace.room(3, NOW + 2 * SECOND) and not pace.room(4, NOW + 2 * SECOND)


@pytest.mark.parametrize("at_once", [1, 1.5, 2])
def test_a_refusal_leaves_one_at_a_time_and_one_request(at_once: float) -> None:
    assert slowed(Pace(at_once, 1.5), NOW) == Pace(1, 1, NOW + 2 * SECOND, NOW)


def test_refusals_of_what_was_under_way_together_are_one() -> None:
    once = slowed(first_pace(20), NOW)
    assert slowed(once, NOW + SECOND - timedelta(microseconds=1)) == once
    assert slowed(once, NOW) == once
    assert slowed(once, NOW + SECOND).within(20) == 5
    assert slowed(once, NOW - SECOND).within(20) == 5


def test_after_a_refusal_it_feels_its_way_up_over_some_windows() -> None:
    pace = slowed(first_pace(20), NOW)
    assert faster(pace, 11).within(20) == 11
    assert faster(pace, 99).within(20) == 19
    assert faster(pace, 1000).within(20) == 20


def test_a_budget_that_was_lowered_holds_at_once_and_a_raised_one_is_felt_for() -> None:
    pace = first_pace(20)
    assert pace.within(5) == 5
    assert pace.within(40) == 20
    assert faster(pace, 200, 40).within(40) == 40
    assert sped(pace, 5).allowed == 5
    assert sped(Pace(8, 1), 2).allowed == pytest.approx(1.1)
    assert sped(Pace(8, 1), 20).allowed == pytest.approx(1.1)
    assert sped(Pace(8, 1), 400).allowed == pytest.approx(3)


def test_a_budget_of_nothing_still_lets_one_go() -> None:
    assert first_pace(0) == first_pace(1) == Pace(2, 1)
    assert first_pace(0).within(0) == 1
    assert sped(Pace(8, 1), 0) == sped(Pace(8, 1), 1) == Pace(8, 1)
    assert sped(first_pace(0), 0).within(0) == 1


def test_a_clock_that_was_set_back_makes_no_long_rest() -> None:
    pace = slowed(first_pace(20), NOW)
    assert pace.rest(NOW - SECOND) == timedelta(0)
    assert pace.rest(NOW + 3 * SECOND) == timedelta(0)
    assert first_pace(20).rest(NOW) == timedelta(0)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5)), max_size=200), st.integers(0, 500))
def test_it_stays_within_its_bounds_whatever_comes(answers: list[tuple[bool, int]], budget: int) -> None:
    pace, now = first_pace(budget), NOW
    for too_many, seconds in answers:
        now += seconds * SECOND
        pace = slowed(pace, now) if too_many else sped(pace, budget)
        assert 1 <= pace.at_once <= MOST_AT_ONCE
        assert 1 <= pace.within(budget) <= max(budget, 1)
        assert pace.room(0, now + 2 * SECOND)
