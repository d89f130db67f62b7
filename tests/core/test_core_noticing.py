"""When failures are more than usual: beyond the usual share and beyond chance, never by a handful."""

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
