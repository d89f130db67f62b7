"""The recipients of the chosen job with plain reasons, narrowed as one likes, and what is done with them.

``narrowed``: a person wants others to be shown. ``person_asked``: all messages of a number. ``follow_asked``:
the ids of the SMS to follow up, none for the whole job. ``contact_asked``: numbers nobody may write to again.
``raw_asked``: what went over the wire. ``one_chosen``: another recipient is the only chosen one, or none is.
"""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from operator import attrgetter
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame

from smsdesk.core.country_names import country_name
from smsdesk.core.delivery import FAILURES, countries
from smsdesk.core.following import Reach, reach_of
from smsdesk.core.status import State, meaning
from smsdesk.desk.reports import Waits
from smsdesk.desk.telling import job_name, pill_word, why
from smsdesk.ui.delivery import code_words, short_time
from smsdesk.ui.inputs import Choice, text_input
from smsdesk.ui.job_notes import JobNotes
from smsdesk.ui.layout import button, card, hbox, head, holding, icon_button, label, relabel, vbox
from smsdesk.ui.marks import MARKS
from smsdesk.ui.masking import shown_number
from smsdesk.ui.table import Column, Table
from smsdesk.words import language, number, say

if TYPE_CHECKING:
    from smsdesk.desk.watching import JobLine, SmsLine

_state = attrgetter("process_status", "status")
_OUTCOMES = ("delivered", "waiting", "sending", "failed", "cancelled", "unknown")


class Recipients(QFrame):
    """The card with the recipients."""

    narrowed = Signal()
    person_asked = Signal(str)
    follow_asked = Signal(list)
    contact_asked = Signal(list)
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
        self._region = ""
        self.shown: tuple[SmsLine, ...] = ()
        self.name = head("")
        self.job_id = label("", "second")
        self.copy = icon_button("copy", say("job.copy"), self._copy)
        self.outcome = Choice(say("job.outcome"), on_change=lambda _: self._show())
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
        heading = holding(hbox(self.name, self.job_id, self.copy, gap=8), "")
        self.notes = JobNotes()
        self.notes.narrowed.connect(self.narrow)
        narrowing = holding(hbox(self.outcome, self.words, None, gap=8, margins=(12, 8, 12, 8)), "")
        self._chosen = self._chosen_bar()
        inside = card(
            heading,
            self.follow,
            self.raw,
            body=holding(vbox(self.notes, narrowing, self.table, self._chosen, gap=0), ""),
            flush=True,
        )
        self.setLayout(vbox(inside, gap=0))
        self.setMinimumWidth(380)
        self._follow_choice()

    def _chosen_bar(self) -> QFrame:
        self.chosen_words = label("", "strong")
        self.chosen_follow = button(say("job.chosen.follow"), on_click=self._follow_chosen)
        self.chosen_contact = button(say("job.chosen.contact"), on_click=self._refuse_chosen)
        self.chosen_copy = button(say("job.chosen.copy"), on_click=self._copy_chosen)
        made = QFrame()
        made.setProperty("kind", "bar")
        buttons = (self.chosen_follow, self.chosen_contact, self.chosen_copy)
        made.setLayout(hbox(self.chosen_words, None, *buttons, margins=(12, 8, 12, 8)))
        return made

    def _columns(self) -> "list[Column[SmsLine]]":
        return [
            Column(
                "number",
                "job.column.number",
                lambda line: shown_number(line.dst),
                160,
                sort=lambda line: line.dst,
            ),
            Column(
                "name",
                "job.column.name",
                lambda line: line.name,
                120,
                priority=2,
                sort=lambda line: line.name.casefold(),
            ),
            Column(
                "state",
                "job.column.state",
                pill_word,
                132,
                kind="pill",
                role=lambda line: line.outcome,
                mark=lambda line: "bang" if line.flagged else MARKS.get(line.outcome, ""),
                sort=lambda line: _OUTCOMES.index(line.outcome),
            ),
            Column(
                "sent",
                "job.column.sent",
                lambda line: short_time(line.sent_at, self._now()),
                84,
                kind="time",
                priority=3,
                sort=lambda line: _instant(line.sent_at),
            ),
            Column(
                "final",
                "job.column.final",
                lambda line: short_time(line.finished_at, self._now()),
                84,
                kind="time",
                priority=4,
                sort=lambda line: _instant(line.finished_at),
            ),
            Column("why", "job.column.why", self._why, 220, stretch=1, sort=why_key),
        ]

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
        relabel(self.follow, say("job.follow", count=number(missed)) if missed else say("job.follow.none"))
        if changed:
            self._region = ""
            self.words.clear()
        self.notes.show_told(line.asked_differs, sum(row.flagged for row in self._rows))
        self.outcome.offer(self._options(), "" if changed else self.outcome.key())
        self._show()
        if changed:
            self.table.scrollToTop()

    def narrow(self, key: str) -> None:
        """Shows only the recipients of a figure: "code:timeout", "region:AT", "outcome:failed"."""
        if self.outcome.findData(key) < 0:
            self._region = key if key.startswith("region:") else self._region
            self.outcome.offer(self._options(), key)
        self.outcome.choose(key)
        self._show()
        self.table.setFocus()

    def _options(self) -> list[tuple[str, str]]:
        """What the recipients can be narrowed to: each outcome that there is, each reason, a country."""
        outcomes: Counter[str] = Counter()
        codes: Counter[str] = Counter()
        for state, count in self._states.items():
            means = meaning(*state)
            outcomes[means.outcome.value] += count
            codes[means.code] += count
        named = [
            (f"outcome:{key}", say(f"outcome.{key}"), outcomes[key]) for key in _OUTCOMES if key in outcomes
        ]
        named += [(f"code:{key}", code_words(key), codes[key]) for key in FAILURES if key in codes]
        if flagged := sum(row.flagged for row in self._rows):
            named.append(("flagged", say("job.flagged.choice"), flagged))
        if self._late:
            named.append(("late", say("job.late"), len(self._late)))
        if self._region:
            country = self._region.removeprefix("region:")
            words = country_name(country, language()) or country or say("job.region.unknown")
            named.append((self._region, words, len(_of_region(self._rows, country))))
        options = [
            (key, say("job.counted", outcome=words, count=number(count))) for key, words, count in named
        ]
        return [("", say("job.outcome.all")), *options]

    def _show(self) -> None:
        kind, _, value = self.outcome.key().partition(":")
        rows = self._rows
        if kind == "outcome":
            rows = tuple(row for row in rows if row.outcome == value)
        elif kind == "code":
            rows = tuple(row for row in rows if meaning(row.process_status, row.status).code == value)
        elif kind == "flagged":
            rows = tuple(row for row in rows if row.flagged)
        elif kind == "late":
            rows = tuple(row for row in rows if row.id in self._late)
        elif kind == "region":
            rows = _of_region(rows, value)
        if words := self.words.text().strip():
            rows = tuple(row for row in rows if _has(row, words))
        self.shown = rows
        self.table.set_rows(rows, key=attrgetter("id"))
        self._follow_choice()
        self.narrowed.emit()

    def _follow_choice(self) -> None:
        """Says how many are chosen, and what can be done with them."""
        count = sum(len(part) for part in self.table.chosen_ranges())
        self._chosen.setVisible(count > 0)
        self.chosen_words.setText(say("job.chosen", count) if count else "")
        self.one_chosen.emit()

    def one(self) -> "SmsLine | None":
        """The recipient that alone is chosen."""
        rows = self.table.chosen_rows() if sum(map(len, self.table.chosen_ranges())) == 1 else ()
        return next(iter(rows), None)

    def _follow_chosen(self) -> None:
        self.follow_asked.emit([row.id for row in self.table.chosen_rows()])

    def _refuse_chosen(self) -> None:
        self.contact_asked.emit(list(dict.fromkeys(row.dst for row in self.table.chosen_rows())))

    def _copy_chosen(self) -> None:
        self.table.copy()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.job_id.text())


def _is_missed(state: State) -> bool:
    return reach_of(meaning(*state), since=False) is Reach.MISSED


def _instant(at: datetime | None) -> float:
    return at.timestamp() if at else 0.0


def why_key(line: "SmsLine") -> str:
    """Reasons sort by what they are, not by their words."""
    return meaning(line.process_status, line.status).code


def _of_region(rows: "Sequence[SmsLine]", region: str) -> "tuple[SmsLine, ...]":
    of = countries([row.dst for row in rows])
    return tuple(row for row, one in zip(rows, of, strict=True) if one == region)


def _has(row: "SmsLine", words: str) -> bool:
    plain = words.casefold()
    if any(plain in (cell or "").casefold() for cell in (row.name, row.reference, row.text, row.sms_id)):
        return True
    digits = "".join(sign for sign in words if sign.isdigit()).lstrip("0")
    return bool(digits) and digits in row.dst
