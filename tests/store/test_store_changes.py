"""The feed of changes: whoever goes on after a cursor hears each later change, whatever was removed since."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, insert, select
from stored import NOW, Stored, store_job

from smsdesk.core.request import JobId
from smsdesk.store import backup, changes, discovering, retention
from smsdesk.store.retention import Wish
from smsdesk.store.schema import VERSION, history, sms
from smsdesk.store.sqlite import FILE
from smsdesk.store.workspace import Store


def seen(connection: Connection, sms_id: int, *states: str) -> None:
    rows = [{"sms": sms_id, "at": NOW, "process_status": "SENT", "status": state} for state in states]
    connection.execute(insert(history), rows)


def told(connection: Connection, after: int) -> list[str | None]:
    return [change.status for change in changes.changes(connection, after, 100)]


def fill(connection: Connection) -> None:
    old = NOW - timedelta(days=100)
    store_job(connection, "Young", [Stored("+4917604069012")], NOW, "J.young")
    store_job(connection, "Old", [Stored("+4917604069031")], old, "J.old")
    young, gone = connection.scalars(select(sms.c.id).order_by(sms.c.job_key))
    seen(connection, young, "a", "b")
    seen(connection, gone, "c", "d", "e")


def test_a_cursor_never_comes_again_when_the_newest_changes_are_removed(workspace: Any) -> None:
    workspace.write(fill)
    cursor = workspace.read(changes.newest)
    assert workspace.read(told, 0) == ["a", "b", "c", "d", "e"]
    wish = Wish(NOW - timedelta(days=30), NOW, anonymise=False)
    assert workspace.write(retention.jobs_portion, wish, 0) == (None, 1)
    assert workspace.read(changes.newest) == cursor
    assert workspace.read(told, cursor) == []
    young = workspace.read(lambda c: c.scalar(select(sms.c.id)))
    workspace.write(seen, young, "f", "g")
    assert workspace.read(told, cursor) == ["f", "g"]
    assert workspace.read(told, cursor + 1) == ["g"]
    assert workspace.read(told, 0) == ["a", "b", "f", "g"]
    assert workspace.read(told, workspace.read(changes.before, NOW)) == ["a", "b", "f", "g"]


def test_nor_when_a_job_is_found_to_be_ours(workspace: Any) -> None:
    workspace.write(fill)
    cursor = workspace.read(changes.newest)
    workspace.write(discovering.give_way, JobId("J.old"))
    young = workspace.read(lambda c: c.scalar(select(sms.c.id)))
    workspace.write(seen, young, "f")
    assert workspace.read(told, cursor) == ["f"]


def test_nor_in_a_backup_that_came_back(workspace: Any) -> None:
    workspace.write(fill)
    copy = backup.make(workspace.folder / FILE, "day", VERSION)
    young = workspace.read(lambda c: c.scalar(select(sms.c.id)))
    workspace.write(seen, young, "lost", "lost too")
    cursor = workspace.read(changes.newest)
    again = workspace.folder / "again"
    again.mkdir()
    copy.rename(again / FILE)
    with Store.open(again) as store:
        store.write(seen, young, "f").result()
        # All of it is told once more: nobody knows what was heard of it.
        assert store.read(told, cursor).result() == ["a", "b", "c", "d", "e", "f"]
