"""Files that are dropped on the program."""

from pathlib import Path

from PySide6.QtCore import QMimeData


def files_in(dropped: QMimeData) -> list[Path]:
    """The local files of what was dropped; folders are read as files, and then say what they are."""
    return [Path(url.toLocalFile()) for url in dropped.urls() if url.isLocalFile()]
