"""What a widget paints, as words."""

import html
import re

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPoint
from PySide6.QtGui import QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QWidget


def painted(root: QWidget) -> list[str]:
    """The words that a widget and all in it paint."""
    written = QByteArray()
    device = QBuffer(written)
    device.open(QIODevice.OpenModeFlag.WriteOnly)
    paper = QSvgGenerator()
    paper.setOutputDevice(device)
    paper.setSize(root.size())
    painter = QPainter(paper)
    root.render(painter, QPoint())
    painter.end()
    found = re.findall(r"<text[^>]*>(.*?)</text>", bytes(written.data()).decode(), re.DOTALL)
    return [html.unescape(words).strip() for words in found]
