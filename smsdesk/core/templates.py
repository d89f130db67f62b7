"""Merge fields in texts: ``{first name}``, with a default ``{first name|customer}``; ``{{`` is a brace."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import TYPE_CHECKING

from smsdesk.core.campaign import Message
from smsdesk.core.characters import gsm_form, gsm_forms
from smsdesk.core.columns import column_of, well_formed
from smsdesk.core.problem import Level, Problem, Where
from smsdesk.core.recipients import Recipients

if TYPE_CHECKING:
    import polars as pl

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


def missing(text: str, recipients: Recipients) -> dict[str, list[int]]:
    """Fields without a default and the rows (from 0) where they are empty; no such column: all rows."""
    columns = {_key(name): column for name, column in recipients.fields.items()}
    defaults: dict[str, bool] = {}
    for name, default in _fields(text):
        defaults[name] = defaults.get(name, True) and bool(default)
    out = {}
    for name, has_default in defaults.items():
        column = columns.get(_key(name))
        if column is None:
            rows = list(range(len(recipients)))
        else:
            rows = [row for row, cell in enumerate(column) if not cell]
        if rows and not has_default:
            out[name] = rows
    return out


def has_field(recipients: Recipients, name: str) -> bool:
    """Whether a column has this name."""
    return _key(name) in {_key(column) for column in recipients.fields}


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a column's cells stand in a text, and what stands there where they are empty."""

    column: str
    default: str = ""


def pieces_of(message: Message) -> tuple[str | Slot, ...]:
    """The text as what is the same for everybody and what comes from columns, in order; none is empty."""
    out: list[str | Slot] = [""]
    for piece in [message.text] if message.literal else _pieces(message.text, message.recipients):
        if isinstance(piece, str) and isinstance(out[-1], str):
            out[-1] += piece
        else:
            out.append(piece)
    return tuple(piece for piece in out if piece)


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


def _cells(piece: str | Slot, recipients: Recipients) -> Iterable[str]:
    if isinstance(piece, str):
        return repeat(piece)
    column = recipients.fields[piece.column]
    return (cell or piece.default for cell in column) if piece.default else column
