"""A damaged workspace in the window: it is named, and its backup can be opened in its place."""

import asyncio
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import qasync
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox, QWidget
from screens import until

from smsdesk.app import _run
from smsdesk.store import outbox, settings
from smsdesk.store.workspace import Store
from smsdesk.ui.window import MainWindow


@pytest.fixture
def damaged(tmp_path: Path) -> Path:
    with Store.open(tmp_path) as store:
        store.write(settings.put, "kept", "yes").result()
        store.look_after(date(2031, 3, 1))
    file = tmp_path / "workspace.db"
    content = file.read_bytes()
    file.write_bytes(content[:4096] + b"\xa5" * 4096 + content[8192:])
    return tmp_path


def answered(
    loop: qasync.QEventLoop, app: QApplication, folder: Path, label: str, notice: str = ""
) -> tuple[str, int]:
    """What the box said, and the exit code after a button of it was pressed and the window closed.

    ``notice``: words that the window shows before it is closed.
    """

    def of(kind: type[QWidget]) -> Any:
        return next((w for w in app.topLevelWidgets() if isinstance(w, kind) and w.isVisible()), None)

    async def scene() -> tuple[str, int]:
        running = asyncio.ensure_future(_run(app, folder, "en"))
        box = await until(lambda: of(QMessageBox))
        words = f"{box.text()} {box.informativeText()}"
        next(button for button in box.buttons() if button.text() == label).click()
        await until(lambda: running.done() or (of(MainWindow) and of(MainWindow).page_key()))
        if not running.done():
            window = of(MainWindow)
            await until(
                lambda: not notice or any(notice in one.text() for one in window.findChildren(QLabel))
            )
            window.close()
        return words, await running

    app.setQuitOnLastWindowClosed(False)
    hook = sys.excepthook
    try:
        answer: tuple[str, int] = loop.run_until_complete(scene())
    finally:
        app.setQuitOnLastWindowClosed(True)
        sys.excepthook = hook
    return answer


def test_closing_leaves_the_damaged_file_as_it_is(
    loop: qasync.QEventLoop, qapp: QApplication, damaged: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (damaged / "workspace.db").read_bytes()
    words, code = answered(loop, qapp, damaged, "Close")
    assert code == 1
    assert (damaged / "workspace.db").read_bytes() == before
    assert f"The workspace in {damaged} is damaged." in words
    assert str(damaged / "workspace.2031-03-01.db") in words
    assert words in capsys.readouterr().err


def test_the_backup_is_opened_in_its_place(
    loop: qasync.QEventLoop, qapp: QApplication, damaged: Path
) -> None:
    before = (damaged / "workspace.db").read_bytes()
    _, code = answered(loop, qapp, damaged, "Open the backup", notice="came back from a backup")
    assert code == 0
    assert (damaged / "damaged-1.db").read_bytes() == before
    with Store.open(damaged) as store:
        assert store.read(settings.get).result()["kept"] == "yes"
        assert store.read(outbox.paused).result() == {""}


def test_without_a_backup_there_is_nothing_to_open(
    loop: qasync.QEventLoop, qapp: QApplication, damaged: Path
) -> None:
    (damaged / "workspace.2031-03-01.db").unlink()
    words, code = answered(loop, qapp, damaged, "OK")
    assert code == 1
    assert "No backup" in words
