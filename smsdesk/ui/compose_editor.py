"""Where a text is written: merge fields as pills, what is wrong underlined, the borders of parts."""

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QShowEvent,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
)
from PySide6.QtWidgets import QTextEdit, QToolTip

from smsdesk.ui import theme
from smsdesk.ui.compose_completion import Completion, before_cursor, begun, complete, matching
from smsdesk.ui.compose_marks import Ground, Kind, Mark, Places, mark_at, marks
from smsdesk.ui.labels import plain_tip
from smsdesk.words import number, say

_LINE_HEIGHT = 145
"""Per cent of the font's own: room for pills on each line."""
_WHOLE, _MARGIN = 6_000, 200
"""Up to so long a text is marked as a whole; of a longer one what is in sight, and so much around it."""
Border = tuple[int, int]
"""The place at which a part begins, and its number."""


class Editor(QTextEdit):
    """Plain text only; Tab leaves it, undo is the campaign's.

    ``explained`` is what is to be said of the place of the cursor, "" for nothing.
    """

    explained = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "writing")
        self.setAccessibleName(say("compose.text"))
        self.setPlaceholderText(say("compose.text.placeholder"))
        self.setAcceptRichText(False)
        self.setUndoRedoEnabled(False)
        self.setTabChangesFocus(True)
        self.setMinimumHeight(88)
        self._ground = Ground()
        self._given: str | None = None
        self._marks: list[Mark] = []
        self._touched: Mark | None = None
        self._borders: tuple[Border, ...] = ()
        self._borders_of = ""
        self.completion = Completion(self, self._complete)
        self.textChanged.connect(self._mark)
        self.cursorPositionChanged.connect(self._look_at_cursor)
        self.verticalScrollBar().valueChanged.connect(lambda _: self._scrolled())
        theme.when_changed(self._format)

    # -- the text --------------------------------------------------------------------------------

    def toPlainText(self) -> str:
        """The text as it is written; Qt's own makes usual blanks of those that do not break."""
        return self.document().toRawText().replace("\u2029", "\n").replace("\u2028", "\n")

    def setPlainText(self, text: str) -> None:
        """Another text, in lines with room."""
        quiet = self.blockSignals(True)
        super().setPlainText(text)
        self._space_lines()
        self.blockSignals(quiet)
        self.textChanged.emit()

    def show_text(self, text: str, ground: Ground) -> None:
        """Shows a text without telling; the cursor stays where the text is the same, or where it changed."""
        other = ground != self._ground
        self._ground = ground
        if text != self._given and text != self.toPlainText():
            quiet = self.blockSignals(True)
            self._become(text)
            self.blockSignals(quiet)
            other = True
        self._given = text
        if other:
            self._mark()

    def _become(self, text: str) -> None:
        before = self.toPlainText()
        start = shared(before, text)
        end = min(shared(before[::-1], text[::-1]), len(before) - start, len(text) - start)
        if not start and not end:
            self.setPlainText(text)
            return
        places, cursor = Places(before), QTextCursor(self.document())
        cursor.setPosition(places[start])
        cursor.setPosition(places[len(before) - end], QTextCursor.MoveMode.KeepAnchor)
        cursor.insertText(text[start : len(text) - end])
        self.setTextCursor(cursor)

    def _space_lines(self) -> None:
        cursor, form = QTextCursor(self.document()), QTextBlockFormat()
        form.setLineHeight(_LINE_HEIGHT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.mergeBlockFormat(form)

    def createMimeDataFromSelection(self) -> QMimeData:
        """What is copied is the text, no look of it."""
        made = QMimeData()
        made.setText(self.textCursor().selectedText().replace("\u2029", "\n").replace("\u2028", "\n"))
        return made

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        """Files are for the page: it imports them."""
        return not source.hasUrls() and super().canInsertFromMimeData(source)

    def insert(self, words: str) -> None:
        """Writes words at the cursor, which goes on behind them."""
        self.textCursor().insertText(words)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- marks -----------------------------------------------------------------------------------

    def show_borders(self, borders: Sequence[Border], whose: str) -> None:
        """Shows where parts begin; ``whose`` says for whom."""
        if (tuple(borders), whose) != (self._borders, self._borders_of):
            self._borders, self._borders_of = tuple(borders), whose
            self.viewport().update()

    def marks_in_sight(self) -> list[Mark]:
        """What is marked now."""
        return self._marks

    def _mark(self) -> None:
        first, last = self._in_sight()
        look = QTextCursor(self.document())
        look.setPosition(first)
        look.setPosition(last, QTextCursor.MoveMode.KeepAnchor)
        piece = look.selectedText().replace("\u2029", "\n")
        self._marks = marks(piece, self._ground, look.selectionStart())
        self._format()

    def _in_sight(self) -> tuple[int, int]:
        """The places between which the text is marked."""
        end = self.document().characterCount() - 1
        if end <= _WHOLE:
            return 0, end
        area = self.viewport().rect()
        corners = (area.topLeft(), area.topRight(), area.bottomLeft(), area.bottomRight())
        seen = [self.cursorForPosition(corner).position() for corner in corners]
        return max(0, min(seen) - _MARGIN), min(end, max(seen) + _MARGIN)

    def _scrolled(self) -> None:
        self.completion.hide()
        if self.document().characterCount() > _WHOLE:
            self._mark()

    def _format(self) -> None:
        """Gives the marks their letters' look; pills and borders are painted."""
        self._touched = self._mark_at_cursor()
        selections = [one for mark in self._marks for one in self._selections(mark)]
        self.setExtraSelections(selections)
        told = self._touched is not None and self._touched.kind is not Kind.FIELD
        self.explained.emit(self._touched.words if told and self._touched else "")

    def _selections(self, mark: Mark) -> Iterator[QTextEdit.ExtraSelection]:
        form = QTextCharFormat()
        if mark.kind is Kind.OUTSIDE:
            _underline(form, "waiting", QTextCharFormat.UnderlineStyle.DashUnderline)
        elif mark.kind is Kind.FIELD:
            form.setForeground(theme.colour("accent"))
        else:
            form.setForeground(theme.colour("failed"))
            _underline(form, "failed", QTextCharFormat.UnderlineStyle.WaveUnderline)
        # Where the system asks for high contrast there is no tint.
        tinted = theme.colour("accent-tint") != theme.colour("surface")
        if mark.kind is not Kind.FIELD or mark is self._touched or not tinted:
            yield self._selection(mark.start, mark.end, form)
            return
        # The braces are the pill's ends, until the cursor comes.
        hidden = QTextCharFormat()
        hidden.setForeground(theme.colour("accent-tint"))
        yield self._selection(mark.start, mark.start + 1, hidden)
        yield self._selection(mark.start + 1, mark.end - 1, form)
        yield self._selection(mark.end - 1, mark.end, hidden)

    def _selection(self, start: int, end: int, form: QTextCharFormat) -> QTextEdit.ExtraSelection:
        made = QTextEdit.ExtraSelection()
        cursor = QTextCursor(self.document())
        cursor.setPosition(start)
        cursor.setPosition(end, QTextCursor.MoveMode.KeepAnchor)
        # Qt leaves a selection out that touches the one before, unless it has a ground.
        form.setBackground(Qt.GlobalColor.transparent)
        made.cursor, made.format = cursor, form
        return made

    def _mark_at_cursor(self) -> Mark | None:
        return mark_at(self._marks, self.textCursor().position()) if self.hasFocus() else None

    def _look_at_cursor(self) -> None:
        if self._mark_at_cursor() is not self._touched:
            self._format()

    # -- painting --------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints pills below the words, and the borders of parts above them."""
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("accent-tint"))
        for mark in self._marks:
            if mark.kind is Kind.FIELD:
                for box in self.boxes(mark.start, mark.end):
                    painter.drawRoundedRect(box.adjusted(0, -1.5, 0, 1.5), 4, 4)
        painter.end()
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_unseen(painter)
        self._paint_borders(painter)
        painter.end()

    def _paint_unseen(self, painter: QPainter) -> None:
        """A wedge where characters have no width: there is nothing to underline."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("waiting"))
        for mark in self._marks:
            if mark.kind is Kind.OUTSIDE:
                for box in self.boxes(mark.start, mark.end):
                    foot = box.bottomLeft() + QPointF(0, -2)
                    if box.width() < 1:
                        painter.drawPolygon([foot, foot + QPointF(-4, 5), foot + QPointF(4, 5)])

    def _paint_borders(self, painter: QPainter) -> None:
        painter.setPen(QPen(theme.colour("third"), 1.5, Qt.PenStyle.DashLine))
        painter.setFont(theme.font(8, 600))
        for place, part in self._borders:
            box = self._border(place)
            if box is not None and self.viewport().rect().intersects(box.toAlignedRect()):
                painter.drawLine(box.topLeft(), box.bottomLeft())
                painter.drawText(box.topLeft() + QPointF(3, 5), number(part))

    def _border(self, place: int) -> QRectF | None:
        if place >= self.document().characterCount():
            return None
        box = QRectF(self._line_box(self.document().findBlock(place), place))
        return box.adjusted(0, -5, 8, 3)

    def _line_box(self, block: QTextBlock, place: int) -> QRectF:
        line = block.layout().lineForTextPosition(place - block.position())
        return self._box(block, line.lineNumber(), place, place) if line.isValid() else QRectF()

    def boxes(self, start: int, end: int) -> Iterator[QRectF]:
        """The boxes around a piece of the text, one a line, as the viewport counts."""
        block = self.document().findBlock(start)
        while block.isValid() and block.position() < end:
            layout = block.layout()
            first = max(start - block.position(), 0)
            last = min(end - block.position(), block.length() - 1)
            lines = [layout.lineForTextPosition(at) for at in (first, max(last - 1, first))]
            if all(line.isValid() for line in lines):
                for at in range(lines[0].lineNumber(), lines[1].lineNumber() + 1):
                    yield self._box(block, at, start, end)
            block = block.next()

    def _box(self, block: QTextBlock, at: int, start: int, end: int) -> QRectF:
        layout = block.layout()
        line = layout.lineAt(at)
        begin = line.textStart()
        places = (start - block.position(), end - block.position())
        left, right = sorted(
            _x(line.cursorToX(max(begin, min(place, begin + line.textLength())))) for place in places
        )
        scrolled = QPoint(self.horizontalScrollBar().value(), self.verticalScrollBar().value())
        top = line.y() + line.height() - self.fontMetrics().height()
        box = QRectF(left, top, right - left, self.fontMetrics().height())
        return box.translated(layout.position()).translated(-scrolled)

    # -- keys and mouse --------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Leaves undo to the campaign, and Tab to the list of columns while that is open."""
        if isinstance(event, QKeyEvent):
            keys = QKeySequence.StandardKey
            over = event.type() == QEvent.Type.ShortcutOverride
            if over and (event.matches(keys.Undo) or event.matches(keys.Redo)):
                event.ignore()
                return False
            if over and event.key() == Qt.Key.Key_Escape and self.completion.isVisible():
                event.accept()
                return True
            if event.type() == QEvent.Type.KeyPress and self.completion.take_key(event.key()):
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Writes, and offers columns where a merge field is begun."""
        super().keyPressEvent(event)
        if event.text() or self.completion.isVisible():
            self._offer()

    def _offer(self) -> None:
        cursor = self.textCursor()
        written = None if self._ground.literal or self.isReadOnly() else begun(before_cursor(cursor))
        names = [] if written is None else matching(self._ground.names, written)
        below = self.cursorRect().bottomLeft() + QPoint(-8, 6)
        self.completion.offer(names, self.viewport().mapToGlobal(below))

    def _complete(self, name: str) -> None:
        complete(self, name)

    def viewportEvent(self, event: QEvent) -> bool:
        """Says what a mark or a border is about where the mouse rests on it."""
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            QToolTip.showText(event.globalPos(), plain_tip(self.words_at(event.pos())), self.viewport())
            return True
        return super().viewportEvent(event)

    def words_at(self, point: QPoint) -> str:
        """What is to be said of a point."""
        for place, part in self._borders:
            box = self._border(place)
            if box is not None and box.adjusted(-3, 0, 4, 0).contains(QPointF(point)):
                return say("compose.border", part=number(part), who=self._borders_of)
        on = (
            m
            for m in self._marks
            if any(_near(box).contains(QPointF(point)) for box in self.boxes(m.start, m.end))
        )
        return next((mark.words for mark in on), "")

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Shows the braces at the cursor."""
        super().focusInEvent(event)
        self._look_at_cursor()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Closes the list of columns."""
        super().focusOutEvent(event)
        self.completion.hide()
        self._look_at_cursor()

    def showEvent(self, event: QShowEvent) -> None:
        """Marks what comes into sight."""
        super().showEvent(event)
        self._mark()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Marks what comes into sight."""
        super().resizeEvent(event)
        self.completion.hide()
        if self.document().characterCount() > _WHOLE:
            self._mark()


def _underline(form: QTextCharFormat, role: str, style: QTextCharFormat.UnderlineStyle) -> None:
    form.setUnderlineColor(theme.colour(role))
    form.setUnderlineStyle(style)


def _near(box: QRectF) -> QRectF:
    """Where the mouse means a box: around one without width too."""
    return box if box.width() > 1 else box.adjusted(-4, 0, 4, 6)


def _x(found: object) -> float:
    """The place in px: the binding gives it alone, or with the place that it belongs to."""
    return float(found[0] if isinstance(found, tuple) else found)  # type: ignore[arg-type]


def shared(one: str, other: str) -> int:
    """How many characters two texts begin with in common."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
