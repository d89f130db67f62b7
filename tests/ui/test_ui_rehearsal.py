"""The rehearsal: its dialog, its stamp among what is in order, its line in the question."""

import asyncio
import uuid
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtWidgets import QWidget
from screens import DELIVERED, Play, Scene

from smsdesk.core.account import Account
from smsdesk.core.campaign import Campaign, CampaignId, Message
from smsdesk.core.options import Options
from smsdesk.core.recipients import Recipients
from smsdesk.core.rehearsal import Rehearsed
from smsdesk.desk.campaigns import OpenCampaign
from smsdesk.ui.ask import Question
from smsdesk.ui.compose_rehearsal import RehearsalDialog, facts_of
from smsdesk.ui.compose_review import ReviewTab

REAL = Account("Nordlicht", "https://nowhere.invalid/rest/v1", ("https://nowhere.invalid/rest/v1",), "user")
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


async def shown(scene: Scene, text: str = "Your parcel is here") -> tuple[ReviewTab, OpenCampaign]:
    await scene.desk.accounts.save(REAL, "secret")
    rows = Recipients(DELIVERED[:3], [""] * 3, {"Name": ["Ada"] * 3})
    options = Options(src="Nordlicht", status_requested=True)
    of = Campaign(CampaignId(uuid.uuid4().hex), "Winter", REAL.name, (Message(text, rows),), options)
    opened = await scene.desk.campaigns.adopt(of)
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


def test_closing_the_dialog_calls_it_off(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        tab, opened = await shown(scene)
        tab.rehearse.trigger()
        (dialog,) = tab.findChildren(RehearsalDialog)
        while dialog.bar.value() < 50:
            await asyncio.sleep(0)
        dialog.reject()
        await scene.settled()
        assert stamp(tab) == []
        assert await scene.desk.rehearsals.stamped(opened.campaign) is None
        assert scene.notices == []

    play(act)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (Rehearsed(1, 9, early=2, late=1), "2 SMS left before they were forecast to."),
        (Rehearsed(1, 9, missing=2), "Of 2 SMS no report came."),
        (Rehearsed(1, 9, late=2), "2 SMS left more than a minute after their first possible time"),
    ],
)
def test_what_differs_from_the_forecast_is_said(play: Play[None], found: Rehearsed, words: str) -> None:
    async def act(scene: Scene) -> None:
        tab, opened = await shown(scene)
        dialog = tab.rehearsing.start(opened)
        await scene.settled()
        dialog._show_result(found)
        assert dialog.verdict.text().startswith(words)

    play(act)


def test_the_facts_name_both_times() -> None:
    hour = timedelta(hours=1)
    found = Rehearsed(2, 3, Counter(), 0, 0, 0, (NOW, NOW + hour), (NOW, NOW + hour), NOW + 2 * hour)
    names = [name for name, _ in facts_of(found, NOW)]
    assert names == ["Accepted", "First SMS", "Last SMS", "Outcomes", "All final by"]
