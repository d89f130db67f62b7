"""Import: a sheet and a mapping become recipients and problems. Nothing is dropped in silence."""

import csv
import io
import re
from collections.abc import Container, Mapping
from dataclasses import dataclass
from typing import ClassVar

from smsdesk.core.blackouts import Period, format_period, parse_period
from smsdesk.core.numbers import Number, Standing, read_number
from smsdesk.core.problem import Level, Problem, Where
from smsdesk.core.recipients import Recipients
from smsdesk.core.sheet import Sheet

SAMPLE = 50
_NUMBER_NAMES = re.compile(
    r"(?i)(mobil|handy|cell|celular|phone|t[eé]l[eé]phone|tel[eé]fon|portable|m[oó]vil|rufnummer|msisdn|"
    r"\bdst\b|\btel\b|nummer$|number$|\bsms\b)"
)
_REFERENCE_NAMES = re.compile(
    r"(?i)^(reference|referenz|ref|customer ?ref|kunden-?nr\.?|kunden-?nummer|customer (no|number|id)|id|"
    r"r[eé]f[eé]rence|referencia|riferimento|num[eé]ro client)$"
)
_OWN_NAMES = ("dst", "customerref", "blackoutperiods")
_BLACKOUT_NAMES = re.compile(r"(?i)^(blackout ?periods?|sperrzeit(en)?)$")
_FIRST, _LAST, _WHOLE = (
    re.compile(r"(?i)^(first ?name|vorname|given ?name|pr[eé]nom|nombre)$"),
    re.compile(r"(?i)^(last ?name|nachname|surname|family ?name|nom|apellidos?|cognome)$"),
    re.compile(r"(?i)^(name|full ?name|kunde|customer|nom complet|nome)$"),
)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows of a sheet are what."""

    valid: int = 0
    doubtful: int = 0
    invalid: int = 0
    duplicates: int = 0
    do_not_contact: int = 0
    blank: int = 0

    @property
    def rows(self) -> int:
        """All rows: the sum of the six."""
        return self.valid + self.doubtful + self.invalid + self.duplicates + self.do_not_contact + self.blank


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a sheet: the valid recipients, those held back, and why of each other row."""

    recipients: Recipients
    doubtful: Recipients
    counts: Counts
    problems: list[Problem]
    mapping: dict[str, str]
    sheet: Sheet


def guess_mapping(sheet: Sheet, region: str) -> dict[str, str]:
    """Which column is what: by its name, else by its content. Keys as in :func:`import_sheet`."""
    number = _number_column(sheet, region)
    mapping = {"dst": number} if number else {}
    for name in sheet.header:
        if name == number:
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
    for name, column in zip(sheet.header, sheet.columns, strict=True):
        cells = [cell for cell in column if cell.strip()][:SAMPLE]
        usable = sum(read_number(cell, region).standing is Standing.VALID for cell in cells)
        share = usable / len(cells) if cells else 0.0
        named = bool(_NUMBER_NAMES.search(name)) and not _REFERENCE_NAMES.match(name)
        if named or share > 0.5:
            scores.append((named * 0.5 + share, name))
    return max(scores, key=lambda score: score[0])[1] if scores else None


class _Import:
    """One pass over a sheet."""

    _LEVELS: ClassVar = {Standing.DOUBTFUL: Level.WARNING, Standing.INVALID: Level.ERROR}

    def __init__(self, sheet: Sheet, mapping: Mapping[str, str], region: str) -> None:
        self.sheet, self.mapping, self.region = sheet, dict(mapping), region
        by_name = dict(zip(sheet.header, sheet.columns, strict=True))
        empty = [""] * len(sheet)
        self.numbers = by_name.get(mapping.get("dst", ""), empty)
        self.references = by_name.get(mapping.get("reference", ""), empty)
        self.periods = by_name.get(mapping.get("blackouts", ""), empty)
        self.fields = {
            key.removeprefix("field:"): by_name[column]
            for key, column in mapping.items()
            if key.startswith("field:") and column in by_name
        }
        self.problems: list[Problem] = []
        self.kept: list[tuple[int, str]] = []
        self.held: list[tuple[int, str]] = []
        self.blackouts: dict[int, tuple[Period, ...]] = {}
        self.first_row: dict[str, int] = {}
        self.tally = dict.fromkeys(("invalid", "duplicates", "do_not_contact", "blank"), 0)

    def run(self, do_not_contact: Container[str], taken: Container[str]) -> Imported:
        for index, text in enumerate(self.numbers):
            if not any(column[index].strip() for column in self.sheet.columns):
                self.tally["blank"] += 1
                continue
            number = read_number(text, self.region)
            if number.standing is Standing.INVALID or not self._periods_read(index):
                if number.standing is Standing.INVALID:
                    self._problem(index, "dst", text, Level.ERROR, number)
                self.tally["invalid"] += 1
            elif number.e164 in self.first_row or number.e164 in taken:
                self._duplicate(index, text, number.e164)
            elif number.e164 in do_not_contact:
                self.tally["do_not_contact"] += 1
                self._problem(index, "dst", text, Level.NOTE, Number(number.standing, "", "do_not_contact"))
            else:
                self._take(index, text, number)
        counts = Counts(len(self.kept), len(self.held), **self.tally)
        return Imported(
            self._list(self.kept), self._list(self.held), counts, self.problems, self.mapping, self.sheet
        )

    def _take(self, index: int, text: str, number: Number) -> None:
        self.first_row[number.e164] = index + 1
        if number.standing is Standing.DOUBTFUL:
            self.held.append((index, number.e164))
            self._problem(index, "dst", text, Level.WARNING, number)
        else:
            self.kept.append((index, number.e164))
            if number.code:
                self._problem(index, "dst", text, Level.NOTE, number)

    def _duplicate(self, index: int, text: str, e164: str) -> None:
        self.tally["duplicates"] += 1
        first = self.first_row.get(e164)
        found = Number(
            Standing.VALID, "", "duplicate" if first else "duplicate_elsewhere", {"first": first or 0}
        )
        self._problem(index, "dst", text, Level.WARNING, found)

    def _periods_read(self, index: int) -> bool:
        text = self.periods[index].strip()
        if not text:
            return True
        try:
            self.blackouts[index] = tuple(
                parse_period(part) for part in re.split(r"[,;|]", text) if part.strip()
            )
        except ValueError:
            self._problem(
                index, "blackouts", text, Level.ERROR, Number(Standing.INVALID, "", "blackout_unreadable")
            )
            return False
        return True

    def _problem(self, index: int, key: str, value: str, level: Level, number: Number) -> None:
        where = Where(
            row=index + 1,
            line=self.sheet.lines[index],
            sheet=self.sheet.sheet,
            column=self.mapping.get(key),
            value=value,
        )
        self.problems.append(Problem(level, number.code or "", where, number.values))

    def _list(self, rows: list[tuple[int, str]]) -> Recipients:
        return Recipients(
            [e164 for _, e164 in rows],
            [self.references[index].strip() for index, _ in rows],
            {name: [column[index].strip() for index, _ in rows] for name, column in self.fields.items()},
            {new: self.blackouts[old] for new, (old, _) in enumerate(rows) if old in self.blackouts},
        )


def import_sheet(
    sheet: Sheet,
    mapping: Mapping[str, str],
    region: str,
    do_not_contact: Container[str] = frozenset(),
    taken: Container[str] = frozenset(),
) -> Imported:
    """Every row of a sheet as a recipient or a problem.

    ``mapping`` leads from ``dst``, ``reference``, ``blackouts`` and ``field:<name>`` to column names.
    ``taken`` holds E.164 numbers that are recipients already: they count as duplicates.
    """
    return _Import(sheet, mapping, region).run(do_not_contact, taken)


def usable_csv(imported: Imported, use_doubtful: bool) -> str:  # noqa: FBT001 (the contract's own switch)
    """The usable list as CSV: ``dst``, ``customerRef``, then the other columns; formulas are defused."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    lists = (imported.recipients, imported.doubtful) if use_doubtful else (imported.recipients,)
    # The reference has its column already; periods have one where somebody has some.
    names = [name for name in imported.recipients.fields if name.casefold() not in _OWN_NAMES]
    periods = ["blackoutPeriods"] if any(rows.blackouts for rows in lists) else []
    writer.writerow(["dst", "customerRef", *map(defused, names), *periods])
    for row in (row for rows in lists for row in rows):
        cells = [row.reference or "", *(row.fields[name] for name in names)]
        spans = [", ".join(map(format_period, row.blackouts)) for _ in periods]
        writer.writerow([row.dst, *map(defused, cells), *spans])
    return out.getvalue()


def defused(cell: str) -> str:
    """A cell that a spreadsheet does not take for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def display_name(fields: Mapping[str, str]) -> str:
    """A person's name, from the columns that look like one; empty where none does."""

    def cell(names: re.Pattern[str]) -> str:
        return next(
            (value.strip() for key, value in fields.items() if names.match(key) and value.strip()), ""
        )

    return f"{cell(_FIRST)} {cell(_LAST)}".strip() or cell(_WHOLE)
