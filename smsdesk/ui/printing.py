"""An answer on paper: as a PDF, or by a printer. Plain text throughout, black on white."""

from collections.abc import Awaitable, Callable
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QFont,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QFileDialog, QWidget

from smsdesk.ui import masking, theme
from smsdesk.words import say
from smsdesk.words.answers import AnswerWords

_BODY, _HEAD, _TITLE, _SMALL = 10.5, 11.0, 17.0, 8.5
_MARGIN = 20.0
"""Points of type, and millimetres."""
_Sleep = Callable[[float], Awaitable[object]]
_FOOT = 30.0
"""Points below what stands on a page, for who made it and which page it is."""


class _Writing:
    """Paragraphs one below the other."""

    def __init__(self) -> None:
        self.document = QTextDocument()
        self.document.setDefaultFont(QFont(theme.font(theme.BODY).families()))
        self.document.setDocumentMargin(0)
        self._cursor = QTextCursor(self.document)
        self._first = True

    def line(
        self, words: str, size: float, *, heavy: bool = False, above: float = 3, inside: float = 0
    ) -> None:
        """One paragraph; ``above`` and ``inside`` are the space over it and at its left, in points."""
        paragraph, ink = QTextBlockFormat(), QTextCharFormat()
        paragraph.setTopMargin(above)
        paragraph.setLeftMargin(inside)
        paragraph.setLineHeight(120, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        ink.setFontPointSize(size)
        ink.setFontWeight(600 if heavy else 400)
        ink.setForeground(Qt.GlobalColor.black)
        if self._first:
            self._cursor.setBlockFormat(paragraph)
            self._cursor.setBlockCharFormat(ink)
            self._first = False
        else:
            self._cursor.insertBlock(paragraph, ink)
        self._cursor.insertText(words, ink)

    def pair(self, head: str, words: str) -> None:
        """A small heading and what stands below it."""
        self.line(head, _SMALL, heavy=True, above=9)
        self.line(words, _BODY, above=1)


def document(words: AnswerWords) -> QTextDocument:
    """The answer as a page."""
    writing = _Writing()
    writing.line(words.paper, _TITLE, heavy=True, above=0)
    writing.line(words.about, _SMALL)
    writing.line(words.title, _HEAD, heavy=True, above=16)
    writing.line(words.happened, _BODY)
    for pair in (words.quoted, *words.pairs):
        writing.pair(*pair)
    for note in words.notes:
        writing.line(note, _SMALL, above=9)
    writing.line(words.support_title, _HEAD, heavy=True, above=22)
    for name, value in words.support:
        writing.line(f"{name}: {value}", _SMALL, above=2)
    return writing.document


async def painted(words: AnswerWords, device: QPagedPaintDevice, sleep: _Sleep) -> None:
    """Paints the answer, with the number of each page below it; between pages the window goes on."""
    room = device.pageLayout().paintRect(QPageLayout.Unit.Point)
    scale = device.logicalDpiY() / 72
    width, height = room.width() * scale, (room.height() - _FOOT) * scale
    paper = document(words)
    await sleep(0)
    paper.documentLayout().setPaintDevice(device)
    paper.setPageSize(QSizeF(width, height))
    painter, count = QPainter(device), paper.pageCount()
    for at in range(count):
        await sleep(0)
        if at:
            device.newPage()
        painter.save()
        painter.translate(0, -at * height)
        paper.drawContents(painter, QRectF(0, at * height, width, height))
        painter.restore()
        face = QFont(paper.defaultFont())
        face.setPointSizeF(_SMALL)
        painter.setFont(face)
        foot = QRectF(0, height, width, _FOOT * scale)
        low = Qt.AlignmentFlag.AlignBottom
        painter.drawText(foot, int(low | Qt.AlignmentFlag.AlignLeft), words.made)
        painter.drawText(foot, int(low | Qt.AlignmentFlag.AlignRight), words.page(at + 1, count))
    painter.end()


async def pdf(words: AnswerWords, sleep: _Sleep) -> bytes:
    """The answer as a PDF, A4."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(_MARGIN, _MARGIN, _MARGIN, _MARGIN), QPageLayout.Unit.Millimeter)
    writer.setTitle(words.paper)
    writer.setCreator(say("app.name"))
    await painted(words, writer, sleep)
    del writer
    return bytes(buffer.data().data())


def ask_path(parent: QWidget, name: str, then: Callable[[Path], object]) -> QFileDialog:
    """Asks where to write a PDF; opened, not executed."""
    dialog = QFileDialog(parent, say("find.pdf.title"), masking.shown(name), say("find.pdf.filter"))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix("pdf")
    dialog.fileSelected.connect(lambda chosen: then(Path(chosen)))
    dialog.finished.connect(lambda _: dialog.deleteLater())
    dialog.open()
    return dialog


def ask_printer(parent: QWidget, then: Callable[[QPrinter], object]) -> QPrintDialog:
    """Asks for a printer; opened, not executed."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setPageMargins(QMarginsF(_MARGIN, _MARGIN, _MARGIN, _MARGIN), QPageLayout.Unit.Millimeter)
    dialog = QPrintDialog(printer, parent)
    dialog.setWindowTitle(say("find.print.title"))
    dialog.accepted.connect(lambda: then(printer))
    dialog.finished.connect(lambda _: dialog.deleteLater())
    dialog.setWindowModality(Qt.WindowModality.WindowModal)
    dialog.show()
    return dialog
