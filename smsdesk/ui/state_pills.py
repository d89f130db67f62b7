"""Pills that are buttons: each counts the rows in one state and shows only them when it is pressed."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from smsdesk.ui import theme
from smsdesk.ui.labels import plain_tip
from smsdesk.ui.layout import hbox
from smsdesk.ui.marks import PILL_HEIGHT, Pill, paint_pill, pill_width
from smsdesk.words import say

_AROUND = 3.0


class PillButton(QPushButton):
    """A pill that can be pressed and stays so; the ring says that it is."""

    def __init__(self, pill: Pill) -> None:
        super().__init__()
        self.setProperty("kind", "icon")
        self.setCheckable(True)
        self.setAutoDefault(False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._pill = pill
        self.show_pill(pill)

    def show_pill(self, pill: Pill) -> None:
        """Shows another state."""
        self._pill = pill
        self.setAccessibleName(pill.word)
        self.setToolTip(plain_tip(f"{pill.word} · {say('people.only_these')}"))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """The pill and the ring around it."""
        return QSize(int(pill_width(self._pill) + 2 * _AROUND) + 1, int(PILL_HEIGHT + 2 * _AROUND))

    def minimumSizeHint(self) -> QSize:
        """Room for mark and ellipsis."""
        return QSize(min(54, self.sizeHint().width()), self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paints pill and ring; the ring is thick where the pill has the focus."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = QRectF(self.rect())
        paint_pill(painter, self._pill, room.adjusted(_AROUND, 0, -_AROUND, 0))
        wide = 2.0 if self.hasFocus() else 1.0
        if self.hasFocus() or self.isChecked() or self.underMouse():
            ink = "accent" if self.hasFocus() else self._pill.role if self.isChecked() else "line"
            painter.setPen(QPen(theme.colour(ink), wide))
            edge = wide / 2
            painter.drawRoundedRect(room.adjusted(edge, edge, -edge, -edge), 6, 6)
        painter.end()


class StatePills(QWidget):
    """How many rows are in each state; ``chosen`` tells the state to show alone, "" for all.

    A state without rows has no pill, unless it is the one that is shown.
    """

    chosen = Signal(str)

    def __init__(self, name: str, states: Sequence[str]) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._pills = {state: PillButton(Pill("neutral", "")) for state in states}
        for state, pill in self._pills.items():
            pill.clicked.connect(lambda _=False, state=state: self._press(state))
            pill.hide()
        self.setLayout(hbox(*self._pills.values(), gap=4))

    def show_counts(self, counts: Mapping[str, int], pills: Mapping[str, Pill]) -> None:
        """Shows how many rows are in each state."""
        for state, made in self._pills.items():
            made.show_pill(pills[state])
            made.setVisible(counts[state] > 0 or made.isChecked())

    def choose(self, state: str) -> None:
        """Presses a pill, "" for none, without telling."""
        for key, pill in self._pills.items():
            pill.setChecked(key == state)

    def pill(self, state: str) -> PillButton:
        """The pill of a state."""
        return self._pills[state]

    def _press(self, state: str) -> None:
        pressed = self._pills[state].isChecked()
        self.choose(state if pressed else "")
        self.chosen.emit(state if pressed else "")
