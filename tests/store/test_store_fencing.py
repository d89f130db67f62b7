"""What a sender writes counts only under its own lease; and how an older outbox comes to the newest form."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from planned import NOW, made_ready

from smsdesk.core.campaign import Campaign
from smsdesk.core.outbox import (
    FIRST_TRIES,
    LAST_TRIES,
    LONGEST_ANSWER,
    After,
    EntryId,
    EntryState,
    Event,
    Exchange,
    Hold,
)
from smsdesk.core.request import JobId
from smsdesk.desk.sending import without
from smsdesk.store import bodies, exchanges, holding, leases, outbox, queueing, schema, sending
from smsdesk.store.workspace import Store

Make = Callable[..., Campaign]
JOB = JobId("J.20310301-090000.000-0abcdefghijklmnopq1")
MINUTE = timedelta(minutes=1)


def steps(workspace: Any, entry: EntryId) -> list[str]:
    return [step.code for step in workspace.read(outbox.steps_of, entry)]


def test_a_sleeper_that_wakes_takes_nothing_and_settles_nothing(workspace: Any, make: Make) -> None:
    (entry, _) = workspace.queued(make(3001))
    old = workspace.lease("one")
    tried = workspace.write(outbox.take, "Main", workspace.now, old, without).entry
    assert tried.id == entry
    workspace.passes(minutes=10)
    workspace.lease("two", minutes=1)
    assert workspace.write(outbox.abandon, workspace.now, "two") == (entry,)
    before = workspace.read(outbox.entries), steps(workspace, entry)
    assert workspace.write(outbox.take, "Main", workspace.now, old, without) is None
    assert workspace.write(sending.take_within, "Main", workspace.now, old, 20, without) is None
    for after, job in ((After(Event.ACCEPT), JOB), (After(Event.REFUSE), None), (After(Event.PUT_OFF), None)):
        assert not workspace.write(outbox.settle, tried, old, after, workspace.now, "why", job, "told")
    assert (workspace.read(outbox.entries), steps(workspace, entry)) == before


def test_the_number_fences_even_where_the_name_is_the_same(workspace: Any, make: Make) -> None:
    """Sent again under a newer lease of the same program: the older answer is not for this try."""
    (entry,) = workspace.queued(make())
    old = workspace.lease("one")
    workspace.write(outbox.take, "Main", workspace.now, old, without)
    workspace.lease("two")
    workspace.write(outbox.abandon, workspace.now, "two")
    workspace.write(outbox.again, entry, workspace.now)
    new = workspace.lease("one")
    assert new.number == old.number + 2
    tried = workspace.write(outbox.take, "Main", workspace.now, new, without).entry
    assert tried.tries == 2
    refused = (After(Event.REFUSE), workspace.now, "why", None, "refused")
    assert not workspace.write(outbox.settle, tried, old, *refused)
    assert workspace.read(outbox.entry, entry).state is EntryState.SENDING
    assert workspace.write(outbox.settle, tried, new, *refused)


def test_a_late_answer_of_an_older_try_says_nothing_of_the_one_under_way(workspace: Any, make: Make) -> None:
    """Written twice, an answer must not stop the try after it: that one would go out once more."""
    (entry,) = workspace.queued(make())
    lease = workspace.lease("one", minutes=1)
    first = workspace.write(outbox.take, "Main", workspace.now, lease, without).entry
    put_off = (After(Event.PUT_OFF), workspace.now, "too_many_requests", None, "too_many_requests")
    assert workspace.write(outbox.settle, first, lease, *put_off)
    second = workspace.write(outbox.take, "Main", workspace.now, lease, without).entry
    before = workspace.read(outbox.entries), steps(workspace, entry)
    assert not workspace.write(outbox.settle, first, lease, *put_off)
    assert (workspace.read(outbox.entries), steps(workspace, entry)) == before
    assert workspace.write(outbox.settle, second, lease, *put_off)


def test_a_renewed_lease_keeps_its_number_and_a_new_one_has_a_new_one(workspace: Any) -> None:
    first = workspace.lease("one", minutes=1)
    workspace.passes(seconds=50)
    assert workspace.lease("one", minutes=1).number == first.number
    workspace.write(leases.release, "send:Main", "one")
    assert not workspace.read(leases.is_held, first)
    assert workspace.lease("one", minutes=1).number == first.number + 1


def test_what_one_program_has_left_of_its_own_is_uncertain_too(workspace: Any, make: Make) -> None:
    entry, other = workspace.queued(make(3001))
    workspace.take()
    workspace.take()
    assert workspace.write(outbox.abandon, workspace.now, "one", [other]) == (entry,)
    states = {e.id: e.state for e in workspace.read(outbox.entries)}
    assert states == {entry: EntryState.UNCERTAIN, other: EntryState.SENDING}


def test_a_program_that_was_away_asks_first_and_one_that_was_not_does_not(workspace: Any, make: Make) -> None:
    (entry,) = workspace.queued(make())
    workspace.passes(minutes=4)
    assert workspace.write(holding.wake, "one", workspace.now) == ()
    workspace.passes(minutes=4)
    assert workspace.write(holding.wake, "two", workspace.now) == ()
    workspace.passes(minutes=6)
    assert workspace.write(holding.wake, "two", workspace.now) == (entry,)
    found = workspace.read(outbox.entry, entry)
    assert (found.state, found.hold) == (EntryState.HELD, Hold.MISSED)


def test_a_pilots_rest_waits_for_it(workspace: Any, make: Make) -> None:
    campaign = make(7000)
    first, *rest = made_ready(campaign)
    ready = (replace(first, pilot=True), *rest)
    ids = workspace.write(queueing.commit, campaign, ready, workspace.now)
    assert workspace.take().id == ids[0] and workspace.take() is None
    assert {e.hold for e in workspace.read(outbox.of_campaign, campaign.id)} == {None, Hold.PILOT}
    assert workspace.write(holding.brake, campaign.id, workspace.now) == ids[1:]
    assert workspace.write(holding.pass_pilot, campaign.id, workspace.now) == ()
    assert workspace.take() is None
    assert workspace.write(holding.send_now, ids[1:2], workspace.now) == ids[1:2]
    assert workspace.take().id == ids[1]


def test_a_pilot_that_went_well_lets_the_rest_go(workspace: Any, make: Make) -> None:
    campaign = make(3001)
    first, second = made_ready(campaign)
    ready = (replace(first, pilot=True), second)
    ids = workspace.write(queueing.commit, campaign, ready, workspace.now)
    assert workspace.write(holding.pass_pilot, campaign.id, workspace.now) == ids[1:]
    assert [workspace.take().id, workspace.take().id] == list(ids)


def exchange(at: int, body: bytes = b'{"job": 0}', answer: bytes = b"") -> Exchange:
    headers = (("host", "sms"),)
    return Exchange(NOW + at * MINUTE, "POST https://sms/jobs", headers, body, None, 429, (), answer, "x")


def test_of_many_tries_the_first_and_last_are_kept_and_of_an_answer_its_beginning(
    workspace: Any, make: Make
) -> None:
    (entry,) = workspace.queued(make())
    body = workspace.read(outbox.body, entry)
    count = FIRST_TRIES + LAST_TRIES + 7
    for at in range(count):
        workspace.write(exchanges.add, entry, exchange(at, body, b"x" * 100_000))
    kept = workspace.read(exchanges.of, entry)
    nth = [*range(FIRST_TRIES), *range(count - LAST_TRIES, count)]
    assert [one.at for one in kept] == [NOW + at * MINUTE for at in nth]
    assert {(len(one.answer), one.body, one.headers, one.status) for one in kept} == {
        (LONGEST_ANSWER, body, (("host", "sms"),), 429)
    }


def test_a_body_that_changes_after_a_try_is_kept_for_that_try(workspace: Any, make: Make) -> None:
    (entry,) = workspace.queued(make())
    workspace.take()
    old = workspace.read(outbox.body, entry)

    def changes(connection: Any) -> None:
        exchanges.add(connection, entry, exchange(0, old))
        new = bodies.keep(connection, b"{}")
        connection.execute(schema.outbox.update().values(body_hash=new))
        exchanges.add(connection, entry, exchange(1, b"{}"))

    workspace.write(changes)
    assert [one.body for one in workspace.read(exchanges.of, entry)] == [old, b"{}"]


NEW_COLUMNS = {
    "outbox": (
        *("lease", "hold", "due_at", "final_at", "late_at", "pilot", "posted_at", "asked_at"),
        *("everywhere_at", "not_found_at", "adopted", "rows"),
    ),
    "leases": ("number",),
}
NEW_TABLES = ("bodies", "exchanges", "pauses", "keys", "acts")


@pytest.mark.parametrize(
    ("state", "reason", "now", "hold"),
    [
        ("queued", None, "queued", None),
        ("queued", "no_connection", "waiting", None),
        ("sending", None, "sending", None),
        ("uncertain", "no_answer", "uncertain", None),
        ("left", "stopped", "cancelled", None),
        ("accepted", None, "accepted", None),
    ],
)
def test_an_outbox_of_version_3_is_led_to_the_newest_form(
    tmp_path: Path, make: Make, state: str, reason: str | None, now: str, hold: str | None
) -> None:
    """What was still to go asks first: nobody knows how long nothing ran."""
    campaign = make()

    def as_it_was(connection: Any) -> None:
        queueing.commit(connection, campaign, tuple(made_ready(campaign)), NOW)
        connection.execute(schema.outbox.update().values(state=state, reason=reason))
        connection.exec_driver_sql("ALTER TABLE outbox ADD COLUMN body BLOB")
        whose = "SELECT body FROM bodies WHERE hash = outbox.body_hash"
        connection.exec_driver_sql(f"UPDATE outbox SET body = ({whose})")
        tables = [schema.metadata.tables[name] for name in NEW_TABLES]
        schema.metadata.drop_all(connection, tables=tables)
        for table, names in NEW_COLUMNS.items():
            for name in names:
                connection.exec_driver_sql(f"ALTER TABLE {table} DROP COLUMN {name}")
        connection.exec_driver_sql("PRAGMA user_version = 3")

    with Store.open(tmp_path) as store:
        store.write(as_it_was).result()
    with Store.open(tmp_path) as store:
        (entry,) = store.read(outbox.entries).result()
        assert (entry.state.value, entry.hold, entry.pilot) == (now, hold, False)
        assert (entry.posted_at == NOW) == (state in ("sending", "uncertain", "accepted"))
        lease = store.write(leases.acquire, "send:Main", "one", NOW, MINUTE).result()
        assert lease and lease.number == 1
        missed = store.write(holding.wake, "one", NOW + MINUTE).result()
        assert missed == ((entry.id,) if now in ("queued", "waiting") else ())
        assert store.read(exchanges.of, entry.id).result() == ()
        assert store.read(outbox.body, entry.id).result() == b"{}"


@pytest.mark.parametrize(
    ("account", "missed"), [("Main", False), ("", False), ("Another", True), (None, True)]
)
def test_only_a_program_that_could_have_sent_it_was_there(
    workspace: Any, make: Any, account: str | None, missed: bool
) -> None:
    (entry,) = workspace.queued(make(2))
    for _ in range(2):
        assert workspace.write(holding.wake, "one", workspace.passes(minutes=2), account) == ()
    workspace.write(holding.wake, "two", workspace.passes(minutes=2))
    assert (workspace.read(outbox.entry, entry).hold is Hold.MISSED) is missed
