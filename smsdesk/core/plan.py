"""Planning: a campaign becomes jobs of at most 3000 SMS, every recipient of every message exactly once.

Whoever is on the do-not-contact list is in none of them.
"""

from collections.abc import Collection
from dataclasses import dataclass

from smsdesk.core.campaign import Campaign, CampaignId, Message
from smsdesk.core.do_not_contact import listed
from smsdesk.core.recipients import Recipients
from smsdesk.core.request import MAX_SMS_PER_JOB, JobRequest, RequestMessage, RequestRecipient
from smsdesk.core.templates import merged

Place = tuple[int, int]
"""A recipient of a campaign: message and row, from 0."""


@dataclass(frozen=True, slots=True)
class Unsent:
    """An SMS that is not sent; ``number`` is how its recipient stands on the do-not-contact list."""

    place: Place
    text: str
    recipient: RequestRecipient
    number: str


@dataclass(frozen=True, slots=True)
class Planned:
    """One job: its request, who its recipients are in the request's order, and who would be in it too."""

    request: JobRequest
    places: tuple[Place, ...]
    left_out: tuple[Unsent, ...]


_Sms = tuple[Place, str, RequestRecipient]


def plan(campaign: Campaign, do_not_contact: Collection[str] = ()) -> tuple[JobRequest, ...]:
    """The jobs of a campaign, in the order of its recipients. ``do_not_contact``: numbers in E.164."""
    return tuple(planned.request for planned in planned_jobs(campaign, do_not_contact))


def planned_jobs(campaign: Campaign, do_not_contact: Collection[str] = ()) -> tuple[Planned, ...]:
    """As :func:`plan`, each job with its people.

    Who is left out stands with the job of those around. A campaign of which everybody is left out has
    no job.
    """
    kept: list[_Sms] = []
    unsent: list[tuple[int, Unsent]] = []
    numbers = frozenset(do_not_contact)
    for index, message in enumerate(campaign.messages):
        people = message.recipients
        out = listed(people.dst, campaign.region, numbers)
        columns = zip(merged(message), people.dst, people.reference, strict=True)
        for row, (text, dst, reference) in enumerate(columns):
            recipient = RequestRecipient(dst, reference or None, people.blackouts.get(row, ()))
            if row in out:
                unsent.append((len(kept), Unsent((index, row), text, recipient, out[row])))
            else:
                kept.append(((index, row), text, recipient))
    starts = range(0, len(kept), MAX_SMS_PER_JOB)
    beside: list[list[Unsent]] = [[] for _ in starts]
    for before, one in unsent if beside else ():
        beside[min(before // MAX_SMS_PER_JOB, len(beside) - 1)].append(one)
    return tuple(
        _job(campaign, kept[start : start + MAX_SMS_PER_JOB], tuple(left))
        for start, left in zip(starts, beside, strict=True)
    )


def _job(campaign: Campaign, sms: list[_Sms], left_out: tuple[Unsent, ...]) -> Planned:
    """Equal texts become one message; messages stand in the order of their first recipient."""
    by_text: dict[str, list[_Sms]] = {}
    for one in sms:
        by_text.setdefault(one[1], []).append(one)
    messages = tuple(
        RequestMessage(text, tuple(recipient for _, _, recipient in people))
        for text, people in by_text.items()
    )
    places = tuple(place for people in by_text.values() for place, _, _ in people)
    return Planned(JobRequest(messages, campaign.options), places, left_out)


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
