"""The recipients of a text: the card with their table below the text, and the tab with every column."""

from collections.abc import Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from smsdesk.core.campaign import Message
from smsdesk.core.numbers import Standing, read_number
from smsdesk.core.recipients import Edited, Recipients, Removed
from smsdesk.desk.campaigns import OpenCampaign, find_recipients
from smsdesk.desk.desk import Desk
from smsdesk.ui.compose_people import Gaps, People, PeopleTable, Person, names_shown
from smsdesk.ui.compose_texts import TextTabs
from smsdesk.ui.inputs import text_input
from smsdesk.ui.layout import (
    BETWEEN,
    button,
    card,
    empty_page,
    grow,
    hbox,
    holding,
    icon_button,
    label,
    pill,
    vbox,
)
from smsdesk.ui.marks import Pill
from smsdesk.words import say

_TYPING_MS = 120
"""After so long without a key press the table follows the text."""
_FIND_WIDTH = 260


class PeopleCard(QWidget):
    """The recipients of the text in sight.

    ``person_chosen``: a row of the list; ``number_refused``: what was typed is no number; ``removed``: how
    many went. The others ask for a file, for what is on the clipboard, for one number.
    """

    person_chosen = Signal(int)
    import_asked = Signal()
    paste_asked = Signal()
    number_asked = Signal()
    number_refused = Signal(str)
    removed = Signal(int)

    def __init__(self, *, full: bool = False) -> None:
        super().__init__()
        self._full = full
        self._opened: OpenCampaign | None = None
        self._at = 0
        self._rows: Recipients | None = None
        self._only: Sequence[int] | None = None
        self._gaps = Gaps()
        self._later = QTimer(self, interval=_TYPING_MS, singleShot=True)
        self._later.timeout.connect(self._paint)
        self.ready, self.lacking, self.held = pill("delivered", ""), pill("waiting", ""), pill("neutral", "")
        self.take = button(say("compose.import"), "upload", self.import_asked.emit)
        self.paste = button(say("compose.paste"), on_click=self.paste_asked.emit)
        self.new_number = icon_button("plus", say("compose.add_number"), self.number_asked.emit)
        self.remove = icon_button("trash-2", say("compose.remove_people"), self.remove_chosen)
        self._room = QStackedWidget()
        first = button(say("compose.import"), "upload", self.import_asked.emit)
        self._empty = empty_page(say("compose.people.empty"), first)
        self._room.addWidget(self._empty)
        self.table = self._make_table((), changeable=True)
        pills = (self.ready, self.lacking, self.held)
        heading = holding(hbox(label(say("compose.people"), "head"), *pills, None), "")
        acts = (self.remove, self.new_number, self.paste, self.take)
        self.setLayout(vbox(card(heading, *acts, body=self._room, flush=True), gap=0))

    def show_message(self, opened: OpenCampaign, at: int) -> None:
        """Shows the recipients of a message; while its text is being written the rows follow in a moment."""
        rows = opened.campaign.messages[at].recipients
        same = (opened, at) == (self._opened, self._at) and rows is self._rows
        self._opened, self._at, self._rows = opened, at, rows
        if same:
            self._later.start()
        else:
            self._paint()

    def show_only(self, places: Sequence[int] | None) -> None:
        """Shows only some rows of the list, None for all."""
        self._only = places
        self._paint()

    def choose(self, row: int) -> None:
        """Makes a recipient the current row, where it is in sight."""
        at = row if self._only is None else next((i for i, r in enumerate(self._only) if r == row), -1)
        if 0 <= at < self.table.rows.rowCount():
            self.table.choose_at(at)

    def remove_chosen(self) -> None:
        """Takes the chosen recipients away."""
        rows = tuple(sorted(person.row for person in self.table.chosen_rows()))
        if self._opened is not None and rows and self.table.changeable:
            self._opened.patch(self._at, Removed(rows))
            self.removed.emit(len(rows))

    # -- painting --------------------------------------------------------------------------------

    def _paint(self) -> None:
        opened = self._opened
        if opened is None:
            return
        self._later.stop()
        message = opened.campaign.messages[self._at]
        names, changeable = names_shown(message, full=self._full), not opened.sent
        if self.table.names != names or self.table.changeable != changeable:
            self.table = self._make_table(names, changeable=changeable)
        people = People(opened.campaign, message, self._gaps.of(message), names, self._only)
        self.table.set_rows(people)
        self._room.setCurrentWidget(self.table if len(message.recipients) else self._empty)
        self._paint_counts(message, people, opened.campaign.left_out.doubtful)
        for part in (self.take, self.paste, self.new_number, self.remove):
            part.setVisible(changeable)
        self._empty.setEnabled(changeable)
        self._enable()

    def _paint_counts(self, message: Message, people: People, held: int) -> None:
        count, lacking = len(message.recipients), people.lacking
        for made, role, code, n in (
            (self.ready, "delivered", "compose.ready", count - lacking),
            (self.lacking, "waiting", "compose.lacking", lacking),
            (self.held, "neutral", "compose.held", held),
        ):
            made.show_pill(Pill(role, say(code, n), ""))
            made.setVisible(n > 0)

    def _make_table(self, names: tuple[str, ...], *, changeable: bool) -> PeopleTable:
        table = PeopleTable(names, self._edit, full=self._full, changeable=changeable)
        table.row_chosen.connect(self._chosen)
        table.selectionModel().selectionChanged.connect(lambda *_: self._enable())
        table.remove_asked.connect(self.remove_chosen)
        table.paste_asked.connect(self.paste_asked)
        self._room.addWidget(table)
        old = getattr(self, "table", None)
        if old is not None:
            self._room.removeWidget(old)
            old.deleteLater()
        return table

    def _enable(self) -> None:
        self.remove.setEnabled(self.table.changeable and self.table.selectionModel().hasSelection())

    # -- acting ----------------------------------------------------------------------------------

    def _chosen(self, person: Person | None) -> None:
        if person is not None:
            self.person_chosen.emit(person.row)

    def _edit(self, person: Person, column: str, words: str) -> None:
        if self._opened is None:
            return
        if column == "dst":
            found = read_number(words, self._opened.campaign.region)
            if found.standing is Standing.INVALID:
                self.number_refused.emit(words)
                return
            words = found.e164
        self._opened.patch(self._at, Edited(person.row, column, words.strip()))


class RecipientsTab(QWidget):
    """Every column of a text's recipients, and a box that finds some of them."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._rows: Recipients | None = None
        self.texts = TextTabs()
        self.finder = text_input(
            say("compose.find"), "", say("compose.find"), lambda _: self._ask(), kind="search"
        )
        self.finder.setClearButtonEnabled(True)
        self.finder.setFixedWidth(_FIND_WIDTH)
        self.people = PeopleCard(full=True)
        top = hbox(self.texts, None, self.finder)
        self.setLayout(grow(vbox(top, self.people, gap=BETWEEN), self.people))

    def show_campaign(self, opened: OpenCampaign, at: int) -> None:
        """Shows the recipients of a message."""
        self.texts.show_texts(opened.campaign, at)
        self.texts.setVisible(len(opened.campaign.messages) > 1)
        rows = opened.campaign.messages[at].recipients
        if rows is not self._rows:
            self._rows = rows
            self.people.show_only(None)
            if self.finder.text().strip():
                self._ask()
        self.people.show_message(opened, at)

    def _ask(self) -> None:
        if self._rows is not None:
            self._desk.tasks.start("find in recipients", self._search(self._rows, self.finder.text()))

    async def _search(self, rows: Recipients, words: str) -> None:
        found = await find_recipients(rows, words) if words.strip() else None
        if rows is self._rows:
            self.people.show_only(found)
