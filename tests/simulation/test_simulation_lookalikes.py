"""Jobs of other programs that look like ours: none of them is ever taken for ours."""

import json
import os
from collections.abc import Iterator
from random import Random

import pytest
from simulation.network import mark_in
from simulation.runs import queued
from simulation.world import ACCOUNT, Program, World, world

CI = "CI" in os.environ
EACH = 50
"""Look-alikes in one world."""


def alike(body: bytes, mark: str, chance: Random) -> Iterator[bytes]:
    """Jobs with the same people, text and count, whose references are near the mark without being it."""
    while True:
        other = "".join(chance.choices("0123456789abcdefghijklmnopqrstuvwxyz", k=12))
        at = chance.randrange(12)
        near = mark[:at] + ("0" if mark[at] != "0" else "1") + mark[at + 1 :]
        reference = chance.choice(
            [
                f"#{other}",
                f"#{near}",
                mark,
                f"# {mark}",
                f"#{mark}x",
                f"#{mark[1:]}",
                f"x{mark}",
                f"#{mark}#",
                f"#{mark} again",
                f"#{mark.upper()}x",
                f"{mark}#",
                "order #12",
                "",
                None,
            ]
        )
        job = json.loads(body)
        if reference is None:
            del job["options"]["customerRef"]
        else:
            job["options"]["customerRef"] = reference
        if chance.random() < 0.3:
            job["messages"][0]["text"] += " again"
        yield json.dumps(job).encode()


def look_for_one(seed: int) -> bool:
    """One job whose answer is lost, among look-alikes before and after it; whether it had arrived."""
    with world(seed) as made:
        made.insert(queued((0,)))
        (row,) = made.disk.look("select body, mark from outbox join bodies on hash = body_hash")
        jobs = alike(row["body"], row["mark"], made.chance)
        take(made, jobs, EACH // 2)
        made.network.weather = {made.chance.choice(["lost_answer", "lost_request"]): 1.0}
        program = made.start("program")
        made.wait(program, program.desk.outbox.drain(ACCOUNT))
        made.network.weather = {}
        take(made, jobs, EACH - EACH // 2)
        (left,) = found(made, program)
        ours = [job_id for job_id, body in made.service.accepted() if is_ours(body, row["mark"])]
        if ours:
            assert left == ("accepted", *ours), f"seed {seed}: {left}, {ours}"
        else:
            assert left == ("uncertain", None), f"seed {seed}: {left}"
        return bool(ours)


def take(made: World, jobs: Iterator[bytes], count: int) -> None:
    for _ in range(count):
        made.service.engine.accept(next(jobs))


def found(made: World, program: Program) -> list[tuple[str, str | None]]:
    made.wait(program, program.desk.outbox.look_up(ACCOUNT))
    return [(row["state"], row["job_id"]) for row in made.disk.look("select state, job_id from outbox")]


def is_ours(body: bytes, mark: str) -> bool:
    """As the engine wrote it: the whole reference is the mark's."""
    options = json.loads(body)["options"]
    return options.get("customerRef", "").startswith("#") and mark_in(body) == mark


def test_no_look_alike_is_taken_for_ours() -> None:
    assert {look_for_one(seed) for seed in range(6)} == {True, False}


@pytest.mark.slow
def test_none_of_many_look_alikes_is_taken_for_ours() -> None:
    count = 2_000 if CI else 10_000
    for seed in range(count // EACH):
        look_for_one(seed + 100)
