"""One job: its recipients with plain reasons, the line of deliveries, figures, and the export of a table."""

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QFrame, QWidget

from smsdesk.core.numbers import as_shown
from smsdesk.desk.files import save
from smsdesk.ui.charts import DeliveredLine
from smsdesk.ui.delivery import (
    as_csv,
    cost_facts,
    curve,
    failure_facts,
    job_name,
    pill_word,
    short_time,
    spans,
    speed_facts,
    why,
)
from smsdesk.ui.facts import Facts, flowing
from smsdesk.ui.inputs import Choice
from smsdesk.ui.layout import (
    card,
    hbox,
    head,
    holding,
    icon_button,
    label,
    scrolling,
    vbox,
)
from smsdesk.ui.table import Column, Table
from smsdesk.words import lasting, number, say

if TYPE_CHECKING:
    from smsdesk.core.prices import Cost
    from smsdesk.desk.watching import JobLine, SmsLine


class Recipients(QFrame):
    """The recipients of the chosen job. ``narrowed`` is called with an outcome, "" for all of them."""

    def __init__(self, now: Callable[[], datetime], narrowed: Callable[[str], object]) -> None:
        super().__init__()
        self._now = now
        self._line: JobLine | None = None
        self.name = head("")
        self.job_id = label("", "second")
        self.copy = icon_button("copy", say("job.copy"), self._copy)
        self.outcome = Choice(say("job.outcome"), on_change=narrowed)
        self.table: Table[SmsLine] = Table(say("job.recipients"), self._columns())
        heading = holding(hbox(self.name, self.job_id, self.copy, gap=8), "")
        self.setLayout(vbox(card(heading, self.outcome, body=self.table, flush=True), gap=0))
        self.setMinimumWidth(380)

    def _columns(self) -> "list[Column[SmsLine]]":
        return [
            Column("number", "job.column.number", lambda line: as_shown(line.dst), 160),
            Column("name", "job.column.name", lambda line: line.name, 120, priority=2),
            Column("state", "job.column.state", pill_word, 132, kind="pill", role=lambda line: line.outcome),
            Column(
                "sent",
                "job.column.sent",
                lambda line: short_time(line.sent_at, self._now()),
                78,
                kind="time",
                priority=3,
            ),
            Column(
                "final",
                "job.column.final",
                lambda line: short_time(line.finished_at, self._now()),
                78,
                kind="time",
                priority=4,
            ),
            Column("why", "job.column.why", why, 300, stretch=1),
        ]

    def show_job(self, line: "JobLine", rows: "Sequence[SmsLine]") -> None:
        """Shows a job's recipients; the chosen ones and the place stay while it is the same job."""
        changed = self._line is None or self._line.key != line.key
        self._line = line
        self.name.setText(job_name(line))
        self.job_id.setText(line.job_id or "")
        self.outcome.offer(_outcomes(line), self.outcome.key() if not changed else "")
        self.table.set_rows(rows, key=lambda row: row.id)
        if changed:
            self.table.scrollToTop()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.job_id.text())


def _outcomes(line: "JobLine") -> list[tuple[str, str]]:
    """What the recipients can be narrowed to: each outcome that there is."""
    figures = [
        ("delivered", line.delivered),
        ("waiting", line.waiting),
        ("sending", line.sending),
        ("failed", line.failed),
        ("cancelled", line.cancelled),
        ("unknown", line.unknown),
    ]
    named = [
        (key, say("job.counted", outcome=say(f"outcome.{key}"), count=number(count)))
        for key, count in figures
        if count
    ]
    return [("", say("job.outcome.all")), *named]


class Figures(QFrame):
    """How the delivery of the chosen job went."""

    def __init__(self) -> None:
        super().__init__()
        self.line = DeliveredLine()
        self.nothing = flowing()
        self.nothing.setText(say("job.chart.none"))
        self.speed = Facts(say("job.chart"), strong=True, aside=True)
        self.cost = Facts(say("job.cost"), strong=True, aside=True)
        self.failed = label("", "caption-head")
        self.reasons = Facts(say("jobs.column.failed"), strong=True, aside=True)
        heading = label(say("job.chart"), "caption-head")
        delivery = (heading, self.line, self.nothing, self.speed)
        parts = (*delivery, 4, self.failed, self.reasons, 4, self.cost, None)
        inside = vbox(*parts, gap=10, margins=16)
        made = QFrame()
        made.setProperty("kind", "card")
        made.setLayout(vbox(scrolling(holding(inside)), gap=0, margins=1))
        self.setLayout(vbox(made, gap=0))
        self.setMinimumWidth(250)

    def show_job(self, rows: "Sequence[SmsLine]", reasons: dict[str, int]) -> None:
        """Shows the figures of all of a job's SMS."""
        took = spans(rows)
        self.line.setVisible(bool(took))
        self.nothing.setVisible(not took)
        if took:
            words = say("job.chart.words", len(took), span=lasting(took[-1]))
            self.line.show_points(curve(took), len(rows), words, (say("job.chart.start"), lasting(took[-1])))
        self.speed.show_facts(speed_facts(rows))
        pairs = failure_facts(reasons)
        failed = sum(row.outcome == "failed" for row in rows)
        self.failed.setVisible(bool(pairs))
        self.failed.setText(say("job.failed", failed))
        self.reasons.show_facts(pairs)

    def show_cost(self, cost: "Cost | None") -> None:
        """Shows what a job cost; of one that was made elsewhere that is not known."""
        self.cost.show_facts(cost_facts(cost))


async def write_csv(path: Path, rows: "Sequence[SmsLine]") -> None:
    """Writes the rows as a table. Raises FileError (reason ``not_written``)."""
    await save(path, as_csv(rows))


def ask_path(parent: QWidget, name: str, then: Callable[[Path], object]) -> QFileDialog:
    """Asks where to write a table; opened, not executed."""
    dialog = QFileDialog(parent, say("jobs.export.title"), name, say("jobs.export.filter"))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix("csv")
    dialog.fileSelected.connect(lambda chosen: then(Path(chosen)))
    dialog.finished.connect(lambda _: dialog.deleteLater())
    dialog.open()
    return dialog
