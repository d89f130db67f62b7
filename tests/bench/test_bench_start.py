"""Process start to first paint, beside a bare PySide6 table window, in one run.

Run on demand: ``pytest tests/bench -m bench -s``. Prints medians and the ratio.
"""

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROUNDS = 9
MOST = 3.0

PEER = """
import os, sys
from PySide6.QtWidgets import QApplication, QTableView, QMainWindow
from PySide6.QtGui import QStandardItemModel

class Table(QTableView):
    def paintEvent(self, event):
        super().paintEvent(event)
        os._exit(0)

app = QApplication(sys.argv)
window = QMainWindow()
table = Table()
table.setModel(QStandardItemModel(100, 6))
window.setCentralWidget(table)
window.resize(1360, 860)
window.show()
app.exec()
"""

OURS = """
import os, sys
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QMainWindow

class Painted(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint and isinstance(watched, QMainWindow):
            # Leave once the whole window, its children included, has been painted.
            os.write(1, b"")
            os._exit(0)
        return False

import smsdesk.app as app

original = QApplication.__init__

def started(self, *arguments):
    original(self, *arguments)
    self._painted = Painted()
    self.installEventFilter(self._painted)

QApplication.__init__ = started
app.main(["--workspace", sys.argv[1]])
"""


def seconds(script: str, *arguments: str) -> float:
    """Wall time of one process from its start to its first paint."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    begun = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments], env=environment, timeout=60, check=False
    )
    spent = time.perf_counter() - begun
    assert done.returncode == 0
    return spent


@pytest.mark.bench
def test_first_paint_within_three_bare_windows(tmp_path: Path) -> None:
    workspace = str(tmp_path / "workspace")
    seconds(PEER)
    seconds(OURS, workspace)
    peer, ours = [], []
    for _ in range(ROUNDS):
        peer.append(seconds(PEER))
        ours.append(seconds(OURS, workspace))
    bare, full = statistics.median(peer), statistics.median(ours)
    print(f"\nbare window {bare:.3f} s, SMS Desk {full:.3f} s, ratio {full / bare:.2f} (at most {MOST})")
    assert full <= MOST * bare
