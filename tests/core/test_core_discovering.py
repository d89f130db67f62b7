"""Which windows of an account's jobs are listed: three months without a gap, then what is new."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsdesk.core.discovering import AGAIN, EVERY, KEPT, WINDOW, Window, likely_at, next_window, progress

NOW = datetime(2026, 11, 23, 14, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@given(st.none() | st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=400)))
def test_all_that_is_not_listed_is_listed_without_a_gap(ago: timedelta | None) -> None:
    until = None if ago is None else NOW - ago
    listed, windows = until, 0
    while (window := next_window(listed, NOW)) is not None:
        first = NOW - KEPT
        assert window.end - window.start <= WINDOW
        assert window.start == max(listed - AGAIN, first) if listed and listed >= first else first
        assert window.end > (listed or first)
        listed = min(window.end, NOW)
        windows += 1
    assert listed is not None
    assert NOW - listed < EVERY
    assert windows <= 5


def test_what_was_just_listed_is_left_alone_for_a_while() -> None:
    assert next_window(NOW, NOW + EVERY - timedelta(seconds=1)) is None
    assert next_window(NOW, NOW + EVERY) == Window(NOW - AGAIN, NOW + EVERY)


def test_by_a_clock_that_was_set_back_nobody_knows_what_was_listed() -> None:
    first = NOW - KEPT
    assert next_window(NOW + 40 * HOUR, NOW) == Window(first, first + WINDOW)
    assert next_window(NOW + timedelta(seconds=3), NOW) is None, "clocks are set by a little all the time"


@given(st.timedeltas(-HOUR, HOUR), st.timedeltas(timedelta(0), EVERY), st.timedeltas(timedelta(0), 3 * EVERY))
def test_where_the_clocks_differ_by_an_hour_no_job_is_missed(
    ahead: timedelta, later: timedelta, after: timedelta
) -> None:
    """``ahead``: our clock. A job is made ``after`` the first look, and the looks go on."""
    listed, windows = NOW, []
    made_at = NOW - ahead + after
    for look in range(20):
        now = NOW + look * (EVERY + later)
        if made_at + ahead <= now and (window := next_window(listed, now)) is not None:
            windows.append(window)
        listed = now
    assert any(window.start <= made_at <= window.end for window in windows)


def test_progress_grows_to_all() -> None:
    assert progress(None, NOW) == 0
    assert progress(NOW - KEPT, NOW) == 0
    assert progress(NOW - KEPT / 2, NOW) == pytest.approx(0.5)
    assert progress(NOW + HOUR, NOW) == 1
    assert progress(NOW - 2 * KEPT, NOW) == 0


def test_an_id_that_tells_its_time_within_the_window_is_believed() -> None:
    window = Window(NOW - HOUR, NOW)
    assert likely_at("J.20261123-131731.737-0iey4kxqyTQCQDIFN1", window) == NOW.replace(
        hour=13, minute=17, second=31
    )
    for odd in ("J.20261123-151731.737-x", "J.20269923-131731.737-x", "J.anything", "", "K.20261123-131731"):
        assert likely_at(odd, window) == window.start
