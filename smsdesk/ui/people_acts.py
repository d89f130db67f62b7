"""What is done with the recipients in the table: cells and blocks of them written, copied, emptied; rows go.

Each act is one change to undo. What cannot be used is told, and what was typed or pasted is never lost.
"""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QModelIndex, QPoint, Signal
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from smsdesk.core.blackouts import Period
from smsdesk.core.block import write_block
from smsdesk.core.campaign import LeftOut
from smsdesk.core.lists import Source
from smsdesk.core.numbers import read_number
from smsdesk.core.pasting import OWN, Pasted, Refused
from smsdesk.core.problem import Level, Problem, Where
from smsdesk.core.recipients import Blackened, Edited, Patch, Recipients, Removed, Written
from smsdesk.desk.campaigns import OpenCampaign
from smsdesk.desk.desk import Desk
from smsdesk.desk.people import copied, pasting
from smsdesk.ui.chooser import ColumnChooser, add_sorting, column_menu
from smsdesk.ui.compose_people import People, PeopleTable, Person, Writing, number_refused
from smsdesk.ui.compose_periods import OwnPeriods
from smsdesk.ui.layout import action
from smsdesk.ui.lists_dialogs import ListPicker, SaveListDialog
from smsdesk.words import number, problem_words, say

_TOLD = 3
"""So many refused cells are named in a notice."""
_LENGTH = 40


class PeopleActs(QWidget):
    """The acts on the recipients of one text, whose table is ``table`` and whose rows are ``shown``.

    ``number_refused``: what was typed is no number; ``removed``: how many went; ``told``: a notice as level,
    sentence, hint and an action or None.
    """

    number_refused = Signal(str)
    removed = Signal(int)
    told = Signal(str, str, str, object)

    table: PeopleTable

    def __init__(self, desk: Desk, key: str) -> None:
        super().__init__()
        self._desk, self._key = desk, key
        self._opened: OpenCampaign | None = None
        self._at = 0
        self.shown: People | None = None

    @property
    def rows(self) -> Recipients:
        """The whole list as it is now, whatever is shown of it."""
        if self._opened is None:
            return Recipients()
        return self._opened.campaign.messages[self._at].recipients

    def make_table(self, names: tuple[str, ...], *, full: bool, changeable: bool) -> PeopleTable:
        """A table whose keys and menus lead to the acts."""
        writing = Writing(self._write, self._check) if changeable else None
        table = PeopleTable(names, writing, full=full)
        table.remove_asked.connect(self.remove_chosen)
        table.clear_asked.connect(self.clear_chosen)
        table.copy_asked.connect(self.copy_chosen)
        table.paste_asked.connect(self.paste_block)
        table.periods_asked.connect(self.ask_periods)
        table.menu_asked.connect(self.open_menu)
        table.head_menu_asked.connect(
            lambda section, place: column_menu(self.table, section, place, self.choose_columns)
        )
        table.left_behind.connect(
            lambda words, why, hint: self.told.emit("warning", _quoted(words, why), hint, None)
        )
        return table

    # -- cells -----------------------------------------------------------------------------------

    def _region(self) -> str:
        return self._opened.campaign.region if self._opened else ""

    def _check(self, words: str) -> tuple[str, str] | None:
        return number_refused(words, self._region())

    def _write(self, person: Person, column: str, words: str) -> None:
        if column == "dst":
            words = read_number(words, self._region()).e164
        self._change(Edited(person.row, column, words.strip()))

    def _change(self, *patches: Patch) -> bool:
        """Changes the list, where what is seen is what there is; else tells that nothing was changed."""
        if self._opened is None or self._opened.sent or self.shown is None:
            return False
        if self._opened.busy or self.shown.message.recipients is not self.rows:
            self.told.emit("warning", say("people.list_moved"), say("people.list_moved.hint"), None)
            return False
        self._opened.patch(self._at, *patches)
        return True

    def _chosen_rows(self) -> Sequence[int]:
        return self.shown.rows_at(self.table.chosen_ranges()) if self.shown is not None else ()

    def _chosen_columns(self) -> list[str]:
        return self.table.data_columns(self.table.chosen_columns())

    def remove_chosen(self) -> None:
        """Takes the chosen recipients away."""
        rows = self._chosen_rows()
        if len(rows) and self._change(Removed(rows if isinstance(rows, range) else sorted(rows))):
            self.removed.emit(len(rows))

    def clear_chosen(self) -> None:
        """Empties the chosen cells; a number stays, for a recipient without one is none."""
        rows, columns = self._chosen_rows(), self._chosen_columns()
        words: list[Patch] = [
            Written(column, dict.fromkeys(rows, "")) for column in columns if column not in ("dst", OWN)
        ]
        if OWN in columns:
            words.append(Blackened(dict.fromkeys(rows, ())))
        if len(rows) and words:
            self._change(*words)
        elif "dst" in columns and len(rows):
            self.told.emit("note", say("people.number_stays"), say("people.number_stays.hint"), None)

    # -- blocks ----------------------------------------------------------------------------------

    def copy_chosen(self) -> None:
        """Copies the chosen cells as lines with tabs; of cells that nobody writes, their words."""
        columns = self._chosen_columns()
        if columns:
            self._desk.tasks.start(f"copy {self._key}", self._copy(self._chosen_rows(), columns))
        else:
            self.table.copy()

    async def _copy(self, places: Sequence[int], columns: Sequence[str]) -> None:
        QGuiApplication.clipboard().setText(await copied(self.rows, places, columns))

    def paste_block(self) -> None:
        """Writes what is on the clipboard from the current cell on; one cell fills all that are chosen."""
        text, index = QGuiApplication.clipboard().text(), self._corner()
        if not text.strip():
            self.told.emit("warning", say("compose.paste.nothing"), say("compose.paste.nothing.hint"), None)
        elif self.shown is not None and index.isValid() and self._opened and not self._opened.sent:
            self._desk.tasks.start(f"paste {self._key}", self._paste(text, index.row(), index.column()))

    def _corner(self) -> QModelIndex:
        """The upper left of the chosen cells."""
        chosen, columns = self.table.chosen_ranges(), self.table.chosen_columns()
        if chosen and columns and self.table.full:
            return self.table.rows.index(chosen[0].start, columns[0])
        return self.table.currentIndex()

    async def _paste(self, text: str, row: int, section: int) -> None:
        sight = self.table.columns_in_sight()
        columns = self.table.data_columns(sight[sight.index(section) :] if section in sight else sight)
        fill = self._chosen_rows(), self._chosen_columns()
        fills = len(fill[0]) * len(fill[1]) > 1 and not any(mark in text.rstrip("\r\n") for mark in "\t\r\n")
        while self.shown is not None:
            shown, rows = self.shown, self.rows
            places = fill[0] if fills else shown.rows_at([range(row, len(shown))])
            made = await pasting(
                rows, text, fill[1] if fills else columns, places, self._region(), fill=fills
            )
            if rows is self.rows and shown is self.shown:
                self._take(made)
                return

    def _take(self, made: Pasted) -> None:
        changed = bool(made.patches) and self._change(*made.patches)
        if changed:
            words = [say("people.cells_written", made.cells)] if made.cells else []
            words += [say("people.rows_added", made.added)] if made.added else []
            self.told.emit("done", " ".join(words), "", self._undoing())
        if made.refused:
            self._tell_refused(made)

    def _tell_refused(self, made: Pasted) -> None:
        """Names the cells that cannot be used; rows that were left out go back to the clipboard on wish."""
        named = "\n".join(_refused_words(one) for one in made.refused[:_TOLD])
        if len(made.refused) > _TOLD:
            named = f"{named}\n{say('people.refused.more', len(made.refused) - _TOLD)}"
        back = None
        if made.left:
            back = QAction(say("people.copy_left", len(made.left)), self)
            back.triggered.connect(lambda: QGuiApplication.clipboard().setText(write_block(made.left)))
        self.told.emit("warning", say("people.refused", len(made.refused)), named, back)

    # -- periods ---------------------------------------------------------------------------------

    def ask_periods(self) -> None:
        """Opens the periods of the chosen recipients, those of the current one first."""
        rows, current = self._chosen_rows(), self.table.current_row()
        if current is None or self._opened is None:
            return
        rows = rows if len(rows) else [current.row]
        who = current.cells[0] if current.cells and not self.table.full else current.number
        one = say("people.periods.of", who=who)
        many = say("people.periods.of_many", len(rows))
        OwnPeriods(
            self,
            one if len(rows) == 1 else many,
            current.periods,
            self._desk.now(),
            None if self._opened.sent else lambda periods: self._blacken(rows, periods),
        ).open()

    def _blacken(self, rows: Sequence[int], periods: tuple[Period, ...]) -> None:
        self._change(Blackened(dict.fromkeys(rows, periods)))

    # -- menus -----------------------------------------------------------------------------------

    def choose_columns(self) -> None:
        """Opens the choice of columns."""
        ColumnChooser(self, self.table).open()

    def open_menu(self, place: QPoint) -> QMenu:
        """Opens the menu of what can be done with the chosen cells."""
        menu = QMenu(self)
        for one in self.menu_actions(menu):
            if one is None:
                menu.addSeparator()
            else:
                menu.addAction(one)
        section = self.table.currentIndex().column()
        if self.table.full and section >= 0:
            menu.addSeparator()
            add_sorting(menu, self.table, section)
            menu.addAction(action(say("columns.choose"), self.choose_columns, "columns-3", parent=menu))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(place)
        return menu

    def menu_actions(self, menu: QMenu) -> list[QAction | None]:
        """The actions of the menu, None for a line between them."""

        def act(code: str, call: Callable[[], object], keys: str = "", *, changes: bool = True) -> QAction:
            made = action(f"{say(code)}\t{keys}" if keys else say(code), call, parent=menu)
            free = self.table.changeable or not changes
            made.setEnabled(free and self.table.currentIndex().isValid())
            return made

        periods = act("people.periods.ask", self.ask_periods, changes=False)
        return [
            act("people.copy", self.copy_chosen, "Ctrl+C", changes=False),
            act("people.paste_here", self.paste_block, "Ctrl+V"),
            act("people.clear", self.clear_chosen, "Del"),
            None,
            periods,
            act("people.remove_rows", self.remove_chosen),
            None,
            *self._list_actions(menu),
        ]

    # -- saved lists -----------------------------------------------------------------------------

    def _list_actions(self, menu: QMenu) -> list[QAction]:
        add = action(say("people.add_list"), self.add_list, parent=menu)
        add.setEnabled(self.table.changeable)
        save = action(say("people.save_list"), self.save_list, parent=menu)
        save.setEnabled(len(self.rows) > 0)
        return [add, save]

    def add_list(self) -> None:
        """Opens the choice of a saved list whose people come to these."""
        picker = ListPicker(self, self._desk, self.rows)
        picker.chosen.connect(self._take_list)
        picker.open()

    def _take_list(self, new: Recipients, known: int, _line: object) -> None:
        if self._opened is not None and not self._opened.sent:
            self._opened.add_recipients(self._at, new, LeftOut(duplicates=known))
            self.told.emit("done", say("compose.taken", len(new)), "", self._undoing())

    def save_list(self) -> None:
        """Opens the dialog that saves these people as a list."""
        if self._opened is None:
            return
        name = self._opened.campaign.name or say("campaigns.unnamed")
        dialog = SaveListDialog(self, self._desk, self.rows, Source("campaign", {"campaign": name}), name)
        dialog.saved.connect(lambda _: self.told.emit("done", say("people.list_saved"), "", None))
        dialog.open()

    def _undoing(self) -> QAction:
        undo = QAction(say("compose.undo"), self)
        undo.triggered.connect(lambda: self._opened.undo() if self._opened else None)
        return undo


def _quoted(words: str, why: str) -> str:
    short = words if len(words) <= _LENGTH else f"{words[: _LENGTH - 1]}…"
    return f"{short}: {why}"


def _refused_words(one: Refused) -> str:
    """Where a cell stood in the block, what it holds, what is wrong with it."""
    if one.column == OWN:
        why = say("schedule.paste.wrong")
    else:
        why = problem_words(Problem(Level.ERROR, one.code, Where(value=one.value)))[0]
    return say("people.refused.one", row=number(one.row + 1), words=_quoted(one.value, why))
