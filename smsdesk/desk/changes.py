"""The one event of the program: what changed in the store, so that the visible page reloads it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum


class Topic(Enum):
    """What a change is about."""

    CAMPAIGNS = "campaigns"
    OUTBOX = "outbox"
    JOBS = "jobs"
    ACCOUNTS = "accounts"
    SETTINGS = "settings"
    DO_NOT_CONTACT = "do_not_contact"
    LISTS = "lists"
    CONNECTION = "connection"


@dataclass(frozen=True, slots=True)
class Change:
    """Topics that changed since the last one; all of them where another program wrote."""

    topics: frozenset[Topic]


Listener = Callable[[Change], None]


class Changes:
    """Collects topics and tells listeners once a turn of the loop."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []
        self._pending: set[Topic] = set()

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Calls ``listener`` on the loop from now on; the answer ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def tell(self, *topics: Topic) -> None:
        """Something of these topics was written."""
        if not self._pending:
            asyncio.get_running_loop().call_soon(self._deliver)
        self._pending.update(topics)

    def _deliver(self) -> None:
        change = Change(frozenset(self._pending))
        self._pending.clear()
        for listener in tuple(self._listeners):
            listener(change)
