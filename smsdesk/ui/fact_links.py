"""Figures that lead somewhere: each a name one can click, its number at the right."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QSizePolicy, QWidget

from smsdesk.ui.labels import plain_tip
from smsdesk.ui.layout import label


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure: what it leads to, its name, its number in words."""

    key: str
    words: str
    figure: str


class _Link(QPushButton):
    """A link that is cut with an ellipsis where its room is short; the whole is in the tooltip."""

    def __init__(self) -> None:
        super().__init__()
        self._words = ""
        self.setProperty("kind", "link")
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def show_words(self, words: str, name: str) -> None:
        """Other words; ``name`` is read aloud."""
        self._words = words
        self.setAccessibleName(name)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """Some of the words stay."""
        return QSize(60, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cuts the words to their room."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        cut = self.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, self.width() - 6)
        self.setText(cut.replace("&", "&&"))
        self.setToolTip(plain_tip(self._words) if cut != self._words else "")


class FactLinks(QWidget):
    """Figures below each other. ``chosen`` tells the key of the one that was clicked."""

    chosen = Signal(str)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._figures: tuple[Figure, ...] = ()
        self._rows: list[tuple[_Link, QLabel]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(0, 1)

    def show_figures(self, figures: Sequence[Figure]) -> None:
        """Shows other figures; the widgets are used again, so that the focus stays."""
        self._figures = tuple(figures)
        while len(self._rows) < len(figures):
            self._rows.append(self._made(len(self._rows)))
        for at, (name, figure) in enumerate(self._rows):
            known = at < len(figures)
            name.setVisible(known)
            figure.setVisible(known)
            if known:
                name.show_words(figures[at].words, f"{figures[at].words}: {figures[at].figure}")
                figure.setText(figures[at].figure)
        self.setVisible(bool(figures))

    def figures(self) -> tuple[Figure, ...]:
        """What is shown."""
        return self._figures

    def click(self, key: str) -> None:
        """As a click on the figure of a key."""
        at = [one.key for one in self._figures].index(key)
        self._rows[at][0].click()

    def _made(self, at: int) -> tuple[_Link, QLabel]:
        name = _Link()
        name.clicked.connect(lambda: self.chosen.emit(self._figures[at].key))
        figure = label("", "strong")
        self._grid.addWidget(name, at, 0)
        self._grid.addWidget(figure, at, 1, Qt.AlignmentFlag.AlignRight)
        return name, figure
