"""Jobs of other programs stand in every list, figure and file, and say that their text is not known."""

import csv
from pathlib import Path

from turning import ACCOUNT, PEOPLE, Scene, on_scene

from smsdesk.api.wire import encode_job
from smsdesk.core.job_looks import JobLook
from smsdesk.core.options import Options
from smsdesk.core.request import JobId, JobRequest, RequestMessage, RequestRecipient
from smsdesk.core.status import Outcome
from smsdesk.desk.telling import job_name

UNKNOWN = "text unknown: sent by another program"
LATE = 4 * 86_400


async def by_another(scene: Scene) -> JobId:
    client = await scene.desk.accounts.client(ACCOUNT)
    message = RequestMessage("Hi from the shop", tuple(RequestRecipient(dst) for dst in PEOPLE))
    return await client.post_job(encode_job(JobRequest((message,), Options())))


def table(file: Path) -> list[list[str]]:
    return list(csv.reader(file.read_text("utf-8-sig").splitlines()))


def test_what_another_program_sent_is_in_lists_figures_and_files(tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        desk, file = scene.desk, tmp_path / "table.csv"
        job = await by_another(scene)
        await scene.box.advance(LATE)
        scene.turn(minutes=1)
        await desk.discovering.look(ACCOUNT)
        scene.turn(minutes=1)
        await desk.jobs.ask_due()
        for look in (JobLook(), JobLook(words=job), JobLook(account=ACCOUNT)):
            (key,) = await desk.reports.keys(look)
        assert list(await desk.reports.keys(JobLook(kind="mine"))) == []
        (line,) = await desk.reports.lines([key])
        assert (job_name(line), line.own, line.sms_count, line.delivered) == (
            "sent by another program",
            False,
            3,
            3,
        )
        rows = await desk.jobs.recipients(key)
        assert [row.dst for row in rows] == PEOPLE
        delivery = await desk.reports.delivery(rows)
        assert delivery.outcomes == {Outcome.DELIVERED: 3}
        assert len(delivery.regions) == 1
        assert (await desk.jobs.counts())["all"] == 1
        await desk.exports.write(file, "jobs", [key])
        assert [row[0] for row in table(file)[1:]] == ["sent by another program"]
        await desk.exports.write(file, "recipients", [row.id for row in rows])
        head, *told = table(file)
        assert [row[head.index("Text")] for row in told] == [UNKNOWN] * 3
        await desk.exports.write(file, "person", [row.id for row in rows])
        assert all(UNKNOWN in row and row[0] == "sent by another program" for row in table(file)[1:])
        found = await desk.following.look(key, whole=True)
        assert (found.campaign, len(found.some)) == (None, 3)

    on_scene(tmp_path, act)


def test_who_asks_for_a_job_by_its_id_spends_of_the_request_budget(tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        desk = scene.desk
        job = await by_another(scene)
        before = await desk.jobs.used(ACCOUNT)
        assert (await desk.support.ask_service(job)).known
        assert await desk.jobs.used(ACCOUNT) == before + 2
        assert not (await desk.support.ask_service("J.20261123-131731.737-0iey4kxqyTQCQDIFN1")).known
        assert await desk.jobs.used(ACCOUNT) == before + 3

    on_scene(tmp_path, act)
