"""What the numbers of recipients say: who is on the do-not-contact list, doubtful, there twice."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from smsdesk.core.campaign import Campaign
from smsdesk.core.columns import column_of
from smsdesk.core.numbering import DOUBTFUL, INVALID, VALID, read_column
from smsdesk.core.numbers import Standing, read_number
from smsdesk.core.prices import regions_column

if TYPE_CHECKING:
    import polars as pl

_STANDINGS = {Standing.VALID: VALID, Standing.DOUBTFUL: DOUBTFUL, Standing.INVALID: INVALID}
FEW = 2_000
"""Up to so many recipients are cheaper to read one by one."""


@dataclass(frozen=True, slots=True)
class People:
    """What the numbers of a campaign's recipients say; a place is message and row, from 0.

    ``listed``: of each message the rows on the do-not-contact list, with the number (E.164). Those
    are not asked whether they are doubtful or there twice. ``regions``: of each message the region
    (ISO 3166) of each number, empty where it is not known.
    """

    listed: tuple[dict[int, str], ...]
    invalid: tuple[tuple[int, int], ...]
    doubtful: tuple[tuple[int, int], ...]
    distinct: int
    twice: int
    regions: "tuple[pl.Series, ...]" = field(default=(), compare=False)

    @property
    def left_out(self) -> tuple[tuple[int, ...], ...]:
        """Of each message the rows that are not sent, in order."""
        return tuple(tuple(sorted(out)) for out in self.listed)


@dataclass(frozen=True, slots=True, eq=False)
class Numbers:
    """A column of numbers, read: ``e164`` ("" for invalid ones), ``standing`` (as small numbers), regions."""

    dst: "pl.Series"
    region: str
    e164: "pl.Series"
    standing: "pl.Series"
    regions: "pl.Series"


def read_people(campaign: Campaign, do_not_contact: Collection[str]) -> People:
    """Reads all numbers of a campaign."""
    read = (read_numbers(message.recipients.dst, campaign.region) for message in campaign.messages)
    return people_of([*read], do_not_contact)


def read_numbers(dst: Sequence[str], region: str, before: Numbers | None = None) -> Numbers:
    """Reads a column; numbers that were there ``before`` are not read again."""
    column = column_of(dst).series
    if before is None or before.region != region:
        return _read(column, region)
    if len(before.dst) != len(column):
        return _read_others(column, before)
    changed = (before.dst != column).arg_true()
    if len(changed) == 0:
        return before
    again = _read(column.gather(changed), region)
    return Numbers(
        column,
        region,
        before.e164.clone().scatter(changed, again.e164),
        before.standing.clone().scatter(changed, again.standing),
        before.regions.clone().scatter(changed, again.regions),
    )


def _read_others(column: "pl.Series", before: Numbers) -> Numbers:
    """Rows came or went: each number that is known is looked up, the others are read."""
    import polars as pl

    names = ("e164", "standing", "regions")
    known = pl.DataFrame({"dst": before.dst, **{name: getattr(before, name) for name in names}})
    found = pl.DataFrame({"dst": column}).join(
        known.unique("dst", keep="any"), on="dst", how="left", maintain_order="left"
    )
    new = found["e164"].is_null().arg_true()
    read = _read(column.gather(new), before.region)
    columns = (found[name].scatter(new, getattr(read, name)) for name in names)
    return Numbers(column, before.region, *columns)


def _read(column: "pl.Series", region: str) -> Numbers:
    return (by_rows if len(column) <= FEW else by_columns)(column, region)


def by_rows(column: "pl.Series", region: str) -> Numbers:
    """Reads number by number."""
    import polars as pl

    numbers = [read_number(text, region) for text in column]
    e164 = pl.Series([number.e164 for number in numbers], dtype=pl.String)
    standing = pl.Series([_STANDINGS[number.standing] for number in numbers], dtype=pl.UInt8)
    return Numbers(column, region, e164, standing, regions_column(column, region))


def by_columns(column: "pl.Series", region: str) -> Numbers:
    """Reads all numbers at once."""
    read = read_column(column, region)
    return Numbers(column, region, read["e164"], read["standing"], regions_column(column, region))


def people_of(numbers: Sequence[Numbers], do_not_contact: Collection[str]) -> People:
    """What the numbers of all messages say together."""
    import polars as pl

    frames = [
        pl.DataFrame({"dst": one.dst, "e164": one.e164, "standing": one.standing}).with_columns(
            pl.lit(index, pl.Int64).alias("message"), row=pl.int_range(len(one.dst))
        )
        for index, one in enumerate(numbers)
    ]
    rows = pl.concat(frames)
    out = pl.Series([*do_not_contact], dtype=pl.String)
    is_listed = pl.col("e164").is_in(out.implode()) & (pl.col("e164") != "")
    listed: list[dict[int, str]] = [{} for _ in numbers]
    if len(out):
        for index, row, number in rows.filter(is_listed).select("message", "row", "e164").iter_rows():
            listed[index][row] = number
        rows = rows.filter(~is_listed)
    who = pl.when(pl.col("e164") != "").then("e164").otherwise("dst").alias("who")
    count = rows.select(who).group_by("who").len()["len"]
    invalid, doubtful = (
        tuple(rows.filter(pl.col("standing") == standing).select("message", "row").iter_rows())
        for standing in (INVALID, DOUBTFUL)
    )
    regions = tuple(one.regions for one in numbers)
    return People(tuple(listed), invalid, doubtful, len(count), int((count > 1).sum()), regions)
