"""Reading a ``POST /jobs`` body: the sandbox's own reading of the API, apart from the program's."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from smsdesk.core.parts import Encoding, counted, outside

MAX_SMS = 3000
_SENDER = re.compile(r"[\x20-\x7e]{1,11}|\+?[0-9]{1,15}")
_CHOICES = {
    "encoding": {"STANDARD", "UTF-16"},
    "invalidCharacters": {"REFUSE", "REPLACE", "TO_UTF16", "TRANSLITERATE"},
    "qos": {"EXPRESS", "NORMAL"},
}
_LENGTHS = {"billcode": 70}
_FLAGS = ("statusRequested", "flash", "duplicateDetection")

Span = tuple[datetime, datetime]


class Rejected(Exception):
    """The request is answered with this status and an empty body."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


@dataclass(frozen=True, slots=True)
class Sms:
    """One text to one number, as it will be shown, with its own blackout periods."""

    dst: str
    reference: str | None
    text: str
    parts: int
    encoding: str
    blackouts: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Job:
    """An accepted request; ``options`` as checked, times parsed."""

    options: dict[str, Any]
    start: datetime | None
    blackouts: tuple[Span, ...]
    sms: tuple[Sms, ...]


def instant(text: object) -> datetime:
    """An ISO 8601 date-time with offset, in UTC; anything else is answered with 400."""
    if not isinstance(text, str):
        raise Rejected(400)
    try:
        at = datetime.fromisoformat(re.sub(r"\s", "", text))
        if at.tzinfo is None:
            raise Rejected(400)
        return at.astimezone(UTC)
    except (ValueError, OverflowError):
        raise Rejected(400) from None


def _spans(value: object) -> tuple[Span, ...]:
    if value is None:
        return ()
    if not isinstance(value, list):
        raise Rejected(400)
    spans = []
    for text in value:
        start, slash, end = text.partition("/") if isinstance(text, str) else ("", "", "")
        if not slash:
            raise Rejected(400)
        spans.append((instant(start), instant(end)))
    if any(end <= start for start, end in spans):
        raise Rejected(400)
    return tuple(spans)


def _number(options: dict[str, Any], name: str, low: int, high: int, *, zero: bool = False) -> int | None:
    value = options.get(name)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool):
        raise Rejected(400)
    if not (low <= value <= high or (zero and value == 0)):
        raise Rejected(400)
    return value


def _options(raw: object) -> dict[str, Any]:
    if raw is None:
        return {}
    if not isinstance(raw, dict):
        raise Rejected(400)
    options = {name: value for name, value in raw.items() if value is not None}
    kinds: list[tuple[str, type]] = [(name, str) for name in ("src", "billcode", "customerRef", *_CHOICES)]
    kinds += [(name, bool) for name in _FLAGS]
    if any(name in options and not isinstance(options[name], kind) for name, kind in kinds):
        raise Rejected(400)
    for name, choices in _CHOICES.items():
        if name in options:
            options[name] = options[name].upper()
            if options[name] not in choices:
                raise Rejected(400)
    if any(len(options.get(name, "")) > limit for name, limit in _LENGTHS.items()):
        raise Rejected(400)
    if "src" in options and not _SENDER.fullmatch(options["src"]):
        raise Rejected(400)
    _number(options, "validityMin", 5, 2880, zero=True)
    _number(options, "maxParts", 1, 20)
    return options


def _shown(text: str, options: dict[str, Any]) -> tuple[str, int, str]:
    """The text as the phone shows it, its parts and its encoding; 422 where a character is refused."""
    encoding = Encoding(options.get("encoding", "STANDARD"))
    rule = options.get("invalidCharacters", "REFUSE")
    if encoding is Encoding.STANDARD and rule == "REFUSE" and outside(text):
        raise Rejected(422)
    parts = counted(text, encoding, rule, options.get("maxParts"))
    return parts.text, parts.parts, parts.encoding.value.lower()


def _loaded(body: bytes) -> dict[str, Any]:
    try:
        raw = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Rejected(400) from None
    if not isinstance(raw, dict):
        raise Rejected(400)
    return raw


def read_job(body: bytes) -> Job:
    """A job from its JSON. Raises Rejected with 400 for what is malformed, 422 for what can't be sent."""
    raw = _loaded(body)
    options = _options(raw.get("options"))
    start = instant(options["jobPeriod"]) if "jobPeriod" in options else None
    blackouts = _spans(options.get("blackoutPeriods"))
    messages = raw.get("messages")
    if messages is not None and not isinstance(messages, list):
        raise Rejected(400)
    sms = [one for message in messages or [] for one in _message(message, options)]
    if not sms or len(sms) > MAX_SMS:
        raise Rejected(422)
    return Job(options, start, blackouts, tuple(sms))


def _message(raw: object, options: dict[str, Any]) -> list[Sms]:
    if not isinstance(raw, dict):
        raise Rejected(400)
    text, people = raw.get("text"), raw.get("recipients")
    if not isinstance(text, str | None) or not isinstance(people, list | None):
        raise Rejected(400)
    read = [_recipient(person) for person in people or []]
    if not text or not read:
        raise Rejected(422)
    shown, parts, encoding = _shown(text, options)
    return [Sms(dst, reference, shown, parts, encoding, spans) for dst, reference, spans in read]


def _recipient(raw: object) -> tuple[str, str | None, tuple[Span, ...]]:
    if not isinstance(raw, dict):
        raise Rejected(400)
    dst, reference = raw.get("dst"), raw.get("customerRef")
    if not isinstance(dst, str) or not isinstance(reference, str | None):
        raise Rejected(400)
    return dst, reference, _spans(raw.get("blackoutPeriods"))
