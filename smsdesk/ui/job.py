"""Getting it out of the page Jobs: recipients or jobs as a table, a report for people who were not there."""

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QMenu

from smsdesk.core.progress import Progress
from smsdesk.desk.desk import Desk
from smsdesk.desk.exports import Sheet
from smsdesk.desk.report import Report
from smsdesk.desk.telling import job_name
from smsdesk.ui.exporting import ask_file, safe_name, write_file, write_table
from smsdesk.ui.job_people import Recipients
from smsdesk.ui.layout import action
from smsdesk.ui.page import Page
from smsdesk.ui.report import write
from smsdesk.words import say

if TYPE_CHECKING:
    from smsdesk.desk.watching import JobLine


class Export(QMenu):
    """What can be written: a menu that ``offer`` opens, each of it in the command palette too.

    ``keys`` are those of the jobs as they are listed, ``shown`` is the chosen one; ``exported`` tells in a
    sentence what is where.
    """

    exported = Signal(str)

    def __init__(
        self,
        page: Page,
        desk: Desk,
        keys: Callable[[], Sequence[int]],
        shown: "Callable[[], JobLine | None]",
        recipients: Recipients,
    ) -> None:
        super().__init__(page)
        self._page, self._desk = page, desk
        self._keys, self._shown, self._recipients = keys, shown, recipients
        self.offer = action(say("jobs.export"), self._open, "download", parent=page)
        self.offer.setStatusTip(say("jobs.export.tip"))
        self.of_recipients = action(say("jobs.export.recipients"), self._ask_recipients, parent=page)
        self.of_jobs = action(say("jobs.export.jobs"), self._ask_jobs, parent=page)
        self.report = action(
            say("jobs.export.report"), lambda: self._ask_report(self.write_report), parent=page
        )
        self.report_all = action(
            say("jobs.export.report.all"), lambda: self._ask_report(self.write_report_all), parent=page
        )
        self.addActions([self.of_recipients, self.of_jobs, self.report, self.report_all])

    def enable(self, *, jobs: bool, any_job: bool) -> None:
        """Offers what there is: ``jobs`` are listed, or at least there are some."""
        for act in (self.offer, self.of_jobs):
            act.setEnabled(jobs)
        line = self._shown()
        self.of_recipients.setEnabled(jobs and bool(self._recipients.shown))
        self.report.setEnabled(jobs and line is not None)
        self.report_all.setEnabled(jobs and line is not None and line.of > 1)
        self.offer.setVisible(any_job)

    def _open(self) -> None:
        header = self._page.header
        self.popup(header.mapToGlobal(QPoint(header.width() - self.sizeHint().width(), header.height())))

    def _ask_recipients(self) -> None:
        """Asks where to write the recipients as they are shown."""
        self.ask_sms(self._recipients.table.rows.keys())

    def ask_sms(self, ids: Sequence[int]) -> None:
        """Asks where to write these SMS of the chosen job."""
        line = self._shown()
        if line is not None:
            name = safe_name(job_name(line), say("jobs.title"))
            ask_file(self._page, say("jobs.export.title"), name, lambda path: self.write_sms(path, ids))

    def _ask_jobs(self) -> None:
        ask_file(self._page, say("jobs.export.jobs"), say("jobs.title"), self.write_jobs)

    def write_sms(self, path: Path, ids: Sequence[int]) -> None:
        """Writes these SMS as a table."""
        self._table(path, "recipients", ids, "jobs.exported")

    def write_jobs(self, path: Path) -> None:
        """Writes the jobs as they are listed."""
        self._table(path, "jobs", self._keys(), "jobs.exported.jobs")

    def _table(self, path: Path, sheet: Sheet, keys: Sequence[int], words: str) -> None:
        def done(count: int) -> None:
            self.exported.emit(say(words, count, name=path.name))

        write_table(self._page, self._desk, path, sheet, keys, done)

    def _ask_report(self, then: Callable[[Path], object]) -> None:
        line = self._shown()
        if line is not None:
            name = safe_name(say("report.name", name=job_name(line)), say("jobs.title"))
            ask_file(self._page, say("jobs.export.report"), name, then, ("pdf",))

    def write_report(self, path: Path) -> None:
        """Writes a report on the chosen job."""
        line = self._shown()
        if line is not None:
            self._write(path, self._desk.reporting.of_jobs([line.key], line.sms_count))

    def write_report_all(self, path: Path) -> None:
        """Writes a report on the whole campaign that the chosen job is of."""
        line = self._shown()
        if line is not None:
            self._write(path, self._desk.reporting.of_campaign_of(line.key))

    def _write(self, path: Path, made: Awaitable[Report]) -> None:
        async def act(_: Progress) -> None:
            await write(self._desk, path, await made)
            self.exported.emit(say("report.written", name=path.name))

        write_file(self._page, self._desk, path, act)
