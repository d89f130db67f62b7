"""Which recipients go into which job: as few jobs as possible, those with equal blackout periods together."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from smsdesk.core.blackouts import Period
from smsdesk.core.campaign import Campaign
from smsdesk.core.request import MAX_SMS_PER_JOB

if TYPE_CHECKING:
    import polars as pl

    from smsdesk.core.effective import Effective, Way

FEW_OWN = 3
"""So many own periods stay at each recipient, even where all of a job have the same."""
Periods = tuple[Period, ...]
_Key = tuple[Periods, Periods]
"""What recipients of one group share: the periods that rules make for them, and own ones that are many."""


@dataclass(frozen=True, slots=True, eq=False)
class JobRows:
    """Who is in one job.

    ``rows``: of each message the rows, in order. ``blackouts``: for the job's options, the common ones and
    those that rules make for all of its recipients. ``carried``: rules leave nothing to write at each
    recipient. ``own_carried``: all have the same own periods, which are in ``blackouts`` too.
    """

    rows: "tuple[pl.Series, ...]"
    blackouts: Periods
    carried: bool
    own_carried: bool = False


def layout(
    campaign: Campaign, effective: "Effective", left_out: Sequence[Collection[int]] = ()
) -> tuple[JobRows, ...]:
    """The jobs, in the order of their first recipients; of each message the rows ``left_out`` are in none.

    Recipients for whom rules make equal periods fill whole jobs; what is left of each group stands alone as
    long as that costs no job more, the rest is put together. In a job the order is that of the lists.
    """
    import polars as pl

    groups = _Groups(campaign, effective)
    rows = groups.rows(left_out)
    if rows.is_empty():
        return ()
    jobs = _in_jobs(rows).partition_by("job", maintain_order=True)
    empty = pl.Series(dtype=pl.UInt32)
    return tuple(groups.job(frame, empty) for frame in jobs)


class _Groups:
    """The groups of a campaign's recipients, numbered from 0 as they are met."""

    def __init__(self, campaign: Campaign, effective: "Effective") -> None:
        self._campaign, self._effective = campaign, effective
        self._numbers: dict[_Key, int] = {}
        self._keys: list[_Key] = []

    def _number(self, way: "Way", *, literal: bool) -> int:
        key = (way.made, way.own if len(way.own) > FEW_OWN and not literal else ())
        number = self._numbers.setdefault(key, len(self._keys))
        if number == len(self._keys):
            self._keys.append(key)
        return number

    def rows(self, left_out: Sequence[Collection[int]]) -> "pl.DataFrame":
        """All that are sent to: ``message``, ``row``, ``group``, and ``place`` among them all."""
        import polars as pl

        frames = []
        for index, which in enumerate(self._effective.which):
            frame = pl.DataFrame(
                {"row": pl.int_range(len(which), dtype=pl.UInt32, eager=True), "group": self._of(index)}
            ).with_columns(message=pl.lit(index, pl.UInt32))
            if index < len(left_out) and left_out[index]:
                out = pl.Series([*left_out[index]], dtype=pl.UInt32)
                frame = frame.filter(~pl.col("row").is_in(out.implode()))
            frames.append(frame)
        return pl.concat(frames).with_row_index("place")

    def _of(self, index: int) -> "pl.Series":
        """The group of each recipient of a message."""
        import polars as pl

        which, ways = self._effective.which[index], self._effective.ways
        numbers = [0] * len(ways)
        for way in which.unique().to_list():
            numbers[way] = self._number(ways[way], literal=self._campaign.messages[index].literal)
        return pl.Series(numbers, dtype=pl.UInt32).gather(which) if numbers else which

    def job(self, frame: "pl.DataFrame", empty: "pl.Series") -> JobRows:
        """What the recipients of one job share."""
        keys = [self._keys[group] for group in frame["group"].unique(maintain_order=True).to_list()]
        common = self._effective.common
        shared = _not_in(_shared([by_rule for by_rule, _ in keys]), common)
        known = {*common, *shared}
        carried = all(known.issuperset(by_rule) for by_rule, _ in keys)
        own = keys[0][1]
        own_carried = bool(own) and len(frame) > 1 and all(theirs == own for _, theirs in keys)
        found = {of[0, "message"]: of["row"] for of in frame.partition_by("message", maintain_order=True)}
        rows = tuple(found.get(index, empty) for index in range(len(self._campaign.messages)))
        blackouts = (*common, *shared)
        if own_carried:
            blackouts += _not_in(own, known)
        return JobRows(rows, blackouts, carried, own_carried)


def _not_in(periods: Iterable[Period], known: Collection[Period]) -> Periods:
    return tuple(period for period in dict.fromkeys(periods) if period not in known)


def _shared(each: list[Periods]) -> Iterator[Period]:
    """The periods that are in all, in order."""
    others = [frozenset(periods) for periods in each[1:]]
    return (period for period in each[0] if all(period in other for other in others))


def _in_jobs(rows: "pl.DataFrame") -> "pl.DataFrame":
    """The rows with ``job``, equal for those of one job: the place of the first of them."""
    import polars as pl

    at = pl.int_range(pl.len(), dtype=pl.Int64).over("group")
    whole = pl.len().over("group").cast(pl.Int64) // MAX_SMS_PER_JOB
    rows = rows.with_columns(
        alone=pl.col("group").cast(pl.Int64),
        turn=pl.when(at // MAX_SMS_PER_JOB < whole).then(at // MAX_SMS_PER_JOB).otherwise(-1),
        first=pl.col("place").min().over("group"),
    )
    left = rows.filter(pl.col("turn") < 0)
    if not left.is_empty():
        apart = _alone(left)
        together = pl.col("turn").lt(0) & ~pl.col("group").is_in(apart.implode())
        # Who stands together: group after group, cut every so many SMS.
        order = rows.filter(together).sort("first", "place").select("place").with_row_index("turn_together")
        turns = order.with_columns(pl.col("turn_together").cast(pl.Int64) // MAX_SMS_PER_JOB)
        rows = rows.join(turns, on="place", how="left", maintain_order="left").with_columns(
            alone=pl.when(pl.col("turn_together").is_null()).then("alone").otherwise(-1),
            turn=pl.coalesce("turn_together", "turn"),
        )
    return rows.with_columns(job=pl.col("place").min().over("alone", "turn"))


def _alone(left: "pl.DataFrame") -> "pl.Series":
    """The groups whose rest has a job of its own, for there is so much room in the jobs that are needed."""
    import polars as pl

    rests = left.group_by("group").agg(pl.len().cast(pl.Int64).alias("n"), pl.col("first").first())
    room = -len(left) % MAX_SMS_PER_JOB
    used = rests.sort(["n", "first"], descending=[True, False]).with_columns(
        used=(MAX_SMS_PER_JOB - pl.col("n")).cum_sum()
    )
    return used.filter(pl.col("used") <= room)["group"]
