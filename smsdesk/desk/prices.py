"""The price list of the workspace: what a part costs, by country."""

from typing import TYPE_CHECKING

from smsdesk.core.places import region_names
from smsdesk.desk.changes import Topic
from smsdesk.desk.context import INLINE_ROWS, Context
from smsdesk.words import language

if TYPE_CHECKING:
    from smsdesk.core.prices import Prices


class PriceList:
    """One list for the whole workspace."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._names: dict[str, dict[str, str]] = {}

    async def load(self) -> "Prices | None":
        """The list, None where nobody has written one."""
        from smsdesk.store import prices

        return await self._context.read(prices.load)

    async def save(self, prices: "Prices | None") -> None:
        """Keeps the list in place of the one before; None: there is none from then on. Tells SETTINGS."""
        from smsdesk.store import prices as stored

        await self._context.write(stored.save, prices)
        self._context.changes.tell(Topic.SETTINGS)

    async def countries(self) -> dict[str, str]:
        """The countries that have numbers, by their letters, with names in the language in use."""
        tag = language()
        if tag not in self._names:
            # Loading the names takes longer than the window may wait.
            self._names[tag] = await self._context.compute(INLINE_ROWS + 1, region_names, tag)
        return self._names[tag]
