"""The composer's first tab: the texts, and below each text the people who get it."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QColor, QSyntaxHighlighter, QTextCharFormat, QTextDocument
from PySide6.QtWidgets import QMenu, QPlainTextEdit, QWidget

from smsdesk.core.campaign import Campaign, Message
from smsdesk.core.numbers import as_shown
from smsdesk.core.templates import fill, missing
from smsdesk.desk.campaigns import OpenCampaign
from smsdesk.ui import theme
from smsdesk.ui.compose_side import shown_parts
from smsdesk.ui.inputs import Segments
from smsdesk.ui.layout import BETWEEN, button, card, hbox, holding, label, pill, splitter, vbox
from smsdesk.ui.marks import Pill
from smsdesk.ui.table import Column, Table
from smsdesk.words import number, say

_FIELD = re.compile(r"\{\{|\}\}|\{[^{}\n]*\}")
_COLUMNS = 4
"""Merge fields that get a column of their own; the preview shows the others."""


class Fields(QSyntaxHighlighter):
    """Colours merge fields."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        theme.when_changed(self.rehighlight)

    def highlightBlock(self, text: str) -> None:
        """Colours one paragraph."""
        mark = QTextCharFormat()
        mark.setForeground(QColor(theme.colour("accent")))
        mark.setBackground(QColor(theme.colour("accent-tint")))
        for found in _FIELD.finditer(text):
            if found[0] not in ("{{", "}}"):
                self.setFormat(found.start(), len(found[0]), mark)


class Editor(QPlainTextEdit):
    """Where the text is written; plain text only, Tab leaves it."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "writing")
        self.setAccessibleName(say("compose.text"))
        self.setPlaceholderText(say("compose.text.placeholder"))
        self.setTabChangesFocus(True)
        self.setMinimumHeight(96)
        self._fields = Fields(self.document())

    def show_text(self, text: str) -> None:
        """Shows a text without telling and without losing the cursor where it is the same."""
        if text != self.toPlainText():
            quiet = self.blockSignals(True)
            self.setPlainText(text)
            self.blockSignals(quiet)
            self._fields.rehighlight()


@dataclass(frozen=True, slots=True)
class Person:
    """A row of the recipient table."""

    row: int
    dst: str
    name_cells: tuple[str, ...]
    parts: int
    lacks: str


class People(Sequence[Person]):
    """The recipients of a message as rows, made when they are looked at."""

    def __init__(self, campaign: Campaign, message: Message) -> None:
        self._campaign, self._message = campaign, message
        self._columns = list(message.recipients.fields.items())[:_COLUMNS]
        absent = {} if message.literal else missing(message.text, message.recipients)
        self._missing = {name: set(rows) for name, rows in absent.items()}

    @property
    def lacking(self) -> int:
        """How many of them lack a merge field."""
        return len({row for rows in self._missing.values() for row in rows})

    def __len__(self) -> int:
        return len(self._message.recipients)

    def __getitem__(self, at: int) -> Person:  # type: ignore[override]  # slices are not asked for
        recipient = self._message.recipients.row(at)
        text = self._message.text if self._message.literal else fill(self._message.text, recipient.fields)
        lacks = next((name for name, rows in self._missing.items() if at in rows), "")
        cells = tuple(column[at] for _, column in self._columns)
        return Person(at, recipient.dst, cells, shown_parts(self._campaign, text).parts if text else 0, lacks)


class Messages(QWidget):
    """Texts and their recipients. ``person_chosen`` tells message and row; ``import_asked`` the message."""

    person_chosen = Signal(int, int)
    import_asked = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._opened: OpenCampaign | None = None
        self._at = 0
        self._names: tuple[str, ...] = ()
        self.tabs = Segments(say("compose.texts"), [("0", "")])
        self._tabs_room = vbox(self.tabs, gap=0)
        self.insert = button(say("compose.insert"), on_click=self._offer_fields, kind="quiet")
        self.add = button(say("compose.add_text"), "plus", self._add_text, kind="quiet")
        self.drop = button(say("compose.remove_text"), on_click=self._remove_text, kind="quiet")
        self.editor = Editor()
        self.editor.textChanged.connect(self._typed)
        self.count = label("", "caption")
        heading = holding(hbox(holding(self._tabs_room, ""), gap=0), "")
        foot = holding(hbox(self.count, None, margins=(16, 8, 16, 6)), "")
        writing = vbox(self.editor, foot, gap=0)
        writing.setStretch(0, 1)
        upper = card(heading, self.add, self.drop, self.insert, body=writing, flush=True)
        self._table_room = vbox(gap=0)
        self.ready, self.lacking = pill("delivered", ""), pill("waiting", "")
        self.take = button(say("compose.import"), "upload", lambda: self.import_asked.emit(self._at))
        self.remove = button(say("compose.remove_people"), on_click=self._remove_people)
        self.new_number = button(say("compose.add_number"), "plus", self.add_number)
        people = holding(hbox(label(say("compose.people"), "head"), self.ready, self.lacking, None), "")
        lower = card(people, self.remove, self.new_number, self.take, body=self._table_room, flush=True)
        self.parts = splitter(upper, lower, vertical=True, shares=(2, 3))
        self.parts.setSizes([260, 400])
        self.setLayout(vbox(self.parts, gap=BETWEEN))
        self.number_asked: Callable[[int], None] = lambda _: None

    def show_campaign(self, opened: OpenCampaign) -> None:
        """Shows an open campaign as it is now."""
        if opened is not self._opened:
            self._opened, self._at = opened, 0
        messages = opened.campaign.messages
        self._at = min(self._at, len(messages) - 1)
        names = tuple(
            f"{message_name(messages, i)} · {number(len(m.recipients))}" for i, m in enumerate(messages)
        )
        if names != self._names:
            self._show_tabs(names)
        self.tabs.choose(str(self._at))
        self.editor.show_text(messages[self._at].text)
        self.editor.setReadOnly(opened.sent)
        for act in (self.add, self.drop, self.insert, self.take, self.new_number, self.remove):
            act.setEnabled(not opened.sent)
        self.drop.setVisible(len(messages) > 1)
        self._show_people(opened.campaign, messages[self._at])

    def choose_message(self, at: int) -> None:
        """Shows another text and its people."""
        self._at = at
        if self._opened is not None:
            self.show_campaign(self._opened)
            self.person_chosen.emit(at, 0)

    def choose_person(self, row: int) -> None:
        """Makes a row of the table current."""
        if 0 <= row < len(self.table.rows_shown):
            self.table.choose_at(row)

    @property
    def at(self) -> int:
        """The message shown."""
        return self._at

    def _show_tabs(self, names: tuple[str, ...]) -> None:
        self._names = names
        options = [(str(i), words) for i, words in enumerate(names)]
        old, self.tabs = self.tabs, Segments(say("compose.texts"), options, str(self._at), self._choose_tab)
        self._tabs_room.replaceWidget(old, self.tabs)
        old.deleteLater()

    def _choose_tab(self, key: str) -> None:
        self.choose_message(int(key))

    def _show_people(self, campaign: Campaign, message: Message) -> None:
        names = tuple(list(message.recipients.fields)[:_COLUMNS])
        table = getattr(self, "table", None)
        if table is None or table.names != names:
            self._make_table(names)
        people = People(campaign, message)
        self.table.show_people(people)
        lacking = people.lacking
        self.ready.show_pill(Pill("delivered", say("compose.ready", len(people) - lacking)))
        self.ready.setVisible(bool(people))
        self.lacking.show_pill(Pill("waiting", say("compose.lacking", lacking)))
        self.lacking.setVisible(bool(lacking))
        self._show_count(campaign, message)

    def _make_table(self, names: tuple[str, ...]) -> None:
        old = getattr(self, "table", None)
        self.table = PeopleTable(names)
        self.table.row_chosen.connect(self._chosen)
        if old is None:
            self._table_room.addWidget(self.table)
        else:
            self._table_room.replaceWidget(old, self.table)
            old.deleteLater()

    def _show_count(self, campaign: Campaign, message: Message) -> None:
        review = self._opened.review if self._opened else None
        parts = shown_parts(campaign, message.text)
        words = [say(f"compose.alphabet.{parts.encoding.name.lower()}")]
        if review is not None and review.totals.histogram:
            histogram = review.totals.histogram.items()
            words += [say("compose.histogram", count, people=number(n)) for count, n in histogram]
        else:
            words.append(say("compose.parts", parts.parts))
        self.count.setText("   ".join(words))

    # -- acting ----------------------------------------------------------------------------------

    def _typed(self) -> None:
        if self._opened is not None:
            self._opened.write_text(self._at, self.editor.toPlainText())

    def _chosen(self, person: Person | None) -> None:
        if person is not None:
            self.person_chosen.emit(self._at, person.row)

    def _add_text(self) -> None:
        if self._opened is not None:
            self._at = len(self._opened.campaign.messages)
            self._opened.add_message("")
            self.editor.setFocus()

    def _remove_text(self) -> None:
        if self._opened is not None:
            at, self._at = self._at, max(0, self._at - 1)
            self._opened.remove_message(at)

    def _remove_people(self) -> None:
        rows = tuple(sorted(person.row for person in self.table.chosen_rows()))
        if self._opened is not None and rows:
            from smsdesk.core.recipients import Removed

            self._opened.patch(self._at, Removed(rows))

    def add_number(self) -> None:
        """Asks for one number to add."""
        self.number_asked(self._at)

    def _offer_fields(self) -> None:
        if self._opened is None:
            return
        menu = QMenu(self)
        for name in self._opened.campaign.messages[self._at].recipients.fields:
            entry = menu.addAction(name.replace("&", "&&"))
            entry.triggered.connect(lambda _=False, field=name: self._insert_field(field))
        if menu.isEmpty():
            menu.addAction(say("compose.no_fields")).setEnabled(False)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.insert.mapToGlobal(QPoint(0, self.insert.height())))

    def _insert_field(self, name: str) -> None:
        self.editor.insertPlainText(f"{{{name}}}")
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)


class PeopleTable(Table[Person]):
    """The recipients of one text, with a column for each of the first merge fields."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names
        self.rows_shown: Sequence[Person] = ()
        super().__init__(say("compose.people"), [*self._first(), *self._fields(names), *self._last()])

    @staticmethod
    def _first() -> list[Column[Person]]:
        return [
            Column("row", "compose.column.row", lambda p: number(p.row + 1), 48, kind="number", priority=1),
            Column("dst", "compose.column.number", lambda p: as_shown(p.dst), 150),
        ]

    @staticmethod
    def _fields(names: tuple[str, ...]) -> list[Column[Person]]:
        def cell(at: int) -> Callable[[Person], str]:
            return lambda person: person.name_cells[at] if at < len(person.name_cells) else ""

        return [
            Column(
                f"field{at}", "compose.column.field", cell(at), 90, stretch=1, priority=2 + at, heading=name
            )
            for at, name in enumerate(names)
        ]

    @staticmethod
    def _last() -> list[Column[Person]]:
        return [
            Column("parts", "compose.column.parts", lambda p: number(p.parts), 56, kind="number", priority=1),
            Column("state", "compose.column.state", _state_words, 130, kind="pill", role=_state_role),
        ]

    def show_people(self, people: Sequence[Person]) -> None:
        """Shows the rows of a message."""
        self.rows_shown = people
        self.set_rows(people)


def _state_words(person: Person) -> str:
    return say("compose.state.lacks", field=person.lacks) if person.lacks else say("compose.state.ready")


def _state_role(person: Person) -> str:
    return "waiting" if person.lacks else "delivered"


def message_name(messages: Sequence[Message], at: int) -> str:
    """A message's own name, or "Text 1"."""
    return messages[at].name or say("compose.text_number", at=number(at + 1))
