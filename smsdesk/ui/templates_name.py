"""Names a template. Opened, never executed."""

from collections.abc import Collection, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QWidget

from smsdesk.ui.account import Field
from smsdesk.ui.inputs import Tick, text_input
from smsdesk.ui.layout import button, caption, hbox, holding, label, vbox
from smsdesk.words import say

_WIDTH = 440
_WORDS = 120


def first_words(text: str, most: int = _WORDS) -> str:
    """How a text begins, on one line."""
    words = " ".join(text[: 4 * most].split())
    return words if len(words) <= most else f"{words[: most - 1].rstrip()}…"


class NameDialog(QDialog):
    """Asks for a template's name, and, where ``options`` names some, whether they are kept with it.

    ``taken`` are names of other templates. ``named``: the name, and whether the options are wanted.
    """

    named = Signal(str, bool)

    def __init__(
        self,
        parent: QWidget,
        title: str,
        yes: str,
        name: str,
        taken: Collection[str],
        options: Sequence[str] = (),
        *,
        replaces: bool = False,
    ) -> None:
        super().__init__(parent)
        self._taken, self._replaces = taken, replaces
        self.setWindowTitle(title)
        self.setAccessibleName(title)
        self.setMinimumWidth(_WIDTH)
        self.name = Field(say("templates.name"), text_input("", name))
        self.name.box.setMaxLength(_WORDS)
        self.name.box.textChanged.connect(lambda _: self._check())
        self.twin = label("", "caption", "waiting", wrap=True)
        self.with_options = Tick(say("templates.keep_options"))
        self.options = caption(", ".join(options), wrap=True)
        cancel = button(say("dialog.cancel"), on_click=self.reject)
        cancel.setAutoDefault(False)
        self.yes = button(yes, on_click=self._go_on, primary=True)
        self.yes.setDefault(True)
        acts = hbox(None, cancel, self.yes)
        kept = holding(vbox(self.with_options, self.options, gap=2), "")
        self.setLayout(vbox(self.name, self.twin, kept, 4, acts, gap=10, margins=20))
        kept.setVisible(bool(options))
        self.finished.connect(lambda _: self.deleteLater())
        self.name.box.selectAll()
        self.name.box.setFocus()
        self._check()

    def _check(self) -> None:
        name = " ".join(self.name.text.split())
        twin = name in self._taken
        self.twin.setText(
            say("templates.twin.replaced" if self._replaces else "templates.twin") if twin else ""
        )
        self.twin.setVisible(twin)
        self.yes.setEnabled(bool(name))

    def _go_on(self) -> None:
        self.named.emit(" ".join(self.name.text.split()), self.with_options.isChecked())
        self.accept()
