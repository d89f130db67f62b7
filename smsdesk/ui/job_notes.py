"""What there is to know of a job besides its recipients: what it follows, what is told otherwise than asked.

``narrowed``: a person wants to see certain recipients; ``campaign_asked``: another campaign of the chain;
``raw_asked``: what was asked for and what the service says, side by side.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QPushButton, QSizePolicy, QWidget

from smsdesk.core.differing import from_text
from smsdesk.ui.facts import flowing
from smsdesk.ui.layout import hbox, holding, label, link, pill, relabel, vbox, widgets_in
from smsdesk.words import day, say
from smsdesk.words.differing import differing_words

if TYPE_CHECKING:
    from smsdesk.desk.following import Chain, Link


class JobNotes(QFrame):
    """Lines below a job's name; it hides where there is nothing to say.

    Where room is short several of them are one line that says how many, to be read on.
    """

    narrowed = Signal(str)
    campaign_asked = Signal(str)
    raw_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._short = self._open = False
        self._job: object = None
        self._found: tuple[str, ...] = ()
        self._contradicted = 0
        self._chained: Sequence[tuple[Link, str]] = []
        self._links = hbox(gap=14)
        self.chain = holding(vbox(self._links, gap=0), "")
        self.differs, self.flagged = flowing(), flowing()
        compare = link(say("job.differs.show"), self.raw_asked.emit)
        show = link(say("job.flagged.show"), lambda: self.narrowed.emit("flagged"))
        self._differs = _line(_differs_pill(), self.differs, compare)
        self._flagged = _line(_flagged_pill(), self.flagged, show)
        self._signs = _differs_pill(), _flagged_pill()
        self.count = label("", "second")
        self.more = link("", self._turn)
        self.brief = holding(hbox(*self._signs, self.count, None, self.more, gap=10), "")
        self.setLayout(
            vbox(self.brief, self.chain, self._differs, self._flagged, gap=4, margins=(12, 6, 12, 0))
        )
        self._fit()

    def show_told(self, job: object, asked_differs: str | None, flagged: int) -> None:
        """What the service says of a job otherwise than asked, and how many SMS it contradicted itself about.

        Another job's notes are folded again.
        """
        self._open = self._open and job == self._job
        self._job = job
        self._found = differing_words(from_text(asked_differs))
        self._contradicted = flagged
        self.differs.setText(" ".join(self._found))
        self.flagged.setText(say("job.flagged.some", flagged) if flagged else "")
        self._fit()

    def show_chain(self, chain: "Chain | None") -> None:
        """What the job's campaign follows, and what follows it."""
        wanted = chain_links(chain)
        if wanted == self._chained:
            return
        self._chained = wanted
        for old in widgets_in(self._links):
            self._links.removeWidget(old)
            old.deleteLater()
        while self._links.count():
            self._links.takeAt(0)
        for one, code in wanted:
            self._links.addWidget(self._link(one, code))
        self._links.addStretch(1)
        self._fit()

    def links(self) -> list[QPushButton]:
        """The links of the chain."""
        return [made for made in widgets_in(self._links) if isinstance(made, QPushButton)]

    def set_short(self, *, short: bool) -> None:
        """Folds several notes into one line where there is little height."""
        if short != self._short:
            self._short = short
            self._fit()

    def _turn(self) -> None:
        self._open = not self._open
        self._fit()

    def _link(self, one: "Link", code: str) -> QPushButton:
        return link(chain_words(one, code), lambda: self.campaign_asked.emit(one.id))

    def _fit(self) -> None:
        chained, differs, flagged = bool(self.links()), bool(self._found), self._contradicted > 0
        count = chained + len(self._found) + flagged
        folds = self._short and count > 1
        whole = self._open or not folds
        for part, there in ((self.chain, chained), (self._differs, differs), (self._flagged, flagged)):
            part.setVisible(there and whole)
        self.brief.setVisible(folds)
        for sign, there in zip(self._signs, (differs, flagged), strict=True):
            sign.setVisible(there and not whole)
        self.count.setText(say("job.notes", count) if count else "")
        relabel(self.more, say("job.notes.fold" if whole else "job.notes.show"))
        self.setVisible(count > 0)


def _differs_pill() -> QWidget:
    return pill("waiting", say("differs.pill"), "bang")


def _flagged_pill() -> QWidget:
    return pill("unknown", say("job.flagged"), "bang")


def _line(sign: QWidget, words: QWidget, more: QPushButton) -> QWidget:
    """A note: its sign, words that may need several lines, and where it leads."""
    sign.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    row = hbox(sign, words, more, gap=10)
    row.setStretch(1, 1)
    row.setAlignment(sign, Qt.AlignmentFlag.AlignTop)
    row.setAlignment(more, Qt.AlignmentFlag.AlignTop)
    return holding(row, "")


def chain_links(chain: "Chain | None") -> "Sequence[tuple[Link, str]]":
    """The campaign that was followed, then those that follow, each with its code."""
    if chain is None:
        return []
    mine = next((one for one in chain.links if one.id == chain.campaign), None)
    before = [(one, "job.follows") for one in chain.links if mine is not None and one.id == mine.follows]
    return [*before, *((one, "job.followed") for one in chain.links if one.follows == chain.campaign)]


def chain_words(one: "Link", code: str) -> str:
    """A campaign of a chain: follows Autumn, 23 Nov."""
    name, at = one.name or say("campaigns.unnamed"), one.sent_at
    return say(f"{code}.draft", name=name) if at is None else say(code, name=name, day=day(at))
