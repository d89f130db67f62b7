"""The search index follows what is queued and reported: a little at a time, so that nothing waits for it.

What it does not know yet is found all the same, only slower; so an error ends nothing, it is tried again.
"""

import asyncio

from smsdesk.core.errors import WorkspaceError
from smsdesk.desk.changes import Change
from smsdesk.desk.context import Context

PAUSE = 0.01
"""Seconds between two steps of some hundreds of SMS: others write meanwhile."""
AFTER_TROUBLE = 10.0


async def keep_indexed(context: Context) -> None:
    """Indexes what is not indexed yet, after each change, for ever."""
    changed = asyncio.Event()
    changed.set()

    def heard(_: Change) -> None:
        changed.set()

    stop = context.changes.listen(heard)
    try:
        while True:
            await changed.wait()
            changed.clear()
            try:
                await _catch_up(context)
            except WorkspaceError:
                await context.sleep(AFTER_TROUBLE)
                changed.set()
    finally:
        stop()


async def _catch_up(context: Context) -> None:
    from smsdesk.store import grams

    while await context.read(grams.is_behind):
        await context.write(grams.catch_up)
        await context.sleep(PAUSE)
