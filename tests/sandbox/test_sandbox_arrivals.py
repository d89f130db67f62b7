"""When an SMS will arrive: the program and the sandbox, each on its own, agree to the minute."""

import json
from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from smsdesk.api.wire import encode_job
from smsdesk.core.blackouts import Period
from smsdesk.core.campaign import Campaign, CampaignId, Message
from smsdesk.core.effective import LATEST, effective
from smsdesk.core.options import Options
from smsdesk.core.plan import plan
from smsdesk.core.recipients import Recipients
from smsdesk.core.rules import EVERY_DAY, WEEKEND, Answer, Rule, RuleKind
from smsdesk.sandbox.engine import Engine

NOW = datetime(2026, 10, 22, 9, 0, tzinfo=UTC)
"""A Thursday; daylight saving ends within days."""
NUMBERS = (
    "+4917604069001",
    "+12125550102",
    "+18085550103",
    "+61412345604",
    "+79663486605",
    "+447740360006",
    "+88312345607",
    "004917604069008",
)
ZONES = ("", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu")
minutes = st.integers(-2 * 1440, 40 * 1440)
zones = st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=45)), timezone(timedelta(hours=-9))])


def moment(minute: int) -> datetime:
    return NOW + timedelta(minutes=minute)


periods = st.builds(
    lambda start, length, zone: Period(
        moment(start).astimezone(zone), moment(start + length).astimezone(zone)
    ),
    # Near each other as a rule, so that they touch and overlap.
    st.integers(-8, 40).map(lambda hours: hours * 60) | minutes,
    st.integers(1, 30).map(lambda hours: hours * 60) | st.integers(1, 6 * 1440),
    zones,
)
some = st.lists(periods, max_size=4).map(tuple)
clocks = st.builds(time, st.integers(0, 23), st.sampled_from([0, 30]))
rules = st.builds(
    Rule,
    st.sampled_from(RuleKind),
    st.sampled_from([EVERY_DAY, WEEKEND, (0, 1, 2, 3, 4), (3,)]),
    clocks,
    clocks,
    st.sampled_from(["", "DE", "US"]),
    st.just(""),
    st.sampled_from(ZONES),
    st.sampled_from([None, date(2026, 10, 24)]),
    st.sampled_from([None, date(2026, 11, 10)]),
    st.sampled_from([None, *Answer]),
)
people = st.lists(st.tuples(st.sampled_from(NUMBERS), some | st.just(())), min_size=1, max_size=5)


Person = tuple[str, tuple[Period, ...]]
campaigns = given(st.none() | minutes.map(moment), some, people, st.lists(rules, max_size=2).map(tuple))


@settings(max_examples=150, deadline=None)
@campaigns
def test_both_agree_when_each_sms_arrives(
    start: datetime | None, drawn: tuple[Period, ...], people: list[Person], rules: tuple[Rule, ...]
) -> None:
    agree(start, drawn, people, rules)


@pytest.mark.slow
@settings(max_examples=1000, deadline=None)
@campaigns
def test_both_agree_over_a_thousand_campaigns(
    start: datetime | None, drawn: tuple[Period, ...], people: list[Person], rules: tuple[Rule, ...]
) -> None:
    agree(start, drawn, people, rules)


def agree(
    start: datetime | None, drawn: tuple[Period, ...], people: list[Person], rules: tuple[Rule, ...]
) -> None:
    names = [str(row) for row in range(len(people))]
    own = {row: periods for row, (_, periods) in enumerate(people) if periods}
    recipients = Recipients([number for number, _ in people], names, {}, own)
    options = Options(start_at=start, blackouts=drawn)
    message = Message("Hello", recipients, literal=True)
    campaign = Campaign(CampaignId("0" * 32), "Test", messages=(message,), options=options, rules=rules)
    times = effective(campaign, NOW, "Europe/Berlin")
    told = sandbox_times([encode_job(request) for request in plan(campaign, times)])
    assert set(told) == set(names)
    for row, name in enumerate(names):
        arrives = times.way(0, row).arrives_at
        if arrives is None:
            assert told[name] > times.start_at + LATEST - timedelta(minutes=1)
        else:
            assert timedelta() <= told[name] - arrives < timedelta(minutes=1)


def sandbox_times(bodies: list[bytes]) -> dict[str, datetime]:
    """When each SMS was sent or given up, by its reference."""
    box = Engine(lambda: NOW)
    jobs = [box.accept(body) for body in bodies]
    box.advance(timedelta(days=91))
    reports = [report for job in jobs for report in box.recipients(job) or ()]
    return {one["customerRef"]: datetime.fromisoformat(one["finishedTs"]) for one in reports}


def test_the_sandbox_is_asked_for_what_a_request_says() -> None:
    """A period that is in no body makes them differ: the comparison sees it."""
    quiet = (Period(NOW, NOW + timedelta(hours=3)),)
    message = Message("Hello", Recipients(["+4917604069001"], ["0"], {}, {0: quiet}), literal=True)
    campaign = Campaign(CampaignId("0" * 32), "Test", messages=(message,))
    (request,) = plan(campaign, effective(campaign, NOW))
    body = json.loads(encode_job(request))
    assert sandbox_times([json.dumps(body).encode()])["0"] - NOW == timedelta(hours=3)
    del body["messages"][0]["recipients"][0]["blackoutPeriods"]
    assert sandbox_times([json.dumps(body).encode()])["0"] - NOW < timedelta(minutes=1)
