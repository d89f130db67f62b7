"""The import screen: what was understood of a file, what each row became, and what to do about the rest."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from smsdesk.core.importing import Imported
from smsdesk.core.problem import Level, Problem
from smsdesk.desk.desk import Desk
from smsdesk.ui.inputs import Choice
from smsdesk.ui.layout import action, button, caption, card, hbox, holding, label, pill, scrolling, vbox
from smsdesk.ui.marks import Pill
from smsdesk.ui.page import Page
from smsdesk.ui.settings import REGIONS
from smsdesk.ui.table import Column, Table
from smsdesk.words import number, problem_words, say

PREVIEW_ROWS = 3
_ENCODINGS = ("utf-8", "cp1252", "iso8859-15", "utf-16", "cp1250", "mac-roman")
_DELIMITERS = (";", ",", "\t", "|")
_LEVELS = {Level.ERROR: "failed", Level.WARNING: "waiting", Level.NOTE: "neutral"}
_FIELD_WIDTH = 142


class ImportPage(Page):
    """One file on its way into a message. ``taken``: the import and whether its doubtful numbers go too."""

    taken = Signal(object, bool)
    cancelled = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__(say("import.title"))
        self._desk = desk
        self._path: Path | None = None
        self._region = "DE"
        self._result: Imported | None = None
        self._with_doubtful = False
        self.cancel = action(say("dialog.cancel"), self.cancelled.emit, shortcut="Esc", parent=self)
        self.take = action(say("import.take", 0), self._take, parent=self)
        self.set_actions(self.cancel, primary=self.take)
        self.encoding = Choice(say("import.encoding"), on_change=lambda _: self._read_again())
        self.delimiter = Choice(say("import.delimiter"), on_change=lambda _: self._read_again())
        self.region = Choice(say("import.region"), on_change=self._choose_region)
        choices = (("encoding", self.encoding), ("delimiter", self.delimiter), ("region", self.region))
        top = hbox(*(_named(say(f"import.{key}"), box) for key, box in choices), None, gap=16)
        self._columns: QHBoxLayout = hbox(gap=8)
        self.mapping: dict[str, Choice] = {}
        mapped = scrolling_sideways(holding(self._columns))
        self.pills = {
            key: pill(role, "")
            for key, role in (
                ("valid", "delivered"),
                ("doubtful", "waiting"),
                ("invalid", "failed"),
                ("duplicates", "neutral"),
                ("do_not_contact", "neutral"),
                ("blank", "neutral"),
            )
        }
        self.rows = label("", "strong")
        self.use = button("", on_click=self._toggle_doubtful)
        sums = hbox(self.rows, label("=", "second"), *self.pills.values(), None, self.use, gap=8)
        self.table: Table[Problem] = Table(say("import.problems"), _problem_columns(), many=True)
        self.none = label(say("import.no_problems"), "second")
        self.problems = card(say("import.problems"), body=self.table, flush=True)
        for part in (card(body=top), card(say("import.mapping"), body=mapped), holding(sums), self.none):
            self.body.addWidget(part)
        self.body.addWidget(self.problems, 1)
        self.body.addStretch(0)

    def open_file(self, path: Path, region: str) -> None:
        """Reads a file and shows what it holds."""
        self._path, self._region, self._result, self._with_doubtful = path, region, None, False
        self.header.set_subtitle(say("import.reading", name=path.name))
        self.take.setEnabled(False)
        self._desk.tasks.start("import", self._read(None, None))

    @property
    def result(self) -> Imported | None:
        """What the file became, once it is read."""
        return self._result

    async def _read(self, encoding: str | None, delimiter: str | None) -> None:
        assert self._path is not None
        result = await self._desk.importing.read(self._path, self._region, encoding, delimiter)
        self._show(result)

    async def _map(self, mapping: dict[str, str]) -> None:
        assert self._result is not None
        self._show(await self._desk.importing.again(self._result.sheet, mapping, self._region))

    def _read_again(self) -> None:
        self._desk.tasks.start("import", self._read(self.encoding.key(), self.delimiter.key()))

    def _choose_region(self, region: str) -> None:
        self._region = region
        if self._result is not None:
            self._desk.tasks.start("import", self._map(self._result.mapping))

    # -- painting --------------------------------------------------------------------------------

    def _show(self, result: Imported) -> None:
        first = self._result is None or self._result.sheet is not result.sheet
        self._result = result
        sheet = result.sheet
        self.header.set_subtitle(say("import.file", len(sheet), name=sheet.name))
        encodings = dict.fromkeys([sheet.encoding, *_ENCODINGS])
        self.encoding.offer([(key, _encoding_words(key)) for key in encodings], sheet.encoding)
        delimiters = [(key, say(f"import.delimiter.{ord(key)}")) for key in _DELIMITERS]
        self.delimiter.offer(delimiters, sheet.delimiter or ",")
        regions = sorted(REGIONS | {self._region})
        self.region.offer([(key, key) for key in regions], self._region)
        if first:
            self._show_columns(result)
        self._show_counts(result)
        self.table.set_rows(result.problems)
        self.problems.setVisible(bool(result.problems))
        self.none.setVisible(not result.problems)

    def _show_columns(self, result: Imported) -> None:
        while self._columns.count():
            item = self._columns.takeAt(0)
            old = item.widget() if item is not None else None
            if old is not None:
                old.deleteLater()
        self.mapping.clear()
        used = {column: key for key, column in result.mapping.items() if not key.startswith("field:")}
        fields = {column for key, column in result.mapping.items() if key.startswith("field:")}
        shown = result.sheet.frame.head(PREVIEW_ROWS)
        for name in result.sheet.header:
            offered = [
                (key, say(f"import.column.{key}"))
                for key in ("field", "dst", "reference", "blackouts", "unused")
            ]
            chosen = used.get(name) or ("field" if name in fields else "unused")
            choice = Choice(say("import.column", name=name), offered, chosen, lambda _: self._mapped())
            self.mapping[name] = choice
            lines = [caption(cell or " ") for cell in shown[name]]
            column = holding(vbox(choice, label(name, "strong"), *lines, None, gap=4), "")
            column.setFixedWidth(_FIELD_WIDTH)
            self._columns.addWidget(column)
        self._columns.addStretch(1)

    def _mapped(self) -> None:
        mapping: dict[str, str] = {}
        for name, choice in self.mapping.items():
            key = choice.key()
            if key in ("dst", "reference", "blackouts"):
                mapping[key] = name
            if key in ("field", "reference"):
                mapping[f"field:{name}"] = name
        self._desk.tasks.start("import", self._map(mapping))

    def _show_counts(self, result: Imported) -> None:
        counts = result.counts
        self.rows.setText(say("import.rows", counts.rows))
        for key, made in self.pills.items():
            n = getattr(counts, key)
            role = {"valid": "delivered", "doubtful": "waiting", "invalid": "failed"}.get(key, "neutral")
            made.show_pill(Pill(role, say(f"import.count.{key}", n), ""))
            made.setVisible(bool(n) or key == "valid")
        self.use.setText(say("import.hold" if self._with_doubtful else "import.use", counts.doubtful))
        self.use.setVisible(bool(counts.doubtful))
        total = counts.valid + (counts.doubtful if self._with_doubtful else 0)
        self.take.setText(say("import.take", total))
        self.take.setEnabled(total > 0)

    # -- acting ----------------------------------------------------------------------------------

    def _toggle_doubtful(self) -> None:
        self._with_doubtful = not self._with_doubtful
        if self._result is not None:
            self._show_counts(self._result)

    def _take(self) -> None:
        if self._result is not None and self.take.isEnabled():
            self.taken.emit(self._result, self._with_doubtful)


def scrolling_sideways(content: QWidget) -> QWidget:
    """Columns that scroll by width: a table may have many."""
    from PySide6.QtCore import Qt

    made = scrolling(content)
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
    made.setFixedHeight(136)
    return made


def _named(words: str, box: QWidget) -> QWidget:
    name = caption(words)
    name.setBuddy(box)
    return holding(vbox(name, box, gap=4), "")


def _encoding_words(key: str) -> str:
    return {"cp1252": "Windows-1252", "cp1250": "Windows-1250", "utf-8-sig": "UTF-8"}.get(key, key.upper())


def _problem_columns() -> Sequence[Column[Problem]]:
    def line(problem: Problem) -> str:
        return number(problem.where.line or 0)

    sentence: Callable[[Problem], str] = lambda problem: problem_words(problem)[0]  # noqa: E731 (a pair of these)
    hint: Callable[[Problem], str] = lambda problem: problem_words(problem)[1]  # noqa: E731
    return [
        Column("line", "import.problem.line", line, 56, kind="number", sort=lambda p: p.where.line or 0),
        Column("column", "import.problem.column", lambda p: p.where.column or "", 90, priority=2),
        Column("value", "import.problem.value", lambda p: p.where.value or "", 150, strong=True),
        Column(
            "level",
            "import.problem.level",
            lambda p: say(f"level.{p.level.value}"),
            90,
            kind="pill",
            role=lambda p: _LEVELS[p.level],
            priority=1,
        ),
        Column("what", "import.problem.what", sentence, 330, stretch=3),
        Column("do", "import.problem.do", hint, 240, stretch=2, role=lambda _: "second"),
    ]
