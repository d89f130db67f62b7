"""Sending: a campaign becomes outbox entries in one transaction, entries become jobs exactly once."""

import asyncio
import secrets
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import SystemRandom
from typing import TYPE_CHECKING

from smsdesk.core.campaign import Campaign, CampaignId, Message
from smsdesk.core.checks import review
from smsdesk.core.effective import Effective
from smsdesk.core.errors import InputError, NotFound, ServiceError, WorkspaceBusy
from smsdesk.core.figures import Review
from smsdesk.core.importing import display_name, display_names
from smsdesk.core.outbox import (
    After,
    Entry,
    EntryId,
    EntryState,
    after_error,
    carries,
    mark_of,
    marked_reference,
)
from smsdesk.core.plan import Planned, addressed, columns_of, planned_jobs
from smsdesk.core.problem import Problem
from smsdesk.core.recipients import Recipients
from smsdesk.core.request import JobId
from smsdesk.core.shares import rows_left_out
from smsdesk.core.templates import fill
from smsdesk.core.unusual import Before, regions_of, unusual
from smsdesk.desk.accounts import Accounts
from smsdesk.desk.changes import Topic
from smsdesk.desk.context import Context
from smsdesk.desk.do_not_contact import concerned
from smsdesk.desk.importing import own_zone
from smsdesk.words import say

if TYPE_CHECKING:
    from smsdesk.store.outbox import Ready
    from smsdesk.store.outbox import Step as Step  # noqa: PLC0414 (screens take it from here)

LEASE = timedelta(minutes=5)
"""Longer than any one POST may take; a sender that died on this machine holds nobody up."""
NAP = timedelta(seconds=10)
"""The longest pause before the outbox is looked at again."""
LOOK_AROUND = timedelta(hours=1)
"""Around the instant of a POST, the window in which its job is looked for."""
PAGE = 1000


def prepare(
    campaign: Campaign, effective: Effective, marks: Sequence[str], do_not_contact: Collection[str] = ()
) -> "tuple[Ready, ...]":
    """The jobs of a campaign, each with its mark and its bytes as they will go over the wire.

    ``marks`` holds one mark a job, or more than are needed.
    """
    jobs = planned_jobs(campaign, effective, do_not_contact)
    return tuple(_ready(campaign, job, mark) for job, mark in zip(jobs, marks, strict=False))


def _ready(campaign: Campaign, job: Planned, mark: str) -> "Ready":
    from smsdesk.api.wire import encode_columns
    from smsdesk.store.outbox import Ready

    columns = columns_of(job.share)
    options = replace(columns.options, reference=marked_reference(columns.options.reference, mark))
    names = [name for message in job.share.messages for name in display_names(message.recipients)]
    out = tuple(
        display_name(campaign.messages[message].recipients.row(row).fields)
        for message, row in (one.place for one in job.left_out)
    )
    return Ready(encode_columns(columns, options), mark, addressed(columns, names), job.left_out, out)


def _test_of(campaign: Campaign, message: int, row: int, number: str) -> Campaign:
    one = campaign.messages[message]
    text = one.text if one.literal else fill(one.text, one.recipients.row(row).fields)
    return Campaign(
        CampaignId(secrets.token_hex(16)),
        say("campaign.test", name=campaign.name),
        campaign.account,
        (Message(text, Recipients([number], [""]), literal=True),),
        replace(campaign.options, start_at=None, blackouts=()),
        campaign.region,
    )


def _unusual(campaign: Campaign, checked: Review, before: Before) -> tuple[Problem, ...]:
    regions = regions_of(campaign, checked.listed)
    return unusual(campaign, checked.totals, checked.effective, regions, before, checked.listed)


def _made_ready(
    campaign: Campaign, now: datetime, zone: str, accounts: Collection[str], do_not_contact: Collection[str]
) -> "tuple[Ready, ...]":
    """Checks and plans. Raises InputError (reason ``not_sendable``)."""
    checked = review(campaign, now, accounts, do_not_contact, sender_zone=zone)
    if not checked.sendable:
        raise InputError(reason="not_sendable")
    marks = [mark_of(secrets.randbelow(36**12)) for _ in range(checked.totals.jobs)]
    return prepare(campaign, checked.effective, marks, do_not_contact)


def _body_of(share: Campaign) -> bytes:
    from smsdesk.api.wire import encode_columns

    columns = columns_of(share)
    return encode_columns(columns, columns.options)


def without(body: bytes, numbers: frozenset[str]) -> bytes:
    """A job's bytes without the recipients of these numbers (as they are written there); its mark stays."""
    from smsdesk.api.wire import decode_job, encode_job

    request = decode_job(body)
    messages = [
        replace(message, recipients=tuple(p for p in message.recipients if p.dst not in numbers))
        for message in request.messages
    ]
    return encode_job(replace(request, messages=tuple(message for message in messages if message.recipients)))


class Outbox:
    """The outbox of the workspace: what waits, goes, went, was refused or is uncertain."""

    def __init__(self, context: Context, accounts: Accounts) -> None:
        self._context = context
        self._accounts = accounts
        self.paused = False

    async def entries(self) -> tuple[Entry, ...]:
        """All entries, newest first."""
        from smsdesk.store import outbox

        return await self._context.read(outbox.entries)

    async def steps(self, entry: EntryId) -> "tuple[Step, ...]":
        """What happened to an entry, in order."""
        from smsdesk.store import outbox

        return await self._context.read(outbox.steps_of, entry)

    async def body(self, entry: EntryId) -> bytes:
        """The bytes of an entry as they go over the wire, its mark within."""
        from smsdesk.store import outbox

        return await self._context.read(outbox.body, entry)

    async def body_of(self, share: Campaign) -> bytes:
        """The bytes of the job that a share of a campaign makes, as over the wire, its mark apart."""
        return await self._context.compute(share.sms_count, _body_of, share)

    async def queue(self, campaign: Campaign) -> tuple[EntryId, ...]:
        """Checks, plans and queues a campaign in one transaction; a second call changes nothing.

        Raises InputError (reason ``not_sendable``) where something red is left.
        """
        names = [account.name for account in await self._accounts.every()]
        entries = None
        while entries is None:
            # Once more where the do-not-contact list changed while this was planned.
            entries = await self._queued_by(await concerned(self._context, campaign), campaign, names)
        self._context.changes.tell(Topic.CAMPAIGNS, Topic.OUTBOX)
        return entries

    async def send_test(self, campaign: Campaign, message: int, row: int, number: str) -> tuple[EntryId, ...]:
        """Queues what a recipient (message and row, from 0) would get for another number, at once.

        It is a campaign of its own, named so; nothing of the campaign's schedule holds for it. Raises
        InputError (reason ``test_listed``) for a number on the do-not-contact list, else as :meth:`queue`.
        """
        test = _test_of(campaign, message, row, number)
        listed = rows_left_out(test, await concerned(self._context, test))
        if listed[0]:
            raise InputError(reason="test_listed", number=number)
        return await self.queue(test)

    async def before(self) -> Before:
        """What was sent from this workspace until now."""
        from smsdesk.store import sent

        return await self._context.read(sent.before)

    async def unusual(self, campaign: Campaign, checked: Review) -> tuple[Problem, ...]:
        """What is out of the ordinary about a campaign, by its review and by what was sent before."""
        return await asyncio.to_thread(_unusual, campaign, checked, await self.before())

    async def _queued_by(
        self, listed: Collection[str], campaign: Campaign, names: Collection[str]
    ) -> tuple[EntryId, ...] | None:
        from smsdesk.store import outbox

        context, size = self._context, campaign.sms_count
        ready = await context.compute(size, _made_ready, campaign, context.now(), own_zone(), names, listed)
        return await context.write(outbox.commit, campaign, ready, context.now())

    async def drain(self, account: str, give_up_after: int | None = None) -> ServiceError | None:
        """Sends what is due for an account until nothing is queued any more.

        Raises WorkspaceBusy (reason ``sending``) while another sender is at work. With
        ``give_up_after`` an entry that failed so many times with certainty is left queued, and its
        error is the answer.
        """
        from smsdesk.store import leases

        context, lease = self._context, f"send:{account}"
        if not await context.hold(lease, LEASE):
            raise WorkspaceBusy(folder=context.store.folder.name, reason="sending")
        try:
            return await self._drain(account, lease, give_up_after)
        finally:
            await context.write(leases.release, lease, context.owner)

    async def _drain(self, account: str, lease: str, give_up_after: int | None) -> ServiceError | None:
        from smsdesk.store import outbox

        context, last = self._context, None
        await context.write(outbox.abandon, context.now(), context.owner)
        while not self.paused and (waiting := await self._queued(account)):
            if give_up_after is not None and waiting[0].tries >= give_up_after:
                return last
            if not await context.hold(lease, LEASE):
                return last
            pause = await self._pause(account, waiting)
            if pause > timedelta(0):
                await context.sleep(min(pause, NAP).total_seconds())
                continue
            entry = await context.write(outbox.take, account, context.now(), context.owner, without)
            if entry is not None:
                last = await self._post(entry)
        return last

    async def _queued(self, account: str) -> list[Entry]:
        entries = await self.entries()
        queued = [e for e in entries if e.account == account and e.state is EntryState.QUEUED]
        return sorted(queued, key=lambda entry: entry.id)

    async def _pause(self, account: str, waiting: list[Entry]) -> timedelta:
        from smsdesk.store import budget

        now = self._context.now()
        due = min(entry.not_before or now for entry in waiting)
        if due > now:
            return due - now
        allowed = (await self._accounts.named(account)).budget
        return await self._context.write(budget.take, account, now, allowed, 0)

    async def _post(self, entry: Entry) -> ServiceError | None:
        """One POST. Its entry is ``sending`` on disk; whatever ends it is on disk afterwards."""
        from smsdesk.store import outbox

        context, error, job_id = self._context, None, None
        context.changes.tell(Topic.OUTBOX)
        try:
            body = await context.read(outbox.body, entry.id)
            client = await self._accounts.client(entry.account)
        except BaseException:
            # No byte has left: the entry goes back, whatever is wrong (password, disk, stop).
            await self._settle(entry, After(EntryState.QUEUED), None, None)
            raise
        try:
            job_id = await client.post_job(body)
            after = After(EntryState.ACCEPTED)
        except ServiceError as caught:
            error = caught
            after = after_error(caught, entry.tries, context.now(), SystemRandom().random())
        except BaseException:
            await self._settle(entry, After(EntryState.UNCERTAIN), "stopped", None)
            raise
        self._accounts.heard(entry.account, error)
        await self._settle(entry, after, error.code if error else None, job_id)
        return error

    async def _settle(self, entry: Entry, after: After, reason: str | None, job_id: JobId | None) -> None:
        from smsdesk.store import outbox

        back = after.state is EntryState.QUEUED
        step = reason or ("put_back" if back else after.state.value)
        context, now = self._context, self._context.now()
        mine = await context.write(outbox.settle, entry.id, context.owner, after, now, reason, job_id, step)
        if not mine and job_id is not None:
            # Somebody took us for dead and the entry for uncertain; the answer settles it.
            await context.write(outbox.found, entry.id, job_id, now)
        self._context.changes.tell(Topic.OUTBOX, Topic.JOBS, Topic.CAMPAIGNS)

    async def look_up(self, account: str) -> tuple[Entry, ...]:
        """Asks every data centre for the jobs of uncertain entries; the answer is what stays uncertain.

        An entry is found by its mark alone, never by count or time.
        """
        from smsdesk.store import leases, outbox

        context = self._context
        lease = f"send:{account}"
        if await context.hold(lease, LEASE):
            await context.write(outbox.abandon, context.now(), context.owner)
            await context.write(leases.release, lease, context.owner)
        left = []
        for entry in await self.entries():
            uncertain = entry.state is EntryState.UNCERTAIN and entry.account == account
            if uncertain and not await self._found(entry):
                left.append(entry)
        self._context.changes.tell(Topic.OUTBOX, Topic.JOBS, Topic.CAMPAIGNS)
        return tuple(left)

    async def _found(self, entry: Entry) -> bool:
        from smsdesk.store import outbox

        account = await self._accounts.named(entry.account)
        for url in account.report_urls:
            try:
                job_id = await self._with_mark(entry, account.name, url)
            except ServiceError as error:
                await self._note(entry, "asked_no_answer", url, error.code)
                continue
            if job_id is not None:
                await self._context.write(outbox.found, entry.id, job_id, self._context.now())
                return True
            await self._note(entry, "asked_not_there", url, "")
        return False

    async def _note(self, entry: Entry, code: str, url: str, reason: str) -> None:
        from smsdesk.store import outbox

        values = {"host": url.partition("://")[2].partition("/")[0], "reason": reason}
        await self._context.write(outbox.note, entry.id, self._context.now(), code, values)

    async def _with_mark(self, entry: Entry, account: str, url: str) -> JobId | None:
        """The job at this address that carries the entry's mark, newest first."""
        client = await self._accounts.client(account)
        since, now = entry.since - LOOK_AROUND, self._context.now()
        ids: list[JobId] = []
        while True:
            await self._budgeted(account)
            page = await client.job_ids(url, since, now + LOOK_AROUND, limit=PAGE, offset=len(ids))
            ids.extend(page)
            if len(page) < PAGE:
                break
        for job_id in reversed(ids):
            await self._budgeted(account)
            try:
                report = await client.job(job_id, url)
            except NotFound:
                continue
            if carries(report.reference, entry.mark):
                return job_id
        return None

    async def _budgeted(self, account: str) -> None:
        from smsdesk.store import budget

        allowed = (await self._accounts.named(account)).budget
        while wait := await self._context.write(
            budget.take, account, self._context.now(), allowed, allowed // 4
        ):
            await self._context.sleep(wait.total_seconds())

    async def send_again(self, entry: EntryId) -> None:
        """A person's word: the same bytes and mark go once more, as far as the do-not-contact list allows."""
        from smsdesk.store import outbox

        await self._context.write(outbox.again, entry, self._context.now())
        self._context.changes.tell(Topic.OUTBOX)

    async def leave(self, entry: EntryId) -> None:
        """A person's word: this entry is not sent and not looked for any more."""
        from smsdesk.store import outbox

        await self._context.write(outbox.leave, entry, self._context.now())
        self._context.changes.tell(Topic.OUTBOX)

    async def progress(self, campaign: CampaignId) -> int:
        """How many recipients of a campaign have no final status yet."""
        from smsdesk.store import jobs

        return await self._context.read(jobs.unfinished, campaign)
