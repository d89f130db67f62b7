"""The figures of a campaign, from what was found about its people, texts and times."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from smsdesk.core.campaign import Campaign
from smsdesk.core.effective import Effective
from smsdesk.core.figures import TextTotals, Totals
from smsdesk.core.people import People
from smsdesk.core.prices import Cost, Prices, cost
from smsdesk.core.request import MAX_SMS_PER_JOB

if TYPE_CHECKING:
    import polars as pl

    from smsdesk.core.audit import Audit

MOST_PARTS = 255
"""The header of a concatenated SMS counts no further (3GPP 23.040)."""


def totals_of(
    campaign: Campaign,
    people: People,
    audits: "Sequence[Audit]",
    effective: Effective,
    prices: Prices | None = None,
) -> Totals:
    """The figures of what will be sent."""
    histogram: Counter[int] = Counter()
    for one in audits:
        histogram.update(one.histogram)
    sms = sum(histogram.values())
    limit = campaign.options.max_parts
    longest = max(
        ((index, one) for index, one in enumerate(audits) if one.longest is not None),
        key=lambda at: at[1].longest_units,
        default=None,
    )
    first, last = between(effective, (way for way, _ in counted_ways(effective, people.left_out)))
    return Totals(
        people.distinct,
        sms,
        paid(histogram, limit),
        -(-sms // MAX_SMS_PER_JOB),
        first,
        last,
        dict(sorted(histogram.items())),
        None if longest is None else (longest[0], longest[1].longest or 0),
        tuple(TextTotals(one.histogram, one.longest) for one in audits),
        None if prices is None else cost_of(prices, people.regions, audits),
    )


def paid(histogram: dict[int, int], limit: int | None) -> int:
    """The parts that are paid for: no text has more than the limit."""
    return sum(min(count, limit) * n if limit else count * n for count, n in histogram.items())


def cost_of(prices: Prices, regions: "Sequence[pl.Series]", audits: "Sequence[Audit]") -> Cost:
    """What the parts of all messages cost."""
    import polars as pl

    return cost(prices, pl.concat(list(regions)), pl.concat([one.parts for one in audits]))


def counted_ways(effective: Effective, left_out: Sequence[Collection[int]] = ()) -> Iterator[tuple[int, int]]:
    """Which ways there are among those who get something, and how many SMS go each."""
    counts: Counter[int] = Counter()
    for index, which in enumerate(effective.which):
        kept = which
        if index < len(left_out) and left_out[index]:
            kept = without(which, left_out[index])
        counts.update(dict(kept.value_counts().iter_rows()))
    return iter(sorted(counts.items()))


def without(column: "pl.Series", rows: Collection[int]) -> "pl.Series":
    """A column without some rows."""
    import polars as pl

    kept = pl.repeat(value=True, n=len(column), dtype=pl.Boolean, eager=True)
    return column.filter(kept.scatter(pl.Series([*rows], dtype=pl.UInt32), False))


def between(effective: Effective, ways: Iterable[int]) -> tuple[datetime, datetime]:
    """The first and the last instant of some ways; the start where there is none."""
    instants = {at for way in ways if (at := effective.ways[way].arrives_at)} or {effective.start_at}
    return min(instants), max(instants)
