"""The outbox on disk: each job goes once, by one sender, and every step is told."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from planned import made_ready
from sqlalchemy import update

from smsdesk.core.campaign import Campaign, Message
from smsdesk.core.errors import WorkspaceBroken
from smsdesk.core.outbox import After, EntryId, EntryState, Event, sources, step
from smsdesk.core.request import JobId
from smsdesk.desk.sending import without
from smsdesk.store import drafts, jobs, leases, outbox, queueing, schema, watching
from smsdesk.store.workspace import Store

Make = Callable[..., Campaign]
ACCEPTED, REFUSED = After(Event.ACCEPT), After(Event.REFUSE)
UNCERTAIN = After(Event.LOSE)
JOB = JobId("J.20310301-090000.000-0abcdefghijklmnopq1")


def state(workspace: Any, entry: EntryId) -> EntryState:
    found: EntryState = workspace.read(outbox.entry, entry).state
    return found


def taken(workspace: Any, owner: str = "one") -> Any:
    return workspace.take(owner)


def settled(
    workspace: Any, entry: EntryId, after: After, owner: str = "one", job: JobId | None = None
) -> bool:
    done: bool = workspace.settle(entry, after, owner, job, "why")
    return done


def codes(workspace: Any, entry: EntryId) -> list[str]:
    return [step.code for step in workspace.read(outbox.steps_of, entry)]


def test_a_campaign_is_queued_whole(workspace: Any, make: Make) -> None:
    ids = workspace.queued(make(7000))
    found = workspace.read(outbox.entries)
    assert [entry.id for entry in found] == list(reversed(ids))
    assert [(e.number, e.of, e.sms_count, e.state) for e in reversed(found)] == [
        (1, 3, 3000, EntryState.QUEUED),
        (2, 3, 3000, EntryState.QUEUED),
        (3, 3, 1000, EntryState.QUEUED),
    ]
    assert {(e.campaign, e.account, e.tries, e.since, e.job_id) for e in found} == {
        ("Campaign 1", "Main", 0, workspace.now, None)
    }
    assert len({e.mark for e in found}) == 3
    assert [workspace.read(outbox.body, entry) for entry in ids] == [
        b'{"job": 0}',
        b'{"job": 1}',
        b'{"job": 2}',
    ]
    assert codes(workspace, ids[0]) == ["queued"]
    assert workspace.read(drafts.load, make().id).sms_count == 7000


def test_queued_twice_is_queued_once(workspace: Any, make: Make) -> None:
    ids = workspace.queued(make(2))
    workspace.passes(minutes=1)
    assert workspace.queued(make(5)) == ids
    assert [entry.sms_count for entry in workspace.read(outbox.entries)] == [2]
    assert workspace.read(drafts.load, make().id).sms_count == 2


def test_two_programs_queue_the_same_campaign_at_the_same_moment(workspace: Any, make: Make) -> None:
    with Store.open(workspace.folder) as other:
        ready = tuple(made_ready(make()))
        first = workspace.store.write(queueing.commit, make(), ready, workspace.now)
        second = other.write(queueing.commit, make(), ready, workspace.now)
        assert first.result() == second.result()
    assert len(workspace.read(outbox.entries)) == 1


def test_the_sms_of_a_job_are_there_before_it_goes(workspace: Any, make: Make) -> None:
    campaign = make(2)
    ready = tuple(made_ready(campaign))
    (entry,) = workspace.write(queueing.commit, campaign, ready, workspace.now)
    assert workspace.read(jobs.lines, "all") == ()
    settled(workspace, taken(workspace).id, ACCEPTED, job=JOB)
    (line,) = workspace.read(jobs.lines, "all")
    assert (line.sms_count, line.waiting, line.own, line.final, line.job_id) == (2, 2, True, False, JOB)
    rows = workspace.read(jobs.recipients, line.key)
    assert [(r.dst, r.name, r.reference, r.text, r.outcome) for r in rows] == [
        ("+4917601000000", "Ada 0", "R0", "Hello", "waiting"),
        ("+4917601000001", "Ada 1", "R1", "Hello", "waiting"),
    ]
    assert workspace.read(jobs.request, line.key) == b"{}"
    assert workspace.read(outbox.entry, entry).job_id == JOB


def test_many_texts_of_which_some_are_known(workspace: Any, make: Make) -> None:
    def texts(number: int) -> list[str]:
        message = Message("Dear {name}", make(1201, number).messages[0].recipients)
        workspace.queued(make(1201, number, messages=(message,)))
        rows = workspace.read(jobs.sms_lines, schema.sms.c.dst.startswith(f"+49176{number:02}"), None)
        return [row.text for row in rows]

    assert texts(1) == texts(2) == [f"Dear Ada {n}" for n in range(1201)]


def test_entries_are_taken_in_order_by_one_sender_each(workspace: Any, make: Make) -> None:
    ids = workspace.queued(make(6001))
    got: list[EntryId] = []

    def drain(store: Store, owner: str) -> None:
        while len(got) < len(ids):
            asked = ("send:Main", owner, workspace.now, timedelta(seconds=30))
            lease = store.write(leases.acquire, *asked).result()
            if lease and (took := store.write(outbox.take, "Main", workspace.now, lease, without).result()):
                got.append(took.entry.id)
            store.write(leases.release, "send:Main", owner).result()

    with Store.open(workspace.folder) as other:
        threads = [
            threading.Thread(target=drain, args=pair) for pair in ((workspace.store, "one"), (other, "two"))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(got) == list(ids)
    assert {entry.tries for entry in workspace.read(outbox.entries)} == {1}


def test_only_what_is_due_and_of_the_account_is_taken(workspace: Any, make: Make) -> None:
    (entry,) = workspace.queued(make())
    assert workspace.take(account="Other") is None
    assert taken(workspace).state is EntryState.SENDING
    assert taken(workspace, "two") is None
    later = After(Event.PUT_OFF, workspace.now + timedelta(seconds=30))
    assert settled(workspace, entry, later)
    workspace.passes(seconds=29)
    assert taken(workspace) is None
    workspace.passes(seconds=1)
    again = taken(workspace, "two")
    assert (again.id, again.tries, again.since) == (entry, 2, workspace.now)
    assert codes(workspace, entry) == ["queued", "sending", "waiting", "sending"]


@pytest.mark.parametrize("after", [ACCEPTED, REFUSED, UNCERTAIN])
def test_an_answer_counts_once_and_only_from_the_one_who_sends(
    workspace: Any, make: Make, after: After
) -> None:
    (entry,) = workspace.queued(make())
    assert not settled(workspace, entry, after)
    taken(workspace)
    assert not settled(workspace, entry, after, owner="two")
    assert state(workspace, entry) is EntryState.SENDING
    assert settled(workspace, entry, after)
    assert not settled(workspace, entry, UNCERTAIN)
    found = workspace.read(outbox.entry, entry)
    assert (found.state, found.reason) == (after.state, "why")
    assert codes(workspace, entry) == ["queued", "sending", after.state.value]


def test_steps_tell_what_happened_and_when(workspace: Any, make: Make) -> None:
    (entry,) = workspace.queued(make())
    began = workspace.now
    workspace.passes(seconds=1)
    taken(workspace)
    workspace.passes(seconds=1)
    settled(workspace, entry, ACCEPTED, job=JOB)
    workspace.write(outbox.note, entry, workspace.passes(seconds=1), "asked", {"host": "h", "n": 2})
    steps = workspace.read(outbox.steps_of, entry)
    assert [(s.at - began).seconds for s in steps] == [0, 1, 2, 3]
    assert [dict(s.values) for s in steps] == [{}, {}, {"job": JOB}, {"host": "h", "n": 2}]


def test_who_stopped_in_the_middle_leaves_an_uncertain_entry(workspace: Any, make: Make) -> None:
    (entry,) = workspace.queued(make())
    posted = workspace.now
    taken(workspace)
    workspace.lease("one", seconds=30)
    workspace.passes(seconds=29)
    assert workspace.write(outbox.abandon, workspace.now, "two") == ()
    workspace.passes(seconds=1)
    assert workspace.write(outbox.abandon, workspace.now, "one") == ()
    assert workspace.write(outbox.abandon, workspace.now, "two") == (entry,)
    assert workspace.write(outbox.abandon, workspace.now, "two") == ()
    found = workspace.read(outbox.entry, entry)
    assert (found.state, found.reason, found.since) == (EntryState.UNCERTAIN, "stopped", posted)
    assert not settled(workspace, entry, ACCEPTED)


def test_a_lease_of_another_account_protects_nobody(workspace: Any, make: Make) -> None:
    (entry,) = workspace.queued(make())
    taken(workspace)
    workspace.write(leases.acquire, "send:Other", "one", workspace.now, timedelta(minutes=5))
    workspace.write(leases.acquire, "watch:Main", "one", workspace.now, timedelta(minutes=5))
    assert workspace.write(outbox.abandon, workspace.now, "two") == (entry,)


MOVES = {
    "found": (lambda w, e: w.write(outbox.found, e, JOB, w.now), Event.FIND, "found"),
    "again": (lambda w, e: w.write(outbox.again, e, w.now), Event.AGAIN, "again"),
    "cancel": (lambda w, e: bool(w.write(outbox.cancel, [e], w.now)), Event.CANCEL, "cancelled"),
    "hurry": (lambda w, e: w.write(turn_alone, e, Event.HURRY, w.now), Event.HURRY, "told"),
    "hold": (lambda w, e: w.write(turn_alone, e, Event.HOLD, w.now), Event.HOLD, "told"),
    "release": (lambda w, e: w.write(turn_alone, e, Event.RELEASE, w.now), Event.RELEASE, "told"),
    "disown": (lambda w, e: w.write(turn_alone, e, Event.DISOWN, w.now), Event.DISOWN, "told"),
}


def turn_alone(connection: Any, entry: EntryId, event: Event, now: datetime) -> bool:
    return bool(outbox.turn(connection, schema.outbox.c.id == entry, event, now, "told"))


def put(workspace: Any, entry: EntryId, start: EntryState) -> None:
    """Leads a queued entry to a state."""
    if start in (EntryState.HELD, EntryState.CANCELLED):
        event = Event.HOLD if start is EntryState.HELD else Event.CANCEL
        workspace.write(turn_alone, entry, event, workspace.now)
    elif start is not EntryState.QUEUED:
        taken(workspace)
        after = next((e for e in Event if start in (answer_of(e),)), None)
        assert after is None or settled(workspace, entry, After(after))


def answer_of(event: Event) -> EntryState | None:
    """What an answer makes of an entry that is being sent."""
    return step(EntryState.SENDING, event) if EntryState.SENDING in sources(event) else None


@pytest.mark.parametrize("move", MOVES)
@pytest.mark.parametrize("start", list(EntryState))
def test_each_move_from_each_state(workspace: Any, make: Make, start: EntryState, move: str) -> None:
    """The store lets happen what the machine lets happen, and tells it."""
    (entry,) = workspace.queued(make())
    put(workspace, entry, start)
    assert state(workspace, entry) is start
    act, event, told = MOVES[move]
    before = codes(workspace, entry)
    allowed = start in sources(event)
    assert act(workspace, entry) == allowed
    assert state(workspace, entry) is (step(start, event) if allowed else start)
    in_doubt = event is Event.CANCEL and start in (EntryState.UNCERTAIN, EntryState.REFUSED)
    assert codes(workspace, entry) == ([*before, "left" if in_doubt else told] if allowed else before)


def test_a_found_job_is_watched_like_any_other(workspace: Any, make: Make) -> None:
    (entry,) = workspace.queued(make())
    taken(workspace)
    settled(workspace, entry, UNCERTAIN)
    workspace.write(outbox.found, entry, JOB, workspace.now)
    open_ones = workspace.read(watching.open_jobs, "Main", (), workspace.now)
    assert [one.job_id for one in open_ones] == [JOB]
    assert workspace.read(outbox.entry, entry).reason is None


def test_sent_again_it_is_the_same_bytes_and_mark(workspace: Any, make: Make) -> None:
    (entry,) = workspace.queued(make())
    before = workspace.read(outbox.body, entry), workspace.read(outbox.entry, entry).mark
    taken(workspace)
    settled(workspace, entry, UNCERTAIN)
    workspace.write(outbox.again, entry, workspace.now)
    assert taken(workspace, "two").id == entry
    assert (workspace.read(outbox.body, entry), workspace.read(outbox.entry, entry).mark) == before


def test_bytes_that_are_not_what_was_queued_are_never_sent(workspace: Any, make: Make) -> None:
    (entry,) = workspace.queued(make())
    workspace.write(lambda c: c.execute(update(schema.bodies).values(body=b'{"job": 9}')))
    with pytest.raises(WorkspaceBroken):
        workspace.read(outbox.body, entry)


def test_of_very_many_steps_the_first_and_the_last_are_kept_and_the_rest_is_counted(
    workspace: Any, make: Make
) -> None:
    (entry, *_) = workspace.queued(make(2))

    def noted(first: int, last: int) -> None:
        for n in range(first, last):
            workspace.write(outbox.note, entry, workspace.now, "asked_not_there", {"host": f"de{n}"})

    most = outbox.FIRST_STEPS + 1 + outbox.LAST_STEPS
    noted(1, most)
    assert len(codes(workspace, entry)) == most
    assert outbox.BETWEEN not in codes(workspace, entry)
    noted(most, most + 100)
    found = workspace.read(outbox.steps_of, entry)
    assert len(found) == most
    between = found[outbox.FIRST_STEPS]
    assert (between.code, between.values) == (outbox.BETWEEN, {"n": most + 100 - most + 1})
    hosts = [one.values.get("host") for one in found]
    assert hosts[1:20] == [f"de{n}" for n in range(1, 20)]
    assert hosts[21:] == [f"de{n}" for n in range(most + 100 - outbox.LAST_STEPS, most + 100)]


def test_what_was_taken_back_waits_no_more_in_the_figures_of_its_campaign(workspace: Any, make: Make) -> None:
    pilot, rest, lost = workspace.queued(make(7000))

    def figures() -> tuple[int, ...]:
        (line,) = workspace.read(drafts.lines)
        return line.delivered, line.waiting, line.unknown, line.cancelled

    assert figures() == (0, 7000, 0, 0)
    taken(workspace)
    settled(workspace, pilot, ACCEPTED, job=JOB)
    workspace.write(outbox.cancel, [rest], workspace.now)
    assert figures() == (0, 4000, 0, 3000)
    taken(workspace)
    settled(workspace, lost, UNCERTAIN)
    workspace.write(outbox.cancel, [lost], workspace.now)
    assert figures() == (0, 3000, 1000, 3000), "what was left in doubt is not told as stopped"
