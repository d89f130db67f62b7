"""A campaign: texts, the recipients of each, and options. What a person composes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NewType

from smsdesk.core.blackouts import Period
from smsdesk.core.options import Options
from smsdesk.core.recipients import Recipients
from smsdesk.core.rules import Rule

CampaignId = NewType("CampaignId", str)
"""32 hexadecimal digits."""


@dataclass(frozen=True, slots=True)
class Message:
    """One text with merge fields and its recipients.

    ``name`` is for people ("German"). ``literal`` texts came from a request in the API's own form:
    braces in them are braces.
    """

    text: str = ""
    recipients: Recipients = field(default_factory=Recipients)
    name: str = ""
    literal: bool = False


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What an import left behind, for the review page: counts by standing."""

    doubtful: int = 0
    invalid: int = 0
    duplicates: int = 0
    do_not_contact: int = 0
    blank: int = 0

    def __add__(self, other: "LeftOut") -> "LeftOut":
        return LeftOut(
            self.doubtful + other.doubtful,
            self.invalid + other.invalid,
            self.duplicates + other.duplicates,
            self.do_not_contact + other.do_not_contact,
            self.blank + other.blank,
        )


@dataclass(frozen=True, slots=True)
class Campaign:
    """All that a draft holds. ``account`` is the account's name, empty while none is chosen.

    Nothing is sent in the periods of ``options.blackouts`` nor in those that the ``rules`` make;
    ``period_names`` are what people call periods that they drew. ``follows``: the campaign that this one
    follows up.
    """

    id: CampaignId
    name: str
    account: str = ""
    messages: tuple[Message, ...] = (Message(),)
    options: Options = field(default_factory=Options)
    region: str = "DE"
    left_out: LeftOut = field(default_factory=LeftOut)
    rules: tuple[Rule, ...] = ()
    period_names: Mapping[Period, str] = field(default_factory=dict, hash=False)
    follows: CampaignId | None = None

    @property
    def sms_count(self) -> int:
        """Texts times recipients."""
        return sum(len(message.recipients) for message in self.messages)

    def with_message(self, index: int, message: Message) -> "Campaign":
        """The campaign with one message replaced."""
        messages = list(self.messages)
        messages[index] = message
        return replace(self, messages=tuple(messages))


def with_periods(
    campaign: Campaign,
    blackouts: Sequence[Period],
    rules: Sequence[Rule],
    names: Mapping[Period, str] | None = None,
) -> Campaign:
    """With other drawn periods and rules; only periods that are there keep a name."""
    known = campaign.period_names if names is None else names
    kept = {period: known[period] for period in blackouts if known.get(period)}
    options = replace(campaign.options, blackouts=tuple(blackouts))
    return replace(campaign, options=options, rules=tuple(rules), period_names=kept)
