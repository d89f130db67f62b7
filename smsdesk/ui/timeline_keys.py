"""What each key does on the time line."""

from collections.abc import Callable
from datetime import timedelta

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from smsdesk.core.blackouts import Period
from smsdesk.ui.timeline_bars import Bar, Grip, Of, by_days, dragged, drawn_between
from smsdesk.ui.timeline_scale import FINE_DAYS, in_zone
from smsdesk.ui.timeline_state import Line

KEY, HELD = Qt.Key, Qt.KeyboardModifier
_NEW = timedelta(hours=1)
_ARROWS = {KEY.Key_Left: -1, KEY.Key_Right: 1}


def acted(line: Line, event: QKeyEvent) -> bool:
    """Does what the key stands for; False where it stands for nothing here."""
    key = KEY(event.key())
    held = event.modifiers() & ~HELD.KeypadModifier
    if key in _ARROWS:
        _arrow(line, _ARROWS[key], held)
        return True
    act = _ACTS.get(key)
    if act is None or held & ~HELD.ShiftModifier:
        return False
    act(line)
    return True


def _arrow(line: Line, by: int, held: Qt.KeyboardModifier) -> None:
    bar = line.chosen_bar()
    if bar is None:
        _move_cursor(line, by, held)
    elif bar.key.of is Of.DRAWN and line.changeable:
        _move_bar(line, bar, by, held)
    else:
        line.next_bar(by)


def _move_cursor(line: Line, by: int, held: Qt.KeyboardModifier) -> None:
    at, scale = line.cursor_at, line.scale
    if held & HELD.ControlModifier:
        line.move_cursor(by_days(Period(at, at + _NEW), by, scale).start)
        return
    step = scale.step if held & HELD.ShiftModifier or scale.days <= FINE_DAYS else _NEW
    step = timedelta(minutes=1) if held & HELD.AltModifier else step
    # To the next whole step, whatever the cursor stood at.
    whole = scale.snapped(at, step)
    line.move_cursor(whole if (whole - at) * by > timedelta() else whole + by * step)


def _move_bar(line: Line, bar: Bar, by: int, held: Qt.KeyboardModifier) -> None:
    scale, period = line.scale, bar.period
    step = timedelta(minutes=1) if held & HELD.AltModifier else scale.step
    if held & HELD.ControlModifier and not held & HELD.ShiftModifier:
        new = by_days(period, by, scale)
    elif held & HELD.ShiftModifier:
        days = timedelta(days=by) if held & HELD.ControlModifier else by * step
        new = dragged(period, Grip.END, days, scale, step)
    else:
        new = dragged(period, Grip.BODY, by * step, scale, step)
    if new != period:
        line.changed.emit(bar.key, new, f"{line.run}")
        line.bring(new.start, new.end)


def _draw(line: Line) -> None:
    if line.changeable:
        at, scale = line.cursor_at, line.scale
        line.drawn.emit(drawn_between(at, in_zone(at + _NEW, scale.zone), scale, timedelta(minutes=1)))


def _split(line: Line) -> None:
    bar = line.chosen_bar()
    if bar is None or bar.key.of is not Of.DRAWN or not line.changeable:
        return
    at = line.cursor_at
    if not bar.period.start < at < bar.period.end:
        at = line.scale.snapped(bar.period.start + (bar.period.end - bar.period.start) / 2)
    line.split.emit(bar.key, at)


def _remove(line: Line) -> None:
    bar = line.chosen_bar()
    if bar is not None and line.changeable:
        line.removed.emit(bar.key)


def _open(line: Line) -> None:
    bar = line.chosen_bar()
    if bar is not None:
        line.opened.emit(bar.key)
    else:
        _choose_there(line)


def _choose_there(line: Line) -> None:
    """Chooses the bar at the cursor."""
    at = line.cursor_at
    there = [bar for bar in line.bars() if bar.period.start <= at < bar.period.end]
    if there:
        line.choose(min(there, key=lambda bar: (bar.key.of is not Of.DRAWN, bar.period.start)).key)


def _home(line: Line) -> None:
    line.choose(None)
    line.move_cursor(line.shown.start or line.shown.now)


_ACTS: dict[Qt.Key, Callable[[Line], object]] = {
    KEY.Key_N: _draw,
    KEY.Key_Insert: _draw,
    KEY.Key_S: _split,
    KEY.Key_Delete: _remove,
    KEY.Key_Backspace: _remove,
    KEY.Key_Return: _open,
    KEY.Key_Enter: _open,
    KEY.Key_Space: _choose_there,
    KEY.Key_Up: lambda line: line.next_bar(-1),
    KEY.Key_Down: lambda line: line.next_bar(1),
    KEY.Key_Plus: lambda line: line.zoom(-1),
    KEY.Key_Equal: lambda line: line.zoom(-1),
    KEY.Key_Minus: lambda line: line.zoom(1),
    KEY.Key_PageUp: lambda line: line.turn(-line.scale.days),
    KEY.Key_PageDown: lambda line: line.turn(line.scale.days),
    KEY.Key_Home: _home,
}
