"""The texts of a campaign as inputs: the editor with its merge fields marked, and the choice of a text."""

import re
from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QColor, QSyntaxHighlighter, QTextCharFormat, QTextDocument
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from smsdesk.core.campaign import Campaign, Message
from smsdesk.ui import theme
from smsdesk.ui.inputs import Choice, Segments
from smsdesk.ui.layout import vbox
from smsdesk.words import number, say

_FIELD = re.compile(r"\{\{|\}\}|\{[^{}\n]*\}")
_MOST_TABS = 4
_NAME_LENGTH = 24
_CHOICE_WIDTH = 240


class Fields(QSyntaxHighlighter):
    """Colours merge fields; in literal texts braces are braces."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self.literal = False
        theme.when_changed(self.rehighlight)

    def highlightBlock(self, text: str) -> None:
        """Colours one paragraph."""
        if self.literal:
            return
        mark = QTextCharFormat()
        mark.setForeground(QColor(theme.colour("accent")))
        mark.setBackground(QColor(theme.colour("accent-tint")))
        for found in _FIELD.finditer(text):
            if found[0] not in ("{{", "}}"):
                self.setFormat(found.start(), len(found[0]), mark)


class Editor(QPlainTextEdit):
    """Where the text is written; plain text only, Tab leaves it."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "writing")
        self.setAccessibleName(say("compose.text"))
        self.setPlaceholderText(say("compose.text.placeholder"))
        self.setTabChangesFocus(True)
        self.setMinimumHeight(96)
        self._fields = Fields(self.document())

    def show_message(self, message: Message) -> None:
        """Shows a text without telling and without losing the cursor where it is the same."""
        literal = message.literal != self._fields.literal
        self._fields.literal = message.literal
        if message.text != self.toPlainText():
            quiet = self.blockSignals(True)
            self.setPlainText(message.text)
            self.blockSignals(quiet)
            literal = True
        if literal:
            self._fields.rehighlight()


class TextTabs(QWidget):
    """Which text is worked on: a button each, or a choice where there are many. ``chosen`` tells which."""

    chosen = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._names: tuple[str, ...] = ()
        self._shown: Segments | Choice = Segments(say("compose.texts"), [("0", "")])
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
        if len(options) <= _MOST_TABS:
            return Segments(say("compose.texts"), options, chosen, self._tell)
        choice = Choice(say("compose.texts"), options, chosen, self._tell)
        choice.setFixedWidth(_CHOICE_WIDTH)
        return choice

    def _replace(self, new: Segments | Choice) -> None:
        layout = self.layout()
        assert layout is not None
        layout.replaceWidget(self._shown, new)
        self._shown.hide()
        self._shown.deleteLater()
        self._shown = new

    def _tell(self, key: str) -> None:
        self.chosen.emit(int(key))


def message_name(messages: Sequence[Message], at: int) -> str:
    """A message's own name, or "Text 1"; a long one is cut."""
    name = messages[at].name or say("compose.text_number", at=number(at + 1))
    return name if len(name) <= _NAME_LENGTH else f"{name[: _NAME_LENGTH - 1]}…"
