"""Outbox rules: how certain an answer is decides what becomes of an entry."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsdesk.core import errors
from smsdesk.core.campaign import CampaignId
from smsdesk.core.options import MAX_REFERENCE, USER_REFERENCE_LIMIT
from smsdesk.core.outbox import (
    DUPLICATE,
    EVERY,
    FINAL,
    FIRST_TRIES,
    HOLDING,
    LAST_TRIES,
    LATE,
    LONGEST_ANSWER,
    LONGEST_PAUSE,
    NOT_LEFT,
    ON_THE_LIST,
    READY,
    RESTORED,
    SETTLING,
    Entry,
    EntryId,
    EntryState,
    Event,
    Exchange,
    Hold,
    after_error,
    carries,
    due,
    goal,
    is_fact,
    look_again,
    mark_of,
    marked_reference,
    missed,
    next_look,
    settling_from,
    sources,
    step,
)

NOW = datetime(2031, 3, 1, 9, tzinfo=UTC)
marks = st.integers(0, 36**12 - 1).map(mark_of)


# --- the machine

STEPS = """
    queued    start    sending
    waiting   start    sending
    sending   accept   accepted
    sending   refuse   refused
    sending   put_off  waiting
    sending   put_back queued
    sending   lose     uncertain
    uncertain find     accepted
    uncertain disown   refused
    uncertain again    queued
    refused   again    queued
    waiting   hurry    queued
    queued    hold     held
    waiting   hold     held
    held      hold     held
    held      release  queued
    queued    cancel   cancelled
    waiting   cancel   cancelled
    held      cancel   cancelled
    refused   cancel   cancelled
    uncertain cancel   cancelled
"""
ALLOWED = {(before, event): after for before, event, after in map(str.split, STEPS.split("\n")[1:-1])}


@pytest.mark.parametrize("event", list(Event))
@pytest.mark.parametrize("state", list(EntryState))
def test_each_event_in_each_state(state: EntryState, event: Event) -> None:
    after = ALLOWED.get((state.value, event.value))
    if after is None:
        with pytest.raises(
            ValueError, match=f"{event.value} cannot happen to an entry that is {state.value}"
        ):
            step(state, event)
        assert state not in sources(event)
    else:
        assert step(state, event).value == after
        assert state in sources(event)
        assert goal(event).value == after


def test_what_went_out_or_may_have_gone_out_never_goes_again_but_by_a_persons_word() -> None:
    """From accepted nothing leads on; from uncertain only a person, or what the service says."""
    to_a_post = {(s, e) for s in EntryState for e in Event if (s.value, e.value) in ALLOWED}
    assert {e for s, e in to_a_post if s is EntryState.ACCEPTED} == set()
    assert {e for s, e in to_a_post if s is EntryState.CANCELLED} == set()
    led_on = {e for s, e in to_a_post if s is EntryState.UNCERTAIN}
    assert led_on == {Event.FIND, Event.DISOWN, Event.AGAIN, Event.CANCEL}


def test_the_states_in_which_an_event_can_happen_are_in_their_order() -> None:
    assert sources(Event.START) == (EntryState.QUEUED, EntryState.WAITING)
    assert sources(Event.FIND) == (EntryState.UNCERTAIN,)


def test_the_kinds_of_states() -> None:
    assert {state.value for state in READY} == {"queued", "waiting"}
    assert {state.value for state in NOT_LEFT} == {"queued", "waiting", "held"}
    assert {state.value for state in FINAL} == {"accepted", "refused", "cancelled"}
    for state in READY:
        assert state in sources(Event.START)
    for state in NOT_LEFT:
        assert state in sources(Event.CANCEL)


def test_the_words_of_states_events_and_holds_are_those_on_disk() -> None:
    assert {state.value for state in EntryState} == {
        *("queued", "waiting", "sending", "accepted", "refused", "uncertain", "held", "cancelled")
    }
    assert {hold.value for hold in Hold} == {
        *("account", "body", "undo", "time", "pilot", "brake", "missed", "person")
    }
    assert (ON_THE_LIST, RESTORED, DUPLICATE, EVERY) == ("do_not_contact", "restored", "duplicate", "")


# --- certainty by cause


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (errors.NotSent, "waiting"),
        (errors.NoConnection, "waiting"),
        (errors.TooManyRequests, "waiting"),
        (errors.Refused, "refused"),
        (errors.BadRequest, "refused"),
        (errors.WrongPassword, "refused"),
        (errors.NotFound, "refused"),
        (errors.Duplicate, "uncertain"),
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
    assert (after.not_before is not None) == (state == "waiting")


def test_only_401_and_3xx_hold_the_account() -> None:
    kinds = [kind for kind, _ in test_certainty_by_cause.pytestmark[0].args[1]]
    assert {kind for kind in kinds if kind.code in HOLDING} == {errors.WrongPassword, errors.Redirected}


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


@pytest.mark.parametrize(("spread", "share"), [(0.0, 0.5), (0.5, 0.75), (1.0, 1)])
def test_without_a_connection_the_pause_grows(spread: float, share: float) -> None:
    tries = (1, 2, 3, 4, 5, 6, 7, 10_000)
    pauses = [after_error(errors.NoConnection(), n, NOW, spread).not_before for n in tries]
    assert pauses == [NOW + timedelta(seconds=n * share) for n in (2, 4, 8, 16, 32, 60, 60, 60)]


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


# --- time


@given(st.integers(0, 10**7), st.integers(0, 10**7))
def test_a_pause_is_over_in_time_whatever_the_clock_does(at: int, ahead: int) -> None:
    """Set back by any span, it is over after the longest pause at most."""
    not_before = NOW + timedelta(seconds=at)
    now = not_before - timedelta(seconds=ahead)
    assert due(not_before, now) == (ahead == 0 or ahead > LONGEST_PAUSE.total_seconds())


def test_without_a_pause_it_is_due() -> None:
    assert due(None, NOW)
    assert due(NOW, NOW)
    assert not due(NOW + timedelta(microseconds=1), NOW)
    assert not due(NOW + LONGEST_PAUSE, NOW)


SECOND = timedelta(seconds=1)


@pytest.mark.parametrize(
    ("late_at", "seen_at", "asks"),
    [
        (NOW - SECOND, None, True),
        (NOW, None, False),
        (NOW + SECOND, None, False),
        (NOW - SECOND, NOW - LATE, False),
        (NOW - SECOND, NOW - LATE - SECOND, True),
        (NOW, NOW - LATE - SECOND, False),
        (NOW - SECOND, NOW + SECOND, False),
    ],
)
def test_what_was_overdue_while_nothing_ran_asks_first(
    late_at: datetime, seen_at: datetime | None, asks: bool
) -> None:
    assert timedelta(minutes=5) == LATE
    assert missed(late_at, seen_at, NOW) == asks


# --- settling


def test_before_the_settling_time_not_found_says_nothing() -> None:
    assert timedelta(minutes=15) == SETTLING
    assert not is_fact(NOW, NOW + SETTLING - SECOND)
    assert is_fact(NOW, NOW + SETTLING)


@given(
    st.lists(st.tuples(st.integers(0, 900), st.booleans()), max_size=40), st.integers(0, 39), st.integers()
)
def test_of_the_settling_time_counts_what_went_by_between_questions(
    asked: list[tuple[int, bool]], at: int, jump: int
) -> None:
    """However the clock is set once between two questions, at most half of it is not what went by."""
    jump = min(max(jump, -(10**7)), 10**7)
    now = last = from_at = NOW
    went_by, whole = timedelta(0), 0
    for count, (pause, everywhere) in enumerate(asked):
        now += timedelta(seconds=pause + (jump if count == at else 0))
        went_by += timedelta(seconds=pause)
        from_at = settling_from(from_at, last, now, everywhere=everywhere)
        last, whole = now, whole + everywhere
        counted = now - from_at
        assert timedelta(0) <= counted <= min(went_by + SETTLING / 2, whole * SETTLING / 2)
        if jump <= 0:
            assert counted <= went_by


def test_questions_at_short_intervals_count_in_full() -> None:
    assert settling_from(NOW, NOW, NOW + 40 * SECOND, everywhere=True) == NOW
    assert settling_from(NOW, NOW, NOW + SETTLING / 2, everywhere=True) == NOW
    assert settling_from(NOW, NOW, NOW + SETTLING, everywhere=True) == NOW + SETTLING / 2
    assert settling_from(NOW, NOW, NOW + SECOND, everywhere=False) == NOW + SECOND
    assert settling_from(NOW, NOW, NOW - SECOND, everywhere=True) == NOW - SECOND


@pytest.mark.parametrize(
    ("asked_after", "pause"),
    [
        (timedelta(0), timedelta(seconds=40)),
        (SETTLING, timedelta(seconds=40)),
        (SETTLING + SECOND, timedelta(minutes=5)),
        (timedelta(hours=2), timedelta(minutes=5)),
        (timedelta(hours=2, seconds=1), timedelta(hours=1)),
        (timedelta(days=1), timedelta(hours=1)),
        (timedelta(days=1, seconds=1), timedelta(days=1)),
        (timedelta(days=90), timedelta(days=1)),
    ],
)
def test_it_is_looked_for_soon_and_then_more_and_more_seldom(
    asked_after: timedelta, pause: timedelta
) -> None:
    asked_at = NOW + asked_after
    now = asked_at + pause
    assert next_look(NOW, asked_at) == now
    assert look_again(NOW, asked_at, now)
    assert not look_again(NOW, asked_at, now - timedelta(microseconds=1))
    assert not look_again(NOW, asked_at, asked_at)
    assert look_again(NOW, None, now)
    assert look_again(NOW, now + SECOND, now)


# --- values


def entry(**times: datetime) -> Entry:
    state = EntryState.UNCERTAIN
    return Entry(EntryId(1), CampaignId("c"), "C", 1, 2, "Main", "0" * 12, 3000, state, NOW, **times)


def test_the_settling_time_counts_from_the_last_of_what_is_known() -> None:
    posted, everywhere = NOW + SECOND, NOW + 2 * SECOND
    assert entry().settling_from == NOW
    assert entry(posted_at=posted).settling_from == posted
    assert entry(posted_at=posted, everywhere_at=everywhere).settling_from == everywhere


def test_an_entry_begins_without_tries_and_a_pilot_is_named() -> None:
    assert (entry().tries, entry().pilot, entry().hold, entry().job_id, entry().reason) == (
        *(0, False, None, None, None),
    )
    times = ("not_before", "due_at", "final_at", "posted_at", "asked_at", "everywhere_at", "not_found_at")
    assert [getattr(entry(), name) for name in times] == [None] * 7


def test_a_try_without_an_answer_holds_none_and_64_kib_of_one_are_kept() -> None:
    lost = Exchange(NOW, "POST /jobs", (), b"{}")
    assert (lost.status, lost.answered_at, lost.answer, lost.answer_headers, lost.error) == (
        *(None, None, b"", (), None),
    )
    assert (LONGEST_ANSWER, FIRST_TRIES, LAST_TRIES) == (65_536, 5, 50)
