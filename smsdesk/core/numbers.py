"""Phone numbers: from what people write to E.164, in three standings.

*Valid*: mobile-capable by the numbering plan. *Doubtful*: it has an unambiguous international form that
the plan does not know as a mobile number. *Invalid*: no international form can be made of it.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
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

    ``code`` names the problem, or for a valid number a note (``number_read_with_plus``).
    """

    standing: Standing
    e164: str
    code: str | None = None
    values: dict[str, Value] = field(default_factory=dict, hash=False)


_SCIENTIFIC = re.compile(r"[0-9]+[.,]?[0-9]*[eE][+]?[0-9]+")
_DECIMAL = re.compile(r"([0-9]{7,})[.,]0+")
_EXTENSION = re.compile(r"(?i)(ext|extension|durchwahl|dw|x|#|;ext=)\.?\s*[0-9]+$")
_ALLOWED = re.compile(r"[+0-9 ()/.\-]*")
_SHAPE = re.compile(r"\+?[0-9]+")
_LONGEST = 17
"""Characters of the longest number with a plus, and of a national one with some room."""
_LONGEST_TEXT = 100
_INTERNATIONAL = re.compile(r"\+[1-9][0-9]{6,14}")


def tidied(text: str) -> str:
    """The text with every script's digits as 0 to 9, spaces as one blank, no invisible characters."""
    out = []
    for raw in text:
        # Full-width forms, as East Asian keyboards write them, have their place beside ASCII.
        character = chr(ord(raw) - 0xFEE0) if "\uff01" <= raw <= "\uff5e" else raw
        # decimal, not digit: a superscript is a footnote.
        digit = unicodedata.decimal(character, None)
        kind = unicodedata.category(character)
        if digit is not None:
            out.append(str(digit))
        elif kind == "Pd" or character == "\u2212":
            out.append("-")
        elif kind[0] == "Z" or character in "\t\r\n":
            out.append(" ")
        elif kind not in ("Cf", "Cc"):
            out.append(character)
    return "".join(out).strip()


def _bare(text: str) -> str:
    """Without the wrappers of spreadsheets and links: ``="+49..."``, a leading apostrophe, ``tel:``."""
    text = text.removeprefix("=").strip().strip("\"'‘’")
    return re.sub(r"(?i)^(tel|sms|phone)\s*[:.]+\s*", "", text).strip()


def _invalid(code: str) -> Number:
    return Number(Standing.INVALID, "", code)


@lru_cache(maxsize=4096)
def read_number(text: str, region: str) -> Number:
    """Reads a number; ``region`` (ISO 3166) holds where it has no country code. Never raises."""
    text = _bare(tidied(text))
    if decimal := _DECIMAL.fullmatch(text):
        text = decimal[1]
    if code := _no_number(text):
        return _invalid(code)
    # A zero in brackets is dialled within the country only; in front it is the number's own.
    digits = re.sub(r"[ ()/.\-]", "", text[:1] + text[1:].replace("(0)", ""))
    if not _SHAPE.fullmatch(digits):
        return _invalid("number_letters")
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    return _judged(digits, region)


def _no_number(text: str) -> str | None:
    """Why a text cannot be a phone number, where its looks say so."""
    if not any(character.isalnum() for character in text):
        return "number_empty"
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
        return Number(Standing.VALID, _e164(plain))
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
}


def _e164(number: "PhoneNumber") -> str:
    import phonenumbers

    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def as_shown(e164: str) -> str:
    """The number grouped as its country does, with its country code; anything else as it is."""
    import phonenumbers

    number = _parsed(e164, "ZZ")
    if number is None:
        return e164
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)


def region_of(e164: str) -> str | None:
    """The country of a number (ISO 3166), where its plan says one."""
    import phonenumbers

    number = _parsed(e164, "ZZ")
    return phonenumbers.region_code_for_number(number) if number is not None else None
