"""Finding: any part of a number, name, reference, id or the words of a text lead to people."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from heapq import merge
from itertools import islice
from operator import itemgetter
from typing import Literal

from sqlalchemy import Connection, or_, select

from smsdesk.core.folding import folded_spellings, folded_text, words_of
from smsdesk.core.numbers import tidied
from smsdesk.store import grams
from smsdesk.store.jobs import SmsLine, sms_lines
from smsdesk.store.schema import jobs, sms, texts
from smsdesk.store.sms_ids import sides

FEWEST = 3
"""Characters below which nothing is searched."""
_NUMBER = re.compile(r"[+0-9 ()/.\-]+")
_QUEUED = 1 << 62
"""Later than any instant."""
_BATCH = 32, 256
"""Blocks that are looked at together, first and at most."""

Kind = Literal["short", "number", "text"]
Place = tuple[int, int]
"""Of other programs' SMS and of ours the ids below which those of the next page are."""


@dataclass(frozen=True, slots=True)
class Found:
    """People whom a text leads to, each by the newest SMS of theirs that it leads to; newest first.

    ``after``: where the others begin; None: there are none. ``kind``: what the text was taken for; ``short``
    is too little to search for.
    """

    lines: tuple[SmsLine, ...] = ()
    after: Place | None = None
    kind: Kind = "short"


class _Sought:
    """A folded text; its digits where it may be a number; its other spellings, and the words of each."""

    def __init__(self, text: str, digits: str) -> None:
        self.text, self.digits = folded_text(text), digits
        every = folded_spellings(text)
        self.forms = tuple(form for form in every if len(form) >= FEWEST)
        self.words = tuple(dict.fromkeys(tuple(words_of(form)) for form in self.forms))
        self._said = cache(self._is_said)

    def parts(self) -> list[tuple[int, str]]:
        """The fields of the index, each with what may be part of it."""
        out = [(grams.ID, self.text), *((grams.VALUE, form) for form in self.forms)]
        out += [(grams.NUMBER, self.digits)] if self.digits else []
        # Where the text is in a number, its digits are too.
        if not self.digits or self.digits not in self.text:
            out.append((grams.NUMBER, self.text))
        return out

    def meets(self, values: Sequence[str | None], text: str | None) -> bool:
        """Whether an SMS is sought: number, reference, name, SMS id, job id; text."""
        dst, *names = values[:3]
        if self.digits and self.digits in (dst or ""):
            return True
        if any(value and self.text in folded_text(value) for value in (dst, *values[3:])):
            return True
        folded = [folded_text(value) for value in names if value]
        if any(form in value for form in self.forms for value in folded):
            return True
        return bool(text) and self._said(text)

    def _is_said(self, text: str) -> bool:
        folded = folded_text(text)
        some = [words for words in self.words if words and words[-1] in folded]
        said = words_of(folded) if some else []
        there = {*said}
        return any(
            there.issuperset(whole) and any(word.startswith(begun) for word in said) for *whole, begun in some
        )


def search(connection: Connection, text: str, limit: int = 50, after: Place | None = None) -> Found:
    """People whom ``text`` leads to: part of a number, reference, name, SMS id or job id, or words of a text.

    Digits match part of a number in any spelling: signs and the leading ``0``, ``00`` or ``+`` don't count.
    Case and accents don't either, umlauts may be spelt out; of words all must be there, of the last one its
    beginning.
    """
    sought = _sought(text)
    if sought is None:
        return Found()
    people = _people(connection, sought, after)
    some = dict(islice(people, limit))
    more = bool(some) and next(people, None) is not None
    rows = {line.id: line for line in sms_lines(connection, sms.c.id.in_([*some]), None)}
    following = [*some.values()][-1] if more else None
    return Found(tuple(rows[one] for one in some), following, "number" if sought.digits else "text")


def _sought(text: str) -> _Sought | None:
    number = tidied(text)
    raw = re.sub(r"[^0-9]", "", number.replace("(0)", ""))
    # Zeros lead into a number, unless they are all that there is: then they are from the middle of one.
    digits = raw.lstrip("0") if len(raw.lstrip("0")) >= FEWEST else raw
    if not _NUMBER.fullmatch(number) or len(digits) < FEWEST:
        digits = ""
    return _Sought(text, digits) if len(folded_text(text)) >= FEWEST else None


def _people(connection: Connection, sought: _Sought, after: Place | None) -> Iterator[tuple[int, Place]]:
    """The id of the newest SMS of each of the people sought, and where the next ones begin."""
    others, own = sides(connection)
    place = after or (others.stop, own.stop)
    spans = range(others.start, min(place[0], others.stop)), range(own.start, min(place[1], own.stop))
    seen = set[str]()
    hits = [_hits(connection, sought, span) for span in spans if span]
    for _, one, dst in merge(*hits, key=itemgetter(0), reverse=True):
        place = (one, place[1]) if one < 0 else (place[0], one)
        person = spellings(dst)[0]
        if person in seen:
            continue
        seen.add(person)
        if after is None or not _newer(connection, sought, dst, after):
            yield one, place


def _hits(connection: Connection, sought: _Sought, ids: range) -> Iterator[tuple[int, int, str]]:
    """The SMS sought, of some ids, the newest first: when it was accepted, its id, its number."""
    blocks, size = grams.blocks(connection, sought.parts(), sought.words, ids), _BATCH[0]
    at = _QUEUED
    while some := list(islice(blocks, size)):
        for one, accepted_at, dst, *values, text, _ in grams.rows_of(connection, some):
            # What is not accepted stands by what was queued after it.
            at = at if accepted_at is None else accepted_at
            if one in ids and sought.meets((dst, *values), text):
                yield at, one, dst
        size = min(size * 2, _BATCH[1])


_VALUES = (
    select(sms.c.dst, sms.c.reference, sms.c.name, sms.c.sms_id, jobs.c.job_id, texts.c.text)
    .join(jobs, jobs.c.key == sms.c.job_key)
    .outerjoin(texts, texts.c.id == sms.c.text_id)
)


def _newer(connection: Connection, sought: _Sought, dst: str, after: Place) -> bool:
    """Whether somebody stood on a page before: by a newer SMS that is sought too."""
    c = sms.c.id
    before = or_(c.between(after[0], -1), c >= after[1])
    newer = connection.execute(_VALUES.where(sms.c.dst.in_(spellings(dst)), before))
    return any(sought.meets(values, text) for *values, text in newer)


def spellings(dst: str) -> tuple[str, ...]:
    """A number with ``+`` and with ``00`` is that of one person; how else it may be written, is another."""
    if not dst.startswith(("+", "00")):
        return (dst,)
    bare = dst[1:] if dst.startswith("+") else dst[2:]
    return f"+{bare}", f"00{bare}"
