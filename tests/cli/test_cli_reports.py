"""``smsdesk jobs``, ``job``, ``find``, ``watch`` and ``export``: what became of messages, in the terminal."""

import csv
import io
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select, update
from stored import NOW, Stored, store_job
from verbs import Run

from smsdesk.cli import main
from smsdesk.core.account import Account
from smsdesk.core.request import RecipientReport, SmsId
from smsdesk.desk.passwords import VARIABLE
from smsdesk.store import accounts, recording
from smsdesk.store.schema import jobs
from smsdesk.store.workspace import Store
from smsdesk.words import say

ONE, TWO, THREE = "+4917604069012", "+4917604069031", "+4917604069044"
IDS = {ONE: "S.20261124-000000", THREE: "S.20261124-000001"}
KEYS = [
    "cursor", "at", "job", "campaign", "account", "sms", "number", "reference", "processStatus", "status",
    "reason", "outcome", "code", "final", "sent", "finished", "contradiction",
]  # fmt: skip


@pytest.fixture
def filled(folder: Path) -> Path:
    """Two jobs: one that is over, one that waits."""

    def fill(connection: Connection) -> None:
        store_job(connection, "Autumn", [Stored(ONE, "=Ada"), Stored(TWO, status="TIMEOUT")], job_id="J.1")
        open_one = [Stored(ONE, process_status="OPEN", status=None), Stored(THREE, process_status=None)]
        store_job(connection, "Winter", open_one, NOW + timedelta(days=1), "J.2")
        connection.execute(update(jobs).where(jobs.c.job_id == "J.2").values(final=False, delivered=0))

    with Store.open(folder) as store:
        store.write(fill).result()
    return folder


def report(folder: Path, *states: tuple[str, str, str | None], at: timedelta = timedelta()) -> None:
    """What the service says of J.2 now."""
    rows = [
        RecipientReport(SmsId(IDS.get(dst, f"S.{dst}")), dst, process_status, status, None, None, None, None)
        for dst, process_status, status in states
    ]

    def record(connection: Connection) -> None:
        key = connection.scalar(select(jobs.c.key).where(jobs.c.job_id == "J.2"))
        now = NOW + timedelta(days=2) + at
        url = "https://reports.example.com/rest/v1"
        recording.record(connection, key or 0, url, None, tuple(rows), now, now)

    with Store.open(folder) as store:
        store.write(record).result()


# --- looking


def test_jobs_are_looked_at_as_one_asks(run: Run, filled: Path) -> None:
    def names(*options: str) -> list[str]:
        return [line["name"] for line in run("jobs", *options).json]

    assert names() == ["Winter", "Autumn"]
    assert names("--ascending") == ["Autumn", "Winter"]
    assert names("--limit", "1") == ["Winter"]
    assert names("--words", "aut") == names("--sort", "delivered", "--limit", "1") == ["Autumn"]
    assert names("--kind", "open") == ["Winter"]
    assert names("--of", "Nobody") == []


def test_a_job_says_what_the_service_reports_otherwise_than_asked(run: Run, filled: Path) -> None:
    assert run("job", "J.1").json["asked_differs"] == []
    kept = update(jobs).where(jobs.c.job_id == "J.1").values(asked_differs='[["src", "Nordlicht", "Kiel"]]')
    with Store.open(filled) as store:
        store.write(lambda connection: connection.execute(kept)).result()
    differs = run("job", "J.1").json["asked_differs"]
    assert differs == [{"field": "src", "asked": "Nordlicht", "told": "Kiel"}]


def test_a_job_says_why_its_sms_wait(run: Run, filled: Path) -> None:
    told = run("job", "J.2").json
    assert [row["dst"] for row in told["recipients"]] == [ONE, THREE]
    for row in told["recipients"]:
        assert row["waits"] not in ("", "pending", row["waits_code"])
        assert isinstance(row["overdue"], bool)
    assert "waits" not in run("job", "J.1").json["recipients"][0]
    assert "states" not in told["recipients"][0]
    report(filled, (ONE, "DONE", "SUC_FIN"))
    states = run("job", "J.2", "--states").json["recipients"][0]["states"]
    assert [(one["process_status"], one["status"]) for one in states] == [("DONE", "SUC_FIN")]
    raw = run("job", "J.2", "--raw").json
    assert (raw["request"], raw["answers"]) == (None, [])


def named_in(code: str) -> list[str]:
    """The keys that a help text names at the beginning of its lines, in order."""
    lines = [line for line in say(code).splitlines() if re.match(r"  \S", line)]
    return [key for line in lines for key in re.split(r"\s{2,}", line.strip())[0].split(", ")]


def test_the_keys_of_what_is_printed_stand_in_the_help(run: Run, filled: Path) -> None:
    assert sorted(named_in("cli.jobs.keys")) == sorted(run("jobs").json[0])
    told = run("job", "J.2", "--states", "--raw").json
    sms, more = told["recipients"][0], set(told) - set(run("jobs").json[0])
    assert sorted(named_in("cli.find.keys")) == sorted(set(sms) - {"states"})
    assert {"recipients", "request", "answers"} == more
    assert set(named_in("cli.job.keys")) == {*more, "states"}


def test_a_message_that_is_found_says_why_it_waits(run: Run, filled: Path) -> None:
    (row,) = run("find", "04069044").json
    assert row["waits"] not in ("", "pending", row["waits_code"])
    assert run("find", "nobody of this name").words.startswith("Nobody was found.")


def test_find_gives_people_or_all_their_messages(run: Run, filled: Path) -> None:
    assert [row["campaign"] for row in run("find", "0176 04069012").json] == ["Winter"]
    assert [row["campaign"] for row in run("find", "69012", "--messages").json] == ["Winter", "Autumn"]
    assert len(run("find", "0176040690").json) == 3
    assert len(run("find", "0176040690", "--limit", "2").json) == 2


# --- tables


def test_tables_are_exported(run: Run, filled: Path, tmp_path: Path) -> None:
    file = tmp_path / "out.csv"

    def rows(*arguments: str) -> list[list[str]]:
        done = run("export", *arguments)
        assert done.code == 0, done.words
        found = list(csv.reader(io.StringIO(file.read_text("utf-8-sig"))))[1:]
        assert done.json["rows"] == len(found)
        return found

    assert [row[0] for row in rows("jobs", str(file), "--kind", "open")] == ["Winter"]
    assert [row[1] for row in rows("recipients", str(file), "--job", "J.1")] == ["'=Ada", ""]
    assert [row[0] for row in rows("person", str(file), "--number", "017604069012")] == ["Winter", "Autumn"]
    for table in ("outbox", "campaigns", "do-not-contact"):
        assert rows(table, str(file)) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("export",),
        ("export", "jobs"),
        ("export", "jobs", "x.pdf"),
        ("export", "jobs", "x.csv", "--reports"),
        ("export", "recipients", "x.csv"),
        ("export", "person", "x.csv"),
        ("export", "person", "x.csv", "--number", "0000000"),
        ("export", "person", "x.csv", "--number", "0176040690"),
        ("export", "--reports", "--since", "tomorrow"),
    ],
)
def test_what_makes_no_sense_is_said(run: Run, filled: Path, arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert (done.code, done.out) == (2, "")
    assert done.words.count(".") >= 2


# --- the feed


def test_the_feed_tells_each_change_once_and_goes_on_where_it_stopped(run: Run, filled: Path) -> None:
    assert run("export", "--reports").out == ""
    report(filled, (ONE, "RUNNING", None), (THREE, "OPEN", None))
    first = run("export", "--reports")
    assert [list(line) for line in first.lines] == [KEYS] * 2
    assert {(line["number"], line["code"], line["final"]) for line in first.lines} == {
        (ONE, "running", False),
        (THREE, "open", False),
    }
    cursor = first.lines[-1]["cursor"]
    assert first.words.split()[-1] == cursor
    # The same again is no change; a number nobody here knew is one.
    report(filled, (ONE, "DONE", "SUC_FIN"), (THREE, "OPEN", None), ("+4366412345", "DONE", "BLOCKED"))
    more = run("export", "--reports", "--since", cursor)
    assert {(line["number"], line["outcome"]) for line in more.lines} == {
        (ONE, "delivered"),
        ("+4366412345", "failed"),
    }
    assert [line["campaign"] for line in more.lines] == ["Winter"] * 2
    assert run("export", "--reports", "--since", more.lines[-1]["cursor"]).out == ""
    # A cursor of another workspace, or of one that was restored, loses nothing.
    assert len(run("export", "--reports", "--since", "999").lines) == 4


def test_the_feed_of_a_time(run: Run, filled: Path) -> None:
    report(filled, (ONE, "RUNNING", None))
    report(filled, (ONE, "DONE", "SUC_FIN"), at=timedelta(hours=1))
    since = (NOW + timedelta(days=2, minutes=1)).isoformat()
    assert [line["code"] for line in run("export", "--reports", "--since", since).lines] == ["suc_fin"]


# --- watching


def test_watch_prints_changes_until_all_is_final(run: Run, customers: Any, near_box: Any) -> None:
    box, (file, _) = near_box("--speed", "100"), customers(3)
    sent = run("send", "--to", str(file), "--text", "Hello", "--user", "desk", "--url", box.url).json
    (job,) = sent["jobs"]
    done = run("watch", job["jobId"])
    assert done.code == (1 if any(line["outcome"] == "failed" for line in done.lines) else 0)
    assert {line["number"] for line in done.lines if line["final"]} == {line["number"] for line in done.lines}
    assert len({line["number"] for line in done.lines}) == 3
    cursors = [int(line["cursor"]) for line in done.lines]
    assert cursors == sorted(set(cursors))
    # What is over is over at once.
    assert run("watch", sent["campaign"]).out == ""
    assert run("watch").code == 0
    assert run("watch", "J.nobody").code == 2


def test_a_job_that_is_not_visible_yet_is_watched_until_it_is(
    run: Run, customers: Any, near_box: Any
) -> None:
    box, (file, _) = near_box("--speed", "50"), customers(3)
    box.fault("hidden", 200, times=1_000, endpoint="every")
    account = ("--user", "desk", "--url", box.url)
    (job,) = run("send", "--to", str(file), "--text", "Hello", *account).json["jobs"]
    listed = run("jobs", *account)
    assert (listed.code, listed.json[0]["final"]) == (0, False)
    assert len({line["number"] for line in run("watch", job["jobId"]).lines}) == 3


def test_what_is_known_is_printed_where_the_service_does_not_answer(
    run: Run, customers: Any, near_box: Any
) -> None:
    box, (file, _) = near_box(), customers(3)
    account = ("--user", "desk", "--url", box.url)
    (job,) = run("send", "--to", str(file), "--text", "Hello", *account).json["jobs"]
    box.fault("down", times=1_000, endpoint="every")
    for verb in (("jobs",), ("job", job["jobId"])):
        done = run(*verb, *account)
        assert done.code == 1
        assert job["jobId"] in done.out
        assert done.words.startswith("The service did not answer. Nothing was changed")


@pytest.mark.parametrize("verb", ["watch", "watch J.2", "jobs --account Main", "job J.2 --account Main"])
def test_without_a_password_nobody_waits(
    run: Run, filled: Path, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    main_account = Account("Main", "https://sms.example.com", ("https://sms.example.com",), "ida")
    with Store.open(filled) as store:
        store.write(accounts.put, main_account).result()
    monkeypatch.delenv(VARIABLE)
    done = run(*verb.split())
    assert (done.code, done.out) == (2, "")
    assert VARIABLE in done.words


def test_jobs_of_others_are_discovered(run: Run, customers: Any, near_box: Any, tmp_path: Path) -> None:
    box, (file, _) = near_box(), customers(3)
    account = ("--user", "desk", "--url", box.url)
    other = ["--language", "en", "--workspace", str(tmp_path / "other")]
    assert main.run(main.parse([*other, "send", "--to", str(file), "--text", "Hello", *account])) == 0
    done = run("jobs", "--discover", *account)
    assert done.code == 0
    assert "1 job found" in done.words
    assert [(line["own"], line["sms_count"]) for line in done.json] == [(False, 3)]


# --- retention


def test_retention_shows_first_and_removes_when_told(run: Run, filled: Path) -> None:
    shown = run("retention", "--older-than", "1")
    assert (shown.code, shown.json["removed"], shown.json["sms"], shown.json["jobs"]) == (0, False, 2, 1)
    assert "--yes" in shown.words
    assert len(run("jobs").json) == 2
    done = run("retention", "--older-than", "1", "--yes")
    assert (done.code, done.json["removed"], done.json["sms"]) == (0, True, 2)
    assert run("find", TWO).json == []
    # What is open stays, however old it is.
    assert [row["dst"] for row in run("job", "J.2").json["recipients"]] == [ONE, THREE]
    assert run("retention", "--older-than", "1").json["sms"] == 0
    assert run("retention", "--older-than", "0").code == 2
