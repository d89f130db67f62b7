"""A pilot from the review: what is asked, what is queued, and what it says of itself."""

import uuid
from datetime import timedelta

from PySide6.QtWidgets import QWidget
from screens import DELIVERED, Play, Scene

from smsdesk.core.campaign import Campaign, CampaignId, Message
from smsdesk.core.options import Options
from smsdesk.core.outbox import EntryState, Hold
from smsdesk.core.recipients import Recipients
from smsdesk.desk.campaigns import OpenCampaign
from smsdesk.ui.ask import Question
from smsdesk.ui.compose_pilot import PilotChoice, offered
from smsdesk.ui.compose_review import ReviewTab

TEXT = "Your parcel is here"


async def shown(scene: Scene, count: int) -> tuple[ReviewTab, OpenCampaign, list[str]]:
    numbers = [DELIVERED[at % len(DELIVERED)] for at in range(count)]
    options = Options(src="Nordlicht", status_requested=True)
    messages = (Message(TEXT, Recipients(numbers, [""] * count)),)
    of = Campaign(CampaignId(uuid.uuid4().hex), "Winter", "Try-out", messages, options)
    told: list[str] = []
    opened = await scene.desk.campaigns.adopt(of)
    tab = ReviewTab(scene.desk, lambda: told.append("queued"), lambda _: None, lambda _: None)
    scene.qtbot.addWidget(tab)
    tab.show()
    opened.listen(lambda: tab.show_campaign(opened))
    tab.show_campaign(opened)
    await scene.settled()
    return tab, opened, told


def test_a_pilot_is_asked_for_and_the_rest_waits_for_it(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        tab, opened, told = await shown(scene, 60)
        tab.pilot.trigger()
        await scene.settled()
        question = tab.findChildren(Question)[-1]
        choice = question.findChildren(PilotChoice)[0]
        assert question.yes.text() == "Send 50 SMS first, 10 wait"
        for box, key in ((choice.people, "20"), (choice.share, "5")):
            box.choose(key)
            box.activated.emit(box.currentIndex())
        assert question.yes.text() == "Send 20 SMS first, 40 wait"
        assert "no more than 5 %" in choice.told.text()
        assert choice.isVisibleTo(question)
        question.yes.click()
        await scene.settled()
        assert (told, opened.sent) == (["queued"], True)
        entries = sorted(await scene.desk.outbox.entries(), key=lambda entry: entry.number)
        assert [(one.sms_count, one.pilot, one.hold) for one in entries] == [
            (20, True, Hold.UNDO),
            (40, False, Hold.PILOT),
        ]
        assert {one.state for one in entries} == {EntryState.HELD}

    play(act)


def test_too_few_are_no_pilot(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        tab, _, _ = await shown(scene, 5)
        assert not tab.pilot.isEnabled()
        assert tab.pilot.toolTip() == "Too few SMS for a pilot."
        tab.ask_pilot()
        await scene.settled()
        assert tab.findChildren(Question) == []

    play(act)
    assert offered(5) == ()
    assert offered(6) == (5,)


def test_what_the_outcomes_cannot_tell_is_said(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        tab, opened, _ = await shown(scene, 60)
        parent = QWidget()
        scene.qtbot.addWidget(parent)
        plain = Campaign(CampaignId("one"), "One", options=Options())
        words = PilotChoice(plain, 60, timedelta(0), later=True).told.text()
        assert "Delivery confirmation is off" in words
        assert "at the start of the campaign" in words
        words = PilotChoice(opened.campaign, 60, timedelta(0), later=False).told.text()
        assert "Delivery confirmation is off" not in words
        assert "at the start of the campaign" not in words
        assert tab.pilot.isEnabled()

    play(act)
