"""Real processes on a bad line, killed at random instants or two of them at once: nobody gets it twice."""

import asyncio
import os
import sqlite3
import subprocess
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from processes import PASSWORD, Box, Terminal
from simulation.network import mark_in, numbers_in
from simulation.proxy import Proxy

from smsdesk.core.account import Account
from smsdesk.core.campaign import Message
from smsdesk.core.recipients import Recipients
from smsdesk.desk.desk import open_desk

pytestmark = pytest.mark.slow

CI = "CI" in os.environ
KILLS = int(os.environ.get("SMSDESK_KILLS", "8" if CI else "100"))
"""How many sends are killed."""
TOGETHER = int(os.environ.get("SMSDESK_TOGETHER", "2" if CI else "20"))
"""How many sends are made by two programs at once."""
JOBS = 6
MOMENTS = ("come", "gone on", "answered", "told")


class Scene:
    """The sandbox with a file of its own, a bad line before it, and workspaces."""

    def __init__(self, folder: Path, start_box: Callable[..., Box]) -> None:
        self.folder, self.file = folder, folder / "jobs.db"
        box = start_box("--db", str(self.file), "--rate", "100000", "--data-centres", "2")
        self.box, self.proxy = box, Proxy(box.port, 1)
        self.marks: dict[str, list[str]] = {}
        self.numbers = 0

    def workspace(self, name: str) -> Terminal:
        """A workspace with some small campaigns in its outbox."""
        terminal = Terminal(self.folder / name)
        asyncio.run(self._fill(terminal.workspace))
        return terminal

    async def _fill(self, folder: Path) -> None:
        url = f"http://127.0.0.1:{self.proxy.port}/rest/v1"
        async with open_desk(folder) as desk:
            account = Account("Office", url, self.box.report_urls, "desk", budget=10_000)
            desk.passwords.keep("Office", PASSWORD)
            await desk.accounts.save(account, None)
            for at in range(JOBS):
                draft = await desk.campaigns.create(f"Campaign {at}", "Office")
                people = [f"+491760{2_000_000 + self.numbers + n}" for n in range(2)]
                self.numbers += 2
                message = Message("Your order is ready", Recipients(people, ["", ""]))
                await desk.outbox.queue(draft.campaign.with_message(0, message))

    def kill(self, process: subprocess.Popen[bytes], chance: Random) -> None:
        """kill -9: after a time, or at one moment of one POST."""
        now, left = threading.Event(), [chance.randint(1, JOBS * 4)]

        def moment(_: str) -> None:
            left[0] -= 1
            if not left[0]:
                now.set()

        if chance.random() < 0.3:
            self.proxy.moment = lambda _: None
            now.wait(0.3 + chance.random() * 1.5)
        else:
            self.proxy.moment = moment
            while not now.wait(0.02) and process.poll() is None:
                pass
        process.kill()
        process.wait()
        self.proxy.moment = lambda _: None

    def settle(self, terminal: Terminal) -> None:
        """On a good line everything comes to an end; what is uncertain has not arrived, as we can see."""
        self.proxy.bad = False
        done = terminal.run("resume")
        assert done.returncode in (0, 3), done.stderr
        self.proxy.bad = True

    def rows(self, terminal: Terminal) -> list[Any]:
        (file,) = terminal.workspace.glob("workspace.db")
        base = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
        base.row_factory = sqlite3.Row
        try:
            return base.execute("select id, mark, state, job_id, reason from outbox order by id").fetchall()
        finally:
            base.close()

    def accepted(self) -> dict[str, list[tuple[str, list[str]]]]:
        """By mark the jobs of the sandbox's own file, and whom they go to."""
        base = sqlite3.connect(self.file)
        try:
            found: dict[str, list[tuple[str, list[str]]]] = {}
            for job_id, body in base.execute("select id, body from jobs"):
                found.setdefault(mark_in(body), []).append((job_id, numbers_in(body)))
            return found
        finally:
            base.close()

    def end_box(self) -> None:
        """The sandbox lets go of its file."""
        self.box.process.terminate()
        self.box.process.wait(20)


@pytest.fixture
def scene(tmp_path: Path, start_box: Callable[..., Box]) -> Iterator[Scene]:
    made = Scene(tmp_path, start_box)
    yield made
    made.proxy.end()


def check(made: Scene, entries: list[Any]) -> Counter[str]:
    """Nobody twice, nobody lost; the answer is how the entries ended."""
    made.end_box()
    accepted = made.accepted()
    ends: Counter[str] = Counter()
    for entry in entries:
        jobs = accepted.pop(entry["mark"], [])
        ends[entry["state"]] += 1
        assert len(jobs) <= 1, f"{entry['mark']} was accepted {len(jobs)} times"
        if entry["state"] == "accepted":
            assert [entry["job_id"]] == [job_id for job_id, _ in jobs]
        else:
            # Every data centre was asked on a good line: what has arrived is known.
            assert entry["state"] == "uncertain" and not jobs, dict(entry)
    assert not accepted
    return ends


def test_killed_at_random_instants_and_resumed(scene: Scene) -> None:
    """One POST may have been lost with its sender: then that is said, and no job has its mark."""
    entries: list[Any] = []
    for seed in range(KILLS):
        chance = Random(seed)
        terminal = scene.workspace(f"killed {seed}")
        for _ in range(chance.choice([1, 1, 2])):
            scene.kill(terminal.start("resume"), chance)
        scene.settle(terminal)
        entries += scene.rows(terminal)
    ends = check(scene, entries)
    assert ends["accepted"] > KILLS * JOBS // 2


def test_two_terminals_and_a_window_at_once(scene: Scene) -> None:
    entries: list[Any] = []
    for seed in range(TOGETHER):
        terminal = scene.workspace(f"together {seed}")
        programs = [terminal.start("resume"), terminal.start("resume")]
        if seed % 3 == 0:
            programs.append(terminal.start())
        if seed % 2:
            scene.kill(programs[0], Random(seed))
        for program in programs[:2]:
            program.wait(120)
        for program in programs[2:]:
            program.kill()
            program.wait()
        scene.settle(terminal)
        entries += scene.rows(terminal)
    check(scene, entries)


def test_a_person_sends_again_what_is_uncertain(scene: Scene) -> None:
    """The word of a person, after the look: exactly once in the end."""
    entries: list[Any] = []
    for seed in range(max(2, TOGETHER // 2)):
        terminal = scene.workspace(f"again {seed}")
        scene.kill(terminal.start("resume"), Random(seed + 1000))
        scene.settle(terminal)
        uncertain = [str(row["id"]) for row in scene.rows(terminal) if row["state"] == "uncertain"]
        scene.proxy.bad = False
        if uncertain:
            again = [word for entry in uncertain for word in ("--again", entry)]
            done = terminal.run("resume", *again)
            assert done.returncode == 0, done.stderr
        scene.proxy.bad = True
        entries += scene.rows(terminal)
    ends = check(scene, entries)
    assert [*ends] == ["accepted"]
