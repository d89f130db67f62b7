"""Prices as people write them: with a point or a comma, with or without a currency sign."""

import re
import unicodedata
from decimal import Decimal

from smsdesk.core.errors import Value
from smsdesk.core.problem import Level, Problem, Where

FINEST, MOST = 6, 1_000_000
"""So many digits behind the point at most; a price is less than this."""

_NOT_COUNTED = re.compile("[\\s'’\u00a0\u202f]")
_SIGNS = re.compile(r"^(?:[€$£¥]|[A-Z]{3})|(?:[€$£¥]|[A-Z]{3})$")
_GROUPED = re.compile(r"[0-9]{1,3}(?:([.,])[0-9]{3})(?:\1[0-9]{3})*")
_PLAIN = re.compile(r"[0-9]*")
_CURRENCY = re.compile(r"[A-Z]{3}")


def read_currency(text: str) -> str | Problem:
    """The three letters of a currency (ISO 4217), in capitals."""
    letters = text.strip().upper()
    return letters if _CURRENCY.fullmatch(letters) else _problem("currency_letters", text)


def read_price(text: str) -> Decimal | Problem:
    """A price, or what is wrong with it.

    The last of points and commas is the decimal one, alone too: 1.234 is a price of a little more than
    one. Where one sign stands several times it groups thousands.
    """
    plain = _SIGNS.sub("", _NOT_COUNTED.sub("", _in_ascii(text)).upper())
    if plain.startswith(("-", "−")):
        return _problem("price_negative", text)
    found = _parted(plain.removeprefix("+"))
    if found is None:
        return _problem("price_unreadable", text)
    whole, behind = found
    if len(behind.rstrip("0")) > FINEST:
        return _problem("price_too_fine", text, most=FINEST)
    price = Decimal(f"{whole or 0}.{behind or 0}")
    return price if price < MOST else _problem("price_too_large", text)


def _parted(plain: str) -> tuple[str, str] | None:
    """The digits before the decimal sign, and those behind it."""
    last = max(plain.rfind("."), plain.rfind(","))
    if last >= 0 and plain.count(plain[last]) == 1:
        whole, behind = plain[:last], plain[last + 1 :]
    else:
        whole, behind = plain, ""
    if _GROUPED.fullmatch(whole):
        whole = re.sub("[.,]", "", whole)
    good = _PLAIN.fullmatch(whole) and _PLAIN.fullmatch(behind) and (whole or behind)
    return (whole, behind) if good else None


def _in_ascii(text: str) -> str:
    """With the digits 0 to 9 in place of those of other scripts."""
    return "".join(str(unicodedata.digit(sign)) if sign.isdecimal() else sign for sign in text)


def _problem(code: str, text: str, **values: Value) -> Problem:
    return Problem(Level.ERROR, code, Where(value=text), values)
