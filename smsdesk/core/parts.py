"""The parts of a text: what is paid for, and what the phone shows.

Source: 3GPP TS 23.038 (GSM 03.38 alphabet) and 23.040 (concatenation). Units are septets for STANDARD
and UTF-16 code units for UTF-16. Texts are laid out as a line of one byte a unit, so that nothing here
goes character by character.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from itertools import accumulate, pairwise
from operator import sub

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


@dataclass(frozen=True, slots=True)
class Parts:
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
            return text.encode("utf-16-be")[::2]
        except UnicodeEncodeError:
            return well_formed(text).encode("utf-16-be")[::2]
    characters = encoded(text)
    if characters is None:
        raise ValueError(outside(text)[0][1])
    # One byte below 128 stays one in UTF-8, one above becomes two.
    return characters if characters.isascii() else characters.decode("latin-1").encode()


def cuts(
    line: bytes, encoding: Encoding, room: int, *, filled: int = 0, most: int | None = None
) -> list[int]:
    """Where the parts of a line end, the last one excepted: after ``most`` of them nobody looks further.

    ``filled``: so many units of the first part are taken already.
    """
    second = _SECOND[encoding]
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
    line = line_of(text, encoding)
    single, room = ROOM[encoding]
    if len(line) <= single:
        units = len(line)
        return Parts(encoding, units, 1, (units,), single - units, text, (text,))
    # Cut to one part, the text fills a whole SMS: it needs no concatenation header.
    room = single if max_parts == 1 else room
    ends = cuts(line, encoding, room, most=max_parts)
    truncated = len(ends) == max_parts
    ends = ends if truncated else [*ends, len(line)]
    starts = [0, *ends[:-1]]
    at = [0, *ends] if len(line) == len(text) else [0, *_characters(line, starts, ends, encoding)]
    texts = tuple([text[a:b] for a, b in pairwise(at)])
    shown = text[: at[-1]] if truncated else text
    lengths = tuple(map(sub, ends, starts))
    return Parts(encoding, ends[-1], len(ends), lengths, room - lengths[-1], shown, texts, 0, truncated)


def _characters(line: bytes, starts: Sequence[int], ends: Sequence[int], encoding: Encoding) -> Iterator[int]:
    """Where the parts end in the text: characters of two units count once."""
    second = _SECOND[encoding]
    return accumulate(len(line[a:b].translate(None, second)) for a, b in zip(starts, ends, strict=True))


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
    shown, used, replaced = prepare(text, encoding, rule)
    try:
        parts = measure(shown, used, max_parts)
    except ValueError:
        raise InputError(reason="refused") from None
    return replace(parts, replaced=replaced) if replaced else parts
