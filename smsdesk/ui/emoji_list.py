"""The emoji that the program offers: in groups, with their names, and words under which they are found."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from smsdesk.core.folding import folded_name
from smsdesk.core.shipped import shipped

GROUPS = ("faces", "people", "nature", "food", "places", "activities", "objects", "symbols")
"""The groups in their order."""

_TEXT_OR_PICTURE = "\ufe0f"
_ALSO = "="


@dataclass(frozen=True, slots=True)
class Emoji:
    """One of them: what is written, its English name in Unicode, its group, and in what it is searched."""

    text: str
    name: str
    group: str
    searched: str


@cache
def every() -> tuple[Emoji, ...]:
    """All of them, by group."""
    lines = shipped("emoji.txt").read_text("utf-8").splitlines()
    parts = [line.split() for line in lines if not line.startswith("#")]
    words = {emoji: " ".join(also) for key, emoji, *also in parts if key == _ALSO}
    return tuple(
        _emoji(text, group, words.get(text, ""))
        for group, *texts in parts
        if group != _ALSO
        for text in texts
    )


def _emoji(text: str, group: str, words: str = "") -> Emoji:
    name = name_of(text)
    return Emoji(text, name, group, f" {folded_name(f'{name} {words}')}")


def name_of(text: str) -> str:
    """The English name of an emoji, in small letters."""
    signs = text.replace(_TEXT_OR_PICTURE, "")
    return " ".join(unicodedata.name(sign, "").lower() for sign in signs).strip()


def known(texts: Iterable[str]) -> tuple[Emoji, ...]:
    """Those of some texts that are emoji of ours, in the order of the texts."""
    ours = {one.text: one for one in every()}
    return tuple(ours[text] for text in dict.fromkeys(texts) if text in ours)


def found(query: str) -> tuple[Emoji, ...]:
    """Those in whose name or other words each word of a query begins a word; all where it is empty."""
    words = [f" {word}" for word in folded_name(query).split()]
    if not words:
        return known([query.strip()]) if query.strip() else every()
    return tuple(one for one in every() if all(word in one.searched for word in words))
