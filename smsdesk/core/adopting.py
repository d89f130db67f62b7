"""A job that was found by its mark, and whether its recipients are the ones that were sent."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from enum import Enum

from smsdesk.core.lists import NOWHERE
from smsdesk.core.numbers import read_number

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
Person = tuple[str, str | None]
"""A number as it is written, and the reference, None where there is none."""


class Alike(Enum):
    """How the recipients of a job compare with those that were sent."""

    AGREE = "agree"
    DIFFER = "differ"
    NOT_YET = "not_yet"


def compare(sent: Sequence[Iterable[Person]], told: Iterable[Person], *, complete: bool) -> Alike:
    """Holds what the service tells of a job against each body that was tried.

    Recipients may appear only when the job starts, and one by one: until they are ``complete`` fewer of them
    say nothing. Numbers count in E.164, however they are written; an absent reference is the number.
    """
    there = Counter(map(_key, told))
    tried = [Counter(map(_key, people)) for people in sent]
    if there in tried:
        return Alike.AGREE
    fewer = any(there <= people for people in tried)
    return Alike.NOT_YET if fewer and not complete else Alike.DIFFER


def _key(person: Person) -> tuple[str, str]:
    dst, reference = person
    number = _number(dst)
    return number, number if not reference or _number(reference) == number else reference


def _number(text: str) -> str:
    if _E164.fullmatch(text):
        return text
    return read_number(text, NOWHERE).e164 or text
