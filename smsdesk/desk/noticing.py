"""Noticing: what a person should hear of unasked is told once, when it happens."""

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from smsdesk.core.noticing import Kind, News, is_unusual
from smsdesk.desk.changes import Change, Topic
from smsdesk.desk.context import Context

if TYPE_CHECKING:
    from smsdesk.store.noticing import Stand, Standing

PAUSE = timedelta(seconds=2)
"""Between two looks, however much changes."""
ALONE = timedelta(seconds=30)
"""So long a window that told something tells alone: within that, every other one has seen the same."""
MUTE = "mute."
"""Before the kind: the setting that mutes it, ``1``."""


class Noticing:
    """Compares how things stand with how they stood. ``on_news`` is called on the loop.

    ``refused``: the accounts that the service does not let in, whatever waits in the outbox.
    """

    def __init__(self, context: Context, refused: Callable[[], frozenset[str]]) -> None:
        self._context, self._refused = context, refused
        self.on_news: Callable[[News], object] = lambda _: None
        self._before: Standing | None = None
        self._told: set[str] = set()
        self._stirred = asyncio.Event()

    async def run(self) -> None:
        """Looks whenever something was reported or sent, for ever."""
        stop = self._context.changes.listen(self._hear)
        self._stirred.set()
        try:
            await self._context.repeat(self._turn, PAUSE)
        finally:
            stop()

    async def _turn(self) -> None:
        await self._stirred.wait()
        await self.look()

    def _hear(self, change: Change) -> None:
        if change.topics & {Topic.JOBS, Topic.OUTBOX, Topic.CONNECTION}:
            self._stirred.set()

    async def look(self) -> tuple[News, ...]:
        """Tells what happened since the last look; the first one tells nothing.

        What is muted is not told; of several windows over a workspace one tells.
        """
        from smsdesk.store import noticing, settings

        self._stirred.clear()
        was_open = {one.id for one in self._before.campaigns if one.open} if self._before else ()
        now = await self._context.read(noticing.standing, self._context.now(), was_open)
        now = replace(now, refused=now.refused | self._refused())
        news = self._compared(now)
        heard: tuple[News, ...] = ()
        if self._before is not None and news:
            known = await self._context.read(settings.get)
            heard = tuple(one for one in news if known.get(f"{MUTE}{one.kind.value}") != "1")
        # Where the workspace takes nothing now, the next look finds the same news.
        tells = bool(heard) and await self._context.hold("notices", ALONE) is not None
        self._before = now
        self._told |= {one.about for one in news if one.kind is Kind.FAILURES}
        if not tells:
            return ()
        for one in heard:
            self.on_news(one)
        return heard

    def _compared(self, now: "Standing") -> list[News]:
        before = self._before
        news: list[News] = []
        over_before = {one.id for one in before.campaigns if not one.open} if before else set()
        for one in now.campaigns:
            if one.reported and not one.open and one.id not in over_before:
                news.append(_finished(one))
            if one.id not in self._told and _fails(one, now):
                news.append(News(Kind.FAILURES, one.id, {"name": one.name, "n": one.failed}))
        refused = now.refused - (before.refused if before else frozenset())
        news += [News(Kind.REFUSED, account, {"account": account}) for account in sorted(refused)]
        doubt = Counter(
            name for entry, name in now.uncertain.items() if before is None or entry not in before.uncertain
        )
        news += [News(Kind.UNCERTAIN, name, {"name": name, "n": count}) for name, count in doubt.items()]
        return news


def _finished(one: "Stand") -> News:
    values: dict[str, str | int] = {"name": one.name, "delivered": one.delivered, "n": one.sms}
    return News(Kind.FINISHED, one.id, values | {"failed": one.failed})


def _fails(one: "Stand", now: "Standing") -> bool:
    """Against what is usual of the account, this campaign's own finished jobs not counted."""
    failed, final = now.usual.get(one.account, (0, 0))
    if not one.open:
        failed, final = failed - one.failed, final - one.failed - one.delivered
    return is_unusual(one.failed, one.sms, max(failed, 0), max(final, 0))
