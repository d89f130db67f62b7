"""A send is ended before, within and after each of its steps, one by one: every await and every commit."""

import os

import pytest
from simulation.runs import Mishap, Run, queued
from simulation.turning import Queue, Thread
from simulation.world import Program, World, world

CI = "CI" in os.environ
FAULTS = [
    "",
    "lost_answer",
    "gateway_after",
    "late_request",
    "reset_on_the_way",
    "refused",
    "redirect",
    "status 409",
    "status 429",
    "status 401",
    "status 422",
]
"""What befalls the first POST."""


class Stopped(Run):
    """One terminal sends, and something befalls it at one step; then all is settled."""

    def __init__(self, made: World, fault: str, at: int, kind: str) -> None:
        super().__init__(made)
        self.fault, self.at, self.kind = fault, at, kind
        self.careless = False
        self.steps = 0

    def _kill(self, program: Program, queue: Queue) -> None:
        if self.kind != "before" and isinstance(queue, Thread):
            self.world.disk.dies_within = self.kind == "within"
            queue.step()
            self.world.disk.dies_within = False
        program.kill()

    def play(self) -> None:
        """The story."""
        made = self.world
        made.insert(queued((1,)))
        made.before_step = self.before_step
        kind, _, status = self.fault.partition(" ")
        if status:
            made.service.fault("post", kind, int(status), 1.0)
        elif kind:
            made.network.weather = {kind: 1.0}
        self.count += 1
        program = made.start("program 1")
        if self.kind in ("before", "within", "after"):
            self.mishaps[program.name] = Mishap(self.at, "death")
        elif self.kind:
            self.mishaps[program.name] = Mishap(self.at, self.kind, 100)
        program.run(self.resume(program))
        made.run(lambda: not any(not task.done() for task in program.loop.tasks) or not program.alive, 40)
        self.steps = program.steps
        if not made.sleeps(program) and program.alive:
            program.kill()
        self.clear()
        self.settle()


def steps_of(fault: str, at: int = 10**9, kind: str = "") -> int:
    """Plays it; the answer is how many steps the program made."""
    with world(1) as made:
        run = Stopped(made, fault, at, kind)
        try:
            run.play()
        except AssertionError as error:
            raise AssertionError(f"{fault} {kind} {at}: {error}") from error
        return run.steps


def end_at_each_step(fault: str, kinds: tuple[str, ...], every: int = 1) -> None:
    steps = steps_of(fault)
    assert steps > 60
    for kind in kinds:
        for at in range(1, steps + 1, every):
            steps_of(fault, at, kind)


@pytest.mark.parametrize("fault", ["lost_answer"])
def test_killed_at_every_ninth_step(fault: str) -> None:
    end_at_each_step(fault, ("before",), 9)


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS)
def test_killed_asleep_closed_or_without_a_disk_at_each_step(fault: str) -> None:
    kinds = ("before", "within", "after", "sleep", "close", "failed write")
    end_at_each_step(fault, kinds, 13 if CI else 1)
