"""Ways between pages: files dropped anywhere, a saved list that becomes a campaign, figures in the rail."""

from pathlib import Path

from composing import campaign_of, opened, sendable, until
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QPushButton
from screens import DELIVERED, Play, Scene

from smsdesk.core.lists import Source
from smsdesk.core.noticing import Kind, News
from smsdesk.core.recipients import Recipients
from smsdesk.ui.frame import RailButton
from smsdesk.ui.shell import Shell


def drop(shell: Shell, *files: Path) -> None:
    """Files over the window, let go."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(file)) for file in files])
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPointF(5, 5).toPoint(), copy, mime, left, none)
    shell.window.dragEnterEvent(enter)
    assert enter.isAccepted()
    shell.window.dropEvent(QDropEvent(QPointF(5, 5), copy, mime, left, none))


def numbers(folder: Path, *people: str) -> Path:
    file = folder / "people.csv"
    file.write_text("\n".join(["Mobil;Name", *(f"{number};Ada" for number in people)]), "utf-8")
    return file


def figure(shell: Shell, words: str) -> str:
    made = next(
        one for one in shell.window.findChildren(RailButton) if one.accessibleName().startswith(words)
    )
    return made.accessibleName()


def test_files_dropped_beside_the_composer_go_into_the_open_draft(play: Play[None], tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        shell = await opened(scene)
        draft = campaign_of(shell)
        shell.window.go("find")
        drop(shell, numbers(tmp_path, "+4917604069001", "+4917604069002"))
        await until(shell.importing.take.isEnabled)
        shell.importing.take.trigger()
        await until(lambda: shell.window.page_key() == "composer")
        assert campaign_of(shell) is draft
        assert list(draft.campaign.messages[0].recipients.dst) == ["+4917604069001", "+4917604069002"]

    play(act)


def test_files_dropped_where_the_open_campaign_was_sent_begin_a_new_one(
    play: Play[None], tmp_path: Path
) -> None:
    async def act(scene: Scene) -> None:
        shell = await opened(scene)
        await sendable(shell)
        first = campaign_of(shell)
        await first.send(scene.desk.outbox)
        drop(shell, numbers(tmp_path, "+4917604069003"))
        await until(lambda: campaign_of(shell) is not first and shell.importing.take.isEnabled())
        shell.importing.take.trigger()
        assert len(campaign_of(shell).campaign.messages[0].recipients) == 1

    play(act)


def test_a_saved_list_becomes_a_campaign_and_the_rail_counts(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        shell = await opened(scene)
        people = Recipients(["+4917604069001", "+4917604069002"], ["", ""])
        await scene.desk.lists.save("Kiel", people, Source("file", {"file": "people.csv"}))
        await scene.desk.do_not_contact.add(["+4917604069002"], "asked us to")
        await until(lambda: "1" in figure(shell, "Lists") and "1" in figure(shell, "Do not contact"))
        shell.window.go("lists")
        await until(lambda: shell.lists.table.rows.rowCount() == 1)
        before = campaign_of(shell)
        shell.lists.use.trigger()
        await until(lambda: campaign_of(shell) is not before and shell.window.page_key() == "composer")
        assert list(campaign_of(shell).campaign.messages[0].recipients.dst) == list(people.dst)

    play(act)


def test_news_is_told_in_a_sentence_with_its_figures(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        shell = await opened(scene)
        window = shell.window
        values: dict[str, str | int] = {"name": "Autumn", "delivered": 2841, "failed": 38, "n": 3000}
        scene.desk.noticing.on_news(News(Kind.FINISHED, "a", values))
        told = window._notices.bars()[-1].notice
        assert told.sentence == "Autumn is finished: 2,841 of 3,000 SMS delivered, 38 failed."
        scene.desk.noticing.on_news(News(Kind.REFUSED, "Shop", {"account": "Shop"}))
        assert window._notices.bars()[-1].notice.level == "error"
        window.activateWindow()
        await until(window.isActiveWindow)
        both = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        scene.qtbot.keyClick(window, Qt.Key.Key_X, both)
        assert window._notices.bars() == []

    play(act)


def test_news_leads_to_the_job_that_it_is_about(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        for name in ("Autumn", "Autumn again"):
            await scene.send(DELIVERED, name=name)
        (about,) = [one for one in await scene.desk.campaigns.lines() if one.name == "Autumn"]
        shell = await opened(scene)
        scene.desk.noticing.on_news(
            News(Kind.FINISHED, about.id, {"name": "Autumn", "delivered": 10, "failed": 0, "n": 10})
        )
        bar = shell.window._notices.bars()[-1]
        (show,) = [one for one in bar.findChildren(QPushButton) if one.text() == "Show"]
        show.click()
        await until(lambda: shell.jobs.recipients.name.text() == "Autumn")
        assert shell.window.page_key() == "jobs"

    play(act)
