"""One run: what is sent, what goes wrong, what people do, and how it is all settled; drawn from a seed."""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from simulation.checks import check
from simulation.network import BEFORE_BYTES, DIALLED, ON_THE_WAY, mark_in
from simulation.turning import Queue, Thread
from simulation.world import ACCOUNT, OTHER, START, TAKE, Program, World, with_campaigns, world

from smsdesk.core.campaign import Campaign, CampaignId, Message
from smsdesk.core.errors import SmsDeskError
from smsdesk.core.handing import Handing
from smsdesk.core.options import Options
from smsdesk.core.outbox import Entry, EntryState, Hold
from smsdesk.core.pilot import Pilot
from smsdesk.core.recipients import Recipients
from smsdesk.store import drafts

NUMBERS = [f"+491760406{at:04}" for at in range(9000, 9100)]
ROUNDS, PAUSE = 10, 470
"""How often what is left is looked at in the end, and the seconds between."""
KINDS = (
    *("before", "within", "after", "sleep", "lid", "close", "failed write", "clock", "others", "strange job"),
)
"""What befalls programs, their machine and the service, the network apart."""
MISHAPS = ("death", "death", "death", "sleep", "lid", "close", "failed write")
"""What befalls a program at one of its steps."""
ACTS = (
    *("pause", "resume", "cancel", "withdraw", "withdraw", "list", "twice"),
    *("now", "hold", "release", "account", "later", "again"),
)
"""What a person does."""
OVER = (EntryState.ACCEPTED, EntryState.REFUSED, EntryState.CANCELLED)


def campaign(at: int, people: int, account: str, options: Options, first: int | None = None) -> Campaign:
    """A campaign of its own people, so that an SMS is known by its number."""
    first = at * 10 if first is None else first
    numbers = NUMBERS[first : first + people]
    message = Message(f"Your order is ready, {at}", Recipients(numbers, [""] * people))
    return Campaign(CampaignId(f"c{at}"), f"Campaign {at}", account, (message,), options, "DE")


ASKED = Options(status_requested=True)
CAMPAIGNS = (
    (campaign(0, 2, ACCOUNT, Options()), Handing()),
    (campaign(1, 1, ACCOUNT, Options(reference="order #12", duplicate_detection=True)), Handing()),
    (campaign(2, 3, ACCOUNT, Options(reference="x" * 50)), Handing(key="autumn")),
    (campaign(3, 1, OTHER, Options(duplicate_detection=True)), Handing()),
    (campaign(4, 2, ACCOUNT, Options()), Handing(undo=timedelta(seconds=10))),
    (campaign(5, 1, ACCOUNT, Options()), Handing(hold_until=START + timedelta(seconds=30))),
    (campaign(7, 5, ACCOUNT, ASKED, 35), Handing(pilot=Pilot(2, 10))),
    (campaign(8, 5, ACCOUNT, ASKED), Handing(pilot=Pilot(2, 10))),
)
DOOMED = "c8"
"""The campaign of which everything fails for good: only its pilot may ever leave by itself."""
LATER = campaign(6, 2, ACCOUNT, Options())
"""Sent in the course of a run."""
CHOICES = ((0,), (0, 1), (1, 2), (0, 3), (0, 1, 2), (4,), (5, 0), (1, 2, 3), (6,), (7,), (6, 7), (7, 2))


@cache
def queued(which: tuple[int, ...]) -> bytes:
    """A workspace in which some of the campaigns wait in the outbox."""
    return with_campaigns(tuple(CAMPAIGNS[at] for at in which))


@dataclass
class Mishap:
    """Something that happens to a program so many steps after it began, or asked for an entry to send."""

    steps: int
    kind: str
    seconds: float = 0
    sending: bool = False


class Run:
    """A world and its story."""

    def __init__(self, made: World) -> None:
        self.world, self.chance = made, made.chance
        self.mishaps: dict[str, Mishap] = {}
        self.count = 0
        self.careless = self.likely(0.1)

    def likely(self, probability: float) -> bool:
        return self.chance.random() < probability

    # -- what goes wrong

    def draw_weather(self) -> None:
        """Which faults there are, and how probable."""
        chance, made = self.chance, self.world
        some = chance.sample([*BEFORE_BYTES, *ON_THE_WAY], chance.randint(0, 4))
        share = chance.choice([0.1, 0.3, 0.8])
        made.network.weather = {kind: share / max(len(some), 1) for kind in some}
        for kind, value in chance.sample(DIALLED, chance.choice([0, 0, 1, 1, 2])):
            endpoint = chance.choice(["post", "post", "post", "every", "jobs", "job"])
            made.service.fault(endpoint, kind, value, chance.choice([0.3, 0.7, 1.0]))
            made.met.add(f"{kind} {value}")
        if self.likely(0.1):
            made.service.fault("every", "down", chance.choice([1, 2]), 1.0)
        made.slow_disk = self.likely(0.3)
        sets_clock = self.likely(0.15)
        if sets_clock:
            self._set_clock()
        if self.likely(0.2):
            self._hide(chance.choice([20, 200, 200 if sets_clock else 500]))

    def _hide(self, seconds: float) -> None:
        self.world.service.fault("every", "hidden", seconds, 1.0)
        self.hidden = seconds

    hidden, set_right = 0.0, False

    def _set_clock(self) -> None:
        """Somebody sets the clock of this machine, and sets it right again, soon, later or never."""
        made, jump = self.world, timedelta(minutes=self.chance.choice([-3000, -200, -3, 3, 200, 3000]))

        def turn(jump: timedelta) -> None:
            made.met.add("clock")
            made.jump, made.jumped, made.disturbed = jump, True, True
            made.hurried.update(row["mark"] for row in made.disk.look("select mark from outbox"))

        at = self.chance.random() * 20
        made.turner.at(at, lambda: turn(jump))
        if self.likely(0.3):
            made.turner.at(at + self.chance.random() * 40, lambda: turn(timedelta(0)))
        self.set_right = self.likely(0.5)

    def clear(self) -> None:
        """Good weather; only what the service hides stays hidden."""
        made = self.world
        made.network.weather = {}
        made.service.dial.clear()
        made.disk.fails_within = False
        if self.set_right:
            made.jump = timedelta(0)
        if self.hidden:
            self._hide(self.hidden)

    def draw_mishap(self, program: Program) -> None:
        chance = self.chance
        kind = chance.choice(MISHAPS)
        sending = self.likely(0.6)
        steps = chance.randint(1, 20) if sending else int(chance.expovariate(1 / 60)) + 1
        self.mishaps[program.name] = Mishap(steps, kind, chance.choice([20, 100, 1000]), sending)

    def before_step(self, program: Program, queue: Queue) -> None:
        """Mishaps, at a step of a program that was drawn before."""
        mishap = self.mishaps.get(program.name)
        if mishap is None or (mishap.sending and program.store.last != TAKE):
            return
        mishap.sending = False
        mishap.steps -= 1
        if mishap.steps:
            return
        made = self.world
        made.disturbed = True
        if mishap.kind != "death":
            made.met.add(mishap.kind)
        if mishap.kind == "failed write":
            made.disk.fails_within = True
        elif mishap.kind == "close":
            program.run(program.desk.__aexit__(None, None, None))
        elif mishap.kind == "sleep":
            self._sleep(program, mishap.seconds)
        elif mishap.kind == "lid":
            for one in made.living():
                self._sleep(one, mishap.seconds)
        else:
            self._kill(program, queue)
        del self.mishaps[program.name]

    def _sleep(self, program: Program, seconds: float) -> None:
        """A program stands still, and goes on for a while."""
        made = self.world
        made.turner.freeze(program.name, frozen=True)
        made.slept = True
        wake = made.turner.now + seconds
        made.turner.at(wake, lambda: made.turner.freeze(program.name, frozen=False))
        made.turner.at(wake + 20, program.kill)

    def _kill(self, program: Program, queue: Queue) -> None:
        """Before a step, after it, or (a step of the disk) just before its commit."""
        when = self.chance.choice(["before", "after", "within"])
        self.world.met.add(when)
        if when != "before" and isinstance(queue, Thread):
            self.world.disk.dies_within = when == "within"
            queue.step()
            self.world.disk.dies_within = False
        program.kill()

    def add_others(self) -> None:
        """Jobs of other programs on the same account, much like ours."""
        for row in self.rows():
            body = row["body"].replace(f"#{row['mark']}".encode(), b"#other")
            self.world.service.engine.accept(body.replace(b"+49", b"+43"))
        self.world.met.add("others")

    def add_strange(self) -> None:
        """By a fault of the service, the mark of a job that never arrived is on one for other people."""
        made = self.world
        arrived = {mark_in(body) for _, body in made.service.accepted()}
        for row in self.rows():
            if row["state"] == "uncertain" and row["mark"] not in arrived:
                made.service.engine.accept(row["body"].replace(b"+49", b"+43"))
                made.strange.add(row["mark"])
                made.met.add("strange job")

    # -- programs

    def start(self) -> Program:
        """A window or a terminal; something may happen to it at any step."""
        self.count += 1
        program = self.world.start(f"program {self.count}")
        if self.likely(0.6):
            self.draw_mishap(program)
        if self.likely(0.25):
            program.run(program.desk._pump())
            program.run(program.desk.jobs.watch())
        else:
            program.run(self.resume(program))
        return program

    async def resume(self, program: Program) -> None:
        """``smsdesk resume``."""
        outbox = program.desk.outbox
        await outbox.tend()
        for account in (ACCOUNT, OTHER):
            try:
                await outbox.drain(account, self.chance.choice([None, 2]))
            except SmsDeskError as error:
                self.world.errors.append(error)
            await outbox.look_up(account)
        await program.desk.jobs.ask_due()

    # -- people

    def act(self, program: Program) -> None:
        """A person does something."""
        outbox, entries = program.desk.outbox, self.rows()
        row = self.chance.choice(entries)
        what = self.chance.choice(ACTS)
        acts: dict[str, Callable[[], Awaitable[object]]] = {
            "pause": lambda: outbox.pause(self.chance.choice([None, ACCOUNT])),
            "resume": outbox.resume,
            "cancel": lambda: outbox.cancel([row["id"]]),
            "withdraw": lambda: outbox.withdraw(row["campaign_id"]),
            "list": lambda: program.desk.do_not_contact.add([self.chance.choice(self.people())], "asked"),
            "twice": lambda: self.twice(program),
            "now": lambda: outbox.send_now([row["id"]]),
            "hold": lambda: outbox.hold([row["id"]]),
            "release": lambda: outbox.release(row["account"]),
            "account": lambda: self.save_account(program, row["account"]),
            "later": lambda: outbox.queue(LATER),
            "again": lambda: outbox.send_again(row["id"]),
        }
        made, mark = self.world, row["mark"]
        if what == "now":
            self.hurry(mark)
        elif what == "cancel":
            made.let_be.add(mark)
        elif what == "again":
            if not self.careless:
                return
            made.careless.add(mark)
            made.clicks.setdefault(mark, []).append(10**9)
        program.run(acts[what]())

    async def twice(self, program: Program) -> None:
        """The same campaign, or the same key, once more: nothing new."""
        made = self.world
        for campaign, how in (CAMPAIGNS[at] for at in self.which):
            before = await program.desk.outbox.queue(campaign, how)
            mine = made.disk.look("select id from outbox where campaign_id = ?", campaign.id)
            if [row["id"] for row in mine] != [*before]:
                made.trouble(f"{campaign.id} was queued twice")
            if how.key is not None:
                other = replace(campaign, id=CampaignId("other"), name="The same key")
                if [*await program.desk.outbox.queue(other, how)] != [*before]:
                    made.trouble(f"{campaign.id} was queued twice with its key")

    def hurry(self, mark: str) -> None:
        """A person says "now": neither its time nor its pilot counts any more."""
        self.world.hurried.add(mark)
        self.world.forced.add(mark)

    async def save_account(self, program: Program, name: str) -> None:
        account = await program.desk.accounts.named(name)
        program.desk.passwords.keep(name, "correct horse")
        await program.desk.accounts.save(account, None)

    def rows(self) -> list[Any]:
        return self.world.disk.look("select * from outbox join bodies on hash = body_hash")

    def people(self) -> list[str]:
        return [row["dst"] for row in self.world.disk.look("select dst from sms")]

    # -- the story

    def play(self) -> None:
        """Troubled times, then the end of the story."""
        made = self.world
        self.which = self.chance.choice(CHOICES)
        made.insert(queued(self.which))
        made.doomed.add(DOOMED)
        made.before_step = self.before_step
        self.draw_weather()
        if self.likely(0.3):
            self.add_others()
        for _ in range(self.chance.choice([1, 1, 2])):
            for _ in range(self.chance.choice([1, 1, 2])):
                self.start()
            for _ in range(self.chance.choice([1, 1, 2])):
                made.run(lambda: False, self.chance.choice([0.05, 0.3, 2, 12, 35]))
                for program in made.living():
                    if self.likely(0.4):
                        self.act(program)
        for program in made.living():
            if not made.sleeps(program):
                made.disturbed |= any(row["owner"] == program.name for row in self.rows())
                program.kill()
        self.clear()
        self.settle()

    def settle(self) -> None:
        """A terminal and a careful person bring everything to an end."""
        made = self.world
        strange = not self.hidden and self.likely(0.2)
        for at in range(ROUNDS):
            self.count += 1
            if at == 1 and strange:
                self.add_strange()
            program = made.start(f"settler {self.count}")
            outbox = program.desk.outbox
            for row in made.disk.look("select account from pauses where hold = 'person'"):
                self.ask(program, outbox.resume(row["account"] or None))
            self.drain(program)
            if self.unseen():
                self.ask(program, program.desk.jobs.ask_due())
                self.drain(program)
            for account in self.accounts("uncertain"):
                self.ask(program, outbox.look_up(account))
            left = [entry for entry in self.ask(program, outbox.entries()) if entry.state not in OVER]
            decided = [self.decide(program, entry) for entry in left]
            if any(decided):
                self.drain(program)
            program.kill()
            if not left and not any(made.sleeps(one) for one in made.living()) and not self.unseen():
                break
            made.run(lambda: False, PAUSE)
        made.drafts = self.drafts()
        made.met.update(row["code"] for row in made.disk.look("select distinct code from steps"))
        made.final = [tuple(row) for row in made.disk.look("select mark, state, job_id, since from outbox")]
        check(made)

    def unseen(self) -> bool:
        """Whether reports are waited for: by a pilot's rest, or to see who is in a job that was found."""
        return bool(self.world.disk.look("select 1 from outbox where adopted or hold = 'pilot'"))

    def drafts(self) -> list[str]:
        """Whom the drafts are for."""
        program = self.world.start("reader")
        rows = self.world.disk.look("select id from campaigns where sent_at is null and not deleted")
        read = program.desk.context.read
        found = [self.ask(program, read(drafts.load, row["id"])) for row in rows]
        program.kill()
        return [dst for one in found for message in one.messages for dst in message.recipients.dst]

    def accounts(self, *states: str) -> list[str]:
        """Those that have entries in these states."""
        return sorted({row["account"] for row in self.rows() if row["state"] in states})

    def drain(self, program: Program) -> None:
        """Sends what is due; what nobody sends any more is found."""
        self.ask(program, program.desk.outbox.tend())
        for account in self.accounts("queued", "waiting", "sending"):
            self.ask(program, program.desk.outbox.drain(account))

    def ask(self, program: Program, work: Awaitable[Any]) -> Any:
        """What a verb answers, None where it raises what a person would read."""

        async def asked() -> Any:
            try:
                return await work
            except SmsDeskError as error:
                self.world.errors.append(error)

        return self.world.wait(program, asked())

    def decide(self, program: Program, entry: Entry) -> bool:
        """What a careful person does about an entry that does not go on by itself; False: nothing."""
        outbox, made = program.desk.outbox, self.world
        if entry.state is EntryState.UNCERTAIN:
            if entry.not_found_at is None:
                return False
            if self.likely(0.3):
                made.let_be.add(entry.mark)
                self.ask(program, outbox.leave(entry.id))
            else:
                made.clicks.setdefault(entry.mark, []).append(made.turner.steps)
                self.ask(program, outbox.send_again(entry.id))
        elif entry.hold is Hold.ACCOUNT:
            self.ask(program, outbox.release(entry.account))
        elif (entry.hold is Hold.BRAKE and self.likely(0.6)) or (entry.hold is Hold.PILOT and made.strange):
            self.ask(program, outbox.withdraw(entry.campaign_id))
        elif entry.hold in (Hold.MISSED, Hold.PERSON, Hold.BRAKE) or (
            # By a clock that was set back its time is days away.
            entry.hold is Hold.TIME and made.jumped
        ):
            self.hurry(entry.mark)
            self.ask(program, outbox.send_now([entry.id]))
        else:
            return False
        return True


def play(seed: int, folder: Path | None = None, *, watching: bool = True) -> World:
    """The run of a seed. Raises AssertionError, which names the seed."""
    with world(seed, folder) as made:
        made.watching = watching
        try:
            Run(made).play()
        except AssertionError:
            raise
        except Exception as error:
            raise AssertionError(f"seed {seed}: {error!r}") from error
        return made


def told_of(made: World) -> str:
    """What a run came to, as one word that is the same for the same run."""
    posts = [
        (post.mark, post.owner, post.step, post.heard, post.told)
        for mark in sorted(made.network.posts)
        for post in made.network.posts[mark]
    ]
    story = (made.turner.steps, made.turner.now, posts, made.final)
    return hashlib.sha256(repr(story).encode()).hexdigest()
