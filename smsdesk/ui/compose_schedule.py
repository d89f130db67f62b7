"""The composer's schedule: when it starts, and the blackout periods in which nothing is sent."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QDateTime, QRectF, QSize, Qt, QTime
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QDateTimeEdit, QDialog, QWidget

from smsdesk.core.blackouts import Period, format_period, parse_period, union
from smsdesk.core.options import Options
from smsdesk.desk.campaigns import OpenCampaign
from smsdesk.desk.desk import Desk
from smsdesk.ui import theme
from smsdesk.ui.inputs import Segments, text_input
from smsdesk.ui.layout import BETWEEN, button, caption, card, form, grow, hbox, holding, label, vbox
from smsdesk.ui.table import Column, Table
from smsdesk.words import day_time, full_time, lasting, say

DAYS = 7
_FORMAT = "yyyy-MM-dd HH:mm"


def local(at: datetime) -> QDateTime:
    """An aware time as Qt's widgets take it, in the system's zone."""
    return QDateTime.fromSecsSinceEpoch(int(at.timestamp()))


def aware(at: QDateTime) -> datetime:
    """The inverse of :func:`local`, with the system's offset at that time."""
    return datetime.fromtimestamp(at.toSecsSinceEpoch(), UTC).astimezone()


class TimeLine(QWidget):
    """Seven days across: the job's blackout periods as bars, now and the start as lines."""

    def __init__(self) -> None:
        super().__init__()
        self._now = datetime.now(UTC)
        self._start: datetime | None = None
        self._periods: tuple[Period, ...] = ()
        self._own: tuple[Period, ...] = ()
        self.setMinimumHeight(136)

    def sizeHint(self) -> QSize:
        """Room for two rows of bars under the days."""
        return QSize(600, 136)

    def show_times(
        self, now: datetime, start: datetime | None, periods: tuple[Period, ...], own: tuple[Period, ...]
    ) -> None:
        """Shows the job's periods, and above all those of single recipients."""
        self._now, self._start = now, start
        self._periods, self._own = union(periods), union(own)
        words = [f"{full_time(p.start)} – {full_time(p.end)}" for p in self._periods]
        self.setAccessibleName(f"{say('schedule.line')}: {'; '.join(words) or say('schedule.none')}")
        self.update()

    @property
    def _first(self) -> datetime:
        earliest = min([self._now, *([self._start] if self._start else [])])
        return earliest.astimezone().replace(hour=0, minute=0, second=0, microsecond=0)

    def _x(self, at: datetime) -> float:
        return 8 + (at - self._first) / timedelta(days=DAYS) * (self.width() - 16)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paints days, bars, now and start."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_days(painter)
        for periods, top, role in ((self._periods, 34.0, "blackout-job"), (self._own, 78.0, "blackout-own")):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour(role))
            for period in periods:
                left, right = max(8.0, self._x(period.start)), min(self.width() - 8.0, self._x(period.end))
                if right > left:
                    painter.drawRoundedRect(QRectF(left, top, max(2.0, right - left), 34), 4, 4)
        self._mark(painter, self._now, say("schedule.now_mark"), "failed", Qt.PenStyle.SolidLine)
        if self._start is not None:
            self._mark(painter, self._start, say("schedule.start_mark"), "accent", Qt.PenStyle.DashLine)
        painter.end()

    def _paint_days(self, painter: QPainter) -> None:
        painter.setFont(theme.font(theme.CAPTION))
        for day in range(DAYS):
            begin = (self._first + timedelta(days=day)).astimezone()
            x = self._x(begin)
            painter.setPen(QPen(theme.colour("line"), 1))
            painter.drawLine(int(x), 22, int(x), self.height())
            painter.setPen(theme.colour("second"))
            painter.drawText(
                int(x) + 4, 14, day_time(begin.replace(hour=12), None, begin - timedelta(days=9))[:-7]
            )

    def _mark(self, painter: QPainter, at: datetime, words: str, role: str, style: Qt.PenStyle) -> None:
        x = self._x(at)
        if not 0 <= x <= self.width():
            return
        painter.setPen(QPen(theme.colour(role), 1.5, style))
        painter.drawLine(int(x), 20, int(x), self.height())
        painter.setFont(theme.font(11))
        painter.drawText(int(x) + 4, self.height() - 4 if role == "failed" else 30, words)


class PeriodDialog(QDialog):
    """Start and end of one blackout period; the reason is said where they don't fit."""

    def __init__(self, parent: QWidget, period: Period, taken: Callable[[Period], None]) -> None:
        super().__init__(parent)
        self.setWindowTitle(say("schedule.period"))
        self._taken = taken
        self.begin, self.end = _time_box(say("schedule.from")), _time_box(say("schedule.to"))
        self.begin.setDateTime(local(period.start))
        self.end.setDateTime(local(period.end))
        self.wrong = label("", "caption", "failed", wrap=True)
        zone = caption(say("schedule.zone", zone=f"{datetime.now().astimezone():%Z (UTC%z)}"))
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


def _time_box(name: str) -> QDateTimeEdit:
    box = QDateTimeEdit()
    box.setAccessibleName(name)
    box.setDisplayFormat(_FORMAT)
    box.setCalendarPopup(True)
    return box


class Schedule(QWidget):
    """Start and blackout periods of an open campaign."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._opened: OpenCampaign | None = None
        kinds = [("now", say("schedule.now")), ("planned", say("schedule.planned"))]
        self.kind = Segments(say("schedule.start"), kinds, "now", self._choose_kind)
        self.at = _time_box(say("schedule.at"))
        self.at.dateTimeChanged.connect(self._plan)
        self.exact = label("", "second")
        start = card(
            body=hbox(label(say("schedule.start"), "strong"), self.kind, self.at, self.exact, None, gap=12)
        )
        self.line = TimeLine()
        self.table: Table[Period] = Table(say("schedule.table"), self._columns())
        self.table.row_opened.connect(self._edit)
        self.wrong = label("", "caption", "failed", wrap=True)
        self.pasted = text_input(say("schedule.paste"), "", say("schedule.paste.hint"))
        self.pasted.returnPressed.connect(self._paste)
        self.add = button(say("schedule.add"), "plus", self._add)
        self.remove = button(say("schedule.remove"), on_click=self._remove)
        self.copy = button(say("schedule.copy"), on_click=self._copy)
        foot = holding(vbox(self.pasted, self.wrong, gap=4, margins=(12, 8, 12, 8)), "")
        body = vbox(self.table, foot, gap=0)
        body.setStretch(0, 1)
        lower = card(say("schedule.blackouts"), self.copy, self.remove, self.add, body=body, flush=True)
        column = vbox(start, card(say("schedule.line"), body=self.line), lower, gap=BETWEEN)
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
        own = [p for m in opened.campaign.messages for ps in m.recipients.blackouts.values() for p in ps]
        self.line.show_times(now, options.start_at, options.blackouts, tuple(own))
        self.table.set_rows(options.blackouts)
        for part in (self.kind, self.at, self.add, self.remove, self.pasted):
            part.setEnabled(not opened.sent)

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
        if self.kind.key() == "planned":
            self._set(start_at=aware(at))

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
        from PySide6.QtGui import QGuiApplication

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


def _start_words(options: Options, now: datetime) -> str:
    if options.start_at is None:
        return say("schedule.at_once")
    words = full_time(options.start_at.astimezone())
    if options.start_at <= now:
        return f"{words}, {say('schedule.passed')}"
    return f"{words}, {say('schedule.in', span=lasting(options.start_at - now))}"
