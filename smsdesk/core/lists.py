"""Saved lists: sets of people, told apart by their numbers, a million at a time.

Numbers are compared however they are spelled (``0049 176 ...`` and ``+49176...`` are one person); a text
that is no number is compared as it stands.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal, NewType

from smsdesk.core.blackouts import Period
from smsdesk.core.columns import Column, column_of
from smsdesk.core.errors import Value
from smsdesk.core.numbering import read_column
from smsdesk.core.outbox import EntryState
from smsdesk.core.recipients import Recipients, in_columns
from smsdesk.core.status import NOT_REPORTED, Outcome, meaning

if TYPE_CHECKING:
    import polars as pl

ListId = NewType("ListId", int)
Kind = Literal["union", "difference", "intersection"]
Which = Literal["failed", "open", "delivered", "not_sent", "unknown", "all"]
"""Whom of a campaign a list takes; every SMS is of one of the first five."""
WHICH: tuple[Which, ...] = ("failed", "open", "delivered", "not_sent", "unknown", "all")
NOWHERE = "ZZ"
"""The region of numbers that must have a country code to be read."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a list came from: its sentence is ``lists.source.<code>``, filled with ``values``."""

    code: str
    values: Mapping[str, Value] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class ListLine:
    """A saved list without its rows."""

    id: ListId
    name: str
    source: Source
    made_at: datetime
    count: int


@dataclass(frozen=True, slots=True)
class Figures:
    """How many people two lists have: each of them, and both of them."""

    first: int
    second: int
    both: int

    @property
    def either(self) -> int:
        """In one of them or both."""
        return self.first + self.second - self.both

    @property
    def only_first(self) -> int:
        """In the first and not in the second."""
        return self.first - self.both

    @property
    def only_second(self) -> int:
        """In the second and not in the first."""
        return self.second - self.both


def which(process_status: str | None, status: str | None, state: EntryState, *, tried: bool) -> Which:
    """Of which kind an SMS is, by its report and by the outbox entry it went or did not go with.

    ``tried``: a POST of the entry may have reached the service.
    """
    if process_status is None and (
        state is EntryState.REFUSED or (state is EntryState.CANCELLED and not tried)
    ):
        return "not_sent"
    if process_status is None and state is EntryState.CANCELLED:
        return "unknown"
    means = meaning(process_status, status) if process_status else NOT_REPORTED
    return _WHICH.get(means.outcome, "unknown") if means.final else "open"


_WHICH: dict[Outcome, Which] = {
    Outcome.FAILED: "failed",
    Outcome.DELIVERED: "delivered",
    Outcome.CANCELLED: "not_sent",
}


def figures(a: Recipients, b: Recipients, region: str = NOWHERE) -> Figures:
    """How many people there are; one who stands in a list twice counts once."""
    mine, theirs = _people(a, region), _people(b, region)
    return Figures(mine.height, theirs.height, mine.join(theirs, on="key", how="semi").height)


def union(a: Recipients, b: Recipients, region: str = NOWHERE) -> Recipients:
    """Everyone who is in ``a`` or ``b``, each once: those of ``a`` first, then the others of ``b``.

    Of a person in both, the row of ``a`` is kept, with the columns that only ``b`` has joined to it. Own
    blackout periods of both rows hold. ``region`` is that of numbers without a country code.
    """
    import polars as pl

    mine, theirs = _people(a, region), _people(b, region)
    known = mine.join(theirs, on="key", how="left", maintain_order="left")
    new = theirs.join(mine, on="key", how="anti", maintain_order="left")
    places = pl.concat(
        [
            known.select("at", "at_right"),
            new.select(at=pl.lit(None, dtype=pl.UInt32), at_right="at"),
        ]
    )
    return _joined(a, b, places)


def intersection(a: Recipients, b: Recipients, region: str = NOWHERE) -> Recipients:
    """Everyone who is in ``a`` and ``b``, in the order of ``a``; rows and columns as in :func:`union`."""
    mine, theirs = _people(a, region), _people(b, region)
    return _joined(a, b, mine.join(theirs, on="key", how="inner", maintain_order="left"))


def difference(a: Recipients, b: Recipients, region: str = NOWHERE) -> Recipients:
    """Everyone who is in ``a`` and not in ``b``, each once, in the order and with the columns of ``a``."""
    import polars as pl

    left = _people(a, region).join(_people(b, region), on="key", how="anti", maintain_order="left")
    return _joined(a, Recipients(), left.with_columns(at_right=pl.lit(None, dtype=pl.UInt32)))


def followed(found: Recipients, sent: Recipients, region: str = NOWHERE) -> Recipients:
    """The people of ``found``, each once, with the merge fields and periods they have in ``sent``.

    They are matched by number and reference, else by number. The fields of ``found`` are those of people
    who are not in ``sent``; where nobody needs them they are left out.
    """
    import polars as pl

    people = _people(found, region, "reference")
    known = _keyed(sent, region).with_columns(reference=_cells(sent.reference))
    exact = known.unique(["key", "reference"], keep="first", maintain_order=True)
    by_number = known.unique("key", keep="first", maintain_order=True)
    places = (
        people.join(exact, on=["key", "reference"], how="left", maintain_order="left")
        .join(by_number.select("key", other="at"), on="key", how="left", maintain_order="left")
        .select("at", pl.coalesce("at_right", "other").alias("at_right"))
    )
    strangers = places.filter(pl.col("at_right").is_null())["at"].to_list()
    needed = any(column[at] for column in found.fields.values() for at in strangers)
    plain = found if needed else Recipients(found.dst, found.reference)
    return _joined(plain, sent, places, only_strangers=True)


def _keyed(rows: Recipients, region: str) -> "pl.DataFrame":
    """Row (``at``) and what its number is compared by (``key``)."""
    import polars as pl

    texts = _cells(rows.dst)
    read = read_column(texts, region)["e164"]
    table = pl.DataFrame({"read": read, "text": texts}).with_row_index("at")
    no_number = pl.col("read") == ""
    return table.select("at", key=pl.when(no_number).then(pl.col("text").str.strip_chars()).otherwise("read"))


def _people(rows: Recipients, region: str, *columns: str) -> "pl.DataFrame":
    """As :func:`_keyed`, each person once, by the first row; ``columns`` of the list may come along."""
    table = _keyed(rows, region)
    table = table.with_columns(**{name: _cells(getattr(rows, name)) for name in columns})
    return table.unique("key", keep="first", maintain_order=True)


def _cells(column: Sequence[str]) -> "pl.Series":
    return column_of(column).series


def _joined(
    a: Recipients, b: Recipients, places: "pl.DataFrame", *, only_strangers: bool = False
) -> Recipients:
    """The rows at ``places``: ``at`` in ``a`` and ``at_right`` in ``b``, one of them may be null.

    What ``a`` has goes first; with ``only_strangers`` its fields hold only for those who are not in ``b``.
    """
    import polars as pl

    a, b = in_columns(a), in_columns(b)
    at, right = places["at"], places["at_right"]
    at_fields = places.select(pl.when(pl.col("at_right").is_null()).then("at")).to_series()
    names = _names(a.fields, b.fields)
    theirs = {name: b.fields[of] for of, name in names.items()}
    own = at_fields if only_strangers else at
    return Recipients(
        _column((a.dst, at), (b.dst, right)),
        _column((a.reference, at), (b.reference, right)),
        {
            name: _column((a.fields.get(name), own), (theirs.get(name), right))
            for name in dict.fromkeys([*a.fields, *theirs])
        },
        _periods(a, b, places),
    )


def _names(mine: Mapping[str, object], theirs: Mapping[str, object]) -> dict[str, str]:
    """How each of their fields is called in the joined list: as one of ours that a text would take for it."""
    free = {_plain(name): name for name in mine if name not in theirs}
    return {name: name if name in mine else free.pop(_plain(name), name) for name in theirs}


def _plain(name: str) -> str:
    """As templates compare the names of merge fields."""
    return " ".join(name.split()).casefold()


def _column(*parts: "tuple[Sequence[str] | None, pl.Series]") -> Column:
    """For each row the cell of the first part that has one; empty where none has."""
    import polars as pl

    cells = [_cells(column).gather(places) for column, places in parts if column is not None]
    table = pl.DataFrame({str(at): series for at, series in enumerate(cells)})
    return Column(table.select(pl.coalesce(*table.columns, pl.lit("")).alias("cell")).to_series())


def _periods(a: Recipients, b: Recipients, places: "pl.DataFrame") -> dict[int, tuple[Period, ...]]:
    import polars as pl

    out: dict[int, tuple[Period, ...]] = {}
    numbered = places.with_row_index("new")
    for rows, name in ((a, "at"), (b, "at_right")):
        some = pl.Series(name, [*rows.blackouts], dtype=pl.UInt32).to_frame()
        for new, old in numbered.select("new", name).join(some, on=name, how="semi").iter_rows():
            out[new] = tuple(dict.fromkeys((*out.get(new, ()), *rows.blackouts[old])))
    return out
