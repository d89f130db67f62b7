"""What parts cost: a price list of one's own, by the country of the number."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

from smsdesk.core.regions import regions_column

if TYPE_CHECKING:
    import polars as pl


__all__ = ["Cost", "Prices", "RegionCost", "cost", "regions_column"]


@dataclass(frozen=True, slots=True)
class Prices:
    """The price of one part, in ``currency``, by region (ISO 3166); ``other``: of all other regions."""

    currency: str
    by_region: Mapping[str, Decimal] = field(default_factory=dict, hash=False)
    other: Decimal | None = None

    def of(self, region: str) -> Decimal | None:
        """The price of a part to a region; None where none is told."""
        return self.by_region.get(region, self.other)


@dataclass(frozen=True, slots=True)
class RegionCost:
    """What the parts to one region cost; ``amount`` is None where its price is not told."""

    parts: int
    amount: Decimal | None


@dataclass(frozen=True, slots=True)
class Cost:
    """What parts cost: ``unpriced`` of them have no price and are not in the amount."""

    currency: str
    amount: Decimal
    unpriced: int
    by_region: Mapping[str, RegionCost] = field(hash=False)

    def __add__(self, other: "Cost") -> "Cost":
        """Both together; they are of one price list."""
        each = dict(self.by_region)
        for region, cost in other.by_region.items():
            before = each.get(region, RegionCost(0, cost.amount if cost.amount is None else Decimal(0)))
            amount = None if cost.amount is None else (before.amount or Decimal(0)) + cost.amount
            each[region] = RegionCost(before.parts + cost.parts, amount)
        return Cost(self.currency, self.amount + other.amount, self.unpriced + other.unpriced, each)


def cost(prices: Prices, regions: "pl.Series", parts: "pl.Series") -> Cost:
    """What parts cost, exactly: ``regions`` and ``parts`` of each row. Regions of most parts stand first."""
    import polars as pl

    frame = pl.DataFrame({"region": regions, "parts": parts}).group_by("region").agg(pl.col("parts").sum())
    each, unpriced, amount = {}, 0, Decimal(0)
    frame = frame.filter(pl.col("parts") > 0)
    for region, count in frame.sort("parts", "region", descending=[True, False]).iter_rows():
        price = prices.of(region)
        each[region] = RegionCost(count, None if price is None else price * count)
        if price is None:
            unpriced += count
        else:
            amount += price * count
    return Cost(prices.currency, amount, unpriced, each)
