"""Reading a ``POST /jobs`` body: the sandbox's own reading of the API, apart from the program's.

First the form of everything (400), then what it asks for (422), so that a malformed part of a request
is never hidden by another part that merely can't be sent.
"""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NoReturn

from smsdesk.core.parts import BASIC, EXTENSION, Encoding, Parts, counted
from smsdesk.sandbox.fates import normal
from smsdesk.sandbox.spans import Span, union

MAX_SMS = 3000
MAX_SENDER, MAX_DIGITS, MAX_BILLCODE = 11, 15, 70
VALIDITY = range(5, 2881)
PARTS = range(1, 21)
MOST_PARTS = 255
"""Where a job sets no limit: the header of a concatenated SMS counts no further (3GPP 23.040)."""
LONGEST_TEXT = MOST_PARTS * 153
DEFAULTS: dict[str, Any] = {
    "encoding": "STANDARD",
    "statusRequested": False,
    "flash": False,
    "validityMin": 0,
    "invalidCharacters": "REFUSE",
    "qos": "NORMAL",
    "duplicateDetection": False,
}
"""What the sandbox's account gives to a job that does not say otherwise."""
_ALPHABET = BASIC | EXTENSION
_DIGITS = re.compile(rf"\+?[0-9]{{1,{MAX_DIGITS}}}")


class Rejected(Exception):
    """The request is answered with this status and an empty body."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass(frozen=True, slots=True)
class Person:
    """One recipient as written, with blackout periods of their own."""

    dst: str
    reference: str | None
    blackouts: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Message:
    """One text as a phone shows it, and who gets it."""

    shown: Parts
    people: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class Job:
    """An accepted request: ``options`` as checked over the account's defaults, times in UTC.

    ``identity`` is equal for identical jobs: the same texts, people, references and options, whatever
    the order of keys, the keys that the API does not name, and duplicateDetection itself.
    """

    options: dict[str, Any]
    start: datetime | None
    blackouts: tuple[Span, ...]
    messages: tuple[Message, ...]
    identity: bytes


def instant(value: object) -> datetime:
    """An ISO 8601 date-time with offset, in UTC; anything else is answered with 400."""
    if not isinstance(value, str):
        raise Rejected(400)
    try:
        at = datetime.fromisoformat(re.sub(r"\s", "", value))
        if at.tzinfo is None:
            raise Rejected(400)
        return at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Rejected(400) from None


def _span(value: object) -> Span:
    start, slash, end = value.partition("/") if isinstance(value, str) else ("", "", "")
    if not slash:
        raise Rejected(400)
    span = instant(start), instant(end)
    if span[1] <= span[0]:
        raise Rejected(400)
    return span


def _spans(value: object) -> tuple[Span, ...]:
    return union(_span(one) for one in _list(value))


def _list(value: object) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise Rejected(400)
    return value


def _text(value: object) -> str:
    # Half of a surrogate pair is no character: it could be neither shown nor reported.
    if not isinstance(value, str) or not _is_unicode(value):
        raise Rejected(400)
    return value


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _maybe_text(value: object) -> str | None:
    return None if value is None else _text(value)


def _sender(value: object) -> str:
    text = _text(value)
    short = 0 < len(text) <= MAX_SENDER and _ALPHABET.issuperset(text)
    if not short and not _DIGITS.fullmatch(text):
        raise Rejected(400)
    return text


def _billcode(value: object) -> str:
    text = _text(value)
    if len(text) > MAX_BILLCODE:
        raise Rejected(400)
    return text


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise Rejected(400)
    return value


def _within(allowed: range, *others: int) -> Callable[[object], int]:
    def read(value: object) -> int:
        if (
            isinstance(value, bool)
            or not isinstance(value, int)
            or (value not in allowed and value not in others)
        ):
            raise Rejected(400)
        return value

    return read


def _one_of(*choices: str, fold: bool = False) -> Callable[[object], str]:
    def read(value: object) -> str:
        text = _text(value).upper() if fold else _text(value)
        if text not in choices:
            raise Rejected(400)
        return text

    return read


_OPTIONS: dict[str, Callable[[object], Any]] = {
    "src": _sender,
    "encoding": _one_of("STANDARD", "UTF-16", fold=True),
    "billcode": _billcode,
    "statusRequested": _flag,
    "flash": _flag,
    "customerRef": _text,
    "validityMin": _within(VALIDITY, 0),
    "maxParts": _within(PARTS),
    "invalidCharacters": _one_of("REFUSE", "REPLACE", "TO_UTF16", "TRANSLITERATE"),
    "qos": _one_of("EXPRESS", "NORMAL"),
    "jobPeriod": instant,
    "duplicateDetection": _flag,
    "blackoutPeriods": _spans,
}


def _object(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise Rejected(400)
    return value


def _options(value: object) -> dict[str, Any]:
    given = {} if value is None else _object(value)
    read = {name: read(given[name]) for name, read in _OPTIONS.items() if given.get(name) is not None}
    return DEFAULTS | read


def _no_number(name: str) -> NoReturn:
    raise ValueError(name)


def _loaded(body: bytes) -> dict[str, Any]:
    try:
        # NaN and Infinity are Python's, not JSON's.
        return _object(json.loads(body.decode("utf-8"), parse_constant=_no_number))
    except (ValueError, RecursionError):
        raise Rejected(400) from None


_Raw = tuple[str, tuple[Person, ...]]


def _message(value: object) -> _Raw:
    raw = _object(value)
    people = tuple(_person(one) for one in _list(raw.get("recipients")))
    return _maybe_text(raw.get("text")) or "", people


def _person(value: object) -> Person:
    raw = _object(value)
    return Person(
        _text(raw.get("dst")), _maybe_text(raw.get("customerRef")), _spans(raw.get("blackoutPeriods"))
    )


def read_job(body: bytes) -> Job:
    """A job from its JSON. Raises Rejected: 400 for what is malformed, 422 for what can't be sent."""
    raw = _loaded(body)
    options = _options(raw.get("options"))
    messages = [_message(one) for one in _list(raw.get("messages"))]
    if not messages or any(not text or not people for text, people in messages):
        raise Rejected(422)
    if sum(len(people) for _, people in messages) > MAX_SMS:
        raise Rejected(422)
    identity = _identity(options, messages)
    start, blackouts = options.pop("jobPeriod", None), options.pop("blackoutPeriods", ())
    shown = tuple(Message(_shown(text, options), people) for text, people in messages)
    return Job(options, start, blackouts, shown, identity)


def _shown(text: str, options: dict[str, Any]) -> Parts:
    """The text as the phone shows it; 422 where a character is refused."""
    encoding, rule = Encoding(options["encoding"]), options["invalidCharacters"]
    if encoding is Encoding.STANDARD and rule == "REFUSE" and not _ALPHABET.issuperset(text):
        raise Rejected(422)
    return counted(text[: LONGEST_TEXT + 1], encoding, rule, options.get("maxParts", MOST_PARTS))


def _identity(options: dict[str, Any], messages: list[_Raw]) -> bytes:
    digest = hashlib.sha256()
    named_options = sorted(item for item in options.items() if item[0] != "duplicateDetection")
    digest.update(repr(named_options).encode())
    for text, people in messages:
        named = [(normal(one.dst), one.reference, one.blackouts) for one in people]
        digest.update(repr((text, named)).encode())
    return digest.digest()
