"""How a campaign is handed over, by choice: at once with time to stop it, or held here until a time."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget

from smsdesk.core.handing import LONGEST_UNDO, Handing
from smsdesk.desk.desk import Desk
from smsdesk.desk.importing import own_zone
from smsdesk.ui.ask import More
from smsdesk.ui.compose_moment import MomentInput
from smsdesk.ui.facts import flowing
from smsdesk.ui.inputs import Choice, Segments
from smsdesk.ui.layout import button, hbox, holding, label, vbox
from smsdesk.words import day_time, lasting, say

SETTING = "undo_seconds"
USUAL = timedelta(seconds=10)
"""The time to stop a campaign where a person has not chosen another yet."""
_OFFERED = (0, 10, 30, 60, 300, 900)
_MORNING = time(9)


async def usual_undo(desk: Desk) -> timedelta:
    """The time to stop a campaign that was chosen the last time."""
    kept = (await desk.settings()).get(SETTING, "")
    return min(timedelta(seconds=int(kept)), LONGEST_UNDO) if kept.isdecimal() else USUAL


async def keep_undo(desk: Desk, how: Handing) -> None:
    """Keeps what was chosen for the next time."""
    if how.hold_until is None and how.undo != await usual_undo(desk):
        await desk.put_setting(SETTING, str(int(how.undo.total_seconds())))


def next_morning(now: datetime, zone: ZoneInfo) -> datetime:
    """The next nine o'clock of a zone."""
    local = now.astimezone(zone)
    morning = datetime.combine(local.date(), _MORNING, zone)
    return morning if morning > local else datetime.combine(local.date() + timedelta(days=1), _MORNING, zone)


class Later(QWidget):
    """A moment that lies ahead, on this machine's clock, and what it means to be held until then."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._now = now
        zone = ZoneInfo(own_zone())
        self.input = MomentInput(say("handing.until"), zone, next_morning(now(), zone))
        self.told = flowing("second")
        self.told.setText(say("handing.hold.words"))
        self.setFocusProxy(self.input)
        row = hbox(label(say("handing.until"), "second"), self.input, None, gap=12)
        self.setLayout(vbox(row, self.told, gap=8))
        self.input.changed.connect(self._show)

    def at(self) -> datetime | None:
        """The moment; None while it is asked for, or has passed."""
        at = self.input.value()
        return at if at is not None and at > self._now() else None

    def _show(self) -> None:
        at = self.input.value()
        over = at is not None and at <= self._now()
        self.told.setText(say("handing.over" if over else "handing.hold.words"))


class HandingChoice(More):
    """Hand over now, with a time to stop it, or hold it here until a time; ``n`` SMS it is about."""

    def __init__(self, undo: timedelta, now: Callable[[], datetime], n: int) -> None:
        super().__init__()
        self._now, self._n = now, n
        ways = [(way, say(f"handing.{way}")) for way in ("now", "hold")]
        self.way = Segments(say("handing.name"), ways, on_change=lambda _: self._show())
        spans = sorted({*_OFFERED, int(undo.total_seconds())})
        options = [(str(s), lasting(timedelta(seconds=s)) if s else say("handing.undo.none")) for s in spans]
        self.undo = Choice(
            say("handing.undo"), options, str(int(undo.total_seconds())), lambda _: self._show()
        )
        self.told = flowing("second")
        self.later = Later(now)
        self.later.input.changed.connect(self.changed)
        undoing = hbox(label(say("handing.undo"), "second"), self.undo, None, gap=12)
        self._at_once = holding(vbox(undoing, self.told, gap=8))
        self.setLayout(vbox(self.way, self._at_once, self.later, gap=10))
        self._show()

    def value(self) -> Handing | None:
        """What was chosen; None while the moment is not clear or has passed."""
        if self.way.key() == "now":
            return Handing(undo=timedelta(seconds=int(self.undo.key())))
        at = self.later.at()
        return None if at is None else Handing(hold_until=at)

    def ready(self) -> bool:
        """Whether one can go on with it."""
        return self.value() is not None

    def yes(self, words: str) -> str:
        """The words of the button that goes on."""
        at = self.later.input.value()
        if self.way.key() == "now" or at is None:
            return words
        return say("handing.hold.yes", self._n, time=day_time(at, None, self._now()))

    def _show(self) -> None:
        at_once = self.way.key() == "now"
        self._at_once.setVisible(at_once)
        self.later.setVisible(not at_once)
        seconds = int(self.undo.key())
        span = lasting(timedelta(seconds=seconds))
        self.told.setText(say("handing.undo.words", span=span) if seconds else say("handing.final.words"))
        self.changed.emit()


class LaterDialog(QDialog):
    """Asks until when ``n`` SMS that are in the outbox are held here."""

    def __init__(self, parent: QWidget, now: Callable[[], datetime], n: int) -> None:
        super().__init__(parent)
        self._now, self._n = now, n
        self.setWindowTitle(say("handing.later.title"))
        self.later = Later(now)
        self.cancel = button(say("dialog.cancel"), on_click=self.reject)
        self.yes = button("", on_click=self.accept)
        self.cancel.setAutoDefault(False)
        self.yes.setDefault(True)
        self.later.input.changed.connect(self._show)
        column = vbox(self.later, None, hbox(None, self.cancel, self.yes), gap=16, margins=20)
        self.setLayout(column)
        self.setMinimumWidth(480)
        self.finished.connect(lambda _: self.deleteLater())
        self._show()
        self.later.input.setFocus(Qt.FocusReason.OtherFocusReason)

    def at(self) -> datetime | None:
        """The moment that was chosen; None where it is not clear or has passed."""
        return self.later.at()

    def _show(self) -> None:
        at = self.later.input.value()
        time_ = day_time(at or self._now(), None, self._now())
        self.yes.setText(say("handing.hold.yes", self._n, time=time_))
        self.yes.setAccessibleName(self.yes.text())
        self.yes.setEnabled(self.at() is not None)
