"""Who was sent the same text lately: a check with two ways, a list, and a line in the question."""

import uuid
from dataclasses import replace

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget
from screens import DELIVERED, Play, Scene

from smsdesk.core.campaign import Campaign, CampaignId, Message
from smsdesk.core.options import Options
from smsdesk.core.recipients import Recipients
from smsdesk.desk.campaigns import OpenCampaign
from smsdesk.ui.ask import Question
from smsdesk.ui.compose_repeated import RepeatedDialog
from smsdesk.ui.compose_review import ReviewTab

TEXT = "Your parcel is here"


def campaign(*parts: tuple[str, list[str]]) -> Campaign:
    """A message for each text, and who it is for."""
    messages = tuple(
        Message(text, Recipients(numbers, [""] * len(numbers), {"Name": ["Ada"] * len(numbers)}))
        for text, numbers in parts
    )
    options = Options(src="Nordlicht", status_requested=True)
    return Campaign(CampaignId(uuid.uuid4().hex), "Winter", "Try-out", messages, options)


async def shown(scene: Scene, of: Campaign) -> tuple[ReviewTab, OpenCampaign]:
    opened = await scene.desk.campaigns.adopt(of)
    tab = ReviewTab(scene.desk, lambda: None, lambda _: None, lambda _: None)
    scene.qtbot.addWidget(tab)
    tab.resize(1100, 700)
    tab.show()
    opened.listen(lambda: tab.show_campaign(opened))
    tab.show_campaign(opened)
    await scene.settled()
    return tab, opened


def told(tab: ReviewTab) -> list[str]:
    return [line.problem.code for line in tab.checks.lines]


def test_they_are_left_out_in_one_step_and_come_back_in_one(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await scene.queue(DELIVERED[:3], TEXT)
        of = campaign(
            (TEXT, [DELIVERED[9], *DELIVERED[1:3]]), (f"{TEXT}.", DELIVERED[:2]), (TEXT, DELIVERED[:1])
        )
        tab, opened = await shown(scene, of)
        (line,) = [line for line in tab.checks.lines if line.problem.code == "repeated"]
        assert line.accessibleName().startswith("To look at: 3 recipients were sent the same text lately")
        assert (line.way.text(), line.look.isVisible()) == ("Leave them out", True)
        assert tab.send.isEnabled()
        undo: list[QAction] = []
        tab.noticed.connect(lambda _level, _words, _hint, act: undo.append(act))
        line.way.click()
        await scene.settled()
        assert [len(one.recipients) for one in opened.campaign.messages] == [1, 2, 0]
        assert "repeated" not in told(tab)
        undo[0].trigger()
        await scene.settled()
        assert [len(one.recipients) for one in opened.campaign.messages] == [3, 2, 1]
        assert "repeated" in told(tab)

    play(act)


def test_red_stays_first_and_another_text_is_no_repetition(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await scene.queue(DELIVERED[:3], TEXT)
        tab, opened = await shown(scene, campaign((TEXT, DELIVERED[:1])))
        opened.set_options(replace(opened.campaign.options, src="Much too long a name"))
        await scene.settled()
        assert told(tab)[0] != "repeated"
        assert "repeated" in told(tab)
        opened.write_text(0, "Something else")
        await scene.settled()
        assert "repeated" not in told(tab)

    play(act)


def test_each_of_them_is_shown_with_when_and_by_what(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await scene.queue(DELIVERED[1:2], TEXT, "Autumn")
        tab, opened = await shown(scene, campaign((TEXT, DELIVERED[:3])))
        next(line for line in tab.checks.lines if line.problem.code == "repeated").look.click()
        await scene.settled()
        (dialog,) = tab.findChildren(RepeatedDialog)
        row = dialog.table.rows.row_at(0)
        assert (row.row, row.dst, row.name, row.past.name) == (2, DELIVERED[1], "Ada", "Autumn")
        dialog.out.click()
        await scene.settled()
        assert opened.campaign.sms_count == 2

    play(act)


def test_the_question_says_so_even_if_it_was_sent_a_moment_ago(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        tab, _ = await shown(scene, campaign((TEXT, DELIVERED[:3])))
        assert "repeated" not in told(tab)
        await scene.queue(DELIVERED[:1], TEXT)
        tab.send.click()
        await scene.settled()
        question = tab.findChildren(Question)[-1]
        names = [part.accessibleName() for part in question.findChildren(QWidget)]
        assert any("1 recipient was sent the same text" in name for name in names)

    play(act)
