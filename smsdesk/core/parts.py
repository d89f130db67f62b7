"""The parts of a text: what is paid for, and what the phone shows.

Source: 3GPP TS 23.038 (GSM 03.38 alphabet) and 23.040 (concatenation). Units are septets for STANDARD
and UTF-16 code units for UTF-16. Texts are laid out as a line of one byte a unit, so that nothing here
goes character by character.
"""

import re
from codecs import utf_16_le_decode
from enum import Enum
from itertools import accumulate
from typing import NamedTuple

from smsdesk.core.characters import BASIC, EXTENSION, outside, rewritten, septets
from smsdesk.core.columns import well_formed
from smsdesk.core.errors import InputError

__all__ = [
    "BASIC",
    "EXTENSION",
    "ROOM",
    "Encoding",
    "Parts",
    "counted",
    "cuts",
    "line_of",
    "measure",
    "outside",
]
__all__ += ["prepare", "refused"]


class Encoding(Enum):
    """How a text goes over the air."""

    STANDARD = "STANDARD"
    UTF16 = "UTF-16"


ROOM = {Encoding.STANDARD: (160, 153), Encoding.UTF16: (70, 67)}
"""Units of a single SMS, and of each part of a longer text."""
_SECOND = {Encoding.STANDARD: bytes(range(0x80, 0xC0)), Encoding.UTF16: bytes(range(0xDC, 0xE0))}
"""What stands in a line for the second unit of a character of two, which no part begins with."""
# A member of an enumeration takes as long to look up as a short text to split.
_STANDARD, _UTF16 = Encoding
_NARROW, _WIDE = ROOM.values()
_SECOND_NARROW, _SECOND_WIDE = _SECOND.values()
_EVEN = {n: re.compile(f"(?s).{{1,{n}}}") for n in (*_NARROW, *_WIDE)}
"""They take a text apart that has a unit for each character."""


class Parts(NamedTuple):
    """A text measured: ``part_lengths`` in units without headers, ``texts`` what each part carries.

    ``characters_left`` is the room in the last part, in units; ``replaced`` counts characters that the
    phone shows otherwise than written; ``text`` is what the phone shows.
    """

    encoding: Encoding
    units: int
    parts: int
    part_lengths: tuple[int, ...]
    characters_left: int
    text: str
    texts: tuple[str, ...]
    replaced: int = 0
    truncated: bool = False


def refused(text: str) -> tuple[tuple[str, int], ...]:
    """Character and index of everything that the rule REFUSE refuses."""
    return tuple((character, index) for index, character in outside(text))


def line_of(text: str, encoding: Encoding) -> bytes:
    """One byte a unit; ValueError for STANDARD where a character is outside the alphabet."""
    if encoding is Encoding.UTF16:
        try:
            return text.encode("utf-16-le")[1::2]
        except UnicodeEncodeError:
            return well_formed(text).encode("utf-16-le")[1::2]
    line = septets(text)
    if line is None:
        raise ValueError(outside(text)[0][1])
    return line


def cuts(line: bytes, encoding: Encoding, room: int, filled: int = 0) -> list[int]:
    """Where the parts of a line end, the last one excepted; so many units of the first are ``filled``."""
    second = _SECOND_NARROW if encoding is Encoding.STANDARD else _SECOND_WIDE
    ends: list[int] = []
    end = -filled
    while len(line) - end > room:
        end += room
        if line[end] in second:
            end -= 1
        ends.append(end)
    return ends


def measure(text: str, encoding: Encoding = Encoding.STANDARD, max_parts: int | None = None) -> Parts:
    """Splits a text; an extension character or a surrogate pair is never cut in two.

    ``max_parts`` truncates. Raises ValueError for STANDARD where a character is outside the alphabet.
    """
    if encoding is Encoding.UTF16:
        return _wide(text, max_parts)
    return _narrow(text, line_of(text, encoding), max_parts)


def _narrow(text: str, line: bytes, most: int | None) -> Parts:
    """Of a text that goes as GSM 03.38, which is laid out in a line."""
    units = len(line)
    if units <= _NARROW[0]:
        return Parts(_STANDARD, units, 1, (units,), _NARROW[0] - units, text, (text,))
    # Cut to one part, the text fills a whole SMS: it needs no concatenation header.
    room = _NARROW[most != 1]
    if units == len(text):
        return _even(text, _STANDARD, room, most)
    lengths, texts, start, at = [], [], 0, 0
    while start < units:
        stop = start + room
        if stop < units and line[stop] in _SECOND_NARROW:
            stop -= 1
        part = line[start:stop]
        # Two bytes are one character in UTF-8 as well.
        end = at + len(part.decode())
        lengths.append(len(part))
        texts.append(text[at:end])
        start, at = stop, end
    return _told(text, _STANDARD, room, lengths, texts, most)


def _wide(text: str, most: int | None) -> Parts:
    """Of a text that goes as UTF-16."""
    try:
        line = text.encode("utf-16-le")
    except UnicodeEncodeError:
        return _broken(text, most)
    units = len(line) // 2
    if units <= _WIDE[0]:
        return Parts(_UTF16, units, 1, (units,), _WIDE[0] - units, text, (text,))
    room = _WIDE[most != 1]
    if units == len(text):
        return _even(text, _UTF16, room, most)
    lengths, texts, start, end, size = [], [], 0, len(line), 2 * room
    while start < end:
        stop = start + size
        if stop < end and line[stop + 1] in _SECOND_WIDE:
            stop -= 2
        part = line[start:stop]
        texts.append(utf_16_le_decode(part)[0])
        lengths.append(len(part) // 2)
        start = stop
    return _told(text, _UTF16, room, lengths, texts, most)


def _even(text: str, encoding: Encoding, room: int, most: int | None) -> Parts:
    """Of a text with a unit for each character."""
    texts = _EVEN[room].findall(text)
    return _told(text, encoding, room, [*map(len, texts)], texts, most)


def _told(
    text: str, encoding: Encoding, room: int, lengths: list[int], texts: list[str], most: int | None
) -> Parts:
    """Of a text of several parts, of which ``most`` are allowed."""
    count, last = len(texts), lengths[-1]
    if most is None or count <= most:
        return Parts(encoding, sum(lengths), count, tuple(lengths), room - last, text, tuple(texts))
    return _told("".join(texts[:most]), encoding, room, lengths[:most], texts[:most], None)._replace(
        truncated=True
    )


def _broken(text: str, most: int | None) -> Parts:
    """Of a text with half a surrogate pair, which takes a unit like any other character."""
    parts = _wide(well_formed(text), most)
    ends = [*accumulate(map(len, parts.texts))]
    texts = tuple(text[start:end] for start, end in zip([0, *ends], ends, strict=False))
    return parts._replace(text=text[: ends[-1]], texts=texts)


def prepare(text: str, encoding: Encoding, rule: str) -> tuple[str, Encoding, int]:
    """The text as the phone shows it, the encoding used, and how many characters were replaced.

    ``rule`` is one of the API's invalidCharacters; it acts on STANDARD only. REFUSE leaves the text.
    """
    if encoding is Encoding.UTF16 or rule == "REFUSE" or septets(text) is not None:
        return text, encoding, 0
    if rule == "TO_UTF16":
        return text, Encoding.UTF16, 0
    shown, replaced = rewritten(text, rule)
    return shown, encoding, replaced


def counted(text: str, encoding: Encoding, rule: str, max_parts: int | None = None) -> Parts:
    """The parts of a text under a rule for invalid characters.

    Raises InputError (reason ``refused``) where the rule is REFUSE and a character is outside.
    """
    if encoding is Encoding.STANDARD:
        line = septets(text)
        if line is not None:
            return _narrow(text, line, max_parts)
        if rule == "REFUSE":
            raise InputError(reason="refused")
        if rule != "TO_UTF16":
            shown, replaced = rewritten(text, rule)
            return measure(shown, encoding, max_parts)._replace(replaced=replaced)
    return _wide(text, max_parts)
