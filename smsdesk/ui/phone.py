"""The phone preview: what one recipient will read, part by part, and a stepper through the recipients."""

import unicodedata
from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QFontMetricsF,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QWidget

from smsdesk.ui import masking, theme
from smsdesk.ui.labels import Elided
from smsdesk.ui.layout import hbox, icon_button, label, link, pill, vbox
from smsdesk.ui.marks import Pill
from smsdesk.words import number, say

PAD_X, PAD_Y, LINE, DIVIDER = 12.0, 10.0, 19.0, 18.0
MOST_PARTS = 20
"""The most parts an SMS may have: of a longer text that is what is shown."""
_HIGHEST = 330
"""A higher bubble scrolls within the phone."""


class Bubble(QWidget):
    """One SMS as a bubble; where a further part begins stands a dashed line with its number."""

    def __init__(self) -> None:
        super().__init__()
        self._whole: Sequence[str] = ()
        self._parts: tuple[str, ...] = ()
        self._turned: tuple[bool, ...] = ()
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_parts(self, parts: Sequence[str]) -> None:
        """Shows the text of each part, at most ``MOST_PARTS``."""
        self._whole = parts
        self._parts = tuple(masking.shown(part) for part in parts[:MOST_PARTS])
        self._turned = _turned(self._parts)
        self.setAccessibleName(say("phone.text", text="".join(self._parts)))
        self.updateGeometry()
        self.update()

    def show_masked(self) -> None:
        """Shows the same text, by the mask as it is now."""
        self.show_parts(self._whole)

    def hasHeightForWidth(self) -> bool:
        """The words decide."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Room for all lines and dividers."""
        return int(self._lay_out(width, None)) + 1

    def sizeHint(self) -> QSize:
        """A phone's width."""
        return QSize(260, self.heightForWidth(max(self.width(), 160)))

    def minimumSizeHint(self) -> QSize:
        """As high as the words need."""
        return QSize(140, self.heightForWidth(max(self.width(), 140)))

    def resizeEvent(self, _event: QEvent) -> None:
        """Another width asks for another height."""
        self.updateGeometry()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paints bubble, words, dividers."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        height = self._lay_out(self.width(), None)
        painter.setPen(QPen(theme.colour("line"), 1))
        painter.setBrush(theme.colour("surface"))
        painter.drawPath(_bubble(QRectF(0.5, 0.5, self.width() - 1, height - 1)))
        self._lay_out(self.width(), painter)
        painter.end()

    def _lay_out(self, width: int, painter: QPainter | None) -> float:
        """Places each part below the other, painting where there is a painter; returns the height."""
        top = PAD_Y
        for at, part in enumerate(self._parts or ("",), 1):
            if at > 1:
                if painter is not None:
                    _divide(painter, top + DIVIDER / 2, width, at)
                top += DIVIDER
            turned = at <= len(self._turned) and self._turned[at - 1]
            top = _paragraphs(part, top, width - 2 * PAD_X, painter, turned=turned)
        return top + PAD_Y


def is_turned(text: str) -> bool:
    """Whether a paragraph runs from right to left, by its first letter."""
    kinds = (unicodedata.bidirectional(character) for character in text)
    return next((kind in ("R", "AL") for kind in kinds if kind in ("L", "R", "AL")), False)


def _turned(parts: Sequence[str]) -> tuple[bool, ...]:
    """Of each part whether it begins in a paragraph that runs from right to left."""
    whole, out, at = "".join(parts), [], 0
    for part in parts:
        begin = whole.rfind("\n", 0, at) + 1
        out.append(is_turned(whole[begin:].partition("\n")[0]))
        at += len(part)
    return tuple(out)


def _paragraphs(text: str, top: float, width: float, painter: QPainter | None, *, turned: bool) -> float:
    if painter is not None:
        painter.setPen(theme.colour("text"))
    for at, paragraph in enumerate(text.split("\n")):
        layout = QTextLayout(paragraph, theme.font(theme.BODY))
        layout.setTextOption(_option(turned=is_turned(paragraph) if at else turned))
        layout.beginLayout()
        lines = 0
        while (line := layout.createLine()).isValid():
            line.setLineWidth(max(width, 1))
            line.setPosition(QPointF(0, lines * LINE))
            lines += 1
        layout.endLayout()
        if painter is not None:
            layout.draw(painter, QPointF(PAD_X, top))
        top += max(lines, 1) * LINE
    return top


def _option(*, turned: bool) -> QTextOption:
    made = QTextOption()
    made.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    if turned:
        made.setTextDirection(Qt.LayoutDirection.RightToLeft)
        made.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute)
    return made


def _divide(painter: QPainter, middle: float, width: int, part: int) -> None:
    words = say("phone.part", n=part)
    font = theme.font(11)
    wide = QFontMetricsF(font).horizontalAdvance(words)
    pen = QPen(theme.colour("edge"), 1, Qt.PenStyle.DashLine)
    painter.setPen(pen)
    painter.drawLine(QPointF(8, middle), QPointF(width - 8 - wide - 8, middle))
    painter.setFont(font)
    painter.setPen(theme.colour("third"))
    room = QRectF(width - 8 - wide - 2, middle - 8, wide + 4, 16)
    painter.drawText(room, int(Qt.AlignmentFlag.AlignCenter), words)


def _bubble(box: QRectF) -> QPainterPath:
    """A rounded box whose lower left corner points to the sender."""
    path = QPainterPath()
    path.addRoundedRect(box, 14, 14)
    corner = QPainterPath()
    corner.addRoundedRect(QRectF(box.left(), box.bottom() - 20, 20, 20), 4, 4)
    return path.united(corner).simplified()


class _Reading(QScrollArea):
    """The bubble, just as high as its words; where they are many it scrolls, by keyboard too."""

    def __init__(self, bubble: Bubble) -> None:
        super().__init__()
        self.setProperty("kind", "reading")
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(say("phone.name"))
        bubble.setProperty("kind", "ground")
        self._bubble = bubble
        self.setWidget(bubble)
        self.fit()

    def fit(self) -> None:
        """Takes the height of the words."""
        room = self.viewport().width() or 260
        high = self._bubble.heightForWidth(room)
        self.setFixedHeight(min(high, _HIGHEST) + 4)
        scrolls = high > _HIGHEST
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if scrolls else Qt.FocusPolicy.NoFocus)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width asks for another height."""
        super().resizeEvent(event)
        self.fit()


class PhonePreview(QFrame):
    """Sender, bubble and caption, with a stepper "214 of 6,398" whose steps call ``on_step`` (-1, +1).

    ``on_longest`` and ``on_problem`` go to the longest text and to the next recipient with a problem.
    """

    def __init__(
        self,
        on_step: Callable[[int], object] | None = None,
        on_longest: Callable[[], object] | None = None,
        on_problem: Callable[[], object] | None = None,
    ) -> None:
        super().__init__()
        self.setProperty("kind", "phone")
        self.setAccessibleName(say("phone.name"))
        self._sender = label("", "strong")
        self._place = Elided("", 120)
        self._place.setProperty("kind", "caption")
        call = on_step or (lambda _step: None)
        self.previous = icon_button("chevron-left", say("phone.previous"), lambda: call(-1))
        self.next = icon_button("chevron-right", say("phone.next"), lambda: call(1))
        self._bubble = Bubble()
        self._reading = _Reading(self._bubble)
        self._caption = label("", "caption", wrap=True)
        self.arrival = label("", "caption", wrap=True)
        self.state = pill("neutral", "")
        self.state.hide()
        self.longest = link(say("phone.longest"), on_longest)
        self.longest.setAccessibleName(say("phone.longest.name"))
        self.problem = link(say("phone.problem"), on_problem)
        self.problem.setAccessibleName(say("phone.problem.name"))
        self._jumps = (self.longest, self.problem) if on_longest and on_problem else ()
        for unused in {self.longest, self.problem} - {*self._jumps}:
            unused.setParent(self)
            unused.hide()
        top = hbox(self._sender, None, self.previous, self._place, self.next, gap=2)
        jumps = hbox(*self._jumps, None, gap=16)
        words = vbox(self._caption, self.arrival, gap=4)
        self.setLayout(
            vbox(
                top,
                self._reading,
                self.state,
                words,
                jumps,
                gap=8,
                margins=(12, 10, 12, 14 if self._jumps else 8),
            )
        )
        self.show_place(0, 0)
        self.show_arrival("")

    def show_message(self, sender: str, parts: Sequence[str], words: str) -> None:
        """Shows what arrives: the sender, the text of each part, and a caption in words."""
        self._sender.setText(sender)
        self._bubble.show_parts(parts)
        self._reading.fit()
        over = len(parts) > MOST_PARTS
        cut = say("phone.cut", shown=number(MOST_PARTS), of=number(len(parts))) if over else ""
        self._caption.setText("\n".join(filter(None, (words, cut))))

    def show_arrival(self, words: str) -> None:
        """When it arrives and what it waits for, "" for nothing known."""
        self.arrival.setText(words)
        self.arrival.setVisible(bool(words))

    def show_state(self, state: Pill | None) -> None:
        """What is wrong with this recipient; None for nothing."""
        self.state.setVisible(state is not None)
        if state is not None:
            self.state.show_pill(state)

    def show_place(self, at: int, of: int) -> None:
        """Which recipient, counted from 1; the stepper hides where there is at most one."""
        for part in (self.previous, self._place, self.next, *self._jumps):
            part.setVisible(of > 1)
        self._place.setText(say("phone.place", at=number(at), of=number(of)))
        self.previous.setEnabled(at > 1)
        self.next.setEnabled(at < of)
