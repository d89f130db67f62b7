"""Following up: a new draft to those whom a campaign did not reach."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from smsdesk.core.campaign import Campaign, CampaignId
from smsdesk.core.following import Reach, Sent, follow_up
from smsdesk.desk.campaigns import Campaigns, OpenCampaign, new_id
from smsdesk.desk.context import Context

if TYPE_CHECKING:
    from smsdesk.store.following import Chain as Chain  # noqa: PLC0414 (screens take it from here)
    from smsdesk.store.following import Followable as Followable  # noqa: PLC0414 (screens take it from here)
    from smsdesk.store.following import Link as Link  # noqa: PLC0414 (the same)


def _kept_out(one: Sent) -> Sent:
    return one if one.reach is Reach.REACHED else replace(one, reach=Reach.LISTED)


class Following:
    """Who may be followed up, and the draft to them."""

    def __init__(self, context: Context, campaigns: Campaigns) -> None:
        self._context = context
        self._campaigns = campaigns

    async def look(self, key: int, rows: Sequence[int] = (), *, whole: bool = False) -> "Followable":
        """The SMS of a job, only some of them (by their ids), or those of its ``whole`` campaign.

        Who is on the do-not-contact list by now stays out, as who was left out of the campaign for that.
        """
        from smsdesk.store import do_not_contact, finding, following

        if rows:
            found = await self._context.read(following.of_rows, key, rows)
        else:
            found = await self._context.read(following.of_campaign if whole else following.of_job, key)
        # As the list has them: another program may have written 00 for the plus.
        spelt = {one.dst: finding.spellings(one.dst)[0] for one in found.some}
        listed = await self._context.read(do_not_contact.listed, {*spelt.values()})
        numbers = {one.number for one in listed}
        if not numbers:
            return found
        some = tuple(_kept_out(one) if spelt[one.dst] in numbers else one for one in found.some)
        return replace(found, some=some)

    async def draft(self, found: "Followable", include: Collection[Reach], name: str) -> OpenCampaign:
        """A saved draft to those whose reach is included."""
        from smsdesk.store import drafts

        first: Campaign | None = None
        if found.campaign is not None:
            first = await self._context.read(drafts.load, found.campaign)
        new = Campaign(new_id(), name, found.account)
        count = len(found.some) + (first.sms_count if first else 0)
        now = self._context.now()
        made = await self._context.compute(count, follow_up, first, found.some, frozenset(include), new, now)
        return await self._campaigns.adopt(made)

    async def chain(self, campaign: CampaignId) -> "tuple[Link, ...]":
        """The first campaign of a chain of follow-ups, then all that follow it; one alone is no chain."""
        from smsdesk.store import following

        return await self._context.read(following.chain, campaign)

    async def chain_of_job(self, key: int) -> "Chain | None":
        """The chain of the campaign that a job is of; None of another program's job."""
        from smsdesk.store import following

        return await self._context.read(following.chain_of_job, key)
