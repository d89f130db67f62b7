"""The jobs page on a real desk and sandbox: live figures, plain reasons, an export that is safe to open."""

import csv
import io
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFileDialog
from screens import DELIVERED, NO_SUCH_NUMBER, PHONE_OFF, Play, Scene

from smsdesk.core.prices import Prices
from smsdesk.core.request import JobId, SmsId
from smsdesk.core.status import Outcome
from smsdesk.desk.changes import Topic
from smsdesk.desk.reports import Waits
from smsdesk.store.jobs import SmsLine
from smsdesk.ui.delivery import percent
from smsdesk.ui.jobs import Jobs
from smsdesk.ui.table import Table
from smsdesk.words import use_language

NOW = datetime(2026, 11, 23, 14, 2, tzinfo=UTC)


def column(table: Table[object], key: str) -> list[str]:
    rows = table.rows
    chosen = next(column for column in rows.columns if column.key == key)
    return [chosen.text(rows.row_at(at)) for at in range(rows.rowCount())]


def test_an_empty_page_says_what_lives_here(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        page = await scene.show(Jobs(scene.desk))
        assert page.empty.isVisible()
        assert not page.kinds.isVisible()
        assert not page.export.offer.isVisible()

    play(act)


def test_a_job_costs_what_its_review_said_and_what_the_list_says_now(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        numbers = [*DELIVERED[:2], "+436641234567"]
        await scene.send(numbers, "x" * 161)
        page = await scene.show(Jobs(scene.desk))
        assert page.figures.cost.pairs() == [("Parts to pay", "6")]
        await scene.desk.prices.save(Prices("EUR", {"DE": Decimal("0.075")}))
        page.shown()
        await scene.settled()
        assert page.figures.cost.pairs() == [
            ("Parts to pay", "6"),
            ("By your price list", "€\u00a00.30"),
            ("Parts without a price", "2"),
        ]

    play(act)


def test_reports_come_in_live_with_plain_reasons(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await scene.send([*DELIVERED[:2], NO_SUCH_NUMBER, PHONE_OFF])
        page = await scene.show(Jobs(scene.desk))
        assert column(page.table, "delivered") == ["0"]
        assert column(page.table, "waiting") == ["4"]
        await scene.report()
        assert column(page.table, "delivered") == ["2"]
        assert column(page.table, "failed") == ["2"]
        assert column(page.table, "known") == ["final"]
        assert column(page.recipients.table, "state") == ["delivered", "delivered", "failed", "failed"]
        assert column(page.recipients.table, "name") == ["Ada 0", "Ada 1", "Ada 2", "Ada 3"]
        assert column(page.recipients.table, "number")[0] == "+49 176 0406900"
        reasons = {one.words: one.figure for one in page.figures.reasons.figures()}
        assert reasons == {"Number not valid": "1", "Phone not reached in time": "1"}
        assert page.figures.failed.text() == "Why 2 failed"
        assert page.figures.chart.isVisible()
        outcomes = {one.words: one.figure for one in page.figures.outcomes.figures()}
        assert outcomes == {"Delivered so far": "50 %", "Failed": "2"}
        assert page.asking.text() == "all reports are final"

    play(act)


def test_chips_narrow_the_list_and_carry_figures(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await scene.send(DELIVERED[:2], name="Fine")
        await scene.send([NO_SUCH_NUMBER], name="Wrong")
        await scene.report()
        await scene.send(DELIVERED[2:4], name="Fresh")
        page = await scene.show(Jobs(scene.desk))
        assert column(page.table, "job") == ["Fresh", "Wrong", "Fine"]
        buttons = {key: made.text() for key, made in page.kinds._buttons.items()}
        assert buttons == {"all": "All", "open": "Open 1", "failures": "Failures 1", "mine": "Mine"}
        for kind, names in (
            ("open", ["Fresh"]),
            ("failures", ["Wrong"]),
            ("mine", ["Fresh", "Wrong", "Fine"]),
        ):
            page.kinds._buttons[kind].click()
            await scene.settled()
            assert column(page.table, "job") == names

    play(act)


def test_a_kind_without_jobs_says_so(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await scene.send(DELIVERED[:1])
        page = await scene.show(Jobs(scene.desk))
        page.kinds._buttons["failures"].click()
        await scene.settled()
        assert page.none.isVisible()
        assert page._none_words.text() == "Nothing failed."
        assert page.kinds.isVisible()

    play(act)


def test_recipients_are_narrowed_to_an_outcome(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await scene.send([*DELIVERED[:3], NO_SUCH_NUMBER])
        await scene.report()
        page = await scene.show(Jobs(scene.desk))
        page.recipients.outcome.choose("outcome:failed")
        page.recipients.outcome.activated.emit(page.recipients.outcome.currentIndex())
        await scene.settled()
        assert column(page.recipients.table, "name") == ["Ada 3"]
        assert page.figures.outcomes.figures()[0].figure == "75 %"

    play(act)


def test_chosen_job_and_recipient_stay_when_reports_come(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await scene.send(DELIVERED[:4], name="Older")
        page = await scene.show(Jobs(scene.desk))
        page.recipients.table.choose_at(2)
        await scene.send(DELIVERED[4:6], name="Newer")
        await scene.report()
        line, person = page.table.current_row(), page.recipients.table.current_row()
        assert line is not None
        assert person is not None
        assert (line.name, person.name) == ("Older", "Ada 2")
        assert column(page.table, "job") == ["Newer", "Older"]
        assert person.outcome == "delivered"

    play(act)


def test_a_hidden_page_loads_nothing(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        page = await scene.show(Jobs(scene.desk))
        page.hidden()
        await scene.send(DELIVERED[:2])
        scene.desk.changes.tell(Topic.JOBS)
        await scene.settled()
        assert page.table.rows.rowCount() == 0

    play(act)


def test_a_page_that_comes_back_shows_what_is_known_now(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await scene.send(DELIVERED[:4])
        page = await scene.show(Jobs(scene.desk))
        assert column(page.table, "waiting") == ["4"]
        page.hidden()
        page.hide()
        await scene.report()
        page.show()
        page.shown()
        await scene.settled()
        assert column(page.table, "delivered") == ["4"]
        assert column(page.recipients.table, "state") == ["delivered"] * 4

    play(act)


def test_a_page_asked_for_a_job_shows_it(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await scene.send(DELIVERED[:2], name="First")
        await scene.send(DELIVERED[2:4], name="Second")
        page = await scene.show(Jobs(scene.desk))
        first = (await scene.desk.jobs.lines())[-1]
        page.asked(first.job_id or "")
        await scene.settled()
        assert page.recipients.name.text() == "First"
        assert page.recipients.job_id.text() == first.job_id

    play(act)


def test_export_writes_what_is_shown(play: Play[None], tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        await scene.send([*DELIVERED[:2], NO_SUCH_NUMBER])
        await scene.report()
        page = await scene.show(Jobs(scene.desk))
        page.export.of_recipients.trigger()
        dialog = page.findChild(QFileDialog)
        assert dialog is not None
        told: list[str] = []
        page.exported.connect(told.append)
        dialog.fileSelected.emit(str(tmp_path / "out.csv"))
        dialog.reject()
        await scene.settled()
        rows = list(csv.reader(io.StringIO((tmp_path / "out.csv").read_text("utf-8-sig"))))
        assert rows[0][:4] == ["Number", "Name", "Reference", "State"]
        assert [row[:4] for row in rows[1:]] == [
            [DELIVERED[0], "Ada 0", "ref-0", "delivered"],
            [DELIVERED[1], "Ada 1", "ref-1", "delivered"],
            [NO_SUCH_NUMBER, "Ada 2", "ref-2", "failed"],
        ]
        assert told == ["3 recipients are in out.csv"]

    play(act)


def test_a_file_that_cannot_be_written_is_a_notice(play: Play[None], tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        await scene.send(DELIVERED[:1])
        page = await scene.show(Jobs(scene.desk))
        page.export.write_sms(tmp_path / "no folder" / "out.csv", page.recipients.table.rows.keys())
        await scene.settled()
        (notice,) = scene.notices
        assert notice.error is not None
        assert notice.error.values == {"name": "out.csv", "reason": "not_written"}

    play(act)


def sms(at: int, **values: Any) -> SmsLine:
    line = SmsLine(
        at,
        f"+4917604069{at:02}",
        "Ada",
        None,
        "Hi",
        "DONE",
        "SUC_FIN",
        None,
        SmsId(f"S.{at}"),
        NOW,
        NOW + timedelta(seconds=at),
        NOW,
        1,
        "Autumn",
        JobId("J.1"),
        NOW,
        Outcome.DELIVERED.value,
    )
    return line._replace(**values)


def test_of_three_thousand_recipients_those_in_sight_are_painted(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await scene.send(DELIVERED[:1])
        page = await scene.show(Jobs(scene.desk))
        line, table = page.table.current_row(), page.recipients.table
        assert line is not None
        page.recipients.show_job(line, [sms(at) for at in range(3000)], Waits())
        assert table.rows.rowCount() == 3000
        painted: list[int] = []
        look_up = table._cells._look_up
        table._cells._look_up = lambda index: painted.append(index.row()) or look_up(index)
        table.viewport().repaint()
        assert painted
        assert set(painted) <= set(table.in_sight())

    play(act)


def test_a_share_is_never_rounded_up_to_all() -> None:
    assert percent(2999, 3000) == "99.9 %"
    assert percent(3000, 3000) == "100 %"
    assert percent(1, 3) == "33.3 %"
    assert percent(0, 0) == ""
    use_language("de")
    assert percent(1, 3) == "33,3 %"
