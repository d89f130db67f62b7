"""The phone preview: what one recipient will read, part by part, and a stepper through the recipients."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPainterPath, QPaintEvent, QPen, QTextLayout, QTextOption
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from smsdesk.ui import theme
from smsdesk.ui.layout import hbox, icon_button, label, vbox
from smsdesk.words import number, say

PAD_X, PAD_Y, LINE, DIVIDER = 12.0, 10.0, 19.0, 18.0


class Bubble(QWidget):
    """One SMS as a bubble; where a further part begins stands a dashed line with its number."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: tuple[str, ...] = ()
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_parts(self, parts: Sequence[str]) -> None:
        """Shows the text of each part."""
        self._parts = tuple(parts)
        self.setAccessibleName(say("phone.text", text="".join(parts)))
        self.updateGeometry()
        self.update()

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
            top = _paragraphs(part, top, width - 2 * PAD_X, painter)
        return top + PAD_Y


def _paragraphs(text: str, top: float, width: float, painter: QPainter | None) -> float:
    if painter is not None:
        painter.setPen(theme.colour("text"))
    option = QTextOption()
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    for paragraph in text.split("\n"):
        layout = QTextLayout(paragraph, theme.font(theme.BODY))
        layout.setTextOption(option)
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


class PhonePreview(QFrame):
    """Sender, bubble and caption, with a stepper "214 of 6,398" whose steps call ``on_step`` (-1, +1)."""

    def __init__(self, on_step: Callable[[int], object] | None = None) -> None:
        super().__init__()
        self.setProperty("kind", "phone")
        self.setAccessibleName(say("phone.name"))
        self._sender = label("", "strong")
        self._place = label("", "caption")
        call = on_step or (lambda _step: None)
        self.previous = icon_button("chevron-left", say("phone.previous"), lambda: call(-1))
        self.next = icon_button("chevron-right", say("phone.next"), lambda: call(1))
        self._bubble = Bubble()
        self._caption = label("", "caption", wrap=True)
        top = hbox(self._sender, None, self.previous, self._place, self.next, gap=2)
        self.setLayout(vbox(top, self._bubble, self._caption, gap=8, margins=(12, 10, 12, 14)))
        self.show_place(0, 0)

    def show_message(self, sender: str, parts: Sequence[str], words: str) -> None:
        """Shows what arrives: the sender, the text of each part, and a caption in words."""
        self._sender.setText(sender)
        self._bubble.show_parts(parts)
        self._caption.setText(words)

    def show_place(self, at: int, of: int) -> None:
        """Which recipient, counted from 1; the stepper hides where there is at most one."""
        for part in (self.previous, self._place, self.next):
            part.setVisible(of > 1)
        self._place.setText(say("phone.place", at=number(at), of=number(of)))
        self.previous.setEnabled(at > 1)
        self.next.setEnabled(at < of)
