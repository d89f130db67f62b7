"""What the texts and the preview ask of a list. Off the window's thread where lists are long."""

import asyncio

from smsdesk.core.campaign import Campaign
from smsdesk.core.column_values import ColumnValues, column_values
from smsdesk.core.recipients import Recipients
from smsdesk.core.troubled import Troubled, troubled
from smsdesk.desk.context import INLINE_ROWS


class Troubles:
    """The recipients with problems, one after the other; looked for once for each state of a campaign."""

    def __init__(self) -> None:
        self._of: tuple[Campaign, int] | None = None
        self._found: Troubled | None = None

    async def after(self, campaign: Campaign, index: int, row: int) -> int | None:
        """The row of the next one in a message, from the beginning again; None where nobody has a problem."""
        known = self._of is not None and self._of[0] is campaign and self._of[1] == index
        if self._found is None or not known:
            few = len(campaign.messages[index].recipients) <= INLINE_ROWS
            found = troubled(campaign, index) if few else await asyncio.to_thread(troubled, campaign, index)
            self._of, self._found = (campaign, index), found
        return self._found.after(row)


async def values_of(rows: Recipients, column: str, most: int) -> ColumnValues:
    """The values of a column of a list, at most so many of them."""
    if len(rows) <= INLINE_ROWS:
        return column_values(rows, column, most)
    return await asyncio.to_thread(column_values, rows, column, most)
