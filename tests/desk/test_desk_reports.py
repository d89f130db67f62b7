"""What is read of a job on a real sandbox: how its forecast held, by the service's own clock."""

from datetime import timedelta
from pathlib import Path

from turning import ACCOUNT, PEOPLE, Scene, on_scene

from smsdesk.core.job_looks import JobLook

DAY = timedelta(days=1).total_seconds()


def test_a_service_whose_clock_is_ahead_is_not_late(tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        await scene.box.advance(8 * DAY)
        await scene.queued()
        await scene.desk.outbox.drain(ACCOUNT)
        await scene.box.advance(4 * DAY)
        scene.turn(minutes=1)
        await scene.desk.jobs.ask_due()
        reports = scene.desk.reports
        (key,) = await reports.keys(JobLook())
        rows = await scene.desk.jobs.recipients(key)
        delivery, forecast = await reports.delivery(rows), await reports.forecast(rows)
        assert delivery.count == len(PEOPLE)
        assert forecast.known == forecast.held > 0

    on_scene(tmp_path, act)
