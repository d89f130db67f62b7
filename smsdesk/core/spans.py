"""The blackout periods that rows of a table have of their own, from up to four of its columns."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from smsdesk.core.blackouts import Period, parse_period
from smsdesk.core.formulas import undefused_cells
from smsdesk.core.moments import (
    Moment,
    Placed,
    Unread,
    daily,
    exactly,
    hours_between,
    is_exact_interval,
    placed,
    read_clock,
    read_hours,
    read_moment,
    read_pair,
)
from smsdesk.core.places import region_named, zone_named

if TYPE_CHECKING:
    from datetime import datetime

    import polars as pl

KEYS = ("blackouts", "blackout_start", "blackout_end", "zone")
_SIGNS = (re.compile(r"[;|\n]"), re.compile(r","))
"""What stands between periods in one cell."""


@dataclass(frozen=True, slots=True)
class Told:
    """What is wrong with a row's periods: the problem, the key of the column and the cell."""

    code: str
    key: str
    value: str


@dataclass(slots=True)
class Found:
    """What the cells of a row say: its periods, what stops the row, and what is only told."""

    periods: tuple[Period, ...] = ()
    wrong: Told | None = None
    told: list[Told] = field(default_factory=list)
    by_hours: bool = False


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of one row, trimmed."""

    blackouts: str = ""
    start: str = ""
    end: str = ""
    zone: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True)
class Spans:
    """What rows have: ``which`` leads from each row to one of ``found``, null for rows without a cell."""

    which: "pl.Series"
    found: list[Found]

    def periods(self, kept: "pl.Series") -> dict[int, tuple[Period, ...]]:
        """The periods of the rows where ``kept`` is true, by their place among those."""
        import polars as pl

        which = self.which.filter(kept)
        has_some = pl.Series([bool(found.periods) for found in self.found], dtype=pl.Boolean)
        if not has_some.any():
            return {}
        places = which.is_not_null().arg_true()
        return {
            at: self.found[one].periods
            for at, one in zip(places, which[places], strict=True)
            if self.found[one].periods
        }


def read_spans(
    table: "pl.DataFrame", mapping: Mapping[str, str], region: str, zone: str, now: "datetime"
) -> Spans:
    """The periods of all rows; equal cells are read once."""
    import polars as pl

    columns = {key: mapping[key] for key in (*KEYS, "region") if key in mapping}
    if not columns.keys() & set(KEYS):
        return Spans(pl.repeat(None, table.height, dtype=pl.UInt32, eager=True), [])
    trimmed = {key: undefused_cells(pl.col(name).str.strip_chars()) for key, name in columns.items()}
    cells = table.lazy().select(cell.alias(key) for key, cell in trimmed.items()).with_row_index("at")
    is_filled = pl.any_horizontal(pl.col(key) != "" for key in columns if key != "region")
    filled = cells.filter(is_filled).collect(engine="streaming")
    kinds = filled.select(*columns).unique(maintain_order=True).with_row_index("which")
    own, read = ZoneInfo(zone), []
    for row in kinds.drop("which").iter_rows():
        given = dict(zip(columns, row, strict=True))
        one = Cells(*(given.get(key, "") for key in (*KEYS, "region")))
        read.append(_Reader(one, region, own, now).read())
    which = filled.join(kinds, on=[*columns], how="left").select("at", "which")
    places = pl.DataFrame({"at": pl.int_range(table.height, dtype=pl.UInt32, eager=True)})
    return Spans(places.join(which, on="at", how="left", maintain_order="left")["which"], read)


class _Reader:
    """One row's cells on the way to its periods."""

    def __init__(self, cells: Cells, region: str, zone: tzinfo, now: "datetime") -> None:
        self._cells, self._now = cells, now
        self._region = region_named(cells.region) or region
        named = zone_named(cells.zone)
        self._zone: tzinfo = named or zone
        self._lost = bool(cells.zone) and named is None
        self._found = Found()
        self._needs_zone = False

    def read(self) -> Found:
        periods: list[Period] = []
        for key, reading in (("blackouts", self._blackouts), ("blackout_end", self._from_to)):
            try:
                periods += reading()
            except Unread as unread:
                self._found.wrong = self._found.wrong or self._told(unread.code, key)
        if self._lost:
            unknown = Told("zone_unknown", "zone", self._cells.zone)
            if self._needs_zone and not self._found.wrong:
                self._found.wrong = unknown
            else:
                self._found.told.append(unknown)
        if self._found.wrong is None:
            self._found.periods = tuple(periods)
        return self._found

    def _told(self, code: str, key: str) -> Told:
        cells = self._cells
        if key == "blackout_end" and (code == "blackout_no_end" or not self._is_fine(cells.start)):
            key = "blackout_start"
        value = {"blackouts": cells.blackouts, "blackout_start": cells.start, "blackout_end": cells.end}
        return Told(code, key, value[key])

    def _is_fine(self, text: str) -> bool:
        try:
            return text == "" or read_clock(text) is not None or bool(read_moment(text, self._region))
        except Unread:
            return False

    def _blackouts(self) -> list[Period]:
        return self._periods(self._cells.blackouts) if self._cells.blackouts else []

    def _periods(self, text: str, signs: tuple[re.Pattern[str], ...] = _SIGNS) -> list[Period]:
        """One period, or several with signs between: a comma may also stand between date and time."""
        try:
            return self._one(text)
        except Unread as whole:
            pieces = [piece.strip() for piece in signs[0].split(text) if piece.strip()] if signs else []
            if len(pieces) < 2 and len(signs) < 2:
                raise
            try:
                return [period for piece in pieces for period in self._periods(piece, signs[1:])]
            except Unread as part:
                raise (whole if part.code == Unread().code else part) from None

    def _one(self, text: str) -> list[Period]:
        if "T" in text and is_exact_interval(text):
            return self._noted([parse_period(text)], None, "blackouts", text)
        hours = read_hours(text)
        if hours is not None:
            self._needs_zone = self._found.by_hours = True
            periods, code = daily(hours, self._zone, self._now)
            return self._noted(periods, code, "blackouts", text)
        start, end = read_pair(text, self._region)
        return self._between(start, end, "blackouts", text)

    def _from_to(self) -> list[Period]:
        """The period of two columns: start and end, an end alone, or the hours of every day."""
        first, last = self._cells.start, self._cells.end
        if first and not last:
            raise Unread("blackout_no_end")
        if not last:
            return []
        opens, closes = (read_clock(text) if text else None for text in (first, last))
        if closes is not None and (opens is not None or not first):
            if opens is None:
                raise Unread
            self._needs_zone = self._found.by_hours = True
            periods, code = daily(hours_between(opens, closes), self._zone, self._now)
            return self._noted(periods, code, "blackout_start", first)
        end = read_moment(last, self._region)
        if first:
            return self._between(read_moment(first, self._region), end, "blackout_end", last)
        try:
            return self._between(
                exactly(self._now.astimezone(self._zone).replace(microsecond=0)), end, "blackout_end", last
            )
        except Unread as unread:
            if unread.code != "blackout_backwards":
                raise
            self._found.told.append(Told("blackout_past", "blackout_end", last))
            return []

    def _between(self, start: Moment, end: Moment, key: str, value: str) -> list[Period]:
        self._needs_zone |= start.naive or end.naive
        one: Placed = placed(start, end, self._zone)
        return self._noted([one.period], one.code, key, value)

    def _noted(self, periods: list[Period], code: str | None, key: str, value: str) -> list[Period]:
        if code:
            self._found.told.append(Told(code, key, value))
        if periods and all(period.end <= self._now for period in periods):
            self._found.told.append(Told("blackout_past", key, value))
        return periods
