"""Inputs with the program's own look where the style sheet alone cannot: choices, ticks, segments."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QComboBox, QHBoxLayout, QLineEdit, QPushButton, QWidget

from smsdesk.ui import theme
from smsdesk.ui.icons import pixmap
from smsdesk.ui.marks import paint_mark


class Choice(QComboBox):
    """One of several (key, words); ``key()`` is the chosen one. The wheel does not change it unasked."""

    def __init__(
        self,
        name: str,
        options: Sequence[tuple[str, str]] = (),
        chosen: str = "",
        on_change: Callable[[str], object] | None = None,
    ) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.offer(options, chosen)
        if on_change is not None:
            self.activated.connect(lambda _at: on_change(self.key()))

    def offer(self, options: Sequence[tuple[str, str]], chosen: str = "") -> None:
        """Offers other options."""
        self.clear()
        for key, words in options:
            self.addItem(words, key)
        self.choose(chosen)

    def key(self) -> str:
        """The key of the chosen option, "" where there is none."""
        return str(self.currentData() or "")

    def choose(self, key: str) -> None:
        """Chooses by key, without telling; an unknown key changes nothing."""
        at = self.findData(key)
        if at >= 0:
            self.setCurrentIndex(at)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scrolls the page, not the choice."""
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints the chevron over the frame."""
        super().paintEvent(event)
        painter = QPainter(self)
        if not self.isEnabled():
            painter.setOpacity(0.5)
        ratio = self.devicePixelRatioF()
        painter.drawPixmap(
            self.width() - 24, (self.height() - 14) // 2, pixmap("chevron-down", "second", 14, ratio)
        )
        painter.end()


class Tick(QCheckBox):
    """A box to tick."""

    def __init__(
        self, words: str, *, ticked: bool = False, on_change: Callable[[bool], object] | None = None
    ) -> None:
        super().__init__(words.replace("&", "&&"))
        self.setAccessibleName(words)
        self.setChecked(ticked)
        if on_change is not None:
            self.toggled.connect(on_change)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints the tick into the box."""
        super().paintEvent(event)
        if self.isChecked():
            painter = QPainter(self)
            box = QRectF(8.5, self.height() / 2 - 4.5, 9, 9)
            ink = theme.colour("on-accent" if self.isEnabled() else "third")
            paint_mark(painter, "check", box, ink)
            painter.end()


class Segments(QWidget):
    """A row of buttons of which one is chosen: (key, words). Arrow keys move, ``changed`` tells the key.

    ``kind`` "choice" gives framed buttons, "tab" the underlined tabs of a page.
    """

    changed = Signal(str)

    def __init__(
        self,
        name: str,
        options: Sequence[tuple[str, str]],
        chosen: str = "",
        on_change: Callable[[str], object] | None = None,
        kind: str = "choice",
    ) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QPushButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(20 if kind == "tab" else 8)
        for key, words in options:
            self._buttons[key] = made = self._made(key, words, kind)
            row.addWidget(made)
        row.addStretch(1)
        if options:
            self.choose(chosen or options[0][0])
        if on_change is not None:
            self.changed.connect(on_change)

    def _made(self, key: str, words: str, kind: str) -> QPushButton:
        made = QPushButton(words.replace("&", "&&"))
        made.setProperty("kind", kind)
        made.setCheckable(True)
        made.setAutoDefault(False)
        made.setAccessibleName(words)
        made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        made.clicked.connect(lambda: self.changed.emit(key))
        self._group.addButton(made)
        return made

    def key(self) -> str:
        """The key of the chosen button."""
        return next((key for key, made in self._buttons.items() if made.isChecked()), "")

    def choose(self, key: str) -> None:
        """Chooses by key, without telling. Raises KeyError for an unknown one."""
        self._buttons[key].setChecked(True)

    def set_words(self, key: str, words: str) -> None:
        """Other words on a button ("Open 4")."""
        made = self._buttons[key]
        made.setText(words.replace("&", "&&"))
        made.setAccessibleName(words)

    def set_offered(self, key: str, *, offered: bool) -> None:
        """Enables or disables one button."""
        self._buttons[key].setEnabled(offered)


def text_input(
    name: str,
    text: str = "",
    placeholder: str = "",
    on_change: Callable[[str], object] | None = None,
    kind: str = "",
    *,
    secret: bool = False,
) -> QLineEdit:
    """A line to write in; ``kind`` "large" for the one of a page, ``secret`` for a password."""
    made = QLineEdit(text)
    made.setAccessibleName(name)
    made.setPlaceholderText(placeholder)
    if kind:
        made.setProperty("kind", kind)
    if secret:
        made.setEchoMode(QLineEdit.EchoMode.Password)
    if on_change is not None:
        made.textEdited.connect(on_change)
    return made
