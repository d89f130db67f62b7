"""What the rows of a file became, as a sum: each part of it a button that shows those rows."""

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from smsdesk.core.importing import Counts
from smsdesk.ui import theme
from smsdesk.ui.layout import button, hbox, holding, label, relabel
from smsdesk.ui.marks import PILL_HEIGHT, Pill, paint_pill, pill_width
from smsdesk.words import say

KINDS = ("valid", "doubtful", "invalid", "duplicates", "do_not_contact", "blank")
"""The parts of the sum, in their order."""
_ROLES = {"valid": "delivered", "doubtful": "waiting", "invalid": "failed"}
_RING = 3


class PillButton(QPushButton):
    """A pill that can be pressed in; then it has a ring of its colour."""

    def __init__(self, role: str) -> None:
        super().__init__()
        self._pill = Pill(role, "", "")
        self.setProperty("kind", "pill")
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_words(self, words: str, tip: str, *, can_press: bool) -> None:
        """Shows other words; one that leads nowhere is only read."""
        self._pill = Pill(self._pill.role, words, "")
        self.setAccessibleName(words)
        self.setToolTip(tip if can_press else "")
        self.setEnabled(can_press)
        self.setCursor(Qt.CursorShape.PointingHandCursor if can_press else Qt.CursorShape.ArrowCursor)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """The pill, and room for its ring."""
        return QSize(int(pill_width(self._pill)) + 1 + 2 * _RING, int(PILL_HEIGHT) + 2 * _RING)

    def minimumSizeHint(self) -> QSize:
        """The same: a sum that is cut would not add up."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paints the pill and what is about it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = QRectF(self.rect())
        paint_pill(painter, self._pill, room.adjusted(_RING, _RING, -_RING, -_RING))
        ink = "accent" if self.hasFocus() else self._pill.role
        if self.hasFocus() or self.isChecked():
            painter.setPen(QPen(theme.colour(ink), 2 if self.hasFocus() else 1.5))
            painter.drawRoundedRect(room.adjusted(1, 1, -1, -1), 6, 6)
        elif self.isEnabled() and self.underMouse():
            painter.setPen(QPen(theme.colour("edge"), 1))
            painter.drawRoundedRect(room.adjusted(1.5, 1.5, -1.5, -1.5), 6, 6)
        painter.end()


class Sums(QWidget):
    """All rows = usable + doubtful + ... ``kind_chosen``: one of ``KINDS``, or "" for all.

    ``acts``: what can be done about the rest, to be put where there is room.
    """

    kind_chosen = Signal(str)
    use_asked = Signal()
    save_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.rows = label("", "strong")
        self.pills = {kind: PillButton(_ROLES.get(kind, "neutral")) for kind in KINDS}
        for kind, made in self.pills.items():
            made.clicked.connect(lambda pressed, kind=kind: self._press(kind, pressed=pressed))
        self.use = button("", on_click=self.use_asked.emit)
        self.save = button(say("import.save"), on_click=self.save_asked.emit)
        sum_row = hbox(self.rows, 8, label("=", "second"), 5, *self.pills.values(), None, gap=2)
        self.acts = holding(hbox(self.use, self.save, gap=8), "")
        self.setLayout(sum_row)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def _press(self, kind: str, *, pressed: bool) -> None:
        self.choose(kind if pressed else "")
        self.kind_chosen.emit(kind if pressed else "")

    def choose(self, kind: str) -> None:
        """Presses one part in, without telling; "" none."""
        for other, made in self.pills.items():
            made.setChecked(other == kind)

    def show_counts(self, counts: Counts, told: frozenset[str], *, with_doubtful: bool) -> None:
        """Shows a sum. ``told``: the kinds of which some row is listed below."""
        self.rows.setText(say("import.rows", counts.rows))
        self.rows.setMinimumWidth(self.rows.sizeHint().width())
        for kind, made in self.pills.items():
            n = getattr(counts, kind)
            made.show_words(say(f"import.count.{kind}", n), say("import.count.tip"), can_press=kind in told)
            made.setVisible(bool(n) or kind == "valid")
        relabel(self.use, say("import.hold" if with_doubtful else "import.use", counts.doubtful))
        self.use.setVisible(bool(counts.doubtful))
        rest = counts.rows - counts.valid - counts.blank - (counts.doubtful if with_doubtful else 0)
        self.save.setVisible(rest > 0)
