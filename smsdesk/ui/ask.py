"""One question in a dialog: what will happen, and two ways on. Opened, never executed."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QDialog, QWidget

from smsdesk.ui.layout import banner, button, hbox, sentence, vbox
from smsdesk.words import say

_WIDTH = 460


@dataclass(frozen=True, slots=True)
class Stake:
    """What a question says: title, what is at stake, more words, the button that goes on.

    ``level`` is the role of the tinted bar.
    """

    title: str
    stake: str
    words: str
    yes: str
    level: str = "waiting"


class Question(QDialog):
    """Asks before an act that cannot be taken back; Escape and the safe button do nothing."""

    def __init__(self, parent: QWidget, stake: Stake, then: Callable[[], object]) -> None:
        super().__init__(parent)
        self.setWindowTitle(stake.title)
        self.setAccessibleName(f"{stake.title} {stake.stake}")
        self.setMinimumWidth(_WIDTH)
        self.cancel = button(say("dialog.cancel"), on_click=self.reject)
        self.yes = button(stake.yes, on_click=self.accept, kind="danger")
        self.cancel.setDefault(True)
        self.yes.setAutoDefault(False)
        bar = banner(stake.level, stake.stake)
        acts = hbox(None, self.cancel, self.yes)
        self.setLayout(vbox(bar, sentence(stake.words), acts, gap=16, margins=20))
        self.accepted.connect(then)
        self.finished.connect(lambda _: self.deleteLater())
        self.cancel.setFocus()


def ask(parent: QWidget, stake: Stake, then: Callable[[], object]) -> Question:
    """Opens the question over ``parent``; ``then`` is called where a person says yes."""
    made = Question(parent, stake, then)
    made.open()
    return made
