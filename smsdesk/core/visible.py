"""Characters that print as nothing, or turn a text around: named where people look for what is wrong."""

import re
import unicodedata
from collections.abc import Callable

_NAMES = {
    "\0": "null",
    "\t": "tab",
    "\n": "line_break",
    "\r": "line_break",
    "\x0b": "line_break",
    "\x0c": "line_break",
    "\x85": "line_break",
    "\xa0": "no_break_space",
    "\xad": "soft_hyphen",
    "\u061c": "direction_mark",
    "\u200b": "zero_width_space",
    "\u200c": "zero_width_non_joiner",
    "\u200d": "zero_width_joiner",
    "\u2028": "line_break",
    "\u2029": "line_break",
    "\u202f": "no_break_space",
    "\u2060": "word_joiner",
    "\ufeff": "byte_order_mark",
} | {
    character: "direction_mark"
    for first, last in (("\u200e", "\u200f"), ("\u202a", "\u202e"), ("\u2066", "\u2069"))
    for character in map(chr, range(ord(first), ord(last) + 1))
}
_MANY = ("wide_space", "blank", "control", "invisible")
"""Names of many characters, which are told by their number."""
CODES = tuple(dict.fromkeys([*_NAMES.values(), "space", *_MANY]))
"""The names that :func:`visible` asks words for."""
_BLANK = "\u115f\u1160\u2800\u3164\uffa0"
"""Letters and signs by their kind, but nothing is to be seen."""
_JOINED = re.compile("(?<=[\ufe0f\U0001f000-\U0001faff])\u200d(?=[\u2600-\u27bf\U0001f000-\U0001faff])")
"""The joiner within an emoji."""


def visible(text: str, name: Callable[[str], str]) -> str:
    """The text with ``[no-break space]`` and the like in place of what does not show.

    ``name`` gives the words of a code in ``CODES``. A run of one character is one mark; characters without
    a name of their own have their number (``U+0007``) beside it; blanks are named where nothing else is.
    """
    if text.isascii() and text.isprintable() and (text == "" or not text.isspace()):
        return text
    joiners = {found.start() for found in _JOINED.finditer(text)}
    codes = [None if at in joiners else _code(character) for at, character in enumerate(text)]
    if text.strip(" ") == "":
        codes = ["space"] * len(text)
    out, at = [], 0
    while at < len(text):
        end = at + 1
        while codes[at] is not None and end < len(text) and text[end] == text[at]:
            end += 1
        out.append(_mark(text[at], codes[at], end - at, name))
        at = end
    return "".join(out)


def numbered(text: str) -> str:
    """:func:`visible` without words, for readers whose language nobody knows: ``[U+00A0]``."""
    return visible(text, lambda _: "")


def hides(text: str) -> bool:
    """Whether nothing of a text is to be seen, though it is not empty."""
    return text != "" and all(character.isspace() or _code(character) for character in text)


def _code(character: str) -> str | None:
    """The name of what does not show; None for what does, a blank included."""
    if character in _NAMES:
        return _NAMES[character]
    kind = unicodedata.category(character)
    if kind == "Zs":
        return None if character == " " else "wide_space"
    if character in _BLANK:
        return "blank"
    return {"Cc": "control", "Cf": "invisible"}.get(kind)


def _mark(character: str, code: str | None, times: int, name: Callable[[str], str]) -> str:
    if code is None:
        return character
    words = name(code)
    if not words or code in _MANY:
        words = f"{words} U+{ord(character):04X}".strip()
    return f"[{words}{f' ×{times}' if times > 1 else ''}]"
