"""How the page Jobs is laid out: the list above, recipients and figures below; sized by need or by hand."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from smsdesk.ui.layout import BETWEEN, action, card, splitter, vbox
from smsdesk.ui.table import HEAD, ROW
from smsdesk.words import say

_NARROW = 960
"""Narrower than this the figures are a drawer over the recipients."""
_LEAST_ROWS = 3
_LOWER, _LOWER_SHARE = 330, 0.6
"""The recipients get so much of the height, in px and as a share."""
_SIDE = 264
_EDGE = 8


class Parts(QWidget):
    """The list is as high as its rows need while the recipients keep their room; moved by hand it stays.

    ``moved``: a person moved a border (``sizes`` says where to). ``aside`` opens the drawer and closes it.
    """

    moved = Signal()

    def __init__(self, top: QWidget, recipients: QWidget, figures: QWidget) -> None:
        super().__init__()
        self._recipients, self._figures = recipients, figures
        self._count, self._drawn = 0, False
        self._top: int | None = None
        self._side: int | None = None
        self.aside = action(say("job.aside"), self.turn, shortcut="Ctrl+I", parent=self)
        self.aside.setVisible(False)
        above = card(body=top, flush=True)
        above.setMinimumHeight(HEAD + _LEAST_ROWS * ROW)
        self._beside = splitter(recipients, figures, shares=(1, 0))
        self._below = splitter(above, self._beside, vertical=True, shares=(0, 1))
        self._beside.splitterMoved.connect(self._moved_aside)
        self._below.splitterMoved.connect(self._moved_below)
        self.setLayout(vbox(self._below, gap=0))

    def show_count(self, count: int) -> None:
        """So many jobs are listed."""
        if count != self._count:
            self._count = count
            self._lay()

    @property
    def drawn(self) -> bool:
        """Whether the drawer is open."""
        return self._drawn and self._narrow

    def turn(self) -> None:
        """Opens or closes the drawer."""
        self._drawn = not self._drawn
        self._lay()

    def close_drawer(self) -> None:
        """The recipients are to be seen."""
        if self._drawn:
            self.turn()

    def sizes(self) -> tuple[int | None, int | None]:
        """The height of the list and the width of the figures where a person chose them."""
        return self._top, self._side

    def take_sizes(self, top: int | None, side: int | None) -> None:
        """Puts the borders where they were."""
        self._top, self._side = top, side
        self._lay()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shares the room anew."""
        super().resizeEvent(event)
        self._lay()

    @property
    def _narrow(self) -> bool:
        return self.width() < _NARROW

    def _lay(self) -> None:
        self.aside.setVisible(self._narrow and self._count > 0)
        self._figures.setVisible(self._drawn or not self._narrow)
        self._recipients.setVisible(not self.drawn)
        top = self._needed() if self._top is None else self._top
        self._below.setSizes([top, max(1, self.height() - top - BETWEEN)])
        side = _SIDE if self._side is None else self._side
        self._beside.setSizes([max(1, self.width() - side - BETWEEN), side])

    def _needed(self) -> int:
        lower = max(_LOWER, int(self.height() * _LOWER_SHARE))
        room = (self.height() - BETWEEN - lower - HEAD - _EDGE) // ROW
        return HEAD + max(_LEAST_ROWS, min(self._count, room)) * ROW + _EDGE

    def _moved_below(self, place: int, _handle: int) -> None:
        self._top = place
        self.moved.emit()

    def _moved_aside(self, place: int, _handle: int) -> None:
        self._side = max(1, self._beside.width() - place - BETWEEN)
        self.moved.emit()
