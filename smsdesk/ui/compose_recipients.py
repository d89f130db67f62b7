"""The recipients of a text: the card with their table below the text, and the tab with every column."""

import hashlib
from dataclasses import replace

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from smsdesk.core.campaign import Campaign, Message
from smsdesk.core.finding import Places
from smsdesk.core.looking import Look
from smsdesk.core.standing import State, States, needed_fields
from smsdesk.desk.campaigns import OpenCampaign
from smsdesk.desk.desk import Desk
from smsdesk.desk.people import judged, looked
from smsdesk.ui.compose_people import MARKS, ROLES, People, PeopleTable, Person, names_shown
from smsdesk.ui.compose_texts import TextTabs
from smsdesk.ui.inputs import text_input
from smsdesk.ui.layout import (
    BETWEEN,
    button,
    caption,
    card,
    empty_page,
    grow,
    hbox,
    hline,
    holding,
    icon_button,
    label,
    link,
    pill,
    vbox,
)
from smsdesk.ui.marks import Pill
from smsdesk.ui.people_acts import PeopleActs
from smsdesk.ui.state_pills import StatePills
from smsdesk.ui.widths import Arrangement
from smsdesk.words import number, say

_TYPING_MS = 120
"""After so long without a key press the table follows the text."""
_SAVE_MS = 500
_FIND_WIDTH, _LEAST_FIND_WIDTH = 260, 140
_WORDS = {
    State.READY: "compose.ready",
    State.DOUBTFUL: "people.doubtful",
    State.LACKING: "compose.lacking",
    State.INVALID: "people.invalid",
}


class PeopleCard(PeopleActs):
    """The recipients of the text in sight; ``full``: every column, sorted, filtered, arranged.

    ``person_chosen``: a row of the list. The others ask for a file, for what is on the clipboard to be
    imported, for one number.
    """

    person_chosen = Signal(int)
    import_asked = Signal()
    paste_asked = Signal()
    number_asked = Signal()

    def __init__(self, desk: Desk, *, full: bool = False) -> None:
        super().__init__(desk, "recipients:tab" if full else "recipients:text")
        self._full = full
        self._needed: tuple[str, ...] = ()
        self._states: States | None = None
        self._question: tuple[object, ...] = ()
        self._painted: tuple[object, ...] = ()
        self._look = Look()
        self._only: Places | None = None
        self._adding = False
        self._kept: dict[str, str] | None = None
        self._later = QTimer(self, interval=_TYPING_MS, singleShot=True)
        self._later.timeout.connect(self._follow)
        self._saving = QTimer(self, interval=_SAVE_MS, singleShot=True)
        self._saving.timeout.connect(self._keep_columns)
        self.pills = StatePills(say("people.states"), [state.value for state in State])
        self.pills.chosen.connect(lambda key: self._look_for(state=State(key) if key else None))
        self.held, self.count = pill("neutral", ""), caption("")
        self.finder = text_input(
            say("compose.find"), "", say("compose.find"), lambda words: self._look_for(words=words), "search"
        )
        self.take = button(say("compose.import"), "upload", self.import_asked.emit)
        self.paste = button(say("compose.paste"), on_click=self.paste_asked.emit)
        self.new_number = icon_button("plus", say("compose.add_number"), self._ask_number)
        self.remove = icon_button("trash-2", say("compose.remove_people"), self.remove_chosen)
        self.columns = icon_button("columns-3", say("columns.choose"), self.choose_columns)
        self.more = icon_button("ellipsis", say("people.more"), self._open_more)
        first = button(say("compose.import"), "upload", self.import_asked.emit)
        saved = link(say("people.add_list"), self.add_list)
        self._empty = empty_page(say("compose.people.empty"), first, saved)
        self._nobody = empty_page(say("people.nobody"), link(say("people.show_all"), self.look_at_all))
        self._room = QStackedWidget()
        for page in (self._empty, self._nobody):
            self._room.addWidget(page)
        self.table = self._new_table((), changeable=True)
        self._join()

    def _join(self) -> None:
        """The pills beside the heading; in the full card on a line with the figures and the box to find."""
        acts = (self.remove, self.new_number, self.columns, self.more, self.paste, self.take)
        self.finder.setClearButtonEnabled(True)
        self.finder.setMinimumWidth(_LEAST_FIND_WIDTH)
        self.finder.setMaximumWidth(_FIND_WIDTH)
        self.columns.setVisible(self._full)
        figures = (self.pills, self.held)
        name = say("compose.people" if self._full else "people.short")
        head = [label(name, "head"), *(() if self._full else figures), None]
        body = vbox(gap=0)
        if self._full:
            line = hbox(*figures, self.count, None, self.finder, margins=(9, 6, 10, 6))
            body.addLayout(grow(line, self.finder, 20))
            body.addWidget(hline())
        body.addWidget(self._room, 1)
        self.setLayout(vbox(card(holding(hbox(*head), ""), *acts, body=body, flush=True), gap=0))

    # -- what is shown ---------------------------------------------------------------------------

    def show_message(self, opened: OpenCampaign, at: int) -> None:
        """Shows the recipients of a message; while its text is being written the rows follow in a moment."""
        rows = opened.campaign.messages[at].recipients
        before = self.shown.message.recipients if self.shown is not None else None
        other = (opened, at) != (self._opened, self._at)
        self._opened, self._at = opened, at
        if other:
            self._forget_look()
        if other or rows is not before:
            self._show_rows(len(rows) - len(before or ()), other=other)
        elif self._painted != self._seen():
            self._later.start()

    def _show_rows(self, more: int, *, other: bool) -> None:
        if self._only is not None and more:
            # The places are those of another list: what is seen stays until there are new ones.
            self._look_again()
            return
        self._follow()
        if self._adding and more > 0 and not other:
            self.choose(len(self.rows) - 1)
        self._adding = False

    def _forget_look(self) -> None:
        self._look, self._only, self._states, self._question = Look(), None, None, ()
        self.finder.clear()
        self.pills.choose("")
        self.table.show_sort(None)

    def look_at_all(self) -> None:
        """Shows every row, in the order chosen."""
        self.finder.clear()
        self.pills.choose("")
        self._look_for(words="", state=None)

    def _look_for(self, **wanted: object) -> None:
        self._look = replace(self._look, **wanted)  # type: ignore[arg-type]  # names are ours
        self._look_again()

    def _follow(self) -> None:
        """Paints, and judges the rows anew where that may have changed."""
        if self._opened is None or self._desk.tasks.over:
            return
        self._later.stop()
        self._needed = needed_fields(self._message)
        self._paint()
        if not _same((self.rows, self._needed, self._region()), self._question):
            self._desk.tasks.start(f"judge {self._key}", self._judge())

    def _look_again(self) -> None:
        if self._opened is not None:
            self._desk.tasks.start(f"look at {self._key}", self._find())

    async def _judge(self) -> States | None:
        """The states of the rows, once for each list and text; None where the list has changed meanwhile."""
        asked = rows, needed, region = self.rows, self._needed, self._region()
        if self._states is None or not _same(asked, self._question):
            made = await judged(rows, needed, region, self._states)
            if rows is not self.rows:
                return None
            self._states, self._question = made, asked
        self._paint_counts()
        return self._states

    async def _find(self) -> None:
        self._needed = needed_fields(self._message)
        rows, look, states = self.rows, self._look, await self._judge()
        if states is None or self._opened is None:
            return
        campaign, context = self._opened.campaign, self._desk.context
        found = None if look.whole else await looked(context, campaign, self._at, look, states)
        if rows is self.rows and look == self._look:
            self._only = found
            self._paint()

    @property
    def _message(self) -> Message:
        assert self._opened is not None
        return self._opened.campaign.messages[self._at]

    def choose(self, row: int) -> None:
        """Makes a recipient the current row, where it is in sight."""
        at = self.shown.place_of(row) if self.shown is not None else None
        if at is not None:
            self.table.choose_at(at)

    def reveal(self, row: int) -> None:
        """Makes a recipient the current row; one that is filtered out comes into sight with all others."""
        if self.shown is not None and self.shown.place_of(row) is None:
            self._forget_look()
            self._follow()
        self.choose(row)

    # -- painting --------------------------------------------------------------------------------

    def _seen(self) -> tuple[object, ...]:
        """All that the look of a row depends on, its list apart."""
        assert self._opened is not None
        campaign, message = self._opened.campaign, self._message
        return (
            message.text,
            message.literal,
            campaign.region,
            campaign.options,
            campaign.left_out,
            self._opened.sent,
        )

    def _paint(self) -> None:
        opened = self._opened
        if opened is None:
            return
        message = self._message
        names, changeable = names_shown(message, full=self._full), not opened.sent
        if self.table.names != names or self.table.changeable != changeable:
            self.table = self._new_table(names, changeable=changeable)
        before, place = self.shown, self.table.currentIndex().row()
        self.shown = People(opened.campaign, message, self._needed, names, self._only)
        self._painted = self._seen()
        self.table.parts_of = self.shown.parts_of
        self.table.set_rows(self.shown)
        moved = before is not None and len(before.message.recipients) != len(message.recipients)
        if moved and self._only and place >= 0:
            # Rows have other numbers now: the cursor stays where it was seen.
            self.table.choose_at(min(place, len(self._only) - 1))
        self._room.setCurrentWidget(
            self.table if len(self.shown) else self._nobody if len(message.recipients) else self._empty
        )
        for part in (self.take, self.paste, self.new_number, self.remove):
            part.setVisible(changeable)
        self._empty.setEnabled(changeable)
        self._paint_figures(opened.campaign)
        self._enable()

    def _paint_figures(self, campaign: Campaign) -> None:
        held, shown = campaign.left_out.doubtful, 0 if self.shown is None else len(self.shown)
        self.held.show_pill(Pill("neutral", say("compose.held", held), ""))
        self.held.setVisible(held > 0)
        part = say("people.count", shown=number(shown), of=number(len(self.rows)))
        self.count.setText(part if self._look.narrow else "")

    def _paint_counts(self) -> None:
        if self._states is None:
            return
        counts = self._states.counts
        pills = {
            state.value: Pill(ROLES[state], say(_WORDS[state], n), MARKS[state])
            for state, n in counts.items()
        }
        self.pills.show_counts({state.value: n for state, n in counts.items()}, pills)

    def _new_table(self, names: tuple[str, ...], *, changeable: bool) -> PeopleTable:
        old, look = getattr(self, "table", None), self._look
        table = self.make_table(names, full=self._full, changeable=changeable)
        table.row_chosen.connect(self._chosen)
        table.selectionModel().selectionChanged.connect(lambda *_: self._enable())
        table.sort_wanted.connect(lambda key, down: self._look_for(sort=key, descending=down))
        table.arranged.connect(self._saving.start)
        self._room.addWidget(table)
        keys = [column.key for column in table.rows.columns]
        if look.sort in keys:
            table.show_sort(keys.index(look.sort), descending=look.descending)
        if old is not None:
            self._room.removeWidget(old)
            old.deleteLater()
        if self._full:
            self._arrange(table)
        return table

    def _enable(self) -> None:
        self.remove.setEnabled(self.table.changeable and self.table.selectionModel().hasSelection())

    # -- columns that are remembered -------------------------------------------------------------

    def _arrange(self, table: PeopleTable) -> None:
        """Lets the columns stand as they were left, for these columns."""
        if self._kept is not None:
            table.arrange(Arrangement.unpacked(self._kept.get(_setting(table.names), "")))
        elif self._opened is not None:
            self._desk.tasks.start("columns of recipients", self._load_columns())

    async def _load_columns(self) -> None:
        self._kept = await self._desk.settings()
        self._arrange(self.table)

    def _keep_columns(self) -> None:
        key, packed = _setting(self.table.names), self.table.arrangement().packed()
        if self._kept is not None:
            self._kept[key] = packed
        self._desk.tasks.start("keep columns", self._desk.put_setting(key, packed))

    # -- acting ----------------------------------------------------------------------------------

    def _chosen(self, person: Person | None) -> None:
        if person is not None:
            self.person_chosen.emit(person.row)

    def _ask_number(self) -> None:
        self._adding = True
        self.number_asked.emit()

    def _open_more(self) -> None:
        self.open_menu(self.more.mapToGlobal(self.more.rect().bottomLeft()))


def _same(asked: tuple[object, ...], before: tuple[object, ...]) -> bool:
    """Whether a question is the one before: about the very same list."""
    return len(before) == len(asked) and asked[0] is before[0] and asked[1:] == before[1:]


def _setting(names: tuple[str, ...]) -> str:
    """Where the arrangement of these columns is kept."""
    digest = hashlib.blake2b("\0".join(names).encode("utf-8", "surrogatepass"), digest_size=8)
    return f"recipients.columns.{digest.hexdigest()}"


class RecipientsTab(QWidget):
    """Every column of a text's recipients."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.texts = TextTabs()
        self.people = PeopleCard(desk, full=True)
        self.finder = self.people.finder
        column = vbox(self.texts, self.people, gap=BETWEEN)
        self.setLayout(grow(column, self.people))

    def show_campaign(self, opened: OpenCampaign, at: int) -> None:
        """Shows the recipients of a message."""
        self.texts.show_texts(opened.campaign, at)
        self.texts.setVisible(len(opened.campaign.messages) > 1)
        self.people.show_message(opened, at)
