"""Which column of a sheet is what: by its name, by its content, or as the last table of that shape had it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from smsdesk.core.column_names import (
    is_generic,
    may_be_hours,
    named_role,
    number_weight,
    reference_rank,
    surely_zone,
)
from smsdesk.core.folding import folded_name
from smsdesk.core.moments import Unread, is_exact_interval, read_hours, read_moment
from smsdesk.core.numbers import Standing, read_number
from smsdesk.core.places import region_named, zone_named
from smsdesk.core.sheet import Sheet

SAMPLE, LOOKED_AT = 50, 1000
"""How many cells tell what a column holds, and among how many rows they are sought."""
ONCE = ("dst", "reference", "text", "blackouts", "blackout_start", "blackout_end", "zone", "region")
"""What only one column can be; every other key is ``field:<name>``."""
REASON = ("SMS Desk reason", "SMS Desk remedy")
"""The columns which a list of what was not taken has besides its own."""
ALSO_FIELDS = ("reference", "text", "region")
"""What a template may name too."""
OWN_REFERENCE = "customerRef"
"""The column for references in our own export: another one has them as a merge field, if at all."""
_MOST = 0.5
"""The share of cells that must be of a kind."""
_SOME = 0.3
"""The same where the name says that they are."""


@dataclass(frozen=True, slots=True)
class Layout:
    """A shape of tables met before. ``name``: the file it was first met in."""

    header: tuple[str, ...]
    mapping: dict[str, str]
    name: str
    used_at: datetime


@dataclass(frozen=True, slots=True)
class Recalled:
    """A mapping carried over from a layout; ``drift`` holds old and new name of columns renamed since."""

    layout: Layout
    mapping: dict[str, str]
    drift: tuple[tuple[str, str], ...]


def guess_mapping(sheet: Sheet, region: str) -> dict[str, str]:
    """Which column is what: by its name, else by its content. Keys as in ``ONCE``, and ``field:<name>``."""
    columns = [name for name in sheet.header if not is_reason(name)]
    samples = {name: _sample(sheet, name) for name in columns}
    roles = _by_name(columns, samples)
    number = _number_column(
        sheet, {c: s for c, s in samples.items() if c not in roles.values()}, roles, region
    )
    if number is not None:
        roles["dst"] = number
    references = [(rank, name) for name in columns if (rank := reference_rank(name)) is not None]
    if references:
        roles["reference"] = min(references, key=lambda found: found[0])[1]
    left = {name: cells for name, cells in samples.items() if name not in roles.values() and cells}
    roles |= _by_content(left, roles, region)
    return _whole(roles, columns)


def is_reason(name: str) -> bool:
    """Whether a column is one that a list of what was not taken has besides its own."""
    return name.startswith(REASON)


def _whole(roles: dict[str, str], columns: Sequence[str]) -> dict[str, str]:
    """The roles in their order, and merge fields of the other columns."""
    also = {roles[key] for key in ALSO_FIELDS if key in roles} - {OWN_REFERENCE}
    used = {*roles.values()} - also
    mapping = {key: roles[key] for key in ONCE if key in roles}
    return mapping | {f"field:{name}": name for name in columns if name not in used}


def _sample(sheet: Sheet, name: str) -> list[str]:
    return [cell for cell in sheet.frame[name].head(LOOKED_AT) if cell.strip()][:SAMPLE]


def _share(cells: Sequence[str], fits: Callable[[str], object]) -> float:
    return sum(bool(fits(cell)) for cell in cells) / len(cells) if cells else 0.0


def _by_name(columns: Sequence[str], samples: dict[str, list[str]]) -> dict[str, str]:
    """Roles that names tell; a country or a zone must hold some too, for a region may be one of sales."""
    fits: dict[str, Callable[[str], object]] = {"zone": zone_named, "region": region_named}
    roles: dict[str, str] = {}
    for name in columns:
        role = named_role(name)
        if role is None or role in roles:
            continue
        cells = samples[name]
        if role not in fits or not cells or surely_zone(name) or _share(cells, fits[role]) > _SOME:
            roles[role] = name
    return roles


def _number_column(
    sheet: Sheet, samples: dict[str, list[str]], roles: dict[str, str], region: str
) -> str | None:
    """The column with a name for numbers, or with mobile numbers below it; best with both."""
    scores = []
    for name, cells in samples.items():
        weight = number_weight(name)
        usable = _usable(sheet, name, roles.get("region"), region) if cells else 0.0
        if weight or usable > _MOST:
            scores.append((weight + usable, name))
    return max(scores, key=lambda score: score[0])[1] if scores else None


def _usable(sheet: Sheet, name: str, regions: str | None, region: str) -> float:
    """The share of cells that hold a mobile number, each by the country of its row."""
    numbers = sheet.frame[name].head(LOOKED_AT).to_list()
    places = sheet.frame[regions].head(LOOKED_AT).to_list() if regions else [""] * len(numbers)
    filled = [pair for pair in zip(numbers, places, strict=True) if pair[0].strip()][:SAMPLE]
    read = [read_number(cell, region_named(place) or region) for cell, place in filled]
    return sum(number.standing is Standing.VALID for number in read) / len(read)


def _by_content(left: dict[str, list[str]], roles: dict[str, str], region: str) -> dict[str, str]:
    """Roles of columns whose names say nothing of it."""
    found: dict[str, str] = {}
    for name, cells in left.items():
        role = _role_of(cells, generic=is_generic(name), hours=may_be_hours(name))
        if role is not None and role not in roles and role not in found:
            found[role] = name
    if not {"blackouts", "blackout_start", "blackout_end"} & {*roles, *found}:
        found |= _pair_of_moments([name for name in left if name not in found.values()], left, region)
    return found


def _role_of(cells: list[str], *, generic: bool, hours: bool) -> str | None:
    if _share(cells, is_exact_interval) > _MOST:
        return "blackouts"
    if hours and _share(cells, _are_hours) > _MOST:
        return "blackouts"
    if _share(cells, _is_zone) > _MOST:
        return "zone"
    if generic and len(cells) > 1 and _share(cells, _is_country) == 1:
        return "region"
    return None


def _are_hours(cell: str) -> bool:
    """Hours with their minutes: 8-12 may be anything."""
    try:
        return ":" in cell and read_hours(cell) is not None
    except Unread:
        return False


def _is_zone(cell: str) -> bool:
    return "/" in cell and zone_named(cell) is not None


def _is_country(cell: str) -> bool:
    return len(cell.strip()) == 2 and cell.isupper() and region_named(cell) is not None


def _pair_of_moments(columns: list[str], cells: dict[str, list[str]], region: str) -> dict[str, str]:
    """Two columns side by side with names that say nothing: in each row a date and time and a later one."""
    for first, second in pairwise(columns):
        if not (is_generic(first) and is_generic(second)):
            continue
        pairs = zip(cells[first], cells[second], strict=False)
        if len(cells[first]) == len(cells[second]) and all(_in_order(*pair, region) for pair in pairs):
            return {"blackout_start": first, "blackout_end": second}
    return {}


def _in_order(first: str, second: str, region: str) -> bool:
    try:
        start, end = read_moment(first, region), read_moment(second, region)
    except Unread:
        return False
    return (
        start.clock is not None and end.clock is not None and (start.day, start.clock) < (end.day, end.clock)
    )


def recall(sheet: Sheet, layouts: Sequence[Layout], region: str) -> Recalled | None:
    """The mapping of the layout most like the sheet's, the one used last among equals.

    None where no layout shares more than half of the columns, or where none leads to the numbers, and for
    a table without names: any table has its ``Column 1``.
    """
    header = [name for name in sheet.header if not is_reason(name)]
    if all(map(is_generic, header)):
        return None
    likely = [(_likeness(header, layout), layout.used_at, layout) for layout in layouts]
    likely = [found for found in likely if found[0] > _MOST]
    if not likely:
        return None
    layout = max(likely, key=lambda found: found[:2])[2]
    renamed = _renamed(sheet, header, layout, region)
    mapping = {
        key: renamed.get(column, column)
        for key, column in layout.mapping.items()
        if column in header or column in renamed
    }
    new = [name for name in header if name not in layout.header and name not in renamed.values()]
    mapping |= {f"field:{name}": name for name in new}
    return Recalled(layout, mapping, tuple(renamed.items())) if "dst" in mapping else None


def _likeness(header: Sequence[str], layout: Layout) -> float:
    """The share of columns that both have, however spelled; 1 for the same header in any order."""
    known = {_spelled(name) for name in layout.header if not is_reason(name)}
    here = {_spelled(name) for name in header}
    return 2 * len(known & here) / max(len(known) + len(here), 1)


def _spelled(name: str) -> str:
    return folded_name(name).replace(" ", "")


def _renamed(sheet: Sheet, header: Sequence[str], layout: Layout, region: str) -> dict[str, str]:
    """Columns of the layout that are gone, and those which are in their place.

    By the spelling of their names, then by what they are, at last by where they stand.
    """
    gone = [name for name in layout.header if name not in header and name in layout.mapping.values()]
    new = [name for name in header if name not in layout.header]
    if not gone or not new:
        return {}
    renamed: dict[str, str] = {}

    def found(old: str | None, now: str | None) -> None:
        if old in gone and old not in renamed and now in new:
            renamed[str(old)] = str(now)
            new.remove(str(now))

    for old in gone:
        found(old, next((name for name in new if _spelled(name) == _spelled(old)), None))
    guessed = guess_mapping(sheet, region)
    for key in ONCE:
        found(layout.mapping.get(key), guessed.get(key))
    before = [name for name in layout.header if not is_reason(name)]
    if len(before) == len(header):
        # Nothing came in between: what stands in the same place is the same, if it holds numbers as before.
        for key, column in layout.mapping.items():
            there = dict(zip(before, header, strict=True)).get(column)
            if there in new and (key != "dst" or _usable(sheet, there, None, region) > _MOST):
                found(column, there)
    return renamed
