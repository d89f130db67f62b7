"""One question in a dialog: what will happen, and two ways on. Opened, never executed.

It asks in proportion: what is out of the ordinary is named, and where much is at stake a person writes
the number that it is about before the button opens.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QLayout, QWidget

from smsdesk.ui import masking
from smsdesk.ui.facts import flowing
from smsdesk.ui.inputs import text_input
from smsdesk.ui.labels import Dot
from smsdesk.ui.layout import banner, button, hbox, holding, label, relabel, sentence, vbox
from smsdesk.words import say

_WIDTH = 460
_BETWEEN_DIGITS = re.compile(r"[\s.,'\u2019]")


@dataclass(frozen=True, slots=True)
class Stake:
    """What a question says: title, what is at stake, more words, the button that goes on.

    ``level`` is the role of the tinted bar. ``unusual`` has what is out of the ordinary, each with what it
    means. Where a ``figure`` is given, it has to be written before one can go on; ``why`` says so.
    """

    title: str
    stake: str
    words: str
    yes: str
    level: str = "waiting"
    unusual: tuple[tuple[str, str], ...] = ()
    figure: int | None = None
    why: str = ""


class More(QWidget):
    """What a question asks for beside yes or no; ``changed``: what it answers may differ now."""

    changed = Signal()

    def ready(self) -> bool:
        """Whether one can go on with it as it is."""
        return True

    def yes(self, words: str) -> str:
        """The words of the button that goes on; ``words`` are those of the question."""
        return words


class Question(QDialog):
    """Asks before an act that cannot be taken back; Escape and the safe button do nothing.

    Enter is the safe button; where a figure is asked for it leads from the figure to the button, and only
    a click or the space bar presses that.
    """

    def __init__(
        self, parent: QWidget, stake: Stake, then: Callable[[], object], more: More | None = None
    ) -> None:
        super().__init__(parent)
        self._stake, self._more = stake, more
        masking.title(self, stake.title)
        masking.name(self, f"{stake.title} {stake.stake}")
        self.setMinimumWidth(_WIDTH)
        self.cancel = button(say("dialog.cancel"), on_click=self.reject)
        self.yes = button(stake.yes, on_click=self._go_on, kind="danger")
        self.cancel.setAutoDefault(False)
        self.yes.setAutoDefault(False)
        column = vbox(banner(stake.level, stake.stake), sentence(stake.words), gap=16, margins=20)
        if stake.unusual:
            column.addWidget(holding(vbox(*(_oddity(*words) for words in stake.unusual), None, gap=10)))
        if more is not None:
            column.addWidget(more)
            more.changed.connect(self._follow)
            more.changed.connect(self._fit)
        self.figure, self.told = text_input(stake.why, on_change=self._compare), label("", "second")
        if stake.figure is not None:
            column.addLayout(self._asking(stake))
        column.addLayout(hbox(None, self.cancel, self.yes))
        # The layout's own least height is that of its words in far less width.
        column.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self.setLayout(column)
        self._follow()
        self._fit()
        self.accepted.connect(then)
        self.finished.connect(lambda _: self.deleteLater())
        if stake.figure is None:
            self.cancel.setDefault(True)
            self.cancel.setFocus()
        else:
            self.figure.setFocus()

    def _asking(self, stake: Stake) -> QLayout:
        self.figure.setFixedWidth(140)
        self.figure.returnPressed.connect(self._to_button)
        return vbox(label(stake.why, "strong", wrap=True), hbox(self.figure, self.told, None, gap=12), gap=8)

    def _compare(self, text: str) -> None:
        right = self._is_written()
        self._follow()
        self.told.setText(say("ask.right") if right else say("ask.not_yet") if text.strip() else "")

    def _is_written(self) -> bool:
        return self._stake.figure is None or written_number(self.figure.text()) == self._stake.figure

    def _follow(self) -> None:
        """Opens the button where nothing more is asked for."""
        more = self._more
        relabel(self.yes, self._stake.yes if more is None else more.yes(self._stake.yes))
        self.yes.setEnabled(self._is_written() and (more is None or more.ready()))

    def _fit(self) -> None:
        """As high as its words are."""
        column = self.layout()
        assert column is not None
        for part in self.findChildren(QWidget):
            part.updateGeometry()
        column.activate()
        wide = max(_WIDTH, column.sizeHint().width(), self.width() if self.isVisible() else 0)
        self.setMinimumSize(wide, column.totalHeightForWidth(wide))
        self.resize(self.minimumSize())

    def showEvent(self, event: QShowEvent) -> None:
        """Fits once more: only now it is known what is in sight."""
        super().showEvent(event)
        QTimer.singleShot(0, self, self._fit)

    def _to_button(self) -> None:
        if self.yes.isEnabled():
            self.yes.setFocus(Qt.FocusReason.TabFocusReason)

    def _go_on(self) -> None:
        """Once: a second press finds the button shut."""
        self.yes.setEnabled(False)
        self.accept()


def _oddity(words: str, hint: str) -> QWidget:
    told = flowing("strong")
    told.setText(words)
    column = vbox(told, gap=2)
    if hint:
        more = flowing("second")
        more.setText(hint)
        column.addWidget(more)
    column.addStretch(1)
    row = hbox(vbox(4, Dot("waiting"), None, gap=0), gap=10)
    row.addLayout(column, 1)
    made = holding(row)
    masking.name(made, f"{words} {hint}".strip())
    return made


def written_number(text: str) -> int | None:
    """A whole number as people write it, thousands separated or not; None where it is none."""
    digits = _BETWEEN_DIGITS.sub("", text)
    return int(digits) if digits.isascii() and digits.isdecimal() else None


def ask(parent: QWidget, stake: Stake, then: Callable[[], object], more: More | None = None) -> Question:
    """Opens the question over ``parent``; ``then`` is called where a person says yes."""
    made = Question(parent, stake, then, more)
    made.open()
    return made
