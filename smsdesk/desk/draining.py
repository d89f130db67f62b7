"""The sender: what is due goes to the service, several jobs at once, each exactly once.

Before a POST its entry is ``sending`` on disk, after the answer what that makes of it; both carry the number
of the sender's lease, which a heartbeat renews. An answer that could not be written (a full disk) is written
before anything else goes.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import SystemRandom
from typing import TYPE_CHECKING, Any

from smsdesk.core.errors import (
    NotSent,
    Refused,
    ServiceError,
    SmsDeskError,
    TooManyRequests,
    WorkspaceBusy,
)
from smsdesk.core.outbox import (
    EVERY,
    READY,
    After,
    Entry,
    EntryId,
    EntryState,
    Event,
    Exchange,
    after_error,
)
from smsdesk.core.pace import Pace, first_pace, slowed, sped
from smsdesk.core.request import JobId
from smsdesk.desk.accounts import Accounts
from smsdesk.desk.changes import Topic
from smsdesk.desk.context import Context

if TYPE_CHECKING:
    from smsdesk.api.client import Client, Seen
    from smsdesk.store.leases import Lease
    from smsdesk.store.outbox import Taken, Without

LEASE = timedelta(minutes=1)
"""A sender that sleeps for longer than this has lost its entries; a heartbeat renews it."""
BEAT = timedelta(seconds=15)
NAP = timedelta(seconds=10)
"""The longest pause before the outbox is looked at again."""
NOTED_EVERY = timedelta(minutes=1)
"""How often it is written down that a program is at work on the workspace."""
MOMENT = timedelta(milliseconds=50)
SENT_OVER = (Topic.OUTBOX, Topic.JOBS, Topic.CAMPAIGNS)


@dataclass(frozen=True, slots=True)
class _Answer:
    """What is to be written of a POST."""

    entry: Entry
    lease: "Lease"
    after: After
    reason: str | None
    job_id: JobId | None
    exchange: Exchange | None


class Draining:
    """Sends the entries of one workspace; ``without`` takes recipients out of a job's bytes."""

    def __init__(self, context: Context, accounts: Accounts, without: "Without") -> None:
        self.context = context
        self.accounts = accounts
        self.without = without
        self.paces: dict[str, Pace] = {}
        self.under_way: set[EntryId] = set()
        self.taking = 0
        self._owed: dict[EntryId, _Answer] = {}
        self._stirred: dict[str, asyncio.Event] = {}
        self._noted_at: dict[str, datetime] = {}

    def stirred(self, account: str) -> asyncio.Event:
        """Set when something became due before its time."""
        return self._stirred.setdefault(account, asyncio.Event())

    def stir(self) -> None:
        """Something became due before its time: whoever naps looks again."""
        for event in self._stirred.values():
            event.set()

    async def drain(self, account: str, give_up_after: int | None = None) -> ServiceError | None:
        """Sends what is due for an account until nothing is ready any more, or it is paused.

        Raises WorkspaceBusy (reason ``sending``) while another sender is at work. With ``give_up_after``
        nothing is taken any more once an entry failed so many times with certainty; its error is the answer.
        """
        from smsdesk.store import leases

        context, name = self.context, f"send:{account}"
        lease = await context.hold(name, LEASE)
        if lease is None:
            raise WorkspaceBusy(folder=context.store.folder.name, reason="sending")
        try:
            return await _Round(self, account, lease, give_up_after).run()
        finally:
            await context.write(leases.release, name, context.owner)

    async def recover(self, sends: str | None = EVERY) -> None:
        """Writes answers that could not be written; what nobody is sending any more is uncertain.

        ``sends``: the account for which this program sends from now on, or all; None where it only looks.
        """
        from smsdesk.store import holding, outbox

        context, now = self.context, self.context.now()
        await self._note(EVERY if EVERY in self._noted_at else sends, now)
        for answer in tuple(self._owed.values()):
            await self.settle(answer)
        # An entry of ours that is just being taken may be on disk before it is known to be under way.
        under_way = None if self.taking else tuple(self.under_way)
        await context.write(outbox.abandon, now, context.owner, under_way)
        if await context.read(holding.is_due, now):
            await context.write(holding.mature, now)

    async def _note(self, account: str | None, now: datetime) -> None:
        """Writes down that this program is at work; what was missed before it was asks first."""
        from smsdesk.store import holding, leases

        noted_at = None if account is None else self._noted_at.get(account)
        if noted_at is None:
            await self.context.write(holding.wake, self.context.owner, now, account)
        elif not timedelta(0) <= now - noted_at < NOTED_EVERY:
            await self.context.write(leases.run, self.context.owner, now, account or EVERY)
        else:
            return
        if account is not None:
            self._noted_at[account] = now

    async def standing(self) -> dict[str, set[EntryState]]:
        """Of each account the states of its entries, a paused one without what is ready to go."""
        from smsdesk.store import outbox

        found = await self.context.read(outbox.standing)
        paused = await self.context.read(outbox.paused)
        for account in found:
            if paused & {account, EVERY}:
                found[account] -= READY
        return found

    async def settle(self, answer: _Answer) -> None:
        """Writes what a POST came to."""
        from smsdesk.store import outbox

        entry, after, reason, job_id = answer.entry, answer.after, answer.reason, answer.job_id
        context, now = self.context, self.context.now()
        told = reason or ("put_back" if after.event is Event.PUT_BACK else after.state.value)
        self._owed[entry.id] = answer
        mine = await context.write(
            outbox.settle, entry, answer.lease, after, now, reason, job_id, told, answer.exchange
        )
        if not mine and job_id is not None:
            # Somebody took us for dead and the entry for uncertain; the answer settles it.
            await context.write(outbox.found, entry.id, job_id, now)
        # While this was written, recover may have written it too: of the same try that is no second step.
        self._owed.pop(entry.id, None)
        context.changes.tell(*SENT_OVER)

    def learn(self, account: str, budget: int, error: ServiceError | None) -> None:
        """What an answer says of the pace."""
        pace = self.paces.get(account) or first_pace(budget)
        if isinstance(error, TooManyRequests):
            self.paces[account] = slowed(pace, self.context.now())
        elif error is None or isinstance(error, Refused):
            self.paces[account] = sped(pace, budget)

    async def post(
        self, taken: "Taken", lease: "Lease", client: "Client"
    ) -> tuple[Entry, ServiceError | None]:
        """One POST. Its entry is ``sending`` on disk; whatever ends it is on disk afterwards."""
        try:
            return await self._post(taken, lease, client)
        finally:
            self.under_way.discard(taken.entry.id)

    async def _post(
        self, taken: "Taken", lease: "Lease", client: "Client"
    ) -> tuple[Entry, ServiceError | None]:
        from smsdesk.api.client import Seen

        context, entry = self.context, taken.entry
        error, job_id, stopped = None, None, After(Event.LOSE)
        seen = Seen(lambda: self._still_ours(entry, lease))
        try:
            job_id = await client.post_job(taken.body, seen)
            after = After(Event.ACCEPT)
        except ServiceError as caught:
            error = caught
            after = after_error(caught, entry.tries, context.now(), SystemRandom().random())
        except BaseException:
            wire = self._exchange(taken, seen, "stopped")
            await self.settle(_Answer(entry, lease, stopped, "stopped", None, wire))
            raise
        self.accounts.heard(entry.account, error)
        reason = error.code if error else None
        wire = self._exchange(taken, seen, reason)
        await self.settle(_Answer(entry, lease, after, reason, job_id, wire))
        return entry, error

    async def _still_ours(self, entry: Entry, lease: "Lease") -> None:
        """On the brink of the first byte: who was taken for dead, or has slept, sends nothing."""
        from smsdesk.store import sending

        ours = await self.context.read(sending.is_ours, entry.id, lease)
        since = entry.posted_at or entry.since
        if not ours or not timedelta(0) <= self.context.now() - since < LEASE:
            raise NotSent(host="", reason="slept")

    def _exchange(self, taken: "Taken", seen: "Seen", error: str | None) -> Exchange:
        answered = self.context.now() if seen.status is not None else None
        return Exchange(
            taken.entry.since,
            seen.request,
            seen.headers,
            taken.body,
            answered,
            seen.status,
            seen.answer_headers,
            seen.answer,
            error,
        )


class _Round:
    """One drain of an account, from taking its lease to giving it back."""

    def __init__(self, sender: Draining, account: str, lease: "Lease", give_up_after: int | None) -> None:
        self._sender = sender
        self._account = account
        self._lease = lease
        self._give_up_after = give_up_after
        self._flying: set[asyncio.Task[tuple[Entry, ServiceError | None]]] = set()
        self._pause: timedelta | None = None
        self._over = False
        self._last: ServiceError | None = None
        self._broken: SmsDeskError | None = None
        self._budget = 1

    async def run(self) -> ServiceError | None:
        """Sends until nothing is ready. What is under way when it is cancelled becomes uncertain."""
        beat = asyncio.create_task(self._beat())
        stirred = self._sender.stirred(self._account)
        try:
            await self._sender.recover(self._account)
            while True:
                while not self._over and await self._take():
                    pass
                if not self._flying and (self._over or self._pause is None):
                    break
                await self._wait(stirred)
        finally:
            await _ended(beat, *self._flying)
        if self._broken is not None:
            raise self._broken
        return self._last

    async def _beat(self) -> None:
        """Renews the lease while jobs are under way, however long their answers take."""
        from smsdesk.store import leases

        context = self._sender.context
        while not self._over:
            await context.sleep(BEAT.total_seconds())
            renewed = await context.hold(self._lease.name, LEASE)
            await context.write(leases.run, context.owner, context.now(), self._account)
            if renewed is None or renewed.number != self._lease.number:
                self._over = True

    async def _take(self) -> bool:
        """Starts the POST of the next entry, if one is due and there is room for it."""
        try:
            return await self._start_next()
        except SmsDeskError as error:
            # What is under way comes to its end first.
            self._broken, self._over = error, True
            return False

    async def _start_next(self) -> bool:
        from smsdesk.store import sending

        sender, context = self._sender, self._sender.context
        account = await sender.accounts.named(self._account)
        self._budget = account.budget
        pace = sender.paces.get(self._account) or first_pace(account.budget)
        now = context.now()
        if not pace.room(len(self._flying), now):
            self._pause = NAP if self._flying else pace.rest(now)
            return False
        client = await sender.accounts.client(self._account)
        allowed = pace.within(account.budget)
        sender.taking += 1
        try:
            got = await context.write(
                sending.take_within, self._account, now, self._lease, allowed, sender.without
            )
        finally:
            sender.taking -= 1
        if got is None or isinstance(got, timedelta):
            self._pause = got
            return False
        sender.under_way.add(got.entry.id)
        self._flying.add(asyncio.create_task(sender.post(got, self._lease, client)))
        context.changes.tell(Topic.OUTBOX)
        return True

    async def _wait(self, stirred: asyncio.Event) -> None:
        """Until an answer has come, a pause is over, or something became due."""
        stirred.clear()
        pause = NAP if self._over or self._pause is None else min(max(self._pause, MOMENT), NAP)
        nap = asyncio.create_task(_slept(self._sender.context.sleep, pause))
        stir = asyncio.create_task(stirred.wait())
        try:
            await asyncio.wait({nap, stir, *self._flying}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await _ended(nap, stir)
        for task in [task for task in self._flying if task.done()]:
            self._flying.remove(task)
            self._hear(task)

    def _hear(self, task: "asyncio.Task[tuple[Entry, ServiceError | None]]") -> None:
        broken = task.exception()
        if isinstance(broken, SmsDeskError):
            self._broken, self._over = broken, True
            return
        entry, error = task.result()
        self._sender.learn(self._account, self._budget, error)
        self._last = error or self._last
        put_off = isinstance(error, (NotSent, TooManyRequests))
        if put_off and self._give_up_after is not None and entry.tries >= self._give_up_after:
            self._over = True


async def _slept(sleep: Callable[[float], Awaitable[object]], span: timedelta) -> None:
    await sleep(span.total_seconds())


async def _ended(*tasks: "asyncio.Task[Any]") -> None:
    """Cancels tasks and waits for their ends."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
