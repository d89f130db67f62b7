"""Live pages: what is in sight is loaded again when its topics change, one load at a time."""

from collections.abc import Callable, Coroutine
from typing import Any

from smsdesk.desk.changes import Change, Topic
from smsdesk.desk.desk import Desk

Load = Callable[[], Coroutine[Any, Any, object]]
LoadSome = Callable[[frozenset[int], frozenset[int]], Coroutine[Any, Any, object]]


class Live:
    """Loads for a page while it is in sight: at once when it comes, then when a topic of its own changes.

    Changes that come during a load make one more load after it, however many they are, so a busy
    outbox never starves the screen. ``load`` reads through the desk and paints. ``load_some`` does that for
    some jobs alone (their keys, and the ids of their SMS that changed), where a change says which.
    """

    def __init__(
        self,
        desk: Desk,
        key: str,
        topics: frozenset[Topic],
        load: Load,
        load_some: LoadSome | None = None,
    ) -> None:
        self._desk, self._key, self._topics = desk, key, topics
        self._load, self._load_some = load, load_some
        self._stop: Callable[[], None] | None = None
        self._all = False
        self._jobs: set[int] = set()
        self._sms: set[int] = set()

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
        self._all = True
        self._start()

    def _hear(self, change: Change) -> None:
        mine = change.topics & self._topics
        if self._load_some is not None and mine == {Topic.JOBS} and change.jobs is not None:
            self._jobs |= change.jobs
            self._sms |= change.sms
            self._start()
        elif mine:
            self.ask()

    def _start(self) -> None:
        if not self._desk.tasks.runs(self._key):
            self._desk.tasks.start(self._key, self._loaded())

    async def _loaded(self) -> None:
        while self._all or self._jobs:
            whole, jobs, sms = self._all, frozenset(self._jobs), frozenset(self._sms)
            self._all = False
            self._jobs.clear()
            self._sms.clear()
            if whole or self._load_some is None:
                await self._load()
            else:
                await self._load_some(jobs, sms)
