"""Any table of the window as a file: the columns in sight in their order, the rows as they stand there.

What stands behind the words is written where it is one: a figure as a number, a phone number in E.164.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from smsdesk.core.book import Cell
from smsdesk.core.numbers import as_shown
from smsdesk.core.progress import Progress
from smsdesk.desk.desk import Desk
from smsdesk.ui import masking
from smsdesk.ui.cells import Column
from smsdesk.ui.exporting import ask_file, safe_name, write_file
from smsdesk.ui.page import Page
from smsdesk.ui.table import Table
from smsdesk.words import number, say


def table_in(page: QWidget) -> Table[Any] | None:
    """The table that the keyboard is in, else the largest in sight."""
    tables = [one for one in page.findChildren(Table) if one.isVisible() and one.rows.rowCount()]
    at = QApplication.focusWidget()
    for table in tables:
        if at is not None and (table is at or table.isAncestorOf(at)):
            return table
    return max(tables, key=lambda one: one.width() * one.height(), default=None)


def ask_table(page: QWidget, desk: Desk, done: Callable[[str], object]) -> None:
    """Asks where the table of a page is written; one that knows more of its rows is asked for that itself."""
    table = table_in(page)
    knows = page if table is None else table
    own = knows.own_export if isinstance(knows, Page | Table) else None
    if own is not None:
        own.trigger()
    elif table is None:
        done(say("export.table.none"))
    else:
        name = safe_name(table.accessibleName(), say("export.table.name"))
        ask_file(page, say("export.table"), name, lambda path: write_shown(page, desk, path, table, done))


def write_shown(
    page: QWidget, desk: Desk, path: Path, table: Table[Any], done: Callable[[str], object]
) -> None:
    """Writes a table as it is shown; ``done`` hears in a sentence what is where."""
    rows, sight = table.rows, table.columns_in_sight()
    columns = [rows.columns[at] for at in sight]
    head = [str(rows.headerData(at, Qt.Orientation.Horizontal)) for at in sight]
    count = rows.rowCount()

    def some(first: int, after: int) -> Sequence[Sequence[Cell]]:
        # Fewer where some have gone meanwhile.
        places = range(first, min(after, rows.rowCount()))
        with masking.whole():
            return [[cell(column, rows.row_at(at)) for column in columns] for at in places]

    async def act(progress: Progress) -> None:
        await desk.exports.write_shown(path, head, count, some, progress)
        done(say("export.table.written", count, name=path.name))

    write_file(page, desk, path, act)


def cell(column: Column[Any], row: Any) -> Cell:
    """What a cell holds: its words, or what stands behind them."""
    words = column.text(row)
    behind = column.sort(row) if column.sort is not None else None
    if isinstance(behind, int) and not isinstance(behind, bool) and words == number(behind):
        return behind
    return behind if isinstance(behind, str) and words == as_shown(behind) else words
