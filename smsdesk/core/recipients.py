"""A recipient list, kept in columns: a million rows are a handful of lists, not a million objects."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from smsdesk.core.blackouts import Period


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
    ``blackouts`` holds own periods by row index, absent rows have none.
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

    indices: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Edited:
    """A patch: one cell. ``column`` is ``dst``, ``reference`` or ``field:<name>``."""

    index: int
    column: str
    value: str


Patch = Added | Removed | Edited


def _joined(old: Sequence[str], height: int, new: Sequence[str] | None, added: int) -> list[str]:
    column = list(old) if old else [""] * height
    column.extend(new if new is not None else [""] * added)
    return column


def _with_added(rows: Recipients, new: Recipients) -> Recipients:
    height, added = len(rows), len(new)
    names = dict.fromkeys([*rows.fields, *new.fields])
    return Recipients(
        [*rows.dst, *new.dst],
        [*rows.reference, *new.reference],
        {n: _joined(rows.fields.get(n, ()), height, new.fields.get(n), added) for n in names},
        {**rows.blackouts, **{height + i: periods for i, periods in new.blackouts.items()}},
    )


def _with_removed(rows: Recipients, indices: tuple[int, ...]) -> Recipients:
    gone = set(indices)
    kept = [i for i in range(len(rows)) if i not in gone]
    return Recipients(
        [rows.dst[i] for i in kept],
        [rows.reference[i] for i in kept],
        {name: [column[i] for i in kept] for name, column in rows.fields.items()},
        {new: rows.blackouts[old] for new, old in enumerate(kept) if old in rows.blackouts},
    )


def _set(column: Sequence[str], index: int, value: str) -> list[str]:
    copy = list(column)
    copy[index] = value
    return copy


def patched(rows: Recipients, patch: Patch) -> Recipients:
    """The list after one patch; the given one stays as it was (undo keeps it)."""
    match patch:
        case Added(new):
            return _with_added(rows, new)
        case Removed(indices):
            return _with_removed(rows, indices)
    changed = {"dst": rows.dst, "reference": rows.reference}
    fields = dict(rows.fields)
    name = patch.column.removeprefix("field:")
    if patch.column in changed:
        changed[patch.column] = _set(changed[patch.column], patch.index, patch.value)
    else:
        old = fields.get(name) or [""] * len(rows)
        fields[name] = _set(old, patch.index, patch.value)
    return Recipients(changed["dst"], changed["reference"], fields, rows.blackouts)
