"""What of an import stays behind, and the ways to it: who is held back, and the rest as a file."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QDialog, QFrame, QWidget

from smsdesk.core.campaign import LeftOut
from smsdesk.core.importing import display_name
from smsdesk.core.numbers import read_number
from smsdesk.core.problem import Level, Problem, Where
from smsdesk.core.recipients import Recipient, Recipients
from smsdesk.ui import masking
from smsdesk.ui.facts import flowing
from smsdesk.ui.layout import button, card, hbox, hline, holding, label, link, vbox
from smsdesk.ui.masking import shown_number
from smsdesk.ui.table import ROW, Column, Table
from smsdesk.words import number, problem_words, say

_LABELS = 250
_SHOWN = 5_000
"""So many of those who are held back are shown."""


@dataclass(frozen=True, slots=True)
class Left:
    """One kind of what stays behind: how many, why, and the way to them where there is one."""

    words: str
    why: str
    way: str = ""
    on_click: Callable[[], object] | None = None


class Behind(QFrame):
    """The card of what stays behind."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: list[tuple[str, str, str]] | None = None
        self._of = label("", "second")
        self._rows = vbox(gap=0)
        self.links: list[QWidget] = []
        made = card(say("review.behind"), beside=self._of, body=self._rows, flush=True)
        self.setLayout(vbox(made, gap=0))

    def show_left(self, rows: Sequence[Left], beside: str) -> None:
        """Shows the kinds; the sentence for nothing where there is none."""
        self._of.setText(beside)
        shown = [(row.words, row.why, row.way) for row in rows]
        if shown == self._shown:
            return
        self._shown = shown
        self.links = []
        while self._rows.count():
            item = self._rows.takeAt(0)
            old = item.widget() if item is not None else None
            if old is not None:
                old.hide()
                old.deleteLater()
        for at, row in enumerate(rows):
            if at:
                self._rows.addWidget(hline())
            self._rows.addWidget(self._made(row))
        if not rows:
            self._rows.addWidget(holding(hbox(label(say("review.behind.none"), "second"), margins=12), ""))

    def texts(self) -> list[tuple[str, str]]:
        """What is shown: how many of what, and why."""
        return [(words, f"{why} {way}".strip()) for words, why, way in self._shown or []]

    def _made(self, row: Left) -> QWidget:
        words = label(row.words)
        words.setFixedWidth(_LABELS)
        why = hbox(label(row.why, "second"), gap=4)
        if row.on_click is not None:
            way = link(row.way, row.on_click)
            masking.name(way, f"{row.words}: {row.way}")
            self.links.append(way)
            why.addWidget(way)
        why.addStretch(1)
        inside = hbox(words, gap=16, margins=(12, 0, 12, 0))
        inside.addLayout(why, 1)
        made = holding(inside, "")
        made.setFixedHeight(ROW)
        return made


def kinds_left(left: LeftOut, listed: int, ways: dict[str, tuple[str, Callable[[], object]]]) -> list[Left]:
    """The kinds of which there are some; ``ways``: by kind the words of a link and where it leads."""
    counts = [
        ("listed", listed),
        ("doubtful", left.doubtful),
        ("invalid", left.invalid),
        ("duplicates", left.duplicates),
        ("do_not_contact", left.do_not_contact),
    ]
    rows = []
    for key, n in counts:
        if n:
            way, on_click = ways.get(key, ("", None))
            far = not way and key in ("doubtful", "invalid")
            why = say(f"review.left.{key}.far" if far else f"review.left.{key}.why")
            rows.append(Left(say(f"review.left.{key}", n), why, way, on_click))
    return rows


def beside_left(left: LeftOut, listed: int, going: int) -> str:
    """Beside the heading: ``41 of 6,441 rows, 2 more were blank``."""
    n = left.doubtful + left.invalid + left.duplicates + left.do_not_contact + listed
    words = say("review.behind.of", n=number(n), of=number(going + n)) if n else ""
    blank = say("review.behind.blank", left.blank) if left.blank else ""
    return ", ".join(filter(None, (words, blank)))


class HeldBack(QDialog):
    """The doubtful numbers of an import, each with the reason; ``use`` takes them all in."""

    def __init__(self, parent: QWidget, people: Recipients, region: str, use: Callable[[], object]) -> None:
        super().__init__(parent)
        self._region = region
        self.setWindowTitle(say("review.held.title"))
        words = flowing("second")
        words.setText(say("review.held.words", len(people)))
        columns: list[Column[Recipient]] = [
            Column("number", "review.held.number", lambda one: shown_number(one.dst), 160),
            Column("name", "review.held.name", lambda one: display_name(one.fields), 140),
            Column("why", "review.held.why", self._why, 260, stretch=1),
        ]
        self.table: Table[Recipient] = Table(say("review.held.title"), columns, many=False)
        self.table.set_rows([people.row(at) for at in range(min(len(people), _SHOWN))])
        self.use = button(say("review.held.use", len(people)), on_click=self.accept)
        close = button(say("dialog.close"), on_click=self.reject)
        self.use.setAutoDefault(False)
        close.setDefault(True)
        made = card(body=self.table, flush=True)
        self.setLayout(vbox(words, made, hbox(self.use, None, close), gap=12, margins=20))
        self.resize(640, 420)
        self.accepted.connect(use)
        self.finished.connect(lambda _: self.deleteLater())

    def _why(self, one: Recipient) -> str:
        found = read_number(one.dst, self._region)
        problem = Problem(
            Level.WARNING, found.code or "recipient_invalid", Where(value=one.dst), found.values
        )
        return problem_words(problem)[0]
