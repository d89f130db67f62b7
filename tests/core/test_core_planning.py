"""Planning over every kind of campaign: nobody twice, nobody forgotten, no period lost, no job too many."""

import os
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from smsdesk.api.wire import encode_columns, encode_job
from smsdesk.core import grouping
from smsdesk.core.blackouts import Period, union
from smsdesk.core.campaign import Campaign, CampaignId, Message
from smsdesk.core.checks import review
from smsdesk.core.effective import Effective, effective
from smsdesk.core.options import Options
from smsdesk.core.plan import columns_of, plan, request_of
from smsdesk.core.recipients import Recipients
from smsdesk.core.request import JobRequest
from smsdesk.core.rules import EVERY_DAY, WEEKEND, Answer, Rule, RuleKind
from smsdesk.core.shares import rows_left_out, shares, totals_of_shares
from smsdesk.core.templates import merged
from smsdesk.desk.sending import prepare
from smsdesk.sandbox.reading import Rejected, read_job

ID, MARK = CampaignId("0" * 32), "0" * 12
NOW = datetime(2031, 3, 28, 15, tzinfo=UTC)
"""The day before clocks change in Europe."""
MOST = 5
"""The limit of a job in these tests, so that short lists make many jobs."""

instants = st.integers(-48, 24 * 35).map(lambda hours: NOW + timedelta(hours=hours))
offsets = st.sampled_from([UTC, timezone(timedelta(hours=1)), timezone(timedelta(hours=-9, minutes=-30))])
periods = st.builds(
    lambda at, minutes, zone: Period(at.astimezone(zone), (at + timedelta(minutes=minutes)).astimezone(zone)),
    instants,
    st.integers(1, 3000),
    offsets,
)
own = st.lists(periods, min_size=1, max_size=6).map(tuple)
clocks = st.sampled_from([time(0), time(2, 30), time(8), time(20), time(23, 59)])
zones = st.sampled_from(["", "", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
rules = st.builds(
    Rule,
    st.sampled_from(RuleKind),
    st.sampled_from([EVERY_DAY, WEEKEND, (4,)]),
    clocks,
    clocks,
    st.sampled_from(["", "DE", "US"]),
    st.sampled_from(["", "BY"]),
    zones,
    st.none() | st.just(date(2031, 3, 29)),
    st.none() | st.just(date(2031, 4, 2)),
    st.sampled_from(Answer),
)
# Germany, Austria, New York and Los Angeles, the whole of Russia, Nepal; two spellings of one; a landline.
NUMBERS = (
    "+4917604069012", "0176 04069031", "+436641234567", "+12125550123", "+13105550123", "+79161234567",
    "+9779841234567", "+494315550104",
)  # fmt: skip
fields = st.sampled_from(["Ada", "Zoë", "O'Hara", "", "田中", "😀"])


@st.composite
def lists(draw: st.DrawFn) -> Recipients:
    numbers = draw(st.lists(st.sampled_from(NUMBERS), max_size=12))
    height = len(numbers)
    few = st.lists(own, min_size=1, max_size=2).flatmap(st.sampled_from)
    rows = st.dictionaries(st.integers(0, height - 1), few, max_size=height) if height else st.just({})
    column = st.lists(fields, min_size=height, max_size=height)
    references = [f"R{row}" if row % 3 else "" for row in range(height)]
    return Recipients(numbers, references, {"name": draw(column)}, draw(rows))


TEXTS = ("Hello", "Dear {name|friend}", "Dear {name}", "Straße €5 ^", "日本", "{{x}} {name}", "a" * 400)
messages = st.builds(Message, st.sampled_from(TEXTS), lists(), st.just(""), st.booleans())


def maybe(*values: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from([None, *values])


options = st.builds(
    Options,
    src=maybe("Praxis", "+4917612345", "A much too long name", "Größe", "👍", ""),
    encoding=maybe("STANDARD", "UTF-16", "utf-16", "UTF-8"),
    billcode=maybe("B1", "b" * 70, "b" * 71),
    status_requested=maybe(True, False),
    flash=maybe(True, False),
    reference=maybe("March", "r" * 50, "r" * 51),
    validity_min=maybe(0, 5, 4, 2880, 2881, -1),
    max_parts=maybe(1, 20, 0, 21),
    invalid_characters=maybe("REFUSE", "REPLACE", "TO_UTF16", "TRANSLITERATE", "DROP"),
    qos=maybe("EXPRESS", "NORMAL", "FAST"),
    start_at=st.none() | instants,
    duplicate_detection=maybe(True, False),
    blackouts=st.lists(periods, max_size=3).map(tuple),
)
sound = st.builds(
    Options,
    invalid_characters=st.just("TO_UTF16"),
    start_at=st.none() | instants,
    blackouts=st.lists(periods, max_size=3).map(tuple),
)


odd_ones = st.lists(st.sampled_from([*Options.__dataclass_fields__]), max_size=2)


def campaigns(made: st.SearchStrategy[Options]) -> st.SearchStrategy[Campaign]:
    return st.builds(
        Campaign,
        st.just(ID),
        st.just("Spring"),
        st.just("Main"),
        st.lists(messages, min_size=1, max_size=3).map(tuple),
        made,
        rules=st.lists(rules, max_size=2).map(tuple),
    )


def planned(campaign: Campaign, times: Effective, out: tuple[str, ...] = ()) -> tuple[JobRequest, ...]:
    """The jobs, where few SMS fill one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(grouping, "MAX_SMS_PER_JOB", MOST)
        return plan(campaign, times, out)


def wanted(campaign: Campaign, times: Effective, out: tuple[str, ...] = ()) -> Counter[Any]:
    """Every pair of text and recipient with the time in which nothing may go to them."""
    left_out = rows_left_out(campaign, out)
    return Counter(
        (text, row.dst, row.reference, union((*times.common, *times.way(index, at).periods)))
        for index, message in enumerate(campaign.messages)
        for at, (text, row) in enumerate(zip(merged(message), message.recipients, strict=True))
        if at not in left_out[index]
    )


def found(jobs: tuple[JobRequest, ...]) -> Counter[Any]:
    return Counter(
        (message.text, person.dst, person.reference, union((*job.options.blackouts, *person.blackouts)))
        for job in jobs
        for message in job.messages
        for person in message.recipients
    )


@settings(max_examples=40)
@given(campaigns(sound), st.sampled_from([(), ("+4917604069031",), ("+4917604069012", "+79161234567")]))
def test_everybody_once_with_their_own_time_in_as_few_jobs_as_possible(
    campaign: Campaign, out: tuple[str, ...]
) -> None:
    times = effective(campaign, NOW)
    jobs = planned(campaign, times, out)
    pairs = wanted(campaign, times, out)
    assert found(jobs) == pairs
    assert len(jobs) == -(-pairs.total() // MOST)
    assert all(0 < job.sms_count <= MOST for job in jobs)
    for job in jobs:
        assert job.options.blackouts[: len(times.common)] == times.common
        assert replace(job.options, blackouts=()) == replace(campaign.options, blackouts=())
        texts = [message.text for message in job.messages]
        assert len(texts) == len(set(texts))


@settings(max_examples=25)
@given(campaigns(sound))
def test_own_periods_stay_as_written_where_they_are_few_or_came_from_a_request(campaign: Campaign) -> None:
    campaign = replace(campaign, rules=())
    for job in planned(campaign, effective(campaign, NOW)):
        many = set(job.options.blackouts) - set(campaign.options.blackouts)
        people = [person for message in job.messages for person in message.recipients]
        assert not many or (len(people) > 1 and not any(person.blackouts for person in people))
        literal = {m.text for m in campaign.messages if m.literal} & {m.text for m in job.messages}
        assert not (many and literal and not {m.text for m in campaign.messages if not m.literal})
    kept = {periods for m in campaign.messages for periods in m.recipients.blackouts.values()}
    written = {
        person.blackouts
        for job in planned(campaign, effective(campaign, NOW))
        for message in job.messages
        for person in message.recipients
    }
    assert written <= {(), *kept}


@settings(max_examples=12)
@given(campaigns(sound))
def test_the_shares_are_the_jobs_and_have_their_figures(campaign: Campaign) -> None:
    checked = review(campaign, NOW, ["Main"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(grouping, "MAX_SMS_PER_JOB", MOST)
        rows = grouping.layout(campaign, checked.effective)
        made = shares(campaign, checked.effective)
        assert tuple(map(request_of, made)) == plan(campaign, checked.effective)
    totals = totals_of_shares(campaign, checked.effective, checked.audits, rows)
    assert len(made) == len(totals) == len(rows)
    assert sum(one.sms for one in totals) == checked.totals.sms
    assert sum(one.parts for one in totals) == checked.totals.parts
    if totals:
        assert min(one.first_at for one in totals) == checked.totals.first_at
        assert max(one.last_at for one in totals) == checked.totals.last_at
    for share, job in zip(made, totals, strict=True):
        again = review(share, NOW, ["Main"]).totals
        assert (again.sms, again.parts, again.histogram) == (job.sms, job.parts, job.histogram)
        columns = columns_of(share)
        assert encode_columns(columns, columns.options) == encode_job(request_of(share))


def with_odd(campaign: Campaign, odd: Options, names: list[str]) -> Campaign:
    """The campaign with some options as odd as they come, and without messages to nobody."""
    filled = tuple(message for message in campaign.messages if message.recipients)
    assume(filled)
    changed = replace(campaign.options, **{name: getattr(odd, name) for name in names})
    return replace(campaign, messages=filled, options=changed)


def received(body: bytes) -> int:
    """What the service's own reading of the API says to a request."""
    try:
        read_job(body)
    except Rejected as refused:
        return refused.status
    return 201


def never_refused(campaign: Campaign) -> bool:
    """Whether the checks let a campaign through; none of its requests is refused then."""
    checked = review(campaign, NOW, ["Main"])
    if checked.sendable:
        marks = [MARK] * checked.totals.jobs
        ready = prepare(campaign, checked.effective, marks)
        assert len(ready) == checked.totals.jobs > 0
        assert {received(one.body) for one in ready} == {201}
    return checked.sendable


@settings(max_examples=40)
@given(campaigns(sound), options, odd_ones)
def test_what_the_checks_let_through_is_never_refused(
    campaign: Campaign, odd: Options, names: list[str]
) -> None:
    never_refused(with_odd(campaign, odd, names))


@pytest.mark.slow
@settings(max_examples=100 if os.environ.get("CI") else 1_000)
@given(campaigns(sound), options, odd_ones)
def test_of_many_campaigns_none_is_refused_and_nobody_forgotten(
    campaign: Campaign, odd: Options, names: list[str]
) -> None:
    made = with_odd(campaign, odd, names)
    if never_refused(made):
        times = effective(made, NOW)
        assert found(planned(made, times)) == wanted(made, times)


NIGHTS = tuple(
    Period(at, at + timedelta(hours=12))
    for at in (
        datetime(2031, 3, 1, 20, tzinfo=timezone(timedelta(hours=1))) + timedelta(days=n) for n in range(30)
    )
)


def crowd(count: int, blackouts: dict[int, tuple[Period, ...]]) -> Campaign:
    numbers = [f"+49176{row:08}" for row in range(count)]
    rows = Recipients(numbers, [""] * count, {}, blackouts)
    return Campaign(ID, "Spring", "Main", (Message("Hello", rows),))


def sizes(campaign: Campaign) -> list[int]:
    ready = prepare(campaign, effective(campaign, NOW), [MARK] * 9)
    assert {received(one.body) for one in ready} == {201}
    return [len(one.body) for one in ready]


def in_jobs(campaign: Campaign) -> list[tuple[int, int]]:
    """SMS, and periods for all of them, of each job."""
    return [(job.sms_count, len(job.options.blackouts)) for job in plan(campaign, effective(campaign, NOW))]


def test_thirty_nights_for_everybody_are_written_once() -> None:
    (plain,) = sizes(crowd(3000, {}))
    (body,) = sizes(crowd(3000, dict.fromkeys(range(3000), NIGHTS)))
    assert body < plain + 30 * 70 < 200_000
    night = Rule(RuleKind.HOURS)
    (body,) = sizes(replace(crowd(3000, {}), rules=(night,)))
    assert body < plain + 10 * 70


def test_two_kinds_of_people_fill_jobs_of_their_own() -> None:
    mixed = crowd(6000, dict.fromkeys(range(0, 6000, 2), NIGHTS))
    plain, with_nights = sizes(mixed)[1], sizes(mixed)[0]
    assert plain < with_nights < plain + 30 * 70
    # The rest of each group has a job of its own only where that costs none.
    assert in_jobs(crowd(4000, dict.fromkeys(range(2000), NIGHTS))) == [(2000, 30), (2000, 0)]
    mixed = crowd(3000, dict.fromkeys(range(2000), NIGHTS))
    assert in_jobs(mixed) == [(3000, 0)]
    (job,) = plan(mixed, effective(mixed, NOW))
    assert sum(len(person.blackouts) for person in job.messages[0].recipients) == 2000 * 30


def test_one_job_for_people_of_several_zones_has_each_ones_nights() -> None:
    rows = Recipients(NUMBERS, [""] * len(NUMBERS), {}, {0: (NIGHTS[0],)})
    weekend = Rule(RuleKind.DAYS, WEEKEND, zone="UTC")
    made = replace(crowd(1, {}), messages=(Message("Hello", rows),), rules=(Rule(RuleKind.HOURS), weekend))
    times = effective(made, NOW)
    (job,) = plan(made, times)
    assert found((job,)) == wanted(made, times)
    assert job.options.blackouts == times.common != ()
    assert len({person.blackouts for message in job.messages for person in message.recipients}) > 4


@pytest.mark.parametrize(("count", "carried"), [(1, False), (2, True)])
def test_one_recipient_keeps_what_is_theirs(count: int, carried: bool) -> None:
    made = crowd(count, dict.fromkeys(range(count), NIGHTS[:4]))
    (job,) = plan(made, effective(made, NOW))
    assert job.options.blackouts == (NIGHTS[:4] if carried else ())
    few = crowd(count, dict.fromkeys(range(count), NIGHTS[:3]))
    (job,) = plan(few, effective(few, NOW))
    assert job.options.blackouts == ()
    literal = made.with_message(0, replace(made.messages[0], literal=True))
    (job,) = plan(literal, effective(literal, NOW))
    assert job.options.blackouts == ()
