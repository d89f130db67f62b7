"""Handing over: chosen in the question, stopped from anywhere while it is not final, asked for at the end."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from composing import campaign_of, opened, sendable, until
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from screens import DELIVERED, LONG, Play, Scene

from smsdesk.core.campaign import CampaignId
from smsdesk.core.handing import Handing
from smsdesk.core.outbox import Entry, EntryId, EntryState, Hold
from smsdesk.ui.ask import Question, Stake
from smsdesk.ui.closing import Closing, moving, under_way
from smsdesk.ui.compose_moment import to_wall
from smsdesk.ui.handing import SETTING, USUAL, HandingChoice, LaterDialog, keep_undo, next_morning, usual_undo
from smsdesk.ui.shell import Shell
from smsdesk.ui.undoing import UndoBar
from smsdesk.words.entries import Scene as Around

NOW = datetime(2026, 11, 23, 14, 2, tzinfo=UTC)


def choice(qtbot: QtBot, n: int = 500, undo: timedelta = USUAL) -> HandingChoice:
    made = HandingChoice(undo, lambda: NOW, n)
    qtbot.addWidget(made)
    return made


def pick(made: HandingChoice, way: str) -> None:
    made.way.choose(way)
    made.way.changed.emit(way)


# -- what is chosen --------------------------------------------------------------------------------


def test_at_once_leaves_the_chosen_time_to_stop_it(qtbot: QtBot) -> None:
    made = choice(qtbot)
    assert made.value() == Handing(undo=timedelta(seconds=10))
    assert "10 s" in made.told.text()
    made.undo.choose("0")
    made.undo.activated.emit(0)
    assert made.value() == Handing()
    assert made.told.text() == "It is final at once."
    assert made.yes("Send") == "Send"


def test_held_here_until_a_time_that_lies_ahead(qtbot: QtBot) -> None:
    made = choice(qtbot)
    pick(made, "hold")
    value = made.value()
    assert value is not None
    assert value.hold_until is not None
    assert (value.undo, value.hold_until > NOW) == (timedelta(0), True)
    assert made.yes("Send").startswith("Hold 500 SMS until ")
    made.later.input.box.setDateTime(to_wall(NOW - timedelta(hours=30)))
    assert (made.value(), made.ready()) == (None, False)
    assert made.later.told.text() == "This time has passed."


@pytest.mark.parametrize(("hour", "day"), [(8, 23), (9, 24), (14, 24)])
def test_nine_in_the_morning_is_the_next_one(hour: int, day: int) -> None:
    from zoneinfo import ZoneInfo

    berlin = ZoneInfo("Europe/Berlin")
    found = next_morning(datetime(2026, 11, 23, hour, tzinfo=berlin), berlin)
    assert (found.day, found.hour, found.utcoffset()) == (day, 9, timedelta(hours=1))


def test_a_question_follows_what_is_chosen_in_it(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    done: list[str] = []
    made = choice(qtbot)
    asks = Question(parent, Stake("Send", "Much", "Words", "Send it"), lambda: done.append("sent"), made)
    pick(made, "hold")
    assert asks.yes.text().startswith("Hold 500 SMS until ")
    made.later.input.box.setDateTime(to_wall(NOW - timedelta(hours=30)))
    assert not asks.yes.isEnabled()
    pick(made, "now")
    assert (asks.yes.text(), asks.yes.isEnabled()) == ("Send it", True)
    asks.yes.click()
    asks.yes.click()
    assert done == ["sent"]


def test_a_new_time_has_to_lie_ahead(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    made = LaterDialog(parent, lambda: NOW, 3)
    assert made.yes.isEnabled()
    assert made.yes.text().startswith("Hold 3 SMS until ")
    made.later.input.box.setDateTime(to_wall(NOW - timedelta(hours=30)))
    assert (made.yes.isEnabled(), made.at()) == (False, None)


def test_the_time_to_stop_it_is_remembered(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        assert await usual_undo(scene.desk) == USUAL
        await keep_undo(scene.desk, Handing(undo=timedelta(minutes=5)))
        await keep_undo(scene.desk, Handing(hold_until=NOW))
        assert await usual_undo(scene.desk) == timedelta(minutes=5)
        await scene.desk.put_setting(SETTING, "99999")
        assert await usual_undo(scene.desk) == timedelta(minutes=15)

    play(act)


# -- while it is not final --------------------------------------------------------------------------


def an_entry(hold: Hold | None, state: EntryState = EntryState.HELD, n: int = 1, **values: object) -> Entry:
    entry = Entry(
        EntryId(n), CampaignId(f"c{n}"), f"Autumn {n}", 1, 1, "Shop", "m", 40, state, NOW, hold=hold
    )
    for name, value in values.items():
        object.__setattr__(entry, name, value)
    return entry


def test_the_bar_counts_down_to_what_is_final_first(qtbot: QtBot) -> None:
    now, stopped = [NOW], list[Entry]()
    bar = UndoBar(lambda: now[0], stopped.append)
    qtbot.addWidget(bar)
    later = an_entry(Hold.UNDO, n=2, final_at=NOW + timedelta(minutes=5))
    first = an_entry(Hold.UNDO, n=1, final_at=NOW + timedelta(seconds=8))
    bar.show_entries([later, first, an_entry(Hold.TIME, n=3)])
    assert bar.words.text() == "Autumn 1: 40 SMS, final in 0:08"
    assert bar.more.text() == "and 1 more campaign after it"
    bar.stop.click()
    assert stopped == [first]
    now[0] += timedelta(seconds=8)
    bar.show_entries([first])
    assert bar.isHidden()


def test_the_bar_of_a_pilot_says_what_becomes_of_the_rest(qtbot: QtBot) -> None:
    bar = UndoBar(lambda: NOW, lambda _: None)
    qtbot.addWidget(bar)
    pilot = an_entry(Hold.UNDO, final_at=NOW + timedelta(seconds=8), pilot=True)
    rest = [an_entry(Hold.PILOT, n=n, campaign_id=pilot.campaign_id) for n in (2, 3)]
    bar.show_entries([*rest, pilot, an_entry(Hold.PILOT, n=4)])
    assert bar.words.text() == "Autumn 1: 40 SMS, final in 0:08"
    assert bar.more.text() == "as a pilot; 80 more wait for its outcome"
    bar.show_entries([])
    assert bar.isHidden()


async def send_with(shell: Shell, seconds: int) -> None:
    """Sends the open campaign the way a person does, with a time to stop it."""
    await shell.desk.put_setting(SETTING, str(seconds))
    review = shell.composer.review
    shell.composer.go_tab("review")
    await until(review.send.isEnabled)
    review.send.click()
    await until(lambda: review.findChildren(Question))
    review.findChildren(Question)[0].yes.click()
    await until(lambda: shell.window.page_key() == "outbox")


def test_what_is_stopped_in_time_is_a_draft_again_and_nobody_is_written_to(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        shell = await opened(scene)
        await sendable(shell)
        sent = campaign_of(shell).campaign
        await send_with(shell, 600)
        bar = shell.outbox_frame.undo
        await until(bar.isVisible)
        assert "34 SMS, final in" in bar.words.text()
        shell.window.go("jobs")
        assert bar.isVisible(), "on every page"
        bar.stop.setFocus(Qt.FocusReason.TabFocusReason)
        QTest.keyClick(bar.stop, Qt.Key.Key_Space)
        await until(lambda: shell.window.page_key() == "composer" and not bar.isVisible())
        draft = campaign_of(shell)
        assert (draft.sent, draft.campaign.sms_count, draft.campaign.id == sent.id) == (False, 34, False)
        (entry,) = await scene.desk.outbox.entries()
        assert entry.state is EntryState.CANCELLED
        assert await scene.box.messages() == []

    play(act)


@pytest.fixture
def _goes_on(qapp: QApplication) -> Iterator[None]:
    """As in the program: the loop goes on when the last window has closed."""
    qapp.setQuitOnLastWindowClosed(False)
    yield
    qapp.setQuitOnLastWindowClosed(True)


# -- closing ---------------------------------------------------------------------------------------


def test_what_becomes_of_each_is_said_before_the_window_closes() -> None:
    ready = an_entry(None, EntryState.QUEUED, 1)
    posting = an_entry(None, EntryState.SENDING, 2)
    held = an_entry(Hold.TIME, n=3, due_at=NOW + timedelta(days=1))
    lost = an_entry(None, EntryState.UNCERTAIN, 4)
    told = under_way([ready, posting, held, lost, an_entry(None, EntryState.ACCEPTED, 5)], NOW)
    words = [then.split(":")[0].split(".")[0] for _, then in told]
    assert words == ["On its way right now", "Has not left", words[2], "Uncertain; looked for next time"]
    assert words[2].startswith("Held until tomorrow")
    assert under_way([lost, an_entry(Hold.MISSED, n=6)], NOW) == [], "closing changes nothing"


def test_only_what_leaves_by_itself_is_waited_for() -> None:
    ready, posting = an_entry(None, EntryState.QUEUED, 1), an_entry(None, EntryState.SENDING, 2)
    assert moving([ready, posting, an_entry(Hold.TIME, n=3)], Around(NOW)) == [ready, posting]
    assert moving([ready], Around(NOW, frozenset({"Shop"}))) == []


@pytest.mark.usefixtures("_goes_on")
def test_closing_asks_and_staying_stays(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        shell = await opened(scene)
        closed: list[int] = []
        shell.window.closing.connect(lambda: closed.append(1))
        await scene.desk.outbox.pause()
        await scene.queue(DELIVERED[:3])
        await until(lambda: under_way(shell.outbox_frame._outlook.open, scene.desk.now()))
        assert not shell.window.close()
        question = shell.outbox_frame.question
        assert question is not None
        assert "1 job, 3 SMS: Has not left." in question.accessibleName()
        assert question.wait.isHidden(), "paused, it would never leave"
        QTest.keyClick(question, Qt.Key.Key_Escape)
        assert (closed, shell.window.isVisible()) == ([], True)
        assert not shell.window.close()
        assert shell.outbox_frame.question is not None
        shell.outbox_frame.question.now.click()
        assert (closed, shell.window.isVisible()) == ([1], False)
        assert await scene.box.messages() == []

    play(act)


@pytest.mark.usefixtures("_goes_on")
def test_the_window_waits_until_all_has_left(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        shell = await opened(scene)
        gone = asyncio.Event()
        shell.window.closing.connect(gone.set)
        await scene.box.fault("post", "delay", 1)
        await scene.queue(DELIVERED[:3])
        await until(lambda: under_way(shell.outbox_frame._outlook.open, scene.desk.now()))
        shell.window.close()
        question = shell.window.findChildren(Closing)[-1]
        question.wait.click()
        assert shell.window.isVisible()
        async with asyncio.timeout(LONG):
            await gone.wait()
        (entry,) = await scene.desk.outbox.entries()
        assert entry.state is EntryState.ACCEPTED

    play(act)


@pytest.mark.usefixtures("_goes_on")
def test_an_empty_outbox_closes_without_a_word(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        shell = await opened(scene)
        await scene.queue(DELIVERED[:1])
        await until(lambda: shell.outbox_frame._outlook.counts == {EntryState.ACCEPTED: 1})
        assert shell.window.close()

    play(act)
