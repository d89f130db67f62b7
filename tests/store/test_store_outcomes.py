"""What the jobs of each campaign come to is kept up, and what is read at each change does not grow with them.

That the sums are those of the jobs is looked at after every test of the store (``conftest.py``).
"""

import sqlite3
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from reporting import ONE, accepted, heard, report, sums_of_campaigns
from sqlalchemy import Connection, delete, insert, select

from smsdesk.core.campaign import Campaign, Message
from smsdesk.core.job_looks import JobKind, JobLook
from smsdesk.core.recipients import Recipients
from smsdesk.store import drafts, grams, jobs, looks, noticing, schema, watching
from smsdesk.store.workspace import Store

Make = Callable[..., Campaign]
MORE = 3_000


def more_jobs(connection: Connection, like: int, campaign: str, count: int = MORE) -> None:
    """Finished jobs of a campaign, and as many of other programs."""
    first, c, of_entry = 1_000, schema.jobs.c, schema.outbox.c
    one = dict(connection.execute(select(schema.jobs).where(c.key == like)).mappings().one())
    mine = select(schema.outbox).where(of_entry.id == one["entry_id"])
    entry = dict(connection.execute(mine).mappings().one())
    entry |= {"campaign_id": campaign, "job_id": None}
    entries = [{**entry, "id": n, "number": n, "mark": f"m{n}"} for n in range(first, first + count)]
    connection.execute(insert(schema.outbox), entries)
    rows = [
        {
            **one,
            "key": first + n,
            "job_id": f"J.{n}",
            "final": True,
            "entry_id": first + n if n < count else None,
        }
        for n in range(2 * count)
    ]
    connection.execute(insert(schema.jobs), rows)


def steps(workspace: Any, verb: Callable[..., Any], *args: Any) -> int:
    """How many hundred steps SQLite's machine takes for a verb: no clock, so no load of the machine tells."""

    def counted(connection: Connection) -> int:
        raw: Any = connection.connection.driver_connection
        ticks = [0]

        def tick() -> None:
            ticks[0] += 1

        raw.set_progress_handler(tick, 100)
        verb(connection, *args)
        raw.set_progress_handler(None, 0)
        return ticks[0]

    found: int = workspace.read(counted)
    return found


def test_what_a_change_asks_for_does_not_grow_with_the_jobs_that_are_over(workspace: Any, make: Make) -> None:
    (key,) = accepted(workspace, make(2))
    (other,) = accepted(workspace, make(2, 2))
    heard(workspace, other, report(1, "+4917602000000", "DONE", "BLOCKED", reference="R0"))
    asked: tuple[tuple[Any, ...], ...] = (
        (drafts.lines,),
        (drafts.counted,),
        (noticing.standing, workspace.now),
        (watching.accounts,),
        (watching.open_jobs, "Main", (key,), workspace.now),
        (watching.feeds, "Main", workspace.now),
        (watching.expiring, workspace.now),
        (looks.job_keys, JobLook(kind="open")),
    )
    before = [steps(workspace, *one) for one in asked]
    workspace.write(more_jobs, key, make(2).id)
    after = [steps(workspace, *one) for one in asked]
    assert [many - few for few, many in zip(before, after, strict=True) if many > few + 2] == []


@pytest.mark.parametrize(("kind", "index"), [("mine", "jobs_mine"), ("failures", "jobs_failures")])
def test_each_kind_in_the_usual_order_is_read_as_it_stands(workspace: Any, kind: JobKind, index: str) -> None:
    def plan(connection: Connection) -> str:
        raw: Any = connection.connection.driver_connection
        asked: list[str] = []
        raw.set_trace_callback(asked.append)
        looks.job_keys(connection, JobLook(kind=kind))
        raw.set_trace_callback(None)
        return " ".join(told for *_, told in raw.execute(f"EXPLAIN QUERY PLAN {asked[-1]}"))

    found = workspace.read(plan)
    assert f"USING INDEX {index}" in found
    assert "TEMP B-TREE" not in found


def test_a_workspace_of_version_5_gets_the_sums(workspace: Any, make: Make) -> None:
    (key,) = accepted(workspace, make(3))
    heard(workspace, key, report(1, ONE, "DONE", "SUC_FIN", reference="R0"))
    workspace.queued(make(2, 2))
    workspace.store.close()
    back_to_5(workspace.folder / "workspace.db")
    workspace.store = Store.open(workspace.folder)
    kept, reckoned = workspace.read(sums_of_campaigns)
    assert kept == reckoned
    assert kept[make(3).id] == (1, 3, 1, 2, 0, 0, 0)
    assert kept[make(2, 2).id] == (1, 2, 0, 2, 0, 0, 0)
    found = {line.name: (line.delivered, line.waiting) for line in workspace.read(drafts.lines)}
    assert found == {"Campaign 1": (1, 2), "Campaign 2": (0, 2)}


def test_of_version_5_letters_that_are_found_otherwise_now_are_indexed_again(
    workspace: Any, make: Make
) -> None:
    names = {"Name": [f"Jana {n}" for n in range(8)] + ["Łukasz"] + ["Ida"] * 7}
    people = Recipients([f"+49176040690{n:02}" for n in range(16)], [""] * 16, names)
    workspace.queued(make(messages=(Message("Hello", people),)))
    workspace.queued(make(number=2, messages=(Message("Smørrebrød", people),)))
    while workspace.read(grams.is_behind):
        workspace.write(grams.catch_up)
    workspace.store.close()
    back_to_5(workspace.folder / "workspace.db")
    workspace.store = Store.open(workspace.folder)
    blocks = select(schema.unindexed.c.block).order_by("block")
    wanted = sorted({9 >> 2, *(n >> 2 for n in range(17, 33))})
    assert [*workspace.read(lambda connection: connection.scalars(blocks).all())] == wanted


def back_to_5(file: Path) -> None:
    """Takes out of a file what version 6 put into it."""
    raw = sqlite3.connect(file)
    for name in ("job_comes", "job_changes", "job_goes", "entry_changes"):
        raw.execute(f"DROP TRIGGER {name}")
    raw.execute("DROP TABLE outcomes")
    for name in ("jobs_failures", "jobs_mine"):
        raw.execute(f"DROP INDEX {name}")
    raw.execute("PRAGMA user_version=5")
    raw.commit()
    raw.close()


def test_jobs_and_campaigns_that_are_deleted_count_no_more(workspace: Any, make: Make) -> None:
    (key,) = accepted(workspace, make(2))

    def gone(connection: Connection) -> None:
        for table, column in ((schema.history, "sms"), (schema.sms, "job_key"), (schema.jobs, "key")):
            mine = select(schema.sms.c.id).where(schema.sms.c.job_key == key) if column == "sms" else [key]
            connection.execute(delete(table).where(table.c[column].in_(mine)))

    workspace.write(gone)
    assert workspace.read(sums_of_campaigns)[0] == {make(2).id: (0,) * 7}

    def forgotten(connection: Connection) -> None:
        for table in (schema.steps, schema.exchanges, schema.outbox, schema.bases, schema.campaigns):
            connection.execute(delete(table))

    workspace.write(forgotten)
    assert workspace.read(sums_of_campaigns)[0] == {}


@pytest.mark.parametrize(
    "words", ["Campaign 1", "campaign  1", "J.20310301", "main", "mAI", "0%", "n_1", "nothing"]
)
def test_jobs_are_found_by_words_in_name_account_or_id(workspace: Any, make: Make, words: str) -> None:
    for number in (1, 2, 11):
        accepted(workspace, make(1, number))
        workspace.passes(seconds=1)
    spoken = " ".join(words.casefold().split())
    lines = workspace.read(jobs.lines, "all")
    wanted = [
        line.key
        for line in lines
        if any(spoken in told.casefold() for told in (line.name, line.account, line.job_id))
    ]
    assert list(workspace.read(looks.job_keys, JobLook(words=words))) == wanted


def test_words_that_very_many_jobs_have(workspace: Any, make: Make) -> None:
    (key,) = accepted(workspace, make(1))
    workspace.write(more_jobs, key, make(1).id, 400)
    every = workspace.read(looks.job_keys, JobLook())
    assert len(every) == 801
    assert workspace.read(looks.job_keys, JobLook(words="campaign")) == every
    mine = workspace.read(looks.job_keys, JobLook(kind="mine"))
    assert workspace.read(looks.job_keys, JobLook(kind="mine", words="main")) == mine


def test_failures_are_held_against_the_campaigns_that_are_over(workspace: Any, make: Make) -> None:
    (first,) = accepted(workspace, make(2))
    (second,) = accepted(workspace, make(2, 2))
    heard(
        workspace,
        first,
        report(1, ONE, "DONE", "BLOCKED", reference="R0"),
        report(2, "+4917601000001", "DONE", "SUC_FIN", reference="R1"),
    )
    heard(workspace, second, report(3, "+4917602000000", "DONE", "BLOCKED", reference="R0"))
    found = workspace.read(noticing.standing, workspace.now)
    assert found.usual == {"Main": (1, 2)}
    assert {one.name: (one.open, one.sms, one.failed) for one in found.campaigns} == {
        "Campaign 1": (0, 2, 1),
        "Campaign 2": (1, 2, 1),
    }
    later = workspace.read(noticing.standing, workspace.now + timedelta(days=31))
    assert (later.usual, [one.name for one in later.campaigns]) == ({}, ["Campaign 2"])
