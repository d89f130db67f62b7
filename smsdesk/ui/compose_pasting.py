"""Blackout periods written as ISO 8601 intervals, in a dialog that says what is read of them."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from PySide6.QtWidgets import QDialog, QPlainTextEdit, QWidget

from smsdesk.core.blackouts import Period
from smsdesk.core.pasting import read_periods
from smsdesk.core.recognising import recognised
from smsdesk.ui import theme
from smsdesk.ui.facts import flowing
from smsdesk.ui.layout import button, caption, hbox, vbox
from smsdesk.ui.schedule_words import rule_words
from smsdesk.words import say

_SIZE = (620, 320)


class PasteDialog(QDialog):
    """``taken`` gets the periods; what of them is a rule is said beforehand."""

    def __init__(
        self, parent: QWidget, text: str, zone: ZoneInfo, taken: Callable[[tuple[Period, ...]], object]
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(say("schedule.paste_iso"))
        self._zone, self._taken = zone, taken
        self.text = QPlainTextEdit()
        self.text.setAccessibleName(say("schedule.paste"))
        self.text.setPlaceholderText(say("schedule.paste.example"))
        self.text.setTabChangesFocus(True)
        self.says = flowing("second")
        self.take = button(say("schedule.paste.take", 0), on_click=self._take, primary=True)
        self.take.setDefault(True)
        acts = hbox(None, button(say("dialog.cancel"), on_click=self.reject), self.take)
        column = vbox(
            caption(say("schedule.paste.words"), wrap=True), self.text, self.says, acts, gap=12, margins=20
        )
        column.setStretch(1, 1)
        self.setLayout(column)
        self.resize(*_SIZE)
        self.text.textChanged.connect(self._read)
        self.text.setPlainText(text)
        self._read()
        self.finished.connect(lambda _: self.deleteLater())

    def _read(self) -> None:
        periods = read_periods(self.text.toPlainText())
        self.take.setEnabled(bool(periods))
        self.take.setText(say("schedule.paste.take", len(periods or ())))
        wrong = periods is None
        theme.restyle(self.says, role="failed" if wrong else "")
        if periods is None:
            self.says.setText(say("schedule.paste.wrong"))
            return
        rules, rest = recognised(periods, self._zone.key)
        words = (
            [say("schedule.recognised", len(rules), rules="; ".join(map(rule_words, rules)))] if rules else []
        )
        if rules and rest:
            words.append(say("schedule.recognised.rest", len(rest)))
        self.says.setText(" ".join(words))

    def _take(self) -> None:
        periods = read_periods(self.text.toPlainText())
        if periods:
            self._taken(periods)
            self.accept()
