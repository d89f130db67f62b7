"""A workspace of its own for each test, and values to put into it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from planned import made_ready
from reporting import sums_of_campaigns

from smsdesk.core.campaign import Campaign, CampaignId, Message
from smsdesk.core.outbox import After, EntryId
from smsdesk.core.recipients import Recipients
from smsdesk.core.request import JobId
from smsdesk.desk.sending import without
from smsdesk.store import leases, outbox, queueing
from smsdesk.store.workspace import Store


class Workspace:
    """A store whose verbs answer at once, and a clock that stands still until told."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = Store.open(folder)
        self.now = datetime(2031, 3, 1, 9, tzinfo=UTC)
        self.held: dict[str, Any] = {}

    def write(self, verb: Callable[..., Any], *args: Any) -> Any:
        return self.store.write(verb, *args).result()

    def read(self, verb: Callable[..., Any], *args: Any) -> Any:
        return self.store.read(verb, *args).result()

    def passes(self, **span: float) -> datetime:
        self.now += timedelta(**span)
        return self.now

    def lease(self, owner: str = "one", account: str = "Main", **span: float) -> Any:
        """Somebody's lease, over at once where no span is told; the older one where others have it now."""
        asked = (f"send:{account}", owner, self.now, timedelta(**span))
        self.held[owner] = self.write(leases.acquire, *asked) or self.held.get(owner)
        return self.held[owner]

    def take(self, owner: str = "one", account: str = "Main") -> Any:
        """The next entry, as the sender of that name takes it; None where it may not or none is due."""
        lease = self.lease(owner, account)
        taken = self.write(outbox.take, account, self.now, lease, without) if lease else None
        return taken.entry if taken else None

    def settle(
        self, entry: EntryId, after: After, owner: str = "one", job: JobId | None = None, reason: Any = None
    ) -> bool:
        """What the sender of that name says of an entry."""
        lease = self.held.get(owner) or self.lease(owner)
        tried = self.read(outbox.entry, entry)
        verb = (outbox.settle, tried, lease, after, self.now, reason, job, after.state.value)
        return bool(lease and self.write(*verb))

    def queued(self, campaign: Campaign) -> tuple[EntryId, ...]:
        ready = tuple(
            made_ready(campaign, int(campaign.id, 16) * 100, body=lambda n: f'{{"job": {n}}}'.encode())
        )
        return tuple(self.write(queueing.commit, campaign, ready, self.now))


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    made = Workspace(tmp_path / "workspace")
    yield made
    # Whatever a test did: the sums of campaigns are those of their jobs.
    kept, reckoned = made.read(sums_of_campaigns)
    made.store.close()
    assert kept == reckoned


@pytest.fixture
def make() -> Callable[..., Campaign]:
    """Makes a campaign: ``make(3)`` has three recipients, ``make(3, number=2)`` is another one."""

    def campaign(count: int = 2, number: int = 1, **named: Any) -> Campaign:
        dst = [f"+49176{number:02}{n:06}" for n in range(count)]
        rows = Recipients(dst, [f"R{n}" for n in range(count)], {"name": [f"Ada {n}" for n in range(count)]})
        base = {"name": f"Campaign {number}", "account": "Main", "messages": (Message("Hello", rows),)}
        return Campaign(CampaignId(f"{number:032x}"), **{**base, **named})

    return campaign
