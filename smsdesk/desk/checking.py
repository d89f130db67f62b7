"""The review of a draft that follows its changes: in the background, the newest state only."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from smsdesk.core.campaign import Campaign
from smsdesk.core.checks import review
from smsdesk.core.figures import Review
from smsdesk.core.parts import Encoding, Parts, counted, measure, outside
from smsdesk.core.templates import fill
from smsdesk.desk.accounts import Accounts
from smsdesk.desk.context import Context
from smsdesk.desk.do_not_contact import concerned

if TYPE_CHECKING:
    from smsdesk.core.effective import Effective, Way
    from smsdesk.core.prices import Prices

PAUSE = 0.15
"""Seconds without a change after which a draft is checked."""


@dataclass(frozen=True, slots=True)
class Look:
    """What one recipient gets, and how they stand with time; None where that is not known yet."""

    text: str
    parts: Parts | None
    way: "Way | None"


class Checking:
    """Checks a draft. ``current`` gives the draft as it is, ``told`` is called after each review."""

    def __init__(
        self,
        context: Context,
        accounts: Accounts,
        current: Callable[[], Campaign],
        told: Callable[[], None],
    ) -> None:
        self._context, self._accounts, self._current, self._told = context, accounts, current, told
        self.review: Review | None = None
        self._of: Campaign | None = None
        self.prices: Prices | None = None

    @property
    def fresh(self) -> bool:
        """Whether the review is of the draft as it is now."""
        return self._of is self._current()

    async def check_later(self) -> None:
        """Checks after a pause."""
        await self._context.sleep(PAUSE)
        await self.check()

    async def check(self) -> Review:
        """Checks the draft as it is."""
        campaign, now = self._current(), self._context.now()
        names = [account.name for account in await self._accounts.every()]
        listed = await concerned(self._context, campaign)
        checked = await self._context.compute(campaign.sms_count, review, campaign, now, names, listed)
        if campaign is self._current():
            self.review, self._of = checked, campaign
            self._told()
        return checked

    def person(self, message: int, row: int) -> Look:
        """What a recipient gets by the draft as it is, and when; at once."""
        campaign = self._current()
        one = campaign.messages[message]
        people = one.recipients
        fields = people.row(row).fields if 0 <= row < len(people) else {}
        text = one.text if one.literal else fill(one.text, fields)
        return Look(text, shown_parts(campaign, text) if text else None, self._way(message, row))

    def _way(self, message: int, row: int) -> "Way | None":
        effective: Effective | None = self.review.effective if self.review else None
        if effective is None or message >= len(effective.which):
            return None
        which = effective.which[message]
        same = len(which) == len(self._current().messages[message].recipients)
        return effective.ways[which[row]] if same and row < len(which) else None


def shown_parts(campaign: Campaign, text: str) -> Parts:
    """A text as the phone shows it under the campaign's options; a refused one as UTF-16."""
    options = campaign.options
    encoding = Encoding.UTF16 if options.encoding == "UTF-16" else Encoding.STANDARD
    rule = options.invalid_characters or "TO_UTF16"
    if rule == "REFUSE" and encoding is Encoding.STANDARD and outside(text):
        return measure(text, Encoding.UTF16)
    limit = options.max_parts if options.max_parts and 1 <= options.max_parts <= 20 else None
    return counted(text, encoding, rule, limit)
