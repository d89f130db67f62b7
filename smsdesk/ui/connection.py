"""How an account stands with the service, in words and a colour role: for its card and for the strip."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from smsdesk.core.account import Account
from smsdesk.core.centres import centre_names
from smsdesk.desk.accounts import Accounts
from smsdesk.desk.discovering import Progress
from smsdesk.words import ago, day_time, error_words, number, say

MONTHS = 3
"""So many months the service remembers."""
_ALL = 0.99
"""Time goes on while the last part is read."""


def connection(
    account: Account, accounts: Accounts, jobs_at: Mapping[str, int], now: datetime
) -> tuple[str, str, str]:
    """Role, words, and fewer words for the strip, none where all is well.

    ``jobs_at``: how many open jobs each data centre has, which show what it said last.
    """
    contact = accounts.contacts.get(account.name)
    if contact is None:
        return "neutral", say("account.not_asked"), ""
    if contact.error is not None:
        words = error_words(contact.error)[0]
        return "failed", words, words
    if silent := accounts.silent(account.name):
        names = centre_names(account.report_urls)
        told = [
            _silent(names.get(url, url), one.since, jobs_at.get(url, 0), now) for url, one in silent.items()
        ]
        short = [_silent(names.get(url, url), one.since, 0, now) for url, one in silent.items()]
        return "waiting", " ".join(told), " ".join(short)
    return "delivered", say("account.answered", ago=ago(now - contact.at)), ""


def first_trouble(every: Sequence[Account], accounts: Accounts, now: datetime) -> tuple[str, str] | None:
    """Role and words of the first account that does not answer as it should; of several by its name."""
    for account in every:
        role, _, short = connection(account, accounts, {}, now)
        if short:
            return role, short if len(every) == 1 else say(
                "strip.of_account", account=account.name, words=short
            )
    return None


def older_words(progress: Mapping[str, Progress]) -> str:
    """How far the reading of older jobs is, by account; nothing where that is done."""
    return " ".join(
        say("strip.older", account=account, done=number(int(one.share * MONTHS)), of=number(MONTHS))
        for account, one in progress.items()
        if one.share < _ALL
    )


def _silent(name: str, since: datetime, jobs: int, now: datetime) -> str:
    time = day_time(since, None, now)
    if not jobs:
        return say("account.silent", name=name, time=time)
    return say("account.silent.jobs", jobs, name=name, time=time)
