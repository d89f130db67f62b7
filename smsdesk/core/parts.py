"""The parts of a text: what is paid for, and what the phone shows.

Source: 3GPP TS 23.038 (GSM 03.38 alphabet) and 23.040 (concatenation). Units are septets for STANDARD
and UTF-16 code units for UTF-16.
"""

from dataclasses import dataclass
from enum import Enum
from itertools import pairwise

from smsdesk.core.errors import InputError

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The 127 characters of one septet; a bare ESC is none."""
EXTENSION = frozenset("\f^{}\\[~]|€")
"""The 10 characters of two septets."""


class Encoding(Enum):
    """How a text goes over the air."""

    STANDARD = "STANDARD"
    UTF16 = "UTF-16"


_ROOM = {Encoding.STANDARD: (160, 153), Encoding.UTF16: (70, 67)}
"""Units of a single SMS, and of each part of a longer text."""


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


def outside(text: str) -> tuple[tuple[int, str], ...]:
    """Index and character of everything outside GSM 03.38."""
    return tuple((i, c) for i, c in enumerate(text) if c not in BASIC and c not in EXTENSION)


def refused(text: str) -> tuple[tuple[str, int], ...]:
    """Character and index of everything that the rule REFUSE refuses."""
    return tuple((character, index) for index, character in outside(text))


def measure(text: str, encoding: Encoding = Encoding.STANDARD, max_parts: int | None = None) -> Parts:
    """Splits a text; an extension character or a surrogate pair is never cut in two.

    ``max_parts`` truncates. Raises ValueError for STANDARD where a character is outside the alphabet.
    """
    sizes = [units_of(character, encoding) for character in text]
    single, concatenated = _ROOM[encoding]
    room = single if sum(sizes) <= single else concatenated
    lengths, cuts = [0], [0]
    for index, size in enumerate(sizes):
        if lengths[-1] + size > room:
            lengths.append(0)
            cuts.append(index)
        lengths[-1] += size
    cuts.append(len(text))
    truncated = max_parts is not None and len(lengths) > max_parts
    if truncated:
        # Cut to one part, the text fills a whole SMS: it needs no concatenation header.
        if max_parts == 1:
            return _single(text, sizes, encoding)
        lengths, cuts = lengths[:max_parts], cuts[: (max_parts or 0) + 1]
    texts = tuple(text[a:b] for a, b in pairwise(cuts))
    shown = text[: cuts[-1]]
    units = sum(lengths)
    return Parts(
        encoding, units, len(lengths), tuple(lengths), room - lengths[-1], shown, texts, 0, truncated
    )


def _single(text: str, sizes: list[int], encoding: Encoding) -> Parts:
    room, units, end = _ROOM[encoding][0], 0, 0
    while end < len(sizes) and units + sizes[end] <= room:
        units += sizes[end]
        end += 1
    return Parts(encoding, units, 1, (units,), room - units, text[:end], (text[:end],), 0, truncated=True)


_EXPECTED = str.maketrans(
    {
        "‘": "'", "’": "'", "‚": "'", "‛": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "‹": "'",
        "›": "'", "–": "-", "—": "-", "‐": "-", "‑": "-", "−": "-", "…": "...", "•": "*", "·": ".",
        "\u00a0": " ", "\u2007": " ", "\u2009": " ", "\u202f": " ", "\u200b": "", "\u200d": "", "\ufeff": "",
        "´": "'", "`": "'", "á": "a", "â": "a", "ã": "a", "ç": "c", "ê": "e", "ë": "e", "í": "i", "î": "i",
        "ï": "i", "ó": "o", "ô": "o", "õ": "o", "ú": "u", "û": "u", "ý": "y", "ÿ": "y", "Á": "A", "À": "A",
        "Â": "A", "Ã": "A", "È": "E", "Ê": "E", "Ë": "E", "Í": "I", "Ì": "I", "Î": "I", "Ï": "I", "Ó": "O",
        "Ò": "O", "Ô": "O", "Õ": "O", "Ú": "U", "Ù": "U", "Û": "U", "Ý": "Y", "ą": "a", "ć": "c", "ę": "e",
        "ł": "l", "ń": "n", "ś": "s", "ź": "z", "ż": "z", "č": "c", "ď": "d", "ě": "e", "ň": "n", "ř": "r",
        "š": "s", "ť": "t", "ů": "u", "ž": "z", "ğ": "g", "ı": "i", "ş": "s", "İ": "I", "Ş": "S", "Ğ": "G",
        "ő": "ö", "ű": "ü", "œ": "oe", "Œ": "OE", "ẞ": "SS", "\t": " ",
    }
)  # fmt: skip
"""What TRANSLITERATE is expected to make of a character: expected, not promised."""


def prepare(text: str, encoding: Encoding, rule: str) -> tuple[str, Encoding, int]:
    """The text as the phone shows it, the encoding used, and how many characters were replaced.

    ``rule`` is one of the API's invalidCharacters; it acts on STANDARD only. REFUSE leaves the text.
    """
    wrong = outside(text)
    if encoding is Encoding.UTF16 or not wrong or rule == "REFUSE":
        return text, encoding, 0
    if rule == "TO_UTF16":
        return text, Encoding.UTF16, 0
    out = []
    for character in text:
        if character in BASIC or character in EXTENSION:
            out.append(character)
        else:
            better = character.translate(_EXPECTED) if rule == "TRANSLITERATE" else character
            out.append(better if better != character else "?")
    return "".join(out), encoding, len(wrong)


def counted(text: str, encoding: Encoding, rule: str, max_parts: int | None = None) -> Parts:
    """The parts of a text under a rule for invalid characters.

    Raises InputError (reason ``refused``) where the rule is REFUSE and a character is outside.
    """
    shown, used, replaced = prepare(text, encoding, rule)
    try:
        parts = measure(shown, used, max_parts)
    except ValueError:
        raise InputError(reason="refused") from None
    if not replaced:
        return parts
    return Parts(
        parts.encoding,
        parts.units,
        parts.parts,
        parts.part_lengths,
        parts.characters_left,
        parts.text,
        parts.texts,
        replaced,
        parts.truncated,
    )
