"""The composer's last tab: what goes out, what stays behind, the checks, and the button that sends."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QWidget

from smsdesk.core.campaign import Campaign, CampaignId, LeftOut
from smsdesk.core.figures import Review
from smsdesk.core.handing import AT_ONCE, Handing
from smsdesk.core.importing import Imported
from smsdesk.core.outbox import Entry, EntryId
from smsdesk.core.problem import Level, Problem
from smsdesk.desk.campaigns import OpenCampaign, PlannedJob
from smsdesk.desk.desk import Desk
from smsdesk.ui.ask import ask
from smsdesk.ui.compose_behind import Behind, HeldBack, beside_left, kinds_left
from smsdesk.ui.compose_checks import REPEATED, Checks
from smsdesk.ui.compose_goes import CostFigure, Goes, when_words
from smsdesk.ui.compose_good import Good
from smsdesk.ui.compose_pilot import PilotChoice, offered
from smsdesk.ui.compose_rehearsal import Rehearsing
from smsdesk.ui.compose_repeated import Repeating
from smsdesk.ui.compose_request import RequestDialog
from smsdesk.ui.compose_stake import send_words, stake_of
from smsdesk.ui.facts import flowing
from smsdesk.ui.handing import HandingChoice, keep_undo, usual_undo
from smsdesk.ui.importing_rest import ask_rest
from smsdesk.ui.layout import (
    BETWEEN,
    action,
    button,
    card,
    hbox,
    holding,
    label,
    relabel,
    scrolling,
    stat,
    vbox,
)
from smsdesk.words import number, say

_WIDE = 900
"""From so many px on the checks have a column of their own."""
_CHECKS = 340
_LEAST_BUTTON = 200
"""Until the words stand above it, in a window that is made narrow."""


@dataclass(frozen=True, slots=True, eq=False)
class _Taken:
    """An import whose rest is still at hand, and into which message it went."""

    table: Imported
    message: int
    with_doubtful: bool


class ReviewTab(QWidget):
    """Figures, jobs, what is left out, checks. ``queued`` is called once the campaign is in the outbox.

    ``go`` leads to the cause of a problem, ``act`` puts one right that a click can. ``noticed`` as
    Campaigns'; ``prices_asked``: the price list is wanted.
    """

    noticed = Signal(str, str, str, object)
    prices_asked = Signal()

    def __init__(
        self,
        desk: Desk,
        queued: Callable[[], None],
        go: Callable[[Problem], object],
        act: Callable[[Problem], object],
    ) -> None:
        super().__init__()
        self._desk, self._queued, self._go, self._act = desk, queued, go, act
        self._opened: OpenCampaign | None = None
        self._planned_for: Review | None = None
        self._taken: dict[CampaignId, list[_Taken]] = {}
        self.people, self.parts, self.jobs = (
            stat("0", say(f"review.{name}", 0)) for name in ("people", "parts", "jobs")
        )
        self.cost = CostFigure(self.prices_asked.emit)
        figures = hbox(gap=16)
        for figure in (self.people, self.parts, self.jobs, self.cost):
            figures.addWidget(figure, 0, Qt.AlignmentFlag.AlignTop)
            figures.addStretch(1)
        self.goes = Goes(desk, self._show_request)
        self.table = self.goes.table
        self.behind, self.good = Behind(), Good(desk)
        self.checks = Checks(self._go_to, self._put_right)
        self.repeating = Repeating(self, desk)
        self.repeating.noticed.connect(self.noticed)
        self.repeating.found.connect(self._show_checks)
        self.rehearsing = Rehearsing(self, desk)
        self.rehearsing.found.connect(self._show_checks)
        self.pilot = action(say("pilot.start"), self.ask_pilot, "users", parent=self)
        self.rehearse = action(say("rehearsal.start"), self.ask_rehearsal, "play", parent=self)
        self._checks = holding(vbox(self.checks, self.good, gap=BETWEEN), "")
        self._beside = vbox(None, gap=0)
        self._below = vbox(gap=0)
        self._below.addWidget(self._checks)
        left = vbox(card(body=figures), self.goes, self._below, self.behind, None, gap=BETWEEN)
        left.setContentsMargins(0, 0, 6, 0)
        column = vbox(scrolling(holding(left)), self._last_card(), gap=BETWEEN)
        right = vbox(gap=0)
        right.addLayout(self._beside)
        right.setContentsMargins(0, 0, 6, 0)
        self._right = scrolling(holding(right))
        self._right.setFixedWidth(_CHECKS)
        self._right.hide()
        row = hbox(gap=BETWEEN)
        row.addLayout(column, 1)
        row.addWidget(self._right)
        self.setLayout(row)

    def _last_card(self) -> QWidget:
        self.final, self.warning = label(say("review.final"), "strong", wrap=True), flowing("second")
        self.send = button("", on_click=self.ask_send, primary=True)
        self.send.setAutoDefault(True)
        self.send.setMinimumWidth(_LEAST_BUTTON)
        words = vbox(self.final, self.warning, gap=4)
        self._last = hbox(gap=16)
        self._last.addLayout(words, 1)
        self._last.addWidget(self.send, 0, Qt.AlignmentFlag.AlignRight)
        inside = vbox(card(body=self._last), gap=0, margins=(0, 0, 6, 0))
        made = holding(inside)
        made.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        return made

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Places the checks by the room there is."""
        super().resizeEvent(event)
        self._place_checks()

    def _place_checks(self) -> None:
        """In a column of their own where there is room, else below the jobs; nowhere once it is sent."""
        wide, sent = self.width() >= _WIDE, self._opened is not None and self._opened.sent
        there = self._beside if wide else self._below
        if there.indexOf(self._checks) < 0:
            (self._below if wide else self._beside).removeWidget(self._checks)
            there.insertWidget(0, self._checks)
        ways = QBoxLayout.Direction
        self._last.setDirection(ways.LeftToRight if wide else ways.TopToBottom)
        self._checks.setVisible(not sent)
        self._right.setVisible(wide and not sent)

    # -- painting --------------------------------------------------------------------------------

    def show_campaign(self, opened: OpenCampaign) -> None:
        """Shows the campaign as it is now."""
        if opened is not self._opened:
            self.goes.clear()
            self._planned_for = None
        self._opened = opened
        review, campaign = opened.review, opened.campaign
        self._show_last(opened)
        if review is None:
            return
        self._show_figures(review)
        self._show_behind(campaign, review)
        self._place_checks()
        self.goes.setVisible(review.totals.sms > 0)
        self._show_checks()
        if review is not self._planned_for and (opened.fresh or opened.sent):
            self._planned_for = review
            self._desk.tasks.start("plan", self._plan(opened, review))
            if not opened.sent:
                self.repeating.follow(opened, review)
                self.rehearsing.follow(opened)

    def _show_checks(self) -> None:
        opened = self._opened
        if opened is not None and opened.review is not None:
            found = (*opened.review.problems, *self.rehearsing.problems(opened))
            problems = self.repeating.among(opened, found)
            self.checks.show_problems(problems, compared=opened.review.totals.sms > 0)
            self.good.show_review(opened.campaign, opened.review, self.rehearsing.words(opened))

    def _go_to(self, problem: Problem) -> None:
        """Leads to the cause of a problem."""
        if problem.code == REPEATED and self._opened is not None:
            self.repeating.show(self._opened)
        else:
            self._go(problem)

    def _put_right(self, problem: Problem) -> None:
        """Puts right what a click can."""
        if problem.code == REPEATED and self._opened is not None:
            self.repeating.leave_out(self._opened)
        else:
            self._act(problem)

    def _show_figures(self, review: Review) -> None:
        totals = review.totals
        for figure, n, code in (
            (self.people, totals.people, "review.people"),
            (self.parts, totals.parts, "review.parts"),
            (self.jobs, totals.jobs, "review.jobs"),
        ):
            figure.show_figure(number(n), say(code, n))
        self.cost.show_cost(totals.cost)

    def _show_last(self, opened: OpenCampaign) -> None:
        review = opened.review
        self.final.setText(say("review.sent.title" if opened.sent else "review.final"))
        self.send.setVisible(not opened.sent)
        known = send_words(opened.campaign, review.totals) if review is not None else ""
        relabel(self.send, known or say("review.checking.button"))
        reason = self._reason(opened)
        ready = not reason and not self._desk.tasks.runs(self._task)
        self.rehearse.setEnabled(not reason)
        self.rehearse.setToolTip(reason)
        small = say("pilot.small") if review is not None and not offered(review.totals.sms) else ""
        self.pilot.setEnabled(ready and not small)
        self.pilot.setToolTip(reason or small)
        self.send.setEnabled(ready)
        self.warning.setText(reason or say("review.final.words"))
        self.send.setAccessibleDescription(reason)

    def _reason(self, opened: OpenCampaign) -> str:
        """Why it cannot be sent now; "" where it can."""
        if opened.sent:
            return say("review.sent")
        if opened.review is None or not opened.fresh or opened.busy:
            return say("review.checking")
        red = sum(problem.level is Level.ERROR for problem in opened.review.problems)
        return say("review.blocked", red) if red else ""

    async def _plan(self, opened: OpenCampaign, review: Review) -> None:
        if opened.sent:
            mine = await self._desk.outbox.of_campaign(opened.campaign.id)
            if review is self._planned_for:
                self.goes.show_entries(mine)
            return
        jobs, texts = await opened.planned(), await opened.distinct_texts()
        if review is self._planned_for:
            self.goes.show_jobs(review, jobs, texts)

    def _show_request(self, going: PlannedJob | Entry) -> None:
        outbox = self._desk.outbox

        async def shown() -> None:
            if isinstance(going, Entry):
                body = await outbox.body(going.id)
            else:
                body = await outbox.body_of(going.share)
            RequestDialog(self, going, body).open()

        self._desk.tasks.start("show request", shown())

    # -- what stays behind -----------------------------------------------------------------------

    def remember(
        self,
        table: Imported,
        message: int,
        with_doubtful: bool,  # noqa: FBT001 (told by a signal)
    ) -> None:
        """Keeps an import's rest at hand: it was taken into a message of the campaign that is open."""
        if self._opened is not None:
            id_ = self._opened.campaign.id
            self._taken = {id_: [*self._taken.get(id_, ()), _Taken(table, message, with_doubtful)]}

    def _show_behind(self, campaign: Campaign, review: Review) -> None:
        left, listed = campaign.left_out, review.left_out
        rows = kinds_left(left, listed, self._ways(campaign, review))
        self.behind.show_left(rows, beside_left(left, listed, review.totals.sms))
        self.behind.setVisible(bool(rows) or review.totals.sms > 0)

    def _ways(self, campaign: Campaign, review: Review) -> dict[str, tuple[str, Callable[[], object]]]:
        ways: dict[str, tuple[str, Callable[[], object]]] = {}
        told = (p for p in review.problems if p.code in ("some_do_not_contact", "all_do_not_contact"))
        problem = next(told, None)
        if problem is not None:
            ways["listed"] = (say("compose.show"), partial(self._go, problem))
        left, sent = campaign.left_out, self._opened is not None and self._opened.sent
        for one in self._taken.get(campaign.id, []):
            held, bad = len(one.table.doubtful), one.table.counts.invalid
            if held and not one.with_doubtful and not sent:
                words = (
                    say("review.held.look") if held == left.doubtful else say("review.held.look.some", held)
                )
                ways["doubtful"] = (words, partial(self.look_at, one))
            if bad:
                words = say("review.rest.save") if bad == left.invalid else say("review.rest.save.some", bad)
                ways["invalid"] = (words, partial(self.ask_rest, one))
        return ways

    def look_at(self, one: _Taken) -> HeldBack:
        """Shows who is held back; they can be taken in after all."""
        made = HeldBack(self, one.table.doubtful, one.table.setting.region, partial(self._use_held, one))
        made.open()
        return made

    def _use_held(self, one: _Taken) -> None:
        opened = self._opened
        taken = self._taken.get(opened.campaign.id, []) if opened is not None else []
        if opened is None or opened.sent or one not in taken:
            return
        n, place = len(one.table.doubtful), taken.index(one)
        taken[place] = replace(one, with_doubtful=True)
        message = min(one.message, len(opened.campaign.messages) - 1)
        opened.add_recipients(message, one.table.doubtful, LeftOut(doubtful=-n))

        def taken_back() -> None:
            taken[place] = one
            opened.undo()

        undo = QAction(say("compose.undo"), self)
        undo.triggered.connect(lambda: taken_back())  # noqa: PLW0108 (the signal would hand in a flag)
        self.noticed.emit("done", say("review.held.used", n), "", undo)

    def ask_rest(self, one: _Taken) -> None:
        """Asks for the file that gets the rows that were not taken, each with its reason."""
        as_book = one.table.sheet.sheet is not None
        ask_rest(self, say("review.rest.name"), partial(self.write_rest, one), as_book=as_book)

    def write_rest(self, one: _Taken, path: Path) -> None:
        """Writes them."""

        async def written() -> None:
            n = await self._desk.importing.save_rest(path, one.table, one.with_doubtful)
            self.noticed.emit("done", say("import.saved", n, name=path.name), "", None)

        self._desk.tasks.start("rest of an import", written())

    # -- before it is sent -----------------------------------------------------------------------

    def ask_rehearsal(self) -> None:
        """Rehearses the campaign as it is."""
        opened = self._opened
        if opened is not None and self.rehearse.isEnabled() and not self._reason(opened):
            self.rehearsing.start(opened, opened.review.totals.sms if opened.review else 0)

    # -- sending ---------------------------------------------------------------------------------

    @property
    def _task(self) -> str:
        return f"queue:{self._opened.campaign.id}" if self._opened else "queue"

    def ask_send(self) -> None:
        """Says in figures what will happen and what of it is out of the ordinary, and asks."""
        opened = self._opened
        if opened is not None and self.send.isEnabled() and not self._reason(opened):
            self._desk.tasks.start("ask to send", self._ask(opened))

    def ask_pilot(self) -> None:
        """Asks the same for a pilot, after which the rest goes by its outcomes."""
        opened = self._opened
        if opened is not None and self.pilot.isEnabled() and not self._reason(opened):
            self._desk.tasks.start("ask to send", self._ask(opened, piloted=True))

    async def _ask(self, opened: OpenCampaign, *, piloted: bool = False) -> None:
        """By the figures of this moment: the page may have stood open for long."""
        campaign = opened.campaign
        review = await opened.check_now()
        again = await self._desk.repeats.problems(campaign, review.listed)
        rehearsed, pilot = await self.rehearsing.asked_once_more(opened, piloted=piloted)
        unusual = (*rehearsed, *again, *await self._desk.outbox.unusual(campaign, review))
        if self._reason(opened) or opened is not self._opened or campaign is not opened.campaign:
            return
        when = when_words(review, self._desk.now())
        undo, now, sms = await usual_undo(self._desk), self._desk.now, review.totals.sms
        how: HandingChoice | PilotChoice = HandingChoice(undo, now, sms)
        if piloted and offered(sms):
            later = review.effective.start_at > now()
            how = PilotChoice(campaign, sms, undo, later=later, rehearsed=pilot)
        ask(
            self, stake_of(campaign, review.totals, unusual, when), partial(self._send_so, campaign, how), how
        )

    def _send_so(self, campaign: Campaign, choice: HandingChoice | PilotChoice) -> None:
        how = choice.value()
        if how is not None:
            self.send_now(campaign, how)
            self._desk.tasks.start("keep undo", keep_undo(self._desk, how))

    def send_now(self, asked_for: Campaign | None = None, how: Handing = AT_ONCE) -> None:
        """Queues the campaign; a second call while that is under way, or after it, changes nothing.

        ``asked_for``: as it was when a person said yes; one that changed since is not sent. ``how`` it is
        handed over.
        """
        opened = self._opened
        if opened is None or self._reason(opened) or self._desk.tasks.runs(self._task):
            return
        if asked_for is not None and asked_for is not opened.campaign:
            return
        self.send.setEnabled(False)
        self._desk.tasks.start(self._task, self._queue(opened, how))

    async def _queue(self, opened: OpenCampaign, how: Handing) -> None:
        entries: tuple[EntryId, ...] = await opened.send(self._desk.outbox, how)
        if entries:
            self._queued()
