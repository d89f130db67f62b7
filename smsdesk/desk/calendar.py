"""What the calendar says where a campaign is made and where its people are: the zone, public holidays."""

import asyncio
from collections.abc import Callable
from datetime import date

from smsdesk.core.campaign import Campaign
from smsdesk.core.holidays import countries, holidays_of
from smsdesk.core.unusual import regions_of
from smsdesk.desk.importing import own_zone

__all__ = ["counted", "own_zone", "public_holidays"]

MOST = 4
"""The holidays of so many countries are told, those of most recipients."""


async def public_holidays(campaign: Campaign, first: date, last: date, language: str) -> dict[date, str]:
    """The public holidays of the countries of a campaign's recipients, in order.

    Names of one day that differ are joined; where there are several countries each says whose it is.
    """
    return await asyncio.to_thread(_gathered, campaign, first, last, language)


async def counted(count: Callable[[], None]) -> None:
    """Lets figures be counted that would hold up the window."""
    await asyncio.to_thread(count)


def _gathered(campaign: Campaign, first: date, last: date, language: str) -> dict[date, str]:
    found: dict[date, dict[str, list[str]]] = {}
    places = _places(campaign)
    for place in places:
        for day, name in holidays_of(place, "", first, last, language).items():
            found.setdefault(day, {}).setdefault(name, []).append(place)
    if len(places) < 2:
        return {day: ", ".join(names) for day, names in sorted(found.items())}
    return {
        day: "; ".join(f"{name} ({', '.join(of)})" for name, of in names.items())
        for day, names in sorted(found.items())
    }


def _places(campaign: Campaign) -> list[str]:
    """The countries of most recipients; without any the campaign's own."""
    known, counts = set(countries()), regions_of(campaign)
    found = sorted((place for place in counts if place in known), key=lambda place: -counts[place])
    return found[:MOST] or [campaign.region]
