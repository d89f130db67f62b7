"""Names as they are compared: without case, accents, umlauts, punctuation."""

import re
import unicodedata

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_UMLAUT = re.compile(r"(?<=[aou])e")
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
    """Text as it is searched: ``STRASSE`` is ``Straße``, ``İzmir`` is ``IZMIR``, all blanks are one.

    Accents don't count, signs do; whatever is part of a text is, folded, part of the folded text.
    """
    if not text.isascii():
        parts = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
        # Below stands no mark: that is told faster.
        plain = "".join([c for c in parts if c < "\u0300" or not unicodedata.combining(c)])
        text = plain.replace("\u0131", "i").encode("utf-8", "ignore").decode()
    return " ".join(text.lower().replace("\0", " ").split())


def words_of(folded: str) -> list[str]:
    """The words of a folded text: letters and digits without anything between."""
    return _WORDS.findall(folded)
