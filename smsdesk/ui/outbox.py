"""The page Outbox: what is on its way to the service, how it stands and why, and what a person can do."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QWidget

from smsdesk.core.outbox import Entry, EntryState, Hold
from smsdesk.core.outlook import PAGE, Outlook
from smsdesk.desk.changes import Topic
from smsdesk.desk.desk import Desk
from smsdesk.ui.entries import ROLES, asks_a_person, urgency
from smsdesk.ui.exporting import ask_file, write_table
from smsdesk.ui.inputs import Segments
from smsdesk.ui.layout import (
    BETWEEN,
    action,
    banner,
    button,
    card,
    empty_page,
    hbox,
    holding,
    link,
    relabel,
    splitter,
)
from smsdesk.ui.live import Live
from smsdesk.ui.outbox_acts import Acts
from smsdesk.ui.outbox_missed import Missed
from smsdesk.ui.outbox_progress import Budget, ProgressCard, progress
from smsdesk.ui.outbox_side import Side
from smsdesk.ui.outbox_steps import Way
from smsdesk.ui.page import Page
from smsdesk.ui.table import HEAD, ROW, Column, Table
from smsdesk.words import ago, number, say
from smsdesk.words.entries import Scene, entry_name, why

if TYPE_CHECKING:
    from smsdesk.desk.sending import Step

_TICK_MS = 1000
_LEAST_ROWS, _MOST_ROWS = 3, 8
_LOWER = 460
"""The height that header, progress and the steps want."""
_MANY = 20
"""From so many entries on they can be chosen by how they stand."""
OLDER = 10 * PAGE
"""So many more are read of what is over, when they are asked for."""
_SHOWN = ("all", "open", "person")


class Outbox(Page):
    """The outbox.

    ``job_asked`` wants the job of an accepted entry to be shown (its job id); ``drafted``: a campaign was
    taken back into a draft (its id); ``exported`` tells what was written where.
    """

    job_asked = Signal(str)
    drafted = Signal(object)
    exported = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__(say("outbox.title"))
        self._desk = desk
        self._outlook, self._most = Outlook(), PAGE
        self._known: tuple[Entry, tuple[Step, ...]] | None = None
        self._rows = 0
        self._live = Live(desk, "outbox page", frozenset({Topic.OUTBOX, Topic.CONNECTION}), self._load)
        self._tick = QTimer(self, interval=_TICK_MS)
        self._tick.timeout.connect(self._paint_times)
        self.acts = Acts(self, desk)
        self.acts.job_asked.connect(self.job_asked)
        self.acts.drafted.connect(self.drafted)
        self.acts.account_asked.connect(lambda: self.go_asked.emit("accounts"))
        self.pause = action(say("outbox.pause"), self._toggle_pause, "pause", parent=self)
        self.export = action(say("outbox.export"), self._ask_export, "download", parent=self)
        self.set_actions(self.export, self.pause)
        self.banner = banner("waiting", say("outbox.paused"), say("outbox.paused.hint"))
        self.missed = Missed(self._act)
        self.progress = ProgressCard(self._toggle_account)
        self.table = Table(say("outbox.table"), self._columns())
        self.table.row_chosen.connect(lambda _: self._choose())
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._choose())
        self.table.row_opened.connect(lambda entry: self._act("wire", (entry,)))
        self.way = Way(self._show_try)
        self.side = Side(self._act)
        self.shown_ones = Segments(
            say("outbox.shown"), [(key, "") for key in _SHOWN], on_change=lambda _: self._show_rows()
        )
        self.older = link("", self._show_older)
        self._filter = holding(hbox(self.shown_ones, None, self.older, margins=0), "ground")
        self._top = card(body=self.table, flush=True)
        self._top.setMinimumHeight(HEAD + 2 * ROW)
        lower = splitter(self.way, self.side, shares=(3, 1))
        self._parts = splitter(self._top, lower, vertical=True, shares=(0, 1))
        go = button(say("outbox.empty.step"), on_click=lambda: self.go_asked.emit("campaigns"))
        self.empty = empty_page(say("outbox.empty"), go, icon_name="inbox")
        for part in (self.banner, self.missed, self.progress, self._filter, self._parts, self.empty):
            self.body.addWidget(part)
        self.body.setStretchFactor(self._parts, 1)
        self.body.setStretchFactor(self.empty, 1)
        lower.setSizes([720, 380])
        self._paint()

    def _columns(self) -> list[Column[Entry]]:
        return [
            Column("job", "outbox.column.job", entry_name, 180, stretch=2),
            Column("sms", "outbox.column.sms", lambda entry: number(entry.sms_count), 64, kind="number"),
            Column(
                "state",
                "outbox.column.state",
                lambda entry: say(f"entry.{entry.state.value}"),
                136,
                kind="pill",
                role=lambda entry: ROLES[entry.state],
                sort=urgency,
            ),
            Column(
                "since",
                "outbox.column.since",
                lambda entry: ago(self._desk.now() - entry.since),
                86,
                kind="time",
                priority=1,
                sort=lambda entry: entry.since,
            ),
            Column("why", "outbox.column.why", lambda entry: why(entry, self._scene()), 340, stretch=1),
        ]

    def _scene(self) -> Scene:
        contacts = self._desk.accounts.contacts
        troubles = {name: contact.error for name, contact in contacts.items() if contact.error is not None}
        return Scene(self._desk.now(), self._desk.outbox.pauses, troubles)

    # -- loading ---------------------------------------------------------------------------------

    def shown(self) -> None:
        """Loads and follows the outbox."""
        self._live.shown()
        self._tick.start()

    def hidden(self) -> None:
        """Stops following."""
        self._live.hidden()
        self._tick.stop()

    async def _load(self) -> None:
        first = not self._outlook.count
        self._outlook = await self._desk.outbox.look(self._most)
        self._show_rows()
        if first and self._outlook.count:
            self.choose(min(self._outlook.entries, key=urgency))
        await self._load_progress()
        self._paint()
        await self._load_steps()

    async def _load_progress(self) -> None:
        outlook, pauses = self._outlook, self._desk.outbox.pauses
        allowed = {account.name: account.budget for account in await self._desk.accounts.every()}
        newest = [outlook.newest] if outlook.newest else []
        names = dict.fromkeys(entry.account for entry in outlook.open or newest)
        budgets = [
            Budget(name, await self._desk.jobs.used(name), allowed[name], name in pauses)
            for name in names
            if name in allowed
        ]
        way = progress(outlook, sum(one.allowed for one in budgets) or 20, self._desk.now())
        if way is not None:
            self.progress.show_progress(way)
            self.progress.show_budgets(budgets)

    async def _load_steps(self) -> None:
        chosen = self.table.chosen_rows()
        if len(chosen) > 1:
            self._known = None
            self.way.show_nothing(say("outbox.several", len(chosen)))
            self.side.show_several(chosen)
            return
        entry = self.table.current_row()
        steps = await self._desk.outbox.steps(entry.id) if entry is not None else ()
        if entry is not None and entry == self.table.current_row():
            self._known = entry, steps
            self.way.show_steps(entry, steps)
            self._show_side()

    def _show_side(self) -> None:
        if self._known is not None:
            entry, steps = self._known
            self.side.show_entry(entry, steps, self._scene(), asks=self.acts.asks(entry))

    def choose(self, entry: Entry) -> None:
        """Makes an entry the current one."""
        self.table.choose(entry.id)

    def _choose(self) -> None:
        if self._live.in_sight:
            self._desk.tasks.start("outbox steps", self._load_steps())

    def _ask_export(self) -> None:
        ask_file(self, say("outbox.export"), say("outbox.title"), self.write_table)

    def write_table(self, path: Path) -> None:
        """Writes the entries as they are shown."""
        write_table(
            self,
            self._desk,
            path,
            "outbox",
            self.table.rows.keys(),
            lambda count: self.exported.emit(say("outbox.exported", count, name=path.name)),
        )

    # -- painting --------------------------------------------------------------------------------

    def _show_rows(self) -> None:
        outlook = self._outlook
        asking = [entry for entry in outlook.open if asks_a_person(entry)]
        rows = {"all": outlook.entries, "open": outlook.open, "person": asking}
        counts = {"all": outlook.count, "open": len(outlook.open), "person": len(asking)}
        for key, count in counts.items():
            self.shown_ones.set_words(key, say(f"outbox.shown.{key}", count=number(count)))
        self.older.setVisible(outlook.more > 0 and self.shown_ones.key() == "all")
        relabel(self.older, say("outbox.older", min(outlook.more, OLDER), more=number(outlook.more)))
        self.table.set_rows(rows[self.shown_ones.key()], key=lambda entry: entry.id)

    def _paint(self) -> None:
        outlook, paused = self._outlook, self._desk.outbox.paused
        count, done = outlook.count, outlook.counts.get(EntryState.ACCEPTED, 0)
        words = say("outbox.summary", count, done=number(done)) if count else ""
        self.header.set_subtitle(words)
        self.pause.setText(say("outbox.go_on" if paused else "outbox.pause"))
        self.pause.setVisible(bool(count) or paused)
        self.export.setVisible(bool(count))
        self.banner.setVisible(paused)
        self.missed.show_entries([entry for entry in outlook.open if entry.hold is Hold.MISSED])
        for part in (self.progress, self._parts):
            part.setVisible(bool(count))
        self._filter.setVisible(count > _MANY or self.shown_ones.key() != "all")
        self.empty.setVisible(not count)
        self._share_height(count)

    def _share_height(self, count: int) -> None:
        """As high as the entries need, as long as the steps keep room; moved by hand it stays."""
        above = (self.banner, self.missed, self._filter)
        taken = sum(_high(part, self.width()) + BETWEEN for part in above if not part.isHidden())
        room = max(_LEAST_ROWS, (self.height() - _LOWER - taken) // ROW)
        rows = min(max(count, _LEAST_ROWS), _MOST_ROWS, room)
        if rows != self._rows:
            self._rows = rows
            top = HEAD + rows * ROW + 8
            self._parts.setSizes([top, max(self._parts.height() - top - BETWEEN, 2 * ROW)])

    def _paint_times(self) -> None:
        self.table.viewport().update()
        self._show_side()

    # -- acting ----------------------------------------------------------------------------------

    def _show_older(self) -> None:
        self._most += OLDER
        self._live.ask()

    def _toggle_pause(self) -> None:
        outbox = self._desk.outbox
        self._desk.tasks.start("pause", outbox.resume() if outbox.paused else outbox.pause())

    def _toggle_account(self, account: str) -> None:
        outbox = self._desk.outbox
        paused = account in outbox.pauses
        work = outbox.resume(account) if paused else outbox.pause(account)
        self._desk.tasks.start(f"pause:{account}", work)

    def _act(self, verb: str, entries: Sequence[Entry]) -> None:
        self.acts.do(verb, entries, self._outlook)
        if verb == "ask":
            self._choose()

    def _show_try(self, at: datetime) -> None:
        if self._known is not None:
            self.acts.show_wire(self._known[0], at)


def _high(part: QWidget, width: int) -> int:
    """How high a part is at a width."""
    return part.heightForWidth(width) if part.hasHeightForWidth() else part.sizeHint().height()
