"""The outbox page on a real desk and sandbox: states in words, a person's acts, nothing sent twice."""

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtWidgets import QPushButton
from screens import DELIVERED, Play, Scene

from smsdesk.core.campaign import CampaignId
from smsdesk.core.errors import PasswordMissing
from smsdesk.core.outbox import Entry, EntryId, EntryState
from smsdesk.core.request import JobId
from smsdesk.ui.ask import Question
from smsdesk.ui.entries import Scene as Around
from smsdesk.ui.entries import card_words, facts, why
from smsdesk.ui.outbox import Outbox
from smsdesk.ui.outbox_progress import progress
from smsdesk.words import LANGUAGES, has, use_language

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
        assert column(page, "why") == [line.job_id]
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
        assert words.startswith("No answer came back. Certain in 1")
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
    way = progress([done, moving, waiting], 20, NOW)
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
    both = progress([*others, *many], 20, NOW)
    assert both is not None
    assert (both.name, both.left) == ("2 campaigns under way", timedelta(seconds=40))
    assert progress([], 20, NOW) is None


def test_where_nobody_is_left_the_progress_says_why(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await scene.queue(DELIVERED[:2])
        await scene.desk.do_not_contact.add(DELIVERED[:2], "asked us to stop")
        await scene.desk.outbox.drain("Try-out")
        page = await scene.show(Outbox(scene.desk))
        assert "do-not-contact list" in page.progress.figures.text()

    play(act)
