"""The command palette (Ctrl+K): every action of the program in one box, and the way to Find."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QIcon, QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QWidget,
)

from smsdesk.ui import masking
from smsdesk.ui.icons import icon
from smsdesk.ui.layout import hline, label, vbox
from smsdesk.words import say

WIDTH, MOST = 560, 12


@dataclass(frozen=True, slots=True)
class Command:
    """One thing to do: its words, where it belongs or its keys at the right, and the call."""

    words: str
    beside: str
    call: Callable[[], object]
    icon_name: str = ""
    picture: QIcon | None = None

    def matches(self, query: str) -> bool:
        """Whether every word of the query occurs."""
        text = f"{self.words} {self.beside}".casefold()
        return all(word in text for word in query.casefold().split())


class Palette(QFrame):
    """The box over the window. Enter does the chosen command, Escape closes."""

    def __init__(self, parent: QWidget, on_find: Callable[[str], object]) -> None:
        super().__init__(parent)
        self._parent = parent
        self.setProperty("kind", "palette")
        self.setAccessibleName(say("palette.name"))
        self._on_find = on_find
        self._commands: Sequence[Command] = ()
        self._offered: list[Command] = []
        self._back_to: QWidget = parent
        self._box = QLineEdit()
        self._box.setPlaceholderText(say("window.find_box"))
        self._box.setAccessibleName(say("window.find_box"))
        self._box.textChanged.connect(self._offer)
        self._box.installEventFilter(self)
        self._list = QListWidget()
        self._list.setAccessibleName(say("palette.list"))
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setIconSize(QSize(16, 16))
        self._list.setUniformItemSizes(True)
        self._list.itemClicked.connect(lambda _item: self._do())
        self._list.setVerticalScrollMode(QListWidget.ScrollMode.ScrollPerPixel)
        self.setLayout(vbox(self._box, hline(), self._list, gap=0, margins=1))
        parent.installEventFilter(self)
        self.hide()

    def open(self, commands: Sequence[Command]) -> None:
        """Opens with these commands, an empty box and the focus."""
        self._commands = commands
        self._back_to = QApplication.focusWidget() or self._parent
        self._box.clear()
        self._offer("")
        self._place()
        self.show()
        self.raise_()
        self._box.setFocus(Qt.FocusReason.PopupFocusReason)

    def _offer(self, query: str) -> None:
        self._offered = [command for command in self._commands if command.matches(query)]
        if query.strip():
            words = say("palette.find", text=query.strip())
            self._offered.append(Command(words, "", lambda: self._on_find(query.strip()), "search"))
        self._list.clear()
        for command in self._offered:
            self._add(command)
        self._list.setCurrentRow(0)
        self._place()

    def _add(self, command: Command) -> None:
        picture, words = command.picture or icon(command.icon_name or "chevron-right"), command.words
        item = QListWidgetItem(picture, masking.shown(words))
        item.setSizeHint(QSize(WIDTH - 40, 34))
        spoken = masking.shown(f"{words} {command.beside}".strip())
        item.setData(Qt.ItemDataRole.AccessibleTextRole, spoken)
        self._list.addItem(item)
        if command.beside:
            row = QWidget()
            row.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            layout = QHBoxLayout(row)
            layout.setContentsMargins(0, 0, 10, 0)
            layout.addStretch(1)
            layout.addWidget(label(command.beside, "caption"))
            self._list.setItemWidget(item, row)

    def _do(self) -> None:
        at = self._list.currentRow()
        if 0 <= at < len(self._offered):
            self.close_box()
            self._offered[at].call()

    def close_box(self) -> None:
        """Closes without doing anything."""
        self.hide()
        self._back_to.setFocus(Qt.FocusReason.PopupFocusReason)

    def _place(self) -> None:
        parent = self._parent
        width = min(WIDTH, parent.width() - 48)
        rows = min(MOST, max(1, self._list.count()))
        height = min(52 + rows * 34 + 6, parent.height() - 96)
        self.setGeometry((parent.width() - width) // 2, 64, width, height)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows and Enter work while one writes; a click beside closes."""
        if watched is self._box and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            return self._key(event) or super().eventFilter(watched, event)
        if watched is self._box and event.type() == QEvent.Type.FocusOut and self.isVisible():
            self.hide()
        if watched is self._parent and event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def _key(self, event: QKeyEvent) -> bool:
        steps = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}
        if event.key() in steps:
            count = max(1, self._list.count())
            self._list.setCurrentRow((self._list.currentRow() + steps[Qt.Key(event.key())]) % count)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._do()
        elif event.key() == Qt.Key.Key_Escape:
            self.close_box()
        else:
            return False
        return True
