"""All jobs of each account, those of other programs too: three months are listed, then what is new."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING

from smsdesk.core.discovering import Window, likely_at, next_window, progress
from smsdesk.core.errors import ServiceError, SmsDeskError, TooManyRequests, WorkspaceError
from smsdesk.core.request import JobId
from smsdesk.desk.accounts import Accounts
from smsdesk.desk.asking import Asking, Place
from smsdesk.desk.changes import Topic
from smsdesk.desk.context import Context
from smsdesk.desk.polling import PAGE

if TYPE_CHECKING:
    from smsdesk.api.client import Client
    from smsdesk.core.account import Account

LEASE = timedelta(minutes=2)
IDLE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Progress:
    """How much of three months of an account's jobs is listed (0 to 1), and how many were found by that."""

    share: float = 0.0
    found: int = 0


class Discovering:
    """Lists jobs, out of what the request budget leaves; goes on where it stopped."""

    def __init__(self, context: Context, accounts: Accounts, asking: Asking) -> None:
        self._context = context
        self._accounts = accounts
        self._asking = asking
        self.progress: dict[str, Progress] = {}

    async def run(self) -> None:
        """Looks for ever; one program a workspace."""
        await self._context.repeat(self._turn, IDLE)

    async def _turn(self) -> None:
        if await self._context.hold("discover", LEASE):
            for account in await self._accounts.every():
                # A sandbox that nobody uses stays asleep.
                if not account.sandbox or self._accounts.sandbox is not None:
                    await self._looked(account.name)

    async def _looked(self, name: str) -> None:
        try:
            await self.look(name)
        except ServiceError:
            # It was told of the data centre; where it stopped it goes on next time.
            return
        except WorkspaceError:
            raise
        except SmsDeskError as error:
            self._accounts.heard(name, error)

    async def look(self, name: str) -> int:
        """Lists all that is new of one account in every data centre; how many jobs were not known.

        Raises what one of them said instead, when the others have been asked.
        """
        from smsdesk.store import discovering

        context, found = self._context, 0
        until = await context.read(discovering.listed_until, name)
        account = await self._accounts.named(name)
        if all(next_window(until.get(url), context.now()) is None for url in account.report_urls):
            return 0
        client = await self._accounts.client(name)
        # Making the client may have started a sandbox, which has other addresses each time.
        account = await self._accounts.named(name)
        await context.write(discovering.begin_anew, name, account.report_urls)
        failure: ServiceError | None = None
        for url in account.report_urls:
            if self._asking.rests(Place(name, url)):
                continue
            try:
                found += await self._look_at(account, client, url, until)
            except ServiceError as error:
                failure = failure or error
                if isinstance(error, TooManyRequests):
                    break
        if failure is not None:
            raise failure
        return found

    async def _look_at(
        self, account: "Account", client: "Client", url: str, until: dict[str, datetime]
    ) -> int:
        """Lists all that is new in a data centre; ``until``: how far each of them was listed."""
        from smsdesk.store import discovering

        context, name, found = self._context, account.name, 0
        while (window := next_window(until.get(url), context.now())) is not None:
            new = await self._list(account, client, url, window)
            until[url] = window.end
            await context.write(discovering.list_to, name, url, window.end)
            shares = [progress(until.get(one), context.now()) for one in account.report_urls]
            known = self.progress.get(name, Progress()).found
            self.progress[name] = Progress(sum(shares) / len(shares), known + new)
            context.changes.tell(Topic.CONNECTION)
            found += new
        return found

    async def _list(self, account: "Account", client: "Client", url: str, window: Window) -> int:
        from smsdesk.store import discovering

        context, kept, offset = self._context, 0, 0
        seen: set[JobId] = set()
        more = True
        while more:
            make = partial(client.job_ids, url, window.start, window.end, limit=PAGE, offset=offset)
            page: tuple[JobId, ...] = await self._asking.request(
                Place(account.name, url), account, make, on_screen=False, wait=True
            )
            found = {job_id: likely_at(job_id, window) for job_id in page}
            new = await context.write(discovering.keep_found, account.name, url, found, context.now())
            if new:
                context.changes.tell(Topic.JOBS)
            # A page that tells nothing new is the last one, whatever its length.
            more = len(page) == PAGE and not seen.issuperset(page)
            seen.update(page)
            kept, offset = kept + new, offset + len(page)
        return kept
