"""The recipients of the chosen job with plain reasons, narrowed as one likes, and what is done with them.

``narrowed``: a person wants others to be shown. ``person_asked``: all messages of a number. ``follow_asked``:
the ids of the SMS to follow up, none for the whole job. ``contact_asked``: numbers nobody may write to again.
``export_asked``: the ids of the SMS to write to a file. ``raw_asked``: what went over the wire.
``one_chosen``: another recipient is the only chosen one, or none is.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from operator import attrgetter
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QStackedWidget

from smsdesk.core.country_names import country_name
from smsdesk.core.delivery import FAILURES, countries
from smsdesk.core.folding import folded_text
from smsdesk.core.following import Reach, reach_of
from smsdesk.core.status import State, meaning
from smsdesk.desk.reports import Waits
from smsdesk.desk.telling import job_name, pill_word, why
from smsdesk.ui.delivery import code_words, outcome_words
from smsdesk.ui.facts import flowing
from smsdesk.ui.inputs import Choice, text_input
from smsdesk.ui.job_notes import JobNotes
from smsdesk.ui.layout import button, card, hbox, head, holding, icon_button, label, relabel, vbox
from smsdesk.ui.marks import MARKS
from smsdesk.ui.masking import shown_number
from smsdesk.ui.table import COMPARED, Column, Table
from smsdesk.words import language, number, say, short_time

if TYPE_CHECKING:
    from smsdesk.desk.watching import JobLine, SmsLine

_state = attrgetter("process_status", "status")
_OTHERS = {"flagged": "job.flagged.choice", "late": "job.late", "held": "job.held"}
_BETWEEN_DIGITS = re.compile(r"[\s+()/.\-]")
_AROUND = (12, 8, 12, 8)
_SHORT = 400
"""A card lower than this has no room for several notes."""
_OUTCOMES = ("delivered", "waiting", "sending", "failed", "cancelled", "unknown")


class Recipients(QFrame):
    """The card with the recipients."""

    narrowed = Signal()
    person_asked = Signal(str)
    follow_asked = Signal(list)
    contact_asked = Signal(list)
    export_asked = Signal(list)
    raw_asked = Signal()
    one_chosen = Signal()

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._now = now
        self._line: JobLine | None = None
        self._rows: tuple[SmsLine, ...] = ()
        self._states: Counter[State] = Counter()
        self._waits = Waits()
        self._late: frozenset[int] = frozenset()
        self._wanted = ""
        self._options: list[tuple[str, str]] = []
        self.shown: tuple[SmsLine, ...] = ()
        self.name = head("")
        self.job_id = label("", "second")
        self.copy = icon_button("copy", say("job.copy"), self._copy)
        self.outcome = Choice(say("job.outcome"), on_change=self._choose)
        self.outcome.setMinimumWidth(190)
        self.outcome.setSizeAdjustPolicy(self.outcome.SizeAdjustPolicy.AdjustToContents)
        search = say("job.search")
        self.words = text_input(search, "", search, on_change=lambda _: self._show())
        self.words.setClearButtonEnabled(True)
        self.words.setMaximumWidth(200)
        self.follow = button("", on_click=lambda: self.follow_asked.emit([]))
        self.raw = button(say("raw"), on_click=self.raw_asked.emit)
        self.table: Table[SmsLine] = Table(say("job.recipients"), self._columns())
        self.table.row_opened.connect(lambda row: self.person_asked.emit(row.dst))
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._follow_choice())
        self.table.rows.modelReset.connect(self._follow_choice)
        self.nobody = flowing("second")
        self.table.viewport().setLayout(vbox(self.nobody, None, margins=_AROUND))
        heading = holding(hbox(self.name, self.job_id, self.copy, gap=8), "")
        self.notes = JobNotes()
        self.notes.raw_asked.connect(self.raw_asked)
        self._bars = QStackedWidget()
        self._bars.addWidget(holding(hbox(self.outcome, self.words, None, gap=8, margins=_AROUND), ""))
        self._bars.addWidget(self._chosen_bar())
        self._bars.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        inside = card(
            heading,
            self.follow,
            self.raw,
            body=holding(vbox(self.notes, self._bars, self.table, gap=0), ""),
            flush=True,
        )
        self.setLayout(vbox(inside, gap=0))
        self.setMinimumWidth(380)
        self._follow_choice()

    def _chosen_bar(self) -> QFrame:
        self.chosen_words = label("", "strong")
        self.chosen_follow = button("", on_click=self._follow_chosen)
        self.chosen_contact = button(say("job.chosen.contact"), on_click=self._refuse_chosen)
        self.chosen_export = button(say("job.chosen.export"), on_click=self._export_chosen)
        self.chosen_copy = button(say("job.chosen.copy"), on_click=self.table.copy)
        none = icon_button("x", say("job.chosen.clear"), self.table.clearSelection)
        made = QFrame()
        made.setProperty("kind", "bar")
        acts = (self.chosen_follow, self.chosen_contact, self.chosen_export, self.chosen_copy)
        made.setLayout(hbox(none, self.chosen_words, None, *acts, margins=_AROUND))
        return made

    def _columns(self) -> "list[Column[SmsLine]]":
        return [
            Column(
                "number",
                "job.column.number",
                lambda line: shown_number(line.dst),
                150,
                sort=lambda line: line.dst,
            ),
            Column(
                "name",
                "job.column.name",
                lambda line: line.name,
                110,
                priority=2,
                stretch=1,
                sort=lambda line: line.name.casefold(),
            ),
            Column(
                "state",
                "job.column.state",
                pill_word,
                120,
                kind="pill",
                role=lambda line: line.outcome,
                mark=lambda line: "bang" if line.flagged else MARKS.get(line.outcome, ""),
                sort=lambda line: _OUTCOMES.index(line.outcome),
            ),
            Column(
                "sent",
                "job.column.sent",
                lambda line: self._time(line.sent_at),
                84,
                kind="time",
                priority=3,
                sort=lambda line: _instant(line.sent_at),
            ),
            Column(
                "final",
                "job.column.final",
                lambda line: self._time(line.finished_at),
                84,
                kind="time",
                priority=4,
                sort=lambda line: _instant(line.finished_at),
            ),
            Column("why", "job.column.why", self._why, 196, stretch=4, sort=why_key),
        ]

    def _time(self, at: datetime | None) -> str:
        return "" if at is None else short_time(at, None, self._now())

    def _why(self, line: "SmsLine") -> str:
        now = self._now()
        told = why(line, self._waits.of(line, self._line.asked_at if self._line else None, now), now)
        return f"{say('job.flagged.mark')} {told}" if line.flagged else told

    def show_job(
        self, line: "JobLine", rows: "Sequence[SmsLine]", waits: Waits, late: Collection[int] = ()
    ) -> None:
        """Shows a job's recipients; the chosen ones and the place stay while it is the same job.

        ``late``: the ids of those that left at another time than the forecast said.
        """
        changed = self._line is None or self._line.key != line.key
        self._waits, self._late = waits, frozenset(late)
        self._line, self._rows = line, tuple(rows)
        self._states = Counter(map(_state, self._rows))
        self.name.setText(job_name(line))
        self.job_id.setText(line.job_id or "")
        self.copy.setVisible(bool(line.job_id))
        missed = sum(count for state, count in self._states.items() if _is_missed(state))
        relabel(self.follow, _follow_words(missed))
        self.follow.setEnabled(bool(self._rows))
        if changed:
            self._wanted = ""
            self.words.clear()
        flagged = sum(row.flagged for row in self._rows)
        self.notes.show_told(line.key, line.asked_differs, flagged)
        self._offer("" if changed else self.outcome.key())
        self._show()
        if changed:
            self.table.scrollToTop()

    def narrow(self, key: str) -> None:
        """Shows only the recipients of a figure, all of them: "code:timeout", "region:AT", "outcome:failed".

        Several outcomes are joined by a plus.
        """
        self._wanted = key
        self.words.clear()
        self._offer(key)
        self._show()
        self.table.setFocus()

    def _choose(self, key: str) -> None:
        self._wanted = key
        self._show()

    def is_narrow(self) -> bool:
        """Whether some of the job's recipients are out of sight."""
        return bool(self.outcome.key() or self.words.text())

    def widen(self) -> None:
        """Shows all of them."""
        self.words.clear()
        self.outcome.choose("")
        self._choose("")

    def _offer(self, chosen: str) -> None:
        """Offers what there is; an open list stays open where only the figures in it are other ones."""
        options = self._choices()
        if [key for key, _ in options] == [key for key, _ in self._options]:
            for at, (_, words) in enumerate(options):
                self.outcome.setItemText(at, words)
            self.outcome.choose(chosen)
        else:
            self.outcome.offer(options, chosen)
        self._options = options

    def _choices(self) -> list[tuple[str, str]]:
        """What the recipients can be narrowed to: each outcome that there is, each reason, what is wanted."""
        outcomes: Counter[str] = Counter()
        codes: Counter[str] = Counter()
        for state, count in self._states.items():
            means = meaning(*state)
            outcomes[means.outcome.value] += count
            codes[means.code] += count
        counts = {f"outcome:{key}": outcomes[key] for key in _OUTCOMES if key in outcomes}
        counts |= {f"code:{key}": codes[key] for key in FAILURES if key in codes}
        if flagged := sum(row.flagged for row in self._rows):
            counts["flagged"] = flagged
        if self._late:
            counts["late"] = len(self._late)
        if self._wanted and self._wanted not in counts:
            counts[self._wanted] = len(self._of(self._wanted))
        options = [
            (key, say("job.counted", outcome=_key_words(key), count=number(count)))
            for key, count in counts.items()
        ]
        return [("", say("job.outcome.all")), *options]

    def _of(self, key: str) -> "tuple[SmsLine, ...]":
        """The recipients of a figure."""
        kind, _, value = key.partition(":")
        rows = self._rows
        if kind == "outcome":
            wanted = value.split("+")
            return tuple(row for row in rows if row.outcome in wanted)
        if kind == "code":
            return tuple(row for row in rows if meaning(row.process_status, row.status).code == value)
        if kind == "flagged":
            return tuple(row for row in rows if row.flagged)
        if kind == "late":
            return tuple(row for row in rows if row.id in self._late)
        if kind == "held":
            sent = (row for row in rows if row.due_at is not None and row.sent_at is not None)
            return tuple(row for row in sent if row.id not in self._late)
        return _of_region(rows, value) if kind == "region" else rows

    def _show(self) -> None:
        rows = self._of(self.outcome.key())
        if words := self.words.text().strip():
            rows = tuple(row for row in rows if _has(row, words))
        self.shown = rows
        self.table.set_rows(rows, key=attrgetter("id"))
        missing = "job.nobody.words" if words else "job.nobody" if self._rows else "job.nobody.yet"
        self.nobody.setText("" if rows else say(missing))
        self.nobody.setVisible(not rows)
        self._follow_choice()
        self.narrowed.emit()

    def _follow_choice(self) -> None:
        """Says how many are chosen and what can be done with them, in place of what narrows the list."""
        count = self.chosen_count()
        self._bars.setCurrentIndex(1 if count else 0)
        if count:
            self.chosen_words.setText(say("job.chosen", count))
            missed = sum(map(_is_missed, map(_state, self.table.chosen_rows()))) if count <= COMPARED else 0
            relabel(self.chosen_follow, _follow_words(missed))
        self.one_chosen.emit()

    def chosen_count(self) -> int:
        """How many recipients are chosen."""
        return sum(map(len, self.table.chosen_ranges()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Folds the notes where there is little height."""
        super().resizeEvent(event)
        self.notes.set_short(short=self.height() < _SHORT)

    def one(self) -> "SmsLine | None":
        """The recipient that alone is chosen."""
        rows = self.table.chosen_rows() if self.chosen_count() == 1 else ()
        return next(iter(rows), None)

    def _follow_chosen(self) -> None:
        self.follow_asked.emit([row.id for row in self.table.chosen_rows()])

    def _refuse_chosen(self) -> None:
        self.contact_asked.emit(list(dict.fromkeys(row.dst for row in self.table.chosen_rows())))

    def _export_chosen(self) -> None:
        self.export_asked.emit([row.id for row in self.table.chosen_rows()])

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.job_id.text())


def _is_missed(state: State) -> bool:
    return reach_of(meaning(*state), since=False) is Reach.MISSED


def _follow_words(missed: int) -> str:
    return say("job.follow", count=number(missed)) if missed else say("job.follow.none")


def _key_words(key: str) -> str:
    """What stands for a figure in the list of what can be shown."""
    kind, _, value = key.partition(":")
    if kind == "outcome":
        return say("job.open") if "+" in value else outcome_words(value)
    if kind == "region":
        return country_name(value, language()) or value or say("job.region.unknown")
    return code_words(value) if kind == "code" else say(_OTHERS[key])


def _instant(at: datetime | None) -> float:
    return at.timestamp() if at else 0.0


def why_key(line: "SmsLine") -> str:
    """Reasons sort by what they are, not by their words."""
    return meaning(line.process_status, line.status).code


def _of_region(rows: "Sequence[SmsLine]", region: str) -> "tuple[SmsLine, ...]":
    of = countries([row.dst for row in rows])
    return tuple(row for row, one in zip(rows, of, strict=True) if one == region)


def _has(row: "SmsLine", words: str) -> bool:
    plain = folded_text(words)
    if any(plain in folded_text(cell) for cell in (row.name, row.reference, row.text, row.sms_id) if cell):
        return True
    digits = _BETWEEN_DIGITS.sub("", words).lstrip("0")
    return digits.isdigit() and digits in row.dst
