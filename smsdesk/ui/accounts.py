"""The page Accounts: who one is at which service; add, change, remove, or try it all in the sandbox."""

from urllib.parse import urlsplit

from smsdesk.core.account import Account
from smsdesk.desk.changes import Topic
from smsdesk.desk.desk import Desk
from smsdesk.ui.account import AccountDialog
from smsdesk.ui.ask import Stake, ask
from smsdesk.ui.connection import connection
from smsdesk.ui.layout import action, banner, button, caption, card, empty_page
from smsdesk.ui.live import Live
from smsdesk.ui.page import Page
from smsdesk.ui.table import Column, Table
from smsdesk.words import say


class Accounts(Page):
    """All accounts of the workspace."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(say("accounts.title"))
        self._desk = desk
        self._accounts: tuple[Account, ...] = ()
        self._jobs_at: dict[str, int] = {}
        self._live = Live(desk, "accounts page", frozenset({Topic.ACCOUNTS, Topic.CONNECTION}), self._load)
        self.add = action(say("accounts.add"), self.open_new, "plus", parent=self)
        self.edit = action(say("accounts.edit"), self._edit, "pencil", parent=self)
        self.remove = action(say("accounts.remove"), self._ask_remove, "trash-2", parent=self)
        self.try_out = action(say("accounts.try_out"), self._try_out, "play", parent=self)
        self.set_actions(self.remove, self.edit, self.try_out, primary=self.add)
        self.this_run = banner(
            "waiting", say("account.password_this_run"), say("account.password_this_run.hint")
        )
        self.this_run.hide()
        self.table: Table[Account] = Table(say("accounts.table"), self._columns(), many=False)
        self.table.row_chosen.connect(lambda _: self._offer())
        self.table.row_opened.connect(lambda _: self._edit())
        self._card = card(body=self.table, flush=True)
        self._hint = caption(say("accounts.try_out.hint"))
        first = button(say("accounts.try_out"), "play", self._try_out, tip=say("accounts.try_out.hint"))
        self.empty = empty_page(say("accounts.empty"), first, icon_name="users")
        for part in (self.this_run, self._card, self._hint, self.empty):
            self.body.addWidget(part)
        self.body.setStretchFactor(self._card, 1)
        self.body.setStretchFactor(self.empty, 1)
        self._paint()

    def _columns(self) -> list[Column[Account]]:
        return [
            Column("name", "accounts.column.name", lambda account: account.name, 140, stretch=1, strong=True),
            Column(
                "sandbox",
                "",
                lambda account: say("accounts.sandbox") if account.sandbox else "",
                96,
                kind="pill",
                role=lambda _: "unknown",
                mark=lambda _: "",
                priority=2,
            ),
            Column("user", "accounts.column.user", lambda account: account.user, 120, priority=1),
            Column("address", "accounts.column.address", lambda account: account.send_url, 220, stretch=2),
            Column("state", "accounts.column.state", self._state, 180, stretch=2),
        ]

    def _state(self, account: Account) -> str:
        contact = self._desk.accounts.contacts.get(account.name)
        if contact is None:
            return say("accounts.state.none")
        if contact.error is not None or self._desk.accounts.silent(account.name):
            return connection(account, self._desk.accounts, self._jobs_at, self._desk.now())[1]
        return say("accounts.state.connected", host=urlsplit(account.send_url).netloc)

    # -- loading ---------------------------------------------------------------------------------

    def shown(self) -> None:
        """Loads and follows the accounts."""
        self._live.shown()

    def hidden(self) -> None:
        """Stops following."""
        self._live.hidden()

    async def _load(self) -> None:
        self._accounts = await self._desk.accounts.every()
        self._jobs_at = {
            url: count
            for account in self._accounts
            for url, count in (await self._desk.accounts.jobs_at(account.name)).items()
        }
        self.table.set_rows(self._accounts, key=lambda account: account.name)
        self.table.viewport().update()
        self._paint()

    def _paint(self) -> None:
        some = bool(self._accounts)
        self._card.setVisible(some)
        self._hint.setVisible(some)
        self.empty.setVisible(not some)
        self._offer()

    def _offer(self) -> None:
        account = self.table.current_row()
        self.edit.setEnabled(account is not None and not account.sandbox)
        self.remove.setEnabled(account is not None)
        for offered in (self.edit, self.remove, self.try_out):
            offered.setVisible(bool(self._accounts))

    # -- acting ----------------------------------------------------------------------------------

    def open_new(self) -> AccountDialog:
        """Opens the dialog for a new account."""
        return self._open(None)

    def _edit(self) -> None:
        account = self.table.current_row()
        if account is not None and not account.sandbox:
            self._open(account)

    def _open(self, account: Account | None) -> AccountDialog:
        taken = [other.name for other in self._accounts]
        dialog = AccountDialog(self, self._desk, account, taken)
        dialog.saved.connect(self._saved)
        dialog.open()
        return dialog

    def _saved(self, _name: str, stays: bool) -> None:  # noqa: FBT001 (a signal's argument)
        self.this_run.setVisible(not stays)

    def _ask_remove(self) -> None:
        account = self.table.current_row()
        if account is None:
            return
        name = account.name
        title = say("accounts.remove.title", name=name)
        stake = Stake(title, title, say("accounts.remove.text"), say("accounts.remove.yes"))
        ask(self, stake, lambda: self._desk.tasks.start("account remove", self._desk.accounts.remove(name)))

    def _try_out(self) -> None:
        if not self._desk.tasks.runs("try out"):
            self._desk.tasks.start("try out", self._desk.accounts.try_out())
