"""Asking where a table or a report is written, under a name that every system takes, and writing it there."""

import re
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QDialog, QFileDialog, QProgressBar, QWidget
from shiboken6 import isValid

from smsdesk.core.progress import Progress
from smsdesk.desk.desk import Desk
from smsdesk.desk.exports import Sheet
from smsdesk.ui import masking
from smsdesk.ui.layout import button, hbox, label, vbox
from smsdesk.words import number, say, visible_words

TABLES = ("xlsx", "csv")
_NOT_IN_NAMES = re.compile(r"[^\w\- ]+")
_LONGEST = 80
_TAKEN = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])", re.IGNORECASE)
"""What Windows takes for something else than a file."""
SHOWN_AFTER_MS = 400
"""What is written sooner shows nothing: it would only flicker."""
_WIDTH = 420


def safe_name(words: str, otherwise: str) -> str:
    """A file's name, without its ending, made of words from anywhere."""
    name = " ".join(_NOT_IN_NAMES.sub(" ", words).split())[:_LONGEST].strip()
    return otherwise if not name or _TAKEN.fullmatch(name) else name


def ask_file(
    parent: QWidget, title: str, name: str, then: Callable[[Path], object], kinds: tuple[str, ...] = TABLES
) -> QFileDialog:
    """Asks where to write; opened, not executed. ``kinds`` are endings, the first one is proposed."""
    dialog = QFileDialog(parent, title, f"{masking.shown(name)}.{kinds[0]}")
    dialog.setNameFilters([say(f"export.kind.{kind}") for kind in kinds])
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(kinds[0])
    dialog.filterSelected.connect(
        lambda chosen: dialog.setDefaultSuffix(next(kind for kind in kinds if f".{kind}" in chosen))
    )
    dialog.fileSelected.connect(lambda chosen: then(Path(chosen)))
    dialog.finished.connect(lambda _: dialog.deleteLater())
    dialog.open()
    return dialog


class Writing(QDialog):
    """How far a file is, where it lasts; rejected: it is to be stopped. The window goes on beside it."""

    def __init__(self, parent: QWidget, name: str) -> None:
        super().__init__(parent)
        words = say("export.writing", name=visible_words(name))
        masking.title(self, words)
        self.setMinimumWidth(_WIDTH)
        self.words, self.rows = label(words, "strong"), label(say("export.writing.begins"), "second")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        masking.name(self.bar, words)
        self.bar.setRange(0, 0)
        self.stop = button(say("dialog.cancel"), on_click=self.reject)
        acts = hbox(self.rows, None, self.stop)
        self.setLayout(vbox(self.words, self.bar, acts, gap=12, margins=20))
        self.later = QTimer(self, interval=SHOWN_AFTER_MS, singleShot=True)
        self.later.timeout.connect(self.show)
        self.later.start()

    def tell(self, done: int, rows: int) -> None:
        """So many rows are written, of so many."""
        # Qt counts with 32 bits; a share is enough for the eye.
        self.bar.setRange(0, 1000)
        self.bar.setValue(1000 * done // max(rows, 1))
        self.rows.setText(say("export.writing.rows", rows, done=number(done), rows=number(rows)))

    def end(self) -> None:
        """It is over; the window may be too."""
        if isValid(self):
            self.later.stop()
            self.hide()
            self.deleteLater()


def write_file(page: QWidget, desk: Desk, path: Path, act: Callable[[Progress], Awaitable[object]]) -> None:
    """Runs what writes a file and is told how to tell how far it is; it can be stopped."""
    shown = Writing(page, path.name)

    async def written() -> None:
        await act(shown.tell)

    task = desk.tasks.start(f"export {path}", written())
    shown.rejected.connect(task.cancel)
    task.add_done_callback(lambda _: shown.end())


def write_table(
    page: QWidget,
    desk: Desk,
    path: Path,
    sheet: Sheet,
    keys: Sequence[Any],
    done: Callable[[int], object],
) -> None:
    """Writes the rows of these keys as a table; ``done`` hears how many are in the file."""

    async def act(progress: Progress) -> None:
        done(await desk.exports.write(path, sheet, keys, progress))

    write_file(page, desk, path, act)
