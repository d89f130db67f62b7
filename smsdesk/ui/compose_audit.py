"""What the texts of a whole list come to: a line below the text, a card with chart, figures, savings."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QDialog, QFrame, QPushButton, QSizePolicy, QWidget

from smsdesk.core.campaign import Campaign
from smsdesk.desk.open_campaign import OpenCampaign
from smsdesk.ui import theme
from smsdesk.ui.compose_side import cost_facts
from smsdesk.ui.facts import Facts, flowing
from smsdesk.ui.labels import Elided
from smsdesk.ui.layout import button, caption, card, hbox, label, link, relabel, scrolling, vbox
from smsdesk.words import number, say, visible_words

if TYPE_CHECKING:
    from smsdesk.core.audit import Audit, Saving

_PATIENCE_MS = 300
"""Counting that takes longer is told."""
_BAR, _GAP, _ROWS = 14, 24, 12
_WIDTH, _HEIGHT, _NAMED = 560, 480, 6
Replace = Callable[[str], object]
"""Takes the source of a saving and writes its characters in their GSM forms."""


def audit_of(opened: OpenCampaign, at: int) -> "Audit | None":
    """The audit of a message, None while there is none; it may be of the text a moment ago."""
    audits = opened.review.audits if opened.review is not None else ()
    return audits[at] if at < len(audits) and audits[at].histogram else None


class AuditLine(QWidget):
    """The figures in a line. ``row_asked``: the row of the longest text; ``opened``: the card is wanted.

    ``replace_asked`` tells the source of the best saving.
    """

    row_asked = Signal(int)
    details_asked = Signal()
    replace_asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._audit: Audit | None = None
        self.counts = Elided("", 60)
        self.counts.setProperty("kind", "caption")
        self.longest, self.details, self.saving = (
            _small(self._go),
            _small(self.details_asked.emit),
            _small(self._save),
        )
        relabel(self.details, say("audit.details"))
        self.details.setAccessibleName(say("audit.title"))
        self.saving.setProperty("role", "waiting")
        self.median, self.busy = caption(""), caption(say("audit.computing"))
        self._wait = QTimer(self, interval=_PATIENCE_MS, singleShot=True)
        self._wait.timeout.connect(lambda: self.busy.setVisible(True))
        self.busy.hide()
        row = hbox(self.counts, self.longest, self.median, self.details, self.busy, None, self.saving, gap=14)
        self.setLayout(row)

    def show_audit(self, audit: "Audit | None", *, fresh: bool, changeable: bool) -> None:
        """Shows the figures; while newer ones are counted the old ones stay, which is told in a moment."""
        if fresh:
            self._wait.stop()
            self.busy.hide()
        elif not self._wait.isActive() and self.busy.isHidden():
            self._wait.start()
        for part in (self.counts, self.longest, self.median, self.details):
            part.setVisible(audit is not None)
        self.saving.setVisible(audit is not None and bool(audit.savings) and changeable)
        if audit is None or audit is self._audit:
            return
        self._audit = audit
        self.counts.setText("   ".join(part_counts(audit.histogram)))
        row = audit.longest or 0
        units = number(audit.longest_units)
        relabel(self.longest, say("compose.longest", longest=units, row=number(row + 1)))
        self.longest.setAccessibleName(say("audit.longest.go", row=number(row + 1)))
        self.median.setText(say("audit.median", median=number(audit.median_units)))
        if audit.savings:
            relabel(self.saving, short_words(_best(audit)))

    def _go(self) -> None:
        if self._audit is not None and self._audit.longest is not None:
            self.row_asked.emit(self._audit.longest)

    def _save(self) -> None:
        """Characters are replaced at once; to be shorter is a person's own work, so the card tells more."""
        best = _best(self._audit) if self._audit is not None and self._audit.savings else None
        if best is not None and best.kind == "characters":
            self.replace_asked.emit(best.source)
        else:
            self.details_asked.emit()


def _small(on_click: Callable[[], object]) -> QPushButton:
    made = link("", on_click)
    made.setProperty("role", "caption")
    return made


def _best(audit: "Audit") -> "Saving":
    return max(audit.savings, key=lambda saving: saving.saves)


def part_counts(histogram: Mapping[int, int]) -> list[str]:
    """How many people get how many parts."""
    return [say("compose.histogram", parts, people=number(n)) for parts, n in sorted(histogram.items())]


def characters_words(characters: str) -> str:
    """Some characters beside each other, those that do not show by their names."""
    named = [visible_words(character) for character in characters[:_NAMED]]
    return " ".join([*named, *(["…"] if len(characters) > _NAMED else [])])


def short_words(saving: "Saving") -> str:
    """A saving in a few words."""
    if saving.kind == "characters":
        words = characters_words(saving.characters)
        return say("audit.replace_short", characters=words, saves=number(saving.saves))
    return say("audit.shorter", saving.saves, characters=say("compose.characters", saving.shorter))


def saving_words(saving: "Saving") -> str:
    """A saving in a sentence."""
    if saving.kind != "characters":
        return short_words(saving)
    where = {"": "audit.source.text", "*": "audit.source.all"}.get(saving.source, "audit.source.column")
    return say(
        "audit.characters",
        saving.people,
        parts=say("compose.parts", saving.saves),
        characters=characters_words(saving.characters),
        source=say(where, column=saving.source),
    )


class PartsChart(QWidget):
    """How many people get how many parts: a bar each, with its words and its figure."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[tuple[str, int]] = []
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_histogram(self, histogram: Mapping[int, int]) -> None:
        """Shows the smallest numbers of parts; the last bar takes all that are larger together."""
        found = sorted(histogram.items())
        self._rows = [(say("compose.parts", parts), n) for parts, n in found[:_ROWS]]
        if len(found) > _ROWS:
            more = sum(n for _, n in found[_ROWS - 1 :])
            self._rows[-1] = (say("audit.more_parts", found[_ROWS - 1][0]), more)
        self.setAccessibleName(f"{say('audit.chart')}: {', '.join(part_counts(histogram))}")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """A line for each bar."""
        return QSize(320, _GAP * len(self._rows))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paints words, bars and figures."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.font(theme.CAPTION, tabular=True))
        measure = QFontMetricsF(painter.font())
        left = max((measure.horizontalAdvance(words) for words, _ in self._rows), default=0) + 12
        right = max((measure.horizontalAdvance(number(n)) for _, n in self._rows), default=0) + 12
        most = max((n for _, n in self._rows), default=1) or 1
        middle = int(Qt.AlignmentFlag.AlignVCenter)
        for at, (words, n) in enumerate(self._rows):
            top = at * _GAP
            painter.setPen(theme.colour("second"))
            painter.drawText(QRectF(0, top, left, _GAP), middle, words)
            wide = max(2.0, (self.width() - left - right) * n / most)
            painter.setPen(theme.colour("text"))
            painter.drawText(QRectF(left + wide + 8, top, right, _GAP), middle, number(n))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("bar-sending"))
            painter.drawRoundedRect(QRectF(left, top + (_GAP - _BAR) / 2, wide, _BAR), 3, 3)
        painter.end()


class SavingLine(QWidget):
    """One saving: what costs more, and the button that puts it right where a click can."""

    def __init__(self, saving: "Saving", replace: Replace, *, changeable: bool) -> None:
        super().__init__()
        words = flowing()
        words.setText(saving_words(saving))
        row = hbox(gap=12)
        row.addWidget(words, 1)
        if saving.kind == "characters" and changeable:
            self.act = button(
                say("compose.replace_saves", saving.saves), on_click=lambda: replace(saving.source)
            )
            self.act.setAccessibleName(f"{self.act.text()}: {words.text()}")
            row.addWidget(self.act, 0, Qt.AlignmentFlag.AlignTop)
        self.setLayout(row)


class AuditDialog(QDialog):
    """The card: it follows the campaign while it is open. ``row_asked`` as in the line."""

    row_asked = Signal(int)

    def __init__(self, parent: QWidget, opened: OpenCampaign, at: int, replace: Replace) -> None:
        super().__init__(parent)
        self._opened, self._at, self._replace = opened, at, replace
        self._audit: Audit | None = None
        self.setWindowTitle(say("audit.title"))
        self.setAccessibleName(say("audit.title"))
        self.chart, self.figures = PartsChart(), Facts(say("audit.title"), label_width=150)
        self.busy = caption("")
        self.longest = link("", self._go)
        self.lines: list[SavingLine] = []
        self._savings = vbox(gap=10)
        done = button(say("dialog.close"), on_click=self.accept)
        done.setDefault(True)
        inside = vbox(
            card(say("audit.chart"), body=vbox(self.chart, self.figures, self.longest, gap=12)),
            card(say("audit.savings"), body=self._savings),
            None,
            gap=12,
        )
        inside.setContentsMargins(0, 0, 6, 0)
        held = QFrame()
        held.setProperty("kind", "ground")
        held.setLayout(inside)
        foot = hbox(self.busy, None, done)
        self.setLayout(vbox(scrolling(held), foot, gap=12, margins=(20, 20, 14, 16)))
        self._stop = opened.listen(self._follow)
        self.finished.connect(self._ended)
        self._follow()
        self.resize(_WIDTH, min(_HEIGHT, parent.window().height() - 80))

    def _ended(self) -> None:
        self._stop()
        self.deleteLater()

    def _go(self) -> None:
        if self._audit is not None and self._audit.longest is not None:
            self.row_asked.emit(self._audit.longest)
        self.accept()

    def _follow(self) -> None:
        audit = audit_of(self._opened, self._at)
        self.busy.setText("" if self._opened.fresh else say("audit.computing"))
        if audit is None or audit is self._audit:
            return
        self._audit = audit
        self.chart.show_histogram(audit.histogram)
        self.figures.show_facts(audit_facts(audit, self._opened.campaign) + self._cost())
        relabel(self.longest, say("audit.longest.go", row=number((audit.longest or 0) + 1)))
        self.longest.setVisible(audit.longest is not None)
        self._show_savings(audit)

    def _cost(self) -> list[tuple[str, str]]:
        review = self._opened.review
        found = cost_facts(review.totals) if review is not None else []
        return [(say("audit.cost"), words) for _, words in found]

    def _show_savings(self, audit: "Audit") -> None:
        while (item := self._savings.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        can = not self._opened.sent
        self.lines = [SavingLine(saving, self._replace, changeable=can) for saving in audit.savings]
        for line in self.lines:
            self._savings.addWidget(line)
        if not self.lines:
            self._savings.addWidget(label(say("audit.no_savings"), "second"))


def audit_facts(audit: "Audit", campaign: Campaign) -> list[tuple[str, str]]:
    """The figures beside the chart."""
    row = number((audit.longest or 0) + 1)
    facts = [
        (say("audit.longest"), say("audit.longest.value", longest=number(audit.longest_units), row=row)),
        (say("audit.median.name"), number(audit.median_units)),
        (say("audit.utf16"), number(audit.utf16)),
    ]
    facts += [(say("audit.empty"), number(audit.empty[0]))] if audit.empty[0] else []
    refuses = campaign.options.invalid_characters == "REFUSE"
    facts += [(say("audit.refused"), number(audit.refused))] if refuses and audit.refused else []
    facts += [(say("audit.cut"), number(audit.cut))] if audit.cut else []
    return facts
