"""The alphabet GSM 03.38, and what becomes of characters outside it.

What the rule TRANSLITERATE makes of a character is documented nowhere: what stands here is expected, not
promised. It goes character by character, so a text becomes what its pieces become.
"""

import codecs
import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The 127 characters of one septet; a bare ESC is none."""
EXTENSION = frozenset("\f^{}\\[~]|€")
"""The 10 characters of two septets."""


def one_of(characters: frozenset[str]) -> str:
    """Inside of a class of a regular expression, Python's and polars' alike."""
    return re.escape("".join(sorted(characters)))


OUTSIDE = f"[^{one_of(BASIC | EXTENSION)}]"
"""A regular expression for one character that GSM 03.38 does not have."""
_OUTSIDE = re.compile(OUTSIDE)
_TABLE = "\0" + "".join(sorted(BASIC)) + "".join(sorted(EXTENSION))
# Of a table that begins with NUL the standard library makes its fastest encoder.
_CODES = codecs.charmap_build(_TABLE.ljust(256, "\ufffe"))
_NONE = 0xFF
_LATIN = bytes(_TABLE.find("€" if code == 0x1B else chr(code), 1) & _NONE for code in range(256))
"""The same for most texts, still faster; what is outside becomes the last byte."""

_FORMS = {
    **dict.fromkeys("‘’‚‛‹›′´`ʹʻʼʽˈ❛❜", "'"),
    **dict.fromkeys("“”„‟«»″〝〞〟❝❞", '"'),
    **dict.fromkeys("‐‑‒–—―−⁃﹘﹣", "-"),
    **dict.fromkeys("\t\u00a0\u1680\u202f\u205f\u3000", " "),
    **dict.fromkeys(map(chr, range(0x2000, 0x200B)), " "),
    **dict.fromkeys("\v\x85\u2028\u2029", "\n"),
    **dict.fromkeys("\u00ad\u180e\u200b\u2060\ufeff", ""),
    **dict.fromkeys("•‣⁌⁍∙●▪◦■∗", "*"),
    **{chr(code + 0xFEE0): chr(code) for code in range(0x21, 0x7F) if chr(code) not in "`{}"},
    "·": ".", "․": ".", "‥": "..", "…": "...", "‼": "!!", "⁇": "??", "⁈": "?!", "⁉": "!?", "‴": "'''",
    "⁄": "/", "∕": "/", "∶": ":", "‗": "_", "ˆ": "^", "˜": "~", "∼": "~", "¦": "|", "\uff40": "'",
    "ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st", "ĳ": "ij", "Ĳ": "IJ",
    "\u2126": "Ω", "\u2206": "Δ", "\u212b": "Å",
}  # fmt: skip
"""Signs that look the same in GSM 03.38, or nearly so, and blanks of all kinds."""
_MARKS = frozenset("\u061c\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""They join or turn what stands around them: of no use among characters of GSM 03.38 alone."""
_FORMS_AND_MARKS = {**_FORMS, **dict.fromkeys(_MARKS, "")}
_LETTERS = {
    "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ħ": "h", "Ħ": "H",
    "ı": "i", "œ": "oe", "Œ": "OE", "ẞ": "SS", "ő": "ö", "Ő": "Ö", "ű": "ü", "Ű": "Ü", "ŋ": "n", "Ŋ": "N",
    "ĸ": "k", "ŧ": "t", "Ŧ": "T", "ə": "e", "Ə": "E", "ƒ": "f", "×": "x", "÷": ":", "©": "(c)", "®": "(r)",
    "¢": "c", "±": "+-", "≤": "<=", "≥": ">=", "≠": "=", "≈": "~", "→": "->", "←": "<-", "µ": "u", "μ": "u",
    **dict(zip("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX", strict=True)),
    **dict(zip("αβγδεζηθικλνξοπρσςτυφχψω", "ABΓΔEZHΘIKΛNΞOΠPΣΣTYΦXΨΩ", strict=True)),
}  # fmt: skip
_COMPOSED = {
    pair: character for character in BASIC if len(pair := unicodedata.normalize("NFD", character)) > 1
}
"""Letters in two characters, as some systems write them, and as GSM 03.38 has them."""
_TOUCHED = re.compile(f"[{one_of(frozenset(_FORMS) | _MARKS)}]")
_PAIR = re.compile("|".join(sorted(_COMPOSED)))
TOUCHED = f"{_TOUCHED.pattern}|{_PAIR.pattern}"
"""A regular expression for what :func:`gsm_form` may replace."""
_FOREIGN = f"[^{one_of(BASIC | EXTENSION | _MARKS)}]"
_IS_FOREIGN = re.compile(_FOREIGN)


def septets(text: str) -> bytes | None:
    """A byte for each septet; None where a character is outside.

    Below 128 for a basic character, for one of the extension one from 192 and one from 128 to 191.
    """
    # Most texts are of Latin letters and the euro sign, for which an ESC stands meanwhile.
    latin = text.replace("€", "\x1b").encode("latin-1", "ignore")
    if len(latin) == len(text):
        out = latin.translate(_LATIN)
    elif _OUTSIDE.search(text):
        return None
    else:
        out = codecs.charmap_encode(text, "ignore", _CODES)[0]
    if out.isascii():
        return out
    if _NONE in out or "\x1b" in text:
        return None
    # One byte below 128 stays one in UTF-8, one above becomes two.
    return out.decode("latin-1").encode()


def outside(text: str) -> tuple[tuple[int, str], ...]:
    """Index and character of everything outside GSM 03.38."""
    if septets(text) is not None:
        return ()
    return tuple((found.start(), found[0]) for found in _OUTSIDE.finditer(text))


@cache
def expected(character: str) -> str:
    """What TRANSLITERATE is expected to make of a character outside: a question mark of most."""
    if character in _FORMS:
        return _FORMS[character]
    if character in _LETTERS:
        return _LETTERS[character]
    if unicodedata.category(character) in ("Cf", "Mn", "Me"):
        return ""
    pieces = unicodedata.normalize("NFKD", character)
    if pieces == character:
        return "?"
    known = [piece if piece in BASIC or piece in EXTENSION else expected(piece) for piece in pieces]
    return "?" if "?" in known else "".join(known)


def becomes(character: str, rule: str) -> str | None:
    """What a character outside becomes by one of the API's invalidCharacters; None: it is refused."""
    if rule == "TRANSLITERATE":
        return expected(character)
    return {"REPLACE": "?", "TO_UTF16": character}.get(rule)


def rewritten(text: str, rule: str) -> tuple[str, int]:
    """The text by REPLACE or TRANSLITERATE, and how many characters that concerns."""
    if rule == "REPLACE":
        return _OUTSIDE.subn("?", text)
    return _OUTSIDE.subn(lambda found: expected(found[0]), text)


def gsm_forms(text: str) -> Mapping[str, str]:
    """What :func:`gsm_form` puts in the place of characters of this text, by character."""
    return _FORMS if _IS_FOREIGN.search(gsm_form(text, _FORMS)) else _FORMS_AND_MARKS


def gsm_form(text: str, forms: Mapping[str, str] | None = None) -> str:
    """The text with typographic quotes, dashes, blanks and the like as GSM 03.38 has them.

    Emoji stay, and letters, but those in two characters become one where GSM 03.38 has it. Marks that join or
    turn characters go where all others are of GSM 03.38. ``forms``: those of a text that this is a piece of.
    """
    known = gsm_forms(text) if forms is None else forms
    return _PAIR.sub(lambda found: _COMPOSED[found[0]], _replaced(text, known))


def _replaced(text: str, forms: Mapping[str, str]) -> str:
    return _TOUCHED.sub(lambda found: forms.get(found[0], found[0]), text)


def replaceable(text: str) -> tuple[str, ...]:
    """What :func:`gsm_form` replaces, each once: characters, and letters in two of them."""
    forms = gsm_forms(text)
    found = [one for one in _TOUCHED.findall(text) if one in forms]
    return tuple(dict.fromkeys([*found, *_PAIR.findall(_replaced(text, forms))]))


def gsm_form_column(cells: "pl.Series") -> "pl.Series":
    """What :func:`gsm_form` makes of each cell; the same column where that is nothing else."""
    touched = cells.str.contains(TOUCHED)
    if not touched.any():
        return cells
    before = cells.filter(touched)
    new = before.str.replace_many(list(_FORMS), list(_FORMS.values()))
    new = new.str.replace_many(list(_COMPOSED), list(_COMPOSED.values()))
    new = new.zip_with(new.str.contains(_FOREIGN), new.str.replace_many(sorted(_MARKS), [""]))
    return cells if (new == before).all() else cells.clone().scatter(touched.arg_true(), new)
