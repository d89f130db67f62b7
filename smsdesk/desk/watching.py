"""Jobs and their reports as screens see them; the service is asked in :mod:`smsdesk.desk.polling`."""

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Literal, NamedTuple

from smsdesk.core.errors import NotFound, ServiceError
from smsdesk.core.request import JobId, JobReport, RecipientReport
from smsdesk.desk.accounts import Accounts
from smsdesk.desk.asking import Place
from smsdesk.desk.context import Context
from smsdesk.desk.polling import Asked, Polling
from smsdesk.desk.settling import Settling

if TYPE_CHECKING:
    from smsdesk.core.prices import Cost, Prices
    from smsdesk.store.jobs import JobLine as JobLine  # noqa: PLC0414 (screens take it from here)
    from smsdesk.store.jobs import SmsLine as SmsLine  # noqa: PLC0414

Kind = Literal["all", "open", "failures", "mine"]


def _cost(body: bytes, prices: "Prices | None") -> "Cost":
    from smsdesk.api.wire import decode_job
    from smsdesk.core.spent import cost_of_request

    return cost_of_request(decode_job(body), prices)


class Fetched(NamedTuple):
    """What the service says of a job, and the data centre that has it."""

    url: str
    report: JobReport
    recipients: tuple[RecipientReport, ...]


class Jobs:
    """The jobs that the workspace knows, and their reports."""

    def __init__(self, context: Context, accounts: Accounts, settling: Settling) -> None:
        self._context = context
        self._accounts = accounts
        self.polling = Polling(context, accounts, settling)

    async def lines(self, kind: Kind = "all") -> "tuple[JobLine, ...]":
        """Jobs with their figures, newest first."""
        from smsdesk.store import jobs

        return await self._context.read(jobs.lines, kind)

    async def counts(self) -> dict[str, int]:
        """How many jobs each kind has."""
        from smsdesk.store import jobs

        return await self._context.read(jobs.counts)

    async def recipients(self, key: int, outcome: str | None = None) -> "tuple[SmsLine, ...]":
        """A job's SMS in the order of the request, all or those of one outcome."""
        from smsdesk.store import jobs

        return await self._context.read(jobs.recipients, key, outcome)

    async def cost(self, line: "JobLine", prices: "Prices | None") -> "Cost | None":
        """What a job's SMS cost; None for one that was made elsewhere. Without prices parts are unpriced."""
        from smsdesk.store import outbox

        body = await self._context.read(outbox.body_of_job, line.key)
        return None if body is None else await self._context.compute(line.sms_count, _cost, body, prices)

    async def fetch(self, name: str, job_id: JobId) -> Fetched:
        """A job straight from the service of an account, whoever made it, out of the request budget.

        Raises NotFound where every data centre says so; else the first failure.
        """
        client = await self._accounts.client(name)
        account, failure = await self._accounts.named(name), None
        for url in account.report_urls:
            ask = partial(self.polling.asking.request, Place(name, url), account, on_screen=True, wait=True)
            try:
                report = await ask(partial(client.job, job_id, url))
                return Fetched(url, report, await ask(partial(client.recipients, job_id, url)))
            except ServiceError as error:
                if failure is None or isinstance(failure, NotFound):
                    failure = error
        raise failure or NotFound(host="", status=404)

    async def watch(self) -> None:
        """Asks for what is due, for ever; one watcher a workspace."""
        await self.polling.watch()

    async def ask_due(self) -> Asked:
        """Asks once for each job that is due, as far as the request budget goes."""
        return await self.polling.ask_due()

    def on_screen(self, keys: Iterable[int]) -> None:
        """These jobs are painted now, and no others: they are asked for first.

        The first of them is the one that somebody reads; it goes before all.
        """
        self.polling.on_screen(keys)

    async def hurry(self, account: str) -> None:
        """The clock of an account's service was turned: what is open there is asked for now."""
        from smsdesk.store import watching

        await self._context.write(watching.hurry_all, account, self._context.now())

    async def expiring(self) -> int:
        """How many open jobs the service will no longer report in a week."""
        from smsdesk.store import watching

        return await self._context.read(watching.expiring, self._context.now())

    async def used(self, account: str) -> int:
        """Requests of the last 10 seconds."""
        from smsdesk.store import budget

        return await self._context.read(budget.used, account, self._context.now())
