"""The log of acts on disk: it grows with what it tells of, and nothing in it changes."""

import sqlite3
from collections.abc import Callable
from typing import Any

import pytest
from planned import made_ready
from sqlalchemy import Connection, delete, insert, update

from smsdesk.core.acts import VALUES, Deed, What, as_json, runs
from smsdesk.core.errors import SmsDeskError
from smsdesk.core.handing import AT_ONCE, Handing
from smsdesk.core.outbox import After, Event
from smsdesk.store import acts, holding, lists, outbox
from smsdesk.store import schema as tables
from smsdesk.store.sqlite import FILE
from smsdesk.store.workspace import Store

WHO = "ada@desk"


def ready(campaign: Any, first: int = 0) -> tuple[Any, ...]:
    return tuple(made_ready(campaign, first, body=lambda n: f'{{"job": {n}}}'.encode()))


def queue(workspace: Any, campaign: Any, how: Handing = AT_ONCE) -> Any:
    jobs = ready(campaign, int(campaign.id, 16) * 100)
    return workspace.write(acts.commit, WHO, campaign, jobs, workspace.now, how)


def done(workspace: Any, told: Any, verb: Callable[..., Any], *args: Any) -> Any:
    return workspace.write(acts.acted, WHO, workspace.now, told, lambda c: verb(c, *args))


def log(workspace: Any) -> list[tuple[Any, dict[str, Any]]]:
    return [(act.what, dict(act.values)) for act in workspace.read(acts.every)]


def test_a_campaign_is_queued_once_and_told_once(workspace: Any, make: Any) -> None:
    entries = queue(workspace, make(3))
    assert queue(workspace, make(3)) == entries
    (act,) = workspace.read(acts.every)
    assert (act.who, act.at, act.what) == (WHO, workspace.now, What.QUEUED)
    assert act.values == {"campaign": "Campaign 1", "account": "Main", "jobs": "1", "n": 1, "sms": 3}


def test_the_same_key_is_no_second_act(workspace: Any, make: Any) -> None:
    first = queue(workspace, make(2), Handing(key="daily"))
    assert queue(workspace, make(2, number=2), Handing(key="daily")) == first
    assert [what for what, _ in log(workspace)] == [What.QUEUED]


def test_what_was_cancelled_and_what_was_let_be_are_told_apart(workspace: Any, make: Any) -> None:
    (sent,) = queue(workspace, make(2))
    (refused,) = queue(workspace, make(2, number=2))
    (waits,) = queue(workspace, make(2, number=3))
    assert workspace.take().id == sent
    workspace.settle(sent, After(Event.LOSE), reason="no_answer")
    assert workspace.take().id == refused
    workspace.settle(refused, After(Event.REFUSE), reason="bad_request")
    done(workspace, acts.of_cancelled, outbox.cancel, (sent, refused, waits), workspace.now)
    ended = [(what, values["campaign"]) for what, values in log(workspace)[3:]]
    assert sorted(ended, key=lambda pair: pair[1]) == [
        (What.LEFT, "Campaign 1"),
        (What.LEFT, "Campaign 2"),
        (What.CANCELLED, "Campaign 3"),
    ]


def test_what_does_nothing_is_no_act(workspace: Any, make: Any) -> None:
    (entry,) = queue(workspace, make(2))
    for told, verb, which in (
        (acts.of_entries(What.SENT_NOW), holding.send_now, (entry,)),
        (acts.of_cancelled, outbox.cancel, (entry + 1,)),
        (acts.of_entry(What.SENT_AGAIN, entry), outbox.again, entry),
    ):
        assert not done(workspace, told, verb, which, workspace.now)
    assert [what for what, _ in log(workspace)] == [What.QUEUED]


def test_an_act_fails_with_what_it_tells_of(workspace: Any, make: Any) -> None:
    (entry,) = queue(workspace, make(2))

    def broken(connection: Connection, _: object) -> Any:
        del connection
        raise SmsDeskError

    with pytest.raises(SmsDeskError):
        done(workspace, broken, outbox.cancel, (entry,), workspace.now)
    (found,) = workspace.read(outbox.entries)
    assert found.state.value == "queued"
    assert len(log(workspace)) == 1


def test_lists_are_told_by_their_names(workspace: Any, make: Any) -> None:
    rows, source = make(2).messages[0].recipients, lists.Source("file")
    ids = [workspace.write(lists.save, name, source, rows, workspace.now) for name in ("North", "South")]
    done(workspace, acts.of_lists(What.LIST_REMOVED, ids), lists.discard, ids)
    assert log(workspace) == [(What.LIST_REMOVED, {"name": name}) for name in ("North", "South")]


def spoil(connection: Connection, change: Any) -> None:
    connection.execute(change)


@pytest.mark.parametrize(
    "change", [delete(tables.acts), update(tables.acts).values(who="somebody else")], ids=["delete", "update"]
)
def test_the_log_refuses_a_change(workspace: Any, make: Any, change: Any) -> None:
    queue(workspace, make(2))
    before = workspace.read(acts.every)
    with pytest.raises(SmsDeskError):
        workspace.write(spoil, change)
    assert workspace.read(acts.every) == before


def test_an_older_workspace_gets_a_log_that_refuses_too(workspace: Any, make: Any) -> None:
    workspace.store.close()
    raw = sqlite3.connect(workspace.folder / FILE)
    raw.executescript("DROP TABLE acts; PRAGMA user_version = 3;")
    raw.close()
    workspace.store = Store.open(workspace.folder)
    queue(workspace, make(2))
    with pytest.raises(SmsDeskError):
        workspace.write(spoil, delete(tables.acts))
    assert len(log(workspace)) == 1


def test_an_act_of_a_newer_program_is_read(workspace: Any) -> None:
    row = {"at": workspace.now, "who": WHO, "what": "flown", "values": '{"n": 3}'}
    workspace.write(spoil, insert(tables.acts).values(row))
    (act,) = workspace.read(acts.every)
    assert (act.what, act.code, act.values) == ("flown", "flown", {"n": 3})


def test_it_is_there_after_the_workspace_was_closed(workspace: Any, make: Any) -> None:
    queue(workspace, make(2))
    with Store.open(workspace.folder, read_only=True) as again:
        assert len(again.read(acts.every).result()) == 1


def test_a_deed_has_the_values_of_its_kind_and_no_others() -> None:
    assert set(VALUES) == set(What)
    with pytest.raises(ValueError, match="account"):
        Deed(What.PAUSED, {"account": "Main", "password": "x"})
    with pytest.raises(ValueError, match="account"):
        Deed(What.PAUSED, {})


def test_numbers_are_written_as_people_do() -> None:
    assert [runs(some) for some in ((), (4,), (3, 1, 2), (1, 3, 4, 9))] == ["", "4", "1-3", "1, 3-4, 9"]


def test_an_empty_log_is_an_empty_array() -> None:
    assert as_json((), str) == b"[]\n"
