"""Flipped bytes: a damaged workspace is told and its backup offered, never a crash, never another SMS."""

import os
import random
import shutil
import sqlite3
import stat
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from planned import made_ready
from sqlalchemy import update

from smsdesk.app import main
from smsdesk.core.account import Account
from smsdesk.core.campaign import Campaign, CampaignId, Message
from smsdesk.core.errors import SmsDeskError, WorkspaceBroken, WorkspaceError, WorkspaceTooNew
from smsdesk.core.lists import Source
from smsdesk.core.outbox import EntryState, Hold
from smsdesk.core.recipients import Edited, Recipients
from smsdesk.core.remembered import View
from smsdesk.desk.sending import without
from smsdesk.store import (
    accounts,
    backup,
    do_not_contact,
    drafts,
    finding,
    jobs,
    leases,
    lists,
    outbox,
    queueing,
    schema,
    sent,
    settings,
    templates,
    views,
    watching,
)
from smsdesk.store.packing import pack_recipients, unpack_recipients
from smsdesk.store.workspace import Store, put_back
from smsdesk.words import error_words

NOW = datetime(2031, 3, 1, 9, tzinfo=UTC)
DAY = date(2031, 3, 1)
BODIES = [f'{{"job": {number}.0}}'.encode() * 40 for number in (2, 3)]
REDUCED = 100 if os.environ.get("CI") else 1000


class Inline(Executor):
    """Runs everything at once, on the thread that asks."""

    def submit(self, call: Callable[..., Any], /, *args: Any, **named: Any) -> Future[Any]:
        done: Future[Any] = Future()
        try:
            done.set_result(call(*args, **named))
        except Exception as error:  # noqa: BLE001 (told by the answer, as on a thread)
            done.set_exception(error)
        return done


def opened(folder: Path, **named: Any) -> Store:
    return Store.open(folder, writer=Inline(), reader=Inline(), **named)


def campaign(number: int, count: int) -> Campaign:
    dst = [f"+49176{number:02}{n:06}" for n in range(count)]
    rows = Recipients(dst, [f"R{n}" for n in range(count)], {"name": [f"Ada {n}" for n in range(count)]})
    return Campaign(CampaignId(f"{number:032x}"), f"Campaign {number}", "Main", (Message("Hello", rows),))


def fill(store: Store) -> None:
    """Some of everything."""

    def write(verb: Callable[..., Any], *args: Any) -> Any:
        return store.write(verb, *args).result()

    write(settings.put, "language", "de")
    write(accounts.put, Account("Main", "https://send.example/v1", ("https://a.example/v1",), "me"))
    write(do_not_contact.add, [do_not_contact.Listed("+491769999", "asked", "stop.csv", NOW)])
    write(
        lists.save,
        "Customers",
        Source("file", {"name": "a.csv"}),
        campaign(7, 40).messages[0].recipients,
        NOW,
    )
    write(templates.save, "Hello", "Hello {name}", None, NOW)
    draft = campaign(1, 40)
    write(drafts.save_head, draft, NOW)
    write(drafts.save_base, draft.id, 0, draft.messages[0].recipients, NOW)
    for row in range(5):
        write(drafts.add_patch, draft.id, 0, Edited(row, "field:name", "Bob"), NOW)
    write(views.keep, draft.id, View("options", 1))
    for number, body in zip((2, 3), BODIES, strict=True):
        going = campaign(number, 60)
        ready = made_ready(going, number * 100, body=lambda _, made=body: made)
        write(queueing.commit, going, tuple(ready), NOW)
    lease = write(leases.acquire, "send:Main", "one", NOW, timedelta(minutes=5))
    assert write(outbox.take, "Main", NOW, lease, without)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a backup, to be copied."""
    folder = tmp_path_factory.mktemp("sound") / "workspace"
    with opened(folder) as store:
        fill(store)
        store.look_after(DAY)
    return folder


def damage(file: Path, chance: random.Random) -> str:
    """Flips bits, overwrites a stretch, or cuts the file; says what was done."""
    content = bytearray(file.read_bytes())
    how = chance.choice(["bit", "bits", "stretch", "page", "cut"])
    match how:
        case "bit" | "bits":
            for _ in range(1 if how == "bit" else chance.randint(2, 60)):
                content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        case "stretch":
            at = chance.randrange(len(content))
            content[at : at + 40] = chance.randbytes(len(content[at : at + 40]))
        case "page":
            at = 4096 * chance.randrange(len(content) // 4096)
            content[at : at + 4096] = bytes(4096)
        case _:
            del content[chance.randrange(len(content)) :]
    file.write_bytes(content)
    return how


def looks(store: Store) -> Iterator[Callable[[], Any]]:
    """Everything that a person could look at."""

    def of(verb: Callable[..., Any], *args: Any) -> Callable[[], Any]:
        return lambda: store.read(verb, *args).result()

    yield from map(of, (settings.get, accounts.every, drafts.lines, outbox.entries, jobs.counts, lists.lines))
    yield from map(of, (templates.every, sent.before, do_not_contact.numbers, outbox.standing))
    yield of(jobs.lines, "all")
    yield of(watching.open_jobs, "Main", (), NOW)
    yield of(finding.search, "+49176")
    yield of(lists.load, 1)
    yield of(do_not_contact.find, "", "number")
    for number in (1, 2, 3):
        yield of(drafts.load, CampaignId(f"{number:032x}"))
        yield of(drafts.load_to_change, CampaignId(f"{number:032x}"))
        yield of(views.load, CampaignId(f"{number:032x}"))
        yield of(outbox.of_campaign, CampaignId(f"{number:032x}"))
    for entry in (1, 2):
        yield of(outbox.steps_of, entry)
        yield of(jobs.recipients, entry)


def told(act: Callable[[], Any]) -> SmsDeskError | None:
    """What a person is told instead of an answer; anything but an error of ours gets out and fails."""
    try:
        act()
    except SmsDeskError as error:
        sentence, hint = error_words(error)
        assert sentence and hint and "{" not in sentence + hint
        return error
    return None


def all_sent(store: Store) -> list[bytes]:
    """The bytes that go out, of whatever is still to go, until nothing is left or an error is told."""
    lease = store.write(leases.acquire, "send:Main", "two", NOW + timedelta(hours=1), timedelta(1)).result()
    bodies: list[bytes] = []
    while lease and (taken := store.write(outbox.take, "Main", NOW, lease, without).result()):
        bodies.append(taken.body)
    return bodies


def tried(sound: Path, folder: Path, seed: int) -> str:
    """One damaged workspace, looked at and sent from: what became of it."""
    shutil.copytree(sound, folder)
    damage(folder / "workspace.db", random.Random(seed))
    try:
        with opened(folder) as store:
            errors = [*filter(None, map(told, looks(store)))]
            bodies: list[bytes] = []
            errors += filter(None, [told(lambda: bodies.extend(all_sent(store)))])
            # The first is being sent by somebody; the other goes as it was queued, or not at all.
            assert bodies in ([], [BODIES[1]])
            return "named later" if errors else "fine"
    except WorkspaceTooNew:
        return "named"
    except WorkspaceError as caught:
        error = caught
    assert type(error) is WorkspaceBroken
    assert all(error_words(error)) and str(folder) in error_words(error)[0]
    assert error.values["backup"] == str(folder / "workspace.2031-03-01.db")
    put_back(folder, Path(str(error.values["backup"])), NOW)
    with opened(folder) as store:
        assert [*filter(None, map(told, looks(store)))] == []
        assert all_sent(store) == []
        assert {e.state for e in store.read(outbox.entries).result()} == {EntryState.UNCERTAIN}
    return "named"


def test_flipped_bytes_are_told_and_the_backup_offered(sound: Path, tmp_path: Path) -> None:
    found = [tried(sound, tmp_path / f"{seed}", seed) for seed in range(60)]
    assert {"fine", "named"} <= {*found}


@pytest.mark.slow
def test_a_thousand_workspaces_with_flipped_bytes(sound: Path, tmp_path: Path) -> None:
    for seed in range(1000, 1000 + REDUCED):
        folder = tmp_path / f"{seed}"
        tried(sound, folder, seed)
        shutil.rmtree(folder)


@pytest.fixture
def copied(sound: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sound, tmp_path / "workspace"))


def states(folder: Path) -> list[tuple[EntryState, Hold | None, str | None]]:
    with opened(folder) as store:
        return [(e.state, e.hold, e.reason) for e in store.read(outbox.entries).result()]


def page_of_index(folder: Path) -> int:
    """The page (from 1) of the index over states and accounts of the outbox."""
    raw = sqlite3.connect(folder / "workspace.db", isolation_level=None)
    (page,) = raw.execute("SELECT rootpage FROM sqlite_master WHERE name = 'outbox_state'").fetchone()
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    raw.close()
    return int(page)


def without_index(folder: Path) -> None:
    """Damage that no look at the tables shows: an index that lacks a row."""
    page = page_of_index(folder)
    with (folder / "workspace.db").open("r+b") as file:
        # The number of cells in the header of the page.
        file.seek(4096 * (page - 1) + 3)
        file.write(b"\0\1")


def test_a_backup_sends_nothing_however_it_comes_back(sound: Path, copied: Path) -> None:
    assert {state for state, _, _ in states(sound)} == {EntryState.QUEUED, EntryState.SENDING}
    kept = copied / "workspace.2031-03-01.db"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    kept.replace(copied / "workspace.db")
    assert states(copied) == [(EntryState.UNCERTAIN, None, "restored")] * 2
    with opened(copied) as store:
        assert all_sent(store) == []
        assert store.read(lambda c: c.exec_driver_sql("PRAGMA journal_mode").scalar()).result() == "wal"


@pytest.mark.parametrize("at", [2**62, -(2**62)])
def test_an_instant_that_no_calendar_has_is_damage(copied: Path, at: int) -> None:
    raw = sqlite3.connect(copied / "workspace.db", isolation_level=None)
    raw.execute("UPDATE campaigns SET saved_at = ?", (at,))
    raw.close()
    with opened(copied) as store, pytest.raises(WorkspaceBroken):
        store.read(drafts.lines).result()


def test_a_held_entry_is_uncertain_in_a_backup(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        fill(store)
        store.write(lambda c: c.execute(update(schema.outbox).values(state="held", hold="undo"))).result()
        store.look_after(DAY)
    (tmp_path / "workspace.2031-03-01.db").replace(tmp_path / "workspace.db")
    assert states(tmp_path) == [(EntryState.UNCERTAIN, None, "restored")] * 2


def test_a_backup_of_an_older_workspace_sends_nothing_either(tmp_path: Path) -> None:
    raw = sqlite3.connect(tmp_path / "workspace.db")
    columns = "id INTEGER, state TEXT, reason TEXT, since INTEGER, not_before INTEGER, owner TEXT"
    raw.execute(f"CREATE TABLE outbox ({columns})")
    states = [("queued",), ("accepted",), ("refused",), ("cancelled",)]
    raw.executemany("INSERT INTO outbox (state) VALUES (?)", states)
    raw.commit()
    raw.close()
    raw = sqlite3.connect(backup.make(tmp_path / "workspace.db", "v3", 3))
    found = raw.execute("SELECT state, reason FROM outbox").fetchall()
    raw.close()
    restored = ("uncertain", "restored")
    assert found == [restored, ("accepted", None), restored, ("cancelled", None)]


def test_what_was_refused_is_uncertain_in_a_backup_and_looked_for_from_then_on(tmp_path: Path) -> None:
    with opened(tmp_path) as store:
        fill(store)
        was = {"state": "refused", "reason": "bad_request", "owner": None, "lease": None}
        store.write(lambda c: c.execute(update(schema.outbox).values(was))).result()
        store.look_after(DAY)
    (tmp_path / "workspace.2031-03-01.db").replace(tmp_path / "workspace.db")
    assert states(tmp_path) == [(EntryState.UNCERTAIN, None, "restored")] * 2
    with opened(tmp_path) as store:
        # The campaigns are of 2031 by the test's clock, the backup is of now.
        assert {e.since < datetime.now(UTC) for e in store.read(outbox.entries).result()} == {True}


def test_backups_are_few_and_one_a_day(sound: Path, copied: Path) -> None:
    with opened(copied) as store:
        for day in (2, 2, 3, 4, 5):
            store.look_after(date(2031, 3, day))
        found = sorted(path.name for path in copied.glob("workspace.*.db"))
        assert found == [f"workspace.2031-03-0{day}.db" for day in (3, 4, 5)]
        before = (copied / found[-1]).stat().st_mtime_ns
        store.look_after(date(2031, 3, 5))
        assert (copied / found[-1]).stat().st_mtime_ns == before


def test_an_index_without_a_row_is_damage(copied: Path) -> None:
    without_index(copied)
    with pytest.raises(WorkspaceBroken) as error:
        opened(copied)
    assert error.value.values["reason"] == "backup"


def test_a_flipped_bit_in_an_index_is_damage(copied: Path) -> None:
    content = (copied / "workspace.db").read_bytes()
    start = 4096 * (page_of_index(copied) - 1)
    page = content[start : start + 4096].replace(b"queued", b"qu%ued", 1)
    (copied / "workspace.db").write_bytes(content[:start] + page + content[start + 4096 :])
    assert page != content[start : start + 4096]
    with pytest.raises(WorkspaceBroken):
        opened(copied)


def test_what_opening_has_no_time_for_is_found_later_and_remembered(copied: Path) -> None:
    without_index(copied)
    with opened(copied, check_seconds=0) as store, pytest.raises(WorkspaceBroken) as error:
        store.look_after(date(2031, 3, 2))
    assert error.value.values["reason"] == "backup"
    assert not (copied / "workspace.2031-03-02.db").exists()
    with pytest.raises(WorkspaceBroken):
        opened(copied, check_seconds=0)
    put_back(copied, Path(str(error.value.values["backup"])), NOW)
    opened(copied, check_seconds=0).close()


def test_a_sound_one_is_opened_when_there_was_no_time_to_look(copied: Path) -> None:
    with opened(copied, check_seconds=0) as store:
        store.look_after(date(2031, 3, 2))
    assert (copied / "workspace.2031-03-02.db").exists()
    backup.mark(copied, damaged=True)
    with opened(copied, check_seconds=0):
        assert not backup.is_marked(copied)


def test_closing_ends_the_look(copied: Path) -> None:
    store = opened(copied, check_seconds=0)
    store.close()
    store.look_after(date(2031, 3, 2))
    assert not (copied / "workspace.2031-03-02.db").exists()


def test_an_empty_file_beside_a_backup_is_no_new_workspace(copied: Path) -> None:
    (copied / "workspace.db").write_bytes(b"")
    with pytest.raises(WorkspaceBroken) as error:
        opened(copied)
    assert error.value.values["reason"] == "backup"


def test_a_damaged_backup_is_not_offered(copied: Path) -> None:
    shutil.copy(copied / "workspace.2031-03-01.db", copied / "workspace.2031-02-01.db")
    os.utime(copied / "workspace.2031-02-01.db", (0, 0))
    for name in ("workspace.db", "workspace.2031-03-01.db"):
        content = (copied / name).read_bytes()
        (copied / name).write_bytes(content[:-8192] + b"\xa5" * 4096 + content[-4096:])
    with pytest.raises(WorkspaceBroken) as error:
        opened(copied)
    assert str(error.value.values["backup"]).endswith("workspace.2031-02-01.db")
    (copied / "workspace.2031-02-01.db").unlink()
    with pytest.raises(WorkspaceBroken) as error:
        opened(copied)
    assert error.value.values == {"folder": str(copied), "reason": "damaged"}
    assert all(error_words(error.value))


def test_the_damaged_file_is_kept_with_its_log(copied: Path) -> None:
    (copied / "workspace.db").write_bytes(b"damaged")
    (copied / "workspace.db-wal").write_bytes(b"log")
    aside = put_back(copied, copied / "workspace.2031-03-01.db", NOW)
    assert aside.read_bytes() == b"damaged"
    assert aside.with_name(f"{aside.name}-wal").read_bytes() == b"log"
    assert len(states(copied)) == 2
    assert put_back(copied, copied / "workspace.2031-03-01.db", NOW) != aside


def test_a_value_of_another_kind_is_damage_and_not_a_bug(copied: Path) -> None:
    with opened(copied) as store:
        store.write(lambda c: c.exec_driver_sql("UPDATE campaigns SET saved_at = 'soon'")).result()
        with pytest.raises(WorkspaceBroken) as error:
            store.read(drafts.lines).result()
        assert error.value.values["reason"] == "damaged"
        assert store.read(settings.get).result() == {"language": "de"}


@pytest.mark.parametrize("column", range(4))
def test_a_flipped_bit_in_a_list_is_told(tmp_path: Path, column: int) -> None:
    rows = campaign(1, 50).messages[0].recipients
    content = bytearray(pack_recipients(rows))
    content[len(content) * (column + 1) // 5] ^= 4
    with pytest.raises(WorkspaceBroken):
        unpack_recipients(bytes(content))


def test_the_terminal_names_the_folder_and_the_backup(
    copied: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (copied / "workspace.db").write_bytes((copied / "workspace.db").read_bytes()[:-5000])
    assert main(["--language", "en", "--workspace", str(copied), "jobs"]) == 1
    words = capsys.readouterr().err
    assert f"The workspace in {copied} is damaged." in words
    assert str(copied / "workspace.2031-03-01.db") in words
    assert "Traceback" not in words
