"""The sandbox under load, beside Python's own JSON, in one run.

Run on demand: ``pytest tests/bench -m bench -s``. Prints medians, ratios, requests a second and memory.
"""

import base64
import json
import random
import socket
import statistics
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from processes import PASSWORD, Box

ROUNDS = 31
PEOPLE, JOBS = 3000, 1000
MIXED_SECONDS = 60.0
FINAL = 86400
ACCEPTED, ACCEPTED_ON_DISK, REPORTED = 10.0, 15.0, 5.0
SMS_BYTES = 1024
FLAT_MIB = 64

pytestmark = pytest.mark.bench


class Wire:
    """One connection that is kept open: a request, its answer's body."""

    def __init__(self, box: Box) -> None:
        self._connection = socket.create_connection(("127.0.0.1", box.port), timeout=60)
        self._connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._reader = self._connection.makefile("rb")
        token = base64.b64encode(f"desk:{PASSWORD}".encode()).decode()
        self._head = f"HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {token}\r\n"

    def ask(self, line: str, body: bytes = b"") -> bytes:
        head = f"{line} {self._head}Content-Length: {len(body)}\r\n\r\n"
        self._connection.sendall(head.encode() + body)
        status = self._reader.readline().split()[1]
        length = 0
        while (header := self._reader.readline()) != b"\r\n":
            name, _, value = header.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        answer = self._reader.read(length)
        assert status == b"200", (line, status)
        return answer

    def close(self) -> None:
        self._reader.close()
        self._connection.close()


def job(at: int = 0, people: int = PEOPLE) -> bytes:
    first = 15_000_000_000 + at * people
    recipients = [{"dst": f"+49{first + n}", "customerRef": f"K-{n:05d}"} for n in range(people)]
    message = {"text": "Hello, your parcel is here", "recipients": recipients}
    return json.dumps({"messages": [message], "options": {"statusRequested": True}}).encode()


def median(call: Callable[[], object]) -> float:
    """Milliseconds."""
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        call()
        times.append(time.perf_counter() - begun)
    return statistics.median(times) * 1000


def memory(box: Box) -> float:
    """What the process holds, in MiB."""
    for line in Path(f"/proc/{box.process.pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    raise AssertionError


def turned(box: Box, seconds: float) -> None:
    order = json.dumps({"seconds": seconds}).encode()
    request = urllib.request.Request(f"{box.control}/advance", order, {"X-Control-Secret": box.secret})
    urllib.request.urlopen(request, timeout=60).close()


@pytest.fixture(params=[False, True], ids=["in memory", "on disk"])
def box(request: pytest.FixtureRequest, start_box: Callable[..., Box], tmp_path: Path) -> tuple[Box, bool]:
    options = ("--db", str(tmp_path / "jobs.db")) if request.param else ()
    return start_box("--rate", "100000000", *options), request.param


def test_a_job_of_3000_and_its_report_beside_json(box: tuple[Box, bool]) -> None:
    made, on_disk = box
    wire, body = Wire(made), job()
    loads = median(lambda: json.loads(body))
    accepted = median(lambda: wire.ask("POST /rest/v1/jobs", body))
    job_id = json.loads(wire.ask("POST /rest/v1/jobs", body))["jobId"]
    turned(made, FINAL)
    line = f"GET /rest/v1/sms?jobId={job_id}"
    rows = json.loads(wire.ask(line))
    dumps, reported = median(lambda: json.dumps(rows)), median(lambda: wire.ask(line))
    wire.close()
    print(f"\naccepted: {accepted:.2f} ms, json.loads {loads:.2f} ms, ratio {accepted / loads:.1f}")
    print(f"reported: {reported:.2f} ms, json.dumps {dumps:.2f} ms, ratio {reported / dumps:.1f}")
    assert accepted / loads <= (ACCEPTED_ON_DISK if on_disk else ACCEPTED)
    assert reported / dumps <= REPORTED


def test_a_thousand_jobs_of_3000_are_kept_and_memory_stays(box: tuple[Box, bool]) -> None:
    made, on_disk = box
    wire, before, begun = Wire(made), memory(made), time.perf_counter()
    ids, after_some = [], 0.0
    for at in range(JOBS):
        ids.append(json.loads(wire.ask("POST /rest/v1/jobs", job(at)))["jobId"])
        if at == JOBS // 10:
            after_some = memory(made)
    seconds = time.perf_counter() - begun
    after = memory(made)
    listed: list[str] = []
    while page := json.loads(wire.ask(f"GET /rest/v1/jobs?limit=1000&offset={len(listed)}")):
        listed += [one["jobId"] for one in page]
    assert listed == ids
    turned(made, FINAL)
    sample = random.Random(1).sample(range(JOBS), 50)
    for at in sample:
        rows = json.loads(wire.ask(f"GET /rest/v1/sms?jobId={ids[at]}"))
        assert [row["dst"] for row in rows] == [one["dst"] for one in recipients_of(job(at))]
        assert {row["processStatus"] for row in rows} == {"DONE"}
    wire.close()
    each = (after - before) * 2**20 / (JOBS * PEOPLE)
    print(f"\n{JOBS} jobs of {PEOPLE} in {seconds:.0f} s; {before:.0f}, {after_some:.0f}, {after:.0f} MiB")
    print(f"an SMS: {each:.0f} bytes")
    assert each <= SMS_BYTES
    if on_disk:
        assert after - after_some <= FLAT_MIB


def recipients_of(body: bytes) -> list[dict[str, Any]]:
    return list(json.loads(body)["messages"][0]["recipients"])


def test_mixed_calls_go_on_and_memory_stays(box: tuple[Box, bool]) -> None:
    made, on_disk = box
    wire, luck, ids, calls = Wire(made), random.Random(2), [], 0
    ids += [json.loads(wire.ask("POST /rest/v1/jobs", job(at, 300)))["jobId"] for at in range(100)]
    before, begun = memory(made), time.perf_counter()
    while time.perf_counter() - begun < MIXED_SECONDS:
        match luck.randrange(10):
            case 0:
                ids.append(json.loads(wire.ask("POST /rest/v1/jobs", job(calls, 300)))["jobId"])
            case 1 | 2 | 3:
                wire.ask(f"GET /rest/v1/jobs?open=true&limit=100&offset={luck.randrange(len(ids))}")
            case 4 | 5:
                wire.ask(f"GET /rest/v1/jobs/{luck.choice(ids)}")
            case 6 | 7 | 8:
                wire.ask(f"GET /rest/v1/sms?jobId={luck.choice(ids)}")
            case _:
                wire.ask("GET /rest/v1/version")
        calls += 1
    after = memory(made)
    wire.close()
    print(f"\n{calls / MIXED_SECONDS:.0f} calls a second, {len(ids)} jobs of 300")
    print(f"memory: {before:.0f} MiB, then {after:.0f} MiB")
    if on_disk:
        assert after - before <= FLAT_MIB
