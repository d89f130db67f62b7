"""Asking where a table or a report is written, under a name that every system takes."""

import re
from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from smsdesk.words import say

TABLES = ("xlsx", "csv")
_NOT_IN_NAMES = re.compile(r"[^\w\- ]+")
_LONGEST = 80
_TAKEN = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])", re.IGNORECASE)
"""What Windows takes for something else than a file."""


def safe_name(words: str, otherwise: str) -> str:
    """A file's name, without its ending, made of words from anywhere."""
    name = " ".join(_NOT_IN_NAMES.sub(" ", words).split())[:_LONGEST].strip()
    return otherwise if not name or _TAKEN.fullmatch(name) else name


def ask_file(
    parent: QWidget, title: str, name: str, then: Callable[[Path], object], kinds: tuple[str, ...] = TABLES
) -> QFileDialog:
    """Asks where to write; opened, not executed. ``kinds`` are endings, the first one is proposed."""
    dialog = QFileDialog(parent, title, f"{name}.{kinds[0]}")
    dialog.setNameFilters([say(f"export.kind.{kind}") for kind in kinds])
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(kinds[0])
    dialog.filterSelected.connect(
        lambda chosen: dialog.setDefaultSuffix(next(kind for kind in kinds if f".{kind}" in chosen))
    )
    dialog.fileSelected.connect(lambda chosen: then(Path(chosen)))
    dialog.finished.connect(lambda _: dialog.deleteLater())
    dialog.open()
    return dialog
