"""The feed of reports as other systems read it: each change once, whole lines, killed, begun again, piped."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from processes import Terminal
from sqlalchemy import Connection, insert, select
from stored import NOW, Stored, store_job

from smsdesk.store.schema import history, sms
from smsdesk.store.workspace import Store

LONG = "r" * 20_000
"""A reason that no pipe takes at once."""


@pytest.fixture
def change(tmp_path: Path) -> Iterator[Callable[..., None]]:
    """Writes changes that the service told of, as another process would."""

    def tell(connection: Connection, *reasons: str) -> None:
        one = connection.scalar(select(sms.c.id))
        rows = [
            {"sms": one, "at": NOW, "process_status": "SENT", "status": "SUC", "reason": reason}
            for reason in reasons
        ]
        connection.execute(insert(history), rows)

    with Store.open(tmp_path / "workspace") as store:
        store.write(
            store_job, "Zoë 日本", [Stored("+4917604069012")], NOW - timedelta(days=1), "J.1"
        ).result()
        yield lambda *reasons: store.write(tell, *reasons).result()


@pytest.fixture
def follow(terminal: Terminal) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Starts followers whose lines are read one by one."""
    running: list[subprocess.Popen[bytes]] = []

    def start(*options: str) -> subprocess.Popen[bytes]:
        command, environment = terminal._call(("export", "--reports", "--follow", *options))
        pipe = subprocess.PIPE
        running.append(subprocess.Popen(command, env=environment, stdout=pipe, stderr=pipe))
        return running[-1]

    yield start
    for one in running:
        one.kill()
        one.communicate()


def read(follower: subprocess.Popen[bytes], count: int) -> list[dict[str, Any]]:
    assert follower.stdout is not None
    lines = [follower.stdout.readline() for _ in range(count)]
    assert all(line.endswith(b"}\n") for line in lines)
    return [json.loads(line) for line in lines]


def reasons(lines: list[dict[str, Any]]) -> list[str]:
    return [line["reason"] for line in lines]


def test_two_followers_hear_each_change_once_and_one_that_was_killed_goes_on(
    change: Callable[..., None], follow: Callable[..., subprocess.Popen[bytes]]
) -> None:
    change("a", LONG)
    one, two = follow(), follow()
    first = read(one, 2)
    assert reasons(first) == reasons(read(two, 2)) == ["a", LONG]
    assert first[0]["campaign"] == "Zoë 日本"
    change("c")
    assert reasons(read(one, 1)) == ["c"]
    cursor = read(two, 1)[0]["cursor"]
    one.kill()
    one.wait()
    change("d", "e")
    again = follow("--since", cursor)
    assert reasons(read(again, 2)) == reasons(read(two, 2)) == ["d", "e"]
    change("f")
    assert reasons(read(again, 1)) == reasons(read(two, 1)) == ["f"]


@pytest.mark.skipif(sys.platform == "win32", reason="no such signal")
def test_ctrl_c_ends_it_between_two_lines(
    change: Callable[..., None], follow: Callable[..., subprocess.Popen[bytes]]
) -> None:
    change("a")
    one = follow()
    read(one, 1)
    one.send_signal(signal.SIGINT)
    rest, words = one.communicate()
    assert rest == b""
    assert b"Traceback" not in words


def test_whoever_stops_reading_ends_it_quietly(
    change: Callable[..., None], follow: Callable[..., subprocess.Popen[bytes]]
) -> None:
    change("a")
    one = follow()
    read(one, 1)
    assert one.stdout is not None
    assert one.stderr is not None
    one.stdout.close()
    change("b")
    one.wait()
    assert one.stderr.read() == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no such device")
def test_a_full_disk_is_said(change: Callable[..., None], terminal: Terminal) -> None:
    change("a")
    command, environment = terminal._call(("export", "--reports"))
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(command, env=environment, stdout=full, stderr=subprocess.PIPE, check=False)
    assert ended.returncode != 0
    assert b"Traceback" not in ended.stderr
    assert b"no room" in ended.stderr


def test_lines_are_utf_8_whatever_the_terminal_speaks(
    change: Callable[..., None], terminal: Terminal
) -> None:
    change("ü😀\u2028")
    command, _ = terminal._call(("export", "--reports"))
    environment = {**os.environ, "PYTHONIOENCODING": "", "LC_ALL": "C", "PYTHONUTF8": "0"}
    out = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True).stdout
    (line,) = out.splitlines()
    assert json.loads(line.decode())["reason"] == "ü😀\u2028"
