"""Why an SMS is not final yet, in one line, with times in a given zone."""

from datetime import datetime, tzinfo

from smsdesk.core.country_names import country_name
from smsdesk.core.explaining import Explained
from smsdesk.words.catalogue import language, say
from smsdesk.words.forms import day_time


def wait_words(explained: Explained, zone: tzinfo | None, now: datetime) -> str:
    """The cause and what is expected; instants in ``zone`` (None: the system's)."""
    values = {
        name: day_time(value, zone, now) if isinstance(value, datetime) else value
        for name, value in explained.values.items()
    }
    if "country" in values:
        values["country"] = country_name(values["country"], language()) or values["country"]
    words = say(f"wait.{explained.code}", **values)
    return say("wait.overdue", words=words) if explained.overdue else words
