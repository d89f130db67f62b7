"""The dialog that makes a follow-up: who did not get it, who is left out and why, the draft's name."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from smsdesk.core.following import BY_DEFAULT, CHOICES, Reach, counted
from smsdesk.ui.facts import flowing
from smsdesk.ui.inputs import Tick, text_input
from smsdesk.ui.layout import button, hbox, label, relabel, vbox
from smsdesk.words import number, say

if TYPE_CHECKING:
    from smsdesk.desk.following import Followable

_WIDTH = 520


class FollowUp(QDialog):
    """Asks whom to write to again. ``then`` gets what is included and the draft's name."""

    def __init__(
        self,
        parent: QWidget,
        found: "Followable",
        name: str,
        then: Callable[[frozenset[Reach], str], object],
    ) -> None:
        super().__init__(parent)
        self._counts: Mapping[Reach, int] = counted(found.some)
        self.setWindowTitle(say("follow.title"))
        self.setMinimumWidth(_WIDTH)
        words = flowing("second")
        words.setText(say("follow.words" if found.campaign is not None else "follow.words.other"))
        self.name = text_input(say("follow.name"))
        self.name.setText(name)
        self.ticks: dict[Reach, Tick] = {}
        self.go = button(say("follow.go.none"), on_click=self.accept, primary=True)
        self.go.setDefault(True)
        cancel = button(say("dialog.cancel"), on_click=self.reject)
        cancel.setAutoDefault(False)
        always = flowing("second")
        always.setText(_always(self._counts))
        always.setVisible(bool(always.text()))
        named = vbox(label(say("follow.name"), "second"), self.name, gap=4)
        self.setLayout(
            vbox(words, self._choices(), always, named, hbox(None, cancel, self.go), gap=16, margins=20)
        )
        self.accepted.connect(lambda: then(self.included(), self.name.text().strip() or name))
        self.finished.connect(lambda _: self.deleteLater())
        self._follow()

    def _choices(self) -> QVBoxLayout:
        rows = vbox(gap=8)
        for reach in (one for one in CHOICES if self._counts.get(one) or one in BY_DEFAULT):
            count, words = self._counts.get(reach, 0), say(f"follow.{reach.value}")
            ticked = reach in BY_DEFAULT and bool(count)
            tick = Tick(words, ticked=ticked, on_change=lambda _: self._follow())
            tick.setAccessibleName(f"{words}: {number(count)}")
            tick.setEnabled(bool(count))
            why = flowing("second")
            why.setText(say(f"follow.{reach.value}.why"))
            self.ticks[reach] = tick
            head = hbox(tick, None, label(number(count), "strong"), gap=16)
            rows.addLayout(vbox(head, hbox(24, why, gap=0), gap=0))
        return rows

    def included(self) -> frozenset[Reach]:
        """What is ticked."""
        return frozenset(reach for reach, tick in self.ticks.items() if tick.isChecked())

    def _follow(self) -> None:
        count = sum(self._counts[reach] for reach in self.included())
        relabel(self.go, say("follow.go", count) if count else say("follow.go.none"))
        self.go.setEnabled(count > 0)


def _always(counts: Mapping[Reach, int]) -> str:
    """Who is never written to again."""
    codes = [(reach, counts.get(reach, 0)) for reach in (Reach.REACHED, Reach.LISTED)]
    return " ".join(say(f"follow.{reach.value}", count) for reach, count in codes if count)
