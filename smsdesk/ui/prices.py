"""The price list: what a part costs, by country. Opened, never executed."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QWidget

from smsdesk.desk.desk import Desk


class PricesDialog(QDialog):
    """Writes the workspace's price list; ``saved`` tells that there is another one.

    ``made = PricesDialog(parent, desk)``, connect ``made.saved``, ``made.open()``.
    """

    saved = Signal()

    def __init__(self, parent: QWidget, desk: Desk) -> None:
        super().__init__(parent)
        self._desk = desk
