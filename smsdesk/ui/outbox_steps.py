"""Every step of an outbox entry, and whose it was; a try leads to what went over the wire."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame

from smsdesk.core.outbox import Entry
from smsdesk.ui.layout import card, hbox, head, holding, label, vbox
from smsdesk.ui.table import Column, Table
from smsdesk.words import clock, say
from smsdesk.words.entries import entry_name, step_words

if TYPE_CHECKING:
    from smsdesk.desk.sending import Step

_DESK = (
    "queued",
    "sending",
    "put_back",
    "left_out",
    "nobody_left",
    "stopped",
    "held_body",
    "held_pilot",
    "pilot_passed",
    "asked_no_answer",
)
_YOU = (
    "again",
    "left",
    "cancelled",
    "withdrawn",
    "held_undo",
    "held_time",
    "held_person",
    "released",
    "hurried",
)
_SERVICE = (
    "found",
    "accepted",
    "held_account",
    "not_found_anywhere",
    "disowned",
    "recipients_agree",
    "recipients_differ",
    "asked_not_there",
    "server_trouble",
    "unreadable",
    "too_many_requests",
    "wrong_password",
    "bad_request",
    "not_found",
    "duplicate",
    "unprocessable",
    "redirected",
    "refused",
)
_BY = {
    **dict.fromkeys((*_DESK, "held_brake", "held_missed", "due"), "desk"),
    **dict.fromkeys(_YOU, "you"),
    **dict.fromkeys(_SERVICE, "service"),
}
TRY = "sending"
"""The step that begins a try."""


def _words(step: "Step") -> str:
    return step_words(step.code, step.values)


def step_by(step: "Step") -> str:
    """Whose act a step was."""
    return say(f"step.who.{_BY.get(step.code, 'nobody')}")


class Way(QFrame):
    """Every step of the chosen entry; ``wire`` is called with the instant of a try that was asked for."""

    def __init__(self, wire: Callable[[datetime], object]) -> None:
        super().__init__()
        self._wire = wire
        self.name = head("")
        self.beside = label(say("outbox.steps"), "second")
        self.table: Table[Step] = Table(say("outbox.steps.table"), self._columns(), many=False)
        self.table.link_clicked.connect(lambda step, _: self._open(step))
        self.table.row_opened.connect(self._open)
        heading = holding(hbox(self.name, self.beside, None, gap=6), "")
        inside = card(heading, body=self.table, flush=True)
        self.setLayout(vbox(inside, gap=0))
        self.setMinimumWidth(336)

    @staticmethod
    def _columns() -> "list[Column[Step]]":
        return [
            Column("at", "outbox.column.time", _to_the_millisecond, 100, kind="time"),
            Column("step", "outbox.column.step", _words, 140, stretch=1),
            Column("who", "outbox.column.who", step_by, 90, priority=1, role=lambda _: "second"),
            Column("wire", "", _link, 70, kind="link"),
        ]

    def _open(self, step: "Step") -> None:
        if step.code == TRY:
            self._wire(step.at)

    def show_steps(self, entry: Entry, steps: "Sequence[Step]") -> None:
        """Shows the steps of an entry, in their order."""
        self.name.setText(entry_name(entry))
        self.beside.show()
        self.table.set_rows(steps, key=lambda step: (step.at, step.code, str(step.values)))

    def show_nothing(self, words: str) -> None:
        """Where several entries are chosen, or none."""
        self.name.setText(words)
        self.beside.hide()
        self.table.set_rows(())


def _to_the_millisecond(step: "Step") -> str:
    return f"{clock(step.at)}.{step.at.microsecond // 1000:03}"


def _link(step: "Step") -> str:
    return say("outbox.wire.link") if step.code == TRY else ""
