"""The outbox beside a bare httpx loop that posts the same ready-made bytes, on the real sandbox.

Run on demand: ``pytest tests/bench/test_bench_outbox.py -m bench -s``. Prints milliseconds a job and memory.
"""

import asyncio
import gc
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from processes import PASSWORD, Box

from smsdesk.core.account import Account
from smsdesk.core.campaign import Message
from smsdesk.core.outbox import EntryState
from smsdesk.core.recipients import Recipients
from smsdesk.desk.desk import Desk, open_desk
from smsdesk.store import outbox

JOBS, PEOPLE = 100, 3000
RATIO, DURABLE = 1.5, 0.015
"""At most so many times the bare loop, or so many seconds a job, whichever is larger."""
FLAT_MIB = 40
FAST = 100_000
ROUNDS = 3

pytestmark = pytest.mark.bench


def numbers(first: int, count: int) -> list[str]:
    return [f"+49176{10_000_000 + first + n}" for n in range(count)]


async def queued(desk: Desk, jobs: int, name: str) -> list[bytes]:
    """Queues a campaign of so many full jobs; their bytes."""
    opened = await desk.campaigns.create(name, "Box")
    people = Recipients(numbers(0, jobs * PEOPLE), [f"K-{n}" for n in range(jobs * PEOPLE)])
    ids = await desk.outbox.queue(opened.campaign.with_message(0, Message("Your parcel is here", people)))
    assert len(ids) == jobs
    return [await desk.outbox.body(entry) for entry in ids]


async def bare(box: Box, bodies: list[bytes]) -> float:
    """Seconds of the loop that posts these bytes one after another, over one kept connection."""
    async with httpx.AsyncClient(auth=("desk", PASSWORD), trust_env=False, timeout=60) as client:
        began = time.perf_counter()
        for body in bodies:
            answer = await client.post(f"{box.url}/jobs", content=body)
            assert answer.is_success, answer.status_code
        return time.perf_counter() - began


async def drained(desk: Desk) -> float:
    """Seconds of the outbox for what is queued."""
    began = time.perf_counter()
    assert await desk.outbox.drain("Box") is None
    took = time.perf_counter() - began
    assert {entry.state for entry in await desk.outbox.entries()} == {EntryState.ACCEPTED}
    return took


def on_box(box: Box, folder: Path, act: Callable[[Desk], Any]) -> None:
    async def scene() -> None:
        async with open_desk(folder / "workspace") as desk:
            account = Account("Box", box.url, box.report_urls, "desk", budget=FAST)
            await desk.accounts.save(account, None)
            desk.passwords.keep("Box", PASSWORD)
            await act(desk)

    asyncio.run(scene())


def test_the_outbox_costs_little_beside_the_bare_loop(start_box: Callable[..., Box], tmp_path: Path) -> None:
    box = start_box("--rate", str(FAST), "--db", str(tmp_path / "box.db"))
    loops, ours = [], []

    async def act(desk: Desk) -> None:
        for at in range(ROUNDS):
            bodies = await queued(desk, JOBS, f"Campaign {at}")
            loops.append(await bare(box, bodies))
            ours.append(await drained(desk))

    on_box(box, tmp_path, act)
    loop, own = min(loops) / JOBS, min(ours) / JOBS
    print(f"\n{JOBS} jobs of {PEOPLE}: bare {loop * 1e3:.1f} ms a job, outbox {own * 1e3:.1f} ms a job")
    print(f"ratio {own / loop:.2f}, more by {(own - loop) * 1e3:.1f} ms a job")
    assert own <= max(RATIO * loop, DURABLE)


def test_memory_is_flat_from_10_to_1000_jobs(start_box: Callable[..., Box], tmp_path: Path) -> None:
    box = start_box("--rate", str(FAST), "--db", str(tmp_path / "box.db"))
    peaks: dict[int, float] = {}

    async def act(desk: Desk) -> None:
        for jobs in (10, 1000):
            opened = await desk.campaigns.create(f"Campaign {jobs}", "Box")
            people = Recipients(numbers(0, jobs * PEOPLE), [""] * (jobs * PEOPLE))
            campaign = opened.campaign.with_message(0, Message("Your parcel is here", people))
            await desk.outbox.queue(campaign)
            del opened, people, campaign
            gc.collect()
            tracemalloc.start()
            await drained(desk)
            peaks[jobs] = tracemalloc.get_traced_memory()[1] / 2**20
            tracemalloc.stop()
        assert len(await desk.context.read(outbox.entries)) == 1010

    on_box(box, tmp_path, act)
    print(f"\npeak while sending: {peaks[10]:.1f} MiB at 10 jobs, {peaks[1000]:.1f} MiB at 1000")
    print(f"workspace {(tmp_path / 'workspace' / 'workspace.db').stat().st_size / 2**20:.0f} MiB")
    assert peaks[1000] - peaks[10] <= FLAT_MIB
