"""A long table written row by row, beside the same rows gathered and written in one go, in one run.

Run on demand: ``pytest tests/bench -m bench -s``. Prints seconds, peaks of memory, how long the loop waits.
``SMSDESK_EXPORT_ROWS`` asks for other lengths, as 300000,1000000.
"""

import asyncio
import csv
import multiprocessing
import os
import resource
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from stored import NOW, Stored, store_job

from smsdesk.desk.desk import Desk, open_desk
from smsdesk.desk.exports import COLUMNS, Setting, _write
from smsdesk.store.workspace import Store
from smsdesk.words import language, say
from smsdesk.words.entries import Scene

STORED = 3_000
LENGTHS = [int(n) for n in os.environ.get("SMSDESK_EXPORT_ROWS", "60000,300000").split(",")]
MOST_MB = 40
"""A table may cost so much more memory than a short one, however long it is."""
MOST_GAP = 0.05
MOST_OWN = 0.25
"""Seconds of the processor: asking the worker, and looking now and then how far it is."""

pytestmark = [
    pytest.mark.bench,
    pytest.mark.skipif(sys.platform == "win32", reason="its peak of memory is told by the system"),
]
SCENE = Scene(NOW, frozenset(), live=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("export")
    rows = [Stored(f"+49176{at:08}", f"Zoë {at}", text=f"Your code is {at}") for at in range(STORED)]
    with Store.open(made / "workspace") as store:
        store.write(store_job, "Autumn", rows).result()
    return made


def ours(folder: Path, path: Path, ids: list[int]) -> None:
    _write(folder / "workspace", path, "recipients", ids, SCENE, language())


def naive(folder: Path, path: Path, ids: list[int]) -> None:
    """All rows in a list, then the whole file in memory."""
    from smsdesk.store import looks

    setting, columns = Setting(SCENE, lambda _: None), COLUMNS["recipients"]
    with Store.open(folder / "workspace", read_only=True) as store:
        lines = store.read(looks.sms_lines_of, ids).result()
    rows: list[list[Any]] = [[say(code) for code, _ in columns]]
    rows += [[value(line, setting) for _, value in columns] for line in lines]
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows(rows)
        return
    with xlsxwriter.Workbook(str(path)) as book:
        page, day = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        for at, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, datetime):
                    page.write_datetime(at, column, cell.replace(tzinfo=None), day)
                elif cell:
                    page.write_string(at, column, cell)


def measured(work: Callable[..., None], *args: Any) -> tuple[float, float]:
    """Seconds of the processor, and the peak of memory in MB, in a process of its own."""
    spawning = multiprocessing.get_context("spawn")
    here, there = spawning.Pipe()
    process = spawning.Process(target=_measured, args=(there, work, args))
    process.start()
    found: tuple[float, float] = here.recv()
    process.join()
    return found


def _measured(line: Any, work: Callable[..., None], args: tuple[Any, ...]) -> None:
    began = time.process_time()
    work(*args)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    line.send((time.process_time() - began, peak / (1024 if sys.platform == "linux" else 1024**2)))


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_memory_stays_flat_and_time_is_that_of_the_plain_way(folder: Path, kind: str) -> None:
    ids = [*range(1, STORED + 1)]
    _, least = measured(ours, folder, folder / f"short.{kind}", ids)
    for length in LENGTHS:
        wanted = (ids * (length // STORED + 1))[:length]
        took, peak = measured(ours, folder, folder / f"ours.{kind}", wanted)
        plain, plain_peak = measured(naive, folder, folder / f"plain.{kind}", wanted)
        print(
            f"\n{length} rows as {kind}: {took:.1f} s, {peak:.0f} MB; "
            f"in one go {plain:.1f} s, {plain_peak:.0f} MB: {plain / took:.1f} times as fast, "
            f"{plain_peak / peak:.1f} times less memory"
        )
        # The ids themselves are 8 bytes each, some times over while they are handed on.
        assert peak - least < MOST_MB + 100 * length / 1_000_000
        assert took < 1.5 * plain


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_window_does_not_wait_meanwhile(folder: Path, kind: str) -> None:
    async def run() -> tuple[list[float], list[float], float, float]:
        async with open_desk(folder / "workspace") as desk:
            idle, _ = await waits(asyncio.sleep(3))
            busy, took = await waits(write(desk))
            began = time.process_time()
            await write(desk)
            return idle, busy, took, time.process_time() - began

    async def write(desk: Desk) -> None:
        ids = [*range(1, STORED + 1)] * (LENGTHS[-1] // STORED)
        assert await desk.exports.write(folder / f"gui.{kind}", "recipients", ids, lambda *_: None)

    idle, busy, took, own = asyncio.run(run())
    print(
        f"\n{LENGTHS[-1]} rows as {kind} in {took:.1f} s: "
        f"turns waited {share(busy) * 1000:.1f} ms (99.9 %), at most {busy[-1] * 1000:.1f} ms; "
        f"idle {share(idle) * 1000:.1f} and {idle[-1] * 1000:.1f} ms; "
        f"the window's own process took {own * 1000:.0f} ms of the processor in all"
    )
    # However busy the machine is.
    assert own < MOST_OWN
    assert busy[-1] < max(MOST_GAP, 2 * idle[-1])


async def waits(work: Any) -> tuple[list[float], float]:
    """How late each millisecond's turn of the loop came, in order of length, and how long the work took."""
    late, over = [0.0], asyncio.Event()

    async def beat() -> None:
        while not over.is_set():
            began = time.perf_counter()
            await asyncio.sleep(0.001)
            late.append(time.perf_counter() - began - 0.001)

    beating = asyncio.create_task(beat())
    began = time.perf_counter()
    await work
    took = time.perf_counter() - began
    over.set()
    await beating
    return sorted(late), took


def share(late: list[float]) -> float:
    return late[int(len(late) * 0.999)]
