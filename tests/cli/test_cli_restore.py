"""``smsdesk restore``: a workspace comes back from a backup, and nothing of it goes out by itself."""

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from processes import PASSWORD
from verbs import Run

from smsdesk.desk.acts import who
from smsdesk.store.workspace import Store

NOBODY = "http://127.0.0.1:9/rest/v1"


def back_up(folder: Path) -> Path:
    with Store.open(folder) as store:
        store.look_after(date(2031, 3, 1))
    return folder / "workspace.2031-03-01.db"


def damage(folder: Path) -> bytes:
    file = folder / "workspace.db"
    content = file.read_bytes()
    file.write_bytes(content[:4096] + b"\xa5" * 4096 + content[8192:])
    return file.read_bytes()


def test_what_left_after_the_backup_is_looked_up_and_never_sent_twice(
    run: Run, send: Run, folder: Path, near_box: Any
) -> None:
    box = near_box("--password", PASSWORD)
    run("outbox", "--pause")
    assert send(box.url).json["jobs"][0]["state"] == "queued"
    kept = back_up(folder)
    # It goes out after the backup was made.
    run("outbox", "--go-on")
    assert run("resume").code == 0
    once = box.accepted()
    assert once.total() == 3
    broken = damage(folder)
    assert run("outbox").code == 1
    done = run("restore", "--from", kept.name)
    assert done.code == 0
    assert Path(done.json["aside"]).read_bytes() == broken
    assert done.json["backup"] == str(kept)
    (entry,) = run("outbox", "--json").json["entries"]
    assert (entry["state"], entry["reason"]) == ("uncertain", "restored")
    (*_, act) = run("acts").json
    assert (act["what"], act["who"]) == ("restored", who())
    assert act["words"].startswith("Put a backup of ")
    run("outbox", "--go-on")
    assert box.accepted() == once
    assert [one["state"] for one in run("resume").json["jobs"]] == ["accepted"]
    assert run("resume").code == 0
    assert box.accepted() == once


def test_what_was_refused_before_the_backup_and_retried_since_is_found_first(
    run: Run, send: Run, folder: Path, near_box: Any
) -> None:
    box = near_box("--password", PASSWORD)
    box.fault("status", 400)
    assert send(box.url).json["jobs"][0]["state"] == "refused"
    kept = back_up(folder)
    assert run("outbox", "--retry", "1").code == 0
    once = box.accepted()
    assert once.total() == 3
    damage(folder)
    assert run("restore", "--from", kept.name).code == 0
    (entry,) = run("outbox", "--json").json["entries"]
    assert (entry["state"], entry["reason"]) == ("uncertain", "restored")
    assert "may have been sent since" in entry["why"]
    run("outbox", "--go-on")
    assert [one["state"] for one in run("resume").json["jobs"]] == ["accepted"]
    assert box.accepted() == once


def test_a_key_used_after_the_backup_sends_nothing_until_a_person_has_looked(
    run: Run, send: Run, folder: Path, near_box: Any
) -> None:
    box = near_box("--password", PASSWORD)
    assert send(box.url, "--key", "monday").code == 0
    kept = back_up(folder)
    assert send(box.url, "--key", "tuesday").code == 0
    assert box.accepted().total() == 6
    damage(folder)
    assert run("restore", "--from", "newest").json["backup"] == str(kept)
    again = send(box.url, "--key", "tuesday")
    assert again.code == 2
    assert "smsdesk outbox --go-on" in again.words
    assert send(box.url, "--key", "monday").json["repeated"] is True
    assert box.accepted().total() == 6
    # Without a key it is queued, and held as all else is.
    assert send(box.url).json["jobs"][0]["state"] == "queued"
    assert box.accepted().total() == 6
    run("outbox", "--go-on")
    assert run("resume").code == 0
    assert box.accepted().total() == 9
    assert send(box.url, "--key", "wednesday").code == 0


def test_backups_are_listed_with_what_they_hold(run: Run, send: Run, folder: Path) -> None:
    empty = run("restore")
    assert (empty.code, empty.json) == (0, {"backups": []})
    assert "no backup" in empty.words
    send(NOBODY)
    kept = back_up(folder)
    (folder / "workspace.2031-02-01.db").write_bytes(kept.read_bytes()[:5000])
    before = (folder / "workspace.db").read_bytes()
    listed = run("restore")
    assert (folder / "workspace.db").read_bytes() == before
    found = {one["name"]: one for one in listed.json["backups"]}
    whole = found["workspace.2031-03-01.db"]
    assert [whole[name] for name in ("sound", "campaigns", "jobs", "sms")] == [True, 1, 1, 3]
    assert datetime.now(UTC) - datetime.fromisoformat(whole["made_at"]) < timedelta(minutes=5)
    assert found["workspace.2031-02-01.db"]["sound"] is False
    assert "damaged" in listed.words
    assert "ago" in listed.words
    assert "vor" in run("restore", language="de").words


@pytest.mark.parametrize("name", ["workspace.2031-02-01.db", "workspace.db", "../elsewhere.db", "newest"])
def test_what_cannot_be_put_back_changes_nothing(run: Run, send: Run, folder: Path, name: str) -> None:
    send(NOBODY)
    (folder / "workspace.2031-02-01.db").write_bytes(b"damaged")
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    refused = run("restore", "--from", name)
    assert refused.code == 2
    assert refused.words
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_workspace_that_is_open_elsewhere_is_left_alone(run: Run, send: Run, folder: Path) -> None:
    send(NOBODY)
    back_up(folder)
    holder = (
        "import sys, pathlib; from smsdesk.store.workspace import Store;"
        "store = Store.open(pathlib.Path(sys.argv[1])); print('open', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", holder, str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "open\n"
        refused = run("restore", "--from", "newest")
        assert refused.code == 1
        assert "Another program" in refused.words
        other.communicate()
    assert not [*folder.glob("damaged-*")]
    assert run("restore", "--from", "newest").code == 0


def test_two_files_that_were_kept_aside_stay_apart(run: Run, send: Run, folder: Path) -> None:
    send(NOBODY)
    back_up(folder)
    asides = [run("restore", "--from", "newest").json["aside"] for _ in range(2)]
    Path(asides[0]).unlink()
    Path(asides[1]).write_bytes(b"kept")
    asides += [run("restore", "--from", "newest").json["aside"] for _ in range(2)]
    assert [Path(name).name for name in asides] == [f"damaged-{n}.db" for n in (1, 2, 1, 3)]
    assert Path(asides[1]).read_bytes() == b"kept"


def test_it_says_what_may_be_missing(run: Run, send: Run, folder: Path) -> None:
    send(NOBODY)
    back_up(folder)
    words = run("restore", "--from", "newest").words
    assert "paused" in words
    assert "looked up" in words
    assert "smsdesk outbox --go-on" in words
    assert "angehalten" in run("restore", "--from", "newest", language="de").words
