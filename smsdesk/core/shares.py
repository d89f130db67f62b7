"""The share of a campaign that each of its jobs takes, cut from its columns: nothing is copied."""

from bisect import bisect_left
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from smsdesk.core.campaign import Campaign
from smsdesk.core.checks import review
from smsdesk.core.do_not_contact import listed
from smsdesk.core.figures import Totals
from smsdesk.core.recipients import Recipients, Removed, patched
from smsdesk.core.request import MAX_SMS_PER_JOB

Rows = tuple[int, ...]


def rows_left_out(campaign: Campaign, do_not_contact: Collection[str]) -> tuple[Rows, ...]:
    """Of each message the rows (from 0) on the do-not-contact list, which no job takes."""
    numbers = frozenset(do_not_contact)
    return tuple(tuple(sorted(listed(m.recipients.dst, campaign.region, numbers))) for m in campaign.messages)


def shares(campaign: Campaign, left_out: Sequence[Rows]) -> tuple[Campaign, ...]:
    """Campaigns that make one job each: together the jobs of :func:`smsdesk.core.plan.plan`, in order."""
    lists = [
        patched(message.recipients, Removed(rows))
        for message, rows in zip(campaign.messages, left_out, strict=True)
    ]
    cuts = [_Cut(rows, sorted(rows.blackouts)) for rows in lists]
    starts = range(0, sum(map(len, lists)), MAX_SMS_PER_JOB)
    return tuple(_share(campaign, cuts, start, start + MAX_SMS_PER_JOB) for start in starts)


def totals_of_shares(campaign: Campaign, left_out: Sequence[Rows], now: datetime) -> tuple[Totals, ...]:
    """The figures of each job."""
    return tuple(review(share, now, ()).totals for share in shares(campaign, left_out))


def _share(campaign: Campaign, cuts: "list[_Cut]", start: int, stop: int) -> Campaign:
    messages, offset = [], 0
    for message, cut in zip(campaign.messages, cuts, strict=True):
        height = len(cut.rows)
        first, last = max(start - offset, 0), min(stop - offset, height)
        if first < last:
            messages.append(replace(message, recipients=cut.between(first, last)))
        offset += height
    return replace(campaign, messages=tuple(messages))


@dataclass(frozen=True, slots=True)
class _Cut:
    """A list to cut, and which of its rows have own periods, in rising order."""

    rows: Recipients
    own: list[int]

    def between(self, start: int, stop: int) -> Recipients:
        own = self.own[bisect_left(self.own, start) : bisect_left(self.own, stop)]
        return Recipients(
            self.rows.dst[start:stop],
            self.rows.reference[start:stop],
            {name: column[start:stop] for name, column in self.rows.fields.items()},
            {row - start: self.rows.blackouts[row] for row in own},
        )
