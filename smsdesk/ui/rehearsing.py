"""The window on a rehearsal: the program's own pages on its desk, under a bar that says what it is."""

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QFrame

from smsdesk.desk.rehearsing import Rehearsal
from smsdesk.ui import masking
from smsdesk.ui.layout import label, vbox
from smsdesk.ui.shell import Shell
from smsdesk.ui.window import MainWindow
from smsdesk.words import day_time, number, say

_TICK_MS = 200
_UNLISTED = ("campaigns", "lists", "do_not_contact", "settings")
"""What a rehearsal has nothing to show of."""


class RehearsalBar(QFrame):
    """Says that nothing is sent to anyone, what time it is on the turned clock, and how fast that runs."""

    def __init__(self, rehearsal: Rehearsal) -> None:
        super().__init__()
        self._rehearsal = rehearsal
        self.setProperty("kind", "banner")
        self.setProperty("level", "unknown")
        self.words = label(say("rehearsal.bar"), "head", "unknown", wrap=True)
        self.clock = label("", "second", wrap=True)
        self.setLayout(vbox(self.words, self.clock, gap=0, margins=(24, 8, 24, 8)))
        self._tick = QTimer(self, interval=_TICK_MS)
        self._tick.timeout.connect(self.show_clock)
        self._tick.start()
        self.show_clock()

    def show_clock(self) -> None:
        """Shows the time."""
        one = self._rehearsal
        code = "over" if one.over else "turned" if one.rate > 1 else "as_it_is"
        time = day_time(one.clock.now(), None, one.began_at)
        words = say(f"rehearsal.bar.{code}", time=time, rate=number(one.rate))
        self.clock.setText(words)
        self.setAccessibleName(f"{self.words.text()} {words}")


class RehearsalWindow(MainWindow):
    """Outbox, jobs, people and phones of a rehearsal, live. Closing it leaves the rehearsal to its end."""

    def __init__(self, app: QApplication, rehearsal: Rehearsal) -> None:
        super().__init__()
        self._rehearsal = rehearsal
        masking.title(self, say("rehearsal.window", name=rehearsal.campaign.name))
        self.add_bar(RehearsalBar(rehearsal), first=True)
        self.shell = Shell(app, self, rehearsal.desk)
        self.closing.connect(rehearsal.leave)

    async def start(self) -> None:
        """Comes into sight, its pages loaded."""
        await self.shell.start()
        # Nothing of it is sent, so closing asks nothing.
        self.may_close = lambda: True
        for page in _UNLISTED:
            self.set_listed(page, listed=False)
        self.go("outbox")
        self._rehearsal.watched = True
        self.show()

    def end(self) -> None:
        """Goes, once the desk that it shows is closed."""
        self.hide()
        self.deleteLater()
