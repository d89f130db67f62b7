"""What the service says of a job differently from what was asked for."""

import json
from collections.abc import Iterable
from typing import NamedTuple

from smsdesk.core.options import Options
from smsdesk.core.request import JobReport

FIELDS = ("src", "encoding", "billcode", "qos", "status_requested", "flash", "validity_min", "count")


class Difference(NamedTuple):
    """One thing: a field of the options or ``count`` (of people), what was asked, what the service says."""

    field: str
    asked: str
    told: str


def differences(asked: Options, count: int, report: JobReport) -> tuple[Difference, ...]:
    """What differs, in the order of ``FIELDS``; what was not asked for, or is not told, does not.

    ``count``: how many SMS the request made. Reports write choices in lower case. Where the service may
    turn a text to UTF-16 by itself, that it did so is what was asked.
    """
    pairs: dict[str, tuple[object, object]] = {
        "src": (_sender(asked.src), _sender(report.src)),
        "encoding": (asked.encoding, report.encoding),
        "billcode": (asked.billcode, report.billcode),
        "qos": (asked.qos, report.qos),
        "status_requested": (asked.status_requested, report.status_requested),
        "flash": (asked.flash, report.flash),
        "validity_min": (asked.validity_min or None, report.validity_min),
        "count": (count, len(report.sms_ids) or None),
    }
    if asked.invalid_characters == "TO_UTF16" and _plain(report.encoding) == "utf-16":
        del pairs["encoding"]
    different = {
        field: pair
        for field, pair in pairs.items()
        if None not in pair and _plain(pair[0]) != _plain(pair[1])
    }
    return tuple(Difference(field, str(one), str(other)) for field, (one, other) in different.items())


def _plain(value: object) -> str:
    return str(value).casefold()


def _sender(words: str | None) -> str | None:
    """A number as sender may be written with two zeros in place of the plus, or with neither."""
    if not words:
        return None
    digits = words.strip().removeprefix("+").removeprefix("00")
    return digits if digits.isdigit() else words.strip()


def as_text(found: Iterable[Difference]) -> str | None:
    """As it is kept; None for nothing."""
    return json.dumps([*found], ensure_ascii=False) if found else None


def from_text(text: str | None) -> tuple[Difference, ...]:
    """What was kept."""
    return tuple(Difference(*one) for one in json.loads(text)) if text else ()
