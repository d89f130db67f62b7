"""The outbox's verbs: a campaign becomes entries in one transaction, a person says what becomes of them.

Entries become jobs in :mod:`smsdesk.desk.draining`, uncertain ones are settled in
:mod:`smsdesk.desk.settling`.
"""

import asyncio
import secrets
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from smsdesk.core.acts import Deed, What
from smsdesk.core.campaign import Campaign, CampaignId, Message
from smsdesk.core.checks import review
from smsdesk.core.effective import Effective
from smsdesk.core.errors import InputError, ServiceError
from smsdesk.core.figures import Review
from smsdesk.core.handing import AT_ONCE, Handing
from smsdesk.core.importing import display_name, display_names
from smsdesk.core.outbox import EVERY, Entry, EntryId, EntryState, Exchange, mark_of, marked_reference
from smsdesk.core.outlook import PAGE, Outlook
from smsdesk.core.plan import Planned, addressed, columns_of, due_of, planned_jobs
from smsdesk.core.problem import Problem
from smsdesk.core.recipients import Recipients
from smsdesk.core.shares import rows_left_out
from smsdesk.core.templates import fill
from smsdesk.core.unusual import Before, regions_of, unusual
from smsdesk.desk.accounts import Accounts
from smsdesk.desk.acts import plainly, record, who
from smsdesk.desk.changes import Topic
from smsdesk.desk.context import Context
from smsdesk.desk.do_not_contact import concerned
from smsdesk.desk.draining import Draining
from smsdesk.desk.importing import own_zone
from smsdesk.desk.pilot import Pilots
from smsdesk.desk.settling import Settling
from smsdesk.words import say

if TYPE_CHECKING:
    from smsdesk.store.outbox import Step as Step  # noqa: PLC0414 (screens take it from here)
    from smsdesk.store.queueing import Ready
    from smsdesk.store.workspace import Connection

P = ParamSpec("P")
T = TypeVar("T")


def prepare(
    campaign: Campaign,
    effective: Effective,
    marks: Sequence[str],
    do_not_contact: Collection[str] = (),
    pilot: int = 0,
) -> "tuple[Ready, ...]":
    """The jobs of a campaign, each with its mark and its bytes as they will go over the wire.

    ``marks`` holds one mark a job, or more than are needed. ``pilot``: so many SMS in a first job by itself.
    """
    jobs = planned_jobs(campaign, effective, do_not_contact, pilot)
    ready = [_ready(campaign, effective, job, mark) for job, mark in zip(jobs, marks, strict=False)]
    if pilot and len(ready) > 1:
        ready[0] = replace(ready[0], pilot=True)
    return tuple(ready)


def _ready(campaign: Campaign, effective: Effective, job: Planned, mark: str) -> "Ready":
    from smsdesk.api.wire import encode_columns
    from smsdesk.store.queueing import Ready

    columns = columns_of(job.share)
    options = replace(columns.options, reference=marked_reference(columns.options.reference, mark))
    names = [name for message in job.share.messages for name in display_names(message.recipients)]
    out = tuple(
        display_name(campaign.messages[message].recipients.row(row).fields)
        for message, row in (one.place for one in job.left_out)
    )
    going = addressed(columns, names)
    rows = tuple(list(rows) for rows in job.rows.rows)
    due = due_of(effective, job, columns.order)
    return Ready(encode_columns(columns, options), mark, going, job.left_out, out, rows, due=due)


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
    campaign: Campaign,
    now: datetime,
    zone: str,
    accounts: Collection[str],
    do_not_contact: Collection[str],
    pilot: int = 0,
) -> "tuple[Ready, ...]":
    """Checks and plans. Raises InputError (reason ``not_sendable``)."""
    checked = review(campaign, now, accounts, do_not_contact, sender_zone=zone)
    if not checked.sendable:
        raise InputError(reason="not_sendable")
    # A pilot may cost one job more.
    marks = [mark_of(secrets.randbelow(36**12)) for _ in range(checked.totals.jobs + 1)]
    return prepare(campaign, checked.effective, marks, do_not_contact, pilot)


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
    """The outbox of the workspace: what waits, goes, went, was refused or is uncertain.

    ``paused``: whether a person stopped all of it, as far as was last seen.
    """

    def __init__(self, context: Context, accounts: Accounts, settling: Settling) -> None:
        self._context = context
        self._accounts = accounts
        self._draining = Draining(context, accounts, without)
        self._settling = settling
        self.pilots = Pilots(context)
        self.pauses: frozenset[str] = frozenset()

    @property
    def paused(self) -> bool:
        """Whether everything is paused by a person, as far as was last seen."""
        return EVERY in self.pauses

    async def entries(self) -> tuple[Entry, ...]:
        """All entries, newest first."""
        from smsdesk.store import outbox

        self.pauses = await self._context.read(outbox.paused)
        return await self._context.read(outbox.entries)

    async def look(self, most: int = PAGE) -> Outlook:
        """What is open, ``most`` of what ended last, and figures: this costs little however many are over."""
        from smsdesk.store import outbox, outlook

        self.pauses = await self._context.read(outbox.paused)
        return await self._context.read(outlook.look, most)

    async def these(self, entries: Collection[EntryId]) -> tuple[Entry, ...]:
        """Some entries, the oldest first."""
        from smsdesk.store import outbox

        self.pauses = await self._context.read(outbox.paused)
        return await self._context.read(outbox.these, entries)

    async def of_campaign(self, campaign: CampaignId) -> tuple[Entry, ...]:
        """The entries of a campaign, in the order of its jobs."""
        from smsdesk.store import outbox

        return await self._context.read(outbox.of_campaign, campaign)

    async def steps(self, entry: EntryId) -> "tuple[Step, ...]":
        """What happened to an entry, in order."""
        from smsdesk.store import outbox

        return await self._context.read(outbox.steps_of, entry)

    async def exchanges(self, entry: EntryId) -> tuple[Exchange, ...]:
        """Each try of an entry as it went over the wire, credentials apart, in order."""
        from smsdesk.store import exchanges

        return await self._context.read(exchanges.of, entry)

    async def body(self, entry: EntryId) -> bytes:
        """The bytes of an entry as they go over the wire, its mark within."""
        from smsdesk.store import outbox

        return await self._context.read(outbox.body, entry)

    async def body_of(self, share: Campaign) -> bytes:
        """The bytes of the job that a share of a campaign makes, as over the wire, its mark apart."""
        return await self._context.compute(share.sms_count, _body_of, share)

    async def by_key(self, key: str) -> tuple[Entry, ...]:
        """The entries of the campaign that was sent with a key, in the order of its jobs."""
        from smsdesk.store import queueing

        return await self._context.read(queueing.by_key, key)

    # --- into the outbox

    async def queue(self, campaign: Campaign, how: Handing = AT_ONCE) -> tuple[EntryId, ...]:
        """Checks, plans and queues a campaign in one transaction; a second call changes nothing.

        A key that was used before queues nothing: the answer is the entries of the first campaign with it.
        Raises InputError (reason ``not_sendable``) where something red is left.
        """
        if how.key is not None and (first := await self.by_key(how.key)):
            return tuple(entry.id for entry in first)
        names = [account.name for account in await self._accounts.every()]
        entries = None
        while entries is None:
            # Once more where the do-not-contact list changed while this was planned.
            listed = await concerned(self._context, campaign)
            entries = await self._queued_by(listed, campaign, names, how)
        self._draining.stir()
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
        self, listed: Collection[str], campaign: Campaign, names: Collection[str], how: Handing = AT_ONCE
    ) -> tuple[EntryId, ...] | None:
        from smsdesk.store import acts

        context, size = self._context, campaign.sms_count
        people = 0 if how.pilot is None else how.pilot.people
        if how.pilot is not None:
            await self.pilots.keep(campaign.id, how.pilot)
        of = (campaign, context.now(), own_zone(), names, listed, people)
        ready = await context.compute(size, _made_ready, *of)
        return await context.write(acts.commit, who(), campaign, ready, context.now(), how)

    # --- out of it

    async def drain(self, account: str, give_up_after: int | None = None) -> ServiceError | None:
        """Sends what is due for an account until nothing is ready any more, or it is paused.

        What waits for a pilot whose outcomes are known goes too, or is held for good. Raises WorkspaceBusy
        (reason ``sending``) while another sender is at work. With ``give_up_after`` nothing is taken any more
        once an entry failed so many times with certainty; its error is the answer.
        """
        await self.pilots.judge()
        return await self._draining.drain(account, give_up_after)

    async def tend(self, *, sends: bool = True) -> dict[str, set[EntryState]]:
        """What time brings: held entries become due. Of each account, the states of its entries.

        Without ``sends`` the program only looks: it does not count as one that could have sent meanwhile.

        States of an account that is paused are those alone in which something has left.
        """
        await self._draining.recover(EVERY if sends else None)
        await self.pilots.judge()
        return await self._draining.standing()

    async def look_up(self, account: str, *, all_of_them: bool = True) -> tuple[Entry, ...]:
        """Asks every data centre for the jobs of uncertain entries; the answer is what stays uncertain.

        An entry is found by its mark alone, never by count or time. Without ``all_of_them`` only those are
        asked for whose time has come.
        """
        return await self._settling.look_up(account, all_of_them=all_of_them)

    # --- a person's word

    async def _say(
        self,
        told: "Callable[[Connection, T], Iterable[Deed]]",
        verb: "Callable[Concatenate[Connection, P], T]",
        *args: "P.args",
        **named: "P.kwargs",
    ) -> T:
        """Does a person's word and writes down in the log of acts what ``told`` says of its answer."""
        said = await record(self._context, told, verb, *args, **named)
        self._draining.stir()
        self._context.changes.tell(Topic.OUTBOX)
        return said

    async def pause(self, account: str | None = None) -> None:
        """Nothing of an account, or of any, goes until :meth:`resume`, whichever program runs."""
        from smsdesk.store import holding

        await self._say(
            plainly(What.PAUSED, account=account or EVERY),
            holding.pause,
            account or EVERY,
            self._context.now(),
        )
        self.pauses |= {account or EVERY}

    async def resume(self, account: str | None = None) -> None:
        """An account goes on; without one all of them do."""
        from smsdesk.store import holding

        await self._say(
            plainly(What.RESUMED, account=account or EVERY),
            holding.resume,
            account or EVERY,
            self._context.now(),
        )
        self.pauses = self.pauses - {account} if account else frozenset()

    async def hold(self, entries: Collection[EntryId]) -> None:
        """Holds entries that are ready to go, until :meth:`send_now`."""
        from smsdesk.store import acts, holding

        await self._say(acts.of_entries(What.HELD), holding.hold_these, entries, self._context.now())

    async def cancel(self, entries: Collection[EntryId]) -> tuple[EntryId, ...]:
        """These entries are never sent; the answer is those that had not left, were refused or uncertain."""
        from smsdesk.store import acts, outbox

        return await self._say(acts.of_cancelled, outbox.cancel, entries, self._context.now())

    async def send_now(self, entries: Collection[EntryId]) -> tuple[EntryId, ...]:
        """Whatever entries wait for, they go at once; the answer is those that do."""
        from smsdesk.store import acts, holding

        return await self._say(acts.of_entries(What.SENT_NOW), holding.send_now, entries, self._context.now())

    async def missed(self, entries: Collection[EntryId], at: datetime | None = None) -> tuple[EntryId, ...]:
        """Entries go at once, or at a new time, until which they are held here."""
        from smsdesk.store import acts, holding

        if at is None:
            return await self.send_now(entries)
        told = acts.of_entries(What.MOVED, at=at.isoformat())
        return await self._say(told, holding.hold_until, entries, at, self._context.now())

    async def release(self, account: str) -> tuple[EntryId, ...]:
        """The service no longer refuses an account: what that held up, or refused lately, goes."""
        from smsdesk.store import holding

        return await self._say(
            plainly(What.RELEASED, account=account), holding.release_account, account, self._context.now()
        )

    async def send_again(self, entry: EntryId) -> None:
        """A person's word: the same bytes and mark go once more, as far as the do-not-contact list allows."""
        from smsdesk.store import acts, outbox

        await self._say(acts.of_entry(What.SENT_AGAIN, entry), outbox.again, entry, self._context.now())

    async def retry(self, entry: EntryId) -> None:
        """As :meth:`send_again`, for a refused entry after what was wrong is mended."""
        from smsdesk.store import acts, outbox

        await self._say(acts.of_entry(What.RETRIED, entry), outbox.again, entry, self._context.now())

    async def withdraw(self, campaign: CampaignId) -> Campaign | None:
        """What has not left of a campaign, as a new draft that is saved already; None where all has left."""
        from smsdesk.store import acts, drafts, withdrawing

        context, new = self._context, CampaignId(secrets.token_hex(16))
        sent = await context.read(drafts.load, campaign)
        name = say("campaign.withdrawn", name=sent.name)
        told = acts.of_withdrawn(sent)
        draft = await self._say(told, withdrawing.withdraw, campaign, new, name, context.now())
        context.changes.tell(Topic.CAMPAIGNS)
        return draft

    async def leave(self, entry: EntryId) -> None:
        """A person's word: this entry is not sent and not looked for any more."""
        await self.cancel((entry,))

    async def progress(self, campaign: CampaignId) -> int:
        """How many recipients of a campaign have no final status yet."""
        from smsdesk.store import jobs

        return await self._context.read(jobs.unfinished, campaign)
