"""The recipients of a job as a table in a file."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QWidget

from smsdesk.desk.files import save
from smsdesk.ui.delivery import as_csv
from smsdesk.words import say

if TYPE_CHECKING:
    from smsdesk.desk.watching import SmsLine


async def write_csv(path: Path, rows: "Sequence[SmsLine]") -> None:
    """Writes the rows as a table. Raises FileError (reason ``not_written``)."""
    await save(path, as_csv(rows))


def ask_path(parent: QWidget, name: str, then: Callable[[Path], object]) -> QFileDialog:
    """Asks where to write a table; opened, not executed."""
    dialog = QFileDialog(parent, say("jobs.export.title"), name, say("jobs.export.filter"))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix("csv")
    dialog.fileSelected.connect(lambda chosen: then(Path(chosen)))
    dialog.finished.connect(lambda _: dialog.deleteLater())
    dialog.open()
    return dialog
