"""Dialogs of the page Do not contact: numbers to type, and a table of numbers to look at before it counts."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QFileDialog, QLayout, QPlainTextEdit, QWidget

from smsdesk.core.errors import SmsDeskError
from smsdesk.core.importing import Imported
from smsdesk.core.problem import Problem
from smsdesk.desk.desk import Desk
from smsdesk.desk.do_not_contact import read_typed, reason_column
from smsdesk.desk.importing import Wanted
from smsdesk.ui import masking
from smsdesk.ui.facts import flowing
from smsdesk.ui.inputs import Choice, text_input
from smsdesk.ui.layout import banner, button, caption, card, hbox, head, label, link, relabel, stat, vbox
from smsdesk.ui.settings import regions
from smsdesk.ui.table import HEAD, ROW, Column, Table
from smsdesk.words import error_words, number, problem_words, say, visible_words

_WIDTH, _TABLE_WIDTH = 520, 760
_KINDS = ("new", "known", "twice", "invalid")
_MOST_ROWS = 5
_TOLD = 3
"""So many things that are no numbers are named."""


def _value(problem: Problem) -> str:
    return visible_words(problem.where.value or "")


class AddDialog(QDialog):
    """Numbers, one below the other, and a reason. ``given``: numbers (E.164), reason."""

    given = Signal(object, str)

    def __init__(self, parent: QWidget, region: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(say("do_not_contact.add.title"))
        self.setAccessibleName(self.windowTitle())
        self.setMinimumWidth(_WIDTH)
        self.numbers = QPlainTextEdit()
        self.numbers.setAccessibleName(say("do_not_contact.add.numbers"))
        self.numbers.setPlaceholderText(say("do_not_contact.add.numbers.hint"))
        self.numbers.setTabChangesFocus(True)
        self.numbers.setFixedHeight(112)
        self.region = Choice(say("do_not_contact.region"), regions(region), region, lambda _: self._read())
        self.reason = text_input(say("do_not_contact.column.reason"), "", say("do_not_contact.reason.hint"))
        self.wrong = flowing("caption", "failed")
        self.wrong.hide()
        self.save = button(say("do_not_contact.add.yes", 0), on_click=self.accept, primary=True)
        self.save.setDefault(True)
        cancel = button(say("dialog.cancel"), on_click=self.reject)
        title = label(say("do_not_contact.add.numbers"), "strong")
        title.setBuddy(self.numbers)
        self.setLayout(
            vbox(
                vbox(title, self.numbers, self.wrong, gap=4),
                _named(say("do_not_contact.column.reason"), self.reason),
                _named(say("do_not_contact.region"), self.region),
                caption(say("do_not_contact.add.words"), wrap=True),
                hbox(None, cancel, self.save),
                gap=14,
                margins=20,
            )
        )
        self.numbers.textChanged.connect(self._read)
        self.accepted.connect(self._give)
        self.finished.connect(lambda _: self.deleteLater())
        self._read()
        self.numbers.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+Enter adds, also from among the numbers."""
        is_enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if is_enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.save.click()
            return
        super().keyPressEvent(event)

    def _read(self) -> None:
        typed = read_typed(self.numbers.toPlainText(), self.region.key())
        told = [f"{_value(p)}: {problem_words(p)[0]}" for p in typed.problems[:_TOLD]]
        more = len(typed.problems) - len(told)
        self.wrong.setText("\n".join([*told, say("do_not_contact.add.more", more)] if more else told))
        self.wrong.setVisible(bool(told))
        self.numbers.setAccessibleDescription(self.wrong.text())
        relabel(self.save, say("do_not_contact.add.yes", len(typed.numbers)))
        self.save.setEnabled(bool(typed.numbers) and not typed.problems)

    def _give(self) -> None:
        typed = read_typed(self.numbers.toPlainText(), self.region.key())
        if typed.numbers:
            self.given.emit(typed.numbers, self.reason.text())


def _named(words: str, box: QWidget) -> QLayout:
    """An input with its name above it."""
    name = label(words, "strong")
    name.setBuddy(box)
    return vbox(name, box, gap=4)


class TableDialog(QDialog):
    """What a file or a paste would add, what of it is there already, and what is no number.

    ``added``: the numbers that are new, and how many were there.
    """

    added = Signal(object, int)

    def __init__(self, parent: QWidget, desk: Desk, source: Path | str, region: str) -> None:
        super().__init__(parent)
        self._desk, self._region = desk, region
        self._source = source.name if isinstance(source, Path) else ""
        name = self._source or say("do_not_contact.pasted")
        self._wanted = Wanted(source, name, region)
        self._imported: Imported | None = None
        masking.title(self, say("do_not_contact.table.title", name=name))
        self.setMinimumWidth(_TABLE_WIDTH)
        self._make_parts(name)
        self._lay_out()
        self.finished.connect(self._end)
        self._show_reading(0, 0)
        self._reading = desk.tasks.start("do not contact table", self._read())

    def _make_parts(self, name: str) -> None:
        self.name = head(name)
        self.progress = caption()
        self.trouble = vbox(gap=0)
        self.column = Choice(say("do_not_contact.table.column"), on_change=self._choose_column)
        self.region = Choice(
            say("do_not_contact.region"), regions(self._region), self._region, self._choose_region
        )
        self.reason = text_input(say("do_not_contact.column.reason"), "", say("do_not_contact.reason.hint"))
        self.reasons = caption(wrap=True)
        self.counts = {kind: stat("0", say(f"do_not_contact.table.{kind}", 0)) for kind in _KINDS}
        self.rest: Table[Problem] = Table(say("do_not_contact.table.rest"), self._columns(), many=True)
        self.rest_card = card(say("do_not_contact.table.rest"), self._saver(), body=self.rest, flush=True)
        self.save = button(say("do_not_contact.add.yes", 0), on_click=self._add, primary=True)
        self.save.setDefault(True)
        self.cancel = button(say("dialog.cancel"), on_click=self.reject)

    def _saver(self) -> QWidget:
        return link(say("do_not_contact.table.save"), self._ask_rest)

    def _lay_out(self) -> None:
        figures = hbox(*self.counts.values(), None, gap=40)
        where = hbox(
            _named(say("do_not_contact.table.column"), self.column),
            _named(say("do_not_contact.region"), self.region),
            gap=16,
        )
        why = vbox(_named(say("do_not_contact.column.reason"), self.reason), self.reasons, gap=4)
        doubtful = caption(say("do_not_contact.table.doubtful"), wrap=True)
        self.body = QWidget()
        self.body.setLayout(vbox(vbox(figures, doubtful, gap=10), where, why, self.rest_card, gap=16))
        acts = hbox(None, self.cancel, self.save)
        self.setLayout(vbox(self.name, self.progress, self.trouble, self.body, acts, gap=12, margins=20))

    def _columns(self) -> list[Column[Problem]]:
        return [
            Column("line", "do_not_contact.table.line", lambda p: str(p.where.line or ""), 60, kind="number"),
            Column("value", "do_not_contact.column.number", _value, 150, stretch=1),
            Column("why", "do_not_contact.table.why", lambda p: " ".join(problem_words(p)), 260, stretch=3),
        ]

    # -- reading ---------------------------------------------------------------------------------

    async def _read(self) -> None:
        try:
            read = await self._desk.importing.read(self._wanted, self._show_reading)
        except SmsDeskError as error:
            self._fail(error)
            return
        self._show(read.imported)

    async def _again(self, mapping: dict[str, str], region: str) -> None:
        if self._imported is not None:
            again = await self._desk.importing.again(self._imported, mapping, region, self._wanted)
            self._show(again)

    def _show_reading(self, rows: int, _of: int) -> None:
        self.progress.setText(say("do_not_contact.table.reading", rows))
        self.progress.show()
        self.body.hide()
        self.save.setEnabled(False)

    def _fail(self, error: SmsDeskError) -> None:
        self.progress.hide()
        self.save.hide()
        self.trouble.addWidget(banner("failed", *error_words(error)))
        relabel(self.cancel, say("dialog.close"))
        self.adjustSize()

    def _show(self, imported: Imported) -> None:
        self._imported = imported
        counts = imported.counts
        new = counts.valid + counts.doubtful
        self.progress.hide()
        figures = (new, counts.do_not_contact, counts.duplicates, counts.invalid)
        for (kind, shown), figure in zip(self.counts.items(), figures, strict=True):
            shown.show_figure(number(figure), say(f"do_not_contact.table.{kind}", figure))
            shown.setVisible(bool(figure) or kind == "new")
        header = [(name, name) for name in imported.sheet.header]
        self.column.offer(
            [("", say("do_not_contact.table.no_column")), *header], imported.mapping.get("dst", "")
        )
        column = reason_column(imported)
        self.reasons.setText(say("do_not_contact.table.reasons", column=column) if column else "")
        self.reasons.setVisible(bool(column))
        self._show_rest(imported)
        relabel(self.save, say("do_not_contact.add.yes", new))
        self.save.setEnabled(bool(new))
        self.body.show()
        self.adjustSize()
        (self.reason if new else self.column).setFocus()

    def _show_rest(self, imported: Imported) -> None:
        rest = imported.problems.of_kind("invalid")
        self.rest.set_rows(rest)
        self.rest.setFixedHeight(HEAD + min(len(rest), _MOST_ROWS) * ROW + 6)
        self.rest_card.setVisible(bool(len(rest)) and "dst" in imported.mapping)

    def _choose_column(self, name: str) -> None:
        if self._imported is None:
            return
        mapping = {key: column for key, column in self._imported.mapping.items() if key != "dst"}
        if name:
            mapping = {key: column for key, column in mapping.items() if column != name} | {"dst": name}
        again = self._again(mapping, self.region.key())
        self._reading = self._desk.tasks.start("do not contact table", again)

    def _choose_region(self, region: str) -> None:
        if self._imported is not None:
            again = self._again(dict(self._imported.mapping), region)
            self._reading = self._desk.tasks.start("do not contact table", again)

    # -- ending ----------------------------------------------------------------------------------

    def _add(self) -> None:
        imported = self._imported
        if imported is None:
            return
        reason, source, known = self.reason.text(), self._source, imported.counts.do_not_contact
        listing, added = self._desk.do_not_contact, self.added

        async def take() -> None:
            new: Sequence[str] = await listing.add_table(imported, reason, source)
            added.emit(new, known)
            self.accept()

        self.save.setEnabled(False)
        self._desk.tasks.start("do not contact take", take())

    def _ask_rest(self) -> None:
        imported = self._imported
        if imported is None:
            return
        dialog = QFileDialog(self, say("do_not_contact.table.save"), "", say("do_not_contact.files"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        dialog.fileSelected.connect(lambda path: self._save_rest(imported, Path(path)))
        dialog.finished.connect(lambda _: dialog.deleteLater())
        dialog.open()

    def _save_rest(self, imported: Imported, path: Path) -> None:
        saved = self._desk.importing.save_rest(path, imported, use_doubtful=True)
        self._desk.tasks.start("do not contact rest", saved)

    def _end(self, _result: int) -> None:
        self._reading.cancel()
        self.deleteLater()
