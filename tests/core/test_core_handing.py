"""How a campaign is handed over: the time to change one's mind is 0 to 15 minutes."""

from datetime import timedelta

import pytest

from smsdesk.core.handing import AT_ONCE, LONGEST_UNDO, Handing


@pytest.mark.parametrize("seconds", [0, 1, 10, 15 * 60])
def test_the_time_to_change_ones_mind_may_be(seconds: int) -> None:
    assert Handing(undo=timedelta(seconds=seconds)).undo == timedelta(seconds=seconds)


@pytest.mark.parametrize("seconds", [-1, -0.000001, 15 * 60 + 0.000001, 86_400])
def test_the_time_to_change_ones_mind_may_not_be(seconds: float) -> None:
    with pytest.raises(ValueError, match=r"^the time to change one's mind is 0 to 15 minutes$"):
        Handing(undo=timedelta(seconds=seconds))


def test_at_once_nothing_is_waited_for() -> None:
    assert timedelta(minutes=15) == LONGEST_UNDO
    assert Handing(timedelta(0), hold_until=None, key=None, pilot=None) == AT_ONCE
