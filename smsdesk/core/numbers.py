"""Phone numbers: from what people write to E.164, in three standings.

*Valid*: mobile-capable by the numbering plan. *Doubtful*: it has an unambiguous international form that
the plan does not know as a mobile number. *Invalid*: no international form can be made of it.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from enum import Enum
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from smsdesk.core.errors import Value

if TYPE_CHECKING:
    from phonenumbers import PhoneNumber


class Standing(Enum):
    """How sure it is that a text message can reach a number."""

    VALID = "valid"
    DOUBTFUL = "doubtful"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class Number:
    """What was read: ``e164`` is empty for invalid ones.

    ``code`` names the problem, or for a valid number a note: ``number_read_with_plus`` (its country code had
    none), ``number_zero_lost`` (it had no leading zero, in a country that writes one).
    """

    standing: Standing
    e164: str
    code: str | None = None
    values: dict[str, Value] = field(default_factory=dict, hash=False)


_SCIENTIFIC = re.compile(r"[0-9]+[.,]?[0-9]*[eE][+]?[0-9]+")
_DECIMAL = re.compile(r"([0-9]{7,})[.,]0+")
_MONTH, _OF_MONTH = "(?:0?[1-9]|1[0-2])", "(?:0?[1-9]|[12][0-9]|3[01])"
DATES = rf"(?:(?:19|20)[0-9]{{2}}-{_MONTH}-{_OF_MONTH}|{_OF_MONTH}\.{_MONTH}\.(?:19|20)[0-9]{{2}})"
"""A day of the calendar: in some country its digits are a number too."""
EXTENSIONS = r"(?:ext|extn|extension|durchwahl|dw|nebenstelle|nst|klappe|poste|interno|x|#|;ext=)"
"""What stands before an extension."""
LINKS = r"(?:tel|sms|phone|callto|mobile?|handy|cell|fon|telefon)"
"""What stands before a number, with a colon or a dot behind."""
_EXTENSION = re.compile(rf"(?i){EXTENSIONS}\.?:?\s*[0-9]+$")
_LINK = re.compile(rf"(?i)^{LINKS}\s*[:.]+\s*")
_ALLOWED = re.compile(r"[+0-9 ()/.\-]*")
_SHAPE = re.compile(r"\+?[0-9]+")
_LONGEST = 17
"""Characters of the longest number with a plus, and of a national one with some room."""
_LONGEST_TEXT = 100
_LEAST_DIGITS = 7
"""Digits of the shortest number that is not only dialled within a town."""
_BETWEEN = re.compile(r"[,;/|&]|\s(?:und|oder|and|or|et|ou|e|o|y)\s|(?<=[0-9]) ?(?=\+)")
"""What stands between two numbers in one cell."""
_LIKE_DIGITS = str.maketrans(
    {**dict.fromkeys("Oo\u041e\u043e\u039f\u03bf", "0"), **dict.fromkeys("Il\u0406", "1")}
)
"""Letters that look like digits: Latin, Cyrillic and Greek ones."""
_ODD = str.maketrans(
    dict.fromkeys("\u2044\u2215", "/")
    | dict.fromkeys("\u00b7\u2022\u2027\u2219\u30fb", ".")
    | dict.fromkeys("\u2212\u30fc", "-")
    | dict.fromkeys("\u3164\u115f\u2800", " ")
)
"""Signs that group digits, as one may find them, and what looks like a blank but is a letter."""
_INTERNATIONAL = re.compile(r"\+[1-9][0-9]{6,14}")


def tidied(text: str) -> str:
    """The text with every script's digits as 0 to 9, spaces as one blank, no invisible characters."""
    out = []
    for raw in text.translate(_ODD):
        # Full-width forms, as East Asian keyboards write them, have their place beside ASCII.
        character = chr(ord(raw) - 0xFEE0) if "\uff01" <= raw <= "\uff5e" else raw
        # decimal, not digit: a superscript is a footnote.
        digit = unicodedata.decimal(character, None)
        kind = unicodedata.category(character)
        if digit is not None:
            out.append(str(digit))
        elif kind == "Pd":
            out.append("-")
        elif kind[0] == "Z" or character in "\t\r\n":
            out.append(" ")
        elif kind not in ("Cf", "Cc"):
            out.append(character)
    return "".join(out).strip()


def _bare(text: str) -> str:
    """Without the wrappers of spreadsheets and links: ``="+49..."``, a leading apostrophe, ``tel:``."""
    text = text.removeprefix("=").strip().strip("\"'`\u00b4\u2018\u2019\u201b\u201c\u201d\u201e")
    return _LINK.sub("", text).strip().rstrip(",;").rstrip()


def _invalid(code: str) -> Number:
    return Number(Standing.INVALID, "", code)


@lru_cache(maxsize=4096)
def read_number(text: str, region: str) -> Number:
    """Reads a number; ``region`` (ISO 3166) holds where it has no country code. Never raises."""
    text = _bare(tidied(text))
    if decimal := _DECIMAL.fullmatch(text):
        text = decimal[1]
    found = _read(text, region)
    if found.code in ("number_letters", "number_too_long") and len(text) <= _LONGEST_TEXT:
        if _is_several(text, region):
            return _invalid("number_several")
        alike = text.translate(_LIKE_DIGITS)
        if alike != text and _read(alike, region).standing is not Standing.INVALID:
            return _invalid("number_lookalike")
    return found


def _read(text: str, region: str) -> Number:
    if code := _no_number(text):
        return _invalid(code)
    # A zero in brackets is dialled within the country only; in front it is the number's own.
    digits = re.sub(r"[ ()/.\-]", "", text[:1] + text[1:].replace("(0)", ""))
    if not _SHAPE.fullmatch(digits):
        return _invalid("number_letters")
    return _judged(re.sub(r"^\+?00", "+", digits), region)


def _is_several(text: str, region: str) -> bool:
    """Whether a cell holds numbers one after the other, each with a form of its own."""

    def standing(part: str) -> Standing:
        digits = re.sub(r"[^+0-9]", "", part.replace("(0)", ""))
        return _read(digits, region).standing

    long = [part for part in _BETWEEN.split(text) if sum(c.isdigit() for c in part) >= _LEAST_DIGITS]
    if len(long) > 1:
        return Standing.INVALID not in map(standing, long)
    blanks = (at for at, character in enumerate(text) if character == " ")
    return any(standing(text[:at]) is standing(text[at:]) is Standing.VALID for at in blanks)


def _no_number(text: str) -> str | None:
    """Why a text cannot be a phone number, where its looks say so."""
    if not any(character.isalnum() for character in text):
        return "number_empty"
    if re.fullmatch(DATES, text):
        return "number_date"
    if len(text) > _LONGEST_TEXT:
        return "number_too_long" if _ALLOWED.fullmatch(text) else "number_letters"
    if _SCIENTIFIC.fullmatch(text):
        return "number_scientific"
    if _EXTENSION.search(text) and any(c.isdigit() for c in _EXTENSION.sub("", text)):
        return "number_extension"
    return None if _ALLOWED.fullmatch(text) else "number_letters"


def _judged(digits: str, region: str) -> Number:
    """``digits``: an optional plus and digits alone."""
    plain = _parsed(digits, region)
    if plain is not None and _mobile(plain):
        return Number(Standing.VALID, _e164(plain), _note(digits, plain, region))
    if not digits.startswith(("+", "0")):
        with_plus = _parsed("+" + digits, region)
        if with_plus is not None and _mobile(with_plus):
            return Number(Standing.VALID, _e164(with_plus), "number_read_with_plus")
    if plain is None:
        code = "number_too_long" if len(digits) > _LONGEST else "number_no_country"
        return _invalid("number_too_short" if len(digits) < 7 else code)
    e164 = _e164(plain)
    if not _INTERNATIONAL.fullmatch(e164):
        return _invalid("number_too_short" if len(e164) < 8 else "number_too_long")
    return Number(Standing.DOUBTFUL, e164, _doubt(plain))


def _note(digits: str, number: "PhoneNumber", region: str) -> str | None:
    """What was missing of a number that is valid as it was read."""
    prefix = _prefix(region)
    if digits.startswith(("+", "0", prefix or "0")):
        return None
    if _e164(number) == "+" + digits:
        return "number_read_with_plus"
    is_own = number.country_code == country_code(region)
    return "number_zero_lost" if is_own and writes_zero(region) else None


def country_code(region: str) -> int:
    """The code of a country; 0 for none."""
    import phonenumbers

    return phonenumbers.country_code_for_region(region)


@cache
def _prefix(region: str) -> str:
    """What is dialled before a national number there."""
    import phonenumbers

    return phonenumbers.ndd_prefix_for_region(region, strip_non_digits=True) or ""


@cache
def writes_zero(region: str) -> bool:
    """Whether mobile numbers are written with a zero in front there, which is no part of the number."""
    import phonenumbers

    example = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
    if example is None or _prefix(region) != "0":
        return False
    shown = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.NATIONAL)
    digits = re.sub(r"[^0-9]", "", shown)
    return digits.startswith("0") and digits != phonenumbers.national_significant_number(example)


def _parsed(digits: str, region: str) -> "PhoneNumber | None":
    import phonenumbers

    try:
        return phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        return None


def _mobile(number: "PhoneNumber") -> bool:
    import phonenumbers

    kinds = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)
    return phonenumbers.number_type(number) in kinds


def _doubt(number: "PhoneNumber") -> str:
    import phonenumbers

    kind = phonenumbers.number_type(number)
    if kind == phonenumbers.PhoneNumberType.UNKNOWN:
        length = phonenumbers.is_possible_number_for_type(number, phonenumbers.PhoneNumberType.MOBILE)
        return "number_unknown_range" if length else "number_wrong_length"
    return _DOUBTS.get(phonenumbers.PhoneNumberType.to_string(kind), "number_not_mobile")


_DOUBTS = {
    "FIXED_LINE": "number_landline",
    "PREMIUM_RATE": "number_premium",
    "SHARED_COST": "number_shared_cost",
    "TOLL_FREE": "number_toll_free",
    "VOIP": "number_voip",
    "PAGER": "number_pager",
    "PERSONAL_NUMBER": "number_personal",
}


def _e164(number: "PhoneNumber") -> str:
    import phonenumbers

    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@lru_cache(maxsize=1000)
def as_shown(e164: str) -> str:
    """The number grouped as its country does, with its country code; anything else as it is."""
    import phonenumbers

    number = _parsed(e164, "ZZ")
    if number is None:
        return e164
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def dialled_code(number: str) -> int | None:
    """The country code that a number is written with, by a plus or two zeros; None where it has none."""
    parsed = _parsed("+" + number[2:] if number.startswith("00") else number, "ZZ")
    return parsed.country_code if parsed is not None else None


def region_of(e164: str) -> str | None:
    """The country of a number (ISO 3166), where its plan says one."""
    import phonenumbers

    number = _parsed(e164, "ZZ")
    return phonenumbers.region_code_for_number(number) if number is not None else None
