"""Sending as a clerk does it, by the keyboard alone, in the whole window on the embedded sandbox."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

from composing import campaign_of, opened, until
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QWidget
from screens import DELIVERED, FINAL, Play, Scene
from sqlalchemy import update

from smsdesk.core.outbox import Entry, EntryState, Hold
from smsdesk.core.recipients import Recipients
from smsdesk.desk import demo
from smsdesk.desk.changes import Topic
from smsdesk.store.schema import outbox
from smsdesk.ui.ask import Question
from smsdesk.ui.compose_pilot import PilotChoice
from smsdesk.ui.handing import SETTING, HandingChoice, LaterDialog
from smsdesk.ui.outbox_wire import WireDialog
from smsdesk.ui.shell import Shell

D = TypeVar("D", bound=QDialog)
WRONG = "+491760406998"
TEXT = "Your parcel is here"
MIXED = [WRONG, DELIVERED[1], WRONG, DELIVERED[2], WRONG]


def key(what: Qt.Key, *, control: bool = False) -> None:
    """Presses a key where the keyboard is."""
    at = QApplication.focusWidget() or QApplication.activeWindow()
    assert at is not None
    QTest.keyClick(
        at, what, Qt.KeyboardModifier.ControlModifier if control else Qt.KeyboardModifier.NoModifier
    )


def tab_to(wanted: QWidget) -> None:
    """Tabs on until the keyboard is there."""
    seen: list[str] = []
    while QApplication.focusWidget() is not wanted:
        at = QApplication.focusWidget()
        seen.append("" if at is None else at.accessibleName())
        assert len(seen) < 120, seen
        key(Qt.Key.Key_Tab)


async def front(window: QWidget) -> None:
    """Where no dialog is open any more, the system brings the window to the front again."""
    window.activateWindow()
    await until(window.isActiveWindow)


async def press(wanted: QWidget) -> None:
    await until(lambda: wanted.isVisible() and wanted.isEnabled())
    await front(wanted.window())
    tab_to(wanted)
    key(Qt.Key.Key_Space)


async def press_words(parent: QWidget, words: str) -> None:
    """The button of these words that is in sight."""
    await press(next(b for b in parent.findChildren(QAbstractButton) if b.isVisible() and words in b.text()))


async def asked(shell: Shell, kind: type[D]) -> D:
    """The dialog that is open."""

    def there() -> list[D]:
        return [one for one in shell.window.findChildren(kind) if one.isVisible()]

    await until(there)
    dialog = there()[-1]
    await front(dialog)
    return dialog


async def composed(scene: Scene, numbers: list[str], undo: int = 0) -> Shell:
    """A campaign that is ready to be sent, under review."""
    shell = await opened(scene)
    shell.window.activateWindow()
    await scene.desk.put_setting(SETTING, str(undo))
    draft = campaign_of(shell)
    draft.add_recipients(0, Recipients(numbers, [f"K-{at}" for at in range(len(numbers))]))
    draft.write_text(0, TEXT)
    draft.set_options(replace(demo.options(draft.campaign.options), src="Nordlicht", start_at=None))
    await until(lambda: draft.review is not None and draft.review.sendable and draft.saved)
    shell.composer.go_tab("review")
    await until(shell.composer.review.send.isEnabled)
    return shell


async def entries(scene: Scene) -> list[Entry]:
    return sorted(await scene.desk.outbox.entries(), key=lambda entry: entry.number)


def on_page(shell: Shell) -> list[Entry]:
    """What the outbox page shows, in the order of the jobs."""
    rows = shell.outbox.table.rows
    return sorted((rows.row_at(at) for at in range(rows.rowCount())), key=lambda entry: entry.number)


async def stands(shell: Shell, scene: Scene, holds: Callable[[list[Entry]], bool]) -> list[Entry]:
    """Until the outbox page shows what holds."""
    await until(lambda: holds(on_page(shell)))
    return await entries(scene)


def test_with_wrong_numbers_only_the_pilot_is_ever_posted(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        shell = await composed(scene, MIXED * 12)
        await press_words(shell.window, shell.composer.review.pilot.text())
        question = await asked(shell, Question)
        choice = question.findChildren(PilotChoice)[0]
        tab_to(choice.people)
        key(Qt.Key.Key_Home)
        how = choice.value()
        assert how is not None
        first = how.pilot
        assert first is not None
        await press(question.yes)
        await until(lambda: shell.window.page_key() == "outbox")
        await until(lambda: len(on_page(shell)) == 2)
        await stands(shell, scene, lambda shown: shown[0].state is EntryState.ACCEPTED)
        await scene.box.advance(FINAL)
        await scene.desk.jobs.ask_due()
        await scene.desk.outbox.tend()
        pilot, rest = await stands(shell, scene, lambda shown: shown[-1].hold is Hold.BRAKE)
        assert (pilot.state, pilot.sms_count) == (EntryState.ACCEPTED, first.people)
        assert len(await scene.box.messages()) == first.people < 60
        await front(shell.window)
        key(Qt.Key.Key_2, control=True)
        shell.outbox.choose(rest)
        await until(lambda: "by your word" in shell.outbox.side.words.text())
        await press(shell.outbox.side.buttons["draft"])
        await press((await asked(shell, Question)).yes)
        await until(lambda: shell.window.page_key() == "composer")
        assert campaign_of(shell).campaign.sms_count == rest.sms_count
        assert len(await scene.box.messages()) == first.people

    play(act)


def test_held_here_missed_and_at_a_new_time_by_the_keyboard(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        shell = await composed(scene, DELIVERED[:3])
        await press_words(shell.window, shell.composer.review.send.text())
        question = await asked(shell, Question)
        choice = question.findChildren(HandingChoice)[0]
        tab_to(next(b for b in choice.way.findChildren(QAbstractButton) if b.isChecked()))
        key(Qt.Key.Key_Right)
        key(Qt.Key.Key_Space)
        assert choice.way.key() == "hold"
        assert "must run at that time" in choice.later.told.text()
        await press(question.yes)
        (held,) = await stands(shell, scene, lambda shown: bool(shown) and shown[0].hold is Hold.TIME)
        page = shell.outbox
        # The program was closed when it should have gone.
        late = {"due_at": scene.desk.now() - timedelta(hours=3), "late_at": None}
        await scene.desk.context.write(
            lambda connection: connection.execute(update(outbox).values(late)) and None
        )
        await scene.desk.outbox.tend()
        scene.desk.context.changes.tell(Topic.OUTBOX)
        await until(page.missed.isVisible)
        assert await scene.box.messages() == [], "late it does not go by itself"
        await press(page.missed.buttons["move"])
        later = await asked(shell, LaterDialog)
        await press(later.yes)
        await until(page.missed.isHidden)
        (moved,) = await entries(scene)
        assert (moved.hold, moved.due_at is not None) == (Hold.TIME, True)
        page.choose(held)
        await until(page.side.buttons["now"].isVisible)
        await press(page.side.buttons["now"])
        question = await asked(shell, Question)
        key(Qt.Key.Key_Escape)
        await until(lambda: not question.isVisible())
        assert await scene.box.messages() == []
        await press(page.side.buttons["now"])
        await press((await asked(shell, Question)).yes)
        await stands(shell, scene, lambda shown: shown[0].state is EntryState.ACCEPTED)
        assert len(await scene.box.messages()) == 3
        await front(shell.window)
        tab_to(page.table)
        key(Qt.Key.Key_Return)
        wire = await asked(shell, WireDialog)
        key(Qt.Key.Key_Escape)
        await until(lambda: not wire.isVisible())

    play(act)
