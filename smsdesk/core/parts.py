"""The parts of a text: what is paid for, and what the phone shows.

Source: 3GPP TS 23.038 (GSM 03.38 alphabet) and 23.040 (concatenation). Units are septets for STANDARD
and UTF-16 code units for UTF-16. Texts are laid out as a line of one byte a unit, so that nothing here
goes character by character.
"""

import re
from codecs import utf_16_le_decode
from collections.abc import Iterable
from enum import Enum
from typing import NamedTuple

from smsdesk.core.characters import BASIC, EXTENSION, encoded, outside, rewritten
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
__all__ += ["prepare", "refused", "units_of"]


class Encoding(Enum):
    """How a text goes over the air."""

    STANDARD = "STANDARD"
    UTF16 = "UTF-16"


ROOM = {Encoding.STANDARD: (160, 153), Encoding.UTF16: (70, 67)}
"""Units of a single SMS, and of each part of a longer text."""
_SECOND = {Encoding.STANDARD: bytes(range(0x80, 0xC0)), Encoding.UTF16: bytes(range(0xDC, 0xE0))}
"""What stands in a line for the second unit of a character of two, which no part begins with."""
_FIRST = b"\xc2"
"""What stands in a line of GSM 03.38 for the first unit of a character of two."""
# A member of an enumeration takes as long to look up as a short text to split.
_NARROW, _WIDE = ROOM.values()
_SECOND_NARROW, _SECOND_WIDE = _SECOND.values()
_NARROW_PART = {n: re.compile(rb"(?s).{%d}[^\xc2]|.{1,%d}" % (n - 1, n - 1)) for n in _NARROW}
_WIDE_PART = {n: re.compile(rb"(?s).{%d}[^\xd8-\xdb]|.{1,%d}" % (2 * n - 1, 2 * n - 2)) for n in _WIDE}
"""They take as much as there is room for, by units, without the first unit of a character of two at its end.

Of a line of GSM 03.38, and of UTF-16 in two bytes a unit, the lower first.
"""


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


def units_of(character: str, encoding: Encoding) -> int:
    """Septets or code units of one character; ValueError where GSM 03.38 does not have it."""
    if encoding is Encoding.UTF16:
        return 2 if ord(character) > 0xFFFF else 1
    if character in BASIC:
        return 1
    if character in EXTENSION:
        return 2
    raise ValueError(character)


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
    line = _line(text)
    if line is None:
        raise ValueError(outside(text)[0][1])
    return line


def _line(text: str) -> bytes | None:
    characters = encoded(text)
    if characters is None or characters.isascii():
        return characters
    # One byte below 128 stays one in UTF-8, one above becomes two.
    return characters.decode("latin-1").encode()


def cuts(
    line: bytes, encoding: Encoding, room: int, *, filled: int = 0, most: int | None = None
) -> list[int]:
    """Where the parts of a line end, the last one excepted: after ``most`` of them nobody looks further.

    ``filled``: so many units of the first part are taken already.
    """
    second = _SECOND_NARROW if encoding is Encoding.STANDARD else _SECOND_WIDE
    ends: list[int] = []
    end = -filled
    while len(line) - end > room and len(ends) != most:
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
    units, (single, room) = len(line), _NARROW
    if units <= single:
        return Parts(Encoding.STANDARD, units, 1, (units,), single - units, text, (text,))
    # Cut to one part, the text fills a whole SMS: it needs no concatenation header.
    room = single if most == 1 else room
    if units == len(text):
        return _even(text, Encoding.STANDARD, room, most)
    lines = _NARROW_PART[room].findall(line)
    texts, at = [], 0
    for one in lines:
        end = at + len(one) - one.count(_FIRST)
        texts.append(text[at:end])
        at = end
    return _told(text, texts, [*map(len, lines)], Encoding.STANDARD, room, most)


def _wide(text: str, most: int | None) -> Parts:
    is_broken = False
    try:
        pairs = text.encode("utf-16-le")
    except UnicodeEncodeError:
        is_broken = True
        pairs = well_formed(text).encode("utf-16-le")
    units, (single, room) = len(pairs) // 2, _WIDE
    if units <= single:
        return Parts(Encoding.UTF16, units, 1, (units,), single - units, text, (text,))
    room = single if most == 1 else room
    if units == len(text):
        return _even(text, Encoding.UTF16, room, most)
    found = _WIDE_PART[room].findall(pairs)
    texts = [utf_16_le_decode(one)[0] for one in found]
    if is_broken:
        texts = _slices(text, [*map(len, texts)])
    return _told(text, texts, [len(one) // 2 for one in found], Encoding.UTF16, room, most)


def _slices(text: str, lengths: Iterable[int]) -> list[str]:
    out, at = [], 0
    for length in lengths:
        out.append(text[at : at + length])
        at += length
    return out


def _even(text: str, encoding: Encoding, room: int, most: int | None) -> Parts:
    """Of a text with a unit for each character."""
    units = len(text)
    texts = [text[start : start + room] for start in range(0, units, room)]
    count = len(texts)
    last = units - room * (count - 1)
    if most is None or count <= most:
        return Parts(encoding, units, count, (*(room,) * (count - 1), last), room - last, text, tuple(texts))
    return _told(text, texts, [*map(len, texts)], encoding, room, most)


def _told(
    text: str, texts: list[str], lengths: list[int], encoding: Encoding, room: int, most: int | None
) -> Parts:
    truncated = most is not None and len(texts) > most
    if truncated:
        texts, lengths = texts[:most], lengths[:most]
        text = "".join(texts)
    left = room - lengths[-1]
    return Parts(encoding, sum(lengths), len(texts), tuple(lengths), left, text, tuple(texts), 0, truncated)


def prepare(text: str, encoding: Encoding, rule: str) -> tuple[str, Encoding, int]:
    """The text as the phone shows it, the encoding used, and how many characters were replaced.

    ``rule`` is one of the API's invalidCharacters; it acts on STANDARD only. REFUSE leaves the text.
    """
    if encoding is Encoding.UTF16 or rule == "REFUSE" or encoded(text) is not None:
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
        line = _line(text)
        if line is not None:
            return _narrow(text, line, max_parts)
        if rule == "REFUSE":
            raise InputError(reason="refused")
        if rule != "TO_UTF16":
            shown, replaced = rewritten(text, rule)
            return measure(shown, encoding, max_parts)._replace(replaced=replaced)
    return _wide(text, max_parts)
