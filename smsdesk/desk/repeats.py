"""Who of a draft got the same text lately, by what this workspace sent."""

import asyncio
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from smsdesk.core.campaign import Campaign, CampaignId
from smsdesk.core.columns import Series
from smsdesk.core.problem import Problem
from smsdesk.core.repeated import (
    WITHIN,
    Heard,
    Past,
    Repeated,
    alike,
    heard,
    problem_of,
    repeated,
    together,
    who_got,
)
from smsdesk.desk.context import Context

if TYPE_CHECKING:
    from smsdesk.store.repeated import PastJob


class Repeats:
    """Looks at every SMS of the last days; what a job had is read once, and again when its reports change."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._jobs: dict[int, tuple[datetime | None, Heard]] = {}

    async def of(self, campaign: Campaign, left_out: Sequence[Collection[int]] = ()) -> Repeated:
        """Who of a campaign gets the same again; ``left_out``: of each message the rows that are not sent."""
        from smsdesk.store import repeated as store

        since = self._context.now() - WITHIN
        past, jobs = await self._context.read(store.past, since)
        self._jobs = {job.key: self._jobs[job.key] for job in jobs if job.key in self._jobs}
        by_campaign = {one.id: one for one in past if one.id != campaign.id}
        parts: dict[CampaignId, list[Heard]] = {}
        for job in jobs:
            if job.campaign in by_campaign:
                found = await self._heard(job, by_campaign[job.campaign].region)
                parts.setdefault(job.campaign, []).append(found)
        known = tuple(one for one in past if one.id in parts)
        if not known:
            return Repeated()
        lists = await self._lists(campaign, known)
        return await asyncio.to_thread(_repeated, campaign, known, parts, lists, left_out)

    async def problems(
        self, campaign: Campaign, left_out: Sequence[Collection[int]] = ()
    ) -> tuple[Problem, ...]:
        """The same as a warning, where there is something to warn of."""
        found = await self.of(campaign, left_out)
        return (problem_of(found, self._context.now()),) if found.count else ()

    async def _heard(self, job: "PastJob", region: str) -> Heard:
        from smsdesk.store import repeated as store

        known = self._jobs.get(job.key)
        if known is None or known[0] != job.changed_at:
            content = await self._context.read(store.sms_of, job.key)
            known = job.changed_at, await asyncio.to_thread(heard, content, region)
            self._jobs[job.key] = known
        return known[1]

    async def _lists(self, campaign: Campaign, past: Sequence[Past]) -> dict[tuple[CampaignId, int], Series]:
        """Who the messages were for that say the same with fields in it, in campaigns of several."""
        from smsdesk.store import drafts

        found = {}
        for one in past:
            theirs = {their for _, their in alike(campaign, one)} if len(one.texts) > 1 else ()
            if theirs:
                sent = await self._context.read(drafts.load, one.id)
                for their in theirs:
                    message = sent.messages[their]
                    found[one.id, their] = await asyncio.to_thread(who_got, message, one.region)
        return found


def _repeated(
    campaign: Campaign,
    past: Sequence[Past],
    parts: dict[CampaignId, list[Heard]],
    lists: dict[tuple[CampaignId, int], Series],
    left_out: Sequence[Collection[int]],
) -> Repeated:
    got = {id_: together(some) for id_, some in parts.items()}
    return repeated(campaign, past, got, lists, left_out)
