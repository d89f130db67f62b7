"""Exactly once: thousands of seeded runs of the real outbox in a simulated world, each with its asserts."""

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from simulation.network import BEFORE_BYTES, DIALLED, ON_THE_WAY
from simulation.runs import KINDS, told_of
from simulation.runs import play as played

CI = "CI" in os.environ
COUNT = int(os.environ.get("SMSDESK_SEEDS", "2000" if CI else "20000"))
"""How many runs the slow suite makes."""
FIRST = 500
"""How many the default suite makes."""
STEPS = (
    *("sending", "accepted", "not_sent", "no_connection", "bad_request", "wrong_password", "redirected"),
    *("no_answer", "server_trouble", "unreadable", "duplicate", "stopped"),
    *("found", "not_found_anywhere", "again", "left", "cancelled"),
    *("held_undo", "held_time", "held_missed", "released", "left_out", "nobody_left", "withdrawn"),
    *("held_pilot", "held_brake", "pilot_passed", "recipients_agree", "recipients_differ"),
)
"""What becomes of entries in the course of these runs."""


def play_all(seeds: range) -> Counter[str]:
    """Plays runs; the answer is how many of them met what."""
    met: Counter[str] = Counter()
    for seed in seeds:
        made = played(seed)
        met.update(made.network.met | made.met)
    return met


def test_nobody_twice_nobody_lost_whatever_breaks() -> None:
    assert len(play_all(range(FIRST)) & Counter(dict.fromkeys(STEPS, 1))) > len(STEPS) / 2


@pytest.mark.slow
def test_nobody_twice_nobody_lost_in_many_more_runs() -> None:
    met = play_all(range(FIRST, FIRST + COUNT))
    assert {*BEFORE_BYTES, *ON_THE_WAY, *KINDS, *STEPS} <= met.keys()
    assert {f"{kind} {value}" for kind, value in DIALLED} <= met.keys()


def test_on_a_real_file_with_connections_of_their_own(tmp_path: Path) -> None:
    for seed in range(6):
        folder = tmp_path / str(seed)
        folder.mkdir()
        played(seed, folder)


def test_a_seed_reproduces_a_run() -> None:
    script = (
        "from simulation.runs import play, told_of; print(*[told_of(play(n)) for n in range(3)], sep='\\n')"
    )
    path = os.pathsep.join([str(Path(__file__).parents[1]), *filter(None, [os.environ.get("PYTHONPATH")])])
    here = [told_of(played(seed)) for seed in range(3)]
    for hashes in ("1", "2"):
        environment = {**os.environ, "PYTHONPATH": path, "PYTHONHASHSEED": hashes}
        done = subprocess.run(
            [sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True
        )
        assert done.stdout.splitlines() == here
