"""The account dialog: where the service is, who one is there, and a test that proves it."""

from collections.abc import Coroutine, Sequence
from typing import Any
from urllib.parse import urlsplit

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QLineEdit, QVBoxLayout, QWidget
from shiboken6 import isValid

from smsdesk.core.account import Account, checked_url
from smsdesk.core.errors import (
    AccountError,
    AddressError,
    PasswordMissing,
    ServiceError,
    SmsDeskError,
    WrongPassword,
)
from smsdesk.desk.accounts import Tested
from smsdesk.desk.desk import Desk
from smsdesk.ui import theme
from smsdesk.ui.inputs import text_input
from smsdesk.ui.layout import banner, button, caption, hbox, icon_button, label, link, vbox
from smsdesk.words import error_words, say

_WIDTH = 560


class Field(QWidget):
    """A labelled line to write in, with what is wrong with it right below."""

    def __init__(self, words: str, box: QLineEdit, *beside: QWidget) -> None:
        super().__init__()
        self.box = box
        self.box.setAccessibleName(words)
        self.wrong = label("", "caption", "failed", wrap=True)
        self.wrong.hide()
        row = hbox(box, *beside, gap=6)
        row.setStretch(0, 1)
        column = vbox(row, self.wrong, gap=4)
        if words:
            name = label(words, "strong")
            name.setBuddy(box)
            column.insertWidget(0, name)
        self.setLayout(column)
        box.textEdited.connect(lambda _: self.say_wrong(""))

    @property
    def text(self) -> str:
        """What is written."""
        return self.box.text().strip()

    def say_wrong(self, words: str) -> None:
        """Says what is wrong, "" for nothing."""
        self.wrong.setText(words)
        self.wrong.setVisible(bool(words))
        self.box.setAccessibleDescription(words)
        theme.restyle(self.box, wrong="true" if words else "false")


class Addresses(QWidget):
    """Report addresses: one line each, with a way to add one and take one away."""

    def __init__(self, urls: Sequence[str]) -> None:
        super().__init__()
        self.fields: list[Field] = []
        self._rows: QVBoxLayout = vbox(gap=8)
        self.more = link(say("account.report_url.add"), self._add_empty)
        head = label(say("account.report_urls"), "strong")
        hint = caption(say("account.report_urls.hint"), wrap=True)
        self.setLayout(vbox(head, hint, self._rows, hbox(self.more, None), gap=4))
        for url in urls or ("",):
            self.add(url)

    def add(self, url: str) -> Field:
        """Adds a line."""
        away = icon_button("x", say("account.report_url.remove"))
        box = text_input("", url, say("account.send_url.hint"))
        made = Field("", box, away)
        away.clicked.connect(lambda: self._remove(made))
        self.fields.append(made)
        self._rows.addWidget(made)
        self._rename()
        return made

    def _add_empty(self) -> None:
        self.add("").box.setFocus()

    def _remove(self, field: Field) -> None:
        if len(self.fields) == 1:
            field.box.clear()
            return
        self.fields.remove(field)
        self._rows.removeWidget(field)
        field.hide()
        field.deleteLater()
        self._rename()

    def _rename(self) -> None:
        for at, field in enumerate(self.fields, 1):
            field.box.setAccessibleName(say("account.report_url.n", n=at))

    def filled(self) -> list[Field]:
        """The lines that are not empty."""
        return [field for field in self.fields if field.text]


class AccountDialog(QDialog):
    """Makes or changes an account. ``saved`` tells its name, and whether the password outlives this run."""

    saved = Signal(str, bool)

    def __init__(
        self, parent: QWidget, desk: Desk, account: Account | None = None, taken: Sequence[str] = ()
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._before = account
        self._taken = frozenset(taken) - ({account.name} if account else set())
        name = say("account.edit", name=account.name) if account else say("account.new")
        self.setWindowTitle(name)
        self.setAccessibleName(name)
        self.setMinimumWidth(_WIDTH)
        self._make_fields(account)
        self.results = vbox(gap=6)
        self.test_button = button(say("account.test"), "refresh-cw", self.test)
        self.save_button = button(say("account.save"), on_click=self.save, primary=True)
        self.save_button.setDefault(True)
        cancel = button(say("dialog.cancel"), on_click=self.reject)
        who = hbox(self.user, self.password, gap=16)
        for field in (self.user, self.password):
            who.setAlignment(field, Qt.AlignmentFlag.AlignTop)
        proof = caption(say("account.test.send"), wrap=True)
        column = vbox(self.name, self.send_url, self.reports, who, gap=14, margins=20)
        column.addLayout(self.results)
        column.addWidget(proof)
        column.addStretch(1)
        column.addLayout(hbox(self.test_button, None, cancel, self.save_button))
        self.setLayout(column)
        self.finished.connect(lambda _: self.deleteLater())
        (self.send_url if account else self.name).box.setFocus()

    def _make_fields(self, account: Account | None) -> None:
        own = account or Account("", "", (), "")
        same = own.report_urls == (own.send_url,)
        self.name = Field(say("account.name"), text_input("", own.name, say("account.name.hint")))
        self.name.box.setReadOnly(account is not None)
        self.send_url = Field(
            say("account.send_url"), text_input("", own.send_url, say("account.send_url.hint"))
        )
        self.reports = Addresses(() if same else own.report_urls)
        self.user = Field(say("account.user"), text_input("", own.user))
        kept = say("account.password.kept") if account else ""
        self.password = Field(say("account.password"), text_input("", "", kept, secret=True))
        self.password.box.setToolTip(say("account.password.hint"))

    # -- reading the fields ----------------------------------------------------------------------

    def account(self) -> Account | None:
        """The account as written; ``None`` where something is wrong, which then stands beside its field."""
        good = [
            self._needed(self.name, "account.missing.name"),
            self._free_name(),
            self._address(self.send_url),
            *[self._address(field) for field in self.reports.filled()],
            self._needed(self.user, "account.missing.user"),
            self._before is not None or self._needed(self.password, "account.missing.password"),
        ]
        if not all(good):
            self._go_to_wrong()
            return None
        send = checked_url(self.send_url.text)
        reports = tuple(dict.fromkeys(checked_url(field.text) for field in self.reports.filled()))
        budget = self._before.budget if self._before else 20
        return Account(self.name.text, send, reports or (send,), self.user.text, budget=budget)

    @staticmethod
    def _needed(field: Field, code: str) -> bool:
        if not field.text:
            field.say_wrong(say(code))
        return bool(field.text)

    def _free_name(self) -> bool:
        if self.name.text in self._taken:
            self.name.say_wrong(say("account.taken"))
            return False
        return True

    @staticmethod
    def _address(field: Field) -> bool:
        try:
            checked_url(field.text)
        except AddressError as error:
            field.say_wrong(" ".join(error_words(error)))
            return False
        return True

    def _go_to_wrong(self) -> None:
        fields = (self.name, self.send_url, *self.reports.fields, self.user, self.password)
        for field in fields:
            if not field.wrong.isHidden():
                field.box.setFocus()
                return

    # -- acting ----------------------------------------------------------------------------------

    def test(self) -> None:
        """Asks every report address, and shows beside each what it said."""
        account = self.account()
        if account is not None:
            self._busy(busy=True)
            self._desk.tasks.start("account test", self._told(self._test(account)))

    async def _test(self, account: Account) -> None:
        password = self.password.box.text() or await self._desk.accounts.password(account.name)
        self._show_results(await self._desk.accounts.test(account, password))

    def save(self) -> None:
        """Saves the account and closes."""
        account = self.account()
        if account is not None:
            self._busy(busy=True)
            self._desk.tasks.start("account save", self._told(self._save(account)))

    async def _save(self, account: Account) -> None:
        password = self.password.box.text() or None
        stays = await self._desk.accounts.save(account, password)
        self.saved.emit(account.name, stays)
        self.accept()

    async def _told(self, work: Coroutine[Any, Any, None]) -> None:
        """Runs ``work``; what is wrong with the account stands in the dialog, not in a notice."""
        try:
            await work
        except (AccountError, ServiceError) as error:
            self._show_error(error)
        finally:
            if isValid(self):
                self._busy(busy=False)

    def _busy(self, *, busy: bool) -> None:
        self.test_button.setEnabled(not busy)
        self.save_button.setEnabled(not busy)
        self.test_button.setText(say("account.testing" if busy else "account.test"))
        if busy:
            self._clear_results()

    def _show_error(self, error: SmsDeskError) -> None:
        words = " ".join(error_words(error))
        field = self.password if isinstance(error, PasswordMissing) else self.name
        field.say_wrong(words)
        field.box.setFocus()

    def _show_results(self, results: Sequence[Tested]) -> None:
        self._clear_results()
        for tested in results:
            sentence, hint = test_words(tested)
            self.results.addWidget(banner("failed" if tested.error else "delivered", sentence, hint))
            if isinstance(tested.error, WrongPassword):
                self.password.say_wrong(error_words(tested.error)[0])

    def _clear_results(self) -> None:
        while item := self.results.takeAt(0):
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()


def test_words(tested: Tested) -> tuple[str, str]:
    """What an address said to the test, and what to do."""
    host = urlsplit(tested.url).netloc
    if tested.error is not None:
        sentence, hint = error_words(tested.error)
        if host in sentence:
            return sentence, hint
        return say("account.test.failed", host=host, why=sentence), hint
    if tested.version:
        return say("account.test.version", host=host, version=tested.version), ""
    return say("account.test.ok", host=host), ""
