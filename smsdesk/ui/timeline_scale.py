"""Where instants stand on the time line: days of a zone across, and the steps to which a hand snaps."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

ZOOMS = (1, 2, 3, 7, 14, 30)
"""How many days the line shows."""
FINE_DAYS = 2
"""Up to so many days a hand snaps to 5 minutes, else to 15."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ClockChange:
    """An instant at which the clocks of a zone are put forward (``by`` is positive) or back."""

    at: datetime
    by: timedelta


@dataclass(frozen=True, slots=True)
class Scale:
    """``days`` times 24 hours from ``first`` (UTC), over ``width`` px from ``left``."""

    first: datetime
    days: int
    zone: ZoneInfo
    left: float = 0.0
    width: float = 700.0

    @property
    def last(self) -> datetime:
        """The instant at the right end."""
        return self.first + self.days * _DAY

    def x(self, at: datetime) -> float:
        """Where an instant stands; outside of the line too."""
        return self.left + (at - self.first) / _DAY * (self.width / self.days)

    def at(self, x: float) -> datetime:
        """The instant at a place, in UTC."""
        return self.first + timedelta(days=(x - self.left) / self.width * self.days)

    @property
    def step(self) -> timedelta:
        """To what a hand snaps."""
        return timedelta(minutes=5 if self.days <= FINE_DAYS else 15)

    def snapped(self, at: datetime, step: timedelta | None = None) -> datetime:
        """The nearest instant that the zone's clocks write with a whole step, in the zone's offset."""
        size = self.step if step is None else step
        local = at.astimezone(self.zone)
        offset = local.utcoffset() or timedelta()
        wall = at.astimezone(UTC) + offset
        midnight = wall.replace(hour=0, minute=0, second=0, microsecond=0)
        steps = round((wall - midnight) / size)
        return in_zone(midnight + steps * size - offset, self.zone)

    def midnights(self) -> list[datetime]:
        """When the days in sight begin, the one that is cut at the left too; in UTC."""
        return list(_midnights(self.first, self.last, self.zone))

    def changes(self) -> list[ClockChange]:
        """The clock changes in sight."""
        begins = self.midnights()
        ends = [*begins[1:], self.last]
        found = (_change(a, b, self.zone) for a, b in zip(begins, ends, strict=True))
        return [change for change in found if change is not None and self.first <= change.at <= self.last]


def _midnights(first: datetime, last: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    day = first.astimezone(zone).date()
    while (begin := midnight(day, zone)) < last:
        yield begin
        day += _DAY


@lru_cache(maxsize=512)
def midnight(day: date, zone: ZoneInfo) -> datetime:
    """When a day begins in a zone, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


@lru_cache(maxsize=512)
def _change(first: datetime, last: datetime, zone: ZoneInfo) -> ClockChange | None:
    before, after = first.astimezone(zone).utcoffset(), last.astimezone(zone).utcoffset()
    if before == after or before is None or after is None:
        return None
    low, high = first, last
    while high - low > timedelta(minutes=1):
        middle = low + (high - low) / 2
        if middle.astimezone(zone).utcoffset() == before:
            low = middle
        else:
            high = middle
    return ClockChange(high.replace(second=0, microsecond=0), after - before)


def in_zone(at: datetime, zone: ZoneInfo) -> datetime:
    """The same instant with the offset of the zone, fixed: what is written never moves by itself."""
    local = at.astimezone(zone)
    offset = local.utcoffset() or timedelta()
    return local.replace(tzinfo=timezone(offset) if offset else UTC)
