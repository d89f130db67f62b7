"""What is asked for a pilot: how many people get it first, and how many of them may fail."""

from datetime import timedelta

from smsdesk.core.campaign import Campaign
from smsdesk.core.handing import Handing
from smsdesk.core.pilot import Pilot
from smsdesk.ui.ask import More
from smsdesk.ui.facts import flowing
from smsdesk.ui.inputs import Choice
from smsdesk.ui.layout import hbox, label, vbox
from smsdesk.words import number, say

PEOPLE = (5, 20, 50, 100, 200, 500, 1000)
SHARES = (0, 1, 2, 5, 10, 20, 50)
USUAL = Pilot()


def offered(sms: int) -> tuple[int, ...]:
    """How many people a pilot of so many SMS may have; none where it is too small for one."""
    return tuple(people for people in PEOPLE if people < sms)


class PilotChoice(More):
    """A pilot of a campaign with ``sms`` SMS, which is more than the smallest pilot has.

    ``rehearsed``: with so many people as pilot, 0 for none, it was rehearsed as it is; None: it was not.
    """

    def __init__(
        self, campaign: Campaign, sms: int, undo: timedelta, *, later: bool, rehearsed: int | None = None
    ) -> None:
        super().__init__()
        self._sms, self._undo, self._later, self._rehearsed = sms, undo, later, rehearsed
        self._confirmed = campaign.options.status_requested is True
        some = offered(sms)
        usual = max(one for one in some if one <= max(USUAL.people, some[0]))
        people = rehearsed if rehearsed in some else usual
        self.people = Choice(
            say("pilot.people"), [(str(n), number(n)) for n in some], str(people), lambda _: self._show()
        )
        shares = [(str(share), f"{share}\u00a0%") for share in SHARES]
        self.share = Choice(say("pilot.share"), shares, str(USUAL.most_failed), lambda _: self._show())
        self.told = flowing("second")
        row = hbox(label(say("pilot.people"), "second"), self.people, gap=12)
        row.addSpacing(12)
        row.addWidget(label(say("pilot.share"), "second"))
        row.addWidget(self.share)
        row.addStretch(1)
        self.setLayout(vbox(row, self.told, gap=8))
        self._show()

    @property
    def pilot(self) -> Pilot:
        """What was chosen."""
        return Pilot(int(self.people.key()), int(self.share.key()))

    def value(self) -> Handing | None:
        """How the campaign is handed over."""
        return Handing(undo=self._undo, pilot=self.pilot)

    def yes(self, words: str) -> str:
        """The words of the button that goes on."""
        del words
        return say("pilot.yes", self.pilot.people, rest=number(self._sms - self.pilot.people))

    def _show(self) -> None:
        words = [say("pilot.words", share=self.pilot.most_failed)]
        if not self._confirmed:
            words.append(say("pilot.unconfirmed"))
        if self._later:
            words.append(say("pilot.later"))
        if self._rehearsed is not None and self._rehearsed != self.pilot.people:
            words.append(say("pilot.not_rehearsed"))
        self.told.setText(" ".join(words))
        self.changed.emit()
