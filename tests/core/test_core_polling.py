"""The poll planner on a clock of its own: the budget holds, the screen is fresh, nobody starves."""

from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smsdesk.core.errors import NoAnswer, NotFound, TooManyRequests
from smsdesk.core.polling import (
    FRESH,
    LONGEST,
    MANY,
    SHORTEST,
    WINDOW,
    Spent,
    Trouble,
    Watched,
    after_failure,
    learnt,
    list_is_due,
    next_ask,
    others_room,
    plan,
    reports_room,
)

NOW = datetime(2031, 3, 1, 9, tzinfo=UTC)
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)


def job(key: int = 1, age: timedelta = HOUR, **given: datetime | None) -> Watched:
    return replace(Watched(key, NOW - age, NOW), **given)  # type: ignore[arg-type]


# --- when a job is asked for again


@pytest.mark.parametrize(
    ("quiet", "pause"), [(0, 2), (19, 2), (60, 6), (3600, 360), (30_000, 3000), (10**6, 3600)]
)
def test_the_quieter_a_job_the_rarer_it_is_asked_for(quiet: int, pause: int) -> None:
    then = NOW - timedelta(seconds=quiet)
    assert next_ask(Watched(1, then, NOW), NOW) == NOW + timedelta(seconds=pause)
    older = Watched(1, then - timedelta(days=1), NOW, changed_at=then)
    assert next_ask(older, NOW) == NOW + timedelta(seconds=pause)


def test_what_cannot_change_is_not_asked_for_before_it_can() -> None:
    waiting = job(asked_at=NOW - HOUR, moves_at=NOW + 9 * HOUR)
    assert next_ask(waiting, NOW) == NOW + 9 * HOUR
    for later in (NOW, NOW + 8 * HOUR):
        assert plan([waiting], (), 15, later).others == ()
        assert plan([waiting], (1,), 15, later).on_screen == ()
    then = NOW + 9 * HOUR
    assert plan([waiting], (1,), 15, then).on_screen == (1,)
    assert next_ask(waiting, then + SECOND) - then == SECOND + SHORTEST


def test_one_that_nobody_has_seen_yet_is_asked_for_once_though_it_starts_later() -> None:
    assert plan([job(moves_at=NOW + HOUR)], (), 15, NOW).others == (1,)


def test_the_end_of_a_validity_is_a_reason_to_ask() -> None:
    quiet = job(age=20 * HOUR, asked_at=NOW, gives_up_at=NOW + timedelta(minutes=3))
    assert next_ask(quiet, NOW) == NOW + timedelta(minutes=3)
    over = NOW + timedelta(minutes=3, seconds=5)
    assert next_ask(quiet, over) == over + SHORTEST


@given(st.timedeltas(timedelta(days=-9), timedelta(days=99)), st.timedeltas(-9 * HOUR, 99 * HOUR))
def test_the_pause_is_bounded_even_where_clocks_differ(age: timedelta, changed: timedelta) -> None:
    again = next_ask(Watched(1, NOW - age, NOW, NOW, NOW - changed), NOW)
    assert SHORTEST <= again - NOW <= LONGEST


def test_by_a_clock_that_was_set_back_nothing_is_too_early() -> None:
    seen = job(age=HOUR, asked_at=NOW - HOUR, moves_at=NOW + HOUR, next_ask_at=NOW + HOUR)
    assert seen.waits(NOW)
    assert not seen.waits(NOW - 48 * HOUR)
    assert seen.is_due(NOW - 48 * HOUR)
    assert next_ask(seen, NOW - 48 * HOUR) <= NOW - 48 * HOUR + LONGEST


def test_a_clock_that_was_set_back_stops_nothing() -> None:
    ahead = job(next_ask_at=NOW + 20 * HOUR, asked_at=NOW + 19 * HOUR)
    assert ahead.is_due(NOW)
    assert ahead.is_stale(NOW)


# --- a clock that runs


@dataclass
class Service:
    """Jobs that change and end when they are told to; what is asked of it is counted."""

    budget: int = 15
    now: datetime = NOW
    jobs: dict[int, Watched] = field(default_factory=dict)
    changes: dict[int, list[datetime]] = field(default_factory=dict)
    spent: Spent = field(default_factory=Spent)
    asked: list[tuple[datetime, int]] = field(default_factory=list)
    window: list[datetime] = field(default_factory=list)
    lists: int = 0
    told: set[int] = field(default_factory=set)
    listed_at: datetime | None = None
    feed: bool = True

    def add(self, one: Watched, *changes: datetime) -> None:
        """The last change ends it."""
        self.jobs[one.key], self.changes[one.key] = one, list(changes)

    def turn(self, on_screen: tuple[int, ...] = ()) -> None:
        """One turn of the watcher."""
        shown_or_due = [
            one for key, one in self.jobs.items() if key in on_screen or one.next_ask_at <= self.now
        ]
        planned = plan(shown_or_due, on_screen, self.budget, self.now, self.spent)
        for keys, shown in ((planned.on_screen, True), (planned.others, False)):
            for key in keys:
                self.window = [at for at in self.window if at > self.now - WINDOW]
                if len(self.window) >= self.budget:
                    return
                self.window.append(self.now)
                self.spent = self.spent.at(self.now, on_screen=shown)
                self.ask(key)
        self.list_open()

    def ask(self, key: int) -> None:
        self.asked.append((self.now, key))
        one, came = self.jobs[key], [at for at in self.changes[key] if at <= self.now]
        new = [at for at in came if one.asked_at is None or at > one.asked_at]
        if came and len(came) == len(self.changes[key]):
            del self.jobs[key]
            return
        changed_at = self.now if new else one.changed_at
        one = replace(one, asked_at=self.now, changed_at=changed_at)
        self.jobs[key] = replace(one, next_ask_at=next_ask(one, self.now))

    def list_open(self) -> None:
        if self.listed_at and self.now - self.listed_at < timedelta(minutes=1):
            return
        moving = [one for one in self.jobs.values() if not one.waits(self.now) and one.asked_at]
        stirred = max((one.changed_at or one.accepted_at for one in moving), default=self.now)
        if not self.feed or not list_is_due(len(moving), stirred, self.listed_at, self.now):
            return
        self.lists, self.listed_at = self.lists + 1, self.now
        for one in moving:
            closed = self.changes[one.key] and self.changes[one.key][-1] <= self.now
            if closed and one.key not in self.told:
                self.told.add(one.key)
                self.jobs[one.key] = replace(one, next_ask_at=self.now, moves_at=self.now)

    def next_turn(self) -> datetime:
        """When anything is to do next, off screen."""
        times = [one.next_ask_at for one in self.jobs.values()]
        if self.listed_at:
            times.append(self.listed_at + timedelta(minutes=1))
        return max(min(times, default=self.now), self.now + WINDOW)


def busiest(asked: list[tuple[datetime, int]]) -> int:
    """The most requests in any 10 seconds."""
    times = [at for at, _ in asked]
    return max(n + 1 - bisect_right(times, at - WINDOW) for n, at in enumerate(times))


def test_500_open_jobs_for_a_day_cost_the_lists_and_those_due_or_closed() -> None:
    """100 end within minutes, 100 in a blackout till the evening, 100 start late, 200 phones are off."""
    service = Service()
    for key in range(500):
        kind, at = key % 5, NOW + timedelta(seconds=key)
        moves = {1: NOW + 10 * HOUR, 2: NOW + 14 * HOUR}.get(kind)
        ends = {0: 60 * SECOND, 1: 10 * HOUR + 60 * SECOND, 2: 14 * HOUR + 60 * SECOND}.get(kind, 23 * HOUR)
        service.add(Watched(key, NOW, NOW, moves_at=moves), at, NOW + ends + key * SECOND)
    ends_at = {key: times[-1] for key, times in service.changes.items()}
    closed: dict[int, datetime] = {}
    while service.now < NOW + 24 * HOUR:
        before = {*service.jobs}
        service.turn()
        closed |= dict.fromkeys(before - service.jobs.keys(), service.now)
        service.now = service.next_turn()
    assert service.jobs == {}
    assert busiest(service.asked) <= service.budget
    assert max(closed[key] - end for key, end in ends_at.items()) < timedelta(minutes=10)
    early = [key for at, key in service.asked if key % 5 in (1, 2) and at < NOW + 10 * HOUR]
    assert len(early) == 200, "each was seen once, and then left alone"
    by_kind = Counter(key % 5 for _, key in service.asked)
    # A phone that is off for 23 hours is asked for some 60 times, however many others there are.
    assert by_kind[3] + by_kind[4] < 200 * 80
    assert by_kind[0] + by_kind[1] + by_kind[2] < 300 * 40
    assert service.lists < 24 * 60


@pytest.mark.parametrize(("budget", "shown"), [(18, 14), (18, 12), (15, 12), (28, 22)])
def test_with_1000_open_jobs_those_on_screen_are_at_most_10_seconds_old(budget: int, shown: int) -> None:
    service, on_screen, oldest = Service(budget), tuple(range(shown)), timedelta(0)
    for key in range(1000):
        service.add(Watched(key, NOW - key * SECOND, NOW))
    end = NOW + timedelta(minutes=15)
    while service.now < end:
        service.turn(on_screen)
        if service.now >= NOW + 10 * SECOND:
            for key in on_screen:
                asked_at = service.jobs[key].asked_at
                assert asked_at is not None
                oldest = max(oldest, service.now + SECOND - asked_at)
        service.now += SECOND
    assert oldest <= 10 * SECOND
    assert busiest(service.asked) <= budget
    unseen = [one for one in service.jobs.values() if one.asked_at is None]
    rest = sum(key not in on_screen for _, key in service.asked)
    assert rest >= others_room(shown, budget) * 80
    assert len(unseen) <= max(0, 1000 - shown - rest)


def test_the_budget_that_reports_may_use() -> None:
    assert [reports_room(allowed, sends=False) for allowed in (1, 4, 8, 20, 100)] == [1, 3, 6, 18, 98]
    assert [reports_room(allowed, sends=True) for allowed in (1, 4, 8, 20, 100)] == [1, 3, 6, 15, 75]


def test_what_the_others_do_not_need_is_for_the_jobs_on_screen() -> None:
    shown = [job(key) for key in range(18)]
    some = [job(key) for key in (30, 31)]
    assert len(plan(shown, range(18), 18, NOW).on_screen) == 18
    assert len(plan([*shown, *some], range(18), 18, NOW).on_screen) == 16
    spent = Spent(others=(NOW - SECOND, NOW - SECOND))
    assert len(plan(shown, range(18), 18, NOW, spent).on_screen) == 16
    many = [job(key) for key in range(30, 60)]
    planned = plan([*shown, *many], range(18), 18, NOW)
    assert (len(planned.on_screen), len(planned.others)) == (14, 4)


def test_lists_come_first_of_what_is_not_for_the_screen() -> None:
    shown, many = [job(key) for key in range(18)], [job(key) for key in range(30, 60)]
    planned = plan([*shown, *many], range(18), 18, NOW, lists=2)
    assert (len(planned.on_screen), len(planned.others), planned.lists) == (14, 2, True)
    spent = Spent(others=(NOW - SECOND,) * 3)
    planned = plan([*shown, *many], range(18), 18, NOW, spent, lists=2)
    assert (len(planned.on_screen), planned.others, planned.lists) == (14, (), False), (
        "as soon as there is room"
    )
    assert plan([*shown, *many], range(18), 18, NOW, Spent(), lists=99).lists
    planned = plan(shown, range(18), 18, NOW, lists=1)
    assert (len(planned.on_screen), planned.lists) == (17, True)
    assert not plan(shown, (), 18, NOW).lists


def test_where_not_all_can_be_fresh_the_job_that_is_read_is_and_the_others_take_turns() -> None:
    service, on_screen, oldest = Service(18), (7, *range(30)), Counter[int]()
    for key in range(1000):
        service.add(Watched(key, NOW - key * SECOND, NOW))
    for _ in range(300):
        service.turn(on_screen)
        for key in on_screen:
            asked_at = service.jobs[key].asked_at
            if service.now > NOW + 60 * SECOND and asked_at is not None:
                oldest[key] = max(oldest[key], int((service.now - asked_at) / SECOND) + 1)
        service.now += SECOND
    assert oldest.pop(7) <= 10
    assert len(oldest) == 29
    # Of 14 requests in 10 seconds it has one or two: three rounds see each of the others.
    assert max(oldest.values()) <= 30


def test_a_woken_laptop_catches_up_on_screen_first_then_the_newest_then_the_rest() -> None:
    service = Service()
    for key in range(60):
        age = timedelta(minutes=2 * key + 1)
        one = Watched(key, NOW - age, NOW, NOW, NOW - age)
        service.add(replace(one, next_ask_at=next_ask(one, NOW)))
    service.now = NOW + 8 * HOUR
    service.turn((50, 40))
    woken = [key for _, key in service.asked]
    assert set(woken[:2]) == {40, 50}
    assert woken[2:] == [*range(len(woken) - 2)]
    for _ in range(60):
        service.now += SECOND
        service.turn((50, 40))
    assert {key for _, key in service.asked} == {*range(60)}
    assert busiest(service.asked) <= service.budget


TIMES = st.integers(-(10**6), 10**6).map(lambda seconds: NOW + timedelta(seconds=seconds))
JOBS = st.builds(
    Watched, st.integers(0, 40), TIMES, TIMES, st.none() | TIMES, st.none() | TIMES, st.none() | TIMES
)


@given(
    st.lists(JOBS, max_size=30, unique_by=lambda one: one.key),
    st.sets(st.integers(0, 40), max_size=20),
    st.integers(1, 40),
    st.lists(st.tuples(st.integers(0, 12), st.booleans()), max_size=20),
)
def test_never_more_than_the_budget_and_never_one_that_waits(
    jobs: list[Watched], on_screen: set[int], room: int, before: list[tuple[int, bool]]
) -> None:
    spent = Spent()
    for ago, shown in sorted(before, reverse=True):
        spent = spent.at(NOW - timedelta(seconds=ago), on_screen=shown)
    used = sum(NOW - at < WINDOW for at in (*spent.on_screen, *spent.others))
    planned = plan(jobs, on_screen, room, NOW, spent)
    both = (*planned.on_screen, *planned.others)
    assert len(set(both)) == len(both) <= max(room, used)
    known = {one.key: one for one in jobs}
    assert not any(known[key].waits(NOW) for key in both)
    hidden = [one for one in jobs if one.is_due(NOW) and one.key not in on_screen]
    if hidden and not spent.others:
        assert planned.others or room == 1, "what is on screen does not starve the others"


@given(st.data())
def test_nobody_starves_and_what_is_finished_is_never_asked(data: st.DataObject) -> None:
    room, count = data.draw(st.integers(2, 12)), data.draw(st.integers(1, 30))
    on_screen = tuple(data.draw(st.sets(st.integers(0, count - 1), max_size=count)))
    service = Service(room, feed=False)
    ends = data.draw(st.lists(st.integers(0, 200), min_size=count, max_size=count))
    for key, end in enumerate(ends):
        age = timedelta(seconds=data.draw(st.integers(0, 10**5)))
        service.add(Watched(key, NOW - age, NOW - age), NOW + timedelta(seconds=end))
    for _ in range(400):
        gone = set(ends) and {*range(count)} - service.jobs.keys()
        before = len(service.asked)
        service.turn(on_screen)
        assert not gone & {key for _, key in service.asked[before:]}
        service.now += SECOND
    assert busiest(service.asked) <= room if service.asked else True
    assert {key for _, key in service.asked} == {*range(count)}


# --- the feed, and trouble


def test_a_list_is_worth_it_for_many_jobs_and_less_often_while_nothing_stirs() -> None:
    assert not list_is_due(MANY - 1, NOW, None, NOW)
    assert list_is_due(MANY, NOW, None, NOW)
    minutes = [timedelta(minutes=n) for n in range(15)]
    for quiet, pause in ((timedelta(0), 1), (timedelta(minutes=30), 3), (10 * HOUR, 5)):
        due = [list_is_due(MANY, NOW - quiet, NOW - ago, NOW) for ago in minutes]
        assert due.index(True) == pause
    assert list_is_due(MANY, NOW, NOW + HOUR, NOW)


def test_a_data_centre_that_fails_is_left_alone_ever_longer_up_to_a_minute() -> None:
    trouble: Trouble | None = None
    pauses = []
    for _ in range(8):
        trouble = after_failure(trouble, NOW, 1.0)
        pauses.append((trouble.until - NOW).total_seconds())
        assert trouble.rests(trouble.until - SECOND)
        assert not trouble.rests(trouble.until)
        assert not trouble.rests(NOW - 2 * HOUR), "the clock was set back"
    assert pauses == [2, 4, 8, 16, 32, 60, 60, 60]
    assert after_failure(None, NOW, 0.0).until == NOW + SECOND


def test_too_many_halves_what_an_account_is_asked_and_other_trouble_does_not() -> None:
    pace = learnt(None, None, 20, NOW)
    assert pace.within(20) == 20
    slow = learnt(pace, TooManyRequests(), 20, NOW)
    assert slow.within(20) == 10
    assert slow.rest(NOW) > timedelta(0)
    assert learnt(slow, NoAnswer(), 20, NOW) == slow
    assert learnt(slow, NotFound(), 20, NOW).allowed > slow.allowed
    for _ in range(200):
        slow = learnt(slow, None, 20, NOW)
    assert slow.within(20) == 20


def test_a_fresh_answer_on_screen_is_not_asked_for() -> None:
    for ago, stale in ((0, False), (7, False), (8, True), (100, True)):
        assert job(asked_at=NOW - ago * SECOND).is_stale(NOW) is stale
    assert FRESH < WINDOW
