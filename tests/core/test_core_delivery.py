"""The figures of a delivery against plain counting, and the course of one that can be followed by hand."""

from collections import Counter
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from smsdesk.core.delivery import POINTS, Delivery, Told, delivery
from smsdesk.core.status import NOT_REPORTED, Outcome, meaning

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
STATUSES = [
    (None, None),
    ("OPEN", None),
    ("RUNNING", "ACC"),
    ("DONE", "SUC_FIN"),
    ("DONE", "INVALID_DST"),
    ("DONE", "TIMEOUT"),
    ("DONE", "ODD"),
    ("CANCELED", None),
]


def after(seconds: float | None) -> datetime | None:
    return None if seconds is None else NOON + timedelta(seconds=seconds)


def told(status: tuple[str | None, str | None], *times: float | None, dst: str = "+4917604069") -> Told:
    due, sent, finished = (after(at) for at in times)
    return Told(dst, *status, NOON, due, sent, finished)


def test_nothing_has_no_figures() -> None:
    assert delivery([], "DE") == Delivery(0, {}, {}, {}, None, None, ())


def test_a_course_that_can_be_followed_by_hand() -> None:
    rows = [
        told(STATUSES[3], 0, 1, 10),
        told(STATUSES[3], 0, 2, 20),
        told(STATUSES[4], None, 3, 30, dst="+436641234567"),
        told(STATUSES[1], 3600, None, None, dst="+436641234567"),
    ]
    found = delivery(rows, "DE")
    assert found.outcomes == {Outcome.DELIVERED: 2, Outcome.FAILED: 1, Outcome.WAITING: 1}
    assert found.codes == {"suc_fin": 2, "invalid_dst": 1, "open": 1}
    assert found.failures == {"invalid_dst": 1}
    assert found.regions == {"AT": {Outcome.FAILED: 1, Outcome.WAITING: 1}, "DE": {Outcome.DELIVERED: 2}}
    assert (found.median, found.most) == (timedelta(seconds=10), timedelta(seconds=20))
    first, last = found.course[0], found.course[-1]
    assert (first.at, first.sent, first.delivered, first.failed, first.held) == (NOON, 0, 0, 0, 1)
    assert (last.at, last.sent, last.delivered, last.failed, last.held) == (after(30), 3, 2, 1, 1)


def test_who_had_to_wait_for_the_morning_was_no_slower() -> None:
    rows = [told(STATUSES[3], 36_000, 36_001, 36_005)]
    assert delivery(rows, "DE").median == timedelta(seconds=5)


def test_a_report_older_than_the_job_took_no_time() -> None:
    assert delivery([told(STATUSES[3], None, -3, -2)], "DE").median == timedelta(0)


seconds = st.none() | st.integers(0, 100_000)
rows = st.lists(
    st.builds(
        told,
        st.sampled_from(STATUSES),
        seconds,
        seconds,
        seconds,
    ),
    max_size=40,
)


@given(rows)
def test_figures_are_those_of_plain_counting(some: list[Told]) -> None:
    found = delivery(some, "DE")
    known = [meaning(one.process_status, one.status) if one.process_status else NOT_REPORTED for one in some]
    assert found.count == len(some)
    assert found.outcomes == Counter(means.outcome for means in known)
    assert found.codes == Counter(means.code for means in known)
    there = [one for one, means in zip(some, known, strict=True) if means.outcome is Outcome.DELIVERED]
    took = sorted(
        max(one.finished_at - max(NOON, one.due_at or NOON), timedelta(0)) for one in there if one.finished_at
    )
    assert found.median == (took[(len(took) - 1) // 2] if took else None)
    assert len(found.course) <= POINTS
    for before, point in zip(found.course, found.course[1:], strict=False):
        assert before.at < point.at
        assert (before.sent, before.delivered, before.failed) <= (point.sent, point.delivered, point.failed)
        assert before.held >= point.held
    if found.course:
        assert found.course[-1].sent == sum(one.sent_at is not None for one in some)
