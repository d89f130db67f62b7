"""The card that combines two saved lists: what each way would give stands there before it is pressed."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QPushButton

from smsdesk.core.lists import Figures, Kind, ListLine
from smsdesk.ui.layout import button, card, hbox, holding, label, pill, vbox
from smsdesk.words import number, say

_WIDTH = 300


@dataclass(frozen=True, slots=True)
class Way:
    """A way to combine: its key, its verb, and whether the second list goes first."""

    key: str
    kind: Kind
    turned: bool = False


WAYS = (
    Way("either", "union"),
    Way("only_first", "difference"),
    Way("only_second", "difference", turned=True),
    Way("both", "intersection"),
)


class CombineCard(QFrame):
    """``combined``: the verb, the first and the second list."""

    combined = Signal(str, object, object)

    def __init__(self) -> None:
        super().__init__()
        self._pair: tuple[ListLine, ListLine] | None = None
        self.hint = label(say("lists.combine.hint"), "second", wrap=True)
        self._names = (label("", "strong"), label("", "strong"))
        self._counts = (label("", "second"), label("", "second"))
        self.figures = {way.key: label("", "strong") for way in WAYS}
        self.buttons = {way.key: self._button(way) for way in WAYS}
        self._ways = holding(self._laid_out(), "")
        self.setLayout(vbox(card(say("lists.combine"), body=vbox(self.hint, self._ways, None)), gap=0))
        self.setMinimumWidth(_WIDTH)
        self.show_pair((), None)

    def _button(self, way: Way) -> QPushButton:
        return button(
            say(f"lists.combine.{way.kind}"),
            on_click=lambda: self._combine(way),
            tip=say("lists.combine.tip"),
        )

    def _laid_out(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(0, 1)
        for row, letter in enumerate("AB"):
            line = hbox(pill("accent", letter, ""), self._names[row], self._counts[row])
            line.setStretch(1, 1)
            grid.addLayout(line, row, 0, 1, 3)
        grid.setRowMinimumHeight(2, 4)
        for row, way in enumerate(WAYS, 3):
            grid.addWidget(label(say(f"lists.combine.{way.key}"), "second"), row, 0)
            grid.addWidget(self.figures[way.key], row, 1, Qt.AlignmentFlag.AlignRight)
            grid.addWidget(self.buttons[way.key], row, 2)
        return grid

    def show_pair(self, chosen: tuple[ListLine, ...], figures: Figures | None) -> None:
        """Shows two lists, A and B, and what combining them gives; figures may come later."""
        pair = (chosen[0], chosen[1]) if len(chosen) == 2 else None
        self._pair = pair
        many = say("lists.combine.two", n=number(len(chosen)))
        self.hint.setText(many if len(chosen) > 2 else say("lists.combine.hint"))
        self.hint.setVisible(pair is None)
        self._ways.setVisible(pair is not None)
        if pair is None:
            return
        for line, name, count in zip(pair, self._names, self._counts, strict=True):
            name.setText(line.name)
            count.setText(number(line.count))
        for way in WAYS:
            self._show_way(way, None if figures is None else int(getattr(figures, way.key)))

    def _show_way(self, way: Way, people: int | None) -> None:
        figure, made = self.figures[way.key], self.buttons[way.key]
        figure.setText("…" if people is None else number(people))
        made.setEnabled(bool(people))
        verb, words = say(f"lists.combine.{way.kind}"), say(f"lists.combine.{way.key}")
        if people is None:
            words = say("lists.combine.counting")
        told = "" if people is None else number(people)
        made.setAccessibleName(say("lists.combine.name", verb=verb, people=told, words=words))

    def _combine(self, way: Way) -> None:
        if self._pair is not None:
            first, second = reversed(self._pair) if way.turned else self._pair
            self.combined.emit(way.kind, first, second)
