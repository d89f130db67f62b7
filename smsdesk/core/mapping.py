"""Which column of a sheet is what: by its name, by its content, or as the last table of that shape had it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from smsdesk.core.numbers import Standing, read_number
from smsdesk.core.sheet import Sheet

SAMPLE, LOOKED_AT = 50, 1000
"""How many cells tell what a column holds, and among how many rows they are sought."""
ONCE = ("dst", "reference", "text", "blackouts", "blackout_start", "blackout_end", "zone", "region")
"""What only one column can be; every other key is ``field:<name>``."""
REASON = ("SMS Desk reason", "SMS Desk remedy")
"""The columns which a list of what was not taken has besides its own."""
_NUMBER_NAMES = re.compile(
    r"(?i)(mobil|handy|cell|celular|phone|t[eé]l[eé]phone|tel[eé]fon|portable|m[oó]vil|rufnummer|msisdn|"
    r"\bdst\b|\btel\b|nummer$|number$|\bsms\b)"
)
_REFERENCE_NAMES = re.compile(
    r"(?i)^(reference|referenz|ref|customer ?ref|kunden-?nr\.?|kunden-?nummer|customer (no|number|id)|id|"
    r"r[eé]f[eé]rence|referencia|riferimento|num[eé]ro client)$"
)
_BLACKOUT_NAMES = re.compile(r"(?i)^(blackout ?periods?|sperrzeit(en)?)$")


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
    number = _number_column(sheet, region)
    mapping = {"dst": number} if number else {}
    for name in sheet.header:
        if name == number or name in REASON:
            continue
        if _BLACKOUT_NAMES.match(name):
            mapping.setdefault("blackouts", name)
            continue
        if _REFERENCE_NAMES.match(name):
            mapping.setdefault("reference", name)
        mapping[f"field:{name}"] = name
    return mapping


def _number_column(sheet: Sheet, region: str) -> str | None:
    scores = []
    for name in sheet.header:
        cells = [cell for cell in sheet.frame[name].head(LOOKED_AT) if cell.strip()][:SAMPLE]
        usable = sum(read_number(cell, region).standing is Standing.VALID for cell in cells)
        share = usable / len(cells) if cells else 0.0
        named = bool(_NUMBER_NAMES.search(name)) and not _REFERENCE_NAMES.match(name)
        if named or share > 0.5:
            scores.append((named * 0.5 + share, name))
    return max(scores, key=lambda score: score[0])[1] if scores else None


def recall(sheet: Sheet, layouts: Sequence[Layout], region: str) -> Recalled | None:
    """The mapping of the table of that shape which was used last; None where none is known."""
    del region
    same = [layout for layout in layouts if layout.header == sheet.header]
    if not same:
        return None
    layout = max(same, key=lambda known: known.used_at)
    return Recalled(layout, dict(layout.mapping), ())
