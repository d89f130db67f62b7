"""What a screen reads of the outbox: figures of all of it, rows of a little of it."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, func, insert, select, update

from smsdesk.core.campaign import CampaignId
from smsdesk.core.outbox import EntryId, EntryState
from smsdesk.core.outlook import OVER, Outlook, Sum
from smsdesk.store import outbox, outlook
from smsdesk.store.schema import outbox as table

STATES = [*EntryState, EntryState.ACCEPTED, EntryState.CANCELLED]


A, B = (CampaignId(f"{number:032x}") for number in (1, 2))


def copied(connection: Connection, states: Sequence[EntryState], now: datetime) -> None:
    """Adds to each campaign an entry in each of these states, each later one with an earlier end."""
    last: int = connection.scalar(select(func.max(table.c.id))) or 0
    for first in connection.execute(select(table).where(table.c.number == 1)).mappings().all():
        rows = [
            {
                **{name: value for name, value in first.items() if name != "id"},
                "mark": f"copy {last} {first['id']} {n}",
                "number": last + n,
                "sms_count": n,
                "state": state.value,
                "since": now - timedelta(seconds=n),
            }
            for n, state in enumerate(states, start=1)
        ]
        connection.execute(insert(table), rows)


@pytest.fixture
def mixed(workspace: Any, make: Any) -> Any:
    """Two campaigns with entries in every state."""
    for number in (1, 2):
        workspace.queued(make(2, number))
    workspace.write(copied, STATES, workspace.now)
    return workspace


def look(workspace: Any, most: int = 100) -> Outlook:
    found: Outlook = workspace.read(outlook.look, most)
    return found


def test_the_figures_are_those_of_all_entries(mixed: Any) -> None:
    every, found = mixed.read(outbox.entries), look(mixed)
    assert found.entries == every
    assert found.counts == Counter(entry.state for entry in every)
    assert (found.count, found.more, found.newest) == (len(every), 0, every[0])
    assert {entry.state for entry in found.over} == OVER
    for campaign in (A, B):
        mine = [entry for entry in every if entry.campaign_id == campaign]
        assert found.of((campaign,)) == Sum(len(mine), sum(entry.sms_count for entry in mine))
        refused = [entry.sms_count for entry in mine if entry.state is EntryState.REFUSED]
        assert found.of((campaign,), (EntryState.REFUSED,)) == Sum(1, sum(refused))


def test_of_what_is_over_the_last_to_end_are_read(mixed: Any) -> None:
    every = mixed.read(outbox.entries)
    ended = sorted((e for e in every if e.state in OVER), key=lambda e: e.since, reverse=True)
    found = look(mixed, 3)
    assert {entry.id for entry in found.over} == {entry.id for entry in ended[:3]}
    assert found.more == len(ended) - 3
    assert len(found.open) == len(every) - len(ended)
    assert look(mixed, 0).over == ()


def test_an_empty_outbox_is_nothing(workspace: Any) -> None:
    assert look(workspace) == Outlook()


def test_of_a_campaign_that_is_over_there_are_figures_while_it_is_the_newest(mixed: Any) -> None:
    mixed.write(lambda connection: connection.execute(update(table).values(state="accepted")))
    assert set(look(mixed).sums) == {B}


def test_however_many_are_over_no_more_rows_are_read(mixed: Any) -> None:
    mixed.write(copied, [EntryState.ACCEPTED] * 500, mixed.now)
    plans: list[str] = []

    def explained(connection: Connection) -> None:
        engine = connection.engine
        asked: list[tuple[str, Any]] = []

        def note(_c: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
            asked.append((statement, values))

        event.listen(engine, "before_cursor_execute", note)
        try:
            found = outlook.look(connection, 10)
        finally:
            event.remove(engine, "before_cursor_execute", note)
        assert len(found.over) == 10
        for statement, values in asked:
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
            plans.extend(row[3] for row in rows)

    mixed.read(explained)
    assert len(plans) >= 5
    wide = [plan for plan in plans if "SCAN outbox" in plan and "COVERING INDEX" not in plan]
    assert wide == [], "a whole table is read, row by row"
    assert sum("COVERING INDEX outbox_ended" in plan for plan in plans) >= len(OVER)
    assert any("COVERING INDEX outbox_sums" in plan for plan in plans)


def test_some_entries_come_by_their_numbers(mixed: Any) -> None:
    every = mixed.read(outbox.entries)
    wanted = [every[4].id, every[1].id, EntryId(10_000)]
    assert mixed.read(outbox.these, wanted) == (every[4], every[1])
    assert mixed.read(outbox.these, ()) == ()
