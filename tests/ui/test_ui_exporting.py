"""Tables and reports from the pages: proposed under a safe name, written as shown, and said in a sentence."""

import asyncio
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot
from screens import DELIVERED, Play, Scene

from smsdesk.core.progress import Progress
from smsdesk.ui.campaigns import Campaigns
from smsdesk.ui.exporting import Writing, ask_file, safe_name, write_file
from smsdesk.ui.outbox import Outbox


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Autumn, 1 of 2", "Autumn 1 of 2"),
        ("../../etc/passwd", "etc passwd"),
        ('a"b<c>d|e?f*g:h\\i', "a b c d e f g h i"),
        ("Größe 日本", "Größe 日本"),
        ("\x00\n", "Jobs"),
        ("...", "Jobs"),
        ("CON", "Jobs"),
        ("com1", "Jobs"),
        ("x" * 300, "x" * 80),
    ],
)
def test_a_name_that_every_system_takes(words: str, name: str) -> None:
    assert safe_name(words, "Jobs") == name


def test_the_kind_that_is_chosen_is_the_ending(qtbot: QtBot) -> None:
    parent, chosen = QWidget(), list[Path]()
    qtbot.addWidget(parent)
    dialog = ask_file(parent, "Export", "Jobs", chosen.append)
    assert dialog.acceptMode() is QFileDialog.AcceptMode.AcceptSave
    assert dialog.defaultSuffix() == "xlsx"
    dialog.filterSelected.emit(dialog.nameFilters()[1])
    assert dialog.defaultSuffix() == "csv"
    dialog.fileSelected.emit("/tmp/out.csv")
    assert chosen == [Path("/tmp/out.csv")]
    dialog.reject()


def test_outbox_and_campaigns_are_written_as_they_are_shown(play: Play[None], tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        for name in ("Autumn", "=Winter"):
            await scene.queue(DELIVERED[:2], name=name)
        told: list[str] = []
        page = await scene.show(Outbox(scene.desk))
        page.exported.connect(told.append)
        assert page.export.isVisible()
        page.write_table(tmp_path / "outbox.csv")
        await scene.settled()
        campaigns = await scene.show(Campaigns(scene.desk))
        campaigns.noticed.connect(lambda _, words, *__: told.append(words))
        campaigns.table.sort_column(0)
        campaigns.write_table(tmp_path / "campaigns.csv")
        await scene.settled()
        assert told == ["2 entries are in outbox.csv", "2 campaigns are in campaigns.csv"]
        rows = (tmp_path / "outbox.csv").read_text("utf-8-sig").splitlines()
        assert [row.split(",")[0] for row in rows[1:]] == ["'=Winter", "Autumn"]
        rows = (tmp_path / "campaigns.csv").read_text("utf-8-sig").splitlines()
        assert [row.split(",")[0] for row in rows[1:]] == ["'=Winter", "Autumn"]

    play(act)


def test_what_lasts_shows_how_far_it_is_and_can_be_stopped(play: Play[None], tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        page = await scene.show(Outbox(scene.desk))
        (tmp_path / "out.csv").write_text("old")
        begun, told = asyncio.Event(), list[bool]()

        async def written(progress: Progress) -> None:
            progress(120_000, 300_000)
            begun.set()
            try:
                await asyncio.Event().wait()
            finally:
                told.append(True)

        write_file(page, scene.desk, tmp_path / "out.csv", written)
        await begun.wait()
        shown = page.findChild(Writing)
        assert shown is not None
        assert not shown.isVisible()
        due = asyncio.Event()
        shown.later.timeout.connect(due.set)
        await due.wait()
        assert shown.isVisible()
        assert shown.words.text() == "Writing out.csv"
        assert shown.rows.text() == "120,000 of 300,000 rows"
        assert shown.bar.value() * 10 == 4 * shown.bar.maximum()
        assert not shown.isModal()
        shown.stop.click()
        await scene.settled()
        assert told == [True]
        assert page.findChild(Writing) is None
        assert (tmp_path / "out.csv").read_text() == "old"
        assert scene.notices == []

    play(act)
