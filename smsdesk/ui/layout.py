"""The vocabulary of the screens: boxes, cards, words, buttons. A screen is one expression made of these.

Sentences come in as they are to be shown (from ``words.say``); all text is plain text. Kinds and roles
are properties that the style sheet knows. Whatever can take the focus gets an accessible name here.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from smsdesk.ui import masking
from smsdesk.ui.icons import SIZE, icon
from smsdesk.ui.labels import Elided, PillLabel, Words, plain_tip
from smsdesk.ui.marks import Pill

Item = QWidget | QLayout | int | None
"""What stands in a box: a widget, a layout, a gap in px, or None for the spring that takes the room left."""

INSIDE, BETWEEN, SIDES = 16, 12, 24
"""Space inside a card, between cards, and at the sides of a page."""

_FIRM = 260
"""Titles and headings keep so many px where words beside them are cut."""

Margins = int | tuple[int, int, int, int]
Box = TypeVar("Box", bound=QBoxLayout)


def hbox(*items: Item, gap: int = 8, margins: Margins = 0) -> QHBoxLayout:
    """The items side by side, in the middle of the height."""
    return _filled(QHBoxLayout(), items, gap, margins)


def vbox(*items: Item, gap: int = 8, margins: Margins = 0) -> QVBoxLayout:
    """The items below each other."""
    return _filled(QVBoxLayout(), items, gap, margins)


def _filled(box: Box, items: Sequence[Item], gap: int, margins: Margins) -> Box:
    box.setSpacing(gap)
    box.setContentsMargins(*((margins,) * 4 if isinstance(margins, int) else margins))
    for item in items:
        if item is None:
            box.addStretch(1)
        elif isinstance(item, int):
            box.addSpacing(item)
        elif isinstance(item, QLayout):
            box.addLayout(item)
        else:
            box.addWidget(item)
    return box


def widgets_in(box: QLayout) -> list[QWidget]:
    """The widgets that stand directly in a box, in their order."""
    items = (box.itemAt(at) for at in range(box.count()))
    widgets = (item.widget() for item in items if item is not None)
    return [widget for widget in widgets if widget is not None]


def grow(box: QBoxLayout, item: QWidget, share: int = 1) -> QBoxLayout:
    """Lets ``item`` of the box take the room left, in shares; returns the box."""
    box.setStretchFactor(item, share)
    return box


def holding(layout: QLayout, kind: str = "ground") -> QWidget:
    """A plain widget with this layout."""
    made = QWidget()
    made.setProperty("kind", kind)
    made.setLayout(layout)
    return made


def form(*rows: tuple[str, Item], label_width: int = 0, gap: int = 8) -> QGridLayout:
    """Pairs of (label, widget or layout); a label is bound to its widget as its name."""
    grid = QGridLayout()
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(16)
    grid.setVerticalSpacing(gap)
    grid.setColumnMinimumWidth(0, label_width)
    grid.setColumnStretch(1, 1)
    for row, (words, item) in enumerate(rows):
        add_row(grid, row, words, item)
    return grid


def add_row(grid: QGridLayout, row: int, words: str, item: Item) -> QLabel:
    """Puts one pair into a form; returns the label."""
    made = label(words, "second")
    top = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
    grid.addWidget(made, row, 0, top)
    if isinstance(item, QWidget):
        grid.addWidget(item, row, 1)
        made.setBuddy(item)
        if not item.accessibleName():
            item.setAccessibleName(words)
    elif isinstance(item, QLayout):
        grid.addLayout(item, row, 1)
    return made


def label(words: str = "", kind: str = "body", role: str = "", *, wrap: bool = False) -> QLabel:
    """Plain words; ``wrap`` breaks them over lines, otherwise they get an ellipsis where room is short."""
    made: QLabel = (
        Words(words) if wrap else Elided(words, _FIRM if kind in ("title", "head", "figure") else 48)
    )
    made.setIndent(0)
    made.setProperty("kind", kind)
    if role:
        made.setProperty("role", role)
    if wrap:
        made.setWordWrap(True)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        made.setSizePolicy(policy)
    return made


def title(words: str) -> QLabel:
    """The title of a page (20 px)."""
    return label(words, "title")


def head(words: str) -> QLabel:
    """The heading of a card."""
    return label(words, "head")


def caption(words: str = "", *, wrap: bool = False) -> QLabel:
    """Small words beside or below something (12 px)."""
    return label(words, "caption", wrap=wrap)


def sentence(words: str = "", role: str = "") -> QLabel:
    """Words that break over lines."""
    return label(words, "body", role, wrap=True)


def hline() -> QFrame:
    """A hairline from side to side."""
    made = QFrame()
    made.setProperty("kind", "hline")
    return made


def card(
    heading: str | QWidget = "",
    *actions: QWidget,
    beside: QLabel | None = None,
    body: QLayout | QWidget | None = None,
    flush: bool = False,
    kind: str = "card",
) -> QFrame:
    """A white card: a heading with actions at its right, then ``body``.

    ``flush`` lets the body (a table) reach the card's edges, below a hairline. Where the heading is a
    widget, it stands in place of the words; ``beside`` stands beside it and is cut first.
    """
    made = QFrame()
    made.setProperty("kind", kind)
    inside = 0 if flush else INSIDE
    column = vbox(gap=0 if flush else 12, margins=inside or (1, 1, 1, 5))
    if heading or actions:
        top = heading if isinstance(heading, QWidget) else head(heading)
        margins: Margins = (12, 8, 10, 8) if flush else 0
        row = hbox(top, *([] if beside is None else [beside]), None, *actions, margins=margins)
        column.addLayout(row)
        if flush:
            column.addWidget(hline())
    if isinstance(body, QWidget):
        column.addWidget(body, 1)
    elif body is not None:
        column.addLayout(body, 1)
    made.setLayout(column)
    if isinstance(heading, str) and heading:
        made.setAccessibleName(heading)
    return made


def button(
    words: str,
    icon_name: str = "",
    on_click: Callable[[], object] | None = None,
    *,
    primary: bool = False,
    kind: str = "",
    tip: str = "",
) -> QPushButton:
    """A button. ``primary`` is the filled one: at most one a page; kinds: quiet, link, danger."""
    made = QPushButton(_no_mnemonic(words))
    made.setAccessibleName(" ".join(words.split()))
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    chosen = "primary" if primary else kind
    if chosen:
        made.setProperty("kind", chosen)
    if icon_name:
        made.setIcon(
            icon(icon_name, "on-accent" if primary else "accent" if kind in ("link", "quiet") else "second")
        )
        made.setIconSize(QSize(SIZE, SIZE))
        made.setText(f" {made.text()}")
    if kind == "link":
        made.setCursor(Qt.CursorShape.PointingHandCursor)
    if tip:
        made.setToolTip(plain_tip(tip))
    if on_click is not None:
        made.clicked.connect(lambda: on_click())  # noqa: PLW0108 (the signal would hand in a flag)
    return made


def relabel(made: QPushButton, words: str) -> None:
    """Gives a button other words, an ampersand in them included."""
    made.setText(_no_mnemonic(words))
    made.setAccessibleName(" ".join(words.split()))


def _no_mnemonic(words: str) -> str:
    return words.replace("&", "&&")


def link(words: str, on_click: Callable[[], object] | None = None) -> QPushButton:
    """A button that looks like a link."""
    return button(words, on_click=on_click, kind="link")


def icon_button(
    icon_name: str, name: str, on_click: Callable[[], object] | None = None, role: str = "second"
) -> QPushButton:
    """A button with an icon only; ``name`` is its tooltip and accessible name."""
    made = button("", on_click=on_click, kind="icon", tip=name)
    made.setIcon(icon(icon_name, role))
    made.setIconSize(QSize(SIZE, SIZE))
    made.setAccessibleName(name)
    return made


def action(
    words: str,
    on_trigger: Callable[[], object],
    icon_name: str = "",
    shortcut: str | QKeySequence.StandardKey = "",
    parent: QWidget | None = None,
) -> QAction:
    """An action: what a page offers in its header and in the command palette."""
    made = QAction(words, parent)
    if icon_name:
        made.setIcon(icon(icon_name))
    if shortcut:
        made.setShortcut(QKeySequence(shortcut))
        made.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
    made.triggered.connect(lambda: on_trigger())  # noqa: PLW0108 (the signal would hand in a flag)
    return made


def action_button(of: QAction, *, primary: bool = False) -> QPushButton:
    """A button that mirrors an action: words, icon-free, enabled, shown; its shortcut in the tooltip."""
    made = button(of.text(), on_click=of.trigger, primary=primary)

    def follow() -> None:
        made.setText(_no_mnemonic(of.text()))
        made.setAccessibleName(of.text())
        made.setEnabled(of.isEnabled())
        made.setVisible(of.isVisible())
        keys = of.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        tip = of.statusTip() or keys
        made.setToolTip(plain_tip(tip))

    of.changed.connect(follow)
    follow()
    return made


class Stat(QWidget):
    """A large figure with a caption."""

    def __init__(self, figure: str, words: str) -> None:
        super().__init__()
        self._figure, self._words = label("", "figure"), label(words, "second")
        self.setLayout(vbox(self._figure, self._words, gap=0))
        self.show_figure(figure)

    def show_figure(self, figure: str, words: str | None = None) -> None:
        """Shows another figure, and other words where given."""
        self._figure.setText(figure)
        if words is not None:
            self._words.setText(words)
        self.setAccessibleName(f"{figure} {self._words.text()}")


def stat(figure: str, words: str) -> Stat:
    """A large figure with a caption; ``show_figure`` changes it."""
    return Stat(figure, words)


def pill(role: str, words: str, mark: str | None = None) -> PillLabel:
    """A state in a pill: mark and word. ``PillLabel.show_pill(Pill)`` changes it."""
    return PillLabel(Pill(role, words, mark))


def banner(level: str, words: str, hint: str = "", *actions: QWidget) -> QFrame:
    """A tinted bar inside a page; ``level`` is a role: accent, waiting, failed, unknown, delivered."""
    made = QFrame()
    made.setProperty("kind", "banner")
    made.setProperty("level", level)
    text = vbox(label(words, "head", level, wrap=True), gap=2)
    if hint:
        text.addWidget(label(hint, "body", wrap=True))
    row = hbox(*actions, margins=(12, 10, 12, 10), gap=12)
    row.insertLayout(0, text, 1)
    made.setLayout(row)
    masking.name(made, f"{words} {hint}".strip())
    return made


def empty_page(
    words: str, first_step: QWidget | None = None, help_link: QWidget | None = None, icon_name: str = ""
) -> QWidget:
    """What a page shows while it has nothing: one sentence, one button, one link to help."""
    text = label(words, "second")
    text.setAlignment(Qt.AlignmentFlag.AlignCenter)
    column = vbox(None, gap=16)
    if icon_name:
        picture = QPushButton()
        picture.setProperty("kind", "icon")
        picture.setIcon(icon(icon_name, "third"))
        picture.setIconSize(QSize(32, 32))
        picture.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        picture.setEnabled(False)
        column.addWidget(picture, 0, Qt.AlignmentFlag.AlignHCenter)
    column.addWidget(text)
    for item in (first_step, help_link):
        if item is not None:
            column.addWidget(item, 0, Qt.AlignmentFlag.AlignHCenter)
    column.addStretch(1)
    return holding(column, "")


def splitter(*widgets: QWidget, vertical: bool = False, shares: Sequence[int] = ()) -> QSplitter:
    """Parts whose border can be moved; none can be closed by moving it."""
    made = QSplitter(Qt.Orientation.Vertical if vertical else Qt.Orientation.Horizontal)
    made.setHandleWidth(BETWEEN)
    made.setChildrenCollapsible(False)
    for at, widget in enumerate(widgets):
        made.addWidget(widget)
        made.setStretchFactor(at, shares[at] if shares else 1)
    return made


def scrolling(content: QWidget) -> QScrollArea:
    """A column that scrolls by height only."""
    made = QScrollArea()
    made.setWidgetResizable(True)
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    made.setFrameShape(QFrame.Shape.NoFrame)
    made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    if not content.property("kind"):
        content.setProperty("kind", "ground")
    made.setWidget(content)
    return made
