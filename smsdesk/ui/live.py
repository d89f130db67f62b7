"""Live pages: what is in sight is loaded again when its topics change, one load at a time."""

from collections.abc import Callable, Coroutine
from typing import Any

from smsdesk.desk.changes import Change, Topic
from smsdesk.desk.desk import Desk


class Live:
    """Loads for a page while it is in sight: at once when it comes, then when a topic of its own changes.

    Changes that come during a load make one more load after it, however many they are, so a busy
    outbox never starves the screen. ``load`` reads through the desk and paints.
    """

    def __init__(
        self, desk: Desk, key: str, topics: frozenset[Topic], load: Callable[[], Coroutine[Any, Any, object]]
    ) -> None:
        self._desk, self._key, self._topics, self._load = desk, key, topics, load
        self._stop: Callable[[], None] | None = None
        self._again = False

    @property
    def in_sight(self) -> bool:
        """Whether changes are followed."""
        return self._stop is not None

    def shown(self) -> None:
        """The page came into sight."""
        if self._stop is None:
            self._stop = self._desk.changes.listen(self._hear)
        self.ask()

    def hidden(self) -> None:
        """The page went out of sight."""
        if self._stop is not None:
            self._stop()
            self._stop = None

    def ask(self) -> None:
        """Loads now, or once more after the load that is under way."""
        if self._desk.tasks.runs(self._key):
            self._again = True
            return
        self._desk.tasks.start(self._key, self._loaded())

    def _hear(self, change: Change) -> None:
        if change.topics & self._topics:
            self.ask()

    async def _loaded(self) -> None:
        self._again = True
        while self._again:
            self._again = False
            await self._load()
