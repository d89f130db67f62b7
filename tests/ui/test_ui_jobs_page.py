"""The page Jobs under a person's hands: from figures to rows and back, what is kept, what waits its turn."""

import asyncio
import csv
import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alone import alone
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QPushButton
from pytestqt.qtbot import QtBot
from screens import Play, Scene
from sqlalchemy import Connection, insert

from smsdesk.core.delivery import Delivery
from smsdesk.core.differing import Difference, as_text
from smsdesk.core.job_looks import JobLook
from smsdesk.desk.changes import Topic
from smsdesk.store import schema
from smsdesk.ui.delivery import accepted, known_at
from smsdesk.ui.job_figures import speed_facts
from smsdesk.ui.jobs import Jobs
from smsdesk.ui.jobs_columns import asked_words
from smsdesk.ui.table import Column, Table
from smsdesk.words import short_time, use_language

play = pytest.fixture(alone)
NOW = datetime(2026, 11, 23, 14, 2, tzinfo=UTC)
STATES = {
    "delivered": ("DONE", "SUC_FIN"),
    "waiting": ("OPEN", None),
    "sending": ("RUNNING", "SUC_ACC"),
    "failed": ("DONE", "TIMEOUT"),
}
MIXED = ["delivered", "delivered", "waiting", "sending", "failed", "failed"]


def job(connection: Connection, name: str, outcomes: Sequence[str], number: int = 1, **values: Any) -> int:
    """A job of ours; its people are called Ada 0, Ada 1 ..., the one with an odd number is in Austria."""
    at = NOW + timedelta(minutes=number)
    counts = {outcome: outcomes.count(outcome) for outcome in set(outcomes)}
    told = {
        "job_id": f"J.{number:040}",
        "name": name,
        "account": "Main",
        "accepted_at": at,
        "asked_at": at,
        "final": True,
        "sms_count": len(outcomes),
        **counts,
        **values,
    }
    made = connection.execute(insert(schema.jobs).values(told)).inserted_primary_key
    assert made
    rows = [
        {
            "job_key": made[0],
            "dst": f"+43664{1000000 + at_}" if at_ % 2 else f"+4917640690{at_:03}",
            "name": f"Ada {at_}",
            "sms_id": f"S.{number}.{at_}",
            "process_status": STATES[outcome][0],
            "status": STATES[outcome][1],
            "sent_at": at,
            "finished_at": at + timedelta(seconds=4) if outcome in ("delivered", "failed") else None,
            "due_at": at - timedelta(hours=at_),
            "flagged": outcome == "failed" and bool(values.get("asked_differs")),
        }
        for at_, outcome in enumerate(outcomes)
    ]
    connection.execute(insert(schema.sms), rows)
    return int(made[0])


async def shown(scene: Scene, *jobs: tuple[str, Sequence[str]], **values: Any) -> Jobs:
    """The page with these jobs, the last of them on top."""
    for number, (name, outcomes) in enumerate(jobs):
        await scene.desk.context.write(job, name, outcomes, number, **values)
    page = await scene.show(Jobs(scene.desk))
    page.activateWindow()
    return page


def people(page: Jobs) -> list[str]:
    return [row.name for row in page.recipients.shown]


def listed(page: Jobs) -> list[str]:
    rows = page.table.rows
    return [rows.row_at(at).name for at in range(rows.rowCount())]


def cell(page: Jobs, row: int, key: str) -> QPoint:
    column = [one.key for one in page.table.rows.columns].index(key)
    return page.table.visualRect(page.table.rows.index(row, column)).center()


# -- from figures to rows, and back ------------------------------------------------------------------


def test_each_figure_of_the_list_leads_to_its_rows_and_a_zero_nowhere(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        page = await shown(scene, ("Mixed", MIXED), ("Fine", ["delivered"]))
        for row, key, names in (
            (1, "delivered", ["Ada 0", "Ada 1"]),
            (1, "waiting", ["Ada 2", "Ada 3"]),
            (1, "failed", ["Ada 4", "Ada 5"]),
            (0, "failed", ["Ada 0"]),
        ):
            place = cell(page, row, key)
            scene.qtbot.mouseClick(page.table.viewport(), Qt.MouseButton.LeftButton, pos=place)
            await scene.settled()
            assert page.recipients.name.text() == ("Fine", "Mixed")[row]
            assert people(page) == names

    play(act)


def test_how_the_forecast_held_leads_to_whom_it_did_and_to_whom_it_did_not(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        page = await shown(scene, ("Mixed", MIXED), accepted_at=NOW - timedelta(hours=2.5))
        figures = {one.key: one.figure for one in page.figures.forecast.figures()}
        assert figures == {"held": "16.7 %", "late": "5"}
        page.figures.forecast.click("held")
        assert people(page) == ["Ada 0"]
        page.figures.forecast.click("late")
        assert people(page) == [f"Ada {at}" for at in range(1, 6)]

    play(act)


def test_by_keys_alone_a_figure_leads_to_its_rows_and_escape_back_to_it(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        page = await shown(scene, ("Mixed", MIXED))
        page.recipients.words.setText("Ada 1")
        links = page.figures.outcomes.findChildren(QPushButton)
        failed = next(made for made in links if made.accessibleName() == "Failed: 2")
        failed.setFocus()
        scene.qtbot.keyClick(failed, Qt.Key.Key_Space)
        table = page.recipients.table
        assert people(page) == ["Ada 4", "Ada 5"], "all that the figure counts, whatever was searched for"
        assert table.hasFocus()
        scene.qtbot.keyClick(table, Qt.Key.Key_Down)
        assert page.recipients.chosen_count() == 1
        scene.qtbot.keyClick(table, Qt.Key.Key_Escape)
        assert (page.recipients.chosen_count(), people(page)) == (0, ["Ada 4", "Ada 5"])
        scene.qtbot.keyClick(table, Qt.Key.Key_Escape)
        assert len(people(page)) == len(MIXED)
        assert failed.hasFocus()

    play(act)


def test_rows_stay_narrow_when_none_is_left_of_them(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        page = await shown(scene, ("Mixed", MIXED))
        page.figures.outcomes.click("outcome:waiting")
        assert people(page) == ["Ada 2"]
        assert page.job.line is not None
        rows = [row._replace(outcome="delivered", process_status="DONE", status="SUC_FIN") for row in ()]
        page.recipients.show_job(page.job.line, rows, page.job._waits)
        assert people(page) == []
        assert page.recipients.outcome.currentText() == "Waiting 0"
        assert page.recipients.nobody.text() == "The service has not said yet to whom this job went."

    play(act)


def test_an_open_list_of_outcomes_stays_open_while_figures_change(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        page = await shown(scene, ("Mixed", MIXED))
        choice, line = page.recipients.outcome, page.job.line
        gone: list[object] = []
        choice.model().rowsRemoved.connect(lambda *_: gone.append(1))
        assert line is not None
        page.recipients.show_job(line, page.recipients.shown[1:], page.job._waits)
        assert choice.itemText(choice.findData("outcome:delivered")) == "Delivered 1"
        assert gone == []

    play(act)


def test_each_column_sorts_the_jobs_either_way(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        page = await shown(
            scene,
            ("B", ["delivered"] * 9 + ["failed"]),
            ("C", ["failed"] * 2),
            ("A", ["delivered", "waiting"]),
        )
        columns = [one.key for one in page.table.rows.columns]
        for key, names in (
            ("job", "ABC"),
            ("outcome", "CAB"),
            ("delivered", "CAB"),
            ("waiting", "BCA"),
            ("failed", "ABC"),
            ("known", "BCA"),
            ("accepted", "BCA"),
        ):
            for descending in (False, True):
                page.table.sort_column(columns.index(key), descending=descending)
                await scene.settled()
                assert "".join(listed(page)) == (names[::-1] if descending else names), key

    play(act)


# -- a small window ----------------------------------------------------------------------------------


def test_in_a_narrow_window_figures_are_a_drawer(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        page = await shown(scene, ("Mixed", MIXED))
        assert page.figures.isVisible()
        assert not page.parts.aside.isVisible()
        page.resize(816, 600)
        assert (page.figures.isVisible(), page.recipients.isVisible()) == (False, True)
        page.parts.aside.trigger()
        assert (page.figures.isVisible(), page.recipients.isVisible()) == (True, False)
        page.figures.reasons.click("code:timeout")
        assert (page.figures.isVisible(), page.recipients.isVisible()) == (False, True)
        assert people(page) == ["Ada 4", "Ada 5"]
        page.parts.aside.trigger()
        scene.qtbot.keyClick(page, Qt.Key.Key_Escape)
        assert page.recipients.isVisible()
        assert people(page) == ["Ada 4", "Ada 5"], "one step back at a time"

    play(act)


def test_several_notes_are_one_line_where_height_is_short(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        differs = as_text([Difference("src", "Nordlicht", "Kiel"), Difference("count", "6", "5")])
        page = await shown(scene, ("Mixed", MIXED), asked_differs=differs)
        notes = page.recipients.notes
        page.resize(1150, 900)
        assert (notes.brief.isVisible(), notes.differs.isVisible(), notes.flagged.isVisible()) == (
            False,
            True,
            True,
        )
        page.resize(816, 612)
        assert (notes.brief.isVisible(), notes.differs.isVisible(), notes.flagged.isVisible()) == (
            True,
            False,
            False,
        )
        assert notes.count.text() == "3 notes"
        table = page.recipients.table
        page.recipients.table.choose_at(0)
        assert table.viewport().height() >= 5 * 30, "some rows stay in sight"
        notes.more.click()
        assert notes.differs.isVisible()
        assert notes.more.text() == "Show less"

    play(act)


# -- what is chosen ----------------------------------------------------------------------------------


def test_what_is_chosen_is_acted_on_in_place_of_narrowing(play: Play[None], tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        page = await shown(scene, ("Mixed", MIXED))
        all_of_it = page.recipients
        assert all_of_it.outcome.isVisible()
        top = all_of_it.table.mapTo(page, QPoint()).y()
        all_of_it.table.selectAll()
        assert not all_of_it.outcome.isVisible()
        assert all_of_it.table.mapTo(page, QPoint()).y() == top, "no row moves away under the mouse"
        assert (all_of_it.chosen_words.text(), all_of_it.chosen_follow.text()) == ("6 chosen", "Follow up 2…")
        all_of_it.table.choose_at(1)
        all_of_it.chosen_export.click()
        dialog = page.findChild(QFileDialog)
        assert dialog is not None
        dialog.fileSelected.emit(str(tmp_path / "some.csv"))
        dialog.reject()
        await scene.settled()
        rows = list(csv.reader(io.StringIO((tmp_path / "some.csv").read_text("utf-8-sig"))))
        assert [row[1] for row in rows] == ["Name", "Ada 1"]

    play(act)


def test_recipients_are_searched_by_name_and_by_number(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        page = await shown(scene, ("Mixed", MIXED))
        for words, names in (
            ("ada 1", ["Ada 1"]),
            ("ÁDA 1", ["Ada 1"]),
            ("0176 40690 002", ["Ada 2"]),
            ("+43 664 1000005", ["Ada 5"]),
            ("S.0.3", ["Ada 3"]),
            ("ada 9", []),
        ):
            page.recipients.words.clear()
            scene.qtbot.keyClicks(page.recipients.words, words)
            assert people(page) == names, words
            assert page.recipients.nobody.text() == ("" if names else "Nobody here has these words.")

    play(act)


# -- what is kept ------------------------------------------------------------------------------------


def test_the_page_begins_as_it_was_left(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        page = await shown(scene, ("Mixed", MIXED), ("Fine", ["delivered"]), ("Bad", ["failed"] * 3))
        page.kinds._buttons["failures"].click()
        page.table.sort_column(4, descending=True)
        page.words.setText("mix")
        page._look_on()
        page.parts._moved_below(200, 1)
        page.table.setColumnWidth(0, 333)
        await scene.settled()
        again = await scene.show(Jobs(scene.desk))
        assert listed(again) == ["Bad", "Mixed"], "but not what was searched for"
        assert again.kinds.key() == "failures"
        assert again.table.horizontalHeader().sortIndicatorSection() == 4
        assert again.parts.sizes() == (200, None)
        assert again.table.columnWidth(0) == 333

    play(act)


def test_a_job_that_is_asked_for_is_there_however_the_page_was_left(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        page = await shown(scene, ("Fine", ["delivered"]), ("Mixed", MIXED))
        page.kinds._buttons["failures"].click()
        await scene.settled()
        page.views.save("Bad")
        page.views._chosen("usual")
        await scene.settled()
        page.hidden()
        again = Jobs(scene.desk)
        again.show_job(f"J.{0:040}")
        await scene.show(again)
        assert again.recipients.name.text() == "Fine"
        assert (again.kinds.key(), again.views.key()) == ("all", "")

    play(act)


def test_what_was_left_and_cannot_be_read_is_as_nothing(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        for left in ("[]", "{", '{"look": {"kind": "odd"}, "sizes": ["a"], "columns": 3}'):
            await scene.desk.put_setting("jobs.left", left)
            page = await scene.show(Jobs(scene.desk))
            assert page._look == JobLook()
            assert page.parts.sizes() == (None, None)

    play(act)


def test_a_view_is_renamed_and_begun_with(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        page = await shown(scene, ("Mixed", MIXED), ("Fine", ["delivered"]))
        page.kinds._buttons["failures"].click()
        await scene.settled()
        page.views.save("Bad")
        page.views._chosen("usual")
        page.views.rename("What failed")
        page.kinds._buttons["all"].click()
        await scene.settled()
        again = await scene.show(Jobs(scene.desk))
        assert (again.kinds.key(), again.views.currentText()) == ("failures", "What failed")
        assert listed(again) == ["Mixed"]
        assert again.views.findText("Bad") < 0
        again.views._chosen("forget")
        await scene.settled()
        last = await scene.show(Jobs(scene.desk))
        assert (last.views.key(), last.views.findText("What failed")) == ("", -1)

    play(act)


# -- live --------------------------------------------------------------------------------------------


def test_jobs_that_come_in_wait_while_a_person_reads(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        page = await shown(scene, ("First", MIXED), ("Second", MIXED))

        async def come(name: str, number: int) -> None:
            await scene.desk.context.write(job, name, MIXED, number)
            scene.desk.changes.tell(Topic.JOBS)
            await scene.settled()

        await come("Third", 3)
        assert listed(page) == ["Third", "Second", "First"], "nobody reads: it stands where it belongs"
        assert not page.came.isVisible()
        page.table.setAttribute(Qt.WidgetAttribute.WA_UnderMouse)
        await come("Fourth", 4)
        await come("Fifth", 5)
        assert listed(page) == ["Third", "Second", "First"]
        assert page.came.text() == "2 new jobs: show them"
        assert page.header._subtitle.text().startswith("5 jobs")
        page.came.click()
        await scene.settled()
        assert listed(page) == ["Fifth", "Fourth", "Third", "Second", "First"]
        assert not page.came.isVisible()
        assert page.recipients.name.text() == "Second", "the chosen one stays"

    play(act)


def test_news_moves_nothing_in_the_middle_of_a_list_and_leads_to_its_top(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        page = await shown(scene, *((f"Job {number}", ["delivered"]) for number in range(40)))
        page.table.scrollTo(page.table.rows.index(30, 0), page.table.ScrollHint.PositionAtTop)
        sight = page.table.in_sight()
        assert sight.start == 30
        await scene.desk.context.write(job, "New", MIXED, 77)
        scene.desk.changes.tell(Topic.JOBS)
        await scene.settled()
        assert (page.table.in_sight(), listed(page)[30]) == (sight, "Job 9")
        page.came.click()
        await scene.settled()
        assert (page.table.in_sight().start, listed(page)[0]) == (0, "New")

    play(act)


def test_a_load_that_was_overtaken_paints_nothing(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        page = await shown(scene, ("Large", MIXED * 400), ("Small", ["delivered"]), ("Third", ["failed"]))
        large, small = await scene.desk.reports.lines((1, 2))
        await asyncio.gather(page.job.load(large), page.job.load(small))
        assert page.recipients.name.text() == "Small"
        assert people(page) == ["Ada 0"]

    play(act)


def test_while_a_row_glows_no_other_is_painted(qapp: QApplication, qtbot: QtBot) -> None:
    table = Table("Rows", [Column("name", "jobs.column.job", str)])
    qtbot.addWidget(table)
    table.resize(300, 400)
    table.set_rows(["a", "b", "c", "d"], key=lambda row: row[0])
    table.show()
    qapp.processEvents()
    table.set_rows(["a", "b changed", "c", "d"], key=lambda row: row[0])
    qapp.processEvents()
    painted: set[int] = set()
    look_up = table._cells._look_up
    table._cells._look_up = lambda index: painted.add(index.row()) or look_up(index)
    table._fade()
    qapp.processEvents()
    assert painted == {1}


def test_all_rows_of_a_high_window_are_in_sight(qapp: QApplication, qtbot: QtBot) -> None:
    table = Table("Rows", [Column("name", "jobs.column.job", str)])
    qtbot.addWidget(table)
    table.resize(300, 1300)
    table.set_rows([str(at) for at in range(40)])
    table.show()
    assert table.in_sight() == range(40)


# -- words -------------------------------------------------------------------------------------------


def test_times_are_as_short_as_they_can_be() -> None:
    now = datetime(2026, 11, 23, 14, 2, 7, tzinfo=UTC)
    at = [now, now - timedelta(days=1), now - timedelta(days=400)]
    assert [short_time(one, UTC, now) for one in at] == ["14:02:07", "22 Nov 14:02", "19 Oct 2025"]
    use_language("de")
    assert [short_time(one, UTC, now) for one in at] == ["14:02:07", "22. Nov. 14:02", "19. Okt. 2025"]


def test_no_delivery_takes_no_time() -> None:
    found = Delivery(1, {}, {}, {}, timedelta(0), timedelta(seconds=90), ())
    assert speed_facts(found) == [
        ("Half were there after", "under 1 s"),
        ("95 of 100 after", "1 min 30 s"),
    ]


def test_of_a_job_without_people_nobody_is_followed_up(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        page = await shown(scene, ("Mixed", MIXED))
        assert page.recipients.follow.isEnabled()
        await scene.desk.context.write(
            lambda connection: connection.execute(
                insert(schema.jobs).values(
                    job_id="J.new", name="", account="Main", accepted_at=NOW, final=False, sms_count=0
                )
            )
        )
        page.show_job("J.new")
        await scene.settled()
        assert page.recipients.nobody.text() == "The service has not said yet to whom this job went."
        assert not page.recipients.follow.isEnabled()

    play(act)


def test_where_no_answer_comes_the_next_question_is_not_promised_for_now(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        page = await shown(scene, ("Open", ["waiting"]), final=False, next_ask_at=NOW)
        line = page.table.current_row()
        assert line is not None
        now = NOW + timedelta(minutes=3)
        assert asked_words([line], now) == "asked 3 min ago, next soon"
        assert asked_words([line], now, {"Main"}) == "asked 3 min ago, no answer since"
        assert asked_words([line], now, {"Other"}) == "asked 3 min ago, next soon"
        assert asked_words([replace(line, next_ask_at=now + timedelta(seconds=7))], now, {"Main"}) == (
            "asked 3 min ago, next in 7 s"
        )

    play(act)


def test_a_job_that_is_no_longer_reported_says_so(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        page = await shown(scene, ("Old", ["waiting"]), closed_at=NOW)
        line = page.table.current_row()
        assert line is not None
        assert known_at(line, NOW) == "no longer reported"

    play(act)


@pytest.mark.parametrize(
    ("day", "words"),
    [(26, "today 14:05"), (25, "yesterday 14:05"), (24, "24 Nov 14:05"), (27, "tomorrow 14:05")],
)
def test_when_a_job_was_accepted_fits_its_column(day: int, words: str) -> None:
    now = datetime(2031, 11, 26, 16).astimezone()
    assert accepted(now.replace(day=day, hour=14, minute=5), now) == words
    assert accepted(None, now) == ""
