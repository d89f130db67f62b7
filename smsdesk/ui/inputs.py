"""Inputs with the program's own look where the style sheet alone cannot: choices, ticks, segments."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QValidator, QWheelEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QDateTimeEdit,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QStyle,
    QStyleOptionFrame,
    QWidget,
)

from smsdesk.core.masking import DOT
from smsdesk.ui import masking, theme
from smsdesk.ui.icons import pixmap
from smsdesk.ui.labels import plain_tip
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
        paint_chevron(self)


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


class TimeInput(QDateTimeEdit):
    """A date and a minute, written or chosen in a calendar."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setDisplayFormat("yyyy-MM-dd HH:mm")
        self.setCalendarPopup(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scrolls the page, not the time."""
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints the chevron over the frame."""
        super().paintEvent(event)
        paint_chevron(self)


def paint_chevron(box: QWidget) -> None:
    """Paints the sign of what opens at the right of a box."""
    painter = QPainter(box)
    if not box.isEnabled():
        painter.setOpacity(0.5)
    sign = pixmap("chevron-down", "second", 14, box.devicePixelRatioF())
    painter.drawPixmap(box.width() - 24, (box.height() - 14) // 2, sign)
    painter.end()


class _Unbroken(QValidator):
    """Takes no change of a line that leaves a part of what is masked in it."""

    def __init__(self, line: "LineInput") -> None:
        super().__init__(line)
        self._line = line

    def validate(self, text: str, place: int) -> tuple[QValidator.State, str, int]:
        """Whether the line may read so."""
        part = self._line.masked and DOT in text and text != self._line.masked
        return (QValidator.State.Invalid if part else QValidator.State.Acceptable), text, place


class LineInput(QLineEdit):
    """A line to write in. While the mask is on, numbers that stand in it already are masked; typed ones not.

    ``text()`` is whole either way. What is masked can be replaced as a whole and not written in: what is
    hidden would be lost.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self._masked = self._whole = ""
        self.setValidator(_Unbroken(self))
        self.setText(text)

    def setText(self, text: str | None) -> None:
        """Shows another text."""
        self._whole = text or ""
        self._masked = masking.shown(self._whole)
        super().setText(self._masked)

    def text(self) -> str:
        """What stands in it."""
        seen = super().text()
        return self._whole if seen == self._masked else seen

    @property
    def masked(self) -> str:
        """What is shown in place of the text, where that is masked; else empty."""
        return self._masked if self._masked != self._whole else ""

    def show_masked(self) -> None:
        """Shows the same text, by the mask as it is now."""
        if self.echoMode() == QLineEdit.EchoMode.Normal and masking.shown(self.text()) != super().text():
            self.setText(self.text())


class TitleInput(LineInput):
    """The title of a page, to be written in; where it is longer than its room it ends in an ellipsis."""

    def __init__(self, name: str, placeholder: str, on_change: Callable[[str], object]) -> None:
        super().__init__("")
        self.setAccessibleName(name)
        self.setPlaceholderText(placeholder)
        self.setProperty("kind", "title")
        self.textEdited.connect(on_change)
        self.editingFinished.connect(lambda: self.setCursorPosition(0))

    def fit(self, most: int) -> None:
        """Takes the width of its words, at most so much."""
        wide = self.fontMetrics().horizontalAdvance(self.displayText() or self.placeholderText()) + 32
        self.setFixedWidth(max(160, min(most, wide)))
        self.setToolTip("" if wide <= most else plain_tip(self.displayText()))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints the words, cut where they are not being written."""
        option = QStyleOptionFrame()
        self.initStyleOption(option)
        room = self.style().subElementRect(QStyle.SubElement.SE_LineEditContents, option, self)
        room = room.adjusted(2, 0, -2, 0)
        words = self.fontMetrics().elidedText(self.displayText(), Qt.TextElideMode.ElideRight, room.width())
        if self.hasFocus() or words == self.displayText():
            super().paintEvent(event)
            return
        painter = QPainter(self)
        self.style().drawPrimitive(QStyle.PrimitiveElement.PE_PanelLineEdit, option, painter, self)
        painter.setPen(theme.colour("text"))
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), words)
        painter.end()


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
    made = LineInput(text)
    made.setAccessibleName(name)
    made.setPlaceholderText(placeholder)
    if kind:
        made.setProperty("kind", kind)
    if secret:
        made.setEchoMode(QLineEdit.EchoMode.Password)
    if on_change is not None:
        made.textEdited.connect(on_change)
    return made
