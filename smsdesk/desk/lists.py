"""Saved lists: kept, combined, exported, and made of whom a campaign reached or did not reach."""

import asyncio
from pathlib import Path

from smsdesk.core.acts import What
from smsdesk.core.campaign import CampaignId
from smsdesk.core.lists import (
    Figures,
    Kind,
    ListId,
    ListLine,
    Source,
    Which,
    difference,
    figures,
    followed,
    intersection,
    union,
)
from smsdesk.core.names import tidy_name
from smsdesk.core.recipients import Added, Recipients, patched
from smsdesk.desk import files
from smsdesk.desk.acts import record
from smsdesk.desk.changes import Topic
from smsdesk.desk.context import Context
from smsdesk.words import say

_VERBS = {"union": union, "difference": difference, "intersection": intersection}


class Lists:
    """The saved lists of the workspace. The columns of long lists are worked on off the loop's thread."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def lines(self) -> tuple[ListLine, ...]:
        """A line a list, the newest first."""
        from smsdesk.store import lists

        return await self._context.read(lists.lines)

    async def load(self, list_id: ListId) -> Recipients:
        """The rows of a list. Raises InputError (reason ``no_list``), WorkspaceBroken."""
        from smsdesk.store import lists

        return await self._context.read(lists.load, list_id)

    async def save(self, name: str, rows: Recipients, source: Source) -> ListLine:
        """Puts a list away under a name; without one it is called so."""
        from smsdesk.store import lists

        name, now = _tidy(name), self._context.now()
        list_id = await self._context.write(lists.save, name, source, rows, now)
        self._context.changes.tell(Topic.LISTS)
        return ListLine(list_id, name, source, now, len(rows))

    async def rename(self, list_id: ListId, name: str) -> None:
        """Gives a list another name."""
        from smsdesk.store import lists

        await self._context.write(lists.rename, list_id, _tidy(name))
        self._context.changes.tell(Topic.LISTS)

    async def delete(self, *ids: ListId) -> None:
        """Takes lists away; :meth:`restore` brings them back."""
        from smsdesk.store import acts, lists

        await record(self._context, acts.of_lists(What.LIST_REMOVED, ids), lists.discard, ids)
        self._context.changes.tell(Topic.LISTS)

    async def restore(self, *ids: ListId) -> None:
        """Brings deleted lists back."""
        from smsdesk.store import acts, lists

        await record(self._context, acts.of_lists(What.LIST_RESTORED, ids), lists.restore, ids)
        self._context.changes.tell(Topic.LISTS)

    # -- combining -------------------------------------------------------------------------------

    async def figures(self, first: ListId, second: ListId) -> Figures:
        """How many people combining two lists would give."""
        a, b, region = await self.load(first), await self.load(second), await self._region()
        return await asyncio.to_thread(figures, a, b, region)

    async def combine(self, kind: Kind, first: ListLine, second: ListLine, name: str = "") -> ListLine:
        """Saves the union, difference or intersection of two lists; without a name it is called so."""
        a, b, region = await self.load(first.id), await self.load(second.id), await self._region()
        rows = await asyncio.to_thread(_VERBS[kind], a, b, region)
        names = {"first": first.name, "second": second.name}
        return await self.save(name or say(f"lists.name.{kind}", **names), rows, Source(kind, names))

    async def new_in(self, list_id: ListId, present: Recipients) -> Recipients:
        """The people of a list who are not among ``present``."""
        rows, region = await self.load(list_id), await self._region()
        return await asyncio.to_thread(difference, rows, present, region)

    # -- out of a campaign, into a file ----------------------------------------------------------

    async def counts(self, campaign: CampaignId) -> dict[Which, int]:
        """How many people of a sent campaign are of each kind."""
        from smsdesk.store import lists

        return await self._context.read(lists.counts, campaign)

    async def of_campaign(self, campaign: CampaignId, which: Which) -> Recipients:
        """The people of a kind, with reference, name, and the merge fields they had in the campaign."""
        return (await self._of_campaign(campaign, which))[1]

    async def from_campaign(self, campaign: CampaignId, which: Which, name: str = "") -> ListLine:
        """Saves the people of a kind as a list; without a name it is called so."""
        of, rows = await self._of_campaign(campaign, which)
        of = of or say("campaigns.unnamed")
        source = Source(f"campaign.{which}", {"campaign": of})
        return await self.save(name or say(f"lists.name.{which}", campaign=of), rows, source)

    async def _of_campaign(self, campaign_id: CampaignId, which: Which) -> tuple[str, Recipients]:
        from smsdesk.store import drafts, lists

        campaign = await self._context.read(drafts.load, campaign_id)
        found = await self._context.read(lists.people, campaign_id, which, say("lists.field.name"))

        def rows() -> Recipients:
            sent = Recipients()
            for message in campaign.messages:
                sent = patched(sent, Added(message.recipients))
            return followed(found, sent, campaign.region)

        return campaign.name, await asyncio.to_thread(rows)

    async def export(self, list_id: ListId, path: Path) -> int:
        """Writes a list as CSV; answers how many recipients. Raises FileError."""
        rows = await self.load(list_id)
        from smsdesk.core.exporting import list_csv

        await files.save(path, await asyncio.to_thread(list_csv, rows))
        return len(rows)

    async def _region(self) -> str:
        """The country of numbers that were written without a country code."""
        from smsdesk.store import settings

        return (await self._context.read(settings.get)).get("region", "DE")


def _tidy(name: str) -> str:
    return tidy_name(name) or say("lists.unnamed")
