"""The import screen: what was understood of a file, what each row became, and what to do about the rest."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from smsdesk.core.campaign import Campaign
from smsdesk.core.importing import Imported
from smsdesk.core.problem import Level, Problem
from smsdesk.core.sheet import Reading, Sheet
from smsdesk.desk.desk import Desk
from smsdesk.desk.importing import Wanted
from smsdesk.ui.inputs import Choice
from smsdesk.ui.layout import (
    BETWEEN,
    action,
    button,
    caption,
    card,
    grow,
    hbox,
    holding,
    label,
    pill,
    relabel,
    scrolling,
    vbox,
)
from smsdesk.ui.marks import Pill
from smsdesk.ui.page import Page
from smsdesk.ui.settings import regions
from smsdesk.ui.table import Column, Table
from smsdesk.words import number, problem_words, say

PREVIEW_ROWS = 3
_ENCODINGS = ("utf-8", "cp1252", "iso8859-15", "utf-16", "cp1250", "mac-roman")
_DELIMITERS = (";", ",", "\t", "|")
_ONCE = ("dst", "reference", "blackouts")
_ROLES = {Level.ERROR: "failed", Level.WARNING: "waiting", Level.NOTE: "text"}
_FIELD_WIDTH, _COLUMN_HEIGHT = 142, 122


class ImportPage(Page):
    """One file on its way into a message. ``taken``: the import and whether its doubtful numbers go too."""

    taken = Signal(object, bool)
    cancelled = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__(say("import.title"))
        self._desk = desk
        self._source: Path | str = ""
        self._region = "DE"
        self._into: tuple[Campaign | None, int] = (None, 0)
        self._result: Imported | None = None
        self._with_doubtful = False
        self.cancel = action(say("dialog.cancel"), self.cancelled.emit, parent=self)
        self.take = action(say("import.take", 0), self._take, parent=self)
        self.set_actions(self.cancel, primary=self.take)
        self.encoding = Choice(say("import.encoding"), on_change=lambda _: self._read_again())
        self.delimiter = Choice(say("import.delimiter"), on_change=lambda _: self._read_again())
        self.region = Choice(say("import.region"), on_change=self._choose_region)
        self.sheet = Choice(say("import.sheet"), on_change=lambda _: self._read_again())
        named = {
            key: _named(say(f"import.{key}"), getattr(self, key))
            for key in ("encoding", "delimiter", "sheet", "region")
        }
        self._of_text, self._of_book = (named["encoding"], named["delimiter"]), (named["sheet"],)
        top = hbox(*named.values(), None, gap=16)
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
        self._mapped_card = card(say("import.mapping"), body=mapped)
        lower = vbox(self._mapped_card, holding(sums), self.none, self.problems, gap=BETWEEN)
        lower.addStretch(0)
        self._lower = holding(grow(lower, self.problems))
        self.body.addWidget(card(body=top))
        self.body.addWidget(self._lower, 1)
        self.body.addStretch(0)

    def open_file(self, path: Path, region: str, campaign: Campaign | None = None, message: int = 0) -> None:
        """Reads a file and shows what it holds, beside the campaign and the message it goes into."""
        self._open(path, path.name, region, (campaign, message))

    def open_text(self, text: str, region: str, campaign: Campaign | None = None, message: int = 0) -> None:
        """The same for rows or numbers that were pasted."""
        self._open(text, say("compose.paste.name"), region, (campaign, message))

    def _open(self, source: Path | str, name: str, region: str, into: tuple[Campaign | None, int]) -> None:
        self._source, self._region, self._into = source, region, into
        self._result, self._with_doubtful = None, False
        self.header.set_subtitle(say("import.reading", name=name))
        for box in (self.encoding, self.delimiter, self.sheet, self.region):
            box.setEnabled(False)
        self._clear_columns()
        self._lower.setVisible(False)
        self.take.setText(say("import.take", 0))
        self.take.setEnabled(False)
        self._desk.tasks.start("import", self._read(None, None, None))

    @property
    def result(self) -> Imported | None:
        """What the file became, once it is read."""
        return self._result

    async def _read(self, encoding: str | None, delimiter: str | None, sheet: str | None) -> None:
        found = await self._desk.importing.read(self._wanted(Reading(encoding, delimiter, sheet)))
        self._show(found.imported)

    def _wanted(self, reading: Reading) -> Wanted:
        source = self._source
        name = source.name if isinstance(source, Path) else say("compose.paste.name")
        return Wanted(source, name, self._region, reading, *self._into)

    async def _map(self, mapping: dict[str, str]) -> None:
        assert self._result is not None
        again = self._desk.importing.again
        self._show(await again(self._result, mapping, self._region, self._wanted(Reading())))

    def _read_again(self) -> None:
        assert self._result is not None
        if self._result.sheet.sheet is None:
            reading = self._read(self.encoding.key(), self.delimiter.key(), None)
        else:
            reading = self._read(None, None, self.sheet.key())
        self._desk.tasks.start("import", reading)

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
        self._show_source(sheet)
        self.region.offer(regions(self._region), self._region)
        self.region.setEnabled(True)
        if first:
            self._show_columns(result)
        self._show_counts(result)
        self.table.set_rows(result.problems)
        self.problems.setVisible(bool(result.problems))
        self.none.setVisible(not result.problems)
        self._lower.setVisible(True)

    def _show_source(self, sheet: Sheet) -> None:
        """Shows how the file was read: a text by encoding and delimiter, a workbook by its sheet."""
        for part in self._of_text:
            part.setVisible(sheet.sheet is None)
        for part in self._of_book:
            part.setVisible(sheet.sheet is not None)
        if sheet.sheet is not None:
            self.sheet.offer([(name, name) for name in sheet.sheets], sheet.sheet)
            self.sheet.setEnabled(len(sheet.sheets) > 1)
            return
        found = sheet.encoding or "utf-8"
        encodings = dict.fromkeys([found, *_ENCODINGS])
        self.encoding.offer([(key, _encoding_words(key)) for key in encodings], found)
        delimiters = [(key, say(f"import.delimiter.{ord(key)}")) for key in _DELIMITERS]
        self.delimiter.offer(delimiters, sheet.delimiter or ",")
        self.encoding.setEnabled(isinstance(self._source, Path))
        self.delimiter.setEnabled(True)

    def _clear_columns(self) -> None:
        while self._columns.count():
            item = self._columns.takeAt(0)
            old = item.widget() if item is not None else None
            if old is not None:
                old.hide()
                old.deleteLater()
        self.mapping.clear()

    def _show_columns(self, result: Imported) -> None:
        self._clear_columns()
        used = {column: key for key, column in result.mapping.items() if not key.startswith("field:")}
        fields = {column for key, column in result.mapping.items() if key.startswith("field:")}
        shown = result.sheet.frame.head(PREVIEW_ROWS)
        for name in result.sheet.header:
            offered = [
                (key, say(f"import.column.{key}"))
                for key in ("field", "dst", "reference", "blackouts", "unused")
            ]
            chosen = used.get(name) or ("field" if name in fields else "unused")
            changed = partial(self._mapped, name)
            choice = Choice(say("import.column", name=name), offered, chosen, changed)
            self.mapping[name] = choice
            lines = [caption(_one_line(cell)) for cell in shown[name]]
            column = holding(vbox(choice, label(name, "strong"), *lines, None, gap=4), "")
            column.setFixedWidth(_FIELD_WIDTH)
            self._columns.addWidget(column)
        self._columns.addStretch(1)

    def _mapped(self, changed: str, unique: str) -> None:
        """Takes over what the columns are now; what only one column can be, the changed one is."""
        for name, choice in self.mapping.items():
            if name != changed and choice.key() == unique and unique in _ONCE:
                choice.choose("field")
        mapping: dict[str, str] = {}
        for name, choice in self.mapping.items():
            key = choice.key()
            if key in _ONCE:
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
        relabel(self.use, say("import.hold" if self._with_doubtful else "import.use", counts.doubtful))
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
    made = scrolling(content)
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
    made.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    made.setFixedHeight(_COLUMN_HEIGHT)
    return made


def _named(words: str, box: QWidget) -> QWidget:
    name = caption(words)
    name.setBuddy(box)
    return holding(vbox(name, box, gap=4), "")


def _one_line(cell: str) -> str:
    return " ".join(cell.split()) or " "


def _encoding_words(key: str) -> str:
    known = {
        "cp1252": "Windows-1252",
        "cp1250": "Windows-1250",
        "utf-8-sig": "UTF-8",
        "mac-roman": "Mac Roman",
    }
    return known.get(key, key.upper())


def _sentence(problem: Problem) -> str:
    return problem_words(problem)[0]


def _hint(problem: Problem) -> str:
    return problem_words(problem)[1]


def _problem_columns() -> Sequence[Column[Problem]]:
    return [
        Column(
            "line",
            "import.problem.line",
            lambda p: number(p.where.line or 0),
            56,
            kind="number",
            sort=lambda p: p.where.line or 0,
        ),
        Column("column", "import.problem.column", lambda p: p.where.column or "", 80, priority=2),
        Column(
            "value",
            "import.problem.value",
            lambda p: p.where.value or "",
            130,
            strong=True,
            role=lambda p: _ROLES[p.level],
        ),
        Column("what", "import.problem.what", _sentence, 260, stretch=2),
        Column("do", "import.problem.do", _hint, 240, stretch=1, role=lambda _: "second"),
    ]
