"""The desk: all verbs of the program in one place, over one workspace."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from smsdesk.core.account import TRY_OUT, Account
from smsdesk.core.campaign import CampaignId
from smsdesk.core.errors import (
    AccountError,
    PasswordMissing,
    Refused,
    WorkspaceBusy,
    WorkspaceError,
    WorkspaceFull,
)
from smsdesk.core.outbox import EntryState
from smsdesk.core.problem import Level
from smsdesk.desk.accounts import Accounts
from smsdesk.desk.acts import Acts
from smsdesk.desk.campaigns import Campaigns
from smsdesk.desk.changes import Changes, Topic
from smsdesk.desk.context import Context, new_owner, utc_now
from smsdesk.desk.discovering import Discovering
from smsdesk.desk.do_not_contact import DoNotContact
from smsdesk.desk.exports import Exports
from smsdesk.desk.following import Following
from smsdesk.desk.importing import Importing
from smsdesk.desk.indexing import keep_indexed
from smsdesk.desk.lists import Lists
from smsdesk.desk.noticing import Noticing
from smsdesk.desk.option_sets import OptionSets
from smsdesk.desk.passwords import Passwords
from smsdesk.desk.prices import PriceList
from smsdesk.desk.rehearsal import Rehearsals
from smsdesk.desk.repeats import Repeats
from smsdesk.desk.report import Reporting
from smsdesk.desk.reports import Reports
from smsdesk.desk.retention import Retention
from smsdesk.desk.sandbox import Phones, Sandbox
from smsdesk.desk.sending import Outbox
from smsdesk.desk.settling import Settling
from smsdesk.desk.support import Support
from smsdesk.desk.tasks import Notice, Tasks
from smsdesk.desk.templates import Templates
from smsdesk.desk.views import OwnNumber, Views
from smsdesk.desk.watching import Jobs

if TYPE_CHECKING:
    from smsdesk.api.client import Client
    from smsdesk.store.workspace import Store

LOOK_UP_EVERY = timedelta(seconds=40)
PUMP_EVERY = timedelta(seconds=1)
PATIENCE = timedelta(minutes=1)
"""How long a terminal waits for a service that does not answer."""
ROUND = timedelta(seconds=0.25)


def connect(account: Account, password: str) -> "Client":
    """A client over the network; its library is imported when the first one is made."""
    from smsdesk.api.client import Client

    return Client(account, password)


class Desk:
    """All verbs; an async context manager: its end saves drafts, stops tasks, clients, sandbox and worker."""

    def __init__(
        self,
        store: "Store",
        start_sandbox: Callable[[], Awaitable[Sandbox]],
        *,
        rehearse_in: Callable[[], Awaitable[Sandbox]] | None = None,
        now: Callable[[], datetime] = utc_now,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        connect: "Callable[[Account, str], Client]" = connect,
    ) -> None:
        self.context = Context(store, new_owner(), now=now, sleep=sleep)
        self.passwords = Passwords()
        self.accounts = Accounts(self.context, self.passwords, connect, start_sandbox)
        self.phones = Phones(lambda: self.accounts.sandbox, lambda: self.jobs.hurry(TRY_OUT))
        self.campaigns = Campaigns(self.context, self.accounts)
        self.importing = Importing(self.context)
        self.lists = Lists(self.context)
        self.do_not_contact = DoNotContact(self.context)
        self.templates = Templates(self.context)
        self.acts = Acts(self.context)
        self.option_sets = OptionSets(self.context)
        self.prices = PriceList(self.context)
        self.views = Views(self.context)
        self.own_number = OwnNumber(self.context)
        settling = Settling(self.context, self.accounts)
        self.outbox = Outbox(self.context, self.accounts, settling)
        self.jobs = Jobs(self.context, self.accounts, settling)
        self.discovering = Discovering(self.context, self.accounts, self.jobs.polling.asking)
        self.support = Support(self.context, self.accounts, self.jobs)
        self.reports = Reports(self.context)
        self.exports = Exports(self.context)
        self.reporting = Reporting(self.context)
        self.retention = Retention(self.context)
        self.noticing = Noticing(self.context, self.accounts.refused)
        self.following = Following(self.context, self.campaigns)
        self.repeats = Repeats(self.context)
        self.rehearsals = Rehearsals(self.context, self.accounts, rehearse_in or start_sandbox)
        self._looked_up: dict[str, datetime] = {}

    @property
    def changes(self) -> Changes:
        """The one event."""
        return self.context.changes

    @property
    def tasks(self) -> Tasks:
        """The owner of all tasks."""
        return self.context.tasks

    def now(self) -> datetime:
        """The time by the desk's clock."""
        return self.context.now()

    def on_notice(self, notice: Callable[[Notice], None]) -> None:
        """Where notices go."""
        self.context.on_notice = notice

    async def settings(self) -> dict[str, str]:
        """All settings by key; an absent one has its default."""
        from smsdesk.store import settings

        return await self.context.read(settings.get)

    async def put_setting(self, key: str, value: str) -> None:
        """Saves one setting."""
        from smsdesk.store import settings

        await self.context.write(settings.put, key, value)
        self.changes.tell(Topic.SETTINGS)

    def live(self) -> None:
        """Starts what a window needs: sending, watching, following other programs, and a look for damage."""
        self.tasks.start("watch", self.jobs.watch())
        self.tasks.start("discover", self.discovering.run())
        self.tasks.start("notices", self.noticing.run())
        self.tasks.start("follow", self.context.follow())
        self.tasks.start("pump", self.context.repeat(self._pump, PUMP_EVERY))
        self.tasks.start("index", keep_indexed(self.context))
        self.tasks.start("go on with retention", self.retention.go_on())
        look = asyncio.to_thread(self.context.store.look_after, self.now().date())
        self.tasks.start("look after", look)

    async def _pump(self) -> None:
        """Keeps every account's outbox moving; a sender an account, started when there is work."""
        for account, states in (await self.outbox.tend()).items():
            moving = states & {EntryState.QUEUED, EntryState.WAITING, EntryState.SENDING}
            if moving and not self.tasks.runs(f"drain:{account}"):
                self.tasks.start(f"drain:{account}", self._drain(account))
            last = self._looked_up.get(account)
            due = last is None or not timedelta(0) <= self.now() - last < LOOK_UP_EVERY
            if EntryState.UNCERTAIN in states and due and not self.tasks.runs(f"look up:{account}"):
                self._looked_up[account] = self.now()
                look_up = self.outbox.look_up(account, all_of_them=False)
                self.tasks.start(f"look up:{account}", look_up)

    async def _drain(self, account: str) -> None:
        try:
            await self.outbox.drain(account)
        except WorkspaceBusy:
            # Another window or terminal sends: its answers come in through the workspace.
            await self.context.sleep(PUMP_EVERY.total_seconds())
        except (PasswordMissing, WorkspaceFull) as error:
            self.accounts.heard(account, error)
            await self.context.sleep(LOOK_UP_EVERY.total_seconds())

    async def wait_final(self, campaign: CampaignId, told: Callable[[int], None]) -> None:
        """Asks for reports until every recipient of a campaign is final; ``told`` gets how many are not.

        Raises the service's error at once where it refuses, after ``PATIENCE`` where it is out of reach.
        """
        heard_at, last = self.now(), -1
        while waiting := await self.outbox.progress(campaign):
            if waiting != last:
                told(waiting)
                last = waiting
            asked = await self.jobs.ask_due()
            if asked.answers:
                heard_at = self.now()
            refused = isinstance(asked.error, Refused)
            if asked.error and (refused or self.now() - heard_at > PATIENCE):
                raise asked.error
            await self.context.sleep(ROUND.total_seconds())
        told(0)

    async def __aenter__(self) -> "Desk":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            await self.campaigns.save_all()
        except WorkspaceError as full:
            self.context.on_notice(Notice(Level.ERROR, full))
        finally:
            await self.context.close()
            await self.accounts.close()


@asynccontextmanager
async def open_desk(
    folder: Path,
    start_sandbox: Callable[[], Awaitable[Sandbox]] | None = None,
    rehearse_in: Callable[[], Awaitable[Sandbox]] | None = None,
) -> AsyncIterator[Desk]:
    """Opens the workspace in ``folder`` and its desk; leaving closes desk and store in that order.

    ``rehearse_in`` starts a sandbox that keeps nothing and that nothing else uses.
    """
    from smsdesk.store.workspace import Store

    store = await asyncio.to_thread(Store.open, folder)
    try:
        async with Desk(store, start_sandbox or _no_sandbox, rehearse_in=rehearse_in) as desk:
            yield desk
    finally:
        await asyncio.to_thread(store.close)


async def _no_sandbox() -> Sandbox:
    raise AccountError(account=TRY_OUT, reason="no_sandbox")
