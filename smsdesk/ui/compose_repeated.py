"""Who of a draft got the same text lately: told among the checks, shown row by row, left out at a click."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialog, QWidget

from smsdesk.core.campaign import Campaign
from smsdesk.core.figures import Review
from smsdesk.core.importing import display_name
from smsdesk.core.problem import Level, Problem
from smsdesk.core.repeated import Past, Repeated, problem_of
from smsdesk.desk.campaigns import OpenCampaign
from smsdesk.desk.desk import Desk
from smsdesk.ui.facts import flowing
from smsdesk.ui.layout import button, card, hbox, vbox
from smsdesk.ui.masking import shown_number
from smsdesk.ui.table import Column, Table
from smsdesk.words import ago, number, say

_SHOWN = 5_000
"""So many of those who get the same again are shown."""
_RANKS = {Level.ERROR: 0, Level.WARNING: 1, Level.NOTE: 2}


@dataclass(frozen=True, slots=True)
class Line:
    """A recipient who gets the same again; ``row`` from 1."""

    row: int
    dst: str
    name: str
    past: Past


def lines_of(campaign: Campaign, found: Repeated) -> Iterator[Line]:
    """Each of them, in the order of the draft."""
    for message, rows, which in zip(campaign.messages, found.rows, found.which, strict=False):
        for row, at in zip(rows, which, strict=True):
            one = message.recipients.row(row)
            yield Line(row + 1, one.dst, display_name(one.fields), found.past[at])


class RepeatedDialog(QDialog):
    """Those who get the same again, each with when and by which campaign; ``leave_out`` takes them away."""

    def __init__(
        self,
        parent: QWidget,
        desk: Desk,
        campaign: Campaign,
        found: Repeated,
        leave_out: Callable[[], object],
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(say("repeated.title"))
        words = flowing("second")
        words.setText(say("repeated.words", found.count))
        now = desk.now()
        columns: list[Column[Line]] = [
            Column("row", "repeated.row", lambda one: number(one.row), 70),
            Column("number", "review.held.number", lambda one: shown_number(one.dst), 160),
            Column("name", "review.held.name", lambda one: one.name, 140),
            Column("when", "repeated.when", lambda one: ago(now - one.past.sent_at), 110),
            Column("campaign", "repeated.campaign", lambda one: one.past.name, 180, stretch=1),
        ]
        self.table: Table[Line] = Table(say("repeated.title"), columns, many=False)
        self.table.set_rows([*islice(lines_of(campaign, found), _SHOWN)])
        self.out = button(say("repeated.leave_out", found.count), on_click=self.accept)
        close = button(say("dialog.close"), on_click=self.reject)
        self.out.setAutoDefault(False)
        close.setDefault(True)
        made = card(body=self.table, flush=True)
        self.setLayout(vbox(words, made, hbox(self.out, None, close), gap=12, margins=20))
        self.resize(720, 440)
        self.accepted.connect(leave_out)
        self.finished.connect(lambda _: self.deleteLater())


class Repeating(QObject):
    """Follows a draft. ``found``: something else is known; ``noticed`` as Campaigns'."""

    found = Signal()
    noticed = Signal(str, str, str, object)

    def __init__(self, parent: QWidget, desk: Desk) -> None:
        super().__init__(parent)
        self._parent, self._desk = parent, desk
        self._of: OpenCampaign | None = None
        self._known = Repeated()

    def follow(self, opened: OpenCampaign, review: Review) -> None:
        """Looks again, in the background."""
        self._desk.tasks.start("repeated", self._look(opened, review))

    async def _look(self, opened: OpenCampaign, review: Review) -> None:
        found = await self._desk.repeats.of(opened.campaign, review.listed)
        if opened is not self._of or found.count or self._known.count:
            self._of, self._known = opened, found
            self.found.emit()

    def among(self, opened: OpenCampaign, problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
        """The problems of a draft, with those who get the same again among them."""
        if opened is not self._of or not self._known.count:
            return problems
        return tuple(
            sorted((problem_of(self._known, self._desk.now()), *problems), key=lambda one: _RANKS[one.level])
        )

    def show(self, opened: OpenCampaign) -> None:
        """Shows who they are."""

        async def shown() -> None:
            campaign, found = await self._now(opened)
            if found.count:
                leave_out = lambda: self.leave_out(opened)  # noqa: E731 (the dialog calls it)
                RepeatedDialog(self._parent, self._desk, campaign, found, leave_out).open()

        self._desk.tasks.start("show repeated", shown())

    def leave_out(self, opened: OpenCampaign) -> None:
        """Takes them out of the draft; the notice offers undo."""

        async def left() -> None:
            campaign, found = await self._now(opened)
            if found.count and campaign is opened.campaign and not opened.sent and not opened.busy:
                opened.leave_out([rows.to_list() for rows in found.rows])
                undo = QAction(say("compose.undo"), self)
                undo.triggered.connect(lambda: opened.undo())  # noqa: PLW0108 (the signal would hand in a flag)
                self.noticed.emit("done", say("repeated.left_out", found.count), "", undo)

        self._desk.tasks.start("leave repeated out", left())

    async def _now(self, opened: OpenCampaign) -> tuple[Campaign, Repeated]:
        campaign, review = opened.campaign, opened.review
        return campaign, await self._desk.repeats.of(campaign, review.listed if review else ())
