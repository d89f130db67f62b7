"""The dialog of templates and recent texts on a real desk: chosen, saved, renamed, deleted, brought back."""

import pytest
from alone import alone
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from screens import DELIVERED, Play, Scene
from sqlalchemy import text as sql

from smsdesk.core.account import Account
from smsdesk.core.campaign import Message
from smsdesk.core.options import Options
from smsdesk.core.recipients import Recipients
from smsdesk.ui.templates import TemplatesDialog
from smsdesk.ui.templates_name import NameDialog, first_words

PEOPLE = Recipients(["+4917604069001"], ["R1"], {"First Name": ["Ada"]})
OPTIONS = Options(src="Nordlicht", max_parts=2)


play = pytest.fixture(alone)
HOSTS: list[QWidget] = []
"""What the dialogs stand over lives as long as its test."""


async def opened(
    scene: Scene, text: str = "", options: Options | None = None, rows: Recipients = PEOPLE
) -> tuple[TemplatesDialog, list[tuple[str, object]]]:
    parent = QWidget()
    HOSTS.append(parent)
    scene.qtbot.addWidget(parent, before_close_func=HOSTS.remove)
    parent.show()
    dialog = TemplatesDialog(parent, scene.desk, Message(text, rows), options)
    chosen: list[tuple[str, object]] = []
    dialog.chosen.connect(lambda *one: chosen.append(one))
    dialog.open()
    await scene.settled()
    return dialog, chosen


async def three(scene: Scene) -> None:
    save = scene.desk.templates.save
    await save("Parcel", "Hello {first name}, your parcel is here", OPTIONS)
    await save("Appointment", "{first  name}: {date} in {City|Kiel}")
    await save("News", "Only today: 20 %")


def names(dialog: TemplatesDialog) -> list[str]:
    rows = dialog.table.rows
    return [rows.row_at(at).name for at in range(rows.rowCount())]


def name_dialog(dialog: TemplatesDialog) -> NameDialog:
    return dialog.findChildren(NameDialog)[-1]


def press(widget: QWidget, *keys: Qt.Key) -> None:
    for key in keys:
        QTest.keyClick(widget, key)


def test_without_any_template_it_says_what_one_is(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        dialog, _ = await opened(scene)
        assert dialog.none.isVisible()
        assert dialog.none.text().startswith("A template is a text kept under a name")
        assert not dialog.use.isEnabled() and not dialog.save.isEnabled()
        assert not dialog.preview.isVisible()
        dialog.kind._buttons["recent"].click()
        assert dialog.none.text() == "The texts of campaigns that were sent stand here."
        press(dialog.search, Qt.Key.Key_Escape)
        assert not dialog.isVisible()

    play(act)


def test_a_template_is_found_and_used_by_keyboard_with_its_options(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await three(scene)
        dialog, chosen = await opened(scene)
        assert names(dialog) == ["News", "Appointment", "Parcel"]
        QTest.keyClicks(dialog.search, "hello par")
        assert names(dialog) == ["Parcel"]
        assert dialog.preview.text.toPlainText() == "Hello {first name}, your parcel is here"
        assert dialog.preview.options.text() == "Sender, Most parts"
        press(dialog.search, Qt.Key.Key_Return)
        await scene.settled()
        assert chosen == [("Hello {first name}, your parcel is here", OPTIONS)]
        assert (await scene.desk.templates.every())[0].name == "Parcel"
        again, chosen = await opened(scene)
        assert names(again) == ["Parcel", "News", "Appointment"]
        again.preview.with_options.setChecked(False)
        press(again.search, Qt.Key.Key_Return)
        assert chosen[0][1] is None
        third, chosen = await opened(scene)
        press(third.search, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Up)
        assert third.preview.name.text() == "News"
        assert not third.preview.with_options.isVisible()
        third.table.setFocus()
        press(third.table, Qt.Key.Key_Return)
        assert chosen == [("Only today: 20 %", None)]
        await scene.settled()

    play(act)


def test_fields_that_the_list_lacks_are_named_before_it_is_used(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await three(scene)
        dialog, _ = await opened(scene)
        assert dialog.preview.lacking is None
        press(dialog.search, Qt.Key.Key_Down)
        assert dialog.preview.fields.text() == "Merge fields: first  name, date, City"
        assert dialog.preview.lacking is not None
        assert dialog.preview.lacking.accessibleName().startswith("Your list has no columns date, City.")
        assert dialog.use.isEnabled()
        press(dialog.search, Qt.Key.Key_Down)
        assert dialog.preview.lacking is None
        without, _ = await opened(scene, rows=Recipients(["+49176"], ["R"]))
        press(without.search, Qt.Key.Key_Down)
        assert without.preview.lacking is None

    play(act)


def test_the_text_in_sight_is_saved_and_takes_the_place_of_its_namesake(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await three(scene)
        dialog, _ = await opened(scene, "Hello again {first name}", OPTIONS)
        assert dialog.preview.hint.isVisible()
        dialog.save.click()
        name = name_dialog(dialog)
        assert (name.name.text, name.twin.isVisible()) == ("Hello again {first name}", False)
        name.name.box.selectAll()
        QTest.keyClicks(name.name.box, "Parcel")
        assert name.twin.text() == "Takes the place of the template of this name."
        name.with_options.setChecked(True)
        press(name.name.box, Qt.Key.Key_Return)
        await scene.settled()
        assert names(dialog) == ["Parcel", "News", "Appointment"]
        assert dialog.table.current_row() == dialog.table.rows.row_at(0)
        assert (dialog.told.text(), dialog.undo.isVisible()) == ("“Parcel” is saved.", True)
        saved = (await scene.desk.templates.every())[0]
        assert (saved.text, saved.options) == ("Hello again {first name}", OPTIONS)
        dialog.undo.click()
        await scene.settled()
        assert names(dialog) == ["News", "Appointment", "Parcel"]
        assert not dialog.strip.isVisible()
        assert (await scene.desk.templates.every())[2].text.startswith("Hello {first name},")

    play(act)


def test_one_is_renamed_and_deleted_by_keyboard_and_both_are_taken_back(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await three(scene)
        dialog, _ = await opened(scene)
        press(dialog.search, Qt.Key.Key_Down)
        dialog.table.setFocus()
        press(dialog.table, Qt.Key.Key_F2)
        name = name_dialog(dialog)
        assert not name.with_options.isVisible()
        name.name.box.clear()
        assert not name.yes.isEnabled()
        QTest.keyClicks(name.name.box, "News")
        assert name.twin.text() == "Another template has this name."
        name.name.box.insert(" \u202e of   May")
        press(name.name.box, Qt.Key.Key_Return)
        await scene.settled()
        assert names(dialog) == ["News", "News of May", "Parcel"]
        dialog.undo.click()
        await scene.settled()
        assert names(dialog) == ["News", "Appointment", "Parcel"]
        dialog.table.setFocus()
        press(dialog.table, Qt.Key.Key_Delete)
        await scene.settled()
        assert names(dialog) == ["News", "Parcel"]
        assert dialog.preview.name.text() == "Parcel"
        assert dialog.told.text() == "“Appointment” is deleted."
        QTest.keyClick(dialog.table, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
        await scene.settled()
        assert names(dialog) == ["News", "Appointment", "Parcel"]

    play(act)


def test_texts_of_sent_campaigns_are_offered(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        url = "http://localhost:9/v1"
        await scene.desk.accounts.save(Account("Try-out", url, (url,), "me"), None)
        for text in ("Hello {Name}", "Second", "Hello {Name}"):
            await scene.queue(DELIVERED[:1], text)
        dialog, chosen = await opened(scene)
        assert dialog.kind.key() == "recent"
        assert [dialog.table.rows.row_at(at).text for at in range(2)] == ["Hello {Name}", "Second"]
        assert not dialog.rename.isVisible() and not dialog.drop.isVisible()
        press(dialog.table, Qt.Key.Key_F2, Qt.Key.Key_Delete)
        press(dialog.search, Qt.Key.Key_Down, Qt.Key.Key_Return)
        assert chosen == [("Second", None)]

    play(act)


def test_what_the_disk_refuses_is_told_in_the_dialog(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await three(scene)
        dialog, _ = await opened(scene, "Hello")
        await scene.desk.context.write(lambda connection: connection.execute(sql("DROP TABLE templates")))
        dialog._delete()
        await scene.settled()
        assert dialog.told.isVisible() and not dialog.undo.isVisible()
        assert scene.notices == []

    play(act)


def test_long_and_odd_texts_begin_on_one_line() -> None:
    assert first_words("Hello\n\n  there\tyou") == "Hello there you"
    assert first_words("a" * 200, 10) == "aaaaaaaaa…"
    assert len(first_words("word " * 100_000)) <= 120


def test_whatever_takes_the_focus_has_a_name_and_tab_follows_reading(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        await three(scene)
        dialog, _ = await opened(scene, "Hello", OPTIONS)
        QTest.keyClicks(dialog.search, "parcel")
        dialog.save.click()
        for widget in (*dialog.findChildren(QWidget), *name_dialog(dialog).findChildren(QWidget)):
            if widget.focusPolicy() != Qt.FocusPolicy.NoFocus and widget.isVisible():
                assert widget.accessibleName(), widget
        name_dialog(dialog).reject()
        order = [dialog.search, dialog.table, dialog.preview.text, dialog.preview.with_options]
        order += [dialog.save, dialog.rename, dialog.drop, dialog.cancel, dialog.use]
        dialog.search.setFocus()
        for wanted in order[1:]:
            focused = dialog.focusWidget()
            assert focused is not None
            press(focused, Qt.Key.Key_Tab)
            assert dialog.focusWidget() is wanted

    play(act)
