"""A campaign's report on paper: figures, course, countries, reasons, options, and everybody it did not reach.

Pages are painted one at a time, so that no window waits for them; in fixed light colours, in plain text.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPageLayout, QPageSize, QPainter, QPdfWriter, QPen, QTextOption

from smsdesk.core.country_names import country_name
from smsdesk.core.numbers import as_shown
from smsdesk.core.options import Options
from smsdesk.core.status import Outcome
from smsdesk.desk.desk import Desk
from smsdesk.desk.files import save
from smsdesk.desk.report import Report
from smsdesk.ui import theme
from smsdesk.ui.charts import paint_course
from smsdesk.ui.delivery import code_words, percent
from smsdesk.ui.job_figures import course_words, ends
from smsdesk.ui.marks import paint_bar
from smsdesk.words import full_time, language, lasting, number, say, visible_words
from smsdesk.words.entries import account_words

if TYPE_CHECKING:
    from smsdesk.core.delivery import Delivery

WIDTH, HEIGHT = 595.0, 842.0
"""A4 in points, which everything below is in."""
_SIDE, _TOP, _BOTTOM = 56.0, 56.0, 64.0
_ROOM = WIDTH - 2 * _SIDE
_BODY, _SMALL, _HEAD, _TITLE = 10, 9, 13, 20
_ROW = 17.0
_FOOT = 0.8
"""So much of the width the name at the foot may have; the rest is the page's number."""
_SHARES = tuple(outcome.value for outcome in Outcome)
_LONGEST = 2_000
"""More of a text than that no page shows."""


def ink(role: str) -> QColor:
    """A colour of the light scheme, whatever the screen has."""
    return QColor(theme.TOKENS[role][0])


class Paper:
    """Where the next line goes; what has no room left on a page begins the next one."""

    def __init__(self, painter: QPainter, turn: Callable[[], None], foot: str) -> None:
        self.painter, self._turn, self._foot = painter, turn, foot
        self.page, self.y = 0, _TOP
        self._number()

    def _number(self) -> None:
        self.page += 1
        below = QRectF(_SIDE, HEIGHT - 40, _ROOM, 14)
        self._write(below, self._fitting(self._foot, _ROOM * _FOOT, 400), _SMALL, "third")
        words = say("report.page", n=number(self.page))
        self._write(below, words, _SMALL, "third", flags=Qt.AlignmentFlag.AlignRight)

    def room_for(self, height: float) -> bool:
        """Whether so much has room here; else the next page begins."""
        if self.y + height <= HEIGHT - _BOTTOM:
            return True
        self._turn()
        self.y = _TOP
        self._number()
        return False

    def _write(
        self,
        room: QRectF,
        words: str,
        size: int,
        role: str,
        weight: int = 400,
        flags: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    ) -> None:
        self.painter.setFont(face(size, weight))
        self.painter.setPen(ink(role))
        self.painter.drawText(room, int(flags | Qt.AlignmentFlag.AlignVCenter), words)

    def text(self, words: str, size: int = _BODY, role: str = "text", weight: int = 400) -> None:
        """A paragraph over the whole width, its lines broken where there is no more room."""
        self.painter.setFont(face(size, weight))
        breaking = QTextOption()
        breaking.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        wanted = self.painter.boundingRect(QRectF(_SIDE, 0, _ROOM, 1e6), words, breaking)
        height = min(wanted.height(), HEIGHT - _TOP - _BOTTOM)
        self.room_for(height)
        self.painter.setFont(face(size, weight))
        self.painter.setPen(ink(role))
        self.painter.drawText(QRectF(_SIDE, self.y, _ROOM, height), words, breaking)
        self.y += height + 4

    def head(self, words: str) -> None:
        """A heading, with room for two rows below it."""
        self.room_for(60)
        self.y += 14 if self.y > _TOP else 0
        self._write(QRectF(_SIDE, self.y, _ROOM, 20), words, _HEAD, "text", 600)
        self.y += 24

    def row(
        self, cells: Sequence[tuple[str, float]], role: str = "text", weight: int = 400, figures: int = 0
    ) -> None:
        """Cells beside each other, each with its share of the width; the last ``figures`` keep right."""
        self.room_for(_ROW)
        left = _SIDE
        for at, (words, share) in enumerate(cells):
            width, is_figure = _ROOM * share, at >= len(cells) - figures
            shown = self._fitting(words, width - 8, weight)
            side = Qt.AlignmentFlag.AlignRight if is_figure else Qt.AlignmentFlag.AlignLeft
            room = QRectF(left + (8 if is_figure else 0), self.y, width - 8, _ROW)
            self._write(room, shown, _SMALL, role, weight, side)
            left += width
        self.y += _ROW

    def _fitting(self, words: str, width: float, weight: int) -> str:
        self.painter.setFont(face(_SMALL, weight))
        return self.painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(width))

    def rule(self) -> None:
        """A hairline."""
        self.painter.setPen(QPen(ink("line"), 0.6))
        self.painter.drawLine(int(_SIDE), int(self.y), int(WIDTH - _SIDE), int(self.y))
        self.y += 4

    def drawing(self, height: float, paint: Callable[[QRectF], None]) -> None:
        """Something painted over the whole width."""
        self.room_for(height)
        paint(QRectF(_SIDE, self.y, _ROOM, height))
        self.y += height + 6


def face(size: int, weight: int = 400) -> QFont:
    """The system's font, its size in points of the paper."""
    made = theme.font(size, weight, tabular=True)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return made


def title(report: Report) -> str:
    """What the report is called."""
    return visible_words(report.name) or say("jobs.other" if report.options is None else "campaigns.unnamed")


@dataclass(frozen=True, slots=True)
class _Table:
    shares: tuple[float, ...]
    heads: tuple[str, ...]
    figures: int = 0

    def head(self, paper: Paper) -> None:
        paper.row([*zip(map(say, self.heads), self.shares, strict=True)], "second", 600, self.figures)
        paper.rule()

    def row(self, paper: Paper, *cells: str) -> None:
        """A new page has the head again."""
        if paper.y + _ROW > HEIGHT - _BOTTOM:
            paper.room_for(_ROW)
            self.head(paper)
        paper.row([*zip(cells, self.shares, strict=True)], figures=self.figures)


_REASONS = _Table((0.72, 0.14, 0.14), ("report.reason", "report.count", "report.share"), 2)
_COUNTRIES = _Table(
    (0.36, 0.16, 0.14, 0.2, 0.14),
    ("report.country", "outcome.delivered", "outcome.waiting", "outcome.failed", "report.others"),
    4,
)
_FAILED = _Table((0.26, 0.32, 0.42), ("job.column.number", "job.column.name", "report.reason"))


def painted(report: Report, paper: Paper) -> Iterator[None]:
    """Paints the report; between two steps, of a few milliseconds each, others may do something."""
    _begin(report, paper)
    yield
    yield from _figures(report, paper)
    _options(report, paper)
    yield
    if not report.failures:
        return
    paper.head(say("report.failed", report.failed))
    if report.failed > len(report.failures):
        paper.text(
            say("report.failed.first", len(report.failures), all=number(report.failed)), _SMALL, "second"
        )
    _FAILED.head(paper)
    for at, one in enumerate(report.failures):
        _FAILED.row(paper, as_shown(one.dst), visible_words(one.name), code_words(one.code))
        if at % 20 == 19:
            yield


def _begin(report: Report, paper: Paper) -> None:
    found = report.delivery
    paper.text(title(report), _TITLE, weight=650)
    if report.accepted_at is None or not found.count:
        paper.text(say("report.made", made=full_time(report.made_at)), _BODY, "second")
        paper.y += 8
        paper.text(say("report.nothing"))
        return
    sent = full_time(report.accepted_at)
    paper.text(
        say("report.sent", report.jobs, at=sent, account=account_words(report.account)), _BODY, "second"
    )
    paper.text(known_words(report), _BODY, "second")
    paper.y += 8
    paper.text(summary_words(found), _HEAD, weight=550)
    shares = [(role, found.outcomes.get(Outcome(role), 0)) for role in _SHARES]
    paper.drawing(12, lambda room: paint_bar(paper.painter, shares, room, ink))
    words = [f"{say(f'outcome.{role}')} {number(n)} ({percent(n, found.count)})" for role, n in shares if n]
    paper.text("   ".join(words), _SMALL, "second")


def known_words(report: Report) -> str:
    """How old the knowledge is."""
    made = full_time(report.made_at)
    if report.known_at is None:
        waits = any(report.delivery.outcomes.get(one, 0) for one in (Outcome.WAITING, Outcome.SENDING))
        return say("report.known.never" if waits else "report.known.final", made=made)
    return say("report.known.open", made=made, at=full_time(report.known_at))


def summary_words(found: "Delivery") -> str:
    """The outcome in a sentence."""
    there = found.outcomes.get(Outcome.DELIVERED, 0)
    share = percent(there, found.count)
    return say("report.summary", found.count, delivered=number(there), share=share)


def _figures(report: Report, paper: Paper) -> Iterator[None]:
    found = report.delivery
    speed: list[tuple[str, timedelta]] = [
        (code, span) for code, span in (("job.median", found.median), ("job.most", found.most)) if span
    ]
    if any(point.sent or point.delivered for point in found.course):
        paper.head(say("job.chart"))
        course = found.course

        def chart(room: QRectF) -> None:
            paint_course(paper.painter, course, found.count, room, ends(course), ink)

        paper.drawing(130, chart)
        held = any(point.held for point in course)
        paper.text(say("job.chart.legend.held" if held else "job.chart.legend"), _SMALL, "second")
        paper.text(course_words(found), _SMALL, "second")
    for code, span in speed:
        paper.text(f"{say(code)}: {lasting(span)}", _SMALL, "second")
    yield
    if found.codes:
        paper.head(say("report.reasons"))
        _REASONS.head(paper)
        for code, n in found.codes.items():
            _REASONS.row(paper, code_words(code), number(n), percent(n, found.count))
        paper.y += 4
        for code in found.failures:
            words = f"{code_words(code)}: {say(f'status.{code}')} {say(f'status.{code}.next')}"
            paper.text(words, _SMALL, "second")
    yield
    if found.regions:
        paper.head(say("job.regions"))
        _COUNTRIES.head(paper)
        for region, of in found.regions.items():
            name = country_name(region, language()) or region or say("job.region.unknown")
            waits = of.get(Outcome.WAITING, 0) + of.get(Outcome.SENDING, 0)
            known = of.get(Outcome.DELIVERED, 0), waits, of.get(Outcome.FAILED, 0)
            rest = sum(of.values()) - sum(known)
            _COUNTRIES.row(paper, name, *map(number, (*known, rest)))
    yield


def _options(report: Report, paper: Paper) -> None:
    paper.head(say("report.as_sent"))
    if report.options is None:
        paper.text(say("report.unknown"), _BODY, "second")
        return
    for text in report.texts:
        words = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
        shown = "\n".join(map(visible_words, words.splitlines()))
        paper.text(say("report.text", text=shown or say("report.text.none")))
    for name, value in option_facts(report.options):
        paper.row([(name, 0.28), (value, 0.72)])


def option_facts(options: Options) -> list[tuple[str, str]]:
    """Each option that was set, in words."""
    yes_no = {True: say("option.yes"), False: say("option.no")}
    found: list[tuple[str, str]] = [(say("option.src"), options.src or say("compose.default_sender"))]
    for name in ("encoding", "invalid_characters", "qos"):
        value = getattr(options, name)
        if value is not None:
            found.append((say(f"option.{name}"), say(f"option.{name}.{value.lower()}")))
    for name in ("status_requested", "flash", "duplicate_detection"):
        value = getattr(options, name)
        if value is not None:
            found.append((say(f"option.{name}"), yes_no[value]))
    for name in ("billcode", "reference", "max_parts", "validity_min"):
        value = getattr(options, name)
        if value is not None:
            found.append((say(f"option.{name}"), visible_words(str(value))))
    if options.start_at:
        found.append((say("report.start"), full_time(options.start_at)))
    found += [
        (say("report.blackout"), f"{full_time(one.start)} – {full_time(one.end)}")
        for one in options.blackouts
    ]
    return found


class Pdf:
    """A PDF in the making: step by step, then its bytes."""

    def __init__(self, report: Report) -> None:
        self._buffer = QBuffer()
        self._buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        self._writer = QPdfWriter(self._buffer)
        self._writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
        self._writer.setPageMargins(QMarginsF(0, 0, 0, 0), QPageLayout.Unit.Point)
        self._writer.setTitle(title(report))
        self._writer.setCreator(say("app.name"))
        self._painter = QPainter(self._writer)
        scale = self._writer.resolution() / 72
        self._painter.scale(scale, scale)
        paper = Paper(self._painter, self._turn, title(report))
        self._steps = painted(report, paper)

    def _turn(self) -> None:
        self._writer.newPage()

    def step(self) -> bool:
        """Paints some more; whether there is more to come."""
        return next(self._steps, self) is not self

    def close(self) -> bytes:
        """Ends it; its bytes."""
        self._painter.end()
        del self._writer
        return bytes(self._buffer.data().data())


async def write(desk: Desk, path: Path, report: Report) -> None:
    """Writes a report as PDF, whole or not at all; the window goes on meanwhile. Raises FileError."""
    made = Pdf(report)
    try:
        while made.step():
            await desk.context.sleep(0)
    finally:
        content = made.close()
    await save(path, content)
