"""Tables of web pages: many programs write one and call it .xls, and a table copied from a page is one."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import islice

from smsdesk.core.delimited import MAX_COLUMNS, SAMPLE_ROWS, Rows, rows_of
from smsdesk.core.errors import FileError
from smsdesk.core.progress import Progress

_PIECE = 1 << 16
_TABLE = re.compile(
    rb"(?i)\A\s*<(?:!doctype|html|head|meta|body|table|style|div|\?xml)\b.*?<table\b", re.DOTALL
)
_LOOKED_AT = 1 << 17
_MOST_SPANNED = 100


def is_webpage(text: bytes) -> bool:
    """Whether a text is a page with a table in it."""
    return bool(_TABLE.match(text[:_LOOKED_AT]))


def read_table(name: str, text: bytes, progress: Progress) -> Rows:
    """The rows of the table that has most; a row's line is its number in the table, as Excel shows it.

    Raises FileError with the reason ``no_table``, ``too_wide``.
    """
    page = text.decode(errors="replace")
    tables = _Tables()
    for start in range(0, len(page), _PIECE):
        tables.feed(page[start : start + _PIECE])
        progress(max(map(len, tables.found), default=0), 0)
    tables.close()
    rows = max(tables.found, key=len, default=[])
    width = max(map(len, rows), default=0)
    if width == 0:
        raise FileError(name=name, reason="no_table")
    if width > MAX_COLUMNS:
        raise FileError(name=name, reason="too_wide")
    sample = ((line, row) for line, row in enumerate(rows, 1) if any(map(str.strip, row)))
    return Rows(rows_of(rows, width), [*islice(sample, SAMPLE_ROWS)])


@dataclass(slots=True)
class _Open:
    """A table that is not yet closed: its rows, and the cell that is open (its pieces and column)."""

    rows: list[list[str]] = field(default_factory=list)
    cell: list[str] | None = None
    column: int = 0
    reaching: dict[int, int] = field(default_factory=dict)
    """The columns that a cell above reaches into, and for how many rows yet."""

    def begin(self, across: int, down: int) -> None:
        """Opens a cell."""
        self.end()
        if not self.rows:
            self.rows.append([])
        row = self.rows[-1]
        while self.reaching.get(len(row), 0):
            self.reaching[len(row)] -= 1
            row.append("")
        self.cell, self.column = [], len(row)
        self.reaching |= dict.fromkeys(range(len(row), len(row) + across), down - 1)
        row.extend([""] * across)

    def end(self) -> None:
        """Closes the cell, if one is open."""
        if self.cell is not None:
            self.rows[-1][self.column] = re.sub(r" ?\n ?", "\n", "".join(self.cell)).strip()
            self.cell = None


class _Tables(HTMLParser):
    """Collects the rows of all tables; a table within a cell is a table of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[list[list[str]]] = []
        self._open: list[_Open] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Opens a table, a row or a cell."""
        if tag == "table":
            self._open.append(_Open())
            self.found.append(self._open[-1].rows)
        elif not self._open:
            return
        elif tag == "tr":
            self._open[-1].end()
            self._open[-1].rows.append([])
        elif tag in ("td", "th"):
            spans = dict(attrs)
            self._open[-1].begin(_span(spans.get("colspan")), _span(spans.get("rowspan")))
        elif tag == "br":
            self._add("\n")

    def handle_endtag(self, tag: str) -> None:
        """Closes a cell or a table."""
        if self._open and tag in ("td", "th", "tr", "table"):
            self._open[-1].end()
            if tag == "table":
                self._open.pop()

    def handle_data(self, data: str) -> None:
        """Text: blanks and line ends of the page are one blank."""
        self._add(re.sub(r"[ \t\r\n]+", " ", data))

    def _add(self, text: str) -> None:
        if self._open and (cell := self._open[-1].cell) is not None:
            cell.append(text)


def _span(text: str | None) -> int:
    return min(int(text), _MOST_SPANNED) if text and text.isdecimal() and int(text) else 1
