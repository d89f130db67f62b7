"""The card beside the steps: how the chosen entry stands in words, and what can be done with it."""

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QPushButton, QSizePolicy, QWidget

from smsdesk.core.outbox import Entry
from smsdesk.ui.entries import (
    ACTS,
    ROLES,
    TOGETHER,
    acts,
    card_words,
    facts,
    jobs_words,
    sms_of,
    that_can,
)
from smsdesk.ui.facts import Facts, flowing
from smsdesk.ui.layout import BETWEEN, button, holding, pill, relabel, scrolling, vbox
from smsdesk.ui.marks import Pill
from smsdesk.words import number, say
from smsdesk.words.entries import Scene

if TYPE_CHECKING:
    from smsdesk.desk.sending import Step

_GAP, _USUAL = 8, 368


class Buttons(QWidget):
    """Buttons beside each other as far as there is room, the rest below; ``show_these`` says which."""

    def __init__(self, buttons: Sequence[QPushButton]) -> None:
        super().__init__()
        self._buttons = list(buttons)
        for made in buttons:
            made.setParent(self)
            made.hide()
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_these(self, wanted: Collection[QPushButton]) -> None:
        """Shows these, each as wide as its words are now."""
        for made in self._buttons:
            made.setVisible(made in wanted)
        self._laid(self.width(), move=True)
        self.updateGeometry()

    def _laid(self, width: int, *, move: bool) -> int:
        left = top = high = 0
        for made in (one for one in self._buttons if not one.isHidden()):
            hint = made.sizeHint()
            wide = min(hint.width(), width)
            if left and left + wide > width:
                left, top = 0, top + high + _GAP
            high = hint.height()
            if move:
                made.setGeometry(left, top, wide, high)
            left += wide + _GAP
        return top + high

    def hasHeightForWidth(self) -> bool:
        """Narrow is high."""
        return True

    def heightForWidth(self, width: int) -> int:
        """All rows."""
        return self._laid(width, move=False)

    def sizeHint(self) -> QSize:
        """As high as the rows are at this width."""
        return QSize(_USUAL, self.heightForWidth(max(self.width(), 1)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Places the buttons."""
        super().resizeEvent(event)
        self._laid(self.width(), move=True)


class Side(QFrame):
    """Explains one entry, or says what several are together; ``act`` is called with a verb and entries."""

    def __init__(self, act: Callable[[str, tuple[Entry, ...]], object]) -> None:
        super().__init__()
        self._act = act
        self._entries: tuple[Entry, ...] = ()
        self.pill = pill("neutral", "")
        self.words = flowing()
        self.facts = Facts(say("outbox.column.why"), label_width=110)
        self.buttons = {verb: self._button(verb) for verb in ACTS}
        self._flow = Buttons([*self.buttons.values()])
        column = vbox(self.pill, self.words, self._flow, self.facts, None, gap=BETWEEN, margins=16)
        made = QFrame()
        made.setProperty("kind", "card")
        made.setLayout(vbox(scrolling(holding(column)), gap=0, margins=1))
        self.setLayout(vbox(made, gap=0))
        self.setMinimumWidth(400)

    def _button(self, verb: str) -> QPushButton:
        kind = "danger" if verb == "cancel" else ""
        return button(say(f"outbox.act.{verb}"), on_click=lambda: self._press(verb), kind=kind)

    def _press(self, verb: str) -> None:
        those = that_can(verb, self._entries)
        if those:
            self._act(verb, those)

    def show_entry(self, entry: Entry, steps: "Sequence[Step]", scene: Scene, *, asks: bool) -> None:
        """Explains an entry; ``asks`` says that the service is being asked for it right now."""
        self._entries = (entry,)
        heading, words = card_words(entry, scene)
        self.pill.show_pill(Pill(ROLES[entry.state], heading))
        self.words.setText(words)
        self.facts.show_facts(facts(entry, steps, scene))
        named = {verb: say(f"outbox.act.{verb}") for verb in ACTS if verb in acts(entry)}
        self.buttons["ask"].setEnabled(not asks)
        if asks and "ask" in named:
            named["ask"] = say("outbox.asking")
        self._offer(named)

    def show_several(self, entries: Sequence[Entry]) -> None:
        """Says what several entries are together, and what can be done with those that allow it."""
        self._entries = tuple(entries)
        self.pill.show_pill(Pill("neutral", say("outbox.several", len(entries)), ""))
        self.words.setText(say("outbox.several.sms", sms_of(entries)))
        states: dict[str, list[Entry]] = {}
        for entry in entries:
            states.setdefault(say(f"entry.{entry.state.value}"), []).append(entry)
        told = [(state, jobs_words(own)) for state, own in states.items()]
        self.facts.show_facts(told)
        able = {verb: len(that_can(verb, entries)) for verb in ACTS if verb in TOGETHER}
        self._offer(
            {
                verb: say("outbox.act.several", act=say(f"outbox.act.{verb}"), count=number(n))
                for verb, n in able.items()
                if n
            }
        )

    def _offer(self, named: dict[str, str]) -> None:
        """Shows the buttons of these verbs, with these words."""
        shown = {verb: made.text() for verb, made in self.buttons.items() if not made.isHidden()}
        if shown == {verb: words.replace("&", "&&") for verb, words in named.items()}:
            return
        for verb, words in named.items():
            relabel(self.buttons[verb], words)
        self._flow.show_these([self.buttons[verb] for verb in named])
