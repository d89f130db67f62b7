"""The chosen recipient of a job: the text they got, and every state with the instant it was seen."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QWidget

from smsdesk.core.numbers import as_shown
from smsdesk.core.status import meaning
from smsdesk.desk.telling import text_words
from smsdesk.ui import masking
from smsdesk.ui.facts import flowing
from smsdesk.ui.layout import caption, hbox, hline, holding, label, pill, vbox, widgets_in
from smsdesk.words import clock, day, say, status_words

if TYPE_CHECKING:
    from smsdesk.desk.reports import Seen
    from smsdesk.desk.watching import SmsLine


class SeenStates(QFrame):
    """Who it is, the text, and the states, the newest first; hidden while nobody is chosen."""

    def __init__(self) -> None:
        super().__init__()
        self.who, self.name = label("", "strong"), caption()
        self.text, self.none = flowing("second"), flowing("caption")
        self.none.setText(say("job.seen.none"))
        self._states = vbox(gap=8)
        heading = label(say("job.seen"), "caption-head")
        self.setLayout(
            vbox(heading, self.who, self.name, self.text, 2, self._states, self.none, 4, hline(), gap=4)
        )
        self._shown: tuple[SmsLine, Sequence[Seen]] | None = None
        self.hide()

    def show_sms(self, line: "SmsLine | None", states: "Sequence[Seen]" = ()) -> None:
        """Shows an SMS and its states (the oldest first); None for nobody."""
        shown = (line, tuple(states)) if line is not None else None
        if shown == self._shown:
            return
        self._shown = shown
        self.setVisible(line is not None)
        if line is None:
            return
        self.who.setText(as_shown(line.dst))
        self.name.setText(line.name)
        self.name.setVisible(bool(line.name))
        self.text.setText(text_words(line))
        for old in widgets_in(self._states):
            self._states.removeWidget(old)
            old.deleteLater()
        for state in reversed(states):
            self._states.addWidget(_state(state))
        self.none.setVisible(not states)

    def told(self) -> list[str]:
        """Each state as it is read aloud."""
        return [made.accessibleName() for made in widgets_in(self._states)]


def _state(seen: "Seen") -> QWidget:
    """One state: what it was, when it was seen, what the service said."""
    words = status_words(seen.process_status, seen.status)
    role = meaning(seen.process_status, seen.status).outcome.value
    said = " ".join(filter(None, (seen.process_status, seen.status, _quoted(seen.reason))))
    against = say("job.seen.against") if seen.contradiction else ""
    state = pill(role, words.pill, "bang" if seen.contradiction else None)
    below = flowing("caption")
    below.setText(f"{_moment(seen.at)} · {said}")
    rows = vbox(hbox(state, None), below, gap=2)
    if against:
        rows.addWidget(label(against, "caption", "failed"))
    made = holding(rows, "")
    masking.name(made, ", ".join(filter(None, (words.pill, _moment(seen.at), said, against))))
    return made


def _quoted(reason: str | None) -> str:
    return f"({reason})" if reason else ""


def _moment(at: datetime) -> str:
    return f"{day(at, None)} {clock(at, None)}"
