"""What the calendar says where a campaign is made and where its people are: the zone, public holidays."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import date

from smsdesk.core.holidays import countries, holidays_of
from smsdesk.desk.importing import own_zone

__all__ = ["counted", "load_holidays", "own_zone", "public_holidays"]


async def public_holidays(places: Sequence[str], first: date, last: date, language: str) -> dict[date, str]:
    """The public holidays of countries (ISO 3166), in order; names of one day that differ are joined.

    Where there are several countries each name says whose it is.
    """
    return await asyncio.to_thread(_gathered, tuple(places), first, last, language)


async def load_holidays() -> None:
    """Loads the library, so that nobody waits for it later."""
    await asyncio.to_thread(countries)


async def counted(count: Callable[[], None]) -> None:
    """Lets figures be counted that would hold up the window."""
    await asyncio.to_thread(count)


def _gathered(places: tuple[str, ...], first: date, last: date, language: str) -> dict[date, str]:
    found: dict[date, dict[str, list[str]]] = {}
    for place in places:
        for day, name in holidays_of(place, "", first, last, language).items():
            found.setdefault(day, {}).setdefault(name, []).append(place)
    if len(places) < 2:
        return {day: ", ".join(names) for day, names in sorted(found.items())}
    return {
        day: "; ".join(f"{name} ({', '.join(of)})" for name, of in names.items())
        for day, names in sorted(found.items())
    }
