"""The composer's schedule: when it starts, the periods in which nothing is sent, and when it will arrive."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from PySide6.QtCore import QPoint, QTimer
from PySide6.QtGui import QGuiApplication, QHideEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QMenu, QPushButton, QSizePolicy, QWidget

from smsdesk.core.blackouts import Period, format_period
from smsdesk.core.campaign import Campaign
from smsdesk.core.pasting import read_periods
from smsdesk.core.recipients import Blackened
from smsdesk.core.recognising import recognised
from smsdesk.core.rules import Rule
from smsdesk.desk.calendar import counted, own_zone, public_holidays
from smsdesk.desk.desk import Desk
from smsdesk.desk.open_campaign import OpenCampaign
from smsdesk.ui.compose_arrival import Arrival
from smsdesk.ui.compose_blackouts import Acts, BlackoutCard, Entry
from smsdesk.ui.compose_pasting import PasteDialog
from smsdesk.ui.compose_periods import OwnPeriods, PeriodDialog
from smsdesk.ui.compose_rules import RuleDialog, Setting
from smsdesk.ui.compose_start import StartCard
from smsdesk.ui.compose_times import Times
from smsdesk.ui.labels import Dot
from smsdesk.ui.layout import (
    BETWEEN,
    action,
    caption,
    card,
    grow,
    hbox,
    holding,
    icon_button,
    label,
    scrolling,
    vbox,
)
from smsdesk.ui.schedule_words import rule_words
from smsdesk.ui.timeline import TimeLine
from smsdesk.ui.timeline_bars import Key, Of, halves
from smsdesk.ui.timeline_scale import ZOOMS, in_zone
from smsdesk.words import language, say

_TICK_MS = 20_000
_NEW_HOUR, _NEW_LONG = 20, timedelta(hours=12)
_LONGEST_NAME = 80
_HOLIDAYS_BEHIND, _HOLIDAYS_AHEAD = timedelta(days=40), timedelta(days=400)


class Schedule(QWidget):
    """Start and blackout periods of an open campaign."""

    def __init__(self, desk: Desk, zone: str = "") -> None:
        super().__init__()
        self._desk = desk
        self._zone = ZoneInfo(zone or own_zone())
        self._opened: OpenCampaign | None = None
        self._times = Times(self._zone)
        self._holidays: Mapping[date, str] = {}
        self._holidays_of: tuple[object, ...] = ()
        self.start = StartCard(self._zone, desk.now)
        self.start.wanted.connect(self._plan)
        self.line = TimeLine(self._zone)
        self.arrival = Arrival(self._zone)
        self.days = label("", "body")
        acts = Acts(self.add_rule, self.add_period, self.paste, self._copy, self.remove, self._undo)
        self.periods = BlackoutCard(self._zone, acts)
        self._join()
        self._clock = QTimer(self, interval=_TICK_MS)
        self._clock.timeout.connect(self._tick)
        body = vbox(self._head(), self.line, self.arrival, gap=8)
        body.setStretch(1, 1)
        lined = card(body=body)
        column = vbox(self.start, lined, self.periods, gap=BETWEEN)
        column.setStretch(1, 3)
        column.setStretch(2, 2)
        column.setContentsMargins(0, 0, 2, 0)
        self.periods.setMinimumHeight(188)
        self.setLayout(vbox(scrolling(holding(column)), gap=0))
        self._order()

    def _order(self) -> None:
        """The focus goes as one reads."""
        start = (*self.start.kind.findChildren(QPushButton), self.start.text, self.start.pick)
        parts = (*start, *self.start.readings.choices, *self._moves, self.line, *self.periods.in_order)
        for one, after in pairwise(parts):
            QWidget.setTabOrder(one, after)

    def _head(self) -> QWidget:
        line = self.line
        legend = [
            part
            for role, words in (("blackout-job", "job"), ("blackout-own", "own"), ("second", "union"))
            for part in (Dot(role), _whole(say(f"schedule.{words}")), 4)
        ]
        self._hint = hint = caption(say("timeline.hint"))
        hint.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        back = icon_button("chevron-left", say("timeline.back"), lambda: line.turn(-line.scale.days / 2))
        on = icon_button("chevron-right", say("timeline.on"), lambda: line.turn(line.scale.days / 2))
        fewer = icon_button("plus", say("timeline.fewer_days"), lambda: line.zoom(-1))
        more = icon_button("minus", say("timeline.more_days"), lambda: line.zoom(1))
        self._zooms, self._moves = (fewer, more), (back, on, more, fewer)
        row = hbox(*legend, hint, back, on, 4, more, self.days, fewer, gap=6)
        return holding(grow(row, hint), "")

    def _join(self) -> None:
        line, table = self.line, self.periods.table
        line.drawn.connect(self._add)
        line.changed.connect(self._change)
        line.split.connect(self._split)
        line.removed.connect(lambda key: self.remove([key]))
        line.opened.connect(self.open_entry)
        line.chosen.connect(self.periods.choose)
        line.moved.connect(self._paint_line)
        line.menu_asked.connect(self._menu)
        line.pasted.connect(self.paste)
        line.planned.connect(lambda at: self._plan(at, ""))
        table.row_opened.connect(lambda entry: self.open_entry(entry.key))
        table.row_chosen.connect(self._choose_row)
        table.renamed.connect(self._rename)
        table.menu_asked.connect(lambda key, place: self._menu(key, None, place))

    def _choose_row(self, entry: Entry | None) -> None:
        """Chosen row and chosen bar are one."""
        if entry is not None:
            self.line.choose(self._times.bar_of(entry.key, self.line), tell=False)

    # -- showing ---------------------------------------------------------------------------------

    def show_campaign(self, opened: OpenCampaign) -> None:
        """Shows the schedule as it is."""
        campaign, now = opened.campaign, self._desk.now()
        if opened is not self._opened:
            self._opened = opened
            self.line.begin_at(now, campaign.options.start_at)
        if self._times.take(opened.campaign, opened.review, now):
            self._desk.tasks.start("schedule waits", self._count())
        changeable = self.line.changeable = not opened.sent
        self._hint.setText(say("timeline.hint") if changeable else "")
        self.start.show_start(campaign.options.start_at, changeable=changeable)
        self._paint_line()
        self.periods.show_entries(self._times.entries(), campaign, changeable=changeable)
        waits = None if opened.sent else self._times.waits
        self.arrival.show_waiting(campaign, waits, self._times.start_at, now)
        if self.isVisible():
            self._ask_holidays(campaign)

    def _paint_line(self) -> None:
        scale = self.line.scale
        self.days.setText(say("timeline.days", scale.days))
        for made, end in zip(self._zooms, (ZOOMS[0], ZOOMS[-1]), strict=True):
            made.setEnabled(scale.days != end)
        shown = self._times.shown(scale, self.line.hand.chosen, self._holidays)
        self.line.show_times(shown if self.line.changeable else replace(shown, hint=""))

    def _tick(self) -> None:
        """Time goes on: "now", and how long it is until the start."""
        if self._opened is not None:
            self._times.now = self._desk.now()
            self._paint_line()
            self.start.refresh()

    def showEvent(self, event: QShowEvent) -> None:
        """Time goes on while it is in sight."""
        super().showEvent(event)
        self._clock.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks."""
        super().hideEvent(event)
        self._clock.stop()

    async def _count(self) -> None:
        await counted(self._times.count)
        if self._opened is not None:
            self.show_campaign(self._opened)

    def _ask_holidays(self, campaign: Campaign) -> None:
        """Asks for the holidays where the recipients are, when the lists have changed."""
        of = (campaign.region, *(message.recipients.dst for message in campaign.messages))
        if len(of) != len(self._holidays_of) or any(
            a is not b for a, b in zip(of, self._holidays_of, strict=True)
        ):
            self._holidays_of = of
            self._desk.tasks.start("schedule holidays", self._load_holidays(campaign))

    async def _load_holidays(self, campaign: Campaign) -> None:
        today = self._desk.now().astimezone(self._zone).date()
        first, last = today - _HOLIDAYS_BEHIND, today + _HOLIDAYS_AHEAD
        self._holidays = await public_holidays(campaign, first, last, language())
        self._paint_line()

    def go_to(self, field: str) -> None:
        """Puts the cursor where a problem's cause is: the start, or the periods."""
        if field == "start":
            (self.start.text if self.start.text.isVisibleTo(self) else self.start.kind).setFocus()
        elif self.periods.table.rows.rowCount():
            asked = self._times.asked()
            if not asked or not self.periods.table.choose(Key(Of.RULE, asked[0])):
                self.periods.table.choose_at(0)
            self.periods.table.setFocus()
        else:
            self.line.setFocus()

    # -- start -----------------------------------------------------------------------------------

    def _plan(self, at: datetime | None, typing: str) -> None:
        if self._opened is not None:
            options = replace(self._opened.campaign.options, start_at=at)
            self._opened.set_options(options, typing)
            if at is not None:
                self.line.bring(at, at)

    # -- blackout periods ------------------------------------------------------------------------

    @property
    def _drawn(self) -> tuple[Period, ...]:
        return self._opened.campaign.options.blackouts if self._opened else ()

    @property
    def _rules(self) -> tuple[Rule, ...]:
        return self._opened.campaign.rules if self._opened else ()

    def _set(
        self,
        drawn: Sequence[Period] | None = None,
        rules: Sequence[Rule] | None = None,
        names: Mapping[Period, str] | None = None,
        typing: str = "",
    ) -> None:
        """Replaces periods, rules or both: one step to undo."""
        if self._opened is not None:
            kept = self._drawn if drawn is None else drawn
            self._opened.set_periods(kept, self._rules if rules is None else rules, names, typing)

    def _names(self) -> dict[Period, str]:
        return dict(self._opened.campaign.period_names) if self._opened else {}

    def _add(self, period: Period, name: str = "") -> None:
        names = {**self._names(), **({period: name} if name else {})}
        self._set((*self._drawn, period), names=names)
        self.line.choose(Key(Of.DRAWN, len(self._drawn) - 1))

    def _change(self, key: Key, period: Period, run: str, name: str | None = None) -> None:
        """Another span for a drawn period, which keeps its name; a run of key presses is one step to undo."""
        old, names = self._drawn[key.at], self._names()
        drawn = [period if at == key.at else one for at, one in enumerate(self._drawn)]
        said = names.get(old, "") if name is None else name
        if old not in drawn:
            names.pop(old, None)
        self._set(drawn, names={**names, period: said}, typing=f"period {key.at} {run}" if run else "")

    def _split(self, key: Key, at: datetime | None) -> None:
        parts = None if at is None else halves(self._drawn[key.at], at)
        if parts is None:
            return
        names, old = self._names(), self._drawn[key.at]
        drawn = [*self._drawn[: key.at], *parts, *self._drawn[key.at + 1 :]]
        said = names.pop(old, "")
        self._set(drawn, names={**names, parts[0]: said, parts[1]: said})
        self.line.choose(Key(Of.DRAWN, key.at + 1))

    def remove(self, keys: Iterable[Key]) -> None:
        """Takes drawn periods and rules away, and the own periods of a group."""
        gone = {(key.of, key.at) for key in keys}
        if self._opened is None or self._opened.sent or not gone:
            return
        drawn = [one for at, one in enumerate(self._drawn) if (Of.DRAWN, at) not in gone]
        rules = [one for at, one in enumerate(self._rules) if (Of.RULE, at) not in gone]
        groups = [at for of, at in gone if of is Of.OWN and at < len(self._times.groups)]
        self.line.choose(None)
        if len(drawn) + len(rules) < len(self._drawn) + len(self._rules):
            self._set(drawn, rules)
        for at in groups:
            self._set_own(at, ())
        self._say_done(say("schedule.removed", len(gone)))

    def _rename(self, key: Key, name: str) -> None:
        if self._opened is not None and key.of is Of.DRAWN:
            self._opened.name_period(self._drawn[key.at], name.strip()[:_LONGEST_NAME])

    def _say_done(self, words: str) -> None:
        if self._opened is not None:
            self.periods.say_done(words, self._opened.campaign)

    def _undo(self) -> None:
        if self._opened is not None:
            self._opened.undo()

    # -- dialogs ---------------------------------------------------------------------------------

    def add_rule(self) -> None:
        """Asks for a new rule."""
        RuleDialog(self, None, self._setting(), lambda rule: self._take_rule(len(self._rules), rule)).open()

    def _setting(self) -> Setting:
        region = self._opened.campaign.region if self._opened else ""
        return Setting(self._zone, region, self._times.start_at, self._times.zones)

    def _take_rule(self, at: int, rule: Rule) -> None:
        self._set(rules=(*self._rules[:at], rule, *self._rules[at + 1 :]))
        self.periods.choose(Key(Of.RULE, at))

    def add_period(self) -> None:
        """Asks for a new period, at the cursor of the time line where it was put, else tonight."""
        begin = self.line.hand.cursor
        if begin is None:
            today = self._desk.now().astimezone(self._zone)
            begin = in_zone(today.replace(hour=_NEW_HOUR, minute=0, second=0, microsecond=0), self._zone)
        PeriodDialog(
            self, self._zone, Period(begin, in_zone(begin + _NEW_LONG, self._zone)), self._add
        ).open()

    def open_entry(self, key: Key) -> None:
        """Opens a period, a rule or the own periods of a group to be changed."""
        if self._opened is None or self._opened.sent:
            return
        if key.of is Of.RULE:
            rule = self._rules[key.at]
            RuleDialog(self, rule, self._setting(), lambda new: self._take_rule(key.at, new)).open()
        elif key.of is Of.DRAWN:
            period = self._drawn[key.at]
            name = self._names().get(period, "")
            dialog = PeriodDialog(
                self, self._zone, period, lambda new, named: self._change(key, new, "", named), name
            )
            dialog.open()
        elif key.at < len(self._times.groups):
            group = self._times.groups[key.at]
            whose = say("schedule.own_of", group.people)
            OwnPeriods(
                self, whose, group.own, self._desk.now(), lambda own: self._set_own(key.at, own)
            ).open()

    def _set_own(self, at: int, own: tuple[Period, ...]) -> None:
        """Gives all recipients of a group other periods of their own."""
        if self._opened is None:
            return
        group = self._times.groups[at]
        rows = self._opened.campaign.messages[group.message].recipients.blackouts
        self._opened.patch(
            group.message, Blackened({row: own for row, old in rows.items() if old == group.own})
        )

    def _copy(self) -> None:
        """The drawn periods, then those that the rules make, as ISO 8601 intervals."""
        made = [period for some in self._times.rule_periods() for period in some]
        QGuiApplication.clipboard().setText("\n".join(map(format_period, (*self._drawn, *made))))

    def paste(self) -> None:
        """Takes intervals from the clipboard; where it has none, they are written in a dialog."""
        text = QGuiApplication.clipboard().text()
        PasteDialog(self, text if read_periods(text) else "", self._zone, self._take_pasted).open()

    def _take_pasted(self, periods: tuple[Period, ...]) -> None:
        """Takes intervals; those that a rule makes become that rule."""
        rules, rest = recognised(periods, self._zone.key)
        self._set((*self._drawn, *rest), (*self._rules, *rules))
        named = "; ".join(map(rule_words, rules))
        words = say("schedule.pasted", len(periods))
        self._say_done(f"{words} {say('schedule.recognised', len(rules), rules=named)}" if rules else words)

    # -- the menu --------------------------------------------------------------------------------

    def _menu(self, key: Key | None, at: datetime | None, place: QPoint) -> None:
        if self._opened is None or self._opened.sent:
            return
        menu = QMenu(self)
        for words, act in self._offered(key, at):
            menu.addAction(action(words, act, parent=menu))
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(place)

    def _offered(self, key: Key | None, at: datetime | None) -> list[tuple[str, Callable[[], object]]]:
        if key is None:
            new = [(say("timeline.new"), lambda: self._new_at(at))] if at is not None else []
            return [*new, (say("schedule.add_rule"), self.add_rule), (say("schedule.paste_iso"), self.paste)]
        edit = (say(f"timeline.edit.{key.of.value}"), lambda: self.open_entry(key))
        remove = (say(f"timeline.remove.{key.of.value}"), lambda: self.remove([key]))
        halved = key.of is Of.DRAWN and at is not None and halves(self._drawn[key.at], at) is not None
        split = [(say("timeline.split"), lambda: self._split(key, at))] if halved else []
        return [edit, *split, remove]

    def _new_at(self, at: datetime | None) -> None:
        if at is not None:
            self._add(Period(at, in_zone(at + timedelta(hours=1), self._zone)))


def _whole(words: str) -> QLabel:
    """Small words of a legend, which are never cut."""
    made = caption(words)
    made.setMinimumWidth(made.sizeHint().width())
    return made
