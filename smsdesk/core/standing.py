"""What stands in the way of the recipients of a text: an invalid number, an empty field, a doubtful number.

A million rows are judged at once, in columns, by code that lets other threads run meanwhile.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from smsdesk.core.campaign import Message
from smsdesk.core.columns import column_of
from smsdesk.core.numbering import read_column
from smsdesk.core.numbers import Standing, read_number
from smsdesk.core.recipients import Recipients
from smsdesk.core.templates import missing

if TYPE_CHECKING:
    import polars as pl


class State(Enum):
    """The state of a recipient; the graver one where there are two."""

    READY = "ready"
    DOUBTFUL = "doubtful"
    LACKING = "lacking"
    INVALID = "invalid"


_ORDER = tuple(State)


@dataclass(frozen=True, slots=True, eq=False)
class States:
    """The state of each row of a list, as its place in :class:`State`.

    ``numbers`` are the standings of the numbers in ``dst``, from which the next judgement goes on;
    ``counts`` says how many rows are in each state.
    """

    series: "pl.Series"
    dst: "pl.Series"
    numbers: "pl.Series"
    region: str
    counts: Mapping[State, int]

    def is_in(self, state: State) -> "pl.Series":
        """For each row whether it is in a state."""
        return self.series == _ORDER.index(state)


def needed_fields(message: Message) -> tuple[str, ...]:
    """The fields that a text needs of every recipient, in its order: those without a default."""
    if message.literal:
        return ()
    rows = message.recipients
    blank = Recipients([""], [""], {name: [""] for name in rows.fields})
    return tuple(missing(message.text, blank))


def states(rows: Recipients, needed: Sequence[str], region: str, before: States | None = None) -> States:
    """The state of each row; where numbers are as they were ``before``, they are not read again."""
    import polars as pl

    dst = column_of(rows.dst).series
    numbers = _numbers(dst, region, before)
    made = numbers.replace_strict({0: 0, 1: 1, 2: 3}, return_dtype=pl.UInt8)
    columns = {plain_name(name): column for name, column in rows.fields.items()}
    for name in needed:
        column = columns.get(plain_name(name))
        empty = pl.repeat(True, len(dst), eager=True) if column is None else column_of(column).series == ""
        lacking = pl.select(pl.when(empty & (made < 2)).then(2).otherwise(made).cast(pl.UInt8)).to_series()
        made = lacking
    found = dict(made.value_counts().iter_rows())
    counts = {state: found.get(at, 0) for at, state in enumerate(_ORDER)}
    return States(made, dst, numbers, region, counts)


def _numbers(dst: "pl.Series", region: str, before: States | None) -> "pl.Series":
    if before is None or before.region != region or len(before.dst) != len(dst):
        return read_column(dst, region)["standing"]
    changed = (before.dst != dst).arg_true()
    if len(changed) == 0:
        return before.numbers
    again = read_column(dst.gather(changed), region)["standing"]
    return before.numbers.clone().scatter(changed, again)


def state_of(dst: str, fields: Mapping[str, str], needed: Sequence[str], region: str) -> tuple[State, str]:
    """The state of one recipient, and the first field it lacks ("" for none)."""
    standing = read_number(dst, region).standing
    known = {plain_name(name): value for name, value in fields.items()}
    lacks = next((name for name in needed if not known.get(plain_name(name))), "")
    if standing is Standing.INVALID:
        return State.INVALID, lacks
    if lacks:
        return State.LACKING, lacks
    return (State.DOUBTFUL if standing is Standing.DOUBTFUL else State.READY), ""


def plain_name(name: str) -> str:
    """A field's name as names are compared: without case and extra blanks."""
    return " ".join(name.split()).casefold()
