"""Whom a follow-up is for: who was reached since, by whatever SMS, or may yet be, is left out by default."""

from collections.abc import Callable
from typing import Any

import pytest
from reporting import ONE, TWO, accepted, heard, job_id, report
from sqlalchemy import update

from smsdesk.core.campaign import Campaign, CampaignId, Message
from smsdesk.core.following import Reach
from smsdesk.core.outbox import After, Event
from smsdesk.core.recipients import Recipients
from smsdesk.store import background, following, jobs, outbox, schema

Make = Callable[..., Campaign]
OTHER = "00" + ONE[1:]


def to_one(make: Make, number: int, dst: str = ONE, **named: Any) -> Campaign:
    return make(number=number, messages=(Message("Hello", Recipients([dst], ["R0"], {})),), **named)


def missed(workspace: Any, make: Make) -> int:
    """The key of a job whose SMS was not delivered."""
    (key,) = accepted(workspace, to_one(make, 1))
    heard(workspace, key, report(1, ONE, "DONE", "TIMEOUT", reference="R0"))
    workspace.passes(minutes=5)
    return key


def reach(workspace: Any, key: int) -> Reach:
    (one,) = workspace.read(following.of_job, key).some
    found: Reach = one.reach
    return found


def test_nobody_was_reached_since(workspace: Any, make: Make) -> None:
    assert reach(workspace, missed(workspace, make)) is Reach.MISSED


@pytest.mark.parametrize(
    ("status", "reached"),
    [
        (("DONE", "SUC_FIN"), Reach.SINCE),
        (("DONE", "SUC_ACC"), Reach.SINCE),
        (("DONE", "TIMEOUT"), Reach.MISSED),
        (("DONE", "SEND_ERR"), Reach.MISSED),
        (("RUNNING", "SUC_ACC"), Reach.MISSED),
        (("OPEN", None), Reach.MISSED),
    ],
)
def test_reached_by_any_later_campaign(workspace: Any, make: Make, status: Any, reached: Reach) -> None:
    key = missed(workspace, make)
    (later,) = accepted(workspace, to_one(make, 2))
    heard(workspace, later, report(2, ONE, *status, reference="R0"))
    assert reach(workspace, key) is reached


def test_what_came_before_reached_nobody_since(workspace: Any, make: Make) -> None:
    (before,) = accepted(workspace, to_one(make, 2))
    heard(workspace, before, report(2, ONE, "DONE", "SUC_FIN", reference="R0"))
    workspace.passes(minutes=5)
    assert reach(workspace, missed(workspace, make)) is Reach.MISSED


@pytest.mark.parametrize("dst", [ONE, OTHER])
def test_reached_by_another_program_in_whatever_spelling(workspace: Any, make: Make, dst: str) -> None:
    key = missed(workspace, make)
    other = workspace.write(background.job_of_another, "Main", job_id(77), workspace.now)
    heard(workspace, other, report(2, dst, "DONE", "SUC_FIN"), receipt_at=workspace.now)
    assert reach(workspace, key) is Reach.SINCE


def test_a_job_of_another_program_is_followed_by_what_reached_its_people_since(
    workspace: Any, make: Make
) -> None:
    other = workspace.write(background.job_of_another, "Main", job_id(77), workspace.now)
    heard(workspace, other, report(2, OTHER, "DONE", "TIMEOUT"), receipt_at=workspace.now)
    assert reach(workspace, other) is Reach.MISSED
    workspace.passes(minutes=5)
    (later,) = accepted(workspace, to_one(make, 2))
    heard(workspace, later, report(3, ONE, "DONE", "SUC_FIN", reference="R0"))
    assert reach(workspace, other) is Reach.SINCE


def test_under_way_in_a_follow_up_or_in_one_of_that(workspace: Any, make: Make) -> None:
    first = to_one(make, 1)
    key = missed(workspace, make)
    second = to_one(make, 2, follows=first.id)
    (entry,) = workspace.queued(second)
    assert reach(workspace, key) is Reach.SINCE, "in the outbox"
    workspace.take()
    workspace.settle(entry, After(Event.ACCEPT), job=job_id(entry))
    (later,) = (line.key for line in workspace.read(jobs.lines, "all") if line.key != key)
    heard(workspace, later, report(2, ONE, "RUNNING", reference="R0"))
    assert reach(workspace, key) is Reach.SINCE
    heard(workspace, later, report(2, ONE, "DONE", "TIMEOUT", reference="R0"))
    assert reach(workspace, key) is Reach.MISSED
    workspace.passes(minutes=5)
    workspace.queued(to_one(make, 3, follows=second.id))
    assert reach(workspace, later) is Reach.SINCE
    assert reach(workspace, key) is Reach.SINCE, "by way of the follow-up"


def test_another_campaign_under_way_is_no_follow_up(workspace: Any, make: Make) -> None:
    key = missed(workspace, make)
    workspace.queued(to_one(make, 2))
    assert reach(workspace, key) is Reach.MISSED


def test_a_follow_up_that_was_cancelled_or_refused_is_not_under_way(workspace: Any, make: Make) -> None:
    key = missed(workspace, make)
    (entry,) = workspace.queued(to_one(make, 2, follows=CampaignId(f"{1:032x}")))
    assert reach(workspace, key) is Reach.SINCE
    workspace.write(outbox.cancel, [entry], workspace.now)
    assert reach(workspace, key) is Reach.MISSED
    (other,) = workspace.queued(to_one(make, 3, follows=CampaignId(f"{1:032x}")))
    assert workspace.take().id == other
    workspace.settle(other, After(Event.REFUSE), reason="status")
    assert reach(workspace, key) is Reach.MISSED


def test_a_follow_up_left_in_doubt_may_have_arrived(workspace: Any, make: Make) -> None:
    key = missed(workspace, make)
    (entry,) = workspace.queued(to_one(make, 2, follows=CampaignId(f"{1:032x}")))
    workspace.take()
    workspace.settle(entry, After(Event.LOSE), reason="timeout")
    assert reach(workspace, key) is Reach.SINCE
    workspace.write(outbox.cancel, [entry], workspace.now)
    assert reach(workspace, key) is Reach.SINCE


def test_what_the_service_no_longer_reports_nobody_can_know(workspace: Any, make: Make) -> None:
    (key,) = accepted(workspace, to_one(make, 1))
    heard(workspace, key, report(1, ONE, "RUNNING", reference="R0"))
    assert reach(workspace, key) is Reach.OPEN
    closed = {"final": True, "closed_at": workspace.now}
    workspace.write(lambda c: c.execute(update(schema.jobs).values(closed)))
    assert reach(workspace, key) is Reach.PROBABLE


def test_a_person_twice_in_one_job_is_not_reached_since_by_the_other(workspace: Any, make: Make) -> None:
    texts = (
        Message("Hello", Recipients([ONE], ["a"], {})),
        Message("Bye", Recipients([ONE, TWO], ["b", "c"], {})),
    )
    (key,) = accepted(workspace, make(number=1, messages=texts))
    heard(
        workspace,
        key,
        report(1, ONE, "DONE", "TIMEOUT", reference="a"),
        report(2, ONE, "DONE", "SUC_FIN", reference="b"),
        report(3, TWO, "DONE", "INVALID_DST", reference="c"),
    )
    found = workspace.read(following.of_job, key)
    assert [(one.text, one.reach) for one in found.some] == [
        ("Hello", Reach.MISSED),
        ("Bye", Reach.REACHED),
        ("Bye", Reach.HOPELESS),
    ]


def test_a_chain_tells_each_campaign_and_what_it_follows(workspace: Any, make: Make) -> None:
    first, second = to_one(make, 1), to_one(make, 2, follows=CampaignId(f"{1:032x}"))
    for one in (first, second, to_one(make, 3, follows=second.id), to_one(make, 4, follows=first.id)):
        accepted(workspace, one)
        workspace.passes(minutes=1)
    for one in range(1, 5):
        links = workspace.read(following.chain, CampaignId(f"{one:032x}"))
        told = [(link.name[-1], link.follows and link.follows[-1]) for link in links]
        assert told == [("1", None), ("2", "1"), ("4", "1"), ("3", "2")]
