"""What the time line shows and which days are in sight; what is chosen, and where the cursor is.

It changes nothing by itself: its signals say what the person wants, and what is true is shown again.
"""

from bisect import bisect_left
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QWidget

from smsdesk.ui.timeline_bars import Bar, Hand, Key, Of, Shown
from smsdesk.ui.timeline_scale import ZOOMS, Scale, in_zone, midnight
from smsdesk.ui.timeline_words import bar_words, cursor_words, holidays_words
from smsdesk.words import say

SIDE = 4.0
_MINUTE = timedelta(minutes=1)
_AHEAD, _BEHIND = timedelta(days=92), timedelta(days=1)
"""How far the line can be scrolled beyond what there is to see."""


class Line(QWidget):
    """The time line without its hands.

    Signals: ``drawn`` (a new Period), ``changed`` (Key, Period, which run of key presses, "" for none),
    ``split`` (Key, instant), ``removed`` (Key), ``opened`` (Key), ``chosen`` (Key or None), ``moved``:
    other days are in sight; ``menu_asked`` (Key or None, instant, place on the screen); ``pasted``;
    ``planned`` (the instant to which the start was moved).
    """

    drawn = Signal(object)
    changed = Signal(object, object, str)
    split = Signal(object, object)
    removed = Signal(object)
    opened = Signal(object)
    chosen = Signal(object)
    moved = Signal()
    pasted = Signal()
    planned = Signal(object)
    menu_asked = Signal(object, object, QPoint)

    def __init__(self, zone: ZoneInfo) -> None:
        super().__init__()
        self.changeable = True
        self.shown = Shown(datetime.now(UTC))
        self.hand = Hand()
        self.scale = Scale(self.shown.now, 7, zone, SIDE)
        self.run = 0

    # -- what is shown ---------------------------------------------------------------------------

    def begin_at(self, now: datetime, start: datetime | None) -> None:
        """Another campaign: nothing is chosen, and the week of its start is in sight."""
        far = start is not None and start - now > timedelta(days=6)
        begin = start if far and start is not None else now
        first = midnight(begin.astimezone(self.scale.zone).date(), self.scale.zone)
        self.hand = Hand()
        self.scale = replace(self.scale, first=first, days=7)

    def show_times(self, shown: Shown) -> None:
        """Shows other times; the bar that was chosen stays chosen while it is there."""
        same = shown == self.shown
        self.shown = shown
        if self.hand.chosen is not None and self.chosen_bar() is None:
            self.hand = replace(self.hand, chosen=None)
        if not same:
            self.update()
        self._name(aloud=True)

    def chosen_bar(self) -> Bar | None:
        """The chosen bar."""
        key = self.hand.chosen
        return None if key is None else next((bar for bar in self.bars() if bar.key == key), None)

    def bars(self) -> list[Bar]:
        """All bars: those of the campaign, then recipients' own."""
        return [*self.shown.bars, *self.shown.own]

    def choose(self, key: Key | None, *, tell: bool = True) -> None:
        """Chooses a bar and brings it into sight."""
        if key == self.hand.chosen or (key is not None and all(bar.key != key for bar in self.bars())):
            return
        self.run += 1
        self.hand = replace(self.hand, chosen=key)
        bar = self.chosen_bar()
        if bar is not None:
            self.hand = replace(self.hand, cursor=bar.period.start if self.hasFocus() else None)
            self.bring(bar.period.start, bar.period.end)
        self.update()
        self._name(aloud=True)
        if tell:
            self.chosen.emit(key)

    def move_cursor(self, at: datetime) -> None:
        """Puts the cursor at an instant, in sight."""
        self.hand = replace(self.hand, cursor=self.scale.snapped(at, _MINUTE))
        self.bring(at, at)
        self.update()
        self._name(aloud=True)

    @property
    def cursor_at(self) -> datetime:
        """Where the cursor is; before it was moved, at the start or the next whole hour."""
        if self.hand.cursor is not None:
            return self.hand.cursor
        begin = max(self.shown.start or self.shown.now, self.scale.first)
        whole = begin.replace(minute=0, second=0, microsecond=0)
        return in_zone(whole if whole >= begin else whole + timedelta(hours=1), self.scale.zone)

    def _name(self, *, aloud: bool = False) -> None:
        bar = self.chosen_bar()
        words = (
            bar_words(bar, self.scale.zone)
            if bar
            else cursor_words(self.cursor_at, self.shown, self.scale.zone)
        )
        there = holidays_words(self.shown, self.scale)
        self.setAccessibleDescription(f"{say('timeline.keys')} {there}".rstrip())
        name = f"{say('schedule.line')}: {words}"
        if name != self.accessibleName():
            self.setAccessibleName(name)
            if aloud and self.hasFocus():
                QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, words))

    # -- which days ------------------------------------------------------------------------------

    def zoom(self, by: int, around: float | None = None) -> None:
        """Shows more days (``by`` 1) or fewer (-1); the instant at ``around`` px stays where it is."""
        at = ZOOMS.index(self.scale.days) + by
        if not 0 <= at < len(ZOOMS):
            return
        old, bar = self.scale, self.chosen_bar()
        place = self.middle_of(bar) if around is None else around
        instant = old.at(place)
        new = replace(old, days=ZOOMS[at])
        share = (place - old.left) / old.width
        self._look_at(replace(new, first=instant - share * timedelta(days=new.days)))

    def middle_of(self, bar: Bar | None) -> float:
        """What stays in place under the buttons: the chosen bar or the cursor, else the left end."""
        at = bar.period.start if bar else self.hand.cursor
        if at is None:
            return self.scale.left
        return min(max(self.scale.x(at), self.scale.left), self.scale.left + self.scale.width)

    def turn(self, days: float) -> None:
        """Moves the days by so many."""
        self._look_at(replace(self.scale, first=self.scale.first + timedelta(days=days)))

    def bring(self, first: datetime, last: datetime) -> None:
        """Brings a span into sight where it is not; its beginning matters most."""
        scale = self.scale
        if first < scale.first or first >= scale.last or (last > scale.last and last - first < self._span):
            before = timedelta(days=scale.days / 7) if scale.days < ZOOMS[-1] else timedelta(days=2)
            self._look_at(replace(scale, first=in_days(first - before, scale)))

    @property
    def _span(self) -> timedelta:
        return timedelta(days=self.scale.days)

    def _look_at(self, scale: Scale) -> None:
        ends = [bar.period for bar in self.bars() if bar.key.of is not Of.RULE]
        known = [self.shown.now, *([self.shown.start] if self.shown.start else [])]
        first = min([*known, *(p.start for p in ends)]) - _BEHIND
        last = max([*known, *(p.end for p in ends)]) + _AHEAD
        low = midnight(first.astimezone(scale.zone).date(), scale.zone)
        begin = min(max(scale.first, low), last - timedelta(days=scale.days)).astimezone(UTC)
        self.scale = replace(scale, first=begin)
        self.moved.emit()
        self.update()
        self._name()

    def next_bar(self, by: int) -> None:
        """Chooses the next bar by its start, or the one before; without a choice, from the cursor on."""
        bars = sorted(self.bars(), key=lambda bar: (bar.period.start, bar.key.of.value))
        if not bars:
            return
        chosen = self.chosen_bar()
        if chosen is not None:
            at = bars.index(chosen) + by
        else:
            after = bisect_left(bars, self.cursor_at, key=lambda bar: bar.period.start)
            at = after if by > 0 else after - 1
        if 0 <= at < len(bars):
            self.choose(bars[at].key)


def in_days(at: datetime, scale: Scale) -> datetime:
    """Where a view that shall hold an instant begins: at a midnight, except in a single day."""
    if scale.days == 1:
        return at
    return midnight(at.astimezone(scale.zone).date(), scale.zone)
