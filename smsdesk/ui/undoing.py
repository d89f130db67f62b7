"""The bar above the status strip while something can still be stopped: "final in 0:08", on every page."""

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame

from smsdesk.core.outbox import Entry, Hold
from smsdesk.ui.entries import sms_of
from smsdesk.ui.layout import button, hbox, label
from smsdesk.words import countdown, say

_TICK_MS = 250


class UndoBar(QFrame):
    """Shows the campaign that becomes final first; ``stop`` is called with one of its entries."""

    def __init__(self, now: Callable[[], datetime], stop: Callable[[Entry], object]) -> None:
        super().__init__()
        self._now, self._stop = now, stop
        self._entries: tuple[Entry, ...] = ()
        self.setProperty("kind", "bar")
        self.words, self.more = label("", "strong"), label("", "second")
        self.stop = button(say("undo.stop"), on_click=self._press)
        self.setLayout(hbox(self.words, self.more, None, self.stop, gap=12, margins=(24, 6, 24, 6)))
        self._tick = QTimer(self, interval=_TICK_MS)
        self._tick.timeout.connect(self._paint)
        self.hide()

    def show_entries(self, entries: Sequence[Entry]) -> None:
        """Shows what of these can be undone; nothing where there is none."""
        can = [entry for entry in entries if entry.hold is Hold.UNDO and entry.final_at is not None]
        first = min(can, key=lambda entry: (entry.final_at, entry.id), default=None)
        before = self._entries[:1]
        self._entries = tuple(e for e in can if first is not None and e.campaign_id == first.campaign_id)
        others = len({entry.campaign_id for entry in can}) - 1
        rest = [e for e in entries if e.hold is Hold.PILOT and first is not None]
        waits = sms_of(e for e in rest if e.campaign_id == self._entries[0].campaign_id)
        told = {"undo.pilot": waits, "undo.more": others}
        self.more.setText(", ".join(say(code, n) for code, n in told.items() if n > 0))
        self._paint()
        new = first is not None and (not before or before[0].campaign_id != first.campaign_id)
        if new:
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, self.words.text()))

    def _paint(self) -> None:
        left = [e.final_at - self._now() for e in self._entries if e.final_at is not None]
        shown = bool(left) and min(left).total_seconds() > 0
        self.setVisible(shown)
        if not shown:
            self._tick.stop()
            return
        self._tick.start()
        name = self._entries[0].campaign or say("outbox.unnamed")
        values = {"name": name, "span": countdown(min(left))}
        self.words.setText(say("undo.final", sms_of(self._entries), **values))
        self.stop.setAccessibleName(say("undo.stop.name", name=name))

    def _press(self) -> None:
        if self._entries:
            self._stop(self._entries[0])
