"""The right column of the composer: what one person reads, the totals, and the checks."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from smsdesk.core.campaign import Campaign
from smsdesk.core.figures import Review
from smsdesk.core.parts import Encoding, Parts, counted, measure, outside
from smsdesk.core.problem import Level, Problem
from smsdesk.core.templates import fill
from smsdesk.desk.campaigns import OpenCampaign
from smsdesk.desk.desk import Desk
from smsdesk.ui.facts import Facts, flowing
from smsdesk.ui.labels import Dot
from smsdesk.ui.layout import BETWEEN, card, hbox, holding, link, scrolling, vbox
from smsdesk.ui.phone import PhonePreview
from smsdesk.words import day_time, number, problem_words, say

WIDTH = 316
MOST_CHECKS = 12
ROLES = {Level.ERROR: "failed", Level.WARNING: "waiting", Level.NOTE: "neutral"}


def shown_parts(campaign: Campaign, text: str) -> Parts:
    """A text as the phone shows it under the campaign's options; a refused one as UTF-16."""
    options = campaign.options
    encoding = Encoding.UTF16 if options.encoding == "UTF-16" else Encoding.STANDARD
    rule = options.invalid_characters or "TO_UTF16"
    if rule == "REFUSE" and encoding is Encoding.STANDARD and outside(text):
        return measure(text, Encoding.UTF16)
    limit = options.max_parts if options.max_parts and 1 <= options.max_parts <= 20 else None
    return counted(text, encoding, rule, limit)


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


class Check(QWidget):
    """One line of the checks: a dot, what is wrong, what to do, and the way to its cause."""

    def __init__(self, problem: Problem, go: Callable[[Problem], None]) -> None:
        super().__init__()
        sentence, hint = problem_words(problem)
        words = flowing("strong" if problem.level is Level.ERROR else "body")
        words.setText(sentence)
        column = vbox(words, gap=2)
        if hint:
            more = flowing("second")
            more.setText(hint)
            column.addWidget(more)
        if problem.where.field:
            show = link(say("compose.show"), lambda: go(problem))
            show.setAccessibleName(f"{say('compose.show')}: {sentence}")
            column.addWidget(show, 0, Qt.AlignmentFlag.AlignLeft)
        row = hbox(gap=10)
        row.addLayout(vbox(5, Dot(ROLES[problem.level]), None, gap=0))
        row.addLayout(column, 1)
        self.setLayout(row)
        self.setAccessibleName(sentence)


class Checks(QFrame):
    """The card of the checks, from red to grey."""

    def __init__(self, go: Callable[[Problem], None]) -> None:
        super().__init__()
        self._go = go
        self._problems: tuple[Problem, ...] | None = None
        self._column = vbox(gap=12)
        inside = card(say("compose.checks"), body=self._column)
        self.setLayout(vbox(inside, gap=0))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def show_problems(self, problems: tuple[Problem, ...]) -> None:
        """Shows the problems; all well where there is none."""
        if problems == self._problems:
            return
        self._problems = problems
        while self._column.count():
            item = self._column.takeAt(0)
            old = item.widget() if item is not None else None
            if old is not None:
                old.deleteLater()
        for problem in problems[:MOST_CHECKS]:
            self._column.addWidget(Check(problem, self._go))
        if not problems:
            words = flowing("second")
            words.setText(say("compose.all_well"))
            self._column.addWidget(words)
        if len(problems) > MOST_CHECKS:
            more = flowing("second")
            more.setText(say("compose.more_checks", len(problems) - MOST_CHECKS))
            self._column.addWidget(more)


class Side(QWidget):
    """Phone preview, totals and checks of an open campaign; ``go`` leads to the cause of a problem."""

    def __init__(self, desk: Desk, go: Callable[[Problem], None], moved: Callable[[int, int], None]) -> None:
        super().__init__()
        self._desk, self._moved = desk, moved
        self._opened: OpenCampaign | None = None
        self._message, self._row = 0, 0
        self.phone = PhonePreview(self._step)
        self.totals = Facts(say("compose.totals"), label_width=118)
        self.checks = Checks(go)
        column = vbox(
            self.phone, card(say("compose.totals"), body=self.totals), self.checks, None, gap=BETWEEN
        )
        column.setContentsMargins(0, 0, 6, 0)
        self.setLayout(vbox(scrolling(holding(column)), gap=0))
        self.setFixedWidth(WIDTH)

    def show_campaign(self, opened: OpenCampaign) -> None:
        """Shows an open campaign as it is now."""
        if opened is not self._opened:
            self._opened, self._message, self._row = opened, 0, 0
        self.show_person(self._message, self._row)
        if opened.review is not None:
            self._show_review(opened.review, sent=opened.sent)

    def show_person(self, message: int, row: int) -> None:
        """Shows what one recipient of a message reads."""
        if self._opened is None:
            return
        campaign = self._opened.campaign
        message = min(message, len(campaign.messages) - 1)
        one = campaign.messages[message]
        count = len(one.recipients)
        row = max(0, min(row, count - 1))
        self._message, self._row = message, row
        fields = one.recipients.row(row).fields if count else {}
        text = one.text if one.literal else fill(one.text, fields)
        parts = shown_parts(campaign, text)
        sender = campaign.options.src or say("compose.default_sender")
        self.phone.show_message(
            sender, parts.texts, parts_words(parts) if text else say("compose.no_text_yet")
        )
        self.phone.show_place(row + 1, count)

    def _step(self, by: int) -> None:
        self.show_person(self._message, self._row + by)
        self._moved(self._message, self._row)

    def _show_review(self, review: Review, *, sent: bool) -> None:
        totals, now = review.totals, self._desk.now()
        facts = [
            (say("compose.total.people"), number(totals.people)),
            (say("compose.total.sms"), number(totals.sms)),
            (say("compose.total.parts"), number(totals.parts)),
            (say("compose.total.jobs"), number(totals.jobs)),
        ]
        if not sent:
            facts += [
                (say("compose.total.first"), day_time(totals.first_at, None, now)),
                (say("compose.total.last"), day_time(totals.last_at, None, now)),
            ]
        self.totals.show_facts(facts)
        self.checks.setVisible(not sent)
        self.checks.show_problems(review.problems)
