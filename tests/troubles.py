"""Tables with each trouble that exports have, alone and in pairs, and the truth about each.

``python tests/troubles.py FOLDER`` writes them all there, each with its truth beside it in JSON. The truth
comes from how a table was made, never from the program under test. Text tables are here, workbooks in
``troubles_books``.
"""

import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import reduce
from itertools import combinations
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Fate:
    """What must become of a row: its number where it is taken, and the code that is told of it."""

    kind: str
    e164: str = ""
    code: str = ""


def ok(e164: str, note: str = "") -> Fate:
    return Fate("valid", e164, note)


def doubtful(e164: str, code: str) -> Fate:
    return Fate("doubtful", e164, code)


def bad(code: str) -> Fate:
    return Fate("invalid", code=code)


TWICE, BLANK = Fate("duplicates", code="duplicate"), Fate("blank")


@dataclass(frozen=True)
class Truth:
    """What must come of a table: numbers in order, and each problem by line and code.

    ``names`` are what stands in the first column of the valid rows; ``mapping`` what must be in it.
    """

    valid: tuple[str, ...]
    doubtful: tuple[str, ...]
    problems: tuple[tuple[int, str], ...]
    counts: dict[str, int]
    names: tuple[str, ...] = ()
    header_line: int = 1
    mapping: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """A table and its truth; ``reading`` is what a person has to choose for it, as keywords."""

    name: str
    content: bytes
    truth: Truth
    reading: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """Cells and fate; ``style`` is how they are quoted: as needed, all, never, or after a blank."""

    cells: tuple[str, ...]
    fate: Fate
    style: str = "needed"


PEOPLE = (
    Row(("Zoë Müller", "0176 04069012", "Kiel"), ok("+4917604069012")),
    Row(("Jürgen Groß", "n/a", "Köln"), bad("number_letters")),
    Row(("Ada", "+49 176 04069013", "Ulm"), ok("+4917604069013")),
    Row(("Renée", "0431 5550104", "Kiel"), doubtful("+494315550104", "number_landline")),
    Row(("Tom", "0049 176 04069012", "Bonn"), TWICE),
    Row(("Mia", "", "Köln"), bad("number_empty")),
    Row(("Cem", "0176/04069014", "Köln"), ok("+4917604069014")),
    Row(("Lea", "+43 664 1234567", "Wien"), ok("+436641234567")),
)


@dataclass(frozen=True)
class Draft:
    """A table of text before it is written."""

    name: str = ""
    above: tuple[tuple[str, ...], ...] = ()
    header: tuple[str, ...] | None = ("Name", "Mobil", "Ort")
    rows: tuple[Row, ...] = PEOPLE
    delimiter: str = ";"
    ends: tuple[str, ...] = ("\n",)
    codec: str = "utf-8"
    bom: bytes = b""
    named_encoding: bool = False
    separator_line: bool = False
    tail: str = ""
    chosen: str = ""
    """How the header is chosen by the person: not, ``its line`` or ``none``."""

    def with_row(self, row: Row, at: int = 3) -> "Draft":
        return replace(self, rows=(*self.rows[:at], row, *self.rows[at:]))


def _cell(cell: str, style: str, delimiter: str) -> str:
    quoted = '"' + cell.replace('"', '""') + '"'
    if style == "needed":
        return quoted if any(sign in cell for sign in (delimiter, '"', "\n", "\r")) else cell
    return {"all": quoted, "never": cell, "blank": f" {quoted}"}[style]


def written(draft: Draft) -> Case:
    """The table as bytes, and its truth."""
    texts = [f"sep={draft.delimiter}"] if draft.separator_line else []
    texts += [draft.delimiter.join(cells) for cells in draft.above]
    header = len(texts)
    if draft.header is not None:
        style = "all" if all(row.style == "all" for row in draft.rows) else "needed"
        texts.append(draft.delimiter.join(_cell(cell, style, draft.delimiter) for cell in draft.header))
    first = len(texts)
    for row in draft.rows:
        cells = draft.delimiter.join(_cell(cell, row.style, draft.delimiter) for cell in row.cells)
        texts.append(cells + draft.tail)
    lines, line = [], 1
    for text in texts:
        lines.append(line)
        line += 1 + text.replace("\r\n", "\n").replace("\r", "\n").count("\n")
    whole = "".join(text + draft.ends[at % len(draft.ends)] for at, text in enumerate(texts))
    told, header_line = lines[first:], lines[header] if draft.header is not None else 0
    reading: dict[str, Any] = {"encoding": draft.codec} if draft.named_encoding else {}
    rows = list(zip(draft.rows, told, strict=True))
    if draft.chosen == "its line":
        reading["header_line"] = header_line
    elif draft.chosen == "none":
        reading["header_line"], header_line = 0, 0
        if draft.header is not None:
            rows = [(Row(draft.header, bad("number_letters")), lines[header]), *rows]
    return Case(
        f"{draft.name}.csv", draft.bom + whole.encode(draft.codec), truth_of(rows, header_line), reading
    )


def truth_of(rows: list[tuple[Row, int]], header_line: int, **others: Any) -> Truth:
    kinds = ("valid", "doubtful", "invalid", "duplicates", "do_not_contact", "blank")
    counts = {kind: sum(row.fate.kind == kind for row, _ in rows) for kind in kinds}
    return Truth(
        tuple(row.fate.e164 for row, _ in rows if row.fate.kind == "valid"),
        tuple(row.fate.e164 for row, _ in rows if row.fate.kind == "doubtful"),
        tuple((line, row.fate.code) for row, line in rows if row.fate.code),
        counts,
        tuple(row.cells[0].strip(" \0") for row, _ in rows if row.fate.kind == "valid"),
        header_line,
        **others,
    )


# -- troubles of files -------------------------------------------------------------------------------

Trouble = Callable[[Draft], Draft]


def _set(**values: Any) -> Trouble:
    return lambda draft: replace(draft, **values)


def _with(*cells: str, fate: Fate, style: str = "needed") -> Trouble:
    return lambda draft: draft.with_row(Row(cells, fate, style))


def _all_quoted(draft: Draft) -> Draft:
    return replace(draft, rows=tuple(replace(row, style="all") for row in draft.rows))


def _after_blanks(draft: Draft) -> Draft:
    return replace(draft, rows=tuple(replace(row, style="blank") for row in draft.rows))


def _nulls_at_ends(draft: Draft) -> Draft:
    filled = (replace(row, cells=tuple(cell + "\0\0" for cell in row.cells)) for row in draft.rows)
    return replace(draft, rows=tuple(filled))


NINE = ok("+4917604069019")
TROUBLES: dict[str, dict[str, Trouble]] = {
    "delimiter": {
        "commas": _set(delimiter=","),
        "tabs": _set(delimiter="\t"),
        "pipes": _set(delimiter="|"),
    },
    "ends": {
        "crlf": _set(ends=("\r\n",)),
        "cr": _set(ends=("\r",)),
        "mixed ends": _set(ends=("\r\n", "\n", "\r")),
    },
    "codec": {
        "utf-8 with mark": _set(bom=b"\xef\xbb\xbf"),
        "utf-16": _set(codec="utf-16-le", bom=b"\xff\xfe"),
        "utf-16 turned": _set(codec="utf-16-be", bom=b"\xfe\xff"),
        "utf-16 without mark": _set(codec="utf-16-le"),
        "windows-1252": _set(codec="cp1252"),
        "iso-8859-15": _set(codec="iso8859-15", named_encoding=True),
        "dos": _set(codec="cp850"),
    },
    "quotes": {
        "all quoted": _all_quoted,
        "quotes after blanks": _after_blanks,
        "line break in quotes": _with("Brandt\nJana\r\n\r\nDr.", "0176 04069019", "Kiel", fate=NINE),
        "doubled quotes": _with('Al "Big" Tom', "0176 04069019", 'the ""city""', fate=NINE),
        "stray quotes": _with('5" pipe', "0176 04069019", '3"', fate=NINE, style="never"),
        "quote that nothing closes": _with('"Al Big', "0176 04069019", "Kiel", fate=NINE, style="never"),
    },
    "above": {
        "separator line": _set(separator_line=True),
        "preamble": _set(above=(("Kundenexport vom 1. März",), ("",))),
        "preamble as wide as the table": _set(above=(("Export", "", ""), ("Stand", "01.03.2026", ""))),
        "preamble of pairs": _set(above=(("Firma", "ACME GmbH"), ("Stand", "01.03.2026"), ("Anzahl", "7"))),
    },
    "header": {
        "no header": _set(header=None),
        "repeated names": _set(header=("Name", "Mobil", "Name")),
        "a name is missing": _set(header=("Name", "Mobil", "")),
        "header is chosen": _set(chosen="its line"),
        "header is a row": _set(chosen="none"),
    },
    "rows": {
        "short row": _with("Jo", "0176 04069018", fate=ok("+4917604069018")),
        "long row": _with("Jo", "0176 04069018", "Kiel", "by bus", fate=ok("+4917604069018")),
        "blank rows": lambda draft: draft.with_row(Row(("", "", ""), BLANK)).with_row(Row(("",), BLANK)),
        "delimiter at the end": lambda draft: replace(draft, tail=draft.delimiter),
        "totals below": lambda draft: draft.with_row(
            Row(("Summe", "7", ""), bad("totals_row")), len(draft.rows)
        ),
        "bad row below": lambda draft: draft.with_row(
            Row(("Eva", "012", "Kiel"), bad("number_too_short")), len(draft.rows)
        ),
    },
    "nulls": {
        "nulls at the ends of cells": _nulls_at_ends,
        "nulls within a number": _with("Jo", "0176\x00 04069017", "Kiel", fate=ok("+4917604069017")),
    },
}
ALONE = {name: trouble for group in TROUBLES.values() for name, trouble in group.items()}
_GROUP = {name: group for group, those in TROUBLES.items() for name in those}
_LAST = ("all quoted", "quotes after blanks", "nulls at the ends of cells", "delimiter at the end")
"""Troubles of all rows come after those that add some."""


def made(*names: str) -> Case:
    """The table with these troubles."""
    ordered = sorted(names, key=lambda name: _LAST.index(name) + 1 if name in _LAST else 0)
    draft = reduce(lambda drawn, name: ALONE[name](drawn), ordered, Draft(name=" + ".join(names)))
    return written(draft)


def texts() -> Iterator[Case]:
    """Every trouble of a text, alone and with each of another kind."""
    yield made()
    for name in ALONE:
        yield made(name)
    for first, second in combinations(ALONE, 2):
        if _GROUP[first] != _GROUP[second]:
            yield made(first, second)


# -- spellings of numbers, and columns ---------------------------------------------------------------

MOBILE = "+4917604069012"
SPELLINGS: dict[str, tuple[str, Fate]] = {
    "slash": ("0176/0406 9012", ok(MOBILE)),
    "zero in brackets": ("+49 (0) 176 04069012", ok(MOBILE)),
    "prefix in brackets": ("(0)176 04069012", ok(MOBILE)),
    "double zero": ("0049 176 04069012", ok(MOBILE)),
    "link": ("tel:+49-176-04069012", ok(MOBILE)),
    "no-break spaces": ("0176\u00a0040\u202f69012", ok(MOBILE)),
    "zero-width spaces": ("0176\u200b04069012\u200b", ok(MOBILE)),
    "byte-order mark": ("\ufeff017604069012", ok(MOBILE)),
    "direction marks": ("\u202a+4917604069012\u202c", ok(MOBILE)),
    "full-width digits": ("０１７６０４０６９０１２", ok(MOBILE)),
    "arabic digits": ("\u0660\u0661\u0667\u0666\u0660\u0664\u0660\u0666\u0669\u0660\u0661\u0662", ok(MOBILE)),
    "apostrophe": ("'017604069012", ok(MOBILE)),
    "formula": ('="+4917604069012"', ok(MOBILE)),
    "dots and dashes": ("0176.040-69–012", ok(MOBILE)),
    "no plus": ("4917604069012", ok(MOBILE, "number_read_with_plus")),
    "no zero": ("17604069012", ok(MOBILE, "number_zero_lost")),
    "decimal": ("17604069012.0", ok(MOBILE, "number_zero_lost")),
    "another country": ("+43 664 1234567", ok("+436641234567")),
    "scientific": ("4.91761E+12", bad("number_scientific")),
    "scientific with a comma": ("4,91761E+12", bad("number_scientific")),
    "letter like a digit": ("0176O4069012", bad("number_lookalike")),
    "letters": ("by post", bad("number_letters")),
    "extension": ("0176 04069012 ext. 5", bad("number_extension")),
    "two numbers": ("0176 04069012, 0176 04069013", bad("number_several")),
    "too short": ("0176", bad("number_too_short")),
    "too long": ("0176 04069012 04069012 0406", bad("number_too_long")),
    "landline": ("0431 5550104", doubtful("+494315550104", "number_landline")),
    "premium": ("0900 1234567", doubtful("+499001234567", "number_premium")),
    "shared cost": ("0180 5123456", doubtful("+491805123456", "number_shared_cost")),
    "toll-free": ("0800 1234567", doubtful("+498001234567", "number_toll_free")),
    "a digit too many": ("+49 176 040690123", doubtful("+49176040690123", "number_wrong_length")),
}


def spellings() -> Iterator[Case]:
    """A table for each spelling, and one for all."""
    good = Row(("Ada", "0176 04069099", "Ulm"), ok("+4917604069099"))
    for name, (cell, fate) in SPELLINGS.items():
        yield written(Draft(name=f"number, {name}", rows=(good, Row(("Jo", cell, "Kiel"), fate))))
    whole, seen = [good], set[str]()
    for cell, fate in SPELLINGS.values():
        whole.append(Row(("Jo", cell, "Kiel"), TWICE if fate.e164 in seen else fate))
        seen |= {fate.e164} - {""}
    yield written(Draft(name="numbers in every spelling", rows=tuple(whole)))


def _columns(name: str, header: tuple[str, ...], rows: tuple[Row, ...], **mapping: str) -> Case:
    case = written(Draft(name=f"columns, {name}", header=header, rows=rows))
    return replace(case, truth=replace(case.truth, mapping=mapping))


def columns() -> Iterator[Case]:
    """Tables whose columns are the trouble."""
    one, two = ok("+4917604069012"), ok("+4917604069013")
    for language, names in {
        "english": ("Customer", "Mobile phone", "Customer number"),
        "german": ("Kunde", "Handynummer", "Kundennummer"),
        "french": ("Nom", "Téléphone portable", "Numéro client"),
        "spanish": ("Nombre", "Teléfono móvil", "Número de cliente"),
        "italian": ("Nome", "Cellulare", "Codice cliente"),
    }.items():
        rows = (Row(("Zoë", "0176 04069012", "1000001"), one), Row(("Ada", "0176 04069013", "1000002"), two))
        yield _columns(language, names, rows, dst=names[1], reference=names[2])
    rows = (Row(("Zoë", "0176 04069012", "x"), one), Row(("Ada", "017604069013", "y"), two))
    yield _columns("names say nothing", ("A", "B", "C"), rows, dst="B")
    rows = (
        Row(("0431 5550104", "0176 04069012", "Zoë"), one),
        Row(("0431 5550105", "0176 04069013", "Ada"), two),
    )
    yield _columns("landline before mobile", ("Telefon", "Mobil", "Name"), rows, dst="Mobil")
    rows = (
        Row(("Zoë", "0176 04069012", "2026-03-02T18:00Z/2026-03-03T08:00Z"), one),
        Row(("Ada", "0176 04069013", "soon"), bad("blackout_unreadable")),
    )
    yield _columns("blackouts", ("Name", "Mobil", "Sperrzeit"), rows, dst="Mobil", blackouts="Sperrzeit")
    rows = (
        Row(("Zoë", "0664 1234567", "AT"), ok("+436641234567")),
        Row(("Ada", "0176 04069013", "DE"), two),
        Row(("Jo", "0176 04069014", "Atlantis"), bad("region_unknown")),
    )
    yield _columns("countries", ("Name", "Mobil", "Land"), rows, dst="Mobil", region="Land")
    alone = (Row(("0176 04069012",), one), Row(("0176 04069013",), two), Row(("0176 04069012",), TWICE))
    yield _columns("numbers alone", ("Mobil",), alone, dst="Mobil")
    bare = written(Draft(name="columns, numbers alone without a header", header=None, rows=alone))
    yield replace(bare, truth=replace(bare.truth, mapping={"dst": "Column 1"}))


def cases() -> Iterator[Case]:
    """All of them."""
    import troubles_books

    yield from texts()
    yield from spellings()
    yield from columns()
    yield from troubles_books.books()


def write_all(folder: Path) -> int:
    """Writes each table, and its truth beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    those = [*cases()]
    for case in those:
        (folder / case.name).write_bytes(case.content)
        told = {"truth": case.truth.__dict__, "reading": case.reading}
        beside = folder / f"{case.name}.json"
        beside.write_text(json.dumps(told, ensure_ascii=False, indent=2, default=vars), "utf-8")
    return len(those)


if __name__ == "__main__":
    print(write_all(Path(sys.argv[1])))
