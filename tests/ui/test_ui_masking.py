"""The mask for a shared screen: no page paints a whole number or reads one aloud; copies stay whole."""

import re
from collections.abc import Callable, Iterator

import pytest
from composing import campaign_of, opened, until
from painting import painted
from PySide6.QtCore import QAbstractTableModel, Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtWidgets import QAbstractItemView, QApplication, QDialog, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot
from screens import DELIVERED, NO_SUCH_NUMBER, Play, Scene

from smsdesk.core.errors import FileError
from smsdesk.core.lists import Source
from smsdesk.core.problem import Level
from smsdesk.core.recipients import Recipients
from smsdesk.desk.tasks import Notice
from smsdesk.ui import masking
from smsdesk.ui.compose import TABS
from smsdesk.ui.inputs import text_input
from smsdesk.ui.labels import Reading
from smsdesk.ui.settings import MASK
from smsdesk.ui.shell import Shell

NUMBERS = [*DELIVERED[:2], NO_SUCH_NUMBER]
SHOWING = ("campaigns", "outbox", "jobs", "find", "lists", "do_not_contact", "phones", "import")
MASKED = "+49 ••• •••• 00"
_ROLES = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole)


@pytest.fixture(autouse=True)
def _bare() -> Iterator[None]:
    yield
    masking.turn(on=False)


def told(root: QWidget) -> list[str]:
    """The words that are read aloud, and tooltips, of all that is in sight."""
    words = []
    for widget in [root, *root.findChildren(QWidget)]:
        if not widget.isVisible():
            continue
        seen = QAccessible.queryAccessibleInterface(widget)
        if seen is not None:
            words += [seen.text(kind) for kind in (QAccessible.Text.Name, QAccessible.Text.Description)]
            words.append(seen.text(QAccessible.Text.Value))
        words.append(widget.toolTip())
        if isinstance(widget, QLabel):
            words.append(widget.text())
        if isinstance(widget, QAbstractItemView) and widget.model() is not None:
            model = widget.model()
            words += [
                str(model.index(row, column).data(role) or "")
                for row in range(min(model.rowCount(), 50))
                for column in range(model.columnCount() if isinstance(model, QAbstractTableModel) else 1)
                for role in _ROLES
            ]
    return words


def whole_numbers(root: QWidget) -> list[str]:
    """Where somebody's number can be seen or heard."""
    found = [*painted(root), *told(root), root.windowTitle()]
    return [words for words in found if "1760406" in re.sub(r"[\s()/\N{NO-BREAK SPACE}-]", "", words)]


async def busy(scene: Scene) -> Shell:
    """A window in which every page has something to show, numbers in texts, names and references too."""
    await scene.send(NUMBERS, f"Call {NUMBERS[0]} or 0176 0406901", name=f"Autumn {NUMBERS[0]}")
    await scene.report()
    await scene.queue(NUMBERS, "Hello", name=f"Winter {NUMBERS[0]}")
    fields = {"Name": ["Ada", "Bea", "Cleo"], "Old": ["0176 0406900", "004917604069001", "4917604069098"]}
    people = Recipients(NUMBERS, NUMBERS, fields)
    await scene.desk.lists.save(f"Kiel {NUMBERS[0]}", people, Source("file", {"file": "people.csv"}))
    await scene.desk.do_not_contact.add(NUMBERS[1:], "asked us to")
    shell = await opened(scene)
    table = scene.desk.context.store.folder / "people.csv"
    table.write_text("Mobil;Name\n0176 0406900;Ada\n+491760406901;Bea\n0176 04069O2;Cleo\n", "utf-8")
    shell.open_file(table, "DE")
    await until(shell.importing.take.isEnabled)
    campaign_of(shell).add_recipients(0, people)
    campaign_of(shell).write_text(0, "Hello {Name}, is {Old} still yours?")
    campaign_of(shell).rename(f"Spring {NUMBERS[0]}")
    return shell


async def stay(shell: Shell, key: str) -> None:
    """Goes to a page and waits until it shows what it has."""
    shell.window.go(key)
    match key:
        case "find":
            shell.window.ask("find", NUMBERS[0])
            await until(lambda: shell.find.hits.count() and shell.find._text())
            shell.find.open_person()
            await until(lambda: shell.find.answer.words is not None and not shell.find.head.isHidden())
        case "jobs":
            await until(lambda: shell.jobs.recipients.shown)
            shell.jobs.recipients.table.choose_at(0)
        case "lists":
            await until(lambda: shell.lists.rows.table is not None)
        case "phones":
            await until(shell.phones.list.number)
    await until(lambda: not shell.desk.tasks.runs(f"{key.replace('_', ' ')} page"))


async def walk(shell: Shell) -> dict[str, list[str]]:
    """The whole numbers of each page."""
    found = {}
    for key in SHOWING:
        await stay(shell, key)
        found[key] = whole_numbers(shell.window)
    shell.window.go("composer")
    for tab in TABS:
        shell.composer.go_tab(tab)
        found[f"composer {tab}"] = whole_numbers(shell.window)
    return found


def test_no_page_shows_or_tells_a_whole_number_while_the_mask_is_on(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        shell = await busy(scene)
        sign = shell.window._strip.masked
        shown = {key for key, words in (await walk(shell)).items() if words}
        assert shown >= {*SHOWING, *(f"composer {tab}" for tab in TABS[:-1])}
        assert not sign.isVisible()
        await stay(shell, "find")
        shell.mask.trigger()
        # At once, without another look at the workspace.
        assert whole_numbers(shell.window) == []
        assert sign.isVisible()
        assert shell.settings.masked.isChecked()
        assert {key: words for key, words in (await walk(shell)).items() if words} == {}
        shell.settings.masked.click()
        assert whole_numbers(shell.window) != []
        await until(lambda: not shell.desk.tasks.runs(f"setting:{MASK}"))
        assert (await scene.desk.settings())[MASK] == ""

    play(act)


async def over(shell: Shell, opens: Callable[[], object]) -> list[str]:
    """The whole numbers of a dialog that something opens, and whether there were any before."""
    opens()
    there: list[QDialog] = []

    def found() -> bool:
        some = (one for one in QApplication.topLevelWidgets() if isinstance(one, QDialog))
        there[:] = [one for one in some if one.isVisible()]
        return bool(there)

    await until(found)
    await until(lambda: not shell.desk.tasks.runs("raw side"))
    words = [word for one in there for word in whole_numbers(one)]
    for one in there:
        one.reject()
    await until(lambda: not found())
    return words


def test_no_dialog_palette_or_notice_shows_a_whole_number_while_the_mask_is_on(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        shell = await busy(scene)
        for on in (False, True):
            masking.turn(on=on)
            seen = {}
            await stay(shell, "jobs")
            people = shell.jobs.recipients
            people.table.selectAll()
            for name in ("raw", "follow"):
                seen[name] = await over(shell, getattr(people, name).click)
            await stay(shell, "find")
            for act in ("save_pdf", "table"):
                seen[act] = await over(shell, getattr(shell.find, act).trigger)
            shell.window.open_palette()
            palette = shell.window._palette
            assert palette is not None
            # What is typed into the box is seen, what is offered for it is not.
            palette._offer(NUMBERS[0])
            seen["palette"] = whole_numbers(palette._list)
            palette.close_box()
            lost = FileError(name=f"people {NUMBERS[0]}.csv", reason="missing")
            shell.show_notice(Notice(Level.ERROR, error=lost))
            assert shell.window._notices is not None
            seen["notice"] = whole_numbers(shell.window._notices)
            assert {name for name, words in seen.items() if words} == (set() if on else {*seen})

    play(act)


def test_what_is_copied_is_whole(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        shell = await busy(scene)
        masking.turn(on=True)
        await stay(shell, "jobs")
        people, clipboard = shell.jobs.recipients.table, QGuiApplication.clipboard()
        people.selectAll()
        people.copy()
        assert people.rows.index(0, 0).data() == MASKED
        assert clipboard.text().startswith("+49 176 0406900\t")
        await stay(shell, "find")
        shell.find.copy.trigger()
        await until(lambda: "+49 176 04069" in clipboard.text())
        assert shell.find.answer.words is not None
        assert "+49 ••• •••• " in shell.find.answer.happened.text()

    play(act)


def test_raw_words_are_masked_to_read_and_whole_to_copy(qtbot: QtBot) -> None:
    made = Reading("answer")
    qtbot.addWidget(made)
    made.setPlainText('"dst": "+4917604069000"')
    masking.turn(on=True)
    assert made.toPlainText() == f'"dst": "{MASKED}"'
    assert made.whole == '"dst": "+4917604069000"'


def test_a_number_that_stands_in_a_line_is_masked_and_one_that_is_typed_is_not(qtbot: QtBot) -> None:
    made = text_input("number", "+4917604069000")
    qtbot.addWidget(made)
    masking.turn(on=True)
    assert (made.displayText(), made.text()) == (MASKED, "+4917604069000")
    made.clear()
    qtbot.keyClicks(made, "01760406")
    assert (made.displayText(), made.text()) == ("01760406", "01760406")


def test_titles_tooltips_and_names_follow_the_mask(qtbot: QtBot) -> None:
    made = QWidget()
    qtbot.addWidget(made)
    whole = "Call +4917604069000"
    masking.title(made, whole)
    masking.tip(made, whole)

    def told() -> set[str]:
        return {made.windowTitle(), made.toolTip(), made.accessibleName()}

    assert told() == {whole}
    masking.turn(on=True)
    assert told() == {f"Call {MASKED}"}
    masking.title(made, f"{whole}!")
    assert made.windowTitle() == f"Call {MASKED}!"
    masking.turn(on=False)
    assert told() == {whole, f"{whole}!"}


def test_a_masked_line_is_replaced_as_a_whole_and_never_written_in(qtbot: QtBot) -> None:
    made = text_input("number", "Call +4917604069000 soon")
    qtbot.addWidget(made)
    masking.turn(on=True)
    made.setCursorPosition(len(made.displayText()))
    for key in (Qt.Key.Key_Exclam, Qt.Key.Key_Backspace):
        qtbot.keyClick(made, key)
        assert (made.displayText(), made.text()) == (f"Call {MASKED} soon", "Call +4917604069000 soon")
    made.selectAll()
    qtbot.keyClicks(made, "Other")
    assert (made.displayText(), made.text()) == ("Other", "Other")
    masking.turn(on=False)
    made.setText("Call +4917604069000")
    qtbot.keyClicks(made, "!")
    assert made.text() == "Call +4917604069000!"


def test_details_of_a_bug_are_masked_whether_the_mask_is_on_or_not(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        shell = await opened(scene)
        shell.show_notice(Notice(Level.ERROR, code="bug", details="ValueError\n+4917604069000"))
        assert shell.window._notices is not None
        copy = next(one for one in shell.window._notices.findChildren(QPushButton) if one.text())
        copy.click()
        assert QGuiApplication.clipboard().text() == f"ValueError\n{MASKED}"

    play(act)


def test_details_of_a_real_error_tell_where_it_was_and_no_number(play: Play[None]) -> None:
    number = "+4917604069000"

    async def broken() -> None:
        try:
            {}[number]
        except KeyError as error:
            error.add_note(f"while {number} was looked for")
            raise

    async def act(scene: Scene) -> None:
        shell = await opened(scene)
        await shell.desk.tasks.start("broken", broken())
        await until(lambda: shell.window._notices is not None)
        assert shell.window._notices is not None
        copy = next(one for one in shell.window._notices.findChildren(QPushButton) if one.text())
        copy.click()
        told = QGuiApplication.clipboard().text()
        assert told.startswith("KeyError\n")
        assert " broken\n" in told
        assert told.endswith(f"while {MASKED} was looked for")
        assert [one.code for one in scene.notices] in ([], ["bug"])
        scene.notices.clear()

    play(act)
