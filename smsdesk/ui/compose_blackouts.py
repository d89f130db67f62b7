"""The table of blackout periods: drawn ones, rules, and those that recipients have of their own."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFrame, QStackedWidget, QWidget

from smsdesk.ui.facts import flowing
from smsdesk.ui.layout import button, card, empty_page, hbox, holding, icon_button, link, vbox
from smsdesk.ui.table import Column, Table
from smsdesk.ui.timeline_bars import Key, Of
from smsdesk.words import say


@dataclass(frozen=True, slots=True)
class Entry:
    """One row. ``key`` has no start: all periods of a rule are one row. ``start`` sorts.

    ``asks``: somebody must say which of two times a rule means.
    """

    key: Key
    what: str
    begin: str
    end: str
    source: str
    start: datetime
    name: str = ""
    asks: bool = False


class PeriodTable(Table[Entry]):
    """The table without its acts.

    ``renamed``: the key of a drawn period and its name; ``removed``: keys; ``pasted``: with the keyboard;
    ``menu_asked``: a key or None, and where.
    """

    renamed = Signal(object, str)
    removed = Signal(list)
    pasted = Signal()
    menu_asked = Signal(object, QPoint)

    def __init__(self, zone: ZoneInfo) -> None:
        super().__init__(say("schedule.table"), self._columns())
        self.changeable = True
        self._zone = zone

    def _columns(self) -> list[Column[Entry]]:
        return [
            Column(
                "what",
                "schedule.what",
                lambda row: row.what,
                206,
                stretch=3,
                edit=lambda row, words: self.renamed.emit(row.key, words),
                written=lambda row: row.name,
            ),
            Column("from", "schedule.from", lambda row: row.begin, 130, stretch=1),
            Column("to", "schedule.to", lambda row: row.end, 130, stretch=1),
            Column(
                "source",
                "schedule.source",
                lambda row: row.source,
                110,
                kind="time",
                stretch=1,
                priority=1,
                role=lambda row: "failed" if row.asks else "",
            ),
        ]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """F2 names a drawn period, Del takes the chosen rows away, Ctrl+V pastes."""
        row = self.current_row()
        if event.matches(QKeySequence.StandardKey.Paste):
            self.pasted.emit()
        elif not self.changeable or row is None:
            super().keyPressEvent(event)
        elif event.key() == Qt.Key.Key_F2 and row.key.of is Of.DRAWN:
            self.edit(self.rows.index(self.currentIndex().row(), 0))
        elif event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.removed.emit([one.key for one in self.chosen_rows()])
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Asks for the menu of the row there, by keyboard of the current one."""
        index = self.indexAt(event.pos())
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            index = self.currentIndex()
        place = event.globalPos()
        if index.isValid():
            place = self.viewport().mapToGlobal(self.visualRect(index).center())
        self.menu_asked.emit(self.rows.row_at(index.row()).key if index.isValid() else None, place)


@dataclass(frozen=True, slots=True)
class Acts:
    """What the card's buttons do."""

    add_rule: Callable[[], object]
    add_period: Callable[[], object]
    paste: Callable[[], object]
    copy: Callable[[], object]
    remove: Callable[[Iterable[Key]], object]
    undo: Callable[[], object]


class BlackoutCard(QWidget):
    """The table with its acts; without rows what could be here. A line below says what was just done."""

    def __init__(self, zone: ZoneInfo, acts: Acts) -> None:
        super().__init__()
        self._acts = acts
        self._done_to: object = None
        self.table = PeriodTable(zone)
        self.add_rule = button(say("schedule.add_rule"), on_click=acts.add_rule)
        self.add_period = button(say("schedule.add_period"), on_click=acts.add_period)
        self.paste = button(say("schedule.paste_iso"), on_click=acts.paste)
        self.copy = icon_button("copy", say("schedule.copy"), acts.copy)
        self.remove = icon_button("trash-2", say("schedule.remove"), self.remove_chosen)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self.enable())
        self.table.removed.connect(acts.remove)
        self.table.pasted.connect(acts.paste)
        self._first = button(say("schedule.add_rule"), "plus", acts.add_rule)
        self._empty = empty_page(say("schedule.empty"), self._first)
        self._room = QStackedWidget()
        for part in (self.table, self._empty):
            self._room.addWidget(part)
        self.done = flowing("second")
        self._undo = link(say("compose.undo"), self._take_back)
        self._line = holding(hbox(self.done, self._undo, margins=(12, 6, 12, 6)), "")
        self._line.hide()
        body = vbox(self._room, self._line, gap=0)
        body.setStretch(0, 1)
        shown = (self.copy, self.remove, self.add_rule, self.add_period, self.paste)
        self._card: QFrame = card(say("schedule.blackouts"), *shown, body=body, flush=True)
        self.setLayout(vbox(self._card, gap=0))
        self.in_order = (*shown, self.table, self._first, self._undo)

    def show_entries(self, entries: list[Entry], of: object, *, changeable: bool) -> None:
        """Shows the rows of a campaign; what was done to another state of it cannot be taken back here."""
        if of is not self._done_to:
            self.say_done("", of)
        self.table.changeable = changeable
        self.table.rows.glows = False
        self.table.set_rows(entries, key=_key)
        self._room.setCurrentWidget(self.table if entries else self._empty)
        self._first.setVisible(changeable)
        for part in (self.add_rule, self.add_period, self.paste, self.remove):
            part.setVisible(changeable)
        self.copy.setEnabled(any(entry.key.of is not Of.OWN for entry in entries))
        self.enable()

    def enable(self) -> None:
        """What is chosen can go."""
        self.remove.setEnabled(self.table.changeable and bool(self.table.chosen_ranges()))

    def choose(self, key: Key | None) -> None:
        """Chooses the row of a bar, without telling."""
        quiet = self.table.blockSignals(True)
        if key is None:
            self.table.clearSelection()
        else:
            self.table.choose(Key(key.of, key.at))
        self.table.blockSignals(quiet)
        self.enable()

    def remove_chosen(self) -> None:
        """Takes the chosen rows away."""
        self._acts.remove([entry.key for entry in self.table.chosen_rows()])

    def say_done(self, words: str, to: object) -> None:
        """Says what has just made a campaign what it is, and offers to take it back; "" for nothing."""
        self._done_to = to
        self.done.setText(words)
        self._line.setVisible(bool(words))

    def _take_back(self) -> None:
        self._acts.undo()


def _key(entry: Any) -> Key:
    return entry.key  # type: ignore[no-any-return]
