"""A simulated world: programs on one workspace, the network, the service, a clock; one seed is one run.

The desk, the store, the client and the sandbox are the real ones. In their places stand only: time, tasks and
threads (``turning``), the network (``network``), the table of processes, and the source of chance.
"""

import asyncio
import random
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from simulation.network import PASSWORD, REPORTS, SEND, USER, Network, Post, Service, mark_in, numbers_in
from simulation.turning import Died, Loop, Queue, Thread, Turner, dispose
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import NullPool

from smsdesk.api.client import Client
from smsdesk.core.account import Account
from smsdesk.core.campaign import Campaign
from smsdesk.core.errors import SmsDeskError
from smsdesk.core.handing import Handing
from smsdesk.desk import context as desk_context
from smsdesk.desk import desk
from smsdesk.desk.desk import Desk
from smsdesk.desk.tasks import Notice
from smsdesk.store import accounts, sending
from smsdesk.store.outbox import Taken
from smsdesk.store.sqlite import FILE
from smsdesk.store.workspace import Store

START = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
TAKE = sending.take_within.__name__
"""What the sender asks the store for."""
ACCOUNT, OTHER = "Office", "Second"


def microseconds(at: datetime) -> int:
    """As the store writes it."""
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(microseconds=1)


class _Kept(sqlite3.Connection):
    """A base in memory that all programs of a world share; who closes it only lets go."""

    def close(self) -> None:
        pass

    def end(self) -> None:
        """The end of the world."""
        super().close()


class Watched(Store):
    """A store that knows which verb it was last asked to write."""

    last = ""
    taken: Callable[[Any], None]
    """Gets each entry that is taken for sending, within the transaction that takes it."""

    def write(self, verb: Callable[..., Any], *args: Any, **named: Any) -> Any:
        self.last = verb.__name__
        return super().write(self._told if verb.__name__ == TAKE else verb, *args, **named)

    def _told(self, connection: Connection, *args: Any, **named: Any) -> Any:
        got = sending.take_within(connection, *args, **named)
        if isinstance(got, Taken):
            self.taken(got)
        return got


class Disk:
    """The workspace's file: in memory, or a real one where ``folder`` says so."""

    current: "Disk"

    def __init__(self, image: bytes, folder: Path | None) -> None:
        self.folder = folder
        self.dies_within = self.fails_within = False
        self.raw = None
        if folder:
            (folder / FILE).write_bytes(image)
        else:
            self.raw = sqlite3.connect(
                ":memory:", factory=_Kept, isolation_level=None, check_same_thread=False
            )
            self.raw.deserialize(image)
        Disk.current = self

    def open(self, writer: Thread, reader: Thread) -> "Watched":
        """The workspace as a program opens it."""
        if self.folder:
            store = Watched.open(self.folder, writer=writer, reader=reader)
            event.listen(store._engines[0], "commit", _committing)
            return store
        return Watched(Path("workspace"), _engines(), (writer, reader))

    def look(self, query: str, *values: object) -> list[Any]:
        """An answer from the base, past all programs."""
        raw = self.raw or sqlite3.connect(self.folder / FILE)  # type: ignore[operator]
        try:
            raw.row_factory = sqlite3.Row
            return raw.execute(query, values).fetchall()
        finally:
            raw.row_factory = None
            raw.close()

    def close(self) -> None:
        if self.raw:
            self.raw.end()


def _committing(_: Connection) -> None:
    disk = Disk.current
    if disk.dies_within:
        disk.dies_within = False
        raise Died
    if disk.fails_within:
        disk.fails_within = False
        raise sqlite3.OperationalError("disk I/O error")


@cache
def _engines() -> tuple[Engine, Engine]:
    """Engines of all worlds: what they have compiled is kept."""

    def engine(begin: str) -> Engine:
        made = create_engine("sqlite://", creator=lambda: Disk.current.raw, poolclass=NullPool)
        event.listen(made, "begin", lambda connection: connection.exec_driver_sql(begin) and None)
        return made

    writing = engine("BEGIN IMMEDIATE")
    event.listen(writing, "commit", _committing)
    return writing, engine("BEGIN")


@cache
def image() -> bytes:
    """A workspace with two accounts, as bytes."""
    with TemporaryDirectory() as folder:
        with Store.open(Path(folder)) as store:
            for name in (ACCOUNT, OTHER):
                account = Account(name, SEND, tuple(REPORTS), USER, budget=40)
                store.write(accounts.put, account).result()
        raw = sqlite3.connect(Path(folder) / FILE)
        try:
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            raw.execute("PRAGMA journal_mode=DELETE")
            return raw.serialize()
        finally:
            raw.close()


class Program:
    """One window or terminal: a process of its own, as far as the others can tell."""

    def __init__(self, world: "World", name: str) -> None:
        self.world, self.name = world, name
        turner = world.turner
        self.loop = Loop(turner, name)
        self.writer = Thread(turner, name, world.disk_delay)
        self.store = world.disk.open(self.writer, Thread(turner, name, world.disk_delay))
        self.store.taken = world.taken
        self.desk = Desk(self.store, _no_box, now=world.wall, sleep=asyncio.sleep)
        self.desk.context.owner = name
        self.desk.accounts._connect = self._client
        self.desk.on_notice(self._told)
        for account in (ACCOUNT, OTHER):
            self.desk.passwords.keep(account, PASSWORD)
        self.alive = True
        self.steps = 0

    def _client(self, account: Account, password: str) -> Client:
        return Client(account, password, transport=self.world.network.transport(self.name))

    def _told(self, notice: Notice) -> None:
        if notice.code == "bug":
            self.world.trouble(f"bug in {self.name}: {notice.details}")
        self.world.notices.append(notice)

    def run(self, work: Awaitable[object]) -> None:
        """Runs something in this program; errors that a person would read are noted."""

        async def guarded() -> None:
            try:
                await work
            except SmsDeskError as error:
                self.world.errors.append(error)

        self.loop.create_task(guarded())

    def kill(self) -> None:
        """kill -9."""
        self.alive = False
        self.world.turner.bury(self.name)


async def _no_box() -> Any:
    raise AssertionError


class World:
    """Everything of one run."""

    def __init__(self, seed: int, folder: Path | None = None) -> None:
        self.seed = seed
        self.chance = Random(seed)
        self.turner = Turner(self.chance)
        self.turner.before_step = self._before_step
        self.folder = folder
        self.jump, self.jumped = timedelta(0), False
        self.slow_disk = False
        self.service = Service(self.turner, self.now, self.chance.getrandbits(30), 10**6)
        self.network = Network(self.turner, self.service, self.chance)
        self.network.leaving = self._leaving
        self.programs: dict[str, Program] = {}
        self.notices: list[Notice] = []
        self.errors: list[SmsDeskError] = []
        self.troubles: list[str] = []
        self.met: set[str] = set()
        """What befell it, the network apart."""
        self.final: list[tuple[Any, ...]] = []
        """The outbox at the end."""
        self.clicks: dict[str, list[int]] = {}
        """Of each mark the steps of a person's "send again"."""
        self.careless: set[str] = set()
        """Marks that were sent again although nobody had asked the service for long enough."""
        self.let_be: set[str] = set()
        """Marks that a person let be: whether they had arrived is not known."""
        self.hurried: set[str] = set()
        """Marks whose times do not count any more: a person said "now", or the clock was set."""
        self.forced: set[str] = set()
        """Marks whose pilot does not count any more: a person said "now"."""
        self.doomed: set[str] = set()
        """Campaigns whose pilot fails."""
        self.strange: set[str] = set()
        """Marks that the service has on a job for other people."""
        self.drafts: list[str] = []
        """Whom the drafts are for in the end."""
        self.watching = True
        """Whether each POST is looked at as it leaves; else what counts is what becomes of it."""
        self.disturbed = self.slept = False
        """Whether a program died, stood still or ended, a write failed, or the clock was set."""
        self.before_step: Callable[[Program, Queue], None] = lambda *_: None

    def insert(self, base: bytes) -> None:
        """The workspace's file."""
        self.disk = Disk(base, self.folder)

    # -- time and chance

    def now(self) -> datetime:
        """True time: the service's."""
        return START + timedelta(seconds=self.turner.now)

    def wall(self) -> datetime:
        """What this machine's clock shows."""
        return self.now() + self.jump

    def disk_delay(self) -> float:
        return self.chance.random() * 0.3 if self.slow_disk and self.chance.random() < 0.3 else 0.0

    # -- programs

    def start(self, name: str) -> Program:
        program = self.programs[name] = Program(self, name)
        return program

    def living(self) -> list[Program]:
        return [program for program in self.programs.values() if program.alive]

    def gone(self, owner: str) -> bool:
        """The table of processes."""
        return owner not in self.programs or not self.programs[owner].alive

    def sleeps(self, program: Program) -> bool:
        """Whether a program sleeps and will go on."""
        return program.loop.frozen

    def _before_step(self, queue: Queue) -> bool:
        program = self.programs.get(queue.owner)
        if program is not None:
            program.steps += 1
            self.before_step(program, queue)
        return not queue.dead

    def run(self, until: Callable[[], bool], seconds: float) -> None:
        """Turns until a condition holds, at most so many simulated seconds."""
        end = self.turner.now + seconds
        self.turner.at(end, lambda: None)
        while not until() and self.turner.now < end and self.turner.turn():
            if self.troubles:
                raise AssertionError(self.told())

    def wait(self, program: Program, work: Awaitable[Any], seconds: float = 3600) -> Any:
        """What a coroutine answers in a program."""
        task = program.loop.create_task(work)  # type: ignore[arg-type]
        self.run(task.done, seconds)
        if not task.done():
            raise AssertionError(f"{self.told()}: no end of {work}")
        return task.result()

    # -- what must never happen

    def trouble(self, words: str) -> None:
        self.troubles.append(words)

    def told(self) -> str:
        return f"seed {self.seed}: {'; '.join(self.troubles)}"

    def _leaving(self, post: Post) -> None:
        """Bytes leave: what must be so at that instant."""
        if not self.watching:
            return
        (row,) = self.disk.look(
            "select id, state, owner, body, pilot, campaign_id, due_at, final_at from outbox"
            " join bodies on hash = body_hash where mark = ?",
            post.mark,
        )
        if (row["state"], row["owner"]) != ("sending", post.owner):
            self.trouble(f"{post.mark} left from {post.owner} while it was {row['state']} of {row['owner']}")
        if bytes(row["body"]) != post.body:
            self.trouble(f"{post.mark} left with other bytes")
        clicks = self.clicks.get(post.mark, [])
        for before in self.network.posts[post.mark]:
            if before.outcome != "no" and not any(click >= before.step for click in clicks):
                self.trouble(f"{post.mark} left a second time after {before.outcome}")
        if not row["pilot"] and post.mark not in self.forced:
            self._follow(post.mark, row["campaign_id"])
        if post.mark not in self.hurried:
            wall = microseconds(self.wall())
            if any(row[name] is not None and row[name] > wall for name in ("due_at", "final_at")):
                self.trouble(f"{post.mark} left before its time")

    def _follow(self, mark: str, campaign: str) -> None:
        """What leaves after a pilot, if there is one."""
        for pilot in self.disk.look("select mark from outbox where campaign_id = ? and pilot", campaign):
            if campaign in self.doomed:
                self.trouble(f"{mark} left although its pilot failed")
            elif pilot["mark"] not in {mark_in(body) for _, body in self.service.accepted()}:
                self.trouble(f"{mark} left before its pilot")

    def taken(self, got: Taken) -> None:
        """An entry is taken: nobody in it is on the do-not-contact list, and its account is not paused."""
        if not self.watching:
            return
        paused = "select 1 from pauses where hold = 'person' and account in ('', ?)"
        if self.disk.look(paused, got.entry.account):
            self.trouble(f"{got.entry.mark} was taken although its account is paused")
        listed = {row["number"] for row in self.disk.look("select number from do_not_contact")}
        if listed & {*numbers_in(got.body)}:
            self.trouble(f"{got.entry.mark} was taken for somebody on the do-not-contact list")

    def close(self) -> None:
        tasks = [task for program in self.programs.values() for task in program.loop.tasks]
        troubles = [one for program in self.programs.values() for one in program.loop.troubles]
        for program in self.programs.values():
            program.kill()
        self.turner.bury("service")
        dispose(tasks + self.service.loop.tasks)
        for program in self.programs.values():
            program.store._to_write.close()
            program.store._to_read.close()
        self.disk.close()
        self.service.close()
        troubles = [one for one in troubles if not isinstance(one.get("exception"), Died)]
        if troubles:
            raise AssertionError(f"seed {self.seed}: {troubles}")


@contextmanager
def world(seed: int, folder: Path | None = None) -> Iterator[World]:
    """A world with an empty workspace, with chance and the table of processes in its hands."""
    made = World(seed, folder)
    made.insert(image())
    system = random.SystemRandom
    with (
        patch.object(desk_context, "gone", made.gone),
        patch.object(desk, "PUMP_EVERY", timedelta(seconds=8)),
        patch.object(system, "random", lambda _: made.chance.random()),
        patch.object(system, "getrandbits", lambda _, bits: made.chance.getrandbits(bits)),
    ):
        try:
            yield made
        finally:
            made.close()


def with_campaigns(campaigns: tuple[tuple[Campaign, Handing], ...]) -> bytes:
    """A workspace in whose outbox these campaigns are, as bytes; queued as a program does it."""
    with world(len(campaigns)) as made:
        program = made.start("before")
        for campaign, how in campaigns:
            made.wait(program, program.desk.outbox.queue(campaign, how))
        assert made.disk.raw
        return bytes(made.disk.raw.serialize())
