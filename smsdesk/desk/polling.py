"""Polling: the planner's word is carried out. Jobs are asked for their reports, which are stored and told."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from random import SystemRandom
from typing import TYPE_CHECKING, NamedTuple, TypeVar
from urllib.parse import urlsplit

from smsdesk.core.errors import (
    AccountError,
    NoAnswer,
    NotFound,
    ServiceError,
    SmsDeskError,
    TooManyRequests,
)
from smsdesk.core.pace import Pace
from smsdesk.core.polling import KEPT, Spent, Trouble, after_failure, learnt, list_is_due, plan
from smsdesk.core.request import JobId
from smsdesk.desk.accounts import Accounts
from smsdesk.desk.context import Context
from smsdesk.desk.settling import Settling

if TYPE_CHECKING:
    from smsdesk.api.client import Client
    from smsdesk.core.account import Account
    from smsdesk.store.watching import Feed, Open, Told

T = TypeVar("T")

LEASE = timedelta(seconds=30)
IDLE = timedelta(seconds=1)
PAGE = 1000
LONGEST_WINDOW = timedelta(days=30)
"""The service lists no longer one."""
AROUND = timedelta(hours=1)
"""By how much the clocks of both sides may differ in a list."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a round of asking brought: how many requests were answered, and the last error."""

    answers: int = 0
    error: SmsDeskError | None = None

    def __add__(self, other: "Asked") -> "Asked":
        return Asked(self.answers + other.answers, other.error or self.error)


class Place(NamedTuple):
    """A data centre of an account; without ``url`` all of them."""

    account: str
    url: str = ""

    @property
    def task(self) -> str:
        """The key of the task that asks there."""
        return f"ask:{self.account}:{self.url}"


class _NoRoom(Exception):
    """The request budget is used up for now."""


class Polling:
    """Asks for the reports of one workspace, as fast as the budget lets it."""

    def __init__(self, context: Context, accounts: Accounts, settling: Settling) -> None:
        self._context = context
        self.accounts = accounts
        self._settling = settling
        self._on_screen: frozenset[int] = frozenset()
        self._spent: dict[str, Spent] = defaultdict(Spent)
        self._paces: dict[str, Pace] = {}
        self._troubles: dict[Place | int, Trouble] = {}
        self._listed_at: dict[Place, datetime] = {}
        self._unlisted: dict[Place, frozenset[int]] = {}

    def on_screen(self, keys: Iterable[int]) -> None:
        """These jobs are painted now, and no others."""
        self._on_screen = frozenset(keys)

    async def watch(self) -> None:
        """Asks for what is due, for ever; one watcher a workspace."""
        context = self._context
        while True:
            if await context.hold("watch", LEASE):
                for name in await self._watched():
                    for lane in await self._planned(name):
                        context.tasks.start(lane.place.task, lane.run())
            await context.sleep(IDLE.total_seconds())

    async def ask_due(self) -> Asked:
        """Asks once for each job that is due, as far as the request budget goes."""
        asked = Asked()
        for name in await self._watched():
            for done in await asyncio.gather(*[lane.run() for lane in await self._planned(name)]):
                asked += done
        return asked

    # --- what is asked for

    async def _watched(self) -> tuple[str, ...]:
        """The accounts with open jobs, as far as they still exist."""
        from smsdesk.store import watching

        names = await self._context.read(watching.accounts)
        return tuple(one.name for one in await self.accounts.every() if one.name in names)

    async def _planned(self, name: str) -> "list[_Lane]":
        """What to ask now, by data centre; those that rest or are being asked are left alone."""
        from smsdesk.store import watching

        context, now = self._context, self._context.now()
        found = await context.read(watching.open_jobs, name, self._on_screen, now)
        feeds = [feed for feed in await context.read(watching.feeds, name, now) if self._lists(name, feed)]
        if not (found or feeds) or self._rests(Place(name), now):
            return []
        try:
            client = await self.accounts.client(name)
        except AccountError as error:
            self.failed(Place(name))
            self.accounts.heard(name, error)
            return []
        # Making the client may have started a sandbox, which has other addresses each time.
        account = await self.accounts.named(name)
        pace = self._pace(account)
        if pace.rest(now):
            return []
        jobs = {one.watched.key: one for one in found if not self._rests(one.watched.key, now)}
        jobs = {key: one for key, one in jobs.items() if self._is_free(_place(account, one.url))}
        watched = [one.watched for one in jobs.values()]
        planned = plan(watched, self._on_screen, _room(account, pace), now, self._spent[name])
        lanes: dict[Place, _Lane] = {}
        for keys, shown in ((planned.on_screen, True), (planned.others, False)):
            for key in keys:
                place = _place(account, jobs[key].url)
                lanes.setdefault(place, _Lane(self, account, client, place)).jobs[key] = (jobs[key], shown)
        for feed in feeds:
            place = _place(account, feed.url)
            if place.url and self._is_free(place):
                lanes.setdefault(place, _Lane(self, account, client, place)).feed = feed
        return list(lanes.values())

    def _lists(self, name: str, feed: "Feed") -> bool:
        listed_at = self._listed_at.get(Place(name, feed.url))
        return list_is_due(feed.jobs, feed.stirred_at, listed_at, self._context.now())

    def _is_free(self, place: Place) -> bool:
        return not self._rests(place, self._context.now()) and not self._context.tasks.runs(place.task)

    # --- the budget, and trouble

    def _pace(self, account: "Account") -> Pace:
        known = self._paces.get(account.name)
        return known or learnt(None, None, account.budget, self._context.now())

    async def request(
        self, account: "Account", make: Callable[[], Awaitable[T]], *, on_screen: bool, wait: bool
    ) -> T:
        """One request out of the budget, of which sends have a quarter for themselves.

        Where it is used up: ``wait``, or _NoRoom is raised.
        """
        from smsdesk.store import budget

        context = self._context
        while True:
            now, pace = context.now(), self._pace(account)
            allowed = pace.within(account.budget)
            pause = await context.write(
                budget.take, account.name, now, allowed, allowed - _room(account, pace)
            )
            if not pause:
                break
            if not wait:
                raise _NoRoom
            await context.sleep(pause.total_seconds())
        self._spent[account.name] = self._spent[account.name].at(now, on_screen=on_screen)
        error: ServiceError | None = None
        try:
            return await make()
        except ServiceError as caught:
            error = caught
            raise
        finally:
            known = self._paces.get(account.name)
            self._paces[account.name] = learnt(known, error, account.budget, context.now())

    def _rests(self, what: Place | int, now: datetime) -> bool:
        trouble = self._troubles.get(what)
        return trouble is not None and trouble.rests(now)

    def failed(self, what: Place | int) -> None:
        """A data centre or a job is left alone for a while, longer each time in a row."""
        before, spread = self._troubles.get(what), SystemRandom().random()
        self._troubles[what] = after_failure(before, self._context.now(), spread)

    def works(self, *which: Place | int) -> None:
        """What answers is not left alone any more."""
        for what in which:
            self._troubles.pop(what, None)

    # --- asking

    async def ask(self, account: "Account", client: "Client", one: "Open", *, on_screen: bool) -> None:
        """Asks for a job: where it is known to be for its recipients alone, else wherever it may be."""
        from smsdesk.store import watching

        context, key, wait = self._context, one.watched.key, False
        place, told = _place(account, one.url), None
        closed = key in self._unlisted.get(place, ())
        if not place.url or closed or one.watched.asked_at is None or one.watched.is_quiet:
            place, told = await self._find(account, client, one, on_screen=on_screen)
            wait = True
        url = place.url
        answer = await self.request(
            account, partial(client.recipients_answer, one.job_id, url), on_screen=on_screen, wait=wait
        )
        read = partial(client.read_recipients, url=url)
        now = context.now()
        heard = await context.write(watching.heard, key, url, told, answer, read, now)
        if heard is None:
            # It is no longer there; the other data centres are asked at once.
            return await self.ask(account, client, replace(one, url=None), on_screen=on_screen)
        if heard.reports is not None:
            complete = told is not None and told.report.finished_at is not None
            await self._settling.appeared(key, heard.reports, complete=complete)
        context.changes.tell_job(key, heard.changed)
        return None

    async def _find(
        self, account: "Account", client: "Client", one: "Open", *, on_screen: bool
    ) -> "tuple[Place, Told]":
        """The data centre that has a job, and what it says. Raises NotFound only where all of them say so."""
        from smsdesk.store.watching import Told

        failure: ServiceError | None = None
        wait = False
        for url in sorted(account.report_urls, key=lambda known: known != one.url):
            place = Place(account.name, url)
            if self._rests(place, self._context.now()):
                failure = failure or NoAnswer(host=urlsplit(url).hostname or "")
                continue
            try:
                make = partial(client.job_answer, one.job_id, url)
                answer = await self.request(account, make, on_screen=on_screen, wait=wait)
                told = Told(answer, client.read_job(answer, url))
            except NotFound:
                wait = True
                self.accounts.heard(account.name, None, url)
                continue
            except TooManyRequests:
                raise
            except ServiceError as error:
                failure, wait = error, True
                self.failed(place)
                self.accounts.heard(account.name, error, url)
                continue
            self.works(place)
            self.accounts.heard(account.name, None, url)
            return place, told
        raise failure or NotFound(host="", status=404)

    async def not_found(self, one: "Open") -> None:
        """No data centre knows a job: it is not visible yet, or no longer. What is known of it stays."""
        from smsdesk.store import watching

        context, now, key = self._context, self._context.now(), one.watched.key
        over = one.watched.accepted_at + KEPT <= now
        await context.write(watching.close_unreported if over else watching.put_off, key, now)
        if over:
            context.changes.tell_job(key)

    async def list_open(self, account: "Account", client: "Client", feed: "Feed") -> None:
        """Lists the open jobs of a data centre: those of ours that have closed are asked for now."""
        from smsdesk.store import watching

        context, now, place = self._context, self._context.now(), Place(account.name, feed.url)
        since = start = max(feed.oldest_at - AROUND, now - KEPT)
        listed: set[JobId] = set()
        wait = False
        while start < now + AROUND:
            end, count = min(start + LONGEST_WINDOW, now + AROUND), PAGE
            offset = 0
            while count == PAGE:
                make = partial(
                    client.job_ids, feed.url, start, end, open_only=True, limit=PAGE, offset=offset
                )
                page = await self.request(account, make, on_screen=False, wait=wait)
                known = len(listed)
                listed.update(page)
                # Who tells the same page again has no more.
                count, wait = len(page) if len(listed) > known else 0, True
                offset += count
            start = end
        missing = await context.read(watching.unlisted, account.name, feed.url, since, listed)
        closed = missing - self._unlisted.get(place, frozenset())
        self._unlisted[place], self._listed_at[place] = missing, now
        if closed:
            await context.write(watching.hurry, closed, now)


class _Lane:
    """What is asked of one data centre in a turn, one request after another, while it answers."""

    def __init__(self, polling: Polling, account: "Account", client: "Client", place: Place) -> None:
        self._polling, self._account, self._client = polling, account, client
        self.place = place
        self.jobs: dict[int, tuple[Open, bool]] = {}
        self.feed: Feed | None = None

    async def run(self) -> Asked:
        """Asks for the jobs, then for the list."""
        done = Asked()
        for one, shown in self.jobs.values():
            asked = await self._asked(one, on_screen=shown)
            done += asked or Asked()
            if asked is None or (asked.error and not isinstance(asked.error, NotFound)):
                break
        else:
            if self.feed is not None:
                done += await self._listed(self.feed)
        return done

    async def _asked(self, one: "Open", *, on_screen: bool) -> Asked | None:
        """One job; None where the budget is used up."""
        polling, key = self._polling, one.watched.key
        try:
            await polling.ask(self._account, self._client, one, on_screen=on_screen)
        except NotFound as error:
            polling.failed(key)
            await polling.not_found(one)
            return Asked(0, error)
        except _NoRoom:
            return None
        except ServiceError as error:
            polling.failed(key)
            return self._fails(error)
        polling.works(self.place, key)
        return self._told(Asked(1))

    async def _listed(self, feed: "Feed") -> Asked:
        try:
            await self._polling.list_open(self._account, self._client, feed)
        except _NoRoom:
            return Asked()
        except ServiceError as error:
            return self._fails(error)
        self._polling.works(self.place)
        return self._told(Asked(1))

    def _fails(self, error: ServiceError) -> Asked:
        """The data centre, not the job; "too many" is said of the account."""
        if not isinstance(error, TooManyRequests):
            self._polling.failed(self.place)
        return self._told(Asked(0, error))

    def _told(self, asked: Asked) -> Asked:
        too_many = isinstance(asked.error, TooManyRequests)
        self._polling.accounts.heard(self._account.name, asked.error, "" if too_many else self.place.url)
        return asked


def _place(account: "Account", url: str | None) -> Place:
    """Where a job was found, if that still belongs to the account (no other address gets the password)."""
    return Place(account.name, url) if url in account.report_urls else Place(account.name)


def _room(account: "Account", pace: Pace) -> int:
    """Requests that reports may use in 10 seconds: a quarter is left for sends."""
    allowed = pace.within(account.budget)
    return allowed - allowed // 4
