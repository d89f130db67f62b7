"""The checks beside the composer, from red to grey, each a click from its cause or its remedy."""

from collections.abc import Callable

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from smsdesk.core.problem import Level, Problem
from smsdesk.ui import masking, theme
from smsdesk.ui.facts import flowing
from smsdesk.ui.labels import Dot
from smsdesk.ui.layout import card, hbox, holding, link, relabel, vbox
from smsdesk.ui.marks import paint_mark
from smsdesk.words import problem_words, say

MOST_CHECKS = 12
ROLES = {Level.ERROR: "failed", Level.WARNING: "waiting", Level.NOTE: "neutral"}
REPLACING, REPEATED = "saving_characters", "repeated"
"""The problems that a click puts right."""
Act = Callable[[Problem], object]


class Check(QWidget):
    """One line of the checks: a dot, what is wrong, what to do, and the way to its cause or its remedy."""

    def __init__(self, problem: Problem, go: Act, act: Act) -> None:
        super().__init__()
        self.problem = problem
        self._go, self._act = go, act
        self._dot = Dot()
        self._words, self._more = flowing(), flowing("second")
        self.way = link("", self._take)
        self.look = link(say("compose.show"), lambda: self._go(self.problem))
        column = vbox(self._words, self._more, gap=2)
        column.addLayout(hbox(self.way, self.look, None, gap=12))
        row = hbox(gap=10)
        row.addLayout(vbox(5, self._dot, None, gap=0))
        row.addLayout(column, 1)
        self.setLayout(row)
        self.show_problem(problem)

    def show_problem(self, problem: Problem) -> None:
        """Shows another problem of the same kind in the same place."""
        if problem == self.problem and self._words.text():
            return
        self.problem = problem
        sentence, hint = problem_words(problem)
        self._dot.show_role(ROLES[problem.level])
        self._words.setText(sentence)
        self._more.setText(hint)
        self._more.setVisible(bool(hint))
        self.way.setVisible(bool(problem.where.field))
        words = _way_words(problem)
        relabel(self.way, words)
        masking.name(self.way, f"{words}: {sentence}")
        self.look.setVisible(problem.code == REPEATED)
        masking.name(self.look, f"{self.look.text()}: {sentence}")
        masking.name(self, f"{say(f'compose.level.{problem.level.value}')}: {sentence}")

    def _take(self) -> None:
        (self._act if self.problem.code in (REPLACING, REPEATED) else self._go)(self.problem)


def _way_words(problem: Problem) -> str:
    if problem.code == REPLACING:
        return say("compose.replace_saves", int(problem.values.get("saves", 0)))
    return say("compose.leave_out" if problem.code == REPEATED else "compose.show")


class MarkLabel(QWidget):
    """A painted mark beside words that say the same."""

    def __init__(self, name: str, role: str) -> None:
        super().__init__()
        self._name, self._role = name, role
        self.setFixedSize(11, 15)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paints the mark."""
        painter = QPainter(self)
        paint_mark(painter, self._name, QRectF(0, 3, 11, 11), theme.colour(self._role))
        painter.end()


class Checks(QFrame):
    """The card of the checks. A line stays the same widget while its problem does: the focus stays too.

    ``go`` leads to the cause of a problem, ``act`` puts one right that a click can.
    """

    def __init__(self, go: Act, act: Act) -> None:
        super().__init__()
        self._go, self._act = go, act
        self._problems: tuple[Problem, ...] | None = None
        self._lines: list[Check] = []
        self._column = vbox(gap=12)
        self._rest = flowing("second")
        self._compared = _compared()
        inside = card(say("compose.checks"), body=vbox(self._column, self._rest, self._compared, gap=12))
        self.setLayout(vbox(inside, gap=0))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    @property
    def lines(self) -> list[Check]:
        """The lines, from above."""
        return self._lines

    def show_problems(self, problems: tuple[Problem, ...], *, compared: bool) -> None:
        """Shows the problems; all well where there is none. ``compared``: with the do-not-contact list."""
        self._compared.setVisible(compared)
        if problems == self._problems:
            return
        self._problems = problems
        old, self._lines = self._lines, []
        for at, problem in enumerate(problems[:MOST_CHECKS]):
            line = next((line for line in old if _kind(line.problem) == _kind(problem)), None)
            if line is None:
                line = Check(problem, self._go, self._act)
            else:
                old.remove(line)
                line.show_problem(problem)
            if self._column.indexOf(line) != at:
                self._column.insertWidget(at, line)
            self._lines.append(line)
        for line in old:
            self._column.removeWidget(line)
            line.hide()
            line.deleteLater()
        self._paint_rest(len(problems))

    def _paint_rest(self, count: int) -> None:
        more = count - MOST_CHECKS
        self._rest.setText(say("compose.more_checks", more) if more > 0 else say("compose.all_well"))
        self._rest.setVisible(more > 0 or not count)


def _compared() -> QWidget:
    words = flowing("body")
    words.setText(say("compose.no_contact_checked"))
    row = hbox(gap=8)
    row.addLayout(vbox(1, MarkLabel("check", "delivered"), None, gap=0))
    row.addWidget(words, 1)
    return holding(row, "")


def _kind(problem: Problem) -> tuple[object, ...]:
    where = problem.where
    return problem.code, where.field, where.message, where.column, where.value
