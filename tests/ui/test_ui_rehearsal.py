"""The rehearsal: its dialog, its stamp among what is in order, its line in the question."""

import asyncio
import sys
import tempfile
import uuid
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import qasync
from PySide6.QtWidgets import QApplication, QWidget
from screens import DELIVERED, Play, Scene, until
from shiboken6 import isValid

from smsdesk.app import Act, _run, rehearse_in
from smsdesk.core.account import Account
from smsdesk.core.campaign import Campaign, CampaignId, Message
from smsdesk.core.options import Options
from smsdesk.core.recipients import Recipients
from smsdesk.core.rehearsal import Rehearsed
from smsdesk.desk import rehearsing
from smsdesk.desk.campaigns import OpenCampaign
from smsdesk.desk.rehearsing import Rehearsal
from smsdesk.sandbox.remote import Remote
from smsdesk.ui.ask import Question
from smsdesk.ui.compose_pilot import PilotChoice
from smsdesk.ui.compose_rehearsal import RehearsalDialog, facts_of
from smsdesk.ui.compose_review import ReviewTab
from smsdesk.ui.rehearsing import RehearsalBar, RehearsalWindow
from smsdesk.ui.shell import Shell

REAL = Account("Nordlicht", "https://nowhere.invalid/rest/v1", ("https://nowhere.invalid/rest/v1",), "user")
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def campaign(text: str = "Your parcel is here", people: int = 3, later: timedelta | None = None) -> Campaign:
    rows = Recipients(DELIVERED[:people], [""] * people, {"Name": ["Ada"] * people})
    start_at = None if later is None else datetime.now(UTC).replace(microsecond=0) + later
    options = Options(src="Nordlicht", status_requested=True, start_at=start_at)
    return Campaign(CampaignId(uuid.uuid4().hex), "Winter", REAL.name, (Message(text, rows),), options)


async def shown(
    scene: Scene, text: str = "Your parcel is here", people: int = 3, later: timedelta | None = None
) -> tuple[ReviewTab, OpenCampaign]:
    scene.desk.rehearsals.start = rehearse_in
    await scene.desk.accounts.save(REAL, "secret")
    opened = await scene.desk.campaigns.adopt(campaign(text, people, later))
    tab = ReviewTab(scene.desk, lambda: None, lambda _: None, lambda _: None)
    scene.qtbot.addWidget(tab)
    tab.resize(1100, 700)
    tab.show()
    opened.listen(lambda: tab.show_campaign(opened))
    tab.show_campaign(opened)
    await scene.settled()
    return tab, opened


def stamp(tab: ReviewTab) -> list[str]:
    return [words for words in tab.good.texts() if words.startswith("Rehearsed")]


def test_it_is_rehearsed_stamped_void_by_an_edit_and_asked_of_once_more(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        tab, opened = await shown(scene)
        assert stamp(tab) == []
        tab.rehearse.trigger()
        await scene.settled()
        (dialog,) = tab.findChildren(RehearsalDialog)
        assert dialog.verdict.text() == "All 3 SMS were accepted and left as forecast."
        facts = dict(dialog.facts.pairs())
        assert facts["Accepted"] == "1 job, 3 SMS"
        assert facts["Outcomes"] == "3 delivered"
        dialog.close_button.click()
        await scene.settled()
        assert stamp(tab)[0].endswith("unchanged since.")
        assert await scene.desk.jobs.lines() == ()
        opened.rename("Spring")
        await scene.settled()
        assert stamp(tab)
        opened.write_text(0, "Something else")
        assert stamp(tab) == []
        await scene.settled()
        assert stamp(tab) == []
        assert "rehearsal_void" in [line.problem.code for line in tab.checks.lines]
        opened.undo()
        await scene.settled()
        assert stamp(tab)
        tab.send.click()
        await scene.settled()
        question = tab.findChildren(Question)[-1]
        names = [part.accessibleName() for part in question.findChildren(QWidget)]
        assert any("real phones" in name for name in names)

    play(act)


def test_what_is_red_is_not_rehearsed(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        tab, _ = await shown(scene, "Hello {Nam}")
        assert not tab.rehearse.isEnabled()
        tab.ask_rehearsal()
        assert tab.findChildren(RehearsalDialog) == []

    play(act)


@pytest.mark.parametrize("far", [1, pytest.param(50, marks=pytest.mark.slow)])
def test_closing_the_dialog_calls_it_off(play: Play[None], far: int) -> None:
    async def act(scene: Scene) -> None:
        tab, opened = await shown(scene)
        tab.rehearse.trigger()
        (dialog,) = tab.findChildren(RehearsalDialog)
        while dialog.bar.value() < far:
            await asyncio.sleep(0)
        dialog.reject()
        await scene.settled()
        assert stamp(tab) == []
        assert await scene.desk.rehearsals.stamped(opened.campaign) is None
        assert scene.notices == []

    play(act)


DIFFERS = [
    (Rehearsed(1, 9, early=2, late=1), "2 SMS left before they were forecast to."),
    (Rehearsed(1, 9, missing=2), "Of 2 SMS no report came."),
    (Rehearsed(1, 9, late=2), "2 SMS left more than a minute after their first possible time"),
    (Rehearsed(1, 9, refused=9, missing=1), "The jobs of 9 SMS were refused."),
]


def test_what_differs_from_the_forecast_is_said(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        tab, opened = await shown(scene)
        dialog = tab.rehearsing.start(opened, 3)
        for found, words in DIFFERS:
            dialog._show_result(found)
            assert dialog.verdict.text().startswith(words)

    play(act)


def test_the_pilot_of_the_rehearsal_is_said_and_asked_of(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        tab, _ = await shown(scene, people=8)
        tab.rehearse.trigger()
        (dialog,) = tab.findChildren(RehearsalDialog)
        dialog.pilot.choose("5")
        dialog.begin()
        await scene.settled()
        assert dict(dialog.facts.pairs())["Accepted"] == "2 jobs, 8 SMS"
        dialog.close_button.click()
        await scene.settled()
        assert stamp(tab)[0].endswith("with a pilot of 5 people, unchanged since.")
        tab.send.click()
        await scene.settled()
        names = [part.accessibleName() for part in tab.findChildren(Question)[-1].findChildren(QWidget)]
        assert any("with a pilot of 5" in name for name in names)
        tab.pilot.trigger()
        await scene.settled()
        (choice,) = tab.findChildren(Question)[-1].findChildren(PilotChoice)
        assert "cut differently" not in choice.told.text()

    play(act)


def test_another_pilot_than_that_of_the_rehearsal_is_said(qapp: QApplication) -> None:
    of = Campaign(CampaignId("one"), "Winter")
    for rehearsed, said in ((None, False), (20, False), (0, True), (7, True)):
        choice = PilotChoice(of, 300, timedelta(0), later=False, rehearsed=rehearsed)
        assert ("cut differently" in choice.told.text()) is said
    choice = PilotChoice(of, 300, timedelta(0), later=False, rehearsed=20)
    assert choice.people.key() == "20"
    choice.people.choose("50")
    choice._show()
    assert "cut differently" in choice.told.text()


# --- watched


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where rehearsals have their workspaces."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    # Nobody looks: the clock need not be slow enough for eyes.
    monkeypatch.setattr(rehearsing, "_WATCHED", 0.1)
    return folder


async def watched(scene: Scene, tab: ReviewTab, app: QApplication) -> tuple[RehearsalDialog, RehearsalWindow]:
    """The window on a rehearsal, in sight."""
    windows: list[RehearsalWindow] = []

    def opens(rehearsal: Rehearsal) -> RehearsalWindow:
        windows.append(RehearsalWindow(app, rehearsal))
        return windows[-1]

    tab.rehearsing.watch = opens
    tab.rehearse.trigger()
    (dialog,) = tab.findChildren(RehearsalDialog)
    assert dialog.watch_button.isVisible()
    dialog.watch_button.click()
    await until(lambda: windows and windows[0].isVisible())
    return dialog, windows[0]


def left(folder: Path) -> list[Path]:
    return [*folder.iterdir()]


async def ended(box: Remote) -> bool:
    try:
        await box.state()
    except OSError:
        return True
    return False


def test_it_is_watched_in_the_real_pages(
    play: Play[None], qapp: QApplication, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def act(scene: Scene) -> None:
        seen, turn = asyncio.Event(), Rehearsal._turn

        async def turned(one: Rehearsal, *how: object) -> None:
            """Goes on once the turned clock was looked at."""
            await turn(one, *how)  # type: ignore[arg-type]
            await seen.wait()

        monkeypatch.setattr(Rehearsal, "_turn", turned)
        tab, opened = await shown(scene, later=timedelta(days=3))
        dialog, window = await watched(scene, tab, qapp)
        rehearsal, shell = window._rehearsal, window.shell
        assert window.windowTitle() == "Rehearsal: Winter"
        assert window.page_key() == "outbox"
        (bar,) = window.findChildren(RehearsalBar)
        assert "nothing is sent to anyone" in bar.accessibleName()
        await until(lambda: rehearsal.rate > 1)
        bar.show_clock()
        assert "times as fast" in bar.clock.text()
        seen.set()
        for page, loaded in (("jobs", shell.jobs), ("phones", shell.phones), ("find", shell.find)):
            window.go(page)
            assert window.page() is loaded
        await until(lambda: rehearsal.over)
        await until(dialog.verdict.isVisible)
        assert rehearsal.clock.now() > scene.desk.now() + timedelta(days=3)
        (line,) = await rehearsal.desk.jobs.lines()
        assert await rehearsal.desk.outbox.progress(opened.campaign.id) == 0
        assert len((await rehearsal.desk.phones.find()).phones) == 3
        bar.show_clock()
        assert bar.clock.text().startswith("Over")
        assert dialog.verdict.text() == "All 3 SMS were accepted and left as forecast."
        box = rehearsal._box
        assert isinstance(box, Remote)
        assert left(temporary) != []
        window.close()
        await scene.settled()
        assert await ended(box)
        assert left(temporary) == []
        assert dialog.isVisible()
        assert dialog.watch_button.isEnabled()
        assert tab.isVisible()
        assert await scene.desk.jobs.lines() == ()
        assert scene.notices == []
        del line

    play(act)


def test_its_window_may_be_closed_before_the_end(
    play: Play[None], qapp: QApplication, temporary: Path
) -> None:
    async def act(scene: Scene) -> None:
        tab, opened = await shown(scene)
        dialog, window = await watched(scene, tab, qapp)
        box = window._rehearsal._box
        window.close()
        await scene.settled()
        assert dialog.verdict.text() == "All 3 SMS were accepted and left as forecast."
        assert isinstance(box, Remote)
        assert await ended(box)
        assert left(temporary) == []
        assert scene.notices == []
        assert (await scene.desk.rehearsals.stamped(opened.campaign)) is not None

    play(act)


def test_closing_the_dialog_closes_its_window(play: Play[None], qapp: QApplication, temporary: Path) -> None:
    async def act(scene: Scene) -> None:
        tab, _ = await shown(scene, later=timedelta(days=3))
        dialog, window = await watched(scene, tab, qapp)
        await until(lambda: window._rehearsal.rate > 1)
        box = window._rehearsal._box
        dialog.reject()
        await until(lambda: not isValid(window) or not window.isVisible())
        await scene.settled()
        assert isinstance(box, Remote)
        assert await ended(box)
        assert left(temporary) == []
        assert scene.notices == []

    play(act)


def test_the_program_may_end_while_it_is_watched(
    loop: qasync.QEventLoop, qapp: QApplication, tmp_path: Path, temporary: Path
) -> None:
    boxes: list[Remote] = []
    told: list[str] = []

    async def drive(shell: Shell) -> int:
        shell.desk.on_notice(lambda notice: told.append(notice.details or str(notice.error)))
        desk = shell.desk
        start = desk.rehearsals.start

        async def started() -> Remote:
            box = await start()
            assert isinstance(box, Remote)
            boxes.append(box)
            return box

        desk.rehearsals.start = started
        await desk.accounts.save(REAL, "secret")
        opened = await desk.campaigns.adopt(campaign(later=timedelta(days=3)))
        shell.open_campaign(opened)
        shell.composer.go_tab("review")
        review = shell.composer.review
        await until(review.rehearse.isEnabled)
        review.rehearse.trigger()
        (dialog,) = review.findChildren(RehearsalDialog)
        dialog.watch_button.click()
        await until(
            lambda: any(isinstance(w, RehearsalWindow) and w.isVisible() for w in qapp.topLevelWidgets())
        )
        return 0

    qapp.setQuitOnLastWindowClosed(False)
    hook = sys.excepthook
    try:
        assert loop.run_until_complete(_run(qapp, tmp_path / "workspace", "en", Act(drive, 1.0))) == 0
    finally:
        qapp.setQuitOnLastWindowClosed(True)
        sys.excepthook = hook
    assert told == []
    assert left(temporary) == []
    assert boxes
    for box in boxes:
        assert loop.run_until_complete(ended(box))
    assert asyncio.all_tasks(loop) == set()
    assert not any(isinstance(w, RehearsalWindow) and w.isVisible() for w in qapp.topLevelWidgets())


def test_the_facts_name_both_times() -> None:
    hour = timedelta(hours=1)
    found = Rehearsed(
        2, 3, Counter(), forecast=(NOW, NOW + hour), left=(NOW, NOW + hour), until=NOW + 2 * hour
    )
    names = [name for name, _ in facts_of(found, NOW)]
    assert names == ["Accepted", "First SMS", "Last SMS", "Outcomes", "All final by"]
