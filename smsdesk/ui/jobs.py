"""The page Jobs: every job that the service has accepted, live, and the chosen one with its recipients."""

import re
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Qt, QTimer, Signal

from smsdesk.desk.changes import Topic
from smsdesk.desk.desk import Desk
from smsdesk.desk.watching import Kind
from smsdesk.ui.delivery import accepted, bar_words, job_name, known_at, on_the_way, shares
from smsdesk.ui.inputs import Segments
from smsdesk.ui.job import Figures, Recipients, ask_path, write_csv
from smsdesk.ui.layout import action, card, empty_page, hbox, holding, label, splitter, vbox
from smsdesk.ui.live import Live
from smsdesk.ui.page import Page
from smsdesk.ui.table import HEAD, ROW, Column, Table
from smsdesk.words import ago, has, lasting, number, say

if TYPE_CHECKING:
    from smsdesk.core.prices import Prices
    from smsdesk.desk.watching import JobLine, SmsLine

_TICK_MS = 1000
_KINDS = ("all", "open", "failures", "mine")
_COUNTED = ("open", "failures")
_USUAL_ROWS = 7
_NOT_IN_NAMES = re.compile(r"[^\w\- ]+")


class Jobs(Page):
    """The jobs. ``exported`` tells a file's name and how many recipients are in it."""

    exported = Signal(str, int)

    def __init__(self, desk: Desk) -> None:
        super().__init__(say("jobs.title"))
        self._desk = desk
        self._lines: tuple[JobLine, ...] = ()
        self._shown: JobLine | None = None
        self._rows: tuple[SmsLine, ...] = ()
        self._cost_of: tuple[int, Prices | None] | None = None
        self._all = 0
        self._live = Live(desk, "jobs page", frozenset({Topic.JOBS}), self._load)
        self._tick = QTimer(self, interval=_TICK_MS)
        self._tick.timeout.connect(self._paint_asked)
        self.export = action(say("jobs.export"), self._ask_export, "download", parent=self)
        self.export.setStatusTip(say("jobs.export.tip"))
        self.set_actions(self.export)
        kinds = [(kind, say(f"jobs.kind.{kind}")) for kind in _KINDS]
        self.kinds = Segments(say("jobs.kinds"), kinds, on_change=lambda _: self._live.ask())
        self.asking = label("", "second")
        self.table: Table[JobLine] = Table(say("jobs.table"), self._columns(), many=False)
        self.table.row_chosen.connect(lambda _: self._choose())
        self.recipients = Recipients(desk.now, lambda _: self._choose())
        self.figures = Figures()
        self._lay_out()
        self._paint({})

    def _lay_out(self) -> None:
        self._bar = hbox(self.kinds, None, self.asking)
        top = card(body=self.table, flush=True)
        top.setMinimumHeight(HEAD + 3 * ROW)
        self._lower = splitter(self.recipients, self.figures, shares=(1, 0))
        self._parts = splitter(top, self._lower, vertical=True, shares=(1, 2))
        self._parts.setSizes([HEAD + _USUAL_ROWS * ROW + 8, 450])
        self._lower.setSizes([820, 264])
        self._none_words = label("", "second")
        self._none_words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.none = holding(vbox(None, self._none_words, None), "")
        self.empty = empty_page(say("jobs.empty"), icon_name="align-left")
        self.body.addLayout(self._bar)
        for part in (self._parts, self.none, self.empty):
            self.body.addWidget(part, 1)

    def _columns(self) -> "list[Column[JobLine]]":
        return [
            Column(
                "job",
                "jobs.column.job",
                job_name,
                160,
                stretch=3,
                sort=lambda line: job_name(line).casefold(),
            ),
            Column("outcome", "jobs.column.outcome", bar_words, 170, kind="bar", shares=shares, priority=2),
            Column(
                "delivered",
                "jobs.column.delivered",
                lambda line: number(line.delivered),
                84,
                kind="number",
                role=lambda line: "delivered" if line.delivered else "third",
                sort=lambda line: line.delivered,
            ),
            Column(
                "waiting",
                "jobs.column.waiting",
                lambda line: number(on_the_way(line)),
                84,
                kind="number",
                role=lambda line: "waiting" if on_the_way(line) else "third",
                sort=on_the_way,
            ),
            Column(
                "failed",
                "jobs.column.failed",
                lambda line: number(line.failed),
                74,
                kind="number",
                role=lambda line: "failed" if line.failed else "third",
                sort=lambda line: line.failed,
            ),
            Column("known", "jobs.column.known", known_at, 96, kind="time", priority=3),
            Column(
                "accepted",
                "jobs.column.accepted",
                lambda line: accepted(line.accepted_at, self._desk.now()),
                150,
                kind="time",
                priority=1,
                sort=_accepted_at,
            ),
        ]

    # -- loading ---------------------------------------------------------------------------------

    def shown(self) -> None:
        """Loads and follows the jobs."""
        self._live.shown()
        self._tick.start()

    def hidden(self) -> None:
        """Stops following."""
        self._live.hidden()
        self._tick.stop()

    def asked(self, words: str) -> None:
        """Shows the job of an id."""
        self.show_job(words)

    def show_job(self, job_id: str) -> None:
        """Makes the job of an id the current one, once it is loaded."""
        self.kinds.choose("all")
        self._desk.tasks.start("jobs page", self._load_and_choose(job_id))

    async def _load_and_choose(self, job_id: str) -> None:
        await self._load()
        for line in self._lines:
            if line.job_id == job_id:
                self.table.choose(line.key)

    async def _load(self) -> None:
        kind = cast("Kind", self.kinds.key())
        counts = await self._desk.jobs.counts()
        self._lines = await self._desk.jobs.lines(kind)
        self._all = counts.get("all", 0)
        self.table.set_rows(self._lines, key=lambda line: line.key)
        if self._lines and self.table.current_row() is None:
            self.table.choose_at(0)
        self._paint(counts)
        line = self.table.current_row()
        if line is not None and line != self._shown:
            await self._load_job()
        elif line is not None:
            self._desk.tasks.start("job cost", self._load_cost(line))

    async def _load_job(self) -> None:
        line = self.table.current_row()
        if line is None:
            return
        rows = await self._desk.jobs.recipients(line.key)
        reasons = await self._desk.jobs.figures(line.key)
        same = self._shown is not None and self._shown.key == line.key
        outcome = self.recipients.outcome.key() if same else ""
        self._shown = line
        self._rows = tuple(row for row in rows if outcome in ("", row.outcome))
        self.recipients.show_job(line, self._rows)
        self.figures.show_job(rows, reasons)
        self._desk.tasks.start("job cost", self._load_cost(line))

    async def _load_cost(self, line: "JobLine") -> None:
        """The same request costs the same while the price list stays."""
        wanted = line.key, await self._desk.prices.load()
        if wanted == self._cost_of:
            return
        if self._cost_of is None or self._cost_of[0] != line.key:
            self.figures.show_cost(None)
        cost = await self._desk.jobs.cost(line, wanted[1])
        if self._shown is not None and self._shown.key == line.key:
            self._cost_of = wanted
            self.figures.show_cost(cost)

    def _choose(self) -> None:
        if self._live.in_sight and self.table.current_row() is not None:
            self._desk.tasks.start("job recipients", self._load_job())

    # -- painting --------------------------------------------------------------------------------

    def _paint(self, counts: dict[str, int]) -> None:
        summary = say("jobs.summary", self._all, open=number(counts.get("open", 0)))
        self.header.set_subtitle(summary if self._all else "")
        for kind in _COUNTED:
            words = say(f"jobs.kind.{kind}")
            count = counts.get(kind, 0)
            counted = say("jobs.kind.counted", kind=words, count=number(count))
            self.kinds.set_words(kind, counted if count else words)
        some = bool(self._lines)
        self._parts.setVisible(some)
        self.kinds.setVisible(self._all > 0)
        special = f"jobs.none.{self.kinds.key()}"
        self._none_words.setText(say(special if has(special) else "jobs.none"))
        self.none.setVisible(self._all > 0 and not some)
        self.empty.setVisible(self._all == 0)
        self.export.setEnabled(some)
        self.export.setVisible(self._all > 0)
        self._paint_asked()

    def _paint_asked(self) -> None:
        self.asking.setText(_asked_words(self._lines, self._desk.now()) if self._lines else "")

    # -- export ----------------------------------------------------------------------------------

    def _ask_export(self) -> None:
        line = self._shown
        if line is not None:
            name = _NOT_IN_NAMES.sub(" ", job_name(line)).strip() or say("jobs.title")
            ask_path(self, f"{name}.csv", self.export_to)

    def export_to(self, path: Path) -> None:
        """Writes the recipients that are shown to a file."""
        self._desk.tasks.start("export", self._export(path))

    async def _export(self, path: Path) -> None:
        rows = self._rows
        await write_csv(path, rows)
        self.exported.emit(path.name, len(rows))


def _accepted_at(line: "JobLine") -> float:
    return line.accepted_at.timestamp() if line.accepted_at else 0.0


def _asked_words(lines: "tuple[JobLine, ...]", now: datetime) -> str:
    """When the service was asked last, and when it is asked next."""
    open_ones = [line for line in lines if not line.final]
    if not open_ones:
        return say("jobs.asked.done")
    asked = [line.asked_at for line in open_ones if line.asked_at is not None]
    if not asked:
        return say("jobs.asked.first")
    words = ago(now - max(asked))
    left = min((line.next_ask_at for line in open_ones if line.next_ask_at is not None), default=now) - now
    if left.total_seconds() < 1:
        return say("jobs.asked.now", ago=words)
    return say("jobs.asked", ago=words, span=lasting(left))
