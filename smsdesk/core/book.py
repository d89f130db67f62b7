"""A workbook of one table, written row by row: nothing of it is kept, however many rows come.

Texts stand in cells of the format of text, so that none is run, not even when it is edited; instants are
Excel's own. Where a sheet is full the next one goes on, under the same head.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import chain, islice
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile

Cell = str | int | datetime
"""Instants are written as the clock shows them in the zone that they have."""

MOST_ROWS = 1_048_575
"""What a sheet has room for, below a head."""
_MOST_BYTES = 2**30
"""A sheet that has more, before it is packed, is not opened by everyone."""
_LONGEST_CELL = 32_767
_NULL, _NO_XML, _CUT = "\u2400", "\ufffd", "\u2026"
_ODD = re.compile(r"[&<>\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_AS = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\0": _NULL, "\ufffe": _NO_XML, "\uffff": _NO_XML}
_NONE_AT = datetime(1899, 12, 30)  # noqa: DTZ001 (a sheet knows no zones)
_DAY = 86_400
_TOGETHER = 200
"""Rows that are packed together."""
_PACKING = 1
"""As quick as it goes: cells are alike, so the file is little larger."""
_WIDE = 20

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_TIES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PLAIN, _TEXT, _INSTANT, _HEAD = range(4)
_STYLES = f"""{_XML}<styleSheet xmlns="{_MAIN}">\
<numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd\\ hh:mm:ss"/></numFmts>\
<fonts count="2"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font>\
<font><b/><sz val="11"/><name val="Calibri"/><family val="2"/></font></fonts>\
<fills count="2"><fill><patternFill patternType="none"/></fill>\
<fill><patternFill patternType="gray125"/></fill></fills>\
<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>\
<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>\
<cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>\
<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>\
<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>\
<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/></cellXfs>\
<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>"""


def write_book(rows: Iterable[Sequence[Cell]], out: BinaryIO) -> None:
    """Writes rows, the first one the head, as a workbook.

    NUL is written as U+2400, the two characters that XML lacks and halves of a pair as U+FFFD; a cell of
    more than 32,767 characters ends in an ellipsis.
    """
    coming = iter(rows)
    head = [*next(coming, ())]
    first = next(coming, None)
    rest = coming if first is None else chain((first,), coming)
    sheets = 0
    with ZipFile(out, "w", ZIP_DEFLATED, compresslevel=_PACKING) as book:
        while first is not None or not sheets:
            sheets += 1
            with book.open(f"xl/worksheets/sheet{sheets}.xml", "w") as sheet:
                for piece in _sheet(head, rest):
                    sheet.write(piece.encode())
            first = next(rest, None)
            rest = rest if first is None else chain((first,), rest)
        for name, content in _frame(sheets).items():
            book.writestr(name, content)


def _sheet(head: Sequence[Cell], rows: Iterator[Sequence[Cell]]) -> Iterator[str]:
    """The pieces of a sheet; it takes as many of the rows as it has room for."""
    letters = [_letters(at) for at in range(len(head))]
    yield f'{_XML}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
    yield '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>'
    yield "</sheetView></sheetViews>"
    if head:
        wide = f'width="{_WIDE}" style="{_TEXT}" customWidth="1"'
        yield f'<cols><col min="1" max="{len(head)}" {wide}/></cols>'
    yield "<sheetData>"
    yield _row(1, letters, head, _HEAD)
    at, size = 1, 0
    while at <= MOST_ROWS and size < _MOST_BYTES:
        some = [*islice(rows, min(_TOGETHER, MOST_ROWS + 1 - at))]
        if not some:
            break
        piece = "".join([_row(at + n, letters, row, _TEXT) for n, row in enumerate(some, 1)])
        at, size = at + len(some), size + len(piece)
        yield piece
    yield "</sheetData>"
    # Else each phone number has a mark that warns of it.
    yield '<ignoredErrors><ignoredError sqref="A1:XFD1048576" numberStoredAsText="1"/></ignoredErrors>'
    yield "</worksheet>"


def _row(at: int, letters: Sequence[str], row: Sequence[Cell], style: int) -> str:
    cells = [f'<row r="{at}">']
    for letter, cell in zip(letters, row, strict=True):
        if isinstance(cell, str):
            if cell:
                text = _carried(cell)
                place = f'<c r="{letter}{at}" s="{style}" t="inlineStr">'
                cells.append(f'{place}<is><t xml:space="preserve">{text}</t></is></c>')
        elif isinstance(cell, datetime):
            cells.append(f'<c r="{letter}{at}" s="{_INSTANT}"><v>{_days(cell):.8f}</v></c>')
        else:
            cells.append(f'<c r="{letter}{at}" s="{_PLAIN}"><v>{cell}</v></c>')
    cells.append("</row>")
    return "".join(cells)


def _days(at: datetime) -> float:
    return (at.replace(tzinfo=None, microsecond=0) - _NONE_AT).total_seconds() / _DAY


def _carried(cell: str) -> str:
    """A cell as a workbook can hold it."""
    if len(cell) > _LONGEST_CELL // 2 and len(cell.encode("utf-16-le", "surrogatepass")) // 2 > _LONGEST_CELL:
        units = cell.encode("utf-16-le", "surrogatepass")[: 2 * (_LONGEST_CELL - 1)]
        cell = units.decode("utf-16-le", "ignore") + _CUT
    return _ODD.sub(_written, cell) if _ODD.search(cell) else cell


def _written(odd: re.Match[str]) -> str:
    sign = odd[0]
    if sign in _AS:
        return _AS[sign]
    return _NO_XML if "\ud800" <= sign <= "\udfff" else f"_x{ord(sign):04X}_"


def _letters(at: int) -> str:
    """What a column is called: A, B, ... Z, AA, ..."""
    before, sign = divmod(at, 26)
    return f"{_letters(before - 1) if before else ''}{chr(ord('A') + sign)}"


def _frame(sheets: int) -> dict[str, str]:
    """Everything in the file beside its sheets."""
    numbers = range(1, sheets + 1)
    kinds = {"xl/workbook.xml": "sheet.main", "xl/styles.xml": "styles"}
    kinds |= {f"xl/worksheets/sheet{n}.xml": "worksheet" for n in numbers}
    parts = "".join(
        f'<Override PartName="/{name}" ContentType="{_KIND}.{kind}+xml"/>' for name, kind in kinds.items()
    )
    endings = {"rels": "application/vnd.openxmlformats-package.relationships+xml", "xml": "application/xml"}
    plain = "".join(
        f'<Default Extension="{ending}" ContentType="{kind}"/>' for ending, kind in endings.items()
    )
    listed = "".join(f'<sheet name="Sheet{n}" sheetId="{n}" r:id="rId{n}"/>' for n in numbers)
    ties = [("worksheet", f"worksheets/sheet{n}.xml") for n in numbers] + [("styles", "styles.xml")]
    main = f'<workbook xmlns="{_MAIN}" xmlns:r="{_TIES}"><sheets>{listed}</sheets></workbook>'
    return {
        "xl/styles.xml": _STYLES,
        "xl/workbook.xml": f"{_XML}{main}",
        "xl/_rels/workbook.xml.rels": _tied(ties),
        "_rels/.rels": _tied([("officeDocument", "xl/workbook.xml")]),
        "[Content_Types].xml": f'{_XML}<Types xmlns="{_PACKAGE}/content-types">{plain}{parts}</Types>',
    }


def _tied(ties: Iterable[tuple[str, str]]) -> str:
    each = "".join(
        f'<Relationship Id="rId{n}" Type="{_TIES}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(ties, 1)
    )
    return f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{each}</Relationships>'
