"""The page Campaigns: every draft and every sent campaign, and the ways to a new one."""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog

from smsdesk.core.campaign import CampaignId
from smsdesk.core.progress import Progress
from smsdesk.desk.campaign_files import export_saved, open_file
from smsdesk.desk.campaigns import OpenCampaign
from smsdesk.desk.changes import Topic
from smsdesk.desk.desk import Desk
from smsdesk.ui.compose_sets import begin_with_default
from smsdesk.ui.exporting import ask_file, safe_name, write_file, write_table
from smsdesk.ui.layout import action, button, card, empty_page, link
from smsdesk.ui.live import Live
from smsdesk.ui.page import Page
from smsdesk.ui.report import write
from smsdesk.ui.table import Column, Table
from smsdesk.words import day_time, number, say
from smsdesk.words.entries import account_words

if TYPE_CHECKING:
    from smsdesk.desk.campaigns import CampaignLine

_NO_NAME_OF_A_FILE = re.compile(r"[\\/:*?\"<>|\x00-\x1f]")


class Campaigns(Page):
    """The list of campaigns. ``opened`` hands over the campaign to compose; ``noticed`` wants a notice shown.

    ``noticed``: level, sentence, hint, an action or None.
    """

    opened = Signal(object)
    noticed = Signal(str, str, str, object)
    counted = Signal(int)

    def __init__(self, desk: Desk) -> None:
        super().__init__(say("campaigns.title"))
        self._desk = desk
        self._live = Live(desk, "campaigns page", frozenset({Topic.CAMPAIGNS, Topic.JOBS}), self._load)
        self.new = action(say("campaigns.new"), self._new, "plus", "Ctrl+N", self)
        self.from_file = action(say("campaigns.open_file"), self._ask_file, shortcut="Ctrl+O", parent=self)
        self.export = action(say("campaigns.export"), self._ask_export, "download", "Ctrl+S", self)
        self.copy = action(say("campaigns.duplicate"), self._duplicate, "copy", parent=self)
        self.remove = action(say("campaigns.delete"), self._delete, "trash-2", "Del", self)
        self.report = action(say("campaigns.report"), self._ask_report, parent=self)
        self.table_file = action(say("campaigns.table_file"), self._ask_table, parent=self)
        self.set_actions(self.from_file, self.export, self.copy, self.remove, primary=self.new)
        self.offer(self.report, self.table_file)
        self.table: Table[CampaignLine] = Table(say("campaigns.table"), self._columns(), many=False)
        self.table.row_opened.connect(lambda line: self.open_campaign(line.id))
        self.table.row_chosen.connect(lambda _: self._enable())
        self._list = card(body=self.table, flush=True)
        first = button(say("campaigns.new"), "plus", self._new)
        more = link(say("campaigns.help"), lambda: self.help_asked.emit("first-campaign"))
        self.empty = empty_page(say("campaigns.empty"), first, more, icon_name="pencil")
        self.body.addWidget(self._list, 1)
        self.body.addWidget(self.empty, 1)
        self._paint(())

    def _columns(self) -> "list[Column[CampaignLine]]":
        return [
            Column(
                "name",
                "campaigns.column.name",
                _name,
                220,
                stretch=3,
                strong=True,
                sort=lambda line: line.name.casefold(),
            ),
            Column(
                "state",
                "campaigns.column.state",
                lambda line: say("campaigns.sent" if line.sent else "campaigns.draft"),
                100,
                kind="pill",
                role=lambda line: "delivered" if line.sent else "neutral",
            ),
            Column(
                "sms",
                "campaigns.column.sms",
                lambda line: number(line.sms_count),
                80,
                kind="number",
                sort=lambda line: line.sms_count,
            ),
            Column(
                "outcome",
                "campaigns.column.outcome",
                _outcome_words,
                170,
                kind="bar",
                shares=lambda line: _outcomes(line) if line.sent else (),
                priority=2,
            ),
            Column(
                "account",
                "campaigns.column.account",
                lambda line: account_words(line.account),
                140,
                priority=1,
                stretch=1,
            ),
            Column("when", "campaigns.column.when", self._when, 150, kind="time"),
        ]

    def _when(self, line: "CampaignLine") -> str:
        return day_time(line.sent_at or line.saved_at, None, self._desk.now())

    def shown(self) -> None:
        """Loads and follows the campaigns."""
        self._live.shown()

    def hidden(self) -> None:
        """Stops following."""
        self._live.hidden()

    async def _load(self) -> None:
        self._paint(await self._desk.campaigns.lines())

    def _paint(self, lines: "tuple[CampaignLine, ...]") -> None:
        self.table.set_rows(lines, key=lambda line: line.id)
        drafts = sum(not line.sent for line in lines)
        self.header.set_subtitle(say("campaigns.summary", len(lines), drafts=number(drafts)) if lines else "")
        self._list.setVisible(bool(lines))
        self.empty.setVisible(not lines)
        self.counted.emit(len(lines))
        self._enable()

    def _enable(self) -> None:
        line = self.table.current_row()
        for act in (self.copy, self.export):
            act.setEnabled(line is not None)
        self.remove.setEnabled(line is not None and not line.sent)
        self.report.setEnabled(line is not None and line.sent)

    # -- acting ----------------------------------------------------------------------------------

    def open_campaign(self, campaign: CampaignId) -> None:
        """Opens a campaign in the composer."""

        async def opened() -> None:
            self.opened.emit(await self._desk.campaigns.open(campaign))

        self._desk.tasks.start("open campaign", opened())

    def _new(self) -> None:
        async def made() -> None:
            self.opened.emit(await new_draft(self._desk))

        self._desk.tasks.start("new campaign", made())

    def _duplicate(self) -> None:
        line = self.table.current_row()
        if line is None:
            return
        name = say("campaigns.copy_of", name=line.name)

        async def copied() -> None:
            self.opened.emit(await self._desk.campaigns.duplicate(line.id, name))

        self._desk.tasks.start("copy campaign", copied())

    def _delete(self) -> None:
        line = self.table.current_row()
        if line is None or line.sent:
            return
        undo = QAction(say("campaigns.undo"), self)
        undo.triggered.connect(
            lambda: self._desk.tasks.start("restore", self._desk.campaigns.restore(line.id))
        )
        self._desk.tasks.start("delete", self._desk.campaigns.delete(line.id))
        words = say("campaigns.deleted", name=line.name or say("campaigns.unnamed"))
        self.noticed.emit("done", words, "", undo)

    # -- files -----------------------------------------------------------------------------------

    def _ask_file(self) -> None:
        dialog = QFileDialog(self, say("campaigns.open_file"), "", say("campaigns.files"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda path: self.open_file(Path(path)))
        dialog.finished.connect(lambda _: dialog.deleteLater())
        dialog.open()

    def open_file(self, path: Path) -> None:
        """Makes a draft out of a campaign's file, or of a request in the API's own form."""

        async def read() -> None:
            self.opened.emit(await open_file(self._desk.context, self._desk.campaigns, path))

        self._desk.tasks.start("open file", read())

    def _ask_export(self) -> None:
        line = self.table.current_row()
        if line is None:
            return
        proposed = f"{_NO_NAME_OF_A_FILE.sub('_', line.name).strip() or say('campaigns.unnamed')}.json"
        dialog = QFileDialog(self, say("campaigns.export"), proposed, say("campaigns.files"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("json")
        dialog.fileSelected.connect(lambda path: self.export_to(line, Path(path)))
        dialog.finished.connect(lambda _: dialog.deleteLater())
        dialog.open()

    def export_to(self, line: "CampaignLine", path: Path) -> None:
        """Writes a campaign to a file, which any SMS Desk opens."""

        async def written() -> None:
            await export_saved(self._desk.context, line.id, path)
            self.noticed.emit("done", say("campaigns.exported", line.sms_count, name=path.name), "", None)

        self._desk.tasks.start("export campaign", written())

    def _ask_table(self) -> None:
        ask_file(self, say("campaigns.table_file"), say("campaigns.title"), self.write_table)

    def write_table(self, path: Path) -> None:
        """Writes the campaigns as they are listed."""

        def done(count: int) -> None:
            self.noticed.emit("done", say("campaigns.table_file.written", count, name=path.name), "", None)

        write_table(self, self._desk, path, "campaigns", self.table.rows.keys(), done)

    def _ask_report(self) -> None:
        line = self.table.current_row()
        if line is not None:
            name = safe_name(say("report.name", name=line.name), say("campaigns.title"))
            ask_file(
                self, say("campaigns.report"), name, lambda path: self.write_report(line, path), ("pdf",)
            )

    def write_report(self, line: "CampaignLine", path: Path) -> None:
        """Writes a report on a campaign, for people who were not there."""

        async def act(_: Progress) -> None:
            await write(self._desk, path, await self._desk.reporting.of_campaign(line.id))
            self.noticed.emit("done", say("report.written", name=path.name), "", None)

        write_file(self, self._desk, path, act)


async def new_draft(desk: Desk) -> OpenCampaign:
    """An empty campaign: of the first account, with the options that its campaigns begin with."""
    accounts = await desk.accounts.every()
    region = (await desk.settings()).get("region", "DE")
    opened = await desk.campaigns.create("", accounts[0].name if accounts else "", region)
    await begin_with_default(desk, opened)
    return opened


def _name(line: "CampaignLine") -> str:
    """The name, and of which campaign it is a follow-up."""
    name = line.name or say("campaigns.unnamed")
    return name if line.follows is None else say("campaigns.follows", name=name, first=line.follows)


def _outcomes(line: "CampaignLine") -> tuple[tuple[str, int], ...]:
    return (
        ("delivered", line.delivered),
        ("waiting", line.waiting),
        ("failed", line.failed),
        ("unknown", line.unknown),
        ("cancelled", line.cancelled),
    )


def _outcome_words(line: "CampaignLine") -> str:
    if not line.sent:
        return ""
    always = ("delivered", "waiting", "failed")
    told = [(outcome, n) for outcome, n in _outcomes(line) if n or outcome in always]
    return ", ".join(f"{number(n)} {say(f'outcome.{outcome}')}" for outcome, n in told)
