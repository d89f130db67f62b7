"""The options of a job: each field of the API with its range.

``None`` means not set: the field is not sent and the account's default holds.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from smsdesk.core.blackouts import Period, parse_instant, parse_period
from smsdesk.core.problem import Level, Problem, Where

ENCODINGS = ("STANDARD", "UTF-16")
INVALID_CHARACTERS = ("REFUSE", "REPLACE", "TO_UTF16", "TRANSLITERATE")
QOS = ("EXPRESS", "NORMAL")
MAX_BILLCODE = 70
MAX_REFERENCE = 64
MARK_LENGTH = 14
"""What the outbox appends to a job's reference: a blank, a hash sign, 12 characters of base 36."""
USER_REFERENCE_LIMIT = MAX_REFERENCE - MARK_LENGTH
VALIDITY_MIN = (5, 2880)
MAX_PARTS = (1, 20)

HALVES = re.compile("[\ud800-\udfff]")
"""Half of a surrogate pair, which is no character."""
_SENDER = re.compile(r"[A-Za-z0-9 ._&+\-]{1,11}")
_SENDER_NUMBER = re.compile(r"\+?[0-9]{1,15}")


@dataclass(frozen=True, slots=True)
class Options:
    """A job's options, named as Python writes them.

    ``start_at`` is the API's jobPeriod, ``reference`` its customerRef, ``blackouts`` its
    blackoutPeriods. ``encoding``, ``invalid_characters`` and ``qos`` are upper case.
    """

    src: str | None = None
    encoding: str | None = None
    billcode: str | None = None
    status_requested: bool | None = None
    flash: bool | None = None
    reference: str | None = None
    validity_min: int | None = None
    max_parts: int | None = None
    invalid_characters: str | None = None
    qos: str | None = None
    start_at: datetime | None = None
    duplicate_detection: bool | None = None
    blackouts: tuple[Period, ...] = ()


def is_sender(text: str) -> bool:
    """Up to 11 alphanumeric characters, or up to 15 digits with an optional plus (3GPP 23.040)."""
    return bool(text.strip() and (_SENDER.fullmatch(text) or _SENDER_NUMBER.fullmatch(text)))


def _length(text: str | None) -> int:
    """Characters in UTF-16 code units, the longest way of counting them."""
    return len((text or "").encode("utf-16-le", "surrogatepass")) // 2


def check_options(options: Options) -> list[Problem]:
    """Every option out of its range; the field is in ``where.field``."""
    low, high = VALIDITY_MIN
    few, many = MAX_PARTS
    rules: list[tuple[bool, str, str]] = [
        (options.src is None or is_sender(options.src), "src", "sender"),
        (options.encoding in (None, *ENCODINGS), "encoding", "choice"),
        (options.invalid_characters in (None, *INVALID_CHARACTERS), "invalid_characters", "choice"),
        (options.qos in (None, *QOS), "qos", "choice"),
        (_length(options.billcode) <= MAX_BILLCODE, "billcode", "too_long"),
        (_length(options.reference) <= USER_REFERENCE_LIMIT, "reference", "too_long"),
        (
            options.validity_min in (None, 0) or low <= (options.validity_min or 0) <= high,
            "validity_min",
            "validity",
        ),
        (options.max_parts is None or few <= options.max_parts <= many, "max_parts", "max_parts"),
    ]
    rules += [
        (not HALVES.search(getattr(options, name) or ""), name, "half_character")
        for name in ("billcode", "reference")
    ]
    limits = {"billcode": MAX_BILLCODE, "reference": USER_REFERENCE_LIMIT}
    return [
        Problem(
            Level.ERROR,
            f"option_{code}",
            Where(field=name, value=str(getattr(options, name))),
            {"limit": limits.get(name, 0)},
        )
        for good, name, code in rules
        if not good
    ]


_YES, _NO = ("true", "yes", "1", "on"), ("false", "no", "0", "off")


def _boolean(text: str) -> bool:
    if text.lower() in _YES:
        return True
    if text.lower() in _NO:
        return False
    raise ValueError(text)


API_NAMES: dict[str, str] = {
    "src": "src",
    "encoding": "encoding",
    "billcode": "billcode",
    "statusRequested": "status_requested",
    "flash": "flash",
    "customerRef": "reference",
    "validityMin": "validity_min",
    "maxParts": "max_parts",
    "invalidCharacters": "invalid_characters",
    "qos": "qos",
    "jobPeriod": "start_at",
    "duplicateDetection": "duplicate_detection",
    "blackoutPeriods": "blackouts",
}
"""The API's field names and ours."""

_READERS: dict[str, Callable[[str], Any]] = {
    "src": str,
    "encoding": str.upper,
    "billcode": str,
    "status_requested": _boolean,
    "flash": _boolean,
    "reference": str,
    "validity_min": int,
    "max_parts": int,
    "invalid_characters": str.upper,
    "qos": str.upper,
    "start_at": parse_instant,
    "duplicate_detection": _boolean,
    "blackouts": lambda text: (parse_period(text),),
}


def with_option(options: Options, name: str, text: str) -> Options:
    """``options`` with one set from text; ``name`` as the API writes it or as a field here.

    A further blackout period is added to those already there.
    Raises KeyError for an unknown name, ValueError for a text that is no such value.
    """
    known = {f.name for f in fields(Options)}
    field = API_NAMES.get(name) or (name if name in known else None)
    if field is None:
        raise KeyError(name)
    value = _READERS[field](text)
    if field == "blackouts":
        value = options.blackouts + value
    return replace(options, **{field: value})
