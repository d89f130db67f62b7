"""The workspace on disk: modes, versions, and files that are not ours."""

import errno
import sqlite3
import stat
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from planned import made_ready

from smsdesk.core.account import Account
from smsdesk.core.campaign import Campaign
from smsdesk.core.errors import (
    WorkspaceBroken,
    WorkspaceBusy,
    WorkspaceError,
    WorkspaceFull,
    WorkspaceReadOnly,
    WorkspaceShared,
    WorkspaceTooNew,
)
from smsdesk.core.remembered import View
from smsdesk.store import accounts, drafts, jobs, outbox, queueing, schema, settings, sqlite, views
from smsdesk.store.workspace import Store

NOW = datetime(2031, 3, 1, 9, tzinfo=UTC)


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def refused(folder: Path, error: type[WorkspaceError], **named: Any) -> None:
    """Opening fails with exactly this error and changes nothing in the folder."""
    before = bytes_of(folder)
    with pytest.raises(WorkspaceError) as told:
        Store.open(folder, **named)
    assert type(told.value) is error
    assert told.value.values == {"folder": folder.name}
    assert bytes_of(folder) == before


def test_only_the_owner_may_look_inside(workspace: Any) -> None:
    workspace.write(settings.put, "language", "de")
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in workspace.folder.iterdir()}
    assert modes.pop("workspace.db") == 0o600
    assert set(modes.values()) <= {0o600}
    assert stat.S_IMODE(workspace.folder.stat().st_mode) == 0o700


def test_what_was_put_is_there_when_it_is_opened_again(tmp_path: Path) -> None:
    one = Account("Main", "https://send.example/v1", ("https://a.example/v1", "https://b.example/v1"), "me")
    with Store.open(tmp_path / "w") as store:
        store.write(accounts.put, one).result()
        store.write(
            accounts.put, Account("Aside", "http://localhost/v1", ("http://localhost/v1",), "x", True, 7)
        )
        store.write(settings.put, "language", "de").result()
        store.write(settings.put, "language", "en").result()
        store.write(accounts.remove, "Nobody").result()
    with Store.open(tmp_path / "w") as store:
        assert [a.name for a in store.read(accounts.every).result()] == ["Aside", "Main"]
        assert store.read(accounts.every).result()[1] == one
        assert store.read(settings.get).result() == {"language": "en"}
        store.write(accounts.remove, "Aside").result()
        assert store.read(accounts.every).result() == (one,)


@pytest.mark.parametrize("journal", ["delete", "wal"])
def test_a_foreign_database_is_left_alone(tmp_path: Path, journal: str) -> None:
    raw = sqlite3.connect(tmp_path / "workspace.db")
    raw.execute(f"PRAGMA journal_mode={journal}")
    raw.execute("CREATE TABLE photos (name TEXT)")
    raw.close()
    refused(tmp_path, WorkspaceBroken)


@pytest.mark.parametrize("content", [b"Dear diary, " * 400, b"SQLite format 3\0" + b"\xff" * 4080, b"x"])
def test_garbage_is_left_alone(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "workspace.db").write_bytes(content)
    refused(tmp_path, WorkspaceBroken)


def test_a_newer_workspace_is_left_alone(tmp_path: Path) -> None:
    Store.open(tmp_path).close()
    raw = sqlite3.connect(tmp_path / "workspace.db")
    raw.execute(f"PRAGMA user_version={schema.VERSION + 1}")
    raw.close()
    refused(tmp_path, WorkspaceTooNew)


def test_a_damaged_workspace_says_so(tmp_path: Path, make: Callable[..., Campaign]) -> None:
    with Store.open(tmp_path) as store:
        store.write(drafts.save_head, make(), NOW).result()
    file = tmp_path / "workspace.db"
    content = file.read_bytes()
    file.write_bytes(content[:4096] + b"\xa5" * (len(content) - 4096))
    with pytest.raises(WorkspaceBroken), Store.open(tmp_path) as store:
        store.read(drafts.lines).result()


@pytest.mark.parametrize("name", ["50%20 off", "a?b#c", "Größe & Co"])
def test_any_name_of_a_folder(tmp_path: Path, name: str) -> None:
    for _ in range(2):
        Store.open(tmp_path / name).close()
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name / "workspace.db").is_file()


def test_an_empty_file_becomes_a_workspace(tmp_path: Path) -> None:
    (tmp_path / "workspace.db").touch(0o600)
    with Store.open(tmp_path) as store:
        assert store.read(drafts.lines).result() == ()


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "w").write_text("a note")
    with pytest.raises(WorkspaceBroken):
        Store.open(tmp_path / "w")
    assert (tmp_path / "w").read_text() == "a note"


@pytest.mark.parametrize(
    ("number", "error"),
    [
        (errno.ENOSPC, WorkspaceFull),
        (errno.EROFS, WorkspaceReadOnly),
        (errno.EACCES, WorkspaceReadOnly),
        (errno.EIO, WorkspaceBroken),
    ],
)
def test_what_the_system_says_in_our_words(number: int, error: type[WorkspaceError]) -> None:
    with pytest.raises(error) as told, sqlite.plain_errors(Path("/somewhere/w")):
        raise OSError(number, "secret words")
    assert "secret" not in f"{told.value}" and told.value.__cause__ is None


def test_a_network_share_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "_SHARES", frozenset({sqlite._file_system(tmp_path)}))
    refused(tmp_path, WorkspaceShared)


def test_a_read_only_workspace_can_be_read(tmp_path: Path) -> None:
    with Store.open(tmp_path) as store:
        store.write(settings.put, "language", "de").result()
    with Store.open(tmp_path, read_only=True) as store:
        assert store.read(settings.get).result() == {"language": "de"}
        for verb in (store.write, store.read):
            with pytest.raises(WorkspaceReadOnly):
                verb(settings.put, "language", "en").result()
        assert store.read(settings.get).result() == {"language": "de"}


def test_no_workspace_is_made_by_reading(tmp_path: Path) -> None:
    refused(tmp_path, WorkspaceReadOnly, read_only=True)


def test_a_full_disk_leaves_nothing_half(tmp_path: Path, make: Callable[..., Campaign]) -> None:
    campaign = make(3000)
    ready = tuple(made_ready(campaign))
    with Store.open(tmp_path) as store:
        store.write(drafts.save_head, campaign, NOW).result()
    pages = (tmp_path / "workspace.db").stat().st_size // 4096
    with Store.open(tmp_path, max_pages=pages + 20) as store:
        with pytest.raises(WorkspaceFull):
            store.write(queueing.commit, campaign, ready, NOW).result()
        assert store.read(outbox.entries).result() == ()
        assert store.read(jobs.counts).result()["all"] == 0
        assert not store.read(drafts.is_sent, campaign.id).result()
        store.write(settings.put, "language", "de").result()
    with Store.open(tmp_path) as store:
        assert len(store.write(queueing.commit, campaign, ready, NOW).result()) == 1


def test_an_error_in_a_verb_takes_all_of_it_back(workspace: Any) -> None:
    def half(connection: Any) -> None:
        settings.put(connection, "language", "de")
        raise KeyError

    with pytest.raises(KeyError):
        workspace.write(half)
    assert workspace.read(settings.get) == {}
    workspace.write(settings.put, "language", "en")


def test_a_workspace_that_another_program_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "BUSY_MS", 20)
    with Store.open(tmp_path) as store:
        other = sqlite3.connect(tmp_path / "workspace.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(WorkspaceBusy):
            store.write(settings.put, "language", "de").result()
        assert store.read(settings.get).result() == {}
        other.execute("ROLLBACK")
        other.close()
        store.write(settings.put, "language", "en").result()
        assert store.read(settings.get).result() == {"language": "en"}


def test_only_what_others_write_changes_the_version_of_the_data(tmp_path: Path) -> None:
    with Store.open(tmp_path) as one, Store.open(tmp_path) as two:
        before = one.data_version(), two.data_version()
        one.write(settings.put, "language", "de").result()
        assert one.data_version() == before[0]
        assert two.data_version() != before[1]
        assert two.read(settings.get).result() == {"language": "de"}


def test_a_step_to_a_newer_version_keeps_what_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    holder = Store.open(tmp_path)
    holder.write(settings.put, "language", "de").result()
    # Still in the write-ahead log: the copy must hold it all the same.
    monkeypatch.setattr(sqlite, "STEPS", (*schema.STEPS, lambda c: settings.put(c, "added", "yes")))
    monkeypatch.setattr(sqlite, "VERSION", schema.VERSION + 1)
    with Store.open(tmp_path) as store:
        assert store.read(settings.get).result() == {"language": "de", "added": "yes"}
    holder.close()
    copy = tmp_path / f"workspace.v{schema.VERSION}.db"
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    raw = sqlite3.connect(copy)
    kept = raw.execute("SELECT key, value FROM settings").fetchall()
    assert ("language", "de") in kept
    assert "added" not in dict(kept)
    raw.close()
    Store.open(tmp_path).close()


@pytest.mark.parametrize(
    ("version", "came_later"),
    [
        (1, ["do_not_contact", "lists", "layouts", "templates", "option_sets", "views"]),
        (2, ["templates", "option_sets", "views"]),
    ],
)
def test_an_older_workspace_gets_the_tables_that_came_later(
    tmp_path: Path, make: Callable[..., Campaign], version: int, came_later: list[str]
) -> None:
    later, campaign = [schema.metadata.tables[name] for name in came_later], make()

    def as_it_was(connection: Any) -> None:
        settings.put(connection, "language", "de")
        drafts.save_head(connection, campaign, NOW)
        schema.metadata.drop_all(connection, tables=later)
        connection.exec_driver_sql(f"PRAGMA user_version = {version}")

    with Store.open(tmp_path) as store:
        store.write(as_it_was).result()
    with Store.open(tmp_path) as store:
        assert store.read(settings.get).result() == {"language": "de"}
        assert [line.id for line in store.read(drafts.lines).result()] == [campaign.id]
        for table in later:
            assert store.read(lambda c, of=table: c.execute(of.select()).fetchall()).result() == []
        store.write(views.keep, campaign.id, View("options", 1)).result()
        assert store.read(views.load, campaign.id).result() == View("options", 1)
    raw = sqlite3.connect(tmp_path / f"workspace.v{version}.db")
    names = {name for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    raw.close()
    assert not names & set(came_later)


def test_a_step_that_fails_leaves_the_older_workspace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Store.open(tmp_path).close()

    def broken(connection: Any) -> None:
        settings.put(connection, "added", "yes")
        connection.exec_driver_sql("SELECT * FROM nowhere")

    with monkeypatch.context() as patch:
        patch.setattr(sqlite, "STEPS", (*schema.STEPS, broken))
        patch.setattr(sqlite, "VERSION", schema.VERSION + 1)
        with pytest.raises(WorkspaceBroken):
            Store.open(tmp_path)
    with Store.open(tmp_path) as store:
        assert store.read(settings.get).result() == {}


def test_an_empty_file_that_a_failed_start_left_gets_its_log(tmp_path: Path) -> None:
    (tmp_path / "workspace.db").touch()
    Store.open(tmp_path).close()
    raw = sqlite3.connect(tmp_path / "workspace.db")
    assert raw.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    raw.close()
