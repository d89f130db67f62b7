"""The rows that cannot be used as they are: what is wrong, what to do, and mending in the cell."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QWidget

from smsdesk.core.importing import Problems
from smsdesk.core.problem import Level, Problem
from smsdesk.ui.inputs import Choice
from smsdesk.ui.layout import card, grow, hbox, holding, label, vbox
from smsdesk.ui.table import Column, Table
from smsdesk.words import has, number, problem_words, say, visible_words

_SORTED = ("line", "column", "value")
_SHOWN = 200
"""So many characters of a cell are shown; the editor has all of them."""
_KINDS = {Level.ERROR: "invalid", Level.WARNING: "doubtful", Level.NOTE: "valid"}
_LEVELS = {kind: level for level, kind in _KINDS.items()}


def kind_of(code: str, level: Level) -> str:
    """The part of the sum to which a problem's row belongs."""
    if code.startswith("duplicate"):
        return "duplicates"
    return code if code == "do_not_contact" else _KINDS[level]


class ProblemTable(Table[Problem]):
    """The problems in sight. Enter, F2 or a double click mend a value in its cell."""

    def __init__(self, mend: Callable[[Problem, str], object], *, with_sheet: bool) -> None:
        columns = _columns(mend, with_sheet=with_sheet)
        super().__init__(say("import.problems"), columns, own_sort=_SORTED)
        self.with_sheet = with_sheet
        self.rows.glows = False
        self._value_at = next(at for at, column in enumerate(columns) if column.key == "value")
        self.row_opened.connect(lambda _: self.mend_current())
        self.link_clicked.connect(lambda *_: self.mend_current())

    def mend_current(self) -> None:
        """Opens the value of the current row to be written anew, where it has a cell."""
        row = self.current_row()
        if row is not None and _can_mend(row):
            self.edit(self.rows.index(self.currentIndex().row(), self._value_at))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """F2 opens the value from any cell of its row; Enter in a cell only ends the writing."""
        if self.state() == QAbstractItemView.State.EditingState:
            return
        if event.key() == Qt.Key.Key_F2:
            self.mend_current()
        else:
            super().keyPressEvent(event)


class ProblemsCard(QWidget):
    """The problems of an import, all or those of one kind and reason.

    ``mend_asked``: row (from 1), column and what was written; ``kind_chosen``: "" where all are asked for.
    """

    mend_asked = Signal(int, str, str)
    all_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._all: Problems | None = None
        self._reasons: list[tuple[str, int, str]] = []
        self._kind, self._order = "", ("", False)
        self.reason = Choice(say("import.reason"), on_change=lambda _: self._paint())
        self.reason.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.reason.setMinimumContentsLength(26)
        self.how = label("", "second")
        self.table = ProblemTable(self._mend, with_sheet=False)
        self._acts = hbox(gap=8)
        self._join()
        self._heading = holding(hbox(self.reason, 8, self.how, None, self._acts, gap=8), "")
        self._room = vbox(self.table, gap=0)
        body = holding(self._room, "")
        self.setLayout(grow(vbox(made := card(self._heading, body=body, flush=True), gap=0), made))

    def hold_acts(self, acts: QWidget, *, held: bool) -> None:
        """Takes what can be done about the rest into the heading, where there is no room beside the sum."""
        self.how.setVisible(not held)
        if held:
            self._acts.addWidget(acts)

    # -- what is shown ---------------------------------------------------------------------------

    def kinds(self) -> frozenset[str]:
        """The parts of the sum of which some row is listed."""
        return frozenset(kind for _, _, kind in self._reasons)

    def show_problems(self, problems: Problems, *, with_sheet: bool) -> None:
        """Shows the problems of an import; filter, order and place stay."""
        self._all = problems
        self._reasons = [
            (code, n, kind_of(code, problems.of(code)[0].level)) for code, n in problems.reasons()
        ]
        if self._kind not in self.kinds():
            self._kind = ""
        if with_sheet != self.table.with_sheet:
            self._make_table(with_sheet=with_sheet)
        self._offer_reasons(self.reason.key())
        self._paint()

    def show_kind(self, kind: str) -> None:
        """Shows one part of the sum only, "" for all."""
        self._kind = kind
        self._offer_reasons("")
        self._paint()

    def _lists(self, kind: str) -> bool:
        """Whether a kind of rows is listed: usable ones with something to know when they are asked for."""
        return kind == self._kind or (not self._kind and (kind != "valid" or self.kinds() == {"valid"}))

    @property
    def kind(self) -> str:
        """The part of the sum that is shown, "" for all."""
        return self._kind

    def _offer_reasons(self, chosen: str) -> None:
        assert self._all is not None
        within = [(code, n) for code, n, kind in self._reasons if self._lists(kind)]
        every = say("import.reason.all", sum(n for _, n in within))
        options = [("", every)]
        for code, n in within:
            words = _reason_words(self._all.of(code)[0])
            options.append((code, say("import.reason.one", n, words=words.rstrip("."))))
        self.reason.offer(options, chosen if chosen in dict(within) else "")
        widest = max(self.reason.fontMetrics().horizontalAdvance(words) for _, words in options)
        self.reason.view().setMinimumWidth(widest + 32)

    def _paint(self) -> None:
        if self._all is None:
            return
        shown = self._all
        code, (by, descending) = self.reason.key(), self._order
        codes = [code] if code else [c for c, _, kind in self._reasons if self._lists(kind)]
        if len(codes) < len(self._reasons):
            shown = shown.among(codes, _LEVELS.get(self._kind))
        if by:
            shown = shown.ordered(by, descending=descending)
        at = self.table.currentIndex().row()
        self.table.set_rows(shown if len(shown) else (), lambda p: (p.where.row, p.code))
        if not self.table.currentIndex().isValid() and len(shown):
            # The row that was mended is gone: the next one takes its place.
            self.table.choose_at(max(0, min(at, len(shown) - 1)))

    def _make_table(self, *, with_sheet: bool) -> None:
        old, self.table = self.table, ProblemTable(self._mend, with_sheet=with_sheet)
        self._room.replaceWidget(old, self.table)
        old.hide()
        old.deleteLater()
        self._join()

    def _join(self) -> None:
        self.table.sort_wanted.connect(self._sort)
        self.table.row_chosen.connect(self._show_hint)

    def _show_hint(self, problem: Problem | None) -> None:
        """What to do about the current row, in full where its cell may be too narrow."""
        hint = problem_words(problem)[1] if problem is not None else ""
        can = problem is not None and _can_mend(problem)
        self.how.setText(f"{hint} {say('import.mend.how')}" if can else hint)

    # -- acting ----------------------------------------------------------------------------------

    def _sort(self, key: str, descending: bool) -> None:  # noqa: FBT001 (told by a signal)
        self._order = (key, descending)
        self._paint()

    def _mend(self, problem: Problem, words: str) -> None:
        where = problem.where
        if where.row is not None and where.column is not None and words != where.value:
            self.mend_asked.emit(where.row, where.column, words)


def _reason_words(problem: Problem) -> str:
    """A reason for all rows that have it; where the sentence tells of one row, in words of its own."""
    code = f"reason.{problem.code}"
    return say(code) if has(code) else problem_words(problem)[0]


def _shown(problem: Problem) -> str:
    value = problem.where.value or ""
    return visible_words(value if len(value) <= _SHOWN else f"{value[:_SHOWN]}…")


def _can_mend(problem: Problem) -> bool:
    """Whether another value may help: not where a number is right, but there already or not to be used."""
    return problem.where.column is not None and kind_of(problem.code, problem.level) in (
        "invalid",
        "doubtful",
    )


def _columns(mend: Callable[[Problem, str], object], *, with_sheet: bool) -> Sequence[Column[Problem]]:
    line = Column[Problem](
        "line", "import.problem.line", lambda p: number(p.where.line or 0), 56, kind="number"
    )
    sheet = Column[Problem]("sheet", "import.sheet", lambda p: p.where.sheet or "", 80, priority=3)
    rest = [
        Column[Problem](
            "column",
            "import.problem.column",
            lambda p: visible_words(p.where.column or ""),
            80,
            priority=2,
        ),
        Column[Problem](
            "value",
            "import.problem.value",
            _shown,
            90,
            strong=True,
            edit=mend,
            written=lambda p: p.where.value or "",
        ),
        Column[Problem]("what", "import.problem.what", lambda p: problem_words(p)[0], 260, stretch=1),
        Column[Problem](
            "do",
            "import.problem.do",
            lambda p: problem_words(p)[1],
            240,
            stretch=2,
            kind="link",
            role=lambda p: "accent" if _can_mend(p) else "second",
        ),
    ]
    return [line, *([sheet] if with_sheet else []), *rest]
