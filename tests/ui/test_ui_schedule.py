"""The schedule of a campaign: made by keyboard alone and by mouse; each act is one step to undo."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import qasync
from composing import until
from PySide6.QtCore import QDate, QDateTime, QPoint, QPointF, Qt, QTime, QTimeZone
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QWidget
from pytestqt.qtbot import QtBot

from smsdesk.core.blackouts import Period, format_period
from smsdesk.core.recipients import Recipients
from smsdesk.core.rules import WEEKEND, Answer, Rule, RuleKind
from smsdesk.desk.desk import Desk, open_desk
from smsdesk.desk.open_campaign import OpenCampaign
from smsdesk.ui import timeline_paint as look
from smsdesk.ui.cells import CellInput
from smsdesk.ui.compose_moment import MomentInput
from smsdesk.ui.compose_pasting import PasteDialog
from smsdesk.ui.compose_periods import OwnPeriods, PeriodDialog
from smsdesk.ui.compose_rules import RuleDialog, Setting
from smsdesk.ui.compose_schedule import Schedule
from smsdesk.ui.compose_start import StartDialog
from smsdesk.ui.timeline_bars import Key, Of
from smsdesk.ui.timeline_scale import in_zone

KEY = Qt.Key
NONE = Qt.KeyboardModifier.NoModifier
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
BERLIN = ZoneInfo("Europe/Berlin")


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return in_zone(datetime(2026, month, day, hour, minute, tzinfo=BERLIN), BERLIN)


NOW = at(23, 14, 2)
NIGHT = Period(at(24, 20), at(25, 8))
EVERY_NIGHT = Rule(RuleKind.HOURS, zone="Europe/Berlin")


class Seat:
    """The tab alone, with a campaign of three people open, and a person's hands."""

    def __init__(self, desk: Desk, opened: OpenCampaign, tab: Schedule) -> None:
        self.desk, self.opened, self.tab = desk, opened, tab
        opened.listen(lambda: tab.show_campaign(opened))

    @property
    def drawn(self) -> tuple[Period, ...]:
        return self.opened.campaign.options.blackouts

    @property
    def rules(self) -> tuple[Rule, ...]:
        return self.opened.campaign.rules

    @property
    def start(self) -> datetime | None:
        return self.opened.campaign.options.start_at

    def press(self, key: KEY, *held: Qt.KeyboardModifier, times: int = 1) -> None:
        modifiers = NONE
        for one in held:
            modifiers |= one
        for _ in range(times):
            QTest.keyClick(QApplication.focusWidget() or self.tab, key, modifiers)

    def write(self, words: str) -> None:
        QTest.keyClicks(QApplication.focusWidget() or self.tab, words)

    async def dialog(self, kind: type[QWidget]) -> QWidget:
        """The open dialog of a kind, with the keyboard's focus."""
        (made,) = [one for one in self.tab.findChildren(kind) if one.isVisible()]
        made.activateWindow()
        await until(made.isActiveWindow)
        return made

    def rows(self) -> list[tuple[str, ...]]:
        rows = self.tab.periods.table.rows
        return [
            tuple(str(rows.data(rows.index(row, column))) for column in range(4))
            for row in range(rows.rowCount())
        ]

    def spot(self, instant: datetime, row: str = "job") -> QPoint:
        line = self.tab.line
        rooms = look.rooms(line.width(), line.height(), own=bool(line.shown.own))
        room = rooms.job if row == "job" else rooms.own
        return QPointF(line.scale.x(instant), room.center().y()).toPoint()

    def drag(self, start: QPoint, end: QPoint) -> None:
        line, left = self.tab.line, Qt.MouseButton.LeftButton
        QTest.mousePress(line, left, NONE, start)
        QTest.mouseMove(line, (start + end) / 2)
        QTest.mouseMove(line, end)
        QTest.mouseRelease(line, left, NONE, end)

    async def checked(self) -> None:
        await until(lambda: self.opened.fresh and self.opened.review is not None)


Act = Callable[[Seat], Awaitable[None]]


@pytest.fixture
def sit(loop: qasync.QEventLoop, tmp_path: Path, qtbot: QtBot) -> Callable[[Act], None]:
    """Seats a person before a campaign with three people; it is Monday, 23 November 2026, 14:02 in Berlin."""

    async def seated(act: Act) -> None:
        async with open_desk(tmp_path / "workspace") as desk:
            desk.context.now = lambda: NOW
            heard: list[object] = []
            desk.on_notice(heard.append)
            tab = Schedule(desk, "Europe/Berlin")
            qtbot.addWidget(tab)
            tab.resize(780, 760)
            tab.show()
            seat = Seat(desk, await desk.campaigns.create("Autumn"), tab)
            numbers = ["+4917604069001", "+4917604069002", "+12125550123"]
            seat.opened.add_recipients(0, Recipients(numbers, ["a", "b", "c"], {}, {}))
            tab.show_campaign(seat.opened)
            tab.activateWindow()
            await act(seat)
            for dialog in tab.findChildren(QDialog):
                dialog.reject()
            await seat.checked()
            await seat.opened.save()
            assert heard == []

    return lambda act: loop.run_until_complete(seated(act))


# -- by keyboard alone -----------------------------------------------------------------------------


def test_a_schedule_is_made_by_keyboard_alone(sit: Callable[[Act], None]) -> None:
    async def act(seat: Seat) -> None:
        tab = seat.tab
        tab.start.kind.setFocus()
        QTest.keyClick(tab.start.kind._buttons["planned"], KEY.Key_Space)
        assert QApplication.focusWidget() is tab.start.text
        seat.write("tomorrow 10:30")
        assert seat.start == at(24, 10, 30)
        assert tab.start.exact.text() == "Tue 24 Nov 2026, 10:30 +01:00"
        assert tab.start.beside.text() == "in 20 h 28 min · clock of Europe/Berlin"
        tab.line.setFocus(Qt.FocusReason.TabFocusReason)
        seat.press(KEY.Key_Home)
        seat.press(KEY.Key_Right, times=2)
        seat.press(KEY.Key_N)
        assert seat.drawn == (Period(at(24, 12), at(24, 13)),)
        seat.press(KEY.Key_Right, SHIFT, times=2)
        seat.press(KEY.Key_Right)
        assert seat.drawn == (Period(at(24, 12, 15), at(24, 13, 45)),)
        seat.press(KEY.Key_Right, CTRL)
        assert seat.drawn == (Period(at(25, 12, 15), at(25, 13, 45)),)
        seat.press(KEY.Key_S)
        assert seat.drawn == (Period(at(25, 12, 15), at(25, 13)), Period(at(25, 13), at(25, 13, 45)))
        seat.press(KEY.Key_Delete)
        assert seat.drawn == (Period(at(25, 12, 15), at(25, 13)),)
        assert tab.line.accessibleName().startswith("Time line: Cursor")

    sit(act)


def test_a_run_of_arrows_is_one_step_to_undo_and_each_act_its_own(sit: Callable[[Act], None]) -> None:
    async def act(seat: Seat) -> None:
        seat.tab.line.setFocus(Qt.FocusReason.TabFocusReason)
        seat.tab.line.move_cursor(at(24, 12))
        seat.press(KEY.Key_N)
        drawn = seat.drawn
        seat.press(KEY.Key_Right, times=5)
        moved = seat.drawn
        assert moved == (Period(at(24, 13, 15), at(24, 14, 15)),)
        seat.press(KEY.Key_S)
        seat.opened.undo()
        assert seat.drawn == moved
        seat.opened.undo()
        assert seat.drawn == drawn
        seat.opened.undo()
        assert seat.drawn == ()
        seat.opened.redo()
        assert seat.drawn == drawn

    sit(act)


def test_a_period_keeps_the_name_it_got_in_the_table_wherever_it_goes(
    sit: Callable[[Act], None],
) -> None:
    async def act(seat: Seat) -> None:
        seat.opened.set_periods((NIGHT,), ())
        table = seat.tab.periods.table
        table.choose_at(0)
        table.setFocus()
        seat.press(KEY.Key_F2)
        (line,) = table.viewport().findChildren(CellInput)
        line.setText("Stocktaking")
        QTest.keyClick(line, KEY.Key_Return)
        QApplication.sendPostedEvents()
        assert seat.opened.campaign.period_names == {NIGHT: "Stocktaking"}
        seat.tab.line.setFocus()
        seat.press(KEY.Key_Right)
        moved = Period(at(24, 20, 15), at(25, 8, 15))
        assert seat.opened.campaign.period_names == {moved: "Stocktaking"}
        seat.press(KEY.Key_S)
        assert set(seat.opened.campaign.period_names.values()) == {"Stocktaking"}
        assert len(seat.opened.campaign.period_names) == 2

    sit(act)


def test_a_rule_is_made_by_keyboard_alone(sit: Callable[[Act], None]) -> None:
    async def act(seat: Seat) -> None:
        seat.tab.periods.add_rule.setFocus()
        seat.press(KEY.Key_Space)
        dialog = await seat.dialog(RuleDialog)
        assert isinstance(dialog, RuleDialog)
        dialog.start.setFocus()
        seat.write("21")
        for day in (5, 6):
            dialog.on.buttons[day].setFocus()
            seat.press(KEY.Key_Space)
        assert dialog.meaning.text() == (
            "Mondays to Fridays 21:00 to 08:00: nothing is sent (clock of Europe/Berlin)."
        )
        dialog.save.setFocus()
        seat.press(KEY.Key_Return)
        assert seat.rules == (Rule(RuleKind.HOURS, (0, 1, 2, 3, 4), time(21), zone="Europe/Berlin"),)
        await seat.checked()
        assert seat.rows()[0][:3] == (
            "↻ Mondays to Fridays 21:00 to 08:00",
            "Mon 23 Nov, 21:00 +01:00",
            "clock of Europe/Berlin",
        )

    sit(act)


# -- by mouse --------------------------------------------------------------------------------------


def test_a_schedule_is_made_by_mouse(sit: Callable[[Act], None]) -> None:
    async def act(seat: Seat) -> None:
        left, line = Qt.MouseButton.LeftButton, seat.tab.line
        QTest.mouseClick(seat.tab.start.kind._buttons["planned"], left)
        assert seat.start == at(24, 9)
        flag = QPoint(round(line.scale.x(at(24, 9))) + 6, 30)
        seat.drag(flag, flag + QPoint(round(line.scale.x(at(25, 9)) - line.scale.x(at(24, 9))), 0))
        assert seat.start == at(25, 9)
        assert seat.tab.start.text.text() == "2026-11-25 09:00"
        line.zoom(-1)
        line.turn(2)
        seat.drag(seat.spot(at(25, 10)), seat.spot(at(25, 22)))
        assert seat.drawn == (Period(at(25, 10), at(25, 22)),)
        assert line.hand.chosen == Key(Of.DRAWN, 0)
        seat.drag(seat.spot(at(25, 16)), seat.spot(at(26, 16)))
        assert seat.drawn == (Period(at(26, 10), at(26, 22)),)
        seat.drag(seat.spot(at(26, 22)), seat.spot(at(27, 4)))
        assert seat.drawn == (Period(at(26, 10), at(27, 4)),)
        QTest.mouseDClick(line, left, NONE, seat.spot(at(26, 18)))
        assert seat.drawn == (Period(at(26, 10), at(26, 18)), Period(at(26, 18), at(27, 4)))
        QTest.mouseClick(line, left, NONE, seat.spot(at(26, 12)))
        QTest.mouseClick(seat.tab.periods.remove, left)
        assert seat.drawn == (Period(at(26, 18), at(27, 4)),)
        assert seat.tab.periods.done.text() == "Removed."
        QTest.mouseClick(seat.tab.periods._undo, left)
        assert len(seat.drawn) == 2
        assert not seat.tab.periods._undo.isVisible()

    sit(act)


@pytest.mark.qt_log_ignore("propagateSizeHints", r"raise\(\)", "grabbing the keyboard")
def test_the_menu_of_a_bar_edits_splits_and_removes(sit: Callable[[Act], None]) -> None:
    async def act(seat: Seat) -> None:
        seat.opened.set_periods((NIGHT,), (EVERY_NIGHT,))

        def menu(key: Key | None, chosen: str = "") -> list[str]:
            """The words of the menu there; one of them is chosen."""
            seat.tab._menu(key, at(25, 0), QPoint(5, 5))
            made = seat.tab.findChildren(QMenu)[-1]
            words = [action.text() for action in made.actions()]
            if chosen:
                made.actions()[words.index(chosen)].trigger()
            made.close()
            return words

        assert menu(None) == ["New period here", "Add rule", "Paste ISO 8601"]
        assert menu(Key(Of.RULE, 0)) == ["Edit rule…", "Remove rule"]
        menu(Key(Of.DRAWN, 0), "Split here")
        assert seat.drawn == (Period(at(24, 20), at(25, 0)), Period(at(25, 0), at(25, 8)))
        menu(Key(Of.DRAWN, 0), "Remove period")
        assert seat.drawn == (Period(at(25, 0), at(25, 8)),)
        menu(Key(Of.RULE, 0), "Remove rule")
        assert seat.rules == ()

    sit(act)


def test_chosen_row_and_chosen_bar_are_one(sit: Callable[[Act], None]) -> None:
    async def act(seat: Seat) -> None:
        seat.opened.set_periods((NIGHT,), (EVERY_NIGHT,))
        await seat.checked()
        table, line = seat.tab.periods.table, seat.tab.line
        table.choose(Key(Of.DRAWN, 0))
        assert line.hand.chosen == Key(Of.DRAWN, 0)
        table.choose(Key(Of.RULE, 0))
        assert line.hand.chosen == Key(Of.RULE, 0, start=at(22, 20).astimezone(UTC)) or (
            line.hand.chosen is not None and line.hand.chosen.of is Of.RULE
        )
        line.choose(Key(Of.DRAWN, 0))
        (row,) = table.chosen_rows()
        assert row.key == Key(Of.DRAWN, 0)
        line.choose(None)
        assert table.chosen_rows() == []

    sit(act)


# -- start -----------------------------------------------------------------------------------------


def test_words_that_are_no_time_leave_the_start_and_say_so(sit: Callable[[Act], None]) -> None:
    async def act(seat: Seat) -> None:
        card = seat.tab.start
        card._choose_kind("planned")
        seat.write("sometime soon")
        assert seat.start == at(24, 9) or seat.start is None
        kept = seat.start
        assert "tomorrow 9:00, Mon 14:30" in card.more.text()
        assert (card.more.isVisible(), card.text.property("wrong")) == (True, True)
        card.text.selectAll()
        seat.write("27.11. 9:00")
        assert (seat.start, card.more.isVisible()) == (at(27, 9), False)
        assert kept != seat.start
        card._choose_kind("now")
        assert (seat.start, card.text.isVisible()) == (None, False)

    sit(act)


def test_a_start_that_the_clock_shows_twice_is_asked_for(sit: Callable[[Act], None]) -> None:
    async def act(seat: Seat) -> None:
        seat.desk.context.now = lambda: at(24, 12, month=10)
        card = seat.tab.start
        card._choose_kind("planned")
        before = seat.start
        card.text.selectAll()
        seat.write("2026-10-25 02:30")
        assert card.readings.isVisible()
        assert seat.start == before
        assert "show 02:30 twice" in card.readings.choices[0].accessibleName()
        QTest.mouseClick(card.readings.choices[1], Qt.MouseButton.LeftButton)
        assert seat.start == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
        assert card.text.text() == "2026-10-25 02:30"

    sit(act)


def test_a_start_is_picked_too_and_taken_back_with_one_undo(sit: Callable[[Act], None]) -> None:
    async def act(seat: Seat) -> None:
        seat.tab.start._choose_kind("planned")
        seat.tab.start._pick()
        dialog = await seat.dialog(StartDialog)
        assert isinstance(dialog, StartDialog)
        dialog.at.box.setDateTime(wall(2026, 12, 1, 7, 15))
        dialog.save.click()
        assert seat.start == at(1, 7, 15, month=12)
        assert seat.tab.start.text.text() == "2026-12-01 07:15"
        seat.opened.undo()
        assert seat.start == at(24, 9)

    sit(act)


def wall(year: int, month: int, day: int, hour: int, minute: int) -> QDateTime:
    zone = QTimeZone(QTimeZone.Initialization.UTC)
    return QDateTime(QDate(year, month, day), QTime(hour, minute), zone)


# -- moments that the clock shows twice or never ---------------------------------------------------


def test_a_moment_of_the_night_of_the_change_is_asked_for(qapp: QApplication, qtbot: QtBot) -> None:
    made = MomentInput("From", BERLIN, at(25, 0, month=10) + timedelta(seconds=7))
    assert made.value() == at(25, 0, month=10) + timedelta(seconds=7)
    qtbot.addWidget(made)
    made.show()
    made.box.setDateTime(wall(2026, 10, 25, 2, 30))
    assert made.value() is None
    assert made.readings.isVisible()
    made.readings.choices[0].click()
    assert made.value() == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    made.box.setDateTime(wall(2027, 3, 28, 2, 30))
    assert made.value() is None
    assert "leave 02:30 out" in made.readings.choices[0].accessibleName()
    made.readings.choices[1].click()
    assert made.value() == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
    made.box.setDateTime(wall(2027, 3, 28, 3, 30))
    assert not made.readings.isVisible()
    assert made.value() == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)


def test_a_period_is_edited_exactly_and_a_wrong_one_cannot_be_saved(sit: Callable[[Act], None]) -> None:
    async def act(seat: Seat) -> None:
        seat.opened.set_periods((NIGHT,), (), {NIGHT: "Stocktaking"})
        seat.tab.line.setFocus()
        seat.press(KEY.Key_Down)
        seat.press(KEY.Key_Return)
        dialog = await seat.dialog(PeriodDialog)
        assert isinstance(dialog, PeriodDialog)
        assert (dialog.name.text(), dialog.long.text()) == ("Stocktaking", "Lasts 12 h")
        dialog.end.box.setDateTime(wall(2026, 11, 24, 19, 0))
        assert not dialog.save.isEnabled()
        assert dialog.wrong.isVisible()
        dialog.end.box.setDateTime(wall(2026, 11, 24, 23, 7))
        dialog.save.click()
        new = Period(at(24, 20), at(24, 23, 7))
        assert seat.drawn == (new,)
        assert seat.opened.campaign.period_names == {new: "Stocktaking"}

    sit(act)


# -- rules -----------------------------------------------------------------------------------------


@pytest.fixture
def room(qapp: QApplication, qtbot: QtBot) -> QWidget:
    """What a dialog stands before."""
    made = QWidget()
    qtbot.addWidget(made)
    return made


def ruled(room: QWidget, rule: Rule | None, start: datetime = NOW) -> tuple[RuleDialog, list[Rule]]:
    taken: list[Rule] = []
    dialog = RuleDialog(room, rule, Setting(BERLIN, "DE", start), taken.append)
    dialog.show()
    return dialog, taken


def test_a_rule_says_what_it_means_and_makes(room: QWidget) -> None:
    dialog, taken = ruled(room, None)
    assert dialog.meaning.text() == "Every night 20:00 to 08:00: nothing is sent (clock of Europe/Berlin)."
    assert "Mon 23 Nov 20:00 to Tue 24 Nov 08:00; Tue 24 Nov 20:00" in dialog.more.text()
    dialog.kind._buttons["days"].click()
    assert dialog.meaning.text().startswith("Saturdays and Sundays:")
    dialog.zone.setCurrentIndex(1)
    dialog.last.tick.click()
    dialog.last.box.setDate(QDate(2026, 12, 24))
    dialog.save.click()
    assert taken == [Rule(RuleKind.DAYS, WEEKEND, zone="", last=date(2026, 12, 24))]


def test_holidays_are_chosen_by_names(room: QWidget) -> None:
    dialog, taken = ruled(room, None, at(20, 12, month=12))
    dialog.kind._buttons["holidays"].click()
    assert dialog.country.currentText() == "Germany"
    dialog.part.setCurrentIndex(dialog.part.findText("Bavaria"))
    dialog._say()
    assert dialog.meaning.text().startswith("Public holidays in Bavaria:")
    assert "Fri 25 Dec 00:00 to Sun 27 Dec 00:00" in dialog.more.text()
    dialog.save.click()
    made = Rule(RuleKind.HOLIDAYS, country="DE", subdivision="BY", zone="Europe/Berlin")
    assert taken == [made]
    again, taken = ruled(room, made)
    again.save.click()
    assert taken == [made]


def test_a_rule_that_makes_nothing_says_why(room: QWidget) -> None:
    dialog, _ = ruled(room, Rule(RuleKind.DAYS, (2,), zone="Europe/Berlin"))
    dialog.days.buttons[2].click()
    assert (dialog.wrong.text(), dialog.save.isEnabled()) == ("Choose at least one day.", False)
    dialog.days.buttons[0].click()
    assert (dialog.wrong.isVisible(), dialog.save.isEnabled()) == (False, True)
    dialog.kind._buttons["hours"].click()
    dialog.end.setTime(QTime(20, 0))
    assert not dialog.save.isEnabled()


def test_a_rule_is_saved_as_it_was_whatever_places_it_names(room: QWidget) -> None:
    for rule in (
        Rule(RuleKind.HOURS, zone="Etc/GMT+5"),
        Rule(RuleKind.HOLIDAYS, country="XX", subdivision="9", zone="UTC"),
        Rule(RuleKind.HOLIDAYS, zone=""),
    ):
        dialog, taken = ruled(room, rule)
        dialog.save.click()
        assert taken == [rule]


def test_a_rule_asks_about_the_night_of_the_change(room: QWidget) -> None:
    rule = Rule(RuleKind.HOURS, start=time(22), end=time(2, 30), zone="Europe/Berlin")
    dialog, taken = ruled(room, rule, at(20, 12, month=10))
    assert dialog.readings.isVisible()
    assert not dialog.save.isEnabled()
    assert "On Sun 25 Oct 2026 the clocks of Europe/Berlin show 02:30 twice" in (
        dialog.readings.choices[0].accessibleName()
    )
    dialog.readings.choices[1].click()
    dialog.save.click()
    assert [one.answer for one in taken] == [Answer.LATER]
    again, _ = ruled(room, taken[0], at(20, 12, month=10))
    assert again.readings.choices[1].isChecked()
    assert again.save.isEnabled()


# -- intervals -------------------------------------------------------------------------------------


def nights(count: int) -> list[Period]:
    return [Period(at(24 + i, 20), at(25 + i, 8)) for i in range(count)]


def test_pasted_nights_become_a_rule_and_one_undo_takes_it_back(sit: Callable[[Act], None]) -> None:
    async def act(seat: Seat) -> None:
        odd = Period(at(24, 11), at(24, 12, 7))
        QGuiApplication.clipboard().setText("\n".join(map(format_period, [*nights(5), odd])))
        seat.tab.periods.paste.click()
        dialog = await seat.dialog(PasteDialog)
        assert isinstance(dialog, PasteDialog)
        assert "Recognised as a rule: Every night 20:00 to 08:00" in dialog.says.text()
        dialog.take.click()
        (rule,) = seat.rules
        assert (rule.kind, rule.zone, rule.first) == (RuleKind.HOURS, "Europe/Berlin", date(2026, 11, 24))
        assert seat.drawn == (odd,)
        assert seat.tab.periods.done.text().startswith("6 periods added. Recognised as a rule")
        assert seat.tab.periods._undo.isVisible()
        seat.opened.rename("Winter")
        assert not seat.tab.periods._undo.isVisible()
        seat.opened.undo()
        seat.tab.periods._undo.click()
        assert (seat.rules, seat.drawn) == ((), ())

    sit(act)


def test_what_is_no_interval_cannot_be_added(sit: Callable[[Act], None]) -> None:
    async def act(seat: Seat) -> None:
        QGuiApplication.clipboard().setText("something else")
        seat.tab.periods.paste.click()
        dialog = await seat.dialog(PasteDialog)
        assert isinstance(dialog, PasteDialog)
        assert (dialog.text.toPlainText(), dialog.take.isEnabled()) == ("", False)
        dialog.text.setPlainText("2026-11-24T20:00/2026-11-25T08:00")
        assert dialog.says.text().startswith("This is no interval")
        assert not dialog.take.isEnabled()

    sit(act)


def test_copied_intervals_are_the_drawn_ones_and_what_the_rules_make(sit: Callable[[Act], None]) -> None:
    async def act(seat: Seat) -> None:
        drawn = Period(at(24, 11), at(24, 12))
        seat.opened.set_periods((drawn,), (EVERY_NIGHT,))
        await seat.checked()
        seat.tab.periods.copy.click()
        lines = QGuiApplication.clipboard().text().splitlines()
        assert lines[:2] == [
            "2026-11-24T11:00:00.000+01:00/2026-11-24T12:00:00.000+01:00",
            "2026-11-23T20:00:00.000+01:00/2026-11-24T08:00:00.000+01:00",
        ]
        review = seat.opened.review
        assert review is not None
        assert review.effective is not None
        assert lines == [*map(format_period, review.effective.common)]

    sit(act)


# -- recipients' own, and when it arrives ----------------------------------------------------------


def with_own(seat: Seat) -> None:
    own = (Period(at(23, 14), at(24, 9)),)
    numbers = [f"+49176040690{i:02}" for i in range(10, 14)]
    people = Recipients(numbers, ["d", "e", "f", "g"], {}, {0: own, 1: own, 2: (NIGHT,)})
    seat.opened.add_recipients(0, people)


def test_own_periods_are_told_by_group_and_changed_for_the_whole_group(sit: Callable[[Act], None]) -> None:
    async def act(seat: Seat) -> None:
        with_own(seat)
        await seat.checked()
        assert [row[0] for row in seat.rows()] == ["2 people: own period", "1 person: own period"]
        assert [words for _, words in seat.tab.line.shown.labels] == ["2 people", "1 person"]
        seat.tab.open_entry(Key(Of.OWN, 0))
        dialog = await seat.dialog(OwnPeriods)
        assert isinstance(dialog, OwnPeriods)
        dialog._show([NIGHT])
        dialog.save.click()
        rows = seat.opened.campaign.messages[0].recipients
        assert dict(rows.blackouts) == {3: (NIGHT,), 4: (NIGHT,), 5: (NIGHT,)}
        await seat.checked()
        seat.tab.remove([Key(Of.OWN, 0)])
        assert not seat.opened.campaign.messages[0].recipients.blackouts
        seat.opened.undo()
        assert len(seat.opened.campaign.messages[0].recipients.blackouts) == 3

    sit(act)


def test_it_says_when_first_and_last_arrive_and_who_waits_for_what(
    sit: Callable[[Act], None],
) -> None:
    async def act(seat: Seat) -> None:
        arrival = seat.tab.arrival
        await seat.checked()
        assert arrival.first.text() == "All arrive at once."
        with_own(seat)
        await seat.checked()
        assert arrival.first.text() == "The first arrive today 14:02, the last tomorrow 09:00."
        assert arrival.more.text() == (
            "2 of 7 wait after the start. Longest wait 2 people: 18 h 58 min, "
            "until Tue 24 Nov 09:00, for the recipient's own period."
        )
        seat.opened.set_rules([Rule(RuleKind.DAYS, zone="Europe/Berlin")])
        await seat.checked()
        assert arrival.first.text().startswith("Nothing can be sent")
        assert arrival.first.property("role") == "failed"

    sit(act)


def test_the_line_shows_what_is_needed_and_what_is_not(sit: Callable[[Act], None]) -> None:
    async def act(seat: Seat) -> None:
        seat.opened.set_periods((), (EVERY_NIGHT,))
        await seat.checked()
        bars = seat.tab.line.shown.bars
        assert {bar.period.start: bar.needless for bar in bars if bar.period.start >= at(22, 20)} == {
            at(22, 20): True,
            **{at(day, 20): day > 25 for day in range(23, 30)},
        }
        assert seat.rows()[0][3] == f"rule, {sum(not bar.needless for bar in bars)} periods"

    sit(act)


def test_a_zone_that_is_assumed_is_marked_so(sit: Callable[[Act], None]) -> None:
    async def act(seat: Seat) -> None:
        seat.opened.add_recipients(0, Recipients(["+61412000001", "+61412000002"], ["x", "y"], {}, {}))
        seat.opened.set_rules([Rule(RuleKind.HOURS)])
        await seat.checked()
        assert seat.rows()[0][2].startswith("each recipient's own zone (")
        assert seat.rows()[0][2].endswith("zones), 2 assumed")
        assert "For 2 people the time zone is assumed" in seat.tab.arrival.more.text()

    sit(act)


def test_public_holidays_of_the_recipients_countries_are_shown(sit: Callable[[Act], None]) -> None:
    async def act(seat: Seat) -> None:
        await until(lambda: date(2026, 12, 25) in seat.tab.line.shown.holidays)
        holidays = seat.tab.line.shown.holidays
        assert holidays[date(2026, 12, 25)] == "Christmas Day (DE, US)"
        assert holidays[date(2026, 12, 26)] == "Second Day of Christmas (DE)"
        seat.tab.line.bring(at(25, 9, month=12), at(25, 9, month=12))
        assert "Fri 25 Dec: Christmas Day (DE, US)." in seat.tab.line.accessibleDescription()

    sit(act)


def test_a_problem_leads_to_its_cause(sit: Callable[[Act], None]) -> None:
    async def act(seat: Seat) -> None:
        seat.tab.go_to("blackouts")
        assert seat.tab.line.hasFocus()
        seat.opened.set_periods((NIGHT,), ())
        seat.tab.go_to("blackouts")
        assert seat.tab.periods.table.hasFocus()
        seat.tab.start._choose_kind("planned")
        seat.tab.line.setFocus()
        seat.tab.go_to("start")
        assert seat.tab.start.text.hasFocus()

    sit(act)


def test_a_rule_that_must_be_asked_about_says_so_and_is_led_to(sit: Callable[[Act], None]) -> None:
    async def act(seat: Seat) -> None:
        seat.desk.context.now = lambda: at(24, 12, month=10)
        unclear = Rule(RuleKind.HOURS, start=time(22), end=time(2, 30), zone="Europe/Berlin")
        seat.opened.set_periods((Period(at(24, 13, month=10), at(24, 14, month=10)),), (unclear,))
        await seat.checked()
        assert seat.rows()[1][3] == "rule, needs an answer"
        seat.tab.go_to("blackouts")
        row = seat.tab.periods.table.current_row()
        assert row is not None
        assert row.key == Key(Of.RULE, 0)
        seat.press(KEY.Key_Return)
        dialog = await seat.dialog(RuleDialog)
        assert isinstance(dialog, RuleDialog)
        dialog.readings.choices[0].click()
        dialog.save.click()
        await seat.checked()
        assert seat.rules[0].answer is Answer.EARLIER
        assert seat.rows()[1][3].startswith("rule, ")
        assert not seat.tab._times.asked()

    sit(act)


def test_the_focus_goes_as_one_reads_and_is_caught_nowhere(sit: Callable[[Act], None]) -> None:
    async def act(seat: Seat) -> None:
        seat.opened.set_periods((NIGHT,), ())
        tab = seat.tab
        tab.start._choose_kind("planned")
        tab.periods.table.choose_at(0)
        tab.start.kind._buttons["planned"].setFocus()
        seen = []
        for _ in range(13):
            seen.append((QApplication.focusWidget() or tab).accessibleName())
            seat.press(KEY.Key_Tab)
        assert seen == [
            *("Planned", "Planned start", "Pick day and time"),
            *("Earlier days", "Later days", "Show more days", "Show fewer days", tab.line.accessibleName()),
            *("Copy as ISO 8601", "Remove", "Add rule", "Add period", "Paste ISO 8601"),
        ]
        assert tab.periods.table.hasFocus()

    sit(act)


def test_everything_that_takes_the_focus_has_a_name(sit: Callable[[Act], None]) -> None:
    async def act(seat: Seat) -> None:
        seat.opened.set_periods((NIGHT,), (EVERY_NIGHT,))
        seat.tab.start._choose_kind("planned")
        seat.tab.add_rule()
        seat.tab.add_period()
        seat.tab.paste()
        focusable = [
            one
            for one in seat.tab.findChildren(QWidget)
            if one.isVisible() and one.focusPolicy() & Qt.FocusPolicy.TabFocus
        ]
        nameless = [
            one for one in focusable if not one.accessibleName() and not one.parent().accessibleName()
        ]
        assert len(focusable) > 40
        assert nameless == []

    sit(act)
