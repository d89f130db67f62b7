"""What should have gone while nothing ran here: it does not go late by itself, a person says what becomes."""

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QFrame, QPushButton

from smsdesk.core.outbox import Entry
from smsdesk.ui import masking
from smsdesk.ui.entries import jobs_words
from smsdesk.ui.layout import button, hbox, label, vbox
from smsdesk.words import say

_ACTS = ("now", "move", "cancel")


class Missed(QFrame):
    """A bar with the three ways on, for all of it; ``act`` is called with a verb and the entries."""

    def __init__(self, act: Callable[[str, tuple[Entry, ...]], object]) -> None:
        super().__init__()
        self._act = act
        self._entries: tuple[Entry, ...] = ()
        self.setProperty("kind", "banner")
        self.setProperty("level", "waiting")
        self.words = label("", "head", "waiting", wrap=True)
        self.buttons = {verb: self._button(verb) for verb in _ACTS}
        text = vbox(self.words, label(say("outbox.missed.hint"), wrap=True), gap=2)
        row = hbox(*self.buttons.values(), margins=(12, 10, 12, 10), gap=8)
        row.insertLayout(0, text, 1)
        self.setLayout(row)
        self.hide()

    def _button(self, verb: str) -> QPushButton:
        return button(say(f"outbox.missed.{verb}"), on_click=lambda: self._act(verb, self._entries))

    def show_entries(self, entries: Sequence[Entry]) -> None:
        """Shows how much it is; nothing where nothing was missed."""
        self._entries = tuple(entries)
        self.words.setText(say("outbox.missed", len(entries), what=jobs_words(entries)))
        masking.name(self, say("outbox.missed", len(entries), what=jobs_words(entries)))
        self.setVisible(bool(entries))
