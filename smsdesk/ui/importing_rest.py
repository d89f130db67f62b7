"""Where the rows that are not taken go: a file in the form of the one they came from, or a workbook."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from smsdesk.words import say


def ask_rest(parent: QWidget, stem: str, then: Callable[[Path], object], *, as_book: bool) -> None:
    """Asks for the file; its suffix tells the form."""
    dialog = QFileDialog(parent, say("import.save"), "", say("import.save.files"))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.selectNameFilter(dialog.nameFilters()[1 if as_book else 0])
    name = say("import.save.name", name=stem)
    dialog.selectFile(f"{name}.xlsx" if as_book else f"{name}.csv")
    dialog.fileSelected.connect(lambda path: then(suffixed(path, dialog.selectedNameFilter())))
    dialog.finished.connect(lambda _: dialog.deleteLater())
    dialog.open()


def suffixed(path: str, name_filter: str) -> Path:
    """A file by its suffix; one that was written without gets that of the form that was chosen."""
    found = Path(path)
    return found if found.suffix else found.with_suffix(".xlsx" if ".xlsx" in name_filter else ".csv")
