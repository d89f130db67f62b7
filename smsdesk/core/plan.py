"""Planning: a campaign becomes jobs of at most 3000 SMS, every recipient of every message exactly once."""

from collections.abc import Iterator

from smsdesk.core.campaign import Campaign, CampaignId, Message
from smsdesk.core.recipients import Recipients
from smsdesk.core.request import MAX_SMS_PER_JOB, JobRequest, RequestMessage, RequestRecipient
from smsdesk.core.templates import merged


def _sms(message: Message) -> Iterator[tuple[str, RequestRecipient]]:
    for text, row in zip(merged(message), message.recipients, strict=True):
        yield text, RequestRecipient(row.dst, row.reference, row.blackouts)


def _job(campaign: Campaign, sms: list[tuple[str, RequestRecipient]]) -> JobRequest:
    """Equal texts become one message; messages stand in the order of their first recipient."""
    by_text: dict[str, list[RequestRecipient]] = {}
    for text, recipient in sms:
        by_text.setdefault(text, []).append(recipient)
    messages = tuple(RequestMessage(text, tuple(people)) for text, people in by_text.items())
    return JobRequest(messages, campaign.options)


def plan(campaign: Campaign) -> tuple[JobRequest, ...]:
    """The jobs of a campaign, in the order of its recipients."""
    sms = [pair for message in campaign.messages for pair in _sms(message)]
    starts = range(0, len(sms), MAX_SMS_PER_JOB)
    return tuple(_job(campaign, sms[start : start + MAX_SMS_PER_JOB]) for start in starts)


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
