"""The composer's last tab: what goes out, what stays behind, and the button that sends."""

import json
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QDialog, QPlainTextEdit, QWidget

from smsdesk.core.campaign import Campaign, Review
from smsdesk.core.outbox import EntryId
from smsdesk.core.request import JobRequest
from smsdesk.desk.campaigns import OpenCampaign
from smsdesk.desk.desk import Desk
from smsdesk.ui.ask import Stake, ask
from smsdesk.ui.facts import Facts, flowing
from smsdesk.ui.layout import BETWEEN, button, card, hbox, label, stat, vbox
from smsdesk.ui.table import HEAD, ROW, Column, Table
from smsdesk.words import day_time, number, say

_MOST_JOBS = 4


@dataclass(frozen=True, slots=True)
class Planned:
    """One job to be, as a row."""

    number: int
    of: int
    request: JobRequest


class RequestDialog(QDialog):
    """The exact request body of one job, to read and copy."""

    def __init__(self, parent: QWidget, planned: Planned, body: bytes) -> None:
        super().__init__(parent)
        self.setWindowTitle(say("review.request", n=planned.number, of=planned.of))
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

    def __init__(self, desk: Desk, queued: Callable[[], None]) -> None:
        super().__init__()
        self._desk, self._queued = desk, queued
        self._opened: OpenCampaign | None = None
        self._planned_for: Campaign | None = None
        self.people, self.parts, self.jobs = (
            stat("0", say(f"review.{n}")) for n in ("people", "parts", "jobs")
        )
        figures = card(body=hbox(self.people, self.parts, self.jobs, None, gap=64))
        self.table: Table[Planned] = Table(say("review.goes"), self._columns(), many=False)
        self.table.link_clicked.connect(lambda planned, _: self._show_request(planned))
        self.table.row_opened.connect(self._show_request)
        self.behind = Facts(say("review.behind"), label_width=240)
        self.nothing_behind = label(say("review.behind.none"), "second")
        behind = card(say("review.behind"), body=vbox(self.behind, self.nothing_behind, gap=0))
        self.warning = flowing("second")
        self.send = button("", on_click=self.ask_send, primary=True)
        last = vbox(label(say("review.final"), "strong"), self.warning, gap=4)
        row = hbox(gap=24)
        row.addLayout(last, 1)
        row.addWidget(self.send)
        goes = card(say("review.goes"), body=self.table, flush=True)
        self.setLayout(vbox(figures, goes, behind, None, card(body=row), gap=BETWEEN))

    def _columns(self) -> list[Column[Planned]]:
        return [
            Column(
                "job",
                "review.column.job",
                lambda p: say("review.job", n=number(p.number), of=number(p.of)),
                110,
                stretch=1,
            ),
            Column("sms", "review.column.sms", lambda p: number(p.request.sms_count), 80, kind="number"),
            Column(
                "texts", "review.column.texts", lambda p: number(len(p.request.messages)), 90, kind="number"
            ),
            Column(
                "first",
                "review.column.first",
                lambda _: self._instant("first_at"),
                160,
                kind="time",
                priority=2,
            ),
            Column(
                "last", "review.column.last", lambda _: self._instant("last_at"), 160, kind="time", priority=1
            ),
            Column("request", "", lambda _: say("review.show_request"), 90, kind="link"),
        ]

    def _instant(self, name: str) -> str:
        review = self._opened.review if self._opened else None
        return day_time(getattr(review.totals, name), None, self._desk.now()) if review else ""

    def show_campaign(self, opened: OpenCampaign) -> None:
        """Shows the campaign as it is now."""
        self._opened = opened
        review, campaign = opened.review, opened.campaign
        if review is None:
            return
        self.people.show_figure(number(review.totals.people))
        self.parts.show_figure(number(review.totals.parts))
        self.jobs.show_figure(number(review.totals.jobs))
        self._show_behind(campaign)
        self.warning.setText(say("review.sent" if opened.sent else _final_code(review)))
        self.send.setText(say("review.send", review.totals.sms))
        self.send.setEnabled(review.sendable and not opened.sent and not self._desk.tasks.runs(self._task))
        self.send.setVisible(not opened.sent)
        if campaign is not self._planned_for:
            self._planned_for = campaign
            self._desk.tasks.start("plan", self._plan(campaign))

    async def _plan(self, campaign: Campaign) -> None:
        requests = await self._desk.outbox.requests(campaign)
        if campaign is self._planned_for:
            rows = [Planned(n, len(requests), request) for n, request in enumerate(requests, 1)]
            self.table.set_rows(rows, key=lambda planned: planned.number)
            shown = min(max(len(rows), 1), _MOST_JOBS)
            self.table.setMinimumHeight(HEAD + shown * ROW + 2)
            self.table.setMaximumHeight(HEAD + shown * ROW + 2)

    def _show_behind(self, campaign: Campaign) -> None:
        left = campaign.left_out
        rows = [
            ("doubtful", left.doubtful),
            ("invalid", left.invalid),
            ("duplicates", left.duplicates),
            ("do_not_contact", left.do_not_contact),
            ("blank", left.blank),
        ]
        facts = [(say(f"review.left.{key}", n), say(f"review.left.{key}.why")) for key, n in rows if n]
        self.behind.show_facts(facts)
        self.nothing_behind.setVisible(not facts)

    def _show_request(self, planned: Planned) -> None:
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
        totals = opened.review.totals
        sender = opened.campaign.options.src or say("compose.default_sender")
        stake = Stake(
            say("review.ask.title"),
            say("review.ask", totals.sms, people=number(totals.people)),
            say(
                "review.ask.words", sender=sender, account=opened.campaign.account, parts=number(totals.parts)
            ),
            say("review.send", totals.sms),
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


def _final_code(review: Review) -> str:
    return "review.final.words" if review.sendable else "review.blocked"
