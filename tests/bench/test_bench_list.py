"""A list of a million recipients: changes, undo, finding, sorting, saving; and the window's loop meanwhile.

Run on demand: ``pytest tests/bench/test_bench_list.py -m bench -s``. Prints medians in one run.
"""

import asyncio
import random
import resource
import statistics
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from smsdesk.core.recipients import Added, Edited, Patch, Recipients, Removed, Written, in_columns, patched
from smsdesk.desk.campaigns import OpenCampaign, find_recipients, sorted_places
from smsdesk.desk.desk import Desk, open_desk
from smsdesk.store import packing

ROWS, ROUNDS, STEPS = 1_000_000, 7, 100
MOST_PATCH, MOST_COPY, MOST_FIND, MOST_SORT, MOST_PACK = 0.020, 0.100, 0.100, 1.5, 1.0
"""Seconds: a change of few rows, one of ten thousand apart, words found, a column sorted, a list packed."""
MOST_STEP = 5_000_000
"""Bytes that an earlier state may cost; a copy of the list's columns alone would be 96 million."""
USUAL_GAP, LONGEST_GAP = 0.016, 0.050

pytestmark = pytest.mark.bench


@pytest.fixture(scope="module")
def people() -> Recipients:
    chance = random.Random(7)
    first = ["Ada", "Zoë", "Jürgen", "Mehmet", "Łukasz", "Ana", "Søren", "Chloé"]
    last = ["Lovelace", "Groß", "Öztürk", "García", "Müller-Lüdenscheidt", "Kowalska", "Meier"]
    towns = [
        f"{10115 + n * 37} {name}" for n, name in enumerate(["Berlin", "Köln", "Wien", "Graz", "Łódź"] * 40)
    ]
    return in_columns(
        Recipients(
            [f"+4917{60_000_000 + n:08}" for n in range(ROWS)],
            [f"K-{chance.randrange(10**7)}" for _ in range(ROWS)],
            {
                "Vorname": [chance.choice(first) for _ in range(ROWS)],
                "Nachname": [chance.choice(last) for _ in range(ROWS)],
                "Ort": [chance.choice(towns) for _ in range(ROWS)],
                "Auftrag": [f"Auftrag {chance.randrange(10**6)} / {n % 12 + 1}" for n in range(ROWS)],
            },
        )
    )


def median(name: str, act: Callable[[], Any], rounds: int = ROUNDS) -> float:
    spans = []
    for _ in range(rounds):
        start = time.perf_counter()
        act()
        spans.append(time.perf_counter() - start)
    found = statistics.median(spans)
    print(f"{name:40} {found * 1000:9.2f} ms")
    return found


def resident() -> int:
    """Bytes in memory now (Linux)."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize()


def test_changes(people: Recipients) -> None:
    rows = sorted(random.Random(3).sample(range(ROWS), 10_000))
    few: dict[str, Patch] = {
        "one cell": Edited(ROWS // 2, "field:Ort", "Bonn"),
        "a block of 1,000 cells": Written("field:Ort", dict.fromkeys(range(5000, 6000), "Bonn")),
        "a hundred cells apart": Written("field:Ort", dict.fromkeys(rows[::100], "Bonn")),
        "one row removed": Removed((ROWS // 2,)),
        "a hundred rows apart removed": Removed(tuple(rows[::100])),
        "a row added": Added(Recipients(["+491760406999"], ["R"], {})),
        "a million rows added": Added(people),
    }
    print()
    for name, patch in few.items():
        assert median(name, lambda patch=patch: patched(people, patch)) < MOST_PATCH
    for name, patch in {
        "10,000 cells apart": Written("field:Ort", dict.fromkeys(rows, "Bonn")),
        "10,000 rows apart removed": Removed(tuple(rows)),
    }.items():
        assert median(name, lambda patch=patch: patched(people, patch)) < MOST_COPY


def test_earlier_states_cost_little_and_long_work_on_them_stays_quick(people: Recipients) -> None:
    states, before = [people], resident()
    for step in range(STEPS):
        states.append(patched(states[-1], Removed((step * 1009 % 900_000,))))
        states.append(patched(states[-1], Edited(step * 7919 % 900_000, "field:Ort", str(step))))
    each = (resident() - before) / len(states)
    print(f"\n{len(states)} states of a million rows: {each / 1000:,.0f} kB each")
    assert each < MOST_STEP
    last = states[-1]
    assert len(last) == ROWS - STEPS
    assert median("one cell after 200 changes", lambda: patched(last, Edited(9, "dst", "x"))) < MOST_PATCH


def test_packed_and_unpacked(people: Recipients) -> None:
    print()
    assert median("packed", lambda: packing.pack_recipients(people)) < MOST_PACK
    content = packing.pack_recipients(people)
    print(f"{len(content) / 1e6:.1f} MB")
    assert median("unpacked", lambda: packing.unpack_recipients(content)) < MOST_PACK
    assert packing.unpack_recipients(content) == people


async def gaps(work: Awaitable[Any]) -> tuple[float, list[float]]:
    """How long work took, and the gaps between the loop's turns meanwhile."""
    turns: list[float] = []

    async def watch() -> None:
        last = time.perf_counter()
        while True:
            await asyncio.sleep(0.001)
            turns.append(time.perf_counter() - last)
            last += turns[-1]

    watching = asyncio.ensure_future(watch())
    await asyncio.sleep(0)
    start = time.perf_counter()
    await work
    span = time.perf_counter() - start
    await asyncio.sleep(0.002)
    watching.cancel()
    return span, turns


class Loop:
    """Times acts on the loop and collects its gaps."""

    def __init__(self) -> None:
        self.turns: list[float] = []

    async def median(self, name: str, act: Callable[[], Awaitable[Any]], rounds: int = ROUNDS) -> float:
        spans, turns = [], []
        for _ in range(rounds):
            span, found = await gaps(act())
            spans.append(span)
            turns += found
        self.turns += turns
        median = statistics.median(spans)
        print(f"{name:40} {median * 1000:9.2f} ms, longest gap {max(turns) * 1000:6.1f} ms")
        return median


async def checked_later(opened: OpenCampaign, act: Callable[[], None]) -> None:
    """A change, saved; the checks have a bench of their own."""
    act()
    await opened.save()


def test_on_the_loop(people: Recipients, tmp_path: Path) -> None:
    async def on_desk(desk: Desk) -> None:
        loop = Loop()
        await gaps(asyncio.to_thread(patched, people, Removed((0,))))
        idle = (await gaps(asyncio.sleep(1)))[1]
        opened = await desk.campaigns.create("Autumn")
        opened.check = lambda: None  # type: ignore[method-assign]  # measured in a bench of their own
        print(f"\nidle loop: longest gap {max(idle) * 1000:.1f} ms")

        def change(act: Callable[[], None]) -> Callable[[], Awaitable[None]]:
            return lambda: checked_later(opened, act)

        await loop.median("a million rows added and saved", change(lambda: opened.patch(0, Added(people))), 1)
        numbers = iter(range(ROWS))
        edit = change(lambda: opened.patch(0, Edited(next(numbers), "field:Ort", "Bonn")))
        assert await loop.median("one cell changed and saved", edit) < MOST_PATCH * 2
        apart = tuple(sorted(random.Random(5).sample(range(ROWS - 100_000), 10_000)))
        remove = change(lambda: opened.patch(0, Removed(apart)))
        await loop.median("10,000 rows apart removed and saved", remove)
        assert await loop.median("undone and saved", change(opened.undo)) < MOST_PATCH * 2
        assert await loop.median("redone and saved", change(opened.redo)) < MOST_PATCH * 2
        rows = opened.campaign.messages[0].recipients
        for words in ("müller", "0176 4069", "auftrag 77", "k-1234"):
            found = await loop.median(f"found: {words}", lambda words=words: find_recipients(rows, words))
            assert found < MOST_FIND
        for column in ("dst", "field:Nachname", "field:Ort", "reference", "field:Auftrag"):
            span = await loop.median(
                f"sorted: {column}", lambda column=column: sorted_places(rows, column, True), 3
            )
            assert span < MOST_SORT
        reopened = await loop.median("reopened", lambda: desk.campaigns.open(opened.campaign.id), 1)
        assert reopened < MOST_PACK * 2
        turns = sorted(loop.turns)
        usual = turns[int(len(turns) * 0.999)]
        print(f"gaps: 99.9th percentile {usual * 1000:.1f} ms, longest {turns[-1] * 1000:.1f} ms")
        assert usual < USUAL_GAP + max(idle)
        assert turns[-1] < LONGEST_GAP + max(idle)

    async def scene() -> None:
        async with open_desk(tmp_path / "workspace") as desk:
            await on_desk(desk)

    asyncio.run(scene())
