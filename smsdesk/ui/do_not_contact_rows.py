"""The do-not-contact list as rows of a table: numbers at once, what stands about them when it is in sight."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, overload

if TYPE_CHECKING:
    from smsdesk.desk.do_not_contact import Listed

BLOCK = 200
"""So many rows are read together."""


@dataclass(frozen=True, slots=True)
class Line:
    """A row: a number (E.164), and what is known of it by now."""

    number: str
    known: "Listed | None" = None


class Lines(Sequence[Line]):
    """Rows over numbers. ``want`` gets the numbers of a block that is looked at and not read yet."""

    def __init__(self, numbers: Sequence[str], want: Callable[[Sequence[str]], object]) -> None:
        self.numbers = numbers
        self._want = want
        self._asked: set[int] = set()
        self._known: dict[str, Listed] = {}

    def __len__(self) -> int:
        return len(self.numbers)

    @overload
    def __getitem__(self, index: int) -> Line: ...

    @overload
    def __getitem__(self, index: slice) -> list[Line]: ...

    def __getitem__(self, index: int | slice) -> Line | list[Line]:
        if isinstance(index, slice):
            return [self[at] for at in range(*index.indices(len(self)))]
        number = self.numbers[index]
        known = self._known.get(number)
        if known is None:
            self._ask(index % len(self) // BLOCK)
        return Line(number, known)

    def _ask(self, block: int) -> None:
        if block not in self._asked:
            self._asked.add(block)
            self._want(self.numbers[block * BLOCK : (block + 1) * BLOCK])

    def learn(self, rows: "Mapping[str, Listed]") -> None:
        """Takes in what was read."""
        self._known.update(rows)
