"""What one turns at the sandbox: its clock and its faults; and the numbers with a known fate."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from PySide6.QtCore import QPoint, QRectF, QSize, Qt
from PySide6.QtGui import QActionGroup, QFontMetrics, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QPushButton, QSizePolicy

from smsdesk.desk.sandbox import Dose, FateRange, Fault, SandboxState
from smsdesk.ui import theme
from smsdesk.ui.facts import Facts, flowing
from smsdesk.ui.icons import pixmap
from smsdesk.ui.layout import button, caption, hbox, hline, holding, label, link, relabel, vbox
from smsdesk.ui.phones_list import fate_words
from smsdesk.words import clock, day, full_time, language, lasting, say

SOON = timedelta(seconds=5)
"""A clock that is ahead by less is called the same."""
TEN_MINUTES, ONE_DAY = timedelta(minutes=10), timedelta(days=1)

OFF, ONCE, FIVE, SOME, HALF, ON = Dose(), Dose(1), Dose(5), Dose(share=0.05), Dose(share=0.5), Dose(share=1)
COUNTED = (OFF, ONCE, FIVE, SOME, HALF, ON)
SHARED = (OFF, SOME, HALF, ON)
SWITCHED = (OFF, ON)


@dataclass(frozen=True, slots=True)
class Knob:
    """One fault that can be dialled: its sentence, where and what it is, and the doses on offer."""

    code: str
    endpoint: str
    kind: str
    value: float = 0
    doses: tuple[Dose, ...] = COUNTED

    def words(self) -> str:
        """What goes wrong."""
        return say(self.code, n=f"{self.value:g}", kind=self.kind, endpoint=self.endpoint)

    def fits(self, fault: Fault) -> bool:
        """Whether a fault that is set is this one."""
        return (fault.endpoint, fault.kind, fault.value) == (self.endpoint, self.kind, self.value)


KNOBS = (
    Knob("fault.too_many", "every", "status", 429),
    Knob("fault.lost_answer", "post", "lost_answer"),
    Knob("fault.reset", "every", "reset"),
    Knob("fault.server_send", "post", "status", 503),
    Knob("fault.server_reports", "job", "status", 500),
    Knob("fault.slow", "every", "delay", 5),
    Knob("fault.trickle", "every", "trickle", 20),
    Knob("fault.cut", "every", "reset_body"),
    Knob("fault.truncated", "every", "truncated"),
    Knob("fault.html", "every", "html"),
    Knob("fault.unknown_status", "every", "unknown_status", doses=SHARED),
    Knob("fault.extra_fields", "every", "extra_fields", doses=SHARED),
    Knob("fault.late", "every", "late", 600, SWITCHED),
    Knob("fault.disorder", "every", "disorder", 600, SWITCHED),
    Knob("fault.hidden", "every", "hidden", 60, SWITCHED),
    Knob("fault.hidden_people", "every", "hidden_people", doses=SWITCHED),
)
"""The faults in the order of the card; no two of them share both endpoint and kind."""


_BEFORE_CENTRES = 5
GERMAN, AMERICAN = "+49 176 040690xx", "+1 212 555 01xx"


def down(centres: Sequence[str]) -> tuple[Knob, ...]:
    """A knob for each data centre; one for the service where there is but one."""
    if len(centres) == 1:
        return (Knob("fault.down", "every", "down", 0, SWITCHED),)
    return tuple(Knob("fault.centre", "every", "down", int(centre), SWITCHED) for centre in centres)


def dose_of(fault: Fault) -> Dose:
    """How much of a fault is set."""
    return Dose(times=fault.left) if fault.left else Dose(share=fault.probability or 0.0)


def dose_words(dose: Dose) -> str:
    """How much in words: off, next 5, 5 %, on."""
    if dose.times:
        return say("fault.next", dose.times)
    if not dose.share:
        return say("fault.off")
    return say("fault.on") if dose.share == 1 else say("fault.share", n=_figure(100 * dose.share))


def _figure(value: float) -> str:
    words = f"{value:g}"
    return words if language() == "en" else words.replace(".", ",")


class DialButton(QPushButton):
    """What is dialled, with a menu of doses; tinted while it is not off."""

    def __init__(self, name: str, on_choose: Callable[[Dose], object]) -> None:
        super().__init__()
        self.setProperty("kind", "link")
        self._name, self._on_choose = name, on_choose
        self._dose = OFF
        self._doses: tuple[Dose, ...] = COUNTED
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self.open_menu)
        self.show_dose(OFF, COUNTED)

    @property
    def dose(self) -> Dose:
        """What is shown."""
        return self._dose

    @property
    def doses(self) -> tuple[Dose, ...]:
        """What is on offer."""
        return self._doses

    def show_dose(self, dose: Dose, doses: tuple[Dose, ...]) -> None:
        """Shows a dose, and offers ``doses`` in the menu."""
        self._dose, self._doses = dose, doses
        self.setText(dose_words(dose))
        self.setAccessibleName(f"{self._name}: {self.text()}")
        self.updateGeometry()
        self.update()

    def open_menu(self) -> QMenu:
        """Opens the menu below the button."""
        menu = QMenu(self)
        menu.setAccessibleName(self._name)
        one = QActionGroup(menu)
        for dose in self._doses:
            made = menu.addAction(dose_words(dose))
            made.setCheckable(True)
            made.setChecked(dose == self._dose)
            one.addAction(made)
            made.triggered.connect(lambda _=False, dose=dose: self._on_choose(dose))
            if dose == self._dose:
                menu.setActiveAction(made)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.mapToGlobal(QPoint(0, self.height() + 2)))
        return menu

    def sizeHint(self) -> QSize:
        """The words, the chevron, and room around them."""
        metrics = QFontMetrics(theme.font(theme.BODY, 600))
        return QSize(metrics.horizontalAdvance(self.text()) + 34, 22)

    def minimumSizeHint(self) -> QSize:
        """All of it."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paints words and chevron, on a tint while something is set."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box, is_set = QRectF(self.rect()).adjusted(1, 1, -1, -1), self._dose != OFF
        role = "waiting" if is_set else "text" if self.isEnabled() else "third"
        painter.setPen(QPen(theme.colour("accent"), 2) if self.hasFocus() else Qt.PenStyle.NoPen)
        ground = "waiting-tint" if is_set else "hover" if self.underMouse() else ""
        painter.setBrush(theme.colour(ground) if ground else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(box, 5, 5)
        painter.setPen(theme.colour(role))
        painter.setFont(theme.font(theme.BODY, 600 if is_set else 500))
        words = self.rect().adjusted(8, 0, -22, 0)
        painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), self.text())
        sign = pixmap("chevron-down", role, 12, self.devicePixelRatioF())
        painter.drawPixmap(self.width() - 19, (self.height() - 12) // 2, sign)
        painter.end()


class ClockCard(QFrame):
    """The sandbox's clock; ``turn`` is called with a span, or None for the next event."""

    def __init__(self, turn: Callable[[timedelta | None], object]) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.setAccessibleName(say("phones.clock"))
        self.time = flowing("title")
        self.ahead = flowing("second")
        self.ten = button(say("phones.clock.ten"), on_click=lambda: turn(TEN_MINUTES))
        self.day = button(say("phones.clock.day"), on_click=lambda: turn(ONE_DAY))
        self.next = button(
            say("phones.clock.next"), on_click=lambda: turn(None), tip=say("phones.clock.next.tip")
        )
        self._row, self._below = hbox(self.ten, self.day, self.next, None, gap=8), hbox(None, gap=0)
        heading = label(say("phones.clock"), "caption-head")
        buttons = vbox(self._row, self._below, gap=8)
        self.setLayout(vbox(heading, self.time, self.ahead, 2, buttons, gap=6, margins=16))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where the three buttons do not stand side by side, the last stands below."""
        super().resizeEvent(event)
        needed = sum(made.sizeHint().width() + 8 for made in (self.ten, self.day, self.next))
        row, place = (self._row, 2) if needed <= self.width() - 32 + 8 else (self._below, 0)
        if row.indexOf(self.next) < 0:
            row.insertWidget(place, self.next)

    def minimumSizeHint(self) -> QSize:
        """Two buttons side by side."""
        return QSize(220, super().minimumSizeHint().height())

    def show_clock(self, state: SandboxState, now: datetime) -> None:
        """Shows the service's time, beside the time here."""
        local, span = state.at.astimezone(), state.at - now
        self.time.setText(f"{day(state.at)} {local.year}, {clock(state.at)}")
        self.time.setToolTip(full_time(state.at))
        apart = say("phones.clock.ahead", span=lasting(span)) if span > SOON else say("phones.clock.same")
        fast = "phones.clock.fast" if state.speed != 1 else "phones.clock.usual"
        self.ahead.setText(f"{apart}, {say(fast, n=_figure(state.speed))}")
        self.next.setEnabled(state.is_open)


class FaultsCard(QFrame):
    """A row for each fault; ``dial`` is called with a knob and the dose that was chosen."""

    def __init__(self, dial: Callable[[Knob, Dose], object]) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.setAccessibleName(say("phones.faults"))
        self._dial = dial
        self._rows: dict[Knob, DialButton] = {}
        self._column = vbox(gap=0)
        heading = label(say("phones.faults"), "caption-head")
        self.hint = caption(say("phones.faults.hint"), wrap=True)
        self.setLayout(vbox(heading, self.hint, self._column, gap=6, margins=(16, 16, 16, 10)))

    def show_faults(self, state: SandboxState) -> None:
        """Shows what is set; what was set elsewhere has a row of its own while it is."""
        known = met(state)
        if list(known) != list(self._rows):
            self._make_rows(list(known))
        for knob, dose in known.items():
            doses = knob.doses if dose in knob.doses else (*knob.doses, dose)
            made = self._rows[knob]
            if (dose, doses) != (made.dose, made.doses):
                made.show_dose(dose, doses)

    def button_of(self, code: str, value: float | None = None) -> DialButton:
        """The button of a fault. Raises KeyError."""
        for knob, made in self._rows.items():
            if knob.code == code and value in (None, knob.value):
                return made
        raise KeyError(code)

    def _make_rows(self, knobs: Sequence[Knob]) -> None:
        while item := self._column.takeAt(0):
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self._rows = {}
        for at, knob in enumerate(knobs):
            made = DialButton(knob.words(), partial(self._dial, knob))
            self._rows[knob] = made
            if at:
                self._column.addWidget(hline())
            words = label(knob.words())
            words.setBuddy(made)
            row: QHBoxLayout = hbox(words, made, gap=8, margins=(0, 4, 0, 4))
            row.setStretch(0, 1)
            self._column.addWidget(holding(row, ""))


def met(state: SandboxState) -> dict[Knob, Dose]:
    """Every knob with its dose, in the order of the card; faults that no knob sets come last."""
    knobs = [*KNOBS[:_BEFORE_CENTRES], *down(state.centres), *KNOBS[_BEFORE_CENTRES:]]
    found = dict.fromkeys(knobs, OFF)
    for fault in state.faults:
        knob = next((knob for knob in knobs if knob.fits(fault)), None)
        if knob is None:
            knob = Knob("fault.other", fault.endpoint, fault.kind, fault.value, (OFF,))
        found[knob] = dose_of(fault)
    return found


class FatesCard(QFrame):
    """The numbers with a known fate, folded away until they are wanted."""

    def __init__(self, read_more: Callable[[], object]) -> None:
        super().__init__()
        self.setProperty("kind", "card")
        self.setAccessibleName(say("phones.fates"))
        self.toggle = button("", on_click=self._fold, kind="link")
        self.facts = Facts(say("phones.fates"), label_width=64)
        self.more = link(say("phones.fates.more"), read_more)
        self._words = caption(say("phones.fates.numbers", german=GERMAN, american=AMERICAN), wrap=True)
        self._inside = holding(vbox(self._words, self.facts, hbox(self.more, None), gap=8), "")
        heading = label(say("phones.fates"), "caption-head")
        self.setLayout(vbox(hbox(heading, None, self.toggle), self._inside, gap=8, margins=(16, 12, 16, 12)))
        self._inside.hide()
        self._say()

    def show_fates(self, fates: Sequence[FateRange]) -> None:
        """Shows the ranges of last digits."""
        self.facts.show_facts([(f"{one.first:02} – {one.last:02}", fate_words(one.fate)) for one in fates])

    def _fold(self) -> None:
        self._inside.setVisible(self._inside.isHidden())
        self._say()

    def _say(self) -> None:
        relabel(self.toggle, say("phones.fates.show" if self._inside.isHidden() else "phones.fates.hide"))
