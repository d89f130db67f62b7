"""A million rows from process start to the written list, beside a loop over csv and phonenumbers, in one run.

And the window's loop while the same file is imported: the gaps between its turns, beside those of a loop
that has nothing to do. Run on demand: ``pytest tests/bench -m bench -s``. Prints medians, ratios and peaks.
"""

import asyncio
import csv
import json
import random
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from smsdesk.core.importing import Imported
from smsdesk.desk.context import Context
from smsdesk.desk.importing import Importing, Wanted
from smsdesk.store.workspace import Store

T = TypeVar("T")

ROWS, ROUNDS, PEER_ROWS = 1_000_000, 5, 200_000
LEAST_RATIO, MOST_MEMORY = 20.0, 10.0
USUAL_GAP, LONGEST_GAP = 0.016, 0.050
"""Seconds between two turns of the window's loop beyond those of an idle one: for 99.9 % and at most."""
BAD, TWICE = 0.03, 0.02
SIZES = (10_000, 100_000, 1_000_000, 5_000_000)

pytestmark = pytest.mark.bench

PEER = """
import csv, sys, time, phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType

MOBILE = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)
seen, kept, bad = set(), [], []
with open(sys.argv[1], encoding="cp1252", newline="") as file:
    rows = csv.reader(file, delimiter=";")
    next(rows)
    for at, row in enumerate(rows, 1):
        try:
            number = phonenumbers.parse(row[3], "DE")
        except phonenumbers.NumberParseException as error:
            bad.append((at, str(error)))
            continue
        if not phonenumbers.is_valid_number(number) or phonenumbers.number_type(number) not in MOBILE:
            bad.append((at, "no mobile number"))
            continue
        e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
        if e164 in seen:
            bad.append((at, "twice"))
            continue
        seen.add(e164)
        kept.append([e164, *row[:3]])
with open(sys.argv[2], "w", newline="") as file:
    csv.writer(file).writerows(kept)
"""
READ_ALONE = """
import sys, polars
text = open(sys.argv[1], encoding="cp1252", newline="").read()
print(polars.read_csv(text.encode(), separator=";", infer_schema=False).height)
"""


def cells(luck: random.Random) -> Iterator[str]:
    """Numbers as customer systems write them, some of them bad, some twice."""
    before: list[str] = []
    while True:
        digits = f"151{luck.randrange(10**8):08}"
        spellings = (
            f"+49{digits}",
            f"0{digits[:3]}/{digits[3:]}",
            f"0049 {digits}",
            f"0{digits}",
            f"0{digits[:3]} {digits[3:7]} {digits[7:]}",
        )
        wrong = (
            "",
            "n/a",
            f"030 {digits[4:]}",
            f"+49 30 {digits[5:]}",
            f"0176-{digits[8:]}A",
            "4,91761E+12",
            "123",
        )
        roll = luck.random()
        if roll < BAD:
            yield luck.choice(wrong)
        elif roll < BAD + TWICE and before:
            yield luck.choice(before)
        else:
            number = luck.choice(spellings)
            if len(before) < 20_000:
                before.append(number)
            yield number


def write(file: Path, rows: int) -> None:
    luck = random.Random(1)
    with file.open("w", encoding="cp1252", newline="") as out:
        out.write("Kundennr;Nachname;Ort;Mobil\r\n")
        for at, number in zip(range(rows), cells(luck), strict=False):
            out.write(f"{at:07d};Müller{at % 977};Köln;{number}\r\n")


def timed(*command: str | Path, out: Path) -> float:
    begun = time.perf_counter()
    with out.open("wb") as file:
        subprocess.run(command, stdout=file, check=True)
    return time.perf_counter() - begun


def ours(file: Path, folder: Path) -> float:
    command = (sys.executable, "-m", "smsdesk", "--language", "en", "recipients", file)
    return timed(*command, "--out", folder / "clean.csv", out=folder / "told.json")


def test_a_million_rows_beside_a_loop(tmp_path: Path) -> None:
    file, part = tmp_path / "million.csv", tmp_path / "part.csv"
    write(file, ROWS)
    write(part, PEER_ROWS)
    mine = statistics.median(ours(file, tmp_path) for _ in range(ROUNDS))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    told = json.loads((tmp_path / "told.json").read_bytes())
    with (tmp_path / "clean.csv").open(encoding="utf-8", newline="") as clean:
        assert sum(1 for _ in csv.reader(clean)) - 1 == told["valid"]
    counts = ("valid", "doubtful", "invalid", "duplicates", "do_not_contact", "blank")
    assert sum(told[name] for name in counts) == told["rows"] == ROWS
    loop = timed(sys.executable, "-c", PEER, part, tmp_path / "peer.csv", out=tmp_path / "peer.txt")
    loop *= ROWS / PEER_ROWS
    reading = [timed(sys.executable, "-c", READ_ALONE, file, out=tmp_path / "n.txt") for _ in range(ROUNDS)]
    alone = statistics.median(reading)
    size = file.stat().st_size
    print(
        f"\n{ROWS:,} rows, {size / 1e6:.0f} MB: {mine:.2f} s; the loop {loop:.1f} s: {loop / mine:.1f} times"
    )
    print(f"polars.read_csv alone {alone:.2f} s: {mine / alone:.1f} times that")
    print(f"peak of memory: {peak / size:.1f} times the file")
    assert loop / mine >= LEAST_RATIO
    assert peak / size <= MOST_MEMORY


def test_time_grows_with_the_rows(tmp_path: Path) -> None:
    file, times = tmp_path / "list.csv", []
    for rows in SIZES:
        write(file, rows)
        times.append(min(ours(file, tmp_path) for _ in range(2)))
    for rows, seconds in zip(SIZES, times, strict=True):
        print(f"{rows:>9,} rows: {seconds:.2f} s")
    fixed = times[0]
    each = [(seconds - fixed) / rows for rows, seconds in zip(SIZES[2:], times[2:], strict=True)]
    assert each[1] <= 1.5 * each[0]


async def gaps(work: Awaitable[T]) -> tuple[T, list[float]]:
    """What comes of some work, and the seconds between the turns of the loop meanwhile, in rising order."""
    loop, found = asyncio.get_running_loop(), []
    task, last = asyncio.ensure_future(work), loop.time()
    while not task.done():
        await asyncio.wait({task}, timeout=0.001)
        found.append(loop.time() - last - 0.001)
        last = loop.time()
    return task.result(), sorted(found)


def told(what: str, found: list[float]) -> tuple[float, float]:
    """The 99.9th percentile and the longest, printed."""
    usual, longest = found[int(len(found) * 0.999)], found[-1]
    print(f"{what}: {len(found)} turns, 99.9 % within {usual * 1e3:.1f} ms, longest {longest * 1e3:.1f} ms")
    return usual, longest


def test_the_loop_turns_while_a_million_rows_are_imported(tmp_path: Path) -> None:
    file = tmp_path / "million.csv"
    write(file, ROWS)
    wanted = Wanted(file, file.name, "DE")
    rows: list[int] = []

    async def scene() -> list[tuple[float, float]]:
        with Store.open(tmp_path / "workspace") as store:
            context = Context(store, "bench/1/1")
            importing = Importing(context)
            try:
                await importing.warm()
                told("idle", (await gaps(asyncio.sleep(3)))[1])
                first, turns = await gaps(importing.read(wanted, lambda done, _: rows.append(done)))
                table: Imported = first.imported
                assert table.counts.rows == ROWS
                measured = [told("import, the worker's start included", turns)]
                again = importing.again(table, table.mapping, "AT", wanted)
                measured.append(told("another country", (await gaps(again))[1]))
                mended = importing.mend(table, 1, "Mobil", "0151 12345678", wanted)
                measured.append(told("one cell mended", (await gaps(mended))[1]))
                return measured
            finally:
                await context.close()

    for usual, longest in asyncio.run(scene()):
        assert usual <= USUAL_GAP
        assert longest <= LONGEST_GAP
    assert rows == sorted(rows)
    assert len(set(rows)) > 3
