"""How wide the columns of a table are in the room there is, and which ones go. Pure arithmetic."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from smsdesk.ui.cells import Column

_WIDEST = 4_000


@dataclass(frozen=True, slots=True)
class Arrangement:
    """How a person arranged the columns of a table, by their keys.

    ``order`` may leave columns out: they stand at the end. ``widths`` are px of columns sized by hand.
    """

    order: tuple[str, ...] = ()
    hidden: frozenset[str] = frozenset()
    widths: Mapping[str, int] = field(default_factory=dict)

    def packed(self) -> str:
        """As a text that can be kept."""
        return json.dumps([self.order, sorted(self.hidden), dict(self.widths)], ensure_ascii=False)

    @classmethod
    def unpacked(cls, text: str) -> "Arrangement":
        """The inverse of :meth:`packed`; anything else gives the arrangement that nobody has changed."""
        try:
            order, hidden, widths = json.loads(text)
            sizes = {str(key): min(int(size), _WIDEST) for key, size in dict(widths).items() if int(size) > 0}
            return cls(tuple(map(str, order)), frozenset(map(str, hidden)), sizes)
        except (ValueError, TypeError):
            return cls()

    def ordered(self, keys: Sequence[str]) -> list[str]:
        """The keys of a table's columns in this order."""
        known = dict.fromkeys(key for key in self.order if key in keys)
        return [*known, *(key for key in keys if key not in known)]


def fitted(
    columns: Sequence[Column[Any]],
    least: Sequence[int],
    wanted: Sequence[float],
    by_hand: Mapping[int, int],
    room: int,
    hidden: Collection[int] = (),
) -> dict[int, int]:
    """The width of each column that is shown, by its position.

    Where the ``least`` widths do not fit, columns go by priority, the highest first, never one of
    priority 0. What room is left goes first to what the cells in sight want, then by ``stretch``. A
    column that was sized by hand keeps that width. ``hidden`` ones a person does not want to see.
    """
    shown = _kept(columns, least, room, hidden)
    widths = {at: by_hand.get(at, least[at]) for at in shown}
    left = max(0, room - sum(widths.values()))
    for at in sorted(shown, key=lambda at: (columns[at].stretch, at)):
        more = 0 if at in by_hand else min(left, int(wanted[at] + 1) - widths[at], 2 * least[at])
        if more > 0:
            widths[at] += more
            left -= more
    return _stretched(columns, widths, by_hand, left)


def _kept(
    columns: Sequence[Column[Any]], least: Sequence[int], room: int, hidden: Collection[int]
) -> list[int]:
    shown = [at for at in range(len(columns)) if at not in hidden]
    for at in sorted(shown, key=lambda at: (-columns[at].priority, -at)):
        if columns[at].priority == 0 or sum(least[other] for other in shown) <= room:
            break
        shown.remove(at)
    return shown


def _stretched(
    columns: Sequence[Column[Any]], widths: dict[int, int], by_hand: Mapping[int, int], left: int
) -> dict[int, int]:
    free = [at for at in widths if at not in by_hand]
    weights = {at: columns[at].stretch for at in free if columns[at].stretch}
    weights = weights or {at: widths[at] for at in free}
    total = sum(weights.values())
    for at, weight in weights.items():
        widths[at] += left * weight // total
    return widths
