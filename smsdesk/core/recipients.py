"""A recipient list, kept in columns: a million rows are a handful of lists, not a million objects."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from smsdesk.core.blackouts import Period
from smsdesk.core.columns import Column, blank, column_of, joined, well_formed, without, written


@dataclass(frozen=True, slots=True)
class Recipient:
    """One recipient at the edges of the program; inside, lists are columnar."""

    dst: str
    reference: str | None
    fields: Mapping[str, str]
    blackouts: tuple[Period, ...] = ()


@dataclass(frozen=True, slots=True)
class Recipients:
    """Recipients in columns of equal length.

    ``dst`` is E.164 (or, from a request, as it was written); ``reference`` is empty where none was
    given; ``fields`` maps a merge field's name to its column, in the order of the file;
    ``blackouts`` holds own periods by row index, absent rows have none. Columns are any sequences where
    a list enters; from its first patch on each is a :class:`smsdesk.core.columns.Column`.
    """

    dst: Sequence[str] = ()
    reference: Sequence[str] = ()
    fields: Mapping[str, Sequence[str]] = field(default_factory=dict)
    blackouts: Mapping[int, tuple[Period, ...]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.dst)

    def row(self, index: int) -> Recipient:
        """The recipient at ``index`` (from 0)."""
        return Recipient(
            self.dst[index],
            self.reference[index] or None,
            {name: column[index] for name, column in self.fields.items()},
            self.blackouts.get(index, ()),
        )

    def __iter__(self) -> Iterator[Recipient]:
        return (self.row(index) for index in range(len(self)))


@dataclass(frozen=True, slots=True)
class Added:
    """A patch: rows put at the end. Columns unknown so far are made, absent ones stay empty."""

    rows: Recipients


@dataclass(frozen=True, slots=True)
class Removed:
    """A patch: rows taken away, by index in the list as it was, in rising order."""

    indices: Sequence[int]


@dataclass(frozen=True, slots=True)
class Edited:
    """A patch: one cell. ``column`` is ``dst``, ``reference`` or ``field:<name>``."""

    index: int
    column: str
    value: str


@dataclass(frozen=True, slots=True)
class Written:
    """A patch: cells of one column, by row; columns as in :class:`Edited`, an unknown field is made."""

    column: str
    values: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Blackened:
    """A patch: own blackout periods of rows, in place of those they had; an empty tuple takes them away."""

    periods: Mapping[int, tuple[Period, ...]]


Patch = Added | Removed | Edited | Written | Blackened


@dataclass(frozen=True, slots=True, eq=False)
class ListChange:
    """What changed in the list of a message (from 0): patches dropped at the end, then patches added.

    With a ``base`` the list is that instead.
    """

    message: int
    dropped: int = 0
    added: tuple[Patch, ...] = ()
    base: Recipients | None = None


def in_columns(rows: Recipients) -> Recipients:
    """The list with each column in one piece of memory; one that is so already as it is."""
    if all(isinstance(column, Column) for column in (rows.dst, rows.reference, *rows.fields.values())):
        return rows
    fields = {well_formed(name): column_of(column) for name, column in rows.fields.items()}
    return Recipients(column_of(rows.dst), column_of(rows.reference), fields, rows.blackouts)


def patched(rows: Recipients, patch: Patch) -> Recipients:
    """The list after one patch; the given one stays as it was (undo keeps it).

    The two share what is the same in both. Raises IndexError for a row that the list does not have.
    """
    rows = in_columns(rows)
    match patch:
        case Added(new):
            return _with_added(rows, in_columns(new))
        case Removed(indices):
            return _with_removed(rows, indices)
        case Edited(index, column, value):
            return _with_written(rows, column, {index: value})
        case Written(column, values):
            return _with_written(rows, column, values)
        case Blackened(periods):
            return _with_periods(rows, periods)


def _with_added(rows: Recipients, new: Recipients) -> Recipients:
    height, added = len(rows), len(new)
    names = dict.fromkeys([*rows.fields, *new.fields])
    return Recipients(
        joined(column_of(rows.dst), column_of(new.dst)),
        joined(column_of(rows.reference), column_of(new.reference)),
        {name: joined(_field(rows, name, height), _field(new, name, added)) for name in names},
        {**rows.blackouts, **{height + row: periods for row, periods in new.blackouts.items()}},
    )


def _field(rows: Recipients, name: str, height: int) -> Column:
    return column_of(rows.fields[name]) if name in rows.fields else blank(height)


def _with_removed(rows: Recipients, indices: Sequence[int]) -> Recipients:
    if not indices:
        return rows
    columns = [column_of(column) for column in (rows.dst, rows.reference, *rows.fields.values())]
    dst, reference, *fields = without(columns, indices)
    blackouts = {}
    for row, periods in rows.blackouts.items():
        before = bisect_left(indices, row)
        if before == len(indices) or indices[before] != row:
            blackouts[row - before] = periods
    return Recipients(dst, reference, dict(zip(rows.fields, fields, strict=True)), blackouts)


def _with_written(rows: Recipients, column: str, values: Mapping[int, str]) -> Recipients:
    if column == "dst":
        return replace(rows, dst=written(column_of(rows.dst), values))
    if column == "reference":
        return replace(rows, reference=written(column_of(rows.reference), values))
    name = well_formed(column.removeprefix("field:"))
    return replace(rows, fields={**rows.fields, name: written(_field(rows, name, len(rows)), values)})


def _with_periods(rows: Recipients, periods: Mapping[int, tuple[Period, ...]]) -> Recipients:
    if periods and not 0 <= min(periods) <= max(periods) < len(rows):
        raise IndexError(max(periods))
    blackouts = {**rows.blackouts, **periods}
    for row, own in periods.items():
        if not own:
            del blackouts[row]
    return replace(rows, blackouts=blackouts)
