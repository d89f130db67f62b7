"""What the service reported, as screens look at it: jobs in an order, the SMS of one, how a delivery went."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from operator import attrgetter
from typing import TYPE_CHECKING

from smsdesk.core.campaign import CampaignId
from smsdesk.core.delivery import Delivery, Told, delivery
from smsdesk.core.difference import difference
from smsdesk.core.explaining import NOTHING_KNOWN, Explained, Forecast, Request, Standing, explain, forecast
from smsdesk.core.job_looks import JobLook
from smsdesk.desk.context import Context

if TYPE_CHECKING:
    from smsdesk.store.background import Background
    from smsdesk.store.changes import Change as Change  # noqa: PLC0414 (verbs take it from here)
    from smsdesk.store.jobs import JobLine, SmsLine
    from smsdesk.store.states import Answered as Answered  # noqa: PLC0414 (screens take it from here)
    from smsdesk.store.states import Seen as Seen  # noqa: PLC0414 (the same)


def blank_line(key: int) -> "JobLine":
    """The line of a job that is still to be read."""
    from smsdesk.store.jobs import blank

    return blank(key)


_NOTHING = Standing()
_BYTES_OF_A_ROW = 100


@dataclass(frozen=True, slots=True)
class Waits:
    """Why the SMS of a job wait, by the request and what is known of the job."""

    standing: Standing = _NOTHING
    request: Request | None = None

    def of(self, line: "SmsLine", known_at: datetime | None, now: datetime) -> Explained | None:
        """Of one SMS; None where it is final. ``known_at``: when the service was asked last."""
        wanted = NOTHING_KNOWN if self.request is None else self.request.wanted(line.dst, line.reference)
        standing = replace(
            self.standing,
            process_status=line.process_status,
            status=line.status,
            sent_at=line.sent_at,
            accepted_at=line.accepted_at,
            known_at=known_at,
            due_at=line.due_at,
            wanted=wanted,
        )
        return explain(standing, now)


def waits_by(behind: "Background", body: bytes | None) -> Waits:
    """Why the SMS of a job wait, by what lies behind it and its request as sent."""
    standing = Standing(
        entry=behind.entry,
        closed_at=behind.closed_at,
        finished_at=behind.finished_at,
        paused=behind.paused,
    )
    campaign = behind.campaign
    if campaign is None or body is None:
        return Waits(standing)
    from smsdesk.api.wire import decode_job

    return Waits(standing, Request(decode_job(body), campaign.rules, campaign.options.blackouts))


def _delivery(lines: "Sequence[SmsLine]") -> Delivery:
    return delivery(map(Told._make, map(attrgetter(*Told._fields), lines)), "")


def _forecast(lines: "Sequence[SmsLine]") -> Forecast:
    return forecast((line.id, _expected_at(line), line.sent_at) for line in lines)


def _expected_at(line: "SmsLine") -> datetime | None:
    """When an SMS was to leave: not before the service had it, by the service's own clock."""
    due_at, accepted_at = line.due_at, line.accepted_at
    return max(due_at, accepted_at) if due_at and accepted_at else due_at


class Reports:
    """Reads what is known; nothing here asks the service."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def keys(self, look: JobLook) -> Sequence[int]:
        """The keys of the jobs that a look takes in, in its order, however many."""
        from smsdesk.store import looks

        return await self._context.read(looks.job_keys, look)

    async def lines(self, keys: Sequence[int]) -> "tuple[JobLine, ...]":
        """Jobs by their keys; those that are gone are left out."""
        from smsdesk.store import looks

        return await self._context.read(looks.lines_of, keys)

    async def sms(self, ids: Sequence[int]) -> "tuple[SmsLine, ...]":
        """SMS by the ids of their rows; those that are gone are left out."""
        from smsdesk.store import looks

        return await self._context.read(looks.sms_lines_of, ids)

    async def delivery(self, lines: "Sequence[SmsLine]") -> Delivery:
        """How the delivery of some SMS went."""
        return await asyncio.to_thread(_delivery, lines)

    async def forecast(self, lines: "Sequence[SmsLine]") -> Forecast:
        """How the forecast of some SMS, made before they were sent, held."""
        return await asyncio.to_thread(_forecast, lines)

    async def waits(self, line: "SmsLine", count: int) -> Waits:
        """Why the SMS of a job wait; ``line`` is any of its ``count``."""
        from smsdesk.store import exports

        behind, body = await self._context.read(exports.behind_job, line)
        return await self._context.compute(count if body else 0, waits_by, behind, body)

    async def states(self, sms: int) -> "tuple[Seen, ...]":
        """Every state of an SMS (by the id of its row) that was seen, the oldest first."""
        from smsdesk.store import states

        return await self._context.read(states.states_of, sms)

    async def changes(
        self, after: int, keys: Sequence[int] | None = None, most: int = 1_000
    ) -> "tuple[Change, ...]":
        """What the service told after a cursor, in the order in which it was written; of all jobs or some."""
        from smsdesk.store import changes

        return await self._context.read(changes.changes, after, most, keys)

    async def cursor(self, at: datetime | None = None) -> int:
        """After which everything is new: from now on, or since an instant."""
        from smsdesk.store import changes

        read = self._context.read
        return await (read(changes.newest) if at is None else read(changes.before, at))

    async def of_campaign(self, words: str) -> "tuple[JobLine, ...]":
        """The accepted jobs of a campaign, by its id."""
        from smsdesk.store import exports

        return await self._context.read(exports.jobs_of, CampaignId(words))

    async def request(self, key: int) -> bytes:
        """The request of a job as it was sent; empty where another program sent it, or it is damaged."""
        from smsdesk.store import jobs

        return await self._context.read(jobs.request, key) or b""

    async def answers(self, key: int) -> "tuple[Answered, ...]":
        """The distinct answers about a job, the oldest first."""
        from smsdesk.store import states

        return await self._context.read(states.answers_of, key)

    async def answer(self, number: int) -> bytes:
        """An answer as it came, by its id; empty where it is gone."""
        from smsdesk.store import states

        return await self._context.read(states.answer, number) or b""

    async def difference(self, older: int, newer: int) -> str:
        """What differs between two answers, by their ids; see :func:`smsdesk.core.difference.difference`."""
        before, after = await self.answer(older), await self.answer(newer)
        return await self._context.compute(len(after) // _BYTES_OF_A_ROW, difference, before, after)
