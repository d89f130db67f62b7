"""What the service says differently from what was asked, in words."""

from collections.abc import Iterable

from smsdesk.core.differing import Difference
from smsdesk.words.catalogue import has, number, say

_SWITCHES = {"True": "option.yes", "False": "option.no"}


def _value(field: str, value: str) -> str:
    if field == "count":
        return number(int(value))
    code = _SWITCHES.get(value, f"option.{field}.{value.lower()}")
    return say(code) if has(code) else value


def differing_words(found: Iterable[Difference]) -> tuple[str, ...]:
    """A sentence for each: what was asked, and what the service says."""
    sentences = []
    for field, asked, told in found:
        name = say("differs.count" if field == "count" else f"option.{field}")
        values = {"asked": _value(field, asked), "told": _value(field, told)}
        sentences.append(say("differs.told", name=name, **values))
    return tuple(sentences)
