"""The composer's options: ranges as one types, what they come to in figures, sets that an account keeps."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot
from qasync import QEventLoop

from smsdesk.core.blackouts import Period
from smsdesk.core.campaign import Campaign, CampaignId, Message
from smsdesk.core.options import MAX_PARTS, VALIDITY_MIN, Options
from smsdesk.core.parts import Encoding, measure
from smsdesk.core.prices import Prices
from smsdesk.core.recipients import Recipients
from smsdesk.desk.campaigns import OpenCampaign
from smsdesk.desk.desk import Desk, open_desk
from smsdesk.desk.tasks import Notice
from smsdesk.ui.compose_fields import Figure
from smsdesk.ui.compose_options import OptionsTab
from smsdesk.ui.compose_sets import begin_with_default
from smsdesk.ui.inputs import Choice


@dataclass
class Room:
    """A desk with no account: nothing is sent here."""

    desk: Desk
    qtbot: QtBot

    async def settled(self) -> None:
        """Waits until no task runs any more."""
        await asyncio.sleep(0)
        while running := list(self.desk.tasks._running.values()):
            await asyncio.gather(*running, return_exceptions=True)
            await asyncio.sleep(0)


Act = Callable[[Callable[[Room], Awaitable[None]]], None]


@pytest.fixture
def play(loop: QEventLoop, tmp_path: Path, qtbot: QtBot) -> Act:
    """Runs an act in a fresh room; nothing may go wrong in a task."""

    def played(act: Callable[[Room], Awaitable[None]]) -> None:
        async def in_room() -> None:
            async with open_desk(tmp_path / "workspace") as desk:
                notices: list[Notice] = []
                desk.on_notice(notices.append)
                await act(Room(desk, qtbot))
                assert notices == []

        loop.run_until_complete(in_room())

    return played


VALIDITY: dict[str, Any] = {"limits": VALIDITY_MIN, "step": 5, "below": 0}
PARTS: dict[str, Any] = {"limits": MAX_PARTS}
TEXTS = ["x" * 100, "y" * 150, "z" * 20]


def campaign(
    text: str = "{Text}", options: Options | None = None, texts: list[str] | None = None
) -> Campaign:
    """Three people, each with a text of their own."""
    own = texts or TEXTS
    people = Recipients([f"+49176406901{at}" for at in range(len(own))], [""] * len(own), {"Text": own})
    return Campaign(
        CampaignId(uuid.uuid4().hex), "Autumn", "Try-out", (Message(text, people),), options or Options()
    )


async def shown(scene: Room, of: Campaign) -> tuple[OptionsTab, OpenCampaign]:
    """The tab with a campaign, live."""
    opened = await scene.desk.campaigns.adopt(of)
    tab = OptionsTab(scene.desk)
    scene.qtbot.addWidget(tab)
    tab.resize(800, 700)
    tab.show()
    opened.listen(lambda: tab.show_campaign(opened, ("Try-out",)))
    tab.show_campaign(opened, ("Try-out",))
    await scene.settled()
    return tab, opened


def line(tab: OptionsTab, name: str) -> QLineEdit:
    box = tab.fields[name].box
    assert isinstance(box, QLineEdit)
    return box


def choose(tab: OptionsTab, name: str, key: str) -> None:
    """Chooses as a person does."""
    box = tab.fields[name].box
    assert isinstance(box, Choice)
    box.choose(key)
    box.activated.emit(box.currentIndex())


def effect(tab: OptionsTab, name: str) -> str:
    return tab.fields[name].effect.text()


def test_a_figure_out_of_its_range_is_said_with_the_first_digit_and_gone_with_the_next(
    play: Act,
) -> None:
    async def act(scene: Room) -> None:
        tab, opened = await shown(scene, campaign())
        box, field = line(tab, "validity_min"), tab.fields["validity_min"]
        QTest.keyClicks(box, "3")
        assert "5 to 2,880" in field.wrong.text()
        assert field.wrong.isVisible()
        assert "5 to 2,880" in box.accessibleDescription()
        QTest.keyClicks(box, "0")
        assert not field.wrong.isVisible()
        assert opened.campaign.options.validity_min == 30
        QTest.keyClicks(box, "000")
        assert field.wrong.isVisible()
        box.selectAll()
        QTest.keyClick(box, Qt.Key.Key_Delete)
        assert opened.campaign.options.validity_min is None
        assert not field.wrong.isVisible()

    play(act)


def test_what_is_no_digit_does_not_vanish_without_a_word(play: Act) -> None:
    async def act(scene: Room) -> None:
        tab, _ = await shown(scene, campaign())
        box, field = line(tab, "max_parts"), tab.fields["max_parts"]
        QTest.keyClicks(box, "x")
        assert box.text() == ""
        assert field.wrong.text() == "Only digits can be written here."
        await scene.settled()
        assert field.wrong.isVisible()
        QTest.keyClicks(box, "2")
        assert not field.wrong.isVisible()

    play(act)


UP, DOWN = Qt.Key.Key_Up, Qt.Key.Key_Down


@pytest.mark.parametrize(
    ("limits", "typed", "keys", "value"),
    [
        (VALIDITY, "", [UP], "5"),
        (VALIDITY, "", [UP, UP], "10"),
        (VALIDITY, "5", [DOWN], "0"),
        (VALIDITY, "0", [UP], "5"),
        (VALIDITY, "2878", [UP], "2880"),
        (PARTS, "1", [DOWN], "1"),
        (PARTS, "15", [Qt.Key.Key_PageUp], "20"),
        (PARTS, "99", [DOWN], "20"),
    ],
)
def test_the_arrow_keys_step_within_the_range(
    qtbot: QtBot, limits: dict[str, Any], typed: str, keys: list[Qt.Key], value: str
) -> None:
    box = Figure(**limits)
    qtbot.addWidget(box)
    told: list[str] = []
    QTest.keyClicks(box, typed)
    box.textEdited.connect(told.append)
    for key in keys:
        QTest.keyClick(box, key)
    assert (box.text(), told[-1]) == (value, value)


SENDERS = [
    ("Nordlicht", "A name, 9 of 11 characters", False),
    ("+49176123", "A number, 8 of 15 digits", False),
    ("Nordlicht GmbH", "", True),
    ("1234567890123456", "", True),
    ("Nord?", "", True),
]


def test_a_sender_is_judged_as_it_is_typed(play: Act) -> None:
    async def act(scene: Room) -> None:
        tab, _ = await shown(scene, campaign())
        for sender, said, is_wrong in SENDERS:
            line(tab, "src").selectAll()
            QTest.keyClicks(line(tab, "src"), sender)
            assert tab.fields["src"].wrong.isVisible() is is_wrong, sender
            assert said in effect(tab, "src")
            assert effect(tab, "src") or is_wrong

    play(act)


def test_what_is_not_set_says_that_it_is_not_sent(play: Act) -> None:
    async def act(scene: Room) -> None:
        tab, opened = await shown(scene, campaign())
        assert opened.campaign.options == Options()
        for name, field in tab.fields.items():
            box = field.box
            if name != "account":
                words = box.currentText() if isinstance(box, Choice) else line(tab, name).placeholderText()
                assert "not sent" in words

    play(act)


def test_unicode_for_texts_within_the_alphabet_says_exactly_what_it_costs(play: Act) -> None:
    async def act(scene: Room) -> None:
        tab, opened = await shown(scene, campaign())
        choose(tab, "encoding", "UTF-16")
        await scene.settled()
        unicode, standard = (sum(measure(text, of).parts for text in TEXTS) for of in
                             (Encoding.UTF16, Encoding.STANDARD))  # fmt: skip
        assert unicode > standard
        assert f"Costs {unicode - standard} parts more" in effect(tab, "encoding")
        assert effect(tab, "invalid_characters") == "Has no effect: the encoding is Unicode."
        opened.prices = Prices("EUR", {"DE": Decimal("0.08")})
        await scene.settled()
        more = f"{Decimal('0.08') * (unicode - standard):.2f}"
        assert f"Costs {unicode - standard} parts more, €\u00a0{more}" in effect(tab, "encoding")

    play(act)


def test_the_words_that_a_limit_of_parts_cuts_off_are_shown(play: Act) -> None:
    async def act(scene: Room) -> None:
        texts = ["short", "a" * 160 + " and the end", "b" * 100]
        tab, _ = await shown(scene, campaign(texts=texts))
        assert effect(tab, "max_parts") == "The longest text has 2 parts."
        QTest.keyClicks(line(tab, "max_parts"), "1")
        await scene.settled()
        assert effect(tab, "max_parts") == "Cuts 1 text. The longest loses: “and the end”"
        assert tab.fields["max_parts"].effect.property("role") == "waiting"

    play(act)


def test_characters_outside_the_alphabet_are_counted_under_each_rule(play: Act) -> None:
    async def act(scene: Room) -> None:
        tab, _ = await shown(scene, campaign(texts=["plain", "“quoted”", "snow ☃"]))
        said = {}
        for key in ("REFUSE", "REPLACE", "TO_UTF16", "TRANSLITERATE"):
            choose(tab, "invalid_characters", key)
            await scene.settled()
            said[key] = effect(tab, "invalid_characters")
        assert len(set(said.values())) == 4
        assert all("2 texts" in words and "“" in words and "☃" in words for words in said.values())
        assert "refuse" in said["REFUSE"]

    play(act)


def test_a_validity_shorter_than_the_wait_counts_who_may_be_lost(play: Act) -> None:
    async def act(scene: Room) -> None:
        now = scene.desk.now()
        options = Options(blackouts=(Period(now - timedelta(hours=1), now + timedelta(hours=3)),))
        tab, _ = await shown(scene, campaign(options=options))
        assert "The longest wait before sending is 2 h 59 min" in effect(tab, "validity_min")
        QTest.keyClicks(line(tab, "validity_min"), "60")
        await scene.settled()
        assert "3 SMS wait longer" in effect(tab, "validity_min")
        QTest.keyClicks(line(tab, "validity_min"), "0")
        await scene.settled()
        assert "the longest wait before sending is" in effect(tab, "validity_min")

    play(act)


def test_flash_and_confirmation_say_how_many_they_concern(play: Act) -> None:
    async def act(scene: Room) -> None:
        tab, _ = await shown(scene, campaign(texts=["a" * 161, "b"]))
        choose(tab, "flash", "yes")
        choose(tab, "status_requested", "no")
        await scene.settled()
        assert effect(tab, "flash").startswith("1 SMS has more than one part")
        assert "can never be known" in effect(tab, "status_requested")
        choose(tab, "status_requested", "yes")
        await scene.settled()
        assert effect(tab, "status_requested") == ""

    play(act)


def test_a_value_that_a_request_brought_is_shown_as_it_is_and_named_as_wrong(play: Act) -> None:
    async def act(scene: Room) -> None:
        tab, _ = await shown(scene, campaign(options=Options(encoding="LATIN-1")))
        box = tab.fields["encoding"].box
        assert isinstance(box, Choice)
        assert box.currentText() == "LATIN-1"
        assert tab.fields["encoding"].wrong.isVisible()

    play(act)


# -- saved sets ----------------------------------------------------------------------------------


def at(now: datetime) -> Options:
    """Options with a start and a period, which no set keeps."""
    period = Period(now + timedelta(hours=2), now + timedelta(hours=4))
    return Options(src="Nordlicht", max_parts=3, start_at=now + timedelta(hours=1), blackouts=(period,))


def test_a_set_is_saved_and_used_and_neither_touches_the_schedule(play: Act) -> None:
    async def act(scene: Room) -> None:
        first, opened = await shown(scene, campaign(options=at(scene.desk.now())))
        first.sets.save_as("Pick-up")
        await scene.settled()
        tab, other = await shown(scene, campaign(options=replace(at(scene.desk.now()), src=None, flash=True)))
        before = other.campaign.options
        tab.sets.choice.setCurrentIndex(0)
        tab.sets.use.setEnabled(True)
        tab.sets.use.click()
        after = other.campaign.options
        assert (after.src, after.max_parts, after.flash) == ("Nordlicht", 3, None)
        assert (after.start_at, after.blackouts) == (before.start_at, before.blackouts)
        assert not tab.sets.use.isEnabled()
        other.undo()
        assert other.campaign.options == before
        assert opened.campaign.options.start_at is not None

    play(act)


def test_a_removed_set_comes_back_with_what_it_was(play: Act) -> None:
    async def act(scene: Room) -> None:
        tab, _ = await shown(scene, campaign(options=Options(src="Nordlicht")))
        undo = []
        tab.noticed.connect(lambda _level, _words, _hint, act: undo.append(act))
        tab.sets.save_as("Pick-up")
        await scene.settled()
        (made,) = await scene.desk.option_sets.of("Try-out")
        tab.sets.make_default(made)
        await scene.settled()
        (kept,) = await scene.desk.option_sets.of("Try-out")
        assert kept.default
        tab.sets.remove(kept)
        await scene.settled()
        assert await scene.desk.option_sets.of("Try-out") == ()
        assert not tab.sets.choice.isEnabled()
        undo[-1].trigger()
        await scene.settled()
        (again,) = await scene.desk.option_sets.of("Try-out")
        assert (again.name, again.options, again.default) == ("Pick-up", Options(src="Nordlicht"), True)

    play(act)


def test_a_new_campaign_begins_with_the_default_set_and_a_written_one_keeps_its_own(play: Act) -> None:
    async def act(scene: Room) -> None:
        sets = scene.desk.option_sets
        made = await sets.save("Try-out", "Pick-up", Options(src="Nordlicht", status_requested=True))
        await sets.make_default("Try-out", made.id)
        new = await scene.desk.campaigns.adopt(campaign())
        assert await begin_with_default(scene.desk, new) is not None
        assert new.campaign.options.src == "Nordlicht"
        written = await scene.desk.campaigns.adopt(campaign(options=Options(src="Mine")))
        assert await begin_with_default(scene.desk, written) is None
        assert written.campaign.options == Options(src="Mine")

    play(act)


def test_without_an_account_nothing_can_be_saved_and_the_reason_is_told(play: Act) -> None:
    async def act(scene: Room) -> None:
        tab, _ = await shown(scene, replace(campaign(), account=""))
        assert not tab.sets.keep.isEnabled()
        assert "account" in tab.sets.keep.toolTip()

    play(act)


def test_wrong_options_are_not_saved(play: Act) -> None:
    async def act(scene: Room) -> None:
        tab, _ = await shown(scene, campaign())
        assert tab.sets.keep.isEnabled()
        QTest.keyClicks(line(tab, "max_parts"), "99")
        assert not tab.sets.keep.isEnabled()
        tab.sets.save_as("Wrong")
        await scene.settled()
        assert await scene.desk.option_sets.of("Try-out") == ()

    play(act)
