"""From figures to rows, from some of them to a follow-up: what leads where, and who is written to."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from screens import DELIVERED, NO_SUCH_NUMBER, PHONE_OFF, Play, Scene

from smsdesk.core.following import Reach
from smsdesk.desk.campaigns import OpenCampaign
from smsdesk.ui.following import FollowUp
from smsdesk.ui.jobs import Jobs


def shown(page: Jobs) -> list[str]:
    return [row.name for row in page.recipients.shown]


def dialog_of(page: Jobs) -> FollowUp:
    found = page.findChild(FollowUp)
    assert found is not None
    return found


def test_a_figure_leads_to_its_rows(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await scene.send([*DELIVERED[:2], NO_SUCH_NUMBER, PHONE_OFF, "+436641234500"])
        await scene.report()
        page = await scene.show(Jobs(scene.desk))
        page.figures.reasons.click("code:timeout")
        assert shown(page) == ["Ada 3"]
        page.figures.regions.click("region:AT")
        assert shown(page) == ["Ada 4"]
        assert page.recipients.outcome.currentText() == "Austria 1"
        page.recipients.outcome.choose("")
        page.recipients.outcome.activated.emit(0)
        scene.qtbot.keyClicks(page.recipients.words, "6998")
        assert shown(page) == ["Ada 2"]

    play(act)


def test_who_was_missed_gets_a_draft_and_who_got_it_does_not(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await scene.send([*DELIVERED[:2], NO_SUCH_NUMBER, PHONE_OFF])
        await scene.report()
        page = await scene.show(Jobs(scene.desk))
        made: list[OpenCampaign] = []
        page.drafted.connect(made.append)
        assert page.recipients.follow.text() == "Follow up 1…"
        page.recipients.follow.click()
        await scene.settled()
        dialog = dialog_of(page)
        assert dialog.name.text() == "Autumn, follow-up"
        assert dialog.included() == {Reach.MISSED}
        assert dialog.go.text() == "Make a draft for 1 SMS"
        dialog.ticks[Reach.HOPELESS].click()
        assert dialog.go.text() == "Make a draft for 2 SMS"
        scene.qtbot.keyClick(dialog, Qt.Key.Key_Return)
        await scene.settled()
        (opened,) = made
        (message,) = opened.campaign.messages
        assert [*message.recipients.dst] == [NO_SUCH_NUMBER, PHONE_OFF]
        assert opened.campaign.options.src == "Nordlicht"
        (first,) = {line.id for line in await scene.desk.campaigns.lines() if line.sent}
        chain = await scene.desk.following.chain(opened.campaign.id)
        assert [link.id for link in chain] == [first, opened.campaign.id]

    play(act)


def test_whom_a_later_message_reached_is_left_out(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await scene.send([PHONE_OFF, DELIVERED[3]], name="First")
        await scene.report()
        desk = scene.desk
        (first,) = await desk.reports.keys(Jobs(desk)._look)
        before = await desk.following.look(first)
        assert [one.reach for one in before.some] == [Reach.MISSED, Reach.REACHED]
        opened = await desk.following.draft(before, {Reach.MISSED}, "Again")
        await desk.outbox.queue(opened.campaign)
        await desk.outbox.drain("Try-out")
        assert [one.reach for one in (await desk.following.look(first)).some] == [Reach.SINCE, Reach.REACHED]
        await scene.report()
        # The follow-up failed as well: another one may be tried.
        assert [one.reach for one in (await desk.following.look(first)).some] == [Reach.MISSED, Reach.REACHED]

    play(act)


def test_chosen_rows_are_followed_or_never_written_to_again(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await scene.send([*DELIVERED[:2], NO_SUCH_NUMBER, PHONE_OFF])
        await scene.report()
        page = await scene.show(Jobs(scene.desk))
        people = page.recipients
        people.table.choose_at(2)
        assert people.chosen_words.text() == "1 chosen"
        people.chosen_contact.click()
        await scene.settled()
        (listed,) = (await scene.desk.do_not_contact.rows([NO_SUCH_NUMBER])).values()
        assert listed.reason == "from the job Autumn"
        people.table.selectAll()
        people.chosen_follow.click()
        await scene.settled()
        dialog = dialog_of(page)
        assert dialog.go.text() == "Make a draft for 1 SMS"
        assert not dialog.ticks.get(Reach.HOPELESS), "who is on the list by now stays out"
        words = [made.text() for made in dialog.findChildren(QLabel)]
        told = "2 got it and are left out. 1 is on the do-not-contact list and stays out."
        assert told in words

    play(act)


def test_enter_on_a_recipient_asks_for_the_person(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await scene.send(DELIVERED[:2])
        page = await scene.show(Jobs(scene.desk))
        asked: list[str] = []
        page.person_asked.connect(asked.append)
        page.recipients.table.choose_at(1)
        scene.qtbot.keyClick(page.recipients.table, Qt.Key.Key_Return)
        assert asked == [DELIVERED[1]]

    play(act)


def test_a_view_is_saved_comes_back_and_is_forgotten(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await scene.send([NO_SUCH_NUMBER], name="Wrong")
        await scene.report()
        await scene.send(DELIVERED[:2], name="Fine")
        page = await scene.show(Jobs(scene.desk))
        page.kinds._buttons["failures"].click()
        page.table.sort_wanted.emit("job", False)
        await scene.settled()
        page.views.save("What failed")
        await scene.settled()
        again = await scene.show(Jobs(scene.desk))
        assert len(again._keys) == 1, "as it was left"
        at = again.views.findText("What failed")
        again.views.setCurrentIndex(at)
        again.views.activated.emit(at)
        await scene.settled()
        assert [line.name for line in (again.table.rows.row_at(0),)] == ["Wrong"]
        assert again.kinds.key() == "failures"
        again.views.setCurrentIndex(again.views.findData("forget"))
        again.views.activated.emit(again.views.currentIndex())
        await scene.settled()
        assert (await scene.desk.settings())["jobs.views"] == "{}"

    play(act)


@pytest.mark.parametrize("words", ["wro", "WRONG"])
def test_jobs_are_searched_as_one_types(play: Play[None], words: str) -> None:
    async def act(scene: Scene) -> None:
        await scene.send([NO_SUCH_NUMBER], name="Wrong")
        await scene.send(DELIVERED[:2], name="Fine")
        page = await scene.show(Jobs(scene.desk))
        scene.qtbot.keyClicks(page.words, words)
        page._typed.timeout.emit()
        await scene.settled()
        assert [page.table.rows.row_at(at).name for at in range(len(page._keys))] == ["Wrong"]
        scene.qtbot.keyClicks(page.words, "x")
        page._typed.timeout.emit()
        await scene.settled()
        assert page._none_words.text() == "No job has these words."

    play(act)
