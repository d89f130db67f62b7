"""What the page Find says of a search: what led to people, how many there are, and why there is nobody."""

import re
from datetime import datetime
from typing import TYPE_CHECKING

from smsdesk.core.folding import folded_spellings, folded_text
from smsdesk.core.numbers import as_shown, tidied
from smsdesk.desk.support import Asked, Person
from smsdesk.ui.person import list_words
from smsdesk.words import error_words, number, say

if TYPE_CHECKING:
    from smsdesk.desk.support import Found

_LONG = 60


def led_by(text: str, found: "Found") -> str:
    """What a text was: part of a number, of a reference, an id, a name, or words of a message."""
    line, spelt = found.lines[0], folded_spellings(text)
    if found.kind == "number" and _digits(text) in line.dst:
        return "number"
    fields = {"reference": line.reference, "name": line.name, "job": line.job_id, "sms": line.sms_id}
    folded = {kind: folded_text(words) for kind, words in fields.items() if words}
    return next((kind for kind, words in folded.items() if any(one in words for one in spelt)), "text")


def _digits(text: str) -> str:
    return re.sub(r"[^0-9]", "", tidied(text).replace("(0)", "")).lstrip("0")


def count_words(people: int, messages: int | None, seconds: float, *, more: bool) -> str:
    """How many people were found, in what time; of one alone how many messages, else None."""
    who, span = say("find.people", people), number(max(1, round(seconds * 1000)))
    if messages is not None:
        return say("find.count_one", people=who, messages=say("find.messages", messages), span=span)
    return say("find.more" if more else "find.count", people=who, span=span)


def nobody_words(
    text: str, asked: Asked | None, nobody: Person | None, now: datetime, *, asking: bool
) -> tuple[str, str]:
    """Why a text leads to nobody, and what to try; ``nobody``: a number that was never written to.

    ``asked``: what the service said of a job's id, where it was asked; ``asking``: it is being asked.
    """
    if asking:
        return say("find.asking"), ""
    if nobody is not None:
        return say("find.never", number=as_shown(nobody.number)), list_words(nobody, now)
    if asked is None:
        return say("find.nothing", text=_begun(text)), say("find.nothing.hint")
    if asked.error is not None:
        return error_words(asked.error)
    code = "find.no_messages" if asked.known else "find.not_there"
    return say(code), say(f"{code}.hint")


def _begun(text: str) -> str:
    """A text as far as it fits into a sentence."""
    return text if len(text) <= _LONG else f"{text[: _LONG - 1]}…"
