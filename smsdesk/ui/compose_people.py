"""The recipients of a text as rows of the table, made when they are looked at: a million cost nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView

from smsdesk.core.campaign import Campaign, Message
from smsdesk.core.numbers import Standing, as_shown, read_number
from smsdesk.core.recipients import Recipients
from smsdesk.core.templates import fields_of, fill, missing
from smsdesk.ui.compose_side import shown_parts
from smsdesk.ui.table import Column, Table
from smsdesk.words import number, say

_FEW = 4
"""Merge fields with a column in the short table; the preview and the full table show the others."""


@dataclass(frozen=True, slots=True)
class Person:
    """A recipient as a row; ``lacks`` is the merge field without a value, "" for none."""

    row: int
    dst: str
    reference: str
    cells: tuple[str, ...]
    own: int
    parts: int
    lacks: str
    standing: Standing


class Gaps:
    """Which rows of a message lack a merge field of its text; looked through only when that may change."""

    def __init__(self) -> None:
        self._rows: Recipients | None = None
        self._needed: tuple[str, ...] = ()
        self._found: dict[str, frozenset[int]] = {}

    def of(self, message: Message) -> dict[str, frozenset[int]]:
        """The rows by field."""
        if message.literal:
            return {}
        rows = message.recipients
        blank = Recipients([""], [""], {name: [""] for name in rows.fields})
        needed = tuple(missing(message.text, blank))
        if rows is not self._rows or needed != self._needed:
            self._rows, self._needed = rows, needed
            self._found = {name: frozenset(found) for name, found in missing(message.text, rows).items()}
        return self._found


class People(Sequence[Person]):
    """The recipients of a message, or ``only`` some of its rows; ``names`` are the fields with a cell."""

    def __init__(
        self,
        campaign: Campaign,
        message: Message,
        gaps: dict[str, frozenset[int]],
        names: tuple[str, ...],
        only: Sequence[int] | None = None,
    ) -> None:
        self._campaign, self._message, self._gaps = campaign, message, gaps
        self._columns = [message.recipients.fields[name] for name in names]
        self._places: Sequence[int] = range(len(message.recipients)) if only is None else only
        self._made: dict[int, Person] = {}

    @property
    def lacking(self) -> int:
        """How many recipients of the message lack a merge field."""
        return len(frozenset().union(*self._gaps.values()))

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, at: int) -> Person:  # type: ignore[override]  # slices are not asked for
        person = self._made.get(at)
        if person is None:
            person = self._made[at] = self._person(self._places[at])
        return person

    def _person(self, row: int) -> Person:
        recipient = self._message.recipients.row(row)
        text = self._message.text if self._message.literal else fill(self._message.text, recipient.fields)
        return Person(
            row,
            recipient.dst,
            recipient.reference or "",
            tuple(column[row] for column in self._columns),
            len(recipient.blackouts),
            shown_parts(self._campaign, text).parts if text else 0,
            next((name for name, rows in self._gaps.items() if row in rows), ""),
            read_number(recipient.dst, self._campaign.region).standing,
        )


def names_shown(message: Message, *, full: bool) -> tuple[str, ...]:
    """The merge fields that get a column: in the short table those of the text first."""
    names = list(message.recipients.fields)
    if full:
        return tuple(names)
    used = set() if message.literal else {_plain(name) for name in fields_of(message.text)}
    first = [name for name in names if _plain(name) in used]
    chosen = [*first, *(name for name in names if name not in first)][:_FEW]
    return tuple(name for name in names if name in chosen)


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


Edit = Callable[[Person, str, str], object]
"""Takes over what was typed: the person, the column as a patch names it, the words."""


class PeopleTable(Table[Person]):
    """The recipients of one text. Enter, F2 or a double click write in a cell, Del removes, Ctrl+V pastes."""

    remove_asked = Signal()
    paste_asked = Signal()

    def __init__(self, names: tuple[str, ...], edit: Edit, *, full: bool, changeable: bool) -> None:
        self.names, self.full, self.changeable = names, full, changeable
        self._edit = edit if changeable else None
        order = (
            (self._who, self._state, self._reference, self._fields, self._own)
            if full
            else (self._who, self._fields, self._state)
        )
        super().__init__(say("compose.people"), [column for made in order for column in made()])
        self.rows.glows = False
        if changeable:
            self.setEditTriggers(QAbstractItemView.EditTrigger.EditKeyPressed)
            self.row_opened.connect(lambda _: self.edit(self.currentIndex()))

    def _editor(self, column: str) -> Callable[[Person, str], object] | None:
        edit = self._edit
        return None if edit is None else lambda person, words: edit(person, column, words)

    def _who(self) -> list[Column[Person]]:
        return [
            Column(
                "row",
                "compose.column.row",
                lambda p: number(p.row + 1),
                48,
                kind="number",
                priority=self._rank(1),
            ),
            Column("dst", "compose.column.number", lambda p: as_shown(p.dst), 150, edit=self._editor("dst")),
        ]

    def _rank(self, priority: int) -> int:
        """In the full table no column goes: it scrolls."""
        return 0 if self.full else priority

    def _reference(self) -> list[Column[Person]]:
        edit = self._editor("reference")
        return [Column("reference", "compose.column.reference", lambda p: p.reference, 90, edit=edit)]

    def _fields(self) -> list[Column[Person]]:
        def cell(at: int) -> Callable[[Person], str]:
            return lambda person: person.cells[at]

        return [
            Column(
                f"field{at}",
                "compose.column.field",
                cell(at),
                90,
                stretch=1,
                priority=self._rank(2 + at),
                heading=name,
                edit=self._editor(f"field:{name}"),
            )
            for at, name in enumerate(self.names)
        ]

    def _state(self) -> list[Column[Person]]:
        rank = self._rank(1)
        return [
            Column(
                "parts", "compose.column.parts", lambda p: number(p.parts), 56, kind="number", priority=rank
            ),
            Column("state", "compose.column.state", _state_words, 110, kind="pill", role=_state_role),
        ]

    def _own(self) -> list[Column[Person]]:
        return [Column("own", "compose.column.own", _own_words, 110, kind="time")]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Del and Ctrl+V, then what every table does; Enter in a cell only ends the writing."""
        if self.state() == QAbstractItemView.State.EditingState:
            return
        if self.changeable and event.key() == Qt.Key.Key_Delete:
            self.remove_asked.emit()
        elif self.changeable and event.matches(QKeySequence.StandardKey.Paste):
            self.paste_asked.emit()
        else:
            super().keyPressEvent(event)


def _own_words(person: Person) -> str:
    return say("compose.own", person.own) if person.own else ""


def _state_words(person: Person) -> str:
    if person.lacks and person.standing is not Standing.INVALID:
        return say("compose.state.lacks", field=person.lacks)
    return say(f"compose.state.{person.standing.value}")


def _state_role(person: Person) -> str:
    if person.standing is Standing.INVALID:
        return "failed"
    return "waiting" if person.lacks or person.standing is Standing.DOUBTFUL else "delivered"
