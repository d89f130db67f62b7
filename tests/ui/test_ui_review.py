"""Review and send: figures, what stays behind, the question in proportion, the exact request, the test."""

import json
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot
from screens import DELIVERED, Play, Scene

from smsdesk.core.blackouts import Period
from smsdesk.core.campaign import Campaign, CampaignId, LeftOut, Message
from smsdesk.core.figures import Totals
from smsdesk.core.importing import Imported, Setting, import_sheet
from smsdesk.core.options import Options
from smsdesk.core.prices import Prices
from smsdesk.core.problem import Level, Problem, Where
from smsdesk.core.recipients import Recipients
from smsdesk.core.sheet import read_sheet
from smsdesk.desk.campaigns import OpenCampaign
from smsdesk.ui.ask import Question, Stake, written_number
from smsdesk.ui.compose_behind import HeldBack
from smsdesk.ui.compose_request import RequestDialog, laid_out
from smsdesk.ui.compose_review import ReviewTab
from smsdesk.ui.compose_stake import LARGE, MANY, stake_of
from smsdesk.ui.compose_test import SendTest, ask_test

GOOD = Options(src="Nordlicht", status_requested=True)
TEXT = "Hello {Name}"
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def campaign(count: int = 3, text: str = TEXT, options: Options = GOOD, **more: object) -> Campaign:
    """People called Ada 0, Ada 1 ..., sent from the sandbox."""
    numbers = DELIVERED[:count] if count <= len(DELIVERED) else [f"+4917640{at:06}" for at in range(count)]
    people = Recipients(numbers, [""] * count, {"Name": [f"Ada {at}" for at in range(count)]})
    made = Campaign(CampaignId(uuid.uuid4().hex), "Autumn", "Try-out", (Message(text, people),), options)
    return replace(made, **more)  # type: ignore[arg-type]


async def shown(scene: Scene, of: Campaign) -> tuple[ReviewTab, OpenCampaign, list[str]]:
    """The tab with a campaign, live; the list tells when it is in the outbox."""
    told: list[str] = []
    opened = await scene.desk.campaigns.adopt(of)
    tab = ReviewTab(
        scene.desk, lambda: told.append("queued"), lambda problem: told.append(problem.code), lambda _: None
    )
    scene.qtbot.addWidget(tab)
    tab.resize(1100, 700)
    tab.show()
    opened.listen(lambda: tab.show_campaign(opened))
    tab.show_campaign(opened)
    await scene.settled()
    return tab, opened, told


async def asked(scene: Scene, tab: ReviewTab) -> Question:
    """The question after a press of the button."""
    tab.send.click()
    await scene.settled()
    return tab.findChildren(Question)[-1]


# -- figures -------------------------------------------------------------------------------------


def test_figures_jobs_and_the_button_say_the_same(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        tab, opened, _ = await shown(scene, campaign(options=replace(GOOD, encoding="UTF-16"), text="x" * 71))
        assert opened.review is not None
        assert [figure.accessibleName() for figure in (tab.people, tab.parts, tab.jobs)] == [
            "3 people",
            "6 parts to pay",
            "1 job, at most 3,000 SMS each",
        ]
        assert tab.send.text() == "Send 3 SMS to 3 people\nfrom Nordlicht by Try-out (sandbox)"
        planned = tab.table.rows.row_at(0)
        assert (planned.totals.sms, planned.totals.parts) == (3, 6)

    play(act)


def test_the_checks_stay_in_sight_in_a_narrow_window(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        tab, _, _ = await shown(scene, campaign(text="{Name}, hello"))
        for width in (1100, 700, 1100):
            tab.resize(width, 700)
            await scene.settled()
            assert tab.checks.isVisible()
            assert tab.send.isVisible()
            assert tab._right.isVisible() is (width > 1000)
            assert tab.checks.mapTo(tab, tab.checks.rect().topRight()).x() <= width
        assert tab.goes._totals.text().startswith("3 different texts. All at once, today")

    play(act)


def test_what_it_costs_is_said_by_the_price_list_and_asked_for_without_one(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        tab, opened, _ = await shown(scene, campaign())
        asked_for: list[bool] = []
        tab.prices_asked.connect(lambda: asked_for.append(True))
        assert tab.cost.way.isVisible()
        tab.cost.way.click()
        assert asked_for
        opened.prices = Prices("EUR", {"DE": Decimal("0.075")})
        await scene.settled()
        assert tab.cost.texts() == ("€\u00a00.23", "by your price list")
        opened.prices = Prices("EUR", {"AT": Decimal("0.075")})
        await scene.settled()
        assert tab.cost.texts() == ("€\u00a00.00", "and 3 parts without a price")

    play(act)


def test_a_red_check_keeps_the_button_shut_says_so_and_leads_to_its_cause(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        tab, opened, told = await shown(scene, campaign(text="Hello {Nam}"))
        assert not tab.send.isEnabled()
        assert tab.warning.text() == "The button opens when the red check is mended."
        tab.send_now()
        await scene.settled()
        assert await scene.desk.outbox.entries() == ()
        tab.checks.lines[0].way.click()
        assert told == ["no_such_field"]
        opened.write_text(0, TEXT)
        assert not tab.send.isEnabled()
        assert "under way" in tab.warning.text()
        await scene.settled()
        assert tab.send.isEnabled()

    play(act)


def test_what_is_right_is_said_and_only_that(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        tab, opened, _ = await shown(scene, campaign())
        assert len(tab.good.texts()) >= 4
        opened.set_options(replace(GOOD, status_requested=None, invalid_characters="REPLACE"))
        opened.write_text(0, "snow ☃")
        await scene.settled()
        left = " ".join(tab.good.texts())
        assert "Delivery confirmation" not in left
        assert "every character" not in left

    play(act)


# -- what stays behind ---------------------------------------------------------------------------


def imported(scene: Scene) -> Imported:
    """Two good rows, a landline, and one without a number."""
    sheet = read_sheet(
        "people.csv", b"Number,Name\n+4917604069010,Ada\n+4917604069011,Bo\n+4930123456,Cy\nnone,Di\n"
    )
    return import_sheet(
        sheet, {"dst": "Number", "field:Name": "Name"}, Setting("DE", scene.desk.now(), "UTC")
    )


def test_who_is_held_back_can_be_looked_at_taken_in_and_taken_back(play: Play[None], tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        table = imported(scene)
        of = campaign(0, left_out=LeftOut(doubtful=1, invalid=1, duplicates=2))
        tab, opened, _ = await shown(scene, of.with_message(0, Message(TEXT, table.recipients)))
        assert [why for _, why in tab.behind.texts()][:2] == [
            "held back; import the file again to look at them",
            "named in the import; import the file again to save them",
        ]
        tab.remember(table, 0, with_doubtful=False)
        tab.show_campaign(opened)
        look, rest = tab.behind.links
        undo: list[QAction] = []
        tab.noticed.connect(lambda _level, _words, _hint, act: undo.append(act))
        look.click()  # type: ignore[attr-defined]
        dialog = tab.findChildren(HeldBack)[0]
        assert dialog.table.rows.row_at(0).dst == "+4930123456"
        dialog.use.click()
        assert (opened.campaign.sms_count, opened.campaign.left_out.doubtful) == (3, 0)
        assert len(tab.behind.links) == 1
        undo[-1].trigger()
        assert (opened.campaign.sms_count, opened.campaign.left_out.doubtful) == (2, 1)
        look, rest = tab.behind.links
        assert look.accessibleName() == "1 doubtful number: look at them"
        assert rest.accessibleName() == "1 unusable row: save as a file"
        path = tmp_path / "rest.csv"
        tab.write_rest(tab._taken[opened.campaign.id][0], path)
        await scene.settled()
        assert "none" in path.read_text("utf-8")

    play(act)


def test_who_is_on_the_list_now_is_a_click_away(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await scene.desk.do_not_contact.add([DELIVERED[0]], "asked us")
        tab, _, told = await shown(scene, campaign())
        assert tab.send.text() == "Send 2 SMS to 2 people\nfrom Nordlicht by Try-out (sandbox)"
        tab.behind.links[0].click()  # type: ignore[attr-defined]
        assert told == ["some_do_not_contact"]

    play(act)


# -- the question --------------------------------------------------------------------------------


def test_a_small_usual_send_is_one_question_with_figures_and_sent_once(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await scene.send(DELIVERED)
        tab, opened, told = await shown(scene, campaign())
        question = await asked(scene, tab)
        assert not question.figure.isVisible()
        assert "3 SMS to 3 people" in question.accessibleName()
        QTest.keyClick(question, Qt.Key.Key_Return)
        await scene.settled()
        assert (told, opened.sent) == ([], False)
        question = await asked(scene, tab)
        QTest.keyClick(question, Qt.Key.Key_Escape)
        await scene.settled()
        assert (told, opened.sent) == ([], False)
        question = await asked(scene, tab)
        question.yes.click()
        question.yes.click()
        question.accept()
        await scene.settled()
        assert (told, opened.sent) == (["queued"], True)
        assert len(await scene.desk.outbox.entries()) == 2
        assert tab.send.isHidden()

    play(act)


def test_a_campaign_that_changed_behind_the_question_is_not_sent(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        tab, opened, told = await shown(scene, campaign())
        question = await asked(scene, tab)
        opened.write_text(0, "Another text")
        await scene.settled()
        question.yes.click()
        await scene.settled()
        assert (told, opened.sent) == ([], False)

    play(act)


def test_the_question_has_the_figures_of_its_moment(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        tab, _, _ = await shown(scene, campaign())
        await scene.desk.do_not_contact.add([DELIVERED[0]], "asked us")
        question = await asked(scene, tab)
        assert "2 SMS to 2 people" in question.accessibleName()
        assert question.yes.text() == "Send 2 SMS to 2 people\nfrom Nordlicht by Try-out (sandbox)"

    play(act)


def test_a_country_never_sent_to_before_is_named(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await scene.send(DELIVERED)
        people = Recipients(["+436641234567"], [""], {"Name": ["Eva"]})
        tab, _, _ = await shown(scene, campaign().with_message(0, Message(TEXT, people)))
        question = await asked(scene, tab)
        assert any("Austria" in part.accessibleName() for part in question.findChildren(QWidget))
        assert question.yes.isEnabled()

    play(act)


def stake(figure: int | None) -> Stake:
    return Stake("Send", "Much", "Words", "Send it", figure=figure, why="Write it" if figure else "")


def test_a_large_send_opens_by_its_figure_and_enter_never_sends(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.show()
    sent: list[bool] = []
    question = Question(parent, stake(6398), lambda: sent.append(True))
    question.open()
    line = question.figure
    assert question.focusWidget() is line
    QTest.keyClick(line, Qt.Key.Key_Return)
    QTest.keyClicks(line, "639")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert not question.yes.isEnabled()
    QTest.keyClicks(line, "8")
    assert question.yes.isEnabled()
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert question.focusWidget() is question.yes
    QTest.keyClick(question.yes, Qt.Key.Key_Return)
    QTest.keyClick(question.yes, Qt.Key.Key_Enter)
    assert sent == []
    assert question.isVisible()
    QTest.keyClick(question.yes, Qt.Key.Key_Space)
    assert sent == [True]


@pytest.mark.parametrize(
    ("people", "is_large", "written"),
    [(MANY - 1, False, False), (MANY, False, True), (LARGE - 1, True, False), (LARGE, True, True)],
)
def test_the_figure_is_written_from_a_size_on(people: int, is_large: bool, written: bool) -> None:
    totals = Totals(people, people, people, 1, NOW, NOW, {1: people}, None)
    unusual = [Problem(Level.NOTE, "unusual_large", Where(), {"n": people, "largest": 3})] if is_large else []
    made = stake_of(campaign(1), totals, unusual, "Today.")
    assert made.figure == (people if written else None)
    assert bool(made.why) is written
    assert len(made.unusual) == is_large


def test_many_people_have_to_be_written(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        tab, _, _ = await shown(scene, campaign(MANY))
        question = await asked(scene, tab)
        assert question.figure.isVisible()
        assert "1,000" in question.figure.accessibleName()
        assert not question.yes.isEnabled()

    play(act)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("6398", 6398),
        ("6,398", 6398),
        ("6.398", 6398),
        (" 6 398 ", 6398),
        ("", None),
        ("6398x", None),
        ("٣", None),
    ],
)
def test_a_number_may_be_written_with_thousands_separated(text: str, number: int | None) -> None:
    assert written_number(text) == number


# -- the exact request ---------------------------------------------------------------------------

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inside: st.lists(inside) | st.dictionaries(st.text(), inside),
)


@given(JSON)
def test_a_body_is_laid_out_as_json_and_a_cut_one_is_its_beginning(value: object) -> None:
    body, whole = json.dumps(value, ensure_ascii=False), json.dumps(value, ensure_ascii=False, indent=2)
    assert laid_out(body) == (whole, False)
    shown_part, more = laid_out(body, 20)
    assert whole.startswith(shown_part)
    assert more or shown_part == whole


def test_a_request_is_shown_cut_and_copied_whole(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        tab, _, _ = await shown(scene, campaign(text="{Name} " + "x" * 60))
        tab.table.link_clicked.emit(tab.table.rows.row_at(0), "request")
        await scene.settled()
        (dialog,) = tab.findChildren(RequestDialog)
        assert not dialog.cut.isVisible()
        assert json.loads(dialog.text.toPlainText())["messages"][2]["recipients"][0]["dst"] == DELIVERED[2]
        long = json.dumps({"messages": ["x" * 100] * 3000}).encode()
        other = RequestDialog(tab, tab.table.rows.row_at(0), long)
        other.open()
        assert other.cut.isVisible()
        assert len(other.text.toPlainText()) <= 100_000
        other.copy.click()
        assert QGuiApplication.clipboard().text().encode() == long

    play(act)


# -- a sent campaign -----------------------------------------------------------------------------


def test_a_sent_campaign_keeps_its_figures_and_its_cost(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        tab, opened, _ = await shown(scene, campaign())
        told = json.loads(await scene.desk.outbox.body_of(tab.table.rows.row_at(0).share))
        (await asked(scene, tab)).yes.click()
        await scene.settled()
        await scene.desk.do_not_contact.add([DELIVERED[0]], "asked us")
        again = await scene.desk.campaigns.open(opened.campaign.id)
        again.prices = Prices("EUR", {"DE": Decimal("0.50")})
        await scene.settled()
        tab.show_campaign(again)
        await scene.settled()
        assert tab.people.accessibleName() == "3 people"
        assert tab.cost.texts()[0] == "€\u00a01.50"
        assert not tab.send.isVisible()
        assert not tab.checks.isVisible()
        assert not tab.table.isVisible()
        assert tab.goes.sent.rows.rowCount() == 1
        tab.goes.sent.row_opened.emit(tab.goes.sent.rows.row_at(0))
        await scene.settled()
        (dialog,) = tab.findChildren(RequestDialog)
        went = json.loads(dialog.text.toPlainText())
        assert "#" in went["options"].pop("customerRef")
        assert went == told

    play(act)


# -- a test to oneself ---------------------------------------------------------------------------


async def dialog_of(scene: Scene, of: Campaign, row: int = 0) -> tuple[SendTest, list[tuple[str, str]]]:
    parent = QWidget()
    scene.qtbot.addWidget(parent)
    parent.show()
    opened = await scene.desk.campaigns.adopt(of)
    told: list[tuple[str, str]] = []
    made = ask_test(
        parent,
        scene.desk,
        opened,
        (0, row),
        lambda level, words, _hint, _act: told.append((level, words)),
        lambda: None,
    )
    await scene.settled()
    return made, told


def test_the_recipients_text_arrives_at_ones_own_number_at_once_and_the_number_is_remembered(
    play: Play[None],
) -> None:
    async def act(scene: Scene) -> None:
        now = scene.desk.now()
        later = replace(
            GOOD, start_at=now + timedelta(days=1), blackouts=(Period(now, now + timedelta(days=2)),)
        )
        dialog, told = await dialog_of(scene, campaign(options=later), row=1)
        dialog.phone.next.click()
        assert not dialog.send.isEnabled()
        QTest.keyClicks(dialog.number, "0176 040 690 15")
        assert dialog.send.isEnabled()
        QTest.keyClick(dialog.number, Qt.Key.Key_Return)
        QTest.keyClick(dialog.number, Qt.Key.Key_Return)
        await scene.settled()
        assert told == [("done", "The test to +49 176 04069015 is in the outbox.")]
        await scene.desk.outbox.drain("Try-out")
        (message,) = await scene.box.messages()
        assert (message["dst"], message["text"]) == ("+4917604069015", "Hello Ada 2")
        assert await scene.desk.own_number.load() == "0176 040 690 15"
        again, _ = await dialog_of(scene, campaign())
        assert again.number.text() == "0176 040 690 15"

    play(act)


def test_a_dialog_that_is_gone_before_the_number_is_known_breaks_nothing(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        parent = QWidget()
        scene.qtbot.addWidget(parent)
        opened = await scene.desk.campaigns.adopt(campaign())
        dialog = ask_test(parent, scene.desk, opened, (0, 0), lambda *_: None, lambda: None)
        dialog.reject()
        QApplication.sendPostedEvents(dialog, QEvent.Type.DeferredDelete)
        await scene.settled()

    play(act)


REFUSED: list[tuple[str, Callable[[Campaign], Campaign], str, str]] = [
    ("account", lambda of: replace(of, account=""), "017604069015", "Choose an account"),
    ("text", lambda of: of.with_message(0, replace(of.messages[0], text=" ")), "017604069015", "no text"),
    ("nobody", lambda of: of.with_message(0, Message(TEXT)), "017604069015", "no recipient"),
    ("option", lambda of: replace(of, options=Options(max_parts=99)), "017604069015", "1 to 20"),
    (
        "characters",
        lambda of: replace(
            of.with_message(0, replace(of.messages[0], text="☃")),
            options=Options(invalid_characters="REFUSE"),
        ),
        "017604069015",
        "☃",
    ),
    ("number", lambda of: of, "12x", "no phone number"),
    ("no number", lambda of: of, "", "Write the number"),
]


def test_a_test_that_cannot_go_says_why(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        for name, change, number, words in REFUSED:
            dialog, told = await dialog_of(scene, change(campaign()))
            dialog.number.setText(number)
            assert not dialog.send.isEnabled(), name
            assert words in dialog.wrong.text(), name
            dialog.send_now()
            await scene.settled()
            assert told == []
            dialog.reject()
        await scene.desk.do_not_contact.add([DELIVERED[0]], "asked us")
        dialog, told = await dialog_of(scene, campaign())
        dialog.number.setText(DELIVERED[0])
        dialog.send.click()
        await scene.settled()
        assert dialog.isVisible()
        assert "do-not-contact" in dialog.wrong.text()
        assert told == []
        assert await scene.desk.outbox.entries() == ()

    play(act)
