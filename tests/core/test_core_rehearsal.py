"""A rehearsal's figures and its stamp, as plain values."""

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from smsdesk.core.problem import Level
from smsdesk.core.rehearsal import Expected, Rehearsed, Stamp, Stamped, Status, compared, digest_of, remarks
from smsdesk.core.request import RecipientReport, SmsId
from smsdesk.core.status import Outcome

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
DONE, OPEN = ("DONE", "SUC_FIN"), ("OPEN", None)


def report(dst: str, sent_at: datetime | None, status: Status = DONE) -> RecipientReport:
    return RecipientReport(SmsId("S"), dst, *status, sent_at=sent_at)


def minutes(n: float) -> datetime:
    return NOW + timedelta(minutes=n)


@pytest.mark.parametrize(
    ("sent", "early", "late"),
    [
        (minutes(10), 0, 0),
        (minutes(10) - timedelta(seconds=1), 0, 0),
        (minutes(10) - timedelta(seconds=1.001), 1, 0),
        (minutes(11), 0, 0),
        (minutes(11.01), 0, 1),
        (None, 0, 0),
    ],
)
def test_what_leaves_too_early_or_late_is_counted(sent: datetime | None, early: int, late: int) -> None:
    found = compared([Expected("+49176", minutes(10))], [report("+49176", sent)], NOW)
    assert (found.early, found.late, found.missing) == (early, late, 0)
    assert found.forecast == (minutes(10), minutes(10))
    assert found.left == ((sent, sent) if sent else None)


def test_nothing_is_late_before_the_service_had_it() -> None:
    found = compared([Expected("+49176", NOW)], [report("+49176", minutes(5))], minutes(5))
    assert found.as_forecast


def test_a_number_that_is_there_twice_is_compared_twice_and_its_spelling_does_not_count() -> None:
    expected = [Expected("0049176", minutes(1)), Expected("+49176", minutes(60))]
    told = [report("+49176", minutes(1)), report("0049176", minutes(60))]
    assert compared(expected, told, NOW).as_forecast
    assert not compared(expected, told[::-1], NOW).as_forecast


def test_a_report_that_does_not_come_is_missing() -> None:
    assert (
        compared([Expected("+49176", NOW), Expected("+49177", NOW)], [report("+49176", NOW)], NOW).missing
        == 1
    )


def test_jobs_add_up() -> None:
    def job(dst: str, at: datetime, status: Sequence[str]) -> Rehearsed:
        return compared([Expected(dst, at)], [report(dst, at, (status[0], status[1]))], NOW)

    both = Rehearsed() + job("+49176", minutes(2), DONE) + job("+49177", minutes(1), ("DONE", "INVALID_DST"))
    assert (both.jobs, both.sms) == (2, 2)
    assert both.left == both.forecast == (minutes(1), minutes(2))
    assert both.outcomes == {Outcome.DELIVERED: 1, Outcome.FAILED: 1}


def test_the_figures_of_jobs_add_up_one_by_one() -> None:
    one = Rehearsed(1, 2, Counter({DONE: 3}), 4, 5, 6, 7, 8, until=minutes(1))
    other = Rehearsed(10, 20, Counter({DONE: 30, OPEN: 1}), 40, 50, 60, 70, 80, until=minutes(2))
    figures = ("jobs", "sms", "early", "late", "missing", "refused", "braked")
    assert [getattr(one + other, name) for name in figures] == [11, 22, 44, 55, 66, 77, 88]
    assert (one + other).statuses == {DONE: 33, OPEN: 1}
    assert ((one + other).until, (one + Rehearsed()).until) == (minutes(2), minutes(1))
    assert one + Rehearsed() == Rehearsed() + one == one
    assert [getattr(Rehearsed(), name) for name in figures] == [0] * 7
    assert (Rehearsed().forecast, Rehearsed().left, Rehearsed().until) == (None, None, None)


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        (None, None, None),
        ((1, 2), None, (1, 2)),
        (None, (1, 2), (1, 2)),
        ((1, 4), (2, 3), (1, 4)),
        ((2, 3), (1, 4), (1, 4)),
        ((1, 2), (3, 4), (1, 4)),
    ],
)
def test_first_and_last_of_jobs_are_those_of_all(
    one: tuple[int, int] | None, other: tuple[int, int] | None, both: tuple[int, int] | None
) -> None:
    def span(ends: tuple[int, int] | None) -> tuple[datetime, datetime] | None:
        return (minutes(ends[0]), minutes(ends[1])) if ends else None

    found = Rehearsed(forecast=span(one), left=span(one)) + Rehearsed(forecast=span(other), left=span(other))
    assert found.forecast == found.left == span(both)


def test_outcomes_of_several_statuses_are_counted_together() -> None:
    found = Rehearsed(statuses=Counter({DONE: 2, ("DONE", "SUC_ACC"): 3, OPEN: 5}))
    assert found.outcomes == {Outcome.DELIVERED: 5, Outcome.WAITING: 5}


def test_of_a_job_first_and_last_are_told_and_every_status() -> None:
    expected = [Expected(f"+4917{at}", minutes(at)) for at in (3, 1, 2)]
    told = [report("+49173", minutes(4)), report("+49171", minutes(1)), report("+49172", None, OPEN)]
    found = compared(expected, told, NOW)
    assert (found.jobs, found.sms, found.statuses) == (1, 3, {DONE: 2, OPEN: 1})
    assert (found.forecast, found.left) == ((minutes(1), minutes(3)), (minutes(1), minutes(4)))
    assert (found.early, found.late, found.missing) == (0, 0, 0)
    nobody = compared([], [], NOW)
    assert (nobody.jobs, nobody.sms, nobody.forecast, nobody.left) == (1, 0, None, None)


def test_without_a_forecast_it_may_leave_once_the_service_has_it() -> None:
    found = compared([Expected("+49176", None)], [report("+49176", minutes(1))], minutes(1))
    assert (found.forecast, found.as_forecast) == ((minutes(1), minutes(1)), True)


def test_reports_that_nobody_expected_are_held_against_the_acceptance_and_hide_none_that_is_missing() -> None:
    found = compared([Expected("+49176", NOW)], [report("+49177", minutes(9))] * 3, minutes(1))
    assert (found.early, found.late, found.missing) == (0, 3, 0)
    early = compared([], [report("+49177", NOW)], minutes(1))
    assert (early.early, early.late) == (1, 0)


def test_two_zeros_are_a_plus_and_one_is_none() -> None:
    for dst, told, late in (("0049176", "+49176", 0), ("049176", "+49176", 1), ("+49176", "49176", 1)):
        assert compared([Expected(dst, minutes(9))], [report(told, minutes(9))], NOW).late == late


def test_a_digest_knows_order_and_borders() -> None:
    assert digest_of([]) == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert digest_of([b"ab", b"c"]) == digest_of([b"ab", b"c"])
    assert len({digest_of(bodies) for bodies in ([b"ab", b"c"], [b"a", b"bc"], [b"c", b"ab"], [b"abc"])}) == 4


@pytest.mark.parametrize(
    ("stamped", "sandbox", "codes"),
    [
        (None, False, []),
        (Stamped(NOW, holds=True), True, []),
        (Stamped(NOW, holds=True), False, ["rehearsal_real"]),
        (Stamped(NOW, holds=False), True, ["rehearsal_void"]),
        (Stamped(NOW, holds=False), False, ["rehearsal_void", "rehearsal_real"]),
    ],
)
def test_what_is_said_before_it_is_sent(stamped: Stamped | None, sandbox: bool, codes: list[str]) -> None:
    said = remarks(stamped, minutes(2), sandbox=sandbox)
    assert [one.code for one in said] == codes
    assert all(one.values == {"seconds": 120} for one in said if one.code == "rehearsal_void")
    assert {one.level for one in said} <= {Level.NOTE}
    assert said == remarks(stamped, minutes(2) + timedelta(seconds=0.9), sandbox=sandbox)


@pytest.mark.parametrize(
    ("found", "sound", "as_forecast"),
    [
        (Rehearsed(), True, True),
        (Rehearsed(late=1), True, False),
        (Rehearsed(early=1), False, False),
        (Rehearsed(missing=1), False, False),
        (Rehearsed(refused=1), False, False),
        (Rehearsed(braked=1), True, True),
    ],
)
def test_only_what_is_sound_is_stamped(found: Rehearsed, sound: bool, as_forecast: bool) -> None:
    assert (found.sound, found.as_forecast) == (sound, as_forecast)


@pytest.mark.parametrize(
    ("holds", "pilot", "piloted", "said"),
    [
        (True, 200, False, True),
        (True, 200, True, False),
        (True, 0, False, False),
        (False, 200, False, False),
    ],
)
def test_a_rehearsal_with_a_pilot_holds_for_one_only(
    holds: bool, pilot: int, piloted: bool, said: bool
) -> None:
    found = remarks(Stamped(NOW, holds=holds, pilot=pilot), NOW, sandbox=True, piloted=piloted)
    cut = [one for one in found if one.code == "rehearsal_pilot"]
    assert [(one.level, one.values) for one in cut] == [(Level.NOTE, {"people": 200})] * said
    both = remarks(Stamped(NOW, holds=holds, pilot=pilot), NOW, sandbox=False, piloted=piloted)
    assert [one.code for one in both] == [*(one.code for one in found), "rehearsal_real"]


def test_a_stamp_is_without_a_pilot_unless_it_says_so() -> None:
    assert Stamp("", NOW) == Stamp("", NOW, 0)
    assert Stamped(NOW, holds=True) == Stamped(NOW, True, 0)
