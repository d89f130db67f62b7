"""What each page of the window is made of: a header (title, subtitle, find box, actions) and a body."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAction, QIcon, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from smsdesk.ui.icons import icon
from smsdesk.ui.layout import BETWEEN, SIDES, action_button, hbox, icon_button, label, title, vbox
from smsdesk.words import say

_FIND_WIDTH, _FIND_LEAST = 240, 44
_HEADER_HEIGHT = 32
_SUBTITLE_LEAST = 110


class FindBox(QPushButton):
    """The box "Find or do anything", which opens the command palette."""

    def __init__(self) -> None:
        super().__init__(say("window.find_box"))
        self.setProperty("kind", "find")
        self.setAccessibleName(say("window.find_box"))
        self.setToolTip(say("window.find_box.tip"))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setFixedWidth(_FIND_WIDTH)
        self._key = label(_keys("Ctrl+K"), "key")
        self.setLayout(hbox(None, self._key, margins=(0, 0, 8, 0)))

    def narrow(self, *, narrow: bool) -> None:
        """Shrinks to an icon where room is short."""
        self.setFixedWidth(_FIND_LEAST if narrow else _FIND_WIDTH)
        self._key.setVisible(not narrow)
        self.setText("" if narrow else say("window.find_box"))
        self.setIcon(icon("search") if narrow else QIcon())


def _keys(keys: str) -> str:
    """Keys as this system writes them."""
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText).replace("+", " ")


class Header(QWidget):
    """Title, subtitle, find box and the page's actions; the one filled button stands last."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.back = icon_button("arrow-left", say("window.back"))
        self.back.hide()
        self._title = title(words)
        self._title_room: QWidget = self._title
        self._title.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._subtitle = label("", "second")
        self._subtitle.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.find_box = FindBox()
        self._buttons: list[QPushButton] = []
        self._row = hbox(self.back, self._title, self._subtitle, self.find_box, gap=12)
        self._row.setStretch(2, 1)
        self.setLayout(self._row)
        self.setMinimumHeight(_HEADER_HEIGHT)

    def set_title(self, words: str) -> None:
        """The page's title."""
        self._title.setText(words)

    def write_title_in(self, box: QWidget) -> None:
        """Puts an input in the place of the title."""
        self._row.replaceWidget(self._title, box)
        self._title.hide()
        self._title_room = box

    def room_for_title(self) -> int:
        """How wide the title may be, so that some of the subtitle and all buttons stay in sight."""
        shown = [made for made in (self.back, *self._buttons) if not made.isHidden()]
        taken = sum(made.sizeHint().width() + 12 for made in shown)
        return self.width() - taken - self.find_box.width() - _SUBTITLE_LEAST - 24

    def set_subtitle(self, words: str) -> None:
        """What stands beside the title, in second colour."""
        self._subtitle.setText(words)

    def set_actions(self, actions: Sequence[QAction], primary: QAction | None) -> None:
        """Shows a button for each action; ``primary`` is filled and stands last."""
        for made in self._buttons:
            self._row.removeWidget(made)
            made.deleteLater()
        last = [] if primary is None else [primary]
        self._buttons = [action_button(of, primary=of is primary) for of in [*actions, *last]]
        for made in self._buttons:
            self._row.addWidget(made)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shrinks the find box before words are cut."""
        super().resizeEvent(event)
        self._fit()

    def event(self, event: QEvent) -> bool:
        """Does the same where a button gets other words or comes into sight."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit()
        return super().event(event)

    def _fit(self) -> None:
        fixed = sum(made.sizeHint().width() + 12 for made in self._buttons if not made.isHidden())
        words = self._title_room.sizeHint().width() + min(self._subtitle.sizeHint().width(), 220) + 24
        narrow = self.width() < fixed + words + _FIND_WIDTH + 24
        if narrow != (self.find_box.width() == _FIND_LEAST):
            self.find_box.narrow(narrow=narrow)


class Page(QWidget):
    """A page of the window. Its content goes into ``body``; its actions into ``set_actions``.

    The window calls ``shown`` each time the page comes into sight and ``hidden`` when it goes.
    ``help_asked`` (a topic) opens a help page, ``go_asked`` (a key) another page. ``own_export``: what writes
    its rows to a file, where they are no table.
    """

    help_asked = Signal(str)
    go_asked = Signal(str)

    def __init__(self, words: str = "") -> None:
        super().__init__()
        self.setProperty("kind", "page")
        self.setAccessibleName(words)
        self.header = Header(words)
        self.own_export: QAction | None = None
        self.body: QVBoxLayout = vbox(gap=BETWEEN)
        column = vbox(self.header, gap=BETWEEN, margins=(SIDES, 18, SIDES, 14))
        column.addLayout(self.body, 1)
        self.setLayout(column)

    def set_actions(self, *actions: QAction, primary: QAction | None = None) -> None:
        """The page's actions, as buttons in the header and in the command palette."""
        for old in self.actions():
            self.removeAction(old)
        for of in [*actions, *([] if primary is None else [primary])]:
            self.addAction(of)
        self.header.set_actions(actions, primary)

    def offer(self, *actions: QAction) -> None:
        """Actions without a button in the header: shortcuts and command palette only."""
        for of in actions:
            self.addAction(of)

    def shown(self) -> None:
        """The page is in sight now: a page loads its rows here."""

    def asked(self, words: str) -> None:
        """The page was asked for with words: a text for Find, a topic for Help."""

    def hidden(self) -> None:
        """The page is out of sight."""
