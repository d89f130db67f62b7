"""One whole campaign made by keyboard alone, and by mouse: the service got what the review said."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from composing import campaign_of, opened, until
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QMenu, QWidget
from screens import DELIVERED, LONG, Play, Scene
from shiboken6 import isValid

from smsdesk.core.outbox import EntryState
from smsdesk.core.rules import Rule, RuleKind
from smsdesk.desk.calendar import own_zone
from smsdesk.desk.campaign_files import export_saved, open_file
from smsdesk.desk.open_campaign import OpenCampaign
from smsdesk.ui.ask import Question
from smsdesk.ui.compose_review import ReviewTab
from smsdesk.ui.compose_rules import RuleDialog
from smsdesk.ui.compose_split import SplitDialog
from smsdesk.ui.inputs import Choice, Segments
from smsdesk.ui.shell import Shell

KEY, CTRL = Qt.Key, Qt.KeyboardModifier.ControlModifier
MOST_TABS = 400


@dataclass
class Keyboard:
    """Hands that touch nothing but keys: a widget is reached by Tab."""

    window: QWidget

    def at(self) -> QWidget:
        found = QApplication.focusWidget()
        return found if found is not None else QApplication.activeModalWidget() or self.window

    def reach(self, widget: QWidget) -> None:
        for _ in range(MOST_TABS):
            if self.at() is widget:
                return
            QTest.keyClick(self.at(), KEY.Key_Tab)
        raise AssertionError(f"{widget.accessibleName() or widget} is not reached by Tab from {self.at()}")

    def press(self, widget: QWidget) -> None:
        self.reach(widget)
        QTest.keyClick(widget, KEY.Key_Space)

    def write(self, widget: QWidget, text: str) -> None:
        self.reach(widget)
        QTest.keyClick(widget, KEY.Key_A, CTRL)
        QTest.keyClicks(widget, text)

    def choose(self, choice: Choice, key: str) -> None:
        self.reach(choice)
        QTest.keyClick(choice, KEY.Key_Home)
        for _ in range(choice.count()):
            if choice.key() == key:
                return
            QTest.keyClick(choice, KEY.Key_Down)
        raise AssertionError(f"{key} is not offered")

    def choose_one(self, segments: Segments, key: str) -> None:
        self.reach(segments._buttons[segments.key()])
        for _ in segments._buttons:
            if segments.key() == key:
                return
            QTest.keyClick(self.at(), KEY.Key_Right)
        raise AssertionError(f"{key} is not reached by arrows")

    def pick(self, menu: QMenu, words: str) -> None:
        for _ in range(len(menu.actions()) + 1):
            current = menu.activeAction()
            if current is not None and current.text() == words:
                QTest.keyClick(menu, KEY.Key_Return)
                return
            QTest.keyClick(menu, KEY.Key_Down)
        raise AssertionError(f"{words} is not in the menu")

    def new_campaign(self, shell: Shell) -> None:
        QTest.keyClick(self.at(), KEY.Key_N, CTRL)

    def take(self, shell: Shell) -> None:
        QTest.keyClick(self.at(), KEY.Key_Return, CTRL)

    def go_tab(self, shell: Shell, key: str) -> None:
        while shell.composer.tabs.key() != key:
            QTest.keyClick(self.at(), KEY.Key_PageDown, CTRL)

    def draw(self, shell: Shell) -> None:
        line = shell.composer.schedule.line
        self.reach(line)
        QTest.keyClick(line, KEY.Key_N)
        for _ in range(3):
            QTest.keyClick(line, KEY.Key_Right, CTRL)


@dataclass
class Mouse:
    """Hands that click and drag; only words are typed."""

    window: QWidget

    def press(self, widget: QWidget) -> None:
        assert widget.isVisible()
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)

    def write(self, widget: QWidget, text: str) -> None:
        self.press(widget)
        QTest.keyClick(widget, KEY.Key_A, CTRL)
        QTest.keyClicks(widget, text)

    def choose(self, choice: Choice, key: str) -> None:
        choice.showPopup()
        view = choice.view()
        at = choice.model().index(choice.findData(key), 0)
        view.scrollTo(at)
        QTest.mouseClick(
            view.viewport(), Qt.MouseButton.LeftButton, pos=view.visualRect(at).center(), delay=0
        )
        assert choice.key() == key

    def choose_one(self, segments: Segments, key: str) -> None:
        self.press(segments._buttons[key])

    def pick(self, menu: QMenu, words: str) -> None:
        act = next(act for act in menu.actions() if act.text() == words)
        QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(act).center())

    def new_campaign(self, shell: Shell) -> None:
        self.press(shell.campaigns.header._buttons[-1])

    def take(self, shell: Shell) -> None:
        self.press(shell.importing.header._buttons[-1])

    def go_tab(self, shell: Shell, key: str) -> None:
        self.press(shell.composer.tabs._buttons[key])

    def draw(self, shell: Shell) -> None:
        line = shell.composer.schedule.line
        row = line.height() // 4
        start, end = QPoint(int(line.width() * 0.79), row), QPoint(int(line.width() * 0.82), row)
        QTest.mousePress(line, Qt.MouseButton.LeftButton, pos=start)
        for at in (start + QPoint(8, 0), QPoint((start.x() + end.x()) // 2, row), end):
            QTest.mouseMove(line, at)
        QTest.mouseRelease(line, Qt.MouseButton.LeftButton, pos=end)


Hands = Keyboard | Mouse


def table() -> str:
    """Eight people in two languages; one has a blackout period of their own."""
    day = (datetime.now(UTC) + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    own = f"{day.isoformat()}/{(day + timedelta(days=2)).isoformat()}"
    rows = ["Vorname;Handy;Sprache;Sperrzeit"]
    for at, number in enumerate(DELIVERED[:8]):
        rows.append(f"Ada {at};{number};{'de' if at % 4 else 'en'};{own if at == 3 else ''}")
    return "\n".join(rows)


async def dialog_of(kind: type[QDialog]) -> QDialog:
    def found() -> list[QDialog]:
        return [w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible()]

    await until(found)
    made = found()[0]
    made.activateWindow()
    await until(made.isActiveWindow)
    return made


async def back(shell: Shell, dialog: QDialog) -> None:
    """Waits until a dialog is gone and the window has the keys again, as a window manager sees to."""
    await until(lambda: not isValid(dialog) or not dialog.isVisible())
    shell.window.activateWindow()
    await until(shell.window.isActiveWindow)


async def menu() -> QMenu:
    await until(lambda: isinstance(QApplication.activePopupWidget(), QMenu))
    made = QApplication.activePopupWidget()
    assert isinstance(made, QMenu)
    return made


async def made(shell: Shell, hands: Hands) -> ReviewTab:
    """From an empty draft to the button that sends."""
    composer = shell.composer
    draft = campaign_of(shell)
    hands.write(composer.name, "Autumn")
    QGuiApplication.clipboard().setText(table())
    hands.press(composer.messages.people.paste)
    await until(lambda: shell.window.page_key() == "import" and shell.importing.take.isEnabled())
    hands.take(shell)
    await until(lambda: shell.window.page_key() == "composer" and draft.campaign.sms_count == 8)
    await two_texts(shell, hands)
    await times(shell, hands)
    hands.go_tab(shell, "options")
    fields = composer.options.fields
    hands.write(fields["src"].box, "Nordlicht")
    confirmation = fields["status_requested"].box
    assert isinstance(confirmation, Choice)
    hands.choose(confirmation, "yes")
    hands.go_tab(shell, "review")
    await until(composer.review.send.isEnabled)
    return composer.review


async def two_texts(shell: Shell, hands: Hands) -> None:
    messages, draft = shell.composer.messages, campaign_of(shell)
    hands.write(messages.editor, "Hello {Vorname}, your parcel is here")
    hands.press(messages.more)
    hands.pick(await menu(), "One text for each value of a column…")
    split = await dialog_of(SplitDialog)
    assert isinstance(split, SplitDialog)
    hands.choose(split.column, "Sprache")
    await until(split.yes.isEnabled)
    hands.press(split.yes)
    await back(shell, split)
    await until(lambda: len(draft.campaign.messages) == 2)
    names = [message.name for message in draft.campaign.messages]
    tabs = messages.tabs._shown
    assert isinstance(tabs, Segments)
    hands.choose_one(tabs, str(names.index("de")))
    await until(lambda: messages.at == names.index("de"))
    hands.write(messages.editor, "Hallo {Vorname}, Ihr Paket ist da")


async def times(shell: Shell, hands: Hands) -> None:
    hands.go_tab(shell, "schedule")
    schedule, draft = shell.composer.schedule, campaign_of(shell)
    hands.choose_one(schedule.start.kind, "planned")
    hands.write(schedule.start.text, "tomorrow 9:00")
    hands.press(schedule.periods.add_rule)
    dialog = await dialog_of(RuleDialog)
    assert isinstance(dialog, RuleDialog)
    hands.choose(dialog.zone, "own")
    hands.press(dialog.save)
    await back(shell, dialog)
    await until(lambda: len(draft.campaign.rules) == 1)
    hands.draw(shell)
    await until(lambda: len(draft.campaign.options.blackouts) == 1)


async def sent(shell: Shell, hands: Hands, review: ReviewTab) -> None:
    hands.press(review.send)
    question = await dialog_of(Question)
    assert isinstance(question, Question)
    if question._stake.figure is not None:
        hands.write(question.figure, str(question._stake.figure))
    hands.press(question.yes)
    await until(lambda: shell.window.page_key() == "outbox")


def expected(draft: OpenCampaign) -> dict[str, tuple[str, datetime]]:
    """What the review says of each number: the text, and when it leaves."""
    out = {}
    for at, message in enumerate(draft.campaign.messages):
        for row, dst in enumerate(message.recipients.dst):
            look = draft.person(at, row)
            assert look.way is not None
            assert look.way.arrives_at is not None
            out[dst] = look.text, look.way.arrives_at
    return out


async def check(scene: Scene, shell: Shell, hands: Hands) -> None:
    """Makes it, sends it, and holds what the service has against the review."""
    draft = campaign_of(shell)
    review = await made(shell, hands)
    found = draft.review
    assert found is not None
    assert review.people.accessibleName().startswith("8 ")
    assert draft.campaign.rules == (Rule(RuleKind.HOURS, zone=""),)
    wanted = expected(draft)
    assert {text.split(" ")[0] for text, _ in wanted.values()} == {"Hello", "Hallo"}
    tomorrow = datetime.now(ZoneInfo(own_zone())) + timedelta(days=1)
    start = tomorrow.replace(hour=9, minute=0, second=0, microsecond=0)
    assert min(at for _, at in wanted.values()) >= start
    assert wanted[DELIVERED[3]][1] - start > timedelta(hours=12)
    await sent(shell, hands, review)

    async def accepted() -> bool:
        states = [entry.state for entry in await scene.desk.outbox.entries()]
        return len(states) == found.totals.jobs and set(states) == {EntryState.ACCEPTED}

    async with asyncio.timeout(LONG):
        while not await accepted():
            await asyncio.sleep(0.01)
    await scene.box.advance((found.totals.last_at - datetime.now(UTC)).total_seconds() + 3600)
    got = await scene.box.messages()
    assert sorted(one["dst"] for one in got) == sorted(wanted)
    for one in got:
        text, at = wanted[one["dst"]]
        assert one["text"] == text
        assert abs(datetime.fromisoformat(one["at"]) - at) < timedelta(minutes=1)


def test_a_campaign_is_made_by_keyboard_alone(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        shell = await opened(scene)
        shell.window.activateWindow()
        await until(shell.window.isActiveWindow)
        await check(scene, shell, Keyboard(shell.window))

    play(act)


def test_a_campaign_is_made_by_mouse(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        shell = await opened(scene)
        await check(scene, shell, Mouse(shell.window))

    play(act)


def test_a_draft_opens_as_it_was_left(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        shell = await opened(scene)
        await scene.settled_of("view")
        composer, draft = shell.composer, campaign_of(shell)
        draft.write_text(0, "Hello there, and good bye")
        draft.add_message("German")
        composer.messages.choose_message(1)
        QTest.keyClicks(composer.messages.editor, "Guten Morgen")
        QTest.keyClick(composer.messages.editor, KEY.Key_Home)
        QTest.keyClick(composer.messages.editor, KEY.Key_Right, Qt.KeyboardModifier.ShiftModifier)
        shell.window.go("campaigns")
        await scene.settled_of("keep view")
        await draft.save()
        composer.opened = None
        shell.campaigns.open_campaign(draft.campaign.id)
        await until(lambda: composer.opened is not None and composer.messages.at == 1)
        cursor = composer.messages.editor.textCursor
        await until(lambda: (cursor().anchor(), cursor().position()) == (0, 1))
        assert composer.messages.editor.toPlainText() == "Guten Morgen"

    play(act)


def test_a_campaign_goes_out_to_a_file_and_comes_back(play: Play[None], tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        shell = await opened(scene)
        draft = campaign_of(shell)
        draft.rename("Autumn")
        draft.write_text(0, "Hello {Vorname}")
        draft.set_rules((Rule(RuleKind.HOURS, zone="Europe/Berlin"),))
        await draft.save()
        path = tmp_path / "autumn.json"
        await export_saved(scene.desk.context, draft.campaign.id, path)
        shell.campaigns.open_file(path)
        await until(lambda: campaign_of(shell) is not draft)
        back = campaign_of(shell).campaign
        assert back.id != draft.campaign.id
        assert (back.name, back.messages[0].text, back.rules) == (
            "Autumn",
            "Hello {Vorname}",
            draft.campaign.rules,
        )
        other = await open_file(scene.desk.context, scene.desk.campaigns, path)
        assert other.campaign.rules == back.rules

    play(act)
