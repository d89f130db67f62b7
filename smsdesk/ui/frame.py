"""The window's frame around the pages: the rail at the left with the account, the strip below."""

from collections.abc import Callable
from itertools import pairwise

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from smsdesk.ui import theme
from smsdesk.ui.icons import SIZE, pixmap
from smsdesk.ui.labels import Dot, PillLabel
from smsdesk.ui.layout import hbox, label, vbox, widgets_in
from smsdesk.ui.marks import Pill
from smsdesk.words import number, say

RAIL_WIDTH = 208
STRIP_HEIGHT, STRIPES_HEIGHT = 28, 6


class Stripes(QWidget):
    """The striped band of the sandbox: nothing under it reaches a real phone."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(STRIPES_HEIGHT)
        self.setAccessibleName(say("window.stripes"))
        self.hide()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paints slanted stripes in the sandbox's colour on its tint."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("unknown-tint"))
        painter.drawRect(self.rect())
        painter.setBrush(theme.colour("unknown"))
        high = self.height()
        for left in range(-high, self.width(), 24):
            corners = ((left, high), (left + high, 0), (left + high + 12, 0), (left + 12, high))
            painter.drawPolygon([QPoint(*corner) for corner in corners])
        painter.end()


class RailButton(QPushButton):
    """A page in the rail: icon, name, and a count at the right."""

    def __init__(self, words: str, icon_name: str) -> None:
        super().__init__()
        self._words, self._icon, self._count = words, icon_name, ""
        self.setProperty("kind", "rail")
        self.setCheckable(True)
        self.setAutoExclusive(False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(words)

    def set_count(self, count: str) -> None:
        """The number at the right, "" for none."""
        if count != self._count:
            self._count = count
            self.setAccessibleName(f"{self._words} {count}".strip())
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paints icon, name and count over the ground that the style sheet gives."""
        super().paintEvent(event)
        painter = QPainter(self)
        role = "accent" if self.isChecked() else "second"
        middle = (self.height() - SIZE) // 2
        painter.drawPixmap(11, middle, pixmap(self._icon, role, SIZE, self.devicePixelRatioF()))
        painter.setPen(theme.colour(role))
        painter.setFont(theme.font(theme.CAPTION))
        count_width = painter.fontMetrics().horizontalAdvance(self._count)
        room = QRect(36, 0, self.width() - 46, self.height())
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), self._count)
        painter.setFont(theme.font(theme.BODY, 600 if self.isChecked() else 500))
        left = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)
        words_room = room.adjusted(0, 0, -count_width - 6, 0)
        words = painter.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, words_room.width())
        painter.drawText(words_room, left, words)
        painter.end()


class LogoMark(QWidget):
    """The program's mark: a speech bubble with a tick."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(22, 22)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paints the mark in the accent colour."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("accent"))
        painter.drawRoundedRect(QRectF(self.rect()), 6, 6)
        painter.setPen(theme.colour("on-accent"))
        painter.setFont(theme.font(theme.BODY, 700))
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignCenter), "S")
        painter.end()


class AccountCard(QPushButton):
    """The account at the foot of the rail: name, SANDBOX tag, connection in a dot and words."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "account")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._name = label("", "strong")
        self._tag = PillLabel(Pill("unknown", say("window.sandbox"), ""))
        self._dot = Dot("neutral")
        self._words = label("", "caption", wrap=True)
        for part in (self._name, self._tag, self._dot, self._words):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        first = hbox(self._name, self._tag, None, gap=6)
        second = hbox(vbox(4, self._dot, None, gap=0), gap=6)
        second.addWidget(self._words, 1)
        self.setLayout(vbox(first, second, gap=4, margins=(10, 10, 10, 10)))
        self.show_account(say("window.no_account"), "neutral", say("window.no_account.hint"))

    def show_account(self, name: str, role: str, words: str, *, sandbox: bool = False) -> None:
        """Shows who is connected, and how."""
        self._name.setText(name)
        self._tag.setVisible(sandbox)
        self._dot.show_role(role)
        self._words.setText(words)
        tag = say("window.sandbox") if sandbox else ""
        self.setAccessibleName(" ".join(part for part in (say("window.account"), name, tag, words) if part))
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """As high as its words."""
        layout = self.layout()
        width = RAIL_WIDTH - 20
        return QSize(width, layout.heightForWidth(width) if layout else 60)

    def minimumSizeHint(self) -> QSize:
        """The same."""
        return self.sizeHint()


class Rail(QFrame):
    """The pages, and the account at the foot."""

    def __init__(self, on_choose: Callable[[str], None]) -> None:
        super().__init__()
        self.setProperty("kind", "rail")
        self.setFixedWidth(RAIL_WIDTH)
        self.setAccessibleName(say("window.rail"))
        self._on_choose = on_choose
        self._buttons: dict[str, RailButton] = {}
        self.account = AccountCard()
        brand = hbox(LogoMark(), label(say("app.name"), "brand"), None, margins=(10, 0, 0, 0))
        self._upper: QVBoxLayout = vbox(gap=2)
        self._lower: QVBoxLayout = vbox(gap=2)
        self.setLayout(
            vbox(brand, 8, self._upper, 8, self._lower, None, self.account, margins=(10, 18, 10, 16)),
        )

    def add(self, key: str, words: str, icon_name: str, *, lower: bool = False) -> None:
        """Adds a page; ``lower`` puts it below the gap."""
        made = self._buttons[key] = RailButton(words, icon_name)
        made.clicked.connect(lambda: self._on_choose(key))
        (self._lower if lower else self._upper).addWidget(made)
        order: list[QWidget] = [*self._in(self._upper), *self._in(self._lower), self.account]
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)

    @staticmethod
    def _in(column: QVBoxLayout) -> list[RailButton]:
        return [made for made in widgets_in(column) if isinstance(made, RailButton)]

    def choose(self, key: str) -> None:
        """Marks a page as the one in sight."""
        for other, made in self._buttons.items():
            made.setChecked(other == key)

    def set_shown(self, key: str, *, shown: bool) -> None:
        """Shows or hides the entry of a page."""
        self._buttons[key].setVisible(shown)

    def set_count(self, key: str, count: int | None) -> None:
        """The number beside a page; None or 0 shows none."""
        self._buttons[key].set_count(number(count) if count else "")


class Strip(QFrame):
    """The status strip: reports and outbox at the left, requests and saved state at the right."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "strip")
        self.setFixedHeight(STRIP_HEIGHT)
        self.setAccessibleName(say("window.strip"))
        self.dot = Dot("neutral")
        self.dot.hide()
        self.reports, self.outbox, self.older = (label("", "caption") for _ in range(3))
        self.budget, self.saved = label("", "caption"), label("", "caption")
        self.masked = PillLabel(Pill("accent", say("mask.sign"), "dot"))
        self.masked.setToolTip(say("mask.sign.tip"))
        self.masked.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.masked.hide()
        left = hbox(self.dot, self.reports, gap=6)
        right: tuple[QWidget, ...] = (self.masked, self.budget, self.saved)
        self.setLayout(hbox(left, self.outbox, self.older, None, *right, gap=18, margins=(24, 1, 24, 0)))
