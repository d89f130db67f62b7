"""A job's head and its chosen recipient: what differs, what contradicts, every state, the chain."""

from datetime import timedelta

from PySide6.QtWidgets import QLabel, QPushButton
from screens import DELIVERED, NO_SUCH_NUMBER, Play, Scene
from sqlalchemy import update

from smsdesk.core.differing import Difference
from smsdesk.core.following import Reach
from smsdesk.core.polling import KEPT
from smsdesk.core.request import JobReport, RecipientReport, SmsId
from smsdesk.desk.changes import Topic
from smsdesk.store import recording, schema, watching
from smsdesk.ui.campaigns import Campaigns
from smsdesk.ui.jobs import Jobs
from smsdesk.words import use_language
from smsdesk.words.differing import differing_words


async def tell(scene: Scene, page: Jobs, said: JobReport | None, *rows: RecipientReport) -> None:
    """The service says something of the job in sight."""
    shown, desk = page.job.line, scene.desk
    assert shown is not None
    url, now = "https://a.example/v1", desk.now()
    if said is not None:
        told = watching.Told(b"{}", said)
        heard = await desk.context.write(
            watching.heard, shown.key, url, told, repr(rows).encode(), lambda _: rows, now
        )
        changed = heard.changed if heard else ()
    else:
        changed = await desk.context.write(recording.record, shown.key, url, None, rows, now, now)
    desk.changes.tell_job(shown.key, changed)
    desk.changes.tell(Topic.JOBS)
    await scene.settled()


def reports_of(page: Jobs) -> list[RecipientReport]:
    """What was said last of each recipient of the job in sight."""
    return [
        RecipientReport(
            SmsId(row.sms_id or ""),
            row.dst,
            row.process_status or "",
            row.status,
            row.reference,
            row.reason,
            row.sent_at,
            row.finished_at,
        )
        for row in page.recipients.shown
    ]


def test_every_state_of_the_chosen_recipient_is_shown_with_the_text(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await scene.send([DELIVERED[0], NO_SUCH_NUMBER], "Hello, your parcel is here")
        page = await scene.show(Jobs(scene.desk))
        seen = page.figures.seen
        assert not seen.isVisible()
        await scene.report(0.1)
        page.recipients.table.choose_at(0)
        await scene.settled()
        assert seen.isVisible()
        assert (seen.who.text(), seen.name.text()) == ("+49 176 0406900", "Ada 0")
        assert seen.text.text() == "Hello, your parcel is here"
        (waits,) = seen.told()
        assert waits.startswith("waiting, ")
        first, second = reports_of(page)
        done = first._replace(process_status="DONE", status="SUC_FIN", reason="At the phone.")
        await tell(scene, page, None, done, second)
        assert seen.told()[1:] == [waits]
        assert seen.told()[0].startswith("delivered, ")
        assert seen.told()[0].endswith("DONE SUC_FIN (At the phone.)")
        words = [made.text() for made in seen.findChildren(QLabel) if made.isVisible()]
        assert [one for one in words if one.endswith(" · DONE SUC_FIN (At the phone.)")] != []
        page.recipients.table.selectAll()
        await scene.settled()
        assert not seen.isVisible()

    play(act)


def test_a_report_that_contradicts_is_marked_and_one_click_leads_to_it(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await scene.send([DELIVERED[0], DELIVERED[1]])
        page = await scene.show(Jobs(scene.desk))
        await scene.report()
        assert not page.recipients.notes.isVisible()
        first, second = reports_of(page)
        await tell(scene, page, None, first._replace(status="TIMEOUT"), second)
        notes = page.recipients.notes
        assert notes.flagged.isVisible()
        assert notes.flagged.text().startswith("1 report contradicts a final one.")
        next(made for made in notes.findChildren(QPushButton) if made.text() == "Show them").click()
        assert [row.dst for row in page.recipients.shown] == [DELIVERED[0]]
        why = next(column for column in page.recipients.table.rows.columns if column.key == "why")
        state = next(column for column in page.recipients.table.rows.columns if column.key == "state")
        row = page.recipients.shown[0]
        assert why.text(row).startswith("The service said something else later.")
        assert state.pill(row).sign == "bang"
        assert state.pill(row).word == "delivered", "what was final first still counts"
        page.recipients.table.choose_at(0)
        await scene.settled()
        newest = page.figures.seen.told()[0]
        assert "DONE TIMEOUT" in newest
        assert newest.endswith("contradicts an earlier report")

    play(act)


def test_what_the_service_says_otherwise_than_asked_stands_below_the_jobs_name(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await scene.send([DELIVERED[0], DELIVERED[1]])
        page = await scene.show(Jobs(scene.desk))
        await scene.report()
        assert not page.recipients.notes.isVisible(), "the sandbox says what was asked"
        assert page.job.line is not None
        said = JobReport(page.job.line.job_id or "", src="Kiel", sms_ids=(SmsId("1"),))  # type: ignore[arg-type]
        await tell(scene, page, said, *reports_of(page))
        assert page.recipients.notes.differs.text() == (
            "Sender: asked for Nordlicht, the service says Kiel. People: asked for 2, the service says 1."
        )

    play(act)


def test_choices_and_switches_that_differ_are_said_in_words() -> None:
    found = [Difference("encoding", "STANDARD", "utf-16"), Difference("status_requested", "True", "False")]
    assert differing_words(found) == (
        "Encoding: asked for SMS alphabet (GSM 03.38), the service says Unicode (UTF-16).",
        "Delivery confirmation: asked for Yes, the service says No.",
    )
    use_language("de")
    assert "Zustellbestätigung" in differing_words(found)[1]


def test_the_chain_of_follow_ups_leads_from_job_to_job_and_to_the_draft(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await scene.send([DELIVERED[0], NO_SUCH_NUMBER], name="Autumn")
        page = await scene.show(Jobs(scene.desk))
        await scene.report()
        asked: list[str] = []
        page.campaign_asked.connect(asked.append)
        assert page.job.line is not None
        found = await scene.desk.following.look(page.job.line.key)
        draft = await scene.desk.following.draft(found, frozenset(Reach), "Autumn again")
        page.shown()
        await scene.settled()
        (link,) = page.recipients.notes.links()
        assert link.text() == "followed by Autumn again, still a draft"
        link.click()
        await scene.settled()
        assert asked == [draft.campaign.id]
        await draft.send(scene.desk.outbox)
        await scene.desk.outbox.drain("Try-out")
        page._live.ask()
        await scene.settled()
        page.table.choose_at(0)
        await scene.settled()
        assert page.recipients.name.text() == "Autumn again"
        (link,) = page.recipients.notes.links()
        assert link.text().startswith("follows Autumn, ")
        link.click()
        await scene.settled()
        assert page.recipients.name.text() == "Autumn"
        campaigns = await scene.show(Campaigns(scene.desk))
        names = [campaigns.table.rows.index(at, 0).data() for at in range(2)]
        assert sorted(names) == ["Autumn", "Autumn again · follows Autumn"]

    play(act)


def test_jobs_that_the_service_will_soon_forget_are_counted_beside_the_title(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await scene.send([DELIVERED[0]])
        page = await scene.show(Jobs(scene.desk))
        assert "expire" not in page.header._subtitle.text()
        (line,) = await scene.desk.jobs.lines()
        assert line.accepted_at is not None
        long_ago = line.accepted_at - KEPT + timedelta(days=3)
        change = update(schema.jobs).values(accepted_at=long_ago)
        await scene.desk.context.write(lambda connection: connection.execute(change))
        scene.desk.changes.tell(Topic.JOBS)
        await scene.settled()
        assert page.header._subtitle.text().endswith(" · 1 job expires unread in 7 days")

    play(act)
