"""The page Phones: what each phone of the sandbox received, live, and the sandbox's clock and faults."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QWidget

from smsdesk.core.errors import SmsDeskError
from smsdesk.desk.changes import Topic
from smsdesk.desk.desk import Desk
from smsdesk.desk.sandbox import COUNTED, Dose, FateRange, Found, SandboxState
from smsdesk.ui.ask import Stake, ask
from smsdesk.ui.inputs import text_input
from smsdesk.ui.layout import (
    BETWEEN,
    action,
    banner,
    button,
    caption,
    empty_page,
    hbox,
    hline,
    holding,
    label,
    link,
    scrolling,
    splitter,
    vbox,
)
from smsdesk.ui.live import Live
from smsdesk.ui.page import Page
from smsdesk.ui.phones_dials import ClockCard, FatesCard, FaultsCard, Knob
from smsdesk.ui.phones_list import PhoneList, sought
from smsdesk.ui.phones_phone import Handset
from smsdesk.words import error_words, say

_TICK_MS = 1000
_LEFT, _MIDDLE, _RIGHT = 300, 412, 368
_LEFT_LEAST, _RIGHT_LEAST = 204, 296
_NARROW = 1000
"""Below this width the columns are at their least."""
Act = Callable[[], Awaitable[object]]


class Phones(Page):
    """The phones. ``try_out_asked`` wants the sandbox to be started."""

    try_out_asked = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__(say("phones.title"))
        self._desk = desk
        self._state: SandboxState | None = None
        self._fates: tuple[FateRange, ...] = ()
        self._counted: tuple[object, int] = (None, 0)
        self._acts: list[Act] = []
        self._narrow: bool | None = None
        self._live = Live(desk, "phones page", frozenset({Topic.ACCOUNTS}), self._load)
        self._tick = QTimer(self, interval=_TICK_MS)
        self._tick.timeout.connect(self._beat)
        self.header.set_subtitle(say("phones.subtitle"))
        self.afresh = action(say("phones.afresh"), self._ask_afresh, "refresh-cw", parent=self)
        self.set_actions(self.afresh)
        self.box: QLineEdit = text_input(
            say("phones.find"), "", say("phones.find"), lambda _: self._live.ask()
        )
        self.box.installEventFilter(self)
        self.list, self.handset = PhoneList(), Handset()
        self.list.chosen.connect(lambda _: self._live.ask())
        self.clock, self.faults = ClockCard(self._turn), FaultsCard(self._dial)
        self.fates = FatesCard(lambda: self.help_asked.emit("sandbox"))
        self._lay_out()
        self._paint()

    # -- arranging -------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        again = button(say("phones.ended.again"), on_click=self._restart)
        self.trouble = banner("failed", say("error.account.sandbox_ended"), say("phones.ended.hint"), again)
        self.trouble.hide()
        self.right = scrolling(holding(vbox(self.clock, self.faults, self.fates, None, gap=12)))
        to_campaigns = button(say("phones.to_campaigns"), on_click=lambda: self.go_asked.emit("campaigns"))
        self.empty = empty_page(say("phones.empty"), to_campaigns, self._help_link(), "smartphone")
        self.both = splitter(self._left_card(), self._phone_column(), shares=(0, 1))
        row = hbox(self.both, self.empty, self.right, gap=BETWEEN)
        for part in (self.both, self.empty):
            row.setStretchFactor(part, 1)
        self.parts = holding(row, "")
        start = button(say("accounts.try_out"), on_click=self.try_out_asked.emit, primary=True)
        self.off = empty_page(say("phones.off"), start, self._help_link(), "smartphone")
        self.body.addWidget(self.trouble)
        self.body.addWidget(self.parts, 1)
        self.body.addWidget(self.off, 1)

    def _help_link(self) -> QWidget:
        return link(say("phones.help"), lambda: self.help_asked.emit("sandbox"))

    def _left_card(self) -> QFrame:
        made = QFrame()
        made.setProperty("kind", "card")
        self.nothing = label("", "second", wrap=True)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.more = caption("", wrap=True)
        self._none = holding(vbox(self.nothing, margins=(14, 24, 14, 24)), "")
        self._foot = holding(vbox(hline(), self.more, margins=(14, 0, 14, 6)), "")
        top = holding(vbox(self.box, margins=(12, 9, 12, 9)), "")
        column = vbox(top, hline(), self._none, self.list, self._foot, gap=0, margins=1)
        column.setStretch(3, 1)
        made.setLayout(column)
        made.setMinimumWidth(_LEFT_LEAST)
        return made

    def _phone_column(self) -> QWidget:
        across = hbox(None, self.handset, None, gap=0)
        across.setStretch(1, 20)
        made = holding(vbox(across, None, gap=0, margins=(0, 10, 0, 0)), "")
        made.setMinimumWidth(230)
        return made

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where room is short, all three columns give some."""
        super().resizeEvent(event)
        narrow = self.width() < _NARROW
        if narrow != self._narrow:
            self._narrow = narrow
            self.right.setFixedWidth(_RIGHT_LEAST if narrow else _RIGHT)
            self.both.setSizes([_LEFT_LEAST if narrow else _LEFT, _MIDDLE])

    # -- living ----------------------------------------------------------------------------------

    def shown(self) -> None:
        """Asks the sandbox now and then every second."""
        self._live.shown()
        self._tick.start()

    def hidden(self) -> None:
        """Asks no more."""
        self._live.hidden()
        self._tick.stop()

    def _beat(self) -> None:
        if not self._desk.tasks.runs("phones page"):
            self._live.ask()

    async def _load(self) -> None:
        if not self._desk.phones.runs:
            self._state = None
            self.trouble.hide()
            self._paint()
            return
        try:
            await self._ask()
        except SmsDeskError as error:
            self._fail(error)

    async def _ask(self) -> None:
        phones = self._desk.phones
        if not self._fates:
            self._fates = await phones.fates()
            self.fates.show_fates(self._fates)
        self._state = state = await phones.state()
        words = sought(self.box.text(), [one.fate for one in self._fates])
        found = await phones.find(words)
        more = 0 if found.all_of_them else await self._count(words, state.jobs) - len(found.phones)
        self._show_found(found, more)
        number = self.list.number()
        messages = await phones.messages(number) if number else ()
        if number == self.list.number():
            self.handset.show_phone(number, messages)
        self.clock.show_clock(state, self._desk.now())
        self.faults.show_faults(state)
        self.trouble.hide()
        self._paint()

    async def _count(self, words: tuple[str, ...], jobs: int) -> int:
        """How many phones match; asked again only when there are other words or jobs."""
        if self._counted[0] != (words, jobs):
            self._counted = (words, jobs), await self._desk.phones.count(words)
        return self._counted[1]

    # -- painting --------------------------------------------------------------------------------

    def _show_found(self, found: Found, more: int) -> None:
        self.list.show_phones(found.phones)
        over = more + len(found.phones) >= COUNTED
        self.more.setText(say("phones.more.least" if over else "phones.more", more) if more else "")
        self._foot.setVisible(bool(more))
        text = self.box.text().strip()
        self.nothing.setText(say("phones.nothing", text=text))
        self._none.setVisible(bool(text) and not found.phones)
        self.handset.setVisible(bool(found.phones))

    def _paint(self) -> None:
        runs, state = self._desk.phones.runs, self._state
        some = state is not None and state.jobs > 0
        self.off.setVisible(not runs)
        self.parts.setVisible(runs and state is not None)
        self.afresh.setVisible(runs)
        self.afresh.setEnabled(state is not None and (some or bool(state.faults)))
        self.both.setVisible(some)
        self.empty.setVisible(not some)
        self.right.setEnabled(self.trouble.isHidden())

    def _fail(self, error: SmsDeskError) -> None:
        """Says above everything what is wrong; what was read before stays in sight."""
        sentence, hint = error_words(error)
        self.trouble.setAccessibleName(f"{sentence} {hint}".strip())
        self.trouble.show()
        self._paint()
        self.afresh.setEnabled(False)

    # -- acting ----------------------------------------------------------------------------------

    def _do(self, act: Act) -> None:
        """Acts in the order of asking, each to its end."""
        self._acts.append(act)
        if not self._desk.tasks.runs("phones act"):
            self._desk.tasks.start("phones act", self._work())

    async def _work(self) -> None:
        try:
            while self._acts:
                await self._acts.pop(0)()
        except SmsDeskError as error:
            self._acts.clear()
            self._fail(error)
        else:
            self._live.ask()

    def _turn(self, span: timedelta | None) -> None:
        phones = self._desk.phones
        self._do(phones.advance_to_next if span is None else lambda: phones.advance(span))

    def _dial(self, knob: Knob, dose: Dose) -> None:
        self._do(lambda: self._desk.phones.set_fault(knob.endpoint, knob.kind, knob.value, dose))

    def _restart(self) -> None:
        self._desk.tasks.start("try out", self._desk.accounts.restart_sandbox())

    def _ask_afresh(self) -> None:
        jobs = self._state.jobs if self._state else 0
        title = say("phones.afresh.title")
        words = say("phones.afresh.jobs", jobs) if jobs else title
        stake = Stake(title, words, say("phones.afresh.text"), say("phones.afresh.yes"))
        ask(self, stake, lambda: self._do(self._desk.phones.start_afresh))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """In the search box, the arrow keys go through the phones."""
        if watched is self.box and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if steps is not None:
                self.list.step(steps)
                return True
        return super().eventFilter(watched, event)
