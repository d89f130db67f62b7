"""The composer's schedule: when it starts, and the blackout periods in which nothing is sent."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QDateTime, QTime
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QStackedWidget, QWidget

from smsdesk.core.blackouts import Period, format_period, parse_period, union
from smsdesk.core.options import Options
from smsdesk.core.recipients import Recipients
from smsdesk.desk.campaigns import OpenCampaign
from smsdesk.desk.desk import Desk
from smsdesk.ui.facts import flowing
from smsdesk.ui.inputs import Segments, TimeInput, text_input
from smsdesk.ui.labels import Dot
from smsdesk.ui.layout import (
    BETWEEN,
    button,
    caption,
    card,
    empty_page,
    form,
    grow,
    hbox,
    holding,
    label,
    vbox,
)
from smsdesk.ui.table import Column, Table
from smsdesk.ui.timeline import TimeLine
from smsdesk.words import full_time, lasting, say


def local(at: datetime) -> QDateTime:
    """An aware time as Qt's widgets take it, in the system's zone."""
    return QDateTime.fromSecsSinceEpoch(int(at.timestamp()))


def aware(at: QDateTime) -> datetime:
    """The inverse of :func:`local`, with the system's offset at that time."""
    return datetime.fromtimestamp(at.toSecsSinceEpoch(), UTC).astimezone()


class PeriodDialog(QDialog):
    """Start and end of one blackout period; the reason is said where they don't fit."""

    def __init__(self, parent: QWidget, period: Period, taken: Callable[[Period], None]) -> None:
        super().__init__(parent)
        self.setWindowTitle(say("schedule.period"))
        self._taken = taken
        self.begin, self.end = TimeInput(say("schedule.from")), TimeInput(say("schedule.to"))
        self.begin.setDateTime(local(period.start))
        self.end.setDateTime(local(period.end))
        self.wrong = label("", "caption", "failed", wrap=True)
        zone = caption(say("schedule.zone", zone=zone_words()))
        self.save = button(say("dialog.save"), on_click=self._save, primary=True)
        self.save.setDefault(True)
        rows = form((say("schedule.from"), self.begin), (say("schedule.to"), self.end))
        acts = hbox(None, button(say("dialog.cancel"), on_click=self.reject), self.save)
        self.setLayout(vbox(rows, zone, self.wrong, acts, gap=12, margins=20))
        self.finished.connect(lambda _: self.deleteLater())

    def _save(self) -> None:
        period = Period(aware(self.begin.dateTime()), aware(self.end.dateTime()))
        if period.end <= period.start:
            self.wrong.setText(say("schedule.end_first"))
            return
        self._taken(period)
        self.accept()


class Schedule(QWidget):
    """Start and blackout periods of an open campaign."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._opened: OpenCampaign | None = None
        kinds = [("now", say("schedule.now")), ("planned", say("schedule.planned"))]
        self.kind = Segments(say("schedule.start"), kinds, "now", self._choose_kind)
        self.at = TimeInput(say("schedule.at"))
        self.at.dateTimeChanged.connect(self._plan)
        self.exact = flowing("second")
        row = hbox(label(say("schedule.start"), "strong"), self.kind, self.at, self.exact, gap=12)
        start = card(body=grow(row, self.exact))
        self.line = TimeLine()
        self._lists: tuple[Recipients, ...] = ()
        self._own: tuple[Period, ...] = ()
        legend = hbox(
            label(say("schedule.line"), "head"),
            8,
            *(
                part
                for role in ("job", "own")
                for part in (Dot(f"blackout-{role}"), caption(say(f"schedule.{role}")), 8)
            ),
            None,
        )
        self.table: Table[Period] = Table(say("schedule.table"), self._columns())
        self.table.row_opened.connect(self._edit)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._enable())
        self.wrong = label("", "caption", "failed", wrap=True)
        self.pasted = text_input(say("schedule.paste"), "", say("schedule.paste.hint"))
        self.pasted.returnPressed.connect(self._paste)
        self.add = button(say("schedule.add"), "plus", self._add)
        self.remove = button(say("schedule.remove"), on_click=self._remove)
        self.copy = button(say("schedule.copy"), on_click=self._copy)
        foot = holding(vbox(self.pasted, self.wrong, gap=4, margins=(12, 8, 12, 8)), "")
        first = button(say("schedule.add"), "plus", self._add)
        self._empty = empty_page(say("schedule.empty"), first)
        self._room = QStackedWidget()
        for part in (self.table, self._empty):
            self._room.addWidget(part)
        body = vbox(self._room, foot, gap=0)
        body.setStretch(0, 1)
        lower = card(say("schedule.blackouts"), self.copy, self.remove, self.add, body=body, flush=True)
        column = vbox(start, card(holding(legend, ""), body=self.line), lower, gap=BETWEEN)
        self.setLayout(grow(column, lower))

    @staticmethod
    def _columns() -> list[Column[Period]]:
        return [
            Column(
                "from",
                "schedule.from",
                lambda p: full_time(p.start.astimezone()),
                210,
                kind="time",
                stretch=1,
            ),
            Column("to", "schedule.to", lambda p: full_time(p.end.astimezone()), 210, kind="time", stretch=1),
            Column("long", "schedule.long", lambda p: lasting(p.end - p.start), 110, kind="time", priority=1),
        ]

    def show_campaign(self, opened: OpenCampaign) -> None:
        """Shows the schedule as it is."""
        self._opened = opened
        options, now = opened.campaign.options, self._desk.now()
        self.kind.choose("now" if options.start_at is None else "planned")
        self.at.setVisible(options.start_at is not None)
        if options.start_at is not None and aware(self.at.dateTime()) != options.start_at:
            quiet = self.at.blockSignals(True)
            self.at.setDateTime(local(options.start_at))
            self.at.blockSignals(quiet)
        self.exact.setText(_start_words(options, now))
        self.line.show_times(now, options.start_at, options.blackouts, self._own_periods(opened))
        self.table.set_rows(options.blackouts)
        self._room.setCurrentWidget(self.table if options.blackouts else self._empty)
        self._empty.setEnabled(not opened.sent)
        for part in (self.kind, self.at):
            part.setEnabled(not opened.sent)
        for act in (self.add, self.remove, self.pasted):
            act.setVisible(not opened.sent)
        self.copy.setEnabled(bool(options.blackouts))
        self._enable()

    def _own_periods(self, opened: OpenCampaign) -> tuple[Period, ...]:
        """The recipients' own periods, gathered when the lists have changed."""
        lists = tuple(message.recipients for message in opened.campaign.messages)
        if [*map(id, lists)] != [*map(id, self._lists)]:
            self._lists = lists
            self._own = union({p for rows in lists for ps in rows.blackouts.values() for p in ps})
        return self._own

    def _enable(self) -> None:
        sent = self._opened is not None and self._opened.sent
        self.remove.setEnabled(not sent and self.table.selectionModel().hasSelection())

    def go_to(self, field: str) -> None:
        """Puts the cursor where a problem's cause is: the start, or the periods."""
        if field == "start":
            self.at.setFocus()
        elif self._periods:
            self.table.choose_at(0)
            self.table.setFocus()

    def _set(self, **changes: object) -> None:
        if self._opened is not None:
            self._opened.set_options(replace(self._opened.campaign.options, **changes))  # type: ignore[arg-type]  # names are ours

    def _choose_kind(self, key: str) -> None:
        start = None
        if key == "planned":
            tomorrow = QDateTime.currentDateTime().addDays(1)
            tomorrow.setTime(QTime(9, 0))
            start = aware(tomorrow)
        self._set(start_at=start)

    def _plan(self, at: QDateTime) -> None:
        if self.kind.key() == "planned" and self._opened is not None:
            options = replace(self._opened.campaign.options, start_at=aware(at))
            self._opened.set_options(options, "start_at")

    # -- blackout periods ------------------------------------------------------------------------

    @property
    def _periods(self) -> tuple[Period, ...]:
        return self._opened.campaign.options.blackouts if self._opened else ()

    def _add(self) -> None:
        tonight = QDateTime.currentDateTime()
        tonight.setTime(QTime(20, 0))
        begin = aware(tonight)
        night = Period(begin, begin + timedelta(hours=12))
        PeriodDialog(self, night, lambda period: self._set(blackouts=(*self._periods, period))).open()

    def _edit(self, period: Period) -> None:
        if self._opened is None or self._opened.sent:
            return

        def taken(new: Period) -> None:
            self._set(blackouts=tuple(new if old == period else old for old in self._periods))

        PeriodDialog(self, period, taken).open()

    def _remove(self) -> None:
        gone = self.table.chosen_rows()
        self._set(blackouts=tuple(period for period in self._periods if period not in gone))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText("\n".join(map(format_period, self._periods)))

    def _paste(self) -> None:
        texts = self.pasted.text().replace(",", " ").replace(";", " ").split()
        try:
            periods = tuple(map(parse_period, texts))
        except ValueError:
            self.wrong.setText(say("schedule.paste.wrong"))
            return
        self.wrong.setText("")
        self.pasted.clear()
        self._set(blackouts=(*self._periods, *periods))


def zone_words() -> str:
    """The system's zone, by name and offset: ``CET (+01:00)``."""
    now = datetime.now(UTC).astimezone()
    return f"{now:%Z} ({now.isoformat()[-6:]})"


def _start_words(options: Options, now: datetime) -> str:
    if options.start_at is None:
        return say("schedule.at_once")
    words = full_time(options.start_at.astimezone())
    if options.start_at <= now:
        return f"{words}, {say('schedule.passed')}"
    return f"{words}, {say('schedule.in', span=lasting(options.start_at - now))}"
