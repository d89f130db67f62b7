"""Planning: a campaign becomes jobs of at most 3000 SMS, every recipient of every message exactly once.

Whoever is on the do-not-contact list is in none of them.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate, chain, repeat
from typing import TYPE_CHECKING

from smsdesk.core.blackouts import Period
from smsdesk.core.campaign import Campaign, CampaignId, Message
from smsdesk.core.columns import Series, column_of
from smsdesk.core.do_not_contact import listed
from smsdesk.core.grouping import JobRows as JobRows  # noqa: PLC0414 (part of a plan)
from smsdesk.core.grouping import layout as layout  # noqa: PLC0414
from smsdesk.core.options import Options
from smsdesk.core.pilot import chosen
from smsdesk.core.recipients import Recipients
from smsdesk.core.request import JobRequest, RequestMessage, RequestRecipient
from smsdesk.core.shares import shares_of
from smsdesk.core.templates import merged

if TYPE_CHECKING:
    from smsdesk.core.effective import Effective

Place = tuple[int, int]
"""A recipient of a campaign: message and row, from 0."""


@dataclass(frozen=True, slots=True)
class Unsent:
    """An SMS that is not sent; ``number`` is how its recipient stands on the do-not-contact list."""

    place: Place
    text: str
    recipient: RequestRecipient
    number: str


@dataclass(frozen=True, slots=True, eq=False)
class JobColumns:
    """A request in columns, in its own order: a handful of lists in place of thousands of values.

    ``texts``: each once, with the place behind its last recipient. ``order``: which SMS of the share each is.
    """

    texts: tuple[tuple[str, int], ...]
    dst: Sequence[str]
    reference: Sequence[str]
    blackouts: dict[int, tuple[Period, ...]]
    options: Options
    order: Sequence[int]

    @property
    def request(self) -> JobRequest:
        """The same as values."""
        messages, start = [], 0
        for text, end in self.texts:
            people = tuple(
                RequestRecipient(self.dst[at], self.reference[at] or None, self.blackouts.get(at, ()))
                for at in range(start, end)
            )
            messages.append(RequestMessage(text, people))
            start = end
        return JobRequest(tuple(messages), self.options)


@dataclass(frozen=True, slots=True, eq=False)
class Addressed:
    """The SMS of a job in the order of its request, in columns; references and names may be empty."""

    dst: Series
    reference: Series
    name: Series
    text: Series

    def __len__(self) -> int:
        return len(self.dst)

    def __iter__(self) -> Iterator[tuple[str, str, str, str]]:
        columns = (self.dst, self.reference, self.name, self.text)
        return zip(*(column.to_list() for column in columns), strict=True)


@dataclass(frozen=True, slots=True, eq=False)
class Planned:
    """One job: its share of the campaign, who is in it, and who would be in it too."""

    share: Campaign
    rows: JobRows
    left_out: tuple[Unsent, ...]

    @property
    def request(self) -> JobRequest:
        """The request."""
        return request_of(self.share)


def plan(
    campaign: Campaign, effective: "Effective", do_not_contact: Collection[str] = ()
) -> tuple[JobRequest, ...]:
    """The jobs of a campaign, as few as possible. ``do_not_contact``: numbers in E.164."""
    return tuple(planned.request for planned in planned_jobs(campaign, effective, do_not_contact))


def planned_jobs(
    campaign: Campaign, effective: "Effective", do_not_contact: Collection[str] = (), pilot: int = 0
) -> tuple[Planned, ...]:
    """As :func:`plan`, each job with its people.

    Who is left out stands with the job of whoever follows. A campaign of which everybody is left out has
    no job. With ``pilot`` so many SMS make a job of their own before all others, where others are left.
    """
    numbers = frozenset(do_not_contact)
    out = [listed(message.recipients.dst, campaign.region, numbers) for message in campaign.messages]
    jobs = _layout(campaign, effective, [[*rows] for rows in out], pilot)
    unsent = _unsent(campaign, out, jobs)
    parts = zip(shares_of(campaign, effective, jobs), jobs, unsent, strict=True)
    return tuple(Planned(share, rows, tuple(left)) for share, rows, left in parts)


def _layout(
    campaign: Campaign, effective: "Effective", out: list[list[int]], pilot: int
) -> tuple[JobRows, ...]:
    sizes = [len(message.recipients) for message in campaign.messages]
    if not 0 < pilot < sum(sizes) - sum(map(len, out)):
        return layout(campaign, effective, out)
    first = chosen(sizes, out, pilot)
    others = [[*(set(range(n)) - set(rows))] for n, rows in zip(sizes, first, strict=True)]
    rest = [[*gone, *rows] for gone, rows in zip(out, first, strict=True)]
    return layout(campaign, effective, others) + layout(campaign, effective, rest)


def request_of(share: Campaign) -> JobRequest:
    """The request of a campaign that makes one job."""
    return columns_of(share).request


def columns_of(share: Campaign) -> JobColumns:
    """As :func:`request_of`. Equal texts become one message; they stand in the order of their recipients."""
    lists = [message.recipients for message in share.messages]
    texts = [*chain.from_iterable(map(merged, share.messages))]
    dst = [*chain.from_iterable(rows.dst for rows in lists)]
    reference = [*chain.from_iterable(rows.reference for rows in lists)]
    starts = accumulate((len(rows) for rows in lists), initial=0)
    own = {
        start + row: of
        for start, rows in zip(starts, lists, strict=False)
        for row, of in rows.blackouts.items()
    }
    if len(set(texts)) == len(texts):
        each = tuple(zip(texts, range(1, len(texts) + 1), strict=True))
        return JobColumns(each, dst, reference, own, share.options, range(len(texts)))
    by_text: dict[str, list[int]] = {}
    for at, text in enumerate(texts):
        by_text.setdefault(text, []).append(at)
    order = [*chain.from_iterable(by_text.values())]
    return JobColumns(
        tuple(zip(by_text, accumulate(map(len, by_text.values())), strict=True)),
        [dst[at] for at in order],
        [reference[at] for at in order],
        {to: own[at] for to, at in enumerate(order) if at in own} if own else {},
        share.options,
        order,
    )


def addressed(job: JobColumns, names: Sequence[str]) -> Addressed:
    """Who gets what; ``names`` in the order of the share."""
    starts = (0, *(end for _, end in job.texts))
    counts = ((text, end - start) for start, (text, end) in zip(starts, job.texts, strict=False))
    texts = [*chain.from_iterable(repeat(text, count) for text, count in counts)]
    named = [names[at] for at in job.order]
    return Addressed(*(column_of(cells).series for cells in (job.dst, job.reference, named, texts)))


def due_of(effective: "Effective", job: Planned, order: Sequence[int]) -> tuple[datetime | None, ...]:
    """When each SMS of a job may leave, in the order of its request; None: not within the reckoned time."""
    arrives = [way.arrives_at for way in effective.ways]
    each = zip(effective.which, job.rows.rows, strict=True)
    due = [arrives[way] for which, rows in each for way in which.gather(rows).to_list()]
    return tuple(due[at] for at in order)


def _unsent(campaign: Campaign, out: list[dict[int, str]], jobs: Sequence[JobRows]) -> list[list[Unsent]]:
    """Of each job who is left out beside it."""
    beside: list[list[Unsent]] = [[] for _ in jobs]
    if not jobs or not any(out):
        return beside
    starts = [*accumulate((len(message.recipients) for message in campaign.messages), initial=0)]
    places = [starts[index] + row for index, rows in enumerate(out) for row in sorted(rows)]
    whose = iter(_jobs_around(places, starts, jobs))
    for index, (message, rows) in enumerate(zip(campaign.messages, out, strict=True)):
        if not rows:
            continue
        people, texts = message.recipients, [*merged(message)]
        for row in sorted(rows):
            recipient = RequestRecipient(
                people.dst[row], people.reference[row] or None, people.blackouts.get(row, ())
            )
            beside[next(whose)].append(Unsent((index, row), texts[row], recipient, rows[row]))
    return beside


def _jobs_around(places: list[int], starts: list[int], jobs: Sequence[JobRows]) -> list[int]:
    """The job of whoever follows each of these places (counted over all messages), else of who is before."""
    import polars as pl

    sent = pl.concat(
        pl.DataFrame({"place": rows.cast(pl.Int64) + start}).with_columns(job=pl.lit(number))
        for number, job in enumerate(jobs)
        for start, rows in zip(starts, job.rows, strict=False)
    ).sort("place")
    left = pl.DataFrame({"place": pl.Series(places, dtype=pl.Int64)}).sort("place")
    after = left.join_asof(sent, on="place", strategy="forward")["job"]
    before = left.join_asof(sent, on="place", strategy="backward")["job"]
    found: list[int] = after.fill_null(before).to_list()
    return found


def campaign_of(request: JobRequest, id: CampaignId, name: str) -> Campaign:  # noqa: A002 (the field's own name)
    """A campaign that makes this request: its texts are literal."""
    messages = tuple(
        Message(
            message.text,
            Recipients(
                [person.dst for person in message.recipients],
                [person.reference or "" for person in message.recipients],
                {},
                {i: person.blackouts for i, person in enumerate(message.recipients) if person.blackouts},
            ),
            literal=True,
        )
        for message in request.messages
    )
    return Campaign(id, name, messages=messages, options=request.options)
