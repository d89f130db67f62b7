"""A draft on its way to disk: what is not there yet, in one transaction, one after the other."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from smsdesk.desk.changes import Topic
from smsdesk.desk.context import Context
from smsdesk.desk.history import History, State, Stored, changes

if TYPE_CHECKING:
    from smsdesk.store.drafts import Opened

LONGEST_UNSAVED = 0.5
"""Seconds after which a change is written, however fast its author goes on typing."""


class Saving:
    """What the disk holds of a draft. ``told`` is called on the loop after each save."""

    def __init__(
        self, context: Context, history: History, told: Callable[[], None], opened: "Opened | None" = None
    ) -> None:
        self._context, self._history, self._told = context, history, told
        self.saved_at: datetime | None = None
        self._stored: tuple[Stored, ...] = ()
        self._known: datetime | None = None
        self._writing: asyncio.Future[tuple[datetime, bool]] | None = None
        self._changed_at: float | None = None
        if opened is not None:
            self._known = self.saved_at = opened.saved_at
            self._stored = tuple(map(Stored, history.state.trails, opened.patches))

    def changed(self) -> float:
        """Something is not on disk any more; for how many seconds its writing may be put off at most."""
        self.saved_at = None
        now = asyncio.get_running_loop().time()
        if self._changed_at is None:
            self._changed_at = now
        return max(0.0, self._changed_at + LONGEST_UNSAVED - now)

    async def save(self) -> None:
        """Writes what is not on disk yet, after what is being written."""
        while self._writing is not None:
            await asyncio.wait([self._writing])
        if self.saved_at is None:
            # Whoever gives up waiting does not stop the writing.
            await asyncio.shield(self._write())

    def _write(self) -> "asyncio.Future[tuple[datetime, bool]]":
        from smsdesk.store import drafts

        state, now = self._history.state, self._context.now()
        self._changed_at = None
        todo, stored = changes(self._stored, state)
        written = self._context.store.write(drafts.save, state.campaign, todo, now, self._known)
        self._writing = asyncio.wrap_future(written)
        self._writing.add_done_callback(lambda done: self._written(done, state, stored))
        return self._writing

    def _written(
        self, done: "asyncio.Future[tuple[datetime, bool]]", state: State, stored: tuple[Stored, ...]
    ) -> None:
        self._writing = None
        if done.cancelled() or done.exception() is not None:
            return
        self._known, only_changes = done.result()
        self._stored = stored if only_changes else tuple(Stored(trail, 0) for trail in state.trails)
        if state is self._history.state:
            self.saved_at = self._known
        self._context.changes.tell(Topic.CAMPAIGNS)
        self._told()
