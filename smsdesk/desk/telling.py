"""What stands in the cells of tables about jobs and SMS, for the window and for files."""

from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from smsdesk.core.explaining import Explained
from smsdesk.words import StatusWords, language, listed_words, say, status_words
from smsdesk.words.waiting import wait_words

if TYPE_CHECKING:
    from smsdesk.store.jobs import JobLine, SmsLine


def job_name(line: "JobLine") -> str:
    """The campaign, and which of its jobs where there are several."""
    if not line.name:
        return say("outbox.unnamed" if line.own else "jobs.other")
    if line.of == 1:
        return line.name
    return say("outbox.part", name=line.name, number=line.number, of=line.of)


def text_words(line: "SmsLine") -> str:
    """The text of an SMS, or why it is not known."""
    if line.text is not None:
        return line.text
    return say("answer.text_gone" if line.campaign or not line.dst else "answer.text_unknown")


@lru_cache(256)
def _words(_language: str, process_status: str | None, status: str | None) -> StatusWords:
    """Most of a million rows have one of a few states."""
    return status_words(process_status, status)


def pill_word(line: "SmsLine") -> str:
    """The word of an SMS's state."""
    return _words(language(), line.process_status, line.status).pill


def why(line: "SmsLine", waits: Explained | None = None, now: datetime | None = None) -> str:
    """What happened to an SMS and what to do next on one line; of one that ``waits``, why and how long."""
    if waits is not None and now is not None:
        return wait_words(waits, None, now)
    words = _words(language(), line.process_status, line.status)
    happened, then = words.happened, words.next
    if line.listed_at is not None:
        happened = listed_words(line.listed_at, line.reason, line.finished_at or line.listed_at)
    return f"{happened} {then}".strip()
