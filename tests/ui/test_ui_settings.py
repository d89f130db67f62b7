"""The log of acts on the settings page: exported to the file that a person names."""

import csv
import io
from pathlib import Path

from composing import until
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton
from screens import DELIVERED, Play, Scene

from smsdesk.ui.shell import Shell
from smsdesk.ui.window import MainWindow


def test_the_log_of_acts_is_exported_by_keyboard(play: Play[None], tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        await scene.queue(DELIVERED[:2])
        window = MainWindow()
        scene.qtbot.addWidget(window)
        window.resize(1024, 640)
        window.show()
        shell = Shell(app, window, scene.desk)
        await shell.start()
        window.go("settings")
        page = shell.settings
        (made,) = [one for one in page.findChildren(QPushButton) if one.text() == "Export log of acts…"]
        assert made.accessibleName() == made.text()
        assert page.export in page.actions()
        made.setFocus()
        QTest.keyClick(made, Qt.Key.Key_Space)
        dialog = page.findChild(QFileDialog)
        assert dialog is not None
        dialog.filterSelected.emit(dialog.nameFilters()[1])
        assert dialog.defaultSuffix() == "csv"
        dialog.fileSelected.emit(str(tmp_path / "log.csv"))
        dialog.reject()
        await until((tmp_path / "log.csv").exists)
        await until(lambda: not scene.desk.tasks.runs("export acts"))
        head, queued = csv.reader(io.StringIO((tmp_path / "log.csv").read_text("utf-8-sig")))
        assert head == ["When", "Who", "What"]
        assert queued[2] == "Handed “Autumn” over to the outbox of Try-out: 1 job, 2 SMS."

    play(act)
