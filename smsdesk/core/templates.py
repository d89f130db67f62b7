"""Merge fields in texts: ``{first name}``, with a default ``{first name|customer}``; ``{{`` is a brace."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import repeat

from smsdesk.core.campaign import Message
from smsdesk.core.problem import Level, Problem, Where
from smsdesk.core.recipients import Recipients

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


def merged(message: Message) -> Iterator[str]:
    """The text of each recipient, in order: what :func:`fill` makes, read by columns."""
    count = len(message.recipients)
    if message.literal or ("{" not in message.text and "}" not in message.text):
        return repeat(message.text, count)
    if not fields_of(message.text):
        return repeat(fill(message.text, {}), count)
    return map("".join, zip(*_cells(message.text, message.recipients), strict=False))


def _cells(text: str, recipients: Recipients) -> Iterator[Iterable[str]]:
    """The pieces of a text, each for all recipients; at least one of them ends with the last recipient."""
    columns = {_key(name): column for name, column in recipients.fields.items()}
    yield repeat("", len(recipients))
    end = 0
    for match in _TOKEN.finditer(text):
        yield repeat(text[end : match.start()])
        end = match.end()
        name, default = ("", None) if match[1] is None else _name(match[1])
        column = None if match[1] is None else columns.get(_key(name))
        if match[1] is None:
            yield repeat(match[0][:1])
        elif column is None:
            yield repeat(default or "")
        else:
            yield _or(column, default) if default else column
    yield repeat(text[end:])


def _or(column: Iterable[str], default: str) -> Iterator[str]:
    return (cell or default for cell in column)
