"""The outline icons (Lucide, resources/icons), tinted by role when they are painted.

An icon follows the look by itself: it holds a role, no colour. QtSvg is loaded with the first paint.
"""

from functools import cache

from PySide6.QtCore import QByteArray, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap, QPixmapCache

from smsdesk.core.shipped import shipped
from smsdesk.ui import theme

SIZE = 16
"""The usual edge of an icon, in device-independent pixels."""


def icon(name: str, role: str = "second", on: str | None = None) -> QIcon:
    """The icon ``name`` in the colour of ``role``; ``on`` is the role while it is checked.

    Raises FileNotFoundError, at the first paint, for an icon that is not shipped.
    """
    return _icon(name, role, on or role)


@cache
def _icon(name: str, role: str, on: str) -> QIcon:
    engine = _Tinted(name, role, on)
    _engines.append(engine)
    return QIcon(engine)


_engines: list[QIconEngine] = []


class _Tinted(QIconEngine):
    """Paints one SVG in the colour that its role has at that moment."""

    def __init__(self, name: str, role: str, on: str) -> None:
        super().__init__()
        self._name, self._role, self._on = name, role, on

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        """Paints the icon, dimmed while its widget is disabled."""
        role = self._on if state == QIcon.State.On else self._role
        ratio = painter.device().devicePixelRatioF()
        opacity = painter.opacity()
        if mode == QIcon.Mode.Disabled:
            painter.setOpacity(opacity * 0.5)
        painter.drawPixmap(rect, pixmap(self._name, role, min(rect.width(), rect.height()), ratio))
        painter.setOpacity(opacity)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        """The icon as a picture of ``size`` device pixels."""
        made = QPixmap(size)
        made.fill(Qt.GlobalColor.transparent)
        painter = QPainter(made)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        return made

    def clone(self) -> QIconEngine:
        """Another engine of the same picture."""
        made = _Tinted(self._name, self._role, self._on)
        _engines.append(made)
        return made


def pixmap(name: str, role: str, size: int = SIZE, ratio: float = 1.0, stroke: float = 2.0) -> QPixmap:
    """The icon as a picture, from the cache; ``ratio`` is that of the device it is painted on."""
    key = f"smsdesk/{name}/{theme.colour(role).name()}/{size}/{ratio}/{stroke}"
    found = QPixmap()
    if QPixmapCache.find(key, found):
        return found
    made = _rendered(name, role, size, ratio, stroke)
    QPixmapCache.insert(key, made)
    return made


def _rendered(name: str, role: str, size: int, ratio: float, stroke: float) -> QPixmap:
    from PySide6.QtSvg import QSvgRenderer

    source = _source(name).replace("currentColor", theme.colour(role).name())
    source = source.replace('stroke-width="2"', f'stroke-width="{stroke}"')
    made = QPixmap(QSize(round(size * ratio), round(size * ratio)))
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    renderer = QSvgRenderer(QByteArray(source.encode()))
    renderer.render(painter, QRectF(0, 0, made.width(), made.height()))
    painter.end()
    made.setDevicePixelRatio(ratio)
    return made


@cache
def _source(name: str) -> str:
    return shipped("icons", f"{name}.svg").read_text("utf-8")
