"""The page Phones on a real sandbox: messages come live, clock and faults are turned, words tell the rest."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import composing
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QWidget
from screens import DELIVERED, NO_SUCH_NUMBER, PHONE_OFF, Play, Scene, until

from smsdesk.core.account import Account
from smsdesk.core.campaign import Campaign, CampaignId, Message
from smsdesk.core.errors import TooManyRequests
from smsdesk.core.options import Options
from smsdesk.core.recipients import Recipients
from smsdesk.desk.sandbox import Arrival, Phone, PhoneMessage
from smsdesk.ui.ask import Question
from smsdesk.ui.frame import RailButton
from smsdesk.ui.phones import Phones
from smsdesk.ui.phones_list import sought, tally
from smsdesk.ui.phones_phone import fate_of, form_of
from smsdesk.ui.shell import Shell
from smsdesk.ui.window import MainWindow
from smsdesk.words import LANGUAGES, has, use_language
from smsdesk.words.entries import account_words

AT = datetime(2026, 11, 24, 8, 0, 31, tzinfo=UTC)
MESSAGE = PhoneMessage("Hi", 1, "standard", "Nordlicht", False, "S.1", "delivered", AT, AT, Arrival.ARRIVED)
MENUS = pytest.mark.qt_log_ignore("propagateSizeHints", r"raise\(\)", "grabbing the keyboard")
"""The offscreen platform has no keyboard that a menu could grab, and says so."""
ARRIVED = timedelta(minutes=2).total_seconds()
UNICODE = "Grüße aus Kiel, dein Päckchen wartet Ω. " * 5


def numbers(page: Phones) -> list[str]:
    return [page.list.rows.row_at(at).number for at in range(page.list.rows.rowCount())]


async def show(scene: Scene) -> Phones:
    """The page, which asks when it is told to, not by the clock."""
    page = await scene.show(Phones(scene.desk))
    page._tick.stop()
    return page


async def look(scene: Scene, page: Phones) -> None:
    """Lets the page ask once."""
    page._beat()
    await scene.settled()


@contextmanager
def asking(page: Phones) -> Iterator[None]:
    """Lets the page ask by its clock, as often as it can, until it goes out of sight."""
    page._tick.setInterval(0)
    try:
        page.shown()
        yield
    finally:
        page.hidden()
    assert not page._tick.isActive()


def choose(menu: QMenu, words: str) -> None:
    """Chooses from a menu as a person does."""
    (chosen,) = [made for made in menu.actions() if made.text() == words]
    chosen.trigger()
    menu.close()


def test_messages_are_seen_as_they_come(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        page = await show(scene)
        assert page.empty.isVisible()
        assert not page.both.isVisible()
        with asking(page):
            # It waits until the clock of the service is turned, however busy the machine is.
            await scene.send([DELIVERED[1]], "First", start_at=scene.desk.now() + timedelta(hours=1))
            await until(page.handset.isVisible)
            assert numbers(page) == [DELIVERED[1]]
            assert not page.empty.isVisible()
            assert tally(page.list.rows.row_at(0)) == "1 waits"
            await until(page.handset.texts)
            assert page.handset.texts() == ["First, waits for its turn at the service"]
            await scene.box.advance(3600 + ARRIVED)
            await until(lambda: tally(page.list.rows.row_at(0)) == "1 message")
            await until(lambda: "waits" not in page.handset.texts()[0])
        assert page.handset.who.text() == "Nordlicht"
        assert page.handset.number.text() == "+49 176 0406901"
        await scene.settled()

    play(act)


def test_out_of_sight_nothing_is_asked(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await scene.send([DELIVERED[1]])
        page = await show(scene)
        with asking(page):
            await until(lambda: numbers(page) == [DELIVERED[1]])
        await scene.settled()
        await scene.send([DELIVERED[2]])
        for _ in range(50):
            await asyncio.sleep(0)
        assert numbers(page) == [DELIVERED[1]]
        assert not scene.desk.tasks.runs("phones page")
        with asking(page):
            await until(lambda: len(numbers(page)) == 2)
        await scene.settled()

    play(act)


def test_the_chosen_phone_stays_chosen_and_in_its_place(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        many = [f"+49176040690{last:02}" for last in range(40)]
        await scene.send(many)
        page = await show(scene)
        page.list.choose(many[20])
        bar = page.list.verticalScrollBar()
        bar.setValue(bar.value() + 150)
        await scene.settled()
        before = page.list.visualRect(page.list.currentIndex()).top()
        assert bar.value() > 0
        await scene.send(["+12125550147", "+12125550148"])
        await look(scene, page)
        assert numbers(page)[:2] == ["+12125550147", "+12125550148"]
        assert page.list.number() == many[20]
        assert page.list.visualRect(page.list.currentIndex()).top() == before
        assert page.handset.number.text() == "+49 176 04069020"

    play(act)


def test_find_takes_numbers_fates_and_texts_as_they_are_read(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await scene.send([DELIVERED[1], PHONE_OFF], "Your parcel")
        await scene.send([DELIVERED[2]], "Your order 8841-2205")
        page = await show(scene)
        for words, wanted in (
            ("+49 176 0406970", [PHONE_OFF]),
            ("0176 0406 901", [DELIVERED[1]]),
            ("phone is off", [PHONE_OFF]),
            ("8841-2205", [DELIVERED[2]]),
            ("PARCEL", [DELIVERED[1], PHONE_OFF]),
            ("nobody", []),
        ):
            page.box.setText(words)
            page.box.textEdited.emit(words)
            await scene.settled()
            assert sorted(numbers(page)) == sorted(wanted), words
        assert page.nothing.isVisible()
        assert "“nobody”" in page.nothing.text()
        assert not page.handset.isVisible()

    play(act)


def test_a_long_list_says_how_many_more_match(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await scene.send([f"+4917299250{last:02}" for last in range(100)])
        page = await show(scene)
        assert not page.more.isVisible()
        await scene.send(DELIVERED[:3])
        await look(scene, page)
        assert len(numbers(page)) == 100
        assert page.more.isVisible()
        assert page.more.text().startswith("3 more phones match.")

    play(act)


def test_the_clock_is_turned_and_told(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        page = await show(scene)
        assert page.clock.ahead.text() == "the same time as here, running as fast as real time"
        assert not page.clock.next.isEnabled()
        page.clock.ten.click()
        page.clock.day.click()
        await scene.settled()
        assert page.clock.ahead.text().startswith("1 d")
        ahead = datetime.fromisoformat((await scene.box.state())["now"]) - datetime.now(UTC)
        assert timedelta(days=1, minutes=9) < ahead < timedelta(days=1, minutes=11)
        await scene.send([PHONE_OFF])
        await look(scene, page)
        assert page.clock.next.isEnabled()

    play(act)


@MENUS
def test_a_fault_set_here_is_met_by_the_desk_once(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        page = await show(scene)
        dial = page.faults.button_of("fault.too_many")
        assert dial.accessibleName() == "Too many requests (429): off"
        choose(dial.open_menu(), "next 1")
        await scene.settled()
        assert dial.text() == "next 1"
        client = await scene.desk.accounts.client("Try-out")
        (url,) = (await scene.desk.accounts.named("Try-out")).report_urls
        with pytest.raises(TooManyRequests):
            await client.version(url)
        await client.version(url)
        await look(scene, page)
        assert dial.text() == "off"

    play(act)


@MENUS
def test_a_share_and_a_fault_set_elsewhere_are_shown_and_taken_away(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await scene.box.fault_rate("post", "status", 0.05, 503)
        await scene.box.fault("version", "status", 418, 3)
        page = await show(scene)
        assert page.faults.button_of("fault.server_send").text() == "5 %"
        other = page.faults.button_of("fault.other")
        assert other.text() == "next 3"
        choose(other.open_menu(), "off")
        choose(page.faults.button_of("fault.server_send").open_menu(), "off")
        await scene.settled()
        assert (await scene.box.state())["faults"] == []
        with pytest.raises(KeyError):
            page.faults.button_of("fault.other")

    play(act)


def test_start_afresh_asks_first_and_empties(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        page = await show(scene)
        assert not page.afresh.isEnabled()
        await scene.send(DELIVERED[:2])
        await look(scene, page)
        page.afresh.trigger()
        (question,) = page.findChildren(Question)
        assert "forgets 1 job" in question.accessibleName()
        question.cancel.click()
        await scene.settled()
        assert len(numbers(page)) == 2
        page.afresh.trigger()
        page.findChildren(Question)[-1].yes.click()
        await scene.settled()
        assert numbers(page) == []
        assert page.empty.isVisible()
        assert (await scene.box.state())["jobs"] == 0

    play(act)


@pytest.mark.parametrize("by_an_act", [True, False])
def test_a_sandbox_that_ended_is_said_and_started_again(play: Play[None], by_an_act: bool) -> None:
    async def act(scene: Scene) -> None:
        await scene.send([DELIVERED[1]])
        page = await show(scene)
        await scene.box.stop()
        if by_an_act:
            page.clock.ten.click()
            await scene.settled()
        else:
            await look(scene, page)
        assert page.trouble.isVisible()
        assert page.trouble.accessibleName().startswith("The sandbox has ended.")
        assert numbers(page) == [DELIVERED[1]]
        assert not page.right.isEnabled()
        page._restart()
        await scene.settled()
        await look(scene, page)
        assert not page.trouble.isVisible()
        assert page.right.isEnabled()
        assert scene.notices == []

    play(act)


def test_text_from_outside_stays_text_and_a_long_one_says_its_parts(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        people = Recipients([DELIVERED[1]], ["r"])
        options = Options(src="Nordlicht", encoding="UTF-16", max_parts=9, flash=True)
        text = f"<b>{UNICODE}</b>"
        campaign = Campaign(CampaignId("c"), "Autumn", "Try-out", (Message(text, people),), options)
        await scene.desk.outbox.queue(campaign)
        await scene.desk.outbox.drain("Try-out")
        await scene.box.advance(ARRIVED)
        page = await show(scene)
        (spoken,) = page.handset.texts()
        assert spoken.startswith("<b>Grüße")
        assert "flash" in spoken
        assert "parts, Unicode" in spoken
        (box,) = page.handset.boxes
        assert box.flash.isVisible()
        for made in page.findChildren(QLabel):
            assert made.textFormat() == Qt.TextFormat.PlainText

    play(act)


@MENUS
def test_everything_is_reached_by_keyboard_and_has_a_name(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await scene.send([*DELIVERED[:3], NO_SUCH_NUMBER])
        page = await show(scene)
        scene.qtbot.keyClick(page.box, Qt.Key.Key_Down)
        assert page.list.currentIndex().row() == 1
        dial = page.faults.button_of("fault.lost_answer")
        scene.qtbot.keyClick(dial, Qt.Key.Key_Space)
        (menu,) = dial.findChildren(QMenu)
        assert [made.text() for made in menu.actions()] == ["off", "next 1", "next 5", "5 %", "50 %", "on"]
        menu.close()
        page.fates.toggle.click()
        await until(lambda: len(page.fates.facts.pairs()) == 14)
        for made in page.findChildren(QWidget):
            if made.isVisible() and made.focusPolicy() != Qt.FocusPolicy.NoFocus:
                seen = QAccessible.queryAccessibleInterface(made)
                assert seen.text(QAccessible.Text.Name).strip(), type(made).__name__
        await scene.settled()

    play(act)


@pytest.mark.parametrize("size", [(1024, 640), (1360, 860)])
def test_nothing_is_wider_than_its_column(play: Play[None], size: tuple[int, int]) -> None:
    async def act(scene: Scene) -> None:
        await scene.send(DELIVERED[:3])
        window, page = MainWindow(), Phones(scene.desk)
        scene.qtbot.addWidget(window)
        window.add_page("phones", "phones.title", "smartphone", page)
        window.resize(1400, 900)
        window.show()
        await until(page.handset.texts)
        page.hidden()
        window.resize(*size)
        await until(lambda: page.right.geometry().right() == page.parts.width() - 1)
        await until(lambda: page.right.widget().width() == page.right.viewport().width())
        assert page.handset.width() > 200
        assert window.size().toTuple() == size
        await scene.settled()

    play(act)


def test_the_rail_has_phones_only_with_a_sandbox(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        box = scene.desk.accounts.sandbox
        scene.desk.accounts.sandbox = None
        await scene.desk.accounts.remove("Try-out")
        window = MainWindow()
        scene.qtbot.addWidget(window)
        window.show()
        shell = Shell(app, window, scene.desk)
        await shell.start()
        (entry,) = [made for made in window.findChildren(RailButton) if "Phones" in made.accessibleName()]
        await scene.settled_of("frame")
        assert not entry.isVisible()
        window.go("phones")
        await until(shell.phones.off.isVisible)
        window.go("campaigns")
        scene.desk.accounts.sandbox = box
        await scene.desk.accounts.try_out()
        await until(entry.isVisible)
        window.go("phones")
        await until(shell.phones.empty.isVisible)
        window.go("campaigns")

    play(act)


def test_why_a_message_is_not_there_is_said_in_words() -> None:
    off = replace(MESSAGE, received_at=None, arrival=Arrival.PHONE_OFF, fate="phone_off")
    assert fate_of(off) == ("waiting", "waits: the phone is off")
    blocked = replace(off, arrival=Arrival.NEVER, fate="blocked")
    assert fate_of(blocked) == ("failed", "did not arrive: number is on the blocklist")
    assert fate_of(MESSAGE) == ("", "")
    assert form_of(replace(MESSAGE, parts=4, encoding="utf-16")) == "4 parts, Unicode"
    assert tally(Phone("+49", "delivered", 2, 1, "")) == "2 messages, 1 waits"


def test_a_fate_is_sought_by_its_words_in_the_language_in_use() -> None:
    use_language("de")
    assert sought("telefon ist aus", ["phone_off", "blocked"]) == ("telefon ist aus", "phone_off")
    assert sought("au", ["phone_off"]) == ("au",)
    assert sought("+49 (0) 176-0406", []) == ("+49 (0) 176-0406", "+491760406")


@pytest.mark.parametrize("tag", LANGUAGES)
def test_every_fate_has_its_words(tag: str, play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        use_language(tag)
        for fate in await scene.desk.phones.fates():
            assert has(f"fate.{fate.fate}")

    play(act)


def test_whatever_is_about_the_sandbox_says_so(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        shell = await composing.opened(scene)
        draft, stripes = shell.composer.opened, shell.window._stripes
        assert draft is not None
        draft.choose_account("Try-out")
        await composing.until(stripes.isVisible)
        await scene.desk.accounts.save(
            Account("Real", "https://sms.example/rest/v1", ("https://sms.example/rest/v1",), "me"), None
        )
        draft.choose_account("Real")
        await composing.until(lambda: not stripes.isVisible())
        shell.window.go("phones")
        await composing.until(stripes.isVisible)
        assert account_words("Try-out") == "Try-out (sandbox)"
        assert account_words("Real") == "Real"

    play(act)
