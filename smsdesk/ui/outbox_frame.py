"""What the outbox shows on every page: what can be stopped, what was missed, the question at the end."""

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction

from smsdesk.core.outbox import Hold
from smsdesk.core.outlook import Outlook
from smsdesk.desk.desk import Desk
from smsdesk.ui.closing import Closing, moving, under_way
from smsdesk.ui.outbox_acts import Acts
from smsdesk.ui.undoing import UndoBar
from smsdesk.ui.window import MainWindow
from smsdesk.words import say
from smsdesk.words.entries import Scene


class OutboxFrame(QObject):
    """Follows what it is shown. ``drafted``: a campaign was stopped and is a draft again (its id)."""

    drafted = Signal(object)

    def __init__(self, window: MainWindow, desk: Desk) -> None:
        super().__init__(window)
        self._window, self._desk = window, desk
        self._outlook = Outlook()
        self._missed = 0
        self._waits = self._sure = False
        self.question: Closing | None = None
        acts = Acts(window, desk)
        acts.drafted.connect(self.drafted)
        self.undo = UndoBar(desk.now, lambda entry: acts.do("draft", (entry,), self._outlook))
        window.add_bar(self.undo)
        window.may_close = self._may_close

    def show_outlook(self, outlook: Outlook) -> None:
        """Shows the outbox as it is now."""
        self._outlook, entries = outlook, outlook.open
        self.undo.show_entries(entries)
        missed = sum(entry.hold is Hold.MISSED for entry in entries)
        if missed > self._missed and self._window.page_key() != "outbox":
            look = QAction(say("shell.missed.look"), self)
            look.triggered.connect(lambda: self._window.go("outbox"))
            self._window.notify("warning", say("shell.missed", missed), "", look)
        self._missed = missed
        if self._waits and not moving(entries, self._scene()):
            self._close()

    def _scene(self) -> Scene:
        contacts = self._desk.accounts.contacts
        troubles = {name: contact.error for name, contact in contacts.items() if contact.error is not None}
        return Scene(self._desk.now(), self._desk.outbox.pauses, troubles)

    # -- closing ---------------------------------------------------------------------------------

    def _may_close(self) -> bool:
        """Whether the window may go at once; otherwise it is asked."""
        ends = self._sure or self._desk.tasks.over
        told = [] if ends else under_way(self._outlook.open, self._desk.now())
        if told and self.question is None:
            wait = self._wait if moving(self._outlook.open, self._scene()) else None
            self.question = Closing(self._window, told, self._close, wait)
            self.question.finished.connect(self._forget)
            self.question.open()
        return not told

    def _forget(self) -> None:
        self.question = None

    def _wait(self) -> None:
        self._waits = True
        stay = QAction(say("closing.waits.stop"), self)
        stay.triggered.connect(self._stay)
        self._window.notify("warning", say("closing.waits"), "", stay)

    def _stay(self) -> None:
        self._waits = False

    def _close(self) -> None:
        self._waits, self._sure = False, True
        self._window.close()
        self._sure = False
