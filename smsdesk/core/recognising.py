"""Periods read back as the rules that would make them."""

from collections.abc import Sequence

from smsdesk.core.blackouts import Period
from smsdesk.core.rules import Rule


def recognised(periods: Sequence[Period], zone: str) -> tuple[tuple[Rule, ...], tuple[Period, ...]]:
    """Rules and the rest: together they make exactly the given periods in ``zone`` (IANA)."""
    del zone
    return (), tuple(periods)
