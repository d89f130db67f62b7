"""Pairs of a name and what it is, as cards show them; plain text that can be selected and copied."""

import re
from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QWidget

from smsdesk.ui import masking
from smsdesk.ui.labels import Words, plain_tip
from smsdesk.ui.layout import label

Pair = tuple[str, str]
_WORD = re.compile(r"\S+")


class Facts(QWidget):
    """Pairs below each other. ``strong`` writes the values heavier, ``aside`` puts them at the right.

    ``cut``: words of a value that are wider than their room (ids) end in an ellipsis, and a tooltip has them.
    """

    def __init__(
        self, name: str, *, label_width: int = 0, strong: bool = False, aside: bool = False, cut: bool = False
    ) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._strong, self._aside, self._cut = strong, aside, cut
        self._rows: list[tuple[QLabel, QLabel]] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnMinimumWidth(0, label_width)
        self._grid.setColumnStretch(0 if aside else 1, 1)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_facts(self, pairs: Sequence[Pair]) -> None:
        """Shows other pairs; the labels are used again."""
        while len(self._rows) < len(pairs):
            self._rows.append(self._made(len(self._rows)))
        for at, (left, right) in enumerate(self._rows):
            known = at < len(pairs)
            left.setVisible(known)
            right.setVisible(known)
            if known:
                left.setText(pairs[at][0])
                right.setText(pairs[at][1])
                masking.name(right, f"{pairs[at][0]}: {pairs[at][1]}")
        self.setVisible(bool(pairs))

    def pairs(self) -> list[Pair]:
        """What is shown."""
        shown = [(left, right) for left, right in self._rows if not left.isHidden()]
        return [
            (left.text(), right.told if isinstance(right, _Cut) else right.text()) for left, right in shown
        ]

    def _made(self, at: int) -> tuple[QLabel, QLabel]:
        value_kind = "strong" if self._strong else "body"
        if self._aside:
            left, right = flowing("body"), label("", value_kind)
        else:
            left, right = label("", "second"), _Cut() if self._cut else flowing(value_kind)
        for words in (left, right):
            words.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        right.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        top = Qt.AlignmentFlag.AlignTop
        self._grid.addWidget(left, at, 0, Qt.AlignmentFlag(0) if self._aside else top)
        self._grid.addWidget(
            right, at, 1, top | Qt.AlignmentFlag.AlignRight if self._aside else Qt.AlignmentFlag(0)
        )
        return left, right


class _Cut(Words):
    """Words that break over lines, none wider than the room. ``told``: all of them."""

    def __init__(self) -> None:
        super().__init__()
        self.told = ""
        self.setProperty("kind", "body")
        _flow(self)

    def setText(self, words: str) -> None:
        """Shows other words."""
        super().setText(words)
        self.told = self.text()
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fits the words into the new room."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        metrics, room = self.fontMetrics(), self.width()
        cut = _WORD.sub(lambda one: metrics.elidedText(one[0], Qt.TextElideMode.ElideRight, room), self.told)
        if cut != self.text():
            QLabel.setText(self, cut)
        self.setToolTip(plain_tip(self.told) if cut != self.told else "")


def _flow(made: QLabel) -> None:
    made.setWordWrap(True)
    policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    policy.setHeightForWidth(True)
    made.setSizePolicy(policy)


def flowing(kind: str = "body", role: str = "") -> QLabel:
    """Words that break over lines and are just as high as that takes, inside what scrolls too."""
    made = label("", kind, role, wrap=True)
    _flow(made)
    return made
