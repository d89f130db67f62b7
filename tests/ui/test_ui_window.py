"""The window: pages, keys, palette, notices, frame; and that everything has a name."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QListWidget, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from smsdesk.ui import theme
from smsdesk.ui.frame import AccountCard, RailButton
from smsdesk.ui.help import TOPICS, HelpPage
from smsdesk.ui.layout import action
from smsdesk.ui.notices import Notices
from smsdesk.ui.page import Page
from smsdesk.ui.palette import Palette
from smsdesk.ui.settings import SettingsPage
from smsdesk.ui.window import MainWindow
from smsdesk.words import use_language


class Seen(Page):
    """A page that keeps what it was told."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.told: list[str] = []
        self.set_actions(action(f"Export {words}", lambda: self.told.append("export"), shortcut="Ctrl+E"))

    def shown(self) -> None:
        self.told.append("shown")

    def hidden(self) -> None:
        self.told.append("hidden")

    def asked(self, words: str) -> None:
        self.told.append(f"asked {words}")


@pytest.fixture
def window(qapp: QApplication, qtbot: QtBot) -> MainWindow:
    theme.apply(qapp, "light")
    made = MainWindow()
    qtbot.addWidget(made)
    for key in ("campaigns", "outbox", "jobs", "find"):
        made.add_page(key, f"{key}.title", "inbox", Seen(key))
    made.add_page("compose", "campaigns.title", "pencil", Seen("compose"), under="campaigns")
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow, timeout=60_000)
    return made


def page(window: MainWindow) -> Seen:
    found = window.page()
    assert isinstance(found, Seen)
    return found


def test_keys_go_to_pages_and_escape_goes_back(window: MainWindow, qtbot: QtBot) -> None:
    control = Qt.KeyboardModifier.ControlModifier
    qtbot.keyClick(window, Qt.Key.Key_3, control)
    assert window.page_key() == "jobs"
    qtbot.keyClick(window, Qt.Key.Key_F, control)
    assert window.page_key() == "find"
    qtbot.keyClick(window, Qt.Key.Key_Escape)
    assert window.page_key() == "jobs"


def test_pages_hear_when_they_come_and_go(window: MainWindow) -> None:
    first = page(window)
    window.go("jobs")
    window.back()
    assert first.told == ["shown", "hidden", "shown"]


def test_a_page_without_entry_lights_the_one_it_belongs_to(window: MainWindow) -> None:
    window.go("outbox")
    window.go("compose")
    lit = [made.accessibleName() for made in window.findChildren(RailButton) if made.isChecked()]
    assert lit == ["Campaigns"]
    assert page(window).header.back.isVisible()


def test_the_palette_does_an_action_of_another_page(window: MainWindow, qtbot: QtBot) -> None:
    qtbot.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    box = window.findChild(Palette).findChild(QLineEdit)
    qtbot.keyClicks(box, "jobs exp")
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert window.page_key() == "jobs"
    assert page(window).told == ["shown", "export"]
    assert not window.findChild(Palette).isVisible()


def test_the_palette_leads_words_to_find(window: MainWindow, qtbot: QtBot) -> None:
    window.open_palette()
    palette = window.findChild(Palette)
    box, offered = palette.findChild(QLineEdit), palette.findChild(QListWidget)
    qtbot.keyClicks(box, "9925 904")
    assert offered.count() == 1
    qtbot.keyClick(box, Qt.Key.Key_Return)
    assert page(window).told == ["shown", "asked 9925 904"]


def test_escape_closes_the_palette_only(window: MainWindow, qtbot: QtBot) -> None:
    window.go("jobs")
    window.open_palette()
    palette = window.findChild(Palette)
    qtbot.keyClick(palette.findChild(QLineEdit), Qt.Key.Key_Escape)
    assert not palette.isVisible()
    assert window.page_key() == "jobs"


def test_notices_stack_replace_their_like_and_go(window: MainWindow, qtbot: QtBot) -> None:
    done: list[int] = []
    window.notify("error", "The service does not answer.", "Check the network.")
    window.notify("warning", "<b>17</b> people", action=action("Show", lambda: done.append(1)))
    window.notify("error", "The service does not answer.", "Check the network.")
    notices = window.findChild(Notices)
    assert [bar.notice.level for bar in notices.bars()] == ["warning", "error"]
    assert "<b>17</b> people" in [made.text() for made in notices.findChildren(QLabel)]
    for made in notices.bars()[0].findChildren(QLabel):
        assert made.textFormat() == Qt.TextFormat.PlainText
    link = next(made for made in notices.findChildren(QPushButton) if made.text() == "Show")
    qtbot.mouseClick(link, Qt.MouseButton.LeftButton)
    assert done == [1]
    assert [bar.notice.level for bar in notices.bars()] == ["error"]
    close = notices.bars()[0].findChild(QPushButton)
    qtbot.mouseClick(close, Qt.MouseButton.LeftButton)
    assert not notices.isVisible()


def test_a_notice_stays_on_top_when_another_page_comes(window: MainWindow) -> None:
    window.notify("error", "The service does not answer.")
    window.go("jobs")
    notices = window.findChild(Notices)
    page = window.page()
    assert notices is not None
    assert page is not None
    stack = [child for child in notices.parentWidget().children() if child in (notices, page)]
    assert stack == [page, notices]


def test_the_frame_says_what_it_shows(window: MainWindow, qtbot: QtBot) -> None:
    window.set_account("Try-out", sandbox=True, state="delivered", words="connected")
    window.set_count("jobs", 1318)
    window.set_count("outbox", 0)
    window.set_reports("delivered", "Reports up to date")
    window.set_saved("Saved")
    names = [made.accessibleName() for made in window.findChildren(RailButton)]
    assert names == ["Campaigns", "Outbox", "Jobs 1,318", "Find"]
    card = window.findChild(AccountCard)
    assert card.accessibleName() == "Account Try-out SANDBOX connected"
    with qtbot.waitSignal(window.account_asked, timeout=60_000):
        qtbot.mouseClick(card, Qt.MouseButton.LeftButton)
    texts = {made.text() for made in window.findChildren(QLabel) if made.isVisible()}
    assert {"Reports up to date", "Saved", "SMS Desk"} <= texts


def test_geometry_comes_back(qapp: QApplication, qtbot: QtBot) -> None:
    kept: list[str] = []
    first = MainWindow(save_geometry=kept.append)
    qtbot.addWidget(first)
    first.resize(1024, 701)
    first.show()
    first.close()
    second = MainWindow(load_geometry=lambda: kept[0])
    qtbot.addWidget(second)
    assert (second.width(), second.height()) == (1024, 701)


def test_broken_geometry_gives_the_usual_size(qapp: QApplication, qtbot: QtBot) -> None:
    made = MainWindow(load_geometry=lambda: "no geometry at all")
    qtbot.addWidget(made)
    assert (made.width(), made.height()) == (1360, 860)


def unnamed(root: QWidget) -> list[str]:
    """What can take the focus and has no accessible name."""
    found = []
    for widget in root.findChildren(QWidget):
        if widget.focusPolicy() == Qt.FocusPolicy.NoFocus or not widget.isVisible():
            continue
        seen = QAccessible.queryAccessibleInterface(widget)
        if not seen.text(QAccessible.Text.Name).strip():
            found.append(type(widget).__name__)
    return found


def test_all_that_takes_the_focus_has_a_name(window: MainWindow) -> None:
    window.add_page(
        "settings", "page.settings", "settings", SettingsPage({}, lambda *_: None, print, print), lower=True
    )
    window.add_page("help", "page.help", "circle-question-mark", HelpPage(), lower=True)
    window.notify("error", "The service does not answer.", "Check the network.")
    for key in ("campaigns", "settings", "help"):
        window.go(key)
        QApplication.processEvents()
        assert unnamed(window) == []


def test_help_needs_no_way_to_the_side_in_a_small_window(window: MainWindow) -> None:
    use_language("de")
    page_of_help = HelpPage()
    window.add_page("help", "page.help", "circle-question-mark", page_of_help, lower=True)
    window.resize(1024, 640)
    for topic in TOPICS:
        window.ask("help", topic)
        QApplication.processEvents()
        assert page_of_help.reader.horizontalScrollBar().maximum() == 0
    assert page_of_help.topics.horizontalScrollBar().maximum() == 0


def test_tab_follows_the_rail_as_it_is_seen_however_pages_were_added(window: MainWindow) -> None:
    window.add_page("help", "page.help", "circle-question-mark", HelpPage(), lower=True)
    window.add_page("late", "page.settings", "settings", Seen("late"))
    find_box = page(window).header.find_box
    QApplication.processEvents()
    rail = sorted(window.findChildren(RailButton), key=lambda made: made.y())
    seen: list[QWidget] = [*rail, window.findChild(AccountCard), find_box]
    following, order = seen[0], [seen[0]]
    while (following := following.nextInFocusChain()) is not seen[0]:
        if following in seen:
            order.append(following)
    assert order == seen


def test_settings_are_saved_as_they_are_changed(qapp: QApplication, qtbot: QtBot) -> None:
    saved: list[tuple[str, str]] = []
    made = SettingsPage(
        {"scheme": "light", "region": "AT"}, lambda key, value: saved.append((key, value)), print, print
    )
    qtbot.addWidget(made)
    made.show()
    assert (made.region.key(), made.scheme.key(), made.language.key()) == ("AT", "light", "")
    dark = next(button for button in made.findChildren(QPushButton) if button.text() == "Dark")
    qtbot.mouseClick(dark, Qt.MouseButton.LeftButton)
    assert theme.is_dark()
    made.dense.click()
    made.dense.click()
    assert saved == [("scheme", "dark"), ("dense", "1"), ("dense", "")]
    theme.apply(qapp, "light")


@pytest.mark.parametrize("tag", ["en", "de"])
def test_every_topic_of_the_help_can_be_read_and_leads_to_others(
    tag: str, qapp: QApplication, qtbot: QtBot
) -> None:
    use_language(tag)
    made = HelpPage()
    qtbot.addWidget(made)
    for topic in TOPICS:
        made.asked(topic)
        assert len(made.reader.toPlainText()) > 300
        title = made.topics.currentItem().text()
        assert made.reader.toPlainText().startswith(title)
        for link in _links(made):
            assert link in TOPICS


def _links(made: HelpPage) -> set[str]:
    found = set()
    block = made.reader.document().begin()
    while block.isValid():
        found |= {part.format.anchorHref() for part in block.textFormats() if part.format.isAnchor()}
        block = block.next()
    return found
