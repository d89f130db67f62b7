"""A text that can be chosen, before it is: whole, with its merge fields, what the list lacks, its options."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QPlainTextEdit, QWidget

from smsdesk.core.campaign import Message
from smsdesk.core.options import Options
from smsdesk.core.remembered import Template, lasting_options
from smsdesk.core.templates import fields_of, has_field
from smsdesk.ui.inputs import Tick
from smsdesk.ui.layout import banner, caption, card, head, vbox
from smsdesk.words import say

_SHOWN = 4_000
"""So many characters of a text are shown before it is chosen."""


@dataclass(frozen=True, slots=True)
class Line:
    """A text that can be chosen; ``template`` is None where it was sent lately."""

    text: str
    template: Template | None = None

    @property
    def name(self) -> str:
        """Its name, "" where it has none."""
        return self.template.name if self.template else ""

    @property
    def fields(self) -> tuple[str, ...]:
        """Its merge fields."""
        return self.template.fields if self.template else fields_of(self.text)

    def matches(self, query: str) -> bool:
        """Whether every word of the query occurs in the name or in the text, as far as that is shown."""
        found = f"{self.name} {self.text[:_SHOWN]}".casefold()
        return all(word in found for word in query.casefold().split())


def option_names(options: Options | None) -> tuple[str, ...]:
    """What is set in some options, in words."""
    if options is None:
        return ()
    lasting, empty = lasting_options(options), Options()
    names = Options.__dataclass_fields__
    return tuple(say(f"option.{name}") for name in names if getattr(lasting, name) != getattr(empty, name))


class Preview(QWidget):
    """The chosen text, its merge fields, which of them the list lacks, and what options it brings."""

    def __init__(self, message: Message) -> None:
        super().__init__()
        self._message = message
        self.name = head("")
        self.text = QPlainTextEdit()
        self.text.setProperty("kind", "writing")
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(say("templates.text"))
        self.fields = caption(wrap=True)
        self._lacking = vbox(gap=0)
        self.lacking: QWidget | None = None
        self.with_options = Tick(say("templates.with_options"), ticked=True)
        self.options = caption(wrap=True)
        self.hint = caption(say("templates.replaces"), wrap=True)
        brings = vbox(self.with_options, self.options, gap=2)
        text = card(body=self.text, flush=True)
        column = vbox(self.name, text, self.fields, self._lacking, brings, self.hint, gap=8)
        column.setStretch(1, 1)
        self.setLayout(column)
        self.hint.setVisible(bool(message.text.strip()))

    def show_line(self, line: Line | None) -> None:
        """Shows a text, nothing for None."""
        self.setVisible(line is not None)
        if line is None:
            return
        cut = line.text if len(line.text) <= _SHOWN else f"{line.text[:_SHOWN]}…"
        self.name.setText(line.name or say("templates.recent.one"))
        self.text.setPlainText(cut)
        fields = line.fields
        self.fields.setText(say("templates.fields", fields=", ".join(fields)))
        self.fields.setVisible(bool(fields))
        self._show_lacking(self._lacks(fields))
        names = option_names(line.template.options if line.template else None)
        self.with_options.setVisible(bool(names))
        self.options.setText(", ".join(names))
        self.options.setVisible(bool(names))

    def _lacks(self, fields: Sequence[str]) -> list[str]:
        """The fields for which the message's list has no column; without a list nothing is known."""
        rows = self._message.recipients
        return [name for name in fields if not has_field(rows, name)] if rows.fields else []

    def _show_lacking(self, names: Sequence[str]) -> None:
        if self.lacking is not None:
            self._lacking.removeWidget(self.lacking)
            self.lacking.hide()
            self.lacking.deleteLater()
            self.lacking = None
        if names:
            words = say("templates.lacking", len(names), fields=", ".join(names))
            self.lacking = banner("waiting", words, say("templates.lacking.hint"))
            self._lacking.addWidget(self.lacking)
