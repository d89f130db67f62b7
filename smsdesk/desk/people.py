"""What the recipient table asks for: states, rows in an order, blocks of cells. Off the window's thread."""

import asyncio
from collections.abc import Callable, Sequence
from typing import TypeVar

from smsdesk.core.block import read_block, write_block
from smsdesk.core.campaign import Campaign
from smsdesk.core.finding import Places
from smsdesk.core.looking import Look, look_at, order_by_parts
from smsdesk.core.pasting import OWN, Pasted, block_of, pasted
from smsdesk.core.recipients import Recipients
from smsdesk.core.standing import States, states
from smsdesk.desk.campaigns import find_recipients, sorted_places
from smsdesk.desk.context import INLINE_ROWS, Context

T = TypeVar("T")
_BY_STATES = ("", "state")
"""What needs no look at the list to sort by."""


async def _apart(rows: int, work: Callable[..., T], *args: object) -> T:
    return work(*args) if rows <= INLINE_ROWS else await asyncio.to_thread(work, *args)


async def judged(
    rows: Recipients, needed: Sequence[str], region: str, before: States | None = None
) -> States:
    """The state of each row; ``needed`` are the fields that the text needs, ``before`` saves work."""
    return await _apart(len(rows), states, rows, needed, region, before)


async def looked(context: Context, campaign: Campaign, index: int, look: Look, of: States) -> Places:
    """The rows of a message (from 0) that a person asks for, in the order asked for."""
    rows = campaign.messages[index].recipients
    found = await find_recipients(rows, look.words) if look.words.strip() else None
    order = None
    if look.sort == "parts":
        order = await context.compute(len(rows), order_by_parts, campaign, index, look.descending)
    elif look.sort not in _BY_STATES:
        column = "blackouts" if look.sort == OWN else look.sort
        order = await sorted_places(rows, column, look.descending)
    return await _apart(len(rows), look_at, look, of, found, order)


async def copied(rows: Recipients, places: Sequence[int], columns: Sequence[str]) -> str:
    """Cells as text for the clipboard; columns as patches name them, ``own`` for periods."""
    return await _apart(len(places), lambda: write_block(block_of(rows, places, columns)))


async def pasting(
    rows: Recipients,
    text: str,
    columns: Sequence[str],
    places: Sequence[int],
    region: str,
    *,
    fill: bool = False,
) -> Pasted:
    """What a text from the clipboard comes to; ``fill`` lays one cell over all places and columns."""

    def work() -> Pasted:
        block = read_block(text)
        if fill and len(block) == 1 and len(block[0]) == 1:
            block = [block[0] * len(columns)] * len(places)
        return pasted(rows, block, columns, places, region)

    return await _apart(text.count("\n") + (len(places) if fill else 0), work)
