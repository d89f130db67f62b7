"""Notices: slim bars that come at the lower left, stack, and go when they are dismissed or old."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAction
from PySide6.QtWidgets import QFrame, QWidget

from smsdesk.ui import masking
from smsdesk.ui.labels import Dot
from smsdesk.ui.layout import action_button, hbox, icon_button, label, vbox, widgets_in
from smsdesk.words import say

WIDTH = 420
SHOWN = 4
_ROLES = {"error": "failed", "warning": "waiting", "done": "delivered", "note": "accent"}
_STAYS_MS = {"done": 5_000, "note": 8_000}


@dataclass(frozen=True, slots=True)
class Notice:
    """What a notice says; ``level``: error, warning, note, done, guide.

    Errors, warnings and a guide stay; the next step of a guide takes the place of the one before.
    """

    level: str
    sentence: str
    hint: str = ""


def _replaces(new: Notice, old: Notice) -> bool:
    """The same words again, or the next step of a guide."""
    return new == old or new.level == old.level == "guide"


class _Bar(QFrame):
    def __init__(self, notice: Notice, action: QAction | None, on_close: Callable[[], None]) -> None:
        super().__init__()
        role = _ROLES.get(notice.level, "accent")
        self.notice = notice
        self.setProperty("kind", "notice")
        self.setProperty("level", role)
        self.setFixedWidth(WIDTH)
        masking.name(self, f"{notice.sentence} {notice.hint}".strip())
        text = vbox(label(notice.sentence, "strong", wrap=True), gap=2)
        if notice.hint:
            text.addWidget(label(notice.hint, "second", wrap=True))
        if action is not None:
            made = action_button(action)
            made.setProperty("kind", "link")
            made.clicked.connect(on_close)
            text.addLayout(hbox(made, None))
        dot = Dot(role)
        close = icon_button("x", say("window.dismiss"), on_close)
        row = hbox(vbox(9, dot, None, gap=0), margins=(12, 7, 7, 9), gap=10)
        row.addLayout(vbox(5, text, None, gap=0), 1)
        row.addLayout(vbox(close, None, gap=0))
        self.setLayout(row)


class Notices(QWidget):
    """The stack of notices over ``parent``; the newest is at the bottom."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._parent = parent
        self.setAccessibleName(say("window.notices"))
        self._column = vbox(gap=8)
        self.setLayout(self._column)
        parent.installEventFilter(self)
        self.hide()

    def show_notice(self, notice: Notice, action: QAction | None = None) -> None:
        """Shows a notice; one that says the same in sight is replaced, beyond ``SHOWN`` the oldest goes."""
        bars = self.bars()
        for bar in [other for other in bars if _replaces(notice, other.notice)] or bars[
            : len(bars) - SHOWN + 1
        ]:
            self._drop(bar)
        bar = _Bar(notice, action, lambda: self._drop(bar))
        self._column.addWidget(bar)
        bar.show()
        self._place()
        if notice.level in _STAYS_MS:
            QTimer.singleShot(_STAYS_MS[notice.level], bar, lambda: self._drop(bar))
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, bar.accessibleName()))

    def bars(self) -> list[_Bar]:
        """The notices in sight, oldest first."""
        return [bar for bar in widgets_in(self._column) if isinstance(bar, _Bar)]

    def clear(self) -> None:
        """Dismisses all that are in sight."""
        for bar in self.bars():
            self._drop(bar)

    def _drop(self, bar: _Bar) -> None:
        self._column.removeWidget(bar)
        bar.hide()
        bar.deleteLater()
        self._place()

    def _place(self) -> None:
        parent = self._parent
        count = self._column.count()
        self.setVisible(count > 0)
        if count == 0:
            return
        for bar in self.bars():
            bar.setFixedHeight(bar.heightForWidth(WIDTH))
        height = sum(bar.height() for bar in self.bars()) + 8 * (count - 1)
        self.setGeometry(24, max(0, parent.height() - height - 16), WIDTH, height)
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follows the size of the window."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)
