"""A workspace that version 4 of the program's tables made: all of it is there, and it can do what is new.

``workspace_v4.db.gz`` is such a file, made by the program as it was then: a draft, campaigns queued, being
sent and reported, a job of another program, lists, templates, settings.
"""

import gzip
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from smsdesk.core.request import JobId, JobReport, RecipientReport, SmsId
from smsdesk.store import finding, grams, jobs, looks, outbox, person, recording, settings, sqlite, states
from smsdesk.store.workspace import Store

OLD = Path(__file__).with_name("workspace_v4.db.gz")
LATER = datetime(2031, 3, 2, 9, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "workspace.db").write_bytes(gzip.decompress(OLD.read_bytes()))
    return tmp_path


def content(file: Path) -> dict[str, list[dict[str, Any]]]:
    """All rows of all tables but the search index."""
    raw = sqlite3.connect(file)
    raw.row_factory = sqlite3.Row
    names = [name for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    tables = [name for name in names if not name.startswith(("grams", "words"))]
    found = {name: [dict(row) for row in raw.execute(f"SELECT * FROM {name}")] for name in tables}
    raw.close()
    return found


def test_everything_is_kept_and_a_backup_is_made_before(folder: Path) -> None:
    before = content(folder / "workspace.db")
    assert all(before[name] for name in ("outbox", "sms", "history", "jobs", "texts", "steps", "bodies"))
    with Store.open(folder) as store:
        assert store.read(sqlite.fits).result()
    after = content(folder / "workspace.db")
    for table, rows in before.items():
        kept = [{name: row[name] for name in old} for old, row in zip(rows, after[table], strict=True)]
        assert kept == rows, table
    copy = content(folder / "workspace.v4.db")
    for table in ("sms", "history", "jobs", "texts", "bodies", "campaigns", "steps"):
        assert copy[table] == before[table]
    raw = sqlite3.connect(folder / "workspace.v4.db")
    assert raw.execute("PRAGMA user_version").fetchone() == (4,)
    raw.close()
    assert sqlite.is_whole(folder / "workspace.db")


def test_what_version_4_knew_is_found_before_and_after_it_is_indexed(folder: Path) -> None:
    with Store.open(folder) as store:
        for _ in range(2):
            for text, number in (
                ("0176 09 000017", "+4917609000017"),
                ("00-00003", "+4917609000003"),
                ("ada 38", "+4917609000038"),
                ("0abcdefghijklmnop1", "+4917609000039"),
            ):
                found = store.read(finding.search, text).result()
                assert found.lines[0].dst == number, text
            while store.read(grams.is_behind).result():
                store.write(grams.catch_up, 2).result()


def test_what_is_new_works_on_what_is_old(folder: Path) -> None:
    with Store.open(folder) as store:
        assert store.read(settings.get).result() == {"language": "de"}
        assert len(store.read(outbox.entries).result()) == 3
        lines = {line.name: line for line in store.read(jobs.lines, "all").result()}
        assert (lines[""].own, lines["Herbst"].own, lines["Herbst"].delivered) == (False, True, 39)
        mine = store.read(person.messages, "+4917609000005").result()
        (row,) = store.read(looks.sms_lines_of, mine).result()
        seen = store.read(states.states_of, row.id).result()
        assert [(one.process_status, one.status, one.contradiction) for one in seen] == [
            ("OPEN", None, False),
            ("DONE", "SUC_FIN", False),
        ]
        told = RecipientReport(SmsId("S.20310301-090000-00005"), row.dst, "RUNNING")
        job = JobReport(JobId(str(row.job_id)))
        changed = store.write(recording.record, row.job_key, "u", job, (told,), LATER, LATER).result()
        assert changed == (row.id,)
        assert store.read(looks.sms_lines_of, mine).result()[0].flagged
    raw = sqlite3.connect(folder / "workspace.db")
    assert raw.execute("SELECT name, source FROM jobs ORDER BY key").fetchall()[-1] == ("", "other")
    raw.close()
