"""Saved lists as rows of a table, and the recipients of one of them, read where they are looked at."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtWidgets import QFrame, QPushButton, QStackedWidget

from smsdesk.core.errors import SmsDeskError
from smsdesk.core.lists import ListLine, Source
from smsdesk.core.recipients import Recipients
from smsdesk.ui.layout import banner, card, hbox, head, holding, label, vbox
from smsdesk.ui.masking import shown_number
from smsdesk.ui.table import Column, Table
from smsdesk.words import day_time, error_words, number, say

_FEW = 6
"""Merge fields with a column here."""


def source_words(source: Source) -> str:
    """Where a list came from."""
    return say(f"lists.source.{source.code}", **source.values)


def line_columns(now: Callable[[], datetime]) -> list[Column[ListLine]]:
    """The columns of a table of saved lists."""
    return [
        Column(
            "name",
            "lists.column.name",
            lambda line: line.name,
            180,
            stretch=3,
            strong=True,
            sort=lambda line: line.name.casefold(),
        ),
        Column(
            "people",
            "lists.column.people",
            lambda line: number(line.count),
            96,
            kind="number",
            sort=lambda line: line.count,
        ),
        Column(
            "source",
            "lists.column.source",
            lambda line: source_words(line.source),
            200,
            priority=1,
            stretch=3,
            role=lambda _: "second",
        ),
        Column(
            "when",
            "lists.column.when",
            lambda line: day_time(line.made_at, None, now()),
            150,
            kind="time",
            sort=lambda line: line.made_at,
        ),
    ]


@dataclass(frozen=True, slots=True)
class Person:
    """A recipient as a row."""

    dst: str
    reference: str
    cells: tuple[str, ...]
    periods: int


class People(Sequence[Person]):
    """The recipients of a list; each is made when it is looked at."""

    def __init__(self, rows: Recipients, names: Sequence[str]) -> None:
        self._rows = rows
        self._columns = [rows.fields[name] for name in names]

    def __len__(self) -> int:
        return len(self._rows)

    def __getitem__(self, at: int) -> Person:  # type: ignore[override]  # slices are not asked for
        rows = self._rows
        cells = tuple(column[at] for column in self._columns)
        return Person(rows.dst[at], rows.reference[at], cells, len(rows.blackouts.get(at, ())))


def _columns(rows: Recipients, names: Sequence[str]) -> list[Column[Person]]:
    def cell(at: int) -> Callable[[Person], str]:
        return lambda person: person.cells[at]

    columns = [
        Column[Person]("number", "lists.column.number", lambda person: shown_number(person.dst), 150),
        Column[Person](
            "reference", "lists.column.reference", lambda person: person.reference, 90, priority=2
        ),
    ]
    columns += [
        Column[Person](
            f"field{at}", "", cell(at), 80, heading=" ".join(name.split()), priority=at + 1, stretch=1
        )
        for at, name in enumerate(names)
    ]
    if rows.blackouts:
        columns.append(
            Column[Person](
                "periods",
                "lists.column.periods",
                lambda person: number(person.periods) if person.periods else "",
                110,
                kind="number",
                priority=2,
            )
        )
    return columns


class RowsCard(QFrame):
    """Who is in the chosen list; ``acts`` stand at the right of its name."""

    def __init__(self, *acts: QPushButton) -> None:
        super().__init__()
        self._acts = acts
        self.name = head("")
        self.told = label("", "second")
        self._nobody = label(say("lists.rows.nobody"), "second")
        self._room = QStackedWidget()
        self._empty = holding(vbox(hbox(None, self._nobody, None), margins=24), "")
        self._room.addWidget(self._empty)
        self.table: Table[Person] | None = None
        heading = holding(hbox(self.name, self.told, gap=8), "")
        self.setLayout(vbox(card(heading, *acts, body=self._room, flush=True), gap=0))
        self.setMinimumWidth(380)

    def show_line(self, line: ListLine | None) -> None:
        """Names the list; its recipients follow with :meth:`show_rows`."""
        self.name.setText("" if line is None else line.name)
        people = "" if line is None else say("lists.people", line.count)
        told = "" if line is None else say("lists.rows.from", people=people, source=source_words(line.source))
        self.told.setText(told)
        for made in self._acts:
            made.setEnabled(line is not None)

    def show_rows(self, rows: Recipients) -> None:
        """Shows who is in it."""
        names = tuple(rows.fields)[:_FEW]
        table = Table(say("lists.rows"), _columns(rows, names))
        table.set_rows(People(rows, names))
        self._replace(table)
        self._room.setCurrentWidget(table if len(rows) else self._empty)

    def show_error(self, error: SmsDeskError) -> None:
        """Says why the list cannot be shown."""
        self._replace(None)
        made = holding(vbox(banner("failed", *error_words(error)), None, margins=16), "")
        self._room.addWidget(made)
        self._room.setCurrentWidget(made)

    def _replace(self, table: Table[Person] | None) -> None:
        for old in [self._room.widget(at) for at in range(1, self._room.count())]:
            if old is not None:
                self._room.removeWidget(old)
                old.deleteLater()
        self.table = table
        if table is not None:
            self._room.addWidget(table)
