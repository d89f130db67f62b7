"""Campaigns as files: one JSON file holds all of a campaign, to keep it or to take it elsewhere."""

import asyncio
from pathlib import Path

from smsdesk.core.campaign import Campaign, CampaignId
from smsdesk.core.campaign_file import read, written
from smsdesk.core.errors import InputError
from smsdesk.core.plan import campaign_of
from smsdesk.desk.campaigns import Campaigns, new_id
from smsdesk.desk.context import Context
from smsdesk.desk.files import read_bytes, save
from smsdesk.desk.open_campaign import OpenCampaign

_ROW_BYTES = 40
"""About so many bytes has a recipient in a file."""


async def export_campaign(context: Context, campaign: Campaign, path: Path) -> None:
    """Writes a campaign to a file, whole or not at all. Raises FileError."""
    await save(path, await context.compute(campaign.sms_count, written, campaign))


async def export_saved(context: Context, campaign_id: CampaignId, path: Path) -> None:
    """As :func:`export_campaign`, of a campaign as it is on disk."""
    from smsdesk.store import drafts

    await export_campaign(context, await context.read(drafts.load, campaign_id), path)


async def import_campaign(context: Context, path: Path) -> Campaign:
    """The campaign of a file, with an id of its own; nothing is saved. Raises InputError, FileError."""
    content = await asyncio.to_thread(read_bytes, path)
    return await context.compute(len(content) // _ROW_BYTES, read, content, new_id())


async def read_file(context: Context, path: Path) -> Campaign:
    """The campaign of a file, or of a request in the API's own form. Raises InputError, FileError."""
    from smsdesk.api.wire import decode_job

    campaign = await _of_ours(context, path)
    if campaign is None:
        content = await asyncio.to_thread(read_bytes, path)
        campaign = campaign_of(decode_job(content), new_id(), path.stem)
    return campaign


async def open_file(context: Context, campaigns: Campaigns, path: Path) -> OpenCampaign:
    """A draft out of a file as in :func:`read_file`."""
    campaign = await _of_ours(context, path)
    return await (campaigns.from_request(path) if campaign is None else campaigns.adopt(campaign))


async def _of_ours(context: Context, path: Path) -> Campaign | None:
    """The campaign of a file; None where it is another one.

    A request's reader overlooks what is an artefact of a page, and says what is wrong in a request.
    """
    try:
        return await import_campaign(context, path)
    except InputError as error:
        if error.values.get("reason") not in ("campaign_damaged", "campaign_foreign"):
            raise
    return None
