"""What is out of the ordinary about a campaign: its size, the hour at which it arrives, where it goes.

Nothing here is wrong; people are asked once more.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from smsdesk.core.campaign import Campaign
from smsdesk.core.columns import column_of
from smsdesk.core.effective import Effective
from smsdesk.core.errors import Value
from smsdesk.core.figures import Totals
from smsdesk.core.problem import Level, Problem, Where

if TYPE_CHECKING:
    import polars as pl

FEW, TIMES = 100, 2
"""From so many SMS on a campaign is large where it has more than so many times those of any before."""
EVENING, MORNING = 21, 7
"""Between these hours on the recipient's clock it is night."""


@dataclass(frozen=True, slots=True)
class Before:
    """What was sent from here until now: campaigns, SMS of the largest, and where to (ISO 3166)."""

    campaigns: int = 0
    largest: int = 0
    countries: frozenset[str] = frozenset()


def unusual(
    campaign: Campaign,
    totals: Totals,
    effective: Effective,
    regions: Mapping[str, int],
    before: Before,
    left_out: Sequence[Collection[int]] = (),
) -> tuple[Problem, ...]:
    """What people should know before they send. ``regions``: how many SMS go to each country.

    ``left_out``: of each message the rows that are not sent.
    """
    problems = []
    values: dict[str, Value]
    if totals.sms >= FEW and totals.sms > TIMES * before.largest:
        values = {"n": totals.sms, "largest": before.largest, "reason": "" if before.campaigns else "first"}
        problems.append(Problem(Level.NOTE, "unusual_large", Where(field="recipients"), values))
    if count := at_night(campaign, effective, left_out):
        problems.append(Problem(Level.NOTE, "unusual_night", Where(field="start"), {"n": count}))
    known = before.countries if before.campaigns else {campaign.region}
    new = {region: count for region, count in regions.items() if region and region not in known}
    if new:
        named = " ".join(sorted(new, key=lambda region: (-new[region], region)))
        values = {"n": sum(new.values()), "countries": named}
        problems.append(Problem(Level.NOTE, "unusual_country", Where(field="recipients"), values))
    return tuple(problems)


def at_night(campaign: Campaign, effective: Effective, left_out: Sequence[Collection[int]] = ()) -> int:
    """How many SMS may leave first when it is night where the recipient is, or may be."""
    count = 0
    for index, which in enumerate(effective.which):
        out = left_out[index] if index < len(left_out) else ()
        alike, sets = _alike(campaign, index, which, out)
        for way, zones, number in alike.iter_rows():
            at = effective.ways[way].arrives_at
            if at is not None and any(
                _is_night(at, zone) for zone in sets[zones] or effective.ways[way].zones
            ):
                count += number
    return count


def _alike(
    campaign: Campaign, index: int, which: "pl.Series", out: Collection[int]
) -> "tuple[pl.DataFrame, tuple[tuple[str, ...], ...]]":
    """How many recipients of a message there are of each way and set of zones (by number)."""
    import polars as pl

    from smsdesk.core.zones import zones_column

    zones, sets = zones_column(column_of(campaign.messages[index].recipients.dst).series, campaign.region)
    rows = pl.DataFrame({"way": which, "zones": zones})
    if out:
        gone = pl.Series([*out], dtype=pl.UInt32).implode()
        rows = rows.filter(~pl.int_range(pl.len(), dtype=pl.UInt32).is_in(gone))
    return rows.group_by("way", "zones").len(), sets


def _is_night(at: datetime, zone: str) -> bool:
    hour = at.astimezone(ZoneInfo(zone)).hour
    return hour >= EVENING or hour < MORNING


def regions_of(campaign: Campaign, left_out: Sequence[Collection[int]] = ()) -> dict[str, int]:
    """How many SMS go to each country (ISO 3166), "" where it is not known."""
    import polars as pl

    from smsdesk.core.prices import regions_column

    counts: dict[str, int] = {}
    for index, message in enumerate(campaign.messages):
        regions = regions_column(column_of(message.recipients.dst).series, campaign.region)
        if index < len(left_out) and left_out[index]:
            gone = pl.Series([*left_out[index]], dtype=pl.Int64).implode()
            regions = regions.filter(~pl.int_range(len(regions), eager=True).is_in(gone))
        for region, count in regions.value_counts().iter_rows():
            counts[region] = counts.get(region, 0) + count
    return counts
