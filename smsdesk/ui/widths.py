"""How wide the columns of a table are in the room there is, and which ones go. Pure arithmetic."""

from collections.abc import Mapping, Sequence
from typing import Any

from smsdesk.ui.cells import Column


def fitted(
    columns: Sequence[Column[Any]],
    least: Sequence[int],
    wanted: Sequence[float],
    by_hand: Mapping[int, int],
    room: int,
) -> dict[int, int]:
    """The width of each column that is shown, by its position.

    Where the ``least`` widths do not fit, columns go by priority, the highest first, never one of
    priority 0. What room is left goes first to what the cells in sight want, then by ``stretch``. A
    column that was sized by hand keeps that width.
    """
    shown = _kept(columns, least, room)
    widths = {at: by_hand.get(at, least[at]) for at in shown}
    left = max(0, room - sum(widths.values()))
    for at in sorted(shown, key=lambda at: (columns[at].stretch, at)):
        more = 0 if at in by_hand else min(left, int(wanted[at] + 1) - widths[at], 2 * least[at])
        if more > 0:
            widths[at] += more
            left -= more
    return _stretched(columns, widths, by_hand, left)


def _kept(columns: Sequence[Column[Any]], least: Sequence[int], room: int) -> list[int]:
    shown = list(range(len(columns)))
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
