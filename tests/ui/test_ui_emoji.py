"""The picker of emoji: found by name, walked by keyboard, those used lately first."""

import unicodedata

import pytest
from alone import alone
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit, QPushButton, QStyleOptionViewItem, QWidget
from screens import Play, Scene
from shiboken6 import isValid

from smsdesk.ui import theme
from smsdesk.ui.emoji import EmojiPicker
from smsdesk.ui.emoji_list import GROUPS, Emoji, every, found, known
from smsdesk.words import LANGUAGES, has, use_language

KEY = Qt.Key
play = pytest.fixture(alone)
HOSTS: list[QWidget] = []
"""The windows live as long as their tests."""


async def opened(scene: Scene) -> tuple[QWidget, QPlainTextEdit, EmojiPicker]:
    window = QWidget()
    HOSTS.append(window)
    scene.qtbot.addWidget(window, before_close_func=HOSTS.remove)
    window.resize(1024, 640)
    editor = QPlainTextEdit(window)
    window.show()
    editor.setFocus()
    return window, editor, await another(scene, editor)


async def another(scene: Scene, editor: QPlainTextEdit) -> EmojiPicker:
    beside = QPushButton("Emoji", editor.window())
    beside.move(980, 600)
    picker = EmojiPicker(editor, scene.desk)
    picker.chosen.connect(editor.insertPlainText)
    picker.open_at(beside)
    await scene.settled()
    return picker


def press(picker: EmojiPicker, *keys: Qt.Key) -> str:
    for key in keys:
        QTest.keyClick(picker.box, key)
    return picker.name.text()


def test_one_is_found_and_taken_by_keyboard(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        window, editor, picker = await opened(scene)
        assert window.rect().contains(picker.geometry())
        assert window.focusWidget() is picker.box
        QTest.keyClicks(picker.box, "parcel")
        assert picker.name.text() == "package"
        QTest.keyClick(picker.box, KEY.Key_Return, Qt.KeyboardModifier.ShiftModifier)
        assert picker.isVisible() and editor.toPlainText() == "📦"
        picker.box.clear()
        QTest.keyClicks(picker.box, "no such thing")
        assert picker.name.text() == "Nothing found"
        press(picker, KEY.Key_Return, KEY.Key_Down, KEY.Key_Right, KEY.Key_PageUp)
        assert picker.isVisible()
        picker.box.clear()
        QTest.keyClicks(picker.box, "Herz rot")
        press(picker, KEY.Key_Return)
        assert editor.toPlainText() == "📦❤️"
        assert not picker.isVisible() and window.focusWidget() is editor
        await scene.settled()
        assert (await scene.desk.settings())["emoji_recent"] == "❤️ 📦"
        second = await another(scene, editor)
        assert second.name.text() == "heavy black heart"
        assert press(second, KEY.Key_Right) == "package"
        press(second, KEY.Key_Escape)
        await scene.settled()
        assert editor.toPlainText() == "📦❤️" and not isValid(second)

    play(act)


def test_arrows_tab_and_pages_lead_through_the_groups(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        _, _, picker = await opened(scene)
        grid = picker.grid
        first = picker.name.text()
        assert first == "grinning face"
        assert press(picker, KEY.Key_Left, KEY.Key_Up, KEY.Key_PageUp) == first
        assert press(picker, KEY.Key_Right, KEY.Key_Right, KEY.Key_Left) == "grinning face with smiling eyes"
        column = grid.visualItemRect(grid.currentItem()).center().x()
        press(picker, KEY.Key_Down)
        here = grid.visualItemRect(grid.currentItem())
        assert here.left() <= column <= here.right()
        press(picker, KEY.Key_Up)
        assert picker.name.text() == "grinning face with smiling eyes"
        groups_of = [every()[0].group]
        for _ in range(len(GROUPS) + 2):
            press(picker, KEY.Key_Tab)
            one = grid.current()
            assert one is not None
            groups_of.append(one.group)
        assert list(dict.fromkeys(groups_of)) == list(GROUPS)
        assert press(picker, *[KEY.Key_PageDown] * 200, *[KEY.Key_Right] * 9) == every()[-1].name
        assert press(picker, KEY.Key_Right, KEY.Key_Down) == every()[-1].name
        QTest.keyClick(picker.box, KEY.Key_Backtab)
        one = grid.current()
        assert one is not None and one.group == GROUPS[-2]
        assert press(picker, *[KEY.Key_PageUp] * 200, *[KEY.Key_Left] * 9) == first
        assert grid.verticalScrollBar().value() == 0
        press(picker, KEY.Key_Escape)

    play(act)


def test_a_click_takes_one_and_a_click_beside_closes(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        _, editor, picker = await opened(scene)
        picker.box.setText("package")
        item = picker.grid.item(0)
        assert item.data(Qt.ItemDataRole.AccessibleTextRole) == "package"
        place = picker.grid.visualItemRect(item).center()
        QTest.mouseClick(picker.grid.viewport(), Qt.MouseButton.LeftButton, pos=place)
        assert editor.toPlainText() == "📦" and not picker.isVisible()
        picker = await another(scene, editor)
        editor.setFocus()
        assert not picker.isVisible()
        await scene.settled()

    play(act)


def test_what_no_font_has_stands_there_by_its_name(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        _, _, picker = await opened(scene)
        cells, indexes = (
            picker.grid.cells,
            map(picker.grid.indexFromItem, map(picker.grid.item, range(1, 900))),
        )
        wide = {
            index.data(Qt.ItemDataRole.UserRole): cells.sizeHint(QStyleOptionViewItem(), index).width()
            for index in indexes
        }
        assert not cells.drawn(Emoji("\U0010fffd", "of nobody", "faces", ""))
        lacking = {one for one in wide if one is not None and not cells.drawn(one)}
        assert picker.missing.isVisible() == (not all(map(cells.drawn, every())))
        assert {wide[one] for one in wide if one is not None and one not in lacking} <= {40}
        room = QFontMetrics(theme.font(theme.CAPTION, 400))
        assert all(wide[one] >= min(room.horizontalAdvance(one.name), 300) for one in lacking)
        press(picker, KEY.Key_Escape)

    play(act)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_group_has_words(language: str) -> None:
    use_language(language)
    assert all(has(f"emoji.group.{group}") for group in (*GROUPS, "recent"))


def test_each_emoji_stands_once_and_has_a_name() -> None:
    texts = [one.text for one in every()]
    assert len(set(texts)) == len(texts) > 1_300
    assert tuple(dict.fromkeys(one.group for one in every())) == GROUPS
    for one in every():
        assert one.name and unicodedata.lookup(one.name.upper()) == one.text[0]
        assert one.text[1:] in ("", "\ufe0f")
        assert not one.text.isascii()


def test_words_begin_words_of_the_name() -> None:
    def texts(query: str) -> list[str]:
        return [one.text for one in found(query)]

    assert "🎉" in texts("part") and "🎉" in texts("POPPER party")
    assert texts("arty") == []
    assert texts("Büro") == ["🏢"] == texts("buero")
    assert texts("📦") == ["📦"] and texts("?!") == []
    assert len(found("  ")) == len(every())
    assert [one.text for one in known(["📦", "x", "❤️", "📦"])] == ["📦", "❤️"]
