"""What is well with a campaign, below its checks: what was looked at and found right."""

from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from smsdesk.core.campaign import Campaign
from smsdesk.core.figures import Review
from smsdesk.desk.desk import Desk
from smsdesk.ui.compose_checks import MarkLabel
from smsdesk.ui.facts import flowing
from smsdesk.ui.layout import card, hbox, holding, vbox
from smsdesk.words import ago, say
from smsdesk.words.entries import account_words

_NUMBERS = ("recipient_invalid", "recipients_doubtful")
_FIELDS = ("no_such_field", "field_empty")


def good_words(campaign: Campaign, review: Review) -> list[str]:
    """One sentence for each thing that was looked at and is right."""
    if not review.totals.sms:
        return []
    codes = {problem.code for problem in review.problems}
    found = []
    if not codes & set(_NUMBERS):
        found.append(say("good.numbers"))
    if not codes & {*_FIELDS, "text_empty_for"} and any("{" in one.text for one in campaign.messages):
        found.append(say("good.fields"))
    if not any(audit.refused for audit in review.audits):
        found.append(say("good.characters"))
    if campaign.options.status_requested:
        found.append(say("good.confirmation"))
    return found


class Good(QFrame):
    """The card of what is right."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._lines: list[tuple[QWidget, QLabel]] = []
        self._column = vbox(gap=8)
        self.setLayout(vbox(card(say("good.title"), body=self._column), gap=0))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def show_review(self, campaign: Campaign, review: Review, rehearsed: str = "") -> None:
        """Shows what is right with a campaign; ``rehearsed``: that it was, if so."""
        first = [rehearsed] if rehearsed else []
        words = [*first, *good_words(campaign, review), *self._answered(campaign.account)]
        while len(self._lines) < len(words):
            self._lines.append(self._made())
        for at, (line, told) in enumerate(self._lines):
            line.setVisible(at < len(words))
            told.setText(words[at] if at < len(words) else "")
        self.setVisible(bool(words))

    def texts(self) -> list[str]:
        """What is shown."""
        return [told.text() for line, told in self._lines if not line.isHidden()]

    def _answered(self, account: str) -> list[str]:
        contact = self._desk.accounts.contacts.get(account)
        if contact is None or contact.error is not None:
            return []
        span = ago(self._desk.now() - contact.at)
        return [say("good.account", account=account_words(account), ago=span)]

    def _made(self) -> tuple[QWidget, QLabel]:
        told = flowing()
        row = hbox(gap=8)
        row.addLayout(vbox(1, MarkLabel("check", "delivered"), None, gap=0))
        row.addWidget(told, 1)
        line = holding(row, "")
        self._column.addWidget(line)
        return line, told
