"""Writing a text: what is marked in it, what is offered, what it counts for the whole list."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from composing import add_many, campaign_of, opened, until
from PySide6.QtCore import QEvent, QMimeData, Qt, QUrl
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from screens import Play, Scene

from smsdesk.core.campaign import Campaign, CampaignId, Message
from smsdesk.core.prices import Prices
from smsdesk.core.recipients import Recipients
from smsdesk.ui import theme
from smsdesk.ui.compose_audit import AuditDialog, PartsChart
from smsdesk.ui.compose_completion import begun, matching
from smsdesk.ui.compose_editor import Editor, shared
from smsdesk.ui.compose_insert import DefaultDialog
from smsdesk.ui.compose_marks import Ground, Kind, marks
from smsdesk.ui.compose_texts import TextTabs
from smsdesk.ui.emoji import EmojiPicker
from smsdesk.ui.shell import Shell
from smsdesk.ui.templates import TemplatesDialog

GROUND = Ground(("First name", "City"))
CAMPAIGN = Campaign(CampaignId("0" * 32), "Autumn")


def kinds(text: str, ground: Ground = GROUND) -> list[tuple[Kind, int, int]]:
    return [(mark.kind, mark.start, mark.end) for mark in marks(text, ground)]


def editor(qtbot: QtBot, text: str = "", ground: Ground = GROUND) -> Editor:
    made = Editor()
    qtbot.addWidget(made)
    made.resize(500, 160)
    made.show_text(text, ground)
    made.show()
    made.activateWindow()
    made.setFocus()
    qtbot.waitUntil(made.hasFocus, timeout=60_000)
    made.moveCursor(QTextCursor.MoveOperation.End)
    return made


# -- what is marked -------------------------------------------------------------------------------


def test_fields_braces_and_characters_are_marked_by_what_they_are() -> None:
    assert kinds("Hi {first  name}") == [(Kind.FIELD, 3, 16)]
    assert kinds("Hi {City|you} {{x}}") == [(Kind.FIELD, 3, 13)]
    assert kinds("{Citty} { }") == [(Kind.UNKNOWN, 0, 7), (Kind.BRACE, 8, 11)]
    assert kinds("a } b") == [(Kind.BRACE, 2, 3)]
    assert kinds("it is “open” – now") == [
        (Kind.OUTSIDE, 6, 7),
        (Kind.OUTSIDE, 11, 12),
        (Kind.OUTSIDE, 13, 14),
    ]


def test_places_are_counted_as_qt_does_behind_an_emoji() -> None:
    assert kinds("ok 🎉 {City} and so on") == [(Kind.FIELD, 6, 12), (Kind.OUTSIDE, 3, 5)]


def test_a_literal_text_has_no_fields_and_utf16_forces_nothing_more() -> None:
    assert kinds("{City} } “", replace(GROUND, literal=True)) == [(Kind.OUTSIDE, 9, 10)]
    assert kinds("{City} “x”", replace(GROUND, standard=False)) == [(Kind.FIELD, 0, 6)]


def test_a_text_in_another_script_is_not_underlined_throughout() -> None:
    assert kinds("مرحبا بكم في المتجر") == []


def test_a_misspelt_field_names_the_nearest_column_and_a_character_what_becomes_of_it() -> None:
    words = {mark.kind: mark.words for mark in marks("{Frist name}, see “it” at home now", GROUND)}
    assert words[Kind.UNKNOWN] == "There is no column “Frist name”. Do you mean “First name”?"
    assert "“ (U+201C)" in words[Kind.OUTSIDE] or "” (U+201D)" in words[Kind.OUTSIDE]
    assert 'Replace by similar ones: becomes "' in words[Kind.OUTSIDE]
    assert "Replace by ?: becomes ?" in words[Kind.OUTSIDE]
    assert "Refuse the job: the service takes nothing" in words[Kind.OUTSIDE]


def test_the_rule_in_force_is_explained_first() -> None:
    (mark,) = marks("over there – here", replace(GROUND, rule="TRANSLITERATE"))
    assert mark.words.splitlines()[1] == "Replace by similar ones: becomes -"


def test_the_words_of_a_mark_show_where_the_mouse_rests_and_where_the_cursor_stands(
    qapp: QApplication, qtbot: QtBot
) -> None:
    made = editor(qtbot, "Hello {Citty}, well")
    told: list[str] = []
    made.explained.connect(told.append)
    box = next(iter(made.boxes(6, 13)))
    assert made.words_at(box.center().toPoint()).startswith("There is no column “Citty”.")
    assert made.words_at(made.viewport().rect().bottomRight()) == ""
    QTest.keyClick(made, Qt.Key.Key_Home)
    for _ in range(8):
        QTest.keyClick(made, Qt.Key.Key_Right)
    assert told[-1].startswith("There is no column “Citty”.")
    QTest.keyClick(made, Qt.Key.Key_End)
    assert told[-1] == ""


def test_a_pill_has_its_tint_and_its_braces_only_at_the_cursor(qapp: QApplication, qtbot: QtBot) -> None:
    made = editor(qtbot, "Hello {City} and more")
    tint = theme.colour("accent-tint").rgb()
    brace = next(iter(made.boxes(6, 7))).toAlignedRect()

    def inks() -> int:
        picture = made.viewport().grab(brace).toImage()
        points = ((x, y) for x in range(picture.width()) for y in range(picture.height()))
        return sum(picture.pixel(x, y) != tint for x, y in points)

    away = inks()
    cursor = made.textCursor()
    cursor.setPosition(8)
    made.setTextCursor(cursor)
    assert inks() > away + 5


def test_only_what_is_in_sight_of_a_long_text_is_marked(qapp: QApplication, qtbot: QtBot) -> None:
    made = editor(qtbot, "Hello {City}, good morning.\n" * 20_000)
    seen = made.marks_in_sight()
    assert 0 < len(seen) < 200
    made.moveCursor(QTextCursor.MoveOperation.Start)
    assert made.marks_in_sight()[0].start == 6


# -- the editor -----------------------------------------------------------------------------------


def test_blanks_that_do_not_break_stay_what_they_are(qapp: QApplication, qtbot: QtBot) -> None:
    made = editor(qtbot, "10\u00a0Euro\n5\u202f%")
    assert made.toPlainText() == "10\u00a0Euro\n5\u202f%"
    made.selectAll()
    assert made.createMimeDataFromSelection().text() == "10\u00a0Euro\n5\u202f%"
    assert not made.createMimeDataFromSelection().hasHtml()


def test_another_text_keeps_the_cursor_where_it_changed(qapp: QApplication, qtbot: QtBot) -> None:
    made = editor(qtbot, "one two 🎉 three")
    made.show_text("one twenty 🎉 three", GROUND)
    assert made.toPlainText() == "one twenty 🎉 three"
    assert made.textCursor().position() == 10
    assert shared("abcd", "abxd") == 2


def test_a_file_that_is_dropped_is_none_of_its_words(qapp: QApplication, qtbot: QtBot) -> None:
    made, dropped, pasted = editor(qtbot), QMimeData(), QMimeData()
    dropped.setUrls([QUrl.fromLocalFile("/people.csv")])
    pasted.setText("words")
    assert (made.canInsertFromMimeData(dropped), made.canInsertFromMimeData(pasted)) == (False, True)


def test_undo_is_the_campaigns(qapp: QApplication, qtbot: QtBot) -> None:
    made = editor(qtbot, "one")
    QTest.keyClicks(made, " two")
    asked = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    asked.ignore()
    made.event(asked)
    assert not asked.isAccepted()
    assert made.toPlainText() == "one two"


def test_a_field_is_completed_by_keyboard(qapp: QApplication, qtbot: QtBot) -> None:
    made = editor(qtbot, "Hello ", Ground(("First name", "Last name", "City")))
    QTest.keyClicks(made, "{na")
    assert made.completion.isVisible()
    QTest.keyClick(made, Qt.Key.Key_Down)
    QTest.keyClick(made, Qt.Key.Key_Return)
    QTest.keyClicks(made, ", dear")
    assert made.toPlainText() == "Hello {Last name}, dear"
    QTest.keyClicks(made, " {ci")
    QTest.keyClick(made, Qt.Key.Key_Tab)
    assert made.toPlainText() == "Hello {Last name}, dear {City}"


def test_completion_goes_by_escape_and_offers_nothing_for_a_doubled_brace(
    qapp: QApplication, qtbot: QtBot
) -> None:
    made = editor(qtbot, "", GROUND)
    QTest.keyClicks(made, "{c")
    assert made.completion.isVisible()
    QTest.keyClick(made, Qt.Key.Key_Escape)
    assert (made.completion.isVisible(), made.toPlainText()) == (False, "{c")
    assert begun("{{na") is None
    assert begun("{{{na") == "na"
    assert begun("{a} and {b") == "b"
    assert begun("{a|b") is None
    assert matching(["City", "Velocity", "a|b"], "ci") == ["City", "Velocity"]


def test_a_field_that_is_there_gets_no_second_brace(qapp: QApplication, qtbot: QtBot) -> None:
    made = editor(qtbot, "{}", GROUND)
    QTest.keyClick(made, Qt.Key.Key_Left)
    QTest.keyClicks(made, "ci")
    QTest.keyClick(made, Qt.Key.Key_Return)
    assert made.toPlainText() == "{City}"


def test_a_default_is_written_into_the_field(qapp: QApplication, qtbot: QtBot) -> None:
    written: list[str] = []
    made = DefaultDialog(editor(qtbot), ["City", "First name"], written.append)
    made.open()
    made.field.choose("First name")
    QTest.keyClicks(made.default, "customer")
    assert made.example.text() == "{First name|customer}"
    made.default.setText("a}")
    made.default.textEdited.emit("a}")
    assert not made.yes.isEnabled()
    made.default.setText("customer")
    made.default.textEdited.emit("customer")
    QTest.keyClick(made, Qt.Key.Key_Return)
    assert written == ["{First name|customer}"]


# -- in the composer ------------------------------------------------------------------------------


def press(shell: Shell, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(shell.composer.messages.editor, key, modifier)


def people(shell: Shell, fields: dict[str, list[str]], text: str) -> None:
    count = len(next(iter(fields.values())))
    numbers = [f"+4917640{at:06}" for at in range(count)]
    draft = campaign_of(shell)
    draft.add_recipients(0, Recipients(numbers, [""] * count, fields))
    draft.write_text(0, text)


async def reviewed(shell: Shell, condition: Callable[[], object] = lambda: True) -> None:
    draft = campaign_of(shell)
    await until(lambda: draft.fresh and condition())


def test_the_counter_and_the_borders_are_those_of_the_recipient_in_the_preview(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        shell = await opened(scene)
        composer = shell.composer
        people(shell, {"Name": ["Al", "Bartholomew"]}, "x" * 150 + " {Name}")
        foot = composer.messages.foot
        assert foot.counts.text().split("   ")[:3] == ["Row 1", "153 characters", "153 septets"]
        composer.side.phone.next.click()
        assert foot.counts.text().split("   ")[0] == "Row 2"
        assert "2 parts" in foot.counts.text()
        assert composer.messages.editor._borders == ((154, 2),)
        composer.side.phone.previous.click()
        assert composer.messages.editor._borders == ()

    play(act)


def test_one_click_writes_the_text_in_the_alphabet_and_undo_brings_it_back(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        shell = await opened(scene)
        messages, draft = shell.composer.messages, campaign_of(shell)
        messages.editor.setFocus()
        messages.editor.setPlainText("It’s “open” – now… Łódź")
        assert messages.foot.replace.text() == "Replace ’ “ ” – …"
        messages.foot.replace.click()
        assert messages.editor.toPlainText() == 'It\'s "open" - now... Łódź'
        assert not messages.foot.replace.isVisible()
        shell.composer.undo.trigger()
        assert draft.campaign.messages[0].text == "It’s “open” – now… Łódź"
        assert messages.editor.toPlainText() == "It’s “open” – now… Łódź"

    play(act)


def test_the_figures_of_the_list_lead_to_the_longest_and_to_what_saves(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        shell = await opened(scene)
        messages = shell.composer.messages
        names = ["Ann"] * 20 + ["“Ann”"] * 5 + ["A" * 30]
        people(shell, {"Name": names}, "Hello {Name}, " + "x" * 130)
        await reviewed(shell, messages.foot.audit.counts.text)
        line = messages.foot.audit
        assert line.counts.text() == "1 part: 20   2 parts: 1   3 parts: 5"
        assert line.median.text() == "median 141"
        line.longest.click()
        assert messages.table.currentIndex().row() == 20
        assert shell.composer.side.place == (0, 20)
        line.details.click()
        dialog = messages.findChildren(AuditDialog)[0]
        chart = dialog.findChildren(PartsChart)[0]
        assert chart.accessibleName() == "People by parts: 1 part: 20, 2 parts: 1, 3 parts: 5"
        saving = next(one for one in dialog.lines if hasattr(one, "act"))
        assert saving.act.text() == "Replace, saves 10"
        saving.act.click()
        await reviewed(shell, lambda: "3 parts" not in chart.accessibleName())
        assert campaign_of(shell).campaign.messages[0].recipients.fields["Name"][20] == '"Ann"'
        assert chart.accessibleName() == "People by parts: 1 part: 25, 2 parts: 1"
        dialog.accept()

    play(act)


def test_the_preview_goes_to_the_next_problem_and_round_again(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        shell = await opened(scene)
        composer = shell.composer
        people(shell, {"Name": ["Ann", "", "Ben", "Łukasz", ""]}, "Hello {Name}")
        at = []
        for _ in range(3):
            composer.side.phone.problem.click()
            await scene.settled_of("next problem of the preview")
            at.append(composer.side.place[1])
        assert at == [1, 4, 1]
        assert composer.messages.table.currentIndex().row() == 1
        assert composer.side.phone.state.accessibleName() == "no Name"
        draft = campaign_of(shell)
        draft.set_options(replace(draft.campaign.options, invalid_characters="REFUSE"))
        composer.side.phone.problem.click()
        await scene.settled_of("next problem of the preview")
        assert composer.side.place == (0, 3)

    play(act)


def test_steps_of_the_preview_have_keys_while_one_writes(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        shell = await opened(scene)
        add_many(shell, 3)
        campaign_of(shell).write_text(0, "Hello {Name}")
        composer = shell.composer
        shell.window.activateWindow()
        composer.messages.editor.setFocus()
        await until(composer.messages.editor.hasFocus)
        press(shell, Qt.Key.Key_PageDown, Qt.KeyboardModifier.AltModifier)
        assert composer.side.place == (0, 1)
        press(shell, Qt.Key.Key_PageUp, Qt.KeyboardModifier.AltModifier)
        assert composer.side.place == (0, 0)

    play(act)


def test_a_list_is_split_into_texts_by_a_column_in_one_step(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        shell = await opened(scene)
        messages, draft = shell.composer.messages, campaign_of(shell)
        people(
            shell,
            {"Name": ["A", "B", "C", "D", "E"], "Language": ["de", "en", "DE ", "", "de"]},
            "Hello {Name}",
        )
        dialog = messages.ask_split()
        assert dialog is not None
        await scene.settled_of("values of a column")
        assert dialog.column.key() == "Language"
        assert dialog.values.pairs() == [("de", "3"), ("en", "1"), ("(empty)", "1")]
        QTest.keyClick(dialog, Qt.Key.Key_Return)
        await until(lambda: not draft.busy and len(draft.campaign.messages) == 3)
        made = [(message.name, len(message.recipients)) for message in draft.campaign.messages]
        assert made == [("de", 3), ("en", 1), ("", 1)]
        assert {message.text for message in draft.campaign.messages} == {"Hello {Name}"}
        shell.composer.undo.trigger()
        assert len(draft.campaign.messages) == 1

    play(act)


def test_a_field_comes_from_the_menu_to_where_the_cursor_is(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        shell = await opened(scene)
        messages = shell.composer.messages
        people(shell, {"Name": ["A"], "R&D": ["x"]}, "Hello , you")
        cursor = messages.editor.textCursor()
        cursor.setPosition(6)
        messages.editor.setTextCursor(cursor)
        messages.insert.click()
        menu = messages.insert.findChildren(QMenu)[-1]
        assert [entry.text() for entry in menu.actions()] == ["Name", "R&&D", "", "With a default…"]
        menu.actions()[0].trigger()
        assert campaign_of(shell).campaign.messages[0].text == "Hello {Name}, you"
        menu.close()

    play(act)


def stops(begin: QWidget, end: QWidget) -> list[QWidget]:
    """What Tab comes by from one widget to another, both included."""
    out, at = [begin], begin.nextInFocusChain()
    while at is not end and at is not begin:
        if at.focusPolicy() & Qt.FocusPolicy.TabFocus and at.isVisible():
            out.append(at)
        at = at.nextInFocusChain()
    return [*out, end]


def test_tab_goes_as_one_reads_and_everything_has_a_name(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        shell = await opened(scene)
        messages, side = shell.composer.messages, shell.composer.side
        add_many(shell, 3)
        messages.add.click()
        messages.choose_message(0)
        campaign_of(shell).write_text(0, "It’s {Name}")
        await reviewed(shell, messages.foot.audit.details.isVisible)
        first, second = messages.tabs.findChildren(QPushButton)
        foot = [messages.foot.replace, messages.foot.audit.longest, messages.foot.audit.details]
        head = [
            first,
            second,
            messages.add,
            messages.insert,
            messages.templates,
            messages.emoji,
            messages.more,
        ]
        found = stops(first, foot[-1])
        assert all(messages.isAncestorOf(widget) for widget in found), "without a round over the screen"
        assert [widget for widget in found if widget in (*head, messages.editor, *foot)] == [
            *head,
            messages.editor,
            *foot,
        ]
        for part in (messages, side):
            stops_of = [w for w in part.findChildren(QWidget) if w.focusPolicy() & Qt.FocusPolicy.TabFocus]
            assert [w for w in stops_of if w.isVisible() and not w.accessibleName()] == []

    play(act)


def test_templates_and_emoji_go_into_the_text(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        shell = await opened(scene)
        messages, draft = shell.composer.messages, campaign_of(shell)
        messages.templates.click()
        dialog = messages.findChildren(TemplatesDialog)[0]
        dialog.chosen.emit("From a template ", None)
        dialog.reject()
        assert draft.campaign.messages[0].text == "From a template "
        messages.editor.moveCursor(QTextCursor.MoveOperation.End)
        messages.emoji.click()
        picker = shell.window.findChildren(EmojiPicker)[0]
        picker.chosen.emit("🎉")
        picker.close()
        assert draft.campaign.messages[0].text == "From a template 🎉"
        shell.composer.undo.trigger()
        shell.composer.undo.trigger()
        assert draft.campaign.messages[0].text == ""

    play(act)


def test_what_it_costs_stands_among_the_totals(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        shell = await opened(scene)
        add_many(shell, 4)
        draft = campaign_of(shell)
        draft.write_text(0, "Hello")
        draft.prices = Prices("EUR", {"DE": Decimal("0.075")})
        totals = shell.composer.side.totals
        await reviewed(shell, lambda: dict(totals.pairs()).get("Cost"))
        assert dict(totals.pairs())["Cost"] == "€\u00a00.30"

    play(act)


def test_many_texts_are_a_list_to_choose_from(qapp: QApplication, qtbot: QtBot) -> None:
    made = TextTabs()
    qtbot.addWidget(made)
    for count, kind in ((2, "Segments"), (5, "Choice")):
        made.show_texts(replace(CAMPAIGN, messages=(Message(),) * count), 1)
        assert type(made._shown).__name__ == kind
    long = Message(name="A very long name of a text")
    made.show_texts(replace(CAMPAIGN, messages=(long,) * 3), 0)
    assert type(made._shown).__name__ == "Choice"
