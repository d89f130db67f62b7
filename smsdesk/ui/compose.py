"""The composer: one open campaign in tabs, with preview, totals and checks always in sight."""

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent, QResizeEvent, QTextCursor
from PySide6.QtWidgets import QStackedWidget

from smsdesk.core.problem import Level, Problem
from smsdesk.core.remembered import View
from smsdesk.desk.campaigns import OpenCampaign
from smsdesk.desk.desk import Desk
from smsdesk.ui.compose_messages import Messages
from smsdesk.ui.compose_options import OptionsTab
from smsdesk.ui.compose_recipients import RecipientsTab
from smsdesk.ui.compose_review import ReviewTab
from smsdesk.ui.compose_schedule import Schedule
from smsdesk.ui.compose_side import Side
from smsdesk.ui.compose_taking import Taking
from smsdesk.ui.compose_test import ask_test
from smsdesk.ui.importing_drops import files_in
from smsdesk.ui.inputs import Segments, TitleInput
from smsdesk.ui.layout import BETWEEN, SIDES, action, hbox
from smsdesk.ui.page import Page
from smsdesk.ui.prices import PricesDialog
from smsdesk.words import ago, number, say

TABS = ("messages", "recipients", "schedule", "options", "review")
_WHERE = {
    "text": "messages",
    "recipients": "recipients",
    "name": "messages",
    "start": "schedule",
    "blackouts": "schedule",
}
"""The tab in which a problem's field is; every other field is an option."""
_NARROW = 900


class Composer(Page):
    """The campaign under work.

    ``queued``: it is in the outbox; ``outbox_asked``: a person wants to see that; ``noticed`` as
    Campaigns'; ``saved_words``: what the status strip says of saving.
    """

    queued = Signal()
    outbox_asked = Signal()
    noticed = Signal(str, str, str, object)
    saved_words = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__(say("compose.title"))
        self._desk = desk
        self.opened: OpenCampaign | None = None
        self._stop: Callable[[], None] = lambda: None
        self._accounts: tuple[str, ...] = ()
        self._kept: View | None = None
        self.setAcceptDrops(True)
        self.next = action(say("compose.review", 0), self._go_review, shortcut="Ctrl+Return", parent=self)
        self.undo = action(say("compose.undo"), self._undo, shortcut="Ctrl+Z", parent=self)
        self.redo = action(say("compose.redo"), self._redo, shortcut="Ctrl+Shift+Z", parent=self)
        self.aside = action(say("compose.aside"), self._toggle_side, shortcut="Ctrl+I", parent=self)
        forward = action(say("compose.next_tab"), lambda: self._turn(1), shortcut="Ctrl+PgDown", parent=self)
        backward = action(say("compose.last_tab"), lambda: self._turn(-1), shortcut="Ctrl+PgUp", parent=self)
        self.test = action(say("compose.test"), self._ask_test, "smartphone", "Ctrl+T", self)
        self.name = TitleInput(say("compose.name"), say("campaigns.unnamed"), self._rename)
        self.header.write_title_in(self.name)
        self.tabs = Segments(
            say("compose.tabs"), [(key, say(f"compose.tab.{key}")) for key in TABS], kind="tab"
        )
        self.tabs.changed.connect(self.go_tab)
        self.messages, self.recipients = Messages(desk), RecipientsTab(desk)
        self.schedule, self.options = Schedule(desk), OptionsTab(desk)
        self.review = ReviewTab(desk, self.queued.emit, self.go_to, self._act)
        self._before = (self.review.pilot, self.review.rehearse)
        self.set_actions(self.aside, self.test, *self._before, primary=self.next)
        self.offer(self.undo, self.redo, forward, backward)
        self.side = Side(desk, self.go_to, self._moved, self._act)
        self.taking = Taking(self, lambda: (self.opened, self.messages.at))
        self._join()
        self.stack = QStackedWidget()
        for tab in (self.messages, self.recipients, self.schedule, self.options, self.review):
            self.stack.addWidget(tab)
        row = hbox(self.stack, self.side, gap=18)
        row.setStretch(0, 1)
        row.setAlignment(self.side, Qt.AlignmentFlag(0))
        self.body.addWidget(self.tabs)
        self.body.addLayout(row, 1)
        self.body.setSpacing(BETWEEN)
        self._clock = QTimer(self, interval=1000)
        self._clock.timeout.connect(self._ring)

    def _join(self) -> None:
        self.taking.taken.connect(self._tell_done)
        self.taking.imported.connect(self.review.remember)
        for part in (self.taking, self.options, self.review):
            part.noticed.connect(self.noticed)
        self.offer(*self.side.actions_offered())
        for asking in (self.options, self.review):
            asking.prices_asked.connect(self._ask_prices)
        self.messages.text_chosen.connect(lambda at: self.side.show_person(at, 0))
        self.messages.person_asked.connect(lambda row: self.side.show_person(self.messages.at, row))
        self.messages.told.connect(self.noticed)
        self.side.person_shown.connect(self.messages.show_look)
        self.recipients.texts.chosen.connect(self._choose_text)
        for people in (self.messages.people, self.recipients.people):
            people.person_chosen.connect(lambda row: self.side.show_person(self.messages.at, row))
            people.import_asked.connect(self.taking.ask_file)
            people.paste_asked.connect(self.taking.paste)
            people.number_asked.connect(self.taking.ask_number)
            people.number_refused.connect(self.taking.refuse_number)
            people.removed.connect(lambda n: self._tell_done(say("compose.removed", n), 1))
            people.told.connect(self.noticed)

    # -- opening ---------------------------------------------------------------------------------

    def open_campaign(self, opened: OpenCampaign) -> None:
        """Takes a campaign to work on."""
        self._stop()
        self.opened = opened
        self._stop = opened.listen(self._show)
        self.name.setText(opened.campaign.name)
        self.name.setCursorPosition(0)
        self.recipients.show_campaign(opened, 0)
        self.schedule.show_campaign(opened)
        self.options.show_campaign(opened, self._accounts)
        self.review.show_campaign(opened)
        self._kept = None
        self.go_tab("messages")
        self._desk.tasks.start("view", self._restore(opened))

    async def _restore(self, opened: OpenCampaign) -> None:
        """Shows a draft as it was left."""
        view = await self._desk.views.load(opened.campaign.id)
        if opened is not self.opened:
            return
        self._kept = view or View()
        if view is None:
            return
        self.messages.choose_message(min(view.message, len(opened.campaign.messages) - 1))
        self._select(view.anchor, view.cursor)
        if view.tab in TABS and view.tab != "review":
            self.go_tab(view.tab)
        self.side.show_person(self.messages.at, view.row)
        self._moved(self.messages.at, view.row)

    def _select(self, anchor: int, position: int) -> None:
        editor = self.messages.editor
        cursor, last = editor.textCursor(), len(editor.toPlainText())
        cursor.setPosition(min(anchor, last))
        cursor.setPosition(min(position, last), QTextCursor.MoveMode.KeepAnchor)
        editor.setTextCursor(cursor)

    def _keep_view(self) -> None:
        """Keeps how the draft is left, where that changed."""
        opened, cursor = self.opened, self.messages.editor.textCursor()
        if opened is None or opened.sent or self._kept is None or self._desk.tasks.over:
            return
        message, row = self.side.place
        view = View(self.tabs.key(), message, cursor.position(), cursor.anchor(), row)
        if view != self._kept:
            self._kept = view
            self._desk.tasks.start("keep view", self._desk.views.keep(opened.campaign.id, view))

    def _ring(self) -> None:
        self._paint_saved()
        self._keep_view()

    def shown(self) -> None:
        """Loads the accounts to choose from; the do-not-contact list may have changed meanwhile."""
        self._clock.start()
        if self.opened is not None:
            self.opened.check()
        self._desk.tasks.start("composer accounts", self._load_accounts())

    def hidden(self) -> None:
        """Saves what is not on disk yet."""
        self._clock.stop()
        self._keep_view()
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
            self.name.setCursorPosition(0)
        self.name.fit(self.header.room_for_title())
        self.name.setReadOnly(opened.sent)
        self.next.setText(say("compose.review", campaign.sms_count))
        self.next.setVisible(self.tabs.key() != "review" and not opened.sent)
        self.test.setVisible(not opened.sent)
        for act in self._before:
            act.setVisible(self.tabs.key() == "review" and not opened.sent)
        self.undo.setEnabled(opened.can_undo)
        self.redo.setEnabled(opened.can_redo)
        self._show_tab(opened)
        self.side.show_campaign(opened)
        self._paint_tabs(opened)
        self._paint_saved()

    def _show_tab(self, opened: OpenCampaign) -> None:
        """Only the tab in sight is kept up to date."""
        match self.tabs.key():
            case "messages":
                self.messages.show_campaign(opened)
            case "recipients":
                self.recipients.show_campaign(opened, self._text_at(opened))
            case "schedule":
                self.schedule.show_campaign(opened)
            case "options":
                self.options.show_campaign(opened, self._accounts)
            case "review":
                self.review.show_campaign(opened)

    def _text_at(self, opened: OpenCampaign) -> int:
        return min(self.messages.at, len(opened.campaign.messages) - 1)

    def _paint_tabs(self, opened: OpenCampaign) -> None:
        campaign = opened.campaign
        found = opened.review.problems if opened.review else ()
        red = [problem for problem in found if problem.level is Level.ERROR]
        bad_options = sum(_WHERE.get(p.where.field or "text", "options") == "options" for p in red)
        mend = 0 if opened.sent else len(red)
        held = len(campaign.options.blackouts) + len(campaign.rules)
        self._label_tabs(
            {
                "messages": number(len(campaign.messages)),
                "recipients": number(campaign.sms_count),
                "schedule": number(held) if held else "",
                "options": "" if bad_options or not opened.review else "✓",
            },
            {"options": bad_options, "review": mend},
        )

    def _label_tabs(self, beside: dict[str, str], to_mend: dict[str, int]) -> None:
        """Writes the tabs; where they don't fit, what is to be mended shrinks to its number."""
        for code in ("compose.to_mend", "compose.to_mend.short"):
            words = beside | {key: say(code, n) for key, n in to_mend.items() if n}
            for key in TABS:
                self.tabs.set_words(key, f"{say(f'compose.tab.{key}')}  {words.get(key, '')}".rstrip())
            if self.tabs.sizeHint().width() <= self.width() - 2 * SIDES:
                return

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
        self.name.fit(self.header.room_for_title())
        self._fold()

    def _fold(self, *, drawn: bool = False) -> None:
        narrow, has_checks = self.width() < _NARROW, self.tabs.key() == "review"
        self.aside.setVisible(narrow and not has_checks)
        self.test.setText(say("compose.test.short" if narrow else "compose.test"))
        self.side.setVisible((drawn or not narrow) and not has_checks)
        self.side.spread(wide=narrow)
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

    def _turn(self, by: int) -> None:
        at = TABS.index(self.tabs.key()) + by
        if 0 <= at < len(TABS):
            self.go_tab(TABS[at])

    def _go_review(self) -> None:
        self.go_tab("review")
        self.review.send.setFocus(Qt.FocusReason.OtherFocusReason)

    def _choose_text(self, at: int) -> None:
        self.messages.choose_message(at)
        self._show()

    def go_to(self, problem: Problem) -> None:
        """Goes to the cause of a problem."""
        field = problem.where.field or "text"
        tab = _WHERE.get(field, "options")
        if field in ("text", "recipients"):
            self.messages.choose_message(problem.where.message or 0)
        if field != "name":
            self.go_tab(tab)
        if field == "name":
            self.name.setFocus()
        elif field in ("text", "recipients") and problem.where.row:
            people = self.messages.people if field == "text" else self.recipients.people
            people.reveal(problem.where.row - 1)
            # The row may have been the current one before: then the table tells nothing.
            self.side.show_person(problem.where.message or 0, problem.where.row - 1)
            people.table.setFocus()
        elif field == "text":
            self.messages.editor.setFocus()
        elif field == "recipients":
            self.recipients.people.take.setFocus()
        elif tab == "schedule":
            self.schedule.go_to(field)
        else:
            self.options.go_to(field)

    def _moved(self, message: int, row: int) -> None:
        if message == self.messages.at:
            tab = self.recipients if self.tabs.key() == "recipients" else self.messages
            tab.people.choose(row)

    # -- changing --------------------------------------------------------------------------------

    def _rename(self, name: str) -> None:
        if self.opened is not None:
            self.opened.rename(name)

    def _undo(self, changes: int = 1) -> None:
        if self.opened is not None:
            for _ in range(changes):
                self.opened.undo()

    def _redo(self) -> None:
        if self.opened is not None:
            self.opened.redo()

    def _act(self, problem: Problem) -> None:
        """Does what a check offers; the notice offers undo."""
        if self.opened is None or self.opened.sent:
            return
        where = problem.where
        self.opened.replace_characters(where.message or 0, where.column or "")
        self._tell_done(say("compose.replaced", int(str(problem.values["saves"]))), 1)

    def _ask_test(self) -> None:
        if self.opened is not None:
            ask_test(
                self, self._desk, self.opened, self.side.place, self.noticed.emit, self.outbox_asked.emit
            )

    def _ask_prices(self) -> None:
        PricesDialog(self, self._desk).open()

    def _tell_done(self, sentence: str, changes: int) -> None:
        undo = QAction(say("compose.undo"), self)
        undo.triggered.connect(lambda: self._undo(changes))
        self.noticed.emit("done", sentence, "", undo)

    # -- a file dropped on the window ------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Takes local files."""
        changeable = self.opened is not None and not self.opened.sent
        if changeable and files_in(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Imports them."""
        self.taking.import_files(files_in(event.mimeData()))
        event.acceptProposedAction()
