"""The one event of the program: what changed in the store, so that the visible page reloads it."""

import asyncio
from collections.abc import Callable, Collection
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
    """Topics that changed since the last one; all of them where another program wrote.

    ``jobs``: where JOBS is among them the keys of the jobs of which something is known anew; None: any may
    have changed, or come. ``sms``: the ids of those of their SMS that changed (none where only the age of
    what is known did).
    """

    topics: frozenset[Topic]
    jobs: frozenset[int] | None = None
    sms: frozenset[int] = frozenset()


Listener = Callable[[Change], None]


class Changes:
    """Collects topics and tells listeners once a turn of the loop."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []
        self._pending: set[Topic] = set()
        self._jobs: set[int] | None = set()
        self._sms: set[int] = set()

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Calls ``listener`` on the loop from now on; the answer ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def tell(self, *topics: Topic) -> None:
        """Something of these topics was written."""
        if Topic.JOBS in topics:
            self._jobs = None
        self._add(*topics)

    def tell_job(self, key: int, sms: Collection[int] = ()) -> None:
        """Something is known anew of one job, and of these of its SMS."""
        if self._jobs is not None:
            self._jobs.add(key)
        self._sms.update(sms)
        self._add(Topic.JOBS)

    def _add(self, *topics: Topic) -> None:
        if not self._pending:
            asyncio.get_running_loop().call_soon(self._deliver)
        self._pending.update(topics)

    def _deliver(self) -> None:
        some = Topic.JOBS in self._pending and self._jobs is not None
        change = Change(
            frozenset(self._pending),
            frozenset(self._jobs or ()) if some else None,
            frozenset(self._sms) if some else frozenset(),
        )
        self._pending.clear()
        self._jobs = set()
        self._sms.clear()
        for listener in tuple(self._listeners):
            listener(change)
