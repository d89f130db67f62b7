"""The columns offered while a merge field is being written, below the cursor. The focus stays in the text."""

import re
from collections.abc import Callable, Sequence

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QListWidget, QListWidgetItem, QTextEdit, QWidget

from smsdesk.words import say

_BEGUN = re.compile(r"(\{+)([^{}|\n]{0,80})$")
_LOOK_BACK = 100
_ROWS, _ROW, _WIDE = 8, 30, 240


def begun(before: str) -> str | None:
    """What is written of a field's name, by the text before the cursor; None where no field is begun."""
    found = _BEGUN.search(before)
    return found[2] if found is not None and len(found[1]) % 2 else None


def matching(names: Sequence[str], written: str) -> list[str]:
    """The names that hold what is written; those that begin with it first."""
    wanted = " ".join(written.split()).casefold()
    found = [name for name in names if wanted in name.casefold() and usable(name)]
    return sorted(found, key=lambda name: not name.casefold().startswith(wanted))


def usable(name: str) -> bool:
    """Whether a column can be named in a text: braces, bars and line breaks have another meaning there."""
    return bool(name.strip()) and not set(name) & set("{}|\n")


class Completion(QListWidget):
    """The list; :meth:`take_key` is offered each key of the text first."""

    def __init__(self, over: QWidget, chosen: Callable[[str], object]) -> None:
        super().__init__(over)
        self.setWindowFlags(Qt.WindowType.ToolTip | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setProperty("kind", "completion")
        self.setAccessibleName(say("compose.completion"))
        self._chosen = chosen
        self.itemClicked.connect(self._take)

    def offer(self, names: Sequence[str], below: QPoint) -> None:
        """Offers names at a place of the screen; none hides the list."""
        if not names:
            self.hide()
            return
        self.clear()
        self.addItems([*names])
        self.setCurrentRow(0)
        wide = max(self.sizeHintForColumn(0) + 40, _WIDE)
        high = self.sizeHintForRow(0) or _ROW
        self.resize(min(wide, 2 * _WIDE), min(len(names), _ROWS) * high + 12)
        self.move(below)
        self.show()

    def take_key(self, key: int) -> bool:
        """Moves, chooses or hides by a key of the text; whether the key was for this list."""
        if not self.isVisible():
            return False
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_PageDown: _ROWS, Qt.Key.Key_PageUp: -_ROWS}
        if key in steps:
            at = self.currentRow() + steps[Qt.Key(key)]
            self.setCurrentRow(at % self.count() if abs(steps[Qt.Key(key)]) == 1 else self._within(at))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab):
            self._take(self.currentItem())
        elif key == Qt.Key.Key_Escape:
            self.hide()
        else:
            return False
        return True

    def _within(self, at: int) -> int:
        return max(0, min(at, self.count() - 1))

    def _take(self, item: QListWidgetItem | None) -> None:
        self.hide()
        if item is not None:
            self._chosen(item.text())


def before_cursor(cursor: QTextCursor) -> str:
    """The last characters before the cursor."""
    look = QTextCursor(cursor)
    look.setPosition(max(0, cursor.position() - _LOOK_BACK))
    look.setPosition(cursor.position(), QTextCursor.MoveMode.KeepAnchor)
    return look.selectedText().replace("\u2029", "\n")


def complete(editor: QTextEdit, name: str) -> None:
    """Writes the name in place of what is written of it, and closes the field."""
    cursor = editor.textCursor()
    written = begun(before_cursor(cursor)) or ""
    back, keep = QTextCursor.MoveOperation.Left, QTextCursor.MoveMode.KeepAnchor
    cursor.movePosition(back, keep, len(written))
    cursor.insertText(name)
    if after_cursor(cursor) == "}":
        cursor.movePosition(QTextCursor.MoveOperation.Right)
    else:
        cursor.insertText("}")
    editor.setTextCursor(cursor)


def after_cursor(cursor: QTextCursor) -> str:
    """The character behind the cursor."""
    look = QTextCursor(cursor)
    look.movePosition(QTextCursor.MoveOperation.Right, QTextCursor.MoveMode.KeepAnchor)
    return look.selectedText()
