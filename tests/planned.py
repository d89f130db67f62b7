"""A campaign's jobs, planned and made ready for the outbox as the desk does it, for tests of other things."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from smsdesk.core.campaign import Campaign
from smsdesk.core.effective import effective
from smsdesk.core.outbox import mark_of
from smsdesk.core.plan import plan
from smsdesk.core.request import JobRequest
from smsdesk.desk.sending import prepare
from smsdesk.store.queueing import Ready

NOW = datetime(2031, 3, 1, 9, tzinfo=UTC)


def jobs_of(
    campaign: Campaign, do_not_contact: Sequence[str] = (), now: datetime = NOW
) -> tuple[JobRequest, ...]:
    """The requests of a campaign that is sent now."""
    return plan(campaign, effective(campaign, now), do_not_contact)


def made_ready(
    campaign: Campaign, first: int = 0, body: Callable[[int], bytes] = lambda _: b"{}"
) -> Iterator[Ready]:
    """Its jobs with marks from ``first`` on, and any bytes in place of their own."""
    marks = [mark_of(first + n) for n in range(campaign.sms_count)]
    for n, ready in enumerate(prepare(campaign, effective(campaign, NOW), marks)):
        yield replace(ready, body=body(n))
