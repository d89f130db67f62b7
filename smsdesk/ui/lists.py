"""The page Lists: people to write to again, where each list came from, and what two of them give together."""

import re
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog

from smsdesk.core.errors import SmsDeskError
from smsdesk.core.lists import Figures, Kind, ListId, ListLine
from smsdesk.desk.changes import Topic
from smsdesk.desk.desk import Desk
from smsdesk.ui.layout import action, button, card, empty_page, icon_button, link, splitter
from smsdesk.ui.lists_combine import CombineCard
from smsdesk.ui.lists_dialogs import CampaignListDialog, NameDialog
from smsdesk.ui.lists_rows import RowsCard, line_columns
from smsdesk.ui.live import Live
from smsdesk.ui.page import Page
from smsdesk.ui.table import HEAD, ROW, Table
from smsdesk.words import say

_PAUSE = 0.08
"""Seconds on one row before a long list is read."""
_USUAL_ROWS = 7
_NOT_IN_NAMES = re.compile(r"[^\w\- ]+")


class Lists(Page):
    """The saved lists.

    ``campaign_asked`` hands over the recipients that a new campaign is to have; ``noticed`` as Campaigns';
    ``counted``: how many lists there are.
    """

    noticed = Signal(str, str, str, object)
    counted = Signal(int)
    campaign_asked = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__(say("lists.title"))
        self._desk = desk
        self._order: list[ListId] = []
        self._figures: Figures | None = None
        self._shown: ListId | None = None
        self._live = Live(desk, "lists page", frozenset({Topic.LISTS}), self._load)
        self._make_actions()
        self.table: Table[ListLine] = Table(say("lists.table"), line_columns(desk.now))
        self.table.row_chosen.connect(lambda _: self._choose())
        self.table.row_opened.connect(lambda _: self.use.trigger())
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._select())
        self.rows = RowsCard(
            icon_button("pencil", say("lists.rename"), self.rename.trigger),
            icon_button("download", say("lists.export"), self.export.trigger),
        )
        self.combine = CombineCard()
        self.combine.combined.connect(self._combine)
        top = card(body=self.table, flush=True)
        top.setMinimumHeight(HEAD + 3 * ROW)
        lower = splitter(self.rows, self.combine, shares=(1, 0))
        self._parts = splitter(top, lower, vertical=True, shares=(1, 2))
        self._parts.setSizes([HEAD + _USUAL_ROWS * ROW + 8, 450])
        lower.setSizes([780, 320])
        first = button(say("lists.from_campaign"), on_click=self.from_campaign.trigger)
        more = link(say("lists.help"), lambda: self.help_asked.emit("lists"))
        self.empty = empty_page(say("lists.empty"), first, more, icon_name="users")
        self.body.addWidget(self._parts, 1)
        self.body.addWidget(self.empty, 1)
        self._paint(())

    def _make_actions(self) -> None:
        self.use = action(say("lists.use"), self._use, parent=self)
        self.use.setStatusTip(say("lists.use.tip"))
        self.from_campaign = action(say("lists.from_campaign"), self._ask_campaign, parent=self)
        self.rename = action(say("lists.rename"), self._ask_name, "pencil", "F2", self)
        self.export = action(say("lists.export"), self._ask_path, "download", parent=self)
        self.remove = action(say("lists.delete"), self._delete, "trash-2", "Del", self)
        self.set_actions(self.from_campaign, self.remove, primary=self.use)
        self.offer(self.rename, self.export)

    # -- loading ---------------------------------------------------------------------------------

    def shown(self) -> None:
        """Loads and follows the lists."""
        self._live.shown()

    def hidden(self) -> None:
        """Stops following."""
        self._live.hidden()

    async def _load(self) -> None:
        self._paint(await self._desk.lists.lines())

    def _paint(self, lines: tuple[ListLine, ...]) -> None:
        self.table.set_rows(lines, key=lambda line: line.id)
        if lines and self.table.current_row() is None:
            self.table.choose_at(0)
        self.header.set_subtitle(say("lists.summary", len(lines)) if lines else "")
        self._parts.setVisible(bool(lines))
        self.empty.setVisible(not lines)
        self.from_campaign.setVisible(bool(lines))
        self.remove.setVisible(bool(lines))
        self.use.setVisible(bool(lines))
        self.counted.emit(len(lines))
        self._select()
        self._choose()

    # -- choosing --------------------------------------------------------------------------------

    def _choose(self) -> None:
        """Shows who is in the current list."""
        line = self.table.current_row()
        self.rows.show_line(line)
        self._enable()
        if line is None or line.id == self._shown or not self._live.in_sight:
            return
        self._shown = line.id
        self._desk.tasks.start("list rows", self._load_rows(line))

    async def _load_rows(self, line: ListLine) -> None:
        try:
            await self._desk.context.sleep(_PAUSE)
            self.rows.show_rows(await self._desk.lists.load(line.id))
        except SmsDeskError as error:
            self.rows.show_error(error)

    def _select(self) -> None:
        """Keeps the chosen lists in the order of choosing: the first is A, the second is B."""
        lines = {line.id: line for line in self.table.chosen_rows()}
        kept = [key for key in self._order if key in lines]
        order = [*kept, *(key for key in lines if key not in kept)]
        if order != self._order:
            self._order, self._figures = order, None
        pair = tuple(lines[key] for key in order)
        self.combine.show_pair(pair, self._figures)
        if len(pair) == 2 and self._figures is None and self._live.in_sight:
            self._desk.tasks.start("list figures", self._count(pair))
        self._enable()

    async def _count(self, pair: tuple[ListLine, ...]) -> None:
        first, second = pair
        await self._desk.context.sleep(_PAUSE)
        found = await self._desk.lists.figures(first.id, second.id)
        if self._order == [first.id, second.id]:
            self._figures = found
            self.combine.show_pair(pair, found)

    def _enable(self) -> None:
        line, chosen = self.table.current_row(), self.table.chosen_rows()
        for act in (self.rename, self.export):
            act.setEnabled(line is not None)
        self.remove.setEnabled(bool(chosen))
        one = line if len(chosen) == 1 and line is not None and line.count else None
        self.use.setEnabled(one is not None)
        self.use.setText(say("lists.use") if one is None else say("lists.use.counted", one.count))

    def choose(self, list_id: ListId) -> None:
        """Makes a list the current one, once it is loaded."""
        self._desk.tasks.start("lists page", self._load_and_choose(list_id))

    async def _load_and_choose(self, list_id: ListId) -> None:
        await self._load()
        self.table.choose(list_id)

    # -- acting ----------------------------------------------------------------------------------

    def _combine(self, kind: Kind, first: ListLine, second: ListLine) -> None:
        async def combined() -> None:
            self._saved(await self._desk.lists.combine(kind, first, second))

        self._desk.tasks.start("combine lists", combined())

    def _saved(self, line: ListLine) -> None:
        words = say("lists.saved", line.count, name=line.name)
        self._done(words, lambda: self._desk.lists.delete(line.id))
        self.choose(line.id)

    def _done(self, words: str, back: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Says what was done, with the way back."""
        undo = QAction(say("lists.undo"), self)
        undo.triggered.connect(lambda: self._desk.tasks.start("undo list", back()))
        self.noticed.emit("done", words, "", undo)

    def _ask_campaign(self) -> None:
        dialog = CampaignListDialog(self, self._desk)
        dialog.saved.connect(self._saved)
        dialog.open()

    def _use(self) -> None:
        line = self.table.current_row()
        if line is None or not self.use.isEnabled():
            return

        async def used() -> None:
            self.campaign_asked.emit(await self._desk.lists.load(line.id))

        self._desk.tasks.start("use list", used())

    def _ask_name(self) -> None:
        line = self.table.current_row()
        if line is None:
            return
        title, yes = say("lists.rename.title"), say("lists.rename.yes")
        dialog = NameDialog(self, self._desk, title, yes, line.name, own=line)
        dialog.named.connect(
            lambda name: self._desk.tasks.start("rename list", self._desk.lists.rename(line.id, name))
        )
        dialog.open()

    def _delete(self) -> None:
        lines = self.table.chosen_rows()
        if not lines:
            return
        ids = [line.id for line in lines]
        self._desk.tasks.start("delete list", self._desk.lists.delete(*ids))
        one = say("lists.deleted", name=lines[0].name)
        words = one if len(lines) == 1 else say("lists.deleted.many", len(lines))
        self._done(words, lambda: self._desk.lists.restore(*ids))

    def _ask_path(self) -> None:
        line = self.table.current_row()
        if line is None:
            return
        name = _NOT_IN_NAMES.sub(" ", line.name).strip() or say("lists.title")
        dialog = QFileDialog(self, say("lists.export.title"), f"{name}.csv", say("jobs.export.filter"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("csv")
        dialog.fileSelected.connect(lambda path: self.export_to(line, Path(path)))
        dialog.finished.connect(lambda _: dialog.deleteLater())
        dialog.open()

    def export_to(self, line: ListLine, path: Path) -> None:
        """Writes a list to a file."""

        async def exported() -> None:
            count = await self._desk.lists.export(line.id, path)
            self.noticed.emit("done", say("lists.exported", count, name=path.name), "", None)

        self._desk.tasks.start("export list", exported())
