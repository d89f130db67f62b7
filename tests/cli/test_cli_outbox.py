"""``smsdesk outbox``, ``resume``, ``send --key`` and ``acts``: the outbox from the terminal."""

import json
import os
import re
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import keyring
import pytest
from keyring.backend import KeyringBackend
from processes import PASSWORD
from sqlalchemy import Connection, delete, update
from verbs import Run, Said

from smsdesk.cli import entries, finishing, main
from smsdesk.core.campaign import CampaignId
from smsdesk.core.outbox import Entry, EntryId, EntryState, Hold
from smsdesk.desk.passwords import VARIABLE
from smsdesk.store import accounts
from smsdesk.store.schema import leases, outbox
from smsdesk.store.workspace import Store
from smsdesk.words import use_language
from smsdesk.words.entries import why

FIELDS = {
    "entry", "campaign", "job", "state", "jobId", "sms", "reason", "account", "hold", "pilot", "tries",
    "age_seconds", "next_try", "since", "due_at", "final_at", "posted_at", "asked_at", "not_found_at",
    "why", "next",
}  # fmt: skip
NOBODY = "http://127.0.0.1:9/rest/v1"


class Kept(KeyringBackend):
    """A keyring in memory."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()
        self.passwords: dict[tuple[str, str], str] = {}

    def set_password(self, service: str, username: str, password: str) -> None:
        self.passwords[service, username] = password

    def get_password(self, service: str, username: str) -> str | None:
        return self.passwords.get((service, username))


@pytest.fixture
def kept() -> Iterator[Kept]:
    """The system's keyring."""
    before, made = keyring.get_keyring(), Kept()
    keyring.set_keyring(made)
    yield made
    keyring.set_keyring(before)


@pytest.fixture
def waits(run: Run, send: Run) -> None:
    """One entry that waits, because sending is paused."""
    run("outbox", "--pause")
    assert send(NOBODY).code == 1


def states(said: Said) -> list[str]:
    return [entry["state"] for entry in said.json["jobs" if "jobs" in said.json else "entries"]]


# --- the list


def test_an_empty_outbox_is_listed_as_such(run: Run) -> None:
    said = run("outbox")
    assert (said.code, said.json) == (0, {"paused": False, "paused_accounts": [], "entries": []})
    assert said.words == "Nothing is in the outbox.\n"


def test_what_waits_is_listed_with_its_age_and_next_try_in_words(run: Run, send: Run) -> None:
    assert send(NOBODY).code == 1
    said = run("outbox")
    assert said.code == 0
    (entry,) = said.json["entries"]
    assert set(entry) == FIELDS
    assert (entry["state"], entry["tries"], entry["sms"]) == ("waiting", 1, 3)
    assert entry["next_try"] > entry["since"]
    assert entry["why"] == "No connection."
    head, row, why = said.words.splitlines()
    assert head.split() == ["Entry", "Campaign", "State", "SMS", "Since", "Next", "try"]
    assert row.startswith("1      kunden    tries again  3    ")
    assert why.strip() == "No connection. smsdesk resume tries it again."
    assert run("outbox", "--json").words == ""
    assert "Eintrag" in run("outbox", language="de").words


def test_a_terminal_gets_words_alone(run: Run, waits: None, tmp_path: Path) -> None:
    pty = pytest.importorskip("pty")
    master, slave = pty.openpty()
    command = [sys.executable, "-m", "smsdesk", "--workspace", str(tmp_path / "workspace"), "outbox"]
    with subprocess.Popen(command, stdout=slave, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        words = process.stderr.read()
    os.close(slave)
    os.set_blocking(master, False)
    with pytest.raises(OSError):
        os.read(master, 1)
    os.close(master)
    assert "kunden" in words


def test_what_is_done_can_be_left_out(run: Run, send: Run, near_box: Any) -> None:
    send(near_box("--speed", "50").url)
    run("outbox", "--pause")
    send(NOBODY)
    assert states(run("outbox")) == ["queued", "accepted"]
    assert states(run("outbox", "--open")) == ["queued"]


def test_steps_and_tries_of_an_entry_are_shown_without_credentials(
    run: Run, send: Run, near_box: Any
) -> None:
    send(near_box("--speed", "50").url)
    said = run("outbox", "--steps", "1")
    assert [step["step"] for step in said.json["steps"]] == ["queued", "sending", "accepted"]
    assert said.json["steps"][0]["words"] == "Put into the outbox"
    (one,) = run("outbox", "--tries", "1").json
    assert (one["status"], one["error"]) == (200, None)
    assert json.loads(one["body"])["messages"][0]["text"] == "Hello"
    assert json.loads(one["answer"])["jobId"] == said.json["jobId"]
    assert PASSWORD not in json.dumps(one)
    assert "authorization" not in json.dumps(one).lower()


# --- a word about entries


def test_what_has_not_left_is_cancelled_and_never_sent(run: Run, waits: None) -> None:
    said = run("outbox", "--cancel", "1")
    assert (said.code, states(said), said.words) == (0, ["cancelled"], "")
    again = run("outbox", "--cancel", "1")
    assert (again.code, states(again)) == (1, ["cancelled"])
    assert "not cancelled (1)" in again.words
    assert (run("resume").code, states(run("resume"))) == (0, [])


def test_what_is_held_waits_for_a_word_and_then_goes(run: Run, send: Run, near_box: Any) -> None:
    box = near_box("--speed", "50")
    run("outbox", "--pause")
    sent = send(box.url)
    assert (sent.code, states(sent)) == (1, ["queued"])
    assert "smsdesk outbox --go-on" in sent.words
    assert states(run("outbox", "--hold", "1")) == ["held"]
    assert run("outbox", "--go-on").json["paused"] is False
    held = run("resume")
    assert (held.code, states(held)) == (1, ["held"])
    assert "smsdesk outbox says why" in held.words
    assert not box.accepted()
    gone = run("outbox", "--send-now", "1")
    assert (gone.code, states(gone)) == (0, ["accepted"])
    assert set(box.accepted().values()) == {1}
    assert run("outbox", "--send-now", "1").code == 1
    assert set(box.accepted().values()) == {1}


def test_an_entry_gets_a_new_time(run: Run, waits: None) -> None:
    assert states(run("outbox", "--hold", "1", "--at", "2040-03-01T09:00:00+01:00")) == ["held"]
    (entry,) = run("outbox", "--json").json["entries"]
    assert (entry["hold"], entry["due_at"]) == ("time", "2040-03-01T08:00:00+00:00")
    assert entry["next_try"] == entry["due_at"]
    assert "1 Mar 2040" in entry["why"]


def test_one_account_is_paused(run: Run, waits: None) -> None:
    (entry,) = run("outbox", "--go-on").json["entries"]
    said = run("outbox", "--pause", entry["account"])
    assert (said.json["paused"], said.json["paused_accounts"]) == (False, [entry["account"]])
    (paused,) = said.json["entries"]
    assert paused["next_try"] is None
    assert entry["account"] in paused["why"]
    assert run("outbox", "--pause", "nobody").code == 2
    assert run("outbox", "--go-on").json["paused_accounts"] == []


def test_what_has_not_left_is_withdrawn_into_a_draft(run: Run, waits: None) -> None:
    said = run("outbox", "--withdraw", "1")
    assert (said.code, said.json["sms"]) == (0, 3)
    assert states(run("outbox")) == ["cancelled"]
    assert run("outbox", "--withdraw", "1").code == 1


def test_a_refused_entry_is_retried_when_it_is_mended(run: Run, send: Run, near_box: Any) -> None:
    box = near_box("--speed", "50")
    box.fault("status", 400)
    refused = send(box.url)
    assert (refused.code, states(refused)) == (1, ["refused"])
    assert "smsdesk outbox --retry" in refused.words
    assert (run("resume").code, states(run("resume"))) == (0, [])
    done = run("outbox", "--retry", "1")
    assert (done.code, states(done)) == (0, ["accepted"])
    assert set(box.accepted().values()) == {1}
    assert run("outbox", "--retry", "1").code == 1


def test_an_account_is_released(run: Run, send: Run, near_box: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    box = near_box("--speed", "50")
    monkeypatch.setenv(VARIABLE, "a wrong one")
    assert send(box.url).code == 1
    (entry,) = run("outbox", "--json").json["entries"]
    monkeypatch.setenv(VARIABLE, PASSWORD)
    done = run("outbox", "--release", entry["account"])
    assert (done.code, states(done)) == (0, ["accepted"])
    assert set(box.accepted().values()) == {1}


def _long_ago(connection: Connection) -> None:
    connection.execute(update(outbox).values(late_at=datetime(2020, 1, 1, tzinfo=UTC)))
    connection.execute(delete(leases))


def test_what_is_overdue_after_a_standstill_asks_first(
    run: Run, send: Run, near_box: Any, tmp_path: Path
) -> None:
    box = near_box("--speed", "50")
    run("outbox", "--pause")
    send(box.url)
    run("outbox", "--go-on")
    with Store.open(tmp_path / "workspace") as store:
        store.write(_long_ago).result()
    said = run("outbox", "--json")
    assert (states(said), said.json["entries"][0]["hold"]) == (["held"], "missed")
    assert "--send-now 1" in said.json["entries"][0]["next"]
    assert (run("resume").code, box.accepted()) == (1, Counter())
    assert run("outbox", "--send-now", "1").code == 0
    assert set(box.accepted().values()) == {1}


def test_a_workspace_that_cannot_be_written_is_listed(
    run: Run, waits: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = Store.open
    monkeypatch.setattr(Store, "open", lambda folder: opened(folder, read_only=True))
    said = run("outbox")
    assert (said.code, states(said)) == (0, ["queued"])
    assert run("outbox", "--cancel", "1").code == 1
    monkeypatch.undo()
    monkeypatch.setenv(VARIABLE, PASSWORD)
    assert states(run("outbox")) == ["queued"]


@pytest.mark.parametrize(
    "arguments",
    [
        ("outbox", "--cancel", "7"),
        ("outbox", "--steps", "7"),
        ("outbox", "--at", "2040-03-01T09:00:00Z"),
        ("resume", "--again", "7"),
        ("resume", "--leave", "7"),
        ("send", "--to", "x.csv", "--text", "Hello", "--key", " "),
    ],
    ids=" ".join,
)
def test_what_makes_no_sense_is_exit_2(run: Run, arguments: tuple[str, ...]) -> None:
    said = run(*arguments)
    assert (said.code, said.json) == (2, None)
    assert len(said.words.splitlines()) == 1


def test_a_time_that_is_none_changes_nothing(run: Run, waits: None) -> None:
    assert run("outbox", "--hold", "1", "--at", "tomorrow").code == 2
    assert states(run("outbox")) == ["queued"]


# --- resume


def test_what_stays_uncertain_is_exit_3_until_a_person_says_so(run: Run, send: Run, near_box: Any) -> None:
    box = near_box("--speed", "50")
    box.fault("reset")
    sent = send(box.url)
    assert (sent.code, states(sent)) == (3, ["uncertain"])
    unknown = run("resume")
    assert (unknown.code, states(unknown)) == (3, ["uncertain"])
    for words in ("may or may not", "(entry 1)", "--again ENTRY", "--leave ENTRY", "smsdesk resume"):
        assert words in unknown.words
    (entry,) = run("outbox", "--json").json["entries"]
    assert "not there yet; this proves something at" in entry["why"]
    assert "Entry 1, kunden: No answer came back. Asked 0 s ago, not there yet" in unknown.words
    assert "--again 1" in entry["next"]
    assert not box.accepted()
    assert run("outbox", "--cancel", "1").code == 1
    again = run("resume", "--again", "1")
    assert (again.code, states(again)) == (0, ["accepted"])
    assert set(box.accepted().values()) == {1}
    settled = run("resume", "--again", "1")
    assert (settled.code, "not uncertain" in settled.words) == (0, True)
    assert set(box.accepted().values()) == {1}


def test_before_something_is_sent_again_it_is_looked_for(run: Run, send: Run, near_box: Any) -> None:
    box = near_box("--speed", "50")
    box.fault("lost_answer")
    box.fault("status", 503, endpoint="jobs")
    assert send(box.url).code == 3
    again = run("resume", "--again", "1")
    assert (again.code, states(again)) == (0, ["accepted"])
    assert set(box.accepted().values()) == {1}


def test_what_is_uncertain_can_be_left(run: Run, send: Run, near_box: Any) -> None:
    box = near_box("--speed", "50")
    box.fault("reset")
    send(box.url)
    left = run("resume", "--leave", "1")
    assert (left.code, states(left)) == (0, ["cancelled"])
    assert not box.accepted()


def test_one_account_that_cannot_send_keeps_no_other(
    run: Run, send: Run, waits: None, near_box: Any, kept: Kept
) -> None:
    box = near_box("--speed", "50")
    send(box.url)
    for url in (NOBODY, box.url):
        kept.set_password("SMS Desk", name_of(url), PASSWORD)
    run("outbox", "--go-on")
    said = run("resume")
    assert (said.code, states(said)) == (1, ["waiting", "accepted"])
    assert "127.0.0.1:9" in said.words


def name_of(url: str) -> str:
    return f"desk@{urlsplit(url).netloc}"


def test_the_password_of_the_environment_is_tried_on_no_other_account(
    run: Run, send: Run, waits: None, near_box: Any
) -> None:
    first, second = near_box("--speed", "50"), near_box("--speed", "50")
    send(first.url)
    send(second.url)
    run("outbox", "--go-on")
    said = run("resume")
    assert (said.code, states(said)) == (1, ["queued"] * 3)
    assert f"{name_of(first.url)} is not known: SMSDESK_PASSWORD is not tried on one of several" in said.words
    assert "Name the account that it belongs to" in said.words
    # The one that is named gets it, the others do not.
    said = run("resume", "--account", name_of(second.url))
    assert (said.code, states(said)) == (0, ["accepted"])
    assert [box.accepted() != {} for box in (first, second)] == [False, True]


def test_an_account_that_is_gone_keeps_no_other(
    run: Run, send: Run, waits: None, near_box: Any, tmp_path: Path
) -> None:
    box = near_box("--speed", "50")
    send(box.url)
    run("outbox", "--go-on")
    with Store.open(tmp_path / "workspace") as store:
        store.write(accounts.remove, "desk@127.0.0.1:9").result()
    said = run("resume")
    assert (said.code, states(said)) == (1, ["queued", "accepted"])
    assert "desk@127.0.0.1:9" in said.words
    assert set(box.accepted().values()) == {1}


NOW = datetime(2031, 3, 1, 9, tzinfo=UTC)
ENTRY = Entry(
    EntryId(7),
    CampaignId("c"),
    "Autumn",
    1,
    1,
    "Main",
    "m",
    3,
    EntryState.QUEUED,
    NOW - timedelta(minutes=20),
)
LATER = NOW + timedelta(minutes=5)
STANDING: list[dict[str, Any]] = [
    *({"state": state} for state in EntryState if state is not EntryState.HELD),
    *({"state": EntryState.HELD, "hold": hold, "due_at": LATER, "final_at": LATER} for hold in Hold),
    {"state": EntryState.HELD},
    {"state": EntryState.WAITING, "reason": "no_connection", "not_before": LATER},
    {"state": EntryState.REFUSED, "reason": "wrong_password"},
    {"state": EntryState.UNCERTAIN, "reason": "no_answer", "asked_at": NOW},
    {"state": EntryState.UNCERTAIN, "reason": "no_answer", "asked_at": NOW, "not_found_at": NOW},
    {"state": EntryState.CANCELLED, "reason": "left"},
    {"state": EntryState.CANCELLED, "reason": "do_not_contact"},
]


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("standing", STANDING, ids=str)
def test_every_standing_is_told_in_whole_sentences(standing: dict[str, Any], language: str) -> None:
    use_language(language)
    entry = replace(ENTRY, **standing)
    for paused in ((), ("Main",), ("",)):
        words = f"{why(entry, entries.scene_of(NOW, paused))} {entries.next_words(entry, paused)}"
        assert not re.search(r"[{}…]|outbox\.|cli\.|error\.", words), words
        assert entries.lines([entry], NOW, paused)[2].strip() == words.strip()
    done = entry.state in (EntryState.ACCEPTED, EntryState.CANCELLED, EntryState.SENDING)
    assert bool(entries.next_words(entry)) is not done


def test_when_an_entry_goes_by_itself() -> None:
    expected = {
        EntryState.QUEUED: NOW,
        Hold.TIME: LATER,
        Hold.UNDO: LATER,
    }
    for standing in STANDING:
        entry = replace(ENTRY, **standing)
        if "not_before" in standing:
            assert entries.next_try(entry, NOW) == LATER
        else:
            state = EntryState.QUEUED if entry.state is EntryState.WAITING else entry.state
            assert entries.next_try(entry, NOW) == expected.get(entry.hold or state)
        assert entries.next_try(entry, NOW, [""]) == expected.get(entry.hold)


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (EntryState.ACCEPTED, 0),
        (EntryState.CANCELLED, 0),
        (EntryState.QUEUED, 1),
        (EntryState.WAITING, 1),
        (EntryState.HELD, 1),
        (EntryState.REFUSED, 1),
        (EntryState.SENDING, 3),
        (EntryState.UNCERTAIN, 3),
    ],
)
def test_each_state_has_its_exit_code(state: EntryState, code: int, capsys: Any) -> None:
    entry = replace(ENTRY, state=state)
    accepted = replace(entry, id=EntryId(8), state=EntryState.ACCEPTED)
    for some in ((entry,), (entry, accepted), (accepted, entry)):
        assert finishing.told(some, frozenset()) == code
        words = capsys.readouterr().err
        assert ("7" in words) is bool(code)
        assert "8" not in words


def test_the_exit_codes_stand_in_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    for verb in ((), ("send",), ("resume",), ("outbox",)):
        with pytest.raises(SystemExit) as ended:
            main.parse([*verb, "--help"])
        assert ended.value.code == 0
        words = " ".join(capsys.readouterr().out.split())
        for code in ("0 all well", "1 something failed", "2 bad input", "3 it is not known"):
            assert code in words


# --- send --key


def test_a_key_sends_once_and_answers_what_became_of_the_first(
    run: Run, send: Run, near_box: Any, customers: Any
) -> None:
    box, (file, truth) = near_box("--speed", "50"), customers(3)
    first = send(box.url, "--key", "daily")
    assert (first.code, first.json["repeated"], states(first)) == (0, False, ["accepted"])
    file.unlink()
    again = send(box.url, "--key", "daily")
    assert (again.code, again.json["repeated"]) == (0, True)
    assert again.json["jobs"] == first.json["jobs"]
    assert again.json["campaign"] == first.json["campaign"]
    assert "Nothing new is sent" in again.words
    customers(3)
    other = send(box.url, "--key", "daily 2")
    assert (other.code, other.json["repeated"]) == (0, False)
    assert box.accepted() == truth + truth


def test_a_key_goes_on_with_what_the_first_left(run: Run, send: Run, near_box: Any) -> None:
    box = near_box("--speed", "50")
    run("outbox", "--pause")
    first = send(box.url, "--key", "daily")
    assert (first.code, states(first)) == (1, ["queued"])
    run("outbox", "--go-on")
    again = send(box.url, "--key", "daily")
    assert (again.code, states(again)) == (0, ["accepted"])
    assert set(box.accepted().values()) == {1}


def test_a_key_whose_first_is_uncertain_sends_nothing(run: Run, send: Run, near_box: Any) -> None:
    box = near_box("--speed", "50")
    box.fault("reset")
    for _ in range(2):
        said = send(box.url, "--key", "daily")
        assert (said.code, states(said)) == (3, ["uncertain"])
    assert not box.accepted()


def test_a_dry_run_takes_no_key(run: Run, send: Run, near_box: Any) -> None:
    box = near_box("--speed", "50")
    assert send(box.url, "--key", "daily", "--dry-run").code == 0
    assert send(box.url, "--key", "daily").json["repeated"] is False
    assert set(box.accepted().values()) == {1}


def test_two_processes_with_one_key_send_one_campaign(terminal: Any, customers: Any, near_box: Any) -> None:
    box, (file, truth) = near_box("--speed", "50"), customers(40)
    box.fault("delay", 1, times=5)
    command, environment = terminal._call(
        ("send", "--to", str(file), "--text", "Hello", "--user", "desk", "--url", box.url, "--key", "daily")
    )
    both = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    said = [process.communicate(timeout=300) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    results = [json.loads(out) for out, _ in said]
    assert sorted(result["repeated"] for result in results) == [False, True]
    assert results[0]["jobs"] == results[1]["jobs"]
    assert box.accepted() == truth
    drafts = json.loads(terminal.run("acts").stdout)
    assert Counter(act["what"] for act in drafts)["queued"] == 1


@pytest.mark.slow
@pytest.mark.parametrize(("moment", "code", "state"), [("after", 0, "accepted"), ("before", 3, "uncertain")])
def test_a_scheduler_tries_again_what_was_killed_in_the_middle(
    terminal: Any, customers: Any, near_box: Any, start_gate: Any, moment: str, code: int, state: str
) -> None:
    box, (file, truth) = near_box("--speed", "50"), customers(3)
    gate = start_gate(box.port, **{f"shut_{moment}": 1})
    url = f"http://127.0.0.1:{gate.port}/rest/v1"
    daily = ("send", "--to", str(file), "--text", "Hello", "--user", "desk", "--url", url, "--key", "daily")
    process = terminal.start(*daily)
    assert gate.reached.wait(600)
    process.kill()
    process.wait()
    for _ in range(2):
        again = terminal.run(*daily)
        (job,) = json.loads(again.stdout)["jobs"]
        assert (again.returncode, job["state"]) == (code, state), again.stderr
        assert box.accepted() == (truth if code == 0 else Counter())


@pytest.mark.skipif(sys.platform == "win32", reason="no such signal")
def test_ctrl_c_in_the_middle_says_that_the_outcome_is_unknown(
    terminal: Any, customers: Any, near_box: Any
) -> None:
    box, (file, _) = near_box("--speed", "50"), customers(3)
    box.fault("delay", 20)
    arguments = ("send", "--to", str(file), "--text", "Hello", "--user", "desk", "--url", box.url)
    command, environment = terminal._call((*arguments, "--key", "daily"))
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr
    assert "in the outbox" in process.stderr.readline()
    while box.asked("state")["faults"]:
        assert process.poll() is None
    process.send_signal(signal.SIGINT)
    out, words = process.communicate(timeout=300)
    assert process.returncode == 3, words
    assert [job["state"] for job in json.loads(out)["jobs"]] == ["uncertain"]
    assert "Traceback" not in words
    assert "Stopped." in words
    assert "may or may not" in words


# --- acts


def test_acts_are_told_and_written(run: Run, waits: None, tmp_path: Path) -> None:
    run("outbox", "--cancel", "1")
    said = run("acts")
    assert [act["what"] for act in said.json] == ["paused", "account_saved", "queued", "cancelled"]
    assert all({"id", "at", "who", "what", "values", "words"} == set(act) for act in said.json)
    written = run("acts", "--out", str(tmp_path / "log.json"))
    assert (written.code, written.json) == (0, None)
    assert "4 acts" in written.words
    assert json.loads((tmp_path / "log.json").read_bytes()) == said.json
    assert run("acts", "--out", str(tmp_path / "nowhere" / "log.csv")).code == 2
