"""The composer's last tab: what goes out, what stays behind, and the button that sends."""

import json
from collections.abc import Callable
from datetime import datetime

from PySide6.QtWidgets import QDialog, QPlainTextEdit, QWidget

from smsdesk.core.campaign import Campaign
from smsdesk.core.figures import Review
from smsdesk.core.outbox import EntryId
from smsdesk.core.problem import Problem
from smsdesk.desk.campaigns import OpenCampaign, PlannedJob
from smsdesk.desk.desk import Desk
from smsdesk.ui.ask import Stake, ask
from smsdesk.ui.facts import Facts, flowing
from smsdesk.ui.labels import account_words
from smsdesk.ui.layout import BETWEEN, button, card, hbox, label, relabel, stat, vbox
from smsdesk.ui.table import HEAD, ROW, Column, Table
from smsdesk.words import day_time, number, say

_MOST_JOBS = 4


class RequestDialog(QDialog):
    """The exact request body of one job, to read and copy."""

    def __init__(self, parent: QWidget, planned: PlannedJob, body: bytes) -> None:
        super().__init__(parent)
        self.setWindowTitle(say("review.request", n=number(planned.number), of=number(planned.of)))
        text = QPlainTextEdit(json.dumps(json.loads(body), ensure_ascii=False, indent=2))
        text.setReadOnly(True)
        text.setProperty("kind", "writing")
        text.setAccessibleName(self.windowTitle())
        close = button(say("dialog.close"), on_click=self.accept)
        words = flowing("second")
        words.setText(say("review.request.mark"))
        self.setLayout(vbox(words, text, hbox(None, close), gap=12, margins=20))
        self.resize(720, 560)
        self.finished.connect(lambda _: self.deleteLater())


class ReviewTab(QWidget):
    """Figures, jobs, what is left out. ``queued`` is called once the campaign is in the outbox."""

    def __init__(
        self,
        desk: Desk,
        queued: Callable[[], None],
        go: Callable[[Problem], None],
        act: Callable[[Problem], None],
    ) -> None:
        super().__init__()
        self._desk, self._queued, self._go, self._act = desk, queued, go, act
        self._opened: OpenCampaign | None = None
        self._planned_for: tuple[Campaign, tuple[tuple[int, ...], ...]] | None = None
        self.people, self.parts, self.jobs = (
            stat("0", say(f"review.{name}", 0)) for name in ("people", "parts", "jobs")
        )
        figures = card(body=hbox(self.people, self.parts, self.jobs, None, gap=64))
        self.table: Table[PlannedJob] = Table(say("review.goes"), self._columns(), many=False)
        self.table.link_clicked.connect(lambda planned, _: self._show_request(planned))
        self.table.row_opened.connect(self._show_request)
        self.behind = Facts(say("review.behind"), label_width=240)
        self.nothing_behind = label(say("review.behind.none"), "second")
        behind = card(say("review.behind"), body=vbox(self.behind, self.nothing_behind, gap=0))
        self.warning = flowing("second")
        self.send = button("", on_click=self.ask_send, primary=True)
        self.send.setAutoDefault(True)
        last = vbox(label(say("review.final"), "strong"), self.warning, gap=4)
        row = hbox(gap=24)
        row.addLayout(last, 1)
        row.addWidget(self.send)
        goes = card(say("review.goes"), body=self.table, flush=True)
        self.setLayout(vbox(figures, goes, behind, None, card(body=row), gap=BETWEEN))

    def _columns(self) -> list[Column[PlannedJob]]:
        return [
            Column(
                "job",
                "review.column.job",
                lambda p: say("review.job", n=number(p.number), of=number(p.of)),
                110,
                stretch=1,
            ),
            Column("sms", "review.column.sms", lambda p: number(p.totals.sms), 80, kind="number"),
            Column("parts", "review.column.parts", lambda p: number(p.totals.parts), 80, kind="number"),
            Column("first", "review.column.first", lambda p: self._when(p.totals.first_at), 150, priority=2),
            Column("last", "review.column.last", lambda p: self._when(p.totals.last_at), 150, priority=1),
            Column("request", "", lambda _: say("review.show_request"), 90, kind="link"),
        ]

    def _when(self, at: datetime) -> str:
        """Of a sent campaign the jobs tell; here nothing would be true any more."""
        sent = self._opened is not None and self._opened.sent
        return "" if sent else day_time(at, None, self._desk.now())

    def show_campaign(self, opened: OpenCampaign) -> None:
        """Shows the campaign as it is now."""
        if opened is not self._opened:
            self.table.set_rows([])
            self._planned_for = None
        self._opened = opened
        review, campaign = opened.review, opened.campaign
        if review is None:
            return
        totals = review.totals
        for figure, n, code in (
            (self.people, totals.people, "review.people"),
            (self.parts, totals.parts, "review.parts"),
            (self.jobs, totals.jobs, "review.jobs"),
        ):
            figure.show_figure(number(n), say(code, n))
        self._show_behind(campaign, review)
        self.warning.setText(say("review.sent" if opened.sent else _final_code(review)))
        relabel(self.send, say("review.send", review.totals.sms, sender=_sender(campaign)))
        self.send.setEnabled(review.sendable and not opened.sent and not self._desk.tasks.runs(self._task))
        self.send.setVisible(not opened.sent)
        known = self._planned_for
        if known is None or campaign is not known[0] or review.listed != known[1]:
            self._planned_for = planned_for = (campaign, review.listed)
            self._desk.tasks.start("plan", self._plan(opened, planned_for))

    async def _plan(
        self, opened: OpenCampaign, planned_for: tuple[Campaign, tuple[tuple[int, ...], ...]]
    ) -> None:
        rows = list(await opened.planned())
        if planned_for is self._planned_for:
            self.table.set_rows(rows, key=lambda planned: planned.number)
            self.table.setFixedHeight(HEAD + min(max(len(rows), 1), _MOST_JOBS) * ROW + 2)

    def _show_behind(self, campaign: Campaign, review: Review) -> None:
        left = campaign.left_out
        rows = [
            ("listed", review.left_out),
            ("doubtful", left.doubtful),
            ("invalid", left.invalid),
            ("duplicates", left.duplicates),
            ("do_not_contact", left.do_not_contact),
            ("blank", left.blank),
        ]
        facts = [(say(f"review.left.{key}", n), say(f"review.left.{key}.why")) for key, n in rows if n]
        self.behind.show_facts(facts)
        self.nothing_behind.setVisible(not facts)

    def _show_request(self, planned: PlannedJob) -> None:
        async def shown() -> None:
            body = await self._desk.outbox.body_of(planned.request)
            RequestDialog(self, planned, body).open()

        self._desk.tasks.start("show request", shown())

    # -- sending ---------------------------------------------------------------------------------

    @property
    def _task(self) -> str:
        return f"queue:{self._opened.campaign.id}" if self._opened else "queue"

    def ask_send(self) -> None:
        """Says in figures what will happen, and asks."""
        opened = self._opened
        if opened is None or opened.review is None or not self.send.isEnabled():
            return
        totals, account = opened.review.totals, opened.campaign.account
        sender, people = _sender(opened.campaign), number(totals.people)
        stake = Stake(
            say("review.ask.title"),
            say("review.ask", totals.sms, people=people, sender=sender, account=account_words(account)),
            say("review.ask.words", totals.parts),
            say("review.send", totals.sms, sender=sender),
        )
        ask(self, stake, self.send_now)

    def send_now(self) -> None:
        """Queues the campaign; a second call while that is under way, or after it, changes nothing."""
        opened = self._opened
        if opened is None or opened.sent or self._desk.tasks.runs(self._task):
            return
        self.send.setEnabled(False)
        self._desk.tasks.start(self._task, self._queue(opened))

    async def _queue(self, opened: OpenCampaign) -> None:
        entries: tuple[EntryId, ...] = await opened.send(self._desk.outbox)
        if entries:
            self._queued()


def _sender(campaign: Campaign) -> str:
    return campaign.options.src or campaign.account or say("compose.default_sender")


def _final_code(review: Review) -> str:
    return "review.final.words" if review.sendable else "review.blocked"
