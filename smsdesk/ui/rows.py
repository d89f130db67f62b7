"""The one table model of the program: columns as data over any sequence of rows.

Rows are read when they are shown, so a million of them cost nothing. ``set_rows`` keeps selection and
place by the rows' keys and repaints only what changed; sorting is done here or by the page's own rows,
never by a proxy.
"""

from collections.abc import Callable, Hashable, Iterator, Sequence
from time import monotonic
from typing import Any, Generic, Protocol, TypeVar, runtime_checkable

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from smsdesk.ui import masking
from smsdesk.ui.cells import Column
from smsdesk.ui.labels import plain_tip
from smsdesk.ui.theme import GLOW_MS
from smsdesk.words import say

R = TypeVar("R")
Index = QModelIndex | QPersistentModelIndex

COMPARED = 5_000
"""Up to so many rows are compared one by one and sorted here; longer sequences are read lazily only.

So is every sequence that makes its rows when they are asked for (neither list nor tuple)."""

_NOWHERE = QModelIndex()


def runs(places: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Ascending positions as runs (first, last)."""
    start = 0
    for at in range(1, len(places) + 1):
        if at == len(places) or places[at] != places[at - 1] + 1:
            yield places[start], places[at - 1]
            start = at


@runtime_checkable
class Placed(Protocol):
    """Rows that know their keys and where the row of a key stands, without making it."""

    def key_at(self, at: int) -> Hashable:
        """The key of the row at a position."""

    def place_of(self, key: Hashable) -> int | None:
        """The position; None where the row is not there."""


class Rows(QAbstractTableModel, Generic[R]):
    """Columns as data over a sequence of rows."""

    changed_rows = Signal(list)
    """Positions of rows that changed in place."""

    def __init__(self, columns: Sequence[Column[R]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._given: Sequence[R] = ()
        self._shown: Sequence[R] = ()
        self._key: Callable[[R], Hashable] | None = None
        self._keys: list[Hashable] | None = []
        self._order: tuple[int, bool] | None = None
        self._glows: dict[Hashable, float] = {}
        self._last: tuple[int, R] | None = None
        self._place: dict[Hashable, int] | None = None
        self._placed: Placed | None = None
        self.in_sight: Callable[[], range] = lambda: range(0)
        self.glows = True
        """Whether rows that change in place glow; not where the person changes them by typing."""

    def set_rows(self, rows: Sequence[R], key: Callable[[R], Hashable] | None = None) -> None:
        """Shows other rows. Where keys and order are the same, only rows that differ are repainted.

        ``key`` names a row for good (its place where it is None); ``Placed`` rows know better. Above
        ``COMPARED`` rows keys are asked only of rows in sight.
        """
        before, before_keys = self._shown, self._keys
        shown = self._sorted(rows)
        keys = self._keys_of(shown, key)
        same = keys == before_keys if keys is not None else self._seems_same(shown, key)
        if not same:
            self.beginResetModel()
        self._given, self._shown, self._key, self._keys = rows, shown, key, keys
        self._placed = shown if isinstance(shown, Placed) else None
        self._last = self._place = None
        if not same:
            self._glows.clear()
            self.endResetModel()
            return
        places = range(len(shown)) if keys is not None else self.in_sight()
        self.tell([at for at in places if shown[at] is not before[at] and shown[at] != before[at]])
        if keys is None:
            self.dataChanged.emit(self.index(0, 0), self.index(len(shown) - 1, len(self.columns) - 1))

    def add_rows(self, rows: Sequence[R]) -> None:
        """More rows at the end, in the order given; nothing else moves."""
        count = len(self._shown)
        self.beginInsertRows(_NOWHERE, count, count + len(rows) - 1)
        self._given = self._shown = (*self._shown, *rows)
        self._keys = self._keys_of(self._shown, self._key)
        self._place = None
        self.endInsertRows()

    def _seems_same(self, rows: Sequence[R], key: Callable[[R], Hashable] | None) -> bool:
        """Of a long sequence only its length, its ends and what is in sight are looked at."""
        before, count = self._shown, len(rows)
        if self._keys is not None or len(before) != count:
            return False
        places = [0, count - 1, *self.in_sight()] if count else []
        if self._placed is not None and isinstance(rows, Placed):
            old, new = self._placed, rows
            return all(old.key_at(at) == new.key_at(at) for at in places)
        return key is None or all(key(rows[at]) == key(before[at]) for at in places)

    @staticmethod
    def _keys_of(rows: Sequence[R], key: Callable[[R], Hashable] | None) -> list[Hashable] | None:
        if len(rows) > COMPARED or not isinstance(rows, list | tuple):
            return None
        return list(range(len(rows))) if key is None else [key(row) for row in rows]

    @property
    def given(self) -> Sequence[R]:
        """The rows as they were given."""
        return self._given

    def tell(self, places: list[int]) -> None:
        """The rows at these places (ascending) are other ones now."""
        self._last = None
        if not places:
            return
        if self.glows:
            self._glows |= dict.fromkeys(map(self.key_at, places), monotonic())
        for first, last in runs(places):
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(self.columns) - 1))
        self.changed_rows.emit(places)

    def row_at(self, at: int) -> R:
        """The row at a position of the screen."""
        last = self._last
        if last is not None and last[0] == at:
            return last[1]
        row = self._shown[at]
        self._last = (at, row)
        return row

    def key_at(self, at: int) -> Hashable:
        """The key of the row at a position."""
        if self._keys is not None:
            return self._keys[at]
        if self._placed is not None:
            return self._placed.key_at(at)
        return at if self._key is None else self._key(self.row_at(at))

    def keys(self) -> Sequence[Any]:
        """The keys of all rows in the order of the screen; rows that have a key need not be made for it."""
        if self._keys is not None:
            return tuple(self._keys)
        if self._placed is None and self._key is not None:
            return tuple(map(self._key, self._shown))
        return tuple(map(self.key_at, range(len(self._shown))))

    def place_of(self, key: Hashable, near: int = 0) -> int | None:
        """Where the row of a key stands.

        A long sequence is asked itself where it can tell (:class:`Placed`), else sought around ``near`` only.
        """
        if self._keys is not None:
            if self._place is None:
                self._place = {known: at for at, known in enumerate(self._keys)}
            return self._place.get(key)
        if self._placed is not None:
            return self._placed.place_of(key)
        around = range(max(0, near - 200), min(len(self._shown), near + 200))
        return next((at for at in around if self.key_at(at) == key), None)

    def glow(self, at: int) -> float:
        """How strongly a changed row glows now, 1 to 0."""
        if not self._glows:
            return 0.0
        began = self._glows.get(self.key_at(at))
        return 0.0 if began is None else max(0.0, 1 - (monotonic() - began) * 1000 / GLOW_MS)

    def glows_at(self, at: int) -> bool:
        """Whether a row glows, or did when it was painted last."""
        return bool(self._glows) and self.key_at(at) in self._glows

    def fade(self) -> bool:
        """Forgets glows that are over; says whether any is left."""
        limit = monotonic() - GLOW_MS / 1000
        self._glows = {key: began for key, began in self._glows.items() if began > limit}
        return bool(self._glows)

    def can_sort(self, column: int) -> bool:
        """Whether the rows can be sorted by a column here."""
        return self.columns[column].sort is not None and len(self._given) <= COMPARED

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sorts by a column's ``sort``; column -1 restores the order as given."""
        self._order = None if column < 0 else (column, order == Qt.SortOrder.DescendingOrder)
        self.set_rows(self._given, self._key)

    def _sorted(self, rows: Sequence[R]) -> Sequence[R]:
        if self._order is None or len(rows) > COMPARED:
            return rows
        column, descending = self._order
        by = self.columns[column].sort
        return rows if by is None else sorted(rows, key=by, reverse=descending)

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        """How many rows."""
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        """How many columns, those out of sight too."""
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The words of a cell; tables paint by ``Cells``, this serves reading aloud, search and tests."""
        if not index.isValid() or index.row() >= len(self._shown):
            return None
        column = self.columns[index.column()]
        match role:
            case Qt.ItemDataRole.EditRole:
                with masking.whole():
                    return (column.written or column.text)(self.row_at(index.row()))
            case Qt.ItemDataRole.DisplayRole | Qt.ItemDataRole.AccessibleTextRole:
                return masking.shown(column.text(self.row_at(index.row())))
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip(masking.shown(column.text(self.row_at(index.row()))))
            case Qt.ItemDataRole.TextAlignmentRole:
                return _side(column)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Cells with an ``edit`` can be written in."""
        made = super().flags(index)
        editable = index.isValid() and self.columns[index.column()].edit is not None
        return made | Qt.ItemFlag.ItemIsEditable if editable else made

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Hands what was typed to the column's ``edit``, where it differs."""
        edit = self.columns[index.column()].edit
        row = self.row_at(index.row())
        if edit is None or role != Qt.ItemDataRole.EditRole or value == self.data(index, role):
            return False
        edit(row, str(value))
        return True

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Column titles."""
        if orientation == Qt.Orientation.Vertical:
            return None
        column = self.columns[section]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return column.heading or (say(column.title) if column.title else "")
        return _side(column) if role == Qt.ItemDataRole.TextAlignmentRole else None


def _side(column: Column[Any]) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column.to_right else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
