"""Texts to begin with: templates, and those that were sent lately. Opened, never executed."""

from collections.abc import Callable, Coroutine
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QDialog, QStackedWidget, QWidget
from shiboken6 import isValid

from smsdesk.core.campaign import Message
from smsdesk.core.errors import SmsDeskError
from smsdesk.core.options import Options
from smsdesk.core.remembered import Template, as_template
from smsdesk.desk.desk import Desk
from smsdesk.ui.inputs import Segments, text_input
from smsdesk.ui.layout import button, card, hbox, holding, label, link, splitter, vbox
from smsdesk.ui.table import HEAD, ROW, Column, Table
from smsdesk.ui.templates_name import NameDialog, first_words
from smsdesk.ui.templates_preview import Line, Preview, option_names
from smsdesk.words import day_time, error_words, number, say

_SIZE = (920, 560)
_KEPT_NAME = 40


class TemplatesDialog(QDialog):
    """Chooses a text for ``message``, or puts its text away, on wish with the campaign's ``options``.

    ``chosen``: the text, and the options to take over (Options, or None). ``made = TemplatesDialog(parent,
    desk, message, options)``, connect ``made.chosen``, ``made.open()``.
    """

    chosen = Signal(str, object)

    def __init__(self, parent: QWidget, desk: Desk, message: Message, options: Options | None = None) -> None:
        super().__init__(parent)
        self._desk, self._message, self._options = desk, message, options
        self._lines: dict[str, list[Line]] = {"templates": [], "recent": []}
        self._undo: Callable[[], Coroutine[Any, Any, object]] | None = None
        self._loaded = False
        self._make_parts()
        self._lay_out()
        self._paint()
        desk.tasks.start("templates", self._load())

    def _make_parts(self) -> None:
        kinds = [(kind, say(f"templates.{kind}")) for kind in self._lines]
        self.kind = Segments(say("templates.title"), kinds, on_change=lambda _: self._paint())
        self.search = text_input(say("templates.search"), placeholder=say("templates.search"))
        self.search.textChanged.connect(lambda _: self._paint())
        self.search.installEventFilter(self)
        self.tables = {kind: self._table(kind) for kind in self._lines}
        self.preview = Preview(self._message)
        self.none = label("", "second", wrap=True)
        self.none.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.told = label("", "body", wrap=True)
        self.undo = link(say("templates.undo"), self._take_back)
        self.save = button(say("templates.save"), "plus", self._ask_save, kind="quiet")
        self.save.setEnabled(bool(self._message.text.strip()))
        self.rename = button(say("templates.rename"), on_click=self._ask_name, kind="quiet")
        self.drop = button(say("templates.delete"), on_click=self._delete, kind="quiet")
        self.cancel = button(say("dialog.cancel"), on_click=self.reject)
        self.use = button(say("templates.use"), on_click=self._use, primary=True)
        for made in (self.save, self.rename, self.drop, self.cancel, self.undo):
            made.setAutoDefault(False)
        self.use.setDefault(True)

    def _table(self, kind: str) -> Table[Line]:
        made: Table[Line] = Table(say(f"templates.{kind}"), self._columns(kind), many=False)
        made.setMinimumHeight(HEAD + 4 * ROW)
        made.row_chosen.connect(lambda _: self._paint_line())
        made.row_opened.connect(lambda _: self._use())
        made.installEventFilter(self)
        return made

    def _columns(self, kind: str) -> list[Column[Line]]:
        role = "text" if kind == "recent" else "second"
        words = Column[Line](
            "words",
            "templates.column.text",
            lambda line: first_words(line.text),
            160,
            stretch=3,
            role=lambda _: role,
        )
        if kind == "recent":
            return [words]

        def when(line: Line) -> str:
            return day_time(line.template.used_at, None, self._desk.now()) if line.template else ""

        return [
            Column("name", "templates.column.name", lambda line: line.name, 130, stretch=2, strong=True),
            words,
            Column("when", "templates.column.used", when, 120, kind="time", priority=2),
        ]

    def _lay_out(self) -> None:
        self.setWindowTitle(say("templates.title"))
        self.setAccessibleName(say("templates.title"))
        self.lists = QStackedWidget()
        for table in self.tables.values():
            self.lists.addWidget(table)
        self.lists.addWidget(holding(vbox(None, self.none, None, margins=24), ""))
        lists = card(body=self.lists, flush=True)
        lists.setMinimumWidth(340)
        self.preview.setMinimumWidth(260)
        parts = splitter(lists, self.preview, shares=(3, 2))
        parts.setSizes([520, 320])
        top = hbox(self.kind, self.search, gap=16)
        top.setStretch(1, 1)
        self.strip = holding(hbox(self.told, self.undo, gap=12), "")
        self.strip.layout().setStretch(0, 1)  # type: ignore[union-attr]  # the box made here
        acts = hbox(self.save, self.rename, self.drop, None, self.cancel, self.use)
        column = vbox(top, parts, self.strip, acts, gap=12, margins=20)
        column.setStretch(1, 1)
        self.setLayout(column)
        self.resize(*_SIZE)
        self.strip.hide()
        self.finished.connect(lambda _: self.deleteLater())
        self.search.setFocus()

    # -- showing ---------------------------------------------------------------------------------

    async def _load(self) -> None:
        texts = await self._desk.templates.recent_texts()
        self._lines["recent"] = [Line(text) for text in texts]
        await self._reload()
        if not self._loaded and isValid(self):
            self._loaded = True
            if self._lines["recent"] and not self._lines["templates"]:
                self.kind.choose("recent")
            self._paint()

    async def _reload(self) -> None:
        templates = await self._desk.templates.every()
        self._lines["templates"] = [Line(one.text, one) for one in templates]

    @property
    def table(self) -> Table[Line]:
        """The list in sight."""
        return self.tables[self.kind.key()]

    def _paint(self, wanted: object = None) -> None:
        kind, table = self.kind.key(), self.table
        for each, known in self._lines.items():
            self.kind.set_words(
                each, f"{say(f'templates.{each}')}  {number(len(known)) if known else ''}".rstrip()
            )
        lines = [line for line in self._lines[kind] if line.matches(self.search.text())]
        at = max(0, table.currentIndex().row())
        table.set_rows(lines, key=_key)
        self.lists.setCurrentIndex(list(self._lines).index(kind) if lines else self.lists.count() - 1)
        if lines and not (wanted is not None and table.choose(wanted)) and table.current_row() is None:
            table.choose_at(min(at, len(lines) - 1))
        self._paint_none(kind)
        self._paint_line()

    def _paint_none(self, kind: str) -> None:
        if not self._loaded:
            self.none.setText("")
        elif self._lines[kind]:
            self.none.setText(say("templates.not_found", text=self.search.text().strip()))
        else:
            self.none.setText(say(f"templates.{kind}.none"))

    def _line(self) -> Line | None:
        return self.table.current_row() if self.lists.currentWidget() is self.table else None

    def _paint_line(self) -> None:
        line = self._line()
        self.preview.show_line(line)
        self.use.setEnabled(line is not None)
        for act in (self.rename, self.drop):
            act.setVisible(self.kind.key() == "templates")
            act.setEnabled(line is not None)

    def _tell(self, words: str, undo: Callable[[], Coroutine[Any, Any, object]] | None) -> None:
        self._undo = undo
        self.told.setText(words)
        self.undo.setVisible(undo is not None)
        self.strip.setVisible(bool(words))

    # -- acting ----------------------------------------------------------------------------------

    def _use(self) -> None:
        line = self._line()
        if line is None:
            return
        options = line.template.options if line.template and self.preview.with_options.isChecked() else None
        if line.template is not None:
            self._desk.tasks.start("use template", self._desk.templates.use(line.template.id))
        self.chosen.emit(line.text, options)
        self.accept()

    def _ask_save(self) -> None:
        text = as_template(self._message)
        names = {line.name for line in self._lines["templates"]}
        name = self._message.name or first_words(text, _KEPT_NAME)
        options = option_names(self._options)
        made = NameDialog(
            self, say("templates.save.title"), say("templates.save.yes"), name, names, options, replaces=True
        )
        made.named.connect(self._save)
        made.open()

    def _save(self, name: str, with_options: bool) -> None:  # noqa: FBT001 (told by a signal)
        of_name = (line.template for line in self._lines["templates"] if line.name == name)
        replaced = next((one.id for one in of_name if one is not None), None)
        options, text = self._options if with_options else None, as_template(self._message)
        templates = self._desk.templates

        async def save() -> None:
            made = await templates.save(name, text, options, replaced)

            async def back() -> None:
                await templates.remove(made.id)
                if replaced is not None:
                    await templates.restore(replaced)

            await self._after(say("templates.saved", name=made.name), back, made.id)

        if isValid(self):
            self.kind.choose("templates")
            self.search.clear()
        self._start(save())

    def _ask_name(self) -> None:
        line = self._line()
        if line is None or line.template is None:
            return
        template = line.template
        names = {other.name for other in self._lines["templates"]} - {template.name}
        title = say("templates.rename.title")
        made = NameDialog(self, title, say("templates.rename"), template.name, names)
        made.named.connect(lambda name, _: self._rename(template, name))
        made.open()

    def _rename(self, template: Template, name: str) -> None:
        rename = self._desk.templates.rename

        async def act() -> None:
            await rename(template.id, name)
            words = say("templates.renamed", old=template.name, name=name)
            await self._after(words, lambda: rename(template.id, template.name), template.id)

        self._start(act())

    def _delete(self) -> None:
        line = self._line()
        if line is None or line.template is None:
            return
        template = line.template

        async def act() -> None:
            await self._desk.templates.remove(template.id)
            words = say("templates.deleted", name=template.name)
            await self._after(words, lambda: self._desk.templates.restore(template.id))

        self._start(act())

    def _take_back(self) -> None:
        if self._undo is not None:
            undo, self._undo = self._undo, None

            async def act() -> None:
                await undo()
                await self._after("", None)

            self._start(act())

    async def _after(
        self, words: str, undo: Callable[[], Coroutine[Any, Any, object]] | None, wanted: object = None
    ) -> None:
        """What was done is shown, with the way back."""
        await self._reload()
        if isValid(self):
            self._paint(wanted)
            self._tell(words, undo)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        """Does it; what goes wrong stands in the dialog, not behind it."""

        async def act() -> None:
            try:
                await work
            except SmsDeskError as error:
                if isValid(self):
                    self._tell(" ".join(error_words(error)), None)

        self._desk.tasks.start("template", act())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrow keys move in the list while one searches; F2 renames; in the list Delete and Undo work."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_F2:
                self._ask_name()
                return True
            done = self._search_key(event) if watched is self.search else self._table_key(event)
            if done:
                return True
        return super().eventFilter(watched, event)

    def _search_key(self, event: QKeyEvent) -> bool:
        by = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()), 0)
        count, at = self.table.rows.rowCount(), self.table.currentIndex().row()
        if by and count:
            self.table.choose_at(min(max(0, at + by), count - 1))
        return bool(by)

    def _table_key(self, event: QKeyEvent) -> bool:
        if event.matches(QKeySequence.StandardKey.Delete):
            self._delete()
        elif event.matches(QKeySequence.StandardKey.Undo):
            self._take_back()
        else:
            return False
        return True


def _key(line: Line) -> object:
    return line.template.id if line.template else line.text
