"""Words that know their room: labels with an ellipsis and a tooltip, pills, dots with words."""

import html

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QLabel, QPlainTextEdit, QSizePolicy, QStyle, QStyleOption, QWidget

from smsdesk.ui import masking, theme
from smsdesk.ui.marks import PILL_HEIGHT, Pill, paint_mark, paint_pill, pill_width


def plain_tip(text: str) -> str:
    """A tooltip that shows ``text`` as it is, even where it looks like markup."""
    return f"<span>{html.escape(text).replace(chr(10), '<br>')}</span>" if "<" in text else text


class Words(QLabel):
    """Plain words, with masked numbers where the mask is on."""

    def __init__(self, words: str = "") -> None:
        super().__init__(masking.shown(words))
        self._whole = words
        self.setTextFormat(Qt.TextFormat.PlainText)

    def setText(self, words: str) -> None:
        """Shows other words."""
        self._whole = words
        super().setText(masking.shown(words))

    def show_masked(self) -> None:
        """Shows the same words, by the mask as it is now."""
        self.setText(self._whole)


class Reading(QPlainTextEdit):
    """A long plain text to read, with masked numbers where the mask is on; ``whole`` is without it."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.whole = ""
        masking.name(self, name)
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)

    def setPlainText(self, text: str) -> None:
        """Shows another text."""
        self.whole = text
        super().setPlainText(masking.shown(text))

    def show_masked(self) -> None:
        """Shows the same text, by the mask as it is now."""
        self.setPlainText(self.whole)


class Elided(Words):
    """Plain words on one line; what does not fit gets an ellipsis, and the whole in a tooltip.

    ``least`` px are kept: words that matter more keep more.
    """

    def __init__(self, words: str = "", least: int = 48) -> None:
        super().__init__(words)
        self._least = least
        self._own_tip = False
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        """Room for ``least`` px; the words as a whole where they are shorter."""
        hint = super().sizeHint()
        return QSize(min(hint.width(), self._least), hint.height())

    def setText(self, words: str) -> None:
        """Shows other words."""
        super().setText(words)
        self._tell()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Gives or takes the tooltip."""
        super().resizeEvent(event)
        self._tell()

    def _tell(self) -> None:
        cut = self.sizeHint().width() > self.width()
        if cut or self._own_tip:
            self.setToolTip(plain_tip(self.text()) if cut else "")
        self._own_tip = cut

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints the words, with an ellipsis where they are cut."""
        if self.sizeHint().width() <= self.width() or "\n" in self.text():
            super().paintEvent(event)
            return
        painter = QPainter(self)
        option = QStyleOption()
        option.initFrom(self)
        self.style().drawPrimitive(QStyle.PrimitiveElement.PE_Widget, option, painter, self)
        room = self.contentsRect()
        words = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(room, int(self.alignment()), words)


class PillLabel(QWidget):
    """One state pill as a widget."""

    def __init__(self, pill: Pill) -> None:
        super().__init__()
        self._pill = pill
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.show_pill(pill)

    def show_pill(self, pill: Pill) -> None:
        """Shows another state."""
        self._pill = pill
        self.setAccessibleName(pill.word)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """The pill as a whole."""
        return QSize(int(pill_width(self._pill)) + 1, int(PILL_HEIGHT) + 2)

    def minimumSizeHint(self) -> QSize:
        """Room for an ellipsis."""
        return QSize(min(48, self.sizeHint().width()), self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paints the pill."""
        painter = QPainter(self)
        paint_pill(painter, self._pill, QRectF(self.rect()))
        painter.end()


class Dot(QWidget):
    """A coloured dot beside words that say the same."""

    def __init__(self, role: str = "neutral", size: int = 9) -> None:
        super().__init__()
        self._role, self._size = role, size
        self.setFixedSize(size, size)

    def show_role(self, role: str) -> None:
        """Takes another role."""
        self._role = role
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paints the dot."""
        painter = QPainter(self)
        paint_mark(painter, "dot", QRectF(self.rect()), theme.colour(self._role))
        painter.end()


class FocusRing(QWidget):
    """The ring around something that has the focus and fills its card to the edges."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paints the ring inside the edge."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("accent"), 2))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 8, 8)
        painter.end()
