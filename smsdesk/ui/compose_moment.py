"""A moment on the clock of a zone, to be written; asked for where the clock shows it twice or never."""

from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from PySide6.QtCore import QDate, QDateTime, Qt, QTime, QTimeZone, Signal
from PySide6.QtWidgets import QButtonGroup, QPushButton, QWidget

from smsdesk.ui.inputs import TimeInput
from smsdesk.ui.layout import hbox, label, vbox
from smsdesk.ui.timeline_scale import in_zone
from smsdesk.words import full_time, say


def wall_input(name: str) -> TimeInput:
    """An input for a time on a wall in any zone: the system's own summer time must not move it."""
    made = TimeInput(name)
    made.setTimeZone(QTimeZone(QTimeZone.Initialization.UTC))
    return made


def to_wall(at: datetime) -> QDateTime:
    """What the clock shows, whatever the zone, as the input takes it."""
    day, time = QDate(at.year, at.month, at.day), QTime(at.hour, at.minute)
    return QDateTime(day, time, QTimeZone(QTimeZone.Initialization.UTC))


def from_wall(at: QDateTime) -> datetime:
    """What the clock shows, without a zone."""
    day, time = at.date(), at.time()
    return datetime(day.year(), day.month(), day.day(), time.hour(), time.minute())  # noqa: DTZ001 (time on a wall)


def readings(wall: datetime, zone: ZoneInfo) -> tuple[datetime, ...]:
    """The instants that a time on the wall may be: one, or an earlier and a later one."""
    both = [wall.replace(tzinfo=zone, fold=fold) for fold in (0, 1)]
    if both[0].utcoffset() == both[1].utcoffset():
        return (in_zone(both[0], zone),)
    return tuple(sorted(in_zone(one.astimezone(UTC), zone) for one in both))


def shows(at: datetime, wall: datetime) -> bool:
    """Whether the clock really shows that time at the instant: not where it does not exist."""
    return at.replace(tzinfo=None) == wall


class Readings(QWidget):
    """Asks which of two instants is meant, while there are two; none is chosen beforehand.

    ``chosen`` tells which.
    """

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._question = label("", "caption", "waiting", wrap=True)
        self._group = QButtonGroup(self)
        self.choices = [self._made(), self._made()]
        self._instants: tuple[datetime, ...] = ()
        row = hbox(*self.choices, None)
        self.setLayout(vbox(self._question, row, gap=4))
        self.hide()

    def _made(self) -> QPushButton:
        made = QPushButton()
        made.setProperty("kind", "choice")
        made.setCheckable(True)
        made.setAutoDefault(False)
        made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        made.clicked.connect(lambda: self._choose(made))
        self._group.addButton(made)
        return made

    def ask(self, question: str, instants: Sequence[datetime], zone: ZoneInfo, now: datetime | None) -> None:
        """Asks for one of two instants; ``now`` is the one that holds, None before an answer."""
        self._question.setText(question)
        if tuple(instants) != self._instants or now is None:
            self._instants = tuple(instants)
            self._group.setExclusive(False)
            for made in self.choices:
                made.setChecked(False)
            self._group.setExclusive(True)
        for made, at in zip(self.choices, instants, strict=True):
            made.setText(full_time(at, zone))
            made.setAccessibleName(f"{question} {made.text()}")
            if at == now:
                made.setChecked(True)
        self.show()

    def drop(self) -> None:
        """Asks no more."""
        self._instants = ()
        self.hide()

    def value(self) -> datetime | None:
        """The instant that was chosen."""
        at = next((i for i, made in enumerate(self.choices) if made.isChecked()), None)
        return self._instants[at] if at is not None and self._instants else None

    def _choose(self, made: QPushButton) -> None:
        self.chosen.emit(self._instants[self.choices.index(made)])


def question_words(wall: datetime, zone: ZoneInfo, found: Sequence[datetime]) -> str:
    """Why there are two instants."""
    code = "moment.twice" if shows(found[0], wall) else "moment.missing"
    return say(code, clock=f"{wall:%H:%M}", zone=zone.key)


class MomentInput(QWidget):
    """Date and minute in a zone and its offset; asks where the clock shows that twice or never."""

    changed = Signal()

    def __init__(self, name: str, zone: ZoneInfo, at: datetime) -> None:
        super().__init__()
        self._zone, self._given = zone, at
        self.box = wall_input(name)
        self.box.setDateTime(to_wall(at.astimezone(zone)))
        self._offset = label("", "second")
        self.readings = Readings()
        self.readings.chosen.connect(lambda _: self.changed.emit())
        self.box.dateTimeChanged.connect(lambda _: self._changed())
        self.setFocusProxy(self.box)
        self.setLayout(vbox(hbox(self.box, self._offset, None), self.readings, gap=4))
        self._show(at)

    def value(self) -> datetime | None:
        """The instant, with the offset of the zone then; None while it is asked for.

        What was given comes back as it was, seconds and offset included, while nothing else is written.
        """
        if to_wall(self._given.astimezone(self._zone)) == self.box.dateTime():
            chosen = self.readings.value()
            return self._given if chosen is None or chosen == self._given else chosen
        found = readings(from_wall(self.box.dateTime()), self._zone)
        return found[0] if len(found) == 1 else self.readings.value()

    def _changed(self) -> None:
        given = to_wall(self._given.astimezone(self._zone)) == self.box.dateTime()
        self._show(self._given if given else None)
        self.changed.emit()

    def _show(self, at: datetime | None) -> None:
        wall = from_wall(self.box.dateTime())
        found = readings(wall, self._zone)
        if len(found) == 1:
            self.readings.drop()
            self._offset.setText(found[0].isoformat()[-6:])
        else:
            self.readings.ask(question_words(wall, self._zone, found), found, self._zone, at)
            self._offset.setText("")
