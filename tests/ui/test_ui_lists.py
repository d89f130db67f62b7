"""The page Lists on a real desk: choosing, combining, renaming by keyboard; whom a campaign did not reach."""

import csv
from pathlib import Path

import pytest
from composing import until
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QWidget
from screens import DELIVERED, NO_SUCH_NUMBER, PHONE_OFF, Play, Scene
from shiboken6 import isValid

from smsdesk.core.lists import WHICH, ListLine, Source
from smsdesk.core.recipients import Recipients
from smsdesk.store.schema import lists
from smsdesk.ui.lists import Lists
from smsdesk.ui.lists_dialogs import CampaignListDialog, ListPicker, NameDialog, SaveListDialog
from smsdesk.ui.lists_rows import source_words
from smsdesk.words import LANGUAGES, has, use_language

FILE = Source("file", {"file": "kiel.csv"})
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def people(start: int, count: int) -> Recipients:
    names = [f"Ada {at}" for at in range(start, start + count)]
    numbers = [f"+4917604{at:06}" for at in range(start, start + count)]
    return Recipients(numbers, [f"R{at}" for at in range(count)], {"Name": names})


async def three(scene: Scene) -> dict[str, ListLine]:
    """Kiel has 0 to 9, News 7 to 12, Far nobody of them; the newest, Far, stands first."""
    save = scene.desk.lists.save
    found = {"Kiel": people(0, 10), "News": people(7, 6), "Far": people(50, 2)}
    return {name: await save(name, rows, FILE) for name, rows in found.items()}


async def shown(scene: Scene) -> tuple[Lists, list[tuple[str, QAction | None]]]:
    page = await scene.show(Lists(scene.desk))
    told: list[tuple[str, QAction | None]] = []
    page.noticed.connect(lambda _level, words, _hint, act: told.append((words, act)))
    page.table.setFocus()
    return page, told


def names(page: Lists) -> list[str]:
    rows = page.table.rows
    return [rows.row_at(at).name for at in range(rows.rowCount())]


def figures(page: Lists) -> dict[str, str]:
    return {key: made.text() for key, made in page.combine.figures.items()}


def tab_to(page: QWidget, wanted: QWidget) -> None:
    """Presses Tab until a widget has the focus, as somebody without a mouse does."""
    for _ in range(40):
        focused = page.window().focusWidget()
        if focused is wanted:
            return
        assert focused is not None
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    raise AssertionError(f"{wanted.accessibleName()} is out of reach of the keyboard")


def go_to(page: Lists, name: str) -> None:
    """Goes to a list by the arrow keys."""
    by = names(page).index(name) - page.table.currentIndex().row()
    for _ in range(abs(by)):
        QTest.keyClick(page.table, Qt.Key.Key_Down if by > 0 else Qt.Key.Key_Up)


def dialog_of(page: Lists, kind: type[QDialog]) -> QDialog:
    return page.findChildren(kind)[-1]


def test_an_empty_page_says_what_lives_here_and_leads_on(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        page, _ = await shown(scene)
        asked: list[str] = []
        page.help_asked.connect(asked.append)
        assert page.empty.isVisible()
        assert not page.table.isVisible()
        buttons = [made for made in page.empty.findChildren(QAbstractButton) if made.isEnabled()]
        assert [made.text() for made in buttons] == ["From a campaign…", "About saved lists"]
        buttons[1].click()
        assert asked == ["lists"]
        buttons[0].click()
        await scene.settled()
        dialog = dialog_of(page, CampaignListDialog)
        assert isinstance(dialog, CampaignListDialog)
        assert dialog.none.isVisible()
        assert not dialog.yes.isVisible()
        assert dialog.cancel.text() == "Close"
        dialog.reject()

    play(act)


def test_a_list_tells_who_is_in_it_and_where_it_came_from(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await three(scene)
        counts: list[int] = []
        page = Lists(scene.desk)
        page.counted.connect(counts.append)
        await scene.show(page)
        assert counts[-1] == 3
        assert names(page) == ["Far", "News", "Kiel"]
        assert page.rows.name.text() == "Far"
        QTest.keyClick(page.table, Qt.Key.Key_End, CTRL)
        QTest.keyClick(page.table, Qt.Key.Key_Space)
        await scene.settled()
        assert (page.rows.name.text(), page.rows.told.text()) == ("Kiel", "10 recipients · file kiel.csv")
        table = page.rows.table
        assert table is not None
        assert table.rows.rowCount() == 10
        assert [str(table.rows.data(table.rows.index(9, at))) for at in range(3)] == [
            "+49 176 04000009",
            "R9",
            "Ada 9",
        ]

    play(act)


def test_two_lists_are_combined_by_keyboard_and_the_figures_stand_there_before(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await three(scene)
        page, told = await shown(scene)
        assert page.combine.hint.isVisible()
        go_to(page, "Kiel")
        QTest.keyClick(page.table, Qt.Key.Key_Up, CTRL)
        QTest.keyClick(page.table, Qt.Key.Key_Space, CTRL)
        assert set(figures(page).values()) == {"…"}
        assert not any(made.isEnabled() for made in page.combine.buttons.values())
        await scene.settled()
        assert figures(page) == {"either": "13", "only_first": "7", "only_second": "3", "both": "3"}
        assert page.combine.buttons["both"].accessibleName() == "Intersection: 3 in both"
        assert not page.use.isEnabled()
        for key, name, first in (
            ("only_second", "News without Kiel", "+4917604000010"),
            ("both", "Kiel and also News", "+4917604000007"),
        ):
            page.table.setFocus()
            go_to(page, "Kiel")
            QTest.keyClick(page.table, Qt.Key.Key_Up, CTRL)
            QTest.keyClick(page.table, Qt.Key.Key_Space, CTRL)
            await scene.settled()
            tab_to(page, page.combine.buttons[key])
            QTest.keyClick(page.combine.buttons[key], Qt.Key.Key_Space)
            await scene.settled()
            assert names(page)[0] == name
            line = page.table.current_row()
            assert line is not None
            assert (line.name, line.count) == (name, int({"only_second": 3, "both": 3}[key]))
            assert (await scene.desk.lists.load(line.id)).dst[0] == first
        words, undo = told[-1]
        assert words == "“Kiel and also News” is saved with 3 recipients."
        assert undo is not None
        undo.trigger()
        await scene.settled()
        assert names(page) == ["News without Kiel", "Far", "News", "Kiel"]

    play(act)


def test_more_than_two_lists_are_too_many(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await three(scene)
        page, _ = await shown(scene)
        QTest.keyClick(page.table, Qt.Key.Key_Down, SHIFT)
        QTest.keyClick(page.table, Qt.Key.Key_Down, SHIFT)
        await scene.settled()
        assert len(page.table.chosen_rows()) == 3
        assert page.combine.hint.text() == "Two at a time, please: 3 are chosen."

    play(act)


def test_nobody_in_both_cannot_be_saved(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await three(scene)
        page, _ = await shown(scene)
        page.table.choose_at(0)
        QTest.keyClick(page.table, Qt.Key.Key_Down, SHIFT)
        await scene.settled()
        assert figures(page)["both"] == "0"
        assert not page.combine.buttons["both"].isEnabled()
        assert page.combine.buttons["either"].isEnabled()

    play(act)


def test_a_list_gets_another_name_by_keyboard(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await three(scene)
        page, _ = await shown(scene)
        page.table.choose_at(2)
        QTest.keyClick(page.table, Qt.Key.Key_F2)
        await scene.settled()
        dialog = dialog_of(page, NameDialog)
        assert isinstance(dialog, NameDialog)
        box = dialog.name.box
        assert (box.text(), box.selectedText(), dialog.twin.isVisible()) == ("Kiel", "Kiel", False)
        QTest.keyClick(box, Qt.Key.Key_Delete)
        assert not dialog.yes.isEnabled()
        QTest.keyClicks(box, "News")
        assert dialog.twin.isVisible()
        QTest.keyClicks(box, " and Kiel")
        assert not dialog.twin.isVisible()
        QTest.keyClick(box, Qt.Key.Key_Return)
        await scene.settled()
        assert names(page) == ["Far", "News", "News and Kiel"]
        assert page.rows.name.text() == "News and Kiel"

    play(act)


def test_deleting_asks_nothing_and_undo_brings_all_back(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await three(scene)
        page, told = await shown(scene)
        page.table.choose_at(0)
        QTest.keyClick(page.table, Qt.Key.Key_Down, SHIFT)
        QTest.keyClick(page.table, Qt.Key.Key_Delete)
        await scene.settled()
        assert names(page) == ["Kiel"]
        assert page.rows.name.text() == "Kiel"
        words, undo = told[-1]
        assert words == "2 lists deleted."
        assert undo is not None
        undo.trigger()
        await scene.settled()
        assert names(page) == ["Far", "News", "Kiel"]

    play(act)


def test_a_list_is_exported(play: Play[None], tmp_path: Path) -> None:
    async def act(scene: Scene) -> None:
        made = await three(scene)
        page, told = await shown(scene)
        page.export_to(made["News"], tmp_path / "news.csv")
        await scene.settled()
        assert told[-1] == ("6 recipients written to news.csv.", None)
        page.export_to(made["News"], tmp_path / "nowhere" / "news.csv")
        await scene.settled()
        assert len(told) == 1
        assert [notice.error.code for notice in scene.notices if notice.error] == ["file"]

    play(act)
    with (tmp_path / "news.csv").open(newline="", encoding="utf-8") as file:
        assert next(csv.DictReader(file))["Name"] == "Ada 7"


def test_a_damaged_list_says_so_in_its_place(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await three(scene)
        await scene.desk.context.write(
            lambda connection: connection.execute(lists.update().values(columns=b"x"))
        )
        page, _ = await shown(scene)
        words = [one.accessibleName() for one in page.rows.findChildren(QWidget) if one.isVisible()]
        assert any(name.startswith("This list is damaged and cannot be read.") for name in words)
        assert scene.notices == []

    play(act)


async def failed_of(scene: Scene, page: Lists) -> None:
    """Makes a list of those whose message failed, by keyboard."""
    page.from_campaign.trigger()
    await scene.settled()
    dialog = dialog_of(page, CampaignListDialog)
    assert isinstance(dialog, CampaignListDialog)
    options = [dialog.which.itemText(at) for at in range(dialog.which.count())]
    assert options == ["Failed 2", "Delivered 3", "Everyone 5"]
    assert dialog.name.text == "Autumn: failed"
    QTest.keyClick(dialog.which, Qt.Key.Key_Down)
    assert (dialog.yes.text(), dialog.name.text) == ("Save list of 3", "Autumn: delivered")
    QTest.keyClick(dialog.which, Qt.Key.Key_Up)
    assert dialog.yes.text() == "Save list of 2"
    tab_to(dialog, dialog.name.box)
    dialog.name.box.selectAll()
    QTest.keyClicks(dialog.name.box, "Try again")
    QTest.keyClick(dialog.name.box, Qt.Key.Key_Return)
    await scene.settled()


def test_everyone_whose_message_failed_gets_a_new_campaign(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await scene.send([*DELIVERED[:2], NO_SUCH_NUMBER, DELIVERED[2], PHONE_OFF])
        await scene.report()
        page, told = await shown(scene)
        asked: list[Recipients] = []
        page.campaign_asked.connect(asked.append)
        await failed_of(scene, page)
        assert names(page) == ["Try again"]
        assert page.rows.told.text() == "2 recipients · campaign Autumn, those that failed"
        assert told[-1][0] == "“Try again” is saved with 2 recipients."
        assert page.use.text() == "New campaign with 2"
        page.table.setFocus()
        QTest.keyClick(page.table, Qt.Key.Key_Return)
        await scene.settled()
        (rows,) = asked
        assert [(row.dst, row.reference, row.fields["Name"]) for row in rows] == [
            (NO_SUCH_NUMBER, "ref-2", "Ada 2"),
            (PHONE_OFF, "ref-4", "Ada 4"),
        ]
        draft = await scene.desk.campaigns.create("Autumn, once more", "Try-out")
        draft.add_recipients(0, rows)
        await draft.save()
        found = (await scene.desk.campaigns.open(draft.campaign.id)).campaign.messages[0].recipients
        assert [row.fields["Name"] for row in found] == ["Ada 2", "Ada 4"]

    play(act)


def test_the_picker_tells_how_many_are_new_and_gives_only_those(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        made = await three(scene)
        page, _ = await shown(scene)
        picker = ListPicker(page, scene.desk, people(0, 10))
        chosen: list[tuple[Recipients, int, ListLine]] = []
        picker.chosen.connect(lambda *one: chosen.append(one))
        picker.open()
        await scene.settled()
        assert picker.told.text() == "All 2 are new."
        QTest.keyClick(picker.table, Qt.Key.Key_End, CTRL)
        QTest.keyClick(picker.table, Qt.Key.Key_Space)
        await scene.settled()
        assert picker.told.text() == "All of them are recipients already."
        QTest.keyClick(picker.table, Qt.Key.Key_Return)
        assert (chosen, picker.isVisible(), picker.yes.isEnabled()) == ([], True, False)
        QTest.keyClick(picker.table, Qt.Key.Key_Up)
        await scene.settled()
        assert picker.told.text() == "3 are new, 3 are recipients already."
        assert picker.yes.text() == "Add 3"
        QTest.keyClick(picker.table, Qt.Key.Key_Return)
        ((rows, known, line),) = chosen
        assert (list(rows.dst), known, line) == (list(people(10, 3).dst), 3, made["News"])
        assert not picker.isVisible()

    play(act)


def test_a_picker_without_any_list_says_where_they_come_from(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        page, _ = await shown(scene)
        picker = ListPicker(page, scene.desk, Recipients())
        picker.open()
        await scene.settled()
        assert picker.none.isVisible()
        assert not picker.yes.isVisible()
        QTest.keyClick(picker, Qt.Key.Key_Escape)
        assert not picker.isVisible()

    play(act)


def test_recipients_are_saved_under_a_name_and_a_full_disk_is_told_in_the_dialog(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        page, _ = await shown(scene)
        saved: list[ListLine] = []
        dialog = SaveListDialog(
            page, scene.desk, people(0, 4), Source("campaign", {"campaign": "Autumn"}), "Autumn"
        )
        dialog.saved.connect(saved.append)
        dialog.open()
        await scene.settled()
        assert dialog.words.text() == "4 recipients · campaign Autumn"
        pages = await scene.desk.context.write(lambda c: c.exec_driver_sql("PRAGMA page_count").scalar_one())
        await scene.desk.context.write(lambda c: c.exec_driver_sql(f"PRAGMA max_page_count={pages}").all())
        dialog._rows = people(0, 20_000)
        QTest.keyClick(dialog.name.box, Qt.Key.Key_Return)
        await scene.settled()
        assert dialog.isVisible()
        assert "full" in dialog.name.wrong.text()
        await scene.desk.context.write(lambda c: c.exec_driver_sql("PRAGMA max_page_count=100000").all())
        QTest.keyClick(dialog.name.box, Qt.Key.Key_Return)
        await until(lambda: saved)
        assert (saved[0].name, saved[0].count) == ("Autumn", 20_000)
        await until(lambda: not isValid(dialog))

    play(act)


def test_in_a_narrow_window_the_buttons_keep_their_room(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        page = Lists(scene.desk)
        scene.qtbot.addWidget(page)
        page.setFixedSize(816, 580)
        page.show()
        await scene.settled()
        await three(scene)
        page.shown()
        await scene.settled()
        QTest.keyClick(page.table, Qt.Key.Key_Down)
        await scene.settled()
        QApplication.sendPostedEvents()
        assert page.use.text() == "New campaign with 6"
        buttons = [made for made in page.header.findChildren(QAbstractButton) if made.isVisible()]
        assert all(made.width() >= made.sizeHint().width() for made in buttons if made.text())
        rooms = [made.geometry() for made in buttons]
        assert not any(a.intersects(b) for at, a in enumerate(rooms) for b in rooms[at + 1 :])

    play(act)


def test_everything_on_the_page_has_a_name_to_be_read_aloud(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await three(scene)
        page, _ = await shown(scene)
        page.table.choose_at(0)
        QTest.keyClick(page.table, Qt.Key.Key_Down, SHIFT)
        await scene.settled()
        focusable = [
            one
            for one in page.findChildren(QWidget)
            if one.isVisible() and one.focusPolicy() & Qt.FocusPolicy.TabFocus
        ]
        unnamed = [
            one
            for one in focusable
            if not QAccessible.queryAccessibleInterface(one).text(QAccessible.Text.Name)
            and one.objectName() != "qt_spinbox_lineedit"
        ]
        assert unnamed == []
        assert len(focusable) > 8

    play(act)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_source_and_choice_has_words(language: str) -> None:
    use_language(language)
    names = {"first": "Kiel", "second": "News", "campaign": "Autumn", "file": "kiel.csv"}
    for code in (
        "file",
        "campaign",
        "union",
        "difference",
        "intersection",
        *(f"campaign.{w}" for w in WHICH),
    ):
        words = source_words(Source(code, names))
        assert words and not has(words) and "{" not in words, code
    assert all(has(f"lists.{part}") for w in WHICH for part in (f"which.{w}", f"which.{w}.hint", f"name.{w}"))
