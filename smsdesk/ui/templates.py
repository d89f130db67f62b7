"""Texts to begin with: templates, and those that were sent lately. Opened, never executed."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QWidget

from smsdesk.core.campaign import Message
from smsdesk.core.options import Options
from smsdesk.desk.desk import Desk


class TemplatesDialog(QDialog):
    """Chooses a text for ``message``, or puts its text away, on wish with the campaign's ``options``.

    ``chosen``: the text, and the options to take over (Options, or None). ``made = TemplatesDialog(parent,
    desk, message, options)``, connect ``made.chosen``, ``made.open()``.
    """

    chosen = Signal(str, object)

    def __init__(self, parent: QWidget, desk: Desk, message: Message, options: Options | None = None) -> None:
        super().__init__(parent)
        self._desk, self._message, self._options = desk, message, options
