"""The composer in the whole window: by keyboard from an empty draft to the outbox, and never twice."""

import asyncio
from pathlib import Path

from composing import opened, until, with_people
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from screens import LONG, Play, Scene

from smsdesk.core.outbox import EntryState
from smsdesk.core.problem import Level
from smsdesk.desk import demo
from smsdesk.ui.ask import Question
from smsdesk.ui.shell import Shell


async def ready(shell: Shell) -> None:
    composer = shell.composer
    await with_people(shell)
    composer.messages.editor.setFocus()
    QTest.keyClicks(composer.messages.editor, "Hello {Vorname}, {{welcome}}")
    assert composer.opened is not None
    composer.opened.set_options(demo.options(composer.opened.campaign.options))
    composer.go_tab("review")
    await until(composer.review.send.isEnabled)


def test_typing_and_importing_shows_each_person_their_text(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        shell = await opened(scene)
        composer = shell.composer
        await ready(shell)
        assert composer.opened is not None
        assert composer.opened.campaign.messages[0].text == "Hello {Vorname}, {{welcome}}"
        people = composer.messages.table.rows
        assert people.rowCount() == 34
        assert people.row_at(0).dst == "+4917604069012"
        composer.side.show_person(0, 1)
        assert composer.side.phone._bubble.accessibleName().endswith("Hello Mehmet, {welcome}")
        await composer.opened.save()
        line = (await scene.desk.campaigns.lines())[0]
        assert line.sms_count == 34

    play(act)


def test_a_second_press_sends_nothing_more(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        shell = await opened(scene)
        await ready(shell)
        review = shell.composer.review
        review.send.setFocus()
        QTest.keyClick(review.send, Qt.Key.Key_Space)
        await until(lambda: review.findChildren(Question))
        question = review.findChildren(Question)[0]
        question.yes.click()
        review.send_now()
        await until(lambda: shell.window.page_key() == "outbox")
        review.send_now()
        assert not review.send.isVisible()
        assert shell.composer.opened is not None
        await shell.composer.opened.send(scene.desk.outbox)
        assert len(await scene.desk.outbox.entries()) == 1

        async def accepted() -> bool:
            return [e.state for e in await scene.desk.outbox.entries()] == [EntryState.ACCEPTED]

        async with asyncio.timeout(LONG):
            while not await accepted():
                await asyncio.sleep(0.01)
        assert len(await scene.box.messages()) == 34

    play(act)


def test_red_checks_keep_the_button_shut_and_lead_to_their_cause(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        shell = await opened(scene)
        composer = shell.composer
        await with_people(shell)
        composer.messages.editor.setPlainText("Hello {Vornam}")
        box = composer.options.fields["validity_min"].box
        box.setFocus()
        QTest.keyClicks(box, "3")
        await until(lambda: _reds(shell) == {"no_such_field", "option_validity"})
        composer.go_tab("review")
        assert not composer.review.send.isEnabled()
        assert composer.opened is not None
        assert composer.opened.review is not None
        for problem in composer.opened.review.problems:
            composer.go_to(problem)
            expected = "options" if problem.where.field == "validity_min" else "messages"
            if problem.level is Level.ERROR:
                assert composer.tabs.key() == expected
        assert "5 to 2,880" in composer.options.fields["validity_min"].wrong.text()

    play(act)


def _reds(shell: Shell) -> set[str]:
    opened = shell.composer.opened
    found = opened.review.problems if opened and opened.review else ()
    return {problem.code for problem in found if problem.level is Level.ERROR}


def test_undo_takes_an_import_back_and_redo_brings_it_again(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        shell = await opened(scene)
        composer = shell.composer
        await with_people(shell)
        assert composer.opened is not None
        composer.undo.trigger()
        assert composer.opened.campaign.sms_count == 0
        composer.redo.trigger()
        assert composer.opened.campaign.sms_count == 34

    play(act)


def test_a_draft_comes_back_as_it_was_left(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        shell = await opened(scene)
        await ready(shell)
        left = shell.composer.opened
        assert left is not None
        shell.composer.schedule.start._choose_kind("planned")
        await left.save()
        again = await scene.desk.campaigns.open(left.campaign.id)
        assert again.campaign.messages[0].text == left.campaign.messages[0].text
        assert list(again.campaign.messages[0].recipients) == list(left.campaign.messages[0].recipients)
        assert again.campaign.options == left.campaign.options

    play(act)


def test_a_file_that_is_no_table_is_told_on_the_page_and_the_campaign_stays(
    play: Play[None], tmp_path: Path
) -> None:
    async def act(scene: Scene) -> None:
        shell = await opened(scene)
        await with_people(shell)
        broken = tmp_path / "broken.csv"
        broken.write_bytes(b"PK\x03\x04 and so on")
        shell.open_file(broken, "DE")
        await until(shell.importing.trouble.isVisible)
        assert not shell.importing.take.isEnabled()
        shell.importing.cancel.trigger()
        assert shell.window.page_key() == "composer"
        assert shell.composer.opened is not None
        assert shell.composer.opened.campaign.sms_count == 34

    play(act)
