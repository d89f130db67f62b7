"""How people get into a campaign: files, pastes and drops on their way to the import, and what it brought."""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QInputDialog, QWidget

from smsdesk.core.campaign import Campaign, LeftOut
from smsdesk.core.importing import Imported
from smsdesk.core.numbers import Standing, read_number
from smsdesk.core.recipients import Added, Recipients, patched
from smsdesk.desk.campaigns import OpenCampaign
from smsdesk.desk.demo import left_out
from smsdesk.words import say


class Taking(QObject):
    """Asks for tables and takes what became of them into the text in sight.

    ``in_sight`` says which campaign and which of its texts that is; ``import_asked``: paths and pasted
    texts, and the region; ``taken``: a sentence, and how many changes undo takes back; ``imported``: the
    table, the text that it went to, and whether with its doubtful numbers; ``noticed`` as Campaigns'.
    """

    import_asked = Signal(list, str)
    taken = Signal(str, int)
    imported = Signal(object, int, bool)
    noticed = Signal(str, str, str, object)

    def __init__(self, parent: QWidget, in_sight: Callable[[], tuple[OpenCampaign | None, int]]) -> None:
        super().__init__(parent)
        self._window, self._in_sight = parent, in_sight

    def target(self) -> tuple[Campaign | None, int]:
        """The campaign, and which of its texts is in sight: an import goes there."""
        opened, at = self._in_sight()
        return (opened.campaign if opened else None), at

    def ask_file(self) -> None:
        """Asks for one table to import, or several."""
        dialog = QFileDialog(self._window, say("compose.import"), "", say("import.files"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.filesSelected.connect(lambda paths: self.import_files([Path(path) for path in paths]))
        dialog.finished.connect(lambda _: dialog.deleteLater())
        dialog.open()

    def import_files(self, sources: Sequence[Path | str]) -> None:
        """Brings files, or texts in their place, to the import screen."""
        opened, _ = self._in_sight()
        if sources and opened is not None and not opened.sent:
            self.import_asked.emit(list(sources), opened.campaign.region)

    def paste(self) -> None:
        """Takes rows or numbers from the clipboard, through the import screen."""
        text = QGuiApplication.clipboard().text()
        if not text.strip():
            self._warn("compose.paste.nothing")
        else:
            self.import_files([text])

    def take(self, table: Imported, *, with_doubtful: bool) -> None:
        """Takes imported recipients into the text in sight; the notice offers undo."""
        opened, at = self._in_sight()
        if opened is None:
            return
        rows, left = table.recipients, left_out(table)
        if with_doubtful:
            rows = patched(rows, Added(table.doubtful))
            left = LeftOut(0, left.invalid, left.duplicates, left.do_not_contact, left.blank)
        opened.choose_region(table.setting.region)
        field = own_text(table)
        is_empty = not opened.campaign.messages[at].text.strip()
        if field and is_empty:
            opened.write_text(at, field)
        opened.add_recipients(at, rows, left)
        self.imported.emit(table, at, with_doubtful)
        self.taken.emit(say("compose.taken", len(rows)), 2 if field and is_empty else 1)
        if field and not is_empty and field not in opened.campaign.messages[at].text:
            self._offer_text(opened, at, field)

    def _offer_text(self, opened: OpenCampaign, at: int, field: str) -> None:
        """Offers the texts of a column in place of the one that is written."""
        use = QAction(say("compose.own_text.use"), self)
        use.triggered.connect(lambda: opened.write_text(at, field))
        self.noticed.emit("guide", say("compose.own_text", field=field), say("compose.own_text.hint"), use)

    def ask_number(self) -> None:
        """Asks for one number to add."""
        dialog = QInputDialog(self._window)
        dialog.setWindowTitle(say("compose.add_number"))
        dialog.setLabelText(say("compose.add_number.words"))
        dialog.textValueSelected.connect(self._add_number)
        dialog.finished.connect(lambda _: dialog.deleteLater())
        dialog.open()

    def _add_number(self, text: str) -> None:
        opened, at = self._in_sight()
        if opened is None:
            return
        found = read_number(text, opened.campaign.region)
        if found.standing is Standing.INVALID:
            self.refuse_number(text)
        else:
            opened.add_recipients(at, Recipients([found.e164], [""]))

    def refuse_number(self, text: str) -> None:
        """Says why a text is no number."""
        self._warn("problem.recipient_invalid", value=text)

    def _warn(self, code: str, **values: str) -> None:
        self.noticed.emit("warning", say(code, **values), say(f"{code}.hint"), None)


def own_text(table: Imported) -> str:
    """The merge field with the texts of people's own, in braces; "" where a table has none."""
    column = table.mapping.get("text")
    names = (key.removeprefix("field:") for key, of in table.mapping.items() if of == column)
    name = next((name for name in names if name in table.recipients.fields), "")
    return f"{{{name}}}" if name and not set(name) & set("{}|") else ""
