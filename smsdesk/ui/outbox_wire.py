"""What went over the wire for an entry: the request of each try and what came back, credentials never."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QPushButton, QWidget

from smsdesk.core.outbox import FIRST_TRIES, LAST_TRIES, LONGEST_ANSWER, Entry, Exchange
from smsdesk.ui import masking
from smsdesk.ui.compose_request import MOST, laid_out
from smsdesk.ui.facts import flowing
from smsdesk.ui.inputs import Choice
from smsdesk.ui.labels import Reading
from smsdesk.ui.layout import button, hbox, head, holding, label, splitter, vbox
from smsdesk.words import clock, day_time, file_size, number, say
from smsdesk.words.entries import entry_name, reason_words

Headers = Sequence[tuple[str, str]]


def message_words(line: str, headers: Headers, body: bytes) -> tuple[str, str, bool]:
    """A message as it is shown, whole as it is copied, and whether what is shown is cut."""
    top = "\n".join([*([line] if line else []), *(f"{name}: {value}" for name, value in headers)])
    text = body.decode(errors="replace")
    is_json = text.lstrip()[:1] in ("{", "[")
    shown, cut = laid_out(text) if is_json else (text[:MOST], len(text) > MOST)
    return _together(top, shown), _together(top, text), cut


def _together(top: str, body: str) -> str:
    return "\n\n".join(part for part in (top, body) if part)


class Message(QWidget):
    """One message: what it is, its text to read, and a copy of it whole."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._whole = ""
        self.heading, self.note = head(name), label("", "second")
        self.text = Reading(name)
        self.cut = flowing("body", "waiting")
        self.copy = button(say("outbox.wire.copy"), "copy", self._copy)
        masking.name(self.copy, f"{say('outbox.wire.copy')}: {name}")
        self.copy.setAutoDefault(False)
        top = hbox(self.heading, self.note, None, self.copy)
        column = vbox(top, self.cut, self.text, gap=8)
        column.setStretchFactor(self.text, 1)
        self.setLayout(column)

    def show_message(self, line: str, headers: Headers, body: bytes, note: str, more: str = "") -> None:
        """Shows another message; ``more`` says what is missing of it."""
        shown, self._whole, cut = message_words(line, headers, body)
        self.text.setPlainText(shown)
        self.note.setText(note)
        words = [say("outbox.wire.cut", size=file_size(len(body)))] if cut else []
        self.cut.setText(" ".join([*words, *([more] if more else [])]))
        self.cut.setVisible(bool(self.cut.text()))
        self.copy.setEnabled(bool(self._whole))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._whole)
        self.note.setText(say("outbox.wire.copied", size=file_size(len(self._whole.encode()))))


class WireDialog(QDialog):
    """The tries of an entry; ``at``: the instant of the one that is shown first, else the last.

    ``body`` goes over the wire where nothing is known of a try: it was not made yet, or the program ended.
    """

    def __init__(
        self,
        parent: QWidget,
        entry: Entry,
        tries: Sequence[Exchange],
        body: bytes,
        now: datetime,
        at: datetime | None = None,
    ) -> None:
        super().__init__(parent)
        self._entry, self._tries, self._body, self._now = entry, tuple(tries), body, now
        masking.title(self, say("outbox.wire.title", name=entry_name(entry)))
        self.words = flowing("second")
        self.words.setText(" ".join([say("outbox.wire.words"), *self._left_out()]))
        names = [(str(n), self._name(n)) for n in range(len(tries))]
        self.choice = Choice(say("outbox.wire.try"), names, on_change=lambda key: self._show(int(key)))
        self.request, self.answer = Message(say("outbox.wire.request")), Message(say("outbox.wire.answer"))
        parts = splitter(self.request, self.answer, vertical=True, shares=(3, 2))
        self.close_button: QPushButton = button(say("dialog.close"), on_click=self.accept)
        self.close_button.setDefault(True)
        column = vbox(self.words, holding(hbox(self.choice, None)), parts, gap=12, margins=20)
        column.setStretchFactor(parts, 1)
        column.addLayout(hbox(None, self.close_button))
        self.setLayout(column)
        self.choice.setVisible(len(tries) > 1)
        self.resize(760, 600)
        self.finished.connect(lambda _: self.deleteLater())
        first = next((n for n, one in enumerate(self._tries) if one.at == at), len(self._tries) - 1)
        if at is not None and all(one.at != at for one in self._tries):
            self.choice.hide()
            self._show_unknown()
        elif self._tries:
            self.choice.choose(str(first))
            self._show(first)
        else:
            self._show_unknown()

    def _left_out(self) -> list[str]:
        """That not all tries are kept, where that is so."""
        if len(self._tries) < FIRST_TRIES + LAST_TRIES or self._entry.tries <= len(self._tries):
            return []
        named = {"tries": self._entry.tries, "first": FIRST_TRIES, "last": LAST_TRIES}
        return [say("outbox.wire.some", None, **{key: number(n) for key, n in named.items()})]

    def _name(self, n: int) -> str:
        at = self._tries[n].at
        day = day_time(at, None, self._now).rpartition(" ")[0]
        return say(
            "outbox.wire.try.n", n=number(n + 1), of=number(len(self._tries)), time=f"{day} {clock(at)}"
        )

    def _show(self, n: int) -> None:
        one = self._tries[n]
        self.request.show_message(one.request, one.headers, one.body, clock(one.at))
        if one.status is None:
            self.answer.show_message("", (), b"", "")
            self.answer.text.setPlainText(reason_words(one.error)[0])
            return
        took = (one.answered_at or one.at) - one.at
        note = say("outbox.wire.answered", time=clock(one.answered_at or one.at), count=_milliseconds(took))
        cut = len(one.answer) >= LONGEST_ANSWER
        more = say("outbox.wire.kept", size=file_size(LONGEST_ANSWER)) if cut else ""
        self.answer.show_message(f"HTTP {one.status}", one.answer_headers, one.answer, note, more)

    def _show_unknown(self) -> None:
        code = "outbox.wire.unknown" if self._entry.tries else "outbox.wire.not_yet"
        self.request.show_message("", (), self._body, "")
        self.answer.show_message("", (), b"", "")
        self.answer.text.setPlainText(say(code))


def _milliseconds(span: timedelta) -> str:
    return number(max(0, round(span.total_seconds() * 1000)))
