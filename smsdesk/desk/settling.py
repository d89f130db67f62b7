"""Settling: what became of a job whose answer was lost is asked of every data centre, by its mark alone."""

from collections import OrderedDict
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from smsdesk.core.adopting import Alike, Person, compare
from smsdesk.core.errors import NotFound, RecipientsDiffer, ServiceError, Unreadable
from smsdesk.core.outbox import RESTORED, Entry, EntryState, carries, is_fact, look_again, settling_from
from smsdesk.core.problem import Level
from smsdesk.core.request import JobId, RecipientReport
from smsdesk.desk.accounts import Accounts
from smsdesk.desk.changes import Topic
from smsdesk.desk.context import Context
from smsdesk.desk.tasks import Notice

if TYPE_CHECKING:
    from smsdesk.api.client import Client

LOOK_AROUND = timedelta(hours=1)
"""Around the instant of a POST, the window in which its job is looked for."""
LOOK_FAR = timedelta(days=3)
"""By how much the clock of this machine may be wrong."""
LONGEST_WINDOW = timedelta(days=30)
"""The service lists no longer one."""
PAGE = 1000
_REMEMBERED = 20_000
"""References of jobs that are not forgotten again: they never change."""


def _alike(bodies: Sequence[bytes], told: Sequence[Person], complete: bool) -> Alike:  # noqa: FBT001 (by position, to another process)
    from smsdesk.api.wire import decode_job

    def people(body: bytes) -> list[Person]:
        request = decode_job(body)
        return [(one.dst, one.reference) for message in request.messages for one in message.recipients]

    return compare([people(body) for body in bodies], told, complete=complete)


class Settling:
    """Looks up the uncertain entries of one workspace."""

    def __init__(self, context: Context, accounts: Accounts) -> None:
        self._context = context
        self._accounts = accounts
        self._references: OrderedDict[tuple[str, JobId], str] = OrderedDict()

    async def look_up(self, account: str, *, all_of_them: bool = True) -> tuple[Entry, ...]:
        """Asks every data centre for the jobs of uncertain entries; the answer is what stays uncertain.

        An entry is found by its mark alone, never by count or time. A data centre that did not answer
        counts as not asked. Without ``all_of_them`` only those are asked for whose time has come.
        """
        from smsdesk.store import outbox

        context, now = self._context, self._context.now()
        open_ones = await context.read(outbox.in_state, account, EntryState.UNCERTAIN)
        asked = [e for e in open_ones if all_of_them or look_again(e.settling_from, e.asked_at, now)]
        left = {entry.mark: entry for entry in asked}
        everywhere = bool(left)
        for url in (await self._accounts.named(account)).report_urls if left else ():
            if left:
                everywhere &= await self._ask(account, url, left)
        await context.write(outbox.looked_up, [e.id for e in left.values()], now, everywhere)
        context.changes.tell(Topic.OUTBOX, Topic.JOBS, Topic.CAMPAIGNS)
        return await context.read(outbox.in_state, account, EntryState.UNCERTAIN)

    async def appeared(self, key: int, rows: tuple[RecipientReport, ...], *, complete: bool) -> None:
        """Holds the recipients of a job that was found by its mark against those that were sent.

        Other recipients are told loudly, and never lead to a second send.
        """
        from smsdesk.store import outbox

        context = self._context
        found = await context.read(outbox.adopted, key)
        if found is None:
            return
        entry, bodies = found
        told = tuple((row.dst, row.reference) for row in rows)
        alike = await context.compute(len(rows) * len(bodies), _alike, bodies, told, complete)
        if alike is Alike.NOT_YET:
            return
        said = await context.write(outbox.compared, entry.id, f"recipients_{alike.value}", context.now())
        if said and alike is Alike.DIFFER:
            error = RecipientsDiffer(campaign=entry.campaign, job=entry.job_id or "")
            context.on_notice(Notice(Level.ERROR, error))
        context.changes.tell(Topic.OUTBOX)

    async def _ask(self, account: str, url: str, left: dict[str, Entry]) -> bool:
        """Asks one data centre, takes what is found out of ``left``; whether all its jobs were seen."""
        try:
            await self._through(account, url, left)
        except ServiceError as error:
            await self._note(left.values(), "asked_no_answer", url, error.code)
            return False
        await self._note(left.values(), "asked_not_there", url, "")
        return True

    async def _through(self, account: str, url: str, left: dict[str, Entry]) -> None:
        """The jobs of the window at this address, newest first. Raises ServiceError where one is not read."""
        from smsdesk.store import outbox

        client = await self._accounts.client(account)
        unread: ServiceError | None = None
        for job_id in reversed(await self._jobs(client, account, url, left.values())):
            if not left:
                return
            try:
                reference = await self._reference(client, account, url, job_id)
            except ServiceError as error:
                # Whose job this is nobody knows now; the others are still looked at.
                unread = error
                if not isinstance(error, NotFound):
                    raise
                continue
            for mark in [mark for mark in left if carries(reference, mark)]:
                found = left.pop(mark)
                await self._context.write(outbox.adopt, found.id, job_id, self._context.now())
        if unread is not None:
            raise unread

    async def _jobs(self, client: "Client", account: str, url: str, wanted: Collection[Entry]) -> list[JobId]:
        """The jobs around the POSTs of these entries, oldest first; those that are known are not asked."""
        from smsdesk.store import jobs

        spans = [_window(entry, self._context.now()) for entry in wanted]
        since, until = min(spans)[0], max(end for _, end in spans)
        ids: dict[JobId, None] = {}
        while since < until:
            end = min(until, since + LONGEST_WINDOW)
            ids.update(dict.fromkeys(await self._listed(client, account, url, since, end)))
            since = end
        known = await self._context.read(jobs.known, tuple(ids))
        return [job_id for job_id in ids if job_id not in known]

    async def _listed(
        self, client: "Client", account: str, url: str, since: datetime, until: datetime
    ) -> list[JobId]:
        found: dict[JobId, None] = {}
        offset, count = 0, PAGE
        while count == PAGE:
            await self._budgeted(account)
            page = await client.job_ids(url, since, until, limit=PAGE, offset=offset)
            known, count = len(found), len(page)
            found.update(dict.fromkeys(page))
            offset += count
            if count == PAGE and len(found) == known:
                # Who tells the same page again may have more, and what is not seen is not "not there".
                raise Unreadable(host=urlsplit(url).hostname or "")
        return list(found)

    async def _reference(self, client: "Client", account: str, url: str, job_id: JobId) -> str:
        key = (url, job_id)
        if key not in self._references:
            await self._budgeted(account)
            reference = (await client.job(job_id, url)).reference
            if not reference:
                return ""
            self._references[key] = reference
            if len(self._references) > _REMEMBERED:
                self._references.popitem(last=False)
        return self._references[key]

    async def _note(self, left: Collection[Entry], code: str, url: str, reason: str) -> None:
        from smsdesk.store import outbox

        values = {"host": url.partition("://")[2].partition("/")[0], "reason": reason}
        for entry in left:
            await self._context.write(outbox.note, entry.id, self._context.now(), code, values)

    async def _budgeted(self, account: str) -> None:
        from smsdesk.store import budget

        allowed = (await self._accounts.named(account)).budget
        while wait := await self._context.write(
            budget.take, account, self._context.now(), allowed, allowed // 4
        ):
            await self._context.sleep(wait.total_seconds())


def _window(entry: Entry, now: datetime) -> tuple[datetime, datetime]:
    """When the service may have stamped an entry's job; one that comes from a backup at any time since.

    Where "not found" is to become a fact, no clock of ours is trusted, neither as it was then nor now.
    """
    posted = entry.posted_at or entry.since
    if entry.reason == RESTORED:
        return entry.since - LOOK_AROUND, now + LOOK_AROUND
    last_at = entry.asked_at or posted
    if not is_fact(settling_from(entry.settling_from, last_at, now, everywhere=True), now):
        return posted - LOOK_AROUND, posted + LOOK_AROUND
    return min(posted, now) - LOOK_FAR, max(posted, now) + LOOK_FAR
