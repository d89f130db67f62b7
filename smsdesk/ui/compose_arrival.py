"""When it will arrive, in a line: the first, the last, and who waits longest for what."""

from datetime import datetime
from zoneinfo import ZoneInfo

from PySide6.QtWidgets import QWidget

from smsdesk.core.campaign import Campaign
from smsdesk.core.waiting import Waiting
from smsdesk.ui import theme
from smsdesk.ui.arrival_words import cause_words
from smsdesk.ui.facts import flowing
from smsdesk.ui.layout import label, vbox
from smsdesk.ui.schedule_words import minute
from smsdesk.words import day_time, lasting, number, say


class Arrival(QWidget):
    """Sentences on a schedule as a whole; what each recipient waits for stands beside their text."""

    def __init__(self, zone: ZoneInfo) -> None:
        super().__init__()
        self._zone = zone
        self.first = label("", "strong", wrap=True)
        self.more = flowing("second")
        self.setLayout(vbox(self.first, self.more, gap=2))

    def show_waiting(self, campaign: Campaign, waits: Waiting | None, start: datetime, now: datetime) -> None:
        """Says it; nothing while there are no recipients."""
        self.setVisible(waits is not None and waits.sms > 0)
        if waits is None or not waits.sms:
            return
        self.first.setText(self._ends(waits, now))
        theme.restyle(self.first, role="failed" if waits.never else "")
        self.more.setText(" ".join(self._rest(campaign, waits, start)))
        self.setAccessibleName(f"{say('arrival.when')} {self.first.text()} {self.more.text()}")

    def _ends(self, waits: Waiting, now: datetime) -> str:
        if waits.first_at is None or waits.last_at is None:
            return say("arrival.nobody")
        first, last = (day_time(at, self._zone, now) for at in (waits.first_at, waits.last_at))
        if waits.first_at <= now and waits.first_at == waits.last_at:
            return say("arrival.all_at_once")
        if waits.first_at == waits.last_at:
            return say("arrival.all_at", when=first)
        return say("arrival.first_last", first=first, last=last)

    def _rest(self, campaign: Campaign, waits: Waiting, start: datetime) -> list[str]:
        found = [say("arrival.never_some", waits.never)] if waits.never else []
        if waits.longest is not None and waits.last_at is not None:
            found.append(say("arrival.waiting", waits.waiting, of=number(waits.sms)))
            cause = cause_words(waits.longest, campaign)
            span = waits.last_at - start
            code = "arrival.longest.again" if waits.longest.waits_again else "arrival.longest"
            words = {"span": lasting(span), "when": minute(waits.last_at, self._zone), "cause": cause}
            found.append(say(code, waits.longest_count, **words))
        elif not waits.never:
            found.append(say("arrival.nobody_waits"))
        if waits.assumed:
            found.append(say("arrival.assumed_some", waits.assumed))
        return found
