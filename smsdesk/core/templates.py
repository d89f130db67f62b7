"""Merge fields in texts: ``{first name}``, with a default ``{first name|customer}``; ``{{`` is a brace."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from itertools import repeat
from typing import TYPE_CHECKING

from smsdesk.core.campaign import Message
from smsdesk.core.characters import gsm_form, gsm_forms
from smsdesk.core.columns import Column, column_of, well_formed
from smsdesk.core.problem import Level, Problem, Where
from smsdesk.core.recipients import Recipients

if TYPE_CHECKING:
    import polars as pl

_NEAR = 0.6
"""How alike a misspelt field and the name that was meant are at least (1: equal)."""
_TOKEN = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]")


def _name(inside: str) -> tuple[str, str | None]:
    """Name and default of what stands between the braces."""
    name, bar, default = inside.partition("|")
    return name.strip(), default if bar else None


def _key(name: str) -> str:
    return " ".join(name.split()).casefold()


def _fields(text: str) -> Iterator[tuple[str, str | None]]:
    for match in _TOKEN.finditer(text):
        if match[1] is not None and _name(match[1])[0]:
            yield _name(match[1])


def fields_of(text: str) -> tuple[str, ...]:
    """The merge fields of a text, each once, in order."""
    return tuple(dict.fromkeys(name for name, _ in _fields(text)))


def check_template(text: str) -> list[Problem]:
    """Braces that open or close nothing, and fields without a name."""
    problems = []
    for match in _TOKEN.finditer(text):
        where = Where(field="text", value=match[0])
        if match[0] in ("{", "}"):
            problems.append(Problem(Level.ERROR, "brace_alone", where, {"at": match.start() + 1}))
        elif match[1] is not None and not _name(match[1])[0]:
            problems.append(Problem(Level.ERROR, "field_without_name", where, {"at": match.start() + 1}))
    return problems


def fill(text: str, fields: Mapping[str, str]) -> str:
    """The text for one recipient; a field that is empty or missing takes its default, else nothing.

    Names are compared without case and extra blanks.
    """
    known = {_key(name): value for name, value in fields.items()}

    def value(match: re.Match[str]) -> str:
        if match[1] is None:
            return match[0][:1]
        name, default = _name(match[1])
        return known.get(_key(name)) or default or ""

    return _TOKEN.sub(value, text)


def text_in_gsm_form(message: Message) -> str:
    """A message's text with :func:`smsdesk.core.characters.gsm_form` of all but the names of fields."""
    text = message.text
    forms = gsm_forms(text)
    if message.literal:
        return gsm_form(text, forms)

    def token(match: re.Match[str]) -> str:
        name, bar, default = (match[1] or "").partition("|")
        return match[0] if match[1] is None else f"{{{name}{bar}{gsm_form(default, forms)}}}"

    out, end = [], 0
    for match in _TOKEN.finditer(text):
        out += [gsm_form(text[end : match.start()], forms), token(match)]
        end = match.end()
    return "".join([*out, gsm_form(text[end:], forms)])


def missing(text: str, recipients: Recipients) -> dict[str, Sequence[int]]:
    """Fields without a default and the rows (from 0) where they are empty; no such column: all rows."""
    columns = {_key(name): column for name, column in recipients.fields.items()}
    defaults: dict[str, bool] = {}
    for name, default in _fields(text):
        defaults[name] = defaults.get(name, True) and bool(default)
    out: dict[str, Sequence[int]] = {}
    for name, has_default in defaults.items():
        column = columns.get(_key(name))
        if has_default or not len(recipients):
            continue
        if column is None:
            out[name] = range(len(recipients))
        elif rows := (column_of(column).series == "").arg_true().to_list():
            out[name] = rows
    return out


def has_field(recipients: Recipients, name: str) -> bool:
    """Whether a column has this name."""
    return _key(name) in {_key(column) for column in recipients.fields}


def near_fields(name: str, names: Iterable[str]) -> str | None:
    """Which of these names a field was perhaps meant to be; None where none is like it."""
    meant = {_letters(known): known for known in names}
    near = get_close_matches(_letters(name), meant, n=1, cutoff=_NEAR)
    return meant[near[0]] if near else None


def _letters(name: str) -> str:
    """Letters and digits without case and accents."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(character for character in plain if character.isalnum())


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a column's cells stand in a text, and what stands there where they are empty."""

    column: str
    default: str = ""


def pieces_of(message: Message) -> tuple[str | Slot, ...]:
    """The text as what is the same for everybody and what comes from columns, in order; none is empty."""
    out: list[str | Slot] = []
    fixed: list[str] = []
    for piece in [message.text] if message.literal else _pieces(message.text, message.recipients):
        if isinstance(piece, str):
            fixed.append(piece)
        else:
            out += ["".join(fixed), piece]
            fixed = []
    return tuple(piece for piece in [*out, "".join(fixed)] if piece)


def _pieces(text: str, recipients: Recipients) -> Iterator[str | Slot]:
    columns = {_key(name): name for name in recipients.fields}
    end = 0
    for match in _TOKEN.finditer(text):
        yield text[end : match.start()]
        end = match.end()
        if match[1] is None:
            yield match[0][:1]
            continue
        name, default = _name(match[1])
        column = columns.get(_key(name))
        yield Slot(column, default or "") if column is not None else default or ""
    yield text[end:]


def merged_column(message: Message) -> "pl.Series":
    """The text of each recipient, in order: what :func:`fill` makes, a million at once."""
    import polars as pl

    pieces, people = pieces_of(message), message.recipients
    if not any(isinstance(piece, Slot) for piece in pieces):
        return pl.repeat("".join(map(str, pieces)), len(people), dtype=pl.String, eager=True)
    cells = (
        well_formed(piece) if isinstance(piece, str) else cells_of(piece, people.fields[piece.column])
        for piece in pieces
    )
    return pl.select(pl.concat_str(map(pl.lit, cells)).alias("")).to_series()


def cells_of(slot: Slot, column: "Sequence[str] | pl.Series") -> "pl.Series":
    """What stands in a slot for each row of its column."""
    import polars as pl

    cells = column if isinstance(column, pl.Series) else column_of(column).series
    if not slot.default:
        return cells
    given, default = pl.lit(cells), pl.lit(well_formed(slot.default))
    return pl.select(pl.when(given == "").then(default).otherwise(given).alias("")).to_series()


def merged(message: Message) -> Iterator[str]:
    """The text of each recipient, in order: what :func:`fill` makes, read by columns."""
    count = len(message.recipients)
    pieces = pieces_of(message)
    if not any(isinstance(piece, Slot) for piece in pieces):
        return repeat("".join(map(str, pieces)), count)
    return map("".join, zip(*(_cells(piece, message.recipients) for piece in pieces), strict=False))


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a text and what one recipient gets of it; together the pieces are the whole text.

    ``kind``: ``text``, ``brace`` (a doubled one), ``field``, ``unknown`` (a field without a column) or
    ``wrong`` (a brace that means nothing, a field without a name).
    """

    kind: str
    start: int
    end: int
    shown: str
    name: str = ""


def filled_pieces(text: str, fields: Mapping[str, str]) -> tuple[Piece, ...]:
    """A text in pieces; joined, what they show is what :func:`fill` makes."""
    known = {_key(name) for name in fields}
    out, end = [], 0
    for match in _TOKEN.finditer(text):
        if match.start() > end:
            out.append(Piece("text", end, match.start(), text[end : match.start()]))
        end = match.end()
        name = _name(match[1])[0] if match[1] is not None else ""
        if name:
            kind = "field" if _key(name) in known else "unknown"
        else:
            kind = "brace" if match[0] in ("{{", "}}") else "wrong"
        out.append(Piece(kind, match.start(), end, fill(match[0], fields), name))
    if end < len(text):
        out.append(Piece("text", end, len(text), text[end:]))
    return tuple(out)


MOST_SPLIT = 100
"""Into more messages no message is split."""


def split_message(message: Message, column: str) -> tuple[Message, ...]:
    """A message for each value of a column, named so, in their order; those without a value come last.

    Values are compared without case and outer blanks. Raises ValueError for more than ``MOST_SPLIT`` values.
    """
    import polars as pl

    people = message.recipients
    value = column_of(people.fields[column]).series.str.strip_chars().alias("value")
    rows = pl.DataFrame(value).with_row_index("row").with_columns(key=pl.col("value").str.to_lowercase())
    groups = (
        rows.group_by("key", maintain_order=True)
        .agg(pl.col("value").first(), "row")
        .sort(pl.col("key") == "")
    )
    if groups.height > MOST_SPLIT:
        raise ValueError(column)
    return tuple(
        replace(message, name=name, recipients=_only(people, rows))
        for name, rows in zip(groups["value"], groups["row"], strict=True)
    )


def _only(people: Recipients, rows: "pl.Series") -> Recipients:
    """Some rows of a list, in rising order."""

    def some(column: Sequence[str]) -> Column:
        return Column(column_of(column).series.gather(rows))

    places = {row: place for place, row in enumerate(rows)} if people.blackouts else {}
    blackouts = {places[row]: own for row, own in people.blackouts.items() if row in places}
    fields = {name: some(column) for name, column in people.fields.items()}
    return Recipients(some(people.dst), some(people.reference), fields, blackouts)


def _cells(piece: str | Slot, recipients: Recipients) -> Iterable[str]:
    if isinstance(piece, str):
        return repeat(piece)
    column = recipients.fields[piece.column]
    return (cell or piece.default for cell in column) if piece.default else column
