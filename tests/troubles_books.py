"""Workbooks with troubles, for ``troubles``: .xlsx by XlsxWriter, .ods and .xls written here by hand."""

import io
import struct
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import reduce
from html import escape
from itertools import combinations
from typing import Any

import xlsxwriter
from troubles import BLANK, PEOPLE, TWICE, Case, Fate, Row, bad, ok, truth_of

Value = str | float | bool | datetime | None
ZEROS, PLUS = "00000000000", '"+49"0'
LOST, READ = "number_zero_lost", "number_read_with_plus"


@dataclass(frozen=True)
class Line:
    """A row of a sheet: cells, fate, and how they are shown or where they come from."""

    cells: tuple[Value, ...]
    fate: Fate
    format: str = ""
    is_error: bool = False


@dataclass(frozen=True)
class Plan:
    """A workbook before it is written; ``sheets``: which ones stand before it."""

    name: str = ""
    top: int = 0
    left: int = 0
    above: tuple[tuple[Value, ...], ...] = ()
    header: tuple[str, ...] | None = ("Name", "Mobil", "Ort")
    lines: tuple[Line, ...] = tuple(Line(row.cells, row.fate) for row in PEOPLE)
    before: tuple[str, ...] = ()
    merged: bool = False
    reading: Mapping[str, Any] = field(default_factory=dict)

    def plus(self, *lines: Line, at: int = 3) -> "Plan":
        return replace(self, lines=(*self.lines[:at], *lines, *self.lines[at:]))


def truth_and_grid(plan: Plan) -> tuple[Any, list[list[tuple[Value, str, bool]]]]:
    """The truth, and the rows of the sheet from its first one on: value, format, whether it is an error."""
    grid: list[list[tuple[Value, str, bool]]] = [[] for _ in range(plan.top)]
    margin: list[tuple[Value, str, bool]] = [(None, "", False)] * plan.left
    for above in (*plan.above, *([plan.header] if plan.header else [])):
        grid.append([*margin, *((cell, "", False) for cell in above)])
    header_line = len(grid) if plan.header else 0
    rows = []
    for line in plan.lines:
        name, *others = line.cells
        cells = ((cell, line.format, line.is_error) for cell in others)
        grid.append([*margin, (name, "", False), *cells])
        rows.append((Row((str(name or ""), ""), line.fate), len(grid)))
    return truth_of(rows, header_line), grid


def xlsx(plan: Plan) -> Case:
    truth, grid = truth_and_grid(plan)
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        for name in plan.before:
            sheet = book.add_worksheet(name)
            if name == "hidden":
                sheet.write_row(0, 0, ["Name", "Mobil"])
                sheet.write_row(1, 0, ["Old", "0176 04069098"])
                sheet.hide()
        sheet = book.add_worksheet("Kunden")
        sheet.activate()
        sheet.set_first_sheet()
        for row, cells in enumerate(grid):
            for column, (value, code, is_error) in enumerate(cells):
                if is_error and isinstance(value, str) and value.startswith("#"):
                    sheet.write_formula(row, column, "=NA()", None, value)
                elif isinstance(value, datetime):
                    sheet.write_datetime(row, column, value, book.add_format({"num_format": "dd.mm.yyyy"}))
                elif value is not None:
                    sheet.write(row, column, value, book.add_format({"num_format": code}) if code else None)
        if plan.merged:
            row = len(grid) - 1
            sheet.merge_range(row, plan.left + 2, row + 1, plan.left + 2, "Kiel")
    return Case(f"{plan.name}.xlsx", out.getvalue(), truth, dict(plan.reading))


def ods(plan: Plan) -> Case:
    truth, grid = truth_and_grid(plan)
    return Case(f"{plan.name}.ods", ods_bytes(grid), truth, dict(plan.reading))


def ods_bytes(grid: list[list[tuple[Value, str, bool]]]) -> bytes:
    """As LibreOffice writes it: empty rows and cells to the end of the sheet are counted, not written."""
    names = {
        name: f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0" for name in ("office", "table", "text")
    }
    spaces = " ".join(f'xmlns:{name}="{value}"' for name, value in names.items())
    rows = "".join(f"<table:table-row>{''.join(map(_ods_cell, row))}</table:table-row>" for row in grid)
    rest = '<table:table-row table:number-rows-repeated="1048000"><table:table-cell '
    rest += 'table:number-columns-repeated="16384"/></table:table-row>'
    body = f'<table:table table:name="Kunden">{rows}{rest}</table:table>'
    content = f"<office:spreadsheet>{body}</office:spreadsheet>"
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(zipfile.ZipInfo("mimetype"), kind)
        packed.writestr(
            "content.xml",
            f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {spaces} office:version="1.2">'
            f"<office:body>{content}</office:body></office:document-content>",
        )
        packed.writestr(
            "META-INF/manifest.xml",
            f'<manifest:manifest xmlns:manifest="{manifest}"><manifest:file-entry manifest:full-path="/" '
            f'manifest:media-type="{kind}"/></manifest:manifest>',
        )
    return out.getvalue()


def _ods_cell(cell: tuple[Value, str, bool]) -> str:
    value = cell[0]
    if value is None or value == "":
        return "<table:table-cell/>"
    if isinstance(value, datetime):
        return f'<table:table-cell office:value-type="date" office:date-value="{value:%Y-%m-%d}"/>'
    if isinstance(value, str):
        text = f"<text:p>{escape(value)}</text:p>"
        return f'<table:table-cell office:value-type="string">{text}</table:table-cell>'
    return f'<table:table-cell office:value-type="float" office:value="{value}"/>'


def xls(plan: Plan) -> Case:
    truth, grid = truth_and_grid(plan)
    return Case(f"{plan.name}.xls", compound({"Workbook": _biff(grid)}), truth, dict(plan.reading))


def _record(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def _biff(grid: list[list[tuple[Value, str, bool]]]) -> bytes:
    """A workbook of one sheet in the records of Excel 97."""
    name = "Kunden"

    def globals_(at: int) -> bytes:
        sheet = struct.pack("<IBBBB", at, 0, 0, len(name), 0) + name.encode("latin-1")
        return (
            _record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0)) + _record(0x85, sheet) + _record(10)
        )

    cells = [_record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0))]
    for row, line in enumerate(grid):
        for column, (value, _, _) in enumerate(line):
            place = struct.pack("<HHH", row, column, 0)
            if isinstance(value, str) and value:
                text = struct.pack("<HB", len(value), 1) + value.encode("utf-16-le")
                cells.append(_record(0x204, place + text))
            elif isinstance(value, float | int):
                cells.append(_record(0x203, place + struct.pack("<d", value)))
    return globals_(len(globals_(0))) + b"".join(cells) + _record(10)


def compound(streams: dict[str, bytes]) -> bytes:
    """A compound file, the container of .xls and of what is encrypted."""
    free, end, in_table = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    table, sectors, entries = [in_table, end], b"", [("Root Entry", 5, end, 0)]
    for name, content in streams.items():
        whole = content.ljust(max(4096, -(-len(content) // 512) * 512), b"\0")
        start, count = len(table), len(whole) // 512
        table += [*range(start + 1, start + count), end]
        sectors += whole
        entries.append((name, 2, start, len(whole)))
    assert len(table) <= 128
    assert len(entries) <= 4
    directory = b""
    for at, (name, kind, start, size) in enumerate(entries):
        text = name.encode("utf-16-le")
        child, right = (1 if at == 0 else free), (at + 1 if 0 < at < len(entries) - 1 else free)
        directory += text.ljust(64, b"\0") + struct.pack(
            "<HBBIII", len(text) + 2, kind, 1, free, right, child
        )
        directory += bytes(36) + struct.pack("<IQ", start, size)
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    header += bytes(6) + struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, end, 0, end, 0)
    header += struct.pack("<109I", 0, *[free] * 108)
    fat = struct.pack("<128I", *table, *[free] * (128 - len(table)))
    return header + fat + directory.ljust(512, b"\0") + sectors


# -- troubles ----------------------------------------------------------------------------------------

Trouble = Callable[[Plan], Plan]
WHOLE = 17604069019.0


def _set(**values: Any) -> Trouble:
    return lambda plan: replace(plan, **values)


def _with(*cells: Value, fate: Fate, code: str = "", **reading: Any) -> Trouble:
    line = Line(cells, fate, code)
    return lambda plan: replace(plan.plus(line), reading={**plan.reading, **reading})


def _blank(plan: Plan) -> Plan:
    return plan.plus(Line((None, None, None), BLANK), Line(("", "", ""), BLANK))


def _chosen(plan: Plan) -> Plan:
    return replace(plan, before=(*plan.before, "empty"), reading={**plan.reading, "sheet": "Kunden"})


def _merged(plan: Plan) -> Plan:
    """The last cell of the last two rows in one: it is the first one's."""
    whole = plan.plus(Line(("Eva", "0176 04069016", "Kiel"), ok("+4917604069016")), at=len(plan.lines))
    return replace(whole.plus(Line(("Max", "0176 04069016", None), TWICE), at=len(whole.lines)), merged=True)


NINE = "+4917604069019"
TROUBLES: dict[str, dict[str, Trouble]] = {
    "place": {
        "empty rows above": _set(top=3),
        "empty columns before": _set(left=2),
        "preamble": _set(above=(("Kundenexport vom 1. März",), (None,))),
        "preamble of pairs": _set(above=(("Firma", "ACME GmbH"), ("Stand", datetime(2026, 3, 1)))),
    },
    "header": {
        "no header": _set(header=None),
        "names missing": _set(header=("Name", "Mobil", "")),
    },
    "numbers": {
        "whole number": _with("Jo", float(f"49{WHOLE:.0f}"), None, fate=ok(NINE, READ)),
        "zero lost": _with("Jo", WHOLE, None, fate=ok(NINE, LOST)),
    },
    "rows": {
        "blank rows": _blank,
        "totals below": lambda plan: plan.plus(
            Line(("Summe", 8.0, None), bad("totals_row")), at=len(plan.lines)
        ),
    },
}
OF_XLSX: dict[str, dict[str, Trouble]] = {
    "numbers": {
        "zeros by format": _with("Jo", WHOLE, None, fate=ok(NINE, LOST), code="0" + ZEROS),
        "zeros as shown": _with("Jo", WHOLE, None, fate=ok(NINE), code="0" + ZEROS, as_shown=True),
        "plus by format": _with("Jo", WHOLE, None, fate=ok(NINE, LOST), code=PLUS),
        "plus as shown": _with("Jo", WHOLE, None, fate=ok(NINE), code=PLUS, as_shown=True),
        "exponent by format": _with(
            "Jo", float(f"49{WHOLE:.0f}"), None, fate=ok(NINE, READ), code="0.00E+00"
        ),
        "exponent as shown": _with(
            "Jo", float(f"49{WHOLE:.0f}"), None, fate=ok(NINE, READ), code="0.00E+00", as_shown=True
        ),
        "thousands left out": _with("Jo", WHOLE, None, fate=ok(NINE, LOST), code="#,##0,"),
        "thousands with signs": _with("Jo", WHOLE, None, fate=ok(NINE, LOST), code="#,##0"),
        "error": lambda plan: plan.plus(Line(("Jo", "#N/A", None), bad("number_letters"), is_error=True)),
    },
    "sheets": {
        "an empty sheet first": _set(before=("empty",)),
        "a hidden sheet first": _set(before=("hidden",)),
        "the sheet is chosen": _chosen,
    },
    "rows": {"merged cells": _merged},
}


def _plans(kinds: Mapping[str, Mapping[str, Trouble]]) -> Iterator[Plan]:
    alone = {name: trouble for group in kinds.values() for name, trouble in group.items()}
    group_of = {name: group for group, those in kinds.items() for name in those}
    yield Plan("workbook")
    pairs = [pair for pair in combinations(alone, 2) if group_of[pair[0]] != group_of[pair[1]]]
    for names in (*((name,) for name in alone), *pairs):
        plan = Plan("workbook, " + " + ".join(names))
        yield reduce(lambda drawn, name: alone[name](drawn), names, plan)


def books() -> Iterator[Case]:
    """Every trouble of a workbook, alone and with each of another kind."""
    both = {kind: {**TROUBLES.get(kind, {}), **OF_XLSX.get(kind, {})} for kind in {**TROUBLES, **OF_XLSX}}
    yield from map(xlsx, _plans(both))
    yield from map(ods, _plans(TROUBLES))
    yield from (xls(plan) for plan in _plans(TROUBLES) if "pairs" not in plan.name)
