"""Watching: jobs are asked for their reports, reports are stored, the pages reload."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Literal

from smsdesk.core.asking import next_ask
from smsdesk.core.errors import NotFound, ServiceError
from smsdesk.core.request import JobId, JobReport, RecipientReport
from smsdesk.desk.accounts import Accounts
from smsdesk.desk.changes import Topic
from smsdesk.desk.context import Context
from smsdesk.desk.settling import Settling

if TYPE_CHECKING:
    from smsdesk.core.prices import Cost, Prices
    from smsdesk.store.jobs import Due
    from smsdesk.store.jobs import JobLine as JobLine  # noqa: PLC0414 (screens take it from here)
    from smsdesk.store.jobs import SmsLine as SmsLine  # noqa: PLC0414

LEASE = timedelta(seconds=30)
AT_ONCE = 8
"""Jobs asked before the others get their turn again."""
IDLE = timedelta(seconds=1)
AFTER_TROUBLE = timedelta(seconds=10)

Kind = Literal["all", "open", "failures", "mine"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a round of asking brought: how many jobs answered, and the last error."""

    answers: int = 0
    error: ServiceError | None = None


def _cost(body: bytes, prices: "Prices | None") -> "Cost":
    from smsdesk.api.wire import decode_job
    from smsdesk.core.spent import cost_of_request

    return cost_of_request(decode_job(body), prices)


class Jobs:
    """The jobs that the workspace knows, and their reports."""

    def __init__(self, context: Context, accounts: Accounts, settling: Settling) -> None:
        self._context = context
        self._accounts = accounts
        self._settling = settling

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

    async def figures(self, key: int) -> dict[str, int]:
        """How many SMS of a job have each status code of the vocabulary."""
        from smsdesk.store import jobs

        return await self._context.read(jobs.figures, key)

    async def cost(self, line: "JobLine", prices: "Prices | None") -> "Cost | None":
        """What a job's SMS cost; None for one that was made elsewhere. Without prices parts are unpriced."""
        from smsdesk.store import outbox

        body = await self._context.read(outbox.body_of_job, line.key)
        return None if body is None else await self._context.compute(line.sms_count, _cost, body, prices)

    async def find(self, text: str) -> "tuple[SmsLine, ...]":
        """Every SMS that a number, name, reference, id or word leads to, newest first."""
        from smsdesk.store import finding

        return (await self._context.read(finding.search, text)).lines

    async def fetch(self, account: str, job_id: JobId) -> tuple[JobReport, tuple[RecipientReport, ...]]:
        """A job's reports straight from the service, whoever made it. Raises NotFound."""
        client = await self._accounts.client(account)
        url, report = await client.find_job(job_id, None)
        return report, await client.recipients(job_id, url)

    async def watch(self) -> None:
        """Asks for what is due, for ever; one watcher a workspace."""
        context = self._context
        while True:
            if await context.hold("watch", LEASE):
                await self.ask_due()
            await context.sleep(IDLE.total_seconds())

    async def ask_due(self) -> "Asked":
        """Asks once for each job that is due, as far as the request budget goes."""
        from smsdesk.store import jobs

        asked = Asked()
        for due in await self._context.read(jobs.due, self._context.now(), AT_ONCE):
            if not await self._granted(due.account):
                break
            error = await self._ask(due)
            asked = Asked(asked.answers + (error is None), error or asked.error)
        return asked

    async def _granted(self, account: str) -> bool:
        """Two requests out of the budget, leaving a quarter for sends; False: not now."""
        from smsdesk.store import budget

        allowed = (await self._accounts.named(account)).budget
        for _ in range(2):
            now = self._context.now()
            if await self._context.write(budget.take, account, now, allowed, allowed // 4):
                return False
        return True

    async def _ask(self, due: "Due") -> ServiceError | None:
        from smsdesk.store import jobs

        context, error = self._context, None
        try:
            client = await self._accounts.client(due.account)
            url, report = await client.find_job(due.job_id, due.url_hint)
            rows = await client.recipients(due.job_id, url)
        except NotFound:
            # Accepted, but not visible to the report calls yet: asked again later.
            await self._put_off(due, AFTER_TROUBLE)
        except ServiceError as caught:
            error = caught
            await self._put_off(due, AFTER_TROUBLE)
        else:
            now = context.now()
            later = now + next_ask(due.accepted_at, now, due.changed_at)
            await context.write(jobs.record, due.key, url, report, rows, now, later)
            await self._settling.appeared(due.key, rows, complete=report.finished_at is not None)
            context.changes.tell(Topic.JOBS)
        self._accounts.heard(due.account, error)
        return error

    async def _put_off(self, due: "Due", span: timedelta) -> None:
        from smsdesk.store import jobs

        now = self._context.now()
        await self._context.write(jobs.put_off, due.key, now, now + span)

    async def used(self, account: str) -> int:
        """Requests of the last 10 seconds."""
        from smsdesk.store import budget

        return await self._context.read(budget.used, account, self._context.now())
