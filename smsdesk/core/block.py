"""Blocks of cells as spreadsheets put them on the clipboard: lines of cells between tabs.

A cell with a tab, a line break or a quote stands in quotes, quotes in it doubled; a quote that is never
closed is only a quote. Cells that a spreadsheet would take for formulas get an apostrophe in front, which
is taken off when they come back.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from smsdesk.core.formulas import defused, undefused

_CELL = re.compile(r'"((?:[^"]|"")*)"(?=[\t\r\n]|\Z)|([^\t\r\n]*)')
_BREAK = re.compile(r"\r\n|\r|\n")
_SPECIAL = re.compile(r'[\t\r\n"]')
_NUMBER = re.compile(r"[+\-]?[0-9][0-9 .,/:()\-]*")
"""What a spreadsheet reads as a number, a date or words, never as a formula of somebody else's."""


def write_block(rows: Iterable[Sequence[str]]) -> str:
    """The cells as text; :func:`read_block` is the inverse."""
    return "\n".join("\t".join(map(_written, row)) for row in rows)


def _written(cell: str) -> str:
    cell = cell if _NUMBER.fullmatch(cell) else defused(cell)
    return '"{}"'.format(cell.replace('"', '""')) if _SPECIAL.search(cell) else cell


def read_block(text: str) -> list[list[str]]:
    """The cells of a text, each row as long as it is there; one line break at the end ends the last row."""
    if not text:
        return []
    if '"' not in text:
        lines = _BREAK.split(text)
        return [
            [undefused(cell) for cell in line.split("\t")] for line in (lines if lines[-1] else lines[:-1])
        ]
    rows: list[list[str]] = [[]]
    for cell, after in _cells(text):
        rows[-1].append(undefused(cell))
        if after not in ("\t", ""):
            rows.append([])
    return rows if rows[-1] else rows[:-1]


def _cells(text: str) -> Iterator[tuple[str, str]]:
    """Each cell and what ends it; an empty end is that of the text."""
    at = 0
    while True:
        found = _CELL.match(text, at)
        assert found is not None
        at = found.end()
        cell = found[2] if found[1] is None else found[1].replace('""', '"')
        if at == len(text):
            yield cell, ""
            return
        stop = _BREAK.match(text, at)
        end = "\t" if stop is None else stop[0]
        yield cell, end
        at += len(end)
        if at == len(text) and stop is not None:
            return
