"""The share of a campaign that each of its jobs takes, cut from its columns: nothing is copied.

A share says what its job says: in its options the periods of the job, at each recipient what is beyond them.
It has no rules any more.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from smsdesk.core.blackouts import Period
from smsdesk.core.campaign import Campaign
from smsdesk.core.columns import Column, column_of
from smsdesk.core.do_not_contact import listed
from smsdesk.core.figures import Totals
from smsdesk.core.grouping import JobRows, layout
from smsdesk.core.recipients import Recipients, in_columns
from smsdesk.core.totals import between, paid

if TYPE_CHECKING:
    import polars as pl

    from smsdesk.core.audit import Audit
    from smsdesk.core.effective import Effective

Rows = tuple[int, ...]


def rows_left_out(campaign: Campaign, do_not_contact: Collection[str]) -> tuple[Rows, ...]:
    """Of each message the rows (from 0) on the do-not-contact list, which no job takes."""
    numbers = frozenset(do_not_contact)
    return tuple(tuple(sorted(listed(m.recipients.dst, campaign.region, numbers))) for m in campaign.messages)


def shares(
    campaign: Campaign, effective: "Effective", left_out: Sequence[Collection[int]] = ()
) -> tuple[Campaign, ...]:
    """Campaigns that make one job each: together the jobs of :func:`smsdesk.core.plan.plan`, in order."""
    return shares_of(campaign, effective, layout(campaign, effective, left_out))


def shares_of(campaign: Campaign, effective: "Effective", jobs: Sequence[JobRows]) -> tuple[Campaign, ...]:
    """The share of each of these jobs."""
    lists = [in_columns(message.recipients) for message in campaign.messages]
    return tuple(_share(campaign, lists, effective, job) for job in jobs)


def _share(campaign: Campaign, lists: list[Recipients], effective: "Effective", job: JobRows) -> Campaign:
    messages = []
    for message, recipients, which, rows in zip(
        campaign.messages, lists, effective.which, job.rows, strict=True
    ):
        if len(rows):
            periods = _written(recipients, effective, which, job, rows)
            messages.append(replace(message, recipients=_cut(recipients, rows, periods)))
    options = replace(campaign.options, blackouts=job.blackouts)
    return replace(campaign, messages=tuple(messages), options=options, rules=(), period_names={})


def _cut(recipients: Recipients, rows: "pl.Series", periods: dict[int, tuple[Period, ...]]) -> Recipients:
    first, height = int(rows[0]), len(rows)
    together = int(rows[-1]) - first + 1 == height

    def cut(column: Sequence[str]) -> Column:
        series = column_of(column).series
        return Column(series.slice(first, height) if together else series.gather(rows))

    fields = {name: cut(column) for name, column in recipients.fields.items()}
    return Recipients(cut(recipients.dst), cut(recipients.reference), fields, periods)


def _written(
    recipients: Recipients, effective: "Effective", which: "pl.Series", job: JobRows, rows: "pl.Series"
) -> dict[int, tuple[Period, ...]]:
    """The periods that stand at recipients, by their place in the job: own ones, and what rules make."""
    own = {} if job.own_carried else recipients.blackouts
    if job.carried and not own:
        return {}
    made: dict[int, tuple[Period, ...]] = {}
    if not job.carried:
        known = frozenset(job.blackouts)
        for way in which.gather(rows).unique().to_list():
            made[way] = tuple(period for period in effective.ways[way].made if period not in known)
    places = enumerate(zip(rows.to_list(), which.gather(rows).to_list(), strict=True))
    found = ((place, (*own.get(row, ()), *made.get(way, ()))) for place, (row, way) in places)
    return {place: periods for place, periods in found if periods}


def totals_of_shares(
    campaign: Campaign, effective: "Effective", audits: "Sequence[Audit]", jobs: Sequence[JobRows]
) -> tuple[Totals, ...]:
    """The figures of each job, ``people`` apart: its SMS are counted instead."""
    return tuple(_totals(campaign.options.max_parts, effective, audits, job) for job in jobs)


def _totals(limit: int | None, effective: "Effective", audits: "Sequence[Audit]", job: JobRows) -> Totals:
    histogram: Counter[int] = Counter()
    ways: set[int] = set()
    for audit, which, rows in zip(audits, effective.which, job.rows, strict=True):
        histogram.update(dict(audit.parts.gather(rows).value_counts().iter_rows()))
        ways.update(which.gather(rows).unique().to_list())
    sms = sum(histogram.values())
    first, last = between(effective, ways)
    return Totals(sms, sms, paid(histogram, limit), 1, first, last, dict(sorted(histogram.items())), None)
