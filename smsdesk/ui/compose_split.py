"""One text becomes several, one for each value of a column: choosing the column, seeing what that makes."""

from collections.abc import Callable

from PySide6.QtWidgets import QDialog, QWidget
from shiboken6 import isValid

from smsdesk.core.column_values import ColumnValues, likely_column
from smsdesk.core.recipients import Recipients
from smsdesk.core.templates import MOST_SPLIT
from smsdesk.desk.desk import Desk
from smsdesk.desk.preview import values_of
from smsdesk.ui.facts import Facts
from smsdesk.ui.inputs import Choice
from smsdesk.ui.layout import button, caption, form, hbox, relabel, sentence, vbox
from smsdesk.words import number, say, visible_words

_WIDTH, _SHOWN = 460, 8


class SplitDialog(QDialog):
    """Chooses the column; ``then`` gets its name and the number of its values."""

    def __init__(
        self, parent: QWidget, desk: Desk, rows: Recipients, then: Callable[[str, int], object]
    ) -> None:
        super().__init__(parent)
        self._desk, self._rows = desk, rows
        self._values: ColumnValues | None = None
        self.setWindowTitle(say("compose.split.title"))
        self.setAccessibleName(say("compose.split.title"))
        self.setMinimumWidth(_WIDTH)
        names = [(name, name) for name in rows.fields]
        likely = likely_column(rows)
        self.column = Choice(say("compose.split.column"), names, likely, lambda _: self._count())
        self.values = Facts(say("compose.split.values"), aside=True)
        self.more = caption("", wrap=True)
        self.yes = button(say("compose.split.make", 0), on_click=self.accept, primary=True)
        self.yes.setDefault(True)
        cancel = button(say("dialog.cancel"), on_click=self.reject)
        cancel.setAutoDefault(False)
        rows_of_form = form((say("compose.split.column"), self.column))
        self.setLayout(
            vbox(
                sentence(say("compose.split.words")),
                rows_of_form,
                self.values,
                self.more,
                hbox(None, cancel, self.yes),
                gap=16,
                margins=20,
            )
        )
        self.accepted.connect(lambda: then(self.column.key(), self._texts))
        self.finished.connect(lambda _: self.deleteLater())
        self._count()

    def _count(self) -> None:
        self._values = None
        self._paint()
        if self.column.key():
            self._desk.tasks.start("values of a column", self._load(self.column.key()))

    async def _load(self, column: str) -> None:
        found = await values_of(self._rows, column, _SHOWN)
        if isValid(self) and column == self.column.key():
            self._values = found
            self._paint()

    @property
    def _texts(self) -> int:
        return 0 if self._values is None else self._values.count

    def _paint(self) -> None:
        found, count = self._values, self._texts
        first = () if found is None else found.first
        self.values.show_facts(
            [(visible_words(value) if value else say("compose.split.empty"), number(n)) for value, n in first]
        )
        self.more.setText(_more_words(found))
        self.more.setVisible(bool(self.more.text()))
        self.yes.setEnabled(2 <= count <= MOST_SPLIT)
        relabel(self.yes, say("compose.split.make", count))
        self.adjustSize()


def _more_words(found: ColumnValues | None) -> str:
    if found is None:
        return say("compose.split.counting")
    if found.count > MOST_SPLIT:
        return say("compose.split.many", found.count)
    if found.count < 2:
        return say("compose.split.one")
    rest = found.count - len(found.first)
    return say("compose.split.more", rest) if rest else ""
