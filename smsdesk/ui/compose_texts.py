"""The choice of a text: a button each, or a list where there are many."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from smsdesk.core.campaign import Campaign, Message
from smsdesk.ui.inputs import Choice, Segments
from smsdesk.ui.layout import vbox
from smsdesk.words import number, say

_MOST_TABS, _MOST_LETTERS = 4, 56
"""More texts, or longer names, are a list to choose from."""
_NAME_LENGTH = 24
_CHOICE_WIDTH = 240


class TextTabs(QWidget):
    """Which text is worked on: a button each, or a choice where there are many. ``chosen`` tells which."""

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._names: tuple[str, ...] = ()
        self._shown: Segments | Choice = Segments(say("compose.texts"), [("0", "")], kind="text")
        self.setLayout(vbox(self._shown, gap=0))

    def show_texts(self, campaign: Campaign, at: int) -> None:
        """Shows the texts of a campaign by their names and numbers of recipients."""
        messages = campaign.messages
        names = tuple(
            f"{message_name(messages, i)} · {number(len(m.recipients))}" for i, m in enumerate(messages)
        )
        if names != self._names:
            self._names = names
            self._replace(self._made([(str(i), words) for i, words in enumerate(names)], str(at)))
        self._shown.choose(str(at))

    def _made(self, options: list[tuple[str, str]], chosen: str) -> Segments | Choice:
        if len(options) <= _MOST_TABS and sum(len(words) for _, words in options) <= _MOST_LETTERS:
            return Segments(say("compose.texts"), options, chosen, self._tell, kind="text")
        choice = Choice(say("compose.texts"), options, chosen, self._tell)
        choice.setFixedWidth(_CHOICE_WIDTH)
        return choice

    def _replace(self, new: Segments | Choice) -> None:
        layout = self.layout()
        assert layout is not None
        layout.replaceWidget(self._shown, new)
        before = _takes_focus(self._shown)[-1]
        for widget in _takes_focus(new):
            # What is new would come last on the whole screen.
            QWidget.setTabOrder(before, widget)
            before = widget
        self._shown.hide()
        self._shown.deleteLater()
        self._shown = new

    def _tell(self, key: str) -> None:
        self.chosen.emit(int(key))


def _takes_focus(shown: Segments | Choice) -> list[QWidget]:
    return [shown] if isinstance(shown, Choice) else [*shown.findChildren(QPushButton)]


def message_name(messages: Sequence[Message], at: int) -> str:
    """A message's own name, or "Text 1"; a long one is cut."""
    name = messages[at].name or say("compose.text_number", at=number(at + 1))
    return name if len(name) <= _NAME_LENGTH else f"{name[: _NAME_LENGTH - 1]}…"
