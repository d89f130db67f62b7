"""How a workspace lies on the disk: what a power cut may not take, and where a backup finds no room."""

import sqlite3
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event

from smsdesk.core.campaign import Campaign
from smsdesk.core.errors import WorkspaceBroken, WorkspaceFull, WorkspaceReadOnly
from smsdesk.store import backup, drafts, schema, settings, sqlite
from smsdesk.store.workspace import Store, put_back

NOW = datetime(2031, 3, 1, 9, tzinfo=UTC)
FULL = 2


def pragma(connection: Connection, name: str) -> Any:
    return connection.exec_driver_sql(f"PRAGMA {name}").scalar()


def found(store: Store, verb: Callable[..., Any], names: list[str]) -> dict[str, Any]:
    return {name: verb(pragma, name).result() for name in names}


@pytest.mark.parametrize("again", [False, True], ids=["new", "opened again"])
def test_what_a_power_cut_may_not_take(tmp_path: Path, again: bool) -> None:
    if again:
        Store.open(tmp_path).close()
    with Store.open(tmp_path) as store:
        names = ["journal_mode", "synchronous", "fullfsync", "checkpoint_fullfsync"]
        assert found(store, store.write, names) == {
            "journal_mode": "wal",
            "synchronous": FULL,
            "fullfsync": 1,
            "checkpoint_fullfsync": 1,
        }
        assert store.read(pragma, "journal_mode").result() == "wal"
        careful = {"foreign_keys": 1, "trusted_schema": 0, "cell_size_check": 1, "mmap_size": 0}
        for verb in (store.write, store.read):
            assert found(store, verb, ["foreign_keys", "trusted_schema", "cell_size_check"]) == {
                name: careful[name] for name in careful if name != "mmap_size"
            }
            assert verb(pragma, "mmap_size").result() == 0
            assert verb(pragma, "busy_timeout").result() == sqlite.BUSY_MS
    assert {*sqlite.DURABLE} == {*names} and careful == sqlite.CAREFUL


def test_each_commit_is_in_the_file_before_it_is_told(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        for number in range(5):
            store.write(settings.put, "number", f"{number}").result()
            cut = tmp_path / f"cut {number}"
            cut.mkdir()
            for name in ("workspace.db", "workspace.db-wal"):
                (cut / name).write_bytes((tmp_path / name).read_bytes())
            with Store.open(cut) as after:
                assert after.read(settings.get).result() == {"number": f"{number}"}


def test_a_closed_workspace_is_one_file(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        store.write(settings.put, "language", "de").result()
        store.read(settings.get).result()
    assert [path.name for path in tmp_path.iterdir()] == ["workspace.db"]


def test_a_commit_that_fails_takes_all_of_it_back(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        store.write(settings.put, "language", "de").result()

        def fails(_: Connection) -> None:
            error = sqlite3.OperationalError("failed")
            error.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise error

        event.listen(store._engines[0], "commit", fails)
        with pytest.raises(WorkspaceFull):
            store.write(settings.put, "language", "en").result()
        event.remove(store._engines[0], "commit", fails)
        assert store.read(settings.get).result() == {"language": "de"}
        store.write(settings.put, "page", "jobs").result()
        assert store.read(settings.get).result() == {"language": "de", "page": "jobs"}


def test_a_disk_that_fails_is_named_and_no_backup_offered(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        store.look_after(date(2031, 3, 1))
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR_READ
    with pytest.raises(WorkspaceBroken) as told, sqlite.plain_errors(tmp_path):
        raise error
    assert told.value.values == {"folder": str(tmp_path), "reason": "disk"}


@pytest.fixture
def older(tmp_path: Path, make: Callable[..., Campaign]) -> Path:
    """A workspace of the version before, so large that its copy needs room."""

    def as_it_was(connection: Connection) -> None:
        drafts.save_head(connection, make(), NOW)
        settings.put(connection, "notes", "x" * 200_000)
        connection.exec_driver_sql(f"PRAGMA user_version = {schema.VERSION - 1}")

    with Store.open(tmp_path) as store:
        store.write(as_it_was).result()
    return tmp_path


def versions(folder: Path) -> dict[str, int]:
    out = {}
    for path in sorted(folder.glob("*.db")):
        raw = sqlite3.connect(path)
        (out[path.name],) = raw.execute("PRAGMA user_version").fetchone()
        raw.close()
    return out


def test_without_room_for_the_backup_nothing_is_migrated(
    older: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "FLUSHED", {**sqlite.FLUSHED, "max_page_count": 20})
    for _ in range(2):
        with pytest.raises(WorkspaceFull):
            Store.open(older)
        assert versions(older) == {"workspace.db": schema.VERSION - 1}
    monkeypatch.undo()
    Store.open(older).close()
    assert versions(older) == {
        f"workspace.v{schema.VERSION - 1}.db": schema.VERSION - 1,
        "workspace.db": schema.VERSION,
    }


def test_a_backup_that_failed_half_way_leaves_the_one_before(
    older: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = older / "workspace.db"
    kept = backup.make(file, "kept", schema.VERSION - 1).read_bytes()
    (older / "workspace.kept.db.part").write_bytes(b"of a program that was killed")
    monkeypatch.setattr(sqlite, "FLUSHED", {**sqlite.FLUSHED, "max_page_count": 20})
    with pytest.raises(WorkspaceFull), sqlite.plain_errors(older):
        backup.make(file, "kept", schema.VERSION - 1)
    assert (older / "workspace.kept.db").read_bytes() == kept
    assert not (older / "workspace.kept.db.part").exists()


def test_putting_back_without_room_changes_nothing(older: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = backup.make(older / "workspace.db", "kept", schema.VERSION - 1)
    before = {path.name: path.read_bytes() for path in older.iterdir()}
    monkeypatch.setattr(sqlite, "FLUSHED", {**sqlite.FLUSHED, "max_page_count": 20})
    with pytest.raises(WorkspaceFull):
        put_back(older, copy, NOW)
    assert {path.name: path.read_bytes() for path in older.iterdir()} == before


def test_an_older_workspace_that_may_not_be_written_says_so(older: Path) -> None:
    with pytest.raises(WorkspaceReadOnly):
        Store.open(older, read_only=True)
    assert versions(older) == {"workspace.db": schema.VERSION - 1}
