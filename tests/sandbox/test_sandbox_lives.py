"""Lives of SMS: the status table row by row, the seeded mix, ids, restarts on a file."""

import json
import re
import sqlite3
import stat
import tracemalloc
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from smsdesk.sandbox.engine import PHONE_KEEPS, Engine
from smsdesk.sandbox.ledger import BadFileError, Entry, Ledger
from smsdesk.sandbox.reading import Rejected, read_job
from smsdesk.sandbox.server import opened
from smsdesk.sandbox.spans import first_free, union

START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
DE, US = "+49176040690", "+121255501"


def body(*numbers: str, text: str = "Hello", **options: object) -> bytes:
    people = [{"dst": number} for number in numbers]
    return json.dumps({"messages": [{"text": text, "recipients": people}], "options": options}).encode()


def engine() -> Engine:
    return Engine(lambda: START, seed=3)


def rows(box: Engine, job_id: str) -> list[dict[str, Any]]:
    found = box.recipients(job_id)
    assert found is not None
    return found


def walk(number: str, *, asked: bool) -> list[tuple[str, str | None, bool]]:
    """Every state that a number shows: processStatus, status, whether it has a sentTs."""
    box = engine()
    job_id = box.accept(body(number, statusRequested=asked))
    seen = []
    for _ in range(2000):
        (row,) = rows(box, job_id)
        seen.append((row["processStatus"], row.get("status"), "sentTs" in row))
        box.advance(timedelta(milliseconds=100))
    return list(dict.fromkeys(seen))


NEW, AGAIN, SENT = ("OPEN", None, False), ("OPEN", "NOT_ACC_REC", False), ("RUNNING", "SUC_ACC", True)
ACCEPTED = ("DONE", "SUC_ACC", True)


def failed(status: str) -> tuple[str, str, bool]:
    return "DONE", status, False


TABLE = {
    0: ([NEW, SENT, ("DONE", "SUC_FIN", True)], [NEW, ACCEPTED]),
    60: ([NEW, AGAIN, SENT, ("DONE", "SUC_FIN", True)], [NEW, AGAIN, ACCEPTED]),
    70: ([NEW, SENT, ("DONE", "TIMEOUT", True)], [NEW, ACCEPTED]),
    75: ([NEW, failed("BLOCKED")], [NEW, failed("BLOCKED")]),
    78: ([NEW, AGAIN, failed("CON_ERR")], [NEW, AGAIN, failed("CON_ERR")]),
    80: ([NEW, SENT, ("DONE", "FAILED_FIN", True)], [NEW, ACCEPTED]),
    83: ([NEW, failed("NOT_ACC_FIN")], [NEW, failed("NOT_ACC_FIN")]),
    85: ([NEW, SENT, ("DONE", "SEND_ERR", True)], [NEW, ("DONE", "SEND_ERR", True)]),
    88: ([NEW, SENT, ("DONE", "STATUS_ERR", True)], [NEW, ACCEPTED]),
    90: ([NEW, ("CANCELED", None, False)], [NEW, ("CANCELED", None, False)]),
    92: ([NEW, AGAIN, ("CANCELED", "NOT_ACC_REC", False)], [NEW, AGAIN, ("CANCELED", "NOT_ACC_REC", False)]),
    95: ([NEW, SENT, ("KILL", "SUC_ACC", True)], [NEW, ACCEPTED]),
    98: ([NEW, failed("INVALID_DST")], [NEW, failed("INVALID_DST")]),
}


@pytest.mark.parametrize("last", TABLE)
@pytest.mark.parametrize("place", [DE, US])
def test_each_row_of_the_status_table_is_produced_by_a_number(place: str, last: int) -> None:
    number = f"{place}{last:02}"
    assert (walk(number, asked=True), walk(number, asked=False)) == TABLE[last]


def test_all_other_numbers_are_mostly_delivered_and_final_within_40_seconds() -> None:
    box = engine()
    numbers = [f"+49151{23450000 + n}" for n in range(3000)]
    job_id = box.accept(body(*numbers, statusRequested=True))
    box.advance(timedelta(seconds=40))
    ends = Counter(row["status"] for row in rows(box, job_id))
    assert 0.96 < ends.pop("SUC_FIN") / 3000 < 0.98
    assert set(ends) == {"INVALID_DST", "FAILED_FIN", "NOT_ACC_FIN", "CON_ERR"}


@pytest.mark.parametrize("written", ["00491511234567", "+491511234567"])
def test_both_international_spellings_are_one_phone_and_echoed_as_written(written: str) -> None:
    box = engine()
    job_id = box.accept(body(written))
    assert rows(box, job_id)[0]["dst"] == written
    assert next(box.messages())["dst"] == "+491511234567"


def test_sms_ids_differ_between_jobs_of_the_same_second() -> None:
    box = engine()
    jobs = [box.accept(body(DE + "01", DE + "02")) for _ in range(3)]
    ids = [row["smsId"] for job_id in jobs for row in rows(box, job_id)]
    assert ids == [f"S.20261124-090000-0000{n}" for n in range(1, 7)]
    assert len(set(jobs)) == 3
    assert all(re.fullmatch(r"J\.20261124-090000\.000-\w{18}", job_id) for job_id in jobs)


def test_a_job_received_this_very_instant_is_in_the_list_up_to_now() -> None:
    box = engine()
    job_id = box.accept(body(DE + "01"))
    assert box.ids(START, START, is_open=None) == [job_id]


def test_a_job_without_options_is_reported_with_the_defaults_of_the_account() -> None:
    box = engine()
    job_id = box.accept(body(DE + "01"))
    assert box.job(job_id) == {
        "jobId": job_id,
        "encoding": "standard",
        "statusRequested": False,
        "flash": False,
        "validityMin": 0,
        "qos": "NORMAL",
        "receiptTs": "2026-11-24T09:00:00.000+00:00",
        "recipientIds": ["S.20261124-090000-00001"],
    }


def test_identical_means_what_the_api_names_and_for_a_day() -> None:
    def told(**more: object) -> bytes:
        return json.dumps({**json.loads(body(DE + "01", duplicateDetection=True)), **more}).encode()

    box = engine()
    box.accept(told())
    with pytest.raises(Rejected, match="409"):
        box.accept(told(colour="red", other=None))
    box.accept(told(options={"duplicateDetection": True, "customerRef": "B"}))
    box.advance(timedelta(hours=24))
    box.accept(told())


def test_a_phone_keeps_its_last_messages_in_the_order_of_arrival() -> None:
    box = engine()
    for n in range(PHONE_KEEPS + 5):
        box.accept(body(DE + "01", text=f"{n}"))
        box.advance(timedelta(minutes=1))
    while box.put_on_phones():
        pass
    inbox = box.phone(DE + "01")
    assert [message["text"] for message in inbox] == [str(n) for n in range(5, PHONE_KEEPS + 5)]
    assert set(inbox[0]) >= {"text", "parts", "src", "flash", "at", "received", "jobId", "customerRef"}


def test_touching_blackouts_count_as_one() -> None:
    spans = union([(10, 20), (0, 10), (30, 40)])
    assert spans == ((0, 20), (30, 40))
    assert [first_free(spans, at) for at in (0, 10, 19, 20, 30, 40)] == [20, 20, 20, 20, 40, 40]


def test_a_restart_brings_back_every_job_and_no_report_takes_anything_back(tmp_path: Path) -> None:
    file = tmp_path / "jobs.db"
    disk = Ledger(file)
    box = opened(disk, 1)
    jobs = [box.accept(body(f"{DE}{last:02}", statusRequested=True)) for last in TABLE]
    box.advance(timedelta(hours=5))
    before = [(box.job(job_id), box.recipients(job_id)) for job_id in jobs]
    disk.close()
    disk = Ledger(file)
    box = opened(disk, 1)
    assert [(box.job(job_id), box.recipients(job_id)) for job_id in jobs] == before
    assert box.ids(box.now() - timedelta(days=1), box.now(), is_open=False) == jobs
    box.reset()
    disk.close()
    disk = Ledger(file)
    assert disk.count() == 0
    disk.close()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_an_identical_job_is_remembered_over_a_restart(tmp_path: Path) -> None:
    same = body(DE + "01", duplicateDetection=True)
    disk = Ledger(tmp_path / "jobs.db")
    opened(disk, 1).accept(same)
    disk.close()
    disk = Ledger(tmp_path / "jobs.db")
    with pytest.raises(Rejected, match="409"):
        opened(disk, 1).accept(same)
    disk.close()


def test_a_job_that_the_disk_does_not_take_is_not_accepted() -> None:
    class Full(Ledger):
        def save(self, entry: Entry) -> None:
            raise sqlite3.OperationalError("database or disk is full")

    box = Engine(lambda: START, ledger=Full())
    with pytest.raises(sqlite3.OperationalError):
        box.accept(body(DE + "01"))
    assert list(box.messages()) == []


def test_a_file_of_another_program_is_refused_and_left_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "workspace.db"
    other = sqlite3.connect(file)
    other.execute("CREATE TABLE jobs (key INTEGER)")
    other.close()
    before = file.read_bytes()
    with pytest.raises(BadFileError):
        Ledger(file)
    assert file.read_bytes() == before
    (tmp_path / "text.db").write_text("no database at all, but long enough to be looked at" * 40)
    with pytest.raises(BadFileError):
        Ledger(tmp_path / "text.db")


def test_a_file_belongs_to_one_sandbox_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("smsdesk.sandbox.ledger.WAIT_SECONDS", 0)
    held = Ledger(tmp_path / "jobs.db")
    with pytest.raises(BadFileError):
        Ledger(tmp_path / "jobs.db")
    held.close()
    Ledger(tmp_path / "jobs.db").close()


def test_a_clock_that_was_turned_stays_turned_over_a_restart(tmp_path: Path) -> None:
    disk = Ledger(tmp_path / "jobs.db")
    box = opened(disk, 1)
    turned = box.now() + timedelta(days=3)
    box.advance(timedelta(days=3))
    disk.close()
    disk = Ledger(tmp_path / "jobs.db")
    assert opened(disk, 1).now() >= turned
    disk.close()


def test_a_persons_blackouts_and_the_jobs_hold_together() -> None:
    hours = [(START + timedelta(hours=n)).isoformat() for n in range(3)]
    people = [{"dst": DE + "01", "blackoutPeriods": [f"{hours[1]}/{hours[2]}"]}, {"dst": DE + "01"}]
    options = {"blackoutPeriods": [f"{hours[0]}/{hours[1]}"]}
    told = {"messages": [{"text": "Hello", "recipients": people}], "options": options}
    box = engine()
    job_id = box.accept(json.dumps(told).encode())
    box.advance(timedelta(hours=1) - timedelta(milliseconds=1))
    assert ["sentTs" in row for row in rows(box, job_id)] == [False, False]
    box.advance(timedelta(milliseconds=1))
    assert ["sentTs" in row for row in rows(box, job_id)] == [False, True]
    box.advance(timedelta(hours=1))
    assert ["sentTs" in row for row in rows(box, job_id)] == [True, True]


def test_reading_a_huge_text_costs_little_more_than_the_text() -> None:
    told = body(DE + "01", text="a" * 10_000_000)
    tracemalloc.start()
    read_job(told)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5 * len(told)


@pytest.mark.parametrize("damage", ["ALTER TABLE jobs RENAME body TO other", "PRAGMA user_version=1"])
def test_a_damaged_file_is_refused_by_name(tmp_path: Path, damage: str) -> None:
    file = tmp_path / "jobs.db"
    ledger = Ledger(file)
    opened(ledger, 1).accept(body(DE + "01"))
    ledger.close()
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute(damage)
    with pytest.raises(BadFileError):
        Ledger(file)
