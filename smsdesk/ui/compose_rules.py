"""A rule that makes blackout periods, in a dialog: what it says stands in words below it as it is made."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from PySide6.QtCore import QDate, QTime, Signal
from PySide6.QtGui import QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QDateEdit, QDialog, QPushButton, QTimeEdit, QWidget

from smsdesk.core.blackouts import Period
from smsdesk.core.effective import Asked, expanded
from smsdesk.core.holidays import countries, subdivision_names
from smsdesk.core.rules import EVERY_DAY, WEEKEND, Answer, Rule, RuleKind
from smsdesk.ui.compose_moment import Readings
from smsdesk.ui.compose_periods import zones
from smsdesk.ui.facts import flowing
from smsdesk.ui.inputs import Choice, Segments, Tick, paint_chevron
from smsdesk.ui.layout import add_row, button, form, hbox, hline, holding, label, vbox
from smsdesk.ui.schedule_words import (
    country_name,
    date_words,
    place_words,
    rule_words,
    span_words,
    zone_words,
)
from smsdesk.words import say

_WIDTH, _LABELS, _CLOCK = 620, 120, 84
_LOOKED = timedelta(days=31)
"""How far ahead periods are counted, and times that are to be asked about are sought."""
_TOLD, _ZONES = 2, 20
"""So many periods are told, and so many zones looked at; the checks look at all."""
_OWN = "own"
"""The key of each recipient's own zone or country."""


@dataclass(frozen=True, slots=True)
class Setting:
    """Where a rule is made: the sender's zone, those of most recipients, its country and its start."""

    zone: ZoneInfo
    country: str
    start: datetime
    zones: tuple[tuple[str, ...], ...] = ()

    def zones_of(self, rule: Rule) -> tuple[str, ...]:
        """The zones in which a rule's times are worth a look."""
        if rule.zone:
            return (rule.zone,)
        return tuple(dict.fromkeys(one for some in self.zones for one in some))[:_ZONES] or (self.zone.key,)


class Weekdays(QWidget):
    """Seven buttons; ``changed`` tells the days (Monday is 0)."""

    changed = Signal(tuple)

    def __init__(self, days: Sequence[int]) -> None:
        super().__init__()
        self.setAccessibleName(say("rule.weekdays"))
        self.buttons = [self._made(at, chosen=at in days) for at in EVERY_DAY]
        self.setLayout(hbox(*self.buttons, None, gap=4))

    def _made(self, at: int, *, chosen: bool) -> QPushButton:
        made = QPushButton(say(f"weekday.{at}"))
        made.setProperty("kind", "choice")
        made.setCheckable(True)
        made.setChecked(chosen)
        made.setAutoDefault(False)
        made.setAccessibleName(say(f"weekdays.{at}"))
        made.toggled.connect(lambda _: self.changed.emit(self.days()))
        return made

    def days(self) -> tuple[int, ...]:
        """The chosen days."""
        return tuple(at for at, made in enumerate(self.buttons) if made.isChecked())


class ClockInput(QTimeEdit):
    """A time of day to the minute."""

    def __init__(self, name: str, at: time) -> None:
        super().__init__(QTime(at.hour, at.minute))
        self.setAccessibleName(name)
        self.setDisplayFormat("HH:mm")
        self.setFixedWidth(_CLOCK)
        # Without buttons beside it the style leaves the words at the frame.
        self.lineEdit().setTextMargins(8, 0, 0, 0)

    def value(self) -> time:
        """The time of day."""
        return time(self.time().hour(), self.time().minute())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scrolls the page, not the time."""
        event.ignore()


class _DateInput(QDateEdit):
    def __init__(self, name: str, at: date) -> None:
        super().__init__(QDate(at.year, at.month, at.day))
        self.setAccessibleName(name)
        self.setDisplayFormat("yyyy-MM-dd")
        self.setCalendarPopup(True)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scrolls the page, not the day."""
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints the chevron over the frame."""
        super().paintEvent(event)
        paint_chevron(self)


class DayInput(QWidget):
    """A day that may be left open."""

    changed = Signal()

    def __init__(self, words: str, at: date | None, proposed: date) -> None:
        super().__init__()
        self.tick = Tick(words, ticked=at is not None, on_change=self._toggle)
        self.box = _DateInput(words, at or proposed)
        self.box.setEnabled(at is not None)
        self.box.dateChanged.connect(lambda _: self.changed.emit())
        self.setLayout(hbox(self.tick, self.box, gap=4))

    def _toggle(self, on: bool) -> None:  # noqa: FBT001 (the signal hands it in)
        self.box.setEnabled(on)
        self.changed.emit()

    def value(self) -> date | None:
        """The day, None where it is left open."""
        day = self.box.date()
        return date(day.year(), day.month(), day.day()) if self.tick.isChecked() else None


class RuleDialog(QDialog):
    """Makes or changes a rule; ``taken`` gets it."""

    def __init__(
        self, parent: QWidget, rule: Rule | None, setting: Setting, taken: Callable[[Rule], object]
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(say("rule.title.new" if rule is None else "rule.title"))
        self._setting, self._taken = setting, taken
        known = rule or Rule(RuleKind.HOURS, zone=setting.zone.key)
        self._answer = known.answer
        kinds = [(kind.value, say(f"rule.kind.{kind.value}")) for kind in RuleKind]
        self.kind = Segments(say("rule.kind"), kinds, known.kind.value, lambda _: self._turn())
        self.start = ClockInput(say("schedule.from"), known.start)
        self.end = ClockInput(say("schedule.to"), known.end)
        whole_days = known.kind is RuleKind.DAYS
        self.on = Weekdays(known.weekdays if not whole_days else EVERY_DAY)
        self.days = Weekdays(known.weekdays if whole_days else WEEKEND)
        self.country = Choice(say("rule.country"), _countries(), "", lambda _: self._offer_parts())
        self.part = Choice(say("rule.part"), [], "", lambda _: self._say())
        self._known = known
        self.zone = Choice(
            say("rule.zone"), _zones(setting, known.zone), known.zone or _OWN, lambda _: self._say()
        )
        today = setting.start.astimezone(setting.zone).date()
        self.first = DayInput(say("rule.from_day"), known.first, today)
        self.last = DayInput(say("rule.to_day"), known.last, today + timedelta(days=7))
        self.meaning = flowing("strong")
        self.more = flowing("second")
        self.wrong = label("", "caption", "failed", wrap=True)
        self.readings = Readings()
        self.readings.chosen.connect(self._answered)
        self.save = button(say("dialog.save"), on_click=self._save, primary=True)
        self.save.setDefault(True)
        if known.kind is RuleKind.HOLIDAYS:
            self._choose_place(known)
        self._join()
        self._turn()
        self.setMinimumWidth(_WIDTH)
        self.finished.connect(lambda _: self.deleteLater())

    def _join(self) -> None:
        for box in (self.start, self.end):
            box.timeChanged.connect(lambda _: self._say())
        for days in (self.on, self.days):
            days.changed.connect(lambda _: self._say())
        for day in (self.first, self.last):
            day.changed.connect(self._say)
        clock = hbox(self.start, label(say("rule.until"), "second"), self.end, None)
        hours = form((say("rule.clock"), clock), (say("rule.begins_on"), self.on), label_width=_LABELS)
        whole = form((say("rule.weekdays"), self.days), label_width=_LABELS)
        where = form((say("rule.country"), self.country), (say("rule.part"), self.part), label_width=_LABELS)
        self.rooms = {
            kind: holding(of, "")
            for kind, of in ((RuleKind.HOURS, hours), (RuleKind.DAYS, whole), (RuleKind.HOLIDAYS, where))
        }
        rest = form((say("rule.zone"), self.zone), label_width=_LABELS)
        add_row(rest, 1, say("rule.span"), hbox(self.first, self.last, None))
        first = form((say("rule.kind"), self.kind), label_width=_LABELS)
        acts = hbox(None, button(say("dialog.cancel"), on_click=self.reject), self.save)
        says = holding(vbox(self.meaning, self.more, None, gap=4), "")
        says.setMinimumHeight(58)
        parts = (self.readings, self.wrong)
        self.setLayout(
            vbox(first, *self.rooms.values(), rest, hline(), says, *parts, acts, gap=10, margins=20)
        )

    def _choose_place(self, rule: Rule) -> None:
        self.country.choose(rule.country or _OWN)
        self._offer_parts(rule.subdivision)

    # -- what is being made ----------------------------------------------------------------------

    def rule(self) -> Rule:
        """The rule as it stands in the dialog."""
        kind = RuleKind(self.kind.key())
        zone = "" if self.zone.key() == _OWN else self.zone.key()
        made = Rule(kind, zone=zone, first=self.first.value(), last=self.last.value(), answer=self._answer)
        match kind:
            case RuleKind.HOURS:
                start, end = self.start.value(), self.end.value()
                return replace(made, weekdays=self.on.days(), start=start, end=end)
            case RuleKind.DAYS:
                return replace(made, weekdays=self.days.days())
            case RuleKind.HOLIDAYS:
                country = "" if self.country.key() == _OWN else self.country.key()
                return replace(made, country=country, subdivision=self.part.key() if country else "")

    def _turn(self) -> None:
        kind = RuleKind(self.kind.key())
        for of, room in self.rooms.items():
            room.setVisible(of is kind)
        if kind is RuleKind.HOLIDAYS and self.country.count() == 1:
            self._offer_countries()
        self._say()
        self.adjustSize()

    def _offer_countries(self) -> None:
        """All countries by name: only when they are asked for, for the calendar library takes a moment."""
        known = self._known.country if self._known.kind is RuleKind.HOLIDAYS else self._setting.country
        offered = {*countries(), known} - {""}
        named = sorted(((c, country_name(c)) for c in offered), key=lambda pair: pair[1].casefold())
        self.country.offer([*_countries(), *named], known or _OWN)
        self._offer_parts(self._known.subdivision)

    def _offer_parts(self, chosen: str = "") -> None:
        country = "" if self.country.key() == _OWN else self.country.key()
        parts = subdivision_names(country) if country else {}
        whole = [("", say("rule.part.whole", country=country_name(country)))] if country else []
        named = [(part, _part_name(country, part)) for part in parts]
        if chosen and chosen not in parts:
            named.append((chosen, chosen))
        self.part.offer([*whole, *named], chosen)
        self.part.setEnabled(bool(parts))
        self._say()

    def _say(self) -> None:
        rule = self.rule()
        wrong = _wrong(rule)
        self.wrong.setText(say(wrong) if wrong else "")
        self.wrong.setVisible(bool(wrong))
        asked: tuple[Asked, ...] = ()
        if wrong:
            self.meaning.setText("")
            self.more.setText("")
        else:
            asked = self._show_meaning(rule)
        self._ask(asked, rule)
        self.save.setEnabled(not wrong and (not asked or self._answer is not None))

    def _show_meaning(self, rule: Rule) -> tuple[Asked, ...]:
        places = self._setting.zones_of(rule)
        span = Period(self._setting.start, self._setting.start + _LOOKED)
        country = self._setting.country
        found = {place: expanded(replace(rule, answer=None), place, span, country) for place in places}
        periods = expanded(rule, places[0], span, country)[0]
        self.meaning.setText(say("rule.means", rule=rule_words(rule), zone=zone_words(rule)))
        first = "; ".join(span_words(period, ZoneInfo(places[0])) for period in periods[:_TOLD])
        self.more.setText(say("rule.makes", len(periods), first=first) if periods else say("rule.makes_none"))
        return tuple(one for _, asked in found.values() for one in asked)

    def _ask(self, asked: Sequence[Asked], rule: Rule) -> None:
        """Asks about the first time that the clocks show twice or never."""
        if not asked:
            self.readings.drop()
            return
        one = asked[0]
        code = "rule.asked.twice" if one.twice else "rule.asked.missing"
        words = say(code, clock=f"{one.clock:%H:%M}", day=date_words(one.day), zone=one.zone)
        held = {Answer.EARLIER: one.readings[0], Answer.LATER: one.readings[1]}
        chosen = held[rule.answer] if rule.answer is not None else None
        self.readings.ask(words, one.readings, ZoneInfo(one.zone), chosen)

    def _answered(self, at: datetime) -> None:
        made = self.readings.choices
        self._answer = Answer.EARLIER if made[0].isChecked() else Answer.LATER
        self._say()
        del at

    def _save(self) -> None:
        self._taken(self.rule())
        self.accept()


def _wrong(rule: Rule) -> str:
    """What keeps a rule from making any period; "" for nothing."""
    if not rule.weekdays:
        return "rule.wrong.days"
    if rule.kind is RuleKind.HOURS and rule.start == rule.end:
        return "rule.wrong.hours"
    return "rule.wrong.span" if rule.first and rule.last and rule.last < rule.first else ""


def _zones(setting: Setting, also: str) -> list[tuple[str, str]]:
    """The sender's, each recipient's own, then all by name; ``also`` is among them, whatever it is."""
    own = setting.zone.key
    named = [(key, words) for key, words in zones() if key and key != own]
    if also and also not in (own, *(key for key, _ in named)):
        named.insert(0, (also, also))
    return [(own, say("rule.zone.sender", zone=own)), (_OWN, say("rule.zone.recipients")), *named]


def _countries() -> list[tuple[str, str]]:
    return [(_OWN, say("rule.country.own"))]


def _part_name(country: str, part: str) -> str:
    return place_words(Rule(RuleKind.HOLIDAYS, country=country, subdivision=part))
