"""Campaigns: the list of them, and the one that is open, saved as it is typed."""

import asyncio
import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from smsdesk.core.campaign import Campaign, CampaignId, LeftOut, Message, Review, Totals
from smsdesk.core.checks import review
from smsdesk.core.options import Options
from smsdesk.core.outbox import EntryId
from smsdesk.core.plan import campaign_of, plan
from smsdesk.core.recipients import Added, Patch, Recipients, patched
from smsdesk.core.request import JobRequest
from smsdesk.desk.accounts import Accounts
from smsdesk.desk.changes import Topic
from smsdesk.desk.context import Context
from smsdesk.desk.do_not_contact import concerned
from smsdesk.desk.files import read_bytes

if TYPE_CHECKING:
    from smsdesk.desk.sending import Outbox
    from smsdesk.store.drafts import CampaignLine as CampaignLine  # noqa: PLC0414 (screens take it from here)

TYPING_PAUSE = 0.4
"""Seconds without a key press after which the draft's texts and options are saved."""
REVIEW_PAUSE = 0.15
FIND_SLICE = 2_000
UNDO_DEPTH = 100


def new_id() -> CampaignId:
    """An id that no other campaign has."""
    return CampaignId(uuid.uuid4().hex)


@dataclass(frozen=True, slots=True)
class PlannedJob:
    """One job that sending would make: its exact request, its mark apart, and its figures."""

    number: int
    of: int
    request: JobRequest
    totals: Totals


def planned(
    campaign: Campaign, now: datetime, do_not_contact: Collection[str] = ()
) -> tuple[PlannedJob, ...]:
    """The jobs of a campaign, each with parts, first and last instant."""
    requests = plan(campaign, do_not_contact)
    return tuple(
        PlannedJob(at, len(requests), one, review(campaign_of(one, campaign.id, ""), now, ()).totals)
        for at, one in enumerate(requests, 1)
    )


async def find_recipients(rows: Recipients, words: str) -> list[int]:
    """The rows (from 0) with words or digits; between slices the window has its turn."""
    words = words.strip().casefold()
    digits = "".join(c for c in words if c.isdigit()).lstrip("0")
    number = digits if digits and not any(c.isalpha() for c in words) else None
    found: list[int] = []
    for start in range(0, len(rows), FIND_SLICE):
        places = range(start, min(len(rows), start + FIND_SLICE))
        found.extend(place for place in places if _matches(rows, place, words, number))
        await asyncio.sleep(0)
    return found


def _matches(rows: Recipients, at: int, words: str, number: str | None) -> bool:
    if number is not None and number in rows.dst[at]:
        return True
    cells = (rows.reference[at], *(column[at] for column in rows.fields.values()))
    return any(words in cell.casefold() for cell in cells)


class OpenCampaign:
    """A draft under work: every change is saved by itself, checked in the background, undoable.

    ``on_change`` is called on the loop after each change, review and save.
    """

    def __init__(self, context: Context, accounts: Accounts, campaign: Campaign, *, sent: bool) -> None:
        self._context = context
        self._accounts = accounts
        self.campaign = campaign
        self.sent = sent
        self.saved_at: datetime | None = None
        self.review: Review | None = None
        self._undo: list[Campaign] = []
        self._redo: list[Campaign] = []
        self._typing = ""
        self._stored: tuple[Recipients, ...] = tuple(m.recipients for m in campaign.messages)
        self._listeners: list[Callable[[], None]] = []
        self._key = f"draft:{campaign.id}"

    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Calls ``listener`` from now on; the answer ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @property
    def saved(self) -> bool:
        """Whether everything is on disk."""
        return self.saved_at is not None

    @property
    def can_undo(self) -> bool:
        """Whether there is a change to take back."""
        return bool(self._undo) and not self.sent

    @property
    def can_redo(self) -> bool:
        """Whether there is a change to bring back."""
        return bool(self._redo) and not self.sent

    def forget_stored(self) -> None:
        """Nothing of it is on disk yet: the next save writes all of it."""
        self._stored = ()

    def rename(self, name: str) -> None:
        """Gives the campaign another name."""
        self._become(replace(self.campaign, name=name), "name")

    def choose_account(self, name: str) -> None:
        """Chooses the account it is sent from."""
        self._become(replace(self.campaign, account=name))

    def choose_region(self, region: str) -> None:
        """Chooses the country of numbers without a country code (ISO 3166, two letters)."""
        self._become(replace(self.campaign, region=region))

    def set_options(self, options: Options, typing: str = "") -> None:
        """Replaces the options, schedule and blackout periods included.

        ``typing`` names the option that is being written: all its key presses are one change to undo.
        """
        self._become(replace(self.campaign, options=options), typing)

    def write_text(self, index: int, text: str) -> None:
        """Changes the text of a message (from 0)."""
        message = self.campaign.messages[index]
        if text != message.text:
            self._become(self.campaign.with_message(index, replace(message, text=text)), f"text {index}")

    def name_message(self, index: int, name: str) -> None:
        """Names a message for people."""
        message = replace(self.campaign.messages[index], name=name)
        self._become(self.campaign.with_message(index, message))

    def add_message(self, name: str) -> None:
        """Puts an empty message at the end."""
        self._become(replace(self.campaign, messages=(*self.campaign.messages, Message(name=name))))

    def remove_message(self, index: int) -> None:
        """Takes a message and its recipients away; a campaign keeps at least one."""
        rest = self.campaign.messages[:index] + self.campaign.messages[index + 1 :]
        self._become(replace(self.campaign, messages=rest or (Message(),)))

    def add_recipients(self, index: int, rows: Recipients, left_out: LeftOut | None = None) -> None:
        """Adds recipients to a message and counts what an import left out."""
        campaign = self._patched(index, Added(rows))
        left = campaign.left_out + left_out if left_out else campaign.left_out
        self._become(replace(campaign, left_out=left))

    def patch(self, index: int, patch: Patch) -> None:
        """Changes the recipients of a message."""
        self._become(self._patched(index, patch))

    def undo(self) -> None:
        """Takes the last change back."""
        self._typing = ""
        if self.can_undo:
            self._redo.append(self.campaign)
            self._show(self._undo.pop())

    def redo(self) -> None:
        """Brings back what was taken back."""
        self._typing = ""
        if self.can_redo:
            self._undo.append(self.campaign)
            self._show(self._redo.pop())

    def _patched(self, index: int, patch: Patch) -> Campaign:
        message = self.campaign.messages[index]
        rows = patched(message.recipients, patch)
        return self.campaign.with_message(index, replace(message, recipients=rows))

    def _become(self, campaign: Campaign, typing: str = "") -> None:
        """One more change to undo; key presses in one place (``typing``) are one change."""
        if self.sent or campaign == self.campaign:
            return
        if not typing or typing != self._typing:
            self._undo = [*self._undo[1 - UNDO_DEPTH :], self.campaign]
        self._typing = typing
        self._redo.clear()
        self._show(campaign)

    def _show(self, campaign: Campaign) -> None:
        self.campaign = campaign
        self.saved_at = None
        self._tell()
        self._context.tasks.start(f"{self._key}:save", self._save_later())
        self.check()

    def check(self) -> None:
        """Checks in the background; only the newest check is kept."""
        self._context.tasks.start(f"{self._key}:review", self._check_later())

    async def _check_later(self) -> None:
        await self._context.sleep(REVIEW_PAUSE)
        await self.check_now()

    async def check_now(self) -> Review:
        """Checks the campaign as it is."""
        campaign, now = self.campaign, self._context.now()
        names = [account.name for account in await self._accounts.every()]
        listed = await concerned(self._context, campaign)
        checked = await self._context.compute(campaign.sms_count, review, campaign, now, names, listed)
        if campaign is self.campaign:
            self.review = checked
            self._tell()
        return checked

    async def _save_later(self) -> None:
        await self._context.sleep(TYPING_PAUSE)
        await self.save()

    async def save(self) -> None:
        """Saves what is not on disk yet."""
        from smsdesk.store import drafts

        campaign, now = self.campaign, self._context.now()
        if self.sent or self.saved:
            return
        await self._context.write(drafts.save_head, campaign, now)
        lists = tuple(message.recipients for message in campaign.messages)
        for index, rows in enumerate(lists):
            if index >= len(self._stored) or self._stored[index] is not rows:
                await self._context.write(drafts.save_base, campaign.id, index, rows, now)
        self._stored = lists
        if campaign is self.campaign:
            self.saved_at = now
        self._context.changes.tell(Topic.CAMPAIGNS)
        self._tell()

    async def planned(self) -> "tuple[PlannedJob, ...]":
        """The jobs that sending it now would make."""
        campaign, now = self.campaign, self._context.now()
        listed = await concerned(self._context, campaign)
        return await self._context.compute(campaign.sms_count, planned, campaign, now, listed)

    async def send(self, outbox: "Outbox") -> tuple[EntryId, ...]:
        """Saves it, then queues it in one transaction; from then on it is read only."""
        await self.save()
        entries = await outbox.queue(self.campaign)
        self.sent = True
        self._tell()
        return entries

    def _tell(self) -> None:
        for listener in tuple(self._listeners):
            listener()


class Campaigns:
    """All campaigns of the workspace: drafts and sent ones."""

    def __init__(self, context: Context, accounts: Accounts) -> None:
        self._context = context
        self._accounts = accounts

    async def lines(self) -> "tuple[CampaignLine, ...]":
        """One line a campaign, newest first."""
        from smsdesk.store import drafts

        return await self._context.read(drafts.lines)

    async def create(self, name: str, account: str = "", region: str = "DE") -> OpenCampaign:
        """A new, saved draft."""
        return await self.adopt(Campaign(new_id(), name, account, region=region))

    async def adopt(self, campaign: Campaign) -> OpenCampaign:
        """Saves a campaign made elsewhere (from a request, a copy) as a draft and opens it."""
        opened = OpenCampaign(self._context, self._accounts, campaign, sent=False)
        opened.forget_stored()
        await opened.save()
        await opened.check_now()
        return opened

    async def open(self, campaign_id: CampaignId) -> OpenCampaign:
        """Opens a campaign; a sent one is read only."""
        from smsdesk.store import drafts

        campaign = await self._context.read(drafts.load, campaign_id)
        sent = await self._context.read(drafts.is_sent, campaign_id)
        opened = OpenCampaign(self._context, self._accounts, campaign, sent=sent)
        opened.saved_at = self._context.now()
        await opened.check_now()
        return opened

    async def duplicate(self, campaign_id: CampaignId, name: str) -> OpenCampaign:
        """A draft with the same texts, recipients and options."""
        from smsdesk.store import drafts

        campaign = await self._context.read(drafts.load, campaign_id)
        return await self.adopt(replace(campaign, id=new_id(), name=name))

    async def from_request(self, path: Path) -> OpenCampaign:
        """A draft out of a JSON request in the API's own form. Raises InputError, FileError."""
        from smsdesk.api.wire import decode_job

        content = await asyncio.to_thread(read_bytes, path)
        accounts = await self._accounts.every()
        account = accounts[0].name if len(accounts) == 1 else ""
        campaign = campaign_of(decode_job(content), new_id(), path.stem)
        return await self.adopt(replace(campaign, account=account))

    async def delete(self, campaign_id: CampaignId) -> None:
        """Takes a draft off the list; :meth:`restore` brings it back."""
        from smsdesk.store import drafts

        await self._context.write(drafts.discard, campaign_id)
        self._context.changes.tell(Topic.CAMPAIGNS)

    async def restore(self, campaign_id: CampaignId) -> None:
        """Brings a deleted draft back."""
        from smsdesk.store import drafts

        await self._context.write(drafts.restore, campaign_id)
        self._context.changes.tell(Topic.CAMPAIGNS)
