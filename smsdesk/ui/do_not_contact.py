"""The page Do not contact: numbers nobody writes to, why and since when; found, added, imported, removed."""

from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFileDialog, QLineEdit

from smsdesk.desk.changes import Topic
from smsdesk.desk.desk import Desk
from smsdesk.ui.do_not_contact_dialogs import AddDialog, TableDialog
from smsdesk.ui.do_not_contact_rows import Line, Lines
from smsdesk.ui.exporting import ask_file, write_table
from smsdesk.ui.importing_drops import files_in
from smsdesk.ui.inputs import text_input
from smsdesk.ui.layout import (
    action,
    action_button,
    button,
    card,
    empty_page,
    hbox,
    holding,
    label,
    link,
    vbox,
)
from smsdesk.ui.live import Live
from smsdesk.ui.masking import shown_number
from smsdesk.ui.page import Page
from smsdesk.ui.table import Column, Table
from smsdesk.words import day_time, number, say, visible_words

if TYPE_CHECKING:
    from smsdesk.desk.do_not_contact import Listed, Order

_PAUSE = 0.08
"""Seconds without a key press before the search begins."""
Undo = Callable[[], Coroutine[Any, Any, object]]


class DoNotContact(Page):
    """The list. ``noticed``: level, sentence, hint, an action or None; ``counted``: how many are on it."""

    noticed = Signal(str, str, str, object)
    counted = Signal(int)

    def __init__(self, desk: Desk) -> None:
        super().__init__(say("do_not_contact.title"))
        self._desk = desk
        self._lines = Lines((), self._want)
        self._order: tuple[str, bool] = ("added_at", True)
        self._undo: list[Undo] = []
        self._region = "DE"
        self._fresh = False
        self._live = Live(desk, "do not contact page", frozenset({Topic.DO_NOT_CONTACT}), self._load)
        self.setAcceptDrops(True)
        self._make_actions()
        self.box: QLineEdit = text_input(
            say("do_not_contact.search"), "", say("do_not_contact.search.hint"), self._typed
        )
        self.box.installEventFilter(self)
        self.found = label("", "caption")
        columns, sortable = self._columns(), ("number", "reason", "source", "added_at")
        self.table: Table[Line] = Table(say("do_not_contact.table"), columns, own_sort=sortable)
        self.table.own_export = self.save_file
        self.table.sort_wanted.connect(self._sort)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._offer())
        self._lay_out()
        self._paint(0)

    def _make_actions(self) -> None:
        self.add = action(say("do_not_contact.add"), self.open_add, "plus", "Ctrl+N", self)
        self.paste = action(
            say("do_not_contact.paste"), self.paste_now, "copy", QKeySequence.StandardKey.Paste, self
        )
        self.load_file = action(say("do_not_contact.import"), self._ask_file, "upload", "Ctrl+O", self)
        self.save_file = action(say("do_not_contact.export"), self._ask_where, "download", "Ctrl+S", self)
        self.remove = action(say("do_not_contact.remove"), self.remove_chosen, "trash-2", "Del", self)
        self.undo = action(say("do_not_contact.undo"), self.undo_last, "undo-2", "Ctrl+Z", self)
        self.set_actions(self.paste, self.load_file, primary=self.add)
        self.offer(self.remove, self.save_file, self.undo)
        self.undo.setEnabled(False)

    def _lay_out(self) -> None:
        acts = hbox(action_button(self.save_file), action_button(self.remove))
        row = hbox(self.box, self.found, None, acts, gap=12)
        row.setStretch(0, 1)
        self.box.setMaximumWidth(520)
        self._list = card(body=self.table, flush=True)
        self._search = holding(row, "")
        self.first = button(say("do_not_contact.add"), "plus", self.open_add)
        more = link(say("do_not_contact.help"), lambda: self.help_asked.emit("do-not-contact"))
        self.empty = empty_page(say("do_not_contact.empty"), self.first, more, icon_name="ban")
        self._nothing_words = label("", "head")
        self._nothing_words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        clear = link(say("do_not_contact.show_all"), lambda: self.look_for(""))
        self.nothing = holding(vbox(None, self._nothing_words, hbox(None, clear, None), None, gap=8), "")
        self.body.addWidget(self._search)
        for part in (self._list, self.empty, self.nothing):
            self.body.addWidget(part, 1)

    def _columns(self) -> list[Column[Line]]:
        def told(words: "Callable[[Listed], str]") -> Callable[[Line], str]:
            return lambda line: words(line.known) if line.known is not None else ""

        return [
            Column(
                "number",
                "do_not_contact.column.number",
                lambda line: shown_number(line.number),
                180,
                strong=True,
                sort=lambda line: line.number,
            ),
            Column(
                "reason",
                "do_not_contact.column.reason",
                told(lambda one: visible_words(one.reason) or say("do_not_contact.no_reason")),
                320,
                stretch=3,
                role=lambda line: "text" if line.known is not None and line.known.reason else "third",
                sort=lambda line: line.number,
            ),
            Column(
                "source",
                "do_not_contact.column.source",
                told(lambda one: visible_words(one.source) or say("do_not_contact.typed")),
                170,
                stretch=1,
                priority=1,
                role=lambda _: "second",
                sort=lambda line: line.number,
            ),
            Column(
                "added_at",
                "do_not_contact.column.since",
                told(lambda one: day_time(one.added_at, None, self._desk.now())),
                160,
                kind="time",
                sort=lambda line: line.number,
            ),
        ]

    # -- loading ---------------------------------------------------------------------------------

    def shown(self) -> None:
        """Loads and follows the list; the search box is ready to be typed into."""
        self._fresh = True
        self._live.shown()

    def hidden(self) -> None:
        """Stops following."""
        self._live.hidden()

    async def _load(self) -> None:
        listing, words = self._desk.do_not_contact, self.box.text()
        order, descending = self._order
        self._region = (await self._desk.settings()).get("region", "") or "DE"
        count = await listing.count()
        numbers = await listing.find(words, cast("Order", order), descending=descending)
        sight = self.table.in_sight()
        lines = Lines(numbers, self._want)
        lines.learn(await listing.rows(numbers[sight.start : sight.start + max(len(sight), 40)]))
        if words != self.box.text() or (order, descending) != self._order:
            return
        self._lines = lines
        self.table.set_rows(lines, key=lambda line: line.number)
        self._paint(count)
        if self._fresh:
            self._fresh = False
            (self.box if count else self.first).setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _want(self, numbers: Sequence[str]) -> None:
        self._desk.tasks.start(f"do not contact rows {numbers[0]}", self._learn(self._lines, numbers))

    async def _learn(self, lines: Lines, numbers: Sequence[str]) -> None:
        lines.learn(await self._desk.do_not_contact.rows(numbers))
        if lines is self._lines:
            self.table.set_rows(lines, key=lambda line: line.number)

    def look_for(self, text: str) -> None:
        """Searches for a text, as if it were typed."""
        self.box.setText(text)
        self._typed(text)

    def asked(self, words: str) -> None:
        """Searches for what the command palette was asked for."""
        self.look_for(words)

    def _typed(self, _text: str) -> None:
        self._desk.tasks.start("do not contact search", self._find_soon())

    async def _find_soon(self) -> None:
        await self._desk.context.sleep(_PAUSE)
        self._live.ask()

    def _sort(self, key: str, descending: bool) -> None:  # noqa: FBT001 (a signal's argument)
        self._order = (key, descending) if key else ("added_at", True)
        self._live.ask()

    # -- painting --------------------------------------------------------------------------------

    def _paint(self, count: int) -> None:
        found, words = len(self._lines), self.box.text().strip()
        self.header.set_subtitle(say("do_not_contact.summary", count) if count else "")
        self._search.setVisible(bool(count))
        self._list.setVisible(bool(found))
        self.empty.setVisible(not count)
        self.nothing.setVisible(bool(count) and not found)
        self._nothing_words.setText(say("do_not_contact.nothing", text=words))
        self.found.setText(say("do_not_contact.found", found, count=number(count)) if words and found else "")
        for offered in (self.remove, self.save_file):
            offered.setVisible(bool(count))
        self.save_file.setEnabled(bool(found))
        self.counted.emit(count)
        self._offer()

    def _offer(self) -> None:
        self.remove.setEnabled(bool(self.table.chosen_ranges()))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """From the search box the arrow keys lead into the table, Escape empties it."""
        if watched is not self.box or not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        empties = event.key() == Qt.Key.Key_Escape and bool(self.box.text())
        if event.type() == QEvent.Type.ShortcutOverride and empties:
            event.accept()
            return True
        if event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Down and len(self._lines):
                self.table.setFocus(Qt.FocusReason.TabFocusReason)
                self.table.choose_at(max(0, self.table.currentIndex().row()))
                return True
            if empties:
                self.look_for("")
                return True
        return super().eventFilter(watched, event)

    # -- acting ----------------------------------------------------------------------------------

    def open_add(self) -> AddDialog:
        """Asks for numbers and a reason."""
        dialog = AddDialog(self, self._region)
        dialog.given.connect(self._add)
        dialog.open()
        return dialog

    def _add(self, numbers: Sequence[str], reason: str) -> None:
        async def added() -> None:
            new = await self._desk.do_not_contact.add(numbers, reason)
            self._tell_added(new, len(numbers) - len(new))

        self._desk.tasks.start("do not contact add", added())

    def _tell_added(self, new: Sequence[str], known: int) -> None:
        hint = say("do_not_contact.known", known) if known else ""
        if not new:
            self.noticed.emit("note", say("do_not_contact.added.none"), hint, None)
            return
        undo = self._undoable(lambda: self._desk.do_not_contact.remove(new))
        self.noticed.emit("done", say("do_not_contact.added", len(new)), hint, undo)

    def remove_chosen(self) -> None:
        """Takes the chosen numbers off the list; a notice offers to bring them back."""
        chosen = [self._lines.numbers[at] for part in self.table.chosen_ranges() for at in part]
        if not chosen:
            return

        async def removed() -> None:
            gone = await self._desk.do_not_contact.remove(chosen)
            undo = self._undoable(lambda: self._desk.do_not_contact.put_back(gone))
            self.noticed.emit("done", say("do_not_contact.removed", len(gone)), "", undo)

        self._desk.tasks.start("do not contact remove", removed())

    def _undoable(self, undo: Undo) -> QAction:
        """The action of a notice that takes a step back; Ctrl+Z does the same with the last one."""
        self._undo.append(undo)
        self.undo.setEnabled(True)
        made = QAction(say("do_not_contact.undo"), self)
        made.triggered.connect(lambda: self._take_back(undo))
        return made

    def undo_last(self) -> None:
        """Takes the last step back."""
        if self._undo:
            self._take_back(self._undo[-1])

    def _take_back(self, undo: Undo) -> None:
        if undo not in self._undo:
            return
        self._undo.remove(undo)
        self.undo.setEnabled(bool(self._undo))
        self._desk.tasks.start("do not contact undo", undo())

    # -- tables ----------------------------------------------------------------------------------

    def _ask_file(self) -> None:
        dialog = QFileDialog(self, say("do_not_contact.import"), "", say("do_not_contact.files"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda path: self.open_table(Path(path)))
        dialog.finished.connect(lambda _: dialog.deleteLater())
        dialog.open()

    def paste_now(self) -> None:
        """Reads what is on the clipboard: numbers, or a table with them."""
        text = QGuiApplication.clipboard().text()
        if text.strip():
            self.open_table(text)
        else:
            self.noticed.emit("note", say("do_not_contact.paste.none"), "", None)

    def open_table(self, source: Path | str) -> TableDialog:
        """Reads a file, or a text that was pasted, and shows what would be added."""
        dialog = TableDialog(self, self._desk, source, self._region)
        dialog.added.connect(self._tell_added)
        dialog.open()
        return dialog

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Takes files."""
        if files_in(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Reads the first file that was dropped."""
        self.open_table(files_in(event.mimeData())[0])

    def _ask_where(self) -> None:
        ask_file(self, say("do_not_contact.export"), say("do_not_contact.export.name"), self.export_to)

    def export_to(self, path: Path) -> None:
        """Writes the numbers in sight with all that stands about them into a file."""

        def done(count: int) -> None:
            self.noticed.emit("done", say("do_not_contact.exported", count, name=path.name), "", None)

        write_table(self, self._desk, path, "do_not_contact", self._lines.numbers, done)
