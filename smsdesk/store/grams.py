"""The search index: SQLite's own full-text tables, and all that is said to them.

One entry of ``grams`` stands for a block of 4 SMS with consecutive ids, for what is sent together shares
most of what it is found by: it knows each four characters in a row of the numbers, of the references and
names, and of the ids of a block. These three fields are kept apart, for each four digits are in many an id.
An entry of ``words`` stands for the first SMS of a block with a text, and knows the words of that. Both only
narrow: who searches looks at the rows themselves. So an entry may know too much, as where rows have gone
since, but never too little: what is not indexed yet stands in ``unindexed``, and counts as found.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from heapq import merge
from itertools import islice
from typing import Any

from sqlalchemy import Connection

from smsdesk.core.folding import folded_text, words_of
from smsdesk.store.schema import BLOCK_BITS
from smsdesk.store.sms_ids import sides

SIZE = 1 << BLOCK_BITS
NUMBER, VALUE, ID = range(3)
"""The fields of ``grams``; each has letters of its own."""
_VALUES = 5 * SIZE
_COLUMNS = ", ".join(f"c{at}" for at in range(_VALUES))
"""Each value of a block is a column of its own: no characters in a row reach from one into the next."""
_LEAN = "content='', columnsize=0, detail=none"
_BEGUN = "prefix='1 2 3 4 5 6 7 8'"
"""Of a word that most texts have, its beginning must not be gathered first."""
_MAKE_GRAMS = (
    f"CREATE VIRTUAL TABLE grams USING fts5({_COLUMNS}, {_LEAN}, tokenize='trigram case_sensitive 1')"
)
_MAKE_WORDS = f"CREATE VIRTUAL TABLE words USING fts5(said, {_LEAN}, {_BEGUN}, tokenize='ascii')"
_ADD_GRAMS = f"INSERT INTO grams (rowid, {_COLUMNS}) VALUES (?{', ?' * _VALUES})"  # noqa: S608 (nothing from outside)
_ADD_WORDS = "INSERT INTO words (rowid, said) VALUES (?, ?)"
_FORGET_GRAMS = _ADD_GRAMS.replace("(rowid", "(grams, rowid").replace("(?", "('delete', ?", 1)
_FORGET_WORDS = _ADD_WORDS.replace("(rowid", "(words, rowid").replace("(?", "('delete', ?", 1)
_IN_GRAMS = "SELECT rowid FROM grams WHERE grams MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid DESC"
_IN_WORDS = "SELECT rowid >> ? FROM words WHERE words MATCH ? AND rowid BETWEEN ? AND ? ORDER BY rowid DESC"
_IN_NEITHER = "SELECT block FROM unindexed WHERE block BETWEEN ? AND ? ORDER BY block DESC"
_ROWS = """
SELECT s.id, j.accepted_at, s.dst, s.reference, s.name, s.sms_id, j.job_id, t.text, b.value AS block
FROM json_each(?) AS b
CROSS JOIN sms AS s ON s.id BETWEEN b.value << ? AND (b.value << ?) + ?
JOIN jobs AS j ON j.key = s.job_key LEFT JOIN texts AS t ON t.id = s.text_id
ORDER BY s.id DESC
"""
_MARK = """
INSERT INTO unindexed (block, people) VALUES (?, ?)
ON CONFLICT (block) DO UPDATE SET people = max(people, excluded.people)
"""
_BEHIND = "SELECT block, people FROM unindexed WHERE block IN (SELECT value FROM json_each(?))"
_NEXT = "SELECT (SELECT min(id) FROM sms WHERE id >= b.value) >> ? FROM json_each(?) AS b"
_LARGE, _SAMPLE = 5_000, 400
"""From so many blocks on, so many are looked at to know which four characters narrow most."""
_MOST = 6
"""So many of the rarest are joined: fewer leave too many blocks to look at, for what is sent together has
more in common than chance says; and each common one costs.
"""
_KEPT = "shares of grams"
_OF_IDS = "0123456789abcdefghijklmnopqrstuvwxyz.-"
_LETTERS = {
    NUMBER: bytes(0x01 + code % 16 if chr(code) in "+0123456789" else 0x12 for code in range(256)),
    VALUE: bytes(code if 0 < code < 0x80 else 0x80 + code % 32 for code in range(256)),
    ID: bytes(0xA1 + _OF_IDS.find(chr(code)) for code in range(256)),
}
"""Of each field other ones for the same characters. Some share one, so that there are no more than
make a character of UTF-16 by two, whatever they are.
"""
_END = b"\x7f"
_FIELDS = NUMBER, VALUE, VALUE, ID, ID


def create(connection: Connection) -> None:
    """Makes the empty index."""
    for statement in (_MAKE_GRAMS, _MAKE_WORDS):
        connection.exec_driver_sql(statement)


def mark(connection: Connection, ids: Iterable[int], *, people: bool) -> None:
    """These SMS are new to the index; without ``people`` only what the service calls them."""
    blocks = sorted({one >> BLOCK_BITS for one in ids})
    if blocks:
        connection.exec_driver_sql(_MARK, [(block, people) for block in blocks])


def is_behind(connection: Connection) -> bool:
    """Whether something is not indexed yet."""
    return connection.exec_driver_sql("SELECT 1 FROM unindexed LIMIT 1").first() is not None


def catch_up(connection: Connection, most: int = 128) -> None:
    """Indexes some blocks that are not indexed yet."""
    _index(connection, "SELECT block, people FROM unindexed ORDER BY block LIMIT ?", most)


def _index(connection: Connection, query: str, value: int | str) -> None:
    found = connection.exec_driver_sql(query, (value,))
    todo: dict[int, int] = {block: people for block, people in found}  # noqa: C416 (rows are no tuples to mypy)
    _run(connection, _ADD_GRAMS, _ADD_WORDS, todo)
    if todo:
        connection.exec_driver_sql("DELETE FROM unindexed WHERE block = ?", [(block,) for block in todo])


def forget(connection: Connection, ids: Iterable[int]) -> None:
    """Takes SMS out of the index: before they are deleted or changed, in the same transaction.

    What is left of their blocks is indexed again in the background.
    """
    some = [*ids]
    blocks = dict.fromkeys((one >> BLOCK_BITS for one in some), 1)
    # Only what is in it can be taken out: the tables count.
    _index(connection, _BEHIND, json.dumps([*blocks]))
    _run(connection, _FORGET_GRAMS, _FORGET_WORDS, blocks)
    mark(connection, some, people=True)


def _run(connection: Connection, of_grams: str, of_words: str, todo: Mapping[int, int]) -> None:
    """Says what stands in blocks to both tables; of some only what the service calls it."""
    values: dict[int, dict[tuple[int, str], None]] = {block: {} for block in todo}
    texts: dict[tuple[int, str], int] = {}
    for one, _, *known, text, block in rows_of(connection, todo):
        fields = zip(_FIELDS, known, strict=True) if todo[block] else zip(_FIELDS[3:], known[3:], strict=True)
        values[block].update((pair, None) for pair in fields if pair[1])
        if todo[block] and text:
            texts[block, text] = one
    coded = lru_cache(1024)(_coded)
    entries = [
        (block, *(coded(*pair) for pair in some), *[None] * (_VALUES - len(some)))
        for block, some in values.items()
        if some
    ]
    said = sorted((one, " ".join({*words_of(folded_text(text))})) for (_, text), one in texts.items())
    for statement, rows in ((of_grams, entries), (of_words, said)):
        if rows:
            connection.exec_driver_sql(statement, rows)


def _coded(field: int, value: str) -> str:
    return _pairs(_letters(field, folded_text(value)) + _END)


def _letters(field: int, folded: str) -> bytes:
    plain = folded.encode() if folded.isascii() else bytes(code % 256 for code in map(ord, folded))
    return plain.translate(_LETTERS[field])


def _pairs(letters: bytes) -> str:
    """One character for each two in a row: so three of those, which SQLite indexes, stand for four."""
    pairs = bytearray(2 * len(letters) - 2)
    pairs[::2], pairs[1::2] = letters[:-1], letters[1:]
    return pairs.decode("utf-16-le")


def blocks(
    connection: Connection, parts: Sequence[tuple[int, str]], words: Sequence[Sequence[str]], ids: range
) -> Iterator[int]:
    """Blocks, the newest first, in which an SMS with one of these ids may have one of the parts.

    Or all words of one of some texts, of the last one its beginning. A part is a field and what may be part
    of it; parts and words are folded.
    """
    span = ids.start >> BLOCK_BITS, ids.stop - 1 >> BLOCK_BITS
    asked: list[tuple[str, tuple[str | int, ...]]] = [(_IN_NEITHER, span)]
    if parts:
        asked.append((_IN_GRAMS, (" OR ".join(_grams_query(connection, *part) for part in parts), *span)))
    if told := " OR ".join(_words_query(one) for one in words if one):
        asked.append((_IN_WORDS, (BLOCK_BITS, told, ids.start, ids.stop - 1)))
    streams = [connection.exec_driver_sql(*one).scalars() for one in asked]
    latest = None
    for block in merge(*streams, reverse=True):
        if block != latest:
            yield block
        latest = block


def _words_query(words: Sequence[str]) -> str:
    """Of the words of a text the longest; any beginning of the last one."""
    *whole, begun = words
    most = sorted(dict.fromkeys(whole), key=len, reverse=True)[:_MOST]
    return "(" + " AND ".join(f'"{word}"' for word in (*most, begun)) + " *)"


def _grams_query(connection: Connection, field: int, part: str) -> str:
    """Of the four characters in a row of a part the rarest."""
    letters = _letters(field, part)
    every = _grams(letters)
    if not every:
        following = {*_LETTERS[field], *_END}
        return " OR ".join(f'"{_pairs(letters + bytes([one]))}"' for one in following)
    shares = _shares(connection)
    # Those that overlap tell much the same: of equally rare ones rather others.
    places = sorted(range(len(every)), key=lambda at: (shares.of(every[at]), at % 4))
    rarest = dict.fromkeys(every[at] for at in places)
    return "(" + " AND ".join(f'"{gram}"' for gram in islice(rarest, _MOST)) + ")"


def _grams(letters: bytes) -> list[str]:
    pairs = _pairs(letters)
    return [pairs[at : at + 3] for at in range(len(pairs) - 2)]


@dataclass(frozen=True, slots=True)
class _Shares:
    """In how many of a sample of blocks four characters of a field are; ``size``: how much was there."""

    size: int
    counts: Mapping[str, int]

    def of(self, gram: str) -> float:
        return (self.counts.get(gram, 0) + 0.5) / _SAMPLE


def _shares(connection: Connection) -> _Shares:
    """A sample, kept until a fifth more is there."""
    others, own = sides(connection)
    jobs = connection.exec_driver_sql("SELECT max(key) FROM jobs").scalar() or 0
    known: _Shares | None = connection.info.get(_KEPT)
    size = jobs + (len(own) >> BLOCK_BITS)
    if known is None or size > known.size * 1.2:
        counts: Counter[str] = Counter()
        for side in (others, own):
            if len(side) > _LARGE * SIZE:
                counts.update(_sample(connection, side))
        connection.info[_KEPT] = known = _Shares(size, counts)
    return known


def _sample(connection: Connection, side: range) -> Iterator[str]:
    """The four characters in a row of each of some blocks all over, once a block."""
    points = json.dumps([side.start + len(side) * at // _SAMPLE for at in range(_SAMPLE)])
    found: dict[int, set[str]] = defaultdict(set)
    some = {*connection.exec_driver_sql(_NEXT, (BLOCK_BITS, points)).scalars()}
    for _, _, *values, _, block in rows_of(connection, some):
        for field, value in zip(_FIELDS, values, strict=True):
            if value:
                found[block].update(_grams(_letters(field, folded_text(value)) + _END))
    for grams in found.values():
        yield from grams


def rows_of(connection: Connection, some: Collection[int]) -> Sequence[Sequence[Any]]:
    """The SMS of blocks, the newest first: id, when accepted, what it is found by, text, block.

    That is number, reference, name, SMS id and job id; the instant is as it is stored.
    """
    listed = "[" + ",".join(map(str, some)) + "]"
    return connection.exec_driver_sql(_ROWS, (listed, BLOCK_BITS, BLOCK_BITS, SIZE - 1)).all()
