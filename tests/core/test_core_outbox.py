"""Outbox rules: how certain an answer is decides what becomes of an entry."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsdesk.core import errors
from smsdesk.core.options import MAX_REFERENCE, USER_REFERENCE_LIMIT
from smsdesk.core.outbox import (
    FINAL,
    EntryState,
    after_error,
    carries,
    mark_of,
    marked_reference,
)

NOW = datetime(2031, 3, 1, 9, tzinfo=UTC)
marks = st.integers(0, 36**12 - 1).map(mark_of)


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (errors.NotSent, "queued"),
        (errors.NoConnection, "queued"),
        (errors.TooManyRequests, "queued"),
        (errors.Refused, "refused"),
        (errors.BadRequest, "refused"),
        (errors.WrongPassword, "refused"),
        (errors.NotFound, "refused"),
        (errors.Duplicate, "refused"),
        (errors.Unprocessable, "refused"),
        (errors.Redirected, "refused"),
        (errors.Uncertain, "uncertain"),
        (errors.NoAnswer, "uncertain"),
        (errors.ServerTrouble, "uncertain"),
        (errors.Unreadable, "uncertain"),
        (errors.ServiceError, "uncertain"),
    ],
)
def test_certainty_by_cause(error: type[errors.ServiceError], state: str) -> None:
    after = after_error(error(), 1, NOW, 0.5)
    assert after.state.value == state
    assert (after.not_before is not None) == (state == "queued")


def test_every_error_of_the_service_is_in_the_table_above() -> None:
    """A new one must be placed there first: whatever is unknown is uncertain."""

    def leaves(kind: type) -> set[str]:
        return {kind.__name__}.union(*(leaves(sub) for sub in kind.__subclasses__()))

    (table,) = (m for m in test_certainty_by_cause.pytestmark if m.name == "parametrize")
    assert leaves(errors.ServiceError) == {error.__name__ for error, _ in table.args[1]}


@given(st.integers(1, 10_000), st.floats(0, 1))
def test_pauses_are_bounded(tries: int, spread: float) -> None:
    for error in (errors.NotSent(), errors.TooManyRequests()):
        not_before = after_error(error, tries, NOW, spread).not_before
        assert not_before is not None
        assert timedelta(seconds=1) <= not_before - NOW <= timedelta(seconds=60)


def test_without_a_connection_the_pause_grows() -> None:
    pauses = [after_error(errors.NoConnection(), tries, NOW, 1.0).not_before for tries in (1, 2, 3, 6, 7)]
    assert pauses == [NOW + timedelta(seconds=seconds) for seconds in (2, 4, 8, 60, 60)]


@pytest.mark.parametrize(("spread", "seconds"), [(0.0, 2), (0.5, 6), (1.0, 10)])
def test_too_many_requests_waits_out_the_window(spread: float, seconds: int) -> None:
    assert after_error(errors.TooManyRequests(), 9, NOW, spread).not_before == NOW + timedelta(
        seconds=seconds
    )


def test_a_mark_is_12_characters_of_base_36_and_tells_its_bits() -> None:
    assert mark_of(0) == "0" * 12
    assert mark_of(35) == "z" + "0" * 11
    assert mark_of(36**12 - 1) == "z" * 12


@given(st.integers(0, 36**12 - 1))
def test_no_two_marks_are_equal(bits: int) -> None:
    mark = mark_of(bits)
    assert len(mark) == 12 and set(mark) <= set("0123456789abcdefghijklmnopqrstuvwxyz")
    assert int(mark[::-1], 36) == bits


@given(st.none() | st.text(max_size=80), marks)
def test_a_marked_reference_is_short_enough_and_found_again(reference: str | None, mark: str) -> None:
    sent = marked_reference(reference, mark)
    assert len(sent) <= MAX_REFERENCE
    assert carries(sent, mark)
    assert carries(sent + "  ", mark)
    other = mark[:-1] + ("0" if mark[-1] != "0" else "1")
    assert not carries(sent, other)


def test_the_users_own_reference_stands_first() -> None:
    assert marked_reference("March", "0123456789ab") == "March #0123456789ab"
    assert marked_reference(None, "0123456789ab") == "#0123456789ab"
    full = "x" * USER_REFERENCE_LIMIT
    assert marked_reference(full, "0" * 12) == f"{full} #{'0' * 12}"
    assert marked_reference(full + "y", "0" * 12) == marked_reference(full, "0" * 12)


@pytest.mark.parametrize("reference", [None, "", "March", "March 0123456789ab", "#0123456789ab March"])
def test_another_reference_does_not_carry_the_mark(reference: str | None) -> None:
    assert not carries(reference, "0123456789ab")


def test_only_these_states_end_an_entry() -> None:
    assert {state.value for state in EntryState} - {state.value for state in FINAL} == {
        "queued",
        "sending",
        "uncertain",
    }
