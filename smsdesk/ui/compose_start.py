"""When a campaign starts: now, or at a moment that is written in plain words or picked."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QFrame, QVBoxLayout, QWidget

from smsdesk.core.starting import read_start
from smsdesk.ui import theme
from smsdesk.ui.compose_moment import MomentInput, Readings, question_words
from smsdesk.ui.inputs import Segments, text_input
from smsdesk.ui.layout import button, caption, form, grow, hbox, holding, icon_button, label, vbox
from smsdesk.words import full_time, lasting, say

_BOX = 176


class StartCard(QFrame):
    """``wanted``: the start that is wanted (None: at once), and what is being written, "" for one act."""

    wanted = Signal(object, str)

    def __init__(self, zone: ZoneInfo, now: Callable[[], datetime]) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.setAccessibleName(say("schedule.start"))
        self._zone, self._clock = zone, now
        self._start: datetime | None = None
        self._meant: datetime | None = None
        self._before: datetime | None = None
        self._unread = False
        self._changeable = True
        kinds = [("now", say("schedule.now")), ("planned", say("schedule.planned"))]
        self.kind = Segments(say("schedule.start"), kinds, "now", self._choose_kind)
        self.text = text_input(say("schedule.at"), "", say("schedule.first_words"), self._read)
        self.text.setFixedWidth(_BOX)
        self.text.editingFinished.connect(self._settle)
        self.pick = icon_button("calendar-clock", say("schedule.pick"), self._pick)
        self.exact = label("")
        self.beside = label("", "caption")
        self.more = label("", "caption", wrap=True)
        self.readings = Readings()
        self.readings.chosen.connect(lambda at: self._take(at, ""))
        says = holding(vbox(self.exact, self.beside, gap=0), "")
        row = hbox(label(say("schedule.start"), "strong"), self.kind, self.text, self.pick, says, gap=10)
        grow(row, says)
        self._column: QVBoxLayout = vbox(row, self.more, self.readings, gap=6, margins=(16, 12, 16, 12))
        self.setLayout(self._column)

    def show_start(self, start: datetime | None, *, changeable: bool) -> None:
        """Shows the start as it is; what was written stays while it means that."""
        if start != self._start or (start is not None and start != self._meant):
            self._unread = self._unread and start == self._meant
            if start is not None and start != self._meant:
                self.text.setText(f"{start.astimezone(self._zone):%Y-%m-%d %H:%M}")
                self.readings.drop()
                self._before = start
            self._meant = start
        self._start, self._changeable = start, changeable
        planned = start is not None or self._asks()
        self.kind.choose("planned" if planned else "now")
        for part in (self.text, self.pick):
            part.setVisible(planned)
            part.setEnabled(changeable)
        for key in ("now", "planned"):
            self.kind.set_offered(key, offered=changeable)
        self._say()

    def _asks(self) -> bool:
        """Whether a moment is being written that is none yet."""
        return self.kind.key() == "planned" and (self._unread or not self.readings.isHidden())

    def _settle(self) -> None:
        """What is written from now on is measured against this start."""
        self._before = self._start

    def refresh(self) -> None:
        """Says again how long it is until then."""
        self._say()

    def _say(self) -> None:
        start, now = self._start, self._clock()
        zone = say("schedule.clock", zone=self._zone.key)
        if self.kind.key() == "now":
            self._show(say("schedule.at_once"), zone)
        elif start is None or not self.readings.isHidden():
            self._show("", zone)
        else:
            ahead = say("schedule.passed") if start <= now else say("schedule.in", span=lasting(start - now))
            self._show(full_time(start, self._zone), f"{ahead} · {zone}" if self._changeable else zone)
        examples = self._unread and self.kind.key() == "planned"
        self.more.setText(say("schedule.unread") if examples else "")
        self.more.setVisible(examples)
        theme.restyle(self.more, role="failed" if examples else "")
        theme.restyle(self.text, wrong=examples)

    def _show(self, exact: str, beside: str) -> None:
        self.exact.setText(exact)
        self.beside.setText(beside)

    def _choose_kind(self, key: str) -> None:
        self._unread = False
        self.readings.drop()
        if key == "now":
            self._meant = self._before = None
            self._give(None, "")
            return
        self.text.setText(say("schedule.first_words"))
        self._read(self.text.text(), typing="")
        self._before = self._start
        for part in (self.text, self.pick):
            part.show()
        self.text.setFocus()
        self.text.selectAll()

    def _read(self, text: str, typing: str = "start_at") -> None:
        """Takes what is written, asks where it may be two instants, and says where it is none.

        The start is what it was before the writing while it is not known what is meant.
        """
        found = read_start(text, self._clock(), self._zone.key)
        self._unread = found is None
        if found is None:
            self.readings.drop()
            self._take(self._before, typing)
        elif found.asked and found.other_at is not None:
            both = (found.at, found.other_at)
            question = question_words(_wall(both, self._zone), self._zone, both)
            self.readings.ask(question, both, self._zone, None)
            self._take(self._before, typing)
        else:
            self.readings.drop()
            self._take(found.at, typing)

    def _take(self, at: datetime | None, typing: str) -> None:
        self._meant = at
        self._give(at, typing)

    def _give(self, at: datetime | None, typing: str) -> None:
        if at == self._start:
            self._say()
        else:
            self.wanted.emit(at, typing)

    def _pick(self) -> None:
        begin = self._start or self._clock() + timedelta(days=1)
        StartDialog(self, self._zone, begin, self._picked).open()

    def _picked(self, at: datetime) -> None:
        self._unread = False
        self.readings.drop()
        self._meant = None
        self._give(at, "")


def _wall(both: tuple[datetime, datetime], zone: ZoneInfo) -> datetime:
    """What was written: what the clock shows at both, or halfway between what it shows before and after."""
    earlier, later = (at.astimezone(zone).replace(tzinfo=None) for at in both)
    return earlier + (later - earlier) / 2


class StartDialog(QDialog):
    """Day and minute of the start, in a calendar."""

    def __init__(
        self, parent: QWidget, zone: ZoneInfo, at: datetime, taken: Callable[[datetime], object]
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(say("schedule.at"))
        self._taken = taken
        self.at = MomentInput(say("schedule.at"), zone, at)
        self.save = button(say("dialog.save"), on_click=self._save, primary=True)
        self.at.changed.connect(lambda: self.save.setEnabled(self.at.value() is not None))
        self.save.setDefault(True)
        acts = hbox(None, button(say("dialog.cancel"), on_click=self.reject), self.save)
        rows = form((say("schedule.at"), self.at))
        zone_words = caption(say("schedule.zone", zone=zone.key))
        self.setLayout(vbox(rows, zone_words, acts, gap=12, margins=20))
        self.finished.connect(lambda _: self.deleteLater())

    def _save(self) -> None:
        at = self.at.value()
        if at is not None:
            self._taken(at)
            self.accept()
