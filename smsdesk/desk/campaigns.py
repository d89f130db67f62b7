"""Campaigns: the list of them, made, opened, copied, taken away."""

import asyncio
import uuid
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from smsdesk.core.campaign import Campaign, CampaignId
from smsdesk.core.finding import Places, found_places, ordered_places
from smsdesk.core.plan import campaign_of
from smsdesk.core.recipients import Recipients
from smsdesk.desk import open_campaign
from smsdesk.desk.accounts import Accounts
from smsdesk.desk.changes import Change, Topic
from smsdesk.desk.context import Context
from smsdesk.desk.files import read_bytes
from smsdesk.desk.history import State
from smsdesk.desk.open_campaign import OpenCampaign as OpenCampaign  # noqa: PLC0414 (screens take it from here)
from smsdesk.desk.open_campaign import PlannedJob as PlannedJob  # noqa: PLC0414 (the same)

if TYPE_CHECKING:
    from smsdesk.store.drafts import CampaignLine as CampaignLine  # noqa: PLC0414 (screens take it from here)


def new_id() -> CampaignId:
    """An id that no other campaign has."""
    return CampaignId(uuid.uuid4().hex)


async def find_recipients(rows: Recipients, words: str) -> Places:
    """The rows (from 0) with words in any cell, or with digits in their number, however both are spelled."""
    return await asyncio.to_thread(found_places, rows, words)


async def sorted_places(
    rows: Recipients,
    column: str,
    descending: bool,  # noqa: FBT001 (the switch of a column's head)
    *,
    region: str = "",
    needed: Sequence[str] = (),
) -> Places:
    """All rows (from 0) in the order of a column, as in :func:`smsdesk.core.finding.ordered_places`."""
    return await asyncio.to_thread(ordered_places, rows, column, descending, region, needed)


class Campaigns:
    """All campaigns of the workspace: drafts and sent ones."""

    def __init__(self, context: Context, accounts: Accounts) -> None:
        self._context = context
        self._accounts = accounts
        self._opened: WeakValueDictionary[CampaignId, OpenCampaign] = WeakValueDictionary()
        context.changes.listen(self._heard)

    def _heard(self, change: Change) -> None:
        opened = tuple(self._opened.values())
        if change.topics & {Topic.DO_NOT_CONTACT, Topic.OUTBOX}:
            for one in opened:
                one.forget_listed()
        if Topic.SETTINGS in change.topics and opened:
            self._context.tasks.start("prices", self._price(*opened))

    async def _price(self, *opened: OpenCampaign) -> None:
        """Counts parts in the prices of the workspace."""
        from smsdesk.store import prices

        found = await self._context.read(prices.load)
        for one in opened:
            one.prices = found

    async def lines(self) -> "tuple[CampaignLine, ...]":
        """One line a campaign, newest first."""
        from smsdesk.store import drafts

        return await self._context.read(drafts.lines)

    async def count(self) -> int:
        """How many campaigns there are."""
        from smsdesk.store import drafts

        return await self._context.read(drafts.counted)

    async def create(self, name: str, account: str = "", region: str = "DE") -> OpenCampaign:
        """A new, saved draft."""
        return await self.adopt(Campaign(new_id(), name, account, region=region))

    async def adopt(self, campaign: Campaign) -> OpenCampaign:
        """Saves a campaign made elsewhere (from a request, a copy) as a draft and opens it."""
        state = await asyncio.to_thread(State.of, campaign)
        opened = OpenCampaign(self._context, self._accounts, state)
        self._opened[campaign.id] = opened
        await opened.save()
        await self._price(opened)
        await opened.check_now()
        return opened

    async def open(self, campaign_id: CampaignId) -> OpenCampaign:
        """Opens a campaign; a sent one is read only. The checks of a very long list come a moment later."""
        from smsdesk.store import drafts

        if campaign_id in self._opened:
            # What was typed a moment ago, in a screen that was left.
            await self._opened[campaign_id].save()
        found = await self._context.read(drafts.load_to_change, campaign_id)
        state = State.of(found.campaign)
        opened = OpenCampaign(self._context, self._accounts, state, sent=found.sent, opened=found)
        self._opened[campaign_id] = opened
        await self._price(opened)
        if opened.campaign.sms_count > open_campaign.AT_ONCE:
            opened.check()
        else:
            await opened.check_now()
        return opened

    async def save_all(self) -> None:
        """Saves what was changed a moment ago in any open campaign, before the program goes.

        Raises WorkspaceError for the first that cannot be saved.
        """
        for opened in tuple(self._opened.values()):
            await opened.save()

    async def duplicate(self, campaign_id: CampaignId, name: str) -> OpenCampaign:
        """A draft with the same texts, recipients and options."""
        from smsdesk.store import drafts

        campaign = await self._context.read(drafts.load, campaign_id)
        return await self.adopt(replace(campaign, id=new_id(), name=name, follows=None))

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
