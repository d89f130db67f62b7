"""Watching: 1,000 open jobs for an hour of simulated time, and a poll that brings 3,000 changed rows.

Run on demand: ``pytest tests/bench/test_bench_watch.py -m bench -s``. Prints requests, ages, memory, times.
The service is a table of ready answers in this process, so that what is measured is the desk alone.
"""

import asyncio
import gc
import json
import resource
import statistics
import time
from bisect import bisect_right
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
import qasync
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from sqlalchemy import Connection, insert, select
from turns import AT_999, WORST, Turns, at_999

from smsdesk.api.client import Client
from smsdesk.app import collecting_here
from smsdesk.core.account import Account
from smsdesk.core.polling import LIST_SELDOM
from smsdesk.desk.desk import Desk, open_desk
from smsdesk.store import schema
from smsdesk.ui import theme
from smsdesk.ui.jobs import Jobs

URL = "https://reports.example.com/rest/v1"
BEGAN = datetime(2031, 3, 1, 9, tzinfo=UTC)
BUDGET, ROOM = 20, 18
"""Requests in 10 seconds, and those that reports may use while nothing waits to be sent."""
OPEN, SHOWN, PEOPLE = 1000, 12, 3000
WATCHED_PEOPLE = 30
"""The schedule is the same with few, and an hour has 5,000 requests."""
SECONDS = 3600
FLAT_MIB = 24
STORED_AND_PAINTED = 0.100
ROUNDS = 9

pytestmark = pytest.mark.bench


class Service:
    """A data centre: each answer is made of a job's number and how far it is."""

    def __init__(self, people: int) -> None:
        self.people, self.now = people, BEGAN
        self.ready: dict[str, bytes] = {}
        self.asked: list[datetime] = []
        self.lists = 0

    async def sleep(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(self.now)
        path, query = request.url.path, request.url.params
        if path.endswith("/jobs"):
            self.lists += 1
            some = range(OPEN)[int(query.get("offset", 0)) :][: int(query["limit"])]
            return httpx.Response(200, json=[{"jobId": job_id(n)} for n in some])
        if path.endswith("/sms"):
            job = query["jobId"]
            return httpx.Response(200, content=self.ready.get(job) or self.rows(job))
        return httpx.Response(200, json={"jobId": path.rpartition("/")[2], "statusRequested": True})

    def rows(self, job: str, reason: str = "Sent.") -> bytes:
        number = int(job[-6:])
        rows = [
            {
                "smsId": f"S.20310301-{number:06}-{n:05}",
                "dst": dst(n),
                "processStatus": "RUNNING",
                "status": "SUC_ACC",
                "customerRef": f"K-{n}",
                "reason": reason,
                "sentTs": "2031-03-01T09:00:03.123+01:00",
            }
            for n in range(self.people)
        ]
        return json.dumps(rows).encode()


def job_id(number: int) -> str:
    return f"J.20310301-080000.000-0aaaaaaaaaa{number:06}"


def dst(n: int) -> str:
    return f"+49176{20_000_000 + n}"


def fill(connection: Connection, count: int, people: int) -> None:
    """Open jobs that were accepted one after another until now, and seen once."""
    text = connection.execute(insert(schema.texts).values(text="Your parcel is here")).inserted_primary_key
    assert text
    for number in range(count):
        at = BEGAN - timedelta(seconds=(count - number) * 3)
        key = connection.execute(
            insert(schema.jobs).values(
                job_id=job_id(number),
                name=f"Campaign {number}",
                account="Main",
                url=URL,
                accepted_at=at,
                asked_at=at,
                changed_at=at,
                next_ask_at=at + timedelta(seconds=2),
                final=False,
                sms_count=people,
                waiting=people,
            )
        ).inserted_primary_key
        assert key
        rows = [
            {"job_key": key[0], "dst": dst(n), "reference": f"K-{n}", "name": f"Ada {n}", "text_id": text[0]}
            for n in range(people)
        ]
        connection.execute(insert(schema.sms), rows)


async def on_desk(
    folder: Path, service: Service, jobs: int, act: Callable[[Desk, list[int]], Awaitable[None]]
) -> None:
    async with open_desk(folder / "workspace") as desk:
        transport = httpx.MockTransport(service.answer)
        desk.context.now, desk.context.sleep = lambda: service.now, service.sleep
        desk.accounts._connect = lambda account, word: Client(account, word, transport=transport)
        await desk.accounts.save(Account("Main", URL, (URL,), "me", budget=BUDGET), None)
        desk.passwords.keep("Main", "hush")
        await desk.context.write(fill, jobs, service.people)
        keys = select(schema.jobs.c.key).order_by(schema.jobs.c.key)
        await act(desk, await desk.context.read(lambda connection: list(connection.scalars(keys))))


def resident() -> int:
    """Bytes in memory now (Linux)."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * resource.getpagesize()


def test_1000_open_jobs_for_an_hour(tmp_path: Path) -> None:
    service = Service(WATCHED_PEOPLE)

    async def act(desk: Desk, keys: list[int]) -> None:
        # The newest ones and the oldest, which are quiet for long in the end.
        shown, oldest, memory = [*keys[-SHOWN // 2 :], *keys[: SHOWN // 2]], timedelta(0), []
        desk.jobs.on_screen(shown)
        spent = time.process_time()
        c = schema.jobs.c
        ages = select(c.asked_at).where(c.key.in_(shown))
        for second in range(SECONDS):
            service.now = max(service.now, BEGAN + timedelta(seconds=second))
            await desk.jobs.ask_due()
            if second >= 10:
                seen = await desk.context.read(lambda connection: list(connection.scalars(ages)))
                oldest = max(oldest, service.now + timedelta(seconds=1) - min(seen))
            if second % (SECONDS // 6) == SECONDS // 6 - 1:
                gc.collect()
                memory.append(resident())
        spent = time.process_time() - spent
        busiest = max(
            n + 1 - bisect_right(service.asked, at - timedelta(seconds=10))
            for n, at in enumerate(service.asked)
        )
        everybody = await desk.context.read(lambda connection: list(connection.scalars(select(c.asked_at))))
        grown = (memory[-1] - memory[0]) / 2**20
        age = max(service.now - at for at in everybody)
        print(f"\n{len(service.asked)} requests, {service.lists} of them lists; at most {busiest} in 10 s")
        print(f"on screen at most {oldest.total_seconds():.0f} s old, the others {age.total_seconds():.0f} s")
        print(f"{spent * 1000 / len(service.asked):.1f} ms of processor a request, {grown:.1f} MiB grown")
        assert busiest <= ROOM
        assert oldest <= timedelta(seconds=10)
        assert service.lists >= SECONDS / LIST_SELDOM.total_seconds(), "what has closed is heard of"
        assert age < timedelta(hours=1), "each was asked for"
        assert grown < FLAT_MIB

    asyncio.run(on_desk(tmp_path, service, OPEN, act))


def test_3000_changed_rows_are_stored_and_painted(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> None:
    theme.apply(qapp, "light")
    service = Service(PEOPLE)

    async def act(desk: Desk, keys: list[int]) -> None:
        page = Jobs(desk)
        qtbot.addWidget(page)
        page.resize(1360, 860)
        page.show()
        page.shown()
        await settled(desk)
        turns = Turns()
        for _ in range(300):
            await asyncio.sleep(0.001)
        idle = turns.gaps()
        took, processor, longest, gaps = [], [], 0.0, []
        for number in range(ROUNDS):
            service.ready[job_id(0)] = service.rows(job_id(0), f"Sent, seen {number} times.")
            service.now += timedelta(seconds=30)
            await asyncio.sleep(0.05)
            turns.begin()
            began, spent = time.perf_counter(), time.process_time()
            await desk.jobs.ask_due()
            await settled(desk)
            page.recipients.repaint()
            took.append(time.perf_counter() - began)
            processor.append(time.process_time() - spent)
            await asyncio.sleep(0.005)
            longest, gaps = max(longest, turns.longest), gaps + turns.gaps()
            line = page.table.current_row()
            assert line is not None
            (changed,) = await desk.context.read(_seen, keys[0])
            assert changed == service.now
        turns.stop()
        gaps.sort()
        print(f"\nstored and painted: {[f'{one * 1000:.0f}' for one in took]} ms,")
        print(f"of processor {[f'{one * 1000:.0f}' for one in processor]} ms")
        print(f"gaps: {at_999(gaps) * 1000:.0f} ms at 99.9 %, {gaps[-1] * 1000:.0f} ms at most;", end=" ")
        print(f"idle {idle[-1] * 1000:.0f} ms; the longest work of the window {longest * 1000:.0f} ms")
        page.hidden()
        await settled(desk)
        assert statistics.median(took) <= STORED_AND_PAINTED
        assert at_999(gaps) <= AT_999 + at_999(idle)
        assert gaps[-1] <= WORST + idle[-1]

    loop = qasync.QEventLoop(qapp)
    asyncio.set_event_loop(loop)
    with loop, collecting_here():
        loop.run_until_complete(on_desk(tmp_path, service, 1, act))
    asyncio.set_event_loop(None)


def _seen(connection: Connection, key: int) -> list[datetime]:
    """When the rows of a job changed last."""
    c = schema.sms.c
    return list(connection.scalars(select(c.seen_at).where(c.job_key == key).distinct()))


async def settled(desk: Desk) -> None:
    """Until no task runs any more and all changes are delivered."""
    await asyncio.sleep(0)
    while running := list(desk.tasks._running.values()):
        await asyncio.gather(*running, return_exceptions=True)
        await asyncio.sleep(0)
