"""kill -9 of a send at named moments, then resume: nobody twice, nobody forgotten, or it is said."""

import json
import socket
import sqlite3
import subprocess
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from smsdesk.store import do_not_contact
from smsdesk.store.workspace import Store

pytestmark = pytest.mark.slow

Start = Callable[..., Any]
SEND = ("send", "--text", "Your order {Auftrag} is ready", "--user", "desk")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def states(terminal: Any) -> list[tuple[str, int]]:
    """State and tries of each outbox entry, read from beside the program."""
    file = next(iter(terminal.workspace.glob("*.db")), None) if terminal.workspace.exists() else None
    if file is None:
        return []
    connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    try:
        return connection.execute("select state, tries from outbox order by id").fetchall()
    except sqlite3.OperationalError:
        return []
    finally:
        connection.close()


def wait_for(process: subprocess.Popen[bytes], condition: Callable[[], bool]) -> None:
    """Asks until the condition holds; fails where the process ends before."""
    pause = threading.Event()
    while not condition():
        assert process.poll() is None, "it ended by itself"
        pause.wait(0.02)


def kill(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.wait()


def test_killed_before_a_post(near_box: Start, terminal: Any, customers: Any) -> None:
    (file, truth), port = customers(20), free_port()
    url = f"http://127.0.0.1:{port}/rest/v1"
    process = terminal.start(*SEND, "--to", str(file), "--url", url)
    wait_for(process, lambda: states(terminal) == [("waiting", 1)])
    kill(process)
    box = near_box("--port", str(port), "--speed", "100")
    done = terminal.run("resume", "--wait")
    assert done.returncode == 0, done.stderr
    assert box.accepted() == truth


def test_killed_between_post_and_answer(
    near_box: Start, start_gate: Start, terminal: Any, customers: Any
) -> None:
    """The first job is at the service although its answer never came.

    Another may have been on its way beside it, and then that is said.
    """
    file, truth = customers(7000)
    box = near_box("--speed", "100")
    gate = start_gate(box.port, shut_after=1)
    url = f"http://127.0.0.1:{gate.port}/rest/v1"
    process = terminal.start(*SEND, "--to", str(file), "--url", url)
    assert gate.reached.wait(600)
    kill(process)
    done = terminal.run("resume", "--wait")
    jobs = json.loads(done.stdout)["jobs"]
    uncertain = [str(job["entry"]) for job in jobs if job["state"] == "uncertain"]
    assert len(jobs) == 3
    assert uncertain or done.returncode == 0, done.stderr
    assert box.accepted() == truth if not uncertain else set(box.accepted().values()) == {1}
    if uncertain:
        again = [word for entry in uncertain for word in ("--again", entry)]
        assert terminal.run("resume", *again, "--wait").returncode == 0
    assert box.accepted() == truth


def test_killed_after_an_answer(near_box: Start, start_gate: Start, terminal: Any, customers: Any) -> None:
    """The second POST never reached the service, which nobody here can know: it is said, not guessed."""
    file, truth = customers(7000)
    box = near_box("--speed", "100")
    gate = start_gate(box.port, shut_before=2)
    url = f"http://127.0.0.1:{gate.port}/rest/v1"
    process = terminal.start(*SEND, "--to", str(file), "--url", url)
    assert gate.reached.wait(600)
    kill(process)
    unknown = terminal.run("resume")
    assert unknown.returncode == 3
    assert "may or may not" in unknown.stderr
    jobs = json.loads(unknown.stdout)["jobs"]
    uncertain = [job["entry"] for job in jobs if job["state"] == "uncertain"]
    assert len(uncertain) == 1
    assert set(box.accepted().values()) == {1}
    again = terminal.run("resume", "--again", str(uncertain[0]), "--wait")
    assert again.returncode == 0, again.stderr
    assert box.accepted() == truth


def test_killed_when_somebody_was_taken_out_and_the_post_had_not_left(
    near_box: Start, start_gate: Start, terminal: Any, customers: Any
) -> None:
    """Who came onto the do-not-contact list after queueing is out for good, everybody else is told of."""
    (file, truth), port = customers(20), free_port()
    process = terminal.start(*SEND, "--to", str(file), "--url", f"http://127.0.0.1:{port}/rest/v1")
    wait_for(process, lambda: states(terminal) == [("waiting", 1)])
    kill(process)
    number = next(iter(truth))
    with Store.open(terminal.workspace) as store:
        row = do_not_contact.Listed(number, "asked for it", "", datetime.now(UTC))
        store.write(do_not_contact.add, [row]).result()
    box = near_box("--speed", "100")
    gate = start_gate(box.port, shut_before=1, port=port)
    process = terminal.start("resume")
    assert gate.reached.wait(600)
    kill(process)
    assert states(terminal) == [("sending", 2)]
    unknown = terminal.run("resume")
    (job,) = json.loads(unknown.stdout)["jobs"]
    assert (unknown.returncode, job["state"], job["sms"]) == (3, "uncertain", 19)
    again = terminal.run("resume", "--again", str(job["entry"]), "--wait")
    assert again.returncode == 0, again.stderr
    del truth[number]
    assert box.accepted() == truth
    (found,) = json.loads(terminal.run("find", number).stdout)
    assert (found["outcome"], found["reason"]) == ("cancelled", "asked for it")


def test_resume_with_nothing_left_sends_nothing(near_box: Start, terminal: Any, customers: Any) -> None:
    file, truth = customers(20)
    box = near_box("--speed", "100")
    sent = terminal.run(*SEND, "--to", str(file), "--url", box.url, "--wait")
    assert sent.returncode == 0, sent.stderr
    assert terminal.run("resume").returncode == 0
    assert box.accepted() == truth
