"""Reading a ``POST /jobs`` body: the sandbox's own reading of the API, apart from the program's.

First the form of everything (400), then what it asks for (422), so that a malformed part of a request
is never hidden by another part that merely can't be sent.
"""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from itertools import pairwise
from types import NoneType
from typing import Any, NoReturn

from smsdesk.core.parts import BASIC, EXTENSION, Encoding, Parts, counted
from smsdesk.sandbox.fates import normal
from smsdesk.sandbox.spans import EARLIEST, LATEST, Span, instant, instant_after, union

MAX_SMS = 3000
MAX_SENDER, MAX_DIGITS, MAX_BILLCODE = 11, 15, 70
RULES = ("REFUSE", "REPLACE", "TO_UTF16", "TRANSLITERATE")
"""What may happen to characters outside GSM 03.38."""
QUALITIES = ("EXPRESS", "NORMAL")
LIMITS, DEFAULT_LIMIT, MAX_OFFSET = range(1, 1001), 100, 10**18 - 1
"""How many jobs one list may have, how many where it is not said, and where it may begin."""
TRUE, FALSE = ("true", "True", "TRUE", "1"), ("false", "False", "FALSE", "0")
"""The spellings of a flag in a query."""
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
MAX_VALUES = 1_000_000
"""How many objects and lists a body may have: a short one could otherwise fill the memory."""
_ALPHABET = BASIC | EXTENSION
_ASCII = "".join(filter(str.isascii, _ALPHABET)).encode()
_HALVES = re.compile(rb"\\u[dD][89a-fA-F]")
"""Where half of a surrogate pair may stand."""
_DIGITS = re.compile(rf"\+?[0-9]{{1,{MAX_DIGITS}}}")


class Rejected(Exception):
    """The request is answered with this status and an empty body."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass(slots=True)
class People:
    """The recipients of a job in columns, over all its messages, as written.

    ``own``: the blackout periods of those who have some, by place. ``ends``: where each message's
    recipients end.
    """

    numbers: list[str] = field(default_factory=list)
    references: list[str | None] = field(default_factory=list)
    own: dict[int, tuple[Span, ...]] = field(default_factory=dict)
    ends: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Job:
    """An accepted request: ``options`` as checked over the account's defaults, times as instants.

    ``identity`` is equal for identical jobs: the same texts, people, references and options, whatever
    the order of keys, the keys that the API does not name, and duplicateDetection itself.
    """

    options: dict[str, Any]
    start: int | None
    blackouts: tuple[Span, ...]
    texts: tuple[str, ...]
    people: People
    identity: bytes


def _time(value: object) -> datetime:
    """An ISO 8601 date-time with offset; anything else is answered with 400."""
    if not isinstance(value, str):
        raise Rejected(400)
    try:
        try:
            at = datetime.fromisoformat(value)
        except ValueError:
            # Line breaks of a page's layout.
            at = datetime.fromisoformat(re.sub(r"\s", "", value))
    except ValueError:
        raise Rejected(400) from None
    if at.tzinfo is None or not EARLIEST <= instant(at) <= LATEST:
        raise Rejected(400)
    return at


def _start(value: object) -> int:
    return instant_after(_time(value))


@lru_cache(maxsize=4096)
def _period(text: str) -> Span:
    start, slash, end = text.partition("/")
    if not slash:
        raise Rejected(400)
    first, after = _time(start), _time(end)
    if after <= first:
        raise Rejected(400)
    return instant(first), instant_after(after)


def _spans(value: object) -> tuple[Span, ...]:
    return union(_period(one) if isinstance(one, str) else _bad() for one in _list(value))


def _bad() -> NoReturn:
    raise Rejected(400)


def _list(value: object) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        raise Rejected(400)
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise Rejected(400)
    return value


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
    "invalidCharacters": _one_of(*RULES),
    "qos": _one_of(*QUALITIES),
    "jobPeriod": _start,
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
    if body.count(b"{") + body.count(b"[") > MAX_VALUES:
        raise Rejected(413)
    try:
        # NaN and Infinity are Python's, not JSON's.
        raw = _object(json.loads(body.decode("utf-8"), parse_constant=_no_number))
        if _HALVES.search(body):
            # Half of a surrogate pair is no character: it could be neither shown nor reported.
            json.dumps(raw, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise Rejected(400) from None
    return raw


def _add(people: People, recipients: list[Any]) -> None:
    start = len(people.numbers)
    try:
        people.numbers += [raw["dst"] for raw in recipients]
        people.references += [raw.get("customerRef") for raw in recipients]
    except (AttributeError, KeyError, TypeError, IndexError):
        raise Rejected(400) from None
    for place, raw in enumerate(recipients, start):
        if "blackoutPeriods" in raw and (own := _spans(raw["blackoutPeriods"])):
            people.own[place] = own
    people.ends.append(len(people.numbers))


def _messages(value: object) -> tuple[tuple[str, ...], People]:
    texts, people = [], People()
    for one in _list(value):
        raw = _object(one)
        text = raw.get("text")
        texts.append("" if text is None else _text(text))
        _add(people, _list(raw.get("recipients")))
    if not {*map(type, people.numbers)} <= {str} or not {*map(type, people.references)} <= {str, NoneType}:
        raise Rejected(400)
    return tuple(texts), people


def read_job(body: bytes) -> Job:
    """A job from its JSON. Raises Rejected: 400 for what is malformed, 422 for what can't be sent."""
    raw = _loaded(body)
    options = _options(raw.get("options"))
    texts, people = _messages(raw.get("messages"))
    if not texts or not all(texts) or len(people.numbers) > MAX_SMS or _is_one_empty(people.ends):
        raise Rejected(422)
    if options["encoding"] == "STANDARD" and options["invalidCharacters"] == "REFUSE":
        _refuse(texts)
    identity = _identity(options, texts, people)
    start, blackouts = options.pop("jobPeriod", None), options.pop("blackoutPeriods", ())
    return Job(options, start, blackouts, texts, people, identity)


def _is_one_empty(ends: list[int]) -> bool:
    """Whether a message has no recipients."""
    return any(start == end for start, end in pairwise([0, *ends]))


def _refuse(texts: tuple[str, ...]) -> None:
    for text in texts:
        if text.isascii() and not text.encode().translate(None, _ASCII):
            continue
        if not _ALPHABET.issuperset(text):
            raise Rejected(422)


def shown(text: str, options: dict[str, Any]) -> Parts:
    """A text of an accepted job as the phone shows it."""
    encoding = Encoding(options["encoding"])
    most = options.get("maxParts", MOST_PARTS)
    return counted(text[: LONGEST_TEXT + 1], encoding, options["invalidCharacters"], most)


def _identity(options: dict[str, Any], texts: tuple[str, ...], people: People) -> bytes:
    named = sorted(item for item in options.items() if item[0] != "duplicateDetection")
    numbers = [number if number[:1] == "+" else normal(number) for number in people.numbers]
    told = (named, texts, numbers, people.references, people.own, people.ends)
    return hashlib.sha256(repr(told).encode()).digest()
