"""Following up on a real sandbox: each keeps text and fields, and nobody is written to twice unwarned."""

from dataclasses import replace
from pathlib import Path

from turning import ACCOUNT, Scene, on_scene

from smsdesk.core.campaign import Campaign, Message
from smsdesk.core.following import BY_DEFAULT, Reach, counted
from smsdesk.core.options import Options
from smsdesk.core.recipients import Recipients
from smsdesk.core.request import JobId, JobReport, RecipientReport, SmsId
from smsdesk.desk.campaigns import OpenCampaign
from smsdesk.desk.desk import open_desk
from smsdesk.store import background, recording

THERE, NO_SUCH, OFF, OFF_TOO = "+491760406901", "+491760406998", "+491760406970", "+491760406971"
LATE = 4 * 86_400


ASKED = Options(status_requested=True)


async def send(scene: Scene, campaign: Campaign) -> int:
    """Sends it and waits for its reports; the key of its job."""
    await scene.desk.outbox.queue(campaign)
    await scene.desk.outbox.drain(ACCOUNT)
    await scene.box.advance(LATE)
    scene.turn(minutes=1)
    await scene.desk.jobs.ask_due()
    return (await scene.desk.jobs.lines())[0].key


async def follow(scene: Scene, key: int, name: str = "Again") -> OpenCampaign:
    found = await scene.desk.following.look(key, whole=True)
    return await scene.desk.following.draft(found, BY_DEFAULT, name)


def test_of_several_messages_each_keeps_text_and_fields(tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        greeting = Recipients(
            [OFF, THERE, NO_SUCH],
            ["", "R1", "R2"],
            {"Name": ["Ada", "Ben", "Cai"], "Day": ["Mon", "Tue", "Wed"]},
        )
        farewell = Recipients([OFF, OFF_TOO], ["", "R4"], {"Name": ["Ada", "Dee"]})
        draft = await scene.draft([THERE])
        messages = (
            Message("Hello {Name}, {Day}", greeting, "First"),
            Message("Bye {Name}", farewell, "Second"),
        )
        key = await send(scene, Campaign(draft.id, "Autumn", ACCOUNT, messages, ASKED, region="DE"))
        found = await scene.desk.following.look(key, whole=True)
        assert counted(found.some) == {Reach.MISSED: 3, Reach.REACHED: 1, Reach.HOPELESS: 1}
        made = (await scene.desk.following.draft(found, BY_DEFAULT, "Again")).campaign
        assert made.follows == draft.id
        assert [(one.text, one.name) for one in made.messages] == [(one.text, one.name) for one in messages]
        first, second = (one.recipients for one in made.messages)
        assert [*first.dst, *first.fields["Name"], *first.fields["Day"]] == [OFF, "Ada", "Mon"]
        assert [*second.dst, *second.fields["Name"]] == [OFF, OFF_TOO, "Ada", "Dee"]
        assert [*second.reference] == ["", "R4"]
        sent = await send(scene, made)
        texts = [(line.dst, line.text) for line in await scene.desk.jobs.recipients(sent)]
        assert texts == [(OFF, "Hello Ada, Mon"), (OFF, "Bye Ada"), (OFF_TOO, "Bye Dee")]

    on_scene(tmp_path, act)


def test_the_same_follow_up_made_in_two_windows_is_told(tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        key = await send(scene, replace(await scene.draft([THERE, OFF]), options=ASKED))
        one = await follow(scene, key)
        async with open_desk(scene.folder) as other:
            found = await other.following.look(key, whole=True)
            assert counted(found.some)[Reach.MISSED] == 1, "a draft has gone to nobody yet"
            two = await other.following.draft(found, BY_DEFAULT, "Again, too")
            await scene.desk.outbox.queue(one.campaign)
            told = await other.repeats.problems(two.campaign)
            assert [problem.values.get("n") for problem in told] == [1]
            again = await other.following.look(key, whole=True)
            assert counted(again.some) == {Reach.REACHED: 1, Reach.SINCE: 1}
            links = await other.following.chain(one.campaign.id)
            assert {link.name: link.follows is None for link in links} == {
                "Autumn": True,
                "Again": False,
                "Again, too": False,
            }

    on_scene(tmp_path, act)


def test_who_must_not_be_written_to_stays_out_however_the_number_is_spelt(tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        context, now = scene.desk.context, scene.now()
        job = JobId("J.20310301-090000.000-0abcdefghijklmnop1")
        key = await context.write(background.job_of_another, ACCOUNT, job, now)
        told = tuple(
            RecipientReport(SmsId(f"S.{at}"), dst, "DONE", "TIMEOUT")
            for at, dst in enumerate(("00" + OFF[1:], OFF_TOO, THERE))
        )
        await context.write(recording.record, key, "https://a.example/v1", JobReport(job), told, now, now)
        await scene.desk.do_not_contact.add([OFF, OFF_TOO], "asked us to")
        found = await scene.desk.following.look(key)
        assert [one.reach for one in found.some] == [Reach.LISTED, Reach.LISTED, Reach.MISSED]
        everybody = await scene.desk.following.draft(found, frozenset(Reach), "Again")
        assert [*everybody.campaign.messages[0].recipients.dst] == [THERE]

    on_scene(tmp_path, act)
