"""The window at work: every page on the desk, what the frame shows, notices, and the ways between pages."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QApplication, QMessageBox, QWidget

from smsdesk.core.account import Account
from smsdesk.core.campaign import CampaignId
from smsdesk.core.errors import SmsDeskError
from smsdesk.core.importing import Imported
from smsdesk.core.masking import masked
from smsdesk.core.noticing import Kind, News
from smsdesk.core.outbox import FINAL, EntryState
from smsdesk.core.problem import Level
from smsdesk.core.recipients import Recipients
from smsdesk.desk.campaigns import OpenCampaign
from smsdesk.desk.changes import Change, Topic
from smsdesk.desk.desk import Desk
from smsdesk.desk.tasks import Notice
from smsdesk.ui import masking, theme
from smsdesk.ui.accounts import Accounts
from smsdesk.ui.campaigns import Campaigns, new_draft
from smsdesk.ui.compose import Composer
from smsdesk.ui.connection import connection, first_trouble, older_words
from smsdesk.ui.do_not_contact import DoNotContact
from smsdesk.ui.exporting_shown import ask_table
from smsdesk.ui.find import Find
from smsdesk.ui.help import HelpPage
from smsdesk.ui.importing import ImportPage
from smsdesk.ui.jobs import Jobs
from smsdesk.ui.layout import action
from smsdesk.ui.lists import Lists
from smsdesk.ui.outbox import Outbox
from smsdesk.ui.outbox_frame import OutboxFrame
from smsdesk.ui.outbox_progress import on_their_way
from smsdesk.ui.phones import Phones
from smsdesk.ui.settings import MASK, SettingsPage
from smsdesk.ui.settings_retention import Removal
from smsdesk.ui.table import set_dense
from smsdesk.ui.tray import Tray
from smsdesk.ui.window import MainWindow
from smsdesk.words import error_words, number, say, use_language

_TICK_MS = 1000
_LEVELS = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "note"}
_NEWS = {
    Kind.FINISHED: "done",
    Kind.FAILURES: "warning",
    Kind.REFUSED: "error",
    Kind.UNCERTAIN: "warning",
}
_PLACES = {Kind.FINISHED: "jobs", Kind.FAILURES: "jobs", Kind.REFUSED: "accounts", Kind.UNCERTAIN: "outbox"}


class Shell(QObject):
    """Wires the pages to the window and the desk."""

    def __init__(self, app: QApplication, window: MainWindow, desk: Desk) -> None:
        super().__init__(window)
        self._app, self.window, self.desk = app, window, desk
        self._settings: dict[str, str] = {}
        self._accounts: tuple[Account, ...] = ()
        self._open_jobs = 0
        self._jobs_at: dict[str, int] = {}
        self._tray = Tray(window)
        self._tick = QTimer(self, interval=_TICK_MS)
        self._tick.timeout.connect(self._paint_ages)

    async def start(self, language: str | None = None) -> None:
        """Applies the settings, makes the pages, and begins to live; a given language goes first."""
        self._settings = await self.desk.settings()
        if self._settings.get("language") and language is None:
            use_language(self._settings["language"])
        scheme = self._settings.get("scheme") or "system"
        if scheme in ("light", "dark"):
            theme.apply(self._app, "light" if scheme == "light" else "dark")
        set_dense(self.window, dense=self._settings.get("dense") == "1")
        self.desk.on_notice(self.show_notice)
        self.desk.noticing.on_news = self.show_news
        self._make_pages()
        self._join()
        self._show_mask(on=self._settings.get(MASK) == "1")
        self.desk.changes.listen(self._hear)
        self.desk.live()
        self._tick.start()
        self.desk.tasks.start("frame", self._load())
        self.desk.tasks.start("warm", self.desk.importing.warm())

    def _make_pages(self) -> None:
        desk = self.desk
        self.campaigns, self.composer = Campaigns(desk), Composer(desk)
        self.importing = ImportPage(desk, self.composer.taking.target)
        self.outbox, self.jobs, self.find = Outbox(desk), Jobs(desk), Find(desk)
        self.lists, self.do_not_contact = Lists(desk), DoNotContact(desk)
        self.phones, self.accounts, self.help = Phones(desk), Accounts(desk), HelpPage()
        self.settings = SettingsPage(
            self._settings, self._save_setting, self._export_acts, self._mask, Removal(desk)
        )
        add = self.window.add_page
        add("campaigns", "campaigns.title", "pencil", self.campaigns)
        add("outbox", "outbox.title", "inbox", self.outbox)
        add("jobs", "jobs.title", "align-left", self.jobs)
        add("find", "find.title", "search", self.find)
        add("lists", "lists.title", "users", self.lists)
        add("do_not_contact", "do_not_contact.title", "ban", self.do_not_contact)
        add("phones", "phones.title", "smartphone", self.phones)
        self.window.set_listed("phones", listed=False)
        add("settings", "page.settings", "settings", self.settings, lower=True)
        add("help", "page.help", "circle-question-mark", self.help, lower=True)
        add("composer", "compose.title", "pencil", self.composer, under="campaigns")
        add("import", "import.title", "upload", self.importing, under="campaigns")
        add("accounts", "accounts.title", "users", self.accounts, under="settings")

    def _join(self) -> None:
        window = self.window
        self.campaigns.opened.connect(self.open_campaign)
        self.campaigns.counted.connect(lambda n: window.set_count("campaigns", n))
        for page in (
            self.campaigns,
            self.composer,
            self.importing,
            self.lists,
            self.do_not_contact,
            self.find,
        ):
            page.noticed.connect(self._say)
        self.lists.counted.connect(lambda n: window.set_count("lists", n))
        self.lists.campaign_asked.connect(self.write_to)
        self.do_not_contact.counted.connect(lambda n: window.set_count("do_not_contact", n))
        window.files_dropped.connect(self.take_files)
        self.composer.taking.import_asked.connect(self.open_sources)
        for signal in (self.composer.queued, self.composer.outbox_asked):
            signal.connect(lambda: window.go("outbox"))
        self.composer.saved_words.connect(window.set_saved)
        self.composer.saved_words.connect(lambda _: self._paint_sandbox())
        window.page_changed.connect(lambda _: self._paint_sandbox())
        self.importing.taken.connect(self._take)
        self.importing.finished.connect(self._end_import)
        self.importing.cancelled.connect(window.back)
        self.importing.file_asked.connect(self.composer.taking.ask_file)
        self.outbox_frame = OutboxFrame(window, self.desk)
        for drafted in (self.outbox.drafted, self.outbox_frame.drafted):
            drafted.connect(self._open_draft)
        self.outbox.job_asked.connect(lambda job: window.ask("jobs", job))
        for exporting in (self.jobs, self.outbox):
            exporting.exported.connect(lambda words: window.notify("done", words))
        self.jobs.drafted.connect(self._open_follow_up)
        self.jobs.campaign_asked.connect(lambda one: self.campaigns.open_campaign(CampaignId(one)))
        self.jobs.person_asked.connect(lambda number: window.ask("find", number))
        self.jobs.refused.connect(lambda n: window.notify("done", say("jobs.refused", n)))
        window.account_asked.connect(lambda: window.go("accounts"))
        self.try_out = action(say("accounts.try_out"), self._try_out, parent=window)
        self.mask = action(
            say("mask.turn"), lambda: self._mask(not masking.is_on()), shortcut="Ctrl+Shift+M", parent=window
        )
        self.export_table = action(
            say("export.table"), self._export_table, "download", "Ctrl+Shift+E", parent=window
        )
        window.offer(self.try_out, self.mask, self.export_table)
        self.phones.try_out_asked.connect(self._try_out)
        window.closing.connect(self.phones.hidden)

    # -- ways between pages ----------------------------------------------------------------------

    def open_campaign(self, opened: OpenCampaign) -> None:
        """Brings a campaign into the composer."""
        self.composer.open_campaign(opened)
        self.window.go("composer")

    def _open_follow_up(self, opened: OpenCampaign) -> None:
        self.open_campaign(opened)
        self.window.notify("done", say("jobs.drafted", opened.campaign.sms_count))

    def _open_draft(self, campaign: CampaignId) -> None:
        """Opens what was taken back from the outbox."""

        async def made() -> None:
            self.open_campaign(await self.desk.campaigns.open(campaign))
            self.window.notify("done", say("outbox.drafted"))

        self.desk.tasks.start("open draft", made())

    def open_file(self, path: Path, region: str) -> None:
        """Brings a file into the import screen."""
        self.open_sources([path], region)

    def open_sources(self, sources: Sequence[Path | str], region: str) -> None:
        """Brings files, and texts that were pasted, into the import screen, one after the other."""
        self.importing.open_sources(sources, region)
        self.window.go("import")

    def take_files(self, files: Sequence[Path]) -> None:
        """Imports files that were dropped beside the composer: into the open draft, else into a new one."""
        opened = self.composer.opened
        if opened is not None and not opened.sent:
            self.window.go("composer")
            self.composer.taking.import_files(files)
            return

        async def made() -> None:
            self.open_campaign(await new_draft(self.desk))
            self.composer.taking.import_files(files)

        self.desk.tasks.start("new campaign", made())

    def write_to(self, people: Recipients) -> None:
        """Starts a campaign to the people of a saved list."""

        async def made() -> None:
            opened = await new_draft(self.desk)
            opened.add_recipients(0, people)
            self.open_campaign(opened)

        self.desk.tasks.start("new campaign", made())

    def _take(self, table: Imported, with_doubtful: bool) -> None:  # noqa: FBT001 (told by a signal)
        self.composer.taking.take(table, with_doubtful=with_doubtful)

    def _end_import(self) -> None:
        self.window.back()
        self.window.go("composer")

    def _try_out(self) -> None:
        self.desk.tasks.start("try out", self.desk.accounts.try_out())

    def _export_table(self) -> None:
        page = self.window.page()
        if page is not None:
            ask_table(page, self.desk, lambda words: self.window.notify("done", words))

    def _mask(self, on: bool) -> None:  # noqa: FBT001 (told by a signal)
        """Masks numbers on every screen, or shows them again; kept for the next start."""
        self._show_mask(on=on)
        self._save_setting(MASK, "1" if on else "")

    def _show_mask(self, *, on: bool) -> None:
        masking.turn(on=on)
        self.window.set_masked(masked=on)
        self.settings.masked.setChecked(on)

    def _save_setting(self, key: str, value: str) -> None:
        self.desk.tasks.start(f"setting:{key}", self.desk.put_setting(key, value))

    def _export_acts(self, path: Path) -> None:
        async def written() -> None:
            count = await self.desk.acts.export(path)
            self.window.notify("done", say("settings.acts.written", count, name=path.name))

        self.desk.tasks.start("export acts", written())

    # -- notices ---------------------------------------------------------------------------------

    def show_notice(self, notice: Notice) -> None:
        """Shows what went wrong in a task; a bug offers its details to copy."""
        if notice.error is not None:
            sentence, hint = error_words(notice.error)
            self.window.notify(_LEVELS[notice.level], sentence, hint)
            return
        copy = QAction(say("notice.copy"), self)
        copy.triggered.connect(lambda: QGuiApplication.clipboard().setText(masked(notice.details)))
        self.window.notify("error", say("notice.bug"), say("notice.bug.hint"), copy)

    def show_news(self, news: News) -> None:
        """Tells what happened in the window, and by the system where that is in the background."""
        code, values = f"news.{news.kind.value}", dict(news.values)
        count = values.pop("n", None)
        told = {name: number(one) if isinstance(one, int) else one for name, one in values.items()}
        sentence = say(code, count, **told) if isinstance(count, int) else say(code, **told)
        hint = say(f"{code}.hint")
        look = QAction(say("news.look"), self)
        look.triggered.connect(lambda: self._look_at(news))
        self.window.notify(_NEWS[news.kind], sentence, hint, look)
        self._tray.tell(sentence, hint, look.trigger)

    def _look_at(self, news: News) -> None:
        """Leads to where the news stands: the newest job of a campaign, the accounts, or the outbox."""
        self.window.go(_PLACES[news.kind])
        if _PLACES[news.kind] == "jobs":
            self.desk.tasks.start("look at news", self._show_job_of(news.about))

    async def _show_job_of(self, campaign: str) -> None:
        for line in (await self.desk.reports.of_campaign(campaign))[:1]:
            self.jobs.show_job(line.job_id or "")

    def _say(self, level: str, sentence: str, hint: str, act: QAction | None) -> None:
        self.window.notify(level, sentence, hint, act)

    # -- what the frame shows --------------------------------------------------------------------

    def _hear(self, change: Change) -> None:
        if change.topics - {Topic.CONNECTION, Topic.SETTINGS}:
            self.desk.tasks.start("frame", self._load())
        if Topic.CONNECTION in change.topics:
            self._paint_ages()

    async def _load(self) -> None:
        desk, window = self.desk, self.window
        outlook = await desk.outbox.look(0)
        self.outbox_frame.show_outlook(outlook)
        moving = [e for e in outlook.open if e.state not in FINAL]
        window.set_count("outbox", len(moving))
        counts = await desk.jobs.counts()
        window.set_count("jobs", counts["all"])
        window.set_count("campaigns", await desk.campaigns.count())
        window.set_count("lists", len(await desk.lists.lines()))
        window.set_count("do_not_contact", await desk.do_not_contact.count())
        self._accounts = await desk.accounts.every()
        in_use = any(account.sandbox for account in self._accounts[:1])
        window.set_listed("phones", listed=in_use or desk.phones.runs)
        self._paint_sandbox()
        if moving:
            campaigns = on_their_way(outlook)
            done = outlook.of(campaigns, (EntryState.ACCEPTED,)).jobs
            window.set_outbox(say("strip.outbox", outlook.of(campaigns).jobs, done=number(done)))
        else:
            window.set_outbox("")
        if self._accounts:
            account = self._accounts[0]
            used = await desk.jobs.used(account.name)
            window.set_budget(say("strip.budget", used=number(used), allowed=number(account.budget)))
            self._jobs_at = await desk.accounts.jobs_at(account.name)
        self._open_jobs = counts["open"]
        self._paint_ages()

    def _paint_sandbox(self) -> None:
        """Marks what is about the sandbox: a campaign by its own account, else the account in use."""
        opened = self.composer.opened if self.window.page_key() in ("composer", "import") else None
        name = opened.campaign.account if opened is not None else ""
        told = [one for one in self._accounts if one.name == name] or self._accounts[:1]
        is_sandbox = self.window.page_key() == "phones" or any(one.sandbox for one in told)
        self.window.set_sandbox(shown=is_sandbox)

    def _paint_ages(self) -> None:
        if not self._accounts:
            self.window.set_account(say("account.none"), False, "neutral", say("account.none.hint"))
            return
        self.window.set_older(older_words(self.desk.discovering.progress))
        account, now = self._accounts[0], self.desk.now()
        role, words, _ = connection(account, self.desk.accounts, self._jobs_at, now)
        self.window.set_account(account.name, account.sandbox, role, words)
        if trouble := first_trouble(self._accounts, self.desk.accounts, now):
            self.window.set_reports(*trouble)
        elif role == "delivered":
            open_words = say("strip.open", self._open_jobs) if self._open_jobs else say("strip.up_to_date")
            self.window.set_reports(role, open_words)


def show_error(
    parent: QWidget,
    error: SmsDeskError,
    then: Callable[[], object],
    open_backup: Callable[[], object] | None = None,
) -> None:
    """Says in a box why the program cannot go on; ``then`` is called when it was read.

    With ``open_backup`` the box offers that instead.
    """
    sentence, hint = error_words(error)
    box = QMessageBox(QMessageBox.Icon.Warning, say("app.name"), sentence, parent=parent)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setInformativeText(hint)
    chosen = None
    if open_backup is not None:
        chosen = box.addButton(say("app.open_backup"), QMessageBox.ButtonRole.AcceptRole)
        box.setDefaultButton(box.addButton(say("dialog.close"), QMessageBox.ButtonRole.RejectRole))

    def finished() -> None:
        if open_backup is not None and box.clickedButton() is chosen:
            open_backup()
        else:
            then()

    box.finished.connect(finished)
    box.open()
