"""When failures are more than usual: beyond the usual share and beyond chance, never by a handful."""

from itertools import accumulate
from math import exp, lgamma, log

import pytest

from smsdesk.core.noticing import is_unusual


@pytest.mark.parametrize(
    ("failed", "sms", "usual", "unusual"),
    [
        (12, 3000, (30, 1000), False),
        (90, 3000, (30, 1000), False),
        (400, 3000, (30, 1000), True),
        (60, 100, (30, 1000), True),
        (60, 100, (600, 1000), False),
        (10, 20, (0, 0), True),
        (4, 20, (0, 10_000), False),
        (19, 19, (0, 10_000), False),
        (5, 3000, (0, 100_000), False),
        (600, 3000, (200, 1000), False),
    ],
)
def test_failures_are_held_against_what_is_usual(
    failed: int, sms: int, usual: tuple[int, int], unusual: bool
) -> None:
    assert is_unusual(failed, sms, *usual) is unusual


SIZES, SHARES, KNOWN = (20, 30, 50, 100, 300, 1000, 3000), (0.001, 0.01, 0.02, 0.05, 0.1, 0.2), 10_000


def chance_of(failed: int, sms: int, share: float) -> float:
    """How likely exactly so many SMS fail, each by itself with that share."""
    ways = lgamma(sms + 1) - lgamma(failed + 1) - lgamma(sms - failed + 1)
    return exp(ways + failed * log(share) + (sms - failed) * log(1 - share))


@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize("sms", SIZES)
def test_of_campaigns_as_usual_hardly_one_in_300_is_told(sms: int, share: float) -> None:
    usual = round(KNOWN * share), KNOWN
    told = [failed for failed in range(sms + 1) if is_unusual(failed, sms, *usual)]
    assert told == [*range(told[0], sms + 1)], "more failures are no less unusual"
    below = [*accumulate(chance_of(failed, sms, share) for failed in range(told[0]))][-1]
    assert 1 - below < 1 / 300


@pytest.mark.parametrize("share", SHARES[2:])
@pytest.mark.parametrize("sms", SIZES[4:])
def test_three_times_as_many_as_usual_are_told(sms: int, share: float) -> None:
    assert is_unusual(round(3 * share * sms), sms, round(KNOWN * share), KNOWN)


@pytest.mark.parametrize("sms", range(1, 20))
def test_a_handful_tells_nothing(sms: int) -> None:
    assert not is_unusual(sms, sms, 0, KNOWN)
