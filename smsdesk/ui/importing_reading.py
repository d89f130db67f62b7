"""While a file is being read: how far it is, and the way to stop it; where it cannot be read: why not."""

from collections.abc import Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QProgressBar, QPushButton, QSizePolicy, QWidget

from smsdesk.core.errors import SmsDeskError
from smsdesk.ui.layout import banner, button, card, hbox, label, vbox, widgets_in
from smsdesk.words import error_words, number, say

SHOWN_AFTER_MS = 150
"""Work that is over sooner shows nothing: it would only flicker."""


class ReadingCard(QWidget):
    """A bar with the rows so far. ``stopped``: Cancel was pressed."""

    stopped = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.words, self.rows = label("", "strong"), label("", "second")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.stop = button(say("dialog.cancel"), on_click=self.stopped.emit)
        above = hbox(self.words, self.rows, None, gap=12)
        row = hbox(gap=16)
        row.addLayout(vbox(above, self.bar, gap=8), 1)
        row.addWidget(self.stop)
        self.setLayout(vbox(card(body=row), gap=0))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._later = QTimer(self, interval=SHOWN_AFTER_MS, singleShot=True)
        self._later.timeout.connect(self.show)
        self.hide()

    def begin(self, words: str, *, at_once: bool) -> None:
        """Something began; it is shown at once, or where it lasts."""
        self.words.setText(words)
        self.bar.setAccessibleName(words)
        self.tell(0, 0)
        if at_once:
            self.show()
        elif self.isHidden():
            self._later.start()

    def tell(self, done: int, rows: int) -> None:
        """So many rows are done, of so many (0: nobody knows yet)."""
        # Qt counts with 32 bits; a share is enough for the eye.
        self.bar.setRange(0, 1000 if rows else 0)
        if rows:
            self.bar.setValue(min(1000, 1000 * done // rows))
        code = "import.progress.of" if rows else "import.progress"
        self.rows.setText(say(code, done, rows=number(rows)) if done else "")

    def end(self) -> None:
        """It is over."""
        self._later.stop()
        self.hide()


class Trouble(QWidget):
    """What is wrong with a file and what can be done, until the next file or reading."""

    def __init__(self) -> None:
        super().__init__()
        self.acts: list[QPushButton] = []
        self._room = vbox(gap=0)
        self.setLayout(self._room)
        self.hide()

    def show_error(self, error: SmsDeskError, acts: Sequence[QPushButton]) -> None:
        """Says it, with buttons beside it."""
        self.clear()
        self.acts = [*acts]
        self._room.addWidget(banner("failed", *error_words(error), *acts))
        self.show()

    def clear(self) -> None:
        """It is over."""
        for old in widgets_in(self._room):
            self._room.removeWidget(old)
            old.hide()
            old.deleteLater()
        self.acts = []
        self.hide()
