"""What a person is asked before a campaign is sent, in proportion to what is at stake."""

from collections.abc import Sequence

from smsdesk.core.campaign import Campaign
from smsdesk.core.figures import Totals
from smsdesk.core.problem import Problem
from smsdesk.ui.ask import Stake
from smsdesk.words import money, number, problem_words, say
from smsdesk.words.entries import account_words

MANY = 1_000
"""From so many people on their number has to be written."""
_LONGEST = 32
"""So many characters of an account's name stand on a button."""
LARGE = 100
"""And from so many where the campaign is larger than usual."""


def stake_of(campaign: Campaign, totals: Totals, unusual: Sequence[Problem], when: str) -> Stake:
    """The question for a campaign; ``unusual``: what is out of the ordinary, ``when``: first and last."""
    large = any(problem.code == "unusual_large" for problem in unusual)
    written = totals.people >= (LARGE if large else MANY)
    return Stake(
        say("review.ask.title"),
        say(
            "review.ask",
            totals.sms,
            people=people_words(totals.people),
            sender=sender_words(campaign),
            account=account_words(campaign.account),
        ),
        " ".join((cost_words(totals), when, say("review.final"))),
        send_words(campaign, totals),
        unusual=tuple(problem_words(problem) for problem in unusual),
        figure=totals.people if written else None,
        why=say("review.ask.figure", number=number(totals.people)) if written else "",
    )


def people_words(people: int) -> str:
    """As in ``6,398 people``."""
    return say("review.people.n", people)


def sender_words(campaign: Campaign) -> str:
    """Whom phones show."""
    return campaign.options.src or say("compose.default_sender")


def send_words(campaign: Campaign, totals: Totals) -> str:
    """What the button will do, in two lines: SMS and people; whom phones show, and by which account."""
    people = people_words(totals.people)
    account = account_words(campaign.account)
    if len(account) > _LONGEST:
        account = f"{account[: _LONGEST - 1]}…"
    if not campaign.options.src:
        return say("review.send.default_sender", totals.sms, people=people, account=account)
    return say("review.send", totals.sms, people=people, sender=sender_words(campaign), account=account)


def cost_words(totals: Totals) -> str:
    """Parts, and what they cost where that is known."""
    parts, cost = totals.parts, totals.cost
    if cost is None:
        return say("review.ask.parts", parts)
    code = "review.ask.unpriced" if cost.unpriced else "review.ask.cost"
    return say(code, parts, cost=money(cost.amount, cost.currency), unpriced=number(cost.unpriced))
