"""Dialogs of saved lists: naming one, choosing one, making one of a sent campaign. Opened, never executed."""

from collections.abc import Coroutine, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QWidget
from shiboken6 import isValid

from smsdesk.core.errors import SmsDeskError
from smsdesk.core.lists import WHICH, ListLine, Source, Which
from smsdesk.core.recipients import Recipients
from smsdesk.desk.desk import Desk
from smsdesk.ui import masking
from smsdesk.ui.account import Field
from smsdesk.ui.inputs import Choice, text_input
from smsdesk.ui.layout import button, card, hbox, holding, label, relabel, vbox
from smsdesk.ui.lists_rows import line_columns, source_words
from smsdesk.ui.table import HEAD, ROW, Column, Table
from smsdesk.words import day_time, error_words, number, say

if TYPE_CHECKING:
    from smsdesk.desk.campaigns import CampaignLine

_WIDTH, _WIDE, _WHICH_WIDTH = 460, 680, 260
_PAUSE = 0.08
"""Seconds on one row before a long list is looked into."""


def _dress(dialog: QDialog, words: str, width: int) -> None:
    masking.title(dialog, words)
    dialog.setMinimumWidth(width)
    dialog.finished.connect(lambda _: dialog.deleteLater())


def _cancel(dialog: QDialog) -> QPushButton:
    made = button(say("dialog.cancel"), on_click=dialog.reject)
    made.setAutoDefault(False)
    return made


def _acts(cancel: QPushButton, yes: QPushButton) -> QHBoxLayout:
    """The way back, and the button that goes on (with Enter)."""
    yes.setDefault(True)
    return hbox(None, cancel, yes)


def _offer(cancel: QPushButton, yes: QPushButton, *, some: bool) -> None:
    """Where there is nothing to choose, the dialog can only be closed."""
    yes.setVisible(some)
    relabel(cancel, say("dialog.cancel" if some else "dialog.close"))


class NameDialog(QDialog):
    """Asks for the name of a list; ``named`` tells it. ``own`` is the list that has the name so far."""

    named = Signal(str)

    def __init__(
        self,
        parent: QWidget,
        desk: Desk,
        title: str,
        yes: str,
        name: str = "",
        words: str = "",
        own: ListLine | None = None,
    ) -> None:
        super().__init__(parent)
        self._desk, self._own = desk, own
        self._taken: dict[str, ListLine] = {}
        self.words = label(words, "second", wrap=True)
        self.words.setVisible(bool(words))
        self.name = Field(say("lists.name_field"), text_input("", name))
        self.name.box.textChanged.connect(lambda _: self._check())
        self.twin = label("", "caption", "waiting", wrap=True)
        self.yes = button(yes, on_click=self._go_on, primary=True)
        _dress(self, title, _WIDTH)
        self.setLayout(
            vbox(self.words, self.name, self.twin, 4, _acts(_cancel(self), self.yes), gap=10, margins=20)
        )
        self.name.box.selectAll()
        self.name.box.setFocus()
        self._check()
        desk.tasks.start("list names", self._load())

    async def _load(self) -> None:
        lines = await self._desk.lists.lines()
        if isValid(self):
            # Of several twins the newest is told.
            self._taken = {line.name: line for line in reversed(lines) if line != self._own}
            self._check()

    def _check(self) -> None:
        name = " ".join(self.name.text.split())
        twin = self._taken.get(name)
        self.yes.setEnabled(bool(name))
        if twin is not None:
            when = day_time(twin.made_at, None, self._desk.now())
            self.twin.setText(say("lists.same_name", when=when))
        self.twin.setVisible(twin is not None)

    def _go_on(self) -> None:
        self.named.emit(self.name.text)
        self.accept()


class SaveListDialog(NameDialog):
    """Saves recipients as a list; ``saved`` hands over its line.

    ``made = SaveListDialog(parent, desk, rows, Source("campaign", {"campaign": name}), name)``, connect
    ``made.saved``, ``made.open()``.
    """

    saved = Signal(object)

    def __init__(self, parent: QWidget, desk: Desk, rows: Recipients, source: Source, name: str = "") -> None:
        people = say("lists.people", len(rows))
        words = say("lists.rows.from", people=people, source=source_words(source))
        super().__init__(parent, desk, say("lists.save.title"), say("lists.save.yes"), name, words)
        self._rows, self._source = rows, source

    def _go_on(self) -> None:
        saving = self._desk.lists.save(self.name.text, self._rows, self._source)
        self.yes.setEnabled(False)
        self._desk.tasks.start("save list", _saved(self, saving))


class ListPicker(QDialog):
    """Chooses a saved list for a text that has recipients already (``present``).

    ``chosen``: those of the list who are new, how many were there before, and the list's line.
    ``made = ListPicker(parent, desk, present)``, connect ``made.chosen``, ``made.open()``.
    """

    chosen = Signal(object, int, object)

    def __init__(self, parent: QWidget, desk: Desk, present: Recipients) -> None:
        super().__init__(parent)
        self._desk, self._present = desk, present
        self._new: tuple[ListLine, Recipients] | None = None
        self.table: Table[ListLine] = Table(say("lists.table"), line_columns(desk.now), many=False)
        self.table.setMinimumHeight(HEAD + 7 * ROW)
        self.table.row_chosen.connect(lambda _: self._count())
        self.table.row_opened.connect(lambda _: self._take())
        self._list = card(body=self.table, flush=True)
        self.none = label(say("lists.picker.none"), "second", wrap=True)
        self.told = label("", "body", wrap=True)
        self.yes = button(say("lists.picker.title"), on_click=self._take, primary=True)
        _dress(self, say("lists.picker.title"), _WIDE)
        self.cancel = _cancel(self)
        column = vbox(self._list, self.none, self.told, _acts(self.cancel, self.yes), gap=12, margins=20)
        column.setStretch(0, 1)
        self.setLayout(column)
        self._paint(())
        desk.tasks.start("list picker", self._load())

    async def _load(self) -> None:
        lines = await self._desk.lists.lines()
        if isValid(self):
            self._paint(lines)

    def _paint(self, lines: Sequence[ListLine]) -> None:
        self.table.set_rows(lines, key=lambda line: line.id)
        self._list.setVisible(bool(lines))
        self.told.setVisible(bool(lines))
        self.none.setVisible(not lines)
        _offer(self.cancel, self.yes, some=bool(lines))
        self._paint_new()
        if lines:
            self.table.choose_at(0)
            self.table.setFocus()

    def _count(self) -> None:
        self._new = None
        self._paint_new()
        line = self.table.current_row()
        if line is not None:
            self._desk.tasks.start("count new", self._counted(line))

    async def _counted(self, line: ListLine) -> None:
        await self._desk.context.sleep(_PAUSE)
        try:
            new = await self._desk.lists.new_in(line.id, self._present)
        except SmsDeskError as error:
            if isValid(self):
                self.told.setText(" ".join(error_words(error)))
            return
        if isValid(self) and self.table.current_row() == line:
            self._new = (line, new)
            self._paint_new()

    def _paint_new(self) -> None:
        count = 0 if self._new is None else len(self._new[1])
        self.yes.setEnabled(count > 0)
        relabel(self.yes, say("lists.picker.add", count) if count else say("lists.picker.title"))
        self.told.setText(self._words())

    def _words(self) -> str:
        if self._new is None:
            return say("lists.combine.counting") if self.table.current_row() is not None else ""
        line, new = self._new
        known = line.count - len(new)
        if not len(new):
            return say("lists.picker.none_new" if line.count else "lists.rows.nobody")
        if known:
            return say("lists.picker.new", len(new), known=number(known))
        return say("lists.picker.all_new", len(new))

    def _take(self) -> None:
        if self._new is not None and len(self._new[1]):
            line, new = self._new
            self.chosen.emit(new, line.count - len(new), line)
            self.accept()


class CampaignListDialog(QDialog):
    """Makes a list of those of a sent campaign who had one outcome. ``saved`` hands over its line."""

    saved = Signal(object)

    def __init__(self, parent: QWidget, desk: Desk) -> None:
        super().__init__(parent)
        self._desk = desk
        self._counts: dict[Which, int] = {}
        self._named = False
        columns = _campaign_columns(desk)
        self.table: Table[CampaignLine] = Table(say("lists.campaign.table"), columns, many=False)
        self.table.setMinimumHeight(HEAD + 6 * ROW)
        self.table.row_chosen.connect(lambda _: self._count())
        self.table.row_opened.connect(lambda _: self._make())
        self.none = label(say("lists.campaign.none"), "second", wrap=True)
        self.which = Choice(say("lists.which"), on_change=lambda _: self._paint_which())
        self.which.setMinimumWidth(_WHICH_WIDTH)
        self.hint = label("", "second", wrap=True)
        self.name = Field(say("lists.name_field"), text_input("", on_change=self._write))
        self.yes = button(say("lists.campaign.make", 0), on_click=self._make, primary=True)
        _dress(self, say("lists.campaign.title"), _WIDE)
        whom = hbox(label(say("lists.which"), "strong"), self.which, None, gap=12)
        inside = vbox(card(body=self.table, flush=True), whom, self.hint, self.name, gap=12)
        inside.setStretch(0, 1)
        self._parts = holding(inside, "")
        self.cancel = _cancel(self)
        column = vbox(self._parts, self.none, _acts(self.cancel, self.yes), gap=12, margins=20)
        column.setStretch(0, 1)
        self.setLayout(column)
        self._paint(())
        desk.tasks.start("sent campaigns", self._load())

    async def _load(self) -> None:
        lines = await self._desk.campaigns.lines()
        if isValid(self):
            self._paint([line for line in lines if line.sent])

    def _paint(self, lines: "Sequence[CampaignLine]") -> None:
        self.table.set_rows(lines, key=lambda line: line.id)
        self._parts.setVisible(bool(lines))
        self.none.setVisible(not lines)
        _offer(self.cancel, self.yes, some=bool(lines))
        self._paint_which()
        if lines:
            self.table.choose_at(0)
            self.table.setFocus()

    def _count(self) -> None:
        self._counts = {}
        self._paint_which()
        line = self.table.current_row()
        if line is not None:
            self._desk.tasks.start("count campaign", self._counted(line))

    async def _counted(self, line: "CampaignLine") -> None:
        counts = await self._desk.lists.counts(line.id)
        if isValid(self) and self.table.current_row() == line:
            self._counts = counts
            offered = [(which, _counted(which, counts[which])) for which in WHICH if counts[which]]
            self.which.offer(offered, self.which.key())
            self._paint_which()

    def _chosen(self) -> Which | None:
        key = self.which.key()
        return next((which for which in self._counts if which == key), None)

    def _paint_which(self) -> None:
        which, line = self._chosen(), self.table.current_row()
        people = 0 if which is None else self._counts[which]
        self.yes.setEnabled(people > 0)
        relabel(self.yes, say("lists.campaign.make", people))
        self.hint.setText("" if which is None else say(f"lists.which.{which}.hint"))
        if line is not None and which is not None and not self._named:
            self.name.box.setText(say(f"lists.name.{which}", campaign=_campaign_name(line)))
            self.name.box.setCursorPosition(0)

    def _write(self, text: str) -> None:
        self._named = bool(text.strip())

    def _make(self) -> None:
        line, which = self.table.current_row(), self._chosen()
        if line is not None and which is not None and self.yes.isEnabled():
            making = self._desk.lists.from_campaign(line.id, which, self.name.text)
            self.yes.setEnabled(False)
            self._desk.tasks.start("make list", _saved(self, making))


def _counted(which: Which, people: int) -> str:
    return say("lists.which.counted", which=say(f"lists.which.{which}"), people=number(people))


def _campaign_name(line: "CampaignLine") -> str:
    return line.name or say("campaigns.unnamed")


def _campaign_columns(desk: Desk) -> "list[Column[CampaignLine]]":
    def when(line: "CampaignLine") -> str:
        return day_time(line.sent_at or line.saved_at, None, desk.now())

    return [
        Column("name", "lists.campaign.column.name", _campaign_name, 200, stretch=1, strong=True),
        Column("people", "lists.column.people", lambda line: number(line.sms_count), 90, kind="number"),
        Column("when", "lists.campaign.column.when", when, 150, kind="time"),
    ]


async def _saved(dialog: SaveListDialog | CampaignListDialog, work: Coroutine[Any, Any, ListLine]) -> None:
    """Closes the dialog when the list is saved; what goes wrong stands in it, not behind it."""
    try:
        line = await work
    except SmsDeskError as error:
        if isValid(dialog):
            dialog.name.say_wrong(" ".join(error_words(error)))
            dialog.yes.setEnabled(True)
        return
    if isValid(dialog):
        dialog.saved.emit(line)
        dialog.accept()
