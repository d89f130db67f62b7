"""Finding: any part of a number, name, reference, id or the words of a text lead to people."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Literal

from sqlalchemy import Connection

from smsdesk.core.folding import folded_text, words_of
from smsdesk.core.numbers import tidied
from smsdesk.store import grams
from smsdesk.store.jobs import SmsLine, sms_lines
from smsdesk.store.schema import sms

FEWEST = 3
"""Characters below which nothing is searched."""
_NUMBER = re.compile(r"[+0-9 ()/.\-]+")
_NEWEST = 1 << 62
_BATCH = 32, 256
"""Blocks that are looked at together, first and at most."""

Kind = Literal["short", "number", "text"]


@dataclass(frozen=True, slots=True)
class Found:
    """People whom a text leads to, each by the newest SMS of theirs that it leads to; newest first.

    ``more``: there are others, who come with ``after`` the id of the last line. ``kind``: what the text was
    taken for; ``short`` is too little to search for.
    """

    lines: tuple[SmsLine, ...] = ()
    more: bool = False
    kind: Kind = "short"


class _Sought:
    """A folded text; its digits where it may be a number; its words."""

    def __init__(self, text: str, digits: str) -> None:
        self.text, self.digits, self.words = text, digits, words_of(text)
        self._said = cache(self._is_said)

    def meets(self, values: Sequence[str | None], text: str | None) -> bool:
        """Whether an SMS with these values, its number first, is one that is sought."""
        if self.digits and self.digits in (values[0] or ""):
            return True
        for value in values:
            if value and self.text in folded_text(value):
                return True
        return bool(self.words and text) and self._said(text)

    def _is_said(self, text: str) -> bool:
        *whole, begun = self.words
        folded = folded_text(text)
        if begun not in folded:
            return False
        said = words_of(folded)
        return {*said}.issuperset(whole) and any(word.startswith(begun) for word in said)


def search(connection: Connection, text: str, limit: int = 50, after: int | None = None) -> Found:
    """People whom ``text`` leads to: part of a number, reference, name, SMS id or job id, or words of a text.

    Digits match part of a number in any spelling: signs and the leading ``0``, ``00`` or ``+`` don't count.
    Case and accents don't either; of words all must be there, of the last one its beginning.
    """
    sought = _sought(text)
    if sought is None:
        return Found()
    hits = list(islice(_people(connection, sought, after), limit + 1))
    rows = {line.id: line for line in sms_lines(connection, sms.c.id.in_(hits[:limit]), None)}
    found = tuple(rows[one] for one in hits[:limit])
    return Found(found, len(hits) > limit, "number" if sought.digits else "text")


def _sought(text: str) -> _Sought | None:
    plain = folded_text(text)
    number = tidied(text)
    raw = re.sub(r"[^0-9]", "", number.replace("(0)", ""))
    # Zeros lead into a number, unless they are all that there is: then they are from the middle of one.
    digits = raw.lstrip("0") if len(raw.lstrip("0")) >= FEWEST else raw
    if not _NUMBER.fullmatch(number) or len(digits) < FEWEST:
        digits = ""
    return _Sought(plain, digits) if len(plain) >= FEWEST else None


def _people(connection: Connection, sought: _Sought, after: int | None) -> Iterator[int]:
    """The ids of the newest SMS of each of the people sought."""
    before, seen = _NEWEST if after is None else after, set[str]()
    # Where the text is in a number, its digits are too.
    parts = [(field, sought.text) for field in (grams.VALUE, grams.ID)]
    parts += [(grams.NUMBER, sought.digits)] if sought.digits else []
    parts += [(grams.NUMBER, sought.text)] if not sought.digits or sought.digits not in sought.text else []
    blocks, size = grams.blocks(connection, parts, sought.words, before), _BATCH[0]
    while some := list(islice(blocks, size)):
        for one, *values, text, _ in grams.rows_of(connection, some):
            dst = values[0]
            person = spellings(dst)[0]
            if one >= before or person in seen or not sought.meets(values, text):
                continue
            seen.add(person)
            if after is None or not _newer(connection, sought, dst, after):
                yield one
        size = min(size * 2, _BATCH[1])


def _newer(connection: Connection, sought: _Sought, dst: str, after: int) -> bool:
    """Whether somebody stood on a page before: by a newer SMS that is sought too."""
    newer = sms_lines(connection, sms.c.dst.in_(spellings(dst)) & (sms.c.id >= after), None)
    return any(
        sought.meets((line.dst, line.reference, line.name, line.sms_id, line.job_id), line.text)
        for line in newer
    )


def spellings(dst: str) -> tuple[str, ...]:
    """A number with ``+`` and with ``00`` is that of one person; how else it may be written, is another."""
    if not dst.startswith(("+", "00")):
        return (dst,)
    bare = dst[1:] if dst.startswith("+") else dst[2:]
    return f"+{bare}", f"00{bare}"


def of_person(connection: Connection, dst: str) -> tuple[SmsLine, ...]:
    """All SMS of a number, over campaigns and accounts, the newest first."""
    found = sms_lines(connection, sms.c.dst.in_(spellings(dst)), None)
    return tuple(
        sorted(found, key=lambda line: (line.accepted_at is None, line.accepted_at, line.id), reverse=True)
    )
