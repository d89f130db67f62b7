"""Leases and the request budget: two programs on one workspace share both."""

from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smsdesk.store import budget, leases
from smsdesk.store.workspace import Store

SPAN = timedelta(seconds=30)


def acquired(workspace: Any, owner: str, name: str = "send:Main") -> bool:
    return workspace.write(leases.acquire, name, owner, workspace.now, SPAN) is not None


def test_a_lease_has_one_holder_until_it_is_over(workspace: Any) -> None:
    assert workspace.read(leases.holder, "send:Main") is None
    assert acquired(workspace, "one")
    assert not acquired(workspace, "two")
    assert acquired(workspace, "two", "send:Other")
    workspace.passes(seconds=29)
    assert not acquired(workspace, "two")
    workspace.passes(seconds=1)
    assert workspace.read(leases.holder, "send:Main") == "one"
    assert acquired(workspace, "two")
    assert not acquired(workspace, "one")


def test_its_holder_renews_it(workspace: Any) -> None:
    for _ in range(4):
        assert acquired(workspace, "one")
        workspace.passes(seconds=20)
        assert not acquired(workspace, "two")


def test_given_back_it_is_free_at_once(workspace: Any) -> None:
    acquired(workspace, "one")
    workspace.write(leases.release, "send:Main", "two")
    assert workspace.read(leases.holder, "send:Main") == "one"
    workspace.write(leases.release, "send:Main", "one")
    assert workspace.read(leases.holder, "send:Main") is None
    assert acquired(workspace, "two")


def test_of_two_programs_one_gets_it(workspace: Any) -> None:
    with Store.open(workspace.folder) as other:
        asked = [
            store.write(leases.acquire, "send:Main", owner, workspace.now, SPAN)
            for store, owner in ((workspace.store, "one"), (other, "two"))
        ]
        assert sum(future.result() is not None for future in asked) == 1


def test_set_back_the_clock_keeps_nobody_from_it_for_longer_than_its_span(workspace: Any) -> None:
    acquired(workspace, "one")
    workspace.passes(days=-2)
    assert not acquired(workspace, "two")
    assert not acquired(workspace, "two")
    workspace.passes(seconds=29)
    assert not acquired(workspace, "two")
    workspace.passes(seconds=1)
    assert acquired(workspace, "two")


def test_its_holder_keeps_it_when_the_clock_is_set_back(workspace: Any) -> None:
    acquired(workspace, "one")
    workspace.passes(days=-2)
    for _ in range(3):
        assert not acquired(workspace, "two")
        workspace.passes(seconds=15)
        assert acquired(workspace, "one")


def asked(workspace: Any, allowed: int = 3, reserve: int = 0, account: str = "Main") -> float:
    wait = workspace.write(budget.take, account, workspace.now, allowed, reserve)
    return float(wait.total_seconds())


def test_so_many_requests_in_ten_seconds(workspace: Any) -> None:
    assert [asked(workspace), asked(workspace)] == [0, 0]
    workspace.passes(seconds=4)
    assert asked(workspace) == 0
    assert asked(workspace) == 6
    assert asked(workspace, account="Other") == 0
    assert workspace.read(budget.used, "Main", workspace.now) == 3
    workspace.passes(seconds=5.5)
    assert asked(workspace) == 0.5
    workspace.passes(seconds=0.5)
    assert workspace.read(budget.used, "Main", workspace.now) == 1
    assert [asked(workspace), asked(workspace)] == [0, 0]
    assert asked(workspace) == 4


def test_set_back_the_clock_costs_one_window_at_most(workspace: Any) -> None:
    assert [asked(workspace) for _ in range(3)] == [0, 0, 0]
    workspace.passes(days=-2)
    assert workspace.read(budget.used, "Main", workspace.now) == 0
    assert asked(workspace) == 10
    assert workspace.read(budget.used, "Main", workspace.now) == 3
    workspace.passes(seconds=10)
    assert asked(workspace) == 0
    assert asked(workspace, account="Other") == 0


def test_some_are_left_for_sends(workspace: Any) -> None:
    assert asked(workspace, 3, 2) == 0
    assert asked(workspace, 3, 2) == 10
    workspace.passes(seconds=2)
    assert [asked(workspace, 3), asked(workspace, 3)] == [0, 0]
    assert asked(workspace, 3) == 8
    # For the one that leaves room, all three must be over.
    assert asked(workspace, 3, 2) == 10


def test_a_reserve_as_large_as_the_budget_still_lets_one_go(workspace: Any) -> None:
    assert asked(workspace, 2, 5) == 0
    assert asked(workspace, 2, 5) == 10


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4000), st.integers(0, 3)), max_size=25))
def test_never_more_than_allowed_and_the_wait_is_long_enough(
    workspace: Any, asks: list[tuple[int, int]]
) -> None:
    workspace.passes(minutes=1)
    granted = []
    for pause, reserve in asks:
        workspace.passes(milliseconds=pause)
        if wait := asked(workspace, 4, reserve):
            assert 0 < wait <= 10
            workspace.passes(seconds=wait)
            assert asked(workspace, 4, reserve) == 0
        granted.append(workspace.now)
        assert sum(at > workspace.now - budget.WINDOW for at in granted) <= 4
