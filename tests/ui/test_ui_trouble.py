"""What goes wrong, as the window says it: one plain sentence and a remedy, and nothing is lost."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import qasync
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from screens import Play, Scene, until

from smsdesk.app import _left
from smsdesk.core.outbox import EntryState
from smsdesk.core.recipients import Recipients
from smsdesk.desk.desk import Desk
from smsdesk.store.workspace import Store
from smsdesk.ui.outbox import Outbox
from smsdesk.ui.shell import Shell
from smsdesk.ui.window import MainWindow

ACCOUNT = "Try-out"
PEOPLE = ["+4917604069012", "+4917604069031"]


async def wrong_password(scene: Scene) -> None:
    scene.desk.passwords.keep(ACCOUNT, "not this one")
    await scene.desk.accounts.save(await scene.desk.accounts.named(ACCOUNT), None)


async def wrong_address(scene: Scene) -> None:
    account = await scene.desk.accounts.named(ACCOUNT)
    elsewhere = replace(account, send_url=account.send_url.replace("rest", "nowhere"))
    await scene.desk.accounts.save(elsewhere, None)


async def unplugged(scene: Scene) -> None:
    await scene.box.stop()


async def login_page(scene: Scene) -> None:
    await scene.box.fault("post", "html")


@pytest.mark.parametrize(
    ("trouble", "state", "words"),
    [
        (wrong_password, EntryState.REFUSED, "password"),
        (wrong_address, EntryState.REFUSED, "address"),
        (unplugged, EntryState.WAITING, "nothing answers"),
        (login_page, EntryState.UNCERTAIN, "answer"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_the_outbox_says_what_is_wrong_and_what_to_do(
    play: Play[None], trouble: Callable[[Scene], Awaitable[None]], state: EntryState, words: str
) -> None:
    async def act(scene: Scene) -> None:
        await scene.queue(PEOPLE)
        await trouble(scene)
        await scene.desk.outbox.drain(ACCOUNT, give_up_after=1)
        (entry,) = await scene.desk.outbox.entries()
        assert entry.state is state
        page = await scene.show(Outbox(scene.desk))
        row = page.table.rows.row_at(0)
        why = next(column.text(row) for column in page.table.rows.columns if column.key == "why")
        assert words in f"{why} {page.side.words.text()}".lower()
        assert why.endswith(".")

    play(act)


def in_window(
    loop: qasync.QEventLoop, qtbot: QtBot, store: Store, act: Callable[[Shell], Awaitable[None]]
) -> list[str]:
    """Runs an act in the window over a store; answers what its notices said."""

    async def nothing() -> Any:
        raise AssertionError

    async def scene() -> list[str]:
        async with Desk(store, nothing) as desk:
            app = QApplication.instance()
            assert isinstance(app, QApplication)
            window = MainWindow()
            qtbot.addWidget(window)
            window.show()
            shell = Shell(app, window, desk)
            await shell.start()
            await act(shell)
            await until(lambda: window._notices is not None and window._notices.bars())
            return [bar.accessibleName() for bar in window._notices.bars()]

    with store:
        return loop.run_until_complete(scene())


def test_a_full_disk_is_a_notice(loop: qasync.QEventLoop, qtbot: QtBot, tmp_path: Path) -> None:
    references = [secrets.token_hex(500) for _ in range(2_000)]

    async def act(shell: Shell) -> None:
        opened = await shell.desk.campaigns.create("Autumn")
        shell.open_campaign(opened)
        numbers = [f"+4915123{at:06}" for at in range(len(references))]
        opened.add_recipients(0, Recipients(numbers, references))

    said = in_window(loop, qtbot, Store.open(tmp_path / "w", max_pages=120), act)
    assert "disk" in said[0].lower()
    assert "room" in said[0].lower()


def test_a_window_whose_drafts_cannot_be_saved_comes_back_once(
    loop: qasync.QEventLoop, qapp: QApplication, qtbot: QtBot, tmp_path: Path
) -> None:
    qapp.setQuitOnLastWindowClosed(False)
    references = [secrets.token_hex(500) for _ in range(2_000)]

    async def act(shell: Shell) -> None:
        opened, closed = await shell.desk.campaigns.create("Autumn"), asyncio.Event()
        shell.open_campaign(opened)
        numbers = [f"+4915123{at:06}" for at in range(len(references))]
        opened.add_recipients(0, Recipients(numbers, references))
        shell.window.closing.connect(closed.set)
        leaving = asyncio.ensure_future(_left(shell, closed))
        shell.window.close()
        await until(shell.window.isVisible)
        assert not leaving.done()
        shell.window.close()
        await leaving

    said = in_window(loop, qtbot, Store.open(tmp_path / "w", max_pages=120), act)
    qapp.setQuitOnLastWindowClosed(True)
    assert "disk" in said[0].lower()


def test_a_read_only_workspace_is_a_notice(loop: qasync.QEventLoop, qtbot: QtBot, tmp_path: Path) -> None:
    Store.open(tmp_path / "w").close()

    async def act(shell: Shell) -> None:
        shell.campaigns.new.trigger()

    said = in_window(loop, qtbot, Store.open(tmp_path / "w", read_only=True), act)
    assert any("written" in words or "read" in words for words in said)
