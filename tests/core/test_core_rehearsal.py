"""A rehearsal's figures and its stamp, as plain values."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest

from smsdesk.core.rehearsal import Expected, Rehearsed, Stamped, compared, digest_of, remarks
from smsdesk.core.request import RecipientReport, SmsId
from smsdesk.core.status import Outcome

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
DONE = ("DONE", "SUC_FIN")


def report(dst: str, sent_at: datetime | None, status: tuple[str, str] = DONE) -> RecipientReport:
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


def test_a_digest_knows_order_and_borders() -> None:
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


@pytest.mark.parametrize(
    ("found", "sound", "as_forecast"),
    [
        (Rehearsed(), True, True),
        (Rehearsed(late=1), True, False),
        (Rehearsed(early=1), False, False),
        (Rehearsed(missing=1), False, False),
    ],
)
def test_only_what_is_sound_is_stamped(found: Rehearsed, sound: bool, as_forecast: bool) -> None:
    assert (found.sound, found.as_forecast) == (sound, as_forecast)
