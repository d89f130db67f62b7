"""The main window: rail, page stack, status strip, command palette, notices. Holds no page's content."""

from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QByteArray, Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QMainWindow, QStackedWidget, QWidget

from smsdesk.ui.frame import Rail, Strip, Stripes
from smsdesk.ui.importing_drops import files_in
from smsdesk.ui.layout import action, hbox, holding, vbox
from smsdesk.ui.notices import Notice, Notices
from smsdesk.ui.page import Page
from smsdesk.ui.palette import Command, Palette
from smsdesk.words import say

LEAST = (1024, 640)
USUAL = (1360, 860)


@dataclass(frozen=True, slots=True)
class _Place:
    words: str
    icon_name: str
    page: QWidget
    rail_key: str


class MainWindow(QMainWindow):
    """The one window.

    ``load_geometry`` gives what ``save_geometry`` was handed the last time (opaque text, "" for none).
    Signals: ``account_asked`` (the account card was pressed), ``find_asked`` (words for Find),
    ``page_changed`` (key), ``files_dropped`` (paths, where the page did not take them itself),
    ``closing`` (the window is about to go; geometry is saved). ``may_close`` is asked before that.
    """

    account_asked = Signal()
    find_asked = Signal(str)
    page_changed = Signal(str)
    files_dropped = Signal(list)
    closing = Signal()

    def __init__(
        self,
        load_geometry: Callable[[], str] | None = None,
        save_geometry: Callable[[str], None] | None = None,
    ) -> None:
        super().__init__()
        self._save_geometry = save_geometry
        self.may_close: Callable[[], bool] = lambda: True
        self._places: dict[str, _Place] = {}
        self._way: list[str] = []
        self._unlisted: set[str] = set()
        self._offered: list[QAction] = []
        self.setWindowTitle(say("app.name"))
        self.setMinimumSize(*LEAST)
        self.setAcceptDrops(True)
        self._stack = QStackedWidget()
        self._rail = Rail(self.go)
        self._strip = Strip()
        self._stripes = Stripes()
        self._heads, self._bars = vbox(gap=0), vbox(gap=0)
        right = vbox(self._stripes, self._heads, self._stack, self._bars, self._strip, gap=0)
        right.setStretch(2, 1)
        row = hbox(self._rail, gap=0)
        row.addLayout(right, 1)
        centre = holding(row)
        self.setCentralWidget(centre)
        self._centre = centre
        self._palette: Palette | None = None
        self._notices: Notices | None = None
        self._rail.account.clicked.connect(self.account_asked)
        self._shortcuts()
        self._restore(load_geometry() if load_geometry else "")

    def _shortcuts(self) -> None:
        for keys, call in (
            ("Ctrl+K", self.open_palette),
            ("Ctrl+F", lambda: self.ask("find", "")),
            ("Escape", self._escape),
            ("F1", lambda: self.go("help")),
        ):
            QShortcut(QKeySequence(keys), self, call)
        for at in range(1, 10):
            QShortcut(QKeySequence(f"Ctrl+{at}"), self, partial(self._go_nth, at))
        dismiss = action(
            say("window.dismiss_all"), self._dismiss_notices, shortcut="Ctrl+Shift+X", parent=self
        )
        self.offer(dismiss)

    def _go_nth(self, at: int) -> None:
        keys = self._listed()
        if at <= len(keys):
            self.go(keys[at - 1])

    def _listed(self) -> list[str]:
        """The pages that have an entry in the rail now."""
        return [k for k, place in self._places.items() if place.rail_key == k and k not in self._unlisted]

    # -- pages -----------------------------------------------------------------------------------

    def add_page(
        self,
        key: str,
        title_code: str,
        icon_name: str,
        page: QWidget,
        *,
        lower: bool = False,
        under: str = "",
    ) -> None:
        """Registers a page.

        ``lower`` puts it below the rail's gap; ``under`` names the page of the rail to which it belongs
        (a page of its own in the stack, without an entry in the rail).
        """
        words = say(title_code)
        self._places[key] = _Place(words, icon_name, page, under or key)
        self._stack.addWidget(page)
        if not under:
            self._rail.add(key, words, icon_name, lower=lower)
        if isinstance(page, Page):
            page.header.find_box.clicked.connect(self.open_palette)
            page.header.back.clicked.connect(self.back)
            page.header.back.setVisible(bool(under))
            page.go_asked.connect(self.go)
            page.help_asked.connect(partial(self.ask, "help"))
        if not self._way:
            self.go(key)

    def go(self, key: str) -> None:
        """Brings a page into sight; an unknown key changes nothing."""
        place = self._places.get(key)
        if place is None or (self._way and self._way[-1] == key):
            return
        before = self.page()
        self._way = [*self._way[-20:], key]
        self._show(before, place)

    def ask(self, key: str, words: str) -> None:
        """Brings a page into sight and hands it words (``Page.asked``)."""
        self.go(key)
        page = self.page()
        if isinstance(page, Page) and self.page_key() == key:
            page.asked(words)

    def back(self) -> None:
        """Goes back to the page before."""
        if len(self._way) > 1:
            before = self.page()
            self._way.pop()
            self._show(before, self._places[self._way[-1]])

    def _show(self, before: QWidget | None, place: _Place) -> None:
        if isinstance(before, Page):
            before.hidden()
        self._stack.setCurrentWidget(place.page)
        if self._notices is not None:
            # The stack puts its page over all that it holds.
            self._notices.raise_()
        self._rail.choose(place.rail_key)
        place.page.setFocus(Qt.FocusReason.OtherFocusReason)
        if isinstance(place.page, Page):
            place.page.shown()
        self.page_changed.emit(self.page_key())

    def _escape(self) -> None:
        if self._palette is not None and self._palette.isVisible():
            self._palette.close_box()
        else:
            self.back()

    def page_key(self) -> str:
        """The key of the page in sight, "" before the first."""
        return self._way[-1] if self._way else ""

    def page(self) -> QWidget | None:
        """The page in sight."""
        return self._places[self._way[-1]].page if self._way else None

    # -- commands --------------------------------------------------------------------------------

    def offer(self, *actions: QAction) -> None:
        """Actions of the whole program, for the command palette and by their shortcuts."""
        self.addActions(actions)
        self._offered.extend(actions)

    def open_palette(self) -> None:
        """Opens the command palette over every action."""
        if self._palette is None:
            self._palette = Palette(self._centre, self._find)
        self._palette.open(self._commands())

    def _find(self, text: str) -> None:
        self.ask("find", text)
        self.find_asked.emit(text)

    def _commands(self) -> list[Command]:
        here = self.page_key()
        keys = sorted(self._places, key=lambda key: key != here)
        made = [
            self._command(action, self._places[key].words, key)
            for key in keys
            if key not in self._unlisted
            for action in self._of(key)
        ]
        made += [self._command(action, "", "") for action in self._offered if action.isEnabled()]
        for at, key in enumerate(self._listed(), 1):
            place = self._places[key]
            words = say("palette.go", page=place.words)
            made.append(Command(words, f"Ctrl+{at}", partial(self.go, key), place.icon_name))
        return made

    def _of(self, key: str) -> list[QAction]:
        actions = self._places[key].page.actions()
        return [action for action in actions if action.isEnabled() and action.isVisible()]

    def _command(self, action: QAction, where: str, key: str) -> Command:
        def call() -> None:
            if key:
                self.go(key)
            action.trigger()

        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        picture = None if action.icon().isNull() else action.icon()
        return Command(action.text().rstrip("…. "), keys or where, call, picture=picture)

    # -- what the frame shows --------------------------------------------------------------------

    def set_account(self, name: str, sandbox: bool, state: str, words: str) -> None:  # noqa: FBT001 (as a row of the screen)
        """The account card; ``state`` is a role (delivered: connected, failed, waiting, neutral)."""
        self._rail.account.show_account(name, state, words, sandbox=sandbox)

    def set_sandbox(self, *, shown: bool) -> None:
        """Whether the page in sight is about the sandbox: then a striped band says so."""
        self._stripes.setVisible(shown)

    def set_reports(self, role: str, text: str) -> None:
        """How old the reports are."""
        self._strip.dot.setVisible(bool(text))
        self._strip.dot.show_role(role)
        self._strip.reports.setText(text)

    def set_outbox(self, text: str) -> None:
        """The progress of the outbox, "" for none."""
        self._strip.outbox.setText(text)

    def set_older(self, text: str) -> None:
        """How far the reading of older jobs is, "" for no reading."""
        self._strip.older.setText(text)

    def set_masked(self, *, masked: bool) -> None:
        """Whether numbers are masked: the strip says so."""
        self._strip.masked.setVisible(masked)

    def set_budget(self, text: str) -> None:
        """How much of the request budget is used."""
        self._strip.budget.setText(text)

    def add_bar(self, bar: QWidget, *, first: bool = False) -> None:
        """Puts a bar above the status strip, or ``first`` of all, in sight on every page."""
        (self._heads if first else self._bars).addWidget(bar)

    def set_saved(self, text: str) -> None:
        """Whether all is saved."""
        self._strip.saved.setText(text)

    def set_listed(self, page: str, *, listed: bool) -> None:
        """Whether a page has its entry in the rail and its place among the commands now."""
        (self._unlisted.discard if listed else self._unlisted.add)(page)
        self._rail.set_shown(page, shown=listed)

    def set_count(self, page: str, n: int | None) -> None:
        """The number beside a page in the rail; none for None and 0."""
        self._rail.set_count(page, n)

    def notify(self, level: str, sentence: str, hint: str = "", action: QAction | None = None) -> None:
        """Shows a notice; ``level``: error, warning, note, done. ``action`` becomes a link in it."""
        if self._notices is None:
            self._notices = Notices(self._stack)
        self._notices.show_notice(Notice(level, sentence, hint), action)

    def _dismiss_notices(self) -> None:
        if self._notices is not None:
            self._notices.clear()

    # -- coming and going ------------------------------------------------------------------------

    def _restore(self, geometry: str) -> None:
        try:
            kept = b64decode(geometry, validate=True)
        except ValueError:
            kept = b""
        if not kept or not self.restoreGeometry(QByteArray(kept)):
            self.resize(*USUAL)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files may be dropped anywhere."""
        if files_in(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Tells which files were dropped."""
        event.acceptProposedAction()
        self.files_dropped.emit(files_in(event.mimeData()))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Saves the geometry and tells; whoever runs the loop decides what ends with it."""
        if not self.may_close():
            event.ignore()
            return
        if self._save_geometry is not None:
            self._save_geometry(b64encode(self.saveGeometry().data()).decode())
        super().closeEvent(event)
        self.closing.emit()
