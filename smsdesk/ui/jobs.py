"""The page Jobs: every job that the service has accepted, live, and the chosen one with its recipients."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication, QWidget

from smsdesk.core.job_looks import JobKind, JobLook
from smsdesk.desk.changes import Topic
from smsdesk.desk.desk import Desk
from smsdesk.desk.reports import blank_line
from smsdesk.ui.inputs import Segments, text_input
from smsdesk.ui.job import Export
from smsdesk.ui.job_shown import ShownJob
from smsdesk.ui.jobs_columns import LEADS, SORTS, asked_words, columns
from smsdesk.ui.jobs_kept import Kept
from smsdesk.ui.jobs_parts import Parts
from smsdesk.ui.jobs_views import SavedViews, read_look
from smsdesk.ui.labels import Elided
from smsdesk.ui.layout import button, empty_page, grow, hbox, holding, label, link, relabel, vbox
from smsdesk.ui.live import Live
from smsdesk.ui.page import Page
from smsdesk.ui.paged import Paged
from smsdesk.ui.table import Table
from smsdesk.ui.widths import Arrangement
from smsdesk.words import has, number, say

if TYPE_CHECKING:
    from smsdesk.desk.watching import JobLine

_TICK_MS = 1000
_KINDS = ("all", "open", "failures", "mine")
_COUNTED = ("open", "failures")
_USUAL = JobLook()
_SOME = 40
_SEARCH_WIDTH, _SEARCH_SHARE = (96, 220), 50
_ASKED_WIDTH = 165


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
        self._all = self._expiring = 0
        self._wished, self._sought = True, ""
        self._from: QWidget | None = None
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
        self.words.setMinimumWidth(_SEARCH_WIDTH[0])
        self.words.setMaximumWidth(_SEARCH_WIDTH[1])
        self.views = SavedViews(desk, lambda: self._look, self._take_look)
        self.came = link("", self._show_new)
        self.asking = Elided("", _ASKED_WIDTH)
        self.asking.setProperty("kind", "second")
        self.table: Table[JobLine] = Table(say("jobs.table"), columns(desk.now), own_sort=SORTS, many=False)
        self.table.row_chosen.connect(lambda _: self._choose())
        self.table.sort_wanted.connect(self._sort)
        self.table.link_clicked.connect(self._lead)
        self.job = ShownJob(self, desk, lambda: self._live.in_sight)
        self.recipients, self.figures = self.job.recipients, self.job.figures
        self.export = Export(self, desk, lambda: self._keys, lambda: self.job.line, self.recipients)
        self.table.own_export = self.export.of_jobs
        self.parts = Parts(self.table, self.recipients, self.figures)
        self.set_actions(self.parts.aside, self.export.offer)
        self.offer(*self.export.actions())
        self._kept = Kept(desk)
        self._lay_out()
        self._join()
        self._paint({})

    def _lay_out(self) -> None:
        self._none_words = label("", "second")
        self._none_words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.none = holding(vbox(None, self._none_words, None), "")
        step = button(say("outbox.empty.step"), on_click=lambda: self.go_asked.emit("campaigns"))
        more = link(say("jobs.help"), lambda: self.help_asked.emit("jobs"))
        self.empty = empty_page(say("jobs.empty"), step, more, icon_name="align-left")
        self.came.hide()
        bar = hbox(self.kinds, self.words, self.views, None, self.came, self.asking)
        self.body.addLayout(grow(bar, self.words, _SEARCH_SHARE))
        for part in (self.parts, self.none, self.empty):
            self.body.addWidget(part, 1)

    def _join(self) -> None:
        for part in (self.figures, self.recipients.notes):
            part.narrowed.connect(self._narrow)
        self.export.exported.connect(self.exported)
        self.recipients.narrowed.connect(self._offer_export)
        self.recipients.export_asked.connect(self.export.ask_sms)
        self.recipients.person_asked.connect(self.person_asked)
        self.job.drafted.connect(self.drafted)
        self.job.refused.connect(self.refused)
        self.job.job_asked.connect(self.show_job)
        self.job.campaign_asked.connect(self.campaign_asked)
        self.parts.moved.connect(self._keep)
        for table in (self.table, self.recipients.table):
            table.arranged.connect(self._keep)

    # -- what is looked at -----------------------------------------------------------------------

    def shown(self) -> None:
        """Loads and follows the jobs."""
        self._wished = True
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
        self._sought = job_id
        self.views.leave()
        self._take_look(JobLook())

    def _ask(self) -> None:
        """Loads because a person wants to: jobs that came in stand where they belong."""
        self._wished = True
        self._keep()
        self._live.ask()

    def _show_new(self) -> None:
        """Shows the jobs that came in; the newest stand on top, where nothing else is asked for."""
        if (self._look.sort, self._look.descending) == (_USUAL.sort, _USUAL.descending):
            self.table.scrollToTop()
        self._ask()

    def _look_on(self) -> None:
        """Shows what a person asks for now."""
        self._typed.stop()
        kind = cast("JobKind", self.kinds.key())
        self._look = replace(self._look, kind=kind, words=self.words.text().strip())
        self._ask()

    def _take_look(self, look: JobLook) -> None:
        """Shows a saved view."""
        self._show_look(look)
        self._ask()

    def _show_look(self, look: JobLook) -> None:
        self._look = look
        self.kinds.choose(look.kind)
        quiet = self.words.blockSignals(True)
        self.words.setText(look.words)
        self.words.blockSignals(quiet)
        section = next((at for at, key in enumerate(SORTS) if SORTS[key] == look.sort), None)
        self.table.show_sort(section, descending=look.descending)

    def _sort(self, key: str, descending: bool) -> None:  # noqa: FBT001 (told by a signal)
        sort = SORTS.get(key, "accepted_at")
        self._look = replace(self._look, sort=sort, descending=descending if key else True)
        self._ask()

    # -- how the page was left -------------------------------------------------------------------

    def _keep(self) -> None:
        jobs, people = self.table.arrangement(), self.recipients.table.arrangement()
        self._kept.keep(
            look=asdict(replace(self._look, words="")),
            sizes=list(self.parts.sizes()),
            columns={"jobs": jobs.packed(), "people": people.packed()},
        )

    async def _begin(self) -> None:
        """The first time the page is as it was left; of what cannot be understood nothing.

        A view with which to begin goes before what was looked at then, a job that is sought before both.
        """
        left = await self._kept.first()
        if left:
            self._arrange(left)
        usual = await self.views.first()
        look = usual or (read_look(left.get("look")) if left else None)
        if self._sought:
            self.views.leave()
        elif look is not None and look.kind in _KINDS and look.sort in SORTS.values():
            self._show_look(look)

    def _arrange(self, left: dict[str, Any]) -> None:
        sizes, columns = left.get("sizes"), left.get("columns")
        if isinstance(sizes, list) and len(sizes) == 2:
            self.parts.take_sizes(*(one if isinstance(one, int) and one > 0 else None for one in sizes))
        if isinstance(columns, dict):
            self.table.arrange(Arrangement.unpacked(str(columns.get("jobs"))))
            self.recipients.table.arrange(Arrangement.unpacked(str(columns.get("people"))))

    # -- loading ---------------------------------------------------------------------------------

    async def _load(self) -> None:
        desk = self._desk
        await self._begin()
        counts = await desk.jobs.counts()
        self._expiring = await desk.jobs.expiring()
        wished, self._wished = self._wished, False
        keys = await desk.reports.keys(self._look)
        came = 0 if wished else self._held_back(keys)
        if not came:
            self._keys = keys
        self._all = counts.get("all", 0)
        rows: Paged[JobLine] = Paged(self._keys, blank_line, self._want)
        await self._fetch(rows, rows.missing(self._sight(rows)))
        self.table.set_rows(rows)
        if self._sought:
            words, self._sought = self._sought, ""
            found = await desk.reports.keys(JobLook(words=words))
            if found:
                self.table.choose(found[0])
        if self._keys and self.table.current_row() is None:
            self.table.choose_at(0)
        self._paint(counts)
        self._show_came(came)
        await self._load_job()

    def _held_back(self, keys: Sequence[int]) -> int:
        """How many jobs came in while a person reads the list: no row moves away under their eyes."""
        reads = self.table.underMouse() or self.table.verticalScrollBar().value() > 0
        if not reads or not self._keys or keys == self._keys:
            return 0
        return len(set(keys).difference(self._keys))

    def _show_came(self, count: int) -> None:
        """Says so in the place of the age: there is no more room."""
        relabel(self.came, say("jobs.came", count) if count else "")
        self.came.setVisible(count > 0)
        self.asking.setVisible(count == 0)

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
        if self.job.line is not None and self.job.line.key in jobs:
            await self._load_job(sms)

    async def _load_job(self, sms: frozenset[int] = frozenset()) -> None:
        """Loads the chosen job."""
        line = self.table.current_row()
        if line is not None and self._paged().known([line.key]):
            await self.job.load(line, sms)
            self._offer_export()

    def _choose(self) -> None:
        if self._live.in_sight and self.table.current_row() is not None:
            self._desk.tasks.start("job recipients", self._load_chosen())

    async def _load_chosen(self, narrowed: str = "") -> None:
        line = self.table.current_row()
        rows = self._paged()
        if line is not None and not rows.known([line.key]):
            self.table.rows.tell(await self._fetch(rows, [line.key]))
        await self._load_job()
        if narrowed:
            self._narrow(narrowed)

    # -- from figures to rows, and back ----------------------------------------------------------

    def _lead(self, _line: "JobLine", column: str) -> None:
        """A figure of a job was clicked: its rows, once the job is there."""
        self._desk.tasks.start("job recipients", self._load_chosen(LEADS[column]))

    def _narrow(self, key: str) -> None:
        self._from = QApplication.focusWidget()
        self.parts.close_drawer()
        self.recipients.narrow(key)

    def event(self, event: QEvent) -> bool:
        """Escape is this page's own while there is something to step back from."""
        if event.type() == QEvent.Type.ShortcutOverride and self._step_back(event) is not None:
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape lets go of the chosen recipients, closes the drawer, shows all recipients, all jobs."""
        step = self._step_back(event)
        if step is None:
            super().keyPressEvent(event)
        else:
            step()

    def _step_back(self, event: QEvent) -> Callable[[], object] | None:
        if not isinstance(event, QKeyEvent) or event.key() != Qt.Key.Key_Escape:
            return None
        people, in_sight = self.recipients, self.recipients.isVisible()
        steps: tuple[tuple[bool, Callable[[], object]], ...] = (
            (self.words.hasFocus() and bool(self.words.text()), self._all_jobs),
            (self.parts.isVisible() and self.parts.drawn, self.parts.close_drawer),
            (in_sight and people.chosen_count() > 0, people.table.clearSelection),
            (in_sight and people.is_narrow(), self._widen),
            (bool(self.words.text()), self._all_jobs),
        )
        return next((step for there, step in steps if there), None)

    def _widen(self) -> None:
        """All recipients, and the keys where they were."""
        self.recipients.widen()
        if self._from is not None and self._from.isVisible():
            self._from.setFocus()
        self._from = None

    def _all_jobs(self) -> None:
        self.words.clear()
        self._look_on()

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
        self.parts.setVisible(some)
        self.parts.show_count(len(self._keys))
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
        contacts = self._desk.accounts.contacts.items()
        silent = {name for name, contact in contacts if contact.error is not None}
        self.asking.setText(asked_words(sight, self._desk.now(), silent) if sight else "")
        if self._live.in_sight:
            shown = [self.job.line.key] if self.job.line is not None else []
            self._desk.jobs.on_screen([*shown, *(line.key for line in sight if not line.final)])
