"""A block of cells written into a recipient list: what it changes, what it adds, what cannot be used."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from smsdesk.core.blackouts import Period, format_period, parse_period
from smsdesk.core.columns import Column, column_of
from smsdesk.core.numbering import INVALID, read_column
from smsdesk.core.recipients import Added, Blackened, Patch, Recipients, Written

OWN = "own"
"""The column of own blackout periods; other columns are named as in patches."""
_CODES = re.compile(r"\+(1|7|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|[0-9]{3})([0-9]+)")
"""Country codes; the rest of them has three digits."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A cell that cannot be used: its place in the block (from 0), its words, and the code of the problem."""

    row: int
    column: str
    value: str
    code: str


@dataclass(frozen=True, slots=True)
class Pasted:
    """What a block comes to.

    ``patches`` are laid one after another; ``cells`` and ``added`` count cells written and rows added;
    ``left`` are the rows of the block that were not added because their number is refused.
    """

    patches: tuple[Patch, ...] = ()
    cells: int = 0
    added: int = 0
    refused: tuple[Refused, ...] = ()
    left: tuple[tuple[str, ...], ...] = ()


@dataclass(slots=True)
class _Sum:
    values: dict[str, dict[int, str]] = field(default_factory=dict)
    periods: dict[int, tuple[Period, ...]] = field(default_factory=dict)
    refused: list[Refused] = field(default_factory=list)


def pasted(
    rows: Recipients,
    block: Sequence[Sequence[str]],
    columns: Sequence[str],
    places: Sequence[int],
    region: str,
) -> Pasted:
    """Lays a block over a list.

    ``columns`` are those from the current cell on, ``places`` the rows from there on, as they are shown.
    Rows beyond them are added at the end, if the block has a number for them; blank ones are overlooked.
    Cells beyond the columns are overlooked.
    """
    numbers = _numbers(block, columns, region)
    made = _Sum()
    over = min(len(block), len(places))
    for at in range(over):
        _write(made, at, places[at], _by_column(block[at], columns), numbers)
    added, left = _added(made, rows, block[over:], columns, numbers, over)
    patches: list[Patch] = [Written(column, values) for column, values in made.values.items()]
    if made.periods:
        patches.append(Blackened(made.periods))
    if len(added):
        patches.append(Added(added))
    cells = sum(map(len, made.values.values())) + len(made.periods)
    return Pasted(tuple(patches), cells, len(added), tuple(made.refused), left)


def _numbers(
    block: Sequence[Sequence[str]], columns: Sequence[str], region: str
) -> Mapping[str, tuple[str, str]]:
    """By what is written: the number, "" for none, and the code of the problem."""
    if "dst" not in columns:
        return {}
    at = columns.index("dst")
    texts = column_of(list(dict.fromkeys(row[at] for row in block if at < len(row)))).series
    read = read_column(texts, region)
    codes = read["code"].fill_null("number_letters")
    return {
        text: ("" if standing == INVALID else e164, code)
        for text, e164, standing, code in zip(texts, read["e164"], read["standing"], codes, strict=True)
    }


def _by_column(cells: Sequence[str], columns: Sequence[str]) -> dict[str, str]:
    return dict(zip(columns, cells, strict=False))


def _write(
    made: _Sum, at: int, row: int, cells: Mapping[str, str], numbers: Mapping[str, tuple[str, str]]
) -> None:
    for column, words in cells.items():
        if column == "dst":
            number, code = numbers[words]
            if number:
                made.values.setdefault("dst", {})[row] = number
            else:
                made.refused.append(Refused(at, column, words, code))
        elif column == OWN:
            periods = read_periods(words)
            if periods is None:
                made.refused.append(Refused(at, column, words, "own_periods"))
            else:
                made.periods[row] = periods
        else:
            made.values.setdefault(column, {})[row] = words


def _added(
    made: _Sum,
    rows: Recipients,
    block: Sequence[Sequence[str]],
    columns: Sequence[str],
    numbers: Mapping[str, tuple[str, str]],
    first: int,
) -> tuple[Recipients, tuple[tuple[str, ...], ...]]:
    new: dict[str, list[str]] = {"dst": [], "reference": [], **{f"field:{name}": [] for name in rows.fields}}
    periods: dict[int, tuple[Period, ...]] = {}
    left: list[tuple[str, ...]] = []
    for at, line in enumerate(block, first):
        cells = _by_column(line, columns)
        if not any(words.strip() for words in cells.values()):
            continue
        number, code = numbers.get(cells.get("dst", ""), ("", "number_empty"))
        if not number:
            made.refused.append(Refused(at, "dst", cells.get("dst", ""), code))
            left.append(tuple(line))
            continue
        own = read_periods(cells.get(OWN, ""))
        if own is None:
            made.refused.append(Refused(at, OWN, cells[OWN], "own_periods"))
        elif own:
            periods[len(new["dst"])] = own
        for column, values in new.items():
            values.append(number if column == "dst" else cells.get(column, ""))
    fields = {name: new[f"field:{name}"] for name in rows.fields}
    return Recipients(new["dst"], new["reference"], fields, periods), tuple(left)


def read_periods(text: str) -> tuple[Period, ...] | None:
    """ISO 8601 intervals between blanks, commas or semicolons; None where one of them is none."""
    try:
        return tuple(map(parse_period, re.split(r"[\s,;]+", text.strip()))) if text.strip() else ()
    except ValueError:
        return None


def block_of(rows: Recipients, places: Sequence[int], columns: Sequence[str]) -> list[tuple[str, ...]]:
    """The cells of some rows, as they are copied: numbers with a blank after the country code.

    Without it a spreadsheet would round a number to fifteen digits and drop its plus.
    """
    return list(zip(*(_copied(rows, places, column) for column in columns), strict=True))


def _copied(rows: Recipients, places: Sequence[int], column: str) -> list[str]:
    if column == OWN:
        return [" ".join(map(format_period, rows.blackouts.get(row, ()))) for row in places]
    known: dict[str, Sequence[str]] = {"dst": rows.dst, "reference": rows.reference}
    cells = known[column] if column in known else rows.fields[column.removeprefix("field:")]
    found = _gathered(cells, places)
    return [_spaced(cell) for cell in found] if column == "dst" else found


def _gathered(cells: Sequence[str], places: Sequence[int]) -> list[str]:
    if isinstance(cells, Column):
        return list(cells.series.gather(list(places)).to_list())
    return [cells[row] for row in places]


def _spaced(number: str) -> str:
    found = _CODES.fullmatch(number)
    return number if found is None else f"+{found[1]} {found[2]}"
