"""How drafts were left, to be opened so again; and the number that a person tries texts out on."""

from smsdesk.core.campaign import CampaignId
from smsdesk.core.remembered import View
from smsdesk.desk.context import Context


class Views:
    """How each draft was left."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def load(self, campaign_id: CampaignId) -> View | None:
        """How a draft was left, None where nobody looked at it yet. It may name what is gone meanwhile."""
        from smsdesk.store import views

        return await self._context.read(views.load, campaign_id)

    async def keep(self, campaign_id: CampaignId, view: View) -> None:
        """Keeps how a draft is left; one that was never saved is not kept. Not for each key press."""
        from smsdesk.store import views

        await self._context.write(views.keep, campaign_id, view)


class OwnNumber:
    """The number of the person at the desk, as written; "" while nobody has said it."""

    _KEY = "own_number"

    def __init__(self, context: Context) -> None:
        self._context = context

    async def load(self) -> str:
        """The number."""
        from smsdesk.store import settings

        return (await self._context.read(settings.get)).get(self._KEY, "")

    async def save(self, number: str) -> None:
        """Keeps another one."""
        from smsdesk.store import settings

        await self._context.write(settings.put, self._KEY, number)
