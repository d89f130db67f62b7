"""What goes out: the jobs that sending would make, when their SMS arrive, and what all of it costs."""

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtWidgets import QFrame, QWidget

from smsdesk.core.figures import Review
from smsdesk.core.outbox import Entry
from smsdesk.core.prices import Cost
from smsdesk.desk.campaigns import PlannedJob
from smsdesk.desk.desk import Desk
from smsdesk.ui.entries import ROLES
from smsdesk.ui.layout import card, head, label, link, vbox
from smsdesk.ui.table import HEAD, ROW, Column, Table
from smsdesk.words import day_time, money, number, say

_MOST_JOBS = 5


class CostFigure(QWidget):
    """What it costs by the price list; without one the way to it. ``ask`` is called for the list."""

    def __init__(self, ask: Callable[[], object]) -> None:
        super().__init__()
        self._figure, self._words = label("", "figure"), label("", "second")
        self.way = link(say("review.cost.set"), ask)
        self.setLayout(vbox(self._figure, self._words, self.way, gap=0))
        self.show_cost(None)

    def show_cost(self, cost: Cost | None) -> None:
        """Shows an amount, and how many parts are not in it."""
        self._figure.setText(money(cost.amount, cost.currency) if cost else "–")
        unpriced = cost.unpriced if cost else 0
        words = say("review.cost.unpriced", unpriced) if unpriced else say("review.cost")
        self._words.setText(words)
        self._words.setVisible(cost is not None)
        self.way.setVisible(cost is None or unpriced > 0)
        self.setAccessibleName(f"{self._figure.text()} {words}" if cost else say("review.cost.none"))

    def texts(self) -> tuple[str, str]:
        """The amount and the words below it."""
        return self._figure.text(), self._words.text()


class Goes(QFrame):
    """The card of the jobs; ``show`` is called with the one whose request is wanted.

    Of a sent campaign the jobs are those in the outbox: what would be planned now is not what was sent.
    """

    def __init__(self, desk: Desk, show: Callable[[PlannedJob | Entry], object]) -> None:
        super().__init__()
        self._desk = desk
        self._heading, self._totals = head(say("review.goes")), label("", "second")
        self.table: Table[PlannedJob] = Table(say("review.goes"), self._planned(), many=False)
        self.sent: Table[Entry] = Table(say("review.went"), _queued(), many=False)
        for table in (self.table, self.sent):
            table.link_clicked.connect(lambda going, _: show(going))
            table.row_opened.connect(show)
        tables = vbox(self.table, self.sent, gap=0)
        self.setLayout(vbox(card(self._heading, beside=self._totals, body=tables, flush=True), gap=0))
        self.setAccessibleName(say("review.goes"))
        self.clear()

    def _planned(self) -> list[Column[PlannedJob]]:
        return [
            Column("job", "review.column.job", _name, 80, stretch=1),
            Column("sms", "review.column.sms", lambda p: number(p.totals.sms), 70, kind="number"),
            Column("parts", "review.column.parts", lambda p: number(p.totals.parts), 70, kind="number"),
            Column("first", "review.column.first", lambda p: self._when(p.totals.first_at), 140, priority=2),
            Column("last", "review.column.last", lambda p: self._when(p.totals.last_at), 140, priority=1),
            Column("request", "", lambda _: say("review.show_request"), 80, kind="link"),
        ]

    def _when(self, at: datetime) -> str:
        return day_time(at, None, self._desk.now())

    def clear(self) -> None:
        """Shows nothing, for another campaign comes."""
        self.table.set_rows([])
        self.sent.set_rows([])
        self._totals.setText("")
        self._show(self.table, 0)

    def show_jobs(self, review: Review, jobs: Sequence[PlannedJob], texts: int) -> None:
        """Shows the jobs that sending would make, and how many different texts they have."""
        when = when_words(review, self._desk.now())
        self._totals.setText(f"{say('review.texts', texts)} {when}" if jobs else "")
        self._heading.setText(say("review.goes"))
        self.table.set_rows(list(jobs), key=lambda planned: planned.number)
        self._show(self.table, len(jobs))

    def show_entries(self, entries: Sequence[Entry]) -> None:
        """Shows the jobs that a sent campaign made."""
        self._totals.setText("")
        self._heading.setText(say("review.went"))
        self.sent.set_rows(sorted(entries, key=lambda entry: entry.number), key=lambda entry: entry.id)
        self._show(self.sent, len(entries))

    def _show(self, shown: Table[PlannedJob] | Table[Entry], jobs: int) -> None:
        shown.setFixedHeight(HEAD + min(max(jobs, 1), _MOST_JOBS) * ROW + 2)
        self.table.setVisible(shown is self.table)
        self.sent.setVisible(shown is self.sent)


def _queued() -> list[Column[Entry]]:
    return [
        Column("job", "review.column.job", _name, 80, stretch=1),
        Column("sms", "review.column.sms", lambda entry: number(entry.sms_count), 70, kind="number"),
        Column(
            "state",
            "outbox.column.state",
            lambda entry: say(f"entry.{entry.state.value}"),
            120,
            kind="pill",
            role=lambda entry: ROLES[entry.state],
        ),
        Column("request", "", lambda _: say("review.show_request"), 80, kind="link"),
    ]


def _name(going: PlannedJob | Entry) -> str:
    return say("review.job", n=number(going.number), of=number(going.of))


def when_words(review: Review, now: datetime) -> str:
    """First and last instant at which an SMS may leave, with the zone of the clock that is meant."""
    first, last = review.totals.first_at, review.totals.last_at
    zone = f"{first.astimezone():%Z}"
    if first == last:
        return say("review.when.once", at=day_time(first, None, now), zone=zone)
    return say("review.when", first=day_time(first, None, now), last=day_time(last, None, now), zone=zone)
