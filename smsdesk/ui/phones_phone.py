"""One phone of the sandbox: who wrote, each message as a bubble, and what has not arrived, in words."""

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QWidget

from smsdesk.core.numbers import as_shown
from smsdesk.desk.sandbox import Arrival, PhoneMessage
from smsdesk.ui import masking, theme
from smsdesk.ui.facts import flowing
from smsdesk.ui.labels import PillLabel
from smsdesk.ui.layout import grow, hbox, holding, label, vbox
from smsdesk.ui.marks import Pill
from smsdesk.ui.phone import Bubble
from smsdesk.ui.phones_list import fate_words
from smsdesk.words import clock, day, say

WIDEST = 380
UNICODE = "utf-16"
_NEAR_END = 24
"""So many px above its end, a phone still counts as read to the end."""


def moment(at: datetime) -> str:
    """Day and second, as a phone shows them."""
    return f"{day(at)}, {clock(at)}"


def fate_of(message: PhoneMessage) -> tuple[str, str]:
    """The role and the words of a message that is not on the phone; ``("", "")`` for one that is."""
    match message.arrival:
        case Arrival.QUEUED:
            return "waiting", say("phones.waits.turn")
        case Arrival.ON_ITS_WAY:
            return "waiting", say("phones.waits.way")
        case Arrival.PHONE_OFF:
            return "waiting", say("phones.waits.off")
        case Arrival.NEVER:
            return "failed", say("phones.never", why=fate_words(message.fate))
    return "", ""


def form_of(message: PhoneMessage) -> str:
    """Parts and encoding, where they are worth a word."""
    words = [say("phones.parts", message.parts)] if message.parts > 1 else []
    if message.encoding == UNICODE:
        words.append(say("phones.unicode"))
    return ", ".join(words)


class MessageBox(QWidget):
    """One message: its time, the bubble, its form; below it why it is not here."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[PhoneMessage, str] | None = None
        self.time = flowing("caption")
        self.time.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.bubble = Bubble()
        self.flash = PillLabel(Pill("neutral", say("phones.flash"), "bang"))
        self.form = flowing("caption")
        self.state = flowing("caption")
        self._below = holding(grow(hbox(self.flash, self.form, gap=8), self.form), "")
        self.setLayout(vbox(self.time, self.bubble, self._below, self.state, gap=5))

    def show_message(self, message: PhoneMessage, sender: str) -> None:
        """Shows a message; ``sender`` is said where it is not empty."""
        if self._shown == (message, sender):
            return
        self._shown = (message, sender)
        at = message.shown_at
        self.time.setText(", ".join(word for word in (sender, moment(at) if at else "") if word))
        self.time.setVisible(bool(self.time.text()))
        self.bubble.show_parts((message.text,))
        form, (role, words) = form_of(message), fate_of(message)
        self.flash.setVisible(message.flash)
        self.form.setText(form)
        self._below.setVisible(message.flash or bool(form))
        self.state.setText(words)
        self.state.setVisible(bool(words))
        theme.restyle(self.state, role=role)
        told = (self.time.text(), say("phones.flash") if message.flash else "", form, words)
        spoken = [message.text, *(word for word in told if word)]
        masking.name(self, ", ".join(spoken))


class _Messages(QScrollArea):
    """The column of messages: as high as they are, less where room is short."""

    def sizeHint(self) -> QSize:
        """As high as the messages at this width."""
        inside: QWidget | None = self.widget()
        height = inside.heightForWidth(max(self.viewport().width(), 160)) if inside else 0
        return QSize(280, height + 2)

    def minimumSizeHint(self) -> QSize:
        """Room for one message."""
        return QSize(180, 80)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width asks for another height."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()


class Handset(QFrame):
    """The chosen phone. Its place stays when messages come; read to the end, it follows the newest."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "phone")
        self.setMaximumWidth(WIDEST)
        self.setAccessibleName(say("phones.phone"))
        self.who = label("", "strong")
        self.number = label("", "second")
        for words in (self.who, self.number):
            words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.number.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.boxes: list[MessageBox] = []
        self._column = vbox(gap=16, margins=(16, 4, 16, 4))
        self.area = _Messages()
        self.area.setWidgetResizable(True)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setWidget(holding(vbox(self._column, None, gap=0)))
        self.area.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.area.setAccessibleName(say("phones.messages.name"))
        self.area.verticalScrollBar().rangeChanged.connect(self._follow)
        self._shown: tuple[str, Sequence[PhoneMessage]] = ("", ())
        self._phone, self._at_end = "", True
        self.area.verticalScrollBar().valueChanged.connect(self._note_place)
        head = vbox(self.who, self.number, gap=2, margins=(16, 0, 16, 0))
        column = vbox(head, self.area, gap=10, margins=(2, 16, 2, 16))
        column.setStretch(1, 1)
        self.setLayout(column)

    def show_phone(self, number: str, messages: Sequence[PhoneMessage]) -> None:
        """Shows a phone and its messages, the oldest first. Laid out again only when something changed."""
        if (number, messages) == self._shown:
            return
        self._shown = (number, messages)
        if number != self._phone:
            self._phone, self._at_end = number, True
        senders = {message.src for message in messages}
        last = messages[-1].src if messages else None
        self.who.setText(last or say("phones.no_sender"))
        self.number.setText(as_shown(number))
        while len(self.boxes) < len(messages):
            self.boxes.append(made := MessageBox())
            self._column.addWidget(made)
        for at, made in enumerate(self.boxes):
            made.setVisible(at < len(messages))
            if at < len(messages):
                own = messages[at].src or say("phones.no_sender")
                made.show_message(messages[at], own if len(senders) > 1 else "")
        self.area.updateGeometry()

    def texts(self) -> list[str]:
        """The texts of the messages in sight, for reading aloud."""
        return [made.accessibleName() for made in self.boxes if not made.isHidden()]

    def labels(self) -> list[QLabel]:
        """Every label, all of them plain text."""
        return self.findChildren(QLabel)

    def _note_place(self, at: int) -> None:
        self._at_end = at >= self.area.verticalScrollBar().maximum() - _NEAR_END

    def _follow(self, _least: int, most: int) -> None:
        if self._at_end:
            self.area.verticalScrollBar().setValue(most)
