"""The chosen job: its recipients and figures are loaded here, in whole or as far as they changed.

What leads away from it: a follow-up, the do-not-contact list, the wire, another campaign of its chain.
"""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from smsdesk.core.following import Reach
from smsdesk.desk.desk import Desk
from smsdesk.desk.reports import Waits
from smsdesk.desk.telling import job_name
from smsdesk.ui.following import FollowUp
from smsdesk.ui.job_figures import Figures
from smsdesk.ui.job_people import Recipients
from smsdesk.ui.job_wire import show_raw
from smsdesk.words import say

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from smsdesk.core.explaining import Forecast
    from smsdesk.core.prices import Prices
    from smsdesk.desk.following import Followable
    from smsdesk.desk.watching import JobLine, SmsLine

_FEW = 300
"""Up to so many changed SMS are fetched alone, beyond them all of the job."""


class ShownJob(QObject):
    """The job on screen. ``in_sight`` says whether the page is.

    ``drafted``: a follow-up was made; ``refused``: so many numbers were put on the do-not-contact list;
    ``job_asked``: the job of an id; ``campaign_asked``: a campaign without jobs.
    """

    drafted = Signal(object)
    refused = Signal(int)
    job_asked = Signal(str)
    campaign_asked = Signal(str)

    def __init__(self, page: "QWidget", desk: Desk, in_sight: Callable[[], bool]) -> None:
        super().__init__(page)
        self._page, self._desk, self._in_sight = page, desk, in_sight
        self.line: JobLine | None = None
        self._coming: JobLine | None = None
        self._load_number = 0
        self._waits = Waits()
        self._rows: dict[int, SmsLine] = {}
        self._cost_of: tuple[int, Prices | None] | None = None
        self.recipients = Recipients(desk.now)
        self.figures = Figures()
        people = self.recipients
        people.follow_asked.connect(self._ask_follow_up)
        people.contact_asked.connect(self._refuse)
        people.raw_asked.connect(self._show_raw)
        people.one_chosen.connect(self._ask_seen)
        people.notes.campaign_asked.connect(self._show_campaign)

    async def load(self, line: "JobLine", sms: frozenset[int] = frozenset()) -> None:
        """Shows a job: all its recipients, or those of ``sms`` that changed where it is shown already.

        A load that another one has overtaken meanwhile paints nothing.
        """
        if sms or line not in (self.line, self._coming):
            self._load_number, self._coming = self._load_number + 1, line
            try:
                await self._load(line, sms, self._load_number)
            finally:
                self._coming = None
        if self._is_shown(line):
            self._desk.tasks.start("job aside", self._load_aside(line))

    async def _load(self, line: "JobLine", sms: frozenset[int], number: int) -> None:
        desk, same = self._desk, self._is_shown(line)
        rows, waits, chain = self._rows, self._waits, None
        if same and 0 < len(sms) <= _FEW:
            fetched = await desk.reports.sms([one for one in sms if one in rows])
            rows |= {row.id: row for row in fetched}
        else:
            rows = {row.id: row for row in await desk.jobs.recipients(line.key)}
        lines = tuple(rows.values())
        if not same:
            waits = await desk.reports.waits(lines[0], len(lines)) if lines else Waits()
            chain = await desk.following.chain_of_job(line.key)
        held = await desk.reports.forecast(lines)
        if number != self._load_number:
            return
        self.line, self._rows, self._waits = line, rows, waits
        if not same:
            self.recipients.notes.show_chain(chain)
        self.recipients.show_job(line, lines, waits, [one for one, _ in held.outliers])
        self._ask_seen()
        # People are there before what they come to: at the first job that takes a library to be read.
        desk.tasks.start("job figures", self._load_figures(lines, held, number))

    async def _load_figures(self, lines: "Sequence[SmsLine]", held: "Forecast", number: int) -> None:
        found = await self._desk.reports.delivery(lines)
        if number == self._load_number:
            self.figures.show_delivery(found, held)

    async def _load_aside(self, line: "JobLine") -> None:
        """What follows the job by now, and what it costs: that stays the same while the price list does."""
        chain = await self._desk.following.chain_of_job(line.key)
        wanted = line.key, await self._desk.prices.load()
        if not self._is_shown(line):
            return
        self.recipients.notes.show_chain(chain)
        if wanted == self._cost_of:
            return
        if self._cost_of is None or self._cost_of[0] != line.key:
            self.figures.show_cost(None)
        cost = await self._desk.jobs.cost(line, wanted[1])
        if self._is_shown(line):
            self._cost_of = wanted
            self.figures.show_cost(cost)

    def _is_shown(self, line: "JobLine") -> bool:
        return self.line is not None and self.line.key == line.key

    # -- the chosen recipient, and the chain of campaigns -----------------------------------------

    def _ask_seen(self) -> None:
        line = self.recipients.one()
        if line is None:
            self.figures.seen.show_sms(None)
        elif self._in_sight():
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
                self.job_asked.emit(jobs[-1].job_id)
            else:
                self.campaign_asked.emit(campaign)

        self._desk.tasks.start("job of chain", shown())

    # -- what leads away -------------------------------------------------------------------------

    def _ask_follow_up(self, rows: list[int]) -> None:
        if self.line is not None:
            self._desk.tasks.start("follow up", self._follow_up(self.line, rows))

    async def _follow_up(self, line: "JobLine", rows: list[int]) -> None:
        found = await self._desk.following.look(line.key, rows)
        name = say("follow.named", name=found.name or say("jobs.other"))
        dialog = FollowUp(self._page, found, name, lambda include, named: self._draft(found, include, named))
        dialog.open()

    def _draft(self, found: "Followable", include: frozenset[Reach], name: str) -> None:
        async def made() -> None:
            self.drafted.emit(await self._desk.following.draft(found, include, name))

        self._desk.tasks.start("follow up", made())

    def _refuse(self, numbers: list[str]) -> None:
        name = job_name(self.line) if self.line is not None else ""

        async def refused() -> None:
            await self._desk.do_not_contact.add(numbers, say("job.contact.reason", job=name))
            self.refused.emit(len(numbers))

        self._desk.tasks.start("do not contact", refused())

    def _show_raw(self) -> None:
        if self.line is not None:
            show_raw(self._page, self._desk, self.line)
