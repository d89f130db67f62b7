"""A report on paper: all of it is there, over as many pages as it takes, in light colours, as PDF."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alone import alone
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication
from screens import Play, Scene
from stored import NOW, Stored, store_job

from smsdesk.core.blackouts import Period
from smsdesk.core.delivery import Told, delivery
from smsdesk.core.options import Options
from smsdesk.desk.report import MOST_LISTED, Failure, Report
from smsdesk.ui import report as paper
from smsdesk.ui import theme
from smsdesk.ui.jobs import Jobs
from smsdesk.words import use_language

play = pytest.fixture(alone)
AT = datetime(2026, 11, 24, 10, tzinfo=UTC)


def some(failed: int) -> Report:
    later = AT + timedelta(seconds=8)
    there = [Told(f"+49176{at:08}", "DONE", "SUC_FIN", AT, None, AT, later) for at in range(100)]
    not_there = [Told(f"+43664{at:07}", "DONE", "TIMEOUT", AT, None, AT, later) for at in range(failed)]
    return Report(
        name="Autumn <b>news</b>",
        account="Main",
        jobs=1,
        accepted_at=AT,
        known_at=None,
        made_at=later,
        delivery=delivery([*there, *not_there], ""),
        texts=("Hello {Name},\n" + "https://example.com/" + "x" * 300,),
        options=Options(src="Shop", status_requested=True, blackouts=(Period(AT, later),)),
        failed=failed,
        failures=tuple(Failure(one.dst, "Ada", "timeout") for one in not_there[:MOST_LISTED]),
    )


class Pages:
    """Pages as pictures."""

    def __init__(self) -> None:
        self.all: list[QImage] = []
        self.painter = QPainter(self._new())

    def _new(self) -> QImage:
        made = QImage(int(paper.WIDTH), int(paper.HEIGHT), QImage.Format.Format_RGB32)
        made.fill(0xFFFFFFFF)
        self.all.append(made)
        return made

    def turn(self) -> None:
        self.painter.end()
        self.painter.begin(self._new())


def painted(report: Report) -> list[bytes]:
    pages = Pages()
    for _ in paper.painted(report, paper.Paper(pages.painter, pages.turn, "Autumn")):
        pass
    pages.painter.end()
    return [bytes(page.constBits()) for page in pages.all]


@pytest.mark.parametrize("tag", ["en", "de"])
def test_pages_are_the_same_whatever_the_screen_looks_like(qapp: QApplication, tag: str) -> None:
    use_language(tag)
    theme.apply(qapp, "light")
    light = painted(some(90))
    theme.apply(qapp, "dark")
    assert painted(some(90)) == light
    theme.apply(qapp, "light")


def test_everybody_who_was_not_reached_is_there_over_as_many_pages_as_it_takes(qapp: QApplication) -> None:
    assert [len(painted(some(failed))) for failed in (0, 20, 200)] == [1, 2, 6]
    # What no page ends in has been painted to the last row: one more row is another picture.
    assert painted(some(200))[-1] != painted(some(201))[-1]


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paragraphs of what is painted."""
    heard: list[str] = []
    plain = paper.Paper.text

    def text(self: paper.Paper, words: str, *how: Any, **more: Any) -> None:
        heard.append(words)
        plain(self, words, *how, **more)

    monkeypatch.setattr(paper.Paper, "text", text)
    return heard


def test_of_very_many_failures_the_first_are_listed_and_that_is_said(
    qapp: QApplication, said: list[str]
) -> None:
    assert len(painted(some(20_000))) < 30
    assert "The first 1,000 of 20,000 are listed. The table of recipients has all: Jobs, Export." in said
    said.clear()
    painted(some(1_000))
    assert not [words for words in said if "listed" in words]


def test_of_nothing_that_was_accepted_nothing_is_told(qapp: QApplication, said: list[str]) -> None:
    nothing = replace(some(0), name="", accepted_at=None, delivery=delivery([], ""), jobs=0)
    painted(nothing)
    assert said[0] == "Unnamed campaign"
    assert said[1].startswith("Made ")
    assert said[2] == "Nothing has been reported yet."
    assert not [words for words in said if "final" in words or "ccepted" in words]


def test_a_step_is_short_and_the_pdf_embeds_its_fonts(qapp: QApplication) -> None:
    made, steps = paper.Pdf(some(200)), 0
    while made.step():
        steps += 1
    content = made.close()
    assert steps >= 10
    assert content.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b", content)) == 6
    assert content.count(b"/FontFile") >= 1


def test_a_job_becomes_a_report(play: Play[None], tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        rows = [Stored("+4917604069012"), Stored("+4917604069031", "Ada", status="INVALID_DST")]
        await scene.desk.context.write(store_job, "Autumn", rows)
        page = await scene.show(Jobs(scene.desk))
        told: list[str] = []
        page.exported.connect(told.append)
        assert page.export.report.isEnabled()
        assert not page.export.report_all.isEnabled()
        page.export.write_report(tmp_path / "report.pdf")
        await scene.settled()
        assert told == ["The report is in report.pdf"]
        assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF-")
        (line,) = await scene.desk.jobs.lines()
        report = await scene.desk.reporting.of_jobs([line.key], line.sms_count)
        assert report.failures == (Failure("+4917604069031", "Ada", "invalid_dst"),)
        assert (report.options, report.accepted_at, report.known_at) == (None, NOW, None)
        assert paper.summary_words(report.delivery) == "1 of 2 SMS were delivered: 50 %."

    play(act)


def test_a_campaign_of_which_no_job_was_accepted_yet_has_its_name(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        opened = await scene.desk.campaigns.create("Winter", "", "DE")
        await opened.save()
        (line,) = await scene.desk.campaigns.lines()
        made = await scene.desk.reporting.of_campaign(line.id)
        assert (made.name, made.jobs, made.accepted_at) == ("Winter", 0, None)
        assert made.options is not None

    play(act)
