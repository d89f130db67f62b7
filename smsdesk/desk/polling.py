"""Polling: the planner's word is carried out. Jobs are asked for their reports, which are stored and told."""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from smsdesk.core.errors import (
    AccountError,
    NoAnswer,
    NotFound,
    ServiceError,
    SmsDeskError,
    TooManyRequests,
    WorkspaceError,
)
from smsdesk.core.polling import KEPT, SELDOM, list_is_due, plan
from smsdesk.core.request import JobId
from smsdesk.desk.accounts import Accounts
from smsdesk.desk.asking import Asking, NoRoom, Place
from smsdesk.desk.context import Context
from smsdesk.desk.settling import Settling

if TYPE_CHECKING:
    from smsdesk.api.client import Client
    from smsdesk.core.account import Account
    from smsdesk.store.watching import Feed, Open, Told

LEASE = timedelta(seconds=30)
IDLE = timedelta(seconds=1)
AT_ONCE = 3
"""So many jobs of a data centre are asked for at a time: with 3,000 people an answer takes its time."""
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


class Polling:
    """Asks for the reports of one workspace, as fast as the budget lets it."""

    def __init__(self, context: Context, accounts: Accounts, settling: Settling) -> None:
        self._context = context
        self.accounts = accounts
        self._settling = settling
        self._on_screen: tuple[int, ...] = ()
        self.asking = Asking(context, accounts)
        self._listed_at: dict[Place, datetime] = {}
        self._unlisted: dict[Place, frozenset[int]] = {}
        self._whole_at: dict[int, datetime] = {}

    def on_screen(self, keys: Iterable[int]) -> None:
        """These jobs are painted now, and no others; the first is the one that somebody reads."""
        self._on_screen = tuple(keys)

    async def watch(self) -> None:
        """Asks for what is due, for ever; one watcher a workspace."""
        await self._context.repeat(self._turn, IDLE)

    async def _turn(self) -> None:
        if await self._context.hold("watch", LEASE):
            for name in await self._watched():
                for lane in await self._planned(name):
                    self._context.tasks.start(lane.place.task, lane.run())

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
        if not (found or feeds) or self.asking.rests(Place(name)):
            return []
        try:
            client = await self.accounts.client(name)
        except AccountError as error:
            self.asking.fails(Place(name))
            self.accounts.heard(name, error)
            return []
        # Making the client may have started a sandbox, which has other addresses each time.
        account = await self.accounts.named(name)
        pace = self.asking.pace(account)
        if pace.rest(now):
            return []
        jobs = {one.watched.key: one for one in found if not self.asking.rests(one.watched.key)}
        jobs = {key: one for key, one in jobs.items() if self._is_free(_place(account, one.url))}
        watched = [one.watched for one in jobs.values()]
        room = await context.read(watching.room, name, now, pace.within(account.budget))
        feeds = [
            one for one in feeds if one.url in account.report_urls and self._is_free(Place(name, one.url))
        ]
        pages = sum(1 + feed.jobs // PAGE for feed in feeds)
        planned = plan(watched, self._on_screen, room, now, self.asking.spent[name], pages)
        lanes: dict[Place, _Lane] = {}
        for keys, shown in ((planned.on_screen, True), (planned.others, False)):
            for key in keys:
                place = _place(account, jobs[key].url)
                lanes.setdefault(place, _Lane(self, account, client, place)).jobs[key] = (jobs[key], shown)
        for feed in feeds if planned.lists else ():
            place = Place(name, feed.url)
            lanes.setdefault(place, _Lane(self, account, client, place)).feed = feed
        return list(lanes.values())

    def _lists(self, name: str, feed: "Feed") -> bool:
        listed_at = self._listed_at.get(Place(name, feed.url))
        return list_is_due(feed.jobs, feed.stirred_at, listed_at, self._context.now())

    def _is_free(self, place: Place) -> bool:
        return not self.asking.rests(place) and not self._context.tasks.runs(place.task)

    # --- asking

    async def ask(self, account: "Account", client: "Client", one: "Open", *, on_screen: bool) -> None:
        """Asks for a job: where it is known to be for its recipients alone, else wherever it may be."""
        from smsdesk.store import watching

        context, key = self._context, one.watched.key
        place, told = _place(account, one.url), None
        whole = self._is_whole(one, place)
        if whole:
            place, told = await self._find(account, client, one, on_screen=on_screen)
            self._whole_at[key] = context.now()
        url = place.url
        try:
            make = partial(client.recipients_answer, one.job_id, url)
            answer = await self.asking.request(place, account, make, on_screen=on_screen, wait=whole)
        except NotFound:
            answer = b""
        now = context.now()
        try:
            read = partial(client.read_recipients, url=url)
            heard = await context.write(watching.heard, key, url, told, answer, read, now)
        except ServiceError as error:
            # Read where it is stored: what came is not what the API promises.
            self.asking.hears(place, account, error)
            raise
        if heard is None:
            # It is no longer there; the other data centres are asked at once.
            return await self.ask(account, client, replace(one, url=None), on_screen=on_screen)
        self.asking.works(key)
        if heard.reports is not None:
            complete = told is not None and told.report.finished_at is not None
            await self._settling.appeared(key, heard.reports, complete=complete)
        context.changes.tell_job(key, heard.changed)
        return None

    def _is_whole(self, one: "Open", place: Place) -> bool:
        """Whether the job itself is asked for too; of one that is quiet or has closed not each time."""
        if not place.url or one.watched.asked_at is None:
            return True
        key, now = one.watched.key, self._context.now()
        if not one.watched.is_quiet and key not in self._unlisted.get(place, ()):
            return False
        last = self._whole_at.get(key)
        return last is None or not timedelta(0) <= now - last < SELDOM

    async def _find(
        self, account: "Account", client: "Client", one: "Open", *, on_screen: bool
    ) -> "tuple[Place, Told]":
        """The data centre that has a job, and what it says. Raises NotFound only where all of them say so."""
        from smsdesk.store.watching import Told

        async def told_by(url: str) -> Told:
            answer = await client.job_answer(one.job_id, url)
            return Told(answer, client.read_job(answer, url))

        failure: ServiceError | None = None
        wait, rest = False, None
        for url in sorted(account.report_urls, key=lambda known: known != one.url):
            place = Place(account.name, url)
            if self.asking.rests(place):
                rest = place
                continue
            try:
                make = partial(told_by, url)
                return place, await self.asking.request(place, account, make, on_screen=on_screen, wait=wait)
            except TooManyRequests:
                raise
            except ServiceError as error:
                wait = True
                failure = failure if isinstance(error, NotFound) else error
        if failure is None and rest is not None:
            # It may be where nobody is asked now; as soon as they are, it is.
            self.asking.until_then(one.watched.key, rest)
            failure = NoAnswer(host=urlsplit(rest.url).hostname or "", reason="read")
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
                page = await self.asking.request(place, account, make, on_screen=False, wait=wait)
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
            for key in closed:
                self._whole_at.pop(key, None)
            await context.write(watching.hurry, closed, now)


class _Lane:
    """What is asked of one data centre in a turn, a few requests at a time, while it answers."""

    def __init__(self, polling: Polling, account: "Account", client: "Client", place: Place) -> None:
        self._polling, self._account, self._client = polling, account, client
        self.place = place
        self.jobs: dict[int, tuple[Open, bool]] = {}
        self.feed: Feed | None = None
        self._over = False

    async def run(self) -> Asked:
        """Asks for the list, which tells most, and for the jobs meanwhile."""
        jobs, done = iter(self.jobs.values()), Asked()
        several = [self._through(jobs) for _ in range(min(AT_ONCE, len(self.jobs)))]
        if self.feed is not None:
            several.insert(0, self._listed(self.feed))
        for asked in await asyncio.gather(*several, return_exceptions=True):
            if isinstance(asked, BaseException):
                raise asked
            done += asked
        return done

    async def _through(self, jobs: "Iterator[tuple[Open, bool]]") -> Asked:
        done = Asked()
        while not self._over and (job := next(jobs, None)) is not None:
            done += await self._asked(job[0], on_screen=job[1])
        return done

    async def _asked(self, one: "Open", *, on_screen: bool) -> Asked:
        polling = self._polling
        try:
            await polling.ask(self._account, self._client, one, on_screen=on_screen)
        except NoRoom:
            self._over = True
            return Asked()
        except TooManyRequests as error:
            self._over = True
            return Asked(0, error)
        except WorkspaceError:
            # The disk is full, say: nothing that it brings can be kept for a while.
            polling.asking.fails(self.place)
            self._over = True
            raise
        except ServiceError as error:
            polling.asking.fails(one.watched.key)
            if isinstance(error, NotFound):
                await polling.not_found(one)
            self._over = self._over or polling.asking.rests(self.place)
            return Asked(0, error)
        return Asked(1)

    async def _listed(self, feed: "Feed") -> Asked:
        try:
            await self._polling.list_open(self._account, self._client, feed)
        except NoRoom:
            return Asked()
        except ServiceError as error:
            return Asked(0, error)
        return Asked(1)


def _place(account: "Account", url: str | None) -> Place:
    """Where a job was found, if that still belongs to the account (no other address gets the password)."""
    return Place(account.name, url) if url in account.report_urls else Place(account.name)
