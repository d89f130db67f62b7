"""The audit of a whole list: the parts of everybody's text, and what would save some of them, in figures."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING

from smsdesk.core.campaign import Message
from smsdesk.core.characters import BASIC, gsm_form_column, outside, replaceable
from smsdesk.core.columns import column_of
from smsdesk.core.lengths import (
    Figures,
    Reading,
    Texts,
    figures_column,
    least_parts,
    measured,
    most_parts,
    outside_of,
    reading_of,
)
from smsdesk.core.options import Options
from smsdesk.core.parts import Encoding, measure, prepare
from smsdesk.core.templates import Slot, cells_of, pieces_of, text_in_gsm_form

if TYPE_CHECKING:
    import polars as pl

_SHOWN = 10
"""How many of the characters outside the alphabet are shown."""
_LOST = 300
"""How many characters of what is lost are shown."""
_SHORTER = 20
"""To so many characters a text may be asked to be shortened."""
EVERYWHERE = "*"


@dataclass(frozen=True, slots=True)
class Saving:
    """What would save parts, exactly so many.

    ``kind`` is ``characters``: those of a ``source`` in their form of GSM 03.38 (see
    :func:`smsdesk.core.characters.gsm_form`), or ``shorter``: the text without any so many basic characters.
    The source is empty for the text itself, else a column's name, or ``*`` for all of them. ``people`` is
    how many SMS become cheaper.
    """

    kind: str
    source: str
    characters: str
    people: int
    saves: int
    shorter: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Audit:
    """Figures of one message over all who get it.

    ``parts``: what is paid for each row, no more than are allowed, 0 for rows left out; ``paid`` their sum.
    ``histogram`` counts SMS by the parts that their texts take, however few are allowed. ``longest``: the row
    (from 0) of the text that takes most. ``utf16``: SMS that go as UTF-16. ``refused``: texts with characters
    outside GSM 03.38, whatever the options, the first row of them and the first of those characters.
    ``empty``: how many texts are blank, and the first row. ``cut``: texts longer than is allowed, and the
    beginning of what the longest would lose. ``parts_as_standard``: what would be paid if texts within
    GSM 03.38 did not go as UTF-16.
    """

    histogram: dict[int, int]
    parts: "pl.Series"
    paid: int = 0
    longest: int | None = None
    longest_units: int = 0
    median_units: int = 0
    utf16: int = 0
    first_refused: int | None = None
    refused: int = 0
    refused_characters: str = ""
    empty: tuple[int, int | None] = (0, None)
    cut: int = 0
    cut_words: str = ""
    parts_as_standard: int = 0
    savings: tuple[Saving, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class _People:
    """Who gets a message: the columns that its text uses, without the rows that are left out."""

    message: Message
    columns: "Mapping[str, pl.Series]"
    height: int
    reading: Reading


def audit(message: Message, options: Options, left_out: Collection[int] = ()) -> Audit:
    """The audit of a message, without the rows that are left out."""
    import polars as pl

    height, reading = len(message.recipients), reading_of(options)
    parts = pl.zeros(height, dtype=pl.UInt32, eager=True)
    kept = pl.repeat(value=True, n=height, dtype=pl.Boolean, eager=True)
    kept = kept.scatter(pl.Series([*left_out], dtype=pl.UInt32), False) if left_out else kept
    rows = kept.arg_true()
    if not len(rows):
        return Audit({}, parts)
    columns = {
        name: column_of(message.recipients.fields[name]).series for name in dict.fromkeys(_used(message))
    }
    if left_out:
        columns = {name: column.filter(kept) for name, column in columns.items()}
    people = _People(message, columns, len(rows), reading)
    texts = _texts(people)
    found = measured(texts, reading)
    paid = _paid(found, reading)
    longest = _longest(found)
    counts = found.group_by("parts").len().sort("parts")
    empty = _empty(texts)
    refused = found["outside"].arg_true()
    units = found["units"].sort()
    out = Audit(
        histogram=dict(counts.iter_rows()),
        parts=parts.scatter(rows, paid),
        paid=int(paid.sum()),
        longest=int(rows[longest]),
        longest_units=int(found["units"][longest]),
        median_units=int(units[(len(units) - 1) // 2]),
        utf16=int(found["wide"].sum()),
        first_refused=int(rows[int(refused[0])]) if len(refused) else None,
        refused=len(refused),
        refused_characters=_characters(texts) if len(refused) else "",
        empty=(len(empty), int(rows[int(empty[0])]) if len(empty) else None),
        parts_as_standard=_as_standard(texts, found, paid, reading),
        savings=(*_by_characters(people, texts, paid), *_by_length(texts, found, reading)),
    )
    if reading.max_parts is None or found["parts"][longest] <= reading.max_parts:
        return out
    cut = int((found["parts"] > reading.max_parts).sum())
    return replace(out, cut=cut, cut_words=_lost(texts, longest, reading))


def _used(message: Message) -> Iterator[str]:
    """The columns that a text uses."""
    return (piece.column for piece in pieces_of(message) if isinstance(piece, Slot))


def _texts(people: _People, known: Mapping[Slot, Figures] | None = None) -> Texts:
    """The pieces of the texts with their figures, those that are ``known`` already excepted."""
    pieces, known = pieces_of(people.message), known or {}
    slots = dict.fromkeys(piece for piece in pieces if isinstance(piece, Slot))
    cells = {slot: cells_of(slot, people.columns[slot.column]) for slot in slots}
    figures = {
        slot: known[slot] if slot in known else figures_column(column, people.reading)
        for slot, column in cells.items()
    }
    return Texts(pieces, cells, figures, people.height)


def _paid(found: "pl.DataFrame", reading: Reading) -> "pl.Series":
    return found["parts"] if reading.max_parts is None else found["parts"].clip(upper_bound=reading.max_parts)


def _longest(found: "pl.DataFrame") -> int:
    """The first text of those of most parts that has most units."""
    import polars as pl

    most = found.filter(pl.col("parts") == pl.col("parts").max())
    return int(most["row"][most["units"].index_of(most["units"].max()) or 0])


def _empty(texts: Texts) -> "pl.Series":
    """The rows of texts of blanks alone."""
    import polars as pl

    if any(isinstance(piece, str) and piece.strip() for piece in texts.pieces):
        return pl.Series(dtype=pl.UInt32)
    # Blanks as Python knows them: four control characters more than Unicode.
    blank = [column.str.contains(r"^[\s\x1c-\x1f]*$") for column in texts.cells.values()]
    return pl.select(pl.all_horizontal(pl.repeat(value=True, n=texts.height), *blank)).to_series().arg_true()


def _characters(texts: Texts) -> str:
    """The first characters outside GSM 03.38, piece by piece."""
    found: dict[str, None] = {}
    for piece in texts.pieces:
        if isinstance(piece, str):
            found |= dict.fromkeys(character for _, character in outside(piece))
        elif not isinstance(is_outside := texts.known[piece].outside, bool):
            found |= dict.fromkeys(outside_of(texts.cells[piece].filter(is_outside)))
        if len(found) >= _SHOWN:
            break
    return "".join([*found][:_SHOWN])


def _as_standard(texts: Texts, found: "pl.DataFrame", paid: "pl.Series", reading: Reading) -> int:
    if reading.encoding is Encoding.STANDARD:
        return int(paid.sum())
    standard = _paid(measured(texts, replace(reading, encoding=Encoding.STANDARD)), reading)
    return int(paid.zip_with(found["outside"], standard).sum())


def _lost(texts: Texts, row: int, reading: Reading) -> str:
    """The beginning of what is cut off of a text."""
    text = "".join(piece if isinstance(piece, str) else texts.cells[piece][row] for piece in texts.pieces)
    rule = "TO_UTF16" if reading.rule == "REFUSE" else reading.rule
    shown, encoding, _ = prepare(text, reading.encoding, rule)
    kept = len(measure(shown, encoding, reading.max_parts).text)
    return shown[kept : kept + _LOST].strip()


def _by_characters(people: _People, texts: Texts, paid: "pl.Series") -> Iterator[Saving]:
    """What each source saves in its form of GSM 03.38, and all of them together where that is more."""
    text = text_in_gsm_form(people.message)
    wrong = {slot.column for slot, found in texts.known.items() if found.outside is not False}
    forms = {name: gsm_form_column(column) for name, column in people.columns.items() if name in wrong}
    # A column without a name, or called like all sources, is none that a person can be told of.
    new = {name: column for name, column in forms.items() if name and column is not people.columns[name]}
    sources = [*([""] if text != people.message.text else []), *new]

    def saving(name: str, text: str | None, new: "Mapping[str, pl.Series]") -> Saving:
        saved = _saved(people, texts, paid, text, new)
        characters = replaceable(people.message.text) if text is not None else ()
        for column, cells in new.items():
            before, after = outside_of(people.columns[column]), outside_of(cells)
            characters += tuple(one for one in before if one not in after)
        told = "".join(dict.fromkeys(characters))
        return Saving("characters", name, told, int((saved > 0).sum()), int(saved.sum()))

    alone = [name for name in sources if name != EVERYWHERE]
    each = [saving(name, None, {name: new[name]}) if name else saving("", text, {}) for name in alone]
    yield from (one for one in each if one.saves > 0)
    if len(sources) > len(alone) or len(alone) > 1:
        both = saving(EVERYWHERE, text if "" in sources else None, new)
        if both.saves > max([0, *(one.saves for one in each)]):
            yield both


def _saved(
    people: _People, texts: Texts, paid: "pl.Series", text: str | None, new: "Mapping[str, pl.Series]"
) -> "pl.Series":
    """The parts saved of each text by another ``text`` of the message or by ``new`` columns.

    Where only columns are new, of those texts that change.
    """
    import polars as pl

    columns, height = {**people.columns, **new}, people.height
    known = {slot: figures for slot, figures in texts.known.items() if slot.column not in new}
    if text is None:
        changed = (pl.lit(people.columns[name] != column) for name, column in new.items())
        rows = pl.select(pl.any_horizontal(*changed)).to_series().arg_true()
        columns, height = {name: column.gather(rows) for name, column in columns.items()}, len(rows)
        paid, known = paid.gather(rows), {slot: figures.of(rows) for slot, figures in known.items()}
    message = people.message if text is None else replace(people.message, text=text)
    after = _texts(_People(message, columns, height, people.reading), known)
    return paid - _paid(measured(after, people.reading), people.reading)


def _by_length(texts: Texts, found: "pl.DataFrame", reading: Reading) -> Iterator[Saving]:
    """By how many characters the text is best shorter: the fewest of those that save most a character.

    Told only where the saving is the same whichever basic characters go.
    """
    import polars as pl

    fixed = (character for piece in texts.pieces if isinstance(piece, str) for character in piece)
    most = sum(1 for _ in islice((one for one in fixed if one in BASIC), _SHORTER))
    groups = found.group_by("wide", "units", "doubles", "parts").len("people")
    best = None
    for shorter in range(1, most + 1):
        units = pl.max_horizontal(pl.col("units") - shorter, 0)
        after = groups.with_columns(least_parts(units).alias("after"), most_parts(units).alias("most"))
        if (after["after"] != after["most"]).any():
            continue
        saved = _paid(after, reading) - _paid(after.select(parts="after"), reading)
        saves, people = int((saved * after["people"]).sum()), int(after["people"].filter(saved > 0).sum())
        if saves > 0 and (best is None or saves * best.shorter > best.saves * shorter):
            best = Saving("shorter", "", "", people, saves, shorter)
    if best is not None:
        yield best
