"""Below a text: what one recipient's SMS counts, what can be replaced, and the figures of the whole list."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from smsdesk.core.parts import Encoding, Parts
from smsdesk.desk.checking import Look
from smsdesk.ui.compose_audit import AuditLine
from smsdesk.ui.labels import Elided
from smsdesk.ui.layout import caption, hbox, label, link, relabel, vbox
from smsdesk.words import number, say

if TYPE_CHECKING:
    from smsdesk.core.audit import Audit


class TextFoot(QWidget):
    """Two lines: the counter, and the audit of the list; at a mark the second explains that.

    Signals as those of the audit's line; ``replace_asked`` "" is for the text itself.
    """

    replace_asked = Signal(str)
    row_asked = Signal(int)
    details_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.alphabet, self.counts = label("", "caption-head"), caption("")
        self.replace = link("", lambda: self.replace_asked.emit(""))
        self.replace.setProperty("role", "caption")
        self.replace.setToolTip(say("compose.replace.tip"))
        self.replace.hide()
        self.audit = AuditLine()
        self.explanation = Elided("")
        self.explanation.setProperty("kind", "caption")
        self._second = QStackedWidget()
        self._second.addWidget(self.audit)
        self._second.addWidget(self.explanation)
        self._second.setFixedHeight(22)
        first = hbox(self.alphabet, self.counts, None, self.replace, gap=14)
        self.setLayout(vbox(first, self._second, gap=2, margins=(16, 6, 16, 4)))
        self.audit.replace_asked.connect(self.replace_asked)
        self.audit.row_asked.connect(self.row_asked)
        self.audit.details_asked.connect(self.details_asked)

    def show_look(self, look: Look, row: int | None) -> None:
        """Counts the SMS of a row; None where everybody gets the same."""
        parts = look.parts
        encoding = Encoding.STANDARD if parts is None else parts.encoding
        self.alphabet.setText(say(f"compose.alphabet.{encoding.name.lower()}"))
        whose = [] if row is None or parts is None else [say("compose.for_row", row=number(row + 1))]
        words = [say("compose.no_text_yet")] if parts is None else [*whose, *count_words(look.text, parts)]
        self.counts.setText("   ".join(words))

    def show_audit(self, audit: "Audit | None", *, fresh: bool, changeable: bool) -> None:
        """The figures of the list."""
        self.audit.show_audit(audit, fresh=fresh, changeable=changeable)

    def show_replaceable(self, characters: str) -> None:
        """Offers to replace characters of the text, where there are some."""
        self.replace.setVisible(bool(characters))
        if characters:
            relabel(self.replace, say("compose.replace", characters=characters))

    def explain(self, words: str) -> None:
        """Says what is at the cursor; "" shows the figures again."""
        self.explanation.setText(words.replace("\n", "   "))
        self._second.setCurrentWidget(self.explanation if words else self.audit)


def count_words(text: str, parts: Parts) -> list[str]:
    """Characters, units, parts and the room left."""
    code = "compose.septets" if parts.encoding is Encoding.STANDARD else "compose.units"
    return [
        say("compose.characters", len(text)),
        say(code, parts.units),
        say("compose.parts", parts.parts),
        say("compose.left", parts.characters_left),
    ]
