"""The composer: one open campaign in tabs, with preview, totals and checks always in sight."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QFileDialog, QInputDialog, QStackedWidget

from smsdesk.core.campaign import LeftOut
from smsdesk.core.importing import Imported
from smsdesk.core.numbers import Standing, read_number
from smsdesk.core.problem import Level, Problem
from smsdesk.core.recipients import Added, Recipients, patched
from smsdesk.desk.campaigns import OpenCampaign
from smsdesk.desk.demo import left_out
from smsdesk.desk.desk import Desk
from smsdesk.ui.compose_messages import Messages
from smsdesk.ui.compose_options import OptionsTab
from smsdesk.ui.compose_review import ReviewTab
from smsdesk.ui.compose_schedule import Schedule
from smsdesk.ui.compose_side import Side
from smsdesk.ui.inputs import Segments, text_input
from smsdesk.ui.layout import BETWEEN, action, hbox
from smsdesk.ui.page import Page
from smsdesk.words import ago, number, say

TABS = ("messages", "schedule", "options", "review")
_WHERE = {
    "text": "messages",
    "recipients": "messages",
    "name": "messages",
    "start": "schedule",
    "blackouts": "schedule",
}
"""The tab in which a problem's field is; every other field is an option."""
_NARROW = 900
_NAME_WIDTH = (160, 420)


class Composer(Page):
    """The campaign under work.

    ``import_asked``: a path and the region; ``queued``: it is in the outbox; ``noticed`` as Campaigns';
    ``saved_words``: what the status strip says of saving.
    """

    import_asked = Signal(object, str)
    queued = Signal()
    noticed = Signal(str, str, str, object)
    saved_words = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__(say("compose.title"))
        self._desk = desk
        self.opened: OpenCampaign | None = None
        self._stop: Callable[[], None] = lambda: None
        self._accounts: tuple[str, ...] = ()
        self._region = "DE"
        self.setAcceptDrops(True)
        self.next = action(
            say("compose.review", 0), lambda: self.go_tab("review"), shortcut="Ctrl+Return", parent=self
        )
        self.undo = action(say("compose.undo"), self._undo, shortcut="Ctrl+Z", parent=self)
        self.redo = action(say("compose.redo"), self._redo, shortcut="Ctrl+Shift+Z", parent=self)
        self.aside = action(say("compose.aside"), self._toggle_side, shortcut="Ctrl+I", parent=self)
        self.set_actions(self.aside, primary=self.next)
        self.offer(self.undo, self.redo)
        self.name = text_input(
            say("compose.name"), placeholder=say("campaigns.unnamed"), on_change=self._rename, kind="title"
        )
        self.header.write_title_in(self.name)
        self.tabs = Segments(
            say("compose.tabs"), [(key, say(f"compose.tab.{key}")) for key in TABS], kind="tab"
        )
        self.tabs.changed.connect(self.go_tab)
        self.messages = Messages()
        self.messages.import_asked.connect(lambda _: self.ask_file())
        self.messages.number_asked = self._ask_number
        self.schedule = Schedule(desk)
        self.options = OptionsTab()
        self.review = ReviewTab(desk, self.queued.emit)
        self.side = Side(desk, self.go_to, self._moved)
        self.messages.person_chosen.connect(self.side.show_person)
        self.stack = QStackedWidget()
        for tab in (self.messages, self.schedule, self.options, self.review):
            self.stack.addWidget(tab)
        row = hbox(self.stack, self.side, gap=18)
        row.setStretch(0, 1)
        row.setAlignment(self.side, Qt.AlignmentFlag(0))
        self.body.addWidget(self.tabs)
        self.body.addLayout(row, 1)
        self.body.setSpacing(BETWEEN)
        self._clock = QTimer(self, interval=1000)
        self._clock.timeout.connect(self._paint_saved)

    # -- opening ---------------------------------------------------------------------------------

    def open_campaign(self, opened: OpenCampaign) -> None:
        """Takes a campaign to work on."""
        self._stop()
        self.opened, self._region = opened, opened.campaign.region
        self._stop = opened.listen(self._show)
        self.name.setText(opened.campaign.name)
        self.name.setCursorPosition(0)
        self.go_tab("messages")
        self._show()

    def shown(self) -> None:
        """Loads the accounts to choose from."""
        self._clock.start()
        self._desk.tasks.start("composer accounts", self._load_accounts())

    def hidden(self) -> None:
        """Saves what is not on disk yet."""
        self._clock.stop()
        self.saved_words.emit("")
        if self.opened is not None and not self.opened.saved:
            self._desk.tasks.start("save on leaving", self.opened.save())

    async def _load_accounts(self) -> None:
        self._accounts = tuple(account.name for account in await self._desk.accounts.every())
        if self.opened is not None and not self.opened.campaign.account and len(self._accounts) == 1:
            self.opened.choose_account(self._accounts[0])
        self._show()

    # -- painting --------------------------------------------------------------------------------

    def _show(self) -> None:
        opened = self.opened
        if opened is None:
            return
        campaign = opened.campaign
        if self.name.text() != campaign.name and not self.name.hasFocus():
            self.name.setText(campaign.name)
        self._fit_name()
        self.name.setReadOnly(opened.sent)
        self.next.setText(say("compose.review", campaign.sms_count))
        self.next.setVisible(self.tabs.key() != "review")
        self.undo.setEnabled(opened.can_undo)
        self.redo.setEnabled(opened.can_redo)
        self.messages.show_campaign(opened)
        self.schedule.show_campaign(opened)
        self.options.show_campaign(opened, self._accounts)
        self.review.show_campaign(opened)
        self.side.show_campaign(opened)
        self._paint_tabs(opened)
        self._paint_saved()

    def _fit_name(self) -> None:
        words = self.name.text() or self.name.placeholderText()
        wide = self.name.fontMetrics().horizontalAdvance(words) + 32
        self.name.setFixedWidth(max(_NAME_WIDTH[0], min(_NAME_WIDTH[1], wide)))

    def _paint_tabs(self, opened: OpenCampaign) -> None:
        campaign = opened.campaign
        wrong = sum(p.level is Level.ERROR for p in opened.review.problems) if opened.review else 0
        beside = {
            "messages": number(len(campaign.messages)),
            "schedule": number(len(campaign.options.blackouts)) if campaign.options.blackouts else "",
            "options": "",
            "review": say("compose.to_mend", wrong) if wrong else "",
        }
        for key, words in beside.items():
            self.tabs.set_words(key, f"{say(f'compose.tab.{key}')}  {words}".rstrip())

    def _paint_saved(self) -> None:
        if self.opened is None:
            return
        if self.opened.sent:
            words = say("compose.sent")
        elif self.opened.saved_at is None:
            words = say("compose.saving")
        else:
            words = say("compose.saved", ago=ago(self._desk.now() - self.opened.saved_at))
        self.header.set_subtitle(words)
        self.saved_words.emit(
            say("strip.saved") if self.opened.saved or self.opened.sent else say("compose.saving")
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Folds the right column into a drawer where there is no room for it."""
        super().resizeEvent(event)
        self._fold()

    def _fold(self, *, drawn: bool = False) -> None:
        narrow = self.width() < _NARROW
        self.aside.setVisible(narrow)
        self.side.setVisible(drawn or not narrow)
        self.stack.setVisible(not (narrow and drawn))

    def _toggle_side(self) -> None:
        self._fold(drawn=self.side.isHidden())

    # -- moving ----------------------------------------------------------------------------------

    def go_tab(self, key: str) -> None:
        """Brings a tab into sight."""
        self.tabs.choose(key)
        self.stack.setCurrentIndex(TABS.index(key))
        self._fold()
        self._show()

    def go_to(self, problem: Problem) -> None:
        """Goes to the cause of a problem."""
        field = problem.where.field or "text"
        self.go_tab(_WHERE.get(field, "options"))
        if field in ("text", "recipients"):
            self.messages.choose_message(problem.where.message or 0)
            if problem.where.row:
                self.messages.choose_person(problem.where.row - 1)
            elif field == "text":
                self.messages.editor.setFocus()
        elif field == "name":
            self.name.setFocus()
        elif _WHERE.get(field) is None:
            self.options.go_to(field)

    def _moved(self, message: int, row: int) -> None:
        if message == self.messages.at:
            self.messages.choose_person(row)

    # -- changing --------------------------------------------------------------------------------

    def _rename(self, name: str) -> None:
        if self.opened is not None:
            self.opened.rename(name)

    def _undo(self) -> None:
        if self.opened is not None:
            self.opened.undo()

    def _redo(self) -> None:
        if self.opened is not None:
            self.opened.redo()

    def ask_file(self) -> None:
        """Asks for a table to import."""
        dialog = QFileDialog(self, say("compose.import"), "", say("import.files"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda path: self.import_asked.emit(Path(path), self._region))
        dialog.finished.connect(lambda _: dialog.deleteLater())
        dialog.open()

    def take(self, table: Imported, *, with_doubtful: bool) -> None:
        """Takes imported recipients into the text in sight; the notice offers undo."""
        if self.opened is None:
            return
        rows, left = table.recipients, left_out(table)
        if with_doubtful:
            rows = patched(rows, Added(table.doubtful))
            left = LeftOut(0, left.invalid, left.duplicates, left.do_not_contact, left.blank)
        self.opened.add_recipients(self.messages.at, rows, left)
        undo = QAction(say("compose.undo"), self)
        undo.triggered.connect(self._undo)
        self.noticed.emit("done", say("compose.taken", len(rows)), "", undo)

    def _ask_number(self, message: int) -> None:
        dialog = QInputDialog(self)
        dialog.setWindowTitle(say("compose.add_number"))
        dialog.setLabelText(say("compose.add_number.words"))
        dialog.textValueSelected.connect(lambda text: self._add_number(message, text))
        dialog.finished.connect(lambda _: dialog.deleteLater())
        dialog.open()

    def _add_number(self, message: int, text: str) -> None:
        found = read_number(text, self._region)
        if found.standing is Standing.INVALID:
            self.noticed.emit(
                "warning",
                say("problem.recipient_invalid", value=text),
                say("problem.recipient_invalid.hint"),
                None,
            )
        elif self.opened is not None:
            self.opened.add_recipients(message, Recipients([found.e164], [""]))

    # -- a file dropped on the window ------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Takes one local file."""
        if event.mimeData().hasUrls() and event.mimeData().urls()[0].isLocalFile():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Imports it."""
        self.import_asked.emit(Path(event.mimeData().urls()[0].toLocalFile()), self._region)
        event.acceptProposedAction()
