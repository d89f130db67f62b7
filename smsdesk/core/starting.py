"""A planned start in plain words."""

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from smsdesk.core.blackouts import parse_instant


@dataclass(frozen=True, slots=True)
class Start:
    """``asked``: the clock of the place shows that time twice or never; then ``at`` is the earlier one."""

    at: datetime
    asked: bool = False
    other_at: datetime | None = None


def read_start(text: str, now: datetime, zone: str) -> Start | None:
    """What somebody means by ``text`` in a zone (IANA); None where it is not understood."""
    try:
        return Start(parse_instant(text))
    except ValueError:
        return Start(now.astimezone(ZoneInfo(zone)).astimezone(UTC)) if text == "now" else None
