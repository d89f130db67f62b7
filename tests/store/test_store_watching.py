"""What the watcher asks of the store: what is due, what was heard, what has closed."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from planned import made_ready
from sqlalchemy import func, select

from smsdesk.core.blackouts import Period
from smsdesk.core.campaign import Campaign, Message
from smsdesk.core.handing import AT_ONCE, Handing
from smsdesk.core.options import Options
from smsdesk.core.outbox import After, Event, Hold
from smsdesk.core.polling import KEPT
from smsdesk.core.recipients import Recipients
from smsdesk.core.request import JobId, JobReport, RecipientReport, SmsId
from smsdesk.store import (
    background,
    budget,
    discovering,
    holding,
    pauses,
    queueing,
    schema,
    states,
    watching,
)

Make = Callable[..., Campaign]
HERE, THERE = "https://a.example/v1", "https://b.example/v1"
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def job_id(number: int) -> JobId:
    return JobId(f"J.20310301-090000.000-0{number:017}")


def accepted(workspace: Any, campaign: Campaign) -> int:
    """Sends a campaign of one job; its key."""
    (entry,) = workspace.queued(campaign)
    assert workspace.take().id == entry
    workspace.settle(entry, After(Event.ACCEPT), job=job_id(entry))
    return int(workspace.read(lambda c: c.scalar(select(func.max(schema.jobs.c.key)))))


def row(n: int, process: str = "OPEN", status: str | None = None, **named: Any) -> RecipientReport:
    return RecipientReport(SmsId(f"S.{n}"), f"+4917601{n:06}", process, status, reference=f"R{n}", **named)


def hear(workspace: Any, key: int, *rows: RecipientReport, url: str = HERE, report: Any = None) -> Any:
    told = watching.Told(b"{}", report) if report else None
    answer = repr(rows).encode()
    return workspace.write(watching.heard, key, url, told, answer, lambda _: rows, workspace.now)


def due(workspace: Any, *on_screen: int, account: str = "Main") -> list[int]:
    found = workspace.read(watching.open_jobs, account, on_screen, workspace.now)
    return [one.watched.key for one in found if one.watched.is_due(workspace.now)]


def watched(workspace: Any, key: int) -> Any:
    (one,) = (
        one
        for one in workspace.read(watching.open_jobs, "Main", (key,), workspace.now)
        if one.watched.key == key
    )
    return one.watched


def column(workspace: Any, name: str, key: int) -> Any:
    c = schema.jobs.c
    return workspace.read(lambda connection: connection.scalar(select(c[name]).where(c.key == key)))


def due_times(workspace: Any) -> list[datetime | None]:
    c = schema.sms.c
    return list(workspace.read(lambda connection: connection.scalars(select(c.due_at).order_by(c.id)).all()))


# --- what is reckoned when a campaign is queued


def test_when_each_sms_is_to_leave_is_kept(workspace: Any, make: Make) -> None:
    later, evening = workspace.now + 2 * HOUR, workspace.now + 9 * HOUR
    people = [f"+4917601{n:06}" for n in range(3)]
    rows = Recipients(people, ["R0", "R1", "R2"], {}, {1: (Period(workspace.now, evening),)})
    options = Options(start_at=later, validity_min=60)
    key = accepted(workspace, make(messages=(Message("Hello", rows),), options=options))
    assert due_times(workspace) == [later, evening, later]
    assert column(workspace, "starts_at", key) == later
    assert column(workspace, "give_up_at", key) == evening + HOUR
    waiting = watched(workspace, key)
    assert not waiting.waits(workspace.now), "it is asked for once"
    hear(workspace, key, row(0), row(1), row(2))
    assert watched(workspace, key).moves_at == later
    assert due(workspace) == []
    assert column(workspace, "next_ask_at", key) == later
    workspace.passes(hours=2)
    assert due(workspace) == [key]
    assert hear(workspace, key, row(0, "DONE", "SUC_ACC"), row(1), row(2, "RUNNING")).changed
    assert watched(workspace, key).moves_at is None
    hear(workspace, key, row(0, "DONE", "SUC_ACC"), row(1), row(2, "DONE", "SUC_ACC"))
    assert watched(workspace, key).moves_at == evening


def test_what_is_held_here_leaves_no_sooner(workspace: Any, make: Make) -> None:
    until = workspace.now + HOUR
    ready = tuple(made_ready(make(2)))
    workspace.write(queueing.commit, make(2), ready, workspace.now, Handing(hold_until=until))
    assert due_times(workspace) == [until, until]
    assert AT_ONCE.hold_until is None


# --- what is due


def test_jobs_are_due_by_account_and_those_on_screen_are_told_too(workspace: Any, make: Make) -> None:
    keys = [accepted(workspace, make(1, number)) for number in (1, 2)]
    assert set(due(workspace)) == {*keys}
    assert due(workspace, account="Other") == []
    assert workspace.read(watching.accounts) == ("Main",)
    hear(workspace, keys[0], row(0))
    assert due(workspace, *keys) == [keys[1]]
    assert watched(workspace, keys[0]).asked_at == workspace.now
    workspace.passes(seconds=3)
    assert set(due(workspace)) == {*keys}
    hear(workspace, keys[0], row(0, "DONE", "SUC_FIN"))
    assert due(workspace, *keys) == [keys[1]], "what is finished is never asked for"


def test_an_answer_without_a_job_is_no_answer(workspace: Any, make: Make) -> None:
    key = accepted(workspace, make(1))
    assert hear(workspace, key) is None
    assert watched(workspace, key).asked_at is None
    assert hear(workspace, key, report=JobReport(job_id(1))).changed == ()
    assert watched(workspace, key).asked_at == workspace.now


def test_only_what_changed_is_told(workspace: Any, make: Make) -> None:
    key = accepted(workspace, make(3))
    first = hear(workspace, key, row(0), row(1), row(2))
    assert len(first.changed) == 3
    workspace.passes(seconds=5)
    assert hear(workspace, key, row(0), row(1), row(2)).changed == ()
    assert watched(workspace, key).asked_at == workspace.now
    assert len(hear(workspace, key, row(0), row(1, "RUNNING"), row(2)).changed) == 1


def test_the_same_answer_again_is_not_read_again_and_a_finished_job_is_believed_in_time(
    workspace: Any, make: Make
) -> None:
    key = accepted(workspace, make(1))
    finished_at = workspace.now
    odd = row(0, "PARKED")
    hear(workspace, key, odd, report=JobReport(job_id(1), finished_at=finished_at))
    workspace.passes(minutes=14)
    assert hear(workspace, key, odd) == watching.Heard((), None)
    assert watched(workspace, key).asked_at == workspace.now
    assert [one.kind for one in workspace.read(states.answers_of, key)] == ["recipients", "job"]
    workspace.passes(minutes=1)
    hear(workspace, key, odd)
    assert column(workspace, "final", key)


def test_who_hears_last_that_a_job_is_over_does_not_open_it_again(workspace: Any, make: Make) -> None:
    key = accepted(workspace, make(2))
    rows = [row(n, "DONE", "SUC_ACC") for n in range(2)]
    hear(workspace, key, *rows)
    assert column(workspace, "final", key) is True
    # A second program had asked before.
    hear(workspace, key, *rows)
    assert column(workspace, "final", key) is True


def test_what_is_heard_of_a_job_that_has_gone_meanwhile_is_nothing(workspace: Any) -> None:
    key = workspace.write(background.job_of_another, "Main", job_id(7), workspace.now)
    workspace.write(discovering.give_way, job_id(7))
    assert hear(workspace, key, row(0), report=JobReport(job_id(7))) == watching.Heard((), None)
    workspace.write(watching.put_off, key, workspace.now)
    assert workspace.read(lambda c: c.scalar(select(func.count()).select_from(schema.sms))) == 0


def test_reports_leave_a_quarter_while_something_may_go_now_or_soon(workspace: Any, make: Make) -> None:
    def room(account: str = "Main") -> int:
        return int(workspace.read(watching.room, account, workspace.now, 20))

    assert room() == 18
    ready = tuple(made_ready(make(1)))
    undo = workspace.write(queueing.commit, make(1), ready, workspace.now, Handing(undo=MINUTE))
    assert room() == 18, "it can still be undone for a minute"
    workspace.passes(seconds=50)
    assert (room(), room("Other")) == (15, 18)
    workspace.write(pauses.add, "", Hold.PERSON, None, workspace.now)
    assert room() == 18, "nothing goes while everything is paused"
    workspace.write(pauses.end, "", Hold.PERSON)
    workspace.passes(seconds=20)
    workspace.write(holding.mature, workspace.now)
    assert room() == 15
    assert workspace.take().id == undo[0]
    assert room() == 18, "it is on its way: its request is counted"
    workspace.settle(undo[0], After(Event.PUT_BACK, workspace.now + MINUTE))
    assert room() == 18
    workspace.passes(seconds=50)
    assert room() == 15
    workspace.passes(hours=-48)
    assert room() == 15, "a pause longer than any comes of a clock that was set back"


def test_a_request_of_a_report_counts_and_leaves_what_sends_need(workspace: Any, make: Make) -> None:
    took = [workspace.write(watching.take, "Main", workspace.now, 20) for _ in range(19)]
    assert [*map(bool, took)] == [False] * 18 + [True]
    assert workspace.read(budget.used, "Main", workspace.now) == 18
    workspace.passes(seconds=10)
    workspace.queued(make(1))
    took = [workspace.write(watching.take, "Main", workspace.now, 20) for _ in range(16)]
    assert [*map(bool, took)] == [False] * 15 + [True]


def test_a_job_that_nobody_knows_is_asked_for_ever_less_and_closed_after_three_months(
    workspace: Any, make: Make
) -> None:
    key = accepted(workspace, make(1))
    hear(workspace, key, row(0))
    workspace.passes(hours=1)
    workspace.write(watching.put_off, key, workspace.now)
    assert column(workspace, "next_ask_at", key) == workspace.now + HOUR / 10
    assert workspace.read(watching.expiring, workspace.now) == 0
    workspace.passes(seconds=KEPT.total_seconds() - 6 * 86400)
    assert workspace.read(watching.expiring, workspace.now) == 1
    workspace.write(watching.close_unreported, key, workspace.now)
    assert workspace.read(watching.expiring, workspace.now) == 0
    assert due(workspace, key) == []
    assert column(workspace, "closed_at", key) == workspace.now


# --- the change feed


def test_a_feed_is_about_what_was_seen_at_a_data_centre_and_can_change(workspace: Any, make: Make) -> None:
    keys = [accepted(workspace, make(1, number)) for number in (1, 2, 3, 4)]
    began = workspace.now
    assert workspace.read(watching.feeds, "Main", workspace.now) == ()
    workspace.passes(minutes=1)
    hear(workspace, keys[0], row(0))
    hear(workspace, keys[1], row(0), url=THERE)
    workspace.passes(minutes=1)
    hear(workspace, keys[2], row(0), url=THERE)
    feeds = {feed.url: feed for feed in workspace.read(watching.feeds, "Main", workspace.now)}
    assert {url: feed.jobs for url, feed in feeds.items()} == {HERE: 1, THERE: 2}
    assert feeds[THERE].oldest_at == began
    assert feeds[THERE].stirred_at == workspace.now
    listed = [job_id(1), job_id(3)]
    told = workspace.read(watching.unlisted, "Main", THERE, began, listed)
    assert told == {keys[1]}
    assert workspace.read(watching.unlisted, "Main", THERE, began + HOUR, ()) == frozenset()


def test_what_has_closed_is_asked_for_before_all_others(workspace: Any, make: Make) -> None:
    keys = [accepted(workspace, make(1, number)) for number in (1, 2)]
    for key in keys:
        hear(workspace, key, row(0))
    workspace.passes(hours=5)
    hear(workspace, keys[1], row(0))
    workspace.passes(minutes=1)
    assert due(workspace) == [keys[0]]
    workspace.write(watching.hurry, [keys[1]], workspace.now)
    assert set(due(workspace)) == {*keys}
    workspace.passes(seconds=9)
    urgent, late = watched(workspace, keys[1]), watched(workspace, keys[0])
    assert urgent.overdue(workspace.now) > 4
    assert late.key == keys[0]


def test_what_the_service_says_differently_from_what_was_asked_is_kept_until_it_is_right(
    workspace: Any, make: Make
) -> None:
    key = accepted(workspace, make(2, options=Options(src="Nordlicht", encoding="STANDARD")))
    told = JobReport(job_id(1), src="Nordlicht", encoding="utf-16", sms_ids=(SmsId("S.0"),))
    hear(workspace, key, row(0), report=told)
    assert json.loads(column(workspace, "asked_differs", key)) == [
        ["encoding", "STANDARD", "utf-16"],
        ["count", "2", "1"],
    ]
    right = replace(told, encoding="standard", sms_ids=(SmsId("S.0"), SmsId("S.1")))
    hear(workspace, key, row(0), row(1), report=right)
    assert column(workspace, "asked_differs", key) is None


def test_of_a_job_of_another_program_nobody_knows_what_was_asked(workspace: Any) -> None:
    key = workspace.write(background.job_of_another, "Main", job_id(9), workspace.now)
    hear(workspace, key, row(0), report=JobReport(job_id(9), src="Kiel"))
    assert column(workspace, "asked_differs", key) is None
