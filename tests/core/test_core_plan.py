"""Planning: every recipient of every message exactly once, in jobs of at most 3000 SMS."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from planned import jobs_of

from smsdesk.core.blackouts import Period
from smsdesk.core.campaign import Campaign, CampaignId, Message
from smsdesk.core.effective import effective
from smsdesk.core.options import Options
from smsdesk.core.plan import campaign_of, columns_of, due_of, planned_jobs
from smsdesk.core.recipients import Recipients
from smsdesk.core.request import JobRequest, RequestMessage, RequestRecipient

ID = CampaignId("0" * 32)
NIGHT = Period(datetime(2031, 3, 1, 20, tzinfo=UTC), datetime(2031, 3, 2, 8, tzinfo=UTC))
OPTIONS = Options(src="Praxis", reference="March", blackouts=(NIGHT,))


def people(count: int, first: int = 0, every: int = 7, names: int = 3) -> Recipients:
    numbers = range(first, first + count)
    return Recipients(
        [f"+4917{n:09}" for n in numbers],
        [f"R{n}" if n % 2 else "" for n in numbers],
        {"first name": [f"Ada {n % names}" for n in numbers]},
        dict.fromkeys(range(0, count, every), (NIGHT,)),
    )


def sent(jobs: tuple[JobRequest, ...]) -> list[tuple[str, RequestRecipient]]:
    return [
        (message.text, person) for job in jobs for message in job.messages for person in message.recipients
    ]


sizes = st.lists(
    st.sampled_from((1, 2, 40, 1499, 2999, 3000, 3001)) | st.integers(1, 60), min_size=1, max_size=4
)


@settings(max_examples=40)
@given(sizes, st.sampled_from(["Hello {first name}", "Hello"]))
def test_everybody_once_and_never_too_many_in_a_job(counts: list[int], text: str) -> None:
    messages = tuple(
        Message(f"{text} {i}", people(count, first=i * 10_000)) for i, count in enumerate(counts)
    )
    jobs = jobs_of(Campaign(ID, "Spring", messages=messages, options=OPTIONS))
    wanted = Counter(
        (
            message.text.format(**{"first name": row.fields["first name"]}),
            RequestRecipient(row.dst, row.reference, row.blackouts),
        )
        for message in messages
        for row in message.recipients
    )
    assert Counter(sent(jobs)) == wanted
    total = sum(counts)
    assert [job.sms_count for job in jobs] == [min(3000, total - start) for start in range(0, total, 3000)]
    assert all(job.options == OPTIONS for job in jobs)
    for job in jobs:
        texts = [message.text for message in job.messages]
        assert len(texts) == len(set(texts)) and all(message.recipients for message in job.messages)


def test_the_order_of_the_list_is_kept() -> None:
    jobs = jobs_of(Campaign(ID, "Spring", messages=(Message("Hello", people(7000)),)))
    assert [person.dst for _, person in sent(jobs)] == list(people(7000).dst)
    assert [job.sms_count for job in jobs] == [3000, 3000, 1000]


def test_equal_texts_become_one_message_in_the_order_of_their_first_recipient() -> None:
    (job,) = jobs_of(Campaign(ID, "Spring", messages=(Message("Dear {first name}", people(5, names=2)),)))
    assert [(m.text, [p.dst[-1] for p in m.recipients]) for m in job.messages] == [
        ("Dear Ada 0", ["0", "2", "4"]),
        ("Dear Ada 1", ["1", "3"]),
    ]


def test_own_blackouts_stay_with_their_person_across_jobs() -> None:
    jobs = jobs_of(Campaign(ID, "Spring", messages=(Message("Hello", people(3500, every=3200)),)))
    assert [person.dst for _, person in sent(jobs) if person.blackouts] == [
        "+4917000000000",
        "+4917000003200",
    ]


def test_nobody_makes_no_job() -> None:
    assert jobs_of(Campaign(ID, "Spring", messages=(Message("Hello"),))) == ()


texts = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=12)
recipients = st.builds(
    RequestRecipient,
    dst=texts,
    reference=st.none() | texts,
    blackouts=st.lists(
        st.integers(1, 9).map(lambda h: Period(NIGHT.start, NIGHT.start + timedelta(hours=h))), max_size=2
    ).map(tuple),
)
requests = st.builds(
    JobRequest,
    messages=st.lists(
        st.builds(
            RequestMessage, text=texts, recipients=st.lists(recipients, min_size=1, max_size=3).map(tuple)
        ),
        min_size=1,
        max_size=4,
        unique_by=lambda message: message.text,
    ).map(tuple),
    options=st.just(OPTIONS),
)


@given(requests)
def test_a_request_becomes_a_campaign_and_back(request: JobRequest) -> None:
    campaign = campaign_of(request, ID, "Opened")
    assert (campaign.id, campaign.name) == (ID, "Opened")
    assert jobs_of(campaign) == (request,)


@pytest.mark.parametrize("text", ["{name} }{ {{", "100 % {"])
def test_texts_of_a_request_are_literal(text: str) -> None:
    request = JobRequest((RequestMessage(text, (RequestRecipient("+4917604069012"),)),))
    assert jobs_of(campaign_of(request, ID, ""))[0].messages[0].text == text


def test_when_each_sms_may_leave_is_told_in_the_order_of_its_request() -> None:
    """Who has a night of their own waits for its end, whatever text they share with others."""
    now = NIGHT.start + timedelta(hours=1)
    made = Campaign(ID, "n", messages=(Message("Hello {first name}", people(7, every=3)),))
    reckoned = effective(made, now)
    out = made.messages[0].recipients.dst[1]
    (job,) = planned_jobs(made, reckoned, [out])
    columns = columns_of(job.share)
    due = due_of(reckoned, job, columns.order)
    waits = {f"+4917{n:09}" for n in (0, 3, 6)}
    assert list(columns.dst) != sorted(columns.dst)
    assert due == tuple(NIGHT.end if dst in waits else now for dst in columns.dst)
