"""The exact request body of one job, to read and to copy."""

import re

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QWidget

from smsdesk.core.outbox import Entry
from smsdesk.desk.campaigns import PlannedJob
from smsdesk.ui.facts import flowing
from smsdesk.ui.labels import Reading
from smsdesk.ui.layout import button, hbox, label, vbox
from smsdesk.words import file_size, number, say

MOST = 100_000
"""So many characters are shown: a body of megabytes would hold the window up and nobody reads it."""
_SIGN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')
_STEP = "  "


def laid_out(body: str, most: int = MOST) -> tuple[str, bool]:
    """JSON in lines with indents, and whether it goes on after the first ``most`` characters.

    Only what is shown is read. Everything stays as it is written.
    """
    out: list[str] = []
    depth = length = 0
    before = ""
    for found in _SIGN.finditer(body):
        sign = found.group()
        depth -= sign in ("}", "]")
        begins = before in ("{", "[", ",")
        if (begins or sign in ("}", "]")) and not _is_pair(before, sign):
            out.append("\n" + _STEP * depth)
        out.append(": " if sign == ":" else sign)
        length += sum(map(len, out[-2:])) if begins else len(out[-1])
        if length > most:
            return "".join(out)[:most].rpartition("\n")[0], True
        depth += sign in ("{", "[")
        before = sign
    return "".join(out), False


def _is_pair(before: str, sign: str) -> bool:
    """An empty list or object stands on one line."""
    return before + sign in ("{}", "[]")


class RequestDialog(QDialog):
    """Shows a body laid out, cut where it is very long; a copy is the body whole, as it is sent.

    ``going``: the job it belongs to; of one that was not queued yet the mark is still to come.
    """

    def __init__(self, parent: QWidget, going: PlannedJob | Entry, body: bytes) -> None:
        super().__init__(parent)
        self._body = body.decode()
        title = say("review.request", n=number(going.number), of=number(going.of))
        self.setWindowTitle(title)
        shown, more = laid_out(self._body)
        self.text = Reading(title)
        self.text.setPlainText(shown)
        words = flowing("second")
        words.setText(say("review.request.sent" if isinstance(going, Entry) else "review.request.mark"))
        self.cut = flowing("body", "waiting")
        self.cut.setText(
            say("review.request.cut", size=file_size(len(body)), shown=file_size(len(shown.encode())))
        )
        self.cut.setVisible(more)
        self.copied = label("", "second")
        self.copy = button(say("review.request.copy"), "copy", self._copy)
        close = button(say("dialog.close"), on_click=self.accept)
        self.copy.setAutoDefault(False)
        acts = hbox(self.copy, self.copied, None, close)
        self.setLayout(vbox(words, self.cut, self.text, acts, gap=12, margins=20))
        self.resize(720, 560)
        self.finished.connect(lambda _: self.deleteLater())

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._body)
        self.copied.setText(say("review.request.copied", size=file_size(len(self._body.encode()))))
