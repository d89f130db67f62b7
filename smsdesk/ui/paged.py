"""Rows of which the keys are known and the rest is fetched when it comes into sight, however many."""

from collections.abc import Callable, Iterable, Sequence
from typing import Generic, TypeVar, overload

R = TypeVar("R")

AROUND = 60
"""So many rows above and below those in sight are fetched with them."""
_MOST = 4_000
"""So many fetched rows are kept."""


class Paged(Sequence[R], Generic[R]):
    """Rows by their keys; one that is not there yet is ``blank`` and its place is ``wanted``."""

    def __init__(
        self,
        keys: Sequence[int],
        blank: Callable[[int], R],
        wanted: Callable[[int], object],
    ) -> None:
        self.keys = keys
        self._blank, self._wanted = blank, wanted
        self._known: dict[int, R] = {}
        self._places: dict[object, int | None] = {}

    def __len__(self) -> int:
        return len(self.keys)

    @overload
    def __getitem__(self, at: int) -> R: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[R]: ...
    def __getitem__(self, at: int | slice) -> R | Sequence[R]:
        if isinstance(at, slice):
            return [self[one] for one in range(*at.indices(len(self.keys)))]
        key = self.keys[at]
        row = self._known.get(key)
        if row is None:
            self._wanted(at)
            return self._blank(key)
        return row

    def key_at(self, at: int) -> int:
        """The key of the row at a position."""
        return self.keys[at]

    def place_of(self, key: object) -> int | None:
        """Where the row of a key stands; sought among all of them once at most."""
        if key not in self._places:
            try:
                self._places[key] = self.keys.index(key)
            except ValueError:
                self._places[key] = None
        return self._places[key]

    def missing(self, sight: range) -> list[int]:
        """The keys of the rows around those in sight that are not there yet."""
        around = range(max(0, sight.start - AROUND), min(len(self.keys), sight.stop + AROUND))
        self._places.update((self.keys[at], at) for at in around)
        return [key for key in (self.keys[at] for at in around) if key not in self._known]

    def known(self, keys: Iterable[int]) -> list[int]:
        """Those of some keys whose rows are there."""
        return [key for key in keys if key in self._known]

    def take(self, rows: Iterable[tuple[int, R]]) -> list[int]:
        """Takes rows that were fetched; the places of those that were there and are other ones now."""
        changed = []
        for key, row in rows:
            old = self._known.pop(key, None)
            if old is not None and old != row and (at := self.place_of(key)) is not None:
                changed.append(at)
            self._known[key] = row
        while len(self._known) > _MOST:
            del self._known[next(iter(self._known))]
        return sorted(changed)
