"""The account card and the strip while a data centre is silent."""

from datetime import timedelta

import httpx
import pytest
from alone import alone
from composing import until
from PySide6.QtWidgets import QApplication
from screens import Play, Scene

from smsdesk.api.client import Client
from smsdesk.core.account import Account
from smsdesk.core.errors import NoConnection
from smsdesk.desk.desk import Desk
from smsdesk.desk.discovering import Progress
from smsdesk.ui.connection import connection, first_trouble, older_words
from smsdesk.ui.frame import AccountCard
from smsdesk.ui.shell import Shell
from smsdesk.ui.window import MainWindow

play = pytest.fixture(alone)
ONE, TWO = "https://sms.de1.example.com/v1", "https://sms.de2.example.com/v1"
SHOP = Account("Shop", "https://sms.eu.example.com/v1", (ONE, TWO), "user")


def half_there(request: httpx.Request) -> httpx.Response:
    """The service of which one data centre is silent."""
    if request.url.host == "sms.de1.example.com":
        raise httpx.ConnectError("silent")
    return httpx.Response(200, json=[])


def words(desk: Desk, jobs_at: dict[str, int]) -> tuple[str, str, str]:
    return connection(SHOP, desk.accounts, jobs_at, desk.now())


def test_the_silent_one_is_named_with_since_when_and_how_many_jobs_are_there(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        desk, began = scene.desk, scene.desk.now().replace(hour=14, minute=2)
        assert words(desk, {})[0] == "neutral"
        desk.accounts.heard("Shop", None, TWO)
        assert words(desk, {})[0] == "delivered"
        desk.context.now = lambda: began
        desk.accounts.heard("Shop", NoConnection(host=""), ONE)
        desk.context.now = lambda: began + timedelta(minutes=3)
        desk.accounts.heard("Shop", NoConnection(host=""), ONE)
        desk.accounts.heard("Shop", None, TWO)
        role, told, short = words(desk, {ONE: 12, TWO: 3})
        assert role == "waiting"
        assert told.startswith("de1 has not answered since ")
        assert told.endswith("; its 12 jobs show what it said last.")
        assert "jobs" not in short
        desk.accounts.heard("Shop", None, ONE)
        assert words(desk, {})[0] == "delivered"

    play(act)


def test_card_strip_and_accounts_page_say_so(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        transport = httpx.MockTransport(half_there)
        scene.desk.accounts._connect = lambda account, word: Client(account, word, transport=transport)
        await scene.desk.accounts.save(SHOP, "secret")
        window = MainWindow()
        scene.qtbot.addWidget(window)
        shell = Shell(app, window, scene.desk)
        await shell.start()
        await until(lambda: shell._accounts)
        scene.desk.accounts.heard("Shop", None, TWO)
        scene.desk.accounts.heard("Shop", NoConnection(host=""), ONE)
        card = window.findChild(AccountCard)
        assert card is not None
        await until(lambda: "de1 has not answered since" in card.accessibleName())
        assert "de1 has not answered since" in window._strip.reports.text()
        window.go("accounts")
        await until(shell.accounts.table.rows.rowCount)
        assert "de1 has not answered since" in shell.accounts._state(SHOP)

    play(act)


def test_trouble_of_any_account_is_told_by_its_name(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        desk, now = scene.desk, scene.desk.now()
        office = Account("Office", "https://sms.eu.example.com/v1", (TWO,), "office")
        assert first_trouble([SHOP, office], desk.accounts, now) is None
        desk.accounts.heard("Shop", None, TWO)
        desk.accounts.heard("Office", NoConnection(host="de2", reason="refused"), TWO)
        found = first_trouble([SHOP, office], desk.accounts, now)
        assert found == ("failed", "Office: Nothing answers at de2.")
        assert first_trouble([office], desk.accounts, now) == ("failed", "Nothing answers at de2.")
        desk.accounts.heard("Office", None, TWO)
        assert first_trouble([SHOP, office], desk.accounts, now) is None

    play(act)


def test_reading_older_jobs_says_how_far_it_is_and_is_quiet_when_done() -> None:
    assert older_words({}) == ""
    assert older_words({"Shop": Progress(0.7, 12)}) == "Reading older jobs of Shop: 2 of 3 months"
    assert older_words({"Shop": Progress(0.9999, 12)}) == ""
