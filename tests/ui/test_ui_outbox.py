"""The outbox page on a real desk and sandbox: states in words, a person's acts, nothing sent twice."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from screens import DELIVERED, Play, Scene

from smsdesk.core.campaign import Campaign, CampaignId, Message
from smsdesk.core.errors import PasswordMissing
from smsdesk.core.handing import AT_ONCE, Handing
from smsdesk.core.options import Options
from smsdesk.core.outbox import Entry, EntryId, EntryState, Hold
from smsdesk.core.outlook import OVER, PAGE, Outlook, Sum
from smsdesk.core.recipients import Recipients
from smsdesk.core.request import JobId
from smsdesk.desk.changes import Topic
from smsdesk.store import accounts, holding
from smsdesk.store.outbox import Step
from smsdesk.store.schema import outbox
from smsdesk.ui.ask import Question
from smsdesk.ui.entries import TOGETHER, acts, card_words, facts
from smsdesk.ui.handing import LaterDialog
from smsdesk.ui.outbox import Outbox
from smsdesk.ui.outbox_acts import again_stake, cancel_stake, draft_stake
from smsdesk.ui.outbox_progress import on_their_way, progress
from smsdesk.ui.outbox_side import Side
from smsdesk.ui.outbox_wire import WireDialog, message_words
from smsdesk.words import LANGUAGES, has, use_language
from smsdesk.words.entries import Scene as Around
from smsdesk.words.entries import why

NOW = datetime(2026, 11, 23, 14, 2, tzinfo=UTC)


def column(page: Outbox, key: str) -> list[str]:
    """The words of a column."""
    rows = page.table.rows
    chosen = next(column for column in rows.columns if column.key == key)
    return [chosen.text(rows.row_at(at)) for at in range(rows.rowCount())]


def offered(page: Outbox) -> set[str]:
    return {verb for verb, made in page.side.buttons.items() if not made.isHidden()}


def press(made: QPushButton) -> None:
    assert made.isEnabled()
    made.click()


async def lose_an_answer(scene: Scene) -> None:
    await scene.box.fault("post", "lost_answer")
    await scene.send(DELIVERED[:3], name="Strike")


def test_an_empty_outbox_says_what_lives_here(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        page = await scene.show(Outbox(scene.desk))
        assert page.empty.isVisible()
        assert not page.table.isVisible()
        assert not page.pause.isVisible()

    play(act)


def test_a_sent_campaign_is_accepted_with_its_job(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await scene.send(DELIVERED[:3])
        page = await scene.show(Outbox(scene.desk))
        (line,) = await scene.desk.jobs.lines()
        assert column(page, "job") == ["Autumn"]
        assert column(page, "state") == ["accepted"]
        assert column(page, "why") == [f"Accepted as job {line.job_id}."]
        assert page.progress.figures.text() == "3 of 3 SMS handed over"
        shown: list[str] = []
        page.job_asked.connect(shown.append)
        press(page.side.buttons["show"])
        assert shown == [line.job_id]

    play(act)


def test_the_page_follows_the_outbox_while_it_is_in_sight(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        page = await scene.show(Outbox(scene.desk))
        await scene.queue(DELIVERED[:3])
        await scene.settled()
        assert column(page, "state") == ["waits"]
        page.hidden()
        await scene.desk.outbox.drain("Try-out")
        await scene.settled()
        assert column(page, "state") == ["waits"]
        page.shown()
        await scene.settled()
        assert column(page, "state") == ["accepted"]

    play(act)


def test_a_lost_answer_is_uncertain_and_asking_finds_it(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await lose_an_answer(scene)
        page = await scene.show(Outbox(scene.desk))
        assert column(page, "state") == ["uncertain"]
        (words,) = column(page, "why")
        assert words.startswith("No answer came back. It is looked for next; offered to you at ")
        assert offered(page) == {"ask", "again", "leave", "wire"}
        assert "3 people twice" in page.side.words.text()
        press(page.side.buttons["ask"])
        await scene.settled()
        assert column(page, "state") == ["accepted"]
        codes = [page.way.table.rows.row_at(at).code for at in range(page.way.table.rows.rowCount())]
        assert codes[-1] == "found"
        assert len(await scene.box.messages()) == 3

    play(act)


def test_sending_again_asks_first_and_cancel_sends_nothing(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await lose_an_answer(scene)
        page = await scene.show(Outbox(scene.desk))
        press(page.side.buttons["again"])
        question = page.findChild(Question)
        assert question is not None
        question.cancel.click()
        await scene.settled()
        assert column(page, "state") == ["uncertain"]
        press(page.side.buttons["again"])
        question = page.findChildren(Question)[-1]
        assert "3 people may get the message twice" in question.accessibleName()
        question.yes.click()
        await scene.settled()
        assert column(page, "state") == ["waits"]

    play(act)


def test_leaving_it_ends_the_search(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await lose_an_answer(scene)
        page = await scene.show(Outbox(scene.desk))
        press(page.side.buttons["leave"])
        question = page.findChildren(Question)[-1]
        assert "nobody looks for it any more" in question.accessibleName()
        question.yes.click()
        await scene.settled()
        (entry,) = await scene.desk.outbox.entries()
        assert entry.state is EntryState.CANCELLED
        assert offered(page) == {"wire"}

    play(act)


def test_a_refusal_says_why_and_what_to_do(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await scene.box.fault("post", "status", 422)
        await scene.send(DELIVERED[:3])
        page = await scene.show(Outbox(scene.desk))
        assert column(page, "state") == ["refused"]
        assert "special characters" in column(page, "why")[0]
        assert ("What to do", "Look for special characters, an empty text or very long texts.") in (
            page.side.facts.pairs()
        )
        assert offered(page) == {"retry", "leave", "wire"}

    play(act)


def test_a_pause_holds_everything_until_it_goes_on(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        page = await scene.show(Outbox(scene.desk))
        await scene.queue(DELIVERED[:3])
        await scene.settled()
        page.pause.trigger()
        await scene.desk.outbox.drain("Try-out")
        await scene.settled()
        assert await scene.box.messages() == []
        assert page.banner.isVisible()
        assert column(page, "why") == ["The outbox is paused; it goes when you go on."]
        page.pause.trigger()
        await scene.desk.outbox.drain("Try-out")
        await scene.settled()
        assert not page.banner.isVisible()
        assert column(page, "state") == ["accepted"]

    play(act)


def test_the_chosen_entry_stays_chosen_when_others_come(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await lose_an_answer(scene)
        page = await scene.show(Outbox(scene.desk))
        await scene.queue(DELIVERED[3:6], name="Another")
        await scene.settled()
        chosen = page.table.current_row()
        assert chosen is not None
        assert chosen.campaign == "Strike"
        assert column(page, "job") == ["Another", "Strike"]
        assert page.way.name.text() == "Strike"

    play(act)


def an_entry(state: EntryState, **values: object) -> Entry:
    entry = Entry(EntryId(1), CampaignId("c"), "Autumn", 2, 3, "Shop", "m", 40, state, NOW, 1)
    for name, value in values.items():
        object.__setattr__(entry, name, value)
    return entry


def outlook(*entries: Entry) -> Outlook:
    """As the store has it."""
    sums: dict[CampaignId, dict[EntryState, Sum]] = {}
    for entry in entries:
        own = sums.setdefault(entry.campaign_id, {})
        own[entry.state] = own.get(entry.state, Sum()) + Sum(1, entry.sms_count)
    over = [entry.state in OVER for entry in entries]
    return Outlook(
        tuple(entry for entry, done in zip(entries, over, strict=True) if not done),
        tuple(entry for entry, done in zip(entries, over, strict=True) if done),
        entries[0] if entries else None,
        sums=sums,
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", list(EntryState))
def test_every_state_has_words(state: EntryState, language: str) -> None:
    use_language(language)
    for reason in (None, "no_answer", "stopped", "unprocessable", "too_many_requests", "not there at all"):
        entry = an_entry(state, reason=reason, job_id=JobId("J.1"), not_before=NOW + timedelta(seconds=6))
        for paused in ((), ("",), ("Shop",)):
            around = Around(NOW, frozenset(paused))
            spoken = [why(entry, around), *card_words(entry, around), *sum(facts(entry, [], around), ())]
            assert all(words and not has(words) and "{" not in words for words in spoken), spoken
    assert has(f"entry.{state.value}")


def test_a_missing_password_is_why_nothing_goes() -> None:
    around = Around(NOW, troubles={"Shop": PasswordMissing(account="Shop")})
    assert why(an_entry(EntryState.QUEUED), around).startswith("The password for Shop is not known.")


def test_a_later_try_says_when() -> None:
    entry = an_entry(EntryState.QUEUED, reason="no_connection", not_before=NOW + timedelta(seconds=6))
    assert why(entry, Around(NOW)) == "No connection. Next try in 0:06."


def test_progress_is_that_of_the_campaign_under_way() -> None:
    done = an_entry(EntryState.ACCEPTED, id=EntryId(3), campaign_id=CampaignId("b"), campaign="Later")
    moving = an_entry(EntryState.SENDING, id=EntryId(2))
    waiting = an_entry(EntryState.QUEUED, id=EntryId(1))
    way = progress(outlook(done, moving, waiting), 20, NOW)
    assert way is not None
    assert (way.name, way.done, way.total) == ("Autumn", 0, 80)
    assert dict(way.shares) == {
        "delivered": 0,
        "sending": 40,
        "waiting": 40,
        "failed": 0,
        "unknown": 0,
        "cancelled": 0,
    }
    assert way.left is None
    many = [an_entry(EntryState.QUEUED, id=EntryId(at)) for at in range(2, 12)]
    others = [
        an_entry(EntryState.QUEUED, id=EntryId(at), campaign_id=CampaignId("z")) for at in range(20, 90)
    ]
    both = progress(outlook(*others, *many), 20, NOW)
    assert both is not None
    assert (both.name, both.left) == ("2 campaigns under way", timedelta(seconds=40))
    assert progress(Outlook(), 20, NOW) is None


def test_what_is_told_of_is_what_moves_else_the_newest() -> None:
    """On the page and in the strip alike."""
    b = CampaignId("b")
    held = an_entry(EntryState.HELD, hold=Hold.TIME, id=EntryId(3), campaign_id=b)
    moving = an_entry(EntryState.QUEUED, id=EntryId(1))
    assert on_their_way(outlook(held, moving)) == {moving.campaign_id}
    assert on_their_way(outlook(held, an_entry(EntryState.ACCEPTED, id=EntryId(1)))) == {b}
    assert on_their_way(Outlook()) == frozenset()


@pytest.mark.parametrize("language", LANGUAGES)
def test_in_a_low_window_the_words_of_the_card_are_seen_before_its_buttons(
    qtbot: QtBot, language: str
) -> None:
    use_language(language)
    try:
        side = Side(lambda *_: None)
        qtbot.addWidget(side)
        side.resize(side.minimumWidth(), 190)
        side.show()
        lost = an_entry(EntryState.UNCERTAIN, reason="no_answer", not_found_at=NOW)
        side.show_entry(lost, (), Around(NOW), asks=False)
        QApplication.processEvents()

        def below(part: QWidget) -> int:
            return part.mapTo(side, QPoint(0, part.height())).y()

        assert side.words.mapTo(side, QPoint(0, 0)).y() >= 0
        assert below(side.words) < below(side.buttons["ask"]) <= side.height()
        assert below(side.buttons["again"]) == below(side.buttons["ask"]), "beside each other"
        side.hide()
    finally:
        use_language("en")


def test_where_nobody_is_left_the_progress_says_why(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await scene.queue(DELIVERED[:2])
        await scene.desk.do_not_contact.add(DELIVERED[:2], "asked us to stop")
        await scene.desk.outbox.drain("Try-out")
        page = await scene.show(Outbox(scene.desk))
        assert "do-not-contact list" in page.progress.figures.text()

    play(act)


# -- what a person does ------------------------------------------------------------------------------


async def queued(scene: Scene, how: Handing = AT_ONCE, numbers: list[str] = DELIVERED[:3]) -> Outbox:
    """The page with one campaign that is in the outbox so."""
    campaign = Campaign(
        CampaignId("autumn"),
        "Autumn",
        "Try-out",
        (Message("Hello", Recipients(numbers, [""] * len(numbers))),),
        Options(src="Nordlicht"),
    )
    await scene.desk.outbox.queue(campaign, how)
    return await scene.show(Outbox(scene.desk))


def asked(page: Outbox) -> Question:
    return page.findChildren(Question)[-1]


def test_what_waits_can_be_held_and_let_go(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        page = await queued(scene)
        assert offered(page) == {"hold", "draft", "cancel", "wire"}
        press(page.side.buttons["hold"])
        page.side.buttons["hold"].click()
        await scene.settled()
        assert (column(page, "state"), column(page, "why")) == (["held"], ["Held by you."])
        await scene.desk.outbox.drain("Try-out")
        assert await scene.box.messages() == []
        press(page.side.buttons["now"])
        assert "3 SMS go to the service at once, by the account Try-out" in asked(page).accessibleName()
        asked(page).yes.click()
        await scene.desk.outbox.drain("Try-out")
        await scene.settled()
        assert column(page, "state") == ["accepted"]
        assert len(await scene.box.messages()) == 3

    play(act)


def test_what_is_held_here_until_a_time_can_be_moved_and_cancelled(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        until = scene.desk.now() + timedelta(days=2)
        page = await queued(scene, Handing(hold_until=until))
        assert column(page, "why")[0].startswith("Held here until ")
        assert offered(page) == {"draft", "now", "move", "cancel", "wire"}
        press(page.side.buttons["move"])
        dialog = page.findChildren(LaterDialog)[-1]
        at = dialog.at()
        dialog.yes.click()
        await scene.settled()
        (entry,) = await scene.desk.outbox.entries()
        assert (entry.hold, entry.due_at) == (Hold.TIME, at)
        press(page.side.buttons["cancel"])
        assert "3 SMS in 1 job are never sent" in asked(page).accessibleName()
        asked(page).yes.click()
        await scene.settled()
        assert (column(page, "state"), offered(page)) == (["cancelled"], {"wire"})

    play(act)


def test_what_missed_its_time_asks_for_all_of_it(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        page = await queued(scene)
        assert page.missed.isHidden()
        await scene.desk.context.write(holding.hold, outbox.c.id > 0, Hold.MISSED, scene.desk.now())
        scene.desk.changes.tell(Topic.OUTBOX)
        await scene.settled()
        assert page.missed.isVisible()
        assert page.missed.words.text() == "1 job, 3 SMS missed its time"
        await scene.desk.outbox.drain("Try-out")
        assert await scene.box.messages() == [], "it does not go late by itself"
        press(page.missed.buttons["cancel"])
        asked(page).cancel.click()
        press(page.missed.buttons["now"])
        asked(page).yes.click()
        await scene.desk.outbox.drain("Try-out")
        await scene.settled()
        assert (column(page, "state"), page.missed.isHidden()) == (["accepted"], True)

    play(act)


def test_what_has_not_left_becomes_a_draft_without_a_question(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        page = await queued(scene, Handing(undo=timedelta(minutes=5)))
        assert column(page, "why")[0].startswith("Nothing has left yet, final in ")
        drafts: list[CampaignId] = []
        page.drafted.connect(drafts.append)
        press(page.side.buttons["draft"])
        await scene.settled()
        assert column(page, "state") == ["cancelled"]
        (draft,) = drafts
        opened = await scene.desk.campaigns.open(draft)
        assert (opened.sent, opened.campaign.sms_count) == (False, 3)
        assert page.findChildren(Question) == []

    play(act)


def test_a_refused_account_leads_to_the_accounts_and_can_be_let_go_on(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await scene.box.fault("post", "status", 401)
        page = await queued(scene)
        await scene.desk.outbox.drain("Try-out")
        await scene.queue(DELIVERED[3:5], name="Another")
        await scene.settled()
        assert column(page, "state") == ["held", "refused"]
        assert "account" in offered(page), "the refused one, that was chosen"
        page.table.choose_at(0)
        await scene.settled()
        assert offered(page) == {"account", "release", "cancel", "wire"}
        asked_for: list[str] = []
        page.go_asked.connect(asked_for.append)
        press(page.side.buttons["account"])
        assert asked_for == ["accounts"]
        press(page.side.buttons["release"])
        assert "What Try-out (sandbox) held up" in asked(page).accessibleName()
        asked(page).yes.click()
        await scene.settled()
        assert column(page, "state") == ["waits", "waits"]

    play(act)


def test_several_entries_are_acted_on_together(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await scene.queue(DELIVERED[:2], name="One")
        await scene.queue(DELIVERED[2:4], name="Two")
        page = await scene.show(Outbox(scene.desk))
        page.table.selectAll()
        await scene.settled()
        assert page.side.pill.accessibleName() == "2 jobs chosen"
        assert offered(page) == {"hold", "cancel"}
        assert page.side.buttons["hold"].text() == "Hold (2)"
        press(page.side.buttons["cancel"])
        assert "4 SMS in 2 jobs" in asked(page).accessibleName()
        asked(page).yes.click()
        await scene.settled()
        assert column(page, "state") == ["cancelled", "cancelled"]

    play(act)


def test_one_account_of_several_is_paused_alone(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        other = replace((await scene.desk.accounts.every())[0], name="Shop", sandbox=False)
        await scene.desk.context.write(accounts.put, other)
        page = await queued(scene)
        campaign = Campaign(CampaignId("b"), "B", "Shop", (Message("x", Recipients(DELIVERED[:1], [""])),))
        await scene.desk.outbox.queue(campaign)
        await scene.settled()
        assert [line.stop.isVisible() for line in page.progress.budgets] == [True, True]
        shop = next(line for line in page.progress.budgets if "Shop" in line.words.text())
        assert shop.stop.accessibleName() == "Pause: Shop"
        press(shop.stop)
        await scene.settled()
        assert scene.desk.outbox.pauses == {"Shop"}
        assert column(page, "why") == ["Shop is paused; it goes when you go on.", "Waits for its turn."]
        assert page.banner.isHidden()

    play(act)


def test_many_entries_can_be_narrowed_to_those_that_wait_for_a_person(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await lose_an_answer(scene)
        page = await scene.show(Outbox(scene.desk))
        assert page._filter.isHidden()
        for at in range(20):
            await scene.queue(DELIVERED[:1], name=f"More {at}")
        await scene.settled()
        assert page._filter.isVisible()
        page.shown_ones._buttons["person"].click()
        assert column(page, "job") == ["Strike"]

    play(act)


# -- over the wire -----------------------------------------------------------------------------------


def test_each_try_is_seen_as_it_went_over_the_wire_without_credentials(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await scene.box.fault("post", "status", 422)
        page = await queued(scene)
        await scene.desk.outbox.drain("Try-out")
        await scene.settled()
        page.side.buttons["wire"].click()
        await scene.settled()
        dialog = page.findChildren(WireDialog)[-1]
        request, answer = dialog.request.text.toPlainText(), dialog.answer.text.toPlainText()
        assert request.startswith("POST http")
        assert DELIVERED[0] in request
        assert answer.startswith("HTTP 422")
        assert "authorization" not in (request + answer).lower()
        dialog.request.copy.click()
        copied = QGuiApplication.clipboard().text()
        (entry,) = await scene.desk.outbox.entries()
        assert copied.endswith((await scene.desk.outbox.body(entry.id)).decode())

    play(act)


def test_a_try_of_the_steps_leads_to_its_request(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await lose_an_answer(scene)
        page = await scene.show(Outbox(scene.desk))
        codes = [page.way.table.rows.row_at(at).code for at in range(page.way.table.rows.rowCount())]
        page.way.table.row_opened.emit(page.way.table.rows.row_at(codes.index("sending")))
        await scene.settled()
        dialog = page.findChildren(WireDialog)[-1]
        assert dialog.answer.text.toPlainText().startswith("The service did not answer")

    play(act)


def test_what_has_not_gone_yet_is_shown_as_it_will_go(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        page = await queued(scene)
        page.side.buttons["wire"].click()
        await scene.settled()
        dialog = page.findChildren(WireDialog)[-1]
        assert DELIVERED[0] in dialog.request.text.toPlainText()
        assert dialog.answer.text.toPlainText() == "It has not gone yet. Above is what will go."

    play(act)


def test_a_long_body_is_cut_to_be_seen_and_whole_to_be_copied() -> None:
    body = b'{"a": [' + b",".join(b'"+49176%07d"' % at for at in range(30_000)) + b"]}"
    shown, whole, cut = message_words("POST /jobs", (("Content-Type", "application/json"),), body)
    assert cut
    assert len(shown) < 110_000 < len(whole)
    assert whole.endswith(body.decode())
    page = b"<html><script>alert(1)</script></html>\x00\xff"
    assert message_words("HTTP 502", (), page)[1].startswith("HTTP 502\n\n<html><script>")


# -- words -------------------------------------------------------------------------------------------


def test_of_an_uncertain_entry_the_card_says_who_was_asked_and_when_comes_what() -> None:
    posted = NOW - timedelta(minutes=12)
    lost = an_entry(EntryState.UNCERTAIN, reason="no_answer", posted_at=posted, asked_at=NOW)
    asked_at = [
        Step(posted - timedelta(hours=1), "asked_not_there", {"host": "an older try"}),
        Step(NOW, "asked_not_there", {"host": "de2"}),
        Step(NOW, "asked_no_answer", {"host": "de1", "reason": "no_connection"}),
    ]
    around = Around(NOW + timedelta(seconds=10))
    told = dict(facts(lost, asked_at, around))
    assert (told["de2"], told["de1"]) == ("not there, asked 10 s ago", "no answer, asked 10 s ago")
    assert "an older try" not in told
    assert told["Asks again"].endswith(", in 0:30")
    assert told["Offered to you"].startswith("at the earliest")
    assert told["Offered to you"].endswith(", in 2:50, if all data centres answer")
    later = Around(NOW + timedelta(minutes=4))
    assert dict(facts(lost, asked_at, later))["Offered to you"] == "as soon as all data centres have answered"
    assert dict(facts(lost, asked_at, later))["Asks again"] == "now"
    settled = replace(lost, not_found_at=NOW)
    assert dict(facts(settled, [], later))["Offered to you"].startswith(
        "now: not found in any data centre, asked again at"
    )
    assert card_words(settled, later)[0] == "Not found in any data centre"
    assert "Most likely it never arrived; certain that is not." in again_stake(settled).words


def test_a_question_says_what_becomes_of_the_rest_of_the_campaign() -> None:
    waits = an_entry(EntryState.QUEUED, id=EntryId(1))
    rest = [
        an_entry(EntryState.ACCEPTED, id=EntryId(2)),
        an_entry(EntryState.UNCERTAIN, id=EntryId(3)),
        an_entry(EntryState.QUEUED, id=EntryId(4)),
        an_entry(EntryState.ACCEPTED, id=EntryId(5), campaign_id=CampaignId("other")),
    ]
    words = cancel_stake([waits], outlook(waits, *rest)).words
    assert "40 more SMS of the same campaign still go." in words
    assert "40 SMS of the same campaign are at the service already and cannot be called back." in words
    assert "What becomes of 40 SMS that have left is not changed by this." in words
    assert cancel_stake([waits], outlook(waits)).words.startswith("Nothing else of it is at the service.")
    draft = draft_stake(waits, outlook(waits, *rest))
    assert draft.stake == "80 SMS in 2 jobs become a draft again"
    assert "still go" not in draft.words


def test_the_progress_of_a_stopped_pilot_is_that_of_its_whole_campaign() -> None:
    first = an_entry(EntryState.ACCEPTED, id=EntryId(1), pilot=True, sms_count=20)
    rest = [
        an_entry(EntryState.HELD, id=EntryId(2), hold=Hold.BRAKE),
        an_entry(EntryState.CANCELLED, id=EntryId(3)),
    ]
    way = progress(outlook(*rest, first), 20, NOW)
    assert way is not None
    assert (way.done, way.total, way.left) == (20, 100, None)
    shares = {role: n for role, n in way.shares if n}
    assert shares == {"delivered": 20, "waiting": 40, "cancelled": 40}


def test_older_entries_are_read_when_they_are_asked_for(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        for at in range(PAGE + 3):
            await scene.queue(DELIVERED[:1], name=f"Old {at}")
        entries = await scene.desk.outbox.entries()
        await scene.desk.outbox.cancel([entry.id for entry in entries[1:]])
        page = await scene.show(Outbox(scene.desk))
        assert page.table.rows.rowCount() == PAGE + 1
        assert page.older.text() == "Show 2 older of 2"
        page.shown_ones._buttons["open"].click()
        assert (column(page, "job"), page.older.isHidden()) == ([entries[0].campaign], True)
        page.shown_ones._buttons["all"].click()
        press(page.older)
        await scene.settled()
        assert page.table.rows.rowCount() == PAGE + 3
        assert page.older.isHidden()

    play(act)


def test_the_pace_is_told_by_what_was_accepted_lately() -> None:
    done = [
        an_entry(EntryState.ACCEPTED, id=EntryId(at), since=NOW - timedelta(seconds=10 * at))
        for at in range(4)
    ]
    waiting = an_entry(EntryState.QUEUED, id=EntryId(9))
    way = progress(outlook(waiting, *done), 20, NOW)
    assert way is not None
    assert (way.pace, way.left) == (240, timedelta(seconds=10))
    stood = progress(outlook(waiting, *done), 20, NOW + timedelta(seconds=30))
    assert stood is not None
    assert stood.pace == 120, "a standstill makes it less"
    few = progress(outlook(waiting, *done[:2]), 20, NOW)
    assert few is not None
    assert few.pace is None


@pytest.mark.parametrize("hold", list(Hold))
def test_nothing_sends_or_changes_what_is_damaged(hold: Hold) -> None:
    held = an_entry(EntryState.HELD, hold=hold)
    assert "cancel" in acts(held)
    assert ("now" in acts(held)) is (hold not in (Hold.BODY, Hold.ACCOUNT))


def test_only_a_person_sends_again_and_never_several_at_once() -> None:
    can = {state for state in EntryState if "again" in acts(an_entry(state))}
    assert can == {EntryState.UNCERTAIN}
    assert not TOGETHER & {"again", "leave", "release"}
