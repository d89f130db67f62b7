"""Retention: how much personal data is older than some days, and its removal while everything goes on."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from smsdesk.core.acts import Deed, What
from smsdesk.core.errors import UsageError
from smsdesk.core.retention import Figures, old_before
from smsdesk.desk.acts import who
from smsdesk.desk.changes import Topic
from smsdesk.desk.context import INLINE_ROWS, Context

if TYPE_CHECKING:
    from smsdesk.store.retention import Wish
    from smsdesk.store.workspace import Connection

PAUSE = 0.005
"""Seconds between two portions: others write meanwhile."""
_MANY = INLINE_ROWS + 1
"""Counting looks at every row."""
Told = Callable[[int], object]


class Retention:
    """Removes what is old, never what is open."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def before(self, days: int) -> datetime:
        """What ended before then is older than so many days. Raises UsageError."""
        try:
            return old_before(self._context.now(), days)
        except ValueError:
            raise UsageError(reason="retention_days", value=days) from None

    async def figures(self, before: datetime) -> Figures:
        """What ended before then and would go."""
        return await self._context.compute(_MANY, _figures, self._context.store.folder, before, lasting=True)

    async def forget(
        self, days: int, before: datetime, found: Figures, *, anonymise: bool, told: Told = lambda _: None
    ) -> None:
        """Removes what was ``found`` older than so many days; ``told`` hears how many SMS have gone so far.

        It can be stopped at any time. Where the program ends meanwhile, the next one goes on.
        """
        from smsdesk.store import acts, retention

        wish = retention.Wish(before, self._context.now(), anonymise)
        deed = Deed(
            What.ANONYMISED if anonymise else What.FORGOTTEN,
            {"days": days, "jobs": found.jobs, "n": found.sms, "campaigns": found.campaigns},
        )

        def begun(connection: "Connection") -> None:
            acts.add(connection, who(), wish.now, [deed])
            retention.begin(connection, wish)

        await self._context.write(begun)
        await self._remove(wish, told)

    async def go_on(self) -> None:
        """Goes on with what was begun when the program ended."""
        from smsdesk.store import retention

        wish = await self._context.read(retention.under_way, self._context.now())
        if wish is not None:
            await self._remove(wish, lambda _: None)

    async def give_up(self) -> None:
        """Leaves what is not removed yet as it is."""
        from smsdesk.store import retention

        await self._context.write(retention.end)

    async def _remove(self, wish: "Wish", told: Told) -> None:
        from smsdesk.store import retention

        context, gone = self._context, 0
        key: int | None = 0
        while key is not None:
            key, some = await context.write(retention.jobs_portion, wish, key)
            gone += some
            told(gone)
            await context.sleep(PAUSE)
        campaign: str | None = ""
        while campaign is not None:
            campaign, _ = await context.write(retention.campaigns_portion, wish, campaign)
            await context.sleep(PAUSE)
        await context.write(retention.discarded, wish)
        await self._forget_texts()
        await self._clear_index()
        await context.write(retention.end)
        context.changes.tell(Topic.JOBS, Topic.OUTBOX, Topic.CAMPAIGNS, Topic.LISTS)

    async def _forget_texts(self) -> None:
        from smsdesk.store import retention

        context, after = self._context, 0
        while (found := await context.read(retention.unused_texts, after)) is not None:
            after, unused = found
            for at in range(0, len(unused), retention.TEXTS):
                await context.write(retention.texts_portion, unused[at : at + retention.TEXTS])
                await context.sleep(PAUSE)

    async def _clear_index(self) -> None:
        """The search index forgets too: what it was told to leave out goes from its pages."""
        from smsdesk.store import grams, retention

        context = self._context
        while await context.read(grams.is_behind):
            await context.write(grams.catch_up)
            await context.sleep(PAUSE)
        begin = True
        while await context.write(retention.index_portion, begin=begin):
            begin = False
            await context.sleep(PAUSE)


def _figures(folder: Path, before: datetime) -> Figures:
    from smsdesk.store import retention
    from smsdesk.store.workspace import Store

    with Store.open(folder, read_only=True, check_seconds=0) as store:
        return store.read(retention.figures, before).result()
