"""The recipients of a text as rows of the table, made when they are looked at: a million cost nothing."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QItemSelectionModel, QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractItemView

from smsdesk.core.blackouts import Period
from smsdesk.core.campaign import Campaign, Message
from smsdesk.core.numbers import Standing, as_shown, read_number
from smsdesk.core.problem import Level, Problem, Where
from smsdesk.core.standing import State, plain_name, state_of
from smsdesk.core.templates import fields_of, fill
from smsdesk.desk.checking import shown_parts
from smsdesk.ui.table import Column, Index, Table
from smsdesk.words import number, problem_words, say

_FEW = 4
"""Merge fields with a column in the short table; the preview and the full table show the others."""
_KEPT = 1_000
"""Rows made that are kept: what has been scrolled away is made again."""
_WIDENS = (Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier)
"""With a blank: to whole rows, to whole columns."""
ROLES = {
    State.READY: "delivered",
    State.DOUBTFUL: "waiting",
    State.LACKING: "waiting",
    State.INVALID: "failed",
}
MARKS = {State.READY: "check", State.DOUBTFUL: "question", State.LACKING: "dash", State.INVALID: "cross"}


@dataclass(frozen=True, slots=True)
class Person:
    """A recipient as a row; ``number`` is ``dst`` as it is shown, ``text`` what it gets.

    ``lacks`` is the first merge field without a value, "" for none.
    """

    row: int
    dst: str
    number: str
    reference: str
    cells: tuple[str, ...]
    periods: tuple[Period, ...]
    text: str
    state: State
    lacks: str


class People(Sequence[Person]):
    """The recipients of a message, or ``only`` some of its rows in another order.

    ``needed`` are the fields that its text needs, ``names`` those with a cell.
    """

    def __init__(
        self,
        campaign: Campaign,
        message: Message,
        needed: Sequence[str],
        names: Sequence[str],
        only: Sequence[int] | None = None,
    ) -> None:
        self._campaign, self.message, self._needed = campaign, message, needed
        self._columns = [message.recipients.fields[name] for name in names]
        self._places: Sequence[int] = range(len(message.recipients)) if only is None else only
        self._made: dict[int, Person] = {}
        self._parts: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, at: int) -> Person:  # type: ignore[override]  # slices are not asked for
        person = self._made.get(at)
        if person is None:
            if len(self._made) >= _KEPT:
                self._made.clear()
            person = self._made[at] = self._person(self._places[at])
        return person

    def key_at(self, at: int) -> int:
        """The row of the list that stands at a position."""
        return self._places[at]

    def place_of(self, key: Hashable) -> int | None:
        """Where the row of the list stands here."""
        try:
            return self._places.index(key)
        except ValueError:
            return None

    def rows_at(self, parts: Sequence[range]) -> Sequence[int]:
        """The rows of the list at some positions, as they stand here."""
        if len(parts) == 1:
            return self._places[parts[0].start : parts[0].stop]
        return [row for part in parts for row in self._places[part.start : part.stop]]

    def parts_of(self, text: str) -> int:
        """How many parts a text takes; measured only where that is seen."""
        if text not in self._parts:
            if len(self._parts) >= _KEPT:
                self._parts.clear()
            self._parts[text] = shown_parts(self._campaign, text).parts if text else 0
        return self._parts[text]

    def _person(self, row: int) -> Person:
        recipient = self.message.recipients.row(row)
        text = self.message.text if self.message.literal else fill(self.message.text, recipient.fields)
        state, lacks = state_of(recipient.dst, recipient.fields, self._needed, self._campaign.region)
        return Person(
            row,
            recipient.dst,
            as_shown(recipient.dst),
            recipient.reference or "",
            tuple(column[row] for column in self._columns),
            recipient.blackouts,
            text,
            state,
            lacks,
        )


def names_shown(message: Message, *, full: bool) -> tuple[str, ...]:
    """The merge fields that get a column: in the short table those of the text first."""
    names = list(message.recipients.fields)
    if full:
        return tuple(names)
    used = set() if message.literal else {plain_name(name) for name in fields_of(message.text)}
    first = [name for name in names if plain_name(name) in used]
    chosen = [*first, *(name for name in names if name not in first)][:_FEW]
    return tuple(name for name in names if name in chosen)


def number_refused(words: str, region: str) -> tuple[str, str] | None:
    """Why words are no phone number, and what to do; None where they are one."""
    found = read_number(words, region)
    if found.standing is not Standing.INVALID:
        return None
    problem = Problem(Level.ERROR, found.code or "number_letters", Where(value=words), found.values)
    return problem_words(problem)


@dataclass(frozen=True, slots=True)
class Writing:
    """What takes over what is written in a cell, and what says why a number is refused.

    ``edit`` gets the person, the column as a patch names it, and the words.
    """

    edit: Callable[[Person, str, str], object]
    check: Callable[[str], tuple[str, str] | None]


class PeopleTable(Table[Person]):
    """The recipients of one text.

    Enter, F2, a double click or any letter write in a cell; Del empties cells and takes whole rows away;
    Ctrl+C, Ctrl+X and Ctrl+V move blocks of cells; Shift+Space chooses rows, Ctrl+Space columns. In the
    full table a person arranges the columns and sorts by any of them.
    """

    remove_asked = Signal()
    clear_asked = Signal()
    copy_asked = Signal()
    paste_asked = Signal()
    periods_asked = Signal()
    menu_asked = Signal(QPoint)

    def __init__(self, names: tuple[str, ...], writing: Writing | None, *, full: bool) -> None:
        self.names, self.full, self.changeable = names, full, writing is not None
        self._writing = writing
        self.parts_of: Callable[[str], int] = lambda _: 0
        order = (
            (self._who, self._state, self._reference, self._fields, self._parts, self._own)
            if full
            else (self._who, self._fields, self._parts, self._state)
        )
        columns = [column for made in order for column in made()]
        sorts = tuple(column.key for column in columns) if full else ()
        super().__init__(say("compose.people"), columns, own_sort=sorts, blocks=True, arranging=full)
        self.rows.glows = False
        self.row_opened.connect(lambda _: self.open_cell())
        if writing is not None:
            triggers = QAbstractItemView.EditTrigger
            self.setEditTriggers(triggers.EditKeyPressed | triggers.AnyKeyPressed)

    def open_cell(self) -> None:
        """Lets the current cell be written in, or its periods be seen."""
        index = self.currentIndex()
        if not index.isValid():
            return
        if self.rows.columns[index.column()].key == "own":
            self.periods_asked.emit()
        elif self.rows.flags(index) & Qt.ItemFlag.ItemIsEditable:
            self.edit(index)

    def data_columns(self, sections: Iterable[int]) -> list[str]:
        """Those of the columns that hold what a person writes, as patches name them; ``own`` are periods."""
        keys = (self.rows.columns[at].key for at in sections)
        return [key for key in keys if key in ("dst", "reference", "own") or key.startswith("field:")]

    def whole_rows_chosen(self) -> bool:
        """Whether the choice is made of rows."""
        chosen = self.chosen_columns()
        return bool(chosen) and len(chosen) == len(self.columns_in_sight())

    # -- columns ---------------------------------------------------------------------------------

    def _editor(self, column: str) -> Callable[[Person, str], object] | None:
        writing = self._writing
        return None if writing is None else lambda person, words: writing.edit(person, column, words)

    def _rank(self, priority: int) -> int:
        """In the full table no column goes: it scrolls."""
        return 0 if self.full else priority

    def _who(self) -> list[Column[Person]]:
        writing = self._writing
        row = Column[Person](
            "row",
            "compose.column.row",
            lambda p: number(p.row + 1),
            48,
            kind="number",
            priority=self._rank(1),
        )
        dst = Column[Person](
            "dst",
            "compose.column.number",
            lambda p: p.number,
            150,
            edit=self._editor("dst"),
            check=None if writing is None else lambda _, words: writing.check(words),
        )
        return [row, dst]

    def _reference(self) -> list[Column[Person]]:
        edit = self._editor("reference")
        return [Column("reference", "compose.column.reference", lambda p: p.reference, 90, edit=edit)]

    def _fields(self) -> list[Column[Person]]:
        def cell(at: int) -> Callable[[Person], str]:
            return lambda person: person.cells[at]

        return [
            Column(
                f"field:{name}",
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

    def _parts(self) -> list[Column[Person]]:
        rank = self._rank(1)
        return [Column("parts", "compose.column.parts", self._parts_words, 56, kind="number", priority=rank)]

    def _parts_words(self, person: Person) -> str:
        return number(self.parts_of(person.text))

    def _state(self) -> list[Column[Person]]:
        return [
            Column(
                "state",
                "compose.column.state",
                _state_words,
                110,
                kind="pill",
                role=lambda p: ROLES[p.state],
                mark=lambda p: MARKS[p.state],
            )
        ]

    def _own(self) -> list[Column[Person]]:
        return [Column("own", "compose.column.own", own_words, 110, kind="time")]

    # -- keys and mouse --------------------------------------------------------------------------

    def selectionCommand(
        self, index: Index, event: QEvent | None = None
    ) -> QItemSelectionModel.SelectionFlag:
        """A row's number stands for the whole row; whole rows are followed by whole rows."""
        command = super().selectionCommand(index, event)
        widened = (
            isinstance(event, QKeyEvent) and event.modifiers() == _WIDENS[0] and self.whole_rows_chosen()
        )
        if widened or (index.isValid() and self.rows.columns[index.column()].key == "row"):
            return command | QItemSelectionModel.SelectionFlag.Rows
        return command

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The keys of a spreadsheet, then what every table does; Enter in a cell only ends the writing."""
        if self.state() == QAbstractItemView.State.EditingState:
            return
        act = self._act_of(event)
        if act is None:
            super().keyPressEvent(event)
        else:
            act()

    def _act_of(self, event: QKeyEvent) -> Callable[[], object] | None:
        keys, flags = QKeySequence.StandardKey, QItemSelectionModel.SelectionFlag
        if event.matches(keys.Copy):
            return self.copy_asked.emit
        if event.key() == Qt.Key.Key_Space and event.modifiers() in _WIDENS:
            return lambda: self._widen(flags.Rows if event.modifiers() == _WIDENS[0] else flags.Columns)
        if not self.changeable:
            return None
        if event.key() == Qt.Key.Key_Delete:
            return self._clear_or_remove
        if event.matches(keys.Cut):
            return self._cut
        return self.paste_asked.emit if event.matches(keys.Paste) else None

    def _widen(self, to: QItemSelectionModel.SelectionFlag) -> None:
        model = self.selectionModel()
        model.select(model.selection(), QItemSelectionModel.SelectionFlag.Select | to)

    def _cut(self) -> None:
        self.copy_asked.emit()
        self.clear_asked.emit()

    def _clear_or_remove(self) -> None:
        wanted = self.remove_asked if self.whole_rows_chosen() else self.clear_asked
        wanted.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done with the chosen cells; by keyboard at the current cell."""
        place = event.globalPos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard and self.currentIndex().isValid():
            corner = self.visualRect(self.currentIndex()).bottomLeft()
            place = self.viewport().mapToGlobal(corner)
        self.menu_asked.emit(place)


def own_words(person: Person) -> str:
    """How many own periods."""
    return say("compose.own", len(person.periods)) if person.periods else ""


def _state_words(person: Person) -> str:
    if person.state is State.LACKING:
        return say("compose.state.lacks", field=person.lacks)
    return say(f"compose.state.{'valid' if person.state is State.READY else person.state.value}")
