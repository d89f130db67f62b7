"""The page Outbox: what is on its way to the service, how it stands and why, and what a person can do."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QPushButton, QSizePolicy, QVBoxLayout

from smsdesk.core.outbox import Entry, EntryState
from smsdesk.desk.changes import Topic
from smsdesk.desk.desk import Desk
from smsdesk.ui.ask import Stake, ask
from smsdesk.ui.charts import StackedBar
from smsdesk.ui.entries import (
    ROLES,
    Progress,
    Scene,
    card_words,
    entry_name,
    facts,
    progress,
    step_by,
    step_words,
    why,
)
from smsdesk.ui.facts import Facts, flowing
from smsdesk.ui.layout import (
    BETWEEN,
    action,
    banner,
    button,
    card,
    empty_page,
    hbox,
    head,
    holding,
    label,
    pill,
    scrolling,
    splitter,
    vbox,
)
from smsdesk.ui.live import Live
from smsdesk.ui.marks import Pill
from smsdesk.ui.page import Page
from smsdesk.ui.table import HEAD, ROW, Column, Table
from smsdesk.words import clock, lasting, number, say

if TYPE_CHECKING:
    from smsdesk.desk.sending import Step

_TICK_MS = 1000
_LEAST_ROWS, _MOST_ROWS = 3, 8
_LOWER = 460
"""The height that header, progress and the steps want."""


class Outbox(Page):
    """The outbox. ``job_asked`` wants the job of an accepted entry to be shown (its job id)."""

    job_asked = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__(say("outbox.title"))
        self._desk = desk
        self._entries: tuple[Entry, ...] = ()
        self._rows = 0
        self._live = Live(desk, "outbox page", frozenset({Topic.OUTBOX, Topic.CONNECTION}), self._load)
        self._tick = QTimer(self, interval=_TICK_MS)
        self._tick.timeout.connect(self._paint_times)
        self.pause = action(say("outbox.pause"), self._toggle_pause, "pause", parent=self)
        self.set_actions(self.pause)
        self.banner = banner("waiting", say("outbox.paused"), say("outbox.paused.hint"))
        self.progress = ProgressCard()
        self.table = Table(say("outbox.table"), self._columns(), many=False)
        self.table.row_chosen.connect(lambda _: self._choose())
        self.way = Way()
        self.side = Side(self._act)
        self._top = card(body=self.table, flush=True)
        self._top.setMinimumHeight(HEAD + 2 * ROW)
        lower = splitter(self.way, self.side, shares=(3, 1))
        self._parts = splitter(self._top, lower, vertical=True, shares=(0, 1))
        go = button(say("outbox.empty.step"), on_click=lambda: self.go_asked.emit("campaigns"))
        self.empty = empty_page(say("outbox.empty"), go, icon_name="inbox")
        for part in (self.banner, self.progress, self._parts, self.empty):
            self.body.addWidget(part)
        self.body.setStretchFactor(self._parts, 1)
        self.body.setStretchFactor(self.empty, 1)
        lower.setSizes([720, 380])
        self._paint()

    def _columns(self) -> list[Column[Entry]]:
        return [
            Column("job", "outbox.column.job", entry_name, 150, stretch=2),
            Column("sms", "outbox.column.sms", lambda entry: number(entry.sms_count), 64, kind="number"),
            Column(
                "state",
                "outbox.column.state",
                lambda entry: say(f"entry.{entry.state.value}"),
                110,
                kind="pill",
                role=lambda entry: ROLES[entry.state],
            ),
            Column(
                "since", "outbox.column.since", lambda entry: clock(entry.since), 86, kind="time", priority=1
            ),
            Column("why", "outbox.column.why", lambda entry: why(entry, self._scene()), 420, stretch=5),
        ]

    def _scene(self) -> Scene:
        contacts = self._desk.accounts.contacts
        troubles = {name: contact.error for name, contact in contacts.items() if contact.error is not None}
        return Scene(self._desk.now(), self._desk.outbox.paused, troubles)

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
        entries = await self._desk.outbox.entries()
        allowed = {account.name: account.budget for account in await self._desk.accounts.every()}
        first = not self._entries
        self._entries = entries
        self.table.set_rows(entries, key=lambda entry: entry.id)
        if first and entries:
            self.choose(_most_urgent(entries))
        way = progress(entries, max(allowed.values(), default=20))
        if way is not None:
            used = await self._desk.jobs.used(way.account)
            self.progress.show_progress(way, used, allowed.get(way.account, 0))
        self._paint()
        await self._load_steps()

    async def _load_steps(self) -> None:
        entry = self.table.current_row()
        steps = await self._desk.outbox.steps(entry.id) if entry is not None else ()
        if entry is not None and entry == self.table.current_row():
            self.way.show_steps(entry, steps)
            self.side.show_entry(entry, steps, self._scene(), asks=self._asks(entry))

    def choose(self, entry: Entry) -> None:
        """Makes an entry the current one."""
        self.table.choose(entry.id)

    def _choose(self) -> None:
        if self._live.in_sight:
            self._desk.tasks.start("outbox steps", self._load_steps())

    # -- painting --------------------------------------------------------------------------------

    def _paint(self) -> None:
        entries, paused = self._entries, self._desk.outbox.paused
        done = sum(entry.state is EntryState.ACCEPTED for entry in entries)
        words = say("outbox.summary", len(entries), done=number(done)) if entries else ""
        self.header.set_subtitle(words)
        self.pause.setText(say("outbox.go_on" if paused else "outbox.pause"))
        self.pause.setVisible(bool(entries) or paused)
        self.banner.setVisible(paused)
        for part in (self.progress, self._parts):
            part.setVisible(bool(entries))
        self.empty.setVisible(not entries)
        self._share_height(len(entries))

    def _share_height(self, count: int) -> None:
        """As high as the entries need, as long as the steps keep room; moved by hand it stays."""
        room = max(_LEAST_ROWS, (self.height() - _LOWER) // ROW)
        rows = min(max(count, _LEAST_ROWS), _MOST_ROWS, room)
        if rows != self._rows:
            self._rows = rows
            top = HEAD + rows * ROW + 8
            self._parts.setSizes([top, max(self._parts.height() - top - BETWEEN, 2 * ROW)])

    def _paint_times(self) -> None:
        self.table.viewport().update()

    # -- acting ----------------------------------------------------------------------------------

    def _toggle_pause(self) -> None:
        outbox = self._desk.outbox
        self._desk.tasks.start("pause", outbox.resume() if outbox.paused else outbox.pause())

    def _asks(self, entry: Entry) -> bool:
        return self._desk.tasks.runs(f"look up:{entry.account}")

    def _act(self, verb: str, entry: Entry) -> None:
        match verb:
            case "ask":
                self._ask_now(entry)
            case "again":
                self._ask_again(entry)
            case "leave":
                self._desk.tasks.start(f"leave:{entry.id}", self._desk.outbox.leave(entry.id))
            case "copy":
                QGuiApplication.clipboard().setText(entry.job_id or "")
            case "show":
                self.job_asked.emit(entry.job_id or "")

    def _ask_now(self, entry: Entry) -> None:
        if not self._asks(entry):
            self._desk.tasks.start(f"look up:{entry.account}", self._desk.outbox.look_up(entry.account))
        self._choose()

    def _ask_again(self, entry: Entry) -> None:
        kind = "refused" if entry.state is EntryState.REFUSED else "uncertain"
        code = f"outbox.again.{kind}"

        def again() -> None:
            self._desk.tasks.start(f"again:{entry.id}", self._desk.outbox.send_again(entry.id))

        stake = Stake(
            say("outbox.again.title", name=entry_name(entry)),
            say(code, entry.sms_count),
            say(f"{code}.text"),
            say("outbox.again.yes", entry.sms_count),
            "waiting" if kind == "refused" else "failed",
        )
        ask(self, stake, again)


def _most_urgent(entries: Sequence[Entry]) -> Entry:
    """The entry that a person wants to see first: what waits for their word, else what moves."""
    order = (
        EntryState.UNCERTAIN,
        EntryState.REFUSED,
        EntryState.HELD,
        EntryState.SENDING,
        EntryState.WAITING,
        EntryState.QUEUED,
    )
    for state in order:
        for entry in entries:
            if entry.state is state:
                return entry
    return entries[0]


class ProgressCard(QFrame):
    """How far the campaign under way is, and how much of the request limit is used."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.name = head("")
        self.figures = label("", "second")
        self.requests = label("", "second")
        self.bar = StackedBar()
        left = vbox(hbox(self.name, None, self.figures), self.bar, gap=8)
        row = hbox(gap=24, margins=(16, 12, 16, 14))
        row.addLayout(left, 1)
        row.addWidget(self.requests)
        self.setLayout(row)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def show_progress(self, way: Progress, used: int, allowed: int) -> None:
        """Shows how far it is."""
        words = say("outbox.progress", way.total, done=number(way.done))
        if not way.total:
            words = say("outbox.progress.nobody")
        if way.left is not None:
            words = f"{words}, {say('outbox.progress.left', span=lasting(way.left))}"
        self.name.setText(way.name)
        self.figures.setText(words)
        self.bar.show_shares(way.shares, f"{say('outbox.progress.name', name=way.name)}: {words}")
        self.requests.setText(say("outbox.requests", used=used, allowed=allowed))


class Way(QFrame):
    """Every step of the chosen entry."""

    def __init__(self) -> None:
        super().__init__()
        self.name = head("")
        beside = label(say("outbox.steps"), "second")
        self.table: Table[Step] = Table(say("outbox.steps.table"), self._columns(), many=False)
        heading = holding(hbox(self.name, beside, None, gap=6), "")
        inside = card(heading, body=self.table, flush=True)
        self.setLayout(vbox(inside, gap=0))
        self.setMinimumWidth(320)

    @staticmethod
    def _columns() -> "list[Column[Step]]":
        return [
            Column("at", "outbox.column.time", _to_the_millisecond, 110, kind="time"),
            Column("step", "outbox.column.step", step_words, 200, stretch=1),
            Column("who", "outbox.column.who", step_by, 90, priority=1, role=lambda _: "second"),
        ]

    def show_steps(self, entry: Entry, steps: "Sequence[Step]") -> None:
        """Shows the steps of an entry, in their order."""
        self.name.setText(entry_name(entry))
        self.table.set_rows(steps, key=lambda step: (step.at, step.code, str(step.values)))


def _to_the_millisecond(step: "Step") -> str:
    return f"{clock(step.at)}.{step.at.microsecond // 1000:03}"


class Side(QFrame):
    """Explains the state of the chosen entry and offers what can be done."""

    def __init__(self, act: Callable[[str, Entry], None]) -> None:
        super().__init__()
        self._act = act
        self._entry: Entry | None = None
        self.pill = pill("neutral", "")
        self.words = flowing()
        self.facts = Facts(say("outbox.column.why"), label_width=110)
        self.buttons = {verb: self._button(verb) for verb in ("ask", "again", "leave", "show", "copy")}
        first = hbox(self.buttons["ask"], self.buttons["show"], None, gap=8)
        then = hbox(self.buttons["again"], self.buttons["leave"], self.buttons["copy"], None, gap=8)
        inside: QVBoxLayout = vbox(
            self.pill, self.words, self.facts, first, then, None, gap=BETWEEN, margins=16
        )
        made = QFrame()
        made.setProperty("kind", "card")
        made.setLayout(vbox(scrolling(holding(inside)), gap=0, margins=1))
        self.setLayout(vbox(made, gap=0))
        self.setMinimumWidth(316)

    def _button(self, verb: str) -> QPushButton:
        codes = {
            "ask": "outbox.ask_now",
            "again": "outbox.send_again",
            "leave": "outbox.leave",
            "show": "outbox.show_job",
            "copy": "outbox.copy_id",
        }
        return button(say(codes[verb]), on_click=lambda: self._press(verb))

    def _press(self, verb: str) -> None:
        if self._entry is not None:
            self._act(verb, self._entry)

    def show_entry(self, entry: Entry, steps: "Sequence[Step]", scene: Scene, *, asks: bool) -> None:
        """Explains an entry; ``asks`` says that the service is being asked for it right now."""
        self._entry = entry
        heading, words = card_words(entry, scene)
        self.pill.show_pill(Pill(ROLES[entry.state], heading))
        self.words.setText(words)
        self.facts.show_facts(facts(entry, steps, scene))
        offered = {
            EntryState.UNCERTAIN: ("ask", "again", "leave"),
            EntryState.REFUSED: ("again", "leave"),
            EntryState.ACCEPTED: ("show", "copy"),
        }.get(entry.state, ())
        for verb, made in self.buttons.items():
            made.setVisible(verb in offered)
        self.buttons["ask"].setEnabled(not asks)
        self.buttons["ask"].setText(say("outbox.asking" if asks else "outbox.ask_now"))
