"""The page Jobs: every job that the service has accepted, live, and the chosen one with its recipients."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import Qt, QTimer, Signal

from smsdesk.core.following import Reach
from smsdesk.core.job_looks import JobKind, JobLook, JobSort
from smsdesk.desk.changes import Topic
from smsdesk.desk.desk import Desk
from smsdesk.desk.reports import Waits, blank_line
from smsdesk.desk.telling import job_name
from smsdesk.ui.delivery import accepted, bar_words, known_at, on_the_way, shares
from smsdesk.ui.following import FollowUp
from smsdesk.ui.inputs import Segments, text_input
from smsdesk.ui.job import Export
from smsdesk.ui.job_figures import Figures
from smsdesk.ui.job_people import Recipients
from smsdesk.ui.job_wire import show_raw
from smsdesk.ui.jobs_views import SavedViews
from smsdesk.ui.layout import card, empty_page, hbox, holding, label, splitter, vbox
from smsdesk.ui.live import Live
from smsdesk.ui.page import Page
from smsdesk.ui.paged import Paged
from smsdesk.ui.table import HEAD, ROW, Column, Table
from smsdesk.words import ago, has, lasting, number, say

if TYPE_CHECKING:
    from smsdesk.core.prices import Prices
    from smsdesk.desk.following import Followable
    from smsdesk.desk.watching import JobLine, SmsLine

_TICK_MS = 1000
_KINDS = ("all", "open", "failures", "mine")
_COUNTED = ("open", "failures")
_SORTS: dict[str, JobSort] = {
    "job": "name",
    "outcome": "sms_count",
    "delivered": "delivered",
    "waiting": "waiting",
    "failed": "failed",
    "known": "asked_at",
    "account": "account",
    "accepted": "accepted_at",
}
"""The columns, as they stand, and what each is sorted by."""
_USUAL_ROWS = 7
_SOME = 40
_FEW = 300
"""Up to so many changed SMS are fetched alone, beyond them all of the job."""


class Jobs(Page):
    """The jobs.

    ``exported`` tells what was written where; ``drafted``: a follow-up was made (the open campaign);
    ``person_asked``: all messages of a number; ``refused``: numbers that were put on the
    do-not-contact list; ``campaign_asked``: a campaign without jobs.
    """

    exported = Signal(str)
    drafted = Signal(object)
    person_asked = Signal(str)
    refused = Signal(int)
    campaign_asked = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__(say("jobs.title"))
        self._desk = desk
        self._look = JobLook()
        self._keys: Sequence[int] = ()
        self._shown: JobLine | None = None
        self._waits = Waits()
        self._rows: dict[int, SmsLine] = {}
        self._cost_of: tuple[int, Prices | None] | None = None
        self._all = self._expiring = 0
        self._live = Live(desk, "jobs page", frozenset({Topic.JOBS}), self._load, self._load_some)
        self._tick = QTimer(self, interval=_TICK_MS)
        self._tick.timeout.connect(self._paint_asked)
        self._typed = QTimer(self, interval=150, singleShot=True)
        self._typed.timeout.connect(self._look_on)
        kinds = [(kind, say(f"jobs.kind.{kind}")) for kind in _KINDS]
        self.kinds = Segments(say("jobs.kinds"), kinds, on_change=lambda _: self._look_on())
        self.words = text_input(
            say("jobs.search"), "", say("jobs.search"), on_change=lambda _: self._typed.start()
        )
        self.words.setClearButtonEnabled(True)
        self.words.setMaximumWidth(220)
        self.views = SavedViews(desk, lambda: self._look, self._take_look)
        self.asking = label("", "second")
        self.table: Table[JobLine] = Table(say("jobs.table"), self._columns(), own_sort=_SORTS, many=False)
        self.table.row_chosen.connect(lambda _: self._choose())
        self.table.sort_wanted.connect(self._sort)
        self.recipients = Recipients(desk.now)
        self.figures = Figures()
        self.export = Export(self, desk, lambda: self._keys, lambda: self._shown, self.recipients)
        self.set_actions(self.export.offer)
        self.offer(*self.export.actions())
        self._lay_out()
        self._join()
        self._paint({})

    def _lay_out(self) -> None:
        self._bar = hbox(self.kinds, self.words, self.views, None, self.asking)
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

    def _join(self) -> None:
        self.figures.narrowed.connect(self.recipients.narrow)
        self.export.exported.connect(self.exported)
        self.recipients.narrowed.connect(self._offer_export)
        self.recipients.person_asked.connect(self.person_asked)
        self.recipients.follow_asked.connect(self._ask_follow_up)
        self.recipients.contact_asked.connect(self._refuse)
        self.recipients.raw_asked.connect(self._show_raw)
        self.recipients.one_chosen.connect(self._ask_seen)
        self.recipients.notes.campaign_asked.connect(self._show_campaign)

    def _columns(self) -> "list[Column[JobLine]]":
        return [
            Column("job", "jobs.column.job", job_name, 160, stretch=3),
            Column("outcome", "jobs.column.outcome", bar_words, 170, kind="bar", shares=shares, priority=2),
            _figure("delivered", 84, lambda line: line.delivered),
            _figure("waiting", 84, on_the_way),
            _figure("failed", 74, lambda line: line.failed),
            Column("known", "jobs.column.known", known_at, 96, kind="time", priority=3),
            Column("account", "jobs.column.account", lambda line: line.account, 110, priority=4),
            Column(
                "accepted",
                "jobs.column.accepted",
                lambda line: accepted(line.accepted_at, self._desk.now()),
                150,
                kind="time",
                priority=1,
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
        self._typed.stop()
        self._tick.stop()
        self._desk.jobs.on_screen(())

    def asked(self, words: str) -> None:
        """Shows the job of an id."""
        self.show_job(words)

    def show_job(self, job_id: str) -> None:
        """Makes the job of an id the current one, once it is loaded."""
        self._take_look(JobLook())
        self._desk.tasks.start("jobs page", self._load_and_choose(job_id))

    async def _load_and_choose(self, job_id: str) -> None:
        await self._load()
        found = await self._desk.reports.keys(JobLook(words=job_id))
        if found:
            self.table.choose(found[0])

    def _look_on(self) -> None:
        """Shows what a person asks for now."""
        self._typed.stop()
        kind = cast("JobKind", self.kinds.key())
        self._look = replace(self._look, kind=kind, words=self.words.text().strip())
        self._live.ask()

    def _take_look(self, look: JobLook) -> None:
        """Shows a saved view."""
        self._look = look
        self.kinds.choose(look.kind)
        quiet = self.words.blockSignals(True)
        self.words.setText(look.words)
        self.words.blockSignals(quiet)
        section = next((at for at, key in enumerate(_SORTS) if _SORTS[key] == look.sort), None)
        self.table.show_sort(section, descending=look.descending)
        self._live.ask()

    def _sort(self, key: str, descending: bool) -> None:  # noqa: FBT001 (told by a signal)
        sort = _SORTS.get(key, "accepted_at")
        self._look = replace(self._look, sort=sort, descending=descending if key else True)
        self._live.ask()

    async def _load(self) -> None:
        desk = self._desk
        await self.views.load()
        counts = await desk.jobs.counts()
        self._expiring = await desk.jobs.expiring()
        self._keys = await desk.reports.keys(self._look)
        self._all = counts.get("all", 0)
        rows: Paged[JobLine] = Paged(self._keys, blank_line, self._want)
        await self._fetch(rows, rows.missing(self._sight(rows)))
        self.table.set_rows(rows)
        if self._keys and self.table.current_row() is None:
            self.table.choose_at(0)
        self._paint(counts)
        await self._load_job()

    def _sight(self, rows: "Paged[JobLine]") -> range:
        """The rows on the screen, some where nothing was shown before."""
        sight = self.table.in_sight() or range(_SOME)
        return range(min(sight.start, len(rows)), min(sight.stop, len(rows)))

    async def _fetch(self, rows: "Paged[JobLine]", keys: Sequence[int]) -> list[int]:
        """Fetches jobs; the places of those that are other ones now."""
        return rows.take((line.key, line) for line in await self._desk.reports.lines(keys)) if keys else []

    def _paged(self) -> "Paged[JobLine]":
        rows = self.table.rows.given
        return rows if isinstance(rows, Paged) else Paged((), blank_line, self._want)

    def _want(self, _at: int) -> None:
        """A row came into sight that is not there yet."""
        if not self._desk.tasks.runs("jobs in sight"):
            self._desk.tasks.start("jobs in sight", self._load_sight())

    async def _load_sight(self) -> None:
        rows, last = self._paged(), list[int]()
        while (keys := rows.missing(self._sight(rows))) and keys != last:
            last = keys
            self.table.rows.tell(await self._fetch(rows, keys))
            self.table.viewport().update()

    async def _load_some(self, jobs: frozenset[int], sms: frozenset[int]) -> None:
        """Some jobs are known anew, and these of their SMS."""
        rows = self._paged()
        self.table.rows.tell(await self._fetch(rows, rows.known(jobs)))
        self._paint(await self._desk.jobs.counts())
        if self._shown is not None and self._shown.key in jobs:
            await self._load_job(sms)

    async def _load_job(self, sms: frozenset[int] = frozenset()) -> None:
        """Loads the chosen job: all its recipients, or those that changed where it is shown already."""
        line = self.table.current_row()
        if line is None or not self._paged().known([line.key]):
            return
        same = self._shown is not None and self._shown.key == line.key
        if same and line == self._shown and not sms:
            self._desk.tasks.start("job cost", self._load_cost(line))
            return
        if same and 0 < len(sms) <= _FEW:
            mine = [one for one in sms if one in self._rows]
            self._rows |= {row.id: row for row in await self._desk.reports.sms(mine)}
        else:
            self._rows = {row.id: row for row in await self._desk.jobs.recipients(line.key)}
        rows = tuple(self._rows.values())
        if not same and rows:
            self._waits = await self._desk.reports.waits(rows[0], len(rows))
        found, forecast = await self._desk.reports.figures(rows)
        self._shown = line
        self.recipients.show_job(line, rows, self._waits, [one for one, _ in forecast.outliers])
        self.figures.show_delivery(found, forecast)
        self._ask_seen()
        if not same:
            self.recipients.notes.show_chain(await self._desk.following.chain_of_job(line.key))
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
            self._desk.tasks.start("job recipients", self._load_chosen())

    async def _load_chosen(self) -> None:
        line = self.table.current_row()
        rows = self._paged()
        if line is not None and not rows.known([line.key]):
            self.table.rows.tell(await self._fetch(rows, [line.key]))
        await self._load_job()

    # -- the chosen recipient, and the chain of campaigns -----------------------------------------

    def _ask_seen(self) -> None:
        line = self.recipients.one()
        if line is None:
            self.figures.seen.show_sms(None)
        elif self._live.in_sight:
            self._desk.tasks.start("job states", self._load_seen(line))

    async def _load_seen(self, line: "SmsLine") -> None:
        states = await self._desk.reports.states(line.id)
        now = self.recipients.one()
        if now is not None and now.id == line.id:
            self.figures.seen.show_sms(now, states)

    def _show_campaign(self, campaign: str) -> None:
        """Shows the first job of another campaign; without jobs it is a draft, or waits in the outbox."""

        async def shown() -> None:
            jobs = await self._desk.reports.of_campaign(campaign)
            if jobs and jobs[-1].job_id:
                self.show_job(jobs[-1].job_id)
            else:
                self.campaign_asked.emit(campaign)

        self._desk.tasks.start("job of chain", shown())

    # -- following up ----------------------------------------------------------------------------

    def _ask_follow_up(self, rows: list[int]) -> None:
        if self._shown is not None:
            self._desk.tasks.start("follow up", self._follow_up(self._shown, rows))

    async def _follow_up(self, line: "JobLine", rows: list[int]) -> None:
        found = await self._desk.following.look(line.key, rows)
        name = say("follow.named", name=found.name or say("jobs.other"))
        dialog = FollowUp(self, found, name, lambda include, named: self._draft(found, include, named))
        dialog.open()

    def _draft(self, found: "Followable", include: frozenset[Reach], name: str) -> None:
        async def made() -> None:
            self.drafted.emit(await self._desk.following.draft(found, include, name))

        self._desk.tasks.start("follow up", made())

    def _refuse(self, numbers: list[str]) -> None:
        async def refused() -> None:
            await self._desk.do_not_contact.add(numbers, say("job.contact.reason", job=self._name()))
            self.refused.emit(len(numbers))

        self._desk.tasks.start("do not contact", refused())

    def _show_raw(self) -> None:
        if self._shown is not None:
            show_raw(self, self._desk, self._shown)

    def _name(self) -> str:
        return job_name(self._shown) if self._shown is not None else ""

    # -- painting --------------------------------------------------------------------------------

    def _paint(self, counts: dict[str, int]) -> None:
        summary = say("jobs.summary", self._all, open=number(counts.get("open", 0)))
        expiring = say("jobs.expiring", self._expiring) if self._expiring else ""
        self.header.set_subtitle(" · ".join(filter(None, (summary, expiring))) if self._all else "")
        for kind in _COUNTED:
            words = say(f"jobs.kind.{kind}")
            count = counts.get(kind, 0)
            counted_words = say("jobs.kind.counted", kind=words, count=number(count))
            self.kinds.set_words(kind, counted_words if count else words)
        some = len(self._keys) > 0
        self._parts.setVisible(some)
        for part in (self.kinds, self.words, self.views):
            part.setVisible(self._all > 0)
        special = "jobs.none.words" if self._look.words else f"jobs.none.{self._look.kind}"
        self._none_words.setText(say(special if has(special) else "jobs.none"))
        self.none.setVisible(self._all > 0 and not some)
        self.empty.setVisible(self._all == 0)
        self._offer_export()
        self._paint_asked()

    def _offer_export(self) -> None:
        self.export.enable(jobs=len(self._keys) > 0, any_job=self._all > 0)

    def _paint_asked(self) -> None:
        """Says how old the figures in sight are, and tells the desk which jobs are painted."""
        rows = self._paged()
        sight = [rows[at] for at in self._sight(rows)]
        self.asking.setText(_asked_words(sight, self._desk.now()) if sight else "")
        if self._live.in_sight:
            shown = [self._shown.key] if self._shown is not None else []
            self._desk.jobs.on_screen([*(line.key for line in sight if not line.final), *shown])


def _figure(key: str, width: int, value: "Callable[[JobLine], int]") -> "Column[JobLine]":
    """A column of figures; zeros are pale."""
    role = "waiting" if key == "waiting" else key
    return Column(
        key,
        f"jobs.column.{key}",
        lambda line: number(value(line)),
        width,
        kind="number",
        role=lambda line: role if value(line) else "third",
    )


def _asked_words(lines: "Sequence[JobLine]", now: datetime) -> str:
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
