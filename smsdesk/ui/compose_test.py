"""Send me a test: one recipient's text, as it will arrive, to one's own number."""

from collections.abc import Callable

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QWidget

from smsdesk.desk.campaigns import OpenCampaign
from smsdesk.desk.desk import Desk
from smsdesk.words import say

Told = Callable[[str, str, str, QAction | None], object]
"""What takes a notice: level, sentence, hint, action."""


class SendTest(QDialog):
    """Shows what the test will be, asks for the number, sends."""

    def __init__(
        self, parent: QWidget, desk: Desk, opened: OpenCampaign, place: tuple[int, int], told: Told
    ) -> None:
        super().__init__(parent)
        self._desk, self._opened, self._place, self._told = desk, opened, place, told
        self.setWindowTitle(say("test.title"))


def ask_test(
    parent: QWidget, desk: Desk, opened: OpenCampaign, place: tuple[int, int], told: Told
) -> SendTest:
    parent: QWidget, desk: Desk, opened: OpenCampaign, place: tuple[int, int], told: Told
) -> SendTest:
    """Opens the dialog for the recipient at ``place`` (message and row, from 0); ``told`` takes the notice."""
    made = SendTest(parent, desk, opened, place, told)
    made.open()
    return made
