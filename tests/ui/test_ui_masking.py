"""The mask for a shared screen: no page paints a whole number or reads one aloud; copies stay whole."""

import html
import re
from collections.abc import Iterator

import pytest
from composing import campaign_of, opened, until
from PySide6.QtCore import QAbstractTableModel, QBuffer, QByteArray, QIODevice, QPoint, Qt
from PySide6.QtGui import QAccessible, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QAbstractItemView, QLabel, QWidget
from screens import DELIVERED, NO_SUCH_NUMBER, Play, Scene

from smsdesk.core.lists import Source
from smsdesk.core.recipients import Recipients
from smsdesk.ui import masking
from smsdesk.ui.compose import TABS
from smsdesk.ui.shell import Shell

NUMBERS = [*DELIVERED[:2], NO_SUCH_NUMBER]
MASKED = "+49 ••• •••• 00"
_ROLES = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole)


@pytest.fixture(autouse=True)
def _bare() -> Iterator[None]:
    yield
    masking.turn(on=False)


def painted(root: QWidget) -> list[str]:
    """The words that a widget and all in it paint."""
    written = QByteArray()
    device = QBuffer(written)
    device.open(QIODevice.OpenModeFlag.WriteOnly)
    paper = QSvgGenerator()
    paper.setOutputDevice(device)
    paper.setSize(root.size())
    painter = QPainter(paper)
    root.render(painter, QPoint())
    painter.end()
    found = re.findall(r"<text[^>]*>(.*?)</text>", bytes(written.data()).decode(), re.DOTALL)
    return [html.unescape(words).strip() for words in found]


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
    found = [*painted(root), *told(root)]
    return [words for words in found if "1760406" in re.sub(r"[\s()/\N{NO-BREAK SPACE}-]", "", words)]


async def busy(scene: Scene) -> Shell:
    """A window in which every page has something to show, numbers in texts and references too."""
    await scene.send(NUMBERS, f"Call {NUMBERS[0]} or 0176 0406901", name="Autumn")
    await scene.report()
    fields = {"Name": ["Ada", "Bea", "Cleo"], "Old": ["0176 0406900", "004917604069001", "4917604069098"]}
    people = Recipients(NUMBERS, NUMBERS, fields)
    await scene.desk.lists.save("Kiel", people, Source("file", {"file": "people.csv"}))
    await scene.desk.do_not_contact.add(NUMBERS[1:], "asked us to")
    shell = await opened(scene)
    campaign_of(shell).add_recipients(0, people)
    campaign_of(shell).write_text(0, "Hello {Name}, is {Old} still yours?")
    return shell


async def walk(scene: Scene, shell: Shell) -> dict[str, list[str]]:
    """The whole numbers of each page."""
    found = {}
    for key in shell.window._places:
        shell.window.go(key)
        if key == "find":
            shell.window.ask("find", NUMBERS[0])
            await until(lambda: shell.find.answer.words is not None)
        if key == "jobs":
            await until(lambda: shell.jobs.recipients.shown)
            await scene.settled_of("jobs page")
            shell.jobs.recipients.table.choose_at(0)
        if key == "lists":
            await until(lambda: shell.lists.rows.table is not None)
        if key == "phones":
            await until(lambda: shell.phones.list.number())
        if key == "import":
            continue
        await until(lambda: not shell.desk.tasks.runs(key.replace("_", " ") + " page"))
        found[key] = whole_numbers(shell.window)
    shell.window.go("composer")
    for tab in TABS:
        shell.composer.go_tab(tab)
        found[f"composer {tab}"] = whole_numbers(shell.window)
    return found


def test_no_page_shows_or_tells_a_whole_number_while_the_mask_is_on(play: Play[None]) -> None:
    async def act(scene: Scene) -> None:
        shell = await busy(scene)
        shown = {key for key, words in (await walk(scene, shell)).items() if words}
        assert shown >= {"jobs", "find", "lists", "do_not_contact", "phones", "composer"}, shown
        shell.mask.trigger()
        assert {key: words for key, words in (await walk(scene, shell)).items() if words} == {}

    play(act)
