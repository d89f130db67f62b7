"""A rehearsal under way: a campaign goes through a workspace of its own to a sandbox of its own.

That workspace has a desk like any other, on which screens can be opened. Whatever account is chosen there,
its requests go to that sandbox alone, so nothing reaches anybody; and nothing of it comes into the workspace
of the person but the stamp. The clock of both is turned, but never while a job is on its way.
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from shutil import rmtree
from typing import TYPE_CHECKING, Any, TypeVar

from smsdesk.core.account import Account
from smsdesk.core.acts import Deed, What
from smsdesk.core.campaign import Campaign
from smsdesk.core.handing import Handing
from smsdesk.core.outbox import FINAL, READY, Entry, EntryState, Hold
from smsdesk.core.pilot import Pilot
from smsdesk.core.rehearsal import Rehearsed, compared
from smsdesk.core.request import JobId
from smsdesk.desk.desk import Desk, connect
from smsdesk.desk.rehearsal import Prepared
from smsdesk.desk.sandbox import Sandbox, gone
from smsdesk.words import say

if TYPE_CHECKING:
    from smsdesk.api.client import Client
    from smsdesk.store.workspace import Store

T = TypeVar("T")

_TURNS = 24
"""In so many turns of the clock the last SMS leaves; later ones are twice as long each time."""
_AFTER = timedelta(minutes=5)
_LONGEST = timedelta(days=80)
"""Beyond this a sandbox forgets its jobs, as the service does."""
_IDLE = 400
"""So many turns of an hour are waited for reports, once the sandbox has nothing open."""
_MOMENT = 0.02
_WATCHED = 0.5
"""Seconds between two turns, so that one can follow them with the eyes."""
_BUDGET = 10_000
"""Requests in 10 seconds: they are shared with nobody."""


@dataclass(frozen=True, slots=True)
class Stage:
    """How far it is: ``plan``, ``turn`` with the time, ``post`` or ``ask`` with jobs done and in all."""

    name: str
    done: int = 0
    of: int = 0
    at: datetime | None = None


class TurnedClock:
    """A clock that is turned forward; whoever waits by it waits for a moment until it stands still."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now, self._ahead, self.stands = now, timedelta(0), False

    def now(self) -> datetime:
        """The time on it."""
        return self._now() + self._ahead

    def turn(self, span: timedelta) -> None:
        """Turns it forward."""
        self._ahead += span

    async def sleep(self, seconds: float) -> None:
        """Waits; while it is turned nobody waits for long."""
        await asyncio.sleep(seconds if self.stands else min(seconds, _MOMENT))


class Rehearsal:
    """A campaign in the outbox of its own ``desk``; :meth:`run` brings it to its end.

    ``watched``: somebody looks, so the clock is turned slowly enough for eyes. ``rate``: how many times as
    fast as ours it runs at the moment. ``over``: all is final.
    """

    def __init__(self, home: Desk, desk: Desk, box: Sandbox, clock: TurnedClock, made: Prepared) -> None:
        self.desk, self.clock, self.campaign = desk, clock, made.campaign
        self.began_at, self.watched, self.rate, self.over = clock.now(), False, 1, False
        self._home, self._box, self._made, self._left = home, box, made, asyncio.Event()
        self._braked = 0

    def leave(self) -> None:
        """Nobody looks any more."""
        self.watched = False
        self._left.set()

    async def left(self) -> None:
        """Waits until nobody looks any more."""
        await self._left.wait()

    async def run(self, told: Callable[[Stage], Any] = lambda _: None) -> Rehearsed:
        """All jobs go, time passes until every outcome is final, reports are read; a sound one is stamped."""
        if not self.desk.tasks.runs("pump"):
            self.desk.live()
        try:
            await self._pass(told)
            found = await self._compared(told)
        except OSError:
            raise gone() from None
        self.over, self.rate, self.clock.stands = True, 1, True
        name, account, n = self.campaign.name, self.campaign.account, self.campaign.sms_count
        deed = Deed(What.REHEARSED, {"campaign": name, "account": account, "n": n})
        await self._home.acts.add(deed)
        if found.sound:
            await self._home.rehearsals.keep(self.campaign.id, self._made.stamp)
        return found

    async def _pass(self, told: Callable[[Stage], Any]) -> None:
        """Turns the clock until nothing is open any more; while a job is on its way it runs as ours does."""
        begun, gone_before, turns, idle, step = self.clock.now(), -1, 0, 0, _AFTER
        while idle < _IDLE and self.clock.now() - begun < _LONGEST:
            # Raises where it has ended: then nothing would ever go.
            still_open = (await self._box.state())["open"]
            entries = await self.desk.outbox.entries()
            left = [entry for entry in entries if entry.state not in FINAL]
            done = len(entries) - len(left)
            if await self._goes(left):
                self.rate = 1
                told(Stage("post", done, len(entries)))
                await asyncio.sleep(_MOMENT)
                continue
            if done != gone_before:
                # What went just now has its time before it.
                gone_before, turns, step = done, 0, self._step()
            if not left and not still_open and not await self.desk.outbox.progress(self.campaign.id):
                return
            if still_open:
                span = step * 2 ** max(0, turns - _TURNS)
                turns += 1
            else:
                span, idle = timedelta(hours=1), idle + 1
            await self._turn(span, told)

    async def _goes(self, left: list[Entry]) -> bool:
        """Whether a job is on its way. What the pilot's brake holds is let go: the rest is rehearsed too."""
        braked = [entry for entry in left if entry.hold is Hold.BRAKE]
        if braked:
            self._braked = sum(entry.sms_count for entry in braked)
            await self.desk.outbox.send_now([entry.id for entry in braked])
        return bool(braked) or any(entry.state in READY | {EntryState.SENDING} for entry in left)

    def _step(self) -> timedelta:
        now = self.clock.now()
        last = max((one.at for job in self._made.expected for one in job if one.at), default=now)
        return max((last + _AFTER - now) / _TURNS, _AFTER)

    async def _turn(self, span: timedelta, told: Callable[[Stage], Any]) -> None:
        pause = _WATCHED if self.watched else _MOMENT
        self.rate = round(span.total_seconds() / pause)
        self.clock.turn(span)
        await self._box.advance(span.total_seconds())
        told(Stage("turn", at=self.clock.now()))
        await asyncio.sleep(pause)

    async def _compared(self, told: Callable[[Stage], Any]) -> Rehearsed:
        """What the reports say, job by job, against what was expected."""
        found = Rehearsed(braked=self._braked)
        client = await self.desk.accounts.client(self.campaign.account)
        entries = sorted(await self.desk.outbox.entries(), key=lambda entry: entry.number)
        for done, (entry, expected) in enumerate(zip(entries, self._made.expected, strict=True)):
            told(Stage("ask", done, len(entries)))
            if entry.job_id is None:
                found += Rehearsed(sms=entry.sms_count, refused=entry.sms_count)
                continue
            url, report = await client.find_job(JobId(entry.job_id), None)
            rows = await client.recipients(entry.job_id, url)
            accepted_at = report.receipt_at or self.clock.now()
            found += await asyncio.to_thread(compared, expected, rows, accepted_at)
        return replace(found, until=self.clock.now())


@asynccontextmanager
async def rehearsing(home: Desk, campaign: Campaign, pilot: Pilot | None = None) -> AsyncIterator[Rehearsal]:
    """A rehearsal of a campaign as it is, ready to run; at the end nothing is left of it but a stamp.

    Raises InputError where the campaign could not be sent.
    """
    made = await home.rehearsals.prepare(campaign, pilot)
    ends = AsyncExitStack()
    try:
        yield await _begun(home, made, pilot, ends)
    finally:
        await _to_the_end(ends.aclose())


async def _begun(home: Desk, made: Prepared, pilot: Pilot | None, ends: AsyncExitStack) -> Rehearsal:
    box = await home.rehearsals.start()
    ends.push_async_callback(box.stop)
    folder = Path(tempfile.mkdtemp(prefix="smsdesk-rehearsal-"))
    ends.push_async_callback(asyncio.to_thread, rmtree, folder, ignore_errors=True)
    from smsdesk.store.workspace import Store

    opening = asyncio.ensure_future(asyncio.to_thread(Store.open, folder))
    ends.push_async_callback(_closed, opening)
    store = await asyncio.shield(opening)
    clock = TurnedClock(home.now)
    desk = Desk(
        store,
        lambda: _ready(box),
        rehearse_in=home.rehearsals.start,
        now=clock.now,
        sleep=clock.sleep,
        connect=lambda account, _: _to_the_box(account, box),
    )
    await ends.enter_async_context(desk)
    desk.on_notice(home.context.on_notice)
    await _prepared(home, desk, box, made)
    await desk.outbox.queue(made.campaign, Handing(pilot=pilot))
    return Rehearsal(home, desk, box, clock, made)


async def _prepared(home: Desk, desk: Desk, box: Sandbox, made: Prepared) -> None:
    """The account of the same name, on the sandbox, and the numbers that are left out."""
    account = await home.accounts.named(made.campaign.account)
    desk.accounts.sandbox = box
    desk.passwords.keep(account.name, box.password)
    here = Account(account.name, box.url, box.report_urls, box.user, sandbox=True, budget=_BUDGET)
    await desk.accounts.save(here, None)
    if made.listed:
        await desk.do_not_contact.add([*made.listed], say("rehearsal.title"))


def _to_the_box(account: Account, box: Sandbox) -> "Client":
    """Whatever account it is, its requests go to the sandbox alone."""
    here = replace(account, send_url=box.url, report_urls=box.report_urls, user=box.user)
    return connect(here, box.password)


async def _ready(box: Sandbox) -> Sandbox:
    return box


async def _closed(opening: "asyncio.Future[Store]") -> None:
    store = await opening
    await asyncio.to_thread(store.close)


async def _to_the_end(ending: Awaitable[T]) -> T:
    """Waits for an end that must not be left half done, however often it is called off meanwhile."""
    task, called_off = asyncio.ensure_future(ending), None
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError as error:
            called_off = error
    if called_off is not None and not task.cancelled() and task.exception() is None:
        raise called_off
    return task.result()


async def rehearse(
    home: Desk,
    campaign: Campaign,
    told: Callable[[Stage], Any] = lambda _: None,
    pilot: Pilot | None = None,
) -> Rehearsed:
    """Rehearses a campaign as it is; stamps a sound one. Raises InputError where it could not be sent."""
    told(Stage("plan"))
    async with rehearsing(home, campaign, pilot) as rehearsal:
        return await rehearsal.run(told)
