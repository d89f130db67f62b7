"""Pilots: the rest of a campaign goes, or is held, by the outcomes of its first job."""

import json

from smsdesk.core.acts import What
from smsdesk.core.campaign import CampaignId
from smsdesk.core.errors import PilotFailed
from smsdesk.core.pilot import Pilot, Verdict, tally_of, verdict
from smsdesk.core.problem import Level
from smsdesk.desk.acts import record
from smsdesk.desk.changes import Topic
from smsdesk.desk.context import Context
from smsdesk.desk.tasks import Notice

_KEY = "pilot:"


class Pilots:
    """The campaigns that wait for their pilots. How each is judged is kept with the workspace."""

    def __init__(self, context: Context) -> None:
        self._context = context

    async def keep(self, campaign: CampaignId, pilot: Pilot) -> None:
        """Keeps how a campaign is judged, before its jobs are queued."""
        from smsdesk.store import settings

        plain = json.dumps({"people": pilot.people, "most_failed": pilot.most_failed})
        await self._context.write(settings.put, f"{_KEY}{campaign}", plain)

    async def _kept(self, campaign: CampaignId) -> Pilot:
        from smsdesk.store import settings

        found = (await self._context.read(settings.get)).get(f"{_KEY}{campaign}")
        return Pilot(**json.loads(found)) if found else Pilot()

    async def judge(self) -> bool:
        """Lets go, or holds, what waits for a pilot whose outcomes are known; whether something moved."""
        from smsdesk.store import acts, holding, pilots

        context, moved = self._context, False
        for one in await context.read(pilots.waiting):
            found = verdict(await self._kept(one.campaign), one.state, tally_of(one.statuses))
            if found is Verdict.WAIT:
                continue
            good = found is Verdict.GO_ON
            verb = holding.pass_pilot if good else holding.brake
            told = acts.of_entries(What.PILOT_PASSED if good else What.BRAKED)
            if not await record(context, told, verb, one.campaign, context.now()):
                continue
            moved = True
            if not good:
                context.on_notice(Notice(Level.ERROR, PilotFailed(campaign=one.name)))
        if moved:
            context.changes.tell(Topic.OUTBOX)
        return moved
