"""One option of the composer as a row: what it does, the input, what is wrong, what it comes to here."""

from PySide6.QtCore import QRegularExpression, Qt
from PySide6.QtGui import QKeyEvent, QRegularExpressionValidator
from PySide6.QtWidgets import QLineEdit, QWidget

from smsdesk.ui import theme
from smsdesk.ui.compose_effects import Effect
from smsdesk.ui.facts import flowing
from smsdesk.ui.layout import hbox, label, vbox
from smsdesk.words import say

LINE_WIDTH = 280
_DIGITS = QRegularExpression("[0-9]{0,6}")
_STEPS = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1, Qt.Key.Key_PageUp: 10, Qt.Key.Key_PageDown: -10}


class Figure(QLineEdit):
    """A whole number between two limits, or nothing; the arrow keys step within the limits.

    A figure out of the limits can be written, and it is for the screen to say so: a character that is no
    digit cannot, which ``inputRejected`` tells. ``below`` stands where one steps down from the lowest.
    """

    def __init__(self, limits: tuple[int, int], step: int = 1, below: int | None = None) -> None:
        super().__init__()
        self._low, self._high = limits
        self._step, self._below = step, below
        self.setValidator(QRegularExpressionValidator(_DIGITS, self))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up, Down and by ten with Page Up, Page Down."""
        by = _STEPS.get(Qt.Key(event.key()))
        if by is None or self.isReadOnly():
            super().keyPressEvent(event)
            return
        self.setText(str(self._stepped(by * self._step)))
        self.selectAll()
        self.textEdited.emit(self.text())

    def _stepped(self, by: int) -> int:
        text = self.text()
        if not text:
            return self._low
        value = int(text) + by
        if value < self._low:
            return self._below if self._below is not None and by < 0 else self._low
        return min(value, self._high)


class Field(QWidget):
    """One option: at the left its name, what it does and comes to here, at the right the input.

    What is wrong stands below the input.
    """

    def __init__(self, name: str, box: QWidget) -> None:
        super().__init__()
        words = label(say(f"option.{name}"), "strong")
        words.setBuddy(box)
        box.setAccessibleName(say(f"option.{name}"))
        box.setFixedWidth(LINE_WIDTH)
        self.box = box
        self._hint = say(f"option.{name}.hint")
        self._wrong = self._refused = ""
        hint, self.effect = flowing("caption"), flowing("second")
        hint.setText(self._hint)
        self.effect.hide()
        self.wrong = flowing("caption", "failed")
        self.wrong.hide()
        row = hbox(gap=24)
        row.addLayout(vbox(words, hint, self.effect, None, gap=2), 1)
        row.addLayout(vbox(box, self.wrong, None, gap=4))
        self.setLayout(row)
        if isinstance(box, QLineEdit):
            box.inputRejected.connect(self._refuse)
            box.textEdited.connect(lambda _: self._take_back())
            box.editingFinished.connect(self._take_back)

    def say_wrong(self, words: str) -> None:
        """Says what is wrong, "" for nothing."""
        self._wrong = words
        self._paint_wrong()

    def say_effect(self, effect: Effect | None) -> None:
        """Says what the option comes to in this campaign."""
        self.effect.setText(effect.words if effect else "")
        self.effect.setVisible(effect is not None)
        theme.restyle(self.effect, role="waiting" if effect is not None and effect.heeded else "")
        self._describe()

    def _refuse(self) -> None:
        """A character that cannot stand there: nothing is left out without a word."""
        self._refused = say("option.digits_only")
        self._paint_wrong()

    def _take_back(self) -> None:
        if self._refused:
            self._refused = ""
            self._paint_wrong()

    def _paint_wrong(self) -> None:
        words = " ".join(filter(None, (self._refused, self._wrong)))
        self.wrong.setText(words)
        self.wrong.setVisible(bool(words))
        theme.restyle(self.box, wrong="true" if words else "false")
        self._describe()

    def _describe(self) -> None:
        told = (self.wrong.text(), self._hint, self.effect.text())
        self.box.setAccessibleDescription(" ".join(filter(None, told)))
