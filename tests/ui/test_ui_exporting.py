"""Tables and reports from the pages: proposed under a safe name, written as shown, and said in a sentence."""

import asyncio
import csv
from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path

import pytest
import python_calamine as calamine
from alone import alone
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot
from screens import DELIVERED, Play, Scene
from stored import Stored, store_job

from smsdesk.core.progress import Cancelled, Progress
from smsdesk.ui import masking
from smsdesk.ui.campaigns import Campaigns
from smsdesk.ui.exporting import Writing, ask_file, safe_name, write_file
from smsdesk.ui.exporting_shown import ask_table
from smsdesk.ui.find import Find
from smsdesk.ui.jobs import Jobs
from smsdesk.ui.outbox import Outbox
from smsdesk.ui.page import Page
from smsdesk.ui.table import Column, Table
from smsdesk.ui.widths import Arrangement
from smsdesk.words import number

offline = pytest.fixture(alone)


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


@dataclass(frozen=True)
class Row:
    number: str
    count: int
    words: str


ROWS = tuple(Row(f"+4917604069{at:03}", 10_000 * at, f"=Nr {at}") for at in range(250))


def table_of_rows() -> Table[Row]:
    made: Table[Row] = Table(
        "Rows: all",
        [
            Column("number", "", lambda row: masking.shown_number(row.number), sort=attrgetter("number")),
            Column("hidden", "", lambda row: "?", heading="Hidden"),
            Column("count", "", lambda row: number(row.count), kind="number", sort=attrgetter("count")),
            Column("words", "", attrgetter("words"), heading="Wörter"),
        ],
        arranging=True,
    )
    made.set_rows(ROWS)
    made.arrange(Arrangement(("words", "number", "count"), frozenset({"hidden"})))
    made.sort_column(2, descending=True)
    return made


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_any_table_is_written_as_it_is_shown(play: Play[None], tmp_path: Path, kind: str) -> None:
    # The program ends with its last window.
    page = Page("Some")

    async def act(scene: Scene) -> None:
        table = table_of_rows()
        page.body.addWidget(table)
        await scene.show(page)
        told: list[str] = []
        masking.turn(on=True)
        try:
            ask_table(page, scene.desk, told.append)
            dialog = page.findChild(QFileDialog)
            assert dialog is not None
            dialog.fileSelected.emit(str(tmp_path / f"out.{kind}"))
            dialog.reject()
            await scene.settled()
        finally:
            masking.turn(on=False)
        assert told == [f"250 rows are in out.{kind}"]
        rows = read(tmp_path / f"out.{kind}")
        assert rows[0][0] == "Wörter"
        assert "Hidden" not in rows[0]
        quote = "'" if kind == "csv" else ""
        assert rows[1:] == [[f"{quote}={row.words[1:]}", row.number, str(row.count)] for row in ROWS[::-1]]

    play(act)


def read(path: Path) -> list[list[str]]:
    if path.suffix == ".csv":
        return list(csv.reader(path.read_text("utf-8-sig").splitlines()))
    found = calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    return [[str(int(cell)) if isinstance(cell, float) else str(cell) for cell in row] for row in found]


def test_a_table_whose_page_knows_more_is_written_by_the_page(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await scene.desk.context.write(store_job, "Autumn", [Stored("+4917604069012")])
        page = await scene.show(Jobs(scene.desk))
        asked: list[bool] = []
        page.export.of_jobs.triggered.connect(lambda: asked.append(True))
        page.table.setFocus()
        ask_table(page, scene.desk, lambda _: asked.append(False))
        assert asked == [True]
        page.findChildren(QFileDialog)[0].reject()
        none: list[str] = []
        ask_table(Page("None"), scene.desk, none.append)
        assert none == ["There is no table here that could be exported."]

    play(act)


def test_a_table_that_is_stopped_leaves_nothing(play: Play[None], tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        def stop(done: int, rows: int) -> None:
            assert rows == 1_000
            if done:
                raise Cancelled

        with pytest.raises(Cancelled):
            await scene.desk.exports.write_shown(
                tmp_path / "out.csv", ["a"], 1_000, lambda first, after: [["x"]] * (after - first), stop
            )

    play(act)
    assert not [*tmp_path.glob("out*"), *tmp_path.glob(".smsdesk*")]


def test_what_is_found_is_written_as_it_is_listed(offline: Play[None], tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        rows = [Stored("+4917604069012", "Ada"), Stored("+4917604069031", "Ada Ö")]
        await scene.desk.context.write(store_job, "Autumn", rows)
        page = await scene.show(Find(scene.desk))
        scene.qtbot.keyClicks(page.box, "Ada")
        await scene.settled()
        ask_table(page, scene.desk, lambda _: None)
        (dialog,) = page.findChildren(QFileDialog)
        dialog.fileSelected.emit(str(tmp_path / "out.csv"))
        dialog.reject()
        await scene.settled()
        assert [row[:2] for row in read(tmp_path / "out.csv")] == [
            ["Campaign", "Number"],
            ["Autumn", "+4917604069031"],
            ["Autumn", "+4917604069012"],
        ]

    offline(act)
