"""What is put into a text by a menu or a dialog: a merge field, with a default where it may be empty."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QDialog, QMenu, QWidget

from smsdesk.ui.compose_completion import usable
from smsdesk.ui.inputs import Choice, text_input
from smsdesk.ui.layout import button, caption, form, hbox, vbox
from smsdesk.words import say

_WIDTH = 420


def offer_fields(beside: QWidget, names: Sequence[str], insert: Callable[[str], object]) -> QMenu:
    """Opens the menu of the columns below a button; ``insert`` gets the words of the field."""
    menu = QMenu(beside)
    known = [name for name in names if usable(name)]
    for name in known:
        entry = menu.addAction(name.replace("&", "&&"))
        entry.triggered.connect(lambda _=False, field=name: insert(f"{{{field}}}"))
    if known:
        menu.addSeparator()
        more = menu.addAction(say("compose.with_default"))
        more.triggered.connect(lambda: DefaultDialog(beside.window(), known, insert).open())
    else:
        menu.addAction(say("compose.no_fields")).setEnabled(False)
    menu.aboutToHide.connect(menu.deleteLater)
    menu.popup(beside.mapToGlobal(QPoint(0, beside.height())))
    return menu


class DefaultDialog(QDialog):
    """Asks for a column, and what stands in its place for those whose cell is empty."""

    def __init__(self, parent: QWidget, names: Sequence[str], insert: Callable[[str], object]) -> None:
        super().__init__(parent)
        self.setWindowTitle(say("compose.with_default.title"))
        self.setAccessibleName(say("compose.with_default.title"))
        self.setMinimumWidth(_WIDTH)
        options = [(name, name) for name in names]
        self.field = Choice(say("compose.with_default.field"), options, on_change=lambda _: self._paint())
        self.default = text_input(say("compose.with_default.words"), on_change=lambda _: self._paint())
        self.example = caption("")
        self.yes = button(say("compose.insert"), on_click=self.accept, primary=True)
        self.yes.setDefault(True)
        cancel = button(say("dialog.cancel"), on_click=self.reject)
        cancel.setAutoDefault(False)
        rows = form(
            (say("compose.with_default.field"), self.field), (say("compose.with_default.words"), self.default)
        )
        self.setLayout(vbox(rows, self.example, hbox(None, cancel, self.yes), gap=16, margins=20))
        self.accepted.connect(lambda: insert(self._words()))
        self.finished.connect(lambda _: self.deleteLater())
        self._paint()

    def _words(self) -> str:
        default = self.default.text()
        return f"{{{self.field.key()}|{default}}}" if default else f"{{{self.field.key()}}}"

    def _paint(self) -> None:
        good = not set(self.default.text()) & set("{}")
        self.yes.setEnabled(good)
        self.example.setText(self._words() if good else say("compose.with_default.braces"))
