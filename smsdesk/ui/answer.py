"""The answer card of Find: what became of a message, what to tell the caller, its way, technical facts."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QAction, QGuiApplication, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from smsdesk.ui import theme
from smsdesk.ui.facts import Facts, flowing
from smsdesk.ui.layout import (
    BETWEEN,
    action_button,
    card,
    hbox,
    holding,
    label,
    link,
    pill,
    relabel,
    scrolling,
    vbox,
)
from smsdesk.ui.marks import Pill
from smsdesk.words import language, say
from smsdesk.words.answers import AnswerWords, Station

_TOLD_MS = 1600
_SHORT = 400
"""So many characters of a text are shown at first: what to tell the caller stays in sight."""
_OTHER = {"en": "de", "de": "en"}


class AnswerCard(QWidget):
    """Shows an answer. ``acts`` save and print it; ``turned`` is called when another language is wanted."""

    def __init__(self, copy: QAction, acts: Sequence[QAction], turned: Callable[[], object]) -> None:
        super().__init__()
        self._copy, self._turned = copy, turned
        self._tag = language()
        self.words: AnswerWords | None = None
        self.pill = pill("neutral", "")
        self.happened = flowing("writing")
        self.text = flowing("second")
        self.facts = Facts(say("find.answer"), label_width=130)
        self.notes = flowing("caption")
        self.way = WayLine()
        self.support_title = _small("")
        self.support = Facts(say("find.support"), label_width=110, cut=True)
        for words in (self.happened, self.text, self.notes):
            words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.turn = link("", self._turn)
        self.more = link(say("find.text.whole"), self._show_whole)
        self._quote = _Quote(self.text)
        links = [_as_link(act) for act in acts]
        top = card(
            body=vbox(
                hbox(self.pill, None, action_button(copy, primary=True), gap=16),
                self.happened,
                vbox(self._quote, hbox(self.more, None, margins=(15, 0, 0, 0)), gap=4),
                self.facts,
                self.notes,
                # Two short rows: four links in one are wider than the card in a small window.
                vbox(hbox(None, self.turn, *links[:-1], gap=16), hbox(None, links[-1]), gap=4),
                gap=BETWEEN,
            )
        )
        middle = card(_small(say("find.way")), body=self.way)
        support_copy = link(say("find.support.copy"), self._copy_support)
        support_copy.setAccessibleName(say("find.support.copy.name"))
        lower = card(self.support_title, support_copy, body=self.support)
        column = vbox(top, middle, lower, None, gap=BETWEEN)
        self.column = scrolling(holding(column))
        self.setLayout(vbox(self.column, gap=0))
        self._told = QTimer(self, interval=_TOLD_MS, singleShot=True)
        self._told.timeout.connect(lambda: copy.setText(say("find.copy")))

    @property
    def tag(self) -> str:
        """The language in which answers are wanted."""
        return self._tag

    def show_answer(self, words: AnswerWords) -> None:
        """Shows another answer."""
        if words == self.words:
            return
        self.words = words
        self.pill.show_pill(Pill(words.role, words.title))
        self.happened.setText(words.happened)
        text, is_long = words.quoted[1], len(words.quoted[1]) > _SHORT
        self.text.setText(f"{text[:_SHORT].rpartition(' ')[0] or text[:_SHORT]} …" if is_long else text)
        self.more.setVisible(is_long)
        self.facts.show_facts(words.pairs)
        self.notes.setText(" ".join(words.notes))
        self.notes.setVisible(bool(words.notes))
        self.way.show_way(words.role, words.way)
        self.support_title.setText(words.support_title)
        self.support.show_facts(words.support)
        relabel(self.turn, say(f"find.in.{_OTHER[self._tag]}"))
        self.column.verticalScrollBar().setValue(0)

    def _show_whole(self) -> None:
        if self.words is not None:
            self.text.setText(self.words.quoted[1])
            self.more.hide()

    def copy_answer(self) -> None:
        """Copies the answer and says so for a moment."""
        if self.words is not None:
            QGuiApplication.clipboard().setText(self.words.plain)
            self._copy.setText(say("find.copied"))
            self._told.start()

    def _copy_support(self) -> None:
        if self.words is not None:
            QGuiApplication.clipboard().setText(self.words.support_plain)

    def _turn(self) -> None:
        self._tag = _OTHER[self._tag]
        self._turned()


def _small(words: str) -> QLabel:
    return label(words, "caption-head")


def _as_link(act: QAction) -> QWidget:
    return link(act.text(), act.trigger)


class _Quote(QWidget):
    """Words with a bar at their left, as one quotes."""

    def __init__(self, words: QWidget) -> None:
        super().__init__()
        self.setLayout(vbox(words, gap=0, margins=(15, 2, 0, 2)))
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paints the bar."""
        painter = QPainter(self)
        painter.fillRect(0, 0, 3, self.height(), theme.colour("line"))
        painter.end()


class WayLine(QWidget):
    """The way of a message as stations on a line; what is not reached yet is hollow."""

    def __init__(self) -> None:
        super().__init__()
        self._role = "neutral"
        self._stations: tuple[Station, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_way(self, role: str, stations: Sequence[Station]) -> None:
        """Shows another way."""
        self._role, self._stations = role, tuple(stations)
        self.setAccessibleName(", ".join(f"{station.name} {station.when}".strip() for station in stations))
        self.update()

    def sizeHint(self) -> QSize:
        """The line and three lines of words."""
        return QSize(300, 76)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paints line, stations and words."""
        if not self._stations:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = self.width() / len(self._stations)
        for at, station in enumerate(self._stations):
            following = self._stations[at + 1] if at + 1 < len(self._stations) else None
            self._station(painter, station, following, QRectF(at * width, 0, width, self.height()))
        painter.end()

    def _station(self, painter: QPainter, station: Station, following: Station | None, room: QRectF) -> None:
        place = QPointF(room.left() + 8, 12)
        if following is not None:
            role = self._colour(following)
            painter.setPen(QPen(theme.colour(role), 3 if following.reached else 1))
            painter.drawLine(QPointF(place.x() + 10, 12), QPointF(room.right() - 2, 12))
        ink = theme.colour(self._colour(station))
        painter.setPen(QPen(ink, 2))
        painter.setBrush(ink if station.reached else theme.colour("surface"))
        painter.drawEllipse(place, 5, 5)
        painter.setFont(theme.font(theme.CAPTION, 400, tabular=True))
        fits = painter.fontMetrics().horizontalAdvance(station.when) <= room.width() - 8
        day, _, clock = ("", "", station.when) if fits else station.when.rpartition(" ")
        for words, size, weight, role, top in (
            (station.name, theme.BODY, 600, "text", 24),
            (clock, theme.CAPTION, 400, "second", 41),
            (day, theme.CAPTION, 400, "second", 57),
        ):
            painter.setFont(theme.font(size, weight, tabular=True))
            painter.setPen(theme.colour(role))
            line = QRectF(room.left() + 2, top, room.width() - 8, 18)
            cut = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(line.width()))
            painter.drawText(line, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft), cut)

    def _colour(self, station: Station) -> str:
        if not station.reached:
            return "edge"
        last = station is self._stations[-1]
        if last and f"bar-{self._role}" in theme.TOKENS:
            return f"bar-{self._role}"
        return "bar-delivered"
