"""What there is to know of a job besides its recipients: what it follows, what is told otherwise than asked.

``narrowed``: a person wants to see certain recipients; ``campaign_asked``: another campaign of the chain.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QPushButton, QSizePolicy

from smsdesk.core.differing import from_text
from smsdesk.ui.layout import hbox, holding, label, link, pill, vbox, widgets_in
from smsdesk.words import day, say
from smsdesk.words.differing import differing_words

if TYPE_CHECKING:
    from smsdesk.desk.following import Chain, Link


class JobNotes(QFrame):
    """Lines below a job's name; it hides where there is nothing to say."""

    narrowed = Signal(str)
    campaign_asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._links = hbox(gap=14)
        self.chain = holding(vbox(self._links, gap=0), "")
        self.differs = label()
        sign = pill("waiting", say("differs.pill"), "bang")
        self._differs = holding(hbox(sign, self.differs, gap=10), "")
        self.flagged = label()
        show = link(say("job.flagged.show"), lambda: self.narrowed.emit("flagged"))
        mark = pill("unknown", say("job.flagged"), "bang")
        self._flagged = holding(hbox(mark, self.flagged, show, gap=10), "")
        fixed, wide = QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding
        for part, width in ((sign, fixed), (mark, fixed), (self.differs, wide), (self.flagged, wide)):
            part.setSizePolicy(width, fixed)
        self.setLayout(vbox(self.chain, self._differs, self._flagged, gap=4, margins=(12, 6, 12, 0)))
        self.show_chain(None)
        self.show_told(None, 0)

    def show_told(self, asked_differs: str | None, flagged: int) -> None:
        """What the service says otherwise than asked, and how many SMS it contradicted itself about."""
        found = from_text(asked_differs)
        self.differs.setText(" ".join(differing_words(found)))
        self._differs.setVisible(bool(found))
        self.flagged.setText(say("job.flagged.some", flagged) if flagged else "")
        self._flagged.setVisible(flagged > 0)
        self._fit()

    def show_chain(self, chain: "Chain | None") -> None:
        """What the job's campaign follows, and what follows it."""
        for old in widgets_in(self._links):
            self._links.removeWidget(old)
            old.deleteLater()
        while self._links.count():
            self._links.takeAt(0)
        for one, code in chain_links(chain):
            self._links.addWidget(self._link(one, code))
        self._links.addStretch(1)
        self.chain.setVisible(bool(chain_links(chain)))
        self._fit()

    def links(self) -> list[QPushButton]:
        """The links of the chain."""
        return [made for made in widgets_in(self._links) if isinstance(made, QPushButton)]

    def _link(self, one: "Link", code: str) -> QPushButton:
        return link(chain_words(one, code), lambda: self.campaign_asked.emit(one.id))

    def _fit(self) -> None:
        self.setVisible(not all(part.isHidden() for part in (self.chain, self._differs, self._flagged)))


def chain_links(chain: "Chain | None") -> "Sequence[tuple[Link, str]]":
    """The campaign that was followed, then those that follow, each with its code."""
    if chain is None:
        return ()
    mine = next((one for one in chain.links if one.id == chain.campaign), None)
    before = [(one, "job.follows") for one in chain.links if mine is not None and one.id == mine.follows]
    return [*before, *((one, "job.followed") for one in chain.links if one.follows == chain.campaign)]


def chain_words(one: "Link", code: str) -> str:
    """A campaign of a chain: follows Autumn, 23 Nov."""
    name, at = one.name or say("campaigns.unnamed"), one.sent_at
    return say(f"{code}.draft", name=name) if at is None else say(code, name=name, day=_day(at))


def _day(at: datetime) -> str:
    return day(at, None)
