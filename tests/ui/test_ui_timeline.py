"""The time line alone: where instants stand, what mouse and keys ask for, what is said and painted."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage, QKeyEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from smsdesk.core.blackouts import Period
from smsdesk.ui import theme
from smsdesk.ui import timeline_ground as ground
from smsdesk.ui import timeline_paint as look
from smsdesk.ui.timeline import TimeLine
from smsdesk.ui.timeline_bars import Bar, Grip, Key, Of, Shown, by_days, dragged, drawn_between, halves
from smsdesk.ui.timeline_ground import AXIS
from smsdesk.ui.timeline_scale import ZOOMS, Scale, in_zone
from smsdesk.ui.timeline_words import bar_words, change_sign, tip_words

KEY = Qt.Key
CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
BERLIN = ZoneInfo("Europe/Berlin")


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return in_zone(datetime(2026, month, day, hour, minute, tzinfo=BERLIN), BERLIN)


NOW = at(23, 14, 2)
NIGHT = Period(at(24, 20), at(25, 8))
RULE = Period(at(26, 20), at(27, 8))
OWN = Period(at(24, 9), at(25, 9))
DRAWN, MADE, THEIRS = Key(Of.DRAWN, 0), Key(Of.RULE, 0, start=RULE.start), Key(Of.OWN, 0)


def shown(*drawn: Period) -> Shown:
    bars = [Bar(Key(Of.DRAWN, i), period, "Night", "drawn") for i, period in enumerate(drawn or (NIGHT,))]
    bars.append(Bar(MADE, RULE, told="rule: Every night"))
    return Shown(
        NOW,
        at(24, 9),
        tuple(sorted(bars, key=lambda bar: bar.period.start)),
        (Bar(THEIRS, OWN, told="214 people: own period"),),
        holidays={date(2026, 11, 25): "Harvest Day"},
        reached=((int(at(24, 9).timestamp()) // 3600, 6184), (int(at(25, 9).timestamp()) // 3600, 214)),
        labels=((OWN, "214 people"),),
    )


class Seat:
    """A line of a week, 700 px a day apart from its ends, and what it asks for."""

    def __init__(self, line: TimeLine) -> None:
        self.line = line
        self.asked: list[tuple[object, ...]] = []
        line.drawn.connect(lambda period: self.asked.append(("drawn", period)))
        line.changed.connect(lambda key, period, run: self.asked.append(("changed", key, period, run)))
        line.split.connect(lambda key, instant: self.asked.append(("split", key, instant)))
        line.removed.connect(lambda key: self.asked.append(("removed", key)))
        line.opened.connect(lambda key: self.asked.append(("opened", key)))
        line.planned.connect(lambda instant: self.asked.append(("planned", instant)))

    def press(self, key: KEY, *held: Qt.KeyboardModifier) -> None:
        modifiers = Qt.KeyboardModifier.NoModifier
        for one in held:
            modifiers |= one
        QTest.keyClick(self.line, key, modifiers)

    def spot(self, instant: datetime, row: str = "job") -> QPoint:
        rooms = look.rooms(self.line.width(), self.line.height(), own=True)
        room = {"job": rooms.job, "own": rooms.own, "columns": rooms.columns}[row]
        return QPointF(self.line.scale.x(instant), room.center().y()).toPoint()

    def drag(self, start: QPoint, end: QPoint, *held: Qt.KeyboardModifier) -> None:
        modifiers = held[0] if held else Qt.KeyboardModifier.NoModifier
        button = Qt.MouseButton.LeftButton
        QTest.mousePress(self.line, button, modifiers, start)
        move(self.line, (start + end) / 2, modifiers)
        move(self.line, end, modifiers)
        QTest.mouseRelease(self.line, button, modifiers, end)


def move(line: TimeLine, place: QPoint, held: Qt.KeyboardModifier) -> None:
    """A move with the left button down; QTest's own has no modifiers."""
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QMouseEvent

    left = Qt.MouseButton.LeftButton
    kind = QEvent.Type.MouseMove
    event = QMouseEvent(kind, QPointF(place), line.mapToGlobal(QPointF(place)), left, left, held)
    QApplication.sendEvent(line, event)


@pytest.fixture
def seat(qapp: QApplication, qtbot: QtBot) -> Iterator[Seat]:
    line = TimeLine(BERLIN)
    qtbot.addWidget(line)
    line.resize(708, 240)
    line.begin_at(NOW, at(24, 9))
    line.show_times(shown())
    line.show()
    line.activateWindow()
    line.setFocus()
    yield Seat(line)
    line.hide()


# -- where instants stand --------------------------------------------------------------------------


def test_a_place_and_its_instant_belong_together_and_days_begin_at_midnight() -> None:
    scale = Scale(at(24, 0, month=10).astimezone(UTC), 3, BERLIN, 4, 720)
    assert scale.at(scale.x(at(25, 12, month=10))) == at(25, 12, month=10)
    lengths = [b - a for a, b in zip(scale.midnights(), scale.midnights()[1:], strict=False)]
    assert lengths == [timedelta(hours=24), timedelta(hours=25)]
    (change,) = scale.changes()
    assert (change.at, change_sign(change)) == (datetime(2026, 10, 25, 1, tzinfo=UTC), "−1 h")
    assert scale.snapped(scale.at(scale.x(at(26, 9, 8, month=10)))) == at(26, 9, 15, month=10)


def test_a_zone_with_half_an_hour_snaps_to_its_own_clock() -> None:
    india = ZoneInfo("Asia/Kolkata")
    scale = Scale(datetime(2026, 11, 23, tzinfo=UTC), 7, india)
    assert f"{scale.snapped(datetime(2026, 11, 23, 4, 2, tzinfo=UTC)):%H:%M %z}" == "09:30 +0530"


def test_what_a_hand_makes_of_a_period() -> None:
    scale, step = Scale(at(23, 0), 7, BERLIN), timedelta(minutes=15)
    hour = timedelta(hours=1)
    assert dragged(NIGHT, Grip.BODY, hour, scale, step) == Period(at(24, 21), at(25, 9))
    assert dragged(NIGHT, Grip.START, hour, scale, step) == Period(at(24, 21), at(25, 8))
    assert dragged(NIGHT, Grip.END, -20 * hour, scale, step) == Period(at(24, 20), at(24, 20, 15))
    assert dragged(NIGHT, Grip.START, 20 * hour, scale, step) == Period(at(25, 7, 45), at(25, 8))
    assert drawn_between(at(24, 10), at(24, 8, 58), scale, step) == Period(at(24, 9), at(24, 10))
    assert drawn_between(at(24, 10), at(24, 10, 1), scale, step) == Period(at(24, 10), at(24, 10, 15))
    assert halves(NIGHT, at(25, 0)) == (Period(at(24, 20), at(25, 0)), Period(at(25, 0), at(25, 8)))
    assert halves(NIGHT, NIGHT.end) is None


def test_a_day_later_is_the_same_time_on_the_clock_across_the_change() -> None:
    night = Period(at(23, 20, month=10), at(24, 8, month=10))
    moved = by_days(night, 1, Scale(night.start, 7, BERLIN))
    assert moved == Period(at(24, 20, month=10), at(25, 8, month=10))
    assert (moved.end - moved.start, moved.end.utcoffset()) == (timedelta(hours=13), timedelta(hours=1))


@given(
    start=st.datetimes(datetime(2026, 10, 20), datetime(2027, 4, 2), timezones=st.just(UTC)),
    long=st.integers(1, 5000),
    by=st.integers(-6000, 6000),
    grip=st.sampled_from(Grip),
    days=st.sampled_from(ZOOMS),
    zone=st.sampled_from(["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]),
)
def test_whatever_a_hand_does_a_period_ends_after_its_start(
    start: datetime, long: int, by: int, grip: Grip, days: int, zone: str
) -> None:
    scale = Scale(start, days, ZoneInfo(zone))
    period = Period(start, start + timedelta(minutes=long))
    found = dragged(period, grip, timedelta(minutes=by), scale, scale.step)
    assert found.start < found.end
    moved = {Grip.BODY: found.start, Grip.START: found.start, Grip.END: found.end}[grip]
    step = scale.step // timedelta(minutes=1)
    assert moved == getattr(period, "end" if grip is Grip.END else "start") or moved.minute % step == 0
    if grip is Grip.BODY:
        assert found.end - found.start == period.end - period.start
    new = drawn_between(start, start + timedelta(minutes=by), scale, scale.step)
    assert new.end - new.start >= scale.step
    later = by_days(period, by // 1440, scale)
    assert later.start < later.end


# -- the mouse -------------------------------------------------------------------------------------


def test_dragging_over_nothing_draws_in_whole_quarters(seat: Seat) -> None:
    seat.drag(seat.spot(at(28, 10)), seat.spot(at(28, 13, 4)))
    assert seat.asked == [("drawn", Period(at(28, 10), at(28, 13)))]


def test_a_bar_is_moved_and_pulled_at_its_ends(seat: Seat) -> None:
    middle = NIGHT.start + (NIGHT.end - NIGHT.start) / 2
    seat.drag(seat.spot(middle), seat.spot(middle + timedelta(hours=24)))
    assert seat.line.hand.chosen == DRAWN
    seat.drag(seat.spot(NIGHT.end), seat.spot(NIGHT.end + timedelta(hours=6)))
    seat.drag(seat.spot(NIGHT.start), seat.spot(NIGHT.start - timedelta(hours=6)))
    assert seat.asked == [
        ("changed", DRAWN, Period(at(25, 20), at(26, 8)), ""),
        ("changed", DRAWN, Period(at(24, 20), at(25, 14)), ""),
        ("changed", DRAWN, Period(at(24, 14), at(25, 8)), ""),
    ]


def test_alt_moves_by_the_minute(seat: Seat) -> None:
    seat.line.zoom(-1)
    seat.line.zoom(-1)
    seat.line.bring(NIGHT.start, NIGHT.end)
    begin = seat.spot(at(25, 2))
    seat.drag(begin, begin + QPoint(7, 0), ALT)
    _, _, period, _ = seat.asked[0]
    assert isinstance(period, Period)
    moved = period.start - NIGHT.start
    assert moved == timedelta(minutes=round(7 * 2 * 1440 / 700))
    assert moved % timedelta(minutes=5)


def test_escape_lets_go_of_what_is_held(seat: Seat) -> None:
    begin = seat.spot(at(25, 2))
    QTest.mousePress(seat.line, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, begin)
    move(seat.line, begin + QPoint(60, 0), Qt.KeyboardModifier.NoModifier)
    assert seat.line.hand.held is not None
    seat.press(KEY.Key_Escape)
    QTest.mouseRelease(seat.line, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, begin)
    assert (seat.line.hand.held, seat.asked) == (None, [])


def test_a_double_click_splits_what_was_drawn_and_opens_the_rest(seat: Seat) -> None:
    for place in (seat.spot(at(25, 0)), seat.spot(at(27, 0)), seat.spot(at(24, 12), "own")):
        QTest.mouseDClick(seat.line, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    assert seat.asked == [("split", DRAWN, at(25, 0)), ("opened", MADE), ("opened", THEIRS)]


def test_the_start_is_moved_by_its_name_and_never_before_now(seat: Seat) -> None:
    flag = QPoint(round(seat.line.scale.x(at(24, 9))) + 10, int(AXIS) + 6)
    seat.drag(flag, flag + QPoint(50, 0))
    seat.drag(flag, flag - QPoint(150, 0))
    assert seat.asked == [("planned", at(24, 21)), ("planned", NOW)]
    below = seat.spot(at(24, 9))
    seat.drag(below, seat.spot(at(24, 12)))
    assert seat.asked[2] == ("drawn", Period(at(24, 9), at(24, 12)))
    seat.line.changeable = False
    seat.drag(flag, flag + QPoint(50, 0))
    assert len(seat.asked) == 3


def test_a_bar_of_a_rule_is_chosen_but_not_moved(seat: Seat) -> None:
    seat.drag(seat.spot(at(27, 0)), seat.spot(at(27, 6)))
    assert (seat.line.hand.chosen, seat.asked) == (MADE, [])


def test_a_click_on_nothing_puts_the_cursor_there(seat: Seat) -> None:
    seat.line.choose(DRAWN)
    QTest.mouseClick(
        seat.line, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, seat.spot(at(28, 12), "columns")
    )
    assert (seat.line.hand.chosen, seat.line.cursor_at) == (None, at(28, 12))


def wheel(line: TimeLine, place: QPoint, turn: int, held: Qt.KeyboardModifier) -> None:
    event = QWheelEvent(
        QPointF(place),
        line.mapToGlobal(QPointF(place)),
        QPoint(),
        QPoint(0, turn),
        Qt.MouseButton.NoButton,
        held,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(line, event)


def test_the_wheel_scrolls_and_with_ctrl_zooms_around_the_mouse(seat: Seat) -> None:
    line, first = seat.line, seat.line.scale.first
    wheel(line, QPoint(300, 80), -120, Qt.KeyboardModifier.NoModifier)
    assert line.scale.first == first + timedelta(days=1)
    under = line.scale.at(300)
    wheel(line, QPoint(300, 80), 120, CTRL)
    assert line.scale.days == 3
    assert abs(line.scale.at(300) - under) < timedelta(seconds=1)


def test_it_zooms_from_one_day_to_thirty_and_no_further(seat: Seat) -> None:
    seen = set()
    for key in (KEY.Key_Plus, KEY.Key_Minus):
        for _ in range(8):
            seat.press(key)
            seen.add(seat.line.scale.days)
    assert (min(seen), max(seen), seat.line.scale.days) == (1, 30, 30)


# -- the keyboard ----------------------------------------------------------------------------------


def test_arrows_move_the_chosen_bar_its_end_and_a_day(seat: Seat) -> None:
    seat.line.choose(DRAWN)
    for key, held in (
        (KEY.Key_Right, ()),
        (KEY.Key_Left, (SHIFT,)),
        (KEY.Key_Right, (CTRL,)),
        (KEY.Key_Left, (ALT,)),
    ):
        seat.press(key, *held)
    run = str(seat.line.run)
    assert seat.asked == [
        ("changed", DRAWN, Period(at(24, 20, 15), at(25, 8, 15)), run),
        ("changed", DRAWN, Period(at(24, 20), at(25, 7, 45)), run),
        ("changed", DRAWN, Period(at(25, 20), at(26, 8)), run),
        ("changed", DRAWN, Period(at(24, 19, 59), at(25, 7, 59)), run),
    ]


def test_up_and_down_choose_in_the_order_of_time(seat: Seat) -> None:
    seat.line.move_cursor(at(23, 12))
    found = []
    for key in (KEY.Key_Down, KEY.Key_Down, KEY.Key_Down, KEY.Key_Down, KEY.Key_Up):
        seat.press(key)
        found.append(seat.line.hand.chosen)
    assert found == [THEIRS, DRAWN, MADE, MADE, DRAWN]


def test_keys_draw_split_remove_and_open(seat: Seat) -> None:
    seat.line.move_cursor(at(28, 12))
    seat.press(KEY.Key_Right)
    seat.press(KEY.Key_N)
    seat.line.choose(DRAWN)
    for key in (KEY.Key_S, KEY.Key_Delete, KEY.Key_Return):
        seat.press(key)
    assert seat.asked == [
        ("drawn", Period(at(28, 13), at(28, 14))),
        ("split", DRAWN, at(25, 2)),
        ("removed", DRAWN),
        ("opened", DRAWN),
    ]


def test_escape_takes_the_choice_back_and_then_is_the_pages(seat: Seat) -> None:
    seat.line.choose(DRAWN)
    seat.press(KEY.Key_Escape)
    assert seat.line.hand.chosen is None
    left = QKeyEvent(QKeyEvent.Type.KeyPress, KEY.Key_Escape, Qt.KeyboardModifier.NoModifier)
    seat.line.keyPressEvent(left)
    assert not left.isAccepted()


def test_a_sent_campaign_is_only_looked_at(seat: Seat) -> None:
    seat.line.changeable = False
    seat.drag(seat.spot(at(28, 10)), seat.spot(at(28, 13)))
    seat.drag(seat.spot(at(25, 2)), seat.spot(at(25, 6)))
    seat.line.choose(DRAWN)
    for key in (KEY.Key_N, KEY.Key_S, KEY.Key_Delete, KEY.Key_Right):
        seat.press(key)
    assert seat.asked == []


def test_a_bar_out_of_sight_comes_into_sight_when_it_is_chosen(seat: Seat) -> None:
    far = Period(at(20, 8, month=12), at(20, 9, month=12))
    seat.line.show_times(shown(NIGHT, far))
    seat.line.choose(Key(Of.DRAWN, 1))
    scale = seat.line.scale
    assert scale.first < far.start < far.end < scale.last


# -- what is said and seen -------------------------------------------------------------------------


def test_the_chosen_bar_is_said_and_so_is_the_cursor(seat: Seat) -> None:
    seat.line.choose(DRAWN)
    assert seat.line.accessibleName() == "Time line: Blackout Tue 24 Nov 20:00 to Wed 25 Nov 08:00, drawn"
    seat.line.choose(None)
    seat.line.move_cursor(at(25, 10))
    assert seat.line.accessibleName() == "Time line: Cursor Wed 25 Nov 10:00, Harvest Day, no blackout"
    assert "N draws one" in seat.line.accessibleDescription()


def test_a_tooltip_says_exact_times_holidays_and_who_is_reached(seat: Seat) -> None:
    scale, held = seat.line.scale, seat.line.shown
    bar = next(bar for bar in held.bars if bar.key == DRAWN)
    assert "Tue 24 Nov 2026, 20:00 +01:00" in tip_words(held, scale, bar, 0)
    there = tip_words(held, scale, None, scale.x(at(25, 9, 30)))
    assert there.splitlines() == ["Wed 25 Nov 09:30", "Harvest Day", "214 people are reached in this hour"]
    needless = bar_words(replace(bar, needless=True), BERLIN)
    assert needless.endswith("not needed: nothing would go then")


def test_the_clock_change_is_told_in_its_tooltip() -> None:
    scale = Scale(at(24, 0, month=10).astimezone(UTC), 3, BERLIN, 4, 720)
    words = tip_words(Shown(NOW), scale, None, scale.x(datetime(2026, 10, 25, 1, tzinfo=UTC)))
    assert "Clocks go back from 03:00 to 02:00 (Europe/Berlin)" in words


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_in_bars_can_be_read(qapp: QApplication, scheme: theme.Scheme) -> None:
    theme.apply(qapp, scheme)
    for role in ("blackout-job", "blackout-own"):
        under, ink = look._solid(theme.colour(role).name())
        assert look.contrast(under, theme.colour(ink)) >= 4.5


def test_columns_count_whole_hours_and_more_of_them_where_a_day_is_narrow() -> None:
    hour = int(at(24, 9).timestamp()) // 3600
    reached = tuple((hour + i, i + 1) for i in range(48))
    week = Scale(at(23, 0).astimezone(UTC), 7, BERLIN, 0, 700)
    month = replace(week, days=30)
    assert ground.columns_in_sight(week, reached) == list(reached)
    joined = ground.columns_in_sight(month, reached)
    assert ground.hours_a_column(month) > 1
    assert sum(count for _, count in joined) == sum(count for _, count in reached)
    assert ground.columns_in_sight(replace(week, first=at(30, 0)), reached) == []


def test_only_what_is_in_sight_is_painted(seat: Seat) -> None:
    image = QImage(seat.line.size(), QImage.Format.Format_ARGB32_Premultiplied)
    blue = QColor(look._solid(theme.colour("blackout-job").name())[0]).name()
    seat.line.render(image)
    place = seat.spot(at(25, 6))
    assert image.pixelColor(place).name() == blue
    seat.line.turn(14)
    assert look.in_sight(seat.line.shown.bars, seat.line.scale) == []
    seat.line.render(image)
    assert image.pixelColor(place).name() != blue
