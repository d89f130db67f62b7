"""Explained waiting: no SMS on its way is ever told as a bare "pending"."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import product

import pytest

from smsdesk.core.blackouts import Period
from smsdesk.core.campaign import Campaign, CampaignId, Message
from smsdesk.core.effective import effective
from smsdesk.core.explaining import Explained, Request, Standing, Wanted, explain, forecast
from smsdesk.core.options import Options
from smsdesk.core.outbox import LEFT, Entry, EntryId, EntryState, Hold
from smsdesk.core.plan import plan as plan_of
from smsdesk.core.recipients import Recipients
from smsdesk.core.request import JobRequest, RequestMessage, RequestRecipient
from smsdesk.core.rules import Rule, RuleKind
from smsdesk.core.status import meaning
from smsdesk.words import has, speaking
from smsdesk.words.waiting import wait_words

NOW = datetime(2031, 3, 4, 7, tzinfo=UTC)
DST = "+4917620000007"


def hours(n: float) -> datetime:
    return NOW + timedelta(hours=n)


def entry(state: EntryState, hold: Hold | None = None, at: datetime | None = None) -> Entry:
    return Entry(
        EntryId(1),
        CampaignId("c"),
        "Spring",
        1,
        1,
        "Main",
        "m",
        3,
        state,
        NOW,
        hold=hold,
        not_before=at,
        due_at=at,
        final_at=at,
    )


OURS = entry(EntryState.ACCEPTED)
SENT = Standing("RUNNING", "SUC_ACC", sent_at=hours(-1), accepted_at=hours(-2), known_at=NOW, entry=OURS)
OPEN = Standing("OPEN", accepted_at=hours(-1), known_at=NOW, due_at=hours(-1), entry=OURS)
THEIRS = Standing("OPEN", accepted_at=hours(-1), known_at=NOW)
"""Of a job that another program made."""
AFTER = Period(hours(0.5), hours(4))
NIGHT, LUNCH = Period(hours(-9), hours(1)), Period(hours(-1), hours(3))
AT_HOME = Wanted(job=(NIGHT,), ruled=(NIGHT,), holidays=((Period(hours(-7), hours(0.5)), "AT"),))
BY_RULE = Wanted(own=(NIGHT,), ruled=(NIGHT,), zone="Europe/Lisbon")


@pytest.mark.parametrize(
    ("facts", "code", "next_at", "overdue"),
    [
        (replace(OPEN, wanted=Wanted(starts_at=hours(2))), "starts", hours(2), False),
        (
            replace(OPEN, wanted=Wanted(starts_at=hours(0.5), own=(NIGHT,))),
            "starts_then_blackout",
            hours(1),
            False,
        ),
        (replace(OPEN, wanted=Wanted(job=(NIGHT,))), "blackout", hours(1), False),
        (replace(OPEN, wanted=Wanted(job=(NIGHT,), own=(LUNCH,))), "own_blackout", hours(3), False),
        (replace(OPEN, wanted=Wanted(job=(NIGHT,), ruled=(NIGHT,))), "rule", hours(1), False),
        (replace(OPEN, wanted=BY_RULE), "rule_in_zone", hours(1), False),
        (replace(OPEN, due_at=NOW), "queued", None, False),
        (OPEN, "queued", None, True),
        (THEIRS, "queued_elsewhere", None, False),
        (replace(THEIRS, process_status=None), "not_reported", None, False),
        (replace(THEIRS, process_status="RUNNING"), "sent_some_time", None, False),
        (replace(THEIRS, process_status="RUNNING", sent_at=hours(-50)), "sent", None, True),
        (replace(OPEN, wanted=Wanted(job=(NIGHT, AFTER))), "blackouts", hours(4), False),
        (replace(OPEN, wanted=Wanted(own=(NIGHT,), job=(AFTER,))), "blackouts", hours(4), False),
        # Its request is kept no longer, or it went sooner than was reckoned.
        (replace(OPEN, due_at=hours(2)), "starts", hours(2), False),
        (replace(OPEN, due_at=hours(2), wanted=Wanted(confirmed=True)), "queued", None, False),
        (replace(SENT, sent_at=None, due_at=hours(2)), "sent", None, False),
        (replace(OPEN, process_status=None, due_at=None), "not_reported", None, True),
        (replace(OPEN, due_at=hours(-0.5), known_at=hours(-0.6)), "not_asked_since", hours(-0.5), False),
        (replace(OPEN, known_at=None), "not_asked", hours(-1), True),
        (replace(OPEN, status="NOT_ACC_REC"), "retried", None, False),
        (
            replace(OPEN, status="NOT_ACC_REC", wanted=Wanted(validity=timedelta(hours=3))),
            "retried_until",
            hours(2),
            False,
        ),
        (replace(OPEN, status="NOT_ACC_REC", wanted=Wanted(job=(NIGHT,))), "blackout", hours(1), False),
        (SENT, "sent", None, False),
        (replace(SENT, wanted=Wanted(validity=timedelta(hours=2))), "sent_until", hours(1), False),
        (replace(SENT, wanted=Wanted(validity=timedelta(minutes=5))), "sent_until", hours(-11 / 12), True),
        (replace(SENT, wanted=Wanted(confirmed=False)), "sent_unasked", None, True),
        (replace(SENT, sent_at=hours(-0.1), wanted=Wanted(confirmed=False)), "sent_unasked", None, False),
        (replace(SENT, sent_at=hours(-49)), "sent", None, True),
        (replace(OPEN, status="NOT_ACC_REC", due_at=hours(-49)), "retried", None, True),
        (
            replace(OPEN, status="NOT_ACC_REC", wanted=Wanted(validity=timedelta(minutes=30))),
            "retried_until",
            hours(-0.5),
            True,
        ),
        (replace(SENT, finished_at=hours(-0.5)), "finished", None, False),
        (replace(SENT, finished_at=hours(-0.1)), "sent", None, False),
        (replace(OPEN, wanted=AT_HOME), "holiday", hours(1), False),
        (replace(OPEN, wanted=replace(AT_HOME, holidays=())), "rule", hours(1), False),
        (Standing("RUNNING"), "sent_some_time", None, False),
        (Standing("OPEN", sent_at=hours(-1)), "sent", None, False),
        (Standing("HELD_BY_TOWER", "X"), "unknown", None, False),
        (replace(OPEN, closed_at=NOW), "closed", None, False),
        (Standing(entry=entry(EntryState.QUEUED)), "outbox.queued", None, False),
        (Standing(entry=entry(EntryState.QUEUED), paused=True), "outbox.paused", None, False),
        (Standing(entry=entry(EntryState.WAITING, at=hours(1)), paused=True), "outbox.paused", None, False),
        (Standing(entry=entry(EntryState.CANCELLED)), "outbox.cancelled", None, False),
        (
            Standing(entry=replace(entry(EntryState.CANCELLED), reason=LEFT)),
            "outbox.left",
            None,
            False,
        ),
        (Standing(entry=entry(EntryState.WAITING, at=hours(-1))), "outbox.waiting", hours(-1), True),
        (Standing(entry=entry(EntryState.HELD, Hold.TIME, hours(-1))), "held.time", hours(-1), True),
        (Standing(entry=entry(EntryState.WAITING, at=hours(1))), "outbox.waiting", hours(1), False),
        (Standing(entry=entry(EntryState.HELD, Hold.TIME, hours(1))), "held.time", hours(1), False),
        (Standing(entry=entry(EntryState.HELD, Hold.PERSON)), "held.person", None, False),
        (Standing(entry=entry(EntryState.ACCEPTED)), "not_reported", None, False),
    ],
)
def test_the_cause_and_what_is_expected(
    facts: Standing, code: str, next_at: datetime | None, overdue: bool
) -> None:
    told = explain(facts, NOW)
    assert told is not None
    assert (told.code, told.next_at, told.overdue) == (code, next_at, overdue)


def test_each_state_of_the_outbox_and_each_hold_has_words() -> None:
    at = hours(1)
    states = [entry(state, at=at) for state in EntryState if state is not EntryState.ACCEPTED]
    for one in [*states, *(entry(EntryState.HELD, hold, at) for hold in Hold)]:
        told = explain(Standing(entry=one), NOW)
        assert told is not None
        assert has(f"wait.{told.code}")
        assert "{" not in wait_words(told, UTC, NOW)


def test_every_report_that_is_not_final_is_explained_whenever_it_is_asked() -> None:
    """Whatever the service says, at any time of a job's life."""
    statuses = product((None, "OPEN", "RUNNING", "DONE", "KILL", "NEW"), (None, "SUC_ACC", "SUC_FIN", "NEW"))
    wanteds = (Wanted(), BY_RULE, Wanted(starts_at=NOW, job=(NIGHT,), validity=timedelta(hours=1)))
    for (process, status), wanted, hour in product(statuses, wanteds, range(-12, 60, 6)):
        facts = Standing(process, status, accepted_at=hours(-3), known_at=hours(0), wanted=wanted)
        told = explain(facts, hours(hour))
        final = process is not None and meaning(process, status).final
        assert (told is None) == final
        if told:
            words = wait_words(told, UTC, hours(hour))
            assert words
            assert "{" not in words


def test_words_have_the_times_of_the_zone() -> None:
    told = Explained("sent_until", {"at": NOW, "until": hours(2)}, hours(2), overdue=True)
    assert wait_words(told, UTC, NOW) == (
        "Sent today 07:00. The phone has not answered; the provider gives up today 09:00."
        " This is later than expected."
    )


def test_a_holiday_is_told_by_its_country_in_both_languages() -> None:
    told = explain(replace(OPEN, wanted=AT_HOME), NOW)
    assert told is not None
    assert wait_words(told, UTC, NOW) == "A public holiday (Austria) keeps it until today 08:00."
    with speaking("de"):
        assert wait_words(told, UTC, NOW) == "Ein Feiertag (Österreich) hält sie bis heute 08:00 zurück."


def test_holidays_of_each_persons_own_country_are_known_by_the_request() -> None:
    """Made as the planner makes them: a night, a holiday and the night after it are one period."""
    people = ["+436641234567", "+4915112345678", "+41791234567"]
    rules = (Rule(RuleKind.HOLIDAYS), Rule(RuleKind.HOURS, start=time(20), end=time(8)))
    # Austria alone has a holiday on that day, the 26th of October.
    start = datetime(2032, 10, 26, 9, tzinfo=UTC)
    campaign = Campaign(
        CampaignId("c"),
        "Autumn",
        "Main",
        (Message("Hi", Recipients(people, ["", "", ""])),),
        Options(start_at=start),
        rules=rules,
    )
    times = effective(campaign, NOW)
    (made,) = plan_of(campaign, times)
    request = Request(made, rules, ())
    told = {}
    for dst in people:
        facts = replace(
            OPEN, accepted_at=start, due_at=start, known_at=start, wanted=request.wanted(dst, None)
        )
        told[dst[:3]] = explain(facts, start + timedelta(hours=1))
    austria = told["+43"]
    assert austria is not None
    assert (austria.code, austria.values["country"]) == ("holiday", "AT")
    assert austria.next_at == datetime(2032, 10, 27, 6, tzinfo=UTC), "the night after it, in Vienna"
    assert [one.code for one in (told["+49"], told["+41"]) if one] == ["queued", "queued"]
    evening = explain(replace(OPEN, wanted=request.wanted(people[0], None)), start + timedelta(hours=14))
    assert evening is not None
    assert evening.code == "rule_in_zone", "the holiday is over"


def test_the_request_says_what_is_whose() -> None:
    rule = Rule(RuleKind.HOURS, start=time(20), end=time(8))
    by_rule = Period(datetime(2031, 3, 3, 19, tzinfo=UTC), datetime(2031, 3, 4, 7, tzinfo=UTC))
    people = (
        RequestRecipient(DST, "A", (by_rule,)),
        RequestRecipient(DST, "B", (LUNCH,)),
        RequestRecipient(DST, None),
    )
    options = Options(start_at=NOW, validity_min=30, status_requested=True, blackouts=(NIGHT, LUNCH))
    request = Request(JobRequest((RequestMessage("Hi", people),), options), (rule,), drawn=(NIGHT,))
    one, other, third = (request.wanted(DST, ref) for ref in ("A", "B", None))
    assert (one.starts_at, one.job, one.validity, one.confirmed) == (
        NOW,
        (NIGHT, LUNCH),
        timedelta(minutes=30),
        True,
    )
    assert (one.own, one.ruled, one.zone) == ((by_rule,), (LUNCH, by_rule), "Europe/Berlin")
    assert (other.own, other.ruled, other.zone) == ((LUNCH,), (LUNCH,), "")
    assert (third.own, third.zone) == ((), "")


def test_the_forecast_is_held_against_what_came() -> None:
    rows = [(n, NOW, NOW + timedelta(seconds=n)) for n in range(249)]
    told = forecast([*rows, (900, NOW, hours(2)), (901, None, NOW), (902, NOW, None), (903, NOW, hours(-3))])
    assert (told.known, told.held) == (251, 249)
    assert told.outliers == ((903, timedelta(hours=-3)), (900, timedelta(hours=2)))
    assert round(told.share or 0, 3) == 0.992
    assert forecast([]).share is None
