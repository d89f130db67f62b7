"""Who got the same text lately: what the service's own detection of duplicates, job by job, cannot tell.

The same person is the same number in E.164, however it is spelled. The same text is the merged one, letter
for letter, or the same text of a campaign with other fields.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from smsdesk.core.campaign import Campaign, CampaignId, Message
from smsdesk.core.columns import column_of
from smsdesk.core.errors import Value
from smsdesk.core.expressible import within_reason
from smsdesk.core.people import by_columns
from smsdesk.core.problem import Level, Problem, Where
from smsdesk.core.status import Outcome, meaning
from smsdesk.core.templates import fields_of, merged_column

if TYPE_CHECKING:
    import polars as pl

WITHIN = timedelta(days=3)
"""So long a text is remembered."""
CELL, LINE = "\x1f", "\x1e"
"""Between the cells and the rows of what :func:`heard` reads; a text holds no LINE there."""
NOT_THERE = (Outcome.FAILED, Outcome.CANCELLED)
"""Whom a text has not reached."""


@dataclass(frozen=True, slots=True)
class Past:
    """A campaign that was sent. ``texts``: of each message what was written, with its fields unfilled."""

    id: CampaignId
    name: str
    sent_at: datetime
    region: str
    texts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Heard:
    """What people got by a job, as hashes: of each SMS who, and who with which text."""

    who: "pl.Series"
    what: "pl.Series"

    def __len__(self) -> int:
        return len(self.who)


@dataclass(frozen=True, slots=True, eq=False)
class Repeated:
    """Who gets the same again: of each message the rows (from 0, rising), and by which of ``past`` before.

    ``last``: the campaign that was sent last among those that are repeated, None where nobody is.
    """

    rows: "tuple[pl.Series, ...]" = ()
    which: "tuple[pl.Series, ...]" = ()
    past: tuple[Past, ...] = ()
    last: Past | None = None

    @property
    def count(self) -> int:
        """How many SMS repeat another."""
        return sum(map(len, self.rows))


def heard(content: str, region: str) -> Heard:
    """Reads the SMS of a job: number, processStatus, status, text; those that failed are left aside."""
    import polars as pl

    lines = pl.DataFrame({"line": content.split(LINE) if content else []}, schema={"line": pl.String})
    cells = lines.select(
        pl.col("line").str.splitn(CELL, 4).struct.rename_fields(["dst", "process", "status", "text"])
    ).unnest("line")
    gone = _gone(cells)
    if len(gone):
        cells = cells.join(gone, on=["process", "status"], how="anti")
    who = _who(cells["dst"], region)
    return Heard(_hashed(who), _hashed(who, cells["text"]))


def together(parts: Sequence[Heard]) -> Heard:
    """All of several."""
    import polars as pl

    return Heard(pl.concat(one.who for one in parts), pl.concat(one.what for one in parts))


def _gone(cells: "pl.DataFrame") -> "pl.DataFrame":
    """The pairs of statuses that say that an SMS reached nobody."""
    import polars as pl

    told = cells.select("process", "status").unique()
    pairs = [
        (process, status)
        for process, status in told.iter_rows()
        if meaning(process, status or None).outcome in NOT_THERE
    ]
    return pl.DataFrame(pairs, schema={"process": pl.String, "status": pl.String}, orient="row")


def _who(dst: "pl.Series", region: str) -> "pl.Series":
    """Each number in E.164; as it is written where it has no such form."""
    import polars as pl

    e164 = by_columns(dst, region).e164
    return pl.select(pl.when(pl.lit(e164) != "").then(pl.lit(e164)).otherwise(pl.lit(dst))).to_series()


def _hashed(*columns: "pl.Series") -> "pl.Series":
    """64 bits a row: among a million numbers one in ten million campaigns is taken for another."""
    import polars as pl

    return pl.DataFrame({str(at): column for at, column in enumerate(columns)}).hash_rows()


def alike(campaign: Campaign, past: Past) -> tuple[tuple[int, int], ...]:
    """The messages of a campaign and of a sent one that say the same with fields in it."""
    texts = [*map(_tidy, past.texts)]
    return tuple(
        (mine, theirs)
        for mine, message in enumerate(campaign.messages)
        if not message.literal and fields_of(message.text)
        for theirs, text in enumerate(texts)
        if text == _tidy(message.text)
    )


def _tidy(text: str) -> str:
    return " ".join(text.split())


def who_got(message: Message, region: str) -> "pl.Series":
    """The recipients of a message, as hashes as in :class:`Heard`."""
    return _hashed(_who(column_of(message.recipients.dst).series, region))


def repeated(
    campaign: Campaign,
    past: Sequence[Past],
    got: Mapping[CampaignId, Heard],
    lists: Mapping[tuple[CampaignId, int], "pl.Series"],
    left_out: Sequence[Collection[int]] = (),
) -> Repeated:
    """Who gets the same again.

    ``got``: what people had by each of the past campaigns. ``lists``: of messages of theirs, with several to
    a campaign, who they were for. ``left_out``: of each message the rows that are not sent.
    """
    import polars as pl

    rows, which = [], []
    in_order = sorted(range(len(past)), key=lambda at: past[at].sent_at, reverse=True)
    for index, message in enumerate(within_reason(campaign).messages):
        people = _people(message, campaign.region)
        found: list[pl.DataFrame] = []
        for at in in_order:
            same = _same(campaign, index, past[at], people, got[past[at].id], lists)
            if len(same):
                found.append(pl.DataFrame({"row": same}).with_columns(past=pl.lit(at, pl.UInt32)))
        table = pl.concat(found) if found else pl.DataFrame(schema={"row": pl.UInt32, "past": pl.UInt32})
        out = pl.Series([*left_out[index]] if index < len(left_out) else [], dtype=pl.UInt32)
        table = table.unique("row", keep="first").sort("row")
        table = table.filter(~pl.col("row").is_in(out.implode()))
        rows.append(table["row"])
        which.append(table["past"])
    used: set[int] = {at for column in which for at in column.unique().to_list()}
    last = max((past[at] for at in used), key=lambda one: one.sent_at, default=None)
    return Repeated(tuple(rows), tuple(which), tuple(past), last)


def _people(message: Message, region: str) -> "pl.DataFrame":
    import polars as pl

    who = _who(column_of(message.recipients.dst).series, region)
    text = merged_column(message).str.replace_all(LINE, " ", literal=True)
    return pl.DataFrame({"who": _hashed(who), "what": _hashed(who, text)})


def _same(
    campaign: Campaign,
    index: int,
    past: Past,
    people: "pl.DataFrame",
    got: Heard,
    lists: Mapping[tuple[CampaignId, int], "pl.Series"],
) -> "pl.Series":
    """The rows of a message that had the same by one campaign."""
    import polars as pl

    hit = pl.col("what").is_in(got.what.implode())
    theirs = [their for mine, their in alike(campaign, past) if mine == index]
    if theirs:
        had = pl.col("who").is_in(got.who.implode())
        if len(past.texts) > 1:
            meant = pl.concat(lists[past.id, their] for their in theirs)
            had &= pl.col("who").is_in(meant.implode())
        hit |= had
    return people.select(pl.arg_where(hit)).to_series().cast(pl.UInt32)


def problem_of(found: Repeated, now: datetime) -> Problem:
    """The warning for those that get the same again; there must be some."""
    message = next(at for at, rows in enumerate(found.rows) if len(rows))
    first = int(found.rows[message][0]) + 1
    last = found.last
    assert last is not None
    values: dict[str, Value] = {
        "n": found.count,
        "first": first,
        "campaign": last.name,
        "seconds": int((now - last.sent_at).total_seconds()),
    }
    return Problem(Level.WARNING, "repeated", Where(row=first, field="recipients", message=message), values)
