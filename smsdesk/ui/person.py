"""Who somebody is: number, name, country and network, and whether they may be written to."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtWidgets import QFrame

from smsdesk.core.country_names import country_name
from smsdesk.core.numbers import as_shown
from smsdesk.desk.support import Person
from smsdesk.ui.layout import hbox, head, label, link, relabel, vbox
from smsdesk.words import day_time, language, say


def from_words(person: Person) -> str:
    """Name, country and whose range the number is of, as far as known."""
    country = country_name(person.country, language()) if person.country else ""
    network = say("find.person.range", network=person.network) if person.network else ""
    place = ", ".join(filter(None, (country, network)))
    return " · ".join(filter(None, (person.name, place)))


def list_words(person: Person, now: datetime) -> str:
    """Whether the number is on the do-not-contact list, since when and why."""
    listed = person.listed
    if listed is None:
        return say("find.person.free")
    since = day_time(listed.added_at, None, now)
    if listed.reason:
        return say("find.person.listed_why", since=since, reason=listed.reason)
    return say("find.person.listed", since=since)


class PersonHead(QFrame):
    """The head over a person's messages.

    ``turn`` puts the number on the do-not-contact list or takes it off; ``back`` leads to all who were found.
    """

    def __init__(
        self, now: Callable[[], datetime], turn: Callable[[], object], back: Callable[[], object]
    ) -> None:
        super().__init__()
        self._now = now
        self.number = head("")
        self.who, self.listed = label("", "second"), label("", "second")
        self.act = link("", turn)
        self.back = link("", back)
        self.back.hide()
        rows = vbox(
            self.back,
            hbox(self.number, None, self.act, gap=12),
            self.who,
            self.listed,
            gap=4,
            margins=(15, 12, 14, 12),
        )
        self.setLayout(rows)

    def show_person(self, person: Person, others: int) -> None:
        """Shows somebody; ``others``: how many messages the way back leads to, 0 for no way back."""
        self.number.setText(as_shown(person.number))
        words = from_words(person)
        self.who.setText(words)
        self.who.setVisible(bool(words))
        self.listed.setText(list_words(person, self._now()))
        relabel(self.act, say("find.person.remove" if person.listed else "find.person.add"))
        self.back.setVisible(others > 0)
        if others:
            relabel(self.back, say("find.person.back", others))
