"""Names as they are compared: without case, accents, umlauts, punctuation."""

import re
import unicodedata
from itertools import chain, product

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_UMLAUT = re.compile(r"(?<=[aou])e")
_SPELT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
_ALIKE = str.maketrans({"ı": "i", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe"})
"""Letters that Unicode does not take apart, and what is typed where a keyboard lacks them."""
_MOST_SPELT = 3
"""Up to so many places where an umlaut may be in one or the other spelling."""
_SIGNS = re.compile(r"[^a-z0-9]+")
_WORDS = re.compile(r"[^\W_]+")


def folded_name(name: str) -> str:
    """Small letters and digits in words with one blank between: ``Kunden-Nr.`` and ``kundenNr`` agree.

    ``Länder`` and ``Laender`` agree too, for an e after a, o or u is dropped, be it an umlaut or not.
    """
    parts = unicodedata.normalize("NFKD", _HUMP.sub(" ", name))
    plain = "".join(c for c in parts if not unicodedata.combining(c)).casefold()
    return _UMLAUT.sub("", _SIGNS.sub(" ", plain).strip())


def folded_pattern(*alternatives: str) -> re.Pattern[str]:
    """One expression over folded names; plain letters in it are folded as those are."""
    return re.compile(_UMLAUT.sub("", "|".join(alternatives)))


def folded_text(text: str) -> str:
    """Text as it is searched: ``STRASSE`` is ``Straße``, ``Łódź`` is ``lodz``, all blanks are one.

    Accents don't count, signs do; whatever is part of a text is, folded, part of the folded text.
    """
    if not text.isascii():
        parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
        # Below stands no mark: that is told faster.
        plain = "".join([c for c in parts if c < "\u0300" or not unicodedata.combining(c)])
        text = plain.translate(_ALIKE).encode("utf-8", "ignore").decode()
    return " ".join(text.lower().replace("\0", " ").split())


def folded_spellings(text: str) -> tuple[str, ...]:
    """A text as it is searched, and with its umlauts spelt otherwise: ``Müller`` also as ``mueller``."""
    spelt = folded_text(unicodedata.normalize("NFC", text).translate(_SPELT))
    pieces = _UMLAUT.split(spelt)
    ways = product(("", "e"), repeat=len(pieces) - 1) if len(pieces) <= 1 + _MOST_SPELT else ()
    forms = ("".join(chain.from_iterable(zip(pieces, (*way, ""), strict=True))) for way in ways)
    return tuple(dict.fromkeys((folded_text(text), spelt, *forms)))


def words_of(folded: str) -> list[str]:
    """The words of a folded text: letters and digits without anything between."""
    return _WORDS.findall(folded)
