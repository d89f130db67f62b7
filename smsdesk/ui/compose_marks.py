"""What is marked in a text while it is written: merge fields, braces alone, characters that force UTF-16.

Places count as Qt does, in UTF-16 units.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import accumulate

from smsdesk.core.campaign import Campaign, Message
from smsdesk.core.characters import becomes
from smsdesk.core.parts import BASIC, EXTENSION
from smsdesk.core.templates import Piece, filled_pieces, near_fields
from smsdesk.words import say, visible_words

_OUTSIDE = re.compile(f"[^{re.escape(''.join(sorted(BASIC | EXTENSION)))}]+")
_BEYOND = re.compile("[\U00010000-\U0010ffff]")
_FEW = 0.2
"""Where more of a text than this share is outside the alphabet it is UTF-16 by nature: nothing is marked."""
_NAMED = 3
"""So many characters of a run are explained."""
RULES = ("TO_UTF16", "TRANSLITERATE", "REPLACE", "REFUSE")


class Kind(Enum):
    """What is marked."""

    FIELD = "field"
    UNKNOWN = "unknown"
    BRACE = "brace"
    OUTSIDE = "outside"


_KINDS = {"field": Kind.FIELD, "unknown": Kind.UNKNOWN, "wrong": Kind.BRACE}


@dataclass(frozen=True, slots=True)
class Mark:
    """A marked piece of a text, and what is to be said of it."""

    kind: Kind
    start: int
    end: int
    words: str


@dataclass(frozen=True, slots=True)
class Ground:
    """What marks depend on beside the text: the columns' names, and whether characters can force UTF-16."""

    names: tuple[str, ...] = ()
    literal: bool = False
    standard: bool = True
    rule: str = ""

    @classmethod
    def of(cls, campaign: Campaign, message: Message) -> "Ground":
        """The ground of a message under the campaign's options."""
        names, options = tuple(message.recipients.fields), campaign.options
        standard = options.encoding != "UTF-16"
        return cls(names, message.literal, standard, options.invalid_characters or "")


def marks(text: str, ground: Ground, at: int = 0) -> list[Mark]:
    """The marks of a text, or of a piece of one that begins at place ``at``."""
    places = Places(text, at)
    found = [] if ground.literal else _of_fields(text, ground, places)
    return found + (_outside(text, ground, places) if ground.standard else [])


class Places:
    """Python's places in a text as Qt's, and back: they differ behind characters beyond 16 bits."""

    def __init__(self, text: str, at: int = 0) -> None:
        self._at = at
        wide = _BEYOND.search(text) is not None
        units = (2 if character > "\uffff" else 1 for character in text)
        self._all = [*accumulate(units, initial=0)] if wide else None

    def __getitem__(self, index: int) -> int:
        return self._at + (index if self._all is None else self._all[index])

    def index(self, place: int) -> int:
        """The character at one of Qt's places."""
        place -= self._at
        return place if self._all is None else bisect_right(self._all, place) - 1


def _of_fields(text: str, ground: Ground, places: Places) -> list[Mark]:
    out = []
    for piece in filled_pieces(text, dict.fromkeys(ground.names, "")):
        kind = _KINDS.get(piece.kind)
        if kind is not None:
            words = _field_words(text[piece.start : piece.end], piece, ground.names)
            out.append(Mark(kind, places[piece.start], places[piece.end], words))
    return out


def _field_words(written: str, piece: Piece, names: Sequence[str]) -> str:
    if piece.kind == "wrong":
        return say("compose.mark.brace" if len(written) == 1 else "compose.mark.nameless")
    _, bar, default = written[1:-1].partition("|")
    name = piece.name
    if piece.kind == "unknown":
        near = near_fields(name, names)
        if near:
            return say("compose.mark.near", field=name, near=near)
        return say("compose.mark.unknown" if names else "compose.mark.no_columns", field=name)
    if bar:
        return say("compose.mark.default", field=name, default=default)
    return say("compose.mark.field", field=name)


def _outside(text: str, ground: Ground, places: Places) -> list[Mark]:
    runs = [found.span() for found in _OUTSIDE.finditer(text)]
    if sum(end - start for start, end in runs) > max(4, _FEW * len(text)):
        return []
    return [
        Mark(Kind.OUTSIDE, places[start], places[end], outside_words(text[start:end], ground.rule))
        for start, end in runs
    ]


def outside_words(run: str, rule: str) -> str:
    """What is to be said of characters outside GSM 03.38: what each rule makes of them, ``rule`` first."""
    lines = []
    for character in [*dict.fromkeys(run)][:_NAMED]:
        shown = visible_words(character)
        lines.append(say("compose.mark.outside", character=shown, code=f"U+{ord(character):04X}"))
        lines += [_rule_words(character, one) for one in sorted(RULES, key=rule.__ne__)]
    return "\n".join(lines)


def _rule_words(character: str, rule: str) -> str:
    made = becomes(character, rule)
    name = say(f"option.invalid_characters.{rule.lower()}")
    if made is None:
        return say("compose.mark.refused", rule=name)
    if rule == "TO_UTF16":
        return say("compose.mark.stays", rule=name)
    return say(
        "compose.mark.becomes", rule=name, made=visible_words(made) if made else say("compose.mark.nothing")
    )


def mark_at(marks: Sequence[Mark], place: int) -> Mark | None:
    """The mark that a place is in or touches; one with words to mend first."""
    touched = [mark for mark in marks if mark.start <= place <= mark.end]
    return min(touched, key=lambda mark: mark.kind is Kind.FIELD, default=None)
