"""The right column of the composer: what one person reads and when, the totals, and the checks."""

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QBoxLayout, QWidget

from smsdesk.core.campaign import Campaign
from smsdesk.core.figures import Review, Totals
from smsdesk.core.parts import Encoding, Parts, outside
from smsdesk.core.problem import Problem
from smsdesk.core.standing import State, needed_fields, state_of
from smsdesk.desk.desk import Desk
from smsdesk.desk.open_campaign import OpenCampaign
from smsdesk.desk.preview import Troubles
from smsdesk.ui.arrival_words import arrival_words
from smsdesk.ui.compose_checks import Checks
from smsdesk.ui.compose_people import MARKS, ROLES
from smsdesk.ui.facts import Facts
from smsdesk.ui.layout import BETWEEN, action, card, holding, scrolling, vbox, widgets_in
from smsdesk.ui.marks import Pill
from smsdesk.ui.phone import PhonePreview
from smsdesk.words import day_time, money, number, say

WIDTH = 316
_LONG, _LONG_MS = 20_000, 150
"""The preview of so long a text follows when there was no key press for a moment."""


def parts_words(parts: Parts) -> str:
    """Alphabet, units, parts and the room left, in a line."""
    code = "compose.septets" if parts.encoding is Encoding.STANDARD else "compose.units"
    return " · ".join(
        [
            say(f"compose.alphabet.{parts.encoding.name.lower()}"),
            say(code, parts.units),
            say("compose.parts", parts.parts),
            say("compose.left", parts.characters_left),
        ]
    )


class Side(QWidget):
    """Phone preview, totals and checks of an open campaign.

    ``go`` leads to the cause of a problem, ``act`` puts one right that a click can, ``moved`` tells message
    and row when the preview goes on by itself. ``person_shown``: message, row, and what that one gets.
    """

    person_shown = Signal(int, int, object)

    def __init__(
        self,
        desk: Desk,
        go: Callable[[Problem], None],
        moved: Callable[[int, int], None],
        act: Callable[[Problem], None],
    ) -> None:
        super().__init__()
        self._desk, self._moved = desk, moved
        self._opened: OpenCampaign | None = None
        self._message, self._row = 0, 0
        self._troubles = Troubles()
        self._later = QTimer(self, interval=_LONG_MS, singleShot=True)
        self._later.timeout.connect(lambda: self.show_person(self._message, self._row))
        self.phone = PhonePreview(self._step, self._go_longest, self._go_problem)
        self.totals = Facts(say("compose.totals"), label_width=118, strong=True)
        self.checks = Checks(go, act)
        figures = card(say("compose.totals"), body=self.totals)
        self._right = vbox(figures, self.checks, gap=BETWEEN)
        self._left = vbox(self.phone, gap=BETWEEN)
        self._columns = vbox(self._left, self._right, None, gap=BETWEEN)
        self._columns.setContentsMargins(0, 0, 6, 0)
        self.setLayout(vbox(scrolling(holding(self._columns)), gap=0))
        self.spread(wide=False)

    def spread(self, *, wide: bool) -> None:
        """A column at the right of the page; ``wide``: alone on the page, the phone beside the rest."""
        beside = QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
        self._columns.setDirection(beside)
        for column in (self._left, self._right):
            self._columns.setStretchFactor(column, int(wide))
            for part in widgets_in(column):
                column.setAlignment(part, Qt.AlignmentFlag.AlignTop if wide else Qt.AlignmentFlag(0))
        self._columns.setStretch(2, int(not wide))
        self.setMinimumWidth(WIDTH)
        self.setMaximumWidth(2 * WIDTH + 160 if wide else WIDTH)

    def actions_offered(self) -> list[QAction]:
        """The steps of the preview, for the whole composer and its command palette."""
        return [
            action(say("phone.previous"), lambda: self._step(-1), shortcut="Alt+PgUp", parent=self),
            action(say("phone.next"), lambda: self._step(1), shortcut="Alt+PgDown", parent=self),
            action(say("phone.longest.name"), self._go_longest, shortcut="Alt+End", parent=self),
            action(say("phone.problem.name"), self._go_problem, shortcut="F8", parent=self),
        ]

    @property
    def place(self) -> tuple[int, int]:
        """The recipient in sight: message and row, from 0."""
        return self._message, self._row

    def show_campaign(self, opened: OpenCampaign) -> None:
        """Shows an open campaign as it is now."""
        other = opened is not self._opened
        if other:
            self._opened, self._message, self._row = opened, 0, 0
        message = opened.campaign.messages[min(self._message, len(opened.campaign.messages) - 1)]
        if other or len(message.text) <= _LONG:
            self.show_person(self._message, self._row)
        else:
            self._later.start()
        if opened.review is not None:
            self._show_review(opened.review, sent=opened.sent)

    # -- the person ------------------------------------------------------------------------------

    def show_person(self, message: int, row: int) -> None:
        """Shows what one recipient of a message reads, and when."""
        if self._opened is None:
            return
        campaign = self._opened.campaign
        message = min(message, len(campaign.messages) - 1)
        count = len(campaign.messages[message].recipients)
        self._message, self._row = message, max(0, min(row, count - 1))
        look = self._opened.person(message, self._row)
        sender = campaign.options.src or say("compose.default_sender")
        texts = look.parts.texts if look.parts is not None else ("",)
        self.phone.show_message(sender, texts, _caption(campaign, look.text, look.parts))
        self.phone.show_place(self._row + 1, count)
        self.phone.show_state(_state(campaign, message, self._row) if count else None)
        way = look.way if count and look.text.strip() and not self._opened.sent else None
        self.phone.show_arrival("" if way is None else arrival_words(way, campaign, self._desk.now()))
        self.person_shown.emit(message, self._row, look)

    def _go(self, row: int) -> None:
        self.show_person(self._message, row)
        self._moved(self._message, self._row)

    def _step(self, by: int) -> None:
        self._go(self._row + by)

    def _go_longest(self) -> None:
        review = self._opened.review if self._opened is not None else None
        if review is not None and self._message < len(review.totals.texts):
            longest = review.totals.texts[self._message].longest
            if longest is not None:
                self._go(longest)

    def _go_problem(self) -> None:
        self._desk.tasks.start("next problem of the preview", self._find_problem())

    async def _find_problem(self) -> None:
        if self._opened is None or self._message >= len(self._opened.campaign.messages):
            return
        opened, message = self._opened, self._message
        row = await self._troubles.after(opened.campaign, message, self._row)
        if opened is not self._opened or message != self._message:
            return
        if row is None:
            self.phone.show_state(Pill("delivered", say("phone.no_problem"), "check"))
        else:
            self._go(row)

    # -- figures and checks ----------------------------------------------------------------------

    def _show_review(self, review: Review, *, sent: bool) -> None:
        totals, now = review.totals, self._desk.now()
        facts = [
            (say("compose.total.people"), number(totals.people)),
            (say("compose.total.sms"), number(totals.sms)),
            (say("compose.total.parts"), number(totals.parts)),
            *cost_facts(totals),
            (say("compose.total.jobs"), number(totals.jobs)),
        ]
        if not sent:
            facts += [
                (say("compose.total.first"), day_time(totals.first_at, None, now)),
                (say("compose.total.last"), day_time(totals.last_at, None, now)),
            ]
        self.totals.show_facts(facts)
        self.checks.setVisible(not sent)
        self.checks.show_problems(review.problems, compared=totals.sms > 0)


def cost_facts(totals: Totals) -> list[tuple[str, str]]:
    """What all parts cost, where prices are told."""
    cost = totals.cost
    if cost is None:
        return []
    amount = money(cost.amount, cost.currency)
    if cost.unpriced:
        amount = say("compose.total.unpriced", cost.unpriced, amount=amount)
    return [(say("compose.total.cost"), amount)]


def _caption(campaign: Campaign, text: str, parts: Parts | None) -> str:
    """The parts in words, and what the phone shows otherwise than it is written."""
    if parts is None:
        return say("compose.no_text_yet")
    words = [parts_words(parts)]
    options = campaign.options
    if parts.replaced:
        words.append(say("phone.replaced", parts.replaced))
    if parts.truncated:
        words.append(say("phone.truncated"))
    if options.invalid_characters == "REFUSE" and options.encoding != "UTF-16" and outside(text):
        words.append(say("phone.refused"))
    return " · ".join(words)


def _state(campaign: Campaign, index: int, row: int) -> Pill | None:
    """What is wrong with a recipient, in a pill; None for nothing."""
    message = campaign.messages[index]
    one = message.recipients.row(row)
    state, lacks = state_of(one.dst, one.fields, needed_fields(message), campaign.region)
    if state is State.READY:
        return None
    word = say("compose.state.lacks", field=lacks) if lacks else say(f"compose.state.{state.value}")
    return Pill(ROLES[state], word, MARKS[state])
