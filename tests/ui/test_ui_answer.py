"""The answer card: nothing is cut without a word of it, times have room, what is printed gets there."""

from pathlib import Path

import pytest
from alone import alone
from painting import painted
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from pytestqt.qtbot import QtBot
from screens import Play, Scene
from stored import Stored, store_job

from smsdesk.ui.answer import WayLine
from smsdesk.ui.facts import Facts
from smsdesk.ui.find import Find
from smsdesk.words.answers import Station

offline = pytest.fixture(alone)
JOB = "J.20261017-131731.737-0iey4kxqyTQCQDIFN1"


def test_an_id_that_is_too_long_ends_in_an_ellipsis_and_is_whole_in_its_tooltip(qtbot: QtBot) -> None:
    made = Facts("For support", cut=True)
    qtbot.addWidget(made)
    made.show_facts([("Job", JOB), ("Reason", "short words break over lines")])
    made.resize(200, 200)
    made.show()
    job, reason = (right for _, right in made._rows)
    assert job.text().endswith("…")
    assert job.fontMetrics().horizontalAdvance(job.text()) <= job.width()
    assert job.toolTip() == JOB
    assert (reason.text(), reason.toolTip()) == ("short words break over lines", "")
    assert made.pairs()[0] == ("Job", JOB)
    made.resize(900, 200)
    assert (job.text(), job.toolTip()) == (JOB, "")


def test_the_day_of_a_station_has_a_line_of_its_own_where_there_is_no_room_beside_the_time(
    qtbot: QtBot,
) -> None:
    way = WayLine()
    qtbot.addWidget(way)
    stations = [Station(name, "Sat 17 Oct 22:27:56", reached=True) for name in ("accepted", "sent", "failed")]
    way.show_way("failed", stations)
    way.resize(330, way.sizeHint().height())
    assert painted(way).count("22:27:56") == 3
    assert painted(way).count("Sat 17 Oct") == 3
    way.resize(900, way.sizeHint().height())
    assert painted(way).count("Sat 17 Oct 22:27:56") == 3


def test_an_answer_goes_to_the_printer_that_is_chosen(offline: Play[None], tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        await scene.desk.context.write(store_job, "Autumn", [Stored("+491729925904", "Ada")])
        page = await scene.show(Find(scene.desk))
        page.look_for("9925904")
        await scene.settled()
        page.print.trigger()
        (dialog,) = page.findChildren(QPrintDialog)
        printer = dialog.printer()
        printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        printer.setOutputFileName(str(tmp_path / "printed.pdf"))
        dialog.accepted.emit(printer)
        await scene.settled()
        dialog.reject()
        content = (tmp_path / "printed.pdf").read_bytes()
        assert content.startswith(b"%PDF-")
        assert content.rstrip().endswith(b"%%EOF")

    offline(act)
