"""Blackout periods in dialogs: one of a campaign, and the own ones of recipients."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from PySide6.QtCore import QDateTime
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QStackedWidget, QWidget

from smsdesk.core.blackouts import Period, format_period
from smsdesk.core.pasting import read_periods
from smsdesk.ui.compose_moment import MomentInput, from_wall, to_wall, wall_input
from smsdesk.ui.inputs import Choice, text_input
from smsdesk.ui.layout import button, caption, empty_page, form, hbox, hline, holding, label, vbox
from smsdesk.ui.table import Column, Table
from smsdesk.words import full_time, lasting, say

_SIZE, _LABELS = (680, 480), 150
_WIDTH, _NAME = 420, 80
_SYSTEM = ""


class OwnPeriods(QDialog):
    """The periods of one recipient, or those that several shall have; ``taken`` gets what is saved."""

    def __init__(
        self,
        parent: QWidget,
        whose: str,
        periods: Sequence[Period],
        now: datetime,
        taken: Callable[[tuple[Period, ...]], object] | None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(say("people.periods"))
        self._periods, self._now, self._taken = tuple(periods), now, taken
        self.table: Table[Period] = Table(say("people.periods"), self._columns())
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._enable())
        self.zone = Choice(say("people.zone"), zones(), _SYSTEM, lambda _: self._paint())
        self.begin, self.end = wall_input(say("schedule.from")), wall_input(say("schedule.to"))
        self.add = button(say("people.add_period"), "plus", self._add)
        self.remove = button(say("schedule.remove"), on_click=self._remove)
        self.copy = button(say("schedule.copy"), on_click=self._copy)
        self.pasted = text_input(say("schedule.paste"), "", say("schedule.paste.hint"))
        self.pasted.returnPressed.connect(self._paste)
        self.wrong = label("", "caption", "failed", wrap=True)
        self.save = button(say("dialog.save"), on_click=self._save, primary=True)
        self._room = QStackedWidget()
        self._empty = empty_page(say("people.periods.none"))
        for part in (self.table, self._empty):
            self._room.addWidget(part)
        self._join(whose)
        self._propose()
        self._paint()
        self.resize(*_SIZE)
        self.finished.connect(lambda _: self.deleteLater())

    def _join(self, whose: str) -> None:
        for part in (self.add, self.remove, self.copy, self.save):
            part.setAutoDefault(False)
        row = hbox(self.begin, label("–", "second"), self.end, self.add, None)
        rows = form(
            (say("people.zone"), self.zone),
            (say("people.new_period"), row),
            (say("schedule.paste"), self.pasted),
            label_width=_LABELS,
        )
        writing = holding(vbox(rows, gap=0), "")
        writing.setVisible(self._taken is not None)
        for part in (self.remove, self.save):
            part.setVisible(self._taken is not None)
        closing = say("dialog.cancel") if self._taken else say("dialog.close")
        acts = hbox(self.copy, self.remove, None, button(closing, on_click=self.reject), self.save)
        column = vbox(
            label(whose, "head"), self._room, hline(), writing, self.wrong, acts, gap=12, margins=20
        )
        column.setStretch(1, 1)
        self.setLayout(column)

    def _columns(self) -> list[Column[Period]]:
        def time(at: Callable[[Period], datetime]) -> Callable[[Period], str]:
            return lambda period: full_time(at(period), self._zone())

        return [
            Column("from", "schedule.from", time(lambda p: p.start), 200, kind="time", stretch=1),
            Column("to", "schedule.to", time(lambda p: p.end), 200, kind="time", stretch=1),
            Column("long", "schedule.long", lambda p: lasting(p.end - p.start), 90, kind="time", priority=1),
        ]

    def _zone(self) -> tzinfo | None:
        key = self.zone.key()
        return ZoneInfo(key) if key else None

    def _propose(self) -> None:
        """Tonight from eight to eight."""
        today = self._now.astimezone(self._zone()).date()
        self.begin.setDateTime(to_wall(datetime(today.year, today.month, today.day, 20)))  # noqa: DTZ001 (time on a wall)
        self.end.setDateTime(self.begin.dateTime().addSecs(12 * 3600))

    def _paint(self) -> None:
        self.table.set_rows(list(self._periods))
        self.table.viewport().update()
        self._room.setCurrentWidget(self.table if self._periods else self._empty)
        self.copy.setEnabled(bool(self._periods))
        self._enable()

    def _enable(self) -> None:
        self.remove.setEnabled(self.table.selectionModel().hasSelection())

    # -- acting ----------------------------------------------------------------------------------

    def _show(self, periods: Sequence[Period]) -> None:
        self._periods = tuple(dict.fromkeys(sorted(periods)))
        self.wrong.setText("")
        self._paint()

    def _add(self) -> None:
        zone = self._zone()
        period = Period(_aware(self.begin.dateTime(), zone), _aware(self.end.dateTime(), zone))
        if period.end <= period.start:
            self.wrong.setText(say("schedule.end_first"))
            return
        self._show([*self._periods, period])

    def _remove(self) -> None:
        gone = self.table.chosen_rows()
        self._show([period for period in self._periods if period not in gone])

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText("\n".join(map(format_period, self._periods)))

    def _paste(self) -> None:
        periods = read_periods(self.pasted.text())
        if periods is None:
            self.wrong.setText(say("schedule.paste.wrong"))
            return
        self.pasted.clear()
        self._show([*self._periods, *periods])

    def _save(self) -> None:
        if self._taken is not None:
            self._taken(self._periods)
        self.accept()


class PeriodDialog(QDialog):
    """Name, start and end of one period; ``taken`` gets the period and its name."""

    def __init__(
        self,
        parent: QWidget,
        zone: ZoneInfo,
        period: Period,
        taken: Callable[[Period, str], object],
        name: str = "",
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(say("schedule.period"))
        self._taken = taken
        self.name = text_input(say("schedule.name"), name, say("schedule.name.hint"))
        self.name.setMaxLength(_NAME)
        self.begin = MomentInput(say("schedule.from"), zone, period.start)
        self.end = MomentInput(say("schedule.to"), zone, period.end)
        self.long = caption()
        self.wrong = label("", "caption", "failed", wrap=True)
        self.save = button(say("dialog.save"), on_click=self._save, primary=True)
        self.save.setDefault(True)
        rows = form(
            (say("schedule.name"), self.name),
            (say("schedule.from"), self.begin),
            (say("schedule.to"), self.end),
            label_width=70,
        )
        acts = hbox(None, button(say("dialog.cancel"), on_click=self.reject), self.save)
        words = caption(say("schedule.zone", zone=zone.key))
        self.setLayout(vbox(rows, words, self.long, self.wrong, acts, gap=12, margins=20))
        self.setMinimumWidth(_WIDTH)
        for one in (self.begin, self.end):
            one.changed.connect(self._say)
        self.finished.connect(lambda _: self.deleteLater())
        self._say()
        self.begin.setFocus()

    def _say(self) -> None:
        start, end = self.begin.value(), self.end.value()
        known = start is not None and end is not None
        lasts = start is not None and end is not None and end > start
        self.long.setText(say("schedule.lasts", span=lasting(end - start)) if lasts and start and end else "")
        self.wrong.setText(say("schedule.end_first") if known and not lasts else "")
        self.wrong.setVisible(known and not lasts)
        self.save.setEnabled(lasts)

    def _save(self) -> None:
        start, end = self.begin.value(), self.end.value()
        if start is not None and end is not None and end > start:
            self._taken(Period(start, end), self.name.text().strip())
            self.accept()


def _aware(at: QDateTime, zone: tzinfo | None) -> datetime:
    """A time on a wall with the offset that the zone has then; None is the system's zone."""
    wall = from_wall(at)
    local = wall.astimezone() if zone is None else wall.replace(tzinfo=zone)
    offset = local.utcoffset() or timedelta()
    return local.replace(tzinfo=timezone(offset) if offset else UTC)


@cache
def _names() -> tuple[str, ...]:
    known = (name for name in available_timezones() if "/" in name)
    return tuple(
        sorted(name for name in known if not name.startswith(("Etc/", "SystemV/", "posix/", "right/")))
    )


def zones() -> list[tuple[str, str]]:
    """The zones to choose from: the system's, UTC, then all by name."""
    return [(_SYSTEM, say("people.zone.system")), ("UTC", "UTC"), *((name, name) for name in _names())]
