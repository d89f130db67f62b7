"""The price list of the workspace: what a part costs, by country."""

from typing import TYPE_CHECKING

from smsdesk.desk.changes import Topic
from smsdesk.desk.context import Context

if TYPE_CHECKING:
    from smsdesk.core.prices import Prices


class PriceList:
    """One list for the whole workspace."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def load(self) -> "Prices | None":
        """The list, None where nobody has written one."""
        from smsdesk.store import prices

        return await self._context.read(prices.load)

    async def save(self, prices: "Prices | None") -> None:
        """Keeps the list in place of the one before; None: there is none from then on. Tells SETTINGS."""
        from smsdesk.store import prices as stored

        await self._context.write(stored.save, prices)
        self._context.changes.tell(Topic.SETTINGS)
